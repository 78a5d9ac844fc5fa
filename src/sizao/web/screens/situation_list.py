"""The lists behind the figures of the situation, and the records that raise a doubt: ids, days, no names."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render

from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.figures import cases_found
from sizao.register.identifying import check_home, homes_of
from sizao.register.lists import holding
from sizao.register.models import Case, Event, NowStatus, NowUndecided, Order, Person, Test
from sizao.register.reads import log_people
from sizao.register.scope import within
from sizao.register.situation import span
from sizao.register.tracing import CURVE
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.screens.astray import Allowed, check_address, is_day
from sizao.web.screens.situation import read_days, read_place
from sizao.web.screens.situation_behind import BEHIND, Behind, Cases, Span, title_of
from sizao.web.screens.situation_shown import DOUBTS

SIZE = 50
MARK = re.compile(r"(\d{8}\.)?(\d{1,18})", re.ASCII)
FEW = 10_000
"""People of an area up to whom rows are found through them; above, they are read in their own order."""
ASKED: dict[str, Allowed] = dict.fromkeys(("place", "days", "restriction", "after"))
ASKED |= {"what": BEHIND, "back": ("0", "1"), "on": is_day}
"""What the address may say."""
KEYS = {Case: "case_id", Test: "test_id", Order: "order_id", NowUndecided: "fact_id", Event: "event_id"}


@needs("see_people")
def situation_list(request: Any) -> HttpResponse:
    """One page of a list. In the address: `what`, `place`, `days` and `back` (1: the last period), `restriction`,
    `on` (a day of the curve), `after`. Without `what`, which lists there are."""
    access: Access = request.access
    path, place = read_place(access, "see_people", request.GET.get("place", ""))
    check_home(access, path)
    check_address(request.GET, "", ASKED)
    days = read_days(request.GET)
    what = request.GET.get("what", "")
    told: dict[str, Any] = {"place": place, "days": days, "may_situation": access.holds_in("see_figures", path)}
    if what not in BEHIND:
        lists = [(name, title_of(name)) for name in BEHIND if name not in DOUBTS and not _day_of(BEHIND[name])]
        return render(request, "situation/list.html", told | {"what": "", "lists": lists})
    behind, back = BEHIND[what], int(request.GET.get("back") == "1")
    restriction, after = request.GET.get("restriction", "")[:100], request.GET.get("after", "")[:100]
    on = _read_day(request.GET.get("on", "")) if _day_of(behind) else None
    period = span(today(), days, back) if not _day_of(behind) else span(today(), CURVE)
    asked = {"what": what, "days": days, "back": back, "restriction": restriction, "on": on or ""}
    asked |= {"place": place.place_id} if place else {}
    asked = {name: value for name, value in asked.items() if value}
    if isinstance(behind, Cases):
        rows, mark = _cases(access, behind, path, period, on, after)
    else:
        rows, mark = _page(access, behind, _rows(access, behind, path, period, restriction), after)
    ids = [row["person_id"] for row in rows]
    log_people(by=access, what="list", ids=ids, asked=urlencode(asked), alone=f"what={what}", people=len(rows))
    is_of_period = not on and (isinstance(behind, Cases) or behind.of_period)
    more = {
        "what": what,
        "title": title_of(what),
        "is_doubt": what in DOUBTS,
        "period": period,
        "is_of_period": is_of_period,
        "on": on or (period[1] if what == "orders" and back else None),
        "restriction": restriction,
        "rows": rows,
        "has_why": isinstance(behind, Behind) and behind.model is NowStatus,
        "first": f"?{urlencode(asked)}" if after else "",
        "next": f"?{urlencode(asked | {'after': mark})}" if mark else "",
    }
    return render(request, "situation/list.html", told | more)


def _day_of(behind: Behind | Cases) -> bool:
    """It is of a day of the curve."""
    return isinstance(behind, Cases) and behind.day is not None


def _read_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _cases(
    access: Access, behind: Cases, path: str, period: Span, on: dt.date | None, after: str
) -> tuple[list[dict[str, Any]], str]:
    """A page of cases that the other records tell apart, and where the next begins."""
    found = [case for case in cases_found(path, *period) if behind.which(case)]
    if behind.day is not None:
        found = [case for case in found if (behind.day(case) == on if on else behind.day(case))]
    found.sort(key=lambda case: (-behind.first(case), -case.confirmed_on.toordinal(), case.case_id))
    start = next((n + 1 for n, case in enumerate(found) if case.case_id == after), 0)
    page = {case.case_id: case for case in found[start : start + SIZE]}
    seen = Case.objects.seen_by(access, "see_people").filter(holding(Case), case_id__in=[*page])
    rows = {row.case_id: row for row in _light(seen)}
    told = _tell(access, [rows[name] for name in page if name in rows], lambda row: behind.more(page[row.case_id]))
    return told, [*page][-1] if len(found) > start + SIZE else ""


def _page(access: Access, behind: Behind, rows: Any, after: str) -> tuple[list[dict[str, Any]], str]:
    """A page of rows, the last recorded first, and where the next begins."""
    by_day = behind.model is Test  # a million of them: in the order of their index
    if (mark := MARK.fullmatch(after)) is not None:
        rows = rows.filter(pk__lt=int(mark[2])) if not by_day else _before(rows, mark)
    found = list(_light(rows).order_by(*["-sampled_on"] * by_day, "-pk")[: SIZE + 1])
    told = _tell(access, found[:SIZE], behind.more, behind.day)
    return told, _mark(found[SIZE - 1]) if len(found) > SIZE else ""


def _mark(row: Any) -> str:
    """The place of a row in its list."""
    return f"{row.sampled_on:%Y%m%d}.{row.pk}" if isinstance(row, Test) else str(row.pk)


def _before(rows: Any, mark: re.Match[str]) -> Any:
    """Samples that come after one in the list: earlier ones, and of the same day those recorded before it."""
    day = _read_day((mark[1] or "").rstrip("."))
    return rows.filter(sampled_on__lte=day).exclude(sampled_on=day, pk__gte=int(mark[2])) if day else rows


def _rows(access: Access, behind: Behind, path: str, period: Span, restriction: str) -> Any:
    """What the user may see of it, in the area: found through its people where they are few."""
    people = Person.objects.seen_by(access, "see_people").filter(within("area", (path,)))
    rows = behind.model.objects.unscoped("whose person is seen").filter(behind.which(period, restriction))
    if people.values("pk")[: FEW + 1].count() <= FEW:
        rows = rows.filter(person__in=people.values("pk"))
    else:
        rows = rows.filter(Exists(people.filter(pk=OuterRef("person_id"))))
    return rows.filter(holding(behind.model))


def _light(rows: Any) -> Any:
    return rows.select_related("person").defer("person__name", "person__phone", "person__number")


def _tell(access: Access, rows: list[Any], more: Any, day: str = "confirmed_on") -> list[dict[str, Any]]:
    homes = homes_of(access, [row.person for row in rows])
    return [
        {
            "person_id": row.person_id,
            "home": brief(homes[row.person_id]),
            "fact": getattr(row, KEYS[type(row)]) if type(row) in KEYS else "",
            "day": getattr(row, day),
            "more": more(row),
        }
        for row in rows
    ]
