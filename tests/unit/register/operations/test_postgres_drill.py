"""The drills on PostgreSQL: killed under load, backed up, restored elsewhere to the last row, keys changed.

Only where SIZAO_TEST_REGISTER names a server.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

SERVER = os.environ.get("SIZAO_TEST_REGISTER", "")
pytestmark = pytest.mark.skipif(not SERVER.startswith("postgres"), reason="for a register in PostgreSQL")
ROWS = ("acts", "events", "tests", "people", "places", "orders", "requests", "now_status", "now_excesses", "users")


class Databases:
    """Empty databases of one test."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def new(self) -> str:
        """The address of another one."""
        name = f"drill_{os.getpid()}_{len(self.made)}"
        _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        self.made.append(name)
        return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _administer(*statements: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as db:
        for statement in statements:
            db.execute(statement)  # type: ignore[call-overload]


def ask(database: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as db:
        return db.execute(sql).fetchall()  # type: ignore[call-overload,no-any-return]


def rows(database: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that matter."""
    return {name: sorted(ask(database, f"SELECT * FROM {name}"), key=repr) for name in ROWS}


@pytest.fixture
def databases() -> Iterator[Databases]:
    made = Databases()
    yield made
    _administer(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in made.made))


def test_killed_backed_up_restored_and_sealed_anew_it_is_the_same_register(empty: Any, databases: Databases) -> None:
    import psycopg

    first, at = empty("first"), databases.new()
    first.home.mkdir(mode=0o700)
    first.child("make", DATABASE_URL=at)
    load = first.start("write_on", "2", "60", DATABASE_URL=at)
    said = [load.stdout.readline().strip() for _ in range(30)]
    os.killpg(load.pid, signal.SIGKILL)
    load.wait()
    kept = {key for (key,) in ask(at, "SELECT key FROM acts WHERE key LIKE 'w%'")}
    assert {*said} <= kept  # what was acknowledged is there, and nothing is half
    assert ask(at, "SELECT count(*) FROM acts a WHERE key LIKE 'w%' AND NOT EXISTS"
                   " (SELECT 1 FROM events e WHERE e.act_id = a.id)") == [(0,)]  # fmt: skip

    status, told = first.command("work", "derive", DATABASE_URL=at)
    assert status == 0, told
    file = str(first.home / "drill.sizao")
    status, told = first.command("backup", "--out", file, DATABASE_URL=at)
    assert status == 0 and "keys are not in it" in told, told
    second, there = empty("second"), databases.new()
    restore = ("restore", file, "--home", str(second.home), "--keys", str(first.home / "keys.json"))
    status, told = second.command(*restore, DATABASE_URL=there)
    assert status == 0 and "every table counted" in told, told
    assert rows(there) == rows(at)
    status, told = second.command(*restore[:-2], DATABASE_URL=there)
    assert status == 1 and "not-empty" in told, told
    with (
        psycopg.connect(there) as db,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"),
    ):
        db.execute("DELETE FROM events")

    before = second.child("plain", DATABASE_URL=there)
    killed = second.start("rotate_and_die", "20", DATABASE_URL=there)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    status, told = second.command("work", "rotate-keys", DATABASE_URL=there)
    assert status == 0 and "The old keys are in" in told, told
    assert second.child("plain", DATABASE_URL=there) == before
    with (
        psycopg.connect(there) as db,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"),
    ):
        db.execute("UPDATE requests SET text = 'x'")
