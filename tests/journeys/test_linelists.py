"""A data manager imports a real line list and compares the follow-ups on record with those that the rules ask for."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner, Result

from sizao.cli import follow_up, import_
from sizao.derive import derive
from sizao.errors import SizaoError
from sizao.policy import chain
from sizao.tables import Folder, read_folder

LINELISTS = Path(__file__).parents[3] / "shared" / "data" / "linelists"
pytestmark = pytest.mark.skipif(not LINELISTS.is_dir(), reason="the real line lists are not here")

SOURCES = {
    "godata": (
        "godata_demo",
        {"people": 116, "places": 14, "cases": 36, "events": 110, "follow_ups": 437, "tests": 37},
    ),
    "mers-korea": ("outbreaks_r", {"people": 162, "cases": 169, "events": 160}),
    "korea-ds4c": ("korea_ds4c", {"people": 5164, "places": 244, "cases": 6810, "events": 1336}),
}


def sizao(*arguments: object) -> Result:
    app = typer.Typer()
    import_.register(app)
    follow_up.register(app)
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module", params=SOURCES)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, str]:
    """(source, folder of its tables, what was printed)"""
    out = tmp_path_factory.mktemp(request.param)
    result = sizao("import", request.param, LINELISTS / SOURCES[request.param][0], "--out", out)
    return request.param, out, result.output


def test_every_row_of_an_import_is_read_back(imported: tuple[str, Path, str]) -> None:
    source, out, _ = imported
    facts = read_folder(out)
    assert {name: table.rows for name, table in facts.tables.items()} == SOURCES[source][1]
    assert [str(p) for p in facts.problems if p.effect == "refused"] == []
    assert {p.code for p in facts.problems} <= {
        "fact-after-death",
        "confirmed-after-death",
        "overlapping-cases",
    }


def test_what_was_read_refused_and_assumed_is_printed_and_written(imported: tuple[str, Path, str]) -> None:
    _, out, printed = imported
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        problems = list(csv.DictReader(file))
    assert problems
    for problem in problems:
        assert problem["code"] in printed
        assert problem["file"].endswith(".csv")
        assert int(problem["line"]) > 1
    assumed = [line[2:] for line in (out / "ASSUMED.md").read_text("utf-8").splitlines() if line.startswith("- ")]
    assert len(assumed) > 3
    assert all(line in printed for line in assumed)


def test_people_are_ids_only(imported: tuple[str, Path, str]) -> None:
    people = read_folder(imported[1]).table("people").arrow()
    assert people["birth_date"].null_count == people.num_rows


def test_every_status_of_the_outbreak_can_be_derived(imported: tuple[str, Path, str]) -> None:
    facts = read_folder(imported[1])
    last = pc.max(facts.table("events").arrow()["occurred_on"]).as_py()
    with derive(facts, chain("who-ebola"), on=last) as derivation:
        status = derivation.table("status")
        assert {"case", "contact"} <= set(status["measure"].to_pylist())
        assert derivation.table("undecided").num_rows == 0


def test_the_98_contact_pairs_of_mers_are_98_exposures_to_a_named_case(tmp_path: Path) -> None:
    sizao("import", "mers-korea", LINELISTS / "outbreaks_r", "--out", tmp_path)
    events = read_folder(tmp_path).table("events").arrow()
    assert events.num_rows - events["case_id"].null_count == 98
    assert events.num_rows == 98 + 62


def test_an_import_as_csv_says_the_same(tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        sizao("import", "godata", LINELISTS / "godata_demo", "--out", tmp_path / form, "--format", form)
    written, kept = read_folder(tmp_path / "csv"), read_folder(tmp_path / "parquet")
    for name in SOURCES["godata"][1]:
        assert written.table(name).arrow().equals(kept.table(name).arrow())


def test_a_folder_with_other_tables_is_not_mixed_with_an_import(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order_id\n", encoding="utf-8")
    with pytest.raises(SizaoError) as stopped:
        sizao("import", "godata", LINELISTS / "godata_demo", "--out", tmp_path)
    assert stopped.value.code == "out-not-empty"
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


@pytest.fixture(scope="module")
def godata(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("godata")
    sizao("import", "godata", LINELISTS / "godata_demo", "--out", out)
    return out


def test_follow_up_prints_and_writes_who_was_missed_and_who_followed_too_long(godata: Path, tmp_path: Path) -> None:
    printed = sizao("follow-up", godata, "--rulebook", "who-ebola", "--out", tmp_path, "--rows", 200).output
    tables = {path.stem: pq.read_table(path) for path in tmp_path.iterdir()}
    assert set(tables) == {"by_day", "persons", "never_seen", "too_long", "summary"}
    [summary] = tables["summary"].to_pylist()
    assert summary["due"] == sum(tables["by_day"]["due"].to_pylist()) == sum(tables["persons"]["due"].to_pylist())
    assert f"due: {summary['persons']} people, {summary['due']:,} days" in printed
    assert all(str(day) in printed for day in tables["by_day"]["on"].to_pylist())
    assert all(person in printed for person in tables["too_long"]["person_id"].to_pylist())


def test_every_recorded_follow_up_is_either_due_or_too_long(godata: Path, tmp_path: Path) -> None:
    sizao("follow-up", godata, "--rulebook", "who-ebola", "--out", tmp_path)
    [summary] = pq.read_table(tmp_path / "summary.parquet").to_pylist()
    visits = read_folder(godata).table("follow_ups").arrow()
    days = {(row["person_id"], row["occurred_on"]) for row in visits.to_pylist()}
    assert summary["recorded"] + summary["too_long_days"] == len(days) == 437


def due_by_hand(facts: Folder, first: date, last: date) -> set[tuple[str, int]]:
    """Days 1 to 21 after each exposure, but none from the confirmation (or death) on where it came before
    the case ended."""
    cases = {}
    for row in facts.table("cases").arrow().to_pylist():  # of several versions the last holds
        ends = [day.toordinal() for day in (row["discharged_on"], row["died_on"]) if day]
        ended_on = min(ends, default=date.max.toordinal())
        cases[row["person_id"]] = (min(row["confirmed_on"].toordinal(), ended_on), ended_on)
    due = set()
    for event in facts.table("events").arrow().to_pylist():
        person, exposed_on = event["person_id"], event["occurred_on"].toordinal()
        confirmed_on, ended_on = cases.get(person, (date.max.toordinal(), 0))
        for day in range(exposed_on + 1, exposed_on + 22):
            if not (exposed_on < ended_on and day >= confirmed_on):
                due.add((person, day))
    return {(person, day) for person, day in due if first.toordinal() <= day <= last.toordinal()}


def test_the_days_due_are_those_counted_by_hand(godata: Path, tmp_path: Path) -> None:
    first, last = date(2020, 5, 1), date(2020, 7, 31)
    sizao("follow-up", godata, "--rulebook", "who-ebola", "--out", tmp_path, "--from", first, "--until", last)
    facts = read_folder(godata)
    expected = due_by_hand(facts, first, last)
    [summary] = pq.read_table(tmp_path / "summary.parquet").to_pylist()
    assert (summary["due"], summary["persons"]) == (len(expected), len({person for person, _ in expected}))
    visits = facts.table("follow_ups").arrow().to_pylist()
    seen = {(v["person_id"], v["occurred_on"].toordinal()) for v in visits if v["outcome"].startswith("seen")}
    assert summary["seen"] == len(expected & seen)


def test_with_the_windows_that_the_visits_were_numbered_from_every_visit_made_was_due(tmp_path: Path) -> None:
    """The contacts of this export were moved 20 days after its first visits: numbered days tell when they were."""
    sizao("import", "godata", LINELISTS / "godata_demo", "--out", tmp_path / "in", "--include", "windows")
    sizao("follow-up", tmp_path / "in", "--rulebook", "who-ebola", "--out", tmp_path / "out")
    [summary] = pq.read_table(tmp_path / "out" / "summary.parquet").to_pylist()
    assert (summary["seen"], summary["attempted"]) == (90 + 6, 90 + 6 + 10)
    [too_long] = pq.read_table(tmp_path / "out" / "too_long.parquet").to_pylist()
    assert (too_long["kind"], too_long["days"], too_long["attempted"]) == ("later", 1, 0)


def test_follow_up_in_chinese(godata: Path) -> None:
    printed = sizao("follow-up", godata, "--rulebook", "who-ebola", "--lang", "zh", "--rows", 3).output
    assert "随访完成情况" in printed
    assert "早于应访期" in printed


def test_follow_up_without_follow_ups_says_what_is_missing(tmp_path: Path) -> None:
    sizao("import", "mers-korea", LINELISTS / "outbreaks_r", "--out", tmp_path)
    with pytest.raises(SizaoError) as stopped:
        sizao("follow-up", tmp_path, "--rulebook", "who-ebola")
    assert stopped.value.code == "no-follow-ups"
