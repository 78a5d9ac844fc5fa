"""Every engine judges orders on places as the reference does, on random trees, rulebooks, areas and orders."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from strategies_places import KNOWN_AT, PlaceScene, place_scenes

from engines import POSTGRES, SPARK
from place_engines import judge_on
from sizao.derive.reference.place_orders import place_excesses

# An engine that starts slowly is asked less. SIZAO_TEST_EXAMPLES asks all of them as often as it says.
EXAMPLES = {"duckdb": 150, "sqlite": 200, "postgres": 40, "spark": 6}


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", POSTGRES, SPARK])
def test_orders_on_places_are_judged_as_by_the_reference(engine):
    judge = judge_on(engine)

    @settings(
        max_examples=int(os.environ.get("SIZAO_TEST_EXAMPLES", EXAMPLES[engine])),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(place_scenes())
    def check(scene: PlaceScene) -> None:
        asked = scene.facts, scene.spells, scene.rulebooks, KNOWN_AT, scene.last
        assert lines(judge(*asked)) == lines(place_excesses(*asked))

    check()


def lines(rows):
    """The rows as sorted text; the sentence is left to the engine."""
    return sorted(", ".join(f"{name}={row[name]}" for name in sorted(row) if name != "text") for row in rows)
