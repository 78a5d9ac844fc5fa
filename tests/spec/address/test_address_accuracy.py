"""The reader does not get worse than what docs/addresses.md says of it."""

from __future__ import annotations

from accuracy import FIELDS, count_pairs, read_answers, read_rows, right

# rows of the test part that are right in every field named here, as measured when the reader was finished
TEST_PART = {
    "scope": 326,
    "count": 326,
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
    assert (found["scope"], found["count"], found["every field"]) >= (295, 297, 268)
    assert found["scope"] >= 295 and found["count"] >= 297 and found["every field"] >= 268


def test_no_name_is_in_both_parts_and_every_label_is_complete() -> None:
    dev, test = read_rows("sample_dev.csv"), read_rows("sample_test.csv")
    assert len(dev) == 300 and len(test) == 330
    names = [row["name"] for row in (*dev, *test)]
    assert len(set(names)) == len(names)
    assert all(row["scope"] and row["count"].isdigit() and row["partial"] in "01" for row in (*dev, *test))
    assert all(set(FIELDS) <= row.keys() for row in (*dev, *test))


def test_of_the_labelled_pairs_none_is_merged_falsely_and_few_are_missed() -> None:
    pairs = count_pairs()
    assert sum(pairs.values()) >= 140
    assert pairs[False, True] == 0
    assert pairs[True, False] <= 9
