"""One person found by id, by that of a case, test or order of theirs, by phone, number or name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from sizao.register.access import Access
from sizao.register.identifying import homes_of, shown
from sizao.register.models import Case, NowStatus, Order, Person, Test
from sizao.register.reads import log_people, log_read
from sizao.register.scope import ScopedQuerySet
from sizao.register.seal import lookup
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.say import say

SIZE = 50
ORDER = ("area", "person_id")
FACTS: tuple[tuple[Any, str], ...] = ((Case, "case_id"), (Test, "test_id"), (Order, "order_id"))


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
    log_people(by=access, what="find", ids=[person.pk for person in found])
    for row in outside:
        log_read(by=access, what="find", person_id=row["person_id"], asked="find_anybody")
    if len(found) == 1 and not outside:
        return HttpResponseRedirect(reverse("person", args=[found[0].person_id]), status=303)
    told = {"asked": True, "rows": tell(access, found), "outside": outside}
    return render(request, "find.html", told, status=200 if found or outside else 404)


def tell(access: Access, people: Sequence[Person]) -> list[dict[str, Any]]:
    """A row for each person: name where it may be seen, home, what holds."""
    ids = [person.person_id for person in people]
    rows = NowStatus.objects.seen_by(access, "see_people").filter(person_id__in=ids)
    holds = {status.person_id: status for status in rows}
    homes = homes_of(access, people)
    return [
        {
            "person_id": person.person_id,
            "name": person.name if access.can_person("see_names", person) else None,
            "home": brief(homes[person.pk]),
            "status": holds.get(person.person_id),
        }
        for person in people
    ]


def traits_of(access: Access, person: Person) -> list[str]:
    """What care must heed, in words, where it may be seen."""
    traits = shown(access, person, ["traits"])["traits"] or ""
    return [str(say().word("traits", trait)) for trait in traits.split(";") if trait]


def _loaded(access: Access, rows: ScopedQuerySet) -> ScopedQuerySet:
    """Without the sealed text that is not shown: it is not even opened."""
    return rows.defer("phone", "number") if access.may("see_names") else rows.defer("name", "phone", "number")


def _found(access: Access, text: str) -> list[Person]:
    """Who in the user's area has this id, or a fact with it, this phone, number or whole name."""
    ways: list[dict[str, Any]] = [{"person_id": text}, {"person_id__in": _whose(text)}]
    if access.may("see_names"):
        ways += [{f"{kind}_hash": lookup(kind, text)} for kind in ("number", "phone", "name")]
    for way in ways:
        if all(way.values()):
            rows = Person.objects.seen_by(access, "see_people").filter(same_as=None, **way)
            found = list(_loaded(access, rows).order_by(*ORDER)[:SIZE])
            if found:
                return found
    return []


def _whose(text: str) -> set[str]:
    """Whose case, test or order has this id, wherever they are; of a merged record, where it went."""
    because = "the caller asks who of them is seen"
    ids = {row.person_id for of, name in FACTS for row in of.objects.unscoped(because).filter(**{name: text})} - {
        None
    }
    merged = Person.objects.unscoped(because).filter(pk__in=ids).exclude(same_as=None)
    return ids | {*merged.values_list("same_as_id", flat=True)}


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
            homes = homes_of(access, people)
            status = NowStatus.objects.unscoped("of people found by exact phone or number").filter(person__in=people)
            holds = {row.person_id: row for row in status}
            return [
                {
                    "person_id": row.person_id,
                    "home": homes[row.pk][:2],
                    "status": holds.get(row.person_id),
                    "in_call": row.person_id in access.in_call,
                }
                for row in people
            ]
    return []
