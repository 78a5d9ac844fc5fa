"""Who met a case: what each contact will lead to, said before anything is saved; then saved, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms as django
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.find import find_case
from sizao.register.actions.many import record_events
from sizao.register.bridge.suppose import Follows, Supposed, suppose_events
from sizao.register.clock import today
from sizao.register.interview import Interview
from sizao.register.meetings import names_of
from sizao.register.models import Event, Person
from sizao.register.reads import log_each, log_read
from sizao.web.forms.build import KEY, LISTS
from sizao.web.say import say, titles
from sizao.web.screens.excesses import clause_words
from sizao.web.screens.many_done import go
from sizao.web.screens.people import tell
from sizao.web.screens.person import identity
from sizao.web.screens.record import new_key

MOST = 200
"""Contacts that are recorded at once."""
BETWEEN = "|"


@dataclass(frozen=True)
class Met:
    """One contact as a row of a form says it."""

    person_id: str
    case_id: str
    kind: str
    on: dt.date
    place_id: str = ""

    @property
    def text(self) -> str:
        """As the row of the next form."""
        return BETWEEN.join((self.person_id, self.case_id, self.kind, self.on.isoformat(), self.place_id))


def toward(given: QueryDict) -> str:
    """The section where a form of contacts stands: whom the case met, or by whom it was infected."""
    return "back" if given.get("toward") == "back" else "forward"


def preview(request: Any, held: Interview, at: str, asked: QueryDict, made: django.Form | None) -> HttpResponse:
    """Whom it would be recorded of, what it leads to for each, and who is left out and why."""
    access = held.access
    rows = asked_rows(asked, held, at, made)
    if not rows:
        messages.warning(request, say("interview_choose"))
        return HttpResponseRedirect(_back(held, at), status=303)
    people = people_of(access, [row.person_id for row in rows])
    why = left_out(access, held, rows, people)
    log_look(held, f"{at}: preview", people)
    told = {row["person_id"]: row for row in tell(access, list(people.values()))}
    good = [row for row in rows if row not in why]
    follows = suppose_events([Supposed(row.person_id, row.kind, row.on, row.case_id) for row in good])
    places = names_of(row.place_id for row in rows if row.place_id)

    def line(row: Met, found: Follows | None) -> dict[str, Any]:
        shown = told.get(row.person_id, {"person_id": row.person_id, "name": None, "home": [], "status": None})
        said = {"met": row, "place": places.get(row.place_id, ""), "kind": titles().kind(row.kind)}
        rule = clause_words(found.clause, today(), "people") if found and found.clause else None
        return {**shown, **said, "follows": found, "rule": rule, "why": why.get(row, "")}

    return render(
        request,
        "interview/preview.html",
        {
            **identity(access, held.person),
            "held": held,
            "case": held.case,
            "at": at,
            "rows": [line(row, found) for row, found in zip(good, follows, strict=True)],
            "out": [line(row, None) for row in rows if row in why],
            "key": new_key(),
            "back": _back(held, at, [row.person_id for row in rows] if at == "forward" else []),
        },
    )


def log_look(held: Interview, said: str, people: Collection[str]) -> None:
    """The look, before anything is shown: at the case's person, and at whoever is asked about alone."""
    log_each(by=held.access, what="interview", ids=people, named=people if len(people) == 1 else (), asked=said)
    log_read(by=held.access, what="interview", person_id=held.person.pk, asked=said, people=1 + len(people))


def record(request: Any, held: Interview) -> HttpResponse:
    """The rows as they were confirmed: each is checked again by the action, and the same key does it once."""
    access = held.access
    at = toward(request.POST)
    rows = _rows(request.POST.getlist("row"), held, at)
    key = request.POST.get("key", "")
    if not rows or not KEY.fullmatch(key):
        messages.warning(request, say("interview_choose"))
        return HttpResponseRedirect(_back(held, at), status=303)
    given = [
        {
            "person_id": row.person_id,
            "kind": row.kind,
            "occurred_on": row.on,
            "case_id": row.case_id,
            "place_id": row.place_id or None,
        }
        for row in rows
    ]
    results = record_events(by=replace(access, key=key), rows=given)
    return go(request, key, results, [row.person_id for row in rows], case=held.case.case_id, at=at)


def asked_rows(asked: QueryDict, held: Interview, at: str, made: django.Form | None) -> list[Met]:
    """Rows that say all by themselves (`row`), or people who are ticked and how they were met."""
    if made is None:
        return _rows(asked.getlist("row"), held, at)
    given = made.cleaned_data
    place = given["place_id"] or ""
    if at == "back":
        return [Met(held.person.pk, given["case_id"].strip(), given["kind"], given["day"], place)]
    ids = dict.fromkeys(name[:64] for name in asked.getlist("who")[:MOST])
    return [Met(name, held.case.case_id, given["kind"], given["day"], place) for name in ids]


def people_of(access: Access, ids: Sequence[str]) -> dict[str, Person]:
    """Of these people, those of whom the user may record."""
    rows = Person.objects.seen_by(access, "record_events").filter(pk__in=[*dict.fromkeys(ids)], same_as=None)
    return {person.pk: person for person in rows.defer("phone", "number")}


def left_out(access: Access, held: Interview, rows: Sequence[Met], people: dict[str, Person]) -> dict[Met, str]:
    """Of whom it is not recorded, and why."""
    events = Event.objects.unscoped("of people of whom the user may record")
    known = {
        *events.filter(person_id__in=[*people], voided_by=None).values_list(
            "person_id", "kind", "occurred_on", "case_id"
        )
    }
    found = {}
    for row in rows:
        if row.person_id not in people:
            found[row] = say("interview_out_not_yours")
        elif row.case_id == held.case.case_id and row.person_id in held.records:
            found[row] = say("interview_out_self")
        elif (row.person_id, row.kind, row.on, row.case_id) in known:
            found[row] = say("interview_out_known")
        elif row.on > today():
            found[row] = say("interview_out_future")
        elif row.case_id != held.case.case_id and not _is_case(row.case_id):
            found[row] = say("interview_out_no_case")
    return found


def _is_case(case_id: str) -> bool:
    try:
        find_case(case_id)
    except SizaoError:
        return False
    return True


def _rows(texts: Sequence[str], held: Interview, at: str) -> list[Met]:
    """Rows of a form, each once; those that nobody's form said are left out."""
    kinds = dict(LISTS["kinds"](held.access))
    found: dict[str, Met] = {}
    for text in texts[:MOST]:
        parts = text.split(BETWEEN)
        if len(parts) != 5 or parts[2] not in kinds:
            continue
        mine = parts[0] == held.person.pk if at == "back" else parts[1] == held.case.case_id
        try:
            row = Met(parts[0][:64], parts[1][:64], parts[2], dt.date.fromisoformat(parts[3]), parts[4][:64])
        except ValueError:
            continue
        if mine:
            found[row.text] = row
    return list(found.values())


def _back(held: Interview, at: str, people: Sequence[str] = ()) -> str:
    where = reverse("interview", args=[held.case.case_id]) + f"?at={at}"
    return where + "".join(f"&with={name}" for name in people[:20])
