"""One person: what holds and why, what was recorded, who saw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sizao.derive.person import ask_few
from sizao.derive.why import Section, explain
from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.actions.find import find_person
from sizao.register.bridge.records import read_people
from sizao.register.clock import now, today
from sizao.register.identifying import age_group, homes_of
from sizao.register.models import (
    Assignment,
    Event,
    NowExcess,
    NowStatus,
    NowTestDue,
    NowTouched,
    NowUndecided,
    Person,
    Read,
)
from sizao.register.reads import log_people, log_person
from sizao.register.roles import roles
from sizao.web.forms.describe import Form, forms
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.say import lang, say, titles, written
from sizao.web.screens.audit_words import said_read
from sizao.web.screens.people import traits_of
from sizao.web.screens.person_life import folded, history, household, roles_of
from sizao.web.timeline import timeline

LOOKS = 100
"""Readers that a page shows."""
MINE = 5
"""Of one's own looks."""


@needs("see_people")
def person(request: Any, person_id: str) -> HttpResponse:
    """Everything that the user may see of one person; the look is logged first."""
    access = request.access
    found = find_person(person_id, access, "see_people", names=True)
    if found.same_as_id is not None and request.GET.get("history"):  # what held stands on the record that was kept
        return HttpResponseRedirect(reverse("person", args=[found.same_as_id]) + "?history=1")
    glass = log_person(by=access, person=found)
    merged = list(Person.objects.seen_by(access, "see_people").filter(same_as=found).order_by("person_id"))
    items = timeline(access, [found, *merged])
    home = household(access, found, whole=bool(request.GET.get("household")))
    if home["rows"]:
        at_home = [row["person_id"] for row in home["rows"]]
        log_people(by=access, what="person", ids=at_home, asked="household", alone="household")
    told = {
        **identity(access, found),
        **derived(found),
        **folded(items),
        "why_at": reverse("why", args=[found.same_as_id or found.pk]),
        "roles": roles_of(items),
        "household": home,
        "history": history(found) if request.GET.get("history") else None,
        "see_excesses": access.can_person("see_excesses", found),
        "merged": merged,
        "glass": glass,
        "assignment": _assignment(found),
        "forms": _forms(access, found, merged),
        **looks(access, found, merged),
    }
    return render(request, "person.html", told)


@needs("see_people")
def why(request: Any, person_id: str) -> HttpResponse:
    """How what holds was derived, step by step."""
    access = request.access
    found = find_person(person_id, access, "see_people", names=True)
    if found.same_as_id is not None:
        return HttpResponseRedirect(reverse("why", args=[found.same_as_id]))
    log_person(by=access, person=found, what="why")
    sections = explained(found.person_id)
    if not access.can_person("see_excesses", found):
        sections = [section for section in sections if section.title != titles().say("orders")]
    return render(request, "why.html", {**identity(access, found), "sections": sections})


def identity(access: Access, person: Person) -> dict[str, Any]:
    """Who it is, as far as the user may know."""
    named = access.can_person("see_names", person)
    on = today()
    born = person.birth_date
    age = None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return {
        "person": person,
        "named": named,
        "title": person.name if named and person.name else person.person_id,
        "age": age if named else None,
        "ages": age_group(age) if age is not None and not named else None,
        "home": brief(homes_of(access, [person])[person.pk], most=6),
        "traits": traits_of(access, person),
    }


def derived(person: Person) -> dict[str, Any]:
    """What was derived last for a person. The caller has checked that the user may see them."""
    because = "of a person whom the user may see"
    status = NowStatus.objects.unscoped(because).filter(person=person).first()
    dues = NowTestDue.objects.unscoped(because).filter(person=person, on__gte=today())
    excesses = NowExcess.objects.unscoped(because).filter(person=person)
    undecided = NowUndecided.objects.unscoped(because).filter(person=person)
    because_of = status and Event.objects.unscoped(because).filter(event_id=status.because).first()
    return {
        "status": status,
        "because": because_of,
        "stale": status is not None and status.on != today(),
        "waiting": NowTouched.objects.filter(person_id__in=(person.pk, ""), derived_at=None).exists(),
        "dues": list(dict.fromkeys(due.on for due in dues.order_by("on"))),
        "excesses": [{"row": row, "text": getattr(row, f"text_{lang()}")} for row in excesses.order_by("since")],
        "undecided": [
            {"row": row, "text": getattr(row, f"why_{lang()}")} for row in undecided.order_by("occurred_on")
        ],
    }


def explained(person_id: str) -> list[Section]:
    """The derivation of one person's status in words, from the facts as they are now."""
    at = now()
    facts = read_people([person_id], at)
    answer = ask_few(facts, person_id, chain(settings.SIZAO_RULEBOOK), today(), at, lang())
    return [] if answer is None else explain(answer, lang(), written)


def readers(records: Sequence[Person]) -> list[Read]:
    """Who read the person's records, the latest first."""
    return list(looks_at(records).select_related("user", "glass").order_by("-id")[:LOOKS])


def looks_at(records: Sequence[Person]) -> QuerySet[Read]:
    """All looks at a person's record and those merged into it; said so that SQLite takes the index, which leaves out
    looks at nobody."""
    return Read.objects.filter(person_id__in=[one.person_id for one in records]).exclude(person_id="")


def looks(access: Access, person: Person, merged: Sequence[Person]) -> dict[str, Any]:
    """Who read the record, for those who see the audit there; to others how many looks there were, and their own."""
    records = [person, *merged]
    found = readers(records)
    if all(access.holds_in("see_audit", one.area) for one in records):
        return {"readers": [(read, said_read(read)) for read in found], "looks": None}
    told = [role.title[lang()] for role in roles().values() if "see_audit" in role.may]
    mine = [read for read in found if read.user_id == access.user_id]
    last = [(read, said_read(read)) for read in mine[:MINE]]
    return {"readers": last, "looks": looks_at(records).count(), "overseers": say().list(told)}


def _forms(access: Access, person: Person, merged: list[Person]) -> list[Form]:
    """What may be recorded of a person; of a record that was merged into another, nothing."""
    if person.same_as_id is not None:
        return []
    named = [said for said in forms().values() if said.about == "person" and access.can_person(said.needs, person)]
    return [said for said in named if said.name != "unmerge_people" or merged]


def _assignment(person: Person) -> Assignment | None:
    rows = Assignment.objects.filter(person=person, latest=True).select_related("team", "user")
    return rows.first()
