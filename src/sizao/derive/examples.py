"""Runs the examples of a rulebook: does the derivation give what they say?"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sizao.derive.derive import derive, facts_of
from sizao.errors import Problem
from sizao.policy import Rulebook
from sizao.policy.examples import Example, Examples, Expected
from sizao.words import Lang

Rows = list[dict[str, Any]]
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


def run_examples(
    books: Sequence[Rulebook], examples: Examples, engine: str = "sqlite", lang: Lang = "en"
) -> list[Mismatch]:
    """Every day of every example on which the derivation differs, in the order of the file; titles in `lang`.

    `books` is the chain of their rulebook. All examples of a file are derived together, each as its own person, once
    for each date. A day before the rulebook takes effect is derived under the rulebook that it replaces.
    Raises SizaoError as `derive` does.
    """
    facts = facts_of(facts_in(examples))

    def answer(on: dt.date) -> tuple[Rows, Rows]:
        with derive(facts, books, on, engine=engine) as derivation:
            return derivation.table("status").to_pylist(), derivation.table("tests_due").to_pylist()

    return sorted(compare(examples, answer, lang), key=lambda mismatch: mismatch.line)


def compare(
    examples: Examples, answer: Callable[[dt.date], tuple[Rows, Rows]], lang: Lang = "en"
) -> Iterator[Mismatch]:
    """Compares the examples, date by date, with the rows of `status` and `tests_due` that `answer` gives.

    `answer` derives from the facts of `facts_in(examples)`.
    """
    for on in sorted({on for example in examples.examples for on in example.days}):
        status_rows, test_rows = answer(on)
        status = {row["person_id"]: row for row in status_rows}
        tests: dict[str, list[str]] = defaultdict(list)
        for row in test_rows:
            tests[row["person_id"]].append(row["measure"])
        for n, example in enumerate(examples.examples):
            if on not in example.days:
                continue
            expected = example.days[on]
            derived = _in_words(status.get(_person(n)), tests[_person(n)], expected)
            if derived != expected:
                title = example.title.zh if lang == "zh" else example.title.en
                yield Mismatch(str(examples.path), examples.line(n, on), title, on, expected, derived)


def facts_in(examples: Examples) -> dict[str, Rows]:
    """The facts of all examples as rows of `people`, `events`, `cases` and `tests`; each example is a person."""
    numbered = list(enumerate(examples.examples))
    return {
        "people": [{"person_id": _person(n)} for n, _ in numbered],
        "events": [row for n, example in numbered for row in _events(n, example)],
        "cases": [row for n, example in numbered for row in _cases(n, example)],
        "tests": [row for n, example in numbered for row in _tests(n, example)],
    }


def _in_words(row: dict[str, Any] | None, tests: Iterable[str], expected: Expected) -> Expected:
    """What was derived, in the words of an example; `until` only where the example gives it."""
    asked = tuple(sorted(tests))
    if row is None:
        return Expected(tests=asked)
    return Expected(
        measure=row["measure"],
        restriction=row["restriction"],
        day=row["phase_day"] if row["restriction"] else None,
        until=row["until"] if expected.until else None,
        tests=asked,
    )


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


def _cases(n: int, example: Example) -> Iterator[dict[str, Any]]:
    for c, case in enumerate(example.cases, start=1):
        ids = {"case_id": f"{_person(n)}c{c}", "person_id": _person(n)}
        yield ids | case.model_dump() | {"recorded_at": RECORDED_AT}


def _tests(n: int, example: Example) -> Iterator[dict[str, Any]]:
    for t, test in enumerate(example.tests, start=1):
        yield {
            "test_id": f"{_person(n)}t-{test.id}" if test.id else f"{_person(n)}t{t:03d}",
            "person_id": _person(n),
            "sampled_on": test.on,
            "method": test.method,
            "result": test.result,
            "ct": test.hundredths,
            "recorded_at": RECORDED_AT,
        }


def _person(n: int) -> str:
    return f"p{n + 1:04d}"
