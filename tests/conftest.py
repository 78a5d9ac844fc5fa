"""Fixtures for tests that run on several engines; the register's settings, in a folder that goes with the run."""

import os
import tempfile

import django
import pytest

from engines import POSTGRES, SPARK, Run, run_on

HOME = tempfile.TemporaryDirectory(prefix="sizao-tests-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "sizao.web.settings",
    "SIZAO_HOME": HOME.name,
    "SIZAO_TODAY": "2022-11-20",
    "DATABASE_URL": os.environ.get("SIZAO_TEST_REGISTER", ""),  # a PostgreSQL server for the register's tests
}
django.setup()

# Consoles that are made when the commands are imported would keep this width; a test that needs one gives it.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session", params=["reference", "duckdb", "sqlite", POSTGRES])
def run(request: pytest.FixtureRequest) -> Run:
    """The reference and the engines that answer at once; Spark takes seconds for each derivation."""
    return run_on(request.param)


@pytest.fixture(scope="session", params=["duckdb", "sqlite", POSTGRES, SPARK])
def engine(request: pytest.FixtureRequest) -> tuple[str, Run]:
    """Every engine but the reference, with its name."""
    return request.param, run_on(request.param)
