"""What tests of orders on places run on: the reference and the engines, each from areas and orders to excesses."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from engines import run_on
from sizao.derive import facts_of
from sizao.derive.compile import DAY_MAX, day_number
from sizao.derive.place_orders import judge_place_orders
from sizao.derive.reference.place_orders import STEPS_UP, place_excesses
from sizao.engine import open_engine
from sizao.policy import Rulebook
from sizao.tables import contract

Rows = list[dict[str, Any]]
Judge = Callable[[Mapping[str, Rows], Rows, Sequence[Rulebook], datetime, date], Rows]

AREA_SPELLS = pa.schema(
    [
        *((name, pa.string()) for name in ("place_id", "rulebook", "level", "clause", "because", "last_case")),
        *((name, pa.int32()) for name in ("weight", "rest", "from_day", "until_day")),
    ]
)

PLACE_ABOVE = pa.schema(
    [("place_id", pa.string()), ("above_id", pa.string()), ("kind", pa.string()), ("up", pa.int32())]
)


def judge_on(engine: str) -> Judge:
    """How to judge orders on an engine, or by the reference. Skips the test where it is missing."""
    if engine == "reference":
        return place_excesses
    run_on(engine)

    def judge(
        facts: Mapping[str, Rows], spells: Rows, rulebooks: Sequence[Rulebook], known_at: datetime, last: date
    ) -> Rows:
        given = facts_of(facts)
        address = os.environ.get("SIZAO_TEST_POSTGRES", "")
        with patch.dict(os.environ, SIZAO_POSTGRES=address), open_engine(engine) as machine:
            machine.give(contract("orders"), given.tables.get("orders"))
            machine.give_small("area_spells", spell_table(spells))
            machine.give_small("place_above", tree_table(facts, spells))
            judge_place_orders(machine, rulebooks, known_at, last)
            return machine.fetch_outer("place_excesses", contract("place_excesses")).to_pylist()

    return judge


def spell_table(spells: Rows) -> pa.Table:
    """Spells as the step `area_spells` holds them: days are numbers."""
    rows = [
        row
        | {
            "from_day": day_number(row["from"]),
            "until_day": DAY_MAX if row["until"] is None else day_number(row["until"]),
        }
        for row in spells
    ]
    return pa.Table.from_pylist(rows, AREA_SPELLS)


def tree_table(facts: Mapping[str, Rows], spells: Rows) -> pa.Table:
    """The step `place_above`: every place with itself (up 0) and the places above it, and their kinds."""
    parents = {row["place_id"]: row["parent_id"] for row in facts["places"]}
    kinds = {row["place_id"]: row.get("kind") for row in facts["places"]}
    named = {row["place_id"] for row in (*facts["places"], *facts["orders"], *spells)} - {None}
    rows = []
    for place in sorted(named):
        above = place
        for up in range(STEPS_UP + 1):
            rows.append({"place_id": place, "above_id": above, "kind": kinds.get(above), "up": up})
            above = parents.get(above)
            if above not in parents:
                break
    return pa.Table.from_pylist(rows, PLACE_ABOVE)
