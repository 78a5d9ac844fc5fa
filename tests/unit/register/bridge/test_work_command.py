"""`sizao work derive`: everybody in the register, or only what is stale; said in both languages."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from sizao.cli import work
from sizao.errors import SizaoError


@pytest.fixture
def said(town: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs the command on the register of the test; everything that it printed."""
    from sizao.register.actions import act, events
    from sizao.register.bridge import stale

    monkeypatch.setattr(act, "after_write", [])
    monkeypatch.setattr(stale, "SOON", dt.timedelta(0))
    monkeypatch.setenv("SIZAO_HOME", str(tmp_path))
    (tmp_path / "register.sqlite3").touch()  # the test's database is set up already
    monkeypatch.setattr(work.o.out, "width", 100)

    def expose(person: str) -> None:
        about = {"kind": "exposed_to_case", "occurred_on": dt.date(2022, 11, 19)}
        events.record_event(by=town.job, person_id=person, **about)

    def run(*args: str) -> str:
        result = invoke(*args)
        assert result.exit_code == 0, result.exception
        return result.stdout

    run.expose = expose  # type: ignore[attr-defined]
    return run


def invoke(*args: str) -> Result:
    app = Typer()
    app.callback()(lambda: None)
    work.register(app)
    return CliRunner().invoke(app, ["work", "derive", *args])


@pytest.mark.parametrize("how", [(), ("--if-stale",)])
def test_days_that_the_situation_compares_with_are_counted(how: tuple[str, ...], said: Any) -> None:
    from sizao.register.situation import count_situations

    said.expose("p-1")
    said(*how)
    assert [found.held_before for found in count_situations("").values()] == [{}] * 4, "counted: nobody"


def test_everybody_is_derived_and_counted(said: Any) -> None:
    said.expose("p-1")
    said.expose("p-2")
    english = said()
    for words in ("Everybody derived for 2022-11-20 under cn-2022-11-11", "due a test today", "reading", "writing"):
        assert words in english
    assert re.search(r"under a measure or undecided\W+2\b", english)
    chinese = said("--lang", "zh")
    for words in ("按 cn-2022-11-11 推导全部人员", "在管及须由人判断的人", "今日应检测的人", "读取"):
        assert words in chinese


def test_only_what_is_stale_is_derived(said: Any) -> None:
    assert "Everybody derived" in said("--if-stale")
    assert said("--if-stale").strip() == "Nothing is out of date"
    assert said("--if-stale", "--lang", "zh").strip() == "没有需要重新推导的"
    said.expose("p-1")
    assert said("--if-stale").strip() == "People derived anew: 1"
    said.expose("p-1")
    assert said("--if-stale", "--lang", "zh").strip() == "重新推导了 1 人"


def test_where_there_is_no_register_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIZAO_HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    error = invoke().exception
    assert isinstance(error, SizaoError)
    assert error.code == "no-register"
    assert "nowhere" in str(error)
    assert not (tmp_path / "nowhere").exists()


def test_a_database_without_its_tables_is_said(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE now_touched")
        cursor.execute("ALTER TABLE events RENAME TO gone")
    error = invoke().exception
    assert isinstance(error, SizaoError)
    assert error.code == "no-register"
    assert "events" in str(error)
