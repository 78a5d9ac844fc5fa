"""The lists behind the figures of the situation, and the records that raise a doubt: ids, days, no names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render

from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.found import CaseFound, read_cases
from sizao.register.models import Case, NowStatus, NowUndecided, Order, Person, Test
from sizao.register.reads import log_read
from sizao.register.scope import within
from sizao.register.situation import PENDING, SEVERE, pending_since, span
from sizao.tables import contract
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs
from sizao.web.say import lang, say, titles
from sizao.web.screens.situation import read_days, read_place

SIZE = 50
MARK = re.compile(r"(\d{8}\.)?(\d{1,18})", re.ASCII)
FEW = 10_000
"""People of an area up to whom rows are found through them; above, they are read in their own order."""
Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure: of which model, which of them, on which day each, and what more to say of it."""

    model: Any
    day: str
    which: Callable[[Span, str], Q]
    more: Callable[[Any], str] = lambda row: ""
    only: Callable[[CaseFound], bool] | None = None
    """Which of the period's cases, where that is not for the database to say."""


def _case(**more: Any) -> Callable[[Span, str], Q]:
    return lambda period, _: Q(confirmed_on__range=period, **more)


def _class(row: Any) -> str:
    severity = f" · {say().word('sit_severity', row.severity)}" if row.severity else ""
    return f"{say().word('sit_class', row.classification)}{severity}"


def _ending(days: int) -> Callable[[Span, str], Q]:
    return lambda period, _: Q(last_day=today() + dt.timedelta(days=days))


def _onset(row: Any) -> str:
    return str(say("sit_onset_on", day=say().day(row.onset_on)))


def _binds(period: Span, _: str) -> Q:
    return Q(person__isnull=False, since__lte=today()) & (Q(until=None) | Q(until__gte=today()))


BEHIND = {
    "new": Behind(Case, "confirmed_on", _case(), _class),
    "under": Behind(Case, "confirmed_on", _case(), _class, only=lambda case: case.under),
    "no_source": Behind(Case, "confirmed_on", _case(), _class, only=lambda case: case.local and not case.has_source),
    "asymptomatic": Behind(Case, "confirmed_on", _case(classification="asymptomatic"), _class),
    "severe": Behind(Case, "confirmed_on", _case(severity__in=SEVERE), _class),
    "deaths": Behind(Case, "died_on", lambda period, _: Q(died_on__range=period), _class),
    "tests": Behind(
        Test,
        "sampled_on",
        lambda period, _: Q(sampled_on__range=period),
        lambda row: say().word("results", row.result),
    ),
    "positive": Behind(Test, "sampled_on", lambda period, _: Q(sampled_on__range=period, result="positive")),
    "held": Behind(
        NowStatus,
        "since",
        lambda _, restriction: Q(restriction=restriction) if restriction else Q(restriction__isnull=False),
        lambda row: titles().restriction(row.restriction),
    ),
    "ending_today": Behind(NowStatus, "last_day", _ending(0), lambda row: titles().restriction(row.restriction)),
    "ending_tomorrow": Behind(NowStatus, "last_day", _ending(1), lambda row: titles().restriction(row.restriction)),
    "orders": Behind(Order, "since", _binds, lambda row: titles().restriction(row.restriction)),
    "onset_after": Behind(Case, "confirmed_on", lambda *_: Q(onset_on__gt=F("confirmed_on")), _onset),
    "discharged_before": Behind(Case, "confirmed_on", lambda *_: Q(discharged_on__lt=F("confirmed_on")), _class),
    "pending": Behind(
        Test,
        "sampled_on",
        lambda period, _: Q(
            result="pending",
            sampled_on__lt=today() - PENDING,
            sampled_on__gte=pending_since(period[1], (period[1] - period[0]).days + 1),
        ),
    ),
    "no_home": Behind(Case, "confirmed_on", lambda *_: Q(person__area=""), _class),
    "unknown_kind": Behind(NowUndecided, "occurred_on", lambda *_: Q(), lambda row: titles().kind(row.kind)),
    "undecided": Behind(NowUndecided, "occurred_on", lambda *_: Q(), lambda row: getattr(row, f"why_{lang()}")),
}
"""By the word in the address."""
DOUBTS = ("onset_after", "discharged_before", "pending", "no_home", "unknown_kind", "undecided")


@needs("see_people")
def situation_list(request: Any) -> HttpResponse:
    """One page of a list. In the address: `what`, `place`, `days` and `back` (1: the last period), `restriction`,
    `after`. Without `what`, which lists there are."""
    access: Access = request.access
    path, place = read_place(access, "see_people", request.GET.get("place", ""))
    days = read_days(request.GET.get("days", ""))
    what = request.GET.get("what", "")
    told: dict[str, Any] = {
        "place": place,
        "days": days,
        "doubts": DOUBTS,
        "lists": [n for n in BEHIND if n not in DOUBTS],
    }
    told["may_situation"] = access.holds_in("see_figures", path)
    if what not in BEHIND:
        return render(request, "situation/list.html", told | {"what": ""})
    back = int(request.GET.get("back") == "1")
    period = span(today(), days, back)
    restriction = request.GET.get("restriction", "")[:100]
    after = request.GET.get("after", "")
    rows = _rows(access, BEHIND[what], path, period, restriction)
    by_day = BEHIND[what].model is Test  # a million of them: in the order of their index
    if (mark := MARK.fullmatch(after)) is not None:
        rows = rows.filter(pk__lt=int(mark[2])) if not by_day else _before(rows, mark)
    found = list(rows.order_by(*["-sampled_on"] * by_day, "-pk")[: SIZE + 1])
    asked = {"what": what, "days": days, "back": back, "restriction": restriction}
    asked |= {"place": place.place_id} if place else {}
    asked = {name: value for name, value in asked.items() if value}
    log_read(by=access, what="list", asked=urlencode(asked), people=len(found[:SIZE]))
    more = {
        "what": what,
        "period": period,
        "is_of_period": what
        in ("new", "under", "no_source", "asymptomatic", "severe", "deaths", "tests", "positive"),
        "restriction": restriction,
        "rows": _tell(BEHIND[what], found[:SIZE]),
        "first": f"?{urlencode(asked)}" if after else "",
        "next": f"?{urlencode(asked | {'after': _mark(found[SIZE - 1])})}" if len(found) > SIZE else "",
    }
    return render(request, "situation/list.html", told | more)


def _mark(row: Any) -> str:
    """The place of a row in its list."""
    return f"{row.sampled_on:%Y%m%d}.{row.pk}" if isinstance(row, Test) else str(row.pk)


def _before(rows: Any, mark: re.Match[str]) -> Any:
    """Samples that come after one in the list: earlier ones, and of the same day those recorded before it."""
    try:
        day = dt.date.fromisoformat((mark[1] or "").rstrip("."))
    except ValueError:
        return rows
    return rows.filter(sampled_on__lte=day).exclude(sampled_on=day, pk__gte=int(mark[2]))


def _rows(access: Access, behind: Behind, path: str, period: Span, restriction: str) -> Any:
    """What the user may see of it, in the area: found through its people where they are few."""
    people = Person.objects.seen_by(access, "see_people").filter(within("area", (path,)))
    rows = behind.model.objects.unscoped("whose person is seen").filter(behind.which(period, restriction))
    if people.values("pk")[: FEW + 1].count() <= FEW:
        rows = rows.filter(person__in=people.values("pk"))
    else:
        rows = rows.filter(Exists(people.filter(pk=OuterRef("person_id"))))
    if behind.model in (Case, Test, Order):
        key = contract(behind.model._meta.db_table).key[0]
        versions = behind.model.objects.unscoped("of a row seen")
        later = versions.filter(**{key: OuterRef(key)}, version__gt=OuterRef("version"))
        rows = rows.filter(~Exists(later), withdrawn=False)
    if behind.only is not None:
        cases = [case.case_id for case in read_cases(path, *period) if behind.only(case)]
        rows = rows.filter(case_id__in=cases)
    return rows.select_related("person").defer("person__name", "person__phone", "person__number")


def _tell(behind: Behind, rows: list[Any]) -> list[dict[str, Any]]:
    homes = on_paths([row.person.area for row in rows])
    key = {Case: "case_id", Test: "test_id", Order: "order_id", NowUndecided: "fact_id"}.get(behind.model)
    return [
        {
            "person_id": row.person_id,
            "home": brief(homes[row.person.area]),
            "fact": getattr(row, key) if key else "",
            "day": getattr(row, behind.day),
            "more": behind.more(row),
        }
        for row in rows
    ]
