"""Who calls the API: a token with a scope and an end, or somebody signed in on the screens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from ninja.security import APIKeyCookie, HttpBearer

from sizao.errors import SizaoError
from sizao.register.access import Access, held_by
from sizao.register.actions.check import fits
from sizao.register.actions.users import digest
from sizao.register.clock import now
from sizao.register.models import User

USER = ("id", "username", "is_active", "language", "citizen_of", "password_given")
"""In the order of the model, as `from_db` takes them."""
HOLDER = f"""SELECT {", ".join(f"u.{name}" for name in USER)}, t.may_write, g.role, g.place_id, p.path
FROM api_tokens t JOIN users u ON u.id = t.user_id
LEFT JOIN grants g ON g.user_id = u.id AND g."from" <= %s AND (g.until IS NULL OR g.until > %s)
LEFT JOIN places p ON p.place_id = g.place_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.until > %s"""
"""Whose a token is and what they may do, a row for each grant: every request asks, so in one statement."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
KEY = "Idempotency-Key"
LONGEST_KEY = 100


class Token(HttpBearer):
    """`Authorization: Bearer sizao_...`"""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        at = now()
        instant = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.execute(HOLDER, [instant, instant, digest(token), instant])
            rows = cursor.fetchall()
        if not rows:
            return None
        values, may_write = rows[0][: len(USER)], rows[0][len(USER)]
        user = User.from_db(connection.alias, USER, values)
        if not user.is_active or user.citizen_of:
            return None
        if request.method not in READING and not may_write:
            raise SizaoError("read-only-token", "this token may only read", todo="make a token that may write")
        grants = [row[-3:] for row in rows if row[-3] is not None]
        return _enter(request, Access(user=user, at=at, held=held_by(grants)))


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
        return _enter(request, request.access)


def _enter(request: Any, access: Access) -> Access:
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
    request.access = replace(access, key=key, sent=sent, waits=False)
    entered: Access = request.access
    return entered
