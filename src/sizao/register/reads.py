"""Logs that somebody read a person's record, a list or an export, before it is shown."""

from __future__ import annotations

from contextlib import nullcontext

from django.db import connection
from django.db.transaction import atomic

from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.insert import insert_row
from sizao.register.models import BrokenGlass, Person, Read


def log_read(
    *,
    by: Access,
    what: str,
    person_id: str = "",
    asked: str = "",
    people: int = 1,
    glass: BrokenGlass | None = None,
) -> Read:
    """One row for one look: at a person, or at a list of `people`.

    `what` is one word (person, list, find, export, own ...); `asked` the filter of a list, never a name, phone or
    number; `glass` that through which alone the user sees the person.
    """
    turn = atomic() if connection.vendor == "sqlite" else nullcontext()  # a statement alone would wait without a turn
    with turn:
        row = Read(
            user=by.user, at=now(), person_id=person_id, what=what[:60], asked=asked[:500], people=people, glass=glass
        )
        insert_row(row)
    return row


def log_person(*, by: Access, person: Person, what: str = "person") -> BrokenGlass | None:
    """One look at a person. Gives back the glass through which alone the user sees them, whose reason is logged."""
    glass = glass_of(by, person)
    log_read(by=by, what=what, person_id=person.person_id, glass=glass)
    return glass


def glass_of(by: Access, person: Person) -> BrokenGlass | None:
    """The glass through which alone the user sees a person now, if so."""
    if by.user is None or by.holds_in("see_people", person.area):
        return None
    rows = BrokenGlass.objects.filter(user=by.user, person_id=person.person_id, opens="record")
    return rows.filter(since__lte=by.at, until__gt=by.at).order_by("-until").first()
