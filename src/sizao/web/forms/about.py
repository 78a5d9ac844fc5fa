"""What a form is about: found with the check that the user may do this to it, and told in a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from sizao.register.access import Access, not_found
from sizao.register.actions.find import find_event, find_fact, find_person, find_place, standing
from sizao.register.actions.users import check_token, find_kept
from sizao.register.models import ApiToken, Case, Grant, Order, Person, Place, Request, Test, User
from sizao.register.roles import roles
from sizao.web.forms.describe import Form
from sizao.web.forms.fields import names_on
from sizao.web.say import lang, say, titles
from sizao.web.timeline import TEXTS, day_of

MODELS: Mapping[str, Any] = {"test": Test, "case": Case, "order": Order, "request": Request}
LONGEST_LINK = 300
IN_CALL = ("take_request", "log_visit")
"""Forms that are also for who is on the phone from outside the area (`take_call`)."""
BACK = {"object_to_status": "own", "add_user": "users", "make_token": "account"}


@dataclass(frozen=True)
class Subject:
    """What a form is about. `given`: the arguments of the action that name it."""

    ids: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    row: Any = None
    person: Person | None = None
    place: Place | None = None
    user: User | None = None
    version: int = 0
    lines: tuple[str, ...] = ()
    address: str = "/"
    """Where the form is left to."""


def find_subject(said: Form, access: Access, ids: Mapping[str, str]) -> Subject:
    """Raises SizaoError `not-found`, `not-allowed`, `no-api`."""
    if said.name == "make_token":
        check_token(access)
    if said.about == "nothing":
        return Subject(address=reverse(BACK.get(said.name, "home")))
    name = next(iter(ids.values()))
    found: Subject = FINDERS.get(said.about, _fact)(said, access, name)
    return Subject(**{**found.__dict__, "ids": ids})


def first_values(said: Form, access: Access, subject: Subject, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the fields start with: what is on record, or what a link to the form gives."""
    names = {field.name: field for field in said.fields}
    if not said.changes:
        return {name: asked[name] for name in names if 0 < len(asked.get(name, "")) <= LONGEST_LINK}
    row = subject.row
    hidden = {name for name, field in names.items() if field.named and not access.may("see_names")}
    return {
        name: getattr(row, "home_id" if name == "home_place_id" else name) for name in names if name not in hidden
    }


def _person(said: Form, access: Access, name: str) -> Subject:
    person = find_person(name, access, said.needs, in_call=said.name in IN_CALL, names=True)
    return Subject(
        given={said.given_as: person.person_id},
        row=person,
        person=person,
        version=person.version,
        lines=person_lines(access, person),
        address=_person_address(access, person),
    )


def _fact(said: Form, access: Access, name: str) -> Subject:
    """A test, case, order or request as it is now, or an event."""
    row: Any
    if said.about == "event":
        row = find_event(name, access)
    else:
        row = standing(find_fact(MODELS[said.about], name, access, said.needs))
    person, place = (row.person, None) if row.person_id else (None, row.place)
    where = person_lines(access, person) if person else (say().name(place.name),) if place else ()
    day = say().day(day_of(row))
    text = titles().kind(row.kind) if said.about == "event" else TEXTS[said.about](row)
    return Subject(
        given={f"{said.about}_id": name},
        row=row,
        person=person,
        place=place,
        version=getattr(row, "version", 0),
        lines=(*where, f"{day} · {text}"),
        address=_person_address(access, person) if person else reverse("place", args=[row.place_id]),
    )


def _place(said: Form, access: Access, name: str) -> Subject:
    place = find_place(name, access, said.needs)
    assert place is not None
    lines = (" · ".join(say().name(part) for part in names_on(place.path)),)
    return Subject(
        given={said.given_as: name}, row=place, place=place, lines=lines, address=reverse("place", args=[name])
    )


def _user(said: Form, access: Access, name: str) -> Subject:
    user = find_kept(name, access)
    lines = (f"{user.username} {user.first_name}".strip(),)
    return Subject(given={"username": name}, row=user, user=user, lines=lines, address=reverse("user", args=[name]))


def _grant(said: Form, access: Access, name: str) -> Subject:
    grant = Grant.objects.select_related("place", "user").filter(pk=int(name)).first()
    if grant is None or not access.holds_in(said.needs, "" if grant.place is None else grant.place.path):
        raise not_found("grant", name)
    where = say("everywhere") if grant.place is None else say().name(grant.place.name)
    line = f"{grant.user.username} · {roles()[grant.role].title[lang()]} · {where}"
    back = reverse("user", args=[grant.user.username])
    return Subject(given={"grant_id": grant.pk}, row=grant, user=grant.user, lines=(line,), address=back)


def person_lines(access: Access, person: Person) -> tuple[str, ...]:
    """Who it is, in a line: with the name, so that nothing is recorded of somebody else."""
    named = person.name if person.name and access.can_person("see_names", person) else ""
    return (f"{named} {person.person_id}".strip(),)


def _person_address(access: Access, person: Person) -> str:
    return reverse("person", args=[person.person_id]) if access.can_person("see_people", person) else reverse("home")


def _token(said: Form, access: Access, name: str) -> Subject:
    token = ApiToken.objects.filter(pk=int(name), user_id=access.user_id, revoked_at=None).first()
    if token is None:
        raise not_found("token", name)
    return Subject(given={"token_id": token.pk}, row=token, lines=(token.name,), address=reverse("account"))


FINDERS = {"person": _person, "place": _place, "user": _user, "grant": _grant, "token": _token}
