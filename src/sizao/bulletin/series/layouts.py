"""Figures in the layouts that others read: JHU's wide table of cumulative counts, WHO's daily table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.places import NATION, XPCC_CODE, Place, hmt, provinces
from sizao.bulletin.series.complete import complete_provinces
from sizao.bulletin.series.foreign_layouts import JHU_FIXED
from sizao.errors import Problem, SizaoError
from sizao.words import read_yaml

Days = Mapping[dt.date, int]

XINJIANG_CODE = "650000"
FEW = 5
WHO_COLUMNS = {
    "Date_reported": pa.date32(),
    "Country_code": pa.string(),
    "Country": pa.string(),
    "WHO_region": pa.string(),
    "New_cases": pa.int64(),
    "Cumulative_cases": pa.int64(),
    "New_deaths": pa.int64(),
    "Cumulative_deaths": pa.int64(),
}
_DAY = dt.timedelta(days=1)


def derive_jhu_wide(
    figures: pa.Table,
    measure: str = "confirmed_new",
    *,
    anchors: pa.Table | None = None,
    first: dt.date | None = None,
) -> tuple[pa.Table, tuple[Problem, ...]]:
    """Cumulative counts in JHU's layout: Province/State, Country/Region, Lat, Long, and a column for each report day
    (m/d/yy), one row a province, Hong Kong, Macao and Taiwan; the XPCC counts in Xinjiang, as JHU does it.

    A cell is the cumulative count that the figures give (`*_total`), or follows from one by adding or taking away
    days that are known. Where the figures give none, counts start from 0, and end at the first day that is not known:
    from there on cells are null. With `anchors` (a `figures` table with cumulative counts, for example an imported
    series) they start from its count of the day before instead, at the beginning and after every day not known. What
    starts from 0 and what is null is told as problems. `first`: leave out earlier days.
    SizaoError `no-such-series`: no province has that measure; `not-new`: the measure is no number of new persons;
    `no-anchors`: the anchors have no cumulative counts of it.
    """
    total = _total(measure)
    known = complete_provinces(figures, [measure, total])
    listed = [*provinces(), *hmt()]
    new, totals = _by_code(known, measure), _by_code(known, total)
    _add_xpcc(new, totals)
    days = [day for p in listed for by_code in (new, totals) for day in by_code.get(p.code, {})]
    if not days:
        what = f"no province has the measure {measure}"
        raise SizaoError("no-such-series", what, todo="look at the measures in the figures")
    calendar = _calendar(min(days) if first is None else first, max(days))
    others = _by_code(anchors.rename_columns({"report_date": "on"}), total) if anchors is not None else {}
    if anchors is not None and not any(p.code in others for p in listed):
        todo = f"give a series that has {total} of provinces"
        raise SizaoError("no-anchors", f"the anchors have no row of {total}", todo=todo)
    rows = []
    started: list[str] = []
    blank: dict[dt.date, list[str]] = {}
    for place in sorted(listed, key=lambda p: p.jhu or p.name):
        given, other = totals.get(place.code, {}), others.get(place.code, {})
        counts = _accumulate(calendar, new.get(place.code, {}), given, other)
        if counts[0] is not None and not given and calendar[0] - _DAY not in other:
            started.append(place.name)
        if hole := next((day for day, count in zip(calendar, counts, strict=True) if count is None), None):
            blank.setdefault(hole, []).append(place.name)
        rows.append([*_head(place), *counts])
    names = [*JHU_FIXED, *(f"{day.month}/{day.day}/{day:%y}" for day in calendar)]
    types = [pa.string(), pa.string(), pa.float64(), pa.float64(), *(pa.int64() for _ in calendar)]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), types, strict=True)]
    return pa.table(columns, names=names), _told(total, calendar[0], started, blank)


def derive_who_daily(figures: pa.Table, *, outside: bool = False) -> pa.Table:
    """The nation in WHO's daily layout: Date_reported (the report day), Country_code (CN), Country, WHO_region
    (WPRO), New_cases, Cumulative_cases, New_deaths, Cumulative_deaths; one row for every day from the first to the
    last.

    A number that no bulletin gives is null. The bulletins' nation is without Hong Kong, Macao and Taiwan; WHO's own
    China counts them: `outside` adds them, and then a number is null too where one of theirs is not known.
    """
    measures = ("confirmed_new", "confirmed_total", "deaths_new", "deaths_total")
    known = complete_provinces(figures, measures)
    codes = [NATION.code, *(p.code for p in hmt() if outside)]
    by_measure = {measure: _by_code(known, measure) for measure in measures}
    days = sorted({day for by_code in by_measure.values() for day in by_code.get(NATION.code, {})})

    def count(measure: str, day: dt.date) -> int | None:
        numbers = [by_measure[measure].get(code, {}).get(day) for code in codes]
        return None if None in numbers else sum(n for n in numbers if n is not None)

    rows = [
        (day, "CN", "China", "WPRO", *(count(measure, day) for measure in measures))
        for day in (_calendar(days[0], days[-1]) if days else [])
    ]
    schema = pa.schema(list(WHO_COLUMNS.items()))
    return pa.Table.from_pylist([dict(zip(WHO_COLUMNS, row, strict=True)) for row in rows], schema=schema)


def _accumulate(calendar: list[dt.date], new: Days, given: Days, other: Days) -> list[int | None]:
    counts: list[int | None] = []
    count = None if given or calendar[0] - _DAY in other else 0
    for day in calendar:
        before = count if count is not None else other.get(day - _DAY)
        count = given.get(day, before + new[day] if before is not None and day in new else None)
        counts.append(count)
    for n in range(len(calendar) - 2, -1, -1):  # backwards from a count that is given
        after = counts[n + 1]
        if counts[n] is None and after is not None and calendar[n + 1] in new:
            counts[n] = after - new[calendar[n + 1]]
    return counts


def _told(total: str, first: dt.date, started: list[str], blank: Mapping[dt.date, list[str]]) -> tuple[Problem, ...]:
    todo = "add the missing bulletins, or give another series with cumulative counts: --anchors FILE (`anchors`)"
    found = []
    if started:
        what = f"no {total} is known of {_few(started)}: their cumulative counts start from 0 before {first}"
        found.append(Problem("counted-from-first-day", "figures", what, todo, column=total, effect="kept"))
    for day, names in sorted(blank.items()):
        what = f"{day} is not known of {_few(names)}: their cumulative counts are blank from there until one is known"
        found.append(Problem("unknown-days", "figures", what, todo, column=total, effect="kept"))
    return tuple(found)


def _few(names: list[str]) -> str:
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def _total(measure: str) -> str:
    if not measure.endswith("_new"):
        todo = "use confirmed_new, deaths_new or discharged_new"
        raise SizaoError("not-new", f"{measure} is no number of new persons, which add up", where=measure, todo=todo)
    return measure.removesuffix("_new") + "_total"


def _by_code(known: pa.Table, measure: str) -> dict[str | None, dict[dt.date, int]]:
    rows = known.filter(pc.equal(known["measure"], measure))
    found: dict[str | None, dict[dt.date, int]] = {}
    for code, day, value in zip(*(rows[name].to_pylist() for name in ("place_code", "on", "value")), strict=True):
        found.setdefault(code, {})[day] = value
    return found


def _add_xpcc(*counts: dict[str | None, dict[dt.date, int]]) -> None:
    """Xinjiang with the XPCC; unknown where the XPCC is."""
    for by_code in counts:
        theirs = by_code.get(XPCC_CODE, {})
        days = by_code.get(XINJIANG_CODE, {})
        by_code[XINJIANG_CODE] = {day: value + theirs[day] for day, value in days.items() if day in theirs}


def _calendar(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _head(place: Place) -> tuple[str, str, float, float]:
    lat, long = read_yaml("sizao.bulletin.series", "coordinates.yaml")[place.code]
    jhu = place.jhu or place.name
    return ("", jhu, lat, long) if jhu.endswith("*") else (jhu, "China", lat, long)
