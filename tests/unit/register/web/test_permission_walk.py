"""Every address, asked by every role, by nobody, and from next door: who is let in, and what no page may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from sizao.register.roles import permissions, roles
from sizao.web.forms.describe import forms
from sizao.web.needs import Needs, needs_of
from sizao.web.page import MENU

PERSONS = {"person_id", "test_id", "case_id", "event_id", "order_id", "request_id"}
KEPT = {"place_id", "username", "grant_id"}


def addresses() -> list[tuple[str, URLPattern]]:
    """Every address of the service as Django has it, the API's too."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            where = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, where)
            else:
                yield where, pattern

    return list(walk(get_resolver().url_patterns, "/"))


def of(pattern: URLPattern) -> Needs:
    """What the view of an address says."""
    said = needs_of(pattern.callback)
    assert said is not None, pattern
    return said


ALL = addresses()
SCREENS = [(where, pattern) for where, pattern in ALL if of(pattern).who != "api"]


def test_every_address_says_what_it_needs() -> None:
    silent = [where for where, pattern in ALL if needs_of(pattern.callback) is None]
    assert not silent
    assert len(SCREENS) > 60


def test_a_view_that_does_not_say_is_refused(rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    from sizao.errors import SizaoError
    from sizao.web.gate import Gate

    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(SizaoError) as error:
        Gate(lambda request: None).process_view(request, lambda request: None, (), {})  # type: ignore[arg-type]
    assert error.value.code == "undeclared"


def test_the_menu_asks_for_what_the_views_ask_for() -> None:
    views = {pattern.name: of(pattern) for _, pattern in SCREENS}
    assert {name: set(needed) for name, needed in MENU} == {name: {*views[name].permissions} for name, _ in MENU}


def test_every_permission_that_a_form_needs_is_what_its_view_needs() -> None:
    views = {pattern.name: of(pattern) for _, pattern in SCREENS}
    views["break_glass"] = views["glass"]
    for name, said in forms().items():
        assert views[name].permissions == ((said.needs,) if said.needs in permissions() else ())


def expected(said: Needs, names: set[str], may: frozenset[str] | None, mine: bool) -> set[int]:
    """Which answers a GET may have. `may`: None where nobody signed in; `mine`: about what is in the area."""
    if said.who == "everybody":
        return {200, 302, 404}
    if may is None:
        return {302}
    if said.who == "users":
        return {404} if "token_id" in names else {200, 302, 404}
    if not may & set(said.permissions):
        return {403}
    if names & {"import_id", "batch_key"}:
        return {404}  # somebody else's, also of the same office
    if names & (PERSONS | KEPT):
        return {200} if mine else {404} if names & PERSONS else {403, 404}  # that a place exists is no secret
    return {200}


@pytest.mark.parametrize("role", [*roles(), "nobody", "without a role"])
def test_each_address_lets_in_whom_it_says_and_never_names_the_neighbour(
    role: str, sign_in: Any, sides: dict[str, Any]
) -> None:
    may = None if role == "nobody" else roles()[role].may if role in roles() else frozenset()
    browser = _browser(role, sign_in, sides)
    wrong = []
    for where, pattern in SCREENS:
        said = of(pattern)
        for mine in (True, False):
            path = _fill(where, sides["jia" if mine else "yi"].ids)
            for method in sorted(said.methods):
                if (pattern.name, method) in {("account_logout", "POST"), ("account", "POST")}:
                    continue  # they end the session: see the tests of signing in
                page = browser.get(path) if method == "GET" else browser.post(path, {"next": "/"})
                fits = expected(said, set(re.findall(r"<\w+:(\w+)>", where)), may, mine)
                if pattern.name == "make_token" and role == "citizen":
                    fits = {403}  # no token lets them in
                if method == "POST":
                    fits = {302, 303, 400, 409, 200, 404, 429} if 200 in fits else fits
                    fits = {302, 401} if fits == {302} else fits  # a form gives back what was typed
                if page.status_code not in fits:
                    wrong.append((method, path, page.status_code, fits))
                text = page.getvalue().decode(errors="replace")
                if page.status_code == 401:
                    text = text.replace(urlencode({"next": path}), "")  # the way back is as it was sent
                wrong += [(method, path, "says", secret) for secret in sides["yi"].texts if secret in text]
    assert not wrong


@pytest.mark.parametrize("role", [*roles(), "nobody", "without a role"])
def test_no_operation_of_the_api_names_the_neighbour(role: str, sign_in: Any, sides: dict[str, Any]) -> None:
    from sizao.api.app import api

    browser = _browser(role, sign_in, sides)
    wrong = []
    for where, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method in methods:
            for mine in (True, False):
                side = sides["jia" if mine else "yi"]
                path = re.sub(r"{(\w+)}", lambda name, ids=side.ids: str(ids.get(name[1], "x")), where)
                page = getattr(browser, method)(
                    path, {} if method == "get" else "{}", content_type="application/json"
                )
                text = page.getvalue().decode(errors="replace")
                asked = {value for value in sides["yi"].texts if value in path}
                leaks = [said for said in sides["yi"].texts if said in text and said not in asked]
                wrong += [(method, path, said) for said in leaks]
                of_person = set(re.findall(r"{(\w+)}", where)) & PERSONS
                if page.status_code >= 500 or (of_person and not mine and page.status_code < 400):
                    wrong.append((method, path, page.status_code))
                if role in ("nobody", "without a role") and method == "get" and page.status_code == 200:
                    rows = page.json().get("rows", page.json())
                    wrong += [(method, path, "rows", rows)] if rows else []
    assert not wrong


def test_what_is_not_there_and_what_is_next_door_look_the_same(sign_in: Any, sides: dict[str, Any]) -> None:
    browser = sign_in("tracer")
    pages = [browser.get(reverse("person", args=[name])) for name in ("p-nobody", sides["yi"].ids["person_id"])]
    first, second = (re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page.content) for page in pages)
    assert first == second
    assert {page.status_code for page in pages} == {404}


def _browser(role: str, sign_in: Any, sides: dict[str, Any]) -> Client:
    if role == "nobody":
        return sign_in(None)  # type: ignore[no-any-return]
    if role == "citizen":
        return sign_in("citizen", citizen_of=sides["jia"].ids["person_id"])  # type: ignore[no-any-return]
    return sign_in(role if role in roles() else "no such role")  # type: ignore[no-any-return]


def _fill(where: str, ids: dict[str, Any]) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda name: str(ids[name[1]]), where)
