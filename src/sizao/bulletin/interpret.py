"""Reads segments one after another into figures: each number is told apart by its own words and by what stood before it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from sizao.bulletin.dates import LAG, dates_in_text, last_before, make_date
from sizao.bulletin.figure import Figure
from sizao.bulletin.head import Head, Section, understand_head
from sizao.bulletin.places import HMT, NATION, Place
from sizao.bulletin.scan import PERSONS, Number, Segment
from sizao.bulletin.text import Text
from sizao.bulletin.words import ABROAD, Said, understand

_LEADING = re.compile(r"^(?:其中|含|包括|和|及|另有|为)+")
SOMEWHERE = Place(None, "", "")  # whose bulletin it is, until that is told
MANY = 1
WAVE = dt.date(2020, 2, 1)  # a total counted since before this day is the total of the whole epidemic


@dataclass(slots=True)
class Printed:
    """A number as it was read: its count, value, stars, span in the tidy text, and the figures made of it."""

    head: Head
    value: int
    stars: str
    start: int
    end: int
    figure: Figure
    listed: bool = False
    """Whether it stands in a list of places."""


@dataclass(slots=True)
class _Level:
    """What a bracket interrupts."""

    base: Head | None
    last: Printed | None
    item: Printed | None
    deep: bool
    listed: bool


@dataclass
class Interpreter:
    """Holds what was said so far. `home` is the place whose bulletin it is, once known."""

    text: Text
    source: str
    published: dt.date | None = None
    home: Place | None = None
    year: int | None = None
    """The year to try, where nothing tells it."""
    printed: list[Printed] = field(default_factory=list)
    unread: list[Number] = field(default_factory=list)
    before_names: list[tuple[int, int]] = field(default_factory=list)
    """Spans of a list where the number stands before the name."""
    days: list[dt.date] = field(default_factory=list)
    at: int = 0
    """Number of the segment that is being read."""

    no_such_day: int | None = None
    """Where in the tidy text a day is named that does not exist."""
    no_year: int | None = None
    """Where a day is named whose year nothing tells."""
    told_both: Number | None = None
    """A number that is called new and cumulative at once."""
    year_told: bool = False
    """Whether the text itself tells the year of its day."""
    published_on: dt.date | None = None
    """Day of publication, where only the text tells it."""

    def __post_init__(self) -> None:
        self.later = dates_in_text(self.text.said)
        self.on: dt.date | None = None
        self.section = Section(self.home or SOMEWHERE)
        self.by_paragraph = False
        self.exception = ""  # 除湖北省外: the next number leaves it out
        self.clause: list[Printed] = []  # what was told since the last full stop or semicolon
        self.fresh = -9  # the segment in which the last number was read
        self.origins: set[str | None] = set()  # of the stocks told in this sentence
        self.topic: str | None = None
        self.base: Head | None = None
        self.last: Printed | None = None
        self.near: Head | None = None
        self.item: Printed | None = None
        self.deep = self.listed = False
        self.stack: list[_Level] = []
        self.pending: list[Place] = []

    # -- one segment after another

    def read(self, segments: list[Segment]) -> None:
        """Read all segments of a bulletin, in order."""
        opened = [s for s in segments if s.opener == "\n" and any(h.lastgroup == "range" for h in s.heads)]
        self.by_paragraph = len(opened) > MANY  # then each paragraph is about people of one origin
        for n, segment in enumerate(segments):
            self.at = n
            for head in segment.heads:
                self._open(head)
            if self.on is not None:
                tail = self._tail(segments, n)
                self._segment(segment, tail)
            self._mark(segment.closer)

    def _tail(self, segments: list[Segment], n: int) -> Said | None:
        """What is said after the second of two numbers that 和 joins holds for the first too."""
        if segments[n].closer != "和" or n + 1 == len(segments) or len(segments[n + 1].runs) < 2:
            return None
        said = understand(segments[n + 1].runs[-1])
        return said if said.detail or said.flow else None

    def _open(self, m: re.Match[str]) -> None:
        kind = m.lastgroup
        if kind == "reporter":
            if self.home is None:
                self._settle(NATION)
            self.section = Section(self.home or NATION, None, self.section.flow)
            self.base = None
            return
        day = None
        if kind == "range":
            day = self._resolve(m["ry"], int(m["rm"]), int(m["rd"]), m.start())
        elif kind == "asof" and m["am"]:
            day = self._resolve(m["ay"], int(m["am"]), int(m["ad"]), m.start())
        elif kind == "since" and m["tm"]:
            day = self._resolve(m["ty"], int(m["tm"]), int(m["td"]), m.start())
        if day is not None:
            self.on = day
            if kind == "range":
                self.days.append(day)
        since = None
        if kind == "since":
            first = dt.date(int(m["fy"]), int(m["fm"]), int(m["fd"]))
            since = first.isoformat() if first >= WAVE else None
        self.section = Section(self.home or SOMEWHERE, None, "new" if kind == "range" else "total", since)
        self.base = None

    def _resolve(self, year: str | None, month: int, day: int, at: int) -> dt.date | None:
        """The date that a text means: with its own year, else the last such day before its publication."""
        found = None
        if year:
            found = make_date(int(year), month, day)
            self.year_told = self.year_told or found is not None
        elif self.year:
            found = make_date(self.year, month, day)
        elif make_date(2020, month, day) is None:
            self.no_such_day = at
        elif self.published:
            found = last_before(month, day, self.published)
        else:
            near = ((last_before(month, day, date), date) for date in self.later)
            close = [(date, then) for date, then in near if date and (then - date).days <= LAG]
            if close:
                found, self.published_on = close[0]
                self.year_told = True
            elif self.no_year is None:
                self.no_year = at
        if year and found is None:
            self.no_such_day = at
        return found

    def _mark(self, mark: str) -> None:
        if mark == "（":
            self.stack.append(_Level(self.base, self.last, self.item, self.deep, self.listed))
            self.base = self.last.head if self.last else None
            self.item, self.deep, self.listed = None, False, False
            self.pending = []
        elif mark == "）" and self.stack:
            level = self.stack.pop()
            self.base, self.last, self.item = level.base, level.last, level.item
            self.deep, self.listed = level.deep, level.listed
        elif mark == "；":
            self.deep = False
            if not self.stack:
                self.clause = []
        elif mark in ("。", "\n") and mark:
            self.stack.clear()
            self.deep = False
            self.item = None
            if self.origins:
                only = next(iter(self.origins)) if len(self.origins) == 1 else None
                self.section = replace(self.section, origin=only)
            self.origins = set()
            self.clause = []
            if mark == "\n":
                self.section = Section(self.home or SOMEWHERE, None, self.section.flow, self.section.since)
                self.base = None if self.base and self.base.place not in (HMT, ABROAD) else self.base

    # -- what one segment says

    def _segment(self, segment: Segment, tail: Said | None) -> None:
        if segment.dated and not any("核" in run or "订正" in run for run in segment.runs):
            self._skip(segment)
            return
        within = self._within()
        said = [understand(run, within) for run in segment.runs]
        if len(segment.numbers) > 1 or any(n.unit not in PERSONS for n in segment.numbers):
            self._skip(segment)
        elif segment.numbers:
            self._number(segment, said[0], said[1], segment.numbers[0], tail)
        elif said[0].plain:
            return
        else:
            self._words(segment, said[0])

    def _within(self) -> str | None:
        if self.deep and self.item:
            return self.item.head.place.code
        around = self.base.place if self.stack and self.base else self.section.place
        return None if around in (NATION, HMT, ABROAD, SOMEWHERE) else around.code

    def _number(self, segment: Segment, pre: Said, post: Said, number: Number, tail: Said | None) -> None:
        said = _merge(pre, post)
        if tail and not said.flow:
            said = replace(said, flow=tail.flow)
        if said.correction:
            self._correction(segment, said, number)
            return
        name = ""
        if said.unknown:
            name = _LEADING.sub("", segment.runs[0])
            if not (self._listing() and name and post.plain and not (pre.subject or pre.flow or pre.act)):
                if self._listing() and not segment.runs[0] and post.places:
                    self.before_names.append((segment.start, segment.end))
                self._skip(segment)
                return
        elif self._listing() and not pre.places and post.places and not (said.flow or said.subject or said.link):
            self.before_names.append((segment.start, segment.end))
            self._skip(segment)
            return
        if said.places and said.link == "in" and not self.stack:
            self._skip(segment)  # 来自中国香港2例 tells where they had been
            return
        if said.flow == "both":
            self.told_both = self.told_both or number
        if (said.today and said.flow == "new" and self.stack and self.base) or "输入" in name:
            return  # （1例为当日新增，…） and （韩国输入4例） divide what was told before
        if pre.places and post.act == "converted_in" and self.stack:
            self._item(segment, pre, name, number)
            head = understand_head(post, self.base, self.near, self.section, self.topic, "", True)
            if head:
                self._print(head.at(pre.places[0]), number.value, number.stars, number.start, number.end)
            return
        if name or (said.places and not (said.flow or said.subject or said.act)):
            self._item(segment, said, name, number)
            return
        if said.places:
            self._settle(said.places[0])
        if said.origin and said.flow == "now" and segment.runs[0].startswith(("境外输入现有", "境外输入")) and not self.stack:
            self.section = replace(self.section, origin=said.origin)
        head = understand_head(
            said, self.base, self.near, self.section, self.topic, number.unit, bool(self.stack and self.base)
        )
        if head is not None and head.place == ABROAD:
            self._remember(said, head)
            self.last = None
            return
        if head is None or head.measure is None or not self._counts(said, segment, number):
            self._skip(segment)
            return
        if said.places and self.stack:
            head = head.at(said.places[0])
        if tail and tail.detail and not head.detail:
            head = replace(head, detail=tail.detail)
        if head.act == "converted_in" and self.stack and said.link == "part" and self.item:
            head = head.at(self.item.head.place)
        sign = -1 if said.sign == "down" else 1
        self._print(head, sign * number.value, number.stars, number.start, number.end, note=number.rough or None)
        self._remember(said, head)

    def _counts(self, said: Said, segment: Segment, number: Number) -> bool:
        """Whether a number tells how many, and not which one: 死亡580 is 580 dead, 病例5 is the fifth case."""
        if number.unit or number.stars:
            return True
        if segment.runs[-1]:
            return False
        if said.subject in ("any", "confirmed", "asymptomatic"):
            return bool(said.flow or said.act or said.origin)
        return bool(said.flow or said.act or said.origin or self.section.flow == "total")

    def _remember(self, said: Said, head: Head) -> None:
        """What is told after a full count is a part of it, until the next full count."""
        if not self.stack and not head.act and (self.by_paragraph or head.flow in ("now", "total")):
            self.origins.add(head.origin)
        full = (said.flow or said.act or (said.subject and said.subject != "any")) and head.act != "converted_in"
        if head.flow == "change" or head.detail:
            return
        if full and not self.stack:
            self.base = head if head.detail is None else self.base
            if head.subject in ("asymptomatic", "contacts"):
                self.topic = head.subject
        elif full and self.stack:
            self.near = head
        if not self.stack:
            self.near = head

    def _settle(self, place: Place) -> None:
        """A place named with a full count is whose bulletin it is, or whose paragraph."""
        if self.stack:
            return
        if self.home is None:
            self.home = place
            for earlier in self.printed:
                if earlier.head.place == SOMEWHERE:
                    earlier.head = earlier.head.at(place)
                    earlier.figure.place, earlier.figure.place_code = place.name, place.code
        if place != self.section.place:
            self.section = replace(self.section, place=place, origin=None)

    def _listing(self) -> bool:
        return bool(self.stack and self.base) or (self.base is not None and self.base.place in (HMT, ABROAD)) or self.deep

    def _item(self, segment: Segment, said: Said, name: str, number: Number) -> None:
        parent = self._parent(said)
        if parent is None or not (number.unit or number.stars or said.places):
            self._skip(segment)
            return
        places = list(said.places) or [Place(None, name, name)]
        if said.link == "each":
            places = [*self.pending, *places]
        self.pending = []
        for place in places:
            if parent.place == ABROAD and place.code is None:
                self.last = None
                return  # a foreign country: no place of these figures
            head = parent.at(place)
            if said.origin or said.detail:
                head = replace(head, origin=said.origin or head.origin, detail=said.detail or head.detail)
            self._print(head, number.value, number.stars, number.start, number.end)
            if self.last:
                self.last.listed = True
            if self.last and name and said.places:
                self.last.figure.note = name
            elif self.last and self.item is None and self.stack and said.link == "part" and said.places:
                self.last.figure.note = segment.runs[0][: len(segment.runs[0]) - len(said.places[0].name)]
        if not self.deep:
            self.item = self.last

    def _parent(self, said: Said) -> Head | None:
        if said.link == "part" and self.item and self.stack:
            self.deep = True
        if self.deep and self.item:
            return self.item.head
        return self.base

    def _words(self, segment: Segment, said: Said) -> None:
        """A segment without a number: nothing of something, all of it somewhere, or the beginning of something."""
        fresh = self.at - self.fresh <= 1
        if said.unknown:
            if said.link in ("all_in", "in") and fresh and not (said.subject or said.flow):
                self._all_in(said, segment)
            return
        span = (segment.start, segment.end)
        if said.sign == "level":
            head = understand_head(said, self.base, self.near, self.section, self.topic, "", bool(self.stack))
            if head:
                self._print(head, 0, "", *span)
        elif said.zero:
            self._none(segment, said)
        elif said.act == "converted_in" and said.link == "all" and fresh and self.last:
            whole = replace(self.last.head, act="converted_in", flow="new", subject="confirmed")
            self._print(whole, self.last.value, self.last.stars, self.last.start, self.last.end)
        elif said.places and said.link in ("in", "all_in", "all") and fresh and not (said.subject or said.flow):
            self._all_in(said, segment)
        elif said.origin and fresh and (said.link == "all" or self.stack) and not (said.flow or said.act):
            assert self.last is not None
            head = replace(self.last.head, origin=said.origin)
            value, stars, at = self.last.value, self.last.stars, (self.last.start, self.last.end)
            self._print(head, value, stars, *at)
            if not self.stack:
                self.near = head
        elif said.detail and said.link == "all" and fresh:
            for whole in list(self.clause):
                if whole.value:
                    self._print(replace(whole.head, detail=said.detail), whole.value, "", whole.start, whole.end)
        elif said.places and self.stack and fresh and segment.runs[0].endswith("报告"):
            self._all_in(said, segment)
        elif said.places and segment.runs[0].startswith("除"):
            self.exception = segment.runs[0]
        elif said.places and not (said.flow or said.subject or said.act):
            if self._listing() and segment.closer == "、":
                self.pending.extend(said.places)
            elif not self.stack and len(said.places) == 1:
                self._settle(said.places[0])
        elif said.subject and (said.flow or said.act) and not said.link:
            self._announce(segment, said)

    def _announce(self, segment: Segment, said: Said) -> None:
        """`累计收到港澳台地区通报确诊病例：` tells what the numbers after it count."""
        if said.places:
            self._settle(said.places[0])
        head = understand_head(said, self.base, self.near, self.section, self.topic, "", False)
        if segment.closer == "：":
            self.base = head

    def _none(self, segment: Segment, said: Said) -> None:
        if said.places:
            self._settle(said.places[0])
        head = understand_head(
            said, self.base, self.near, self.section, self.topic, "", bool(self.stack and self.base)
        )
        if head is None or head.measure is None:
            return
        if said.places and self.stack:
            head = head.at(said.places[0])
        self._print(head, 0, "", segment.start, segment.end)
        self._remember(said, head)

    def _all_in(self, said: Said, segment: Segment) -> None:
        assert self.last is not None
        places = said.places
        if not places and said.unknown:
            name = re.sub(r"^(?:均在|全部在|均来自|全在|均由|在|来自|均为)", "", segment.runs[0])
            name = name.removesuffix("报告")
            looks = name.endswith(("市", "县", "区", "州", "盟", "旗", "镇", "区划"))
            places = (Place(None, name, name),) if looks and len(name) <= 15 else ()
        elif said.unknown:
            places = (*places, Place(None, said.unknown, said.unknown)) if said.unknown.endswith("师") else ()
        if not places or (len(places) == 2 and not _inside(places[1], places[0])):
            return
        told = self.clause if segment.runs[0].endswith("报告") and not self.stack else [self.last]
        for place in places[:2]:
            for whole in list(told):
                if whole.value:
                    self._print(whole.head.at(place), whole.value, whole.stars, whole.start, whole.end)
        self.last = told[-1]

    def _correction(self, segment: Segment, said: Said, number: Number) -> None:
        value = number.value if said.correction == "plus" else -number.value
        head = self.last.head if self.last else None
        if said.subject or said.act:
            told = understand_head(said, self.base, self.near, self.section, self.topic, "", False)
            head = told or head
        if head is None:
            self._skip(segment)
            return
        if said.unknown and not said.places:
            name = segment.runs[0].split("核")[0].split("订正")[0]
            head = head.at(Place(None, name, name)) if name and len(name) <= 12 and not said.subject else head
        if said.places:
            head = head.at(said.places[0])
        heads = [head]
        if said.origin and head.origin is None:
            heads.append(replace(head, origin=said.origin))
        whole = self.last
        note = self.text.said[segment.start : segment.end]
        for each in heads:
            if each.measure:
                self._print(each, value, "", number.start, number.end, suffix="_correction", note=note)
        self.last = whole
        if whole:
            whole.figure.note = f"{whole.figure.note}；{note}" if whole.figure.note else note

    def correct_from_remark(
        self, segment: Segment, pre: Said, post: Said, heads: list[Head], at: int, note: str
    ) -> None:
        """A correction that a remark tells, of the numbers with its star or of the one that it names itself."""
        said = _merge(pre, post)
        number = segment.numbers[-1]
        value = number.value if said.correction == "plus" else -number.value
        if said.subject or said.act:
            section = Section(self.home or SOMEWHERE, None, "total")
            named = understand_head(said, None, None, section, None, number.unit, False)
            heads = [named] if named else heads
        for head in dict.fromkeys(heads):
            whole = head.at(said.places[0]) if said.places else head
            self._print(whole, value, "", at + number.start, at + number.end, suffix="_correction", note=note)

    def _print(
        self, head: Head, value: int, stars: str, start: int, end: int, suffix: str = "", note: str | None = None
    ) -> None:
        assert self.on is not None
        measure = head.measure
        if measure is None:
            return
        note = note or (f"自{head.since}" if head.since else None)
        if self.exception and not suffix:
            note, self.exception = self.exception, ""
        at, to = self.text.origin(start), self.text.origin(end - 1) + 1
        place = head.place
        figure = Figure(self.on, None, place.code, place.name, measure + suffix, value, note, self.source, at, to)
        self.last = Printed(head, value, stars, start, end, figure)
        self.printed.append(self.last)
        if not self.stack and not suffix:
            self.clause.append(self.last)
        self.fresh = self.at

    def _skip(self, segment: Segment) -> None:
        self.unread.extend(n for n in segment.numbers if n.unit in PERSONS and (n.unit or n.stars))


def _inside(city: Place, province: Place) -> bool:
    return city.code is None or (province.code or "")[:2] == city.code[:2]


def _merge(pre: Said, post: Said) -> Said:
    """What stands before a number and after it, as one. The words before it weigh more."""
    if post.plain:
        return pre
    kinds = {
        kind: getattr(pre, kind) or getattr(post, kind)
        for kind in ("flow", "act", "subject", "origin", "detail", "link", "sign", "correction")
    }
    if pre.subject == "any" and post.subject:
        kinds["subject"] = post.subject
    return Said(
        **kinds,
        whole=pre.whole or post.whole,
        zero=pre.zero,
        today=pre.today or post.today,
        places=pre.places or post.places,
        unknown=pre.unknown + post.unknown,
    )

