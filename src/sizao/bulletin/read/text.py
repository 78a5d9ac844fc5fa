"""Brings the text of a bulletin into one form, and knows where each of its characters stood in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from sizao.bulletin.read.words import lexicon

_MARKS = {
    **dict(zip("(),;:､｡＊﹡※．〔〕[]【】", "（），；：、。***.（）（）（）", strict=True)),
    **dict.fromkeys("—－–―~～", "-"),
    **{chr(0xFF10 + n): str(n) for n in range(10)},
}


@cache
def _same() -> dict[int, str]:
    """Letter by letter, so that places hold: traditional to simplified, and one form of marks and digits."""
    simplify = OpenCC("t2s").convert
    letters = {n: simplify(chr(n)) for n in range(0x4E00, 0x9FFF)}
    return {n: to for n, to in letters.items() if len(to) == 1 and to != chr(n)} | str.maketrans(_MARKS)


_HTML = re.compile(r"<(?:p|div|br|td|span|html|body)\b", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:script|style)\b.*?(?:</(?:script|style)>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>",  # unclosed: all that follows
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(r"</?(?:p|div|br|tr|table|li|ul|h\d|title|head|body|section|article)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:(nbsp|ensp|emsp|thinsp)|(mdash|ndash|#8212|#8211)|#(\d{2,6})|(lt|gt|amp|quot))[;；]")
_DROP = re.compile(
    r"[^\S\n]+|[\u200b-\u200f\u2028-\u202f\ufeff\u00ad\ud800-\udfff]+|(?<=\d)，(?=\d{3}(?!\d))"
    r"|\n(?=[^\S\n]*\n)"
)


@dataclass(frozen=True)
class Text:
    """A text in one form: simplified letters, half-width digits, full-width marks, no blanks, a line a paragraph."""

    said: str
    _starts: tuple[int, ...]
    _origins: tuple[int, ...]

    def origin(self, at: int) -> int:
        """Where a character stood in the text that was given, from 0."""
        n = bisect_right(self._starts, at) - 1
        return self._origins[n] + at - self._starts[n]


def tidy(given: str) -> Text:
    """Bring a text into one form. Tags, blanks, thousands commas and line breaks inside sentences go."""
    same = given.translate(_same())
    cuts = [(m.start(), m.end(), "") for m in _DROP.finditer(same)]
    for aside in lexicon().asides:
        cuts += [(m.start(), m.end(), "") for m in re.finditer(aside, same)]
    cuts += _entities(same)
    if _HTML.search(same):
        cuts += [(m.start(), m.end(), "\n" if _BLOCK.match(m.group()) else "") for m in _TAG.finditer(same)]
    width = _wrap_width(same)
    if width:
        cuts += _wraps(same, width)
    cuts.sort()
    parts: list[str] = []
    starts, origins = [0], [0]
    length = at = 0
    for start, end, put in cuts:
        if start < at:
            continue
        kept = same[at:start] + put
        parts.append(kept)
        length += len(kept)
        starts.append(length)
        origins.append(end)
        at = end
    parts.append(same[at:])
    return Text("".join(parts), tuple(starts), tuple(origins))


def _entities(text: str) -> list[tuple[int, int, str]]:
    found = []
    for m in _ENTITY.finditer(text):
        blank, dash, number, _ = m.groups()
        put = "" if blank else "-" if dash else chr(int(number)).translate(_same()) if number else " "
        found.append((m.start(), m.end(), _DROP.sub("", put)))
    return found


def _wrap_width(text: str) -> int | None:
    """The length of a full line where a text is wrapped in mid-sentence, as newspapers' columns are."""
    lines = [line.strip() for line in text.split("\n")]
    lengths = Counter(len(line) for line in lines if line)
    if sum(lengths.values()) < 4:
        return None
    width, _ = max(lengths.items(), key=lambda item: (sum(lengths[item[0] + d] for d in (-1, 0, 1)), item[0]))
    near = sum(lengths[width + d] for d in (-1, 0, 1))
    wrapped = 8 <= width <= 60 and near * 2 >= sum(lengths.values()) and max(lengths) <= 2 * width
    return width if wrapped else None  # a line of any length is a paragraph: equal lines below it are footers


def _wraps(text: str, width: int) -> list[tuple[int, int, str]]:
    cuts = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if len(line.strip()) >= width - 2 and end < len(text) and not line.rstrip().endswith(("。", "！", "？")):
            cuts.append((end, end + 1, ""))
        at = end + 1
    return cuts
