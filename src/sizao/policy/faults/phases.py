"""What is wrong in the phases of a measure: their length, tests, ceiling, ways out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sizao.policy.faults.lists import find_list_faults, find_void_faults
from sizao.policy.persons import Frequency, Measure, Phase, Release, planned_days
from sizao.policy.words import Fault, Path

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook


def find_phase_faults(book: Rulebook, measure: Measure, at: Path, started: bool) -> Iterator[Fault]:
    """Everything wrong in the phases of one measure; `started`: a follow-up test starts it."""
    before: int | None = 0  # days of the phases before
    can_move = False
    for p, phase in enumerate(measure.phases):
        here = (*at, "phases", p)
        yield from _restriction_faults(book, measure, phase, here)
        yield from _length_faults(measure, phase, p, here, started)
        if phase.through is not None and before is not None and phase.through < before + (0 if can_move else 1):
            yield Fault(
                path=(*here, "through"),
                code="phase-length",
                what=f"ends on day {phase.through} of the measure, which the phases before it fill to day {before}",
                todo="name a later day",
            )
        planned = phase.days
        if phase.through is not None and before is not None:
            planned = max(phase.through - before, 0)
        yield from _test_faults(phase, phase.through if can_move else planned, planned, here)
        if phase.release and any(other.release for other in measure.phases[:p]):
            todo = "keep the ways out of one phase"
            yield Fault(path=(*here, "release"), code="release", what="a second phase has ways out", todo=todo)
        for r, path in enumerate(phase.release):
            yield from _release_faults(path, planned, (*here, "release", r))
        can_move = can_move or bool(phase.release)
        if before is not None:
            before = before + phase.days if phase.days is not None else phase.through


def _restriction_faults(book: Rulebook, measure: Measure, phase: Phase, at: Path) -> Iterator[Fault]:
    weights = book.weights
    for field in ("restriction", "up_to"):
        word = getattr(phase, field)
        if word is not None and word not in weights:
            yield Fault(
                path=(*at, field),
                code="undeclared-restriction",
                what=f"{word!r} is not among the restrictions",
                todo=f"one of {', '.join(weights)}, or declare it",
            )
        for ban in book.limits.forbidden:
            if word is not None and ban.order == word and not ban.has_exception:
                yield Fault(
                    path=(*at, field),
                    code="contradiction",
                    what=f"{phase.clause or measure.clause} asks for {word!r}, which {ban.clause} forbids",
                    todo="keep one of the two, or write the exception under `unless`",
                )
    if phase.up_to in weights and phase.restriction in weights and weights[phase.up_to] <= weights[phase.restriction]:
        yield Fault(
            path=(*at, "up_to"),
            code="ceiling-below-floor",
            what=f"the ceiling {phase.up_to!r} is not heavier than {phase.restriction!r}",
            todo="remove it, or name a heavier restriction",
        )


def _length_faults(measure: Measure, phase: Phase, p: int, at: Path, started: bool) -> Iterator[Fault]:
    if [phase.days, phase.through, phase.until].count(None) != 2:
        yield Fault(
            path=at,
            code="phase-length",
            what="a phase has either a number of days or an end",
            todo="write `days: N`, `through: DAY`, `until: discharge` or `until: release`",
        )
    if phase.until is None:
        return
    if phase.until == "discharge" and (started or any(t.case is None for t in measure.triggers)):
        yield Fault(
            path=(*at, "until"),
            code="phase-length",
            what="only a case can be discharged",
            todo="give the phase `days`, or trigger the measure by `case`",
        )
    if phase.until == "release" and not phase.release:
        yield Fault(
            path=(*at, "until"),
            code="phase-length",
            what="nothing would ever end it",
            todo="say how it ends: `release: [...]`, or give it `days`",
        )
    if p != len(measure.phases) - 1:
        yield Fault(
            path=(*at, "until"),
            code="phase-length",
            what="no phase can follow one without a number of days",
            todo="move it to the end",
        )


def _test_faults(phase: Phase, longest: int | None, planned: int | None, at: Path) -> Iterator[Fault]:
    """`longest`: days of the phase at most, after a release that came early."""
    if phase.frequency is not None:
        if phase.through is not None and phase.frequency.in_days is None and planned != phase.through:
            todo = "say in how many: `in_days: N`; or give the phase `days`"
            what = "so many tests, and how many days the phase has is not said"
            yield Fault(path=(*at, "tests"), code="frequency", what=what, todo=todo)
            return
        yield from _frequency_faults(phase.frequency, planned or longest, (*at, "tests"))
        return
    last = phase.days or longest
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


def _frequency_faults(frequency: Frequency, length: int | None, at: Path) -> Iterator[Fault]:
    if length is None:
        todo = "give the phase `days`, or list test days"
        yield Fault(path=at, code="frequency", what="so many tests, and the phase has no number of days", todo=todo)
        return
    window = frequency.in_days or length
    if window > length:
        what = f"a window of {window} days in a phase of {length}"
        yield Fault(path=(*at, "in_days"), code="frequency", what=what, todo=f"at most {length}")
        return
    days = planned_days(frequency, length)
    closest = min((later - day for day, later in pairwise(days)), default=length)
    if frequency.times > window or closest * 24 < frequency.apart_hours:
        yield Fault(
            path=at,
            code="frequency",
            what=f"{frequency.times} tests in {window} days cannot be {frequency.apart_hours} hours apart",
            todo="fewer tests, more days, or less time between them",
        )


def _release_faults(path: Release, last: int | None, at: Path) -> Iterator[Fault]:
    """`last`: the phase's last day as planned."""
    yield from find_void_faults(path.event, (*at, "event"))
    yield from find_list_faults(path, ("result", "method"), at)
    if path.event is not None:
        others = path.model_fields_set - {"event", "title", "clause"}
        if others:
            todo = "write two ways out, one for the event and one for the tests"
            yield Fault(path=at, code="release", what=f"`event` goes without `{min(others)}`", todo=todo)
        return
    if path.title is not None:
        todo = "remove it, or write `event: KIND`"
        yield Fault(path=(*at, "title"), code="release", what="`title` names an event, and there is none", todo=todo)
    if path.after is None:
        todo = "write `after: DAY` (the earliest last day) or `event: KIND`"
        yield Fault(path=at, code="release", what="does not say from when", todo=todo)
        return
    if last is not None and path.after >= last:
        yield Fault(
            path=(*at, "after"),
            code="release",
            what=f"after day {path.after} is not before the phase ends by itself on day {last}",
            todo="a way out is earlier than the end; remove it, or lengthen the phase",
        )
    if path.tests > 2 and path.apart_days > 1:
        yield Fault(
            path=(*at, "apart_hours"),
            code="release",
            what=f"{path.tests} tests in a row that are {path.apart_hours} hours apart: the format has no more than "
            "two tests, or tests on different days",
            todo="write at most 24 hours, or at most two tests",
        )
    earliest = path.from_day + (path.tests - 1) * path.apart_days
    if last is not None and earliest >= last:
        yield Fault(
            path=(*at, "tests"),
            code="release",
            what=f"{path.tests} tests from day {path.from_day}, {path.apart_hours} hours apart, "
            f"end on day {earliest}: not before the phase ends by itself on day {last}",
            todo="fewer tests, an earlier `from_day`, or a longer phase",
        )
