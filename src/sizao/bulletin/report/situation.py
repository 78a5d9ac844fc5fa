"""What a day's page says: the numbers of the day and of the days before, and which of them nobody gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
WEEK = 7


class Since(NamedTuple):
    """Days since the last case (None: none is on record); on `unknown` of the days after it nobody knows."""

    days: int | None
    unknown: int


class Free(NamedTuple):
    """Days without a new case up to the day of the report: at least, and at most (None: none is on record)."""

    least: int
    most: int | None


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

    def free(self, place: str) -> Free:
        """How long a place has had no new case; days that are not known make it a span."""
        since = self.since[place]
        if since.days is not None and not since.unknown:
            return Free(since.days, since.days)
        least = 0
        while self.total(self.new, self.on - least * DAY, place) == 0:
            least += 1
        return Free(least, since.days)

    @property
    def new(self) -> tuple[str, ...]:
        """The measures of new infections in the places: local ones where they are told apart."""
        end = "_local" if self.local else ""
        return (f"confirmed_new{end}", *((f"asymptomatic_new{end}",) if self.silent else ()))

    def new_of(self, day: date) -> tuple[int | None, int | None, int | None]:
        """Confirmed (local, where they are told apart), asymptomatic (else the local ones), imported confirmed."""
        local, imported = self.get("confirmed_new_local", day), self.get("confirmed_new_imported", day)
        silent = self.get("asymptomatic_new", day)
        if silent is None:
            silent = self.get("asymptomatic_new_local", day)
        if local is None:
            return self.get("confirmed_new", day), silent, None
        return local, silent, imported

    @property
    def whole(self) -> tuple[str, str]:
        """The measures of all new cases, of both kinds; of local ones where only those are told."""
        confirmed, silent = (self._told(f"{stem}_new") for stem in ("confirmed", "asymptomatic"))
        return confirmed, silent

    def _told(self, measure: str) -> str:
        """The measure or its local part: the one known on more of the days shown."""
        both = (measure, f"{measure}_local")
        return max(both, key=lambda name: sum(self.get(name, day) is not None for day in self.days))

    @property
    def kinds(self) -> tuple[bool, bool, bool]:
        """Which of `new_of` are known of any day shown."""
        known = [self.new_of(day) for day in self.days]
        confirmed, silent, imported = (any(n is not None for n in kind) for kind in zip(*known, strict=True))
        return confirmed, silent, imported

    def averages(self) -> list[tuple[date, float | None]]:
        """The mean of all new cases of each seven days; None unless all of them are known."""
        measures = self.whole[: 1 + self.kinds[1]]
        totals = ((day, self.week(measures, day)) for day in self.days)
        return [(day, None if total is None else total / WEEK) for day, total in totals]

    def shares(self, over: int) -> list[tuple[date, float | None]]:
        """Asymptomatic infections / all new cases of the `over` days up to each; None: unknown, or there is none."""
        silent_measure = self.whole[1]
        measures = ("confirmed_new_local" if self.silent_is_local else self.whole[0], silent_measure)
        found: list[tuple[date, float | None]] = []
        for day in self.days:
            days = [day - n * DAY for n in range(over)]
            silent = _total(self.get(silent_measure, d) for d in days)
            whole = _total(self.total(measures, d) for d in days)
            found.append((day, silent / whole if silent is not None and whole else None))
        return found

    @property
    def silent_is_local(self) -> bool:
        """Whether only local asymptomatic infections are told, as a bulletin of the nation does of a province."""
        return self.whole[1].endswith("_local")

    @property
    def partly(self) -> tuple[date, ...]:
        """Days shown of which some kinds of new cases are known and others, known of other days, are not."""
        return tuple(day for day in self.days if day not in self.missing and self._lacks(day))

    def _lacks(self, day: date) -> bool:
        confirmed, silent = (self.get(measure, day) for measure in self.whole)
        return confirmed is None or (silent is None and self.kinds[1])

    @property
    def missing(self) -> tuple[date, ...]:
        """Days shown of which no number of new cases is known, not even that there was none."""
        return tuple(day for day in self.days if not any(n is not None for n in self.new_of(day)))

    def ranked(self) -> list[tuple[str, tuple[int | None, ...], int]]:
        """(place, numbers of `new`, their sum) of places with new cases, most first; unknown parts count 0."""
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


def _total(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
