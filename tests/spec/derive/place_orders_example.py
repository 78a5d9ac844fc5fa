"""Reads an example of orders on places: areas and orders in, excesses out, in one made-up county.

An area is written `area | level | from | until`: a place that has the level on those days, under the rulebook in
force on the first of them. The rest is as in `example.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from example import KNOWN, NONE, ON, RECORDED, read_date, read_rows, show

from sizao.derive.reference import in_force
from sizao.policy import Rulebook, chain

Rows = list[dict[str, Any]]
Judge = Callable[[Mapping[str, Rows], Rows, Sequence[Rulebook], datetime, date], Rows]

# The ninth plan (low, medium_after_high, medium, high), from 11 November the Twenty Measures (low, high).
BOOKS = chain("cn-2022-11-11")

# One unit is high on 13 to 18 November.
UNIT = """
    area  | level | from       | until
    unit1 | high  | 2022-11-13 | 2022-11-13 + 5
    """

PLACES = """
    place      | parent_id  | kind
    county1    |            | county
    street1    | county1    | street
    community1 | street1    | community
    compound1  | community1 | compound
    building1  | compound1  | building
    unit1      | building1  | unit
    unit2      | building1  | unit
    building2  | compound1  | building
    shop1      | building1  | shop
    school1    | community1 | school
    compound2  | community1 | compound
    village2   | street1    | village
    village1   | village2   | village
    compound3  | village1   | compound
    county2    |            | county
    """


def check(
    judge: Judge,
    rulebooks: Sequence[Rulebook],
    facts: str,
    *,
    place_excesses: str,
    on: str = ON,
    known_at: str = KNOWN,
) -> None:
    """Judges orders under a chain and compares the excesses; only the columns that the expected table shows."""
    tables = read_tables(facts)
    given = {"places": read_rows(PLACES), "orders": [read_order(row) for row in tables.get("order_id", [])]}
    spells = [read_spell(row, rulebooks) for row in tables.get("area", [])]
    found = judge(given, spells, rulebooks, datetime.fromisoformat(known_at), read_date(on))
    rows = [] if place_excesses == NONE else read_rows(place_excesses)
    columns = list(rows[0]) if rows else list(found[0]) if found else []
    assert show(found, columns) == show(rows, columns)


def read_tables(text: str) -> dict[str, Rows]:
    """ASCII tables by the name of their first column; a blank line parts two."""
    tables: dict[str, Rows] = {}
    for block in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        for row in read_rows(block) if block.strip() else ():
            tables.setdefault(next(iter(row)), []).append(row)
    return tables


def read_order(row: dict[str, Any]) -> dict[str, Any]:
    """An order with what the example leaves out."""
    plain = {"place_id": None, "person_id": None, "restriction": None, "level": None, "until": None, "clause": None}
    order = plain | {"issuer": "district office", "recorded_at": RECORDED} | row
    return order | {"recorded_at": datetime.fromisoformat(order["recorded_at"])}


def read_spell(row: dict[str, Any], rulebooks: Sequence[Rulebook]) -> dict[str, Any]:
    """One run of days on which a place has a level; it may not outlive the rulebook that drew it."""
    book = in_force(rulebooks, row["from"])
    assert book is not None
    level = next(level for level in book.areas.levels if level.id == row["level"])
    assert row["until"] is None or in_force(rulebooks, row["until"]) is book, "a spell ends with its rulebook"
    return {
        "place_id": row["area"],
        "rulebook": book.id,
        "level": level.id,
        "weight": book.areas.weights[level.id],
        "rest": int(level.rest_of is not None),
        "from": row["from"],
        "until": row["until"],
        "clause": level.clause,
        "because": "c1",
        "last_case": "c1",
    }


def order(place: str, level: str, start: str, until: str = "", clause: str = "") -> str:
    """One order on a place."""
    return f"""
        order | place   | level   | from    | until   | clause
        o1    | {place} | {level} | {start} | {until} | {clause}
        """
