"""The days of one run's phases: credit, phases, ways out, test days (8, 22 to 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sizao.derive.reference.facts import DAY, Fact, Record, Sample
from sizao.policy import Measure, Phase, Rulebook
from sizao.policy.persons import Frequency, Release


@dataclass(frozen=True)
class Stretch:
    """The days of one phase of a run: to `last`, or without end."""

    phase: Phase
    first: date
    last: date | None


def find_day_1(measure: Measure, fact: Fact, offset: int, record: Record) -> date:
    """Day 1 of a run: so many days after the fact, or after the earlier event from which it is counted (25)."""
    credit, counted = measure.counted_from, fact.day
    if credit is not None:
        near = [d for d in record.event_days(credit.event) if 0 <= (fact.day - d).days <= credit.within_days]
        counted = max(near, default=fact.day)
    return counted + offset * DAY


def find_stretches(book: Rulebook, measure: Measure, fact: Fact, day_1: date, record: Record) -> Iterator[Stretch]:
    """The phases of a run, one after the other (8): each begins on the day after the one before has really ended."""
    first = day_1
    for phase in measure.phases:
        planned = planned_last(phase, first, day_1)
        ends = [] if planned is None else [planned]
        for path in phase.release:
            ends += last_days(book, path, phase, fact, first, planned, record)
        last = min(ends, default=None)
        if last is None or first <= last:
            yield Stretch(phase, first, last)
        if last is None:
            return
        first = max(first, last + DAY)


def planned_last(phase: Phase, first: date, day_1: date) -> date | None:
    """The last day of a phase that nobody leaves early: some days from its first, or a day of the measure (24)."""
    if phase.days is not None:
        return first + (phase.days - 1) * DAY
    if phase.through is not None:
        return day_1 + (phase.through - 1) * DAY
    return None


def last_days(
    book: Rulebook, path: Release, phase: Phase, fact: Fact, first: date, planned: date | None, record: Record
) -> Iterator[date]:
    """The last days to which a way out leads, of which the earliest holds (23)."""
    if path.event is not None:
        left = min((day for day in record.event_days(path.event) if day >= fact.day), default=None)
        if left is not None:
            yield left - DAY
        return
    apart = -(-path.apart_hours // 24)
    row: list[tuple[date, int]] = []  # samples that count, one after the other; how many, apart enough, end with each
    for test in record.decisive:
        phase_day = (test.day - first).days + 1
        if phase_day < path.from_day or (planned is not None and test.day > planned) or test.sample is None:
            continue
        if not counts(book, path, test.sample):
            row = []
            continue
        many = 1 + max((n for day, n in row if (test.day - day).days >= apart), default=0)
        row.append((test.day, many))
        last_day = max(path.after or 1, phase_day)
        if many >= path.tests and (path.within_hours is None or last_day - phase_day <= path.within_hours // 24):
            yield first + (last_day - 1) * DAY


def counts(book: Rulebook, path: Release, sample: Sample) -> bool:
    """Whether a test counts for a way out: by its result, or by its Ct (23)."""
    if path.method is not None and sample.method not in path.method:
        return False
    if sample.result in path.result:
        return True
    if sample.ct is None:
        return False
    if path.ct_from is not None and sample.ct >= round(path.ct_from * 100):
        return True
    limit = book.test.positive_ct_below
    return "negative" in path.result and limit is not None and sample.ct >= round(limit * 100)


def is_test_day(phase: Phase, phase_day: int) -> bool:
    """Whether a test is planned for a day of a phase."""
    if phase.frequency is None:
        return phase_day in phase.tests
    return phase_day in spread(phase.frequency, phase.days or phase.through or 0)


def spread(frequency: Frequency, length: int) -> set[int]:
    """The planned test days of a phase of at most `length` days: spread over each window (22)."""
    window = frequency.in_days or length
    planned = set()
    for day in range(1, length + 1):
        place = (day - 1) % window  # days since the window's first
        for i in range(frequency.times):
            if frequency.times == 1 and place == 0:
                planned.add(day)
            if frequency.times > 1 and place == i * (window - 1) // (frequency.times - 1):
                planned.add(day)
    return planned
