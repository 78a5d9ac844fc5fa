"""Whose rows are whose: what a day's rows say of one place and of the places in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from sizao.bulletin.places import HMT, NATION, XPCC_CODE, find_place

HMT_PLACES = ("香港", "澳门", "台湾")
"""In the order of the text."""
XPCC_CITIES = "6590"
"""So begin the codes of the cities of the XPCC: GB/T 2260 has them under Xinjiang."""

Level = Literal["region", "province", "city", "apart"]
Row = Mapping[str, Any]


def level(row: Row, region: str) -> Level:
    """Where a row stands: the region itself, a place of its list, one below that, or apart as Hong Kong is."""
    place = row["place"]
    if place == region:
        return "region"
    if place in (HMT.name, NATION.name):
        return "apart"
    if region != NATION.name:
        return "province"
    if place in HMT_PLACES:
        return "apart"
    code = code_of(row)
    return "city" if code is None or not code.endswith("0000") else "province"


def code_of(row: Row) -> str | None:
    """The code of a row's place, looked up where the row does not say it."""
    if row.get("place_code"):
        return str(row["place_code"])
    place = find_place(row["place"])
    return place.code if place else None


def tells_of(rows: Iterable[Row], name: str) -> bool:
    """Whether a place has a row."""
    return any(row["place"] == name for row in rows)


def rows_within(rows: Sequence[Row], name: str) -> list[Row]:
    """Of the rows of one day and source, those of a place and of the places in it, in the order of the text.

    In a bulletin of the nation the cities that follow a province lie in it. No other province ever does, nor a city
    whose code lies in another one; of a place without a code, where it stands decides.
    """
    if all(row.get("start") is not None for row in rows):
        rows = sorted(rows, key=lambda row: row["start"])
    if name == NATION.name:
        return list(rows)
    national = tells_of(rows, NATION.name)
    own = next((code for row in rows if row["place"] == name and (code := code_of(row))), None)
    found: list[Row] = []
    last = ""
    for row in rows:
        if row["place"] == name or level(row, NATION.name) != "city":
            last = row["place"]
        if row["place"] == name or ((last == name or not national) and _may_lie_in(row, own)):
            found.append(row)
    return found


def _may_lie_in(row: Row, code: str | None) -> bool:
    """Whether a row may be of a place in the one with that code."""
    if level(row, NATION.name) != "city":
        return False
    there = row.get("place_code")
    if not there or not code:
        return True
    if code == XPCC_CODE:
        return str(there).startswith(XPCC_CITIES)
    return str(there).startswith(code.removesuffix("00").removesuffix("00"))
