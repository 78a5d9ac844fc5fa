"""Reads the pieces of an enumeration one after the other; what a piece leaves out it takes from the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sizao.address.head import Head, read_head
from sizao.address.numbers import Item, Token, read_tokens
from sizao.address.words import words

_SPLIT = re.compile(
    r"[,、;:]+|(?<=[楼栋幢座元门组层室号巷排区弄户苑园社队村房期馆店院)0-9])"
    r"(?:以及|及|和(?![谐平睦顺兴美园苑泰煦居府庆信合佳])|与)(?=.)|(?<=[A-Za-z])[和及](?=[A-Za-z])|以及"
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


@dataclass(slots=True)
class _Reading:
    """The state between two pieces: where we are, and what was found."""

    district: str = ""
    street: str = ""
    community: str = ""
    village: str = ""
    base: str = ""
    road: str = ""
    compound: str = ""
    site: str = ""
    kind: str | None = None
    word: str = ""
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
    return Pieces(leaves=tuple(reading.leaves), **lists)  # type: ignore[arg-type]


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
    if isinstance(tokens[0], str) and not _is_aside(tokens[0], len(tokens)):
        leaf = _read_name(now, tokens)
        tokens = tokens[1:]
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        if isinstance(token, Item):
            leaf = _read_item(now, token, tokens[place + 1 :]) or leaf
        else:
            leaf = _read_tail(now, token, leaf, tokens[place + 1 :]) or leaf
        if last and leaf is None:
            leaf = ("compound", 1)
    if leaf is not None:
        now.leaves.extend([leaf[0]] * leaf[1])


_ZONE = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,4}|[东西南北中])(?:区|期|园|组团|院|地块)$")


def _is_aside(text: str, size: int) -> bool:
    return False


def _read_name(now: _Reading, tokens: list[Token]) -> tuple[str, int] | None:
    """The letters that open a piece. What is coarser than what they name stays as it was."""
    text = str(tokens[0])
    following = tokens[1] if len(tokens) > 1 else None
    numbered = isinstance(following, Item) and following.kind in ("house", "yard", "lane")
    if now.leaves and now.compound and _ZONE.match(text):
        return _read_zone(now, text, following)
    head = read_head(text, numbered)
    _set_place(now, head)
    name = head.name
    now.compound = now.site = ""
    now.base = name
    if head.road:
        now.road = head.road
        now.add("roads", head.road)
    elif head.named or name:
        now.road = ""
    if not name:
        return _coarse_leaf(now, head, following)
    kind = words().kind(name)
    if following is None or isinstance(following, str):
        return _lone_name(now, name, kind)
    if following.kind == "group":
        now.village = head.village + name if head.village else name
        return None
    if following.kind == "house" and kind in ("village", None) and not _goes_on(tokens[2:]):
        if kind == "village" or head.village or head.community:
            now.village = head.village + name
            now.lists.setdefault("villages", [])
            if head.village and now.lists["villages"]:
                now.lists["villages"].pop()
            now.add("villages", now.village)
            return None
    if kind == "site":
        now.site = name
        now.add("sites", name)
    elif kind == "village" and head.village and following.kind in ("house", "row"):
        now.village += name
    else:
        now.compound = name
        if following.kind != "yard":
            now.add("compounds", name)
    return None


def _set_place(now: _Reading, head: Head) -> None:
    if head.district:
        now.add("districts", head.district)
    if head.street:
        now.street, now.community, now.village = head.street, "", ""
        now.add("streets", head.street)
    if head.community:
        now.community, now.village = head.community, ""
        now.add("communities", head.community)
    if head.village:
        now.village = head.village
        now.add("villages", head.village)


def _coarse_leaf(now: _Reading, head: Head, following: Token | None) -> tuple[str, int] | None:
    if following is not None:
        return None
    if head.road:
        return ("compound", 1)
    for scope, part in (("village", head.village), ("community", head.community), ("street", head.street)):
        if part:
            return (scope, 1)
    return None


def _lone_name(now: _Reading, name: str, kind: str | None) -> tuple[str, int]:
    """A name without numbers: its last word says what it is; without a known word it is taken for a compound."""
    if kind == "village" and len(name) > 1:
        now.village += name
        villages = now.lists.setdefault("villages", [])
        if villages and now.village.startswith(villages[-1]):
            villages.pop()
        now.add("villages", now.village)
        return ("village", 1)
    if kind == "site":
        now.site = name
        now.add("sites", name)
        return ("site", 1)
    if kind == "building":
        now.add("buildings", name)
        return ("building", 1)
    if kind in ("household", "floor", "unit"):
        return (kind, 1)
    if kind in ("community", "street"):
        now.add("communities" if kind == "community" else "streets", name)
        return (kind, 1)
    now.compound = name
    many = _LANES.search(name)
    now.add("compounds", name)
    return ("compound", _span(many) if many else 1)


def _span(many: re.Match[str]) -> int:
    from sizao.address.text import arabic

    low, high = arabic(many[1]), arabic(many[2])
    return max(int(high) - int(low) + 1, 1) if low.isdigit() and high.isdigit() else 1


def _read_zone(now: _Reading, text: str, following: Token | None) -> tuple[str, int] | None:
    return None if following is not None else ("compound", 1)


def _goes_on(tokens: list[Token]) -> bool:
    return bool(tokens)


def _read_item(now: _Reading, item: Item, after: list[Token]) -> tuple[str, int] | None:
    size = len(item.names)
    if item.kind == "yard":
        base = now.compound
        now.compound = base + item.raw
        now.add("compounds", *(base + name for name in item.names))
        return ("compound", size)
    if item.kind == "group":
        base = now.village
        listed = now.lists.setdefault("villages", [])
        if listed and listed[-1] == base:
            listed.pop()
        now.add("villages", *(base + name for name in item.names))
        if after:
            now.village = base
        return ("village", size)
    if item.kind == "lane":
        now.road += item.raw
        roads = now.lists.setdefault("roads", [])
        if roads:
            roads.pop()
        now.add("roads", now.road)
        return ("compound", size)
    if item.kind == "house":
        if after and not all(isinstance(t, str) and _says_nothing(t) for t in after):
            roads = now.lists.setdefault("roads", [])
            if now.road and roads:
                roads[-1] = now.road = now.road + item.raw
                return None
            if now.compound:
                listed = now.lists.setdefault("compounds", [])
                if listed:
                    listed[-1] = now.compound = now.compound + item.raw
                return None
        now.add("buildings", *item.names)
        return ("building", size)
    if item.kind == "row":
        if after:
            return None
        now.add("buildings", *item.names)
        return ("building", size)
    part, scope = {
        "building": ("buildings", "building"),
        "unit": ("units", "unit"),
        "floor": ("floors", "floor"),
        "room": ("rooms", "household"),
    }[item.kind or "room"]
    now.add(part, *item.names)
    return (scope, size)


_NOTHING = re.compile(r"(?:区域|范围|内|的|楼|处|整体|独栋|整栋|,)*$|.*(?:附属|门市|车库|底商|商铺).*$")


def _says_nothing(text: str) -> bool:
    return _NOTHING.match(text) is not None


def _read_tail(now: _Reading, text: str, leaf: tuple[str, int] | None, after: list[Token]) -> tuple[str, int] | None:
    """Letters after a number: a premise or compound at that number, or who lives there."""
    if _says_nothing(text):
        return leaf
    kind = words().kind(text)
    if kind in ("household", "floor", "unit"):
        return (kind, 1)
    if kind == "site" and not after:
        now.site = text
        now.add("sites", text)
        return ("site", 1)
    if kind == "building" and not after:
        now.add("buildings", text)
        return ("building", 1)
    if kind == "site":
        now.site = text
        now.add("sites", text)
        return None
    now.compound = text
    now.add("compounds", text)
    return ("compound", 1)
