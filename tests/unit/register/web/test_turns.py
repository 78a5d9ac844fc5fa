"""One page at a time in each process; what waits for something stops nobody for long, and what is written nobody."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from sizao.web import turns
from sizao.web.turns import Turns

LITTLE = 0.2


class Pages:
    """Pages that take until they are let go; how many were under way at once."""

    def __init__(self) -> None:
        self.under_way = self.most = self.done = 0
        self.go, self.lock = threading.Event(), threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.go.wait(10)
        with self.lock:
            self.under_way -= 1
            self.done += 1
        if request.path == "/broken":
            raise ValueError("a page that breaks")
        return HttpResponse("")


def ask(turn: Turns, *requests: Any) -> list[threading.Thread]:
    """Each in a thread of its own, one a moment after the other."""

    def one(request: Any) -> None:
        with suppress(ValueError):
            turn(request)

    asked = [threading.Thread(target=one, args=(request,), daemon=True) for request in requests]
    for thread in asked:
        thread.start()
    return asked


def see(pages: Pages, many: int) -> None:
    """So many are under way before long, and no more of them a moment later."""
    for _ in range(1000):
        if pages.under_way == many:
            break
        time.sleep(0.01)
    time.sleep(LITTLE)
    assert pages.under_way == many


def wait_for(asked: list[threading.Thread]) -> None:
    for thread in asked:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("engine", "at_once"), [("django.db.backends.sqlite3", 1), ("django.db.backends.postgresql", 2)]
)
def test_pages_follow_one_another(engine: str, at_once: int, settings: Any, rf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(turns, "LONGEST", 10)
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", engine)
    pages = Pages()
    asked = ask(Turns(pages), rf.get("/broken"), *[rf.get("/work")] * 4)
    see(pages, at_once)
    pages.go.set()
    wait_for(asked)
    assert pages.done == 5 and pages.most == at_once  # a page that broke gave its turn on


def test_a_page_that_hangs_stops_nobody_for_long(rf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(turns, "LONGEST", LITTLE)
    pages = Pages()
    asked = ask(Turns(pages), *[rf.get("/work")] * 4)
    see(pages, 4)
    pages.go.set()
    wait_for(asked)


def test_what_is_written_does_not_wait(rf: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(turns, "LONGEST", 10)
    pages = Pages()
    asked = ask(Turns(pages), rf.get("/work"), rf.post("/work/do"), rf.post("/work/do"))
    see(pages, 3)
    pages.go.set()
    wait_for(asked)


def test_every_request_comes_by_it(settings: Any) -> None:
    assert "sizao.web.turns.Turns" in settings.MIDDLEWARE
