"""What was measured, whether it meets the targets, and how both are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

FIGURES = ("seconds", "p95_seconds", "ready_seconds", "cpu_seconds", "peak_mb", "rows")
TIMES_AS_LONG = {"openfisca": 5, "openfisca-tables": 5, "zen": 100}
"""How many times as long as Sizao a peer is to take for each person."""


@dataclass
class Row:
    """One thing that is measured; `runs` are the figures of its runs, `missing` what it lacks."""

    name: str
    people: int
    task: str
    arguments: dict[str, Any]
    orders: int = 0
    runs: list[dict[str, Any]] = field(default_factory=list)
    missing: str | None = None

    def figure(self, name: str) -> float:
        """The median of a figure over the runs."""
        return median(run[name] for run in self.runs)

    def summary(self) -> dict[str, Any]:
        """The row as it stands in last.json."""
        measured = [name for name in FIGURES if self.runs and name in self.runs[0]]
        return {
            "name": self.name,
            "people": self.people,
            "missing": self.missing,
            "median": {name: self.figure(name) for name in measured},
            "seconds": [run["seconds"] for run in self.runs],
        }


@dataclass(frozen=True)
class Target:
    """What is promised: `measured` is to be at most `asked`, or at least."""

    what: str
    measured: float
    asked: float
    unit: str
    at_least: bool = False

    def summary(self) -> dict[str, Any]:
        """The target as it stands in last.json; a `ratio` up to 1 is met."""
        ratio = self.asked / self.measured if self.at_least else self.measured / self.asked
        return vars(self) | {"ratio": ratio, "met": ratio <= 1}


def judge(rows: list[Row]) -> list[Target]:
    """The targets that can be judged by what was measured."""
    done = [row for row in rows if row.runs]
    overlapping = [row for row in done if row.name == "overlapping"]
    ours = {row.people: row for row in done if row.name == "sizao"}
    targets = []
    for row in (row for row in overlapping if row.people >= 10_000_000):
        what = f"{row.people:,} people, overlapping"
        targets.append(Target(what, row.figure("seconds"), 15, "s"))
        targets.append(Target(f"{what}: peak", row.figure("peak_mb"), 4000, "MB"))
    for few, many in pairwise(overlapping):
        linear = (many.figure("seconds") / few.figure("seconds")) / (many.people / few.people)
        targets.append(Target(f"a person of {many.people:,}, against one of {few.people:,}", linear, 1.2, "times"))
    for row in done:
        if row.name in TIMES_AS_LONG and ours:
            same = ours[min(n for n in ours if n >= row.people)]
            times = (row.figure("seconds") / row.people) / (same.figure("seconds") / same.people)
            what = f"{row.name} against sizao, {same.people:,} people, simple form"
            targets.append(Target(what, times, TIMES_AS_LONG[row.name], "times", at_least=True))
        if row.name == "person":
            targets.append(Target("one person: median", 1000 * row.figure("seconds"), 50, "ms"))
            targets.append(Target("one person: 95 of 100 take less", 1000 * row.figure("p95_seconds"), 50, "ms"))
        if row.name == "excesses":
            targets.append(Target(f"excesses of {row.orders:,} orders", row.figure("seconds"), 10, "s"))
    return targets


def show(last: dict[str, Any], markdown: bool) -> str:
    """A measurement (last.json) as text, or as Markdown for docs/speed.md."""
    m = last["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    head = (
        f"Median of {last['runs']} runs each, interleaved, a fresh process for each; {m['cores']} cores "
        f"({m['processor']}), {m['memory_gb']:.0f} GB; the engine's limit {last['memory_limit']}; {versions}."
    )
    tail = "The same answers: " + ("; ".join(last["same"]) or "nothing was to be compared") + "."
    if lacks := [f"{row['name']}: {row['missing']}" for row in last["rows"] if row["missing"]]:
        tail += f"\n\nNot measured: {'; '.join(dict.fromkeys(lacks))}."
    return "\n\n".join([head, table(_figures(last), markdown), table(_targets(last), markdown), tail])


def _figures(last: dict[str, Any]) -> list[list[str]]:
    table = [["what", "people", "seconds", "least", "most", "processor s", "µs a person", "peak MB", "rows"]]
    for row in last["rows"]:
        people = f"{row['people']:,}"
        if row["missing"]:
            table.append([row["name"], people, "-", *[""] * 6])
            continue
        m, times = row["median"], [f"{s:.3f}" for s in (min(row["seconds"]), max(row["seconds"]))]
        processor = f"{m['cpu_seconds']:.3f}" if "cpu_seconds" in m else ""
        each = "" if row["name"] == "person" else f"{1e6 * m['seconds'] / row['people']:.2f}"
        peak = f"{m['peak_mb']:,.0f}" if "peak_mb" in m else ""
        table.append([row["name"], people, f"{m['seconds']:.3f}", *times, processor, each, peak, f"{m['rows']:,.0f}"])
    return table


def _targets(last: dict[str, Any]) -> list[list[str]]:
    table = [["target", "measured", "asked", "ratio", ""]]
    for t in last["targets"]:
        asked = f"{'at least' if t['at_least'] else 'at most'} {t['asked']:g} {t['unit']}"
        verdict = "met" if t["met"] else "not met"
        table.append([t["what"], f"{t['measured']:,.4g} {t['unit']}", asked, f"{t['ratio']:.2f}", verdict])
    return table


def table(rows: list[list[str]], markdown: bool) -> str:
    if markdown:
        rule = "|---" + "|--:" * (len(rows[0]) - 1) + "|"
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([lines[0], rule, *lines[1:]])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = [
        [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))] for row in rows
    ]
    return "\n".join("  ".join(row).rstrip() for row in padded)
