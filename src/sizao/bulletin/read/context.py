"""What was said so far in a bulletin: whose it is, of which day, what the last numbers counted, in which brackets."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from sizao.bulletin.figure import Figure
from sizao.bulletin.places import HMT, NATION, Place
from sizao.bulletin.read.dates import Calendar
from sizao.bulletin.read.head import Head, Section, understand_head
from sizao.bulletin.read.words import ABROAD, Said

SOMEWHERE = Place(None, "", "")  # whose bulletin it is, until that is told
WAVE = dt.date(2020, 2, 1)  # a total counted since before this day is the total of the whole epidemic


@dataclass(slots=True)
class Printed:
    """A number as it was read: its count, value, stars, span in the tidy text, and the figure made of it."""

    head: Head
    value: int
    stars: str
    start: int
    end: int
    figure: Figure
    own: bool = False
    """Whether its own words say what it counts."""
    listed: bool = False
    """Whether it stands in a list of places."""


@dataclass(slots=True)
class _Level:
    """What a bracket interrupts."""

    base: Head | None
    last: Printed | None
    item: Printed | None
    deep: bool


@dataclass
class Context:
    """What a number inherits from the words before it."""

    calendar: Calendar
    home: Place | None = None
    """Whose bulletin it is, once that is known."""
    by_paragraph: bool = False
    """Whether each paragraph is about people of one origin."""
    on: dt.date | None = None
    """The day that is told of; None before the first dateline."""
    base: Head | None = None
    """The last full count: what follows may be a part of it."""
    near: Head | None = None
    """The last count of all, full or a part."""
    last: Printed | None = None
    """The last number on this level of brackets."""
    item: Printed | None = None
    """The last item of the list that is being read."""
    deep: bool = False
    """Whether the cities of that item are being listed."""
    topic: str | None = None
    """Of whom the paragraph speaks: asymptomatic or contacts."""
    clause: list[Printed] = field(default_factory=list)
    """The numbers outside brackets since the last full stop or semicolon."""
    lost: bool = False
    """Whether the last full count could not be read: then nothing is a part of the one before it."""
    names: list[Place] = field(default_factory=list)
    """Places that wait for their number: 天津、辽宁和甘肃各1例."""
    mentioned: Place | None = None
    """A place named within these brackets before a correction: （湖北省因重复统计，核减108例）."""
    earlier: list[Printed] = field(default_factory=list)
    """Numbers read before it was told whose bulletin it is."""

    def __post_init__(self) -> None:
        self.section = Section(self.home or SOMEWHERE)
        self._levels: list[_Level] = []
        self._origins: set[str | None] = set()  # of the full counts in this sentence

    @property
    def inside(self) -> bool:
        """Whether it is within brackets."""
        return bool(self._levels)

    @property
    def bracketed(self) -> Printed | None:
        """The number that the brackets belong to; outside brackets the last number."""
        return self._levels[-1].last if self._levels else self.last

    @property
    def listing(self) -> bool:
        """Whether places with their numbers may follow."""
        told = self.base is not None
        return (self.inside and told) or (told and self.base.place in (HMT, ABROAD)) or self.deep  # type: ignore[union-attr]

    @property
    def within(self) -> str | None:
        """Code of the province whose cities may be named."""
        around = self.base.place if self.inside and self.base else self.section.place
        if self.deep and self.item:
            around = self.item.head.place
        return None if around in (NATION, HMT, ABROAD) or not around.code else f"{around.code[:2]}0000"

    def head(self, said: Said, unit: str = "") -> Head | None:
        """What a number beside these words counts; None if that cannot be told."""
        inside = bool(self.inside and self.base)
        found = understand_head(said, self.base, self.near, self.section, self.topic, unit, inside)
        if found and found.act == "converted_in" and self.inside and said.link == "part" and self.item:
            return found.at(self.item.head.place)
        return found.at(said.places[0]) if found and said.places and self.inside else found

    def open(self, m: re.Match[str]) -> None:
        """Take in a dateline or who reports: what was said before does not hold for what follows."""
        kind = m.lastgroup
        self.base = None
        if kind == "reporter":
            if self.home is None:
                self.settle(NATION)
            self.section = Section(self.home or NATION, None, self.section.flow)
            return
        since = None
        if kind == "range":
            day = self.calendar.day(m["ry"], m["rm"], m["rd"], m.start())
        elif kind == "short":  # 22日0-24时: of the month before or of this one
            day = self.calendar.day_alone(m["sd"], self.on, m.start())
        elif kind == "since":
            day = self.calendar.day(m["ty"], m["tm"], m["td"], m.start()) if m["tm"] else None
            first = self.calendar.day(m["fy"], m["fm"], m["fd"], m.start())
            since = first.isoformat() if first and first >= WAVE else None
        else:
            day = self.calendar.day(m["ay"], m["am"], m["ad"], m.start()) if m["am"] else None
        self.on = day or self.on
        self.section = Section(self.home or SOMEWHERE, None, "new" if kind in ("range", "short") else "total", since)

    def mark(self, mark: str) -> None:
        """Take in a mark: brackets open a level, a full stop closes the sentence, a new line the paragraph."""
        if mark == "（":
            self._levels.append(_Level(self.base, self.last, self.item, self.deep))
            self.base = self.last.head if self.last else None
            self.item, self.deep, self.names, self.mentioned = None, False, [], None
        elif mark == "）" and self._levels:
            level = self._levels.pop()
            self.base, self.last, self.item, self.deep = level.base, level.last, level.item, level.deep
        elif mark == "；":
            self.deep = False
            self.clause = self.clause if self.inside else []
        elif mark in ("。", "\n"):
            self._levels.clear()
            self.deep, self.item, self.clause = False, None, []
            if self._origins:
                only = next(iter(self._origins)) if len(self._origins) == 1 else None
                self.section = replace(self.section, origin=only)
            self._origins = set()
            if mark == "\n":
                self.section = Section(self.home or SOMEWHERE, None, self.section.flow, self.section.since)
                self.base = self.base if self.base and self.base.place in (HMT, ABROAD) else None

    def settle(self, place: Place) -> None:
        """A place named with a full count is whose bulletin it is, or whose paragraph."""
        if self.inside:
            return
        if self.home is None:
            self.home = place
            for printed in self.earlier:
                if printed.head.place != SOMEWHERE:
                    continue
                printed.head = printed.head.at(place)
                printed.figure.place, printed.figure.place_code = place.name, place.code
        if place != self.section.place:
            self.section = replace(self.section, place=place, origin=None)

    def lose(self, *, part: bool, unknown: bool) -> None:
        """Take in a number that cannot be read: what its brackets hold, or is told as its part, is no part of the one
        before it. `part`: it is itself told as a part; `unknown`: it may be a full count, in unknown words.
        """
        self.last = None
        if not self.inside:
            self.lost = self.lost or unknown
            if not part:
                self.base = self.near = self.item = None

    def remember(self, said: Said, head: Head) -> None:
        """What is told after a full count is a part of it, until the next full count."""
        if not self.inside and not head.act and (self.by_paragraph or head.flow in ("now", "total")):
            self._origins.add(head.origin)
        if head.flow == "change" or head.detail:
            return
        named = said.flow or said.act or (said.subject and said.subject != "any")
        full = bool(named) and head.act != "converted_in"
        if full and not self.inside:
            self.lost = False
        if full and not self.inside:
            self.base = head
            if head.subject in ("asymptomatic", "contacts"):
                self.topic = head.subject
        if full or not self.inside:
            self.near = head
