"""Derives a day's situation from a table of figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.lists import lists_of, rows_within
from sizao.bulletin.places import NATION, listed_provinces, names_of
from sizao.bulletin.report.situation import DAY, WEEK, Correction, Since, Situation
from sizao.bulletin.series import complete_provinces, derive_days_since_local
from sizao.errors import SizaoError
from sizao.tables import Source, contract

SHOWN = 60
"""Days that the charts show."""

CORRECTION = "_correction"
MEASURES = (
    "confirmed_new", "confirmed_new_local", "confirmed_new_imported",
    "asymptomatic_new", "asymptomatic_new_local", "asymptomatic_new_imported",
    "suspected_new", "deaths_new", "active", "severe", "asymptomatic_observed", "contacts_observed",
)  # fmt: skip


def derive_situation(figures: pa.Table, on: date, place: str) -> Situation:
    """The situation of a place on a day from a table `figures` that also holds the days before.

    `place` is a name or a GB/T 2260 code. SizaoError: `no-figures` where nothing is given of that day and place.
    """
    figures = Source(contract("figures"), figures.num_rows, table=figures).arrow()
    name = _name_in(figures, place)
    today = figures.filter(pc.and_(pc.equal(figures["report_date"], on), pc.equal(figures["place"], name)))
    if not today.num_rows:
        raise _no_figures(figures, on, place)
    near = _between(figures, on - (SHOWN + 2 * WEEK) * DAY, on)
    known = {
        (row["on"], row["place"], row["measure"]): row["value"]
        for row in complete_provinces(near, MEASURES).to_pylist()
    }
    if name == NATION.name:
        children = tuple(p.name for p in listed_provinces())
    else:
        lists = _complete_lists(_between(figures, date.min, on), name)
        children = tuple(dict.fromkeys(child for _, child, _ in lists))  # in the order in which they are first named
        known = {**lists, **known}
    local = (on, name, "confirmed_new_local") in known or (on, name, "confirmed_new") not in known
    silent_measure = "asymptomatic_new_local" if local else "asymptomatic_new"
    silent = any((on, child, silent_measure) in known for child in (children or (name,)))
    measures = [
        f"{stem}_new_local" if local else f"{stem}_new" for stem in ("confirmed", "asymptomatic")[: 1 + silent]
    ]
    if name == NATION.name:
        since = _since_of_provinces(_between(figures, date.min, on), on, measures)
    else:
        since = {child: _since(known, on, child, measures) for child in children}
    own = _own(_between(figures, date.min, on), name, measures)
    return Situation(
        on=on,
        place=name,
        children=children,
        days=tuple(on - n * DAY for n in reversed(range(SHOWN))),
        local=local,
        silent=silent,
        since={name: _since(own, on, name, measures), **since},
        published=max((day for day in today["published"].to_pylist() if day), default=None),
        sources=_sources(today),
        bulletins=len(_sources(near)),
        corrections=_corrections(figures.filter(pc.equal(figures["report_date"], on))),
        _known=known,
    )


def _name_in(figures: pa.Table, place: str) -> str:
    """The name by which the figures call a place."""
    named = pc.is_in(figures["place"], pa.array(names_of(place)))
    rows = figures.filter(pc.or_(named, pc.equal(pc.fill_null(figures["place_code"], ""), place)))
    return rows["place"][0].as_py() if rows.num_rows else place


def _between(figures: pa.Table, first: date, last: date) -> pa.Table:
    days = figures["report_date"]
    return figures.filter(pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last)))


def _complete_lists(figures: pa.Table, place: str) -> dict[tuple[date, str, str], int]:
    """What the lists of a place say of the places in it; who is not named in a list that sums to its whole has 0."""
    lists = [
        (row, items)
        for rows in _texts(figures)
        for row, items in lists_of(rows_within(rows, place), place)
        # Lists of imported cases may name where people came from.
        if row["measure"] in MEASURES and not row["measure"].endswith("_imported")
    ]
    names = dict.fromkeys(item["place"] for _, items in lists for item in items)
    known: dict[tuple[date, str, str], int] = {}
    for row, items in lists:
        parts: dict[str, int] = {}
        for item in items:
            parts.setdefault(item["place"], item["value"])
        whole = dict.fromkeys(names, 0) if sum(parts.values()) == row["value"] else {}
        for name, part in (whole | parts).items():
            known.setdefault((row["report_date"], name, row["measure"]), part)
    return known


def _texts(figures: pa.Table) -> Iterable[list[dict[str, Any]]]:
    """The rows of each day and source."""
    columns = ["report_date", "place", "place_code", "measure", "value", "source", "start"]
    texts: defaultdict[tuple[str, date], list[dict[str, Any]]] = defaultdict(list)
    for row in figures.select(columns).to_pylist():
        texts[row["source"] or "", row["report_date"]].append(row)
    return [texts[key] for key in sorted(texts)]


def _own(figures: pa.Table, place: str, measures: Sequence[str]) -> dict[tuple[date, str, str], int]:
    """New cases of the place itself on every day that is known."""
    rows = figures.filter(pc.equal(figures["place"], place))
    return {
        (row["on"], row["place"], row["measure"]): row["value"]
        for row in complete_provinces(rows, measures).to_pylist()
    }


def _since(known: Mapping[tuple[date, str, str], int], on: date, place: str, measures: Iterable[str]) -> Since:
    measures = tuple(measures)
    days = {day for day, at, measure in known if at == place and measure in measures and day <= on}
    had = {day for day in days if any(known.get((day, place, measure)) for measure in measures)}
    last, first = max(had, default=None), min(days, default=on + DAY)
    start = last if last else first - DAY
    free = sum(day > start and all((day, place, m) in known for m in measures) for day in days)
    return Since((on - last).days if last else None, (on - start).days - free)


def _since_of_provinces(figures: pa.Table, on: date, measures: Iterable[str]) -> dict[str, Since]:
    rows = derive_days_since_local(figures, on, tuple(measures)).to_pylist()
    return {row["place"]: Since(row["days"], row["days_unknown"]) for row in rows}


def _sources(figures: pa.Table) -> tuple[str, ...]:
    return tuple(sorted({Path(source).name for source in figures["source"].unique().to_pylist() if source}))


def _corrections(figures: pa.Table) -> tuple[Correction, ...]:
    rows = figures.filter(pc.ends_with(figures["measure"], CORRECTION)).to_pylist()
    found = (Correction(row["place"], row["measure"].removesuffix(CORRECTION), row["value"]) for row in rows)
    return tuple(dict.fromkeys(found))


def _no_figures(figures: pa.Table, on: date, place: str) -> SizaoError:
    days = figures.filter(pc.equal(figures["place"], _name_in(figures, place)))["report_date"]
    if len(days):
        before = [day for day in days.unique().to_pylist() if day < on]
        near = f"the last day before it is {max(before)}" if before else f"the first day is {min(days.to_pylist())}"
        return SizaoError(
            "no-figures", f"there is no figure of {place} for {on}", todo=f"ask for another day: {near}"
        )
    names = figures["place"].unique().to_pylist()
    todo = f"ask for one of {', '.join(names[:8])}" + (" ..." if len(names) > 8 else "")
    return SizaoError("no-figures", f"there is no figure of {place}", todo=todo if names else "read bulletins first")
