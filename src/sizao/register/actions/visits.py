"""Logs visits and calls that were due, and who was where."""

from __future__ import annotations

import datetime as dt

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import find_person, find_place
from sizao.register.clock import latest, local_date
from sizao.register.ids import new_id
from sizao.register.models import FollowUp, Visit


def log_visit(*, by: Access, person_id: str, outcome: str, occurred_on: dt.date) -> FollowUp:
    """A visit or call to a person, and what came of it (table `follow_ups`).

    Raises SizaoError `not-allowed`, `not-found`, `invalid`.
    """
    person = find_person(person_id, by, "log_visits", in_call=True)
    follow_up_id = new_id("f")
    try:
        with acting("log_visit", by, person_id=person_id, id=follow_up_id, outcome=outcome) as writing:
            row = {"follow_up_id": follow_up_id, "person_id": person_id, "occurred_on": occurred_on}
            check_fact("follow_ups", {**row, "outcome": outcome}, writing.at)
            visit = FollowUp(
                follow_up_id=follow_up_id,
                person=person,
                occurred_on=occurred_on,
                outcome=outcome,
                recorded_at=writing.at,
                act=writing.act,
            )
            visit.save(force_insert=True)
            return visit
    except AlreadyDone as done:
        return FollowUp.objects.unscoped("the user's own act").get(follow_up_id=done.act.about["id"])


def record_presence(
    *, by: Access, person_id: str, place_id: str, arrived_at: dt.datetime, left_at: dt.datetime
) -> Visit:
    """That a person was at a place (table `visits`).

    Raises SizaoError `not-allowed`, `not-found`, `id-known` (the same arrival is on record), RefusedError `invalid`.
    """
    person = find_person(person_id, by, "record_events")
    place = find_place(place_id)
    try:
        with acting("record_presence", by, person_id=person_id, place_id=place_id) as writing:
            row = {"person_id": person_id, "place_id": place_id, "arrived_at": arrived_at}
            check_fact("visits", {**row, "left_at": left_at}, writing.at)
            if left_at > writing.at or local_date(left_at) > latest(writing.at):
                raise _not_yet(left_at)
            if Visit.objects.unscoped("of this person").filter(**row).exists():
                raise _known()
            visit = Visit(
                person=person,
                place=place,
                arrived_at=arrived_at,
                left_at=left_at,
                recorded_at=writing.at,
                act=writing.act,
            )
            visit.save(force_insert=True)
            return visit
    except AlreadyDone as done:
        return Visit.objects.unscoped("the user's own act").get(act=done.act)


def _not_yet(left_at: dt.datetime) -> RefusedError:
    problem = Problem(
        "after-today", "visits", "after now", "record it when it has happened", column="left_at", value=str(left_at)
    )
    return RefusedError("invalid", "this cannot be recorded in visits", [problem], todo="correct what is listed")


def _known() -> SizaoError:
    return SizaoError("id-known", "that the person came there then is on record already", todo="use that record")
