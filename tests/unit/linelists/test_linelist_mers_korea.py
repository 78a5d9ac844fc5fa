"""The MERS list: exposures are dated by the person, links come from the contact list."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path

import pytest

from sizao.tables.linelists import Imported, read_mers_korea

LINELIST = """\
id,age,sex,place_infect,dt_onset,dt_report,dt_start_exp,dt_end_exp,dt_diag,outcome,dt_death
index,60,M,Middle East,2015-05-05,2015-05-10,2015-04-20,2015-05-01,2015-05-10,Alive,
ward,50,F,Outside Middle East,2015-05-14,2015-05-19,2015-05-08,2015-05-10,2015-05-18,Dead,2015-05-25
twice,40,F,Outside Middle East,2015-05-20,2015-05-21,2015-05-11,2015-05-14,2015-05-22,Alive,
undated,30,M,Outside Middle East,2015-05-18,2015-05-21,,,2015-05-21,Dead,
unlinked,20,M,Outside Middle East,,2015-05-21,2015-05-09,2015-05-09,2015-05-21,Dead,2015-05-20
"""
CONTACTS = """\
from,to,exposure,diff_dt_onset
index,ward,Ward,9
index,twice,Ward,15
ward,twice,Ward,6
index,undated,Ward,13
index,stranger,Ward,
"""


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    (tmp_path / "mers_korea_2015__linelist.csv").write_text(LINELIST, encoding="utf-8")
    (tmp_path / "mers_korea_2015__contacts.csv").write_text(CONTACTS, encoding="utf-8")
    return read_mers_korea(tmp_path)


def may(day: int) -> date:
    return date(2015, 5, day)


def test_each_link_is_an_exposure_on_the_last_day_of_the_person_exposed(imported: Imported) -> None:
    events = imported.tables["events"].to_pylist()
    assert {e["kind"] for e in events} == {"exposed_to_case"}
    assert [(e["person_id"], e["case_id"], e["occurred_on"]) for e in events] == [
        ("ward", "index", may(10)),
        ("twice", "index", may(14)),
        ("twice", "ward", may(14)),
        ("undated", "index", may(18)),
        ("unlinked", None, may(9)),
    ]


def test_an_exposure_is_recorded_when_the_person_exposed_was_reported(imported: Imported) -> None:
    recorded = {e["person_id"]: e["recorded_at"].astimezone(UTC) for e in imported.tables["events"].to_pylist()}
    assert (recorded["ward"].date(), recorded["ward"].hour) == (may(19), 0)


def test_cases_with_the_death_in_a_later_version(imported: Imported) -> None:
    cases = imported.tables["cases"].to_pylist()
    ward = [
        (c["confirmed_on"], c["onset_on"], c["died_on"], c["recorded_at"].day)
        for c in cases
        if c["case_id"] == "ward"
    ]
    assert ward == [(may(18), may(14), None, 19), (may(18), may(14), may(25), 25)]
    assert {c["case_id"]: c["origin"] for c in cases}["index"] == "imported"
    assert {c["case_id"]: c["origin"] for c in cases}["ward"] == "local"


def test_people_have_a_sex_and_no_age(imported: Imported) -> None:
    people = imported.tables["people"].to_pylist()
    assert [(p["person_id"], p["sex"]) for p in people][:2] == [("index", "male"), ("ward", "female")]
    assert {p["birth_date"] for p in people} == {None}


def test_dirt_is_reported_with_file_line_and_value(imported: Imported) -> None:
    found = [(p.code, p.effect, p.file.split("__")[1], p.line, p.column, p.value) for p in imported.problems]
    assert sorted(found, key=str) == [
        ("death-before-confirmation", "kept", "linelist.csv", 6, "dt_death", "2015-05-20"),
        ("exposure-undated", "kept", "linelist.csv", 5, "dt_end_exp", ""),
        ("no-exposure-to-case", "refused", "linelist.csv", 2, "dt_end_exp", "2015-05-01"),
        ("outcome-without-date", "kept", "linelist.csv", 5, "dt_death", ""),
        ("recorded-too-early", "kept", "linelist.csv", 4, "dt_report", "2015-05-21"),
        ("unknown-person", "refused", "contacts.csv", 6, "to", "stranger"),
    ]


def test_an_exposure_that_ended_before_the_source_fell_ill_is_doubted(tmp_path: Path) -> None:
    (tmp_path / "mers_korea_2015__linelist.csv").write_text(LINELIST, encoding="utf-8")
    (tmp_path / "mers_korea_2015__contacts.csv").write_text("from,to\nundated,ward\nindex,ward\n", encoding="utf-8")
    imported = read_mers_korea(tmp_path)
    [problem] = [p for p in imported.problems if p.code == "exposure-before-onset"]
    assert (problem.line, problem.value, problem.effect) == (2, "undated", "kept")
    assert sum(e["person_id"] == "ward" for e in imported.tables["events"].to_pylist()) == 2
