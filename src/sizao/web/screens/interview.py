"""The interview about a case: who it is, since when ill, where exposed, whom it met, tests, what is left to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
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
from sizao.register.access import Access
from sizao.register.actions.find import find_fact, find_person, standing
from sizao.register.actions.visits import record_presence
from sizao.register.interview import Interview
from sizao.register.models import Case, Event, NowStatus, Person
from sizao.register.reads import log_each, log_people, log_read
from sizao.register.seal import lookup
from sizao.web.forms.about import find_subject
from sizao.web.forms.build import KEY
from sizao.web.needs import needs
from sizao.web.refusals import BROKEN, problem_words, words_of
from sizao.web.say import say
from sizao.web.screens.interview_contacts import log_look, people_of, preview, record, toward
from sizao.web.screens.interview_sections import SECTIONS, MeetingForm, PresenceForm, ids_of, named, part, progress
from sizao.web.screens.many_done import Outcome, given_of, reports, show_first, why_refused
from sizao.web.screens.people import tell
from sizao.web.screens.person import identity
from sizao.web.screens.record import done_before, new_key, say_beside, try_form

SECTION_OF = {"case": "case", "onset": "onset", "place": "back", "add": "forward", "test": "tests"}
"""Where each form of a part stands."""


@needs("record_events", methods=("GET", "POST"))
@sensitive_post_parameters()
def interview(request: Any, case_id: str) -> HttpResponse:
    """One section at a time; each saves by itself."""
    held = open_interview(request.access, case_id)
    if request.method != "POST":
        asked = given_of(request)
        return show(request, held, request.GET.get("at", "case")) if asked is None else _preview(request, held, asked)
    does = request.POST.get("do", "")
    if does == "preview":
        return show_first(request, {"at": toward(request.POST)})
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


def show(
    request: Any, held: Interview, at: str, status: int = 200, people: Sequence[str] = (), **more: Any
) -> HttpResponse:
    """The page with one section. The look is logged first: at the case's person, and at whoever else is named.

    `people`: who was ticked; they are shown ticked again.
    """
    access = held.access
    at = at if at in SECTIONS else "case"
    asked = request.GET.copy() if request.method == "GET" else QueryDict("", mutable=True)
    for name in people:
        asked.appendlist("with", name)
    told = SECTIONS[at](held, asked)
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
    told |= {"known": tried.known, "all_the_same": tried.all_the_same}
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
    if not say_beside(made, error):
        words = words_of(error)
        made.add_error(None, say().sentences(*(say().sentence(words[one]) for one in ("what", "todo") if words[one])))


def _preview(request: Any, held: Interview, asked: QueryDict) -> HttpResponse:
    """What would follow, or the section again with what is wrong."""
    at, who = toward(asked), asked.getlist("who")
    made = None
    if "row" not in asked:
        made = MeetingForm(held.access, asked, source=at == "back")
        if not made.is_valid() or (at == "forward" and not who):
            if not made.errors:
                made.add_error(None, say("interview_choose"))
            told = {"source_form" if at == "back" else "met_form": made, "sent": "meeting"}
            return show(request, held, at, status=400, people=who, **told)
    return preview(request, held, at, asked, made)


@reports("record_event_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each contact, and what holds for them now."""
    access = request.access
    held, at = _interview_of(access, found), found.kept.get("at", "forward")
    rows = [(name, why_refused(error)) for name, error in found.refused]
    rows += [(act.person_id, "") for act in found.written]
    people = people_of(access, [name for name, _ in rows])
    if held is None:
        log_people(by=access, what="interview", ids=people, asked="recorded")
    else:
        log_look(held, f"{at}: recorded", people)
    told = {row["person_id"]: row for row in tell(access, list(people.values()))}
    lines = [
        {**told.get(name, {"person_id": name}), "link": name in told, "problem": problem} for name, problem in rows
    ]
    more = {"rows": lines, "found": found, "back": reverse("home") if held is None else address(held, at)}
    return render(request, "interview/done.html", more | (identity(access, held.person) if held else {}))


def _interview_of(access: Access, found: Outcome) -> Interview | None:
    """Where it was sent from: for who signed in anew, of the one case that the contacts are of; None where that is
    not to be seen, or no more."""
    ids = [act.about["id"] for act in found.written]
    events = Event.objects.unscoped("of one's own batch").filter(event_id__in=ids)
    cases = {found.kept.get("case")} - {None} or {*events.values_list("case_id", flat=True)}
    try:
        return open_interview(access, cases.pop() or "") if len(cases) == 1 else None
    except SizaoError:
        return None


SENT: dict[str, Callable[[Any, Interview], HttpResponse]] = {
    "presence": _presence,
    "find": _find,
    "record": record,
}
