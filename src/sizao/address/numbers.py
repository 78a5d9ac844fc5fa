"""Counted things in a name: 13号楼, 1-3栋, 2-1号, 三单元, 10-1-202; what a range names, and its spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sizao.address.text import arabic
from sizao.address.words import words

MOST = 400
"""A range of more is kept as one name."""

_ELEMENT = re.compile(
    r"((?:第|附|负|(?<![0-9])[甲乙丙丁](?=[0-9]))?(?:[A-Za-z]{1,3}-?)?[0-9]+[A-Za-z]?|[A-Za-z]{1,2}(?![A-Za-z])|[甲乙丙丁戊])"
)
_HAN_ELEMENT = re.compile(r"第?([零一二三四五六七八九十百]+)")
_SUB = re.compile(r"[0-9]+")
_ROOM_FROM, _BUILDING_TO = 100, 60  # 5-302 is room 302, 302-305 a range


class Item(NamedTuple):
    """Counted things of one `kind`; None where the counter stands with a later number (13、14、15号楼).

    `names` as they are written, with the counter; `word` is the counter.
    """

    kind: str | None
    names: tuple[str, ...]
    word: str
    raw: str


Token = Item | str


def read_tokens(piece: str) -> tuple[Token, ...]:
    """A piece of a name as runs of letters and counted things, in order."""
    first = words().item.search(piece)
    if first is None:
        return (piece,)
    start = first.start()
    if not start:
        return _read_numbered(piece)
    tokens = _read_numbered(piece[start:])
    if isinstance(tokens[0], str):
        return (piece[:start] + tokens[0], *tokens[1:])
    return (piece[:start], *tokens)


@lru_cache(maxsize=1 << 13)
def _read_numbered(piece: str) -> tuple[Token, ...]:
    """A piece that begins with a number: many names end in the same ones (3号楼2单元)."""
    out: list[Token] = []
    at = 0
    for match in words().item.finditer(piece):
        raw = match.group()
        items = _read_item(raw, match.group("parity"), match.end() == len(piece))
        if items:
            if match.start() > at:
                out.append(piece[at : match.start()])
            out.extend(items)
            at = match.end()
    if at < len(piece):
        out.append(piece[at:])
    return tuple(out)


@lru_cache(maxsize=1 << 13)
def _read_item(raw: str, parity: str | None, ends: bool) -> tuple[Item, ...]:
    body = raw[: -len(parity)] if parity else raw
    if body.endswith("单元") and not _ELEMENT.search(body) and not _HAN_ELEMENT.match(body):
        return (Item("unit", (body,), "单元", raw),)
    pattern = _ELEMENT if _ELEMENT.search(body) and not _HAN_ELEMENT.match(body) else _HAN_ELEMENT
    spots = list(pattern.finditer(body))
    marks = [body[a.end() : b.start()] for a, b in pairwise(spots)]
    word = body[spots[-1].end() :]
    kind = words().counters.get(word) if not word.startswith("号之") else "house"
    if word.startswith("号之"):
        return (Item("house", (body,), "号", raw),)
    numbers = [spot.group() for spot in spots]
    if not marks:
        return (Item(kind, (body,), word, raw),) if word or ends else ()
    if not word and not ends:
        return ()
    if any(mark.strip("-至到") or "至" in mark or "到" in mark for mark in marks):
        if len(numbers) == 2:
            first = marks[0].rstrip("-至到")
            if first and words().counters.get(first) != kind and not word.startswith(first):  # 1号至5号楼 are five
                left = Item(words().counters.get(first), (numbers[0] + first,), first, numbers[0] + first)
                return (left, Item(kind, (numbers[1] + word,), word, numbers[1] + word))
            return (Item(kind, _range(numbers[0], numbers[1], word, parity), word, raw),)
        return (Item(kind, (body,), word, raw),)
    return _dashed(numbers, kind, word, parity, raw)


def _dashed(numbers: list[str], kind: str | None, word: str, parity: str | None, raw: str) -> tuple[Item, ...]:
    """Numbers with dashes between: a range (1-3号楼), a number with a part (2-1号) or an address (10-1-202)."""
    if len(numbers) == 2:
        low, high = numbers
        both = low.isdigit() and high.isdigit()
        if both and kind in (None, "room") and int(low) <= _BUILDING_TO and int(high) >= _ROOM_FROM:
            return _address([low, high], "room", word, raw)
        if both and kind == "floor" and int(low) > int(high):
            return _address([low, high], "floor", word, raw)
        names = _range(low, high, word, parity)
        return (Item(kind, names, word, raw),)
    if kind in (None, "room", "floor", "unit") and all(n[-1:].isdigit() for n in numbers):
        return _address(numbers[-3:], kind or "room", word, raw)
    return (Item(kind, (raw,), word, raw),)


def _address(numbers: list[str], last: str, word: str, raw: str) -> tuple[Item, ...]:
    """10-1-202: building, unit, room; 10-202: building, room."""
    kinds = [*["building", "unit"][: len(numbers) - 1], last]
    if last == "unit":
        kinds = ["building"] * (len(numbers) - 1) + ["unit"]
    marks = {"building": "号楼", "unit": "单元", "room": "", "floor": "层"}
    return tuple(
        Item(kind, (number + (word if kind == last and word else marks[kind]),), word, raw)
        for kind, number in zip(kinds, numbers, strict=True)
    )


def _range(low: str, high: str, word: str, parity: str | None) -> tuple[str, ...]:
    """The names from low to high: 1-3 -> 1, 2, 3; A-C; what does not rise is one name with a part (2-1号)."""
    whole = f"{low}-{high}{word}"
    if len(low) == len(high) == 1 and low.isalpha() and high.isalpha() and low.isascii() and high.isascii():
        return tuple(chr(n) + word for n in range(ord(low), ord(high) + 1)) or (whole,)
    a, b = _SUB.search(arabic(low.lstrip("第"))), _SUB.search(arabic(high.lstrip("第")))
    if a is None or b is None:
        return (whole,)
    prefix, low, high = (
        low[: a.start()] if low[:1].isascii() or low[:1] in "附负甲乙丙丁" else "",
        a.group(),
        b.group(),
    )
    start, stop = int(low), int(high)
    if (len(high) > 1 and high[0] == "0" and low[0] != "0") or stop <= start or stop - start > MOST:
        return (whole,)
    step = 1
    if parity is not None:
        step, start = 2, start + (start % 2 != (parity[0] == "单"))
    width = len(low) if low[0] == "0" else 0
    return tuple(f"{prefix}{n:0{width}d}{word}" for n in range(start, stop + 1, step)) or (whole,)
