"""A session ends after its hours, and holds only in the browser in which the user signed in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from sizao.register.models import User

BROWSER, SINCE = "browser", "since"
log = logging.getLogger(__name__)


class BoundSession:
    """Signs out whose session is over, or was begun in another browser: a stolen cookie is of no use elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            session = request.session
            over = time.time() - session.get(SINCE, 0) > settings.SIZAO_SESSION.total_seconds()
            elsewhere = not constant_time_compare(session.get(BROWSER, ""), browser_of(request))
            if elsewhere:
                log.warning("a session was used in another browser than it was begun in: user %s", request.user.pk)
            if over or elsewhere:
                logout(request)
        return self.get_response(request)


def bind(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    """Remembers when and in which browser a session began; called at sign-in."""
    request.session[BROWSER] = browser_of(request)
    request.session[SINCE] = time.time()


def browser_of(request: HttpRequest) -> str:
    """What a browser says that it is, as a keyed hash."""
    return salted_hmac("sizao.web.sessions", request.headers.get("User-Agent", ""), algorithm="sha256").hexdigest()


def end_sessions(user: User) -> None:
    """Signs a user out everywhere."""
    for session in user.usersession_set.all():
        session.end()
