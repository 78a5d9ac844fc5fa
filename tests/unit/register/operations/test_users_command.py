"""`sizao users`: the password comes from a pipe or the terminal, never by the command line."""

from __future__ import annotations

from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from sizao.cli import users
from sizao.errors import SizaoError

WORD = "correct horse battery"


@pytest.fixture
def run(city: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """run("add", "wang", text=PASSWORD): what it printed, or the error."""
    monkeypatch.setattr(users, "open_register", lambda: None)
    monkeypatch.setattr(users.o.out, "width", 120)
    app = Typer()
    users.register(app)
    app.callback()(lambda: None)

    def invoke(*arguments: str, text: str = "") -> Any:
        result = CliRunner().invoke(app, ["users", *arguments], input=text)
        if isinstance(result.exception, SizaoError):
            return result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


def test_the_first_user_is_their_own_and_others_must_choose_their_password_first(run: Any) -> None:
    from sizao.register.models import Act, User

    assert run("add", "wang", "--role", "administrator", text=f"{WORD}\n").strip() == (
        "Added wang as administrator in everywhere"
    )
    said = run("add", "li", "--role", "tracer", "--place", "jia", "--lang", "zh", text=f"{WORD}\r\n")
    assert "已添加用户 li，角色 tracer，范围 jia" in said and "自行更换密码" in said
    assert "without a role" in run("add", "zhao", text=WORD)
    wang, li = User.objects.get(username="wang"), User.objects.get(username="li")
    assert wang.check_password(WORD) and not wang.password_given and li.password_given
    assert [(g.role, g.place_id) for g in li.grants.all()] == [("tracer", "jia")]
    acts = Act.objects.filter(action__in=("add_user", "grant_role")).order_by("pk")
    assert [act.about["job"] for act in acts] == ["sizao users"] * 5
    listed = run("list")
    assert "administrator (everywhere)" in listed and "tracer (jia区)" in listed


def test_what_is_wrong_is_said_and_nobody_is_added(run: Any) -> None:
    from sizao.register.models import User

    for arguments, text, code in (
        (["wang", "--role", "no such"], WORD, "unknown-role"),
        (["wang", "--role", "tracer", "--place", "nowhere"], WORD, "not-found"),
        (["wang", "--place", "jia"], WORD, "no-role"),
        (["wang"], "", "no-password"),
        (["wang"], "short", "weak-password"),
        (["w g"], WORD, "bad-name"),
    ):
        assert run("add", *arguments, text=text).code == code
    assert not User.objects.exists()
    assert "There are no users yet" in run("list")


def test_a_new_password_must_be_changed_at_once(run: Any) -> None:
    from sizao.register.models import User

    run("add", "wang", text=WORD)
    assert "changed" in run("password", "wang", text="another horse battery")
    user = User.objects.get(username="wang")
    assert user.check_password("another horse battery") and user.password_given
    assert run("password", "nobody", text=WORD).code == "not-found"


def test_at_a_terminal_it_is_typed_twice_unseen(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    words = iter([WORD, WORD, WORD, "another"])

    def prompt(text: str, **how: Any) -> str:
        asked.append((text, how["hide_input"]))
        return next(words)

    monkeypatch.setattr(users.typer, "prompt", prompt)
    monkeypatch.setattr(users.sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})())
    say = users.words("en")
    assert users.ask_password("wang", say) == WORD
    with pytest.raises(SizaoError, match="passwords-differ"):
        users.ask_password("wang", say)
    assert asked[:2] == [("Password of wang", True), ("Once more", True)]


def test_a_citizen_is_listed_with_the_record_that_they_see(run: Any, city: Any) -> None:
    citizen = city.user("citizen", None, "zhang")
    citizen.citizen_of = city.jia_person
    citizen.save()
    listed = run("list")
    assert f"citizen (record of {city.jia_person})" in listed and "everywhere" not in listed
    assert f"citizen ({city.jia_person} 的记录)" in run("list", "--lang", "zh")
