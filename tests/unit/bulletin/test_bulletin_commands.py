"""`sizao bulletin` on files and options that are wrong: told clearly, exit 1, and what is right goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sizao.cli.app import app
from sizao.errors import SizaoError

HEAD = "report_date,place,measure,value\n"
HOLE = HEAD + "".join(f"2022-08-0{n},海南,confirmed_new,{n}\n" for n in (1, 2, 5))
ANCHORS = "Province/State,Country/Region,Lat,Long,7/31/22,8/1/22,8/4/22\nHainan,China,19,109,100,101,115\n"
TEXT = "2022年8月14日0—24时，31个省（自治区、直辖市）和新疆生产建设兵团报告新增确诊病例5例。无新增死亡病例。"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["bulletin", *map(str, arguments)])


def code_of(done: Result) -> str:
    assert isinstance(done.exception, SizaoError), (done.output, done.exception)
    return done.exception.code


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hole.csv"
    path.write_text(HOLE, "utf-8")
    return path


def test_anchors_carry_the_wide_table_over_a_hole(table: Path, tmp_path: Path) -> None:
    (tmp_path / "anchors.csv").write_text(ANCHORS, "utf-8")
    out = tmp_path / "wide.csv"
    told = run("export", table, "--layout", "jhu", "--out", out)
    assert '"Hainan","China",20,110.3,1,3,,,' in out.read_text("utf-8").splitlines()
    assert "--anchors FILE" in told.output
    run("export", table, "--layout", "jhu", "--anchors", tmp_path / "anchors.csv", "--out", out)
    assert '"Hainan","China",20,110.3,101,103,,115,120' in out.read_text("utf-8").splitlines()
    assert code_of(run("export", table, "--anchors", tmp_path / "anchors.csv", "--out", out)) == "no-use"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("2022-08-01,海南,confirmed_nwe,2\n", "unknown-measure"),
        ("2022-08-01,海南,confirmed_new,-2\n", "negative-value"),
        ("2022-08-01,海南,deaths_new,2\n2022-08-01,海南,deaths_new,3\n", "duplicate-id"),
    ],
)
def test_a_check_of_a_bad_table_tells_it_and_exits_1(rows: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(HEAD + rows, "utf-8")
    done = run("check", tmp_path / "bad.csv")
    assert (done.exit_code, f"[{told}]" in done.output) == (1, True)


def test_a_check_of_an_empty_table_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text(HEAD, "utf-8")
    assert code_of(run("check", tmp_path / "empty.csv")) == "no-figures"


def test_one_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    good, out = tmp_path / "2022-08-15.txt", tmp_path / "new" / "figures.csv"
    good.write_text(TEXT, "utf-8")
    done = run("read", tmp_path / "none.txt", tmp_path, good, "--out", out)
    assert (done.exit_code, done.output.count("[cannot-read]")) == (0, 2)
    assert "1 of 3 files read" in done.output
    assert done.stderr.startswith(str(tmp_path))  # no blank line before it
    assert run("read", tmp_path / "none.txt", good, "--out", out, "--strict").exit_code == 1


def test_write_makes_the_folder_of_its_output(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "day.txt"
    done = run("write", "--figures", table, "--date", "2022-08-05", "--place", "海南", "--out", out)
    assert (done.exit_code, out.is_file()) == (0, True), done.exception


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("series", "--place", "海南", "--from", "2022-08-04", "--to", "2022-08-01"), "bad-span"),
        (("series", "--place", "海南", "--from", "2022-09-01"), "no-such-day"),
        (("series", "--place", "海南", "--to", "2022-07-01"), "no-such-day"),
        (("since-local", "--date", "2022-09-01"), "no-such-day"),
        (("since-local", "--date", "2022-07-01"), "no-such-day"),
    ],
)
def test_days_that_the_figures_do_not_reach_are_an_error(table: Path, arguments: tuple[str, ...], code: str) -> None:
    assert code_of(run(arguments[0], table, *arguments[1:])) == code


def test_a_span_that_the_series_reaches_is_shown(table: Path) -> None:
    done = run("series", table, "--place", "海南", "--from", "2022-08-04", "--to", "2022-09-01")
    assert (done.exit_code, "2022-08-05" in done.output, "2022-08-02" in done.output) == (0, True, False)


def test_a_comparison_with_bare_days_names_the_option_for_the_place(table: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text("2022-08-01,1\n2022-08-02,2\n", "utf-8")
    done = run("compare", table, "--with", tmp_path / "theirs.csv")
    assert code_of(done) == "place-needed"
    assert "--place" in str(done.exception)


def test_a_comparison_of_many_doubtful_rows_counts_the_others_by_code(table: Path, tmp_path: Path) -> None:
    days = [f"8/{n}/22" for n in range(1, 10)]
    falling = ",".join(str(90 - n) for n in range(9))
    (tmp_path / "jhu.csv").write_text(
        f"Province/State,Country/Region,Lat,Long,{','.join(days)}\nHainan,China,19,109,{falling}\n", "utf-8"
    )
    done = run("compare", table, "--with", tmp_path / "jhu.csv")
    assert "... and 3 more: 3 negative-step" in done.output
    assert "tables check" not in done.output
