"""Cuts a text into segments, from mark to mark: dates, who reports, words, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# The coarse shapes of a bulletin; what the words between them say is a matter of words.yaml.
_DIGITS = re.compile(r"[\d.]+")
_SHAPES = re.compile(
    r"""
      (?P<range> (?:(?P<ry>\d{4})年)?(?P<rm>\d{1,2})月(?P<rd>\d{1,2})日[（]?0?0[时:：]?0*(?:-|至|到)(?P<rh>\d{1,2})[时:：]0*[）]? )
    | (?P<since> (?:自)?(?P<fy>\d{4})年(?P<fm>\d{1,2})月(?P<fd>\d{1,2})日(?:\d{1,2}时)?(?:以来|至今|至 (?:(?P<ty>\d{4})年)?(?P<tm>\d{1,2})月(?P<td>\d{1,2})日(?:\d{1,2}时)?) )
    | (?P<asof> (?:目前|另)?截[至止]到?(?:(?P<ay>\d{4})年)?(?P<am>\d{1,2})月(?P<ad>\d{1,2})日(?:\d{1,2}时)?(?:\d{1,2}分)? | 截[至止](?:目前|现在) )
    | (?P<reporter> (?:据|[一-龥]{0,10}收到)*(?:国内|全国)?(?P<rn>\d{1,2})个?省（(?:自治区|区)、(?:直辖)?市）(?:和?新疆生产建设兵团)? )
    | (?P<date> (?:\d{4}年)?\d{1,2}月\d{1,2}日(?:\d{1,2}时)? | \d{4}年(?:\d{1,2}月)? | \d{4}-\d{1,2}-\d{1,2}(?:\d\d:\d\d(?::\d\d)?)? )
    | (?P<number> \d+(?:\.\d+)?(?P<scale>[万亿])? (?P<early>\*+)? (?P<unit>例|人次|人|名|[个岁位年天日时分米种家条所辆架%])? (?P<late>\*+)? )
    | (?P<star> \*+ )
    | (?P<joint> (?<=[例人\d])和 | 和(?=\d) )
    | (?P<mark> [，。；：、（）\n！？] )
    | (?P<words> (?: (?!和\d) [^\d，。；：、（）\n！？*] | （[残境]） )+ )
    """,
    re.VERBOSE,
)
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
    for m in _SHAPES.finditer(said):
        kind = m.lastgroup
        if kind in ("mark", "joint"):
            segment.end, segment.closer = m.start(), m[0]
            yield segment
            segment = Segment(m[0], [""], [], [], False, m.end(), m.end())
        elif kind == "words":
            segment.runs[-1] += m[0]
        elif kind == "number":
            value = float(_DIGITS.match(m[0])[0]) * SCALES.get(m["scale"] or "", 1)
            stars = (m["early"] or "") + (m["late"] or "")
            decimals = len(_DIGITS.match(m[0])[0].partition(".")[2])  # type: ignore[index]
            rough = m[0] if m["scale"] and 10**decimals < SCALES[m["scale"]] else ""
            segment.numbers.append(Number(round(value), m["unit"] or "", stars, m.start(), m.end(), rough))
            segment.runs.append("")
        elif kind == "star":
            if segment.numbers:  # 转为确诊病例*
                last = segment.numbers[-1]
                segment.numbers[-1] = last._replace(stars=last.stars or m[0])
        elif kind == "date":
            segment.dated = True
        else:
            segment.heads.append(m)
    segment.end = len(said)
    yield segment

