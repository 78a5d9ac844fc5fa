"""Fixtures for tests that run on several engines; the register's settings, in a folder that goes with the run."""

import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from unittest.mock import patch

import django
import pytest
from whitenoise.middleware import WhiteNoiseMiddleware

from engines import POSTGRES, SPARK, Run, run_on

HOME = tempfile.TemporaryDirectory(prefix="sizao-tests-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "sizao.web.settings",
    "SIZAO_HOME": HOME.name,
    "SIZAO_TODAY": "2022-11-20",
    "DATABASE_URL": os.environ.get("SIZAO_TEST_REGISTER", ""),  # a PostgreSQL server for the register's tests
}
django.setup()

LONG = (
    "journeys/",
    "/operations/",
    "test_import_killed",
    "/test_attacks",
    "test_permission_walk",
    "/api/",
    "test_rul",
)
"""Files that take minutes, or few tests that do: they begin first, so that no core waits for another at the end."""

# Consoles are made when the commands are imported, and would keep the width of the test that happens to do it first.
os.environ.pop("COLUMNS", None)
import_module("sizao.cli.options")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; else the order stays."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG))


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Each browser of the tests is a service of its own, and would look through all styles and pictures again."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(service: WhiteNoiseMiddleware) -> None:
        if not found:
            find(service)
            found.update(service.files)
        service.files.update(found)

    with patch.object(WhiteNoiseMiddleware, "add_files_from_finders", once):
        yield


@pytest.fixture(scope="session", params=["reference", "duckdb", "sqlite", POSTGRES])
def run(request: pytest.FixtureRequest) -> Run:
    """The reference and the engines that answer at once; Spark takes seconds for each derivation."""
    return run_on(request.param)


@pytest.fixture(scope="session", params=["duckdb", "sqlite", POSTGRES, SPARK])
def engine(request: pytest.FixtureRequest) -> tuple[str, Run]:
    """Every engine but the reference, with its name."""
    return request.param, run_on(request.param)
