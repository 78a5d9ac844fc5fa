"""The figures of one bulletin as the rules look at them: by place and measure, as lists, with their corrections."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from sizao.bulletin.figure import FIGURES, Figure
from sizao.bulletin.lists import Entry, find_lists
from sizao.bulletin.places import HMT, NATION, find_place, is_province, lies_in
from sizao.bulletin.read.words import lexicon

CORRECTION = "_correction"


@dataclass(frozen=True)
class Listed:
    """A figure and the places listed after it. `whole`: the list names everybody, so it must add up; a list that
    opens with 包括 (包括西藏1例) says itself that it does not.
    """

    head: Figure
    items: tuple[Figure, ...]
    whole: bool


@dataclass
class Day:
    """One bulletin: the figures of one report day in one source, in the order of the text."""

    report_date: dt.date
    source: str | None
    published: dt.date | None
    figures: list[Figure] = field(default_factory=list)
    corrections: list[Figure] = field(default_factory=list)

    @cached_property
    def at(self) -> dict[tuple[str, str], Figure]:
        """(key of the place, measure) -> the first figure of it."""
        found: dict[tuple[str, str], Figure] = {}
        for figure in self.figures:
            found.setdefault((key(figure), figure.measure), figure)
        return found

    @cached_property
    def places(self) -> list[str]:
        """The keys of its places, in the order of the text."""
        return list(dict.fromkeys(place for place, _ in self.at))

    @cached_property
    def issuer(self) -> str:
        """Who speaks: the nation, else the province (or place) of most figures."""
        if any(f.place_code == NATION.code for f in self.figures):
            return str(NATION.code)
        tops = Counter(key(f) for f in self.figures if level(f) == "province") or Counter(map(key, self.figures))
        return tops.most_common(1)[0][0] if tops else ""

    @cached_property
    def corrected(self) -> dict[tuple[str, str], list[Figure]]:
        """(key of the place, measure) -> the corrections printed beside that figure."""
        found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for correction in self.corrections:
            measure = correction.measure.removesuffix(CORRECTION)
            beside = self._beside(correction, measure)
            found[(key(beside) if beside else key(correction), measure)].append(correction)
        return dict(found)

    def _beside(self, correction: Figure, measure: str) -> Figure | None:
        """The nearest earlier figure of that measure whose place contains the corrected one; else the next one."""
        fitting = [f for f in self.figures if f.measure == measure and _contains(f, correction)]
        earlier = [f for f in fitting if _at(f) <= _at(correction)]
        return earlier[-1] if earlier else fitting[0] if fitting else None

    @cached_property
    def lists(self) -> list[Listed]:
        """Each figure that a list of places follows: of the nation by province, of Hong Kong, Macao and Taiwan
        together, of a province by city. A list of cities is whole if the province itself stands in a list, or the
        bulletin is the province's own: the paragraph on Hubei of 2020 names Wuhan only.
        """
        nation, partial = self.issuer == NATION.code, lexicon().frame.partial
        entries = [Entry(f.place, f.place_code, f.measure, f.start) for f in self.figures]
        items: dict[int, list[Figure]] = defaultdict(list)
        inside: set[int] = set()
        for n, head in enumerate(find_lists(entries, NATION.name)):
            if head is not None:
                items[head].append(self.figures[n])
                inside.add(n)
        return [
            Listed(
                self.figures[n],
                tuple(listed),
                (level(self.figures[n]) == "nation" or n in inside or not nation) and listed[0].note != partial,
            )
            for n, listed in items.items()
        ]


def read_days(figures: pa.Table) -> list[Day]:
    """The bulletins of a table of figures, by report day, then source; rows in the order of their text."""
    columns = [
        figures.column(name).to_pylist() if name in figures.column_names else [None] * figures.num_rows
        for name in FIGURES.names
    ]
    rows = [Figure(*values) for values in zip(*columns, strict=True)]
    if "place_code" not in figures.column_names:
        for row in rows:
            place = find_place(row.place)
            row.place_code = place.code if place else None
    days: dict[tuple[dt.date, str], Day] = {}
    for row in sorted(rows, key=_at):
        day = days.setdefault((row.report_date, row.source or ""), Day(row.report_date, row.source, row.published))
        (day.corrections if row.measure.endswith(CORRECTION) else day.figures).append(row)
    return [days[it] for it in sorted(days)]


def key(figure: Figure) -> str:
    """What tells places apart: the code, or the name where there is none."""
    return figure.place_code or figure.place


def level(figure: Figure) -> str:
    """nation (also Hong Kong, Macao and Taiwan together), province or city."""
    if figure.place_code == NATION.code or figure.place == HMT.name:
        return "nation"
    return "province" if is_province(figure.place_code) else "city"


def total(figures: Iterable[Figure]) -> int:
    """Their sum."""
    return sum(f.value for f in figures)


def remarks(figures: Sequence[Figure]) -> str:
    """Their notes in words, each once."""
    return "；".join(dict.fromkeys(f.note or f"{f.place}{f.value:+d}" for f in figures))


def _at(figure: Figure) -> int:
    return -1 if figure.start is None else figure.start


def _contains(figure: Figure, inner: Figure) -> bool:
    if figure.place_code == NATION.code or key(figure) == key(inner):
        return True
    return is_province(figure.place_code) and lies_in(inner.place_code, figure.place_code) is True
