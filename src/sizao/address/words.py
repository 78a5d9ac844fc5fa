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
_ASIDE_SIGNS = "()共计个域范所外字"
_COMMON = frozenset("区楼小号元单路街村道社东西南北中大园城店上商地有四合心局")
# 杨村街博盛园: in some cities a street office is called so
_SHORT_STREET = r"([^,、;0-9]{1,4}?[^东西南北中大横正后前0-9一二三四五六七八九十]街)(?=[^道0-9,、;])"
_GRIDS = "(?:第?[0-9一二三四五六七八九十-]{1,5}号?网格)*"
_LONGEST_PART = 12  # letters of one street, community or village name


@dataclass(frozen=True, slots=True)
class Aside:
    """A pattern of words around a name, tried only where one of `signs` is: each word has one of them."""

    pattern: re.Pattern[str]
    signs: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        """The first of these words, if there is one."""
        return self.pattern.search(text) if self.signs.search(text) is not None else None


@dataclass(frozen=True)
class Words:
    """Ends: word -> kind of place; sizes: last sign of a word -> how long such words are, longest first.

    Patterns of parts are anchored at the start of what is left of a name.
    """

    ends: dict[str, str]
    sizes: dict[str, tuple[int, ...]]
    counters: dict[str, str]
    item: re.Pattern[str]
    district: re.Pattern[str]
    street: re.Pattern[str]
    wide: re.Pattern[str]
    short_street: re.Pattern[str]
    community: re.Pattern[str]
    village: re.Pattern[str]
    road: re.Pattern[str]
    road_end: re.Pattern[str]
    zone: re.Pattern[str]
    all_of: Aside
    rest: Aside
    part: Aside
    around: Aside
    with_: Aside
    within: re.Pattern[str]
    attached: Aside
    bounded: Aside
    excepted: Aside
    estates: tuple[str, ...]
    aside_signs: re.Pattern[str]
    generic: re.Pattern[str]

    def is_estate(self, name: str) -> bool:
        """Whether a premise of that name may have dwellings with numbers."""
        return name.endswith(self.estates)

    def kind(self, name: str) -> str | None:
        """What kind of place a name ends in; None if no word is known."""
        for size in self.sizes.get(name[-1:], ()):
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
        sizes=_sizes(ends),
        counters={_plain(word): row["kind"] for row in data["counters"] for word in row["words"]},
        item=_item(data["counters"]),
        zone=re.compile(r"(?:[^0-9]{2,8}开发区|经开区|高新区)(?=.{4})"),
        within=re.compile(f"均?(?:{_any(data['with'])})"),
        estates=tuple(data["estates"]),
        aside_signs=_signs((word for group in _ASIDES for word in data[group]), also=_ASIDE_SIGNS),
        generic=re.compile(
            rf"(?:[A-Za-z0-9-]|[甲乙丙丁戊附负之](?=[0-9一二三四五六七八九十])|{_any(data['generic'].split())})+"
        ),
        **_asides(data),
        **_parts(data),
    )


def _sizes(ends: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for word in ends:
        sizes.setdefault(word[-1], set()).add(len(word))
    return {sign: tuple(sorted(lengths, reverse=True)) for sign, lengths in sizes.items()}


def _asides(data: dict[str, Any]) -> dict[str, Any]:
    """Patterns of what stands around a name."""
    attached = _any(data["attached"])
    whose = "其|小区|楼下|楼洞|相连|[内外]围|所有|[0-9]+(?:号楼|单元|栋)"
    patterns = {
        "bounded": _any(data["bounded"], escape=False),
        "all_of": f"(?:扩大[到至]|的)?(?<!安)(?:{_any(data['all_of'])})$",
        "rest": f"的?(?:{_any(data['rest'])})",
        "part": f"(?:{_any(data['part'])})$",
        "around": f"(?:及其?|以及|和|含)?(?:{_any(data['around'])}).*$",
        "with": "[,、;]?包[含括]|,含|(?<=[栋幢座号楼期区园城厦元域])含(?![光章元谷盛晖笑湖])",
        # 2栋底商 is that building; but 紫竹苑底商 are shops, 2栋底商老张面馆 is a premise, 师范大学附属学院 a school
        "attached": f"(?:[及和](?:{whose})*|[、,])(?:{attached})[^,、;]*"
        f"|(?<=[0-9楼栋幢座元号#层])(?:{attached})(?:{_any(data['attached_kinds'])})*(?=$|[,、;])",
        "except": _any(data["except"]),
    }
    names = {"with": "with_", "except": "excepted"}
    return {
        names.get(group, group): Aside(re.compile(pattern), _signs(data[group]))
        for group, pattern in patterns.items()
    }


def _parts(data: dict[str, Any]) -> dict[str, Any]:
    """Patterns of the parts of a name, coarse to fine."""
    street, community, village, road = data["street"], data["community"], data["village"], data["road"]
    part = f"[^,、;]{{1,{_LONGEST_PART}}}?"
    always = _any(street["always"], escape=False)
    town_end = f"(?:{_any(street['town'])})(?<!小镇)(?!路(?:[0-9东西南北]|$))(?!{_any(street['town_not_before'])})"
    office = f"{part}社区(?!{_any(community['not_before'])})"
    never = "".join(f"(?<!{word})" for word in road["never"])
    road_end = f"(?:{_any(road['ends'])}){never}"
    more = "(?:[东西南北中]?[一二三四五六七八九十0-9]{0,3}段)?"
    parts = {
        # 察素旗镇 is no district 察素旗
        "district": re.compile(
            f"(?:(?:(?!街道)[^,、;镇乡街]){{2,{_LONGEST_PART}}}?(?:{_any(data['district']['ends'])})"
            + "".join(f"(?<!{word}区)" for word in data["district"]["not_after"])
            + f"){{1,3}}(?={part}(?:{always}|{town_end})|{office}"
            + f"|{part}(?:路|大街|大道)(?!口))(?!街道|[镇乡])"
        ),
        "street": re.compile(f"{part}(?:{always}|{town_end})"),
        "wide": re.compile(
            f"{part}(?:{_any(street['wide'])})(?={part}(?:社区|村|园|小区|苑|城)(?!{_any(community['not_before'])}))"
        ),
        "community": re.compile(f"{part}({_any(community['always'])})(?!{_any(community['not_before'])}){_GRIDS}"),
        # 牛村村 is one village
        "village": re.compile(
            f"{part}(?:{_any(village['always'])})(?!村(?=$|[(,、0-9一二三四五六七八九十]|部分|除)|{_any(village['not_before'])}){_GRIDS}"
        ),
        # 新华街三里 is an estate
        "road": re.compile(f"{part}{road_end}{more}(?!{_any(road['not_before'])}|[一二三四五六七八九十]{{1,2}}里)"),
    }
    parts["short_street"] = re.compile(_SHORT_STREET)
    parts["road_end"] = re.compile(f"{road_end}{more}$")
    return parts


def _item(counters: Iterable[dict[str, Any]]) -> re.Pattern[str]:
    """A counted thing: a number with its counter, or a range of them; a bare number only where a piece ends."""
    every = _any((word for row in counters for word in row["words"]), escape=False)
    han = _any((word for row in counters if row["han"] for word in row["words"]), escape=False)
    digits = r"(?:第|附|负|(?<![0-9])[甲乙丙丁](?=[0-9]))?(?:[A-Za-z]{1,3}-?)?[0-9]{1,6}[A-Za-z]?(?![A-Za-z])"
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


def _signs(group: Iterable[str], also: str = "") -> re.Pattern[str]:
    """One sign of each word, and one that few names have."""
    telling = set(also)
    for word in group:
        plain = re.sub(r"\(\?.*?\)", "", word)
        telling.add(next((sign for sign in plain if sign not in _COMMON), plain[0]))
    return re.compile(f"[{''.join(sorted(telling))}]")


def _plain(word: str) -> str:
    return re.sub(r"\?|\[.*", "", word.partition("(?!")[0])


def _any(options: Iterable[str], *, escape: bool = True) -> str:
    longest_first = sorted(options, key=len if escape else lambda word: len(_plain(word)), reverse=True)
    return "|".join(map(re.escape, longest_first) if escape else longest_first)
