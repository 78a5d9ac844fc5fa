"""The examples under the shipped rulebooks once more, on Spark: all together, each in a county of its own.

Spark takes seconds for each derivation, however small. So the examples that share a chain become one; their spells
are compared always, their areas where they look at the day of that derivation.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from area_example import YEARS, check_areas, read_infections
from example import KNOWN, ON, read_date
from test_together_on_spark import parameters

from engines import SPARK
from engines_of_areas import run_areas_on
from sizao.policy import chain

IDS = ("case_id", "place_id", "parent_id", "because", "last_case", "county")


@pytest.mark.parametrize("engine", [SPARK])
@pytest.mark.parametrize(
    ("rulebooks", "on", "least"),
    [("cn-2022-06-27", "2022-08-01", 20), ("cn-2022-11-11", "2022-11-12", 40), ("cn-2022-12-07", "2022-12-10", 8)],
)
def test_the_examples_together(engine, rulebooks, on, least):
    examples = [e for e in all_examples() if e["rulebooks"] == rulebooks and "known_at" not in e]
    assert len(examples) >= least
    together: dict[str, list[dict[str, Any]]] = {}
    for n, example in enumerate(examples):
        for table, rows in read_infections(example["infections"]).items():
            together.setdefault(table, []).extend(_map(row, lambda word, n=n: f"{n}-{word}") for row in rows)
    found = run_areas_on(engine)(together, chain(rulebooks), read_date(on), YEARS, datetime.fromisoformat(KNOWN))

    for n, example in enumerate(examples):
        own = {
            table: [
                _map(row, lambda word, prefix=f"{n}-": word.removeprefix(prefix))
                for row in rows
                if row["place_id"].startswith(f"{n}-")
            ]
            for table, rows in found.items()
        }
        tables = {"area_spells"} | ({"areas"} if example.get("on", ON) == on else set())
        expected = {name: text for name, text in example.items() if name in tables}
        check_areas(lambda *_, own=own: own, rulebooks, example["infections"], on=on, **expected)


def _map(row: dict[str, Any], change: Any) -> dict[str, Any]:
    return {name: change(value) if name in IDS and value is not None else value for name, value in row.items()}


def all_examples() -> list[dict[str, Any]]:
    """The arguments of every example of the chapters of this folder; a chain as the name of its last rulebook."""
    found: list[dict[str, Any]] = []

    def example(rulebooks: Any, infections: str, **rest: str) -> None:
        name = rulebooks if isinstance(rulebooks, str) else rulebooks[-1].id
        found.append({"rulebooks": name, "infections": infections, **rest})

    for path in sorted(Path(__file__).parent.glob("test_areas_*.py")):
        if path != Path(__file__):
            for name, test in vars(import_module(path.stem)).items():
                if name.startswith("test_"):
                    for values in parameters(test):
                        test(example, **values)
    return found
