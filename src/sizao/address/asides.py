"""What stands around a name: brackets, exceptions, the rest of a place, surroundings, bounds; cut off first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sizao.address.numbers import Item, read_tokens
from sizao.address.words import words

_PARITY = re.compile(r"仅?([单双])号?$")
_LIST = re.compile(r"[,、;]|和|及|与")
_ZONE = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,3}|[东西南北中])(?:区|期|园|组团)|[东西南北]院")
_METRES = re.compile(r"[0-9一二三四五六七八九十百]+米")


@dataclass(frozen=True, slots=True)
class Plain:
    """A name without what stood around it. `all_of`: the whole of it (全域) was named."""

    text: str
    partial: bool = False
    bounded: bool = False
    all_of: bool = False
    remaining: tuple[int, str] | None = None


def read_asides(text: str) -> Plain:
    """The name itself, and whether only a part of it is meant."""
    if words().around_any.search(text) is None:
        return Plain(text)
    partial = False
    if "(" in text or ")" in text:
        text, partial = _without_brackets(text)
    known = words()
    remaining = None
    if (found := _BUT.search(text)) is not None and "除" not in text:
        text, partial = text[: found.start()], True
    if (found := known.excepted.search(text)) is not None:
        before, after = text[: found.start()], text[found.end() :]
        partial = True
        remaining = _remaining(after)
        text = before if before.strip(",、;内") else after.partition("外")[2] or after
        text = text.removesuffix("内").strip(",、;")
    elif (found := known.rest.search(text)) is not None and found.start():
        partial = True
        remaining = _remaining(text[found.start() :])
        text = text[: found.start()].removesuffix("内").strip(",、;")
    if (found := known.attached.search(text)) is not None and found.start():
        text = known.attached.sub("", text)
    if (found := known.with_.search(text)) is not None and found.start():
        text = text[: found.start()]
    if (found := _NEIGHBOURS.search(text)) is not None and found.start():
        text = text[: found.start()]
    elif (found := known.around.search(text)) is not None and found.start():
        text, partial = text[: found.start()], True
    if (found := _IN_ALL.search(text)) is not None and found.start():
        text = text[: found.start()]
    if (found := _WHERE.search(text)) is not None and found.start():
        text, partial = text[: found.start()], partial or "所在" in found.group()
    if (found := known.part.search(text)) is not None:
        text, partial = text[: found.start()], True
    all_of = False
    if (found := known.all_of.search(text)) is not None:
        text, all_of = text[: found.start()], True
    bounded = (found := known.bounded.search(text)) is not None and not (
        found.group() in _SHOPS_ALONG and _COUNTED.search(text) is not None
    )
    return Plain(text.removesuffix("内").strip(",、;"), partial, bounded, all_of, remaining)


_NEIGHBOURS = re.compile(
    r"(?:,|、)?(?:及|和|以及|与)?其?(?:左右|上下|东西|前后|南北|相邻|邻近|对面|毗邻|两侧|周边|周围|楼上|垂直)"
    r"[^,、;]{0,12}[户家层](?:区域)?(?:[、,和及]?(?:垂直)?[上下东西南北左右][^,;户]{0,8}户)*$"
)
_WHERE = re.compile(r"(?:所在|所处)的?(?:区域|片区|网格|范围|单元楼?)内?$|的?(?<!平房)(?:区域|范围)内?$")
_BUT = re.compile(
    r"(?:内|划定|被)?(?:为)?[高中]{1,2}、?中?风险(?:区域?)?(?:以|之)?外.*$"
    r"|[A-Za-z0-9、,号楼栋幢单元和及-]{0,60}(?:以外|之外).*$"
)
_IN_ALL = re.compile(r"[,、]?(?:共计|合计|总计|总共|共)[0-9一二三四五六七八九十]+(?:栋|幢|户|座|个).*$")
_SHOPS_ALONG = ("沿街", "临街", "两侧")
_COUNTED = re.compile("[0-9](?:号楼|栋|幢|单元|座)")
_REST = re.compile(r"(?:其余|其他|剩余)(?:的)?([0-9]+)(栋|幢|号楼|单元|户|座)")


def _remaining(text: str) -> tuple[int, str] | None:
    """其余19栋: how many are left, and of what."""
    found = _REST.search(text)
    return (int(found[1]), found[2]) if found else None


def _without_brackets(text: str) -> tuple[str, bool]:
    """Text outside of brackets; a bracket that goes on counting (4号楼(1、2单元)) stays, without its signs."""
    out: list[str] = []
    inner: list[str] = []
    partial, depth = False, 0
    for sign in text:
        if sign == "(":
            depth += 1
        elif sign == ")":
            if depth == 1:
                kept, part = _read_bracket("".join(inner), "".join(out))
                out.append(kept)
                partial |= part
                inner = []
            depth = max(depth - 1, 0)
        elif depth:
            inner.append(sign)
        else:
            out.append(sign)
    if inner:  # a bracket that nobody closed
        kept, part = _read_bracket("".join(inner), "".join(out))
        out.append(kept)
        partial |= part
    return "".join(out).strip(",、;"), partial


def _read_bracket(inner: str, before: str) -> tuple[str, bool]:
    """What of a bracket belongs to the name, and whether it says that only a part is meant."""
    known = words()
    inner = inner.strip(",、;")
    if (parity := _PARITY.match(inner)) is not None:
        return parity[1] + "号", False
    if known.excepted.search(inner) is not None or inner.endswith("以外") or known.rest.search(inner) is not None:
        return "", True
    if known.with_.match(inner) is not None or inner.isdigit():
        return "", False
    if known.bounded.search(inner) is not None and _METRES.search(inner) is None:
        return "", True
    if not before:
        return "", False
    pieces = [piece for piece in _LIST.split(inner) if piece]
    if pieces and all(_counts(piece) for piece in pieces):
        last = read_tokens(before)[-1:]
        lasting = last[0].kind if last and isinstance(last[0], Item) else None
        first = _first_item(pieces[-1])
        if lasting in ("building", "unit", "house") and first is not None and first.kind in (lasting, "yard"):
            return "", False
        return inner, False
    return "", False


def _counts(piece: str) -> bool:
    """Whether a piece is numbers only, zones (二区) or a zone with numbers (西区26号楼)."""
    zone = _ZONE.match(piece)
    rest = piece[zone.end() :] if zone else piece
    return (bool(zone) and not rest) or (bool(rest) and all(isinstance(token, Item) for token in read_tokens(rest)))


def _first_item(piece: str) -> Item | None:
    return next((token for token in read_tokens(piece) if isinstance(token, Item)), None)
