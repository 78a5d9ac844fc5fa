"""What is said when an engine cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sizao.engine import open_engine
from sizao.errors import SizaoError


def test_an_engine_that_nobody_knows():
    with pytest.raises(SizaoError, match=r"'duck'.*\n.*duckdb, spark, postgres") as caught:
        open_engine("duck")
    assert caught.value.code == "unknown-engine"


@pytest.mark.parametrize(("engine", "library"), [("spark", "pyspark"), ("postgres", "psycopg")])
def test_an_engine_whose_extra_is_not_installed(engine, library, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(f"sizao.engine.{engine}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SizaoError, match=rf"{library} is missing.*\n.*pip install 'sizao\[{engine}\]'") as caught:
        open_engine(engine)
    assert caught.value.code == "missing-extra"


def open_elsewhere(engine: str, **environment: str) -> str:
    """What another process says that opens the engine and finds only this environment."""
    kept = {k: v for k, v in os.environ.items() if k in ("HOME", "SYSTEMROOT")}
    script = Path(__file__).with_name("open_and_say.py")
    run = subprocess.run([sys.executable, script, engine], env=kept | environment, capture_output=True, text=True)
    return run.stdout + run.stderr


@pytest.mark.spark
def test_spark_without_java(tmp_path):
    pytest.importorskip("pyspark")
    assert "[no-java]" in open_elsewhere("spark", PATH=str(tmp_path))
    assert "[no-java]" in open_elsewhere("spark", PATH=os.environ["PATH"], JAVA_HOME=str(tmp_path))


@pytest.mark.spark
def test_spark_on_a_java_that_does_not_run(tmp_path):
    pytest.importorskip("pyspark")
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'Error: a Java too old' >&2\nexit 1\n")
    java.chmod(0o755)
    said = open_elsewhere("spark", PATH=os.environ["PATH"], JAVA_HOME=str(tmp_path))
    assert "Error: a Java too old [no-spark]" in said


@pytest.mark.spark
def test_spark_with_a_memory_that_cannot_be_read():
    pytest.importorskip("pyspark")
    said = open_elsewhere("spark", PATH=os.environ["PATH"], SIZAO_MEMORY="much")
    assert "[bad-memory]" in said or "[no-java]" in said


@pytest.mark.spark
def test_a_spark_server_that_is_not_there():
    pytest.importorskip("pyspark")
    said = open_elsewhere("spark", PATH=os.environ["PATH"], SPARK_REMOTE="sc://127.0.0.1:1/;token=hush")
    assert "[no-spark]" in said or "[missing-extra]" in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no address of PostgreSQL is set [no-database]"),
        ({"SIZAO_POSTGRES": "hush hush hush"}, "SIZAO_POSTGRES is no address of PostgreSQL [no-database]"),
        ({"DATABASE_URL": "sqlite:///hush.db"}, "DATABASE_URL is no address of PostgreSQL [no-database]"),
        (
            {"DATABASE_URL": "postgresql://me:hush@127.0.0.1:1/facts"},
            "DATABASE_URL (127.0.0.1:1/facts): PostgreSQL cannot be reached",
        ),
        (
            {"SIZAO_POSTGRES": "host=127.0.0.1 port=1 dbname=facts user=hush password=hush"},
            "SIZAO_POSTGRES (127.0.0.1:1/facts): PostgreSQL cannot be reached",
        ),
    ],
    ids=["unset", "nonsense", "of something else", "nobody there", "nobody there, in words"],
)
def test_a_database_that_is_not_there(environment, words):
    pytest.importorskip("psycopg")
    said = open_elsewhere("postgres", PATH=os.environ["PATH"], **environment)
    assert words in said
    assert "[no-database]" in said
    assert "hush" not in said


def test_the_address_for_sizao_goes_before_that_of_the_whole_machine():
    pytest.importorskip("psycopg")
    both = {"SIZAO_POSTGRES": "postgresql://127.0.0.1:1/a", "DATABASE_URL": "postgresql://127.0.0.1:1/b"}
    assert "SIZAO_POSTGRES (127.0.0.1:1/a)" in open_elsewhere("postgres", PATH=os.environ["PATH"], **both)
