"""What is wrong with a list is told whole: days that nothing is made of, and every problem on the command line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_godata import GODATA
from sending import csv_of, send
from typer import Typer
from typer.testing import CliRunner

from sizao.cli import export, import_register
from sizao.errors import SizaoError
from sizao.register.imports.files import Upload
from sizao.register.imports.stage import problems_of, stage
from sizao.tables.linelists.godata import words

DAYS = "id,name,onset date,confirmed on,report date,classification,dob"


def strange(found: Any) -> list[tuple[Any, ...]]:
    return sorted((p.line, p.column, p.value, p.effect) for p in problems_of(found) if p.code == "bad-date")


def test_a_day_that_nothing_is_made_of_is_none_the_less_reported(city: Any) -> None:
    found = send(
        city.job,
        "p1,李,2022-13-45,,,,",
        "p2,王,2022-11-02,,,,",
        "p3,周,2022-13-45,2022-11-03,,,",  # a case, refused as before
        "p4,吴,,2022-11-03,2022-99-01,,",  # a report beside a confirmation
        "p5,郑,,2022-13-01,,suspected,",
        "p6,冯,,,2022-13-02,suspected,",
        "p7,陈,,,2022-13-03,,1999-99-99",  # a case on that day, refused as before
        head=DAYS,
    )
    assert strange(found) == [
        (2, "onset_on", "2022-13-45", "kept"),
        (4, "onset_on", "2022-13-45", "refused"),
        (5, "reported_on", "2022-99-01", "kept"),
        (6, "confirmed_on", "2022-13-01", "kept"),
        (7, "confirmed_on", "2022-13-02", "kept"),
        (8, "birth_date", None, "kept"),
        (8, "confirmed_on", "2022-13-03", "refused"),
    ]
    assert found.counts["new"] == {"people": 7, "cases": 1}


@pytest.fixture
def run(city: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """run("register", FILE ...) or run("export", ...): what it printed, or the error."""
    for module in (import_register, export):
        monkeypatch.setattr(module, "open_register", lambda: None)
    monkeypatch.setattr(import_register.o.out, "width", 120)
    app = Typer()
    app.command(name="register")(import_register.import_register)
    export.register(app)

    def invoke(*arguments: Any) -> Any:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if isinstance(result.exception, SizaoError):
            return result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return invoke


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    rows = [f"p{n},人,,,,,nowhere{n},2022-13-40,,," for n in range(20)]
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of(*rows, 'p99,人,,,,,"=1+2",,,,'))
    return path


def test_the_command_says_how_many_problems_it_does_not_show(run: Any, broken: Path) -> None:
    said = run("register", broken)
    assert said.count("bad-date]") == 10 and said.index("[bad-date]") < said.index("and 31 more")
    assert "and 31 more; --problems FILE.csv writes all of them" in said
    assert "另有 31 个问题；加 --problems" in run("register", broken, "--lang", "zh")


def test_a_few_problems_are_all_shown_those_that_are_kept_too(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_bytes(csv_of("p1,李,,,,,nowhere,,,,", "p2,李,,,,,jia,2022-13-40,,,"))
    said = run("register", path)
    assert "[unknown-home]" in said and "[bad-date]" in said and "more" not in said.replace("--more", "")


def test_every_problem_goes_into_a_file_as_on_the_screen(run: Any, broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "problems.csv"
    said = run("register", broken, "--problems", out)
    assert "and 31 more" in said and "41 problems are in" in said
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert len(rows) == 41 and {row["line"] for row in rows} == {str(n) for n in range(2, 23)}
    assert rows[-1]["value"] in ("'=1+2", "nowhere19", "2022-13-40") and "'=1+2" in {row["value"] for row in rows}
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_folder_that_is_missing_is_named(run: Any, broken: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    for error in (
        run("register", broken, "--problems", gone / "problems.csv"),
        run("export", "people", "--out", gone / "people.csv"),
    ):
        assert isinstance(error, SizaoError) and error.code == "missing-folder"
        assert error.what == f"there is no folder {gone}" and ".part" not in str(error)
    assert "people.csv" in run("export", "people", "--out", tmp_path / "people.csv")


def test_a_probable_case_is_not_sent_to_an_option_that_is_not_there(city: Any) -> None:
    files = {**GODATA, words.CASES: GODATA[words.CASES].replace("CONFIRMED", "PROBABLE")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    found, _ = stage(by=city.job, files=[Upload("godata.zip", packed.getvalue())])
    advice = {p.todo for p in problems_of(found) if p.code == "not-confirmed"}
    assert advice == {"correct the classification in Go.Data and export it again once it is"}


def told(found: Any) -> set[tuple[Any, ...]]:
    return {(p.line, p.code, p.column, p.value, p.effect) for p in problems_of(found)}


@pytest.mark.parametrize("confirmed", ["", "2022-11-03"])
def test_days_that_cannot_be_are_named_though_nobody_knows_the_home(city: Any, confirmed: str) -> None:
    """Where nothing is made of a day, too: it is named with its file, line, column and value."""
    found = send(
        city.access("epidemiologist", "jia"),
        f"p1,李,nowhere,2099-01-01,{confirmed},2099-01-01",
        f"p2,王,nowhere,0001-01-01,{confirmed},0001-01-01",
        head="id,name,home,onset date,confirmed on,dob",
    )
    effect = "refused" if confirmed else "kept"
    assert told(found) == {
        (2, "after-today", "onset_on", "2099-01-01", effect),
        (2, "after-today", "birth_date", None, "kept"),
        (2, "unknown-home", "home_place_id", "nowhere", "refused"),
        (3, "date-out-of-range", "onset_on", "0001-01-01", effect),
        (3, "date-out-of-range", "birth_date", None, "kept"),
        (3, "unknown-home", "home_place_id", "nowhere", "refused"),
    }
    assert [p.line for p in problems_of(found)] == [2, 2, 2, 3, 3, 3] and not found.counts["new"]
    assert {p.file for p in problems_of(found)} == {"list.csv"}


def test_all_that_is_wrong_with_a_row_is_said_at_once(city: Any) -> None:
    people = send(
        city.access("epidemiologist", "jia"),
        f"p1,{'长' * 300},nowhere,N1",
        "p2,王,yi,N1",
        "p3,周,yi,N1",
        head="person_id,name,home_place_id,number",
        kind="people",
    )
    assert {row[:2] for row in told(people)} >= {
        (2, "too-long"),
        (2, "unknown-home"),
        (3, "outside-area"),
        (3, "number-twice"),
        (4, "outside-area"),
        (4, "number-twice"),
    }
    events = send(
        city.job,
        "e1,nobody,exposed_to_case,2099-01-01",
        "e2,nobody,exposed_to_case,0001-01-01",
        head="event_id,person_id,kind,occurred_on",
        kind="events",
    )
    assert {row[:2] for row in told(events)} == {
        (2, "after-today"),
        (2, "unknown-person"),
        (3, "date-out-of-range"),
        (3, "unknown-person"),
    }


def test_a_fact_of_somebody_who_is_left_out_says_so(city: Any) -> None:
    found = send(city.access("epidemiologist", "jia"), "p1,李,,,,,nowhere,2022-11-03,,,")
    assert [p.what for p in problems_of(found) if p.code == "unknown-person"] == ["this person is left out"]


def test_the_command_refuses_a_picture_as_the_screen_does(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    error = run("register", path)
    assert error.code == "picture-file" and error.where == "list.csv"
    assert "this is a picture, not a list" in str(error) and "CSV, XLSX or Parquet" in str(error)
