"""Pages are made one after the other in each process: who waits for a page waits once, in line.

Threads that all draw pages share the interpreter by milliseconds: each page is then finished as late as the last of
them. With PostgreSQL two are under way, for one of them waits for the database meanwhile.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LONGEST = 0.5
"""Seconds after which a page is made all the same: one that waits for something must not stop the others."""


class _Turn:
    """So many at once, the others strictly in line: who gives a turn back hands it to the first of them. With a plain
    semaphore whoever comes next takes it before the one that waits has woken up."""

    def __init__(self, many: int) -> None:
        self.free = many
        self.line: deque[threading.Event] = deque()
        self.lock = threading.Lock()

    def take(self, longest: float) -> bool:
        """Whether it was one's turn within so many seconds."""
        with self.lock:
            if self.free:
                self.free -= 1
                return True
            mine = threading.Event()
            self.line.append(mine)
        if mine.wait(longest):
            return True
        with self.lock:
            if mine.is_set():  # handed over in this very moment
                return True
            self.line.remove(mine)
            return False

    def give(self) -> None:
        with self.lock:
            if self.line:
                self.line.popleft().set()
            else:
                self.free += 1


class Turns:
    """For what is only read, until its first byte: a file that is given in pieces stops nobody, nor does a form that
    was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        in_file = "sqlite" in settings.DATABASES["default"]["ENGINE"]
        self.turn = _Turn(1 if in_file else 2)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        has_turn = self.turn.take(LONGEST)
        try:
            return self.get_response(request)
        finally:
            if has_turn:
                self.turn.give()
