"""Who calls the API: a token with a scope and an end, or somebody signed in on the screens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from ninja.security import APIKeyCookie, HttpBearer

from sizao.errors import SizaoError
from sizao.register.access import Access, access_of
from sizao.register.actions.check import fits
from sizao.register.actions.users import digest
from sizao.register.clock import now
from sizao.register.models import ApiToken, User

READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEY = "Idempotency-Key"
LONGEST_KEY = 100


class Token(HttpBearer):
    """`Authorization: Bearer sizao_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        rows = ApiToken.objects.select_related("user").filter(digest=digest(token), revoked_at=None, until__gt=now())
        found = rows.first()
        if found is None or not found.user.is_active or found.user.citizen_of:
            return None
        if request.method not in READING and not found.may_write:
            raise SizaoError("read-only-token", "this token may only read", todo="make a token that may write")
        return _enter(request, found.user)


class Session(APIKeyCookie):
    """The cookie of the screens; writes need the CSRF token as a form does."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Access | None:
        user = getattr(request, "user", None)
        if (
            not isinstance(user, User)
            or not user.is_active
            or user.citizen_of
            or not getattr(request, "access", None)
        ):
            return None
        return _enter(request, user)


def _enter(request: Any, user: User) -> Access:
    """Sets `request.access`. Raises SizaoError `invalid` for a key or an address that no database keeps."""
    key = request.headers.get(KEY, "")
    if not fits(key, LONGEST_KEY):
        raise SizaoError(
            "invalid",
            f"{KEY} is longer than {LONGEST_KEY} letters, or has one that cannot be kept",
            todo="send a shorter one, such as a UUID",
        )
    given = [request.path, *(text for _, found in request.GET.lists() for text in found), *request.GET]
    if any("\0" in text for text in given):
        raise SizaoError("invalid", "a null character stands in the address", todo="leave it out")
    sent = salted_hmac("sizao.api.sent", request.path.encode() + b"\0" + request.body).hexdigest() if key else ""
    # a program reads on later; what it reads says as of when
    request.access = access_of(user, key=key, sent=sent, waits=False)
    access: Access = request.access
    return access
