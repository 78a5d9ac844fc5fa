"""Reads bulletins: text, bytes or files to figures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import Place, find_place, provinces
from sizao.bulletin.read.context import Printed
from sizao.bulletin.read.dates import date_in_name
from sizao.bulletin.read.interpret import Interpreter
from sizao.bulletin.read.refuse import refuse
from sizao.bulletin.read.remarks import apply_remarks, find_remarks, without_remarks
from sizao.bulletin.read.scan import Number, blank, cut
from sizao.bulletin.read.text import Text, tidy
from sizao.bulletin.read.words import lexicon
from sizao.errors import Problem, SizaoError
from sizao.tables.encoding import decode

_AUTHORITY = re.compile(r"([一-龥]{2,9}?)(?:市|省)?(?:卫生健康委|卫健委|卫生和健康委)")
_NEXT = re.compile(r"\n(?=(?:\d{4}年)?\d{1,2}月\d{1,2}日0[时:]?0*-2\d时[^\n]{0,60}报告新增[^\n]{0,12}\d)")
FIRST_YEAR, LAST_YEAR = 2020, 2022


@dataclass
class Reading:
    """What was read: figures in the order of the text, problems, and numbers that no wording explains."""

    figures: list[Figure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def table(self) -> pa.Table:
        """The table `figures`."""
        return tabulate(self.figures)

    @property
    def refused(self) -> list[Problem]:
        """The problems for which a whole text was left out."""
        return [problem for problem in self.problems if problem.effect == "refused"]


@dataclass(frozen=True)
class Unread:
    """A number of people in words that no bulletin uses; left alone. `start`, `end`: characters from 0."""

    source: str
    start: int
    end: int
    around: str


def read_bytes(data: bytes, source: str = "", published: dt.date | None = None, place: str | None = None) -> Reading:
    """Read one file's bytes: UTF-8, UTF-16 or GB18030. All else is refused, as `read_text` does."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refused("not-a-bulletin", source, "is a binary file", "give a text file")
    decoded = decode(data)
    if decoded.broken:
        line = min(decoded.broken)
        what = f"has bytes that are neither UTF-8 nor GB18030 in {len(decoded.broken)} lines"
        return Reading([], [Problem("not-a-bulletin", source, what, "save it as UTF-8", line)])
    return read_text(decoded.text, source, published, place)


def read_text(given: str, source: str = "", published: dt.date | None = None, place: str | None = None) -> Reading:
    """Read one text.

    `source` names it in the figures and may tell the day of publication (2022-04-13.txt); `published` tells that
    otherwise; `place` tells whose bulletin it is where the text does not. Nothing is raised for a text that cannot be
    read: the reading then has one refused problem (codes: not-a-bulletin, bulletin-spun, -digits, -shifted, -ended,
    -cumulative, -year, -place, -date, -twice) and no figures. Raises SizaoError `no-such-place` for `place`.
    """
    return _read(given, source, published, place)


def _read(given: str, source: str, published: dt.date | None, place: str | None, year: int | None = None) -> Reading:
    if not given.strip():
        return _refused("not-a-bulletin", source, "is empty", "leave it out")
    text = tidy(given)
    home = _place(place, text.said) if place else None
    told, reported = date_in_name(source)
    published = published or told or (reported + dt.timedelta(days=1) if reported else None)
    reader = _interpret(text, source, published, home, year)
    if reader.home is None and (hint := _hint(text.said, source)):
        reader = _interpret(text, source, published, hint, year)
    problem = refuse(reader, source) or _once(reader, source)
    if problem is not None:
        return Reading([], [problem])
    reader.printed.sort(key=lambda printed: printed.start)
    for printed in reader.printed:
        printed.figure.published = reader.calendar.published
    unread = [
        Unread(source, text.origin(n.start), text.origin(n.end - 1) + 1, text.said[max(0, n.start - 12) : n.end + 8])
        for n in reader.unread
    ]
    return Reading([printed.figure for printed in reader.printed], [], unread)


def read_files(
    paths: Sequence[Path | str],
    published: dt.date | None = None,
    place: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Reading:
    """Read many files. A bulletin without a year takes the one in which its totals fit between those of the others.

    Raises OSError for a file that cannot be opened, SizaoError `no-such-place`.
    """
    whole = Reading()
    undated: list[tuple[bytes, str]] = []
    for n, path in enumerate(dict.fromkeys(map(str, paths))):  # the same file twice is read once
        data = Path(path).read_bytes()
        read = read_bytes(data, str(path), published, place)
        if any(problem.code == "bulletin-year" for problem in read.problems):
            undated.append((data, str(path)))
        else:
            _join(whole, read)
        if progress:
            progress(n + 1)
    for data, source in undated:
        _join(whole, _by_neighbours(data, source, place, whole.figures))
    return whole


def _join(whole: Reading, part: Reading) -> None:
    whole.figures += part.figures
    whole.problems += part.problems
    whole.unread += part.unread


def _by_neighbours(data: bytes, source: str, place: str | None, others: Sequence[Figure]) -> Reading:
    """Try each year: the totals of the days before and after must lie below and above."""
    fitting = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        read = _read(decode(data).text, source, None, place, year)
        if read.figures and _fits(read.figures, others):
            fitting.append(read)
    if len(fitting) != 1:
        return read_bytes(data, source, None, place)
    found = fitting[0]
    for figure in found.figures:
        figure.published = None
    day = found.figures[0].report_date
    what = f"does not say its year; by the totals of the days around it, it is for {day}"
    found.problems.append(Problem("bulletin-year", source, what, "give --published if that is wrong", effect="kept"))
    return found


def _fits(figures: Sequence[Figure], others: Sequence[Figure]) -> bool:
    mine = next((f for f in figures if f.measure == "confirmed_total"), None)
    if mine is None:
        return False
    same = [f for f in others if f.measure == "confirmed_total" and f.place == mine.place]
    before = max((f for f in same if f.report_date < mine.report_date), key=lambda f: f.report_date, default=None)
    after = min((f for f in same if f.report_date > mine.report_date), key=lambda f: f.report_date, default=None)
    if before is None or after is None:
        return False
    return before.value <= mine.value <= after.value


def _interpret(
    text: Text, source: str, published: dt.date | None, home: Place | None, year: int | None
) -> Interpreter:
    reader = Interpreter(text, source, published, home, year)
    said = _without_ends(text.said)
    spans = find_remarks(said)
    reader.read(list(cut(without_remarks(said, spans))))
    apply_remarks(reader, spans)
    return reader


def _without_ends(said: str) -> str:
    """Blank out what stands behind the end of a bulletin (摘引网址 ...), up to another bulletin if one follows."""
    for word in lexicon().end:
        at = said.find(word)
        while at > 0:
            more = _NEXT.search(said, at)
            until = more.start() if more else len(said)
            said = blank(said, at, until)
            at = said.find(word, until)
    return said


def _once(reader: Interpreter, source: str) -> Problem | None:
    """Leave out what is told again alike; a number told twice with two values is refused."""
    seen: dict[tuple[object, ...], Printed] = {}
    for printed in reader.printed:
        f = printed.figure
        key = (f.report_date, f.place, f.measure, f.start if f.measure.endswith("_correction") else None)
        first = seen.setdefault(key, printed)
        if first.value == f.value:
            continue
        if not (first.own and printed.own):  # one of them was only thought to be of that count
            wrong = first if printed.own else printed
            seen[key] = printed if printed.own else first
            reader.unread.append(Number(wrong.value, "", wrong.stars, wrong.start, wrong.end))
        else:
            twice = f"{first.value}, and {f.value} at character {f.start}"
            what = f"tells {f.measure} of {f.place} for {f.report_date} twice: {twice}"
            line = reader.text.said.count("\n", 0, printed.start) + 1
            todo = "keep the right bulletin of that day; if there is only one, a heading was changed: take it again"
            return Problem("bulletin-twice", source, what, todo, line)
    reader.printed[:] = seen.values()
    return None


def _hint(said: str, source: str) -> Place | None:
    """Whose bulletin it is, by the folder or file, or by the authority that the text names."""
    names = {p.en.lower().replace(" ", ""): p for p in provinces() if p.en}
    for part in reversed(Path(source).parts[-3:]):
        for name, found in names.items():
            if name in part.lower() or found.name in part:
                return found
    for m in _AUTHORITY.finditer(said):
        for start in range(len(m[1]) - 1):
            if here := find_place(m[1][start:]):
                return here
    return None


def _place(name: str, said: str) -> Place:
    found = find_place(name) or (Place(None, name, name) if name in said else None)
    if found is None:
        raise SizaoError(
            "no-such-place",
            f"{name!r} is no known place, and the text does not name it",
            todo="give a province such as 江苏",
        )
    return found


def _refused(code: str, source: str, what: str, todo: str) -> Reading:
    return Reading([], [Problem(code, source, what, todo)])
