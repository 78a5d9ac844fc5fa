"""What is written reads back as the same figures: of made-up days, and of every real bulletin that is at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from made_up_days import ON, Row, days

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.read import read_text
from sizao.bulletin.write import write_bulletin

FILE = "2022-11-21.txt"
REAL = Path(__file__).parents[5] / "shared" / "data" / "bulletins" / "national"


def reads_back(rows: list[Row], place: str) -> None:
    text = write_bulletin(tabulate(row.figure() for row in rows), ON, place)
    back = read_text(text, FILE)
    assert not back.problems, text
    assert not back.unread, text
    assert told(back.figures) == {(ON, *row[:3]) for row in rows}, text
    corrected = {row.measure.removesuffix("_correction") for row in rows if row.measure.endswith("_correction")}
    remarks = {(f.place, f.measure): f.note for f in back.figures if f.measure not in corrected and f.note}
    starred = {row[:2]: row.note for row in rows if row.note and row.measure not in corrected}
    assert starred.items() <= remarks.items(), text


def told(figures: Iterable[Figure]) -> set[tuple[dt.date, str, str, int]]:
    return {(f.report_date, f.place, f.measure, f.value) for f in figures}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(days())
def test_a_made_up_day_of_the_nation_reads_back(rows: list[Row]) -> None:
    reads_back(rows, "全国")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(days("江苏"))
def test_a_made_up_day_of_a_province_reads_back(rows: list[Row]) -> None:
    reads_back(rows, "江苏")


HUBEI = ("confirmed_new", "discharged_new", "deaths_new", "active", "severe", "discharged_total", "deaths_total")


def test_a_province_whose_stock_is_told_by_itself_reads_back() -> None:
    nation = [Row("全国", "confirmed_new", 21), Row("全国", "deaths_new", 11), Row("湖北", "deaths_new", 11)]
    rows = [Row("湖北", m, 4000 + n) for n, m in enumerate(HUBEI) if m != "deaths_new"]
    rows += [Row("武汉", m, 3000 + n, province="湖北") for n, m in enumerate(HUBEI) if m != "deaths_new"]
    reads_back([*nation, *rows], "全国")


def test_totals_counted_since_a_day_read_back() -> None:
    since = "自2022-02-26"
    rows = [Row("上海", "confirmed_new_local", 21), Row("上海", "confirmed_total_local_since", 45_671, since)]
    reads_back([*rows, Row("上海", "deaths_total_since", 331, since)], "上海")


def test_what_no_paragraph_has_a_place_for_is_told_all_the_same() -> None:
    rows = [
        Row("全国", "confirmed_new", 21),
        Row("广东", "discharged_new", 7),
        Row("广东", "confirmed_new_imported", 3),
        Row("四川", "confirmed_total_correction", -2),
        Row("全国", "converted_new_local", 5),
        Row("全国", "discharged_new_local_found_managed", 2),
    ]
    reads_back(rows, "全国")


def _national() -> list[Path]:
    return sorted(REAL.glob("*.txt"))


@pytest.mark.skipif(not _national(), reason="the real bulletins are not here")
@pytest.mark.parametrize("month", sorted({path.name[:7] for path in _national()}) or ["no month"])
def test_every_real_bulletin_of_the_nation_reads_back(month: str) -> None:
    for path in REAL.glob(f"{month}-*.txt"):
        figures = read_text(path.read_text("utf-8", errors="replace"), path.name).figures
        for day in {f.report_date for f in figures if f.place == "全国"}:
            whole = [f for f in figures if f.report_date == day]
            back = read_text(write_bulletin(tabulate(whole), day), path.name)
            assert told(back.figures) == told(whole), path.name
