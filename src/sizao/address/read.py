"""Reads one place name: asides off, pieces apart, each piece from coarse to fine; then scope, count and key."""

from __future__ import annotations

import re

from sizao.address.address import WIDTH, Address, Parts
from sizao.address.asides import Plain, read_asides
from sizao.address.brackets import read_brackets
from sizao.address.found import Found
from sizao.address.head import Head, read_head
from sizao.address.key import derive_key
from sizao.address.pieces import read_pieces
from sizao.address.text import LONGEST, normal_text
from sizao.address.whole import read_office, read_whole
from sizao.address.words import words

_FAR = re.compile(r"^(?:[东西南北]{1,2}侧?(?=约?[0-9])|约|大约|[0-9一二三四五六七八九十百]+米|处|的|第?[一二三]家)+")
_LONGEST_CITY = 12
_WHOLE = {
    "全镇": "street",
    "全乡": "street",
    "全街": "street",
    "全社": "community",
    "全村": "village",
    "全小": "compound",
}
_READABLE = re.compile(r".*?[\u4e00-\u9fff㐀-䶿0-9]", re.DOTALL)
_BOUNDED_SITE = re.compile(r"(?:以[东西南北]|交叉口|交汇处|路口|两侧|附近)")
_METRES = re.compile(r"[东西南北]{1,2}侧?约?[0-9]+米")
_SHOPS = re.compile(r"(?:沿街|临街|两侧)的?(?:商铺|门面|门市|商户|店铺|门店|底商)")
_OPENING = re.compile(
    r"[^:,、;()]{1,20}(?:(?:街道|街道办|办事处|镇|乡|社区|居委会|村|村委会|网格):"
    r"|(?:街道|办事处|镇|乡),(?![^,、;]{1,12}?(?:街道|办事处|镇|乡)))"
)
_GRIDS = re.compile(
    r"(第?[0-9一二三四五六七八九十]{1,3}号?(?:[、,及和]第?[0-9一二三四五六七八九十]{1,3}号?)+)(?=网格)"
)
_LEADING = re.compile("(?:部分区域|部分|(?<![,、;])包[含括]):")
_CROSSING = re.compile(
    r"(?<=[路街道巷线])(?:与|和|、|-)[^,、;()至交]{1,14}?[路街道巷线]的?"
    r"(?:交(?:[叉汇接界]|(?=口))(?:十字|丁字)?|十字|丁字|三岔)(?:路口|口)?+处?+的?+"
    r"(?:[东西南北]{1,2}[侧角面边行]?|[向往][东西南北]{1,2})?+(?:约?[0-9]+米)?+(?:路[东西南北]侧?)?+[的处]?+"
    r"(?=[^,、;()东西南北以至往向为合的路口处附周内区]..)"
)


def read_address(place: str, county: str | None = None) -> Address:
    """The parts of a place name as it stands in a list of risk areas.

    `county` is the county under which the list has it: its name before the place is left out. Any text is read; one
    that says nothing has the scope `unknown` and stands in `rest`.
    """
    return Address.of(read_parts(place, county))


def read_parts(place: str, county: str | None) -> Parts:
    """The fields of an address."""
    text = normal_text(place)
    if (whole := read_whole(text, county)) is not None:
        scope, rest = whole
        return _unread(place, scope, rest, "", "全域~除" if rest else "全域")
    if "街" in text and (office := read_office(text)) is not None:
        plain = Plain(office[0])
        plain.partial = plain.excepted = office[1]
        return _address(place, text, plain, _found(Head(street=office[0]), "street"))
    if county and county in text:
        text = _without_county(text, county)
    if _READABLE.match(text) is None:
        return _unread(place, "unknown", False, text, text)
    if (":" in text or "," in text) and (opening := _OPENING.match(text)) is not None:
        text = text[: opening.end() - 1] + text[opening.end() :]
    if "网格" in text:
        text = _GRIDS.sub(_each_grid, text).replace("网格片区", "网格")
    plain = Plain(text)
    if words().aside_signs.search(text) is not None or text[-1] in "家户层内":
        if "(" in text or ")" in text:
            read_brackets(plain)
        if "交" in text or "字" in text:
            _leave_crossing(plain)
        if ":" in plain.text:
            plain.text = _LEADING.sub(":", plain.text)
        read_asides(plain)
    if plain.bounded and (area := _read_bounded(place, text, plain)) is not None:
        return area
    if not plain.text:
        if plain.all_of:
            return _unread(place, _WHOLE.get(text[:2], "county"), plain.partial, "", "全域")
        return _unread(place, "unknown", plain.partial, text, text)
    return _address(place, text, plain, read_pieces(plain.text))


def _unread(place: str, scope: str, partial: bool, rest: str, key: str) -> Parts:
    """A name without any part."""
    return (place, scope, 1, partial, *[None] * 6, (), (), (), (), None, rest, key)


def _each_grid(found: re.Match[str]) -> str:
    """第1、2网格 is 第1网格2网格."""
    return re.sub("[、,及和]", "网格", found[1])


def _leave_crossing(plain: Plain) -> None:
    """长乐路与和平路交叉口东南160米紫竹苑 is 长乐路紫竹苑; what the roads bound stays."""
    without = _CROSSING.sub("", plain.text)
    if words().bounded.search(without) is None:
        plain.text = without


def _without_county(text: str, county: str) -> str:
    """What follows the county's name, where the name opens with it or with a city and it."""
    before, _, after = text.partition(county)
    opens = not before or (len(before) <= _LONGEST_CITY and before[-1] in "市州盟区省" and "(" not in before)
    return after if opens and after and after[0] not in "街小社" else text


def _read_bounded(place: str, whole: str, plain: Plain) -> Parts | None:
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
            found = _found(head, kind)
            found.roads = _some(head.road)
            found.sites = (name,) if kind == "site" else ()
            found.compounds = (name,) if kind == "compound" else ()
            plain.bounded, plain.told = False, ()
            return _address(place, whole, plain, found)
    first = re.split("[,、;]", text)[0]
    head = read_head(first, False)
    scope = "community"
    for kind, part in (("village", head.village), ("community", head.community), ("street", head.street)):
        if part and part != text:
            scope = kind
            break
    if shops is not None:
        scope = "site"
    found = _found(head, scope)
    found.districts = _some(head.district)
    found.sites = (shops[0],) if shops is not None else ()
    found.rest = text
    return _address(place, whole, plain, found)


def _found(head: Head, scope: str) -> Found:
    found = Found()
    found.streets, found.communities = _some(head.street), _some(head.community)
    found.villages, found.leaves = _some(head.village), (scope,)
    return found


def _lies_at(text: str, ending: str) -> bool:
    """Whether a premise or compound at a crossing is meant, not what lies between roads."""
    kind = words().kind(ending)
    if "合围" in text or "围合" in text or _BOUNDED_SITE.search(text) is None:
        return False
    return kind == "site" or (kind == "compound" and _METRES.search(text) is not None)


def _address(place: str, text: str, plain: Plain, found: Found) -> Parts:
    partial = plain.partial or plain.bounded or found.partial
    leaves = found.leaves
    if len(leaves) == 1:
        scope, count = leaves[0], 1
    else:
        scope = max(leaves, key=WIDTH.__getitem__, default="unknown")
        count = leaves.count(scope) or 1
    if plain.grid:  # 大李村8号所在网格 is a part of the village
        scope, count = "village" if found.villages else "community", 1
    if plain.remaining is not None and WIDTH[scope] > WIDTH["building"]:
        count, word = plain.remaining
        found.buildings += (f"其余{count}{word}",)
        scope = {"单元": "unit", "户": "household"}.get(word, "building")
    return (
        place,
        scope,
        count,
        partial,
        _joined(found.districts) if found.districts else None,
        _joined(found.streets) if found.streets else None,
        _joined(found.communities) if found.communities else None,
        _joined(found.villages) if found.villages else None,
        _joined(found.roads) if found.roads else None,
        _joined(found.compounds) if found.compounds else None,
        found.buildings,
        found.units,
        found.floors,
        found.rooms,
        _joined(found.sites) if found.sites else None,
        found.rest,
        derive_key(found, text, plain, scope, partial) + place[LONGEST:],
    )


def _joined(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else "、".join(dict.fromkeys(names))


def _some(name: str) -> tuple[str, ...]:
    return (name,) if name else ()
