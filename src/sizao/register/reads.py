"""Logs that somebody read a person's record, a list or an export, before it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from contextlib import nullcontext
from typing import Any

from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from sizao.register.access import Access
from sizao.register.clock import local_date, now
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


def log_people(
    *,
    by: Access,
    what: str,
    ids: Iterable[str | None],
    asked: str = "",
    named: Iterable[str | None] = (),
    alone: str = "",
    people: int | None = None,
) -> None:
    """A page that shows the people `ids`: one row by what was asked for and how many rows came (`people`), and those
    of `log_each`."""
    ids = [*ids]
    log_each(by=by, what=what, ids=ids, named=named, asked=alone)
    log_read(by=by, what=what, asked=asked, people=len(ids) if people is None else people)


def log_each(
    *, by: Access, what: str, ids: Iterable[str | None], named: Iterable[str | None] = (), asked: str = ""
) -> None:
    """Of the people whom a page shows, a look at each who was asked for by id (`named`: facts of theirs tell as much
    as their page), and at each whom the user sees from outside their areas, through broken glass or assigned.

    `asked` says which page; never its whole filter, which may name others. Who follows somebody from outside opens
    the same list many times: of each such page one look a day is on record; of who was asked for by id, every one.
    """
    wanted = {*named} - {None, ""}
    own = {*ids}.intersection(by.own_people("see_people") or ())
    if not own and not wanted:
        return
    seen = Person.objects.seen_by(by, "see_people").filter(pk__in=own | wanted).order_by("pk")
    areas = dict(seen.values_list("pk", "area"))
    outside = {one for one, area in areas.items() if not by.holds_in("see_people", area)}
    glass = glasses_of(by, outside)
    said = {"user": by.user, "what": what[:60], "asked": asked[:500]}
    known = _today(outside - wanted, **said)
    with atomic():
        for one in areas:
            of = glass.get(one)
            if one in wanted or (one in outside and (one, of and of.pk) not in known):
                insert_row(Read(at=now(), person_id=one, glass=of, **said))


def _today(ids: Collection[str], **said: Any) -> set[tuple[str, int | None]]:
    """Looks of the day at these people that say the same: whose, and through which glass."""
    if not ids:
        return set()
    midnight = dt.datetime.combine(local_date(now()), dt.time(), timezone.get_default_timezone())
    rows = Read.objects.filter(person_id__in=ids, at__gte=midnight.astimezone(dt.UTC), **said)
    return {*rows.exclude(person_id="").values_list("person_id", "glass_id")}  # as the index says it: see person.py


def log_person(*, by: Access, person: Person, what: str = "person") -> BrokenGlass | None:
    """One look at a person. Gives back the glass through which alone the user sees them, whose reason is logged."""
    outside = not by.holds_in("see_people", person.area)
    glass = glasses_of(by, [person.person_id] if outside else ()).get(person.person_id)
    log_read(by=by, what=what, person_id=person.person_id, glass=glass)
    return glass


def glasses_of(by: Access, ids: Collection[str]) -> dict[str, BrokenGlass]:
    """The glass through which a user sees each of these people now, of those outside their areas."""
    if by.user is None or not ids:
        return {}
    rows = BrokenGlass.objects.filter(user=by.user, person_id__in=ids, opens="record")
    return {row.person_id: row for row in rows.filter(since__lte=by.at, until__gt=by.at).order_by("until")}
