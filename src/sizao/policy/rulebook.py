"""A rulebook as frozen typed objects that cannot be built wrong: one policy document as data."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
RulebookId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Clause = Annotated[str, Field(min_length=1, max_length=60)]
Path = tuple[str | int, ...]


class Fault(BaseModel):
    """One thing wrong in a rulebook: `path` leads to the value from the top of the document."""

    path: Path
    code: str
    what: str
    todo: str


class FaultsError(ValueError):
    """All that is wrong across the fields of a rulebook."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{'.'.join(map(str, f.path))}: {f.what}" for f in faults))


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Part(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """A text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Document(Part):
    """Where the rules were published. `effective` before `published` must be said to be meant (`retroactive`)."""

    number: str
    title: Words
    issuer: Words
    published: dt.date
    effective: dt.date
    retroactive: bool = False


class Test(Words):
    """What a test day asks for, and in which table it is recorded that it was done."""

    recorded_in: Literal["tests", "follow_ups"] = "tests"


class Restriction(Part):
    """A kind of limit. Their order in the rulebook, light to strict, is their weight.

    `away`: the person is not at home and takes a room or a bed.
    """

    id: Word
    title: Words
    away: bool = False


class Trigger(Part):
    """What starts a measure: an event of a kind, or a case of some classes. `day_1` is the measure's first day.

    `title` says the kind of event in words.
    """

    event: Word | None = None
    title: Words | None = None
    case: Annotated[tuple[Literal["confirmed", "asymptomatic"], ...] | None, BeforeValidator(_listed)] = None
    day_1: Literal["same_day", "day_after"] = "same_day"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fact it catches; a case of class c is the kind `case/c`."""
        if self.event is not None:
            return (self.event,)
        return tuple(f"case/{c}" for c in self.case or ())

    @property
    def offset(self) -> int:
        """Days from the fact to day 1."""
        return 1 if self.day_1 == "day_after" else 0


class Phase(Part):
    """A run of days under one restriction: a number of days, or until the case is discharged.

    `tests` are days of the phase, from 1. `up_to` is the heaviest restriction that an authority may choose
    here (the ceiling) where the text leaves a choice; people are asked for `restriction`, the lighter one.
    """

    id: Word
    restriction: Word
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    until: Literal["discharge"] | None = None
    tests: Annotated[tuple[int, ...], BeforeValidator(_listed)] = ()
    up_to: Word | None = None
    clause: Clause | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        data.setdefault("id", data.get("restriction"))
        if data.get("tests") == "daily":
            if not isinstance(data.get("days"), int):
                raise ValueError("`tests: daily` goes with `days: N`")
            data["tests"] = tuple(range(1, data["days"] + 1))
        return data


class Measure(Part):
    """What a clause asks of a person after a fact. `asks: nothing` names a kind of fact that is left alone."""

    id: Word
    title: Words
    clause: Clause
    triggers: Annotated[tuple[Trigger, ...], BeforeValidator(_listed), Field(min_length=1)]
    phases: Annotated[tuple[Phase, ...], BeforeValidator(_listed)] = ()
    asks: Literal["nothing"] | None = None

    @property
    def days(self) -> int | None:
        """Days of all phases together; None when it lasts until discharge."""
        total = 0
        for phase in self.phases:
            if phase.days is None:
                return None
            total += phase.days
        return total


class TestsPerDay(Part):
    """No person may be sampled more often on one day."""

    at_most: Annotated[int, Field(ge=1, le=100)]
    clause: Clause


class Limits(Part):
    """What authorities may not go beyond. The clause `ceiling` is cited where an order has no rule at all."""

    tests_per_day: TestsPerDay | None = None
    ceiling: Clause | None = None


class Transition(Part):
    """What happens to people already under a measure when this rulebook takes effect.

    rederive: everybody's status follows this rulebook from its effective date, days served count, and nobody is
    held longer than under the old one. keep: facts from before the effective date stay under the old rulebook.
    new_only_from: facts from before `date` stay under the old rulebook.
    """

    rule: Literal["rederive", "keep", "new_only_from"]
    date: dt.date | None = None
    clause: Clause | None = None


class Assumption(Part):
    """A reading that the document does not give. `about` names a measure's id, `transition`, `limits`, `document`."""

    about: str
    reading: Words


class Rulebook(Part):
    """One policy document as data.

    Raises pydantic.ValidationError (with FaultsError inside for rules across fields) when built wrong.
    """

    id: RulebookId
    title: Words
    jurisdiction: Annotated[str, Field(min_length=2, max_length=40)]
    disease: Word
    document: Document
    replaces: RulebookId | None = None
    test: Test
    restrictions: Annotated[tuple[Restriction, ...], BeforeValidator(_listed), Field(min_length=1)]
    measures: Annotated[tuple[Measure, ...], BeforeValidator(_listed), Field(min_length=1)]
    limits: Limits = Limits()
    transition: Transition | None = None
    assumed: Annotated[tuple[Assumption, ...], BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = list(find_faults(self))
        if faults:
            raise FaultsError(faults)
        return self

    @property
    def weights(self) -> dict[str, int]:
        """Restriction -> weight, 1 for the lightest."""
        return {r.id: n for n, r in enumerate(self.restrictions, start=1)}

    def measure(self, measure_id: str) -> Measure:
        """The measure of that id. Raises KeyError."""
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise KeyError(measure_id)

    def assumed_about(self, *about: str) -> tuple[Assumption, ...]:
        """The assumptions about these things."""
        return tuple(a for a in self.assumed if a.about in about)


def find_faults(book: Rulebook) -> Iterator[Fault]:
    """What is wrong across the fields of a rulebook."""
    doc = book.document
    if doc.effective < doc.published and not doc.retroactive:
        yield Fault(
            path=("document", "effective"),
            code="effective-before-published",
            what=f"takes effect on {doc.effective}, before it was published on {doc.published}",
            todo="correct the date, or write `retroactive: true` if the document says so",
        )
    yield from _repeated(book)
    weights = book.weights
    for m, measure in enumerate(book.measures):
        yield from _measure_faults(measure, ("measures", m), weights)
    yield from _transition_faults(book)
    known = {m.id for m in book.measures} | {"transition", "limits", "document"}
    for n, assumption in enumerate(book.assumed):
        if assumption.about not in known:
            yield Fault(
                path=("assumed", n, "about"),
                code="assumed-about-nothing",
                what=f"no measure is called {assumption.about!r}",
                todo=f"one of {', '.join(sorted(known))}",
            )


def _repeated(book: Rulebook) -> Iterator[Fault]:
    for field, ids in (
        ("restrictions", [r.id for r in book.restrictions]),
        ("measures", [m.id for m in book.measures]),
    ):
        for n, name in enumerate(ids):
            if name in ids[:n]:
                yield Fault(
                    path=(field, n, "id"),
                    code="repeated-id",
                    what=f"{name!r} stands twice",
                    todo="rename one",
                )
    caught: dict[str, str] = {}
    for m, measure in enumerate(book.measures):
        for t, trigger in enumerate(measure.triggers):
            for kind in trigger.kinds:
                if kind in caught:
                    yield Fault(
                        path=("measures", m, "triggers", t),
                        code="caught-twice",
                        what=f"{kind} already starts the measure {caught[kind]!r}",
                        todo="one fact starts one measure: remove one of the two triggers",
                    )
                caught.setdefault(kind, measure.id)


def _measure_faults(measure: Measure, at: Path, weights: dict[str, int]) -> Iterator[Fault]:
    for t, trigger in enumerate(measure.triggers):
        if (trigger.event is None) == (not trigger.case):
            yield Fault(
                path=(*at, "triggers", t),
                code="trigger",
                what="a trigger is either an event kind or case classes",
                todo="write `event: KIND` or `case: [confirmed, asymptomatic]`",
            )
        if trigger.event == "void":
            yield Fault(
                path=(*at, "triggers", t, "event"),
                code="trigger",
                what="`void` takes a fact back and can start nothing",
                todo="name another kind",
            )
    if bool(measure.phases) == (measure.asks == "nothing"):
        yield Fault(
            path=at,
            code="phases",
            what="a measure has phases, or says `asks: nothing`",
            todo="add one of the two, not both",
        )
    if measure.id == "undecided":
        yield Fault(
            path=(*at, "id"),
            code="reserved-word",
            what="`undecided` is what Sizao calls a fact that no clause catches",
            todo="give the measure another id",
        )
    for word, count in Counter(p.id for p in measure.phases).items():
        if count > 1:
            yield Fault(
                path=(*at, "phases"),
                code="repeated-id",
                what=f"two phases are called {word!r}",
                todo="give one of them its own `id`",
            )
    for p, phase in enumerate(measure.phases):
        yield from _phase_faults(measure, phase, p, (*at, "phases", p), weights)


def _phase_faults(measure: Measure, phase: Phase, p: int, at: Path, weights: dict[str, int]) -> Iterator[Fault]:
    names = ", ".join(weights)
    for field in ("restriction", "up_to"):
        word = getattr(phase, field)
        if word is not None and word not in weights:
            yield Fault(
                path=(*at, field),
                code="undeclared-restriction",
                what=f"{word!r} is not among the restrictions",
                todo=f"one of {names}, or declare it",
            )
    if phase.up_to in weights and phase.restriction in weights and weights[phase.up_to] <= weights[phase.restriction]:
        yield Fault(
            path=(*at, "up_to"),
            code="ceiling-below-floor",
            what=f"the ceiling {phase.up_to!r} is not heavier than {phase.restriction!r}",
            todo="remove it, or name a heavier restriction",
        )
    if (phase.days is None) == (phase.until is None):
        yield Fault(
            path=at,
            code="phase-length",
            what="a phase has either a number of days or an end",
            todo="write `days: N` or `until: discharge`",
        )
    if phase.until == "discharge":
        if any(t.case is None for t in measure.triggers):
            yield Fault(
                path=(*at, "until"),
                code="phase-length",
                what="only a case can be discharged",
                todo="give the phase `days`, or trigger the measure by `case`",
            )
        if p != len(measure.phases) - 1:
            yield Fault(
                path=(*at, "until"),
                code="phase-length",
                what="no phase can follow one without a number of days",
                todo="move it to the end",
            )
    last = phase.days
    for n, day in enumerate(phase.tests):
        if day < 1 or (last is not None and day > last):
            yield Fault(
                path=(*at, "tests", n),
                code="test-outside-phase",
                what=f"test on day {day} of a phase of {last} days",
                todo=f"a day from 1 to {last}",
            )
        if n and day <= phase.tests[n - 1]:
            yield Fault(
                path=(*at, "tests", n),
                code="test-order",
                what=f"test day {day} does not come after day {phase.tests[n - 1]}",
                todo="list each day once, in order",
            )


def _transition_faults(book: Rulebook) -> Iterator[Fault]:
    move = book.transition
    if (book.replaces is None) != (move is None):
        yield Fault(
            path=("transition",) if move else ("replaces",),
            code="transition",
            what="a rulebook that replaces another says what happens to people already under a measure",
            todo="write both `replaces` and `transition`, or neither",
        )
    if book.replaces == book.id:
        yield Fault(path=("replaces",), code="replaces-itself", what="it replaces itself", todo="name the older one")
    if move and (move.rule == "new_only_from") != (move.date is not None):
        yield Fault(
            path=("transition",),
            code="transition",
            what="`date` goes with `new_only_from`",
            todo="give new_only_from a date, or remove the date",
        )
