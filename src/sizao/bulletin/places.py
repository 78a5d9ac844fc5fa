"""Places that bulletins name: provinces, the XPCC, Hong Kong, Macao, Taiwan, cities; found by any usual name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sizao.words import read_yaml


@dataclass(frozen=True)
class Place:
    """`code` as in GB/T 2260 (660000, the XPCC, is ours); `name` short (北京), `full` official (北京市).

    `en`, and `jhu` (the name in the series of Johns Hopkins University), are given for provinces; `jhu` is None
    where that series has none.
    """

    code: str | None
    name: str
    full: str
    en: str | None = None
    jhu: str | None = None


NATION = Place("100000", "全国", "全国", "China")
HMT = Place(None, "港澳台", "港澳台地区", "Hong Kong, Macao, Taiwan")
HMT_NAMES = ("香港", "澳门", "台湾")
"""In the order of the text."""
XPCC_CODE, XPCC_NAME = "660000", "兵团"
XPCC_CITIES = "6590"
"""So begin the codes of the cities of the XPCC: GB/T 2260 has them under Xinjiang."""

NO_CODE = "-"
_KINDS = ("新区", "地区", "市", "区", "县", "盟")


@cache
def provinces() -> tuple[Place, ...]:
    """The 31 provinces in the order of GB/T 2260, without the XPCC, Hong Kong, Macao and Taiwan."""
    return tuple(p for p in _tops() if p.code is not None and "110000" <= p.code < XPCC_CODE)


@cache
def listed_provinces() -> tuple[Place, ...]:
    """Those that a list of the nation names where they have any: the 31 provinces and the XPCC."""
    return (*provinces(), *(p for p in _tops() if p.code == XPCC_CODE))


@cache
def hmt() -> tuple[Place, ...]:
    """Hong Kong, Macao, Taiwan: in no list of the nation; their cumulative counts are reported to it."""
    return tuple(p for p in _tops() if p.name in HMT_NAMES)


def is_province(code: str | None) -> bool:
    """Whether a code is that of a province, of Hong Kong, Macao, Taiwan or the XPCC, or of the nation."""
    return code is not None and code.endswith("0000")


def lies_in(code: str | None, around: str | None) -> bool | None:
    """Whether a place lies in another one, or is it, by their codes; None: one of them has none.

    The cities of the XPCC lie in the XPCC and in Xinjiang.
    """
    if not code or not around:
        return None
    if around == XPCC_CODE and code.startswith(XPCC_CITIES):
        return True
    return code.startswith(around.removesuffix("00").removesuffix("00"))


def names_of(place: str) -> tuple[str, ...]:
    """The names that a table may have for a place: the one given, then the short and the official one."""
    found = find_place(place)
    return tuple(dict.fromkeys((place, found.name, found.full))) if found else (place,)


def find_place(name: str, within: str | None = None) -> Place | None:
    """The place of that name: short, official or usual (德宏州). None if it is unknown.

    `within` is the code of a province: then a city of that province comes first (海南 within Qinghai is 海南州) and a
    city of another is not found. Without it a province comes first, then a prefecture, then a district.
    """
    if within is None:
        return _by_name().get(name)
    found = _by_name_within().get((within, name))
    if found is not None:
        return found
    return _top_by_name().get(name)


def order(code: str | None) -> int:
    """Position in the order of GB/T 2260, for ties in lists: a city after its province, unknown codes last."""
    return _positions().get(code, len(_positions()))


def _lines() -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = read_yaml("sizao.bulletin", "places.yaml")
    return lines


@cache
def _tops() -> tuple[Place, ...]:
    return tuple(
        Place(line.get("code"), line["name"], line["full"], line["en"], line.get("jhu")) for line in _lines()
    )


def _cities(line: dict[str, Any]) -> Iterator[tuple[Place, set[str]]]:
    """Each city of a province with every name it goes by."""
    for entry in str(line.get("cities", "")).split(", "):
        if not entry:
            continue
        digits, names = entry.split(" ")
        full, *short = names.split("/")
        plain = full if short else next(full.removesuffix(kind) for kind in _KINDS if full.endswith(kind))
        name = short[0] if short else plain
        known = {full, name, *short}
        if full.endswith("自治州"):
            known.add(name + "州")
        if full.endswith("自治县"):
            known.add(name + "县")
        code = None if digits == NO_CODE else line["code"][:2] + digits.ljust(4, "0")
        yield Place(code, name, full), known


@cache
def _by_name() -> dict[str, Place]:
    prefectures: dict[str, Place] = {}
    districts: dict[str, Place] = {}
    for line in _lines():
        for place, names in _cities(line):
            target = prefectures if _is_prefecture(place) else districts
            for name in names:
                target.setdefault(name, place)
    return {**districts, **prefectures, **_top_by_name()}


@cache
def _top_by_name() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for top in _tops():
        found |= {top.name: top, top.full: top}
        if top.name in HMT_NAMES:
            found["中国" + top.name] = top
        if top.code == XPCC_CODE:
            found |= {"新疆兵团": top, "生产建设兵团": top}
    return found


@cache
def _by_name_within() -> dict[tuple[str, str], Place]:
    found: dict[tuple[str, str], Place] = {}
    for line in _lines():
        for place, names in _cities(line):
            holders = [str(line["code"])] + ([XPCC_CODE] if (place.code or "").startswith(XPCC_CITIES) else [])
            for holder in holders:
                for name in names:
                    found.setdefault((holder, name), place)
    return found


def _is_prefecture(place: Place) -> bool:
    return place.code is not None and place.code.endswith("00")


@cache
def _positions() -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for line in _lines():
        if line.get("code"):
            found[line["code"]] = len(found)
        for place, _ in _cities(line):
            if place.code is not None:
                found[place.code] = len(found)
    return found
