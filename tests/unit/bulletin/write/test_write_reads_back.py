"""What is written reads back as the same figures: of made-up days, and of every real bulletin that is at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place, provinces
from sizao.bulletin.read import read_text
from sizao.bulletin.write import write_bulletin

ON = dt.date(2022, 11, 20)
FILE = "2022-11-21.txt"
REAL = Path(__file__).parents[5] / "shared" / "data" / "bulletins" / "national"

PROVINCES = [place.name for place in provinces()] + ["兵团"]
CITIES = {
    "天津": ["河北区", "西青区"],
    "内蒙古": ["呼和浩特市", "包头市", "阿拉善盟"],
    "吉林": ["吉林市", "长春市", "延边朝鲜族自治州"],
    "海南": ["三亚市", "儋州市"],
    "江苏": ["南京市", "苏州市", "徐州市"],
}
NEW = ("confirmed_new", "deaths_new", "suspected_new", "discharged_new")
NEW_ASYMPTOMATIC = ("asymptomatic_new", "asymptomatic_released", "asymptomatic_converted")
STOCKS = ("active", "confirmed_total", "discharged_total", "deaths_total", "asymptomatic_observed")
WHOLE_STOCKS = ("contacts_total", "contacts_observed", "contacts_released_total")
SMALL = ("severe", "suspected")
WITH_DETAILS = ("confirmed_new_local", "asymptomatic_new_local")
DETAILS = ("found_managed", "found_screened")
NOTES = ("订正后数据", "更正后的数字")

of_the_day = st.one_of(st.just(0), st.integers(1, 3), st.integers(4, 999))
held = st.integers(3_000, 9_999_999)  # fewer than are new would be refused: nobody who is new today is not ill


class Row(NamedTuple):
    """A made-up figure; `province` is the one in which the place is looked up."""

    place: str
    measure: str
    value: int
    note: str | None = None
    province: str | None = None

    def figure(self) -> Figure:
        known = find_place(self.place, within=code_of(self.province) if self.province else None)
        code = known.code if known else None
        return Figure(ON, None, code, self.place, self.measure, self.value, self.note, None, None, None)


class Day:
    """Rows of one day, each place and measure once."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.rows: list[Row] = []

    def add(self, place: str, measure: str, value: int, note: str | None = None, province: str | None = None) -> None:
        self.rows.append(Row(place, measure, value, note, province))


def code_of(province: str) -> str | None:
    known = find_place(province)
    return known.code if known else None


@st.composite
def days(draw: st.DrawFn, region: str = "全国") -> list[Row]:
    day = Day(region)
    chosen = draw(st.sets(st.sampled_from(_measures()), min_size=1))
    for measure in sorted(chosen):
        stem = measure.removesuffix("_imported").removesuffix("_local")
        amounts = held if stem in (*STOCKS, *WHOLE_STOCKS) else of_the_day
        value = draw(st.integers(-60, 60) if measure == "severe_change" else amounts)
        day.add(region, measure, value, draw(st.sampled_from((None,) * 9 + NOTES)))
        if stem in (*NEW, "converted_new", "asymptomatic_new", "asymptomatic_released"):
            _list(draw, day, measure, value)
        if measure in WITH_DETAILS and draw(st.booleans()):
            day.add(region, f"{measure}_{draw(st.sampled_from(DETAILS))}", draw(of_the_day))
        if measure != "severe_change":
            _correct(draw, day, measure)
    if region == "全国":
        _abroad(draw, day)
    return day.rows


def _measures() -> list[str]:
    families = (*NEW, *NEW_ASYMPTOMATIC, *STOCKS, *SMALL)
    split = [f"{stem}{end}" for stem in families for end in ("", "_imported", "_local")]
    return [
        *split,
        *WHOLE_STOCKS,
        "converted_new_imported",
        "converted_new_local",
        "contacts_released",
        "severe_change",
    ]


def _list(draw: st.DrawFn, day: Day, measure: str, value: int) -> None:
    kind = draw(st.sampled_from(("none", "one has all", "some")))
    names = PROVINCES if day.region == "全国" else CITIES[day.region]
    within = None if day.region == "全国" else day.region
    if kind == "one has all":
        place = draw(st.sampled_from(names))
        day.add(place, measure, value, province=within)
        _cities(draw, day, place, measure, value)
    elif kind == "some":
        for place in sorted(draw(st.sets(st.sampled_from(names), min_size=1, max_size=6))):
            count = draw(of_the_day)
            day.add(place, measure, count, province=within)
            _cities(draw, day, place, measure, count)


def _cities(draw: st.DrawFn, day: Day, province: str, measure: str, value: int) -> None:
    if day.region != "全国" or province not in CITIES or not draw(st.booleans()):
        return
    if draw(st.booleans()):
        day.add(draw(st.sampled_from(CITIES[province])), measure, value, province=province)
        return
    for city in sorted(draw(st.sets(st.sampled_from(CITIES[province]), min_size=1))):
        day.add(city, measure, draw(of_the_day), province=province)


def _correct(draw: st.DrawFn, day: Day, measure: str) -> None:
    if draw(st.integers(0, 9)):
        return
    places = [day.region, *(["四川", "重庆"] if day.region == "全国" else [])]
    for place in sorted(draw(st.sets(st.sampled_from(places), min_size=1))):
        value = draw(st.integers(-40, 40).filter(bool))
        day.add(place, f"{measure}_correction", value)


def _abroad(draw: st.DrawFn, day: Day) -> None:
    for place in sorted(draw(st.sets(st.sampled_from(("港澳台", "香港", "澳门", "台湾"))))):
        day.add(place, "confirmed_total", draw(held))
        if place != "港澳台":
            for measure in sorted(draw(st.sets(st.sampled_from(("discharged_total", "deaths_total"))))):
                day.add(place, measure, draw(st.integers(0, 99_999)))


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
@pytest.mark.parametrize("month", sorted({path.name[:7] for path in _national()}))
def test_every_real_bulletin_of_the_nation_reads_back(month: str) -> None:
    for path in REAL.glob(f"{month}-*.txt"):
        figures = read_text(path.read_text("utf-8", errors="replace"), path.name).figures
        for day in {f.report_date for f in figures if f.place == "全国"}:
            whole = [f for f in figures if f.report_date == day]
            back = read_text(write_bulletin(tabulate(whole), day), path.name)
            assert told(back.figures) == told(whole), path.name
