"""What a day's page says: the numbers of the day and of the days before, and which of them nobody gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.places import NATION, XPCC_CODE, find_place, provinces
from sizao.bulletin.series import complete_provinces, derive_days_since_local
from sizao.errors import SizaoError

DAY = timedelta(days=1)
WEEK = 7
SHOWN = 60
"""Days that the charts show."""

CORRECTION = "_correction"
MEASURES = (
    "confirmed_new", "confirmed_new_local", "confirmed_new_imported",
    "asymptomatic_new", "asymptomatic_new_local", "asymptomatic_new_imported",
    "suspected_new", "deaths_new", "active", "severe", "asymptomatic_observed", "contacts_observed",
)  # fmt: skip


class Since(NamedTuple):
    """Days without a case: `days` since the last one (None: none is on record); on `unknown` of them nobody knows."""

    days: int | None
    known: int
    unknown: int

    @property
    def sure(self) -> int:
        """Days that are surely without a case, back from the day of the report."""
        return 0 if self.unknown else self.known


class Correction(NamedTuple):
    """A number put right in the day's text, signed."""

    place: str
    measure: str
    value: int


@dataclass(frozen=True)
class Situation:
    """The numbers of a place and of the places in it. A number that nobody gave is None, never 0."""

    on: date
    place: str
    children: tuple[str, ...]
    days: tuple[date, ...]
    """Every day of the calendar that the charts show, the last one `on`."""
    local: bool
    """Whether local cases are told apart; in the first months of 2020 they were not."""
    silent: bool
    """Whether the places in it have numbers of asymptomatic infections."""
    since: Mapping[str, Since]
    """Of the place and of those in it."""
    published: date | None
    sources: tuple[str, ...]
    """Where the numbers of the day come from."""
    bulletins: int
    """How many sources the page rests on."""
    corrections: tuple[Correction, ...]
    _known: Mapping[tuple[date, str, str], int]

    def get(self, measure: str, day: date | None = None, place: str | None = None) -> int | None:
        """A number of the day (or another one) of the place (or one in it)."""
        return self._known.get((day or self.on, place or self.place, measure))

    def total(self, measures: Iterable[str], day: date | None = None, place: str | None = None) -> int | None:
        """The sum of several; None if one of them is not known."""
        return _total(self.get(measure, day, place) for measure in measures)

    def week(self, measures: Iterable[str], last: date, place: str | None = None) -> int | None:
        """The sum over the seven days up to `last`; None if one of them is not known."""
        measures = tuple(measures)
        return _total(self.total(measures, last - n * DAY, place) for n in range(WEEK))

    @property
    def new(self) -> tuple[str, ...]:
        """The measures of new infections in the places: local ones where they are told apart."""
        end = "_local" if self.local else ""
        return (f"confirmed_new{end}", *((f"asymptomatic_new{end}",) if self.silent else ()))

    @property
    def missing(self) -> tuple[date, ...]:
        """Days shown of which no new case is known, not even that there was none."""
        return tuple(day for day in self.days if self.get("confirmed_new", day) is None)

    def ranked(self) -> list[tuple[str, tuple[int | None, ...], int]]:
        """(place, the numbers of `new`, their sum) of places with new infections, most first; unknown parts count 0."""
        rows = []
        for child in self.children:
            parts = tuple(self.get(measure, None, child) for measure in self.new)
            if any(parts):
                rows.append((child, parts, sum(part or 0 for part in parts)))
        return sorted(rows, key=lambda row: -row[2])

    @property
    def unknown(self) -> tuple[str, ...]:
        """Places in it whose numbers of the day are not all known."""
        return tuple(child for child in self.children if self.total(self.new, None, child) is None)


def derive_situation(figures: pa.Table, on: date, place: str) -> Situation:
    """The situation of a place on a day from a table `figures` that also holds the days before.

    `place` is a name or a GB/T 2260 code. SizaoError: `no-figures` where the table holds no number of that day and place.
    """
    name = _name_in(figures, place)
    today = figures.filter(pc.and_(pc.equal(figures["report_date"], on), pc.equal(figures["place"], name)))
    if not today.num_rows:
        raise _no_figures(figures, on, place)
    near = _between(figures, on - (SHOWN + 2 * WEEK) * DAY, on)
    known = {
        (row["on"], row["place"], row["measure"]): row["value"] for row in complete_provinces(near, MEASURES).to_pylist()
    }
    if name == NATION.name:
        children = (*(p.name for p in provinces()), XPCC)
    else:
        lists = _complete_lists(_between(figures, date.min, on), name)
        children = tuple(dict.fromkeys(child for _, child, _ in lists))
        known = {**lists, **known}
    local = (on, name, "confirmed_new_local") in known or (on, name, "confirmed_new") not in known
    silent_measure = "asymptomatic_new_local" if local else "asymptomatic_new"
    silent = any((on, child, silent_measure) in known for child in (children or (name,)))
    measures = [f"{stem}_new_local" if local else f"{stem}_new" for stem in ("confirmed", "asymptomatic")[: 1 + silent]]
    if name == NATION.name:
        since = _since_of_provinces(_between(figures, date.min, on), on, measures)
    else:
        since = {child: _since(known, on, child, measures) for child in children}
    own = _own(figures, name, on)
    first = max(on - (SHOWN - 1) * DAY, min(day for day, at, _ in known if at == name))
    return Situation(
        on=on,
        place=name,
        children=children,
        days=tuple(first + n * DAY for n in range((on - first).days + 1)),
        local=local,
        silent=silent,
        since={name: _since(own, on, name, measures), **since},
        published=max((day for day in today["published"].to_pylist() if day), default=None),
        sources=_sources(today),
        bulletins=len(_sources(near)),
        corrections=_corrections(figures.filter(pc.equal(figures["report_date"], on))),
        _known=known,
    )


XPCC = (lambda place: place.name if place else "兵团")(find_place("兵团"))
