"""How well place names are read: our labels by hand beside the reader's answers. Run it to print the tables."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

from sizao.address import Address, read_address
from sizao.address.address import WIDTH

HERE = Path(__file__).parent
PARTS = ("street", "community", "village", "road", "compound", "buildings", "units", "site")
FIELDS = ("scope", "count", "partial", *PARTS)
Row = dict[str, str]


def read_rows(file: str) -> list[Row]:
    """Rows of one of the files beside this one."""
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def as_row(address: Address) -> Row:
    """An answer of the reader, written as the labels are."""
    values = {field: getattr(address, field) for field in FIELDS}
    values |= {"buildings": "|".join(address.buildings), "units": "|".join(address.units)}
    values["partial"] = int(address.partial)
    return {field: "" if value is None else str(value) for field, value in values.items()}


def read_answers(sample: list[Row]) -> list[Row]:
    """What the reader says today."""
    return [as_row(read_address(row["name"], row["county"])) for row in sample]


def right(sample: list[Row], answers: list[Row]) -> dict[str, int]:
    """Rows with exactly the label, by field; `every field`: all of them right."""
    found = {
        field: sum(label[field] == told[field] for label, told in zip(sample, answers, strict=True))
        for field in FIELDS
    }
    found["every field"] = sum(
        all(label[field] == told[field] for field in FIELDS) for label, told in zip(sample, answers, strict=True)
    )
    return found


def named(sample: list[Row], answers: list[Row], field: str) -> tuple[int, int]:
    """Of the rows whose label or answer has this part: how many are right, how many there are."""
    having = [(a, b) for a, b in zip(sample, answers, strict=True) if a[field] or b[field]]
    return sum(a[field] == b[field] for a, b in having), len(having)


def interval(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson)."""
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def weighted(sample: list[Row], answers: list[Row], field: str) -> float:
    """Share of the whole list that is read right: each row counts for the names that it was drawn for."""
    total = sum(int(row["weight"]) for row in sample)
    hits = sum(int(a["weight"]) for a, b in zip(sample, answers, strict=True) if a[field] == b[field])
    return hits / total


def count_pairs() -> Counter[tuple[bool, bool]]:
    """(label, answer) -> pairs of names in one county that are one place or not."""
    keys = [
        [read_address(row[name], row["county"]).key for name in ("first", "second")] for row in read_rows("pairs.csv")
    ]
    return Counter((row["same"] == "1", a == b) for row, (a, b) in zip(read_rows("pairs.csv"), keys, strict=True))


def print_table(title: str, sample: list[Row], answers: list[Row]) -> None:
    """Markdown."""
    print(f"\n{title}: {len(sample)} names\n\n| field | right | share, 95 % | where it is named | of the list |")
    print("|---|---:|---|---|---:|")
    for field, hits in right(sample, answers).items():
        low, high = interval(hits, len(sample))
        of_named = "/".join(map(str, named(sample, answers, field))) if field in PARTS else ""
        of_list = f"{weighted(sample, answers, field):.1%}" if field in FIELDS else ""
        print(f"| {field} | {hits} | {hits / len(sample):.1%} ({low:.1%} - {high:.1%}) | {of_named} | {of_list} |")


def print_confusion(sample: list[Row], answers: list[Row]) -> None:
    """Markdown: label down, answer across."""
    scopes = [
        scope
        for scope in WIDTH
        if any(scope in (a["scope"], b["scope"]) for a, b in zip(sample, answers, strict=True))
    ]
    found = Counter((a["scope"], b["scope"]) for a, b in zip(sample, answers, strict=True))
    print("\n| label, answer | " + " | ".join(scopes) + " |\n|---|" + "---:|" * len(scopes))
    for label in scopes:
        print(f"| {label} | " + " | ".join(str(found[label, told] or "") for told in scopes) + " |")


if __name__ == "__main__":
    dev, test = read_rows("sample_dev.csv"), read_rows("sample_test.csv")
    fresh, last = read_rows("sample_fresh.csv"), read_rows("sample_last.csv")
    print_table("Last draw, before the reader was changed", last, read_rows("last_before.csv"))
    print_table("Last draw, first reading", last, read_rows("last_after.csv"))
    print_confusion(last, read_rows("last_after.csv"))
    print_table("Fresh draw, first reading", fresh, read_rows("fresh_before.csv"))
    print_confusion(fresh, read_rows("fresh_before.csv"))
    print_table("Fresh draw, today", fresh, read_answers(fresh))
    print_table("Test part, first reading", test, read_rows("first_reading.csv"))
    print_confusion(test, read_rows("first_reading.csv"))
    print_table("Test part, today", test, read_answers(test))
    print_confusion(test, read_answers(test))
    print_table("Development part, today", dev, read_answers(dev))
    print("\npairs (label, answer):", dict(count_pairs()))
