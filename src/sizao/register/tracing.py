"""The four earlies in figures, and the epidemic curve: pure, from cases as they were found."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sizao.register.found import CaseFound

CURVE = 28
"""Days that the curve shows."""
ENOUGH = 10
"""From fewer cases it is not said how late records come."""
LATEST = 14
"""Where one case in ten comes later than so many days, records were brought in later: no day is then shaded."""
SOON = dt.timedelta(hours=24)
WAYS: Mapping[str, Callable[[CaseFound], tuple[dt.date | None, dt.date | None]]] = {
    "onset_found": lambda case: (case.onset_on, case.found_on),
    "found_reported": lambda case: (case.found_on, case.reported_on),
    "reported_isolated": lambda case: (case.reported_on, case.isolated_on),
    "isolated_treated": lambda case: (case.isolated_on, case.treated_on),
}
"""The delays: from which day of a case to which."""


@dataclass(frozen=True)
class Delay:
    """Days between two things, of the cases of which both are on record. None: of no case."""

    cases: int
    median: int | None
    late: int | None
    """The 80th percentile: one case in five took longer."""


@dataclass(frozen=True)
class Tracing:
    """How cases of one period were found. Pairs are (how many, of how many)."""

    cases: int
    delays: Mapping[str, Delay]
    """By the words of WAYS."""
    soon: tuple[int, int]
    """Recorded within 24 hours after a positive result was."""
    under: tuple[int, int]
    no_source: tuple[int, int]
    """Local cases without a contact on record."""
    contacts: int
    """Found in all."""
    with_contacts: int
    """Cases with at least one."""


@dataclass(frozen=True)
class Curve:
    """Cases by day, apart by whether a measure held when they were found; and how many of the last days will grow."""

    days: Sequence[dt.date]
    onset: Sequence[tuple[int, int]]
    """(under a measure, in the community) by the day of onset"""
    report: Sequence[tuple[int, int]]
    """the same by the day of confirmation"""
    no_onset: int
    """Cases confirmed in these days of whom no onset is on record: they have no symptoms, or it was not asked."""
    onset_late: int | None
    """Nine cases in ten are on record so many days after onset; None: not known."""
    report_late: int | None
    onset_of: int
    """From how many cases that is known."""
    report_of: int


def days_between(case: CaseFound, way: str, on: dt.date) -> int | None:
    """A delay of one case; None where a day is not on record, or is not there yet on `on`: a wrong date."""
    early, late = WAYS[way](case)
    return (late - early).days if early and late and max(early, late) <= on else None


def is_soon(case: CaseFound) -> bool:
    """Recorded within 24 hours after a positive result was."""
    return case.positive_at is not None and case.recorded_at - case.positive_at <= SOON


def measure_tracing(cases: Sequence[CaseFound], on: dt.date) -> Tracing:
    """The figures of a period's cases, as they stand on a day."""
    delays = {}
    for way in WAYS:
        known = [days_between(case, way, on) for case in cases]
        delays[way] = delay_of([days for days in known if days is not None])
    timed = [is_soon(case) for case in cases if case.positive_at]
    local = [case for case in cases if case.local]
    return Tracing(
        cases=len(cases),
        delays=delays,
        soon=(sum(timed), len(timed)),
        under=(sum(case.under for case in cases), len(cases)),
        no_source=(sum(not case.has_source for case in local), len(local)),
        contacts=sum(case.contacts for case in cases),
        with_contacts=sum(case.contacts > 0 for case in cases),
    )


def draw_up_curve(cases: Sequence[CaseFound], on: dt.date) -> Curve:
    """The last days up to `on`. A day will grow where fewer than nine cases in ten of it can be on record yet."""
    days = [on - dt.timedelta(days=back) for back in range(CURVE - 1, -1, -1)]
    shown = [case for case in cases if case.confirmed_on >= days[0]]
    with_onset = [case for case in cases if case.onset_on]
    report = [(case.reported_on - case.confirmed_on).days for case in shown]
    onset = [(case.reported_on - case.onset_on).days for case in with_onset if case.onset_on]
    return Curve(
        days=days,
        onset=_by_day(((case.onset_on, case.under) for case in with_onset), days),
        report=_by_day(((case.confirmed_on, case.under) for case in shown), days),
        no_onset=len(shown) - sum(case.onset_on is not None for case in shown),
        onset_late=_late(onset),
        report_late=_late(report),
        onset_of=len(onset),
        report_of=len(report),
    )


def delay_of(days: Sequence[int]) -> Delay:
    """Median and 80th percentile: values that some case really had."""
    return Delay(len(days), percentile(days, 0.5), percentile(days, 0.8))


def percentile(values: Sequence[int], share: float) -> int | None:
    """The smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1] if values else None


def _late(days: Sequence[int]) -> int | None:
    found = percentile(days, 0.9) if len(days) >= ENOUGH else None
    return None if found is None or found > LATEST else max(found, 0)


def _by_day(rows: Iterable[tuple[dt.date | None, bool]], days: Sequence[dt.date]) -> list[tuple[int, int]]:
    found = Counter(rows)
    return [(found[day, True], found[day, False]) for day in days]
