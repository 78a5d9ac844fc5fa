"""Reads segments one after another into figures: what a number counts is told by its words and those before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sizao.bulletin.figure import SINCE, Figure
from sizao.bulletin.places import NATION, Place, is_province
from sizao.bulletin.read.context import Context, Printed
from sizao.bulletin.read.dates import Calendar
from sizao.bulletin.read.head import Head, Section, understand_head
from sizao.bulletin.read.scan import PERSONS, Number, Segment
from sizao.bulletin.read.text import Text
from sizao.bulletin.read.words import ABROAD, Said, lexicon, merge, understand

LONGEST_NAME = 15


class Interpreter:
    """Reads one text. Afterwards `printed` holds the numbers read, `unread` those in words that no bulletin uses."""

    def __init__(self, text: Text, source: str, published: dt.date | None, home: Place | None, year: int | None):
        self.text, self.source = text, source
        self.frame = lexicon().frame
        self.calendar = Calendar(text.said, published, year)
        self.so_far = Context(self.calendar, home)
        self.printed: list[Printed] = []
        self.unread: list[Number] = []
        self.before_names: list[int] = []  # where in lists a number stands before its name
        self.told_both: Number | None = None  # a number that is called new and cumulative at once
        self._at = 0  # the segment that is being read
        self._opened = -2  # the segment whose words tell what the numbers after them count
        self._fresh = -2  # the segment in which the last number was read
        self._zero: Said | None = None  # of what the last segment said there was none
        self._exception = ""  # 除湖北省外: the next number leaves it out

    @property
    def home(self) -> Place | None:
        """Whose bulletin it is; None if the text does not tell."""
        return self.so_far.home

    def read(self, segments: Sequence[Segment]) -> None:
        """Read all segments of a text, in order."""
        datelines = [s for s in segments if s.opener == "\n" and any(h.lastgroup == "range" for h in s.heads)]
        self.so_far.by_paragraph = len(datelines) > 1
        for n, segment in enumerate(segments):
            self._at = n
            for head in segment.heads:
                self.so_far.open(head)
            if self.so_far.on is not None:
                self._segment(segment, _tail(segments, n))
            self.so_far.mark(segment.closer)

    def _segment(self, segment: Segment, tail: Said | None) -> None:
        within = self.so_far.within
        runs = [understand(run, within) for run in segment.runs]
        if segment.dated and not any(said.correction for said in runs):
            self._skip(segment)  # it tells of another day
        elif len(segment.numbers) > 1 or any(n.vague or n.unit not in PERSONS for n in segment.numbers):
            self._skip(segment)
        elif segment.numbers:
            self._number(segment, runs[0], runs[1], segment.numbers[0], tail)
        elif not runs[0].plain:
            self._words(segment, runs[0])

    # -- a number and the words beside it

    def _number(self, segment: Segment, pre: Said, post: Said, number: Number, tail: Said | None) -> None:
        said = merge(pre, post)
        if tail and not said.flow:
            said = replace(said, flow=tail.flow)
        name = self.frame.leading.sub("", segment.runs[0]) if said.unknown else ""
        if said.correction:
            self._correction(segment, said, number)
        elif self._number_first(segment, pre, post, said):
            self.before_names.append(segment.start)
            self._skip(segment)
        elif said.unknown and not (name and self.so_far.listing and post.plain and not pre.counts):
            self._skip(segment, unknown=True)
        elif self._is_lost(said, tail):
            self._skip(segment)  # a part of a count that is not known
        elif said.places and said.link == "in" and not self.so_far.inside:
            self._skip(segment)  # 来自中国香港2例 tells where they had been
        elif (
            (said.today and said.flow == "new" and self.so_far.inside)
            or name.endswith(self.frame.from_abroad)
            or _whence(said)
        ):
            pass  # （1例为当日新增，…） and （韩国输入4例） divide what was told before
        elif name or (said.places and not said.counts):
            self._item(segment, said, name, number)
        elif pre.places and post.act == "converted_in" and self.so_far.inside:
            self._item(segment, pre, "", number)
            self._count(segment, replace(post, places=pre.places), number, None)
        else:
            self._count(segment, said, number, tail)

    def _is_lost(self, said: Said, tail: Said | None) -> bool:
        """Whether it can only be a part of a count that could not be read."""
        if (
            not self.so_far.lost
            or said.flow
            or said.act not in (None, "converted_in")
            or said.detail
            or (tail and tail.detail)
        ):
            return False
        return not (self.so_far.inside and self.so_far.base)

    def _number_first(self, segment: Segment, pre: Said, post: Said, said: Said) -> bool:
        """Whether a list has the number before the name: 38例广东."""
        if not (self.so_far.listing and post.places and not pre.places):
            return False
        return not segment.runs[0] if said.unknown else not (said.flow or said.subject or said.link)

    def _count(self, segment: Segment, said: Said, number: Number, tail: Said | None) -> None:
        """Print a number that its own words, or those before it, make a count."""
        if said.flow == "both":
            self.told_both = self.told_both or number
        if said.places:
            self.so_far.settle(said.places[0])
        if (
            said.origin
            and said.flow == "now"
            and segment.runs[0].startswith(self.frame.imported)
            and not self.so_far.inside
        ):
            self.so_far.section = replace(self.so_far.section, origin=said.origin)  # so for the whole paragraph
        lost = self.so_far.inside and self.so_far.base is None  # brackets behind something that was not read
        head = None if lost else self.so_far.head(said, number.unit)
        if head is not None and head.place == ABROAD:
            self.so_far.remember(said, head)
            self.so_far.last = None
        elif (
            (said.sign and (head is None or head.flow != "change"))
            or head is None
            or head.measure is None
            or not self._tells_how_many(said, segment, number)
        ):
            self._skip(segment)
        else:
            if tail and tail.detail and not head.detail:
                head = replace(head, detail=tail.detail)
            value = -number.value if said.sign == "down" else number.value
            printed = self._print(head, value, number.stars, (number.start, number.end), note=number.rough)
            if printed:
                printed.own = bool(said.flow or said.act)
            self.so_far.remember(said, head)

    def _tells_how_many(self, said: Said, segment: Segment, number: Number) -> bool:
        """Not which one: 死亡580 is 580 dead, 病例5 is the fifth case."""
        if number.unit or number.stars:
            return True
        if segment.runs[-1]:
            return False
        stock = self.so_far.section.flow == "total" and said.subject not in ("any", "confirmed", "asymptomatic")
        return bool(said.flow or said.act or said.origin) or stock

    def _item(self, segment: Segment, said: Said, name: str, number: Number) -> None:
        """Print one item of a list of places, or all that share a number (天津、甘肃各1例)."""
        so_far = self.so_far
        if said.link == "part" and so_far.item and so_far.inside:
            so_far.deep = True
        parent = so_far.item.head if so_far.deep and so_far.item else so_far.base
        if (
            parent is None
            or not (number.unit or number.stars or said.places)
            or not (
                so_far.listing
                or said.link == "part"
                or self._at - self._opened <= 1
                or (so_far.item and so_far.item is so_far.last)
            )
        ):
            self._skip(segment)
            return
        name = name.removesuffix(self.frame.told)
        if name and not said.places and not name.endswith(self.frame.divisions):
            self._skip(segment)  # no place that anybody knows, and it does not look like one
            return
        places = list(said.places)
        division = name.endswith(self.frame.divisions) and len(name) <= LONGEST_NAME and _has_divisions(parent.place)
        if name and not division and not places and parent.place != ABROAD:
            self._skip(segment)
            return
        if not places or (name and name.endswith(self.frame.divisions)):
            places, name = [Place(None, name, name)], ""  # 毕节市七星关区
        if said.link == "each":
            places = [*so_far.names, *places]
        so_far.names = []
        first = so_far.item is None and so_far.inside
        for place in places:
            if parent.place == ABROAD and place.code is None:
                so_far.last = None  # a foreign country: no place of these figures
                return
            head = replace(parent.at(place), origin=said.origin or parent.origin, detail=said.detail or parent.detail)
            note = name if said.places and said.link != "each" else ""
            if first and segment.runs[0].startswith(self.frame.partial):
                note = self.frame.partial
            if printed := self._print(head, number.value, number.stars, (number.start, number.end), note=note):
                printed.listed = True
        if not so_far.deep:
            so_far.item = so_far.last

    # -- words without a number

    def _words(self, segment: Segment, said: Said) -> None:
        """Nothing of something, all of it somewhere, or the beginning of something."""
        so_far, span = self.so_far, (segment.start, segment.end)
        whole = so_far.last if self._at - self._fresh <= 1 else None  # the number that was read right before
        self._zero_goes_on(segment, said)
        if said.places and so_far.inside and not said.counts:
            so_far.mentioned = said.places[0]
        if said.unknown:
            if said.link in ("all_in", "in") and whole and not (said.subject or said.flow):
                self._all_in(said, segment, whole)
        elif said.sign == "level" or said.zero:
            self._none(said, span)
        elif said.act == "converted_in" and whole:
            self._again(whole, replace(whole.head, act="converted_in", flow="new", subject="confirmed"))
        elif said.places and whole and not (said.subject or said.flow) and self._is_where(said, segment):
            self._all_in(said, segment, whole)
        elif said.origin and whole and (said.link == "all" or so_far.inside) and not (said.flow or said.act):
            head = replace(whole.head, origin=said.origin)
            self._again(whole, head)
            so_far.near = so_far.near if so_far.inside else head
        elif said.detail and said.link == "all" and whole:
            for printed in list(so_far.clause):
                self._again(printed, replace(printed.head, detail=said.detail))
        elif said.places and segment.runs[0].startswith(self.frame.exception):
            self._exception = segment.runs[0]
        elif said.places and not said.counts:
            if segment.closer == "、":
                so_far.names.extend(said.places if so_far.listing else ())
            elif len(said.places) == 1 and not said.link and is_province(said.places[0].code):
                so_far.settle(said.places[0])
        elif said.subject and segment.runs[0].endswith(self.frame.among) and segment.closer == "，":
            so_far.base = so_far.head(said)
            self._opened = self._at
        elif said.subject and (said.flow or said.act) and not said.link:
            if said.places:
                so_far.settle(said.places[0])
            if segment.closer == "：":  # 累计收到港澳台地区通报确诊病例：
                so_far.base = so_far.head(said)
                self._opened = self._at
            elif segment.closer in ("，", "。", "；") and not segment.heads and so_far.home == NATION:
                self.unread.append(Number(0, "", "", segment.start, segment.end))  # its number is gone

    def _is_where(self, said: Said, segment: Segment) -> bool:
        if _whence(said):
            return False
        return said.link in ("in", "all_in", "all") or segment.runs[0].endswith(self.frame.told)

    def _zero_goes_on(self, segment: Segment, said: Said) -> None:
        """无新增确诊病例、疑似病例和无症状感染者: none of each."""
        before, self._zero = self._zero, None
        if said.zero and said.subject:
            self._zero = said
        elif (
            before and segment.opener in ("、", "和") and said.subject and not (said.flow or said.act or said.unknown)
        ):
            self._zero = replace(before, subject=said.subject, origin=said.origin or before.origin)
            self._none(self._zero, (segment.start, segment.end))

    def _none(self, said: Said, span: tuple[int, int]) -> None:
        """无新增死亡病例 is 0."""
        if said.places:
            self.so_far.settle(said.places[0])
        if self.so_far.lost and not (said.flow or said.act):
            return  # 无死亡病例 behind a count that could not be read: of that day, or in all?
        head = self.so_far.head(said)
        if head is not None and head.place != ABROAD and (printed := self._print(head, 0, "", span)):
            printed.own = True
            self.so_far.remember(said, head)

    def _all_in(self, said: Said, segment: Segment, whole: Printed) -> None:
        """均在上海: all of the number before it; 均为遵义市报告: all of the numbers of the sentence."""
        places = list(said.places)
        if said.unknown and not places:
            name = self.frame.where.sub("", segment.runs[0]).removesuffix(self.frame.told)
            if name.endswith(self.frame.divisions) and len(name) <= LONGEST_NAME:
                places = [Place(None, name, name)]
        elif said.unknown:
            division = Place(None, said.unknown, said.unknown)  # 新疆生产建设兵团第四师
            places = [*places, division] if said.unknown.endswith(self.frame.division) else []
        if len(places) == 2 and not _inside(places[1], places[0]):
            return
        told = [whole]
        if said.link and segment.runs[0].endswith(self.frame.told) and not self.so_far.inside:
            told = list(self.so_far.clause)
        for place in places[:2]:
            for printed in told:
                self._again(printed, printed.head.at(place))
        self.so_far.last = whole

    # -- corrections

    def _correction(self, segment: Segment, said: Said, number: Number) -> None:
        """（核减1例） behind a number, or one that names what it corrects."""
        whole = self.so_far.bracketed
        head = self.so_far.head(said) if said.subject or said.act else None
        head = head or (whole.head if whole else None)
        if head is None:
            self._skip(segment)
            return
        start = segment.start
        heads = [head]
        if said.places:
            others = self.so_far.names if said.link == "each" else []  # 江西、河南、云南省各核减1例
            heads = [head.at(place) for place in (*others, *said.places)]
            start -= sum(len(place.name) + 1 for place in others)
        elif said.unknown and not said.subject:
            name = self.frame.corrected.sub("", segment.runs[0])
            heads = [head.at(Place(None, name, name)) if name and len(name) <= LONGEST_NAME else head]
        elif self.so_far.mentioned:
            heads = [head.at(self.so_far.mentioned)]
        if said.origin and head.origin is None:
            heads += [replace(each, origin=said.origin) for each in heads]  # of the whole and of that part of it
        note = self.text.said[start : segment.end]
        self._correct(heads, said, number, number.start, number.end, note)
        self.so_far.names = []
        self.so_far.last = None if self.so_far.inside else whole
        if self.so_far.inside:
            self.so_far.base = None  # （核减3例，其中吉林2例） divides the correction
        if whole:
            whole.figure.add_note(note)

    def correct(self, segment: Segment, said: Said, heads: Iterable[Head], at: int, note: str) -> None:
        """Print a correction that a remark tells, of the numbers with its star or of the one that it names itself."""
        number = segment.numbers[-1]
        before = [p.figure.report_date for p in self.printed if p.start < at]
        self.so_far.on = before[-1] if before else self.so_far.on  # a file may hold several days
        if said.subject or said.act:
            section = Section(self.so_far.section.place, None, "total")
            named = understand_head(said, None, None, section, None, number.unit, False)
            heads = [named] if named else heads
        if said.places:
            heads = [head.at(said.places[0]) for head in heads]
        self._correct(heads, said, number, at + number.start, at + number.end, note)

    def _correct(self, heads: Iterable[Head], said: Said, number: Number, start: int, end: int, note: str) -> None:
        value = number.value if said.correction == "plus" else -number.value
        for head in dict.fromkeys(heads):
            self._print(head, value, "", (start, end), suffix="_correction", note=note)

    # -- what comes of it

    def _again(self, printed: Printed, head: Head) -> None:
        """The same number tells of a part too."""
        if printed.value:
            told = self.so_far.clause
            self.so_far.clause = []  # a part is no number of the sentence: what holds for all of them doubles none
            self._print(head, printed.value, printed.stars, (printed.start, printed.end))
            self.so_far.clause = told

    def _print(
        self, head: Head, value: int, stars: str, span: tuple[int, int], suffix: str = "", note: str = ""
    ) -> Printed | None:
        measure, so_far = head.measure, self.so_far
        if measure is None or so_far.on is None:
            return None
        note = note or (f"{SINCE}{head.since}" if head.since else "")
        if self._exception and not suffix:
            note, self._exception = self._exception, ""
        start, end = self.text.origin(span[0]), self.text.origin(span[1] - 1) + 1
        place = head.place
        figure = Figure(
            so_far.on, None, place.code, place.name, measure + suffix, value, note or None, self.source, start, end
        )
        printed = Printed(head, value, stars, *span, figure)
        self.printed.append(printed)
        if so_far.home is None:
            so_far.earlier.append(printed)
        if not suffix and not so_far.inside:
            so_far.clause.append(printed)
        so_far.last = printed
        self._fresh = self._at
        return printed

    def _skip(self, segment: Segment, unknown: bool = False) -> None:
        """Leave the numbers of a segment alone, as they cannot be read; `unknown`: because of unknown words."""
        missed = [n for n in segment.numbers if n.unit in PERSONS and (n.unit or n.stars)]
        self.unread += missed
        if missed or unknown:
            self.so_far.lose(part=understand(segment.runs[0]).link == "part", unknown=unknown)


def _tail(segments: Sequence[Segment], n: int) -> Said | None:
    """What is said after the second of two numbers that 和 joins: it holds for the first too."""
    if segments[n].closer != "和" or n + 1 == len(segments) or len(segments[n + 1].runs) < 2:
        return None
    said = understand(segments[n + 1].runs[-1])
    return said if said.detail or said.flow else None


def _whence(said: Said) -> bool:
    """Whether Hong Kong, Macao or Taiwan is where people came from: 香港输入1例, 来自台湾."""
    abroad = bool(said.places) and (said.places[0].code or "0")[0] in "78"
    return abroad and (said.origin == "imported" or said.link in ("in", "all_in"))


def _has_divisions(place: Place) -> bool:
    return place.code is not None and place != NATION and place.code < "700000"


def _inside(city: Place, province: Place) -> bool:
    return city.code is None or (province.code or "")[:2] == city.code[:2]
