"""Turns what was refused into a page that says what, why and what to do, and never whose record it was about."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_request, override

from sizao.errors import Problem, SizaoError
from sizao.register.access import NeededError, NotFoundError
from sizao.register.roles import permissions
from sizao.web.say import say
from sizao.words import read_yaml

STATUS = {
    "not-allowed": 403,
    "needs-names": 403,
    "no-api": 403,
    "not-found": 404,
    "changed-meanwhile": 409,
    "key-reused": 409,
    "may-be-known": 409,
    "busy": 503,
    "register-moved": 503,
}
"""Other refusals are of what was typed: 400."""
BROKEN = frozenset({"unscoped", "undeclared", "seal-broken", "sealed-lookup", "keys-broken", "keys-missing"})
"""Our own fault: 500."""
log = logging.getLogger(__name__)


class AstrayError(SizaoError):
    """An address asks for what it cannot: `wrong` of it, in words; `way` leads to the same without that."""

    def __init__(self, code: str, what: str, *, todo: str, way: str, wrong: Sequence[str] = ()) -> None:
        super().__init__(code, what, todo=todo)
        self.way, self.wrong = way, wrong


def refuse(
    request: HttpRequest, error: SizaoError, status: int | None = None, needed: Sequence[str] = (), **more: Any
) -> HttpResponse:
    """The page of a refusal; `needed`: the permissions of which one would do; `more` goes to its template."""
    status = status or STATUS.get(error.code, 400)
    kind = error.kind if isinstance(error, NotFoundError) else ""
    glass = error.code == "not-found" and f"not-found-{kind}" not in _refusals()
    astray = {"way": error.way, "wrong": error.wrong} if isinstance(error, AstrayError) else {}
    said = {"code": error.code, "status": status, "glass": glass, **astray, **words_of(error), **more}
    if isinstance(error, NeededError):
        said["needed"] = [permissions()[name][say().lang] for name in needed or [error.permission]]
    return HttpResponse(render_to_string("refusal.html", said, request), status=status)


def words_of(error: SizaoError) -> dict[str, str]:
    """What, why and what to do in the language of the page.

    refusals.yaml has the words by code. English falls back on the error's own, except where these name what was
    asked for; Chinese on a sentence that carries the English one.
    """
    kind = f"{error.code}-{error.kind}" if isinstance(error, NotFoundError) else ""
    known = (_refusals().get(kind) or _refusals().get(error.code, {})).get(say().lang)
    if known:
        return {"what": known.get("what", ""), "why": known.get("why", ""), "todo": known.get("todo", "")}
    if say().lang == "zh":
        return {"what": say("could_not", said=error.what), "why": "", "todo": ""}
    return {"what": f"{error.what[:1].upper()}{error.what[1:]}", "why": error.why, "todo": error.todo}


def problem_words(problem: Problem) -> str:
    """One problem of a field, in the language of the page."""
    known = read_yaml("sizao.web", "refusals.yaml")["problems"].get(problem.code)
    if known:
        return str(known[say().lang])
    return f"{problem.what}; {problem.todo}"


def is_busy(error: Exception) -> bool:
    """Whether the database only asks for patience."""
    text = str(error).lower()
    return "locked" in text or "deadlock" in text or "timeout" in text


def say_busy(request: HttpRequest) -> HttpResponse:
    """Nothing was written; the same form can be sent again and is done once."""
    page = refuse(request, SizaoError("busy", "the register is busy", todo="send it again in a moment"))
    page["Retry-After"] = "5"
    return page


def is_full(error: Exception) -> bool:
    """Whether the database has no room left, or cannot write any more."""
    text = str(error).lower()
    return any(said in text for said in ("is full", "no space left", "disk i/o error", "readonly database"))


def say_full(request: HttpRequest) -> HttpResponse:
    """Nothing was written, and sending it again will not help until somebody makes room."""
    return refuse(request, _full(), status=507)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django refused the request itself; nothing of it is shown."""
    if isinstance(exception, RequestDataTooBig):
        error = SizaoError("too-much", "this is too much at once", todo="send less at once")
        return _plain_refusal(request, error, 413)
    return _plain("bad_request", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Refused by a library of ours."""
    return refuse(request, SizaoError("not-allowed", "you may not do this"))


def nowhere(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return refuse(request, NotFoundError("page", "", "there is no such page", todo="start from the first page"))


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault. The page says a number that the log has too, and nothing else: it may be anybody's record.

    Unless the database failed before or after the view (a session is read and kept there): that is said as it is.
    """
    error = sys.exc_info()[1]
    if isinstance(error, SizaoError) and STATUS.get(error.code) == 503:
        return _plain_refusal(request, error, 503)
    if isinstance(error, OperationalError) and is_full(error):
        return _plain_refusal(request, _full(), 507)
    number = secrets.token_hex(4)
    log.error("internal error %s", number)
    return _plain("internal_error", 500, number=number)


def _full() -> SizaoError:
    log.error("the register cannot be written: its disk is full or fails")
    return SizaoError("no-room", "the register cannot write any more", todo="tell who runs the service; keep a note")


def _plain_refusal(request: HttpRequest, error: SizaoError, status: int) -> HttpResponse:
    """A refusal on a page that needs no database and no session; perhaps nobody asked yet for the user's language."""
    code = getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)
    with override(code):
        words = {**words_of(error), "status": status, "lang": code}
        return HttpResponse(render_to_string("plain.html", words), status=status)


def _plain(word: str, status: int, **values: str) -> HttpResponse:
    """A page that needs no database, no session and no host name."""
    words = {"what": say(word, **values), "todo": say(f"{word}_todo"), "status": status}
    return HttpResponse(render_to_string("plain.html", {**words, "lang": get_language()}), status=status)


def _refusals() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml("sizao.web", "refusals.yaml")["refusals"]
    return found
