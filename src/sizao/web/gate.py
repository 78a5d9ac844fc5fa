"""The gate that every request passes: who asks, what they may do, whether the view is for them; errors as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from sizao.errors import SizaoError
from sizao.register.access import Access, access_of
from sizao.register.clock import now
from sizao.web.ended import give_back
from sizao.web.needs import Needs, needs_of
from sizao.web.refusals import BROKEN, bad_request, is_busy, is_full, refuse, say_busy, say_full

CITIZEN = frozenset({"see_own_record"})


class Gate:
    """Sets `request.access` and lets through what the view says it is for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """A refusal, or None to go on."""
        said = needs_of(view)
        if said is None:
            raise SizaoError("undeclared", f"{view} does not say what it needs", todo="see sizao.web.needs")
        request.access = access_of(request.user) if request.user.is_authenticated else nobody()
        if said.who == "api":
            if request.user.is_authenticated and unfinished(request):
                request.user, request.access = AnonymousUser(), nobody()  # a token may still be sent
            return None
        if _has_null(request):
            return bad_request(request)
        if request.method not in said.methods and not (request.method == "HEAD" and "GET" in said.methods):
            page = refuse(request, SizaoError("wrong-method", "this address is not asked that way"), status=405)
            page["Allow"] = HttpResponseNotAllowed(sorted(said.methods))["Allow"]
            return page
        answer = self._admit(request, said)
        if answer is not None and answer.status_code == 302 and getattr(request, "htmx", False):
            return HttpResponse(status=401)  # a part of a page asks: the way to sign in would be shown inside it
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What went wrong, as a page; what is our own fault is left to Django, which logs it."""
        if isinstance(error, SizaoError) and error.code not in BROKEN:
            return refuse(request, error)
        if isinstance(error, OperationalError):
            return say_busy(request) if is_busy(error) else say_full(request) if is_full(error) else None
        return None

    def _admit(self, request: Any, said: Needs) -> HttpResponse | None:
        if said.who == "everybody":
            return None
        if not request.user.is_authenticated:
            if (ended := give_back(request)) is not None:
                return ended
            back = f"?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}" if request.method == "GET" else ""
            return HttpResponseRedirect(reverse(settings.LOGIN_URL) + back)
        if not said.unfinished and (first := unfinished(request)):
            return HttpResponseRedirect(reverse(first))
        if said.who == "holders" and not any(request.access.may(name) for name in said.permissions):
            try:
                request.access.check(said.permissions[0])
            except SizaoError as error:
                return refuse(request, error, needed=said.permissions)
        return None


def _has_null(request: Any) -> bool:
    """Whether a null character stands in the address or in a form: no text of ours has one, and PostgreSQL none."""
    given = [request.path, *(text for _, found in (*request.GET.lists(), *request.POST.lists()) for text in found)]
    return any("\0" in text for text in given)


def nobody() -> Access:
    """The access of somebody who has not signed in: none."""
    return Access(user=None, at=now())


def unfinished(request: Any) -> str:
    """The view where a user must first choose a password or set up their second factor; "" where all is done."""
    if request.user.password_given:
        return "account_change_password"
    held = frozenset().union(*(may for _, may in request.access.held))
    if settings.SIZAO_TOTP == "optional" or held <= CITIZEN:
        return ""
    return "" if request.user.authenticator_set.filter(type="totp").exists() else "mfa_activate_totp"
