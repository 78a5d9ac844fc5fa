"""Runs the examples of a rulebook: does the derivation give what they say?"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sizao.derive import derive, facts_of
from sizao.errors import Problem
from sizao.policy import Rulebook, chain
from sizao.policy.examples import Example, Examples, Expected

RECORDED_AT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Every fact of an example is known from the start."""


@dataclass(frozen=True)
class Mismatch:
    """One day of one example on which the derivation says something else."""

    file: str
    line: int
    title: str
    on: dt.date
    expected: Expected
    derived: Expected

    def __str__(self) -> str:
        return f"{self.title}, {self.on}: expected `{self.expected}`, derived `{self.derived}`"

    @property
    def problem(self) -> Problem:
        """As a problem with the line of that day."""
        return Problem(
            code="example",
            file=self.file,
            line=self.line,
            what=str(self),
            todo="correct the rulebook, or the example where it misreads the document",
        )


def run_examples(book: Rulebook, examples: Examples, engine: str = "duckdb", lang: str = "en") -> list[Mismatch]:
    """Every day of every example on which the derivation differs, in the order of the file; titles in `lang`.

    All examples of a file are derived together, each as its own person, once for each date. A day before the
    rulebook takes effect is derived under the rulebook that it replaces.
    Raises SizaoError as `chain` and `derive` do.
    """
    books = chain(book)
    facts = facts_of(_tables(examples.examples))
    asked: dict[dt.date, list[int]] = defaultdict(list)
    for n, example in enumerate(examples.examples):
        for on in example.days:
            asked[on].append(n)
    found: list[tuple[int, Mismatch]] = []
    for on, people in asked.items():
        derived = derive(facts, books, on=on, engine=engine)
        status = {row["person_id"]: row for row in derived.table("status").to_pylist()}
        tests: dict[str, list[str]] = defaultdict(list)
        for row in derived.table("tests_due").to_pylist():
            tests[row["person_id"]].append(row["measure"])
        for n in people:
            example, person = examples.examples[n], _person(n)
            expected = example.days[on]
            got = _day(status.get(person), tests[person], expected)
            if got != expected:
                line = examples.line(n, on)
                title = getattr(example.title, lang)
                found.append((line, Mismatch(str(examples.path), line, title, on, expected, got)))
    return [mismatch for _, mismatch in sorted(found, key=lambda pair: pair[0])]


def _day(row: dict[str, Any] | None, tests: Iterable[str], expected: Expected) -> Expected:
    """What was derived, in the words of an example; `until` only where the example gives it."""
    asked = tuple(sorted(tests))
    if row is None:
        return Expected.model_construct(tests=asked)
    return Expected(
        measure=row["measure"],
        restriction=row["restriction"],
        day=row["phase_day"],
        until=row["until"] if expected.until else None,
        tests=asked,
    )


def _tables(examples: Iterable[Example]) -> dict[str, list[dict[str, Any]]]:
    """The facts of all examples as rows of the tables; each example is a person."""
    examples = tuple(examples)
    return {
        "people": [{"person_id": _person(n)} for n in range(len(examples))],
        "events": [row for n, example in enumerate(examples) for row in _events(n, example)],
        "cases": [
            {
                "case_id": f"{_person(n)}c{c}",
                "person_id": _person(n),
                "recorded_at": RECORDED_AT,
                **case.model_dump(),
            }
            for n, example in enumerate(examples)
            for c, case in enumerate(example.cases, start=1)
        ],
    }


def _events(n: int, example: Example) -> Iterator[dict[str, Any]]:
    ids = {event.id: f"{_person(n)}e{e}" for e, event in enumerate(example.events, start=1)}
    for e, event in enumerate(example.events, start=1):
        yield {
            "event_id": f"{_person(n)}e{e}",
            "person_id": _person(n),
            "kind": event.kind,
            "occurred_on": event.on,
            "recorded_at": RECORDED_AT,
            "voids": ids[event.voids] if event.voids else None,
        }


def _person(n: int) -> str:
    return f"p{n + 1:04d}"
