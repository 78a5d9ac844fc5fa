"""Finds the rows of one day's bulletin in the table of figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.lists import Row, rows_within, tells_of
from sizao.bulletin.places import NATION, names_of
from sizao.errors import SizaoError


def pick_rows(figures: pa.Table, on: date, place: str) -> tuple[str, list[Row]]:
    """The place as the table calls it, and the rows of its bulletin for that day.

    Of several sources, those of the place itself go before those of the nation that name it, then the one last
    published, then the one that says most. SizaoError: `unknown-place`, `no-figures`.
    """
    name = _name_in(figures, place)
    days = figures.filter(pc.equal(figures["place"], name))["report_date"]
    if not pc.any(pc.equal(days, pa.scalar(on, pa.date32()))).as_py():
        raise _none_on(on, name, sorted(set(days.to_pylist())))
    sources: defaultdict[str, list[Row]] = defaultdict(list)
    for row in figures.filter(pc.equal(figures["report_date"], pa.scalar(on, pa.date32()))).to_pylist():
        sources[row.get("source") or ""].append(row)
    _, _, _, source = max(_rank(source, rows, name) for source, rows in sources.items() if tells_of(rows, name))
    rows = sources[source]
    national = name != NATION.name and tells_of(rows, NATION.name)
    # What a bulletin of the nation says of one province stands in no order any more.
    return name, [{**row, "start": None} for row in rows_within(rows, name)] if national else rows


def _rank(source: str, rows: list[Row], name: str) -> tuple[bool, date, int, str]:
    own = name == NATION.name or not tells_of(rows, NATION.name)
    return own, max(row.get("published") or date.min for row in rows), len(rows), source


def _name_in(figures: pa.Table, place: str) -> str:
    """The name that the table has for a place: as given, or another of its names."""
    there = pc.unique(figures["place"]).to_pylist()
    for name in names_of(place):
        if name in there:
            return name
    raise SizaoError(
        "unknown-place",
        f"the figures have nothing of {place!r}",
        todo="give one of " + "、".join(there[:12]) + ("..." if len(there) > 12 else "")
        if there
        else "read bulletins first",
    )


def _none_on(on: date, name: str, days: list[date]) -> SizaoError:
    nearest = min(days, key=lambda day: (abs(day - on), day))
    return SizaoError(
        "no-figures",
        f"no figures of {name} for {on}",
        why=f"there are {len(days)} days, from {days[0]} to {days[-1]}",
        todo=f"the nearest day is {nearest}; the date is the day reported on, the day before publication",
    )
