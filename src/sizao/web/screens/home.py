"""Home, the roles, the language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from sizao.register.models import User
from sizao.register.roles import permissions, roles
from sizao.web.language import CODES
from sizao.web.needs import for_everybody, for_users
from sizao.web.say import lang


@for_users()
def home(request: Any) -> HttpResponse:
    """Who I am, what I may do where, and until when."""
    at = request.access.at
    grants = request.user.grants.filter(Q(until=None) | Q(until__gt=at)).select_related("place")
    held = [(roles()[grant.role], grant) for grant in grants.order_by("since") if grant.role in roles()]
    citizen_only = held and all(role.name == "citizen" for role, _ in held)
    if citizen_only:
        return HttpResponseRedirect(reverse("own"))
    if held and all(role.name == "oversight" for role, _ in held):
        return HttpResponseRedirect(reverse("excesses"))
    told = [{"title": role.title[lang()], "does": role.does[lang()], "grant": grant} for role, grant in held]
    return render(request, "home.html", {"roles": told})


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
