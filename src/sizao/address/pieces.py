"""Reads the pieces of an enumeration one after the other; what a piece leaves out it takes from the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sizao.address.head import Head, read_head
from sizao.address.numbers import Item, Token, read_tokens
from sizao.address.text import arabic
from sizao.address.words import words

_SPLIT = re.compile(
    r"[,、;:]+|以及|(?:(?<=单元)|(?<=[楼栋幢座门组层室号巷排区弄户苑园社队村房期馆店院)0-9]))"
    r"(?:及|和(?![谐平睦顺兴美园苑泰煦居府庆信合佳])|与)(?=.)|(?<=[A-Za-z])[和及](?=[A-Za-z])"
)
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_LANES = re.compile(r"([一二三四五六七八九十0-9]+)(?:至|-)([一二三四五六七八九十0-9]+)(巷|期|区|弄)$")
_NUMERALS = "零一二三四五六七八九十"


@dataclass(slots=True)
class Pieces:
    """All parts found in a name, in order; `leaves` is the scope of each place that the name lists."""

    districts: tuple[str, ...] | list[str] = ()
    streets: tuple[str, ...] | list[str] = ()
    communities: tuple[str, ...] | list[str] = ()
    villages: tuple[str, ...] | list[str] = ()
    roads: tuple[str, ...] | list[str] = ()
    compounds: tuple[str, ...] | list[str] = ()
    buildings: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    sites: tuple[str, ...] | list[str] = ()
    leaves: tuple[str, ...] = ()
    rest: str = ""
    partial: bool = False


@dataclass(slots=True)
class _Reading:
    """The state between two pieces: where we are, and what was found."""

    district: str = ""
    street: str = ""
    community: str = ""
    village: str = ""
    road: str = ""
    street_road: str = ""
    lane: str = ""
    grid: bool = False
    partial: bool = False
    rest: str = ""
    compound: str = ""
    site: str = ""
    lists: dict[str, list[str]] = field(default_factory=dict)
    leaves: list[str] = field(default_factory=list)

    def add(self, part: str, *names: str) -> None:
        self.lists.setdefault(part, []).extend(name for name in names if name)


def read_pieces(text: str) -> Pieces:
    """The parts of a name without asides."""
    if "." in text:
        text = _POINT.sub("、", text)
    pieces = [read_tokens(piece) for piece in _SPLIT.split(text) if piece]
    reading = _Reading()
    for tokens in _with_counters(pieces):
        _read_piece(reading, tokens)
    lists = {part: tuple(names) for part, names in reading.lists.items()}
    return Pieces(leaves=tuple(reading.leaves), rest=reading.rest, partial=reading.partial, **lists)  # type: ignore[arg-type]


def _with_counters(pieces: list[tuple[Token, ...]]) -> list[list[Token]]:
    """13、14、15号楼: a number without a counter takes that of the next number, else of the one before."""
    out = [list(piece) for piece in pieces]
    following: Item | None = None
    for tokens in reversed(out):
        last = tokens[-1]
        if isinstance(last, Item) and last.kind is None and following is not None:
            tokens[-1] = _as(last, following)
        first = tokens[0]
        following = first if isinstance(first, Item) and first.kind is not None else None
    before: Item | None = None
    for tokens in out:
        last = tokens[-1]
        if isinstance(last, Item) and last.kind is None:
            if before is not None and len(tokens) == 1:
                tokens[-1] = _as(last, before)
            elif len(tokens) > 1 and isinstance(tokens[-2], Item):
                tokens[-1] = _after(last, tokens[-2])
            else:
                tokens[-1] = Item("house", last.names, "", last.raw)
        before = next((t for t in reversed(tokens) if isinstance(t, Item)), before)
    return out


def _as(item: Item, other: Item) -> Item:
    return Item(other.kind, tuple(name + other.word for name in item.names), other.word, item.raw)


def _after(item: Item, before: Item) -> Item:
    """A bare number after 3单元 is a room, after 11栋 a unit or room."""
    kind = "room" if before.kind in ("unit", "floor", "room") or len(item.raw) > 2 else "unit"
    return Item(kind if before.kind not in ("house", "lane") else "house", item.names, "", item.raw)


def _read_piece(now: _Reading, tokens: list[Token]) -> None:
    leaf: tuple[str, int] | None = None
    if isinstance(tokens[0], str):
        leaf = _read_name(now, tokens)
        tokens = tokens[1:]
    for place, token in enumerate(tokens):
        after = tokens[place + 1 :]
        if isinstance(token, Item):
            leaf = _read_item(now, token, after, tokens[place - 1] if place else None) or leaf
        else:
            leaf = _read_tail(now, token, leaf, after) or leaf
    if leaf is None:
        leaf = ("compound", 1)
    now.leaves.extend([leaf[0]] * leaf[1])


_ZONE = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,4}|[东西南北中上下前后]{1,2})(?:区|期|园|组团|院|地块)$")
_ZONE_END = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,4}|[东西南北中上下前后])(?:区|期|园|组团|地块)$")
_CENTRE = re.compile(r"(?:场镇|镇区|集镇|街区|城区|镇上)$")
_BESIDE = re.compile(r".*(?:旁边?|对面|隔壁|[东西南北]侧|[东西南北]面|斜对过)(?=.{2})")
_WING = re.compile(r"(.+)((?:[东西南北中前后]|家属|宿舍|住宅|单身|职工)楼)$")


def _read_name(now: _Reading, tokens: list[Token]) -> tuple[str, int] | None:
    """The letters that open a piece. What is coarser than what they name stays as it was."""
    text = str(tokens[0])
    following = tokens[1] if len(tokens) > 1 else None
    if now.leaves and (now.compound or now.leaves[-1] == "compound") and _ZONE.match(text):
        return _read_zone(now, text, following)
    head = read_head(text, isinstance(following, Item) and following.kind in ("house", "yard", "lane"))
    _set_place(now, head)
    name = head.name
    now.compound = now.site = now.lane = ""
    if head.road:
        now.road = now.street_road = head.road
        now.add("roads", head.road)
    elif head.named or name:
        now.road = ""
    if not name:
        return _coarse_leaf(now, head, following)
    kind = words().kind(name)
    if head.village and not head.road and _ZONE.match(name):
        _rename_village(now, now.village + name)
        return ("village", 1) if following is None else None
    if following is None or isinstance(following, str):
        return _lone_name(now, head, kind)
    if following.kind == "group":
        _rename_village(now, (head.village or "") + name)
    elif following.kind == "house" and not head.road and len(tokens) == 2 and _is_hamlet(head, kind):
        _rename_village(now, head.village + name)
    elif kind == "site" and not (following.kind == "building" and words().is_estate(name)):
        now.site = name
        now.add("sites", name)
    elif kind == "building" and following.kind in ("unit", "floor", "room"):
        wing = _WING.match(name)
        if wing is not None and words().kind(wing[1]) == "compound":
            now.compound = wing[1]
            now.add("compounds", wing[1])
            name = wing[2]
        now.add("buildings", name)
    else:
        now.compound = name
        if following.kind not in ("yard", "row"):
            now.add("compounds", name)
    return None


def _is_hamlet(head: Head, kind: str | None) -> bool:
    """Whether a name before a house number names a part of a village."""
    return kind == "village" or (kind is None and bool(head.village or head.community))


def _rename_village(now: _Reading, name: str) -> None:
    listed = now.lists.setdefault("villages", [])
    if listed and listed[-1] == now.village and name.startswith(listed[-1]):
        listed.pop()
    now.village = name
    now.add("villages", name)


def _set_place(now: _Reading, head: Head) -> None:
    if head.district:
        now.add("districts", head.district)
    if head.street:
        now.street, now.community, now.village = head.street, "", ""
        now.add("streets", head.street)
    if head.community:
        now.community, now.village = head.community, ""
        now.add("communities", head.community)
        now.grid = head.community.endswith("网格")
    if head.village:
        now.village = head.village
        now.add("villages", head.village)


def _coarse_leaf(now: _Reading, head: Head, following: Token | None) -> tuple[str, int] | None:
    if following is not None:
        return None
    if head.road:
        many = _LANES.search(head.road)
        return ("compound", _span(many) if many else 1)
    for scope, part in (("village", head.village), ("community", head.community), ("street", head.street)):
        if part:
            now.partial |= scope == "community" and now.grid
            return (scope, 1)
    return None


def _lone_name(now: _Reading, head: Head, kind: str | None) -> tuple[str, int]:
    """A name without numbers: its last word says what it is; without a known word it is taken for a compound."""
    name = head.name
    if head.street and not (head.community or head.village or head.road) and _CENTRE.match(name):
        now.lists["streets"][-1] = now.street = now.street + name
        now.partial = True
        return ("street", 1)
    if kind == "village" and len(name) > 1:
        _rename_village(now, now.village + name if head.village else name)
        return ("village", 1)
    if head.village and name.endswith("家"):
        return ("household", 1)
    if kind == "site":
        now.site = _BESIDE.sub("", name)
        now.add("sites", now.site)
        return ("site", 1)
    if kind == "building":
        now.add("buildings", name)
        return ("building", 1)
    if kind in ("household", "floor", "unit"):
        return (kind, 1)
    if kind in ("community", "street"):
        now.add("communities" if kind == "community" else "streets", name)
        now.partial |= name.endswith("网格")
        return (kind, 1)
    now.compound = name
    many = _LANES.search(name)
    now.add("compounds", name)
    return ("compound", _span(many) if many else 1)


def _span(many: re.Match[str]) -> int:
    low, high = arabic(many[1]), arabic(many[2])
    return max(int(high) - int(low) + 1, 1) if low.isdigit() and high.isdigit() else 1


def _read_zone(now: _Reading, text: str, following: Token | None) -> tuple[str, int] | None:
    """北区 after 信达南区 is 信达北区."""
    now.compound = _ZONE_END.sub("", now.compound) + text
    now.add("compounds", now.compound)
    return ("compound", 1) if following is None else None


def _read_item(now: _Reading, item: Item, after: list[Token], before: Token | None) -> tuple[str, int] | None:
    size = len(item.names)
    kind = item.kind
    if kind == "yard":
        base, now.compound = now.compound, now.compound + item.raw
        now.add("compounds", *(base + name for name in item.names))
        return ("compound", size)
    if kind == "group":
        base = now.village
        listed = now.lists.setdefault("villages", [])
        if listed and listed[-1] == base:
            listed.pop()
        now.add("villages", *(base + name for name in item.names))
        return ("village", size)
    if kind == "lane":
        now.road = now.street_road + item.raw
        listed = now.lists.setdefault("roads", [])
        if listed and listed[-1] == now.street_road:
            listed.pop()
        now.add("roads", now.road)
        return ("compound", size)
    if kind == "house":
        return _read_house(now, item, after)
    if kind == "row" and after:
        base = now.compound
        now.compound = base + item.raw
        listed = now.lists.setdefault("compounds", [])
        if base and listed and listed[-1] == base:
            listed.pop()
        now.add("compounds", now.compound)
        return None
    if kind == "building" and item.word == "楼" and isinstance(before, Item) and before.kind in _BEFORE_FLOOR:
        kind = "floor"
    part, scope = _PARTS.get(kind or "room", ("rooms", "household"))
    listed = now.lists.get(part, [])
    if not (part == "buildings" and after and size == 1 and listed and listed[-1] == item.names[0]):
        now.add(part, *item.names)
    return (scope, size)


_BEFORE_FLOOR = ("house", "building", "unit")
_PARTS = {
    "building": ("buildings", "building"),
    "row": ("buildings", "building"),
    "unit": ("units", "unit"),
    "floor": ("floors", "floor"),
    "room": ("rooms", "household"),
}


def _read_house(now: _Reading, item: Item, after: list[Token]) -> tuple[str, int] | None:
    """A house number: the address of what follows it, else the house is what is meant."""
    if any(isinstance(token, Item) or not _says_nothing(token) for token in after):
        roads = now.lists.setdefault("roads", [])
        compounds = now.lists.setdefault("compounds", [])
        if now.road and roads and not now.compound:
            roads[-1] = now.road = now.road + item.raw
            return None
        if isinstance(after[0], Item) and after[0].kind in ("building", "house", "yard") and now.compound and compounds:
            compounds[-1] = now.compound = now.compound + item.raw
            return None
        if isinstance(after[0], Item) and after[0].kind == "building" and now.village:
            _rename_village(now, now.village + item.raw)
            return None
    now.add("buildings", *item.names)
    return ("building", len(item.names))


_NOTHING = re.compile(r"(?:区域|范围|内|的|楼|处|整体|独栋|整栋|独立|全部|,)*$|.*(?:附属|门市|车库|底商|商铺).*$")


def _says_nothing(text: str) -> bool:
    return _NOTHING.match(text) is not None or words().kind(text) in ("household", "floor", "unit")


def _read_tail(now: _Reading, text: str, leaf: tuple[str, int] | None, after: list[Token]) -> tuple[str, int] | None:
    """Letters after a number: a premise or compound at that number, or who lives there."""
    kind = words().kind(text)
    if kind in ("household", "floor", "unit"):
        return (kind, 1)
    if _says_nothing(text):
        return leaf
    if kind == "site":
        now.site = text
        now.add("sites", text)
        return None if after else ("site", 1)
    if kind == "building" and not after:
        now.add("buildings", text)
        return ("building", 1)
    if leaf is not None and (leaf[0] != "compound" and not (after and kind == "compound")):
        now.rest += text
        return leaf
    now.compound = text
    now.add("compounds", text)
    return ("compound", 1)
