"""The key of a place: equal for spellings of one place within a county, different for different places.

A false merge would join the times of two places into one that nobody drew; a missed merge only leaves one place in
two rows. So what is left out is little: the street and community before a name of its own, the words 小区 and 第, and
which word counts buildings or units. Lists of several places keep their whole text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from sizao.address.asides import Plain
from sizao.address.found import Found
from sizao.address.text import arabic
from sizao.address.words import words

_NUMERALS = re.compile(r"第?([零一二三四五六七八九十百]+)(?=[期区村段巷路街条组社队排园院里弄号栋幢座层单网])")
_UNSQUEEZED = re.compile("[零一二三四五六七八九十百第区a-z\u00aa-\u2bff]")
_HAN = re.compile("[零一二三四五六七八九十百]")
_FIRST = re.compile("第(?=[0-9])")
_ESTATE = re.compile("(?<=..)小区")
_STREET = re.compile("(?:街道办事处|街道办|地区办事处|办事处|街办|街道|街|办)$")
_COMMUNITY = re.compile("(?:社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_VILLAGE = re.compile("(?:村民委员会|村委会|村委|行政村|自然村|村)(?=$|[0-9])")
_YARD = re.compile("号(?:大院|院落|院子|小院|院)$")
_ID = re.compile(
    r"(?:号栋楼|号栋|号楼|栋楼|幢楼|号?#楼|#|栋|幢|座|楼|单元门|单元|号门洞|门洞|号门|门|梯|楼层|层|号房|室|房)$"
)
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
# the risk levels that a rest leaves out are no part of its name
_RISK = re.compile(
    "(?:的|划为|划定|定为|以外|之外|其余|其他|其它|区域|范围|内|除|外|[高中]风险[区小域]*|[高中]?、?[中]?风险区?)+"
)


def derive_key(found: Found, text: str, plain: Plain, scope: str, partial: bool) -> str:
    """A normal form of one place.

    `text` is the whole name in normal signs, `plain` what is left of it without asides. The rest of a place has one
    key whatever the exceptions are: they change from day to day while the place stays.
    """
    part = (
        f"~{'除' if plain.excepted else ''}{_squeezed(_RISK.sub('', plain.cut)).strip('及其,、;()')}"
        if partial
        else ""
    )
    if found.rest or found.unnamed or _is_list(found):
        if not plain.excepted:
            return f"={_squeezed(_without_prefix(text, found))}"
        return f"={_squeezed(_without_prefix(plain.text, found))}{part}"
    parts: list[str] = []
    buildings = found.buildings
    if plain.remaining is not None:
        buildings = tuple([name for name in buildings if not name.startswith("其余")])
    village = found.villages[-1] if found.villages else ""
    if village:
        # a hamlet without a village's word may as well be read as a compound
        known = _RURAL.search(village) is not None or words().kind(village) is not None
        parts.append(("v" if known else "c") + _squeezed(_VILLAGE.sub("村", village)))
    if found.roads:
        parts.append("r" + _squeezed(found.roads[-1]))
    if found.compounds:
        name = _squeezed(found.compounds[-1])
        parts.append("c" + (_YARD.sub("号院", name) if "号" in name else name))
    if found.sites:
        parts.append("t" + _squeezed(found.sites[-1]))
    if scope == "community" or not _has_own_name(found):
        if found.communities:
            parts.insert(0, "m" + _community(found.communities[-1]))
        elif found.streets:
            parts.insert(0, "s" + _street(found.streets[-1]))
        elif not parts and not found.buildings:
            parts.append("=" + _squeezed(plain.text))
    if buildings:
        parts += _ids(buildings, "b")
    if found.units:
        parts += _ids(found.units, "u")
    if found.floors or found.rooms:
        parts += _ids(found.floors, "f") + _ids(found.rooms, "o")
    if plain.told and (detail := _detail(found, plain)):
        parts.append("(" + _squeezed(detail))
    if partial:
        parts.append(part)
    return "/".join(parts)


def _is_list(found: Found) -> bool:
    """Whether several places are named that one list of parts cannot tell apart."""
    named = (found.compounds, found.roads, found.sites, found.villages, found.communities, found.streets)
    if max(map(len, named)) > 1:
        return True
    if len(found.buildings) > 1 and (found.units or found.floors or found.rooms):
        return True
    return len(found.units) > 1 and bool(found.floors or found.rooms)


def _has_own_name(found: Found) -> bool:
    """Whether a village, road, compound or premise names the place by itself: 宿舍 or 北区 does not."""
    if found.roads and not (found.compounds and _STRETCH.fullmatch(found.compounds[-1])):
        return True
    for name in (*found.villages, *found.compounds, *found.sites):
        if name not in words().ends and (len(name) > _LONG or not words().generic.fullmatch(name)):
            return True
    return bool(found.buildings) and not found.compounds and not words().generic.fullmatch(found.buildings[0][:_LONG])


_RURAL = re.compile("[村组社队]")
_BETWEEN = re.compile("[,、;和及与()]")
_STRETCH = re.compile("片区?|[东西南北中]?段|沿线|区域|居民区|平房区?|两侧")
_LONG = 12  # a longer name is one of its own


def _detail(found: Found, plain: Plain) -> str:
    """What a bracket adds that may be another place: a list, numbers or a branch, but no address, alias or shops."""
    for inner in plain.told:
        told = "、" in inner or any(sign.isdigit() for sign in inner)
        if inner.endswith("店") and not found.buildings and not _SHOPS.search(inner):  # 汉庭酒店(王家墩店)
            return inner
        if told and not _SHOPS.search(inner) and ("、" in inner or not _ADDRESS.search(inner)):
            return inner
    return ""


_SHOPS = re.compile("底商|商户|门市|门店|商铺|沿街|临街|除|以外")
_ADDRESS = re.compile(r"(?:路|街|巷|道|段|弄)附?[0-9-]+号?$")


@lru_cache(maxsize=1 << 13)
def _squeezed(name: str) -> str:
    """Digits for numerals, no 第, no 小区 after a name, capital letters, no dots."""
    if _UNSQUEEZED.search(name) is None:
        return name
    if not name.isascii():
        if _HAN.search(name) is not None:
            name = _NUMERALS.sub(lambda found: arabic(found[1]), name)
        if "第" in name:
            name = _FIRST.sub("", name)
        if "小区" in name:
            name = _ESTATE.sub("", name)
    return name.replace("·", "").upper()


def _street(name: str) -> str:
    return _STREET.sub("街道", _squeezed(name))


@lru_cache(maxsize=1 << 13)
def _ids(names: tuple[str, ...], mark: str) -> tuple[str, ...]:
    return tuple(sorted([_id(name, mark) for name in names]))


@lru_cache(maxsize=1 << 13)
def _id(name: str, mark: str) -> str:
    """13号楼, 13栋, 13幢 -> b13; a house number is another thing: 13号 -> b13号."""
    number = _ID.sub("", name).removeprefix("第")
    return mark + _ZEROS.sub("", arabic(number)).upper()


def _without_prefix(text: str, found: Found) -> str:
    """The text without the street and community at its head."""
    for name in (*found.districts[:1], *found.streets[:1], *found.communities[:1]):
        rest = text.removeprefix(name)
        if not rest or rest[0] in ",、;和及第0123456789" or words().generic.fullmatch(_BETWEEN.sub("", rest)):
            break
        text = rest
    return _SIGNS.sub("、", _ID_WORDS.sub("栋", _LIST_BRACKETS.sub("", text))).strip(":")


_LIST_BRACKETS = re.compile(r"(?<![0-9])\(|\)(?![0-9])")
_SIGNS = re.compile("[,;]、?")
_ID_WORDS = re.compile(r"(?<=[0-9A-Za-z])(?:号栋楼|号栋|号楼|栋楼|幢楼|号?#楼|#|幢|座|栋)")


def split_by_county(
    counties: Sequence[str], streets: Sequence[str | None], communities: Sequence[str | None], keys: Sequence[str]
) -> list[str]:
    """Keys that also tell places of one name in two streets, or of one short name in two communities, apart.

    Where a key stands in a county under two streets, those that name their street carry it in their key, and one that
    names none keeps the key: a missed merge rather than a false one. An estate whose name has one or two signs
    (工商小区) is told apart by its community too, if the communities are no spellings of one (艺北, 艺术厅北街).
    """
    where = list(map("{}\n{}".format, counties, keys))
    often = Counter(where)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, at in enumerate(where):
        if often[at] > 1:
            rows[at].append(row)
    out = list(keys)
    for same in rows.values():
        key = keys[same[0]]
        offices = {row: _street(street) for row in same if (street := streets[row])}
        rooms = {row: _community(name) for row in same if (name := communities[row])} if _SHORT.match(key) else {}
        by_street = len(set(offices.values())) > 1
        by_community = not _one_name(set(rooms.values()))
        for row in same:
            before = (offices.get(row, "") if by_street else "") + (rooms.get(row, "") if by_community else "")
            if before:
                out[row] = f"{before}:{key}"
    return out


_SHORT = re.compile("c[^/0-9A-Z]{1,2}(?:/|$)")


def _community(name: str) -> str:
    return _COMMUNITY.sub("社区", _squeezed(name))


def _one_name(names: set[str]) -> bool:
    """Whether the signs of each shorter name stand in the longest, in order."""
    longest = max(names, key=len, default="")
    for name in names:
        signs = iter(longest)
        if not all(sign in signs for sign in name):
            return False
    return True
