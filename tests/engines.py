"""What tests run on: the reference and the engines, each from facts under a chain of rulebooks to derived tables."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from unittest.mock import patch

import pytest

from sizao.derive import derive, facts_of, reference
from sizao.policy import Rulebook

Rows = list[dict[str, Any]]
Run = Callable[[Mapping[str, Rows], Sequence[Rulebook], date, datetime], dict[str, Rows]]

TABLES = ("status", "tests_due", "measures", "excesses", "undecided")

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
SPARK = pytest.param("spark", marks=pytest.mark.spark)


def run_reference(
    facts: Mapping[str, Rows], rulebooks: Sequence[Rulebook], on: date, known_at: datetime
) -> dict[str, Rows]:
    return {
        "status": reference.status(facts, rulebooks, on, known_at),
        "tests_due": reference.tests_due(facts, rulebooks, on, known_at),
        "measures": reference.measures(facts, rulebooks, known_at),
        "excesses": reference.excesses(facts, rulebooks, known_at),
        "undecided": reference.undecided(facts, rulebooks, known_at),
    }


def run_on(engine: str) -> Run:
    """How to run an engine. Skips the test when it is missing; fails it when SIZAO_TEST_ALL=1."""
    if engine == "reference":
        return run_reference
    if lacks := _missing(engine):
        say = pytest.fail if os.environ.get("SIZAO_TEST_ALL") == "1" else pytest.skip
        say(f"{engine} needs {lacks}")

    def run(
        facts: Mapping[str, Rows], rulebooks: Sequence[Rulebook], on: date, known_at: datetime
    ) -> dict[str, Rows]:
        with (
            patch.dict(os.environ, SIZAO_POSTGRES=os.environ.get("SIZAO_TEST_POSTGRES", "")),
            derive(facts_of(facts), rulebooks, on=on, known_at=known_at, engine=engine) as derived,
        ):
            return {name: derived.table(name).to_pylist() for name in TABLES}

    return run


def _missing(engine: str) -> str | None:
    if engine == "spark":
        if importlib.util.find_spec("pyspark") is None:
            return "the extra spark"
        return None if shutil.which("java") else "a Java runtime"
    if engine == "postgres":
        if importlib.util.find_spec("psycopg") is None:
            return "the extra postgres"
        return None if os.environ.get("SIZAO_TEST_POSTGRES") else "a server in SIZAO_TEST_POSTGRES"
    return None
