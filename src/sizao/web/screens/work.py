"""My work today: who is due, by tab, with what to do about it; and the same as a sheet of paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import qrcode
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from sizao.papers.draw import dots
from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.identifying import check_home, homes_of, may_ask_home
from sizao.register.models import FollowUp, NowStatus, Person, Place
from sizao.register.reads import log_people
from sizao.register.work import (
    TABS,
    WHOSE,
    away,
    find_work,
    held_under,
    last_samples,
    last_visits,
    overdue_since,
    places_under,
)
from sizao.web.forms.fields import brief, names_on
from sizao.web.needs import needs
from sizao.web.refusals import AstrayError
from sizao.web.rows import page_of
from sizao.web.say import say
from sizao.web.screens.astray import check_address
from sizao.web.screens.people import traits_of

NEEDS = ("log_visits", "assign_people")
SIZE = 50
QUICK = ("seen_ok", "seen_symptomatic", "missed")


@dataclass(frozen=True)
class Asked:
    """The filter, as the address holds it."""

    tab: str = "tests"
    whose: str = "area"
    place: str = ""
    """place_id"""
    after: str = ""
    path: str = ""
    """The path of the place."""

    def address(self, **other: str) -> str:
        """The query of this page with some of it changed; the next page begins anew unless `after` is said."""
        said = {name: getattr(self, name) for name in ("tab", "whose", "place")} | other
        return str(urlencode({name: value for name, value in said.items() if value}))


def read_asked(given: Mapping[str, Any], access: Access, *also: str) -> Asked:
    """The filter of an address, in which other names `also` stand.

    Raises AstrayError `filter-unknown`, `place-not-yours`: else more were shown than was asked for.
    """
    known = {"tab": TABS, "whose": WHOSE, "place": None, "after": None, **dict.fromkeys(also)}
    check_address(given, reverse("work"), known)
    tab, whose, named = given.get("tab") or "tests", given.get("whose") or "area", given.get("place", "")
    place = Place.objects.unscoped("names of places are no secret").filter(place_id=named).first() if named else None
    inside = place is not None and any(
        place.path.startswith(area) or area.startswith(place.path) for area in access.areas("see_people")
    )
    if named and not inside:
        way = f"{reverse('work')}?{Asked(tab, whose).address()}"
        raise AstrayError("place-not-yours", "this place is not in your area", todo="choose another", way=way)
    if place is not None:
        check_home(access, place.path)
    return Asked(
        tab,
        whose,
        place.place_id if place is not None else "",
        given.get("after", "")[:64],
        place.path if place is not None else "",
    )


@needs(*NEEDS)
def work(request: Any) -> HttpResponse:
    """One page of one tab."""
    access = request.access
    asked = read_asked(request.GET, access)
    found = find_work(access, tab=asked.tab, whose=asked.whose, under=asked.path, after=asked.after, size=SIZE)
    if request.htmx:  # counts alone: nobody is shown, and the look at this page is on record already
        return render(request, "work/tabs.html", around(access, asked, found.counts))
    log(access, "work", asked, found.ids)
    told = {
        **around(access, asked, found.counts),
        "rows": tell_work(access, found.ids),
        "next": asked.address(after=found.after) if found.after else "",
        "may_log": access.may("log_visits"),
        "may_test": access.may("record_tests"),
        "may_assign": access.may("assign_people"),
        "quick": [(name, say().word("work_quick", name)) for name in QUICK],
    }
    return render(request, "work/today.html", told)


@needs(*NEEDS)
def sheet(request: Any) -> HttpResponse:
    """The same page for paper: one person per row, a code that opens their page, boxes to tick."""
    access = request.access
    asked = read_asked(request.GET, access)
    found = find_work(access, tab=asked.tab, whose=asked.whose, under=asked.path, after=asked.after, size=SIZE)
    log(access, "sheet", asked, found.ids)
    rows = tell_work(access, found.ids)
    for row in rows:
        row["code"] = draw_code(page_at(request, row["person_id"]))
    told = {
        **around(access, asked, found.counts),
        "rows": rows,
        "next": asked.address(after=found.after) if found.after else "",
        "named": access.may("see_names"),
        "boxes": [*QUICK, "sample"],
        "parts": parts_of(access, asked.path),
        "where": where(asked, access),
        "user": request.user,
        "on": today(),
    }
    return render(request, "work/sheet.html", told)


def around(access: Access, asked: Asked, counts: Mapping[str, int]) -> dict[str, Any]:
    """Tabs with their counts, and the filter."""
    tabs = [
        {
            "name": name,
            "title": say().word("work_tabs", name),
            "count": counts[name],
            "address": asked.address(tab=name),
            "here": name == asked.tab,
        }
        for name in TABS
    ]
    above = None
    if asked.path:
        rows = Place.objects.unscoped("names of places are no secret")
        above = rows.filter(path=asked.path).first()
    below = _below(access, asked.path)
    return {
        "asked": asked,
        "tabs": tabs,
        "title": say().word("work_tabs", asked.tab),
        "whose": [(name, say().word("work_whose", name)) for name in WHOSE],
        "here": above,
        "below": [place for place in below if place != above],
        "query": asked.address(),
        "began": not asked.after,
    }


def _below(access: Access, path: str) -> list[Place]:
    return [place for place in places_under(access, path) if may_ask_home(access, place.path, place.kind)]


def parts_of(access: Access, path: str) -> list[Place]:
    """Places that may each have a sheet of their own: those below; of a user's only area, what lies below that."""
    below = _below(access, path)
    return _below(access, below[0].path) if len(below) == 1 else below


def where(asked: Asked, access: Access) -> list[str]:
    """The place of the filter, or the user's areas, by name."""
    if asked.path:
        return brief(names_on(asked.path))
    rows = Place.objects.unscoped("names of places are no secret").filter(path__in=access.areas("see_people"))
    return [say().name(name) for name in rows.order_by("path").values_list("name", flat=True)[:3]]


def log(access: Access, what: str, asked: Asked, ids: Sequence[str]) -> None:
    """The look, before anything is shown."""
    said = ", ".join(f"{name}={value}" for name, value in asdict(asked).items() if value and name != "path")
    log_people(by=access, what=what, ids=ids, asked=said)


def people_of(access: Access, ids: Sequence[str]) -> list[Person]:
    """People in the order of their ids in a list; with sealed text only for who may see it."""
    rows = Person.objects.seen_by(access, "see_people").filter(pk__in=ids)
    rows = rows.defer("number") if access.may("see_names") else rows.defer("name", "phone", "number")
    found = {person.pk: person for person in rows}
    return [found[name] for name in ids if name in found]


def tell_work(access: Access, ids: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each person: who and where, what is due and until when, the last visit or call."""
    return read_work(access, ids)()


def read_work(access: Access, ids: Sequence[str]) -> Callable[[], list[dict[str, Any]]]:
    """The same, read once, to be told in one language and then in the other."""
    people = people_of(access, ids)
    holds, last = held_under(ids), last_visits(ids)
    homes = homes_of(access, people)
    sampled, gone = last_samples(ids), away()

    def tell(person: Person) -> dict[str, Any]:
        named = access.can_person("see_names", person)
        status, visit = holds.get(person.pk), last.get(person.pk)
        return {
            "person_id": person.pk,
            "name": person.name if named else None,
            "phone": person.phone if named else None,
            "home": brief(homes[person.pk], most=2),
            "status": status,
            "due": due_of(status, sampled.get(person.pk), visit, gone) if status else [],
            "visit": visit,
            "seen_today": visit is not None and visit.occurred_on == today(),
            "traits": traits_of(access, person),
        }

    return lambda: [tell(person) for person in people]


def due_of(
    status: NowStatus, sampled: dt.date | None, visit: FollowUp | None, gone: frozenset[str]
) -> list[tuple[str, str]]:
    """What is due of a person today, the most pressing first: how much it presses, and how it is said."""
    on = today()
    due: list[tuple[str, str]] = []
    late = overdue_since(status)
    if late is not None and (sampled is None or sampled < late):
        due.append(("bad", say("work_test_overdue", day=say().day(late))))
    if status.test_due:
        due.append(("good", say("work_sampled")) if sampled == on else ("warn", say("work_test_due")))
    if status.since == on and status.restriction in gone:
        due.append(("warn", say("work_moves")))
    if status.last_day == on:
        due.append(("", say("work_ends_today")))
    elif status.last_day is not None and (status.last_day - on).days == 1:
        due.append(("", say("work_ends_tomorrow")))
    if visit is None or visit.occurred_on < on:
        due.append(("", say("work_visit_due")))
    return due


def page_at(request: Any, person_id: str) -> str:
    """The whole address of a person's page: a telephone that reads it from paper opens the page."""
    return str(request.build_absolute_uri(page_of("person", person_id)))


@lru_cache(maxsize=2_000)
def draw_code(text: str) -> str:
    """A QR code of an address, as SVG. The mask is fixed: trying all eight takes as long as the rest."""
    code = qrcode.QRCode(border=1, mask_pattern=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    rows = code.get_matrix()
    size = len(rows)
    return mark_safe(f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="QR"><path d="{dots(rows)}"/></svg>')
