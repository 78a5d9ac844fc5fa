"""Reads the pieces of an enumeration one after the other; what a piece leaves out it takes from the one before."""

from __future__ import annotations

import re

from sizao.address.found import Found
from sizao.address.names import read_name, read_tail, says_nothing
from sizao.address.numbers import Item, Token, read_tokens
from sizao.address.words import words

_SPLIT = re.compile(
    r"[,、;]+|以及|(?:(?<=单元)|(?<=[楼栋幢座门组层室号巷排区弄户苑园寓厦社队村房期馆店院)0-9]))"
    r"(?:及|(?<!社区)和(?![谐平睦顺兴美园苑泰煦居府庆信合佳田])|与)(?=.)|(?<=[A-Za-z])[和及](?=[A-Za-z])"
)
_COMMA, _AND = re.compile("[,、;]+"), re.compile("[及和与]")
_BETWEEN = re.compile("[,、;:及和与]")
_SHORT = 6
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz甲乙丙丁戊")
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
Leaf = tuple[str, int]
"""A scope and how many places of it are named."""

_PARTS = {"building": "building", "row": "building", "unit": "unit", "floor": "floor", "room": "household"}
_BEFORE_FLOOR = ("house", "building", "unit")


def read_pieces(text: str) -> Found:
    """The parts of a name without asides."""
    if "." in text:
        text = _POINT.sub("、", text)
    found = Found()
    if _BETWEEN.search(text) is None:  # one piece, as most names are
        tokens = read_tokens(text)
        _read_piece(found, _with_counters([tokens])[0] if _lacks_counter(tokens) else tokens)
    else:
        _read_list(found, text)
    if "lane" in found.leaves:
        # 406弄、368弄馨宁公寓 is one compound at two lanes
        named = found.leaves[-1] == "compound" and found.compounds
        found.leaves = tuple(
            leaf if leaf != "lane" else "compound" for leaf in found.leaves if not named or leaf != "lane"
        )
    return found


def _read_list(found: Found, text: str) -> None:
    pieces: list[tuple[Token, ...]] = []
    leads: list[int] = []
    for group in text.split(":"):
        leads.append(len(pieces) - 1)
        pieces += [read_tokens(piece) for piece in (_SPLIT if _AND.search(group) else _COMMA).split(group) if piece]
    where: list[slice] = []
    if any(map(_lacks_counter, pieces)):
        pieces = _with_counters(pieces)
    for nth, tokens in enumerate(pieces):
        start = len(found.leaves)
        if nth not in leads:
            _read_piece(found, tokens)
            continue
        # what opens a list (城东社区:A苑,B苑) says where, not what
        if not _open_street(found, tokens):
            _read_piece(found, tokens)
        where.append(slice(start, len(found.leaves)))
        found.partial = False
    for part in reversed(where):
        found.leaves = found.leaves[: part.start] + found.leaves[part.stop :]


def _open_street(found: Found, tokens: tuple[Token, ...]) -> bool:
    """大东街:中山路24号: in some cities a street office is called so."""
    first = tokens[0]
    if len(tokens) > 1 or not isinstance(first, str) or not first.endswith("街") or len(first) > _SHORT:
        return False
    found.streets += (first,)
    return True


def _lacks_counter(tokens: tuple[Token, ...]) -> bool:
    last = tokens[-1]
    return last[-1] in _LETTERS if isinstance(last, str) else last.kind is None


def _with_counters(pieces: list[tuple[Token, ...]]) -> list[tuple[Token, ...]]:
    """13、14、15号楼: a number without a counter takes that of the next number, else of the one before."""
    out = [list(piece) for piece in pieces]
    following: Item | None = None
    for tokens in reversed(out):
        last = tokens[-1]
        if following is not None:
            if isinstance(last, Item) and last.kind is None:
                tokens[-1] = _as(last, following)
            elif isinstance(last, str) and last[-1] in _LETTERS and following.names[0][0] in _LETTERS:  # A、B座
                tokens[-1:] = [last[:-1], _as(Item(None, (last[-1],), "", last[-1]), following)]
                if not tokens[0]:
                    del tokens[0]
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
    return [tuple(tokens) for tokens in out]


def _as(item: Item, other: Item) -> Item:
    return Item(other.kind, tuple(name + other.word for name in item.names), other.word, item.raw)


def _after(item: Item, before: Item) -> Item:
    """A bare number after 3单元 is a room, after 11栋 a unit or, with three digits, a room."""
    if before.kind in ("house", "lane"):
        return Item("house", item.names, "", item.raw)
    kind = "room" if before.kind in ("unit", "floor", "room") or len(item.raw) > 2 else "unit"
    return Item(kind, item.names, "", item.raw)


def _read_piece(found: Found, tokens: tuple[Token, ...]) -> None:
    leaf: Leaf | None = None
    before: Token | None = None
    for place, token in enumerate(tokens, 1):
        after = tokens[place:]
        if isinstance(token, str):
            opens = before is None
            leaf = read_name(found, token, after) if opens else read_tail(found, token, leaf, after) or leaf
        else:
            if before is None and not found.leaves:
                found.yards = ""
            if leaf is not None and token.kind == "building" and leaf[0] in ("unit", "floor", "household"):
                found.leaves += (leaf[0],) * leaf[1]  # 4号楼2单元7号楼3单元
            leaf = _read_item(found, token, before, after) or leaf
        before = token
    scope, count = leaf or ("compound", 1)
    found.leaves += (scope,) * count


def _read_item(found: Found, item: Item, before: Token | None, after: tuple[Token, ...]) -> Leaf | None:
    kind, names, word, _ = item
    if kind == "building" and word == "楼" and isinstance(before, Item) and before.kind in _BEFORE_FLOOR:
        kind = "floor"
    if kind == "row" and after:
        found.rename_compound(found.compound + item.raw)
        return None
    if kind == "building" or kind == "row":
        # 4栋1单元、4栋2单元 names one building
        if not (after and len(names) == 1 and found.buildings and found.buildings[-1] == names[0]):
            found.buildings += names
    elif kind == "unit":
        found.units += names
    elif kind == "floor":
        found.floors += names
    elif kind == "room" or kind is None:
        found.rooms += names
    elif kind == "house":
        return _read_house(found, item, after)
    else:
        return _read_place(found, item, before)
    return (_PARTS[kind or "room"], len(names))


def _read_place(found: Found, item: Item, before: Token | None) -> Leaf:
    """A number that names no part of a building: a yard, a group of a village, a lane of a road."""
    kind, names = item.kind, item.names
    if kind == "yard":
        if before is not None:
            found.yards = found.compound
        found.compound = found.yards + item.raw
        found.compounds += tuple([found.yards + name for name in names])
        return ("compound", len(names))
    if kind == "group":
        if found.villages and found.villages[-1] == found.village:
            found.villages = found.villages[:-1]
        found.villages += tuple([found.village + name for name in names])
        return ("village", len(names))
    if found.road == found.street_road:
        found.rename_road(found.street_road + item.raw)
    else:
        found.road = found.street_road + item.raw
        found.roads += (found.road,)
    return ("lane", len(names))


def _read_house(found: Found, item: Item, after: tuple[Token, ...]) -> Leaf | None:
    """A house number: the address of what follows it, else the house is what is meant."""
    if after and any(isinstance(token, Item) or not says_nothing(token) for token in after):
        then = after[0].kind if isinstance(after[0], Item) else None
        if found.road and not found.compound:
            found.rename_road(found.road + item.raw)
            return None
        goes_on = isinstance(after[0], str) and words().kind(after[0]) == "compound"
        if (goes_on or then in ("building", "house", "yard")) and found.compound:
            found.rename_compound(found.compound + item.raw)
            return None
        if goes_on:
            found.rest += item.raw
            return None
        if then == "building" and found.village:
            found.rename_village(found.village + item.raw)
            return None
    found.buildings += item.names
    return ("building", len(item.names))
