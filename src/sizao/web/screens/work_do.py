"""Work on many people at once: what would be done to how many, who is left out and why; then a result row by row."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from sizao.register.access import Access
from sizao.register.actions.many import RowResult, assign_many, log_visits, record_tests
from sizao.register.clock import today
from sizao.register.identifying import homes_of
from sizao.register.models import Assignment, Person
from sizao.register.reads import log_people
from sizao.register.work import last_samples, last_visits
from sizao.web.forms.build import KEY, LISTS
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.say import say
from sizao.web.screens.many_done import Outcome, given_of, go, reports, show_first, why_refused
from sizao.web.screens.ticked import came_from, ticked_people
from sizao.web.screens.work import people_of, work

NEEDED = {"visit": "log_visits", "sample": "record_tests", "assign": "assign_people"}


@dataclass(frozen=True)
class Deed:
    """What is done to each: `visit` with an outcome, `sample` with a method, `assign` to team:1, user:2 or nobody."""

    what: str
    how: str
    """"" where it still has to be chosen."""

    @property
    def says(self) -> str:
        """As a title."""
        return str(say().word("work_deeds", self.what))


@needs(*NEEDED.values(), methods=("GET", "POST"))
def work_do(request: Any) -> HttpResponse:
    """First the page that says what would be done; sent from there with its key, it is done."""
    access, given = request.access, given_of(request)
    if given is None:
        page: HttpResponse = work(request)
        return page
    back, came = came_from(access, given)
    deed, ids = _read(access, given)
    if deed.what not in NEEDED or not ids:
        return _ask_again(request, back, "work_choose_some" if not ids else "work_choose_what")
    access.check(NEEDED[deed.what])
    choices = choices_of(deed.what, access)
    if deed.how and deed.how not in dict(choices):
        return _ask_again(request, back, "work_choose_what")
    key = request.POST.get("key", "")
    told = {"deed": deed, "choices": choices, "how": dict(choices).get(deed.how, ""), "back": back, "came": came}
    if deed.how and KEY.fullmatch(key):
        by = dataclasses.replace(access, key=key)
        return go(request, key, DO[deed.what](by, ids, deed.how), ids, what=deed.what, how=deed.how, back=back)
    if request.method == "POST":
        return show_first(request)
    people = people_of(access, ids)
    rows = _tell(access, people)
    why = left_out(deed, access, people)
    hidden = len(ids) - len(people)
    _log(access, f"do={deed.what}", ids, people)
    told |= {
        "rows": [row for row in rows if row["person_id"] not in why],
        "out": [row | {"why": why[row["person_id"]]} for row in rows if row["person_id"] in why],
        "hidden": hidden,
        "key": secrets.token_hex(16),
        "on": today(),
    }
    return render(request, "work/confirm.html", told)


def choices_of(what: str, access: Access) -> list[tuple[str, str]]:
    """How it may be done: outcomes, methods, or teams and users."""
    if what != "assign":
        table = {"visit": "outcomes", "sample": "methods"}[what]
        return [(name, say().word(table, name)) for name in say().words()[table]]
    teams = [(f"team:{name}", title) for name, title in LISTS["teams"](access)]
    users = [(f"user:{name}", title) for name, title in LISTS["users"](access)]
    return [*teams, *users, ("nobody", say("work_to_nobody"))]


def left_out(deed: Deed, access: Access, people: list[Person]) -> dict[str, str]:
    """Of whom it is not done, and why."""
    ids = [person.pk for person in people]
    found = {
        person.pk: say("work_out_not_yours") for person in people if not access.can_person(NEEDED[deed.what], person)
    }
    if deed.what == "sample":
        done = {name for name, day in last_samples(ids).items() if day >= today()}
        found |= {name: say("work_out_sampled") for name in done if name not in found}
    if deed.what == "visit":
        done = {  # only the same again: another outcome corrects the one of today
            name
            for name, visit in last_visits(ids).items()
            if visit.occurred_on >= today() and visit.outcome == deed.how
        }
        found |= {name: say("work_out_logged") for name in done if name not in found}
    if deed.what == "assign" and deed.how:
        rows = Assignment.objects.filter(person_id__in=ids, latest=True)
        held = {
            name: f"team:{team}" if team else f"user:{user}" if user else "nobody"
            for name, team, user in rows.values_list("person_id", "team_id", "user_id")
        }
        same = {name for name in ids if held.get(name, "nobody") == deed.how}
        found |= {name: say("work_out_assigned") for name in same if name not in found}
    return found


def _read(access: Access, given: QueryDict) -> tuple[Deed, list[str]]:
    """What was asked: a button of one row (`one`: deed, how, person), or one for all that are ticked."""
    one = given.get("one", "").split("/", 2)
    if len(one) == 3:
        return Deed(one[0], one[1]), [one[2][:64]]
    what, _, how = given.get("do", "").partition("/")
    return Deed(what, how or given.get("how", "")), ticked_people(access, given)


@reports("log_visit_many", "record_test_many", "assign_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each: each was checked again by the action, and the same key did it once."""
    deed = Deed(found.kept.get("what") or OF[found.batch.action], found.kept.get("how", ""))
    ids = [act.person_id for act in found.written] + [name for name, _ in found.refused]
    seen = people_of(request.access, ids)
    _log(request.access, f"did={deed.what}", ids, seen)
    people = {row["person_id"]: row for row in _tell(request.access, seen)}
    told = [(name, why_refused(error)) for name, error in found.refused]
    told += [(act.person_id, "") for act in found.written]
    rows = [people.get(name, {"person_id": name, "link": False}) | {"problem": problem} for name, problem in told]
    how = dict(choices_of(deed.what, request.access)).get(deed.how, "")
    back = found.kept.get("back") or reverse("work")
    return render(request, "work/done.html", {"deed": deed, "how": how, "back": back, "rows": rows, "found": found})


def _visit(by: Access, ids: list[str], how: str) -> list[RowResult]:
    return log_visits(by=by, rows=[{"person_id": name, "outcome": how, "occurred_on": today()} for name in ids])


def _sample(by: Access, ids: list[str], how: str) -> list[RowResult]:
    rows = [{"person_id": name, "method": how, "sampled_on": today()} for name in ids]
    return record_tests(by=by, rows=rows, once_a_day=True)


def _assign(by: Access, ids: list[str], how: str) -> list[RowResult]:
    kind, _, number = how.partition(":")
    return assign_many(
        by=by,
        person_ids=ids,
        team_id=int(number) if kind == "team" else None,
        user_id=int(number) if kind == "user" else None,
    )


OF = {"log_visit_many": "visit", "record_test_many": "sample", "assign_many": "assign"}
DO: dict[str, Callable[[Access, list[str], str], list[RowResult]]] = {
    "visit": _visit,
    "sample": _sample,
    "assign": _assign,
}


def _log(access: Access, said: str, ids: list[str], people: list[Person]) -> None:
    """The look, before anything is shown; of one person alone, at them."""
    named = ids if len(ids) == 1 else ()
    log_people(by=access, what="work", ids=[person.pk for person in people], asked=said, named=named, alone=said)


def _tell(access: Access, people: list[Person]) -> list[dict[str, Any]]:
    homes = homes_of(access, people)
    return [
        {
            "person_id": person.pk,
            "name": person.name if access.can_person("see_names", person) else None,
            "home": brief(homes[person.pk], most=2),
            "link": True,
        }
        for person in people
    ]


def _ask_again(request: Any, back: str, word: str) -> HttpResponse:
    messages.warning(request, say(word))
    return HttpResponseRedirect(back, status=303)
