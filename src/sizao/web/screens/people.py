"""The people of the user's area, page by page, and one person found by id, phone, number or name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.models import NowStatus, Person
from sizao.register.reads import log_read
from sizao.register.scope import ScopedQuerySet
from sizao.register.seal import lookup
from sizao.web.forms.build import restrictions
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs

SIZE = 50
FEW = 5_000
ORDER = ("area", "person_id")
SHOWS = ("all", "held", "due", "ending", "free")
"""everybody, under a measure, a test is due today, the last day of all measures is today, under none"""


@needs("see_people")
def people(request: Any) -> HttpResponse:
    """One page of the list. `after` is the last person of the page before."""
    asked = {
        "show": request.GET.get("show") if request.GET.get("show") in SHOWS else "held",
        "restriction": request.GET.get("restriction", ""),
    }
    if asked["restriction"] not in dict(restrictions()):
        asked["restriction"] = ""
    rows, last = page_of(request.access, asked, request.GET.get("after", ""))
    said = ", ".join(f"{name}={value}" for name, value in asked.items() if value)
    log_read(by=request.access, what="list", asked=said, people=len(rows))
    more = {"asked": asked, "shows": SHOWS, "restrictions": restrictions(), "rows": rows, "last": last, "size": SIZE}
    return render(request, "people.html", {**more, "began": not request.GET.get("after")})


@needs("see_names", "find_anybody", methods=("GET", "POST"))
@sensitive_post_parameters()
def find(request: Any) -> HttpResponse:
    """By POST, so that no name or number stands in an address or a log."""
    text = request.POST.get("text", "").strip()[:300]
    if request.method == "GET" or not text:
        return render(request, "find.html", {"asked": False})
    access = request.access
    found = _found(access, text)
    outside = _found_anywhere(access, text, {person.person_id for person in found})
    log_read(by=access, what="find", people=len(found))
    for row in outside:
        log_read(by=access, what="find", person_id=row["person_id"], asked="find_anybody")
    if len(found) == 1 and not outside:
        return HttpResponseRedirect(reverse("person", args=[found[0].person_id]), status=303)
    told = {"asked": True, "rows": tell(access, found), "outside": outside}
    return render(request, "find.html", told, status=200 if found or outside else 404)


def page_of(access: Access, asked: dict[str, str], after: str) -> tuple[list[dict[str, Any]], str]:
    """The rows of one page as dictionaries, and the id that the next begins after ("" where there is none).

    People of the areas and people elsewhere (assigned, behind broken glass) are looked up apart: together the
    database would sort a whole area for each page.
    """
    parts = [Person.objects.seen_by(replace(access, user=None), "see_people")]
    own = access.own_people("see_people")
    if own is not None:
        parts.append(Person.objects.unscoped("assigned, or behind broken glass").filter(pk__in=own))
    last = Person.objects.seen_by(access, "see_people").filter(pk=after).values_list("area", flat=True).first()
    ids: list[str] = []
    for rows in parts:
        part = _narrow(rows.filter(same_as=None), asked)
        if last is not None:
            part = part.filter(area__gte=last).exclude(area=last, pk__lte=after)
        ids += part.order_by(*ORDER).values_list("pk", flat=True)[: SIZE + 1]
    both = Person.objects.seen_by(access, "see_people").filter(pk__in=ids)
    found = list(_loaded(access, both).order_by(*ORDER)[: SIZE + 1])
    return tell(access, found[:SIZE]), found[SIZE - 1].pk if len(found) > SIZE else ""


def tell(access: Access, people: Sequence[Person]) -> list[dict[str, Any]]:
    """A row for each person: name where it may be seen, home, what holds."""
    ids = [person.person_id for person in people]
    rows = NowStatus.objects.seen_by(access, "see_people").filter(person_id__in=ids)
    holds = {status.person_id: status for status in rows}
    homes = on_paths([person.area for person in people])
    return [
        {
            "person_id": person.person_id,
            "name": person.name if access.can_person("see_names", person) else None,
            "home": brief(homes[person.area]),
            "status": holds.get(person.person_id),
        }
        for person in people
    ]


def _narrow(rows: ScopedQuerySet, asked: dict[str, str]) -> ScopedQuerySet:
    """Through those whom the filter leaves, where they are few; else through the people until a page is full."""
    if asked["show"] == "all" and not asked["restriction"]:
        return rows
    held = NowStatus.objects.unscoped("narrowed by the people of the area").filter(**_condition(asked))
    if asked["show"] == "free":
        return rows.filter(~Exists(held.filter(person=OuterRef("pk"))))
    if len(held.values_list("pk")[: FEW + 1]) <= FEW:
        return rows.filter(pk__in=held.values("person_id"))
    return rows.filter(Exists(held.filter(person=OuterRef("pk"))))


def _condition(asked: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"restriction": asked["restriction"]} if asked["restriction"] else {}
    if asked["show"] == "due":
        found["test_due"] = True
    if asked["show"] == "ending":
        found["last_day"] = today()
    return found


def _loaded(access: Access, rows: ScopedQuerySet) -> ScopedQuerySet:
    """Without the sealed text that is not shown: it is not even opened."""
    return rows.defer("phone", "number") if access.may("see_names") else rows.defer("name", "phone", "number")


def _found(access: Access, text: str) -> list[Person]:
    """Who in the user's area has this id, phone, number or whole name."""
    ways = [{"person_id": text}]
    if access.may("see_names"):
        ways += [{f"{kind}_hash": lookup(kind, text)} for kind in ("number", "phone", "name")]
    for way in ways:
        if all(way.values()):
            rows = Person.objects.seen_by(access, "see_people").filter(same_as=None, **way)
            found = list(_loaded(access, rows).order_by(*ORDER)[:SIZE])
            if found:
                return found
    return []


def _found_anywhere(access: Access, text: str, known: set[str]) -> list[dict[str, Any]]:
    """What holds for whoever has exactly this phone or number, outside the user's area."""
    if not access.may("find_anybody"):
        return []
    for kind in ("number", "phone"):
        value = lookup(kind, text)
        if not value:
            continue
        rows = Person.objects.unscoped("exact phone or number: find_anybody").filter(
            same_as=None, **{f"{kind}_hash": value}
        )
        people = [row for row in rows.defer("name", "phone", "number")[:SIZE] if row.person_id not in known]
        if people:
            homes = on_paths([person.area for person in people])
            status = NowStatus.objects.unscoped("of people found by exact phone or number").filter(person__in=people)
            holds = {row.person_id: row for row in status}
            return [
                {
                    "person_id": row.person_id,
                    "home": homes[row.area][:2],
                    "status": holds.get(row.person_id),
                    "in_call": row.person_id in access.in_call,
                }
                for row in people
            ]
    return []
