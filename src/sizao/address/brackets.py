"""Brackets in a name: what of them belongs to it, what says that only a part is meant, what only tells more."""

from __future__ import annotations

import re

from sizao.address.asides import Plain
from sizao.address.numbers import Item, read_tokens
from sizao.address.words import words

_SIGN = re.compile("([()])")
_PARITY = re.compile(r"仅?([单双])号?$")
_LIST = re.compile(r"[,、;]|和|及|与")
_ZONE = re.compile(r"(?:第?[A-Za-z0-9一二三四五六七八九十]{1,3}|[东西南北中])(?:区|期|园|组团)|[东西南北]院")
_METRES = re.compile(r"[0-9一二三四五六七八九十百]+米")
_EXCEPT_END = re.compile(r"(?:[以之]|[栋楼号元区层户])外的?(?:其[他它余]的?)?(?:区域?|楼栋|范围|部分|地区)?$")
_OF_IT = re.compile("(?:部分|局部|部分区域|居委|居委会|委员会)$")
_DWELLERS = re.compile(r"(.{1,30}(?:住所|家))[及和、]其?(?:相邻|周边|周围|左右)[0-9一二三四五六七八九十]{1,3}户")
# a bracket that tells at which crossing a place lies draws no bounds
_CROSSING = re.compile("交[叉汇接界]|路口|十字")
_BOUNDS = re.compile("合围|围合|围成|所围|为中心|半径|沿线|之间|以[东西南北]|[东西南北]侧?[至起临到面以]")


def read_brackets(plain: Plain) -> None:
    """Takes the brackets out; one that goes on counting (4号楼(1、2单元)) stays, without its signs."""
    out = inner = ""
    depth = 0
    for run in _SIGN.split(plain.text):
        if run == "(":
            depth += 1
        elif run == ")":
            if depth == 1:
                out += _read_bracket(plain, inner, out)
                inner = ""
            depth = max(depth - 1, 0)
        elif depth:
            inner += run
        else:
            out += run
    if inner:  # a bracket that nobody closed
        out += _read_bracket(plain, inner, out)
    plain.text = out.strip(",、;")


def _read_bracket(plain: Plain, inner: str, before: str) -> str:
    """What of a bracket belongs to the name; the rest is noted in `plain`."""
    known = words()
    inner = inner.strip(",、;")
    if (parity := _PARITY.match(inner)) is not None:
        return parity[1] + "号"
    found = known.excepted.search(inner)
    if found is not None or _EXCEPT_END.search(inner) is not None or known.rest.search(inner) is not None:
        plain.partial = plain.excepted = True
        if found is not None and known.bounded.search(inner[: found.start()]) is not None:
            plain.cut += inner[: found.start()]
        return ""
    if _OF_IT.search(inner) is not None:
        plain.partial = True
        plain.cut += inner
        return ""
    if known.within.match(inner) is not None or inner.isdigit():
        plain.told += (inner,)
        return ""
    if known.bounded.search(inner) is not None:
        if _CROSSING.search(inner) is not None and _BOUNDS.search(inner) is None:
            return ""
        if _METRES.search(inner) is None:
            plain.partial = True
            plain.cut += inner
            return ""
    if not before:
        return ""
    if (found := _DWELLERS.fullmatch(inner)) is not None:
        return found[1].replace("、", "住所、") if found[1].endswith("住所") else found[1]
    pieces = [piece for piece in _LIST.split(inner) if piece]
    if pieces and all(_counts(piece) for piece in pieces):
        last = read_tokens(before)[-1:]
        lasting = last[0].kind if last and isinstance(last[0], Item) else None
        first = _first_item(pieces[-1])
        if lasting not in ("building", "unit", "house") or first is None or first.kind not in (lasting, "yard"):
            return inner
    plain.told += (inner,)
    return ""


def _counts(piece: str) -> bool:
    """Whether a piece is numbers only, zones (二区) or a zone with numbers (西区26号楼)."""
    zone = _ZONE.match(piece)
    rest = piece[zone.end() :] if zone else piece
    return (bool(zone) and not rest) or (bool(rest) and all(isinstance(token, Item) for token in read_tokens(rest)))


def _first_item(piece: str) -> Item | None:
    return next((token for token in read_tokens(piece) if isinstance(token, Item)), None)
