"""Rows that no bulletin can have given: measures that nobody counts, counts below 0."""

from __future__ import annotations

import pytest
from test_check import check


def test_a_measure_that_no_bulletin_has_is_told_once() -> None:
    found = check("2021-05-02\n全国 confirmed_nwe 9\n广东 confirmed_nwe 9\n广东 deaths_new_lcoal 1")
    assert [(p.code, p.value) for p in found.problems] == [
        ("unknown-measure", "confirmed_nwe"),
        ("unknown-measure", "deaths_new_lcoal"),
    ]
    assert "rows: 2, the first of 全国 for 2021-05-02" in found.problems[0].what


@pytest.mark.parametrize(
    "measure",
    [
        *("confirmed_new_local_found_managed", "confirmed_new_found_screened", "confirmed_total_since_imported"),
        *("confirmed_new_clinical", "confirmed_total_imported_correction", "severe_change_imported", "active"),
    ],
)
def test_a_measure_may_have_any_of_the_endings(measure: str) -> None:
    assert check(f"2021-05-02\n全国 {measure} 9").problems == ()


def test_only_a_change_and_a_correction_may_be_below_0() -> None:
    found = check(
        "2021-05-02\n全国 severe_change_imported -2\n全国 confirmed_total_correction -1\n海南 deaths_new -3"
    )
    assert [(p.code, p.value) for p in found.problems] == [("negative-value", "-3")]
    assert "deaths_new of 海南 for 2021-05-02" in found.problems[0].what
