"""The API in a register in memory, called by programs with tokens; both sides are those of the screens."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

UNIT = Path(__file__).parents[1]


def _fixtures(name: str, file: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, UNIT / file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_register = _fixtures("fixtures_of_register", "register/conftest.py")
_web = _fixtures("fixtures_of_web", "register/web/conftest.py")
city = _register.city
unanswered_sides, sign_in = _web.sides, _web.sign_in
second_factor_optional, quick_passwords = _web.second_factor_optional, _web.quick_passwords


@dataclasses.dataclass
class Caller:
    """A program: a user's token, sent with every request."""

    user: Any
    text: str
    headers: dict[str, str] = dataclasses.field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """`body` as JSON, or as it is where it is text or bytes."""
        said = {"authorization": f"Bearer {self.text}", **self.headers, **headers}
        if key:
            said["idempotency-key"] = key
        if body is not None:
            data = body if isinstance(body, str | bytes) else json.dumps(body)
            return Client(headers=said).generic(method, path, data, content_type="application/json")
        return Client(headers=said).generic(method, path)

    def get(self, path: str, **asked: Any) -> Any:
        return Client(headers={"authorization": f"Bearer {self.text}", **self.headers}).get(path, asked)

    def post(self, path: str, body: Any, key: str = "") -> Any:
        return self.send("POST", path, body, key)


def token_of(user: Any, *, may_write: bool = True, days: float = 1, revoked: bool = False) -> str:
    """A token of a user: its text."""
    from sizao.register.actions.users import digest
    from sizao.register.clock import now
    from sizao.register.models import ApiToken

    text = f"sizao_{user.username}-{ApiToken.objects.count()}"
    made = now() - dt.timedelta(days=10)
    ApiToken.objects.create(
        user=user,
        name="test",
        digest=digest(text),
        may_write=may_write,
        made_at=made,
        until=now() + dt.timedelta(days=days),
        revoked_at=made if revoked else None,
    )
    return text


@pytest.fixture
def sides(city: Any, unanswered_sides: Any) -> Any:
    """The same facts in jia and in yi; what goes beyond the rules there is answered."""
    from sizao.register.actions.answers import answer_excess

    day = dt.date(2022, 11, 19)
    for side in unanswered_sides.values():
        about = f"person:{side.ids['person_id']}"
        answer_excess(by=city.job, about=about, kind="longer", since=day, said="not_ours")
    return unanswered_sides


@pytest.fixture
def caller(city: Any) -> Callable[..., Caller]:
    """caller("tracer", "jia"): a program of a new user with that role; more words are of the token."""

    def make(role: str, place: str | None = "jia", *, citizen_of: str = "", **token: Any) -> Caller:
        user = city.user(role, place)
        if citizen_of:
            user.citizen_of = citizen_of
            user.save()
        return Caller(user, token_of(user, **token))

    return make
