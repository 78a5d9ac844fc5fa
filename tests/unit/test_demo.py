"""`sizao demo`: its own folder and register only, commands that can be run, screens that show what is derived."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from sizao.cli import demo
from sizao.cli.app import app
from sizao.errors import SizaoError
from sizao.register import demo as loading
from sizao.register.roles import roles as known_roles

PEOPLE = 4_000


def run(out: Path, *options: str):
    return CliRunner().invoke(app, ["demo", "--once", "--people", str(PEOPLE), "--out", str(out), *options])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo."""
    out = tmp_path_factory.mktemp("made") / "demo"
    result = run(out)
    assert result.exit_code == 0, result.exception
    return out


def test_it_makes_the_city_shows_the_work_and_says_what_to_try(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    result = run(out)
    assert result.exit_code == 0, result.output
    assert (out / "report.html").stat().st_size > 10_000
    tried = re.findall(r"^  sizao (.*)$", result.output, re.MULTILINE)
    assert [command.split()[0] for command in tried] == ["why", "derive", "areas", "today"]
    for command in tried:
        assert "--rulebook cn-2022-11-11" in command
        again = CliRunner().invoke(app, command.split())
        assert again.exit_code == 0, again.output
        assert again.output.strip()


def test_it_speaks_chinese(tmp_path: Path) -> None:
    result = run(tmp_path / "demo", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "接下来可以试试" in result.output and "均属虚构" in result.output


def test_it_replaces_what_it_made_and_leaves_the_rest(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 0
    before = (tmp_path / "people.parquet").read_bytes()
    (tmp_path / "notes.txt").write_text("mine")
    assert run(tmp_path, "--seed", "3").exit_code == 0
    assert (tmp_path / "people.parquet").read_bytes() != before
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_it_refuses_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_text("somebody's")
    result = run(tmp_path)
    assert isinstance(result.exception, SizaoError) and result.exception.code == "not-a-demo"
    assert (tmp_path / "people.parquet").read_text() == "somebody's"
    assert [p.name for p in tmp_path.iterdir()] == ["people.parquet"]


def test_a_city_that_cannot_be_made_leaves_no_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--once", "--people", "5", "--out", str(tmp_path / "demo")])
    assert isinstance(result.exception, SizaoError) and result.exception.code == "city-size"
    assert not (tmp_path / "demo").exists()


def test_the_person_of_the_example_met_cases_and_is_none(made: Path) -> None:
    person = demo._find_person(made)
    with duckdb.connect() as db:
        ((met, case),) = db.execute(
            f"SELECT (SELECT count(*) FROM '{made}/events.parquet' WHERE person_id = $1 AND case_id IS NOT NULL),"
            f" (SELECT count(*) FROM '{made}/cases.parquet' WHERE person_id = $1)",
            [person],
        ).fetchall()
    assert met >= 2 and case == 0


def test_the_register_shows_what_is_derived_from_the_same_tables(made: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    asked = ["derive", str(made), "--on", "2022-11-20", "--rulebook", "cn-2022-11-11", "--out", str(answers)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    for table, shown in (("status", "now_status"), ("tests_due", "now_tests_due")):
        with sqlite3.connect(made / "register" / "register.sqlite3") as db:
            names = [row[1] for row in db.execute(f"PRAGMA table_info({shown})")]
            with duckdb.connect() as other:
                rows = other.sql(f"FROM read_parquet('{answers / table}.parquet')")
                names = [name for name in rows.columns if name in names]
                derived = rows.project(", ".join(f'"{name}"' for name in names)).fetchall()
            quoted = ", ".join(f'"{name}"' for name in names)
            kept = db.execute(f"SELECT {quoted} FROM {shown}").fetchall()
        assert len(names) >= 7
        wanted = Counter(tuple(None if value is None else str(value) for value in row) for row in derived)
        found = Counter(tuple(None if value is None else str(value) for value in row) for row in kept)
        if table == "tests_due":  # the screens show the next days, too
            assert not wanted - found
            found = Counter({row: n for row, n in found.items() if "2022-11-20" in row})
        assert found == wanted and wanted


def test_everybody_is_in_the_register_with_a_sealed_name(made: Path) -> None:
    with sqlite3.connect(made / "register" / "register.sqlite3") as db:
        ((people, named),) = db.execute("SELECT count(*), count(name) FROM people").fetchall()
        ((sealed,),) = db.execute("SELECT name FROM people LIMIT 1").fetchall()
        roles = {role for (role,) in db.execute("SELECT role FROM grants")}
        ((requests,), (assigned,)) = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("requests", "assignments")
        )
    assert people == named == PEOPLE
    assert sealed.startswith(b"gAAAA")
    assert roles == {*known_roles()}
    assert requests > 10 and assigned > 10


def test_a_household_lives_behind_one_door_and_a_team_has_begun_its_visits(made: Path) -> None:
    with sqlite3.connect(made / "register" / "register.sqlite3") as db:
        homes = db.execute("SELECT count(*) FROM people GROUP BY home_place_id").fetchall()
        ((held, seen, not_reached),) = db.execute(
            "SELECT count(*), sum(day = '2022-11-20'), sum(outcome IN ('missed', 'not_attempted')) FROM now_status"
            " LEFT JOIN (SELECT person_id, max(occurred_on) AS day, outcome FROM follow_ups GROUP BY 1)"
            " USING (person_id)"
        ).fetchall()
    assert max(homes) == (6,)
    assert 0.3 < seen / held < 0.8 and 0 < not_reached < 0.15 * held


def test_another_register_that_the_environment_names_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    monkeypatch.setenv("SIZAO_HOME", str(other))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{other}.sqlite3")
    monkeypatch.setenv("SIZAO_LOOKUP_KEY", "another's")
    assert run(tmp_path / "demo").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo"]


def test_the_loader_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.loading, "environment", lambda folder, on: {"PATH": ""})
    result = run(tmp_path / "demo")
    assert isinstance(result.exception, SizaoError) and result.exception.code == "demo-failed"


def test_every_user_of_the_list_signs_in_and_is_told_something(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from sizao.cli.app import main; main()", "demo", "--people", str(PEOPLE)]
    file = tmp_path / "said.txt"
    usual = {
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    }  # whoever runs the tests may ignore it
    command += ["--out", str(tmp_path / "demo")]
    with file.open("w") as said, subprocess.Popen(command, stdout=said, **usual) as shown:
        try:
            for _ in range(900):
                found = re.search(r"at (http://127\.0\.0\.1:\d+)/; Ctrl-C", file.read_text())
                if found:
                    break
                assert shown.poll() is None
                time.sleep(0.1)
            assert found is not None
            users = re.findall(r"^│ (\w+) +│", file.read_text(), re.MULTILINE)
            assert len(users) == len(loading.read_yaml("sizao.register", "demo.yaml")["users"])
            first = {user: sign_in(found[1], user) for user in users}
            link = re.search(r"once\): (\S+)", file.read_text())
            assert link is not None
            check_door(link[1], found[1])
        finally:
            shown.send_signal(signal.SIGINT)
    assert shown.returncode == 0
    assert "Stopped." in file.read_text()
    assert "Why" in first.pop("citizen")
    for user, page in first.items():
        assert "Derived as of" in page and f">{user}<" in page, user
    for address in (found[1], link[1]):
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(address)


def check_door(link: str, register: str) -> None:
    """The link leads to the board once, in the browser that came; the register itself has no such door."""
    wrong = urllib.request.urlopen(f"{link}x")
    assert wrong.url == f"{register}/sign-in"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{register}{urllib.parse.urlsplit(link).path}")
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("User-Agent", "a newcomer's")]
    board = browser.open(link)
    assert board.url == f"{register}/situation"
    assert ">commander<" in board.read().decode()
    assert all("HttpOnly" in cookie._rest or cookie.name == "language" for cookie in jar) and jar
    assert urllib.request.urlopen(link).url == f"{register}/sign-in"  # used up
    browser.addheaders = [("User-Agent", "another")]
    assert "/sign-in" in browser.open(f"{register}/situation").url  # the cookie is of no use there


def sign_in(address: str, user: str) -> str:
    """The first page that a user of the demo sees."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = browser.open(f"{address}/sign-in").read().decode()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    sent = {"csrfmiddlewaretoken": token[1], "login": user, "password": loading.password()}
    page: str = browser.open(f"{address}/sign-in", urllib.parse.urlencode(sent).encode()).read().decode()
    return page


def test_the_first_free_port_is_taken() -> None:
    first = demo._free_port()
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", first))
        door.listen()
        assert demo._free_port() > first
