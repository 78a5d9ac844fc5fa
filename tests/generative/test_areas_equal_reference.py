"""Every engine draws the areas that the reference draws, on random infections and places under random rulebooks."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from strategies_areas import AreaScene, area_scenes

from engines import POSTGRES, SPARK
from engines_of_areas import run_areas_on, run_areas_reference

# An engine that starts slowly is asked less. SIZAO_TEST_EXAMPLES asks all of them as often as it says.
EXAMPLES = {"duckdb": 30, "sqlite": 250, "postgres": 30, "spark": 3}


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", POSTGRES, SPARK])
def test_areas_equal_reference(engine):
    run = run_areas_on(engine)

    @settings(
        max_examples=int(os.environ.get("SIZAO_TEST_EXAMPLES", EXAMPLES[engine])),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(area_scenes())
    def check(scene: AreaScene) -> None:
        asked = scene.rulebooks, scene.on, scene.days, scene.known_at
        found, expected = run(scene.facts, *asked), run_areas_reference(scene.facts, *asked)
        for table in ("areas", "area_spells", "undrawn"):
            assert (table, *lines(found[table])) == (table, *lines(expected[table]))

    check()


def lines(rows):
    """The rows as sorted text, each column named."""
    return sorted(", ".join(f"{name}={row[name]}" for name in sorted(row)) for row in rows)
