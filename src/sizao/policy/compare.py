"""Says what each kind of fact leads to under two rulebooks, day by day, without any person's data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sizao.policy.persons import Measure, Trigger
from sizao.policy.rulebook import Rulebook

LAST = 30
"""The last day after the fact that is looked at."""


@dataclass(frozen=True)
class Asked:
    """What one day asks: the restriction's word (None: nothing), and whether a test is planned."""

    restriction: str | None = None
    test: bool = False


@dataclass(frozen=True)
class Course:
    """What a kind of fact leads to: the measure and what starts it (None: a kind that is not known), and each day.

    `days` has LAST + 1 entries, the first for the day of the fact; ways out before the end, credit and follow-up
    tests are not looked at.
    """

    measure: Measure | None
    trigger: Trigger | None
    days: tuple[Asked, ...]

    @property
    def restricted(self) -> int:
        """Days under any restriction."""
        return sum(day.restriction is not None for day in self.days)

    @property
    def tests(self) -> int:
        return sum(day.test for day in self.days)

    @property
    def open_ended(self) -> bool:
        """Whether it may go on after the last day that is looked at."""
        return self.measure is not None and bool(self.measure.phases) and self.days[-1].restriction is not None


@dataclass(frozen=True)
class Effect:
    """A kind of fact under both rulebooks."""

    kind: str
    a: Course
    b: Course

    @property
    def differs(self) -> bool:
        """Whether a person is asked for something else, or is known in only one of them."""
        return self.a.days != self.b.days or (self.a.measure is None) != (self.b.measure is None)


def compare_effects(a: Rulebook, b: Rulebook, on: dt.date | None = None) -> list[Effect]:
    """Every kind of event or case that A or B knows, for a fact that occurs `on` a date.

    The date matters where triggers are dated; None: the later of both effective dates. Tests that start a measure are
    no kind of their own and are left out.
    """
    on = on or max(a.document.effective, b.document.effective)
    kinds = dict.fromkeys(kind for book in (b, a) for m in book.measures for t in m.triggers for kind in t.kinds)
    return [Effect(kind, derive_course(a, kind, on), derive_course(b, kind, on)) for kind in kinds]


def derive_course(book: Rulebook, kind: str, on: dt.date) -> Course:
    """What a fact of a kind that occurs on a date leads to under a rulebook."""
    found = book.taker(kind, on)
    if found is None:
        return Course(None, None, (Asked(),) * (LAST + 1))
    measure, trigger = found
    days = [Asked()] * (LAST + 1)
    for day, phase, phase_day in measure.walk(LAST + 1 - trigger.offset):
        days[trigger.offset + day - 1] = Asked(phase.restriction, phase_day in phase.test_days)
    return Course(measure, trigger, tuple(days))
