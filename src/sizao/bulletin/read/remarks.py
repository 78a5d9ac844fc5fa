"""Remarks under a bulletin: what a star on a number means, and corrections that are told apart from their number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from sizao.bulletin.read.context import Printed
from sizao.bulletin.read.interpret import Interpreter
from sizao.bulletin.read.scan import blank, cut
from sizao.bulletin.read.words import merge, understand

_REMARK = re.compile(r"(?:备注|注)：[^\n]*|(?<=[。\n）])\*+[^\n]*")
_ITEM = re.compile(r"(\*+)[：、]?([^*]*)")
MOST = 30  # remarks under a bulletin, and items in one
_NUMBERED = re.compile(r"^\d[.、]")
# the remark under every bulletin, on how to name its source
_TAIL = re.compile(r"[，。；]?\d?[.、]?（?(?:注：)?媒体引用")


def find_remarks(said: str) -> list[tuple[int, int]]:
    """Spans of the remarks in a tidy text."""
    return [m.span() for m in _REMARK.finditer(said)]


def without_remarks(said: str, spans: list[tuple[int, int]]) -> str:
    """The text with remarks blanked out, every other letter where it was."""
    parts, at = [], 0
    for start, end in spans:
        parts += [said[at:start], blank(said[start:end], 0, end - start)]
        at = end
    return "".join([*parts, said[at:]])


def apply_remarks(reader: Interpreter, spans: list[tuple[int, int]]) -> None:
    """Give every starred number its remark, and write down the corrections that remarks tell."""
    starred: dict[str, list[Printed]] = {}
    for printed in reader.printed:
        if printed.stars:
            starred.setdefault(printed.stars, []).append(printed)
    for start, end in spans[:MOST]:
        for stars, at, told in islice(_items(reader.text.said[start:end], start), MOST):
            marked = starred.get(stars, [])
            for printed in marked:
                printed.figure.add_note(told)
            _correct(reader, marked, told, at)


def _items(remark: str, start: int) -> Iterator[tuple[str, int, str]]:
    starred = list(_ITEM.finditer(remark))
    for m in starred:
        yield m[1], start + m.start(2), _trim(m[2])
    told = _trim(_NUMBERED.sub("", remark.split("：", 1)[-1]))
    if not starred and told:
        yield "", start + remark.index(told), told


def _trim(told: str) -> str:
    return _TAIL.split(told)[0].strip("。；，（） \n")


def _correct(reader: Interpreter, marked: Sequence[Printed], told: str, at: int) -> None:
    for segment in cut(told):
        if len(segment.numbers) != 1:
            continue
        said = understand(segment.runs[0])
        after = understand(segment.runs[1])
        both = merge(said, after)
        if both.correction == "set":  # 累计确诊病例订正为75002例: of a day before, but it explains today's step
            for p in reader.printed:
                same = p.head.subject == both.subject and p.head.place == reader.home and not p.listed
                if same and told not in (p.figure.note or ""):
                    p.figure.note = f"{p.figure.note}；{told}" if p.figure.note else told
        elif both.correction:
            reader.correct(segment, both, [p.head for p in marked], at, told)
