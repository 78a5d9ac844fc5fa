"""The examples of a folder as one derivation, for an engine that takes seconds for each, however small the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

Tables = dict[str, list[dict[str, Any]]]


def list_examples(test_file: str, files: str, facts: str) -> list[dict[str, Any]]:
    """The arguments of every example of the test files beside `test_file`, by name: `rulebooks`, `facts` (so the
    argument is called), and what is expected."""
    found: list[dict[str, Any]] = []

    def example(rulebooks: Any, *given: str, **rest: str) -> None:
        found.append({"rulebooks": rulebooks, **dict(zip([facts], given, strict=False)), **rest})

    for path in sorted(Path(test_file).parent.glob(files)):
        if path != Path(test_file):
            for name, test in vars(import_module(path.stem)).items():
                if name.startswith("test_"):
                    for values in _parameters(test):
                        test(example, **values)
    return found


def put_together(parts: Iterable[Mapping[str, Sequence[Mapping[str, Any]]]], ids: Sequence[str]) -> Tables:
    """The facts of all examples as one set: the n-th has n- before each of its ids."""
    together: Tables = {}
    for n, part in enumerate(parts):
        for table, rows in part.items():
            together.setdefault(table, []).extend(
                {c: f"{n}-{v}" if c in ids and v is not None else v for c, v in row.items()} for row in rows
            )
    return together


def take_apart(answers: Mapping[str, Sequence[Mapping[str, Any]]], n: int, ids: Sequence[str]) -> Tables:
    """What is answered for the n-th example, with its ids as they were: rows whose first of `ids` is its own."""
    prefix = f"{n}-"
    return {
        table: [
            {c: v.removeprefix(prefix) if c in ids and v is not None else v for c, v in row.items()}
            for row in rows
            if row[ids[0]].startswith(prefix)
        ]
        for table, rows in answers.items()
    }


def _parameters(test: Any) -> Iterator[dict[str, Any]]:
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
