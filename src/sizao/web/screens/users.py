"""Users, their roles, and one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sizao.register.access import OWN, Access
from sizao.register.actions.users import find_kept
from sizao.register.models import Grant, User
from sizao.register.roles import roles
from sizao.register.scope import within
from sizao.web.forms.describe import forms
from sizao.web.needs import for_users, needs
from sizao.web.say import lang, say
from sizao.web.screens.home import held_by, tell_roles
from sizao.web.sessions import end_sessions

SIZE = 100


@needs("keep_users")
def users(request: Any) -> HttpResponse:
    """The users whom this administrator keeps, by name. `after` is the last of the page before."""
    after = request.GET.get("after", "")[:150]
    found = list(kept_by(request.access).filter(username__gt=after).order_by("username")[: SIZE + 1])
    by_user = grants_of_many(found[:SIZE], request.access)
    rows = [{"user": user, "grants": by_user[user.pk]} for user in found[:SIZE]]
    last = found[SIZE - 1].username if len(found) > SIZE else ""
    return render(request, "users.html", {"rows": rows, "last": last, "began": not after})


@needs("keep_users")
def user(request: Any, username: str) -> HttpResponse:
    """One user: their roles, and what may be done."""
    found = find_kept(username, request.access)
    named = [said for said in forms().values() if said.about == "user"]
    told = {"user_shown": found, "grants": grants_of(found, request.access), "forms": named}
    return render(request, "user.html", {**told, "has_factor": found.authenticator_set.exists()})


@for_users(methods=("GET", "POST"))
def account(request: Any) -> HttpResponse:
    """One's own password, second factor and sessions; POST signs out everywhere."""
    if request.method == "POST":
        end_sessions(request.user)
        logout(request)
        messages.success(request, say("signed_out_everywhere"))
        return HttpResponseRedirect(reverse("account_login"), status=303)
    factor = request.user.authenticator_set.filter(type="totp").first()
    sessions = [
        {"row": row, "here": row.session_key == request.session.session_key}
        for row in request.user.usersession_set.order_by("-created_at")
    ]
    held = tell_roles(held_by(request.user, request.access.at))
    tokens = request.user.tokens.filter(revoked_at=None, until__gt=request.access.at).order_by("-made_at")
    return render(
        request, "account.html", {"factor": factor, "sessions": sessions, "tokens": list(tokens), "roles": held}
    )


def kept_by(access: Access) -> QuerySet[User]:
    """Users none of whose roles in force reaches beyond the areas in which `access` keeps users."""
    areas = access.areas("keep_users")
    if "" in areas:
        return User.objects.all()
    open_now = Q(until=None) | Q(until__gt=access.at)
    beyond = Grant.objects.filter(open_now, user_id=OuterRef("pk")).exclude(within("place__path", areas))
    return User.objects.filter(~Exists(beyond))


def grants_of(user: User, access: Access) -> list[dict[str, Any]]:
    """Their roles in force, in words."""
    return grants_of_many([user], access)[user.pk]


def grants_of_many(users: Sequence[User], access: Access) -> dict[int, list[dict[str, Any]]]:
    """The same of several, by user, in one question to the database."""
    known = {user.pk: user for user in users}
    found: dict[int, list[dict[str, Any]]] = {key: [] for key in known}
    rows = Grant.objects.filter(Q(until=None) | Q(until__gt=access.at), user_id__in=[*known])
    for grant in rows.select_related("place").order_by("since"):
        title = roles()[grant.role].title[lang()] if grant.role in roles() else grant.role
        where = _where(grant, known[grant.user_id])
        found[grant.user_id].append({"row": grant, "title": title, "where": where})
    return found


def _where(grant: Grant, user: User) -> str:
    """Where a role holds; a citizen's, of whose record."""
    if user.citizen_of and grant.role in roles() and OWN in roles()[grant.role].may:
        return str(say("record_of", id=user.citizen_of))
    return str(say("everywhere") if grant.place is None else say().name(grant.place.name))
