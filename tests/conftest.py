"""Fixtures for tests that run on several engines."""

import pytest

from engines import POSTGRES, SPARK, Run, run_on


@pytest.fixture(scope="session", params=["reference", "duckdb", "sqlite", POSTGRES])
def run(request: pytest.FixtureRequest) -> Run:
    """The reference and the engines that answer at once; Spark takes seconds for each derivation."""
    return run_on(request.param)


@pytest.fixture(scope="session", params=["duckdb", "sqlite", POSTGRES, SPARK])
def engine(request: pytest.FixtureRequest) -> tuple[str, Run]:
    """Every engine but the reference, with its name."""
    return request.param, run_on(request.param)
