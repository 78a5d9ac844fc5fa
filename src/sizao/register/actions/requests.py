"""Takes what people ask for and says when it was met."""

from __future__ import annotations

import datetime as dt

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.find import find_fact, find_person, find_place
from sizao.register.actions.versions import add_first, add_next
from sizao.register.clock import today
from sizao.register.ids import new_id
from sizao.register.models import Person, Request


def take_request(
    *,
    by: Access,
    kind: str,
    occurred_on: dt.date,
    person_id: str | None = None,
    place_id: str | None = None,
    text: str | None = None,
) -> Request:
    """Records a request of a person, of a place, or of a person at a place. Its words are sealed.

    Raises SizaoError `not-allowed`, `not-found`, `invalid`.
    """
    by.check("take_requests")
    person = find_person(person_id, by, "take_requests", in_call=True) if person_id else None
    place = find_place(place_id) if person else find_place(place_id, by, "take_requests")
    request = Request(
        request_id=new_id("r"), person=person, place=place, kind=kind, occurred_on=occurred_on, text=text or None
    )
    return add_first("take_request", by, request)


def object_to_status(*, by: Access, text: str) -> Request:
    """The objection of a citizen to what holds for them. SizaoError `no-record`, `not-allowed`, `invalid`."""
    by.check("see_own_record")
    person_id = "" if by.user is None else by.user.citizen_of
    person = Person.objects.unscoped("the citizen's own record").filter(person_id=person_id).first()
    if person is None:
        raise SizaoError(
            "no-record", "you are linked to no record", todo="ask the office that gave you your account to link it"
        )
    return add_first("object_to_status", by, objection(person, text))


def objection(person: Person, text: str) -> Request:
    """An objection of a person of today, not yet recorded."""
    return Request(
        request_id=new_id("r"), person=person, kind="objection", occurred_on=today(), text=text.strip() or None
    )


def answer_request(*, by: Access, request_id: str, version: int, answered_on: dt.date) -> Request:
    """The request was met or answered on a day. SizaoError `changed-meanwhile` and as above."""
    request = find_fact(Request, request_id, by, "take_requests")
    return add_next("answer_request", by, request, version, answered_on=answered_on)
