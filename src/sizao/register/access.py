"""What one user may do, where, at one moment: made once for a request, asked by every list and action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from sizao.errors import SizaoError
from sizao.register.models.people import Person
from sizao.register.models.teams import User
from sizao.register.roles import roles

FOLLOW = frozenset({"see_people", "see_names", "log_visits", "take_requests", "record_events", "record_tests"})
"""What an assignment lets a user do with a person outside their area, as far as their role lets them anywhere."""
GLASS = frozenset({"see_people", "see_names"})
"""What broken glass lets a user do."""
ELSEWHERE = """SELECT 'assigned', person_id FROM assignments WHERE latest AND user_id = %s
UNION ALL SELECT 'assigned', a.person_id FROM assignments a JOIN memberships m ON m.team_id = a.team_id
WHERE a.latest AND m.user_id = %s
UNION ALL SELECT opens, person_id FROM broken_glass WHERE user_id = %s AND "from" <= %s AND until > %s"""
OWN = "see_own_record"
"""Holds for the citizen's own record alone, wherever it was granted."""


@dataclass(frozen=True)
class Access:
    """A user's permissions by area at `at`. Of a machine's job: `user` None, with every permission everywhere."""

    user: User | None
    at: datetime
    held: tuple[tuple[str, frozenset[str]], ...] = ()
    """(path of the place, permissions) of each grant in force; "" is everywhere."""
    job: str = ""
    """The name of the job, where no user acts."""
    key: str = ""
    """What the sender calls this write: the same key again does nothing and gives the first answer."""
    sent: str = ""
    """A hash of what was sent with the key: another body with the same key is a mistake, not the same write."""
    waits: bool = True
    """Whether a write waits until the people whom it touched are derived anew, for the next page to show them so."""
    _cache: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def user_id(self) -> int | None:
        return None if self.user is None else self.user.pk

    def may(self, permission: str) -> bool:
        """Whether the user holds the permission anywhere."""
        if permission == OWN and not self.job:
            return any(OWN in may for _, may in self.held)
        return bool(self.areas(permission))

    def areas(self, permission: str) -> tuple[str, ...]:
        """The paths in which the permission holds, none inside another; ("",) is everywhere, () nowhere."""
        if permission not in self._cache:
            paths = [""] if self.job else sorted({path for path, may in self.held if permission in may})
            paths = [] if permission == OWN and not self.job else paths
            outer: list[str] = []
            for path in paths:
                if not outer or not path.startswith(outer[-1]):
                    outer.append(path)
            self._cache[permission] = tuple(outer)
        return self._cache[permission]

    def holds_in(self, permission: str, path: str) -> bool:
        """Whether the permission holds at a place's path."""
        return any(path.startswith(area) for area in self.areas(permission))

    def own_people(self, permission: str) -> Sequence[str] | None:
        """Ids of people whom the user may so treat outside their areas; None where there are none."""
        if self.user is None or not self.may(permission):
            return None
        if permission == OWN:
            return [self.user.citizen_of] if self.user.citizen_of else None
        ids: list[str] = [*self._assigned] if permission in FOLLOW else []
        if permission in GLASS:
            ids += self.behind_glass
        return ids or None

    def can_person(self, permission: str, person: Person) -> bool:
        """Whether the permission holds for a person: by their home, an assignment, or broken glass."""
        if self.holds_in(permission, person.area):
            return True
        return person.person_id in (self.own_people(permission) or ())

    def check(self, permission: str) -> None:
        """Raises SizaoError `not-allowed` where the user does not hold the permission anywhere."""
        if not self.may(permission):
            raise NeededError(permission)

    def check_person(self, permission: str, person: Person) -> None:
        """Raises SizaoError `not-allowed`, or `not-found` where the user may not even know of the person."""
        self.check(permission)
        if self.can_person(permission, person):
            return
        if permission != "see_people" and self.can_person("see_people", person):
            raise SizaoError(
                "not-allowed",
                f"you may not do this with {person.person_id}: your permission {permission} holds elsewhere",
                todo="ask the team of the person's area",
            )
        raise not_found("person", person.person_id)

    def check_path(self, permission: str, path: str) -> None:
        """Raises SizaoError `not-allowed` where the permission does not hold at a place."""
        self.check(permission)
        if not self.holds_in(permission, path):
            raise SizaoError(
                "not-allowed",
                "you may not do this here: the place lies outside your area",
                todo="ask the team of that area",
            )

    @cached_property
    def _assigned(self) -> tuple[str, ...]:
        return self._elsewhere["assigned"]

    @cached_property
    def behind_glass(self) -> tuple[str, ...]:
        """People elsewhere whose records the user broke the glass of, and may see for now."""
        return self._elsewhere["record"]

    @cached_property
    def in_call(self) -> tuple[str, ...]:
        """People elsewhere who are on the phone with the user (`take_call`): of them a request and a call may be
        recorded, and nothing is seen."""
        return self._elsewhere["call"]

    @cached_property
    def _elsewhere(self) -> dict[str, tuple[str, ...]]:
        """People whom the user may treat in some way wherever they live: every request asks, so in one statement."""
        found: dict[str, dict[str, None]] = {"assigned": {}, "record": {}, "call": {}}
        if self.user is not None:
            at = connection.ops.adapt_datetimefield_value(self.at)
            with connection.cursor() as cursor:
                cursor.execute(ELSEWHERE, [self.user_id, self.user_id, self.user_id, at, at])
                for how, person_id in cursor.fetchall():
                    found[how][person_id] = None
        return {how: tuple(people) for how, people in found.items()}


def access_of(user: User, *, key: str = "", sent: str = "", at: datetime | None = None, waits: bool = True) -> Access:
    """What a signed-in user may do now; an inactive one, nothing."""
    now = at or timezone.now()
    rows: Iterable[tuple[str, str | None, Any]] = ()
    if user.is_active:
        grants = user.grants.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
        rows = grants.values_list("role", "place_id", "place__path")
    return Access(user=user, at=now, held=held_by(rows), key=key, sent=sent, waits=waits)


def held_by(grants: Iterable[tuple[str, str | None, Any]]) -> tuple[tuple[str, frozenset[str]], ...]:
    """What grants in force (role, place, its path) allow; a role that is no longer one allows nothing."""
    known = roles()
    return tuple(("" if place is None else path, known[role].may) for role, place, path in grants if role in known)


def access_of_job(name: str) -> Access:
    """Every permission everywhere, for a command or job of the machine; audited under its name."""
    return Access(user=None, at=timezone.now(), job=name, waits=False)


class NeededError(SizaoError):
    """The user holds this `permission` nowhere."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(
            "not-allowed",
            f"you may not do this: it needs the permission {permission}",
            why="none of your roles in force has it",
            todo="ask an administrator of your area",
        )


class NotFoundError(SizaoError):
    """`kind` of what was asked for, and by which `name`."""

    def __init__(self, kind: str, name: str, what: str, *, why: str = "", todo: str) -> None:
        self.kind, self.name = kind, name
        super().__init__("not-found", what, why=why, todo=todo)


def not_found(what: str, name: str) -> NotFoundError:
    """The same words for what is not there and for what the user may not know of."""
    return NotFoundError(
        what,
        name,
        f"no {what} {name} is in your area",
        why="it is not in the register, or lies outside your area",
        todo="check the id; to see one person elsewhere, give a reason (break the glass)",
    )
