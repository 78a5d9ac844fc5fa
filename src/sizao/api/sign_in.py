"""Who calls the API: a token with a scope and an end, or somebody signed in on the screens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from sizao.errors import SizaoError
from sizao.register.access import Access, access_of
from sizao.register.actions.users import digest
from sizao.register.clock import now
from sizao.register.models import ApiToken, User

READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEY = "Idempotency-Key"


class Token(HttpBearer):
    """`Authorization: Bearer sizao_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        rows = ApiToken.objects.select_related("user").filter(digest=digest(token), revoked_at=None, until__gt=now())
        found = rows.first()
        if found is None or not found.user.is_active or found.user.citizen_of:
            return None
        if request.method not in READING and not found.may_write:
            raise SizaoError("not-allowed", "this token may only read", todo="make a token that may write")
        return _enter(request, found.user)


class Session(APIKeyCookie):
    """The cookie of the screens; writes need the CSRF token as a form does."""

    param_name = "sessionid"

    def __init__(self) -> None:
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
    key = request.headers.get(KEY, "")
    if len(key) > 100:
        raise SizaoError("invalid", f"{KEY} is longer than 100 letters", todo="send a shorter one, such as a UUID")
    request.access = access_of(user, key=key)
    access: Access = request.access
    return access
