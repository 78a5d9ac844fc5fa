"""Every engine gives what the reference gives, on random facts under random rulebooks."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from strategies import Scene, scenes

from engines import TABLES, run_reference

# An engine that starts slowly is asked less. SIZAO_TEST_EXAMPLES asks all of them as often as it says.
EXAMPLES = {"duckdb": 200, "sqlite": 200, "postgres": 60, "spark": 10}

# A sentence for the reader, which the rules leave to the engine.
TEXTS = {"excesses": "text", "undecided": "why"}


def test_engine_equals_reference(engine):
    name, run = engine

    @settings(
        max_examples=int(os.environ.get("SIZAO_TEST_EXAMPLES", EXAMPLES[name])),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(scenes())
    def check(scene: Scene) -> None:
        given_facts = scene.rulebooks, scene.on, scene.known_at
        found, expected = run(scene.facts, *given_facts), run_reference(scene.facts, *given_facts)
        for table in TABLES:
            assert (table, *lines(found[table], table)) == (table, *lines(expected[table], table))

    check()


def lines(rows, table):
    """The rows as sorted text, each column named."""
    return sorted(
        ", ".join(f"{name}={row[name]}" for name in sorted(row) if name != TEXTS.get(table)) for row in rows
    )
