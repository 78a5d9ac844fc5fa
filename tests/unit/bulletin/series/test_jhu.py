"""National bulletins against the series of Johns Hopkins University."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sizao.bulletin.series import Comparison, compare_series, read_series

DATA = Path(__file__).parents[5] / "shared" / "data"
NATIONAL = sorted((DATA / "bulletins" / "national").glob("*.txt"))
JHU = DATA / "series" / "jhu_cum_confirmed_china_provinces_2020-01-22_2023-03-09.csv"
pytestmark = pytest.mark.skipif(not (NATIONAL and JHU.is_file()), reason="the bulletins and series are not here")


@pytest.fixture(scope="module")
def result() -> Comparison:
    from sizao.bulletin.read import read_files

    theirs = read_series(JHU).figures
    return compare_series(
        read_files(NATIONAL).table, theirs, "confirmed_new", dt.date(2020, 5, 1), dt.date(2022, 9, 30)
    )


def test_98_of_100_province_days_that_are_not_0_equal_jhu_except_those_with_a_name(result):
    assert result.nonzero > 6_000
    assert result.share_equal_or_named >= 0.98
    assert result.reasons["unexplained"] <= 0.01 * result.nonzero


def test_jhu_books_a_bulletin_under_its_report_day(result):
    assert set(result.booking["shift"].to_pylist()) == {0}


def test_bulletins_give_nearly_every_province_day(result):
    outside = ("香港", "澳门", "台湾")  # their steps need two days in a row
    missing = [r for r in result.days.to_pylist() if r["reason"] == "not_given" and r["place"] not in outside]
    assert len(missing) <= 0.005 * result.nonzero
