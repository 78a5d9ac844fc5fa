"""The key of a place: equal for spellings of one place within a county, different for different places.

A false merge would join the times of two places into one that nobody drew; a missed merge only leaves one place in
two rows. So what is left out is little: the street and community before a name of its own, the words 小区 and 第, and
which word counts buildings or units. Lists of several places keep their whole text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from sizao.address.found import Found
from sizao.address.text import arabic
from sizao.address.words import words

_NUMERALS = re.compile(r"第?([零一二三四五六七八九十百]+)(?=[期区村段巷路街条组社队排园院里弄号栋幢座层单])")
_FIRST = re.compile("第(?=[0-9])")
_ESTATE = re.compile("(?<=..)小区")
_STREET = re.compile("(?:街道办事处|街道办|地区办事处|办事处|街办|街道|街)$")
_COMMUNITY = re.compile("(?:社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_VILLAGE = re.compile("(?:村民委员会|村委会|村委|行政村|自然村|村)(?=$|[0-9])")
_YARD = re.compile("号(?:大院|院落|院子|小院|院)$")
_ID = re.compile(
    r"(?:号栋楼|号栋|号楼|栋楼|幢楼|号?#楼|#|栋|幢|座|楼|单元门|单元|号门洞|门洞|号门|门|梯|楼层|层|号房|室|房)$"
)
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_BRACKETS = re.compile(r"\(([^()]*)\)")
# the risk levels that a rest leaves out are no part of its name
_RISK = re.compile(
    "(?:的|划为|划定|定为|以外|之外|其余|其他|其它|区域|范围|内|除|外|[高中]风险[区小域]*|[高中]?、?[中]?风险区?)+"
)


def derive_key(found: Found, text: str, body: str, scope: str, partial: bool) -> str:
    """A normal form of one place.

    `text` is the whole name in normal signs, `body` what is left of it without asides.
    """
    if _is_list(found) or found.rest or (scope in ("household", "floor") and not (found.rooms or found.floors)):
        return f"={_squeezed(_without_prefix(text, found))}"
    parts: list[str] = []
    village = found.villages[-1] if found.villages else ""
    if village:
        parts.append("v" + _squeezed(_VILLAGE.sub("村", village)))
    if found.roads:
        parts.append("r" + _squeezed(found.roads[-1]))
    if found.compounds:
        parts.append("c" + _YARD.sub("号院", _squeezed(found.compounds[-1])))
    if found.sites:
        parts.append("t" + _squeezed(found.sites[-1]))
    if not _has_own_name(found):
        if found.communities:
            parts.insert(0, "m" + _squeezed(_COMMUNITY.sub("社区", found.communities[-1])))
        elif found.streets:
            parts.insert(0, "s" + _street(found.streets[-1]))
        elif not parts and not found.buildings:
            parts.append("=" + _squeezed(body))
    for mark, names in (("b", found.buildings), ("u", found.units), ("f", found.floors), ("o", found.rooms)):
        if names:
            ids = [_id(name, mark) for name in names]
            parts.extend(sorted(ids) if len(ids) > 1 else ids)
    if detail := _detail(text, body):
        parts.append("(" + _squeezed(detail))
    if partial:
        parts.append("~" + _partly(text, body, found))
    return "/".join(parts)


def _is_list(found: Found) -> bool:
    """Whether several places are named that one list of parts cannot tell apart."""
    if len(found.compounds) > 1 or len(found.roads) > 1 or len(found.sites) > 1 or len(found.villages) > 1:
        return True
    if len(found.communities) > 1 or len(found.streets) > 1:
        return True
    deeper = found.units or found.floors or found.rooms
    if len(found.buildings) > 1 and deeper:
        return True
    return len(found.units) > 1 and bool(found.floors or found.rooms)


def _has_own_name(found: Found) -> bool:
    """Whether a village, road, compound or premise names the place by itself: 宿舍 or 北区 does not."""
    if found.roads:
        return True
    for name in (*found.villages, *found.compounds, *found.sites):
        if name not in words().ends and (len(name) > _LONG or not _GENERIC.fullmatch(name)):
            return True
    return bool(found.buildings) and not found.compounds and not _GENERIC.fullmatch(found.buildings[0][:_LONG])


_LONG = 12  # a longer name is one of its own
_GENERIC = re.compile(
    r"(?:第|老|新|旧|[东西南北中前后上下左右]|[A-Za-z0-9一二三四五六七八九十-]|号|区|期|院|排|组|社|队|村|街|巷|苑|园|平房|片|地|"
    r"小区|家属|职工|员工|宿舍|公寓|大院|住宅|农贸|集贸|蔬菜|中心|卫生|人民|便民|综合|批发|菜|市场|超市|医院|学校|小学|中学|幼儿园|工地|"
    r"建筑|施工|项目部|政府|派出所|安置|生活|自建|出租|民房|所有|整栋|商铺|门面|门市|底商|店|馆|所|站|房|楼|栋)+"
)


def _detail(text: str, body: str) -> str:
    """What a bracket adds that may be another place: a list or numbers, but no address, alias or shops."""
    if "(" not in text and "含" not in text:
        return ""
    for inner in (*_INNER.findall(text), *_WITH.findall(text)):
        told = "、" in inner or any(sign.isdigit() for sign in inner)
        if (
            told
            and inner not in body
            and not _SHOPS.search(inner)
            and ("、" in inner or not _ADDRESS.search(inner))
            and not _RISK.match(inner)
        ):
            return str(inner)
    return ""


_INNER = re.compile(r"\(([^()]*)\)?")
_WITH = re.compile(r"(?:含|包括)[^()]*$")
_SHOPS = re.compile("底商|商户|门市|商铺|沿街|临街|除|以外")
_ADDRESS = re.compile(r"(?:路|街|巷|道|段|弄)附?[0-9-]+号?$")


@lru_cache(maxsize=50_000)
def _squeezed(name: str) -> str:
    """Digits for numerals, no 第, no 小区 after a name, capital letters, no dots."""
    if not name.isascii():
        name = _NUMERALS.sub(lambda found: arabic(found[1]), name)
        if "第" in name:
            name = _FIRST.sub("", name)
        if "小区" in name:
            name = _ESTATE.sub("", name)
    return name.replace("·", "").upper()


def _street(name: str) -> str:
    return _STREET.sub("街道", _squeezed(name))


@lru_cache(maxsize=20_000)
def _id(name: str, mark: str) -> str:
    """13号楼, 13栋, 13幢 -> b13; a house number is another thing: 13号 -> b13号."""
    number = _ID.sub("", name).removeprefix("第")
    return mark + _ZEROS.sub("", arabic(number)).upper()


def _without_prefix(text: str, found: Found) -> str:
    """The text without the street and community at its head."""
    for name in (*found.districts[:1], *found.streets[:1], *found.communities[:1]):
        if text.startswith(name) and len(text) > len(name):
            text = text[len(name) :]
    return _ID_WORDS.sub(r"\1栋", text).strip(":")


_ID_WORDS = re.compile(r"(?<=[0-9A-Za-z])()(?:号栋楼|号栋|号楼|栋楼|幢楼|号?#楼|#|幢|座|栋)")


def _partly(text: str, body: str, found: Found) -> str:
    """What tells one part of a place from another: bounds, what is left out; not the words for risk."""
    text = _without_prefix(text, found)
    if text.startswith(body):
        text = text[len(body) :]
    return _squeezed(_RISK.sub("", _BRACKETS.sub(r"\1", text))).strip(",、;()")


def split_by_county(counties: Sequence[str], streets: Sequence[str | None], keys: Sequence[str]) -> list[str]:
    """Keys that also tell places of one name in two streets of a county apart.

    Where a key stands in a county under two streets, those that name their street carry it in their key, and one that
    names none keeps the key: a missed merge rather than a false one.
    """
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    offices = [_street(street) if street else "" for street in streets]
    for county, office, key in zip(counties, offices, keys, strict=True):
        if office:
            seen[county, key].add(office)
    return [
        f"{office}:{key}" if office and len(seen[county, key]) > 1 else key
        for county, office, key in zip(counties, offices, keys, strict=True)
    ]
