"""A citizen's own page: what holds for them, why, until when; who looked; the right to object."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from sizao.errors import SizaoError
from sizao.register.access import OWN
from sizao.register.models import Person, Request
from sizao.register.reads import log_read
from sizao.register.roles import roles
from sizao.web.needs import needs
from sizao.web.say import lang, say
from sizao.web.screens.audit_words import said_read
from sizao.web.screens.person import derived, explained, identity, readers
from sizao.web.timeline import timeline


@needs("see_own_record")
def own(request: Any) -> HttpResponse:
    """Their own record and nobody else's: found by what the account is linked to, never by an address."""
    access = request.access
    rows = Person.objects.seen_by(access, OWN).select_related("same_as")
    found = rows.first()
    if found is None:
        raise SizaoError("no-record", "you are linked to no record", todo="ask the office that gave you your account")
    person = found.same_as or found
    log_read(by=access, what="own", person_id=person.person_id)
    told = {
        **identity(access, person),
        **derived(person),
        "see_excesses": True,
        "sections": explained(person.person_id),
        "orders": [item for item in timeline(access, [person, found], permission=OWN) if item.about == "order"],
        "requests": [
            {"kind": say().word("requests", row.kind), "row": row}
            for row in _latest(Request.objects.seen_by(access, OWN).order_by("-version"))
        ],
        "readers": [
            (read, role_of(read.user), said_read(read) if read.what != "form" else "")
            for read in readers([person, *Person.objects.unscoped("their own").filter(same_as=person)])
            if read.user_id != access.user_id
        ],
    }
    return render(request, "own.html", told)


def role_of(user: Any) -> str:
    """A reader by their roles: a citizen is told in which office, not who."""
    if user is None:
        return str(say("the_register"))
    held = user.grants.order_by("since").select_related("place")
    named = [(roles()[grant.role].title[lang()], grant.place) for grant in held if grant.role in roles()]
    told = [f"{title} · {say().name(place.name)}" if place else title for title, place in named]
    return "；".join(dict.fromkeys(told)) or "—"


def _latest(rows: Any) -> list[Request]:
    found: dict[str, Request] = {}
    for row in rows:
        found.setdefault(row.request_id, row)
    return sorted((row for row in found.values() if not row.withdrawn), key=lambda row: row.pk, reverse=True)
