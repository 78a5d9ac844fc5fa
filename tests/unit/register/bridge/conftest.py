"""A register whose writes are committed: a copy of a template database for each test, seen by every thread."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import connections
from register_loading import load

from sizao.simulate.city import make_tables
from sizao.tables import Source, contract

ON = dt.date(2022, 11, 20)


@contextmanager
def database(name: str) -> Iterator[None]:
    """Every thread's connections lead to another database meanwhile; the one that was open stays open."""
    usual, open_one = connections.settings["default"], connections["default"]
    connections.settings["default"] = {**usual, "NAME": name}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = usual
        connections["default"] = open_one


def _prefix() -> str:
    """What this process's databases on the server begin with: other workers, and other runs, have their own."""
    base = str(connections.settings["default"]["NAME"]).removeprefix("test_")
    return f"bridge_{base}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}".lower()


def _administer(sql: str) -> None:
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Callable[[str], str]]:
    """Gives a new database with all tables and nothing in them."""
    from sizao.register import ready

    postgres = connections["default"].vendor == "postgresql"
    folder = tmp_path_factory.mktemp("template")
    made: list[str] = []
    with django_db_blocker.unblock():
        name = f"{_prefix()}_template" if postgres else str(folder / "template.sqlite3")
        if postgres:
            _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            _administer(f"CREATE DATABASE {name}")
        with database(name):
            ready.make_tables()

        def copy(label: str) -> str:
            if postgres:
                made.append(f"{_prefix()}_{len(made)}")
                _administer(f"DROP DATABASE IF EXISTS {made[-1]} WITH (FORCE)")
                _administer(f"CREATE DATABASE {made[-1]} TEMPLATE {name}")
                return made[-1]
            other = folder / f"{label} #%.sqlite3"  # no way of writing an address may stumble over a name
            shutil.copy(name, other)
            return str(other)

        yield copy
        for other in [*made, name] if postgres else []:
            _administer(f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")


@pytest.fixture
def committed(template: Callable[[str], str], tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """An empty register in which writes are committed; its database's name."""
    from sizao.register.bridge import batch

    with django_db_blocker.unblock():
        name = template(tmp_path.name)
        with database(name):
            yield name
            batch._batcher.end(10)  # before its database goes
            batch._start()
            connections.close_all()


@dataclass
class Town:
    """Two counties, a street and a unit in one of them, and people p-1 to p-9 who live there."""

    job: Any
    """May do everything, and waits for nothing."""
    user: Any
    """May do everything, and waits until what was written is derived."""


@pytest.fixture
def town(committed: str) -> Town:
    from sizao.register.access import access_of, access_of_job
    from sizao.register.models import Grant, User

    job = access_of_job("test")
    ids = ["nation", "jia", "yi", "jia-1", "unit-1"]
    parents = [None, "nation", "nation", "jia", "jia-1"]
    kinds = ["nation", "county", "county", "street", "unit"]
    load({"places": {"place_id": ids, "parent_id": parents, "kind": kinds, "name": ids}})
    load({"people": {"person_id": [f"p-{n}" for n in range(1, 10)], "home_place_id": ["jia-1"] * 9}})
    chief = User.objects.create(username="chief")
    for role in ("epidemiologist", "commander", "laboratory", "tracer"):
        Grant.objects.create(user=chief, role=role, place=None, since=job.at)
    return Town(job=job, user=access_of(chief))


@pytest.fixture(scope="session")
def city_tables() -> Mapping[str, pa.Table]:
    """A made-up city of 3,000 people, with every kind of fact, order and correction."""
    tables = make_tables(people=3_000, seed=3, on=ON)
    return {name: Source(contract(name), table.num_rows, table=table).arrow() for name, table in tables.items()}


@pytest.fixture
def city_register(committed: str, city_tables: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
    """That city in a register; gives its tables."""
    load(city_tables)
    return city_tables
