"""In which language a page speaks: the user's, else the one chosen in this browser, else what the browser asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

CODES = {"zh": "zh-hans", "en": "en"}


class Language:
    """Activates it for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        code = CODES.get(chosen) or translation.get_language_from_request(request)
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]  # as Django's own does; for errors further out
        with translation.override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response
