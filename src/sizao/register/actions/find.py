"""What an action is about, found with the check that this user may do this to it."""

from __future__ import annotations

from typing import Any, TypeVar

from sizao.register.access import Access, not_found
from sizao.register.models import Case, Person, Place
from sizao.register.models.facts import Versioned

V = TypeVar("V", bound=Versioned)


def find_person(person_id: str, by: Access, permission: str) -> Person:
    """The person, or SizaoError `not-found` / `not-allowed`."""
    person = Person.objects.unscoped("checked below").select_related("home").filter(person_id=person_id).first()
    if person is None:
        by.check(permission)
        raise not_found("person", person_id)
    by.check_person(permission, person)
    return person


def find_place(place_id: str | None, by: Access | None = None, permission: str = "") -> Place | None:
    """The place (None of None); with `by`, only where the permission holds there. SizaoError `not-found`."""
    if place_id is None:
        return None
    place = Place.objects.unscoped("places are no secret; checked below").filter(place_id=place_id).first()
    if place is None:
        raise not_found("place", place_id)
    if by is not None:
        by.check_path(permission, place.path)
    return place


def latest(model: type[V], key: str, value: str, what: str) -> V:
    """The latest version of a fact, unless it was withdrawn. SizaoError `not-found`."""
    rows: Any = model.objects.unscoped("the caller checks whose it is")
    row = rows.filter(**{key: value}).order_by("-version").first()
    if row is None or row.withdrawn:
        raise not_found(what, value)
    return row


def find_case(case_id: str) -> Case:
    """The latest version of a case. The caller checks the permission for its person."""
    return latest(Case, "case_id", case_id, "case")
