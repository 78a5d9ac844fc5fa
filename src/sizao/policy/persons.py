"""What a rulebook asks of a person after a fact: triggers, phases, ways out, follow-up tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sizao.policy.words import Clause, Ct, Days, Hours, Listed, Part, Word, Words, days_of

CaseClass = Literal["confirmed", "asymptomatic"]
Origin = Literal["local", "imported"]
Result = Literal["negative", "positive", "inconclusive", "pending"]
CLASSES: tuple[CaseClass, ...] = ("confirmed", "asymptomatic")
ORIGINS: tuple[Origin, ...] = ("local", "imported")
LONGEST = 3650


class CtRange(Part):
    """Cycle thresholds: at least `from`, less than `below`."""

    from_: Annotated[Ct | None, Field(alias="from")] = None
    below: Ct | None = None

    @property
    def hundredths(self) -> tuple[int | None, int | None]:
        """Both ends as the column `ct` has them: Ct x 100."""
        ends = (self.from_, self.below)
        return tuple(None if end is None else round(end * 100) for end in ends)  # type: ignore[return-value]


class TestMatch(Part):
    """Which tests are meant: by result, method and Ct; a test without a Ct is not in any range."""

    __test__ = False  # not a test of pytest

    result: Annotated[tuple[Result, ...] | None, Listed] = None
    method: Annotated[tuple[Word, ...] | None, Listed] = None
    ct: CtRange | None = None


class Following(Part):
    """An earlier event of the same person, this many days before; `title` where no trigger has one."""

    event: Word
    title: Words | None = None
    within_days: Annotated[int, Field(ge=0, le=LONGEST)]
    at_least_days: Annotated[int, Field(ge=0, le=LONGEST)] = 0


class Trigger(Part):
    """What starts a measure: an event of a kind, a case of some classes and origins, or a test.

    `day_1` is the measure's first day; `title` says the kind of event in words; `from` and `before` limit the dates
    on which the fact occurred.
    """

    event: Word | None = None
    title: Words | None = None
    case: Annotated[tuple[CaseClass, ...] | None, Listed] = None
    origin: Annotated[tuple[Origin, ...] | None, Listed] = None
    test: TestMatch | None = None
    following: Following | None = None
    from_: Annotated[dt.date | None, Field(alias="from")] = None
    before: dt.date | None = None
    day_1: Literal["same_day", "day_after"] = "same_day"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event or case that it catches; a case of class c and origin o is the kind `case/c/o`."""
        if self.event is not None:
            return (self.event,)
        return tuple(f"case/{c}/{o}" for c in self.case or () for o in self.origin or ORIGINS)

    @property
    def offset(self) -> int:
        """Days from the fact to day 1."""
        return 1 if self.day_1 == "day_after" else 0

    def catches_on(self, occurred_on: dt.date) -> bool:
        """Whether a fact of its kind that occurred on a day is within its dates."""
        return (self.from_ is None or occurred_on >= self.from_) and (
            self.before is None or occurred_on < self.before
        )


class Frequency(Part):
    """So many tests in so many days, at least so many hours apart; without `in_days`, in the whole phase."""

    times: Annotated[int, Field(ge=1, le=100)]
    in_days: Days | None = None
    apart_hours: Hours = 24


def planned_days(frequency: Frequency, days: int) -> tuple[int, ...]:
    """Test days of a phase of `days` days, from 1: in each window of `in_days` the tests are spread from its first
    day to its last."""
    window = frequency.in_days or days
    steps = max(frequency.times - 1, 1)
    offsets = [n * (window - 1) // steps for n in range(frequency.times)]
    return tuple(s + o for s in range(1, days + 1, window) for o in offsets if s + o <= days)


class Release(Part):
    """One way out of a phase before its end: enough tests in a row from a day on, or an event.

    `after`: the earliest last day. `tests`: how many in a row, each with a `result` among these or a Ct of at
    least `ct_from`, by one of `method`, on phase day `from_day` or later, `apart_hours` apart; the last of them no
    more than `within_hours` before the end. `title` says the kind of event in words, where no trigger does.
    """

    after: Days | None = None
    tests: Annotated[int, Field(ge=1, le=20)] = 1
    result: Annotated[tuple[Literal["negative", "positive"], ...], Listed] = ("negative",)
    ct_from: Ct | None = None
    method: Annotated[tuple[Word, ...] | None, Listed] = None
    from_day: Days = 1
    apart_hours: Hours = 24
    within_hours: Hours | None = None
    event: Word | None = None
    title: Words | None = None
    clause: Clause | None = None

    @property
    def apart_days(self) -> int:
        """Days from one sample to the next, at least."""
        return days_of(self.apart_hours)

    @property
    def within_days(self) -> int | None:
        """Days from the last sample to the end, at most."""
        return None if self.within_hours is None else self.within_hours // 24


class Phase(Part):
    """A run of days under one restriction: a number of days, through a day of the measure, until the case is
    discharged, or until one of the ways out.

    `tests` are days of the phase, from 1. `up_to` is the heaviest restriction that an authority may choose
    here (the ceiling) where the text leaves a choice; people are asked for `restriction`, the lighter one.
    """

    id: Word
    restriction: Word
    days: Days | None = None
    through: Days | None = None
    until: Literal["discharge", "release"] | None = None
    tests: Annotated[tuple[int, ...], Listed] = ()
    frequency: Annotated[Frequency | None, Field(exclude=True)] = None  # written under `tests`
    up_to: Word | None = None
    clause: Clause | None = None
    release: Annotated[tuple[Release, ...], Listed] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if "frequency" in data:
            raise ValueError("`frequency` is written under `tests`")
        data = dict(data)
        data.setdefault("id", data.get("restriction"))
        tests = data.get("tests")
        length = data.get("days", data.get("through"))
        if tests == "daily":
            if not isinstance(length, int):
                raise ValueError("`tests: daily` goes with `days: N` or `through: N`")
            data["tests"] = tuple(range(1, min(length, LONGEST) + 1))
        elif isinstance(tests, dict):
            data["frequency"], data["tests"] = tests, ()
        return data

    @property
    def test_days(self) -> tuple[int, ...]:
        """Test days of the phase, from 1; of a frequency, the days planned for it."""
        length = self.days or self.through
        if self.frequency is None or length is None:
            return self.tests
        return planned_days(self.frequency, length)


class Branch(Part):
    """What a follow-up test that matches starts; without `test`, any result."""

    test: TestMatch | None = None
    starts: Word
    day_1: Literal["same_day", "day_after"] = "same_day"

    @property
    def offset(self) -> int:
        """Days from the test to day 1."""
        return 1 if self.day_1 == "day_after" else 0


class FollowUp(Part):
    """The next test after a fact, and what it decides: the first branch that matches."""

    within_days: Days
    apart_hours: Hours = 24
    then: Annotated[tuple[Branch, ...], Listed, Field(min_length=1)]

    @property
    def apart_days(self) -> int:
        """Days from the fact to the test, at least."""
        return days_of(self.apart_hours)


class CountedFrom(Part):
    """Credit: the run is counted from an earlier event of the same person; `title` where no trigger has one."""

    event: Word
    title: Words | None = None
    within_days: Annotated[int, Field(ge=0, le=LONGEST)]


class Measure(Part):
    """What a clause asks of a person after a fact. `asks: nothing` names a kind of fact that is left alone.

    `takes_from` names measures whose facts it takes where both catch one.
    """

    id: Word
    title: Words
    clause: Clause
    takes_from: Annotated[tuple[Word, ...], Listed] = ()
    counted_from: CountedFrom | None = None
    triggers: Annotated[tuple[Trigger, ...], Listed] = ()
    phases: Annotated[tuple[Phase, ...], Listed] = ()
    follow_up: FollowUp | None = None
    asks: Literal["nothing"] | None = None

    @property
    def days(self) -> int | None:
        """Days of all phases together as planned; None when it lasts until discharge or release."""
        spans = list(self.spans())
        if not spans:
            return 0
        return spans[-1][2]

    def spans(self) -> Iterator[tuple[Phase, int, int | None]]:
        """Each phase with its first and last day of the measure as planned (last < first: only after a release)."""
        first = 1
        for phase in self.phases:
            last = phase.through
            if phase.days is not None:
                last = first + phase.days - 1
            yield phase, first, last
            if last is None:
                return
            first = last + 1

    def walk(self, last: int) -> Iterator[tuple[int, Phase, int]]:
        """Each day of the measure as planned, from 1 to at most `last`, with its phase and the day of the phase."""
        for phase, first, end in self.spans():
            for day in range(first, min(last, last if end is None else end) + 1):
                yield day, phase, day - first + 1

    @property
    def releasing(self) -> Phase | None:
        """The phase that has ways out, if any."""
        return next((p for p in self.phases if p.release), None)
