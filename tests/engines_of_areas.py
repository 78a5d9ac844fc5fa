"""What tests of risk areas run on: the reference and the engines, from facts to areas, spells, what is not drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from unittest.mock import patch

from engines import Rows, run_on
from sizao.derive import facts_of
from sizao.derive.areas import derive_areas
from sizao.derive.reference.area_days import areas, undrawn
from sizao.derive.reference.areas import area_spells
from sizao.policy import Rulebook

Span = tuple[date, date]
RunAreas = Callable[[Mapping[str, Rows], Sequence[Rulebook], date, Span, datetime], dict[str, Rows]]


def run_areas_reference(
    facts: Mapping[str, Rows], rulebooks: Sequence[Rulebook], on: date, days: Span, known_at: datetime
) -> dict[str, Rows]:
    return {
        "areas": areas(facts, rulebooks, on, known_at),
        "area_spells": area_spells(facts, rulebooks, days, known_at),
        "undrawn": undrawn(facts, rulebooks, on, known_at),
    }


def run_areas_on(engine: str) -> RunAreas:
    """How to run an engine. Skips the test when it is missing; fails it when SIZAO_TEST_ALL=1."""
    if engine == "reference":
        return run_areas_reference
    run_on(engine)  # skips, or fails, where it is missing

    def run(
        facts: Mapping[str, Rows], rulebooks: Sequence[Rulebook], on: date, days: Span, known_at: datetime
    ) -> dict[str, Rows]:
        with (
            patch.dict(os.environ, SIZAO_POSTGRES=os.environ.get("SIZAO_TEST_POSTGRES", "")),
            derive_areas(facts_of(facts), rulebooks, on, days=days, known_at=known_at, engine=engine) as derived,
        ):
            tables = {"areas": derived.areas(), "area_spells": derived.spells(), "undrawn": derived.undrawn()}
            return {name: table.to_pylist() for name, table in tables.items()}

    return run
