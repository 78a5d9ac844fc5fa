"""One shape for every refusal of the API."""

from __future__ import annotations

import logging
from typing import Any

from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from sizao.errors import RefusedError, SizaoError

STATUS = {"not-allowed": 403, "not-found": 404, "changed-meanwhile": 409, "key-reused": 409}
"""Other refusals are of what was sent: 400."""
OURS = frozenset({"unscoped", "seal-broken", "sealed-lookup", "keys-broken", "keys-missing"})
log = logging.getLogger(__name__)


def refused(error: SizaoError) -> dict[str, Any]:
    """What, why and what to do, with each field that is wrong."""
    problems = error.problems if isinstance(error, RefusedError) else []
    return {
        "code": error.code,
        "what": error.what,
        "why": error.why,
        "todo": error.todo,
        "problems": [
            {"field": problem.column, "value": problem.value, "what": problem.what, "todo": problem.todo}
            for problem in problems
        ],
    }


def answer_refusals(api: NinjaAPI) -> None:
    """Makes the API say every refusal in one shape."""

    @api.exception_handler(SizaoError)
    def of_sizao(request: HttpRequest, error: Any) -> HttpResponse:
        if error.code in OURS:
            log.error("the API failed: %s", error.code)
            return _say(request, 500, "failed", "the service failed", "try again; tell an administrator if it stays")
        return api.create_response(request, refused(error), status=STATUS.get(error.code, 400))

    @api.exception_handler(ValidationError)
    def of_shape(request: HttpRequest, error: Any) -> HttpResponse:
        problems = [
            {
                "field": ".".join(str(part) for part in one["loc"][1:]),
                "what": one["msg"],
                "todo": "see the API's document",
            }
            for one in error.errors
        ]
        said = {
            "code": "invalid",
            "what": "what was sent has another shape",
            "why": "",
            "todo": "correct what is listed",
        }
        return api.create_response(request, said | {"problems": problems}, status=400)

    @api.exception_handler(AuthenticationError)
    def of_sign_in(request: HttpRequest, error: Any) -> HttpResponse:
        return _say(
            request, 401, "not-signed-in", "no valid token or session was sent", "send Authorization: Bearer TOKEN"
        )

    @api.exception_handler(OperationalError)
    def of_database(request: HttpRequest, error: Any) -> HttpResponse:
        log.error("the database is busy or away: %s", type(error).__name__)
        return _say(request, 503, "busy", "the database is busy or away", "send the same again, with the same key")

    def _say(request: HttpRequest, status: int, code: str, what: str, todo: str) -> HttpResponse:
        said = {"code": code, "what": what, "why": "", "todo": todo, "problems": []}
        return api.create_response(request, said, status=status)
