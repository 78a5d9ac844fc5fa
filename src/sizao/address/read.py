"""Reads one place name: asides off, pieces apart, each piece from coarse to fine; then scope, count and key."""

from __future__ import annotations

import re

from sizao.address.address import WIDTH, Address
from sizao.address.asides import Plain, read_asides
from sizao.address.found import Found
from sizao.address.head import read_head
from sizao.address.key import derive_key
from sizao.address.pieces import read_pieces
from sizao.address.text import normal_text
from sizao.address.words import words

_FAR = re.compile(r"^(?:[东西南北]{1,2}侧?(?=约?[0-9])|约|大约|[0-9一二三四五六七八九十百]+米|处|的|第?[一二三]家)+")
_LONGEST_CITY = 12
_READABLE = re.compile(r"[\u4e00-\u9fff㐀-䶿]|[0-9]")
_BOUNDED_SITE = re.compile(r"(?:以[东西南北]|交叉口|交汇处|路口|两侧|附近)")
_METRES = re.compile(r"[东西南北]{1,2}侧?约?[0-9]+米")
_SHOPS = re.compile(r"(?:沿街|临街|两侧)的?(?:商铺|门面|门市|商户|店铺|门店|底商)")
_OPENING = re.compile(r"^[^:]{2,20}(?:街道|镇|乡|社区|网格):")


def read_address(place: str, county: str | None = None) -> Address:
    """The parts of a place name as it stands in a list of risk areas.

    `county` is the county under which the list has it: its name before the place is left out. Any text is read; one
    that says nothing has the scope `unknown` and stands in `rest`.
    """
    text = normal_text(place)
    if county and county in text:
        text = _without_county(text, county)
    if not _READABLE.search(text):
        return Address(place, "unknown", rest=text, key=text)
    if ":" in text and (opening := _OPENING.match(text)) is not None:
        text = text[: opening.end() - 1] + text[opening.end() :]
    plain = read_asides(text)
    if plain.bounded and (area := _read_bounded(place, text, plain)) is not None:
        return area
    if not plain.text:
        if plain.all_of:
            return Address(place, "county", partial=plain.partial, key="全域")
        return Address(place, "unknown", partial=plain.partial, rest=text, key=text)
    return _address(place, text, plain, read_pieces(plain.text))


def _without_county(text: str, county: str) -> str:
    """What follows the county's name, where the name opens with it or with a city and it."""
    before, _, after = text.partition(county)
    opens = not before or (len(before) <= _LONGEST_CITY and before[-1] in "市州盟区省")
    return after if opens and after and after[0] not in "街小社" else text


def _read_bounded(place: str, whole: str, plain: Plain) -> Address | None:
    """An area between roads: as wide as what it is said to be a part of; None for a premise that lies at one."""
    text = plain.text
    shops = _SHOPS.search(text)
    ending = re.sub(r"(?:的|等)?(?:所有)?(?:合围|围合)?(?:区域|范围|内|以内)*$", "", text)
    if shops is None and _lies_at(text, ending):
        last = list(_BOUNDED_SITE.finditer(text))[-1]
        name = _FAR.sub("", text[last.end() :])
        if len(name) >= 2 and words().bounded.search(name) is None:
            head = read_head(re.split("(?<=[路街巷道])[与和]", text[: last.start()])[0], False)
            kind = words().kind(name) or "site"
            found = Found(
                streets=_some(head.street),
                communities=_some(head.community),
                villages=_some(head.village),
                roads=_some(head.road),
                sites=[name] if kind == "site" else [],
                compounds=[name] if kind == "compound" else [],
                leaves=[kind],
            )
            return _address(place, whole, Plain(text, plain.partial), found)
    first = re.split("[,、;]", text)[0]
    head = read_head(first, False)
    scope = "community"
    for kind, part in (("village", head.village), ("community", head.community), ("street", head.street)):
        if part and part != text:
            scope = kind
            break
    if shops is not None:
        scope = "site"
    found = Found(
        districts=_some(head.district),
        streets=_some(head.street),
        communities=_some(head.community),
        villages=_some(head.village),
        sites=[shops[0]] if shops is not None else [],
        leaves=[scope],
        rest=text,
    )
    return _address(place, whole, plain, found)


def _lies_at(text: str, ending: str) -> bool:
    """Whether a premise or compound at a crossing is meant, not what lies between roads."""
    kind = words().kind(ending)
    if "合围" in text or "围合" in text or _BOUNDED_SITE.search(text) is None:
        return False
    return kind == "site" or (kind == "compound" and _METRES.search(text) is not None)


def _address(place: str, text: str, plain: Plain, found: Found) -> Address:
    partial = plain.partial or plain.bounded or found.partial
    scope = max(found.leaves, key=WIDTH.__getitem__, default="unknown")
    count = found.leaves.count(scope) or 1
    if plain.remaining is not None and WIDTH[scope] > WIDTH["building"]:
        count, word = plain.remaining
        found.buildings.append(f"其余{count}{word}")
        scope = {"单元": "unit", "户": "household"}.get(word, "building")
    return Address.of(
        place=place,
        scope=scope,
        count=count,
        partial=partial,
        district=_joined(found.districts),
        street=_joined(found.streets),
        community=_joined(found.communities),
        village=_joined(found.villages),
        road=_joined(found.roads),
        compound=_joined(found.compounds),
        buildings=tuple(found.buildings),
        units=tuple(found.units),
        floors=tuple(found.floors),
        rooms=tuple(found.rooms),
        site=_joined(found.sites),
        rest=found.rest,
        key=derive_key(found, text, plain.text, scope, partial),
    )


def _joined(names: list[str]) -> str | None:
    if len(names) < 2:
        return names[0] if names else None
    return "、".join(dict.fromkeys(names)) or None


def _some(name: str) -> list[str]:
    return [name] if name else []
