"""Records what happened to a person, and takes it back."""

from __future__ import annotations

import datetime as dt

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import find_case, find_event, find_person, find_place
from sizao.register.ids import new_id
from sizao.register.models import Event, Person


def record_event(
    *,
    by: Access,
    person_id: str,
    kind: str,
    occurred_on: dt.date,
    place_id: str | None = None,
    case_id: str | None = None,
    voids: str | None = None,
) -> Event:
    """Records an event of any kind of word. `voids`: the event that it replaces (kind `void`: takes back).

    Raises SizaoError `not-allowed`, `not-found`, `voided-already`, `void-of-nothing`, `other-person`,
    `reserved-kind`, RefusedError `invalid`.
    """
    person = find_person(person_id, by, "record_events")
    place = find_place(place_id)
    if case_id is not None:
        find_case(case_id)
    event_id = new_id("e")
    try:
        with acting("record_event", by, person_id=person_id, id=event_id, kind=kind, voids=voids) as writing:
            values = {"event_id": event_id, "person_id": person_id, "kind": kind, "occurred_on": occurred_on}
            check_fact("events", {**values, "place_id": place_id, "case_id": case_id, "voids": voids}, writing.at)
            if kind == "void" and voids is None:
                raise SizaoError(
                    "void-of-nothing", "a void must name the event that it takes back", todo="give voids"
                )
            if kind.startswith("case/"):  # with such an event nobody at all could be derived
                raise SizaoError("reserved-kind", "this is how a case is called", todo="report a case instead")
            earlier = _find_voided(voids, by, person) if voids is not None else None
            if earlier is not None:
                writing.follow(earlier.recorded_at)
            event = Event(
                event_id=event_id,
                person=person,
                kind=kind,
                occurred_on=occurred_on,
                place=place,
                case_id=case_id,
                voids=earlier,
                recorded_at=writing.at,
                act=writing.act,
            )
            event.save(force_insert=True)
            writing.people.add(person_id)
            if earlier is not None:
                writing.people.add(earlier.person_id)
            return event
    except AlreadyDone as done:
        return Event.objects.unscoped("the user's own act").get(event_id=done.act.about["id"])


def record_exposure(
    *,
    by: Access,
    person_id: str,
    case_id: str,
    occurred_on: dt.date,
    place_id: str | None = None,
    kind: str = "exposed_to_case",
) -> Event:
    """Records that a person met a case (`kind` for other ways that a rulebook knows). As `record_event`."""
    return record_event(
        by=by, person_id=person_id, kind=kind, occurred_on=occurred_on, place_id=place_id, case_id=case_id
    )


def void_event(*, by: Access, event_id: str) -> Event:
    """Takes an event back: it was never so. As `record_event`."""
    event = find_event(event_id, by)
    return record_event(by=by, person_id=event.person_id, kind="void", occurred_on=event.occurred_on, voids=event_id)


def _find_voided(event_id: str, by: Access, person: Person) -> Event:
    event = find_event(event_id, by, lock=True)
    if (event.person.same_as_id or event.person_id) != (person.same_as_id or person.person_id):
        raise SizaoError(
            "other-person",
            f"event {event_id} is of another person",
            why="what takes an event back stands with it, where the person and their team see it",
            todo="take it back there, and record it here anew",
        )
    if event.voided_by.get_queryset().unscoped("of this event").exists():
        raise SizaoError(
            "voided-already",
            f"event {event_id} was corrected before",
            why="a second correction of the same event would leave two that hold",
            todo="correct the event that replaced it",
        )
    return event
