"""One place, one measure, day by day: the series, its 7-day average and the week over the week before."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.places import find_place, names_of
from sizao.bulletin.series.complete import complete_provinces
from sizao.errors import SizaoError

WEEK = 7


def derive_series(figures: pa.Table, place: str, measure: str) -> pa.Table:
    """One measure of one place over time, as `complete_provinces` knows it.

    `place` is a name (上海, 上海市) or a code (310000). Returns on (date32), value (int64), given (bool: the text
    says it; else it is derived), how, source, others, one row a day, ordered. A day that is not known has no row.
    SizaoError `no-such-series`: nothing is known of that place and measure; says what there is.
    """
    known = complete_provinces(figures, [measure])
    rows = known.filter(_is_place(known, place))
    if not rows.num_rows:
        raise _no_such_series(figures, known, place, measure)
    return rows.select(["on", "value", "given", "how", "source", "others"])


def derive_averages(series: pa.Table) -> pa.Table:
    """The last 7 days of every day from the first to the last of a series (columns on, value).

    Returns on, value (null: unknown), days_known (0 to 7 of the 7 days up to this one), average (of the 7 days, to
    the day; null unless all 7 are known), week_ratio (these 7 days over the 7 before; null unless all 14 are known
    and the week before is above 0: 2.0 is twice as many).
    """
    if not series.num_rows:
        return _averages(np.array([], dtype="datetime64[D]"), np.array([]))
    days = series["on"].to_numpy().astype("datetime64[D]")
    calendar = np.arange(days.min(), days.max() + 1, dtype="datetime64[D]")
    values = np.full(calendar.size, np.nan)
    values[(days - calendar[0]).astype(int)] = series["value"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return _averages(calendar, values)


def _averages(calendar: np.ndarray, values: np.ndarray) -> pa.Table:
    known = ~np.isnan(values)
    sums, days_known = _trailing(np.where(known, values, 0.0)), _trailing(known.astype(float)).astype(np.int64)
    week = np.where(days_known == WEEK, sums, np.nan)
    before = np.concatenate([np.full(min(WEEK, week.size), np.nan), week[:-WEEK]])
    ratio = np.divide(week, before, out=np.full(week.size, np.nan), where=before > 0)
    return pa.table(
        {
            "on": pa.array(calendar, pa.date32()),
            "value": pa.array(np.where(known, values, 0).astype(np.int64), mask=~known),
            "days_known": pa.array(days_known, pa.int64()),
            "average": pa.array(week / WEEK, from_pandas=True),
            "week_ratio": pa.array(ratio, from_pandas=True),
        }
    )


def _trailing(values: np.ndarray) -> np.ndarray:
    """The sum of each value and the six before it, as far as there are any."""
    run = np.concatenate([np.zeros(WEEK), np.cumsum(values)])
    return np.asarray(run[WEEK:] - run[:-WEEK])


def _is_place(table: pa.Table, place: str) -> pa.ChunkedArray:
    found = find_place(place)
    names = pa.array(names_of(place))
    codes = pa.array({place} | ({found.code} if found and found.code else set()))
    code = pc.fill_null(table["place_code"], "")
    return pc.or_(pc.is_in(code, codes), pc.and_(pc.is_in(table["place"], names), pc.equal(code, "")))


def _no_such_series(figures: pa.Table, known: pa.Table, place: str, measure: str) -> SizaoError:
    what = f"no figure of {measure} is known for {place}"
    here = figures.filter(_is_place(figures, place)) if "place_code" in figures.schema.names else figures
    measures, places = sorted(set(here["measure"].to_pylist())), sorted(set(known["place"].to_pylist()))
    if not here.num_rows and not places:
        todo = f"the figures have: {', '.join(sorted(set(figures['measure'].to_pylist()))) or 'no rows'}"
    elif measures:
        near = get_close_matches(measure, measures, n=3)
        todo = f"did you mean {', '.join(near)}?" if near else f"of {place} there are: {', '.join(measures)}"
    else:
        todo = f"{measure} is known for: {', '.join(places)}"
    return SizaoError("no-such-series", what, where=place, todo=todo)
