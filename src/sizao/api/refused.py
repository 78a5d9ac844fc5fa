"""One shape for every refusal of the API, in the language that the caller asks for."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.web.refusals import BROKEN, is_full, problem_words, words_of

STATUS = {
    "not-allowed": 403,
    "needs-names": 403,
    "read-only-token": 403,
    "not-found": 404,
    "changed-meanwhile": 409,
    "key-reused": 409,
    "may-be-known": 409,
    "register-moved": 503,
}
"""Other refusals are of what was sent: 400."""
PROBLEMS = {"missing": "empty", "string_too_long": "too-long", "string_pattern_mismatch": "too-long"}
"""What the check of shapes calls what we call by these names; anything else is `wrong-type`."""
log = logging.getLogger(__name__)


def language_of(request: HttpRequest) -> str:
    """zh where Accept-Language asks for it before English, else en: what programs send by themselves."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()[:500]):
        if code[:2] in ("zh", "en"):
            return code[:2]
    return "en"


def refused(error: SizaoError, language: str = "en") -> dict[str, Any]:
    """What, why and what to do, with each field that is wrong."""
    said = {"what": error.what, "why": error.why, "todo": error.todo}
    problems = error.problems if isinstance(error, RefusedError) else []
    if language == "zh":
        with translation.override("zh-hans"):
            said = words_of(error)
            listed = [_problem(one, problem_words(one)) for one in problems]
    else:
        listed = [_problem(one, one.what, one.todo) for one in problems]
    return {"code": error.code, **said, "problems": listed}


def misshapen(errors: Sequence[Any]) -> RefusedError:
    """What pydantic found wrong with what was sent. The letters sent stay out of it, but for the names of fields."""
    problems = [
        Problem(
            PROBLEMS.get(one["type"], "wrong-type"),
            "",
            str(one["msg"]).removeprefix("Value error, "),
            "see the API's document",
            column=_field(one["loc"]),
        )
        for one in errors
    ]
    return RefusedError("invalid", "what was sent has another shape", problems, todo="correct what is listed")


def answer_refusals(api: NinjaAPI) -> None:
    """Makes the API say every refusal in one shape."""

    @api.exception_handler(SizaoError)
    def of_sizao(request: HttpRequest, error: Any) -> HttpResponse:
        if error.code in BROKEN:
            log.error("the API failed: %s", error.code)
            broken = SizaoError("failed", "the service failed", todo="try again; tell an administrator if it stays")
            return _say(request, broken, 500)
        return _say(request, error, STATUS.get(error.code, 400))

    @api.exception_handler(ValidationError)
    def of_shape(request: HttpRequest, error: Any) -> HttpResponse:
        return _say(request, misshapen(error.errors), 400)

    @api.exception_handler(HttpError)
    def of_ninja(request: HttpRequest, error: Any) -> HttpResponse:
        if error.status_code == 403:
            why = "a write by the cookie of the screens needs the CSRF token of a form"
            return _say(request, SizaoError("form-expired", "this was sent from elsewhere", why=why), 403)
        todo = "send JSON as the API's document says"
        return _say(request, SizaoError("invalid", "what was sent cannot be read", todo=todo), 400)

    @api.exception_handler(RequestDataTooBig)
    def of_size(request: HttpRequest, error: Any) -> HttpResponse:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return _say(request, SizaoError("too-much", f"more than {most} MiB at once", todo="send fewer rows"), 413)

    @api.exception_handler(AuthenticationError)
    def of_sign_in(request: HttpRequest, error: Any) -> HttpResponse:
        todo = "send Authorization: Bearer TOKEN"
        answer = _say(request, SizaoError("not-signed-in", "no valid token or session was sent", todo=todo), 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    @api.exception_handler(OperationalError)
    def of_database(request: HttpRequest, error: Any) -> HttpResponse:
        log.error("the database is busy, full or away: %s", type(error).__name__)
        if is_full(error):
            return _say(request, SizaoError("no-room", "the register cannot write any more"), 507)
        todo = "send the same again, with the same key"
        answer = _say(request, SizaoError("busy", "the database is busy or away", todo=todo), 503)
        answer["Retry-After"] = "5"
        return answer

    def _say(request: HttpRequest, error: SizaoError, status: int) -> HttpResponse:
        language = language_of(request)
        answer: HttpResponse = api.create_response(request, refused(error, language), status=status)
        answer["Content-Language"] = "zh-hans" if language == "zh" else "en"
        return answer


def _field(place: Sequence[str | int]) -> str:
    """The caller's name of a field: without where in a request it stands, and what we call the whole of that."""
    skip = {"body": 2, "query": 1, "path": 1, "header": 1}.get(str(place[0]), 0) if place else 0
    return ".".join(str(part) for part in place[skip:])[:200]


def _problem(one: Problem, what: str, todo: str = "") -> dict[str, Any]:
    return {"field": one.column or "", "code": one.code, "value": one.value, "what": what, "todo": todo}
