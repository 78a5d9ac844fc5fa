"""The examples under the shipped rulebooks once more, on Spark: all together, as people of one derivation.

Spark takes seconds for each derivation, however small. So the examples that share a chain become one; their status
and tests due are compared where they look at the day of that derivation, the other tables always.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from example import KNOWN, ON, check, read_facts

from engines import SPARK, run_on

IDS = ("person_id", "event_id", "voids", "case_id", "test_id", "order_id", "place_id", "because", "fact_id")


@pytest.mark.parametrize("engine", [SPARK])
@pytest.mark.parametrize(
    ("rulebooks", "on", "least"),
    [("cn-2022-11-11", "2022-11-20", 60), ("cn-2022-11-11", "2022-11-11", 60), ("who-ebola", "2014-10-22", 10)],
)
def test_the_examples_together(engine, rulebooks, on, least):
    examples = [e for e in all_examples() if e["rulebooks"] == rulebooks and "known_at" not in e]
    assert len(examples) >= least
    together: dict[str, list[dict[str, Any]]] = {}
    for n, example in enumerate(examples):
        for table, rows in read_facts(example["facts"]).items():
            together.setdefault(table, []).extend(map_ids(row, lambda word, n=n: f"{n}-{word}") for row in rows)
    answers: dict[str, Any] = {}

    for n, example in enumerate(examples):

        def run(facts, books, day, known_at, prefix=f"{n}-"):
            if not answers:
                answers.update(run_on(engine)(together, books, day, known_at))
            return {
                table: [
                    map_ids(row, lambda word: word.removeprefix(prefix))
                    for row in rows
                    if row["person_id"].startswith(prefix)
                ]
                for table, rows in answers.items()
            }

        tables = {"measures", "excesses", "undecided"}
        if example.get("on", ON) == on:
            tables |= {"status", "tests_due"}
        expected = {name: text for name, text in example.items() if name in tables}
        check(run, rulebooks, example["facts"], on=on, known_at=KNOWN, **expected)


def map_ids(row: dict[str, Any], change: Any) -> dict[str, Any]:
    return {name: change(value) if name in IDS and value is not None else value for name, value in row.items()}


def all_examples() -> list[dict[str, Any]]:
    """The arguments of every example of the chapters of this folder, by name."""
    found: list[dict[str, Any]] = []

    def example(rulebooks: Any, facts: str, **rest: str) -> None:
        found.append({"rulebooks": rulebooks, "facts": facts, **rest})

    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            for name, test in vars(import_module(path.stem)).items():
                if name.startswith("test_"):
                    for values in parameters(test):
                        test(example, **values)
    return found


def parameters(test: Any) -> Iterator[dict[str, Any]]:
    """The values of its `parametrize` marks, a dictionary for each run of the test; one without a mark."""
    choices: list[list[dict[str, Any]]] = []
    for mark in getattr(test, "pytestmark", []):
        names, rows = mark.args
        if isinstance(names, str):
            names = [name.strip() for name in names.split(",")]
            rows = [row if len(names) > 1 else (row,) for row in rows]
        choices.append([dict(zip(names, row, strict=True)) for row in rows])
    for chosen in product(*choices):
        yield {name: value for values in chosen for name, value in values.items()}
