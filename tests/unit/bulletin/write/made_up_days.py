"""Made-up days of figures: any subset of measures, lists of places and cities, zeros, corrections, notes."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from hypothesis import strategies as st

from sizao.bulletin.figure import Figure
from sizao.bulletin.places import find_place, provinces

ON = dt.date(2022, 11, 20)

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
    always = draw(st.sampled_from(("confirmed_new", "asymptomatic_new", "active_imported")))  # else it is no bulletin
    for measure in sorted({always, *draw(st.sets(st.sampled_from(_measures())))}):
        stem = measure.removesuffix("_imported").removesuffix("_local")
        amounts = held if stem in (*STOCKS, *WHOLE_STOCKS) else of_the_day
        value = draw(st.integers(-60, 60) if measure == "severe_change" else amounts)
        day.add(region, measure, value, draw(st.sampled_from((None,) * 9 + NOTES)))
        listed = (*NEW, "asymptomatic_new", "asymptomatic_released")
        if stem in listed or (stem == "converted_new" and region != "全国"):  # the nation's may not exceed its cases
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
