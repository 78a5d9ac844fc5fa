"""The DS4C list: who infected whom without a day, two ways to write dates, two ways to say where home is."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.tables.linelists import Imported, read_korea_ds4c

REGIONS = """\
code,Province ID,city,latitude,longitude
10000,1,Hanseong,37.5,127.0
10010,1,Namsan-gu,37.6,127.1
80000,18,Korea,37.5,127.0
"""
HEADER = (
    "patient_id,sex,province,city,infection_case,infected_by,symptom_onset_date,confirmed_date,released_date,"
    "deceased_date,state\n"
)
EARLY = HEADER + (
    "1,male,Hanseong,Namsan-gu,overseas inflow,,,2020-02-01,2020-02-20,,released\n"
    "2,female,Hanseong,etc,contact with patient,1,2020-02-05,2020-02-06,,,isolated\n"
    "3,,Nowhere,,contact with patient,1,2020-01-30,2020-02-06,2020-02-05,,released\n"
    '4,male,Hanseong,,contact with patient,"2, 3",,2020-02-25,,2020-02-24,deceased\n'
    "5,male,Hanseong,Namsan-gu,contact with patient,5, ,2020-02-25,,,isolated\n"
    "6,male,Hanseong,Namsan-gu,contact with patient,99,,2020-02-25,,,released\n"
    "7,male,Hanseong,Namsan-gu,etc,1,,,,,isolated\n"
    "2,female,Hanseong,Namsan-gu,etc,,,2020-02-06,,,isolated\n"
)


def read(folder: Path, patients: str = EARLY, name: str = "PatientInfo_a.csv", file: str | None = None) -> Imported:
    (folder / "Region.csv").write_text(REGIONS, encoding="utf-8")
    (folder / name).write_text(patients, encoding="utf-8")
    return read_korea_ds4c(folder, file)


def february(day: int) -> date:
    return date(2020, 2, day)


def test_an_exposure_is_dated_on_the_latest_day_possible(tmp_path: Path) -> None:
    events = read(tmp_path).tables["events"].to_pylist()
    assert [(e["person_id"], e["case_id"], e["occurred_on"]) for e in events] == [
        ("2", "1", february(1)),  # the infector's confirmation
        ("3", "1", date(2020, 1, 30)),  # the own onset came first
        ("4", "2", february(6)),  # two infectors: exposed to each
        ("4", "3", february(6)),
        ("7", "1", february(1)),  # never confirmed
    ]


def test_an_exposure_is_recorded_with_the_confirmation_of_the_person_exposed(tmp_path: Path) -> None:
    events = read(tmp_path).tables["events"].to_pylist()
    assert [e["recorded_at"].astimezone(UTC).day for e in events] == [6, 6, 25, 25, 1]


def test_dirt_is_reported_with_line_and_value(tmp_path: Path) -> None:
    found = [(p.code, p.effect, p.line, p.column, p.value) for p in read(tmp_path).problems]
    assert sorted(found, key=str) == [
        ("death-before-confirmation", "kept", 5, "deceased_date", "2020-02-24"),
        ("discharge-before-confirmation", "refused", 4, "released_date", "2020-02-05"),
        ("duplicate-id", "refused", 9, "patient_id", "2"),
        ("no-confirmation", "refused", 8, "confirmed_date", ""),
        ("outcome-without-date", "kept", 7, "released_date", ""),
        ("own-infector", "refused", 6, "infected_by", "5"),
        ("unknown-home", "kept", 3, "city", "etc"),
        ("unknown-home", "kept", 4, "city", ""),
        ("unknown-home", "kept", 5, "city", ""),
        ("unknown-person", "refused", 7, "infected_by", "99"),
    ]


def test_home_is_the_city_or_else_the_province(tmp_path: Path) -> None:
    tables = read(tmp_path).tables
    assert [p["home_place_id"] for p in tables["people"].to_pylist()][:4] == ["10010", "10000", None, "10000"]
    assert [(p["place_id"], p["parent_id"], p["kind"]) for p in tables["places"].to_pylist()] == [
        ("10000", "80000", "province"),
        ("10010", "10000", "city"),
        ("80000", None, "country"),
    ]


def test_cases_are_confirmed_and_end_with_release_or_death(tmp_path: Path) -> None:
    cases = read(tmp_path).tables["cases"].to_pylist()
    last = {c["case_id"]: (c["origin"], c["discharged_on"], c["died_on"]) for c in cases}
    assert last["1"] == ("imported", february(20), None)
    assert last["3"] == ("local", None, None)
    assert last["4"] == ("local", None, february(24))  # confirmed on the 25th, after death
    assert "7" not in last


def test_the_final_list_writes_month_day_year_and_codes(tmp_path: Path) -> None:
    header = HEADER.replace("province,city", "Code")
    rows = "1,male,10010,etc,,2/3/2020,2/13/2020,3/1/2020,,released\n2,male,#N/A,etc,1,,3/2/2020,,,isolated\n"
    imported = read(tmp_path, header + rows)
    [case, _] = [c for c in imported.tables["cases"].to_pylist() if c["case_id"] == "1"]
    assert (case["onset_on"], case["confirmed_on"]) == (february(3), february(13))
    assert [p["home_place_id"] for p in imported.tables["people"].to_pylist()] == ["10010", None]
    assert [(p.code, p.value) for p in imported.problems] == [("unknown-home", "#N/A")]
    assert any("month/day/year" in line for line in imported.assumed)


def test_dates_that_could_be_read_both_ways_stop_the_import(tmp_path: Path) -> None:
    with pytest.raises(SizaoError) as stopped:
        read(tmp_path, HEADER + "1,male,Hanseong,Namsan-gu,etc,,,2/3/2020,,,isolated\n")
    assert stopped.value.code == "dates-undecided"


def test_a_date_in_another_order_than_the_list_is_refused(tmp_path: Path) -> None:
    more = EARLY + "8,male,Hanseong,Namsan-gu,etc,,2/21/2020,2020-02-25,,,isolated\n"
    [problem] = [p for p in read(tmp_path, more).problems if p.code == "bad-date"]
    assert (problem.line, problem.column, problem.value) == (10, "symptom_onset_date", "2/21/2020")


def test_of_several_editions_the_last_by_name_is_read_unless_one_is_named(tmp_path: Path) -> None:
    read(tmp_path)
    newest = read(tmp_path, HEADER + "1,male,Hanseong,Namsan-gu,etc,,,2020-02-01,,,isolated\n", "PatientInfo_b.csv")
    assert newest.read["PatientInfo_b.csv"] == 1
    assert any("not read: PatientInfo_a.csv" in line for line in newest.assumed)
    assert read_korea_ds4c(tmp_path, "PatientInfo_a.csv").read["PatientInfo_a.csv"] == 8
