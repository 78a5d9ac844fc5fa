"""Assigns people to teams and users, and breaks the glass."""

from __future__ import annotations

import datetime as dt

from sizao.errors import SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.find import find_person
from sizao.register.models import Assignment, BrokenGlass, Person, Team, User

LONGEST_GLASS = dt.timedelta(hours=24)
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
    except AlreadyDone:
        return Assignment.objects.filter(person=person).latest("pk")


def break_glass(*, by: Access, person_id: str, reason: str, hours: int = 2) -> BrokenGlass:
    """Lets a user see one person outside their area, for a reason in their own words, for 1 to 24 hours.

    Raises SizaoError `reason-too-short`, `too-long`, `not-allowed`, `not-found`.
    """
    by.check("break_glass")
    if sum(2 if ord(letter) > 0x2E80 else 1 for letter in reason.strip()) < SHORTEST_REASON:
        raise SizaoError(
            "reason-too-short",
            "say in a sentence why you must see this person",
            why="the person, and oversight, will read it",
            todo=f"write at least {SHORTEST_REASON} letters (a Chinese one counts for two)",
        )
    if not 1 <= hours <= LONGEST_GLASS.total_seconds() / 3600:
        raise SizaoError(
            "too-long", "the glass stays broken for 1 to 24 hours", todo="give a number of hours from 1 to 24"
        )
    if not Person.objects.unscoped("only whether there is one").filter(person_id=person_id).exists():
        raise not_found("person", person_id)
    try:
        with acting("break_glass", by, person_id=person_id, reason=reason.strip(), hours=hours) as writing:
            return BrokenGlass.objects.create(
                user=by.user,
                person_id=person_id,
                reason=reason.strip(),
                since=writing.at,
                until=writing.at + dt.timedelta(hours=hours),
            )
    except AlreadyDone:
        return BrokenGlass.objects.filter(user=by.user, person_id=person_id).latest("pk")
