"""The words of place names, from words.yaml: name endings by kind, counters, and patterns of the parts of a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

_ASIDES = ("all_of", "except", "rest", "part", "around", "with", "attached", "bounded")
# 杨村街博盛园: in some cities a street office is called so
_SHORT_STREET = r"([^,、;0-9]{1,4}?[^东西南北中大横正后前0-9一二三四五六七八九十]街)(?=[^道0-9,、;])"
_LONGEST_PART = 12  # letters of one street, community or village name


@dataclass(frozen=True, slots=True)
class Part:
    """A pattern of one part of a name, tried only where a sign is that all its words have."""

    pattern: re.Pattern[str]
    signs: frozenset[str]

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The part at `start`, if there is one."""
        return None if self.signs.isdisjoint(text) else self.pattern.match(text, start)


@dataclass(frozen=True)
class Words:
    """Ends: word -> kind of place. Patterns are anchored at the start of what is left of a name."""

    ends: dict[str, str]
    longest_end: int
    counters: dict[str, str]
    item: re.Pattern[str]
    district: Part
    street: Part
    wide: Part
    short_street: re.Pattern[str]
    community: Part
    village: Part
    road: Part
    road_end: re.Pattern[str]
    all_of: re.Pattern[str]
    zone: re.Pattern[str]
    rest: re.Pattern[str]
    part: re.Pattern[str]
    around: re.Pattern[str]
    with_: re.Pattern[str]
    attached: re.Pattern[str]
    bounded: re.Pattern[str]
    excepted: re.Pattern[str]
    estates: tuple[str, ...]
    around_any: re.Pattern[str]

    def is_estate(self, name: str) -> bool:
        """Whether a premise of that name may have dwellings with numbers."""
        return name.endswith(self.estates)

    def kind(self, name: str) -> str | None:
        """What kind of place a name ends in; None if no word is known."""
        for size in range(min(len(name), self.longest_end), 0, -1):
            if (kind := self.ends.get(name[-size:])) is not None:
                return kind
        return None


@cache
def words() -> Words:
    """The words, read once."""
    data: dict[str, Any] = YAML(typ="safe").load((resources.files("sizao.address") / "words.yaml").read_text("utf-8"))
    ends = {word: kind for kind, rows in data["ends"].items() for row in rows for word in row}
    return Words(
        ends=ends,
        longest_end=max(map(len, ends)),
        counters={_plain(word): row["kind"] for row in data["counters"] for word in row["words"]},
        item=_item(data["counters"]),
        bounded=re.compile(_any(data["bounded"])),
        all_of=re.compile(f"(?:扩大[到至]|的)?(?:{_any(data['all_of'])})$"),
        zone=re.compile(r"(?:[^0-9]{2,8}开发区|经开区|高新区)(?=.{4})"),
        rest=re.compile(f"的?(?:{_any(data['rest'])})"),
        part=re.compile(f"(?:{_any(data['part'])})$"),
        around=re.compile(f"(?:及其?|以及|和|含)?(?:{_any(data['around'])}).*$"),
        with_=re.compile(rf"[,、;]?(?:{_any(data['with'])})"),
        attached=re.compile(rf"(?:及|和|、|,)?[0-9]*(?:号楼|单元|栋)?(?:{_any(data['attached'])})[^,、;]*"),
        excepted=re.compile(_any(data["except"])),
        around_any=re.compile(
            _any(word for group in _ASIDES for word in data[group])
            + r"|\(|\)|户|家|层|内|共|区域|片区|网格|范围|所在|以外|之外"
        ),
        estates=tuple(data["estates"]),
        **_parts(data),
    )


def _parts(data: dict[str, Any]) -> dict[str, Any]:
    """Patterns of the parts of a name, coarse to fine."""
    street, community, village, road = data["street"], data["community"], data["village"], data["road"]
    part = f"[^,、;]{{1,{_LONGEST_PART}}}?"
    town_end = f"(?:{_any(street['town'])})(?<!小镇)(?!路(?:[0-9东西南北]|$))(?!{_any(street['town_not_before'])})"
    office = f"{part}社区(?!{_any(community['not_before'])})"
    never = "".join(f"(?<!{word})" for word in road["never"])
    road_end = f"(?:{_any(road['ends'])}){never}"
    more = "(?:[东西南北中]?[一二三四五六七八九十0-9]{0,3}段)?"
    patterns = {
        "district": re.compile(
            f"(?:(?:(?!街道)[^,、;镇乡]){{2,{_LONGEST_PART}}}?(?:{_any(data['district']['ends'])})"
            + "".join(f"(?<!{word}区)" for word in data["district"]["not_after"])
            + f"){{1,3}}(?={part}(?:{_any(street['always'])}|{town_end})|{office}"
            + f"|{part}(?:路|大街|大道)(?!口))(?!街道)"
        ),
        "street": re.compile(f"{part}(?:{_any(street['always'])}|{town_end})"),
        "wide": re.compile(
            f"{part}(?:{_any(street['wide'])})(?={part}(?:社区|村|园|小区|苑|城)(?!{_any(community['not_before'])}))"
        ),
        "community": re.compile(
            f"{part}(?:{_any(community['always'])})(?!{_any(community['not_before'])})"
            "(?:第?[0-9一二三四五六七八九十]{1,3}号?网格)?"
        ),
        "village": re.compile(f"{part}(?:{_any(village['always'])})(?!{_any(village['not_before'])})"),
        "road": re.compile(f"{part}{road_end}{more}(?!{_any(road['not_before'])})"),
    }
    signs = {
        "district": data["district"]["ends"],
        "street": street["always"] + street["town"],
        "wide": street["wide"],
        "community": community["always"],
        "village": village["always"],
        "road": road["ends"],
    }
    parts: dict[str, Any] = {
        name: Part(pattern, frozenset(word[0] for word in signs[name])) for name, pattern in patterns.items()
    }
    parts["short_street"] = re.compile(_SHORT_STREET)
    parts["road_end"] = re.compile(f"{road_end}{more}$")
    return parts


def _item(counters: Iterable[dict[str, Any]]) -> re.Pattern[str]:
    """A counted thing: a number with its counter, or a range of them; a bare number only where a piece ends."""
    every = _any((word for row in counters for word in row["words"]), escape=False)
    han = _any((word for row in counters if row["han"] for word in row["words"]), escape=False)
    digits = r"(?:第|附|负)?(?:[A-Za-z]{1,3}-?)?[0-9]{1,6}[A-Za-z]?(?![A-Za-z])"
    letter = r"(?<![A-Za-z])(?:[A-Za-z]{1,2}|[甲乙丙丁戊])"
    number = "第?[零一二三四五六七八九十百]{1,5}"
    side = "(?:[东西南北中左右]|独立)"
    return re.compile(
        "(?=[A-Za-z0-9第附负甲乙丙丁戊零一二三四五六七八九十百东西南北中左右独])"
        f"(?:{digits}(?:{every})?(?:[-至到]+{digits}(?:{every})?){{0,4}}(?:[-至到]+[A-Za-z](?:{every}))?"
        f"|{letter}(?:[-至到]{letter})?(?:{every})"
        f"|{number}(?:{han})?(?:[-至到]{number})?(?:{han})"
        f"|{side}单元)"
        "(?P<parity>[单双]号)?"
    )


def _plain(word: str) -> str:
    return re.sub(r"\?|\[.*", "", word.partition("(?!")[0])


def _any(options: Iterable[str], *, escape: bool = True) -> str:
    longest_first = sorted(options, key=len if escape else lambda word: len(_plain(word)), reverse=True)
    return "|".join(map(re.escape, longest_first) if escape else longest_first)
