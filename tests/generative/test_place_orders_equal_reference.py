"""Every engine judges orders on places as the reference does, on random trees, rulebooks, areas and orders."""

from __future__ import annotations

import os
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies_areas import FIRST, LEVELS, AreaScene, area_scenes
from strategies_places import KNOWN_AT, PlaceScene, place_orders, place_scenes

from engines import POSTGRES, SPARK, run_on
from place_engines import judge_on
from sizao.derive import facts_of
from sizao.derive.areas import derive_areas
from sizao.derive.reference.areas import area_spells
from sizao.derive.reference.place_orders import place_excesses

# An engine that starts slowly is asked less. SIZAO_TEST_EXAMPLES asks all of them as often as it says.
EXAMPLES = {"duckdb": 100, "sqlite": 200, "postgres": 30, "spark": 3}
EVER = (date(2000, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", POSTGRES, SPARK])
def test_orders_on_places_are_judged_as_by_the_reference(engine):
    judge = judge_on(engine)

    @often(engine)
    @given(place_scenes())
    def check(scene: PlaceScene) -> None:
        asked = scene.facts, scene.spells, scene.rulebooks, KNOWN_AT, scene.last
        assert lines(judge(*asked)) == lines(place_excesses(*asked))

    check()


@st.composite
def scenes_with_orders(draw: st.DrawFn) -> AreaScene:
    """Infections in random places, and orders on these places."""
    scene = draw(area_scenes())
    places = [place["place_id"] for place in scene.facts["places"]]
    orders = draw(place_orders((*places, "unheard_of"), (*LEVELS * 3, "unheard_of"), FIRST))
    recorded = scene.known_at - timedelta(1)
    scene.facts["orders"] = [
        order | {"recorded_at": recorded} for order in {o["order_id"]: o for o in orders}.values()
    ]
    return scene


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", POSTGRES, SPARK])
def test_from_infections_to_excesses(engine):
    run_on(engine)

    @often(engine)
    @given(scenes_with_orders())
    def check(scene: AreaScene) -> None:
        with (
            patch.dict(os.environ, SIZAO_POSTGRES=os.environ.get("SIZAO_TEST_POSTGRES", "")),
            derive_areas(
                facts_of(scene.facts),
                scene.rulebooks,
                scene.on,
                days=scene.days,
                known_at=scene.known_at,
                engine=engine,
            ) as derived,
        ):
            found = derived.excesses().to_pylist()
        spells = area_spells(scene.facts, scene.rulebooks, EVER, scene.known_at)
        last = max(scene.on, scene.days[1])
        assert lines(found) == lines(place_excesses(scene.facts, spells, scene.rulebooks, scene.known_at, last))

    check()


def often(engine):
    """How many examples an engine is asked."""
    return settings(
        max_examples=int(os.environ.get("SIZAO_TEST_EXAMPLES", EXAMPLES[engine])),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def lines(rows):
    """The rows as sorted text; the sentence is left to the engine."""
    return sorted(", ".join(f"{name}={row[name]}" for name in sorted(row) if name != "text") for row in rows)
