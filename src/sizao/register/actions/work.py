"""Assigns people to teams and users, breaks the glass, and takes calls of people elsewhere."""

from __future__ import annotations

import datetime as dt

from sizao.errors import SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_texts
from sizao.register.actions.find import find_person
from sizao.register.models import Assignment, BrokenGlass, Person, Team, User
from sizao.register.seal import lookup

LONGEST_GLASS = dt.timedelta(hours=24)
CALL = dt.timedelta(minutes=30)
"""How long a call desk may record what somebody elsewhere asks for."""
LONGEST_REASON = 500  # letters
SHORTEST_REASON = 10  # letters; a Chinese one counts for two


def assign(*, by: Access, person_id: str, team_id: int | None = None, user_id: int | None = None) -> Assignment:
    """Gives a person to a team or a user; to nobody where neither is given.

    Raises SizaoError `assign-one`, `not-allowed`, `not-found`.
    """
    if team_id is not None and user_id is not None:
        raise SizaoError("assign-one", "a person is assigned to a team or to a user", todo="give one of them")
    person = find_person(person_id, by, "assign_people")
    if team_id is not None and not Team.objects.filter(pk=team_id).exists():
        raise not_found("team", str(team_id))
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
        raise not_found("user", str(user_id))
    try:
        with acting("assign", by, person_id=person_id, team=team_id, user=user_id) as writing:
            Person.objects.unscoped("locked: one assignment at a time").select_for_update().get(pk=person_id)
            Assignment.objects.filter(person=person, latest=True).update(latest=False)
            return Assignment.objects.create(person=person, team_id=team_id, user_id=user_id, act=writing.act)
    except AlreadyDone as done:
        return Assignment.objects.get(act=done.act)


def break_glass(*, by: Access, person_id: str, reason: str, hours: int = 2) -> BrokenGlass:
    """Lets a user see one person outside their area, for a reason in their own words, for 1 to 24 hours.

    Raises SizaoError `reason-too-short`, `too-long`, `not-allowed`, `not-found`, RefusedError `invalid`.
    """
    by.check("break_glass")
    _check_reason(reason)
    if not 1 <= hours <= LONGEST_GLASS.total_seconds() / 3600:
        raise SizaoError(
            "too-long", "the glass stays broken for 1 to 24 hours", todo="give a number of hours from 1 to 24"
        )
    if not Person.objects.unscoped("only whether there is one").filter(person_id=person_id).exists():
        raise not_found("person", person_id)
    return _open("break_glass", by, person_id, reason, "record", dt.timedelta(hours=hours), hours=hours)


def take_call(*, by: Access, person_id: str, caller: str, reason: str) -> BrokenGlass:
    """Lets a call desk record a request of, and the call with, somebody outside their area, for half an hour.

    `caller`: the phone or identity number by which they were found, so that an id alone opens nothing. Nothing of the
    record is seen. Raises SizaoError `reason-too-short`, `not-allowed`, `not-found`, RefusedError `invalid`.
    """
    by.check("find_anybody")
    check_texts(caller=caller)
    _check_reason(reason)
    person = Person.objects.unscoped("found by exact phone or number").filter(person_id=person_id).first()
    hashes = () if person is None else (person.phone_hash, person.number_hash)
    if not {lookup("phone", caller), lookup("number", caller)} & {*hashes} - {""}:
        raise not_found("person", person_id)
    return _open("take_call", by, person_id, reason, "call", CALL)


def _open(
    action: str, by: Access, person_id: str, reason: str, what: str, span: dt.timedelta, **about: int
) -> BrokenGlass:
    """The reason, which may name somebody, stands in the glass alone: sealed, and gone when the person is erased."""
    try:
        with acting(action, by, person_id=person_id, **about) as writing:
            opened = {"user": by.user, "person_id": person_id, "opens": what, "reason": reason.strip()}
            return BrokenGlass.objects.create(**opened, since=writing.at, until=writing.at + span)
    except AlreadyDone as done:
        return BrokenGlass.objects.get(user=by.user, person_id=person_id, opens=what, since=done.act.at)


def _check_reason(reason: str) -> None:
    check_texts(longest=LONGEST_REASON, reason=reason)
    if sum(2 if ord(letter) > 0x2E80 else 1 for letter in reason.strip()) < SHORTEST_REASON:
        raise SizaoError(
            "reason-too-short",
            "say in a sentence why you must see this person",
            why="the person, and oversight, will read it",
            todo=f"write at least {SHORTEST_REASON} letters (a Chinese one counts for two)",
        )
