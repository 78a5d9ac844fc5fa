"""What an action is about, found with the check that this user may do this to it."""

from __future__ import annotations

from typing import Any, TypeVar

from sizao.register.access import Access, not_found
from sizao.register.actions.check import LONGEST, fits
from sizao.register.models import Case, Event, Person, Place
from sizao.register.models.facts import Fact, Versioned
from sizao.tables import contract

V = TypeVar("V", bound=Versioned)


def find_person(person_id: str, by: Access, permission: str, *, in_call: bool = False, names: bool = False) -> Person:
    """The person, or SizaoError `not-found` / `not-allowed`.

    `in_call`: also who is on the phone with the user. `names`: with name, phone and number.
    """
    by.check(permission)
    rows = Person.objects.unscoped("checked below")
    # No name is opened before it is known that the user may see it: else it would take longer where there is one.
    found = rows.defer("name", "phone", "number").filter(person_id=_can_be(person_id))
    person: Person | None = next(iter(found), None)
    if person is None:
        raise not_found("person", person_id)
    if not (in_call and person_id in by.in_call):
        by.check_person(permission, person)
    if names:
        person.refresh_from_db(fields=["name", "phone", "number"], from_queryset=rows)
    return person


def find_place(place_id: str | None, by: Access | None = None, permission: str = "") -> Place | None:
    """The place (None of None); with `by`, only where the permission holds there. SizaoError `not-found`."""
    if place_id is None:
        return None
    if by is not None:
        by.check(permission)
    place = Place.objects.unscoped("places are no secret; checked below").filter(place_id=_can_be(place_id)).first()
    if place is None:
        raise not_found("place", place_id)
    if by is not None:
        by.check_path(permission, place.path)
    return place


def find_fact(model: type[V], fact_id: str, by: Access, permission: str) -> V:
    """The latest version of a fact, of whose person or place the permission holds. One that was withdrawn too: an
    action says so when it comes to write the next version (`standing`).

    Raises SizaoError `not-allowed`; `not-found`, also for a fact outside the user's area, in the same words.
    """
    by.check(permission)
    row = _latest(model, fact_id)
    if row is None:
        raise not_found(model._meta.verbose_name, fact_id)
    check_fact_of(row, fact_id, by, permission)
    return row


def standing(row: V) -> V:
    """The row, unless the fact was withdrawn. SizaoError `not-found`."""
    if row.withdrawn:
        raise not_found(row._meta.verbose_name, getattr(row, contract(row._meta.db_table).key[0]))
    return row


def find_case(case_id: str) -> Case:
    """A case anywhere, which a contact outside the user's area may have met; its person is not shown.

    Raises SizaoError `not-found`, also where it was withdrawn.
    """
    row = _latest(Case, case_id)
    if row is None:
        raise not_found("case", case_id)
    return standing(row)


def find_event(event_id: str, by: Access, *, lock: bool = False) -> Event:
    """An event of somebody of whom the user may record events. SizaoError `not-allowed`, `not-found`."""
    by.check("record_events")
    rows = Event.objects.unscoped("checked below").select_related("person").filter(event_id=_can_be(event_id))
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise not_found("event", event_id)
    check_fact_of(row, event_id, by, "record_events")
    return row


def check_fact_of(row: Fact, name: str, by: Access, permission: str) -> None:
    """Raises SizaoError where the permission does not hold for whom, or where, a fact is of.

    A fact of somebody of whom the user may not know looks as if there were none: its person is not named.
    """
    person: Person | None = getattr(row, "person", None)
    if person is not None:
        if by.can_person(permission, person) or by.can_person("see_people", person):
            by.check_person(permission, person)
            return
    elif by.holds_in(permission, row.place.path):  # type: ignore[attr-defined]
        return
    raise not_found(row._meta.verbose_name, name)


def _latest(model: type[V], fact_id: str) -> V | None:
    rows: Any = model.objects.unscoped("the caller checks whose it is")
    row: V | None = (
        rows.filter(**{contract(model._meta.db_table).key[0]: _can_be(fact_id)}).order_by("-version").first()
    )
    return row


def _can_be(name: str) -> str:
    """The id as it was given; "", which nothing has, for one that PostgreSQL would not even read."""
    return name if fits(name, LONGEST) else ""
