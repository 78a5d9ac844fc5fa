"""Letters in a piece: the name that opens it, and what stands after a number."""

from __future__ import annotations

import re

from sizao.address.found import Found
from sizao.address.head import Head, read_head
from sizao.address.numbers import Item, Token
from sizao.address.text import arabic
from sizao.address.words import words

Leaf = tuple[str, int]
_PEOPLE = ("household", "floor", "unit")

_ZONE = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,4}|[东西南北中上下前后]{1,2})(?:区|期|园|组团|院|地块)$")
_ZONE_END = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,4}|[东西南北中上下前后])(?:区|期|园|组团|地块|排)$")
_CENTRE = re.compile(r"(?:场镇|镇区|集镇区?|街区|城区|镇上)$")
_BESIDE = re.compile(r"^.*(?:旁边?|对面|隔壁|[东西南北]侧|[东西南北]面|斜对过)的?(?=.{2})")
_SOMEBODY = re.compile(r".{1,4}家$")
_WING = re.compile(r"(.+)((?:[东西南北中前后独]|小.?|家属|宿舍|住宅|单身|职工|办公|综合)楼)$")
_MANY = re.compile(r"([一二三四五六七八九十0-9]+)(?:至|-)([一二三四五六七八九十0-9]+)(?:巷|期|区|弄)$")
_NOTHING = re.compile(r"(?:区域|范围|内|的|楼|处|整体|独栋|整栋|独立|全部|,)*$|.*(?:附属|门市|车库|底商|商铺|地下室)")


def read_name(found: Found, text: str, after: tuple[Token, ...]) -> Leaf | None:
    """The letters that open a piece. What is coarser than what they name stays as it was.

    Gives the scope and count that the name alone says; None if the numbers after it will say.
    """
    following = after[0] if after else None
    then = following.kind if isinstance(following, Item) else None
    if found.leaves and (found.compound or found.leaves[-1] == "compound") and _ZONE.match(text):
        # 北区 after 信达南区 is 信达北区
        found.compound = _ZONE_END.sub("", found.compound) + text
        found.compounds += (found.compound,)
        return ("compound", 1) if following is None else None
    head = read_head(text, then in ("house", "yard", "lane"))
    _set_place(found, head)
    name = head.name
    if not name:
        return _coarse_leaf(found, head) if following is None else None
    if head.village and not head.road and _ZONE.match(name):
        found.rename_village(found.village + name)
        return ("village", 1) if following is None else None
    kind = words().kind(name)
    if then is None:
        return _lone_name(found, head, kind)
    if then == "group" or (then == "house" and not head.road and len(after) == 1 and _is_hamlet(head, kind)):
        found.rename_village(head.village + name)
    elif kind == "site" and not (then == "building" and words().is_estate(name)):
        found.sites += (name,)
    elif kind == "building" and then in ("unit", "floor", "room"):
        _add_wing(found, name)
    else:
        found.compound = name
        if then != "yard":
            found.compounds += (name,)
    return None


def _add_wing(found: Found, name: str) -> None:
    """祥和南院南楼 is the building 南楼 of the compound 祥和南院."""
    wing = _WING.match(name)
    if wing is not None and words().kind(wing[1]) == "compound":
        found.rename_compound(wing[1])
        name = wing[2]
    found.buildings += (name,)


def _is_hamlet(head: Head, kind: str | None) -> bool:
    """Whether a name before a house number names a part of a village."""
    return kind == "village" or (kind is None and bool(head.village or head.community))


def _set_place(found: Found, head: Head) -> None:
    if head.district:
        found.districts += (head.district,)
    if head.street:
        found.village = ""
        found.streets += (head.street,)
    if head.community:
        found.village = ""
        found.communities += (head.community,)
    if head.village:
        found.village = head.village
        found.villages += (head.village,)
    found.compound = found.yards = ""
    found.road = found.street_road = head.road
    if head.road:
        found.roads += (head.road,)


def _coarse_leaf(found: Found, head: Head) -> Leaf | None:
    if head.road:
        return ("compound", _many(head.road))
    if head.village:
        found.partial |= head.village.endswith("网格")
        return ("village", 1)
    if head.community:
        found.partial |= head.community.endswith("网格")
        return ("community", 1)
    return ("street", 1) if head.street else None


def _lone_name(found: Found, head: Head, kind: str | None) -> Leaf:
    """A name without numbers: its last word says what it is; without a known word it is taken for a compound."""
    name = head.name
    if head.street and not (head.community or head.village or head.road) and _CENTRE.match(name):
        found.streets = (*found.streets[:-1], found.streets[-1] + name)
        found.partial = True
        return ("street", 1)
    if (kind == "village" and len(name) > 1) or (head.village and name[-1] in "湾片"):
        found.rename_village(found.village + name if head.village else name)
        return ("village", 1)
    if head.village and kind is None and name.endswith("家"):
        found.unnamed = True
        return ("household", 1)
    if kind == "street" and name.endswith("农场") and (head.named or found.streets):
        kind = "compound"
    if kind == "site":
        found.sites += (_BESIDE.sub("", name),)
        return ("site", 1)
    if kind == "building":
        _add_wing(found, name)
        return ("building", 1)
    if kind in _PEOPLE:
        found.unnamed = True
        return (kind, 1)
    if kind == "community":
        found.communities += (name,)
        found.partial |= name.endswith("网格")
        return (kind, 1)
    if kind == "street":
        found.streets += (name,)
        return (kind, 1)
    found.compound = name
    found.compounds += (name,)
    return ("compound", _many(name))


def _many(name: str) -> int:
    """新建一至五巷 are five."""
    if (found := _MANY.search(name)) is None:
        return 1
    low, high = arabic(found[1]), arabic(found[2])
    return min(max(int(high[:4]) - int(low[:4]) + 1, 1), 400) if low.isdigit() and high.isdigit() else 1


def says_nothing(text: str) -> bool:
    """Whether letters after a number name no place: an outbuilding, who lives there."""
    return _NOTHING.match(text) is not None or words().kind(text) in _PEOPLE


def read_tail(found: Found, text: str, leaf: Leaf | None, after: tuple[Token, ...]) -> Leaf | None:
    """Letters after a number: a premise or compound at that number, or who lives there."""
    kind = words().kind(text)
    if kind in _PEOPLE:
        found.unnamed = True
        return (kind, 1)
    if leaf is not None and leaf[0] in ("village", "building") and _SOMEBODY.match(text):
        found.unnamed = True
        return ("household", 1)
    if says_nothing(text):
        return leaf
    if kind == "site":
        found.sites += (text,)
        return None if after else ("site", 1)
    if kind == "building" and (not after or (isinstance(after[0], Item) and after[0].kind in ("unit", "floor"))):
        found.buildings += (text,)
        return ("building", 1)
    if leaf is not None and leaf[0] not in ("compound", "lane", "village") and not (after and kind == "compound"):
        found.rest += text
        return leaf
    found.compound = text
    found.compounds += (text,)
    return ("compound", 1)
