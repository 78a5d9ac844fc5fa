"""Places that bulletins name: provinces, the XPCC, Hong Kong, Macao, Taiwan, cities; found by any usual name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML


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
XPCC_CODE = "660000"

NO_CODE = "-"
_KINDS = ("新区", "地区", "市", "区", "县", "盟")
# The divisions of the XPCC live in cities that GB/T 2260 codes under Xinjiang.
_XPCC_CITIES = "6590"


def provinces() -> tuple[Place, ...]:
    """The 31 provinces in the order of GB/T 2260, without the XPCC, Hong Kong, Macao and Taiwan."""
    return _provinces()


@cache
def _provinces() -> tuple[Place, ...]:
    return tuple(p for p in _tops() if p.code is not None and "110000" <= p.code < XPCC_CODE)


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


@cache
def _lines() -> list[dict[str, Any]]:
    text = resources.files("sizao.bulletin").joinpath("places.yaml").read_text("utf-8")
    return list(YAML(typ="safe").load(text))


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
        if top.code in ("710000", "810000", "820000"):
            found["中国" + top.name] = top
        if top.code == XPCC_CODE:
            found |= {"新疆兵团": top, "生产建设兵团": top}
    return found


@cache
def _by_name_within() -> dict[tuple[str, str], Place]:
    found: dict[tuple[str, str], Place] = {}
    for line in _lines():
        for place, names in _cities(line):
            holders = [str(line["code"])] + ([XPCC_CODE] if (place.code or "").startswith(_XPCC_CITIES) else [])
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
