"""The reader does not get worse than what docs/addresses.md says of it."""

from __future__ import annotations

import pytest
from accuracy import FIELDS, count_pairs, read_answers, read_rows, right

from sizao.address.address import WIDTH

# rows of the test part that are right in every field named here, as measured when the reader was finished
TEST_PART = {
    "scope": 326,
    "count": 327,
    "partial": 328,
    "street": 326,
    "community": 329,
    "village": 327,
    "road": 323,
    "compound": 322,
    "buildings": 323,
    "units": 330,
    "site": 326,
    "every field": 311,
}


def test_the_test_part_is_read_no_worse_than_measured() -> None:
    sample = read_rows("sample_test.csv")
    found = right(sample, read_answers(sample))
    worse = {field: (found[field], least) for field, least in TEST_PART.items() if found[field] < least}
    assert worse == {}


def test_the_first_reading_is_kept_as_it_was() -> None:
    sample, first = read_rows("sample_test.csv"), read_rows("first_reading.csv")
    assert [row["name"] for row in first] == [row["name"] for row in sample]
    found = right(sample, first)
    assert (found["scope"], found["count"], found["every field"]) == (315, 322, 291)


def test_the_development_part_is_read_no_worse_than_measured() -> None:
    sample = read_rows("sample_dev.csv")
    found = right(sample, read_answers(sample))
    assert found["scope"] >= 295 and found["count"] >= 297 and found["every field"] >= 269


@pytest.mark.parametrize(
    ("file", "least"), [("sample_fresh.csv", (146, 149, 142)), ("sample_last.csv", (116, 116, 107))]
)
def test_the_later_draws_are_read_no_worse_than_measured(file: str, least: tuple[int, int, int]) -> None:
    sample = read_rows(file)
    found = right(sample, read_answers(sample))
    worse = {
        field: (found[field], hits)
        for field, hits in zip(("scope", "count", "every field"), least, strict=True)
        if found[field] < hits
    }
    assert worse == {}


@pytest.mark.parametrize(
    ("sample", "answers", "hits"),
    [
        ("sample_fresh.csv", "fresh_before.csv", (142, 150, 134)),
        ("sample_last.csv", "last_before.csv", (116, 116, 106)),
        ("sample_last.csv", "last_after.csv", (116, 116, 107)),
    ],
)
def test_what_was_read_before_a_change_is_kept_as_it_was(sample: str, answers: str, hits: tuple[int, ...]) -> None:
    labels, told = read_rows(sample), read_rows(answers)
    assert [row["name"] for row in told] == [row["name"] for row in labels]
    found = right(labels, told)
    assert (found["scope"], found["count"], found["every field"]) == hits


def test_no_name_is_drawn_twice_and_every_label_is_complete() -> None:
    samples = [read_rows(f"sample_{part}.csv") for part in ("dev", "test", "fresh", "last")]
    assert [len(sample) for sample in samples] == [300, 330, 150, 117]
    rows = [row for sample in samples for row in sample]
    assert len({row["name"] for row in rows}) == len(rows)
    assert all(row["scope"] in WIDTH and row["count"].isdigit() and row["partial"] in ("0", "1") for row in rows)
    assert all(set(FIELDS) <= row.keys() for row in rows)


def test_of_the_labelled_pairs_none_is_merged_falsely_and_few_are_missed() -> None:
    pairs = count_pairs()
    assert sum(pairs.values()) >= 140
    assert pairs[False, True] == 0
    assert pairs[True, False] <= 9
