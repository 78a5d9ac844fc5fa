"""Cuts a text into segments, from mark to mark: datelines, who reports, words, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


def _day(key: str) -> str:
    """A date whose parts can be asked for: year (may be left out), month, day."""
    return rf"(?:(?P<{key}y>\d{{4}})年)?(?P<{key}m>\d{{1,2}})月(?P<{key}d>\d{{1,2}})日"


_NUMERALS = "一二三四五六七八九十百千万零〇两几"
_HOUR = r"(?:\d{1,2}[时:]\d{0,2}分?)?"
_HAN = "[一二两三四五六七八九十百千零]{1,9}例"  # 三例
_OTHERS = r"无症状感染者(?!的?密切接触者)"  # 确诊病例和无症状感染者 are two counts, their contacts one
# The coarse shapes of a bulletin, the first that fits; what the words between them say is a matter of words.yaml.
_SHAPES = {
    "since": rf"自?{_day('f')}{_HOUR}(?:以来|至今|至{_day('t')}{_HOUR})",
    "range": rf"{_day('r')}[（]?0?0[时:]?0*(?:-|至|到)2\d[时:]0*[）]?",  # 8月13日0-24时, and not 0-12时
    "short": r"(?P<sd>\d{1,2})日0?0[时:]?0*(?:-|至|到)2\d[时:]0*",  # 22日0-24时
    "asof": rf"(?:目前|另)?截[至止]到?{_day('a')}{_HOUR}|截[至止](?:目前|现在)",
    "reporter": r"(?:据|[一-龥]{0,10}收到)?(?:国内|全国)?\d{1,2}个?省（(?:自治区|区)、(?:直辖)?市）"
    r"(?:和?新疆生产建设兵团)?",
    "date": rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日{_HOUR}|\d{{4}}年(?:\d{{1,2}}月)?"
    r"|\d{4}-\d{1,2}-\d{1,2}(?:\d\d:\d\d)?",
    "number": r"(?:\d+(?:\.\d+)?|(?P<han>[一二两三四五六七八九十百千零]{1,9})(?=例))"
    r"(?P<vague>[余多来千百十几O]\d*)?(?P<scale>[万亿])?(?P<vaguer>[余多])?(?P<early>\*+)?"
    r"(?P<unit>例|人次|[人名个岁位年天日时分米种家条所辆架%])?(?P<late>\*+)?",
    "blank": "\x00+",
    "star": r"\*+",
    "joint": rf"(?<=[例人\d])和|和(?=\d|{_OTHERS})",
    "mark": r"[，。；：、（）\n！？]",
    "words": rf"(?:(?!和(?:\d|{_OTHERS})|{_HAN})[^\d，。；：、（）\n！？*\x00]|（[残境]）)+",  # 国（境）外
}
_SCAN = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES.items()))
_DIGITS = re.compile(r"\d+(?:\.(\d+))?")
ABOUT = "约近超逾第-lI"  # before a number that is no count: 约20例, 第5例
LONGEST_NUMBER = 16  # with its unit and stars: more people than there are
PERSONS = ("", "例", "人", "名")
SCALES = {"万": 10_000, "亿": 100_000_000}


class Number(NamedTuple):
    """`value` of a number in persons, its stars, and its span in the tidy text."""

    value: int
    unit: str
    stars: str
    start: int
    end: int
    rough: str = ""
    """How it was written, where that leaves units open: 22.5万."""
    vague: bool = False
    """Whether it does not say exactly how many (40余万人), or not in digits (三例)."""


def blank(said: str, start: int, end: int) -> str:
    """The text with a span blanked out as a paragraph of its own, every other letter where it was."""
    return f"{said[:start]}\n{chr(0) * (end - start - 2)}\n{said[end:]}" if end - start > 1 else said


@dataclass(slots=True)
class Segment:
    """What stands between two marks. `runs`: the words before the first number, between, and after the last."""

    opener: str
    runs: list[str]
    numbers: list[Number]
    heads: list[re.Match[str]]
    """Datelines and reporters in it."""
    dated: bool
    """Whether it holds another date: then it tells of something else."""
    start: int
    end: int
    closer: str = ""


def cut(said: str) -> Iterator[Segment]:
    """The segments of a tidy text in order; each knows the mark before it and the one after."""
    segment = Segment("\n", [""], [], [], False, 0, 0)
    for m in _SCAN.finditer(said):
        kind = m.lastgroup
        if kind in ("mark", "joint"):
            segment.end, segment.closer = m.start(), m[0]
            yield segment
            segment = Segment(m[0], [""], [], [], False, m.end(), m.end())
        elif kind == "words":
            segment.runs[-1] += m[0]
        elif kind == "number":
            segment.numbers.append(_number(m))
            segment.runs.append("")
        elif kind == "star":
            if segment.numbers:  # 转为确诊病例*
                last = segment.numbers[-1]
                segment.numbers[-1] = last._replace(stars=last.stars or m[0])
        elif kind == "blank":
            pass
        elif kind == "date":
            segment.dated = True
        else:
            segment.heads.append(m)
    segment.end = len(said)
    yield segment


def _number(m: re.Match[str]) -> Number:
    stars = (m["early"] or "") + (m["late"] or "")
    if m["han"] or m["vague"] or m["vaguer"] or len(m[0]) > LONGEST_NUMBER:
        return Number(0, m["unit"] or "", stars, m.start(), m.end(), vague=True)
    digits = _DIGITS.match(m[0])
    assert digits is not None
    scale, decimals = SCALES.get(m["scale"] or "", 1), len(digits[1] or "")
    value, rest = divmod(int(digits[0].replace(".", "")) * scale, 10**decimals)
    rough = m[0] if 10**decimals < scale else ""
    vague = bool(rest) or (m.start() > 0 and m.string[m.start() - 1] in ABOUT)
    return Number(value, m["unit"] or "", stars, m.start(), m.end(), rough, vague)
