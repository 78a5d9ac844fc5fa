"""The rules from one report day to the next, among the bulletins of one authority."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sizao.bulletin.check.day import Day
from sizao.bulletin.check.ledger import Ledger

STEPS = {
    "confirmed_total": {"confirmed_new": 1},
    "discharged_total": {"discharged_new": 1},
    "deaths_total": {"deaths_new": 1},
    "severe": {"severe_change": 1},
    "asymptomatic_observed": {"asymptomatic_new": 1, "asymptomatic_released": -1, "asymptomatic_converted": -1},
}
"""What moves each stock from one day to the next. Not suspected cases: those ruled out are not told."""

_DAY = dt.timedelta(days=1)


def check_between(days: Iterable[Day], ledger: Ledger) -> None:
    """Books the rules on the calendar and the step of every stock, for each authority by itself."""
    by_issuer: dict[str, dict[dt.date, list[Day]]] = defaultdict(lambda: defaultdict(list))
    for day in days:
        by_issuer[day.issuer][day.report_date].append(day)
        if day.published is not None:
            ledger.name("published", day, (day.published - day.report_date).days, 1)
    for by_date in by_issuer.values():
        before: Day | None = None
        for on in sorted(by_date):
            *others, day = sorted(by_date[on], key=lambda d: (d.published or on, d.source or ""))
            for other in others:
                _check_duplicate(day, other, ledger)
            if before is not None:
                ledger.name("sequence", day, (on - before.report_date).days, 1)
                if on - before.report_date == _DAY:
                    _check_steps(before, day, ledger)
            before = day


def _check_duplicate(day: Day, other: Day, ledger: Ledger) -> None:
    for (place, measure), figure in day.at.items():
        twin = other.at.get((place, measure))
        if twin is not None:
            ledger.equal("duplicate", day, figure, twin.value, (twin,))


def _check_steps(before: Day, day: Day, ledger: Ledger) -> None:
    for (place, measure), stock in day.at.items():
        ending = next((e for e in ("_imported", "_local") if measure.endswith(e)), "")
        moves = STEPS.get(measure.removesuffix(ending))
        was = before.at.get((place, measure))
        if moves is None or was is None:
            continue
        flows = [day.at.get((place, name + ending)) for name in moves]
        given = [flow for flow in flows if flow is not None]
        if len(given) == len(flows):
            signs = moves.values()
            counted = was.value + sum(sign * flow.value for sign, flow in zip(signs, given, strict=True))
            ledger.equal("step", day, stock, counted, given, earlier=before)
