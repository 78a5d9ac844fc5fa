"""What stands behind each figure of the situation: of which model, which rows, and what is said of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from sizao.register.clock import today
from sizao.register.found import CaseFound
from sizao.register.lists import holding
from sizao.register.models import Case, Event, NowStatus, NowUndecided, Order, Test
from sizao.register.situation import PENDING, SEVERE, STRANGE, pending_since, strictest
from sizao.register.tracing import WAYS, days_between, is_soon
from sizao.web.say import lang, say, titles

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Behind:
    """Rows that the database finds: of which model, on which day each, which of them, and what more to say of it."""

    model: Any
    day: str
    which: Callable[[Span, str], Q]
    more: Callable[[Any], str] = lambda row: ""
    of_period: bool = False


@dataclass(frozen=True)
class Cases:
    """Cases of the period, chosen by what the other records tell of them."""

    which: Callable[[CaseFound], bool]
    more: Callable[[CaseFound], str]
    first: Callable[[CaseFound], int] = lambda case: 0
    """Those with the most stand first; of as many, the last confirmed."""
    day: Callable[[CaseFound], dt.date | None] | None = None
    """It is of one day of the curve: which day of a case that is."""


def _class(row: Any) -> str:
    severity = f" · {say().word('sit_severity', row.severity)}" if row.severity else ""
    return f"{say().word('sit_class', row.classification)}{severity}"


def _under(case: CaseFound) -> str:
    """What sort of case it is, and what held for the person when they were sampled."""
    held = [
        " · ".join((*([titles().measure(measure)] if measure else ()), titles().restriction(restriction)))
        for measure, restriction in case.held
    ]
    return str(say("sit_under_by", sort=_class(case), held=say().list(held)))


def _case(**more: Any) -> Behind:
    return Behind(Case, "confirmed_on", lambda period, _: Q(confirmed_on__range=period, **more), _class, True)


def _held(which: Callable[[Span, str], Q], day: str = "last_day") -> Behind:
    return Behind(NowStatus, day, which, lambda row: titles().restriction(row.restriction))


def _ending(days: int) -> Behind:
    return _held(lambda *_: Q(last_day=today() + dt.timedelta(days=days)))


def _binds(period: Span, _: str) -> Q:
    return Q(person__isnull=False, since__lte=period[1]) & (Q(until=None) | Q(until__gte=period[1]))


def _contacts(case: CaseFound) -> str:
    return str(say("sit_contacts", n=case.contacts))


def _way(name: str) -> Cases:
    """The cases of a delay, the longest first."""

    def took(case: CaseFound) -> int | None:
        return days_between(case, name, today())

    def more(case: CaseFound) -> str:
        early, late = WAYS[name](case)
        return str(say("sit_took", first=say().day(early), then=say().day(late), n=f"{took(case)}".replace("-", "−")))

    return Cases(lambda case: took(case) is not None, more, lambda case: took(case) or 0)


def _admitted() -> Any:
    """The first day of a case's person in a hospital."""
    orders = Order.objects.unscoped("of a case seen").filter(holding(Order), restriction=strictest())
    first = orders.filter(person=OuterRef("person")).order_by().values("person").annotate(first=Min("since"))
    return Subquery(first.values("first"))


def _strange(*_: Any) -> Q:
    return Q(case_id__in=RawSQL(STRANGE, ()))


BEHIND: dict[str, Behind | Cases] = {
    "new": _case(),
    "under": Cases(lambda case: case.under, _under),
    "asymptomatic": _case(classification="asymptomatic"),
    "severe": _case(severity__in=SEVERE),
    "deaths": Behind(Case, "died_on", lambda period, _: Q(died_on__range=period), _class, True),
    "tests": Behind(
        Test,
        "sampled_on",
        lambda period, _: Q(sampled_on__range=period),
        lambda row: say().word("results", row.result),
        True,
    ),
    "positive": Behind(
        Test, "sampled_on", lambda period, _: Q(sampled_on__range=period, result="positive"), of_period=True
    ),
    "held": _held(lambda _, name: Q(restriction=name) if name else Q(restriction__isnull=False), "since"),
    "ending_today": _ending(0),
    "ending_tomorrow": _ending(1),
    "orders": Behind(Order, "since", _binds, lambda row: titles().restriction(row.restriction)),
    "soon": Cases(is_soon, _class),
    "contacts": Cases(lambda case: True, _contacts, lambda case: case.contacts),
    **{name: _way(name) for name in WAYS},
    "no_source": Cases(lambda case: case.local and not case.has_source, _class),
    "onset_under": Cases(lambda case: case.under, _under, day=lambda case: case.onset_on),
    "onset_free": Cases(lambda case: not case.under, _class, day=lambda case: case.onset_on),
    "report_under": Cases(lambda case: case.under, _under, day=lambda case: case.confirmed_on),
    "report_free": Cases(lambda case: not case.under, _class, day=lambda case: case.confirmed_on),
    "onset_after": Behind(
        Case,
        "confirmed_on",
        lambda *_: Q(onset_on__gt=F("confirmed_on")),
        lambda row: str(say("sit_onset_on", day=say().day(row.onset_on))),
    ),
    "discharged_before": Behind(Case, "discharged_on", lambda *_: Q(discharged_on__lt=_admitted()), _class),
    "pending": Behind(
        Test,
        "sampled_on",
        lambda period, _: Q(
            result="pending",
            sampled_on__lt=today() - PENDING,
            sampled_on__gte=pending_since(period[1], (period[1] - period[0]).days + 1),
        ),
    ),
    "no_case": Behind(Event, "occurred_on", _strange, lambda row: f"{titles().kind(row.kind)} · {row.case_id}"),
    "no_home": Behind(Case, "confirmed_on", lambda *_: Q(person__area=""), _class),
    "held_no_home": _held(lambda *_: Q(person__area="", restriction__isnull=False), "since"),
    "unknown_kind": Behind(NowUndecided, "occurred_on", lambda *_: Q(), lambda row: getattr(row, f"why_{lang()}")),
    "undecided": Behind(
        NowStatus, "since", lambda *_: Q(restriction=None), lambda row: titles().measure(row.measure)
    ),
}
"""By the word in the address."""


def title_of(what: str) -> str:
    """What a list is called: as its figure is."""
    of, _, found = what.partition("_")
    if isinstance(BEHIND[what], Cases) and BEHIND[what].day is not None:  # type: ignore[union-attr]
        return f"{say().word('sit_curves', of)}{say('colon')}{say(f'sit_{found}')}"
    table = "sit_delays" if what in WAYS else "sit_shares" if what in ("soon", "contacts") else "sit_figures"
    return str(say().word(table, what))
