"""What is to be told of a day: figures, each with its list of places and its corrections, each to be told once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sizao.bulletin.figure import SINCE
from sizao.bulletin.places import order
from sizao.errors import SizaoError

_SINCE = re.compile(rf"{SINCE}(\d{{4}}-\d\d-\d\d)；?")


@dataclass(frozen=True)
class Correction:
    """A number put right: `value` signed; `place` is whose number it was."""

    place: str
    measure: str
    value: int


@dataclass
class Figure:
    """One number with what is told beside it. `items`: the places that it is made up of, not sorted."""

    place: str
    code: str | None
    measure: str
    value: int
    note: str | None = None
    items: list[Figure] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Whether the number is all there is to tell."""
        return not (self.note or self.items or self.corrections)

    @property
    def remark(self) -> str:
        """The note, without the day since when a total is counted."""
        return _SINCE.sub("", self.note or "")

    @property
    def since(self) -> date:
        """The day since when it is counted: the note of a measure on _since says it. SizaoError `since-when`."""
        found = _SINCE.search(self.note or "")
        if found is None:
            raise SizaoError(
                "since-when",
                f"{self.measure} of {self.place} has no day since when it is counted",
                where="figures",
                todo=f"write it in the note: {SINCE}2022-02-26",
            )
        return date.fromisoformat(found[1])

    def ranked(self) -> list[Figure]:
        """The items in descending order, ties as in GB/T 2260."""
        return sorted(self.items, key=lambda item: (-item.value, order(item.code), item.place))


class Ledger:
    """What is still to be told. The writer takes figures out, and what is left at the end it tells one by one."""

    def __init__(self, region: str, figures: Iterable[Figure], loose: Iterable[Correction] = ()) -> None:
        """`loose`: corrections whose figure is not given."""
        self.region = region
        self._figures: list[Figure] = []
        self._since: defaultdict[date, list[Figure]] = defaultdict(list)
        self._loose = list(loose)
        for figure in figures:
            (self._since[figure.since] if figure.measure.endswith("_since") else self._figures).append(figure)

    def see(self, measure: str, place: str | None = None) -> Figure | None:
        """The figure of that measure that stands by itself: of the region, if no place is said."""
        wanted = (place or self.region, measure)
        return next((f for f in self._figures if (f.place, f.measure) == wanted), None)

    def take(self, measure: str, place: str | None = None) -> Figure | None:
        """The same; it is then told."""
        found = self.see(measure, place)
        if found is not None:
            self._figures.remove(found)
        return found

    def with_stock(self) -> list[str]:
        """Places other than the region whose active cases stand by themselves."""
        return [f.place for f in self._figures if f.measure == "active" and f.place != self.region]

    def places(self) -> list[str]:
        """Places that something is still to be told of, in the order of the table."""
        return list(dict.fromkeys([*(f.place for f in self._figures), *(c.place for c in self._loose)]))

    def left(self, place: str) -> list[Figure]:
        """Take all figures that are left of a place."""
        found = [f for f in self._figures if f.place == place]
        self._figures = [f for f in self._figures if f.place != place]
        return found

    def loose(self, place: str) -> list[Correction]:
        """Take the corrections of a place whose figures are not given."""
        found = [c for c in self._loose if c.place == place]
        self._loose = [c for c in self._loose if c.place != place]
        return found

    def since(self) -> list[tuple[date, list[Figure]]]:
        """Take the totals counted since some day, by that day."""
        found = sorted(self._since.items())
        self._since.clear()
        return found
