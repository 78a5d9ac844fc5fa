"""Pages are made one after the other in each process: who waits for a page waits once, in line.

Threads that all draw pages share the interpreter by milliseconds: each page is then finished as late as the last of
them. With PostgreSQL two are under way, for one of them waits for the database meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LONGEST = 0.5
"""Seconds after which a page is made all the same: one that waits for something must not stop the others."""


class Turns:
    """For what is only read, until its first byte: a file that is given in pieces stops nobody, nor does a form that
    was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        in_file = "sqlite" in settings.DATABASES["default"]["ENGINE"]
        self.turn = threading.Semaphore(1 if in_file else 2)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        has_turn = self.turn.acquire(timeout=LONGEST)
        try:
            return self.get_response(request)
        finally:
            if has_turn:
                self.turn.release()
