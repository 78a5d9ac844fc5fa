"""Home, the roles, the language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from sizao.register.models import Grant, User
from sizao.register.roles import Role, permissions, roles
from sizao.web.language import CODES
from sizao.web.needs import for_everybody, for_users
from sizao.web.say import lang

FIRST = {
    "commander": "situation",
    "epidemiologist": "situation",
    "tracer": "work",
    "community_worker": "work",
    "call_desk": "work",
    "laboratory": "list_tests",
    "oversight": "excesses",
    "citizen": "own",
}
"""The page on which a role begins, where that is not the list of pages."""
ASKED = {"list_tests": "?result=pending"}
"""What that page is asked for."""


@for_users()
def home(request: Any) -> HttpResponse:
    """Where the user's work is; of who has several places of work, or none, the list of pages."""
    held = held_by(request.user, request.access.at)
    first = {FIRST.get(role.name, "") for role, _ in held}
    if len(first) == 1 and (page := first.pop()):
        return HttpResponseRedirect(reverse(page) + ASKED.get(page, ""))
    return render(request, "home.html", {"roles": tell_roles(held)})


def held_by(user: User, at: dt.datetime) -> list[tuple[Role, Grant]]:
    """The user's roles in force."""
    grants = user.grants.filter(Q(until=None) | Q(until__gt=at), since__lte=at).select_related("place")
    return [(roles()[grant.role], grant) for grant in grants.order_by("since") if grant.role in roles()]


def tell_roles(held: Sequence[tuple[Role, Grant]]) -> list[dict[str, Any]]:
    """What I may do where, and until when."""
    return [{"title": role.title[lang()], "does": role.does[lang()], "grant": grant} for role, grant in held]


@for_everybody()
def role_table(request: HttpRequest) -> HttpResponse:
    """What each role may do: the same table as docs/roles.md."""
    told = [{"name": role.name, "title": role.title[lang()], "does": role.does[lang()]} for role in roles().values()]
    rows = [
        {"name": name, "title": words[lang()], "held": [name in role.may for role in roles().values()]}
        for name, words in permissions().items()
    ]
    return render(request, "roles.html", {"roles": told, "rows": rows})


@for_everybody(methods=("POST",))
@sensitive_post_parameters()
def choose_language(request: Any) -> HttpResponse:
    """In which language pages speak to this user, or in this browser."""
    chosen = request.POST.get("language")
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    page = HttpResponseRedirect(back if inside else reverse("home"))
    if chosen in CODES:
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=chosen)
        page.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            CODES[chosen],
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return page
