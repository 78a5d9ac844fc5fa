"""What each section of a case interview shows: facts on record, what the rulebook says, whom to ask about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms as django
from django.conf import settings

from sizao.policy import chain, nearest_first
from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.interview import DAY, HOUSE, MANY, Interview
from sizao.register.meetings import Meeting, Stay, names_of, who_was_there
from sizao.register.models import Case, Person
from sizao.web.forms.about import Subject, first_values
from sizao.web.forms.build import LISTS, build
from sizao.web.forms.describe import Form, forms
from sizao.web.forms.fields import DayField, PlaceField
from sizao.web.say import say, titles
from sizao.web.screens.people import tell
from sizao.web.timeline import TEXTS, case_text

BACK, LEAD = (3, 5, 7, 10, 14, 21), (0, 1, 2, 3, 4, 7)
"""Days to look back, and days before the first symptom from which it is asked whom the case met: to choose from."""
CASE = ("confirmed_on", "classification", "origin", "found_by", "discharged_on", "died_on")
ONSET = ("onset_on", "severity")
PART: dict[str, tuple[str, tuple[str, ...]]] = {
    "case": ("update_case", CASE),
    "onset": ("update_case", ONSET),
    "place": ("record_case_place", ("place_id", "role", "since", "until", "spread_risk")),
    "add": ("add_person", ("name", "phone", "number", "home_place_id")),
    "test": ("record_test", ("sampled_on", "method", "result", "ct", "tube_id")),
}
"""The forms of the sections: whose action they call, and which of its fields they ask for."""
CONTACT = "exposed_to_case"
MOST = 50
"""Candidates that are shown."""


def part(name: str) -> Form:
    """One of the forms of the sections."""
    form, fields = PART[name]
    said = forms()[form]
    asked = {field.name: field for field in said.fields}
    return replace(said, fields=tuple(asked[field] for field in fields))


def made(held: Interview, name: str, **first: Any) -> django.Form | None:
    """The form as it is first shown; None where the user may not send it."""
    said = part(name)
    if not held.access.can_person(said.needs, held.person) and said.name != "add_person":
        return None
    if not held.access.may(said.needs):
        return None
    row = {"case": held.case, "person": held.person, "nothing": None}[said.about]
    subject = Subject(row=row, person=held.person, version=getattr(row, "version", 0))
    values = {**first_values(said, held.access, subject, {}), **first}
    found = build(said, held.access, first=values, version=subject.version)
    return named(found, name)


def named(form: django.Form, name: str) -> django.Form:
    """With ids of its own, as several forms stand on one page."""
    form.auto_id = f"{name}_%s"
    return form


def ids_of(held: Interview, said: Form) -> dict[str, str]:
    """What names a form's subject."""
    about = {"case": {"case_id": held.case.case_id}, "person": {"person_id": held.person.pk}, "nothing": {}}
    return about[said.about]


class PresenceForm(django.Form):
    """Where the case was on a day, from when until when."""

    def __init__(self, access: Access, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="presence_%s", label_suffix="", **options)
        clock = django.TimeInput(attrs={"type": "time"}, format="%H:%M")
        areas = access.areas("see_people")
        self.fields["place_id"] = PlaceField(
            areas=areas, label=say("interview_place"), help_text=say("interview_place_hint")
        )
        self.fields["day"] = DayField(label=say("day"))
        self.fields["arrived"] = django.TimeField(widget=clock, label=say("interview_arrived"))
        self.fields["left"] = django.TimeField(widget=clock, label=say("interview_went"))


class MeetingForm(django.Form):
    """How people met: kind of contact, the last day, where; `source`: with the case that was met."""

    def __init__(self, access: Access, data: Any = None, *, source: bool = False, **options: Any) -> None:
        super().__init__(data, auto_id=("source_%s" if source else "met_%s"), label_suffix="", **options)
        kinds = LISTS["kinds"](access)
        if source:
            self.fields["case_id"] = django.CharField(max_length=64, label=say("interview_source_case"))
        first = CONTACT if CONTACT in dict(kinds) else None
        self.fields["kind"] = django.ChoiceField(choices=kinds, initial=first, label=say("interview_kind"))
        self.fields["day"] = DayField(label=say("interview_last_day"))
        self.fields["place_id"] = PlaceField(
            areas=access.areas("see_people"),
            required=False,
            label=say("interview_place"),
            help_text=say("interview_place_hint"),
        )


def ruled(case: Case) -> dict[str, Any] | None:
    """Which measure takes such a case on its day, and where the rulebook says so."""
    kind = f"case/{case.classification}/{case.origin}"
    for book in nearest_first(chain(settings.SIZAO_RULEBOOK), case.confirmed_on)[:1]:
        told: dict[str, Any] = {"book": book.id, "kind": titles().kind(kind), "effective": book.document.effective}
        taken = book.taker(kind, case.confirmed_on)
        if taken is not None:
            measure = taken[0]
            stated = book.states(measure.id)
            told |= {"measure": titles().measure(measure.id, book), "clause": measure.clause, "stated": stated}
        return told
    return None


def versions(case: Case) -> list[dict[str, Any]]:
    """What was recorded of the case, one after the other."""
    rows = Case.objects.unscoped("of a case that the user may see").filter(case_id=case.case_id)
    return [
        {
            "n": row.version,
            "title": say().word("classifications", row.classification),
            "text": case_text(row),
            "by": row.act.by.username if row.act.by else say("the_register"),
            "at": row.recorded_at,
        }
        for row in rows.select_related("act__by").order_by("-version")
    ]


def case_section(held: Interview, asked: Any) -> dict[str, Any]:
    told = {"ruled": ruled(held.case), "versions": versions(held.case), "form": made(held, "case")}
    return told | {"positive": next((row for row in reversed(held.tests) if row.result == "positive"), None)}


def onset_section(held: Interview, asked: Any) -> dict[str, Any]:
    return {"form": made(held, "onset")}


def back_section(held: Interview, asked: Any) -> dict[str, Any]:
    days = chosen(asked, "days", BACK, 14)
    last = min(held.case.confirmed_on, today())
    first = held.began - days * DAY
    stays = held.stays(first, last)
    met = who_was_there(held.access, stays, first, last, but=held.records, cases=True)[:MOST]
    known = {event.case_id for event in held.sources}
    met = [meeting for meeting in met if meeting.case_id not in known and meeting.case_id != held.case.case_id]
    begin = {"day": held.began - DAY}
    told = told_of(held.access, [one.person_id for one in met])
    names = names_of({one.place_id for one in (*met, *stays)})
    links = may_open(held, [event.case_id for event in held.sources])
    return {
        "days": days,
        "choices": BACK,
        "first": first,
        "last": last,
        "grid": grid(stays, first, last, names),
        "dates": days_of(first, last),
        "sources": [{"event": event, "link": event.case_id in links} for event in held.sources],
        "met": people_met(met, told, names),
        "place_form": made(held, "place"),
        "presence_form": PresenceForm(held.access, initial={"day": held.began - DAY}),
        "source_form": MeetingForm(held.access, source=True, initial=begin),
        "kind": CONTACT,
    }


def forward_section(held: Interview, asked: Any) -> dict[str, Any]:
    access, last = held.access, min(held.case.confirmed_on, today())
    lead = chosen(asked, "lead", LEAD, 2)
    first = held.began - lead * DAY
    stays = held.stays(first, last)
    met = who_was_there(access, stays, first, last, but={*held.records, *held.named}, cases=False)[:MOST]
    ids = [name[:64] for name in asked.getlist("with")[:20]]
    house = [one.pk for one in held.not_named if one.pk not in ids][:HOUSE]
    told = told_of(access, [*ids, *house, *(one.person.pk for one in held.contacts), *(one.person_id for one in met)])
    may = {name for name, row in told.items() if access.can_person("record_events", row["of"])}
    found = [name for name in dict.fromkeys(ids) if name in may and name not in held.records]
    names = names_of({one.place_id for one in (*met, *stays)})
    return {
        "lead": lead,
        "choices": LEAD,
        "first": first,
        "last": last,
        "contacts": [told[one.person.pk] | {"event": one.event} for one in held.contacts if one.person.pk in told],
        "elsewhere": held.all_contacts - len(held.contacts),
        "found": [told[name] for name in found],
        "house": [told[name] for name in house if name in told],
        "house_cut": len(held.not_named) > HOUSE,
        "is_household": len(held.household) <= MANY,
        "known_at_home": len(held.household) - len(held.not_named),
        "met": people_met([one for one in met if one.person_id in may], told, names),
        "kind": CONTACT,
        "grid": grid(stays, first, last, names),
        "dates": days_of(first, last),
        "met_form": MeetingForm(access, initial={"day": last}),
        "add_form": made(held, "add", home_place_id=held.person.home_id or ""),
        "ticked": found,
    }


def tests_section(held: Interview, asked: Any) -> dict[str, Any]:
    may = held.access.can_person("record_tests", held.person)
    told = [{"row": row, "text": TEXTS["test"](row), "waits": may and row.result == "pending"} for row in held.tests]
    return {"tests": told, "form": made(held, "test")}


def left_section(held: Interview, asked: Any) -> dict[str, Any]:
    may_change = held.access.can_person("add_people", held.person)
    return {"lacks": [row for row in held.left() if row[1] != "person" or may_change]}


SECTIONS: dict[str, Callable[[Interview, Any], dict[str, Any]]] = {
    "case": case_section,
    "onset": onset_section,
    "back": back_section,
    "forward": forward_section,
    "tests": tests_section,
    "left": left_section,
}


def progress(held: Interview) -> list[dict[str, Any]]:
    """Each section with whether something is left in it."""
    lacks = held.left()
    open_in = {section: sum(1 for lack in lacks if lack[1] == section) for section in SECTIONS}
    open_in["left"] = len(lacks)
    return [{"name": name, "n": open_in[name], "at": number} for number, name in enumerate(SECTIONS, start=1)]


def chosen(asked: Any, name: str, choices: Sequence[int], first: int) -> int:
    """A number out of the address."""
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:4]) in choices else first


def days_of(first: dt.date, last: dt.date) -> list[dt.date]:
    """The days of a window."""
    return [first + n * DAY for n in range((last - first).days + 1)]


def grid(stays: Sequence[Stay], first: dt.date, last: dt.date, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row for each place with its days: when it was there."""
    dates = days_of(first, last)
    found = []
    for place in dict.fromkeys(stay.place_id for stay in stays):
        here = [stay for stay in stays if stay.place_id == place]
        days = []
        for on in dates:
            there = [stay for stay in here if stay.first <= on <= stay.last]
            hours = [_hours(stay) for stay in there if stay.arrived_at]
            days.append({"on": on, "there": bool(there), "hours": say().list(hours)})
        roles = dict.fromkeys(say().word("place_roles", stay.what) for stay in here if stay.what != "visit")
        found.append({"place_id": place, "name": names.get(place, place), "roles": list(roles), "days": days})
    return found


def _hours(stay: Stay) -> str:
    moments = [say().moment(instant)[-5:] for instant in (stay.arrived_at, stay.left_at)]
    return "–".join(moments)


def told_of(access: Access, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A row for each of the people whom the user may see, by id; `of` is the person."""
    if not ids:
        return {}
    rows = Person.objects.seen_by(access, "see_people").filter(pk__in=[*dict.fromkeys(ids)], same_as=None)
    hidden = ("phone", "number") if access.may("see_names") else ("name", "phone", "number")
    people = {person.pk: person for person in rows.defer(*hidden)}
    return {row["person_id"]: row | {"of": people[row["person_id"]]} for row in tell(access, list(people.values()))}


def people_met(
    met: Sequence[Meeting], told: Mapping[str, dict[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows of people with where and when they were met."""
    return [
        told[one.person_id] | {"meeting": one, "place": names.get(one.place_id, one.place_id)}
        for one in met
        if one.person_id in told
    ]


def may_open(held: Interview, cases: Sequence[str | None]) -> set[str]:
    """Of these cases, those whose person the user may see."""
    ids = [name for name in cases if name]
    rows = Case.objects.seen_by(held.access, "record_events").filter(case_id__in=ids)
    if not ids:
        return set()
    return {*rows.values_list("case_id", flat=True)}
