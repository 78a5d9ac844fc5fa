"""`sizao demo`: its own folder only, commands that can be run, a server that gives the report and nothing else."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from sizao.cli import demo
from sizao.cli.app import app
from sizao.errors import SizaoError

PEOPLE = 4_000


def run(out: Path, *options: str):
    return CliRunner().invoke(app, ["demo", "--once", "--people", str(PEOPLE), "--out", str(out), *options])


def test_it_makes_the_city_shows_the_work_and_says_what_to_try(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    result = run(out)
    assert result.exit_code == 0, result.output
    assert (out / "report.html").stat().st_size > 10_000
    tried = re.findall(r"^  sizao (.*)$", result.output, re.MULTILINE)
    assert [command.split()[0] for command in tried] == ["why", "derive", "areas", "today"]
    for command in tried:
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


def test_the_person_of_the_example_met_cases_and_is_none(tmp_path: Path) -> None:
    demo.make_city(tmp_path, people=PEOPLE, on=demo.ON)
    person = demo._find_person(tmp_path)
    with duckdb.connect() as db:
        ((met, case),) = db.execute(
            f"SELECT (SELECT count(*) FROM '{tmp_path}/events.parquet' WHERE person_id = $1 AND case_id IS NOT NULL),"
            f" (SELECT count(*) FROM '{tmp_path}/cases.parquet' WHERE person_id = $1)",
            [person],
        ).fetchall()
    assert met >= 2 and case == 0


def test_the_server_gives_the_report_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("<p>今日工作</p>", encoding="utf-8")
    (tmp_path / "people.parquet").write_text("secret")
    with demo._open_server(tmp_path / "report.html") as server, demo._open_server(tmp_path / "report.html") as second:
        host, port = server.server_address[:2]
        assert host == "127.0.0.1" and second.server_address[1] > port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for page in ("", "report.html"):
            with urllib.request.urlopen(f"http://{host}:{port}/{page}") as answer:
                assert answer.read().decode() == "<p>今日工作</p>"
        for page in ("people.parquet", "../people.parquet", "report.html/../people.parquet", "?x"):
            with pytest.raises(urllib.error.HTTPError) as error:
                urllib.request.urlopen(f"http://{host}:{port}/{page}")
            assert error.value.code == 404
        server.shutdown()
