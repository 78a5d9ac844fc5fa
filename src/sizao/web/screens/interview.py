"""The interview about a case: who it is, since when ill, where exposed, whom it met, tests, what is left to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms as django
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from sizao.errors import RefusedError, SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.find import find_fact, find_person, standing
from sizao.register.actions.visits import record_presence
from sizao.register.interview import Interview
from sizao.register.models import Case, NowStatus, Person
from sizao.register.reads import log_each, log_read
from sizao.register.seal import lookup
from sizao.web.forms.about import find_subject
from sizao.web.forms.build import KEY
from sizao.web.needs import needs
from sizao.web.refusals import BROKEN, problem_words, words_of
from sizao.web.say import say
from sizao.web.screens.interview_contacts import log_look, people_of, preview, record
from sizao.web.screens.interview_sections import SECTIONS, MeetingForm, PresenceForm, ids_of, named, part, progress
from sizao.web.screens.many_done import Outcome, reports, why_refused
from sizao.web.screens.people import tell
from sizao.web.screens.person import identity
from sizao.web.screens.record import done_before, new_key, try_form

SECTION_OF = {"case": "case", "onset": "onset", "place": "back", "add": "forward", "test": "tests"}
"""Where each form of a part stands."""


@needs("record_events", methods=("GET", "POST"))
@sensitive_post_parameters()
def interview(request: Any, case_id: str) -> HttpResponse:
    """One section at a time; each saves by itself."""
    held = open_interview(request.access, case_id)
    if request.method != "POST":
        return show(request, held, request.GET.get("at", "case"))
    does = request.POST.get("do", "")
    if does in SENT:
        return SENT[does](request, held)
    if does in SECTION_OF:
        return _save(request, held, does)
    return HttpResponseRedirect(address(held, "case"), status=303)


def open_interview(access: Access, case_id: str) -> Interview:
    """Raises SizaoError `not-found`, also where the case was withdrawn, `not-allowed`."""
    case = standing(find_fact(Case, case_id, access, "record_events"))
    person = find_person(case.person_id, access, "record_events", names=True)
    return Interview(access, case, person)


def address(held: Interview, at: str, people: tuple[str, ...] = ()) -> str:
    """A section's address; `people`: who was just found, shown ticked."""
    asked = [("at", at), *(("with", name) for name in people)]
    return f"{reverse('interview', args=[held.case.case_id])}?{urlencode(asked)}"


def show(request: Any, held: Interview, at: str, status: int = 200, **more: Any) -> HttpResponse:
    """The page with one section. The look is logged first: at the case's person, and at whoever else is named."""
    access = held.access
    at = at if at in SECTIONS else "case"
    told = SECTIONS[at](held, request.GET if request.method == "GET" else QueryDict(""))
    others = [row["person_id"] for name in ("contacts", "found", "house", "met") for row in told.get(name, ())]
    named = [row["person_id"] for row in told.get("found", ())]  # their ids stand in the address
    log_each(by=access, what="interview", ids=others, named=named, asked=f"at={at}")
    log_read(by=access, what="interview", person_id=held.person.pk, asked=f"at={at}", people=1 + len(others))
    names = list(SECTIONS)
    told |= {
        **identity(access, held.person),
        "held": held,
        "case": held.case,
        "at": at,
        "steps": progress(held),
        "after": names[names.index(at) + 1] if at != names[-1] else "",
        "status": NowStatus.objects.unscoped("of a person whom the user may see").filter(person=held.person).first(),
        "may_report": access.can_person("report_cases", held.person),
        "key": new_key(),
    }
    return render(request, f"interview/{at}.html", {**told, **more}, status=status)


def _save(request: Any, held: Interview, name: str) -> HttpResponse:
    """A part of one of the register's forms: sent once, told once, and back to its section."""
    at = SECTION_OF[name]
    said = part(name)
    if (done := done_before(request)) is not None:
        if done.action != said.act:
            raise SizaoError("key-reused", "this form was sent as another before", todo="open it again")
        messages.success(request, say("done", what=said.says))
        return HttpResponseRedirect(address(held, at, (done.person_id,) if name == "add" else ()), status=303)
    held.access.check(said.needs)
    subject = find_subject(said, held.access, ids_of(held, said))
    tried = try_form(request, said, subject)
    if tried.done:
        if tried.unchanged:
            messages.info(request, say("nothing_changed"))
        else:
            messages.success(request, say("done", what=said.says))
        people = (tried.found.pk,) if name == "add" and tried.found is not None else ()
        return HttpResponseRedirect(address(held, at, people), status=303)
    key = {"place": "place_form", "add": "add_form"}.get(name, "form")
    told = {key: named(tried.made, name), "conflict": tried.conflict, "changed": tried.changed, "sent": name}
    return show(request, open_interview(held.access, held.case.case_id), at, status=tried.status, **told)


def _presence(request: Any, held: Interview) -> HttpResponse:
    """Where the case was on one day."""
    at = "back"
    made = PresenceForm(held.access, request.POST)
    key = request.POST.get("key", "")
    if made.is_valid() and KEY.fullmatch(key):
        given, zone = made.cleaned_data, timezone.get_default_timezone()
        instants = [dt.datetime.combine(given["day"], given[name], zone) for name in ("arrived", "left")]
        try:
            record_presence(
                by=replace(held.access, key=key),
                person_id=held.person.pk,
                place_id=given["place_id"],
                arrived_at=instants[0],
                left_at=instants[1],
            )
            messages.success(request, say("done", what=say("interview_presence")))
            return HttpResponseRedirect(address(held, at), status=303)
        except SizaoError as error:
            refuse_in(made, error, {"arrived_at": "arrived", "left_at": "left"})
    return show(request, held, at, status=400, presence_form=made, sent="presence")


def _find(request: Any, held: Interview) -> HttpResponse:
    """Somebody by phone or identity number, whole and exact; by POST, so that it stands in no address."""
    access = held.access
    text = request.POST.get("text", "").strip()[:200]
    people: list[Person] = []
    for kind in ("phone", "number"):
        value = lookup(kind, text) if access.may("see_names") and text else ""
        if value and not people:
            rows = Person.objects.seen_by(access, "record_events").filter(same_as=None, **{f"{kind}_hash": value})
            found = list(rows.defer("name", "phone", "number")[:20])
            people = [one for one in found if access.can_person("see_names", one)]  # else a number told whose it is
    log_read(by=access, what="find", people=len(people))
    kept = [name[:64] for name in request.POST.getlist("with")[:20]]
    if people:
        ids = dict.fromkeys([*kept, *(person.pk for person in people)])
        return HttpResponseRedirect(address(held, "forward", tuple(ids)) + "#met", status=303)
    return show(request, held, "forward", status=404, not_found=True, typed=text)


def refuse_in(made: django.Form, error: SizaoError, fields: Mapping[str, str]) -> None:
    """What an action refused, beside the field that it is about. Raises it where it is our own fault."""
    if error.code in BROKEN or error.code == "key-reused":
        raise error
    if isinstance(error, RefusedError):
        for problem in error.problems:
            field = fields.get(problem.column or "", problem.column)
            made.add_error(field if field in made.fields else None, problem_words(problem))
        return
    words = words_of(error)
    made.add_error(None, say().sentences(*(say().sentence(words[one]) for one in ("what", "todo") if words[one])))


def _preview(request: Any, held: Interview) -> HttpResponse:
    """What would follow, or the section again with what is wrong."""
    at = "back" if request.POST.get("toward") == "back" else "forward"
    made = None
    if "row" not in request.POST:
        made = MeetingForm(held.access, request.POST, source=at == "back")
        if not made.is_valid() or (at == "forward" and not request.POST.getlist("who")):
            if not made.errors:
                made.add_error(None, say("interview_choose"))
            told = {"source_form" if at == "back" else "met_form": made, "sent": "meeting"}
            return show(request, held, at, status=400, ticked=request.POST.getlist("who"), **told)
    return preview(request, held, at, made)


@reports("record_event_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each contact, and what holds for them now."""
    access = request.access
    if not found.kept.get("case"):  # nobody recorded it from an interview, or it is no longer known from which
        raise not_found("report", "")
    held, at = open_interview(access, found.kept["case"]), found.kept["at"]
    rows = [(name, why_refused(error)) for name, error in found.refused]
    rows += [(act.person_id, "") for act in found.written]
    people = people_of(access, [name for name, _ in rows])
    log_look(held, f"{at}: recorded", people)
    told = {row["person_id"]: row for row in tell(access, list(people.values()))}
    lines = [
        {**told.get(name, {"person_id": name}), "link": name in told, "problem": problem} for name, problem in rows
    ]
    more = {"rows": lines, "done": found.done, "refused": found.bad, "at": at, "back": address(held, at)}
    return render(request, "interview/done.html", {**identity(access, held.person), "case": held.case, **more})


SENT: dict[str, Callable[[Any, Interview], HttpResponse]] = {
    "presence": _presence,
    "find": _find,
    "preview": _preview,
    "record": record,
}
