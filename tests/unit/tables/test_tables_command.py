"""`sizao tables show` and `sizao tables check`."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from sizao.cli import tables
from sizao.errors import RefusedError, SizaoError
from sizao.tables import CODES, contracts

app = typer.Typer()
tables.register(app)


def run(*words):
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["tables", *map(str, words)])


@pytest.mark.parametrize(("lang", "said"), [("en", "Persons"), ("zh", "人员")])
def test_show_lists_every_table(lang, said):
    shown = run("show", "--lang", lang)
    assert shown.exit_code == 0
    assert said in shown.output
    assert all(name in shown.output for name in contracts())


def test_show_one_table():
    shown = run("show", "orders")
    assert shown.exit_code == 0
    assert "Exactly one of person_id, place_id is filled" in shown.output
    assert "2022-11-13" in shown.output


def test_show_an_unknown_table_names_the_nearest():
    assert isinstance(run("show", "order").exception, SizaoError)
    assert "did you mean orders?" in str(run("show", "order").exception)


def test_the_reference_page_has_every_column_and_every_code():
    page = run("show", "--markdown").output
    assert page == tables.reference_page()
    for table in contracts().values():
        assert f"## `{table.name}`" in page
        assert all(f"| `{column.name}`" in page for column in table.columns)
    assert all(f"| `{code}` |" in page for code in CODES)


def test_check_exits_1_where_a_row_is_refused(tmp_path):
    (tmp_path / "people.csv").write_text("person_id\np1\np1\n")
    checked = run("check", tmp_path)
    assert checked.exit_code == 1
    assert "people.csv:3: person_id = 'p1' [duplicate-id]" in checked.output


def test_check_exits_0_where_there_are_only_doubts(tmp_path):
    (tmp_path / "people.csv").write_text("person_id,home_place_id\np1,u9\n")
    (tmp_path / "places.csv").write_text("place_id,kind,name\nu1,unit,a\n")
    checked = run("check", tmp_path)
    assert checked.exit_code == 0
    assert "[unknown-place]" in checked.output


def test_check_strict_refuses(tmp_path):
    (tmp_path / "people.csv").write_text("person_id\np1\np1\n")
    assert isinstance(run("check", tmp_path, "--strict").exception, RefusedError)
