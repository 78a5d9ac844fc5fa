"""Reads the examples of a rulebook: people, what happened to them, and what each day should ask of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sizao.errors import Problem
from sizao.policy.marks import Marks
from sizao.policy.overlay import BETWEEN
from sizao.policy.persons import CaseClass, Origin, Result, TestMatch, Trigger
from sizao.policy.read import problem_at, read_marked
from sizao.policy.rulebook import Rulebook
from sizao.policy.words import Ct, Part, RulebookId, Word, Words

SUFFIX = ".examples.yaml"
FORM = (
    "`nothing`, `undecided`, or `MEASURE, RESTRICTION, day N`, then `until DATE`, `test`, `test for MEASURE` or none"
)


class Event(Part):
    """An event of the person. `id` lets a later one name it in `voids`."""

    kind: Word
    on: dt.date
    id: str | None = None
    voids: str | None = None


class Case(Part):
    """The person as a case: columns of the table `cases`."""

    confirmed_on: dt.date
    classification: CaseClass = "confirmed"
    origin: Origin = "local"
    discharged_on: dt.date | None = None
    died_on: dt.date | None = None

    @property
    def kind(self) -> str:
        """Its kind as a fact."""
        return f"case/{self.classification}/{self.origin}"


class Sample(Part):
    """A test of the person: columns of the table `tests`. Of two on one day the one with the lower id is first."""

    on: dt.date
    result: Result = "negative"
    ct: Ct | None = None
    method: Word = "pcr"
    id: str | None = None

    @property
    def hundredths(self) -> int | None:
        """The Ct as the column `ct` has it: x 100."""
        return None if self.ct is None else round(self.ct * 100)

    def is_of(self, match: TestMatch) -> bool:
        """Whether its result, method and Ct are those that a rulebook means."""
        if match.ct is not None:
            low, high = match.ct.hundredths
            ct = self.hundredths
            if ct is None or (low is not None and ct < low) or (high is not None and ct >= high):
                return False
        return (match.result is None or self.result in match.result) and (
            match.method is None or self.method in match.method
        )


class Expected(Part):
    """What one day should ask of a person: all None and no tests where nothing binds.

    `day` is the day of the phase; `until` the last day of the phase, not compared where it is None. `tests` are the
    measures that ask for a test that day.
    """

    measure: Word | None = None
    restriction: Word | None = None
    day: Annotated[int, Field(ge=1)] | None = None
    until: dt.date | None = None
    tests: tuple[Word, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return data
        return _read_expected(str(data or ""))

    def __str__(self) -> str:
        if self.measure is None:
            return "nothing"
        parts = [self.measure]
        parts += [self.restriction] if self.restriction else []
        parts += [f"day {self.day}"] if self.day else []
        parts += [f"until {self.until}"] if self.until else []
        parts += ["test" if t == self.measure else f"test for {t}" for t in self.tests]
        return ", ".join(parts)


def _read_expected(text: str) -> dict[str, Any]:
    """`MEASURE, RESTRICTION, day N[, until DATE][, test][, test for MEASURE]`, `undecided` or `nothing`."""
    if text.strip() == "nothing":
        return {}
    if text.strip() == "undecided":
        return {"measure": "undecided"}
    parts = [part.strip() for part in text.split(",")]
    found = re.fullmatch(r"day ([0-9]{1,4})", parts[2]) if len(parts) > 2 else None
    if found is None:
        raise ValueError(f"is not of the form {FORM}")
    out: dict[str, Any] = {"measure": parts[0], "restriction": parts[1], "day": int(found[1])}
    tests: list[str] = []
    for part in parts[3:]:
        match part.split():
            case ["test"]:
                tests.append(parts[0])
            case ["test", "for", other]:
                tests.append(other)
            case ["until", day] if "until" not in out:
                out["until"] = _day(day)
            case _:
                raise ValueError(f"{part!r} is not part of the form {FORM}")
    return {**out, "tests": tuple(sorted(tests))}


def _day(value: Any) -> Any:
    """Keys of a YAML mapping are text."""
    if isinstance(value, str):
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 a local date, not an instant
        except ValueError:
            raise ValueError(f"{value!r} is not a day that exists, as YYYY-MM-DD") from None
    return value


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Days = Annotated[
    Mapping[Annotated[dt.date, BeforeValidator(_day)], Expected],
    Field(min_length=1),
    AfterValidator(MappingProxyType),
]


class Example(Part):
    """One person: what happened, and what some days should ask."""

    title: Words
    events: Annotated[tuple[Event, ...], BeforeValidator(_listed)] = ()
    cases: Annotated[tuple[Case, ...], BeforeValidator(_listed)] = ()
    tests: Annotated[tuple[Sample, ...], BeforeValidator(_listed)] = ()
    days: Days

    @model_validator(mode="after")
    def _whole(self) -> Example:
        known: list[str] = []
        for event in self.events:
            if event.kind == "void" and event.voids is None:
                raise ValueError("an event of kind `void` says in `voids` which event it takes back")
            if event.voids is not None and event.voids not in known:
                raise ValueError(f"`voids: {event.voids}` names no `id` of an event above it")
            if event.id in known:
                raise ValueError(f"two events have the id {event.id!r}")
            known += [event.id] if event.id else []
        ids = [test.id for test in self.tests if test.id is not None]
        if twice := next((name for name in ids if ids.count(name) > 1), None):
            raise ValueError(f"two tests have the id {twice!r}")
        return self

    def shows(self, trigger: Trigger) -> bool:
        """Whether one of its facts is of the kind that a trigger catches."""
        if trigger.test is not None:
            return any(test.is_of(trigger.test) for test in self.tests)
        kinds = {event.kind for event in self.events} | {case.kind for case in self.cases}
        return not kinds.isdisjoint(trigger.kinds)


class _File(Part):
    rulebook: RulebookId
    examples: Annotated[tuple[Example, ...], BeforeValidator(_listed), Field(min_length=1)]


@dataclass(frozen=True)
class Examples:
    """The examples of one rulebook as they stand in a file."""

    path: Path
    rulebook: str
    examples: tuple[Example, ...]
    marks: Marks

    def line(self, n: int, on: dt.date | None = None) -> int:
        """The line of the n-th example (from 0), or of one of its days."""
        at = ("examples", n) if on is None else ("examples", n, "days", on.isoformat())
        return self.marks[at]


def examples_beside(rulebook_file: Path) -> Path:
    """Where the examples of a rulebook file are kept: `ID.examples.yaml` beside `ID.yaml`."""
    return rulebook_file.with_name(rulebook_file.stem + SUFFIX)


def rulebook_beside(file: Path) -> Path:
    """The rulebook that a file of examples stands beside; any other file is itself."""
    return file.with_name(file.name.removesuffix(SUFFIX) + ".yaml") if file.name.endswith(SUFFIX) else file


def read_examples(path: Path) -> Examples:
    """The examples in a YAML file.

    Raises RefusedError (code `bad-examples`) with one Problem for each thing that is wrong, or SizaoError as
    `read_rulebook` does.
    """
    file, marks = read_marked(path, _File, "bad-examples")
    return Examples(path, file.rulebook, file.examples, marks)


def check_examples(chain: Sequence[Rulebook], examples: Examples) -> list[Problem]:
    """What the examples name that no rulebook of the chain knows, with file and line.

    Codes: wrong-rulebook, unknown-measure, undeclared-restriction.
    """
    measures = {m.id for book in chain for m in book.measures}
    restrictions = {r.id for book in chain for r in book.restrictions}
    problems: list[Problem] = []

    def tell(at: tuple[str | int, ...], code: str, what: str, todo: str) -> None:
        problems.append(problem_at(at, examples.marks, examples.path, code, what, todo))

    name = chain[-1].id.partition(BETWEEN)[0]
    if examples.rulebook != name:
        what = f"these are examples of {examples.rulebook!r}, the rulebook is {name!r}"
        tell(("rulebook",), "wrong-rulebook", what, f"write {name}, or name the file after its rulebook")
    for n, example in enumerate(examples.examples):
        for on, expected in example.days.items():
            at = ("examples", n, "days", on.isoformat())
            for word in sorted({expected.measure or "undecided", *expected.tests} - measures - {"undecided"}):
                tell(at, "unknown-measure", f"no measure is called {word!r}", _near(word, measures))
            limit = expected.restriction
            if limit is not None and limit not in restrictions:
                what = f"{limit!r} is not among the restrictions"
                tell(at, "undeclared-restriction", what, _near(limit, restrictions))
    return problems


def without_example(book: Rulebook, examples: Examples) -> list[str]:
    """The measures of a rulebook that no example shows: on no day or, where it asks nothing, by no fact."""
    shown = {day.measure for e in examples.examples for day in e.days.values()}
    shown |= {
        b.starts
        for m in book.measures
        if m.follow_up and m.id in shown
        for b in m.follow_up.then
        if not book.measure(b.starts).phases
    }
    return [
        m.id
        for m in book.measures
        if m.id not in shown
        and (m.phases or not any(e.shows(trigger) for e in examples.examples for trigger in m.triggers))
    ]


def _near(word: str, known: set[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(sorted(known))}"
