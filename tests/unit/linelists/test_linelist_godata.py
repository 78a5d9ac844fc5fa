"""A small Go.Data export: one index case, contacts, one of whom became a case, and the dirt of the real one."""

from __future__ import annotations

import csv
from datetime import UTC, date
from pathlib import Path

import pytest

from sizao.tables.linelists import Imported, read_godata
from sizao.tables.linelists.godata import words

ENTERED = {"date_of_data_entry": "2020-06-10"}
HOME = {
    "location_id": "L2",
    "admin_0_location_id": "L0",
    "admin_0_name": "Land",
    "admin_2_location_id": "L2",
    "admin_2_name": "Town",
    "admin_2_parent_location_id": "L0",
    "admin_2_lat": "8.5",
}
INDEX = {
    **ENTERED, **HOME, "uuid": "aaaaaaaa-1", "case_id": "CASE-1", "firstName": "Awa", "telephone": "555",
    "gender": "FEMALE", "classification": "CONFIRMED", "outcome_id": "RECOVERED",
    "date_of_reporting": "2020-06-01", "date_of_onset": "2020-05-30",
    "date_of_outcome": "2020-06-20", "pregnancy_status": "YES_FIRST_TRIMESTER",
}  # fmt: skip
FORMER = {
    **ENTERED, "uuid": "bbbbbbbb-1", "case_id": "CONTACT-1", "classification": "CONFIRMED",
    "date_of_reporting": "2020-06-30", "date_become_case": "2020-06-08", "hospitalization_enddate": "2020-06-25",
}  # fmt: skip
PROBABLE = {
    **ENTERED, "uuid": "cccccccc-1", "case_id": "CASE-3", "classification": "PROBABLE", "outcome_id": "DECEASED",
    "date_of_reporting": "2020-06-04", "date_of_outcome": "2020-06-05",
}  # fmt: skip
SUSPECT = {**ENTERED, "uuid": "dddddddd-1", "case_id": "CASE-4", "classification": "SUSPECT"}
DISCARDED = {**ENTERED, "uuid": "eeeeeeee-1", "case_id": "CASE-5", "classification": "NOT_A_CASE_DISCARDED"}
CASES = [INDEX, FORMER, PROBABLE, SUSPECT, DISCARDED]
CONTACTS = [
    {**ENTERED, "uuid": "bbbbbbbb-1", "contact_id": "CONTACT-1", "date_of_last_contact": "2020-06-02"},
    {**ENTERED, "uuid": "ffffffff-1", "contact_id": "CONTACT-2", "date_of_last_contact": "2020-06-03"},
    {**ENTERED, "uuid": "11111111-1", "contact_id": "", "date_of_last_contact": "2020-06-12"},
]


def link(source: str, target: str, day: str, **more: str) -> dict[str, str]:
    row = {
        "uuid": f"{source}-{target}-{day}",
        "source_uuid": source,
        "target_uuid": target,
        "source_visualid": source,
    }
    return {**ENTERED, **row, "date_of_last_contact": day, **more}


RELATIONSHIPS = [
    link("aaaaaaaa-1", "bbbbbbbb-1", "2020-06-02"),
    link("aaaaaaaa-1", "bbbbbbbb-1", "2020-06-02"),  # the same again
    link("cccccccc-1", "ffffffff-1", "2020-06-05"),  # a probable case
    link("nobody00-1", "ffffffff-1", "2020-06-06"),
    link("eeeeeeee-1", "ffffffff-1", "2020-06-07"),  # not a case after all
    link("aaaaaaaa-1", "nobody00-1", "2020-06-02"),
    link("aaaaaaaa-1", "ffffffff-1", "2020-06-11"),  # after its own data entry
    link("aaaaaaaa-1", "ffffffff-1", ""),
]


def visit(contact: str, day: str, status: str, number: str = "") -> dict[str, str]:
    row = {"uuid": f"{contact}-{day}", "contact_uuid": contact, "date_of_followup": day, "followup_status": status}
    return {"date_of_data_entry": "2020-06-23", "followup_number": number, **row}


FOLLOW_UPS = [
    visit("bbbbbbbb-1", "2020-06-03", "SEEN_OK"),
    visit("bbbbbbbb-1", "2020-06-04", "SEEN_NOT_OK"),
    visit("bbbbbbbb-1", "2020-06-05", "MISSED"),
    visit("bbbbbbbb-1", "2020-06-06", "NOT_ATTEMPTED"),
    visit("11111111-1", "2020-06-24", "NOT_PERFORMED"),  # after its own data entry
    visit("nobody00-1", "2020-06-06", "SEEN_OK"),
    visit("ffffffff-1", "2020-06-06", "WAVED"),
]


def sample(test: str, day: str, result: str, **more: str) -> dict[str, str]:
    category = f"LNG_REFERENCE_DATA_CATEGORY_LAB_TEST_RESULT_{result}" if result else ""
    row = {"id": test, "personId": "aaaaaaaa-1", "createdAt": "2020-06-10T08:00:00.000Z", "result": category}
    return {**row, "dateSampleTaken": f"{day}T00:00:00.000Z", "deleted": "FALSE", **more}


LABORATORY = [
    sample("t1", "2020-06-01", "POSITIVE", testType="LNG_REFERENCE_DATA_CATEGORY_TYPE_OF_LAB_TEST_RT_PCR"),
    sample("t2", "2020-06-09", ""),
    sample("t3", "2000-06-09", "NEGATIVE"),
    sample("t4", "2020-06-09", "NEGATIVE", deleted="TRUE"),
    sample("t5", "2020-06-09", "NEGATIVE", personId="nobody00-1"),
]
FILES = {
    words.CASES: ((*words.CASE_COLUMNS, "firstName", "telephone"), CASES),
    words.CONTACTS: (words.CONTACT_COLUMNS, CONTACTS),
    words.RELATIONSHIPS: (words.RELATIONSHIP_COLUMNS, RELATIONSHIPS),
    words.FOLLOW_UPS: (words.FOLLOW_UP_COLUMNS, FOLLOW_UPS),
    words.LABORATORY: (words.LABORATORY_COLUMNS, LABORATORY),
}


def read(folder: Path, include: tuple[str, ...] = (), **replaced: list[dict[str, str]]) -> Imported:
    for name, (columns, rows) in FILES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(replaced.get(name.split("_")[0], rows))
    return read_godata(folder, include)


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    return read(tmp_path)


def june(day: int) -> date:
    return date(2020, 6, day)


def reported(imported: Imported, file: str) -> list[tuple[object, ...]]:
    found = [(p.line, p.code, p.effect, p.column) for p in imported.problems if p.file == file]
    return sorted(found, key=str)


def test_a_contact_who_became_a_case_is_one_person(imported: Imported) -> None:
    people = [p["person_id"] for p in imported.tables["people"].to_pylist()]
    assert people == ["CASE-1", "CONTACT-1", "CASE-3", "CASE-4", "CASE-5", "CONTACT-2", "PERSON-11111111"]


def test_no_name_and_no_telephone_comes_in(imported: Imported) -> None:
    everything = str([t.to_pylist() for t in imported.tables.values()]) + str(imported.problems)
    assert "Awa" not in everything
    assert "555" not in everything


def test_a_visual_id_given_twice_gets_the_head_of_the_uuid_on_both(tmp_path: Path) -> None:
    namesake = {**SUSPECT, "case_id": "CASE-1"}
    imported = read(tmp_path, cases=[INDEX, FORMER, PROBABLE, namesake, DISCARDED])
    people = [p["person_id"] for p in imported.tables["people"].to_pylist()]
    assert {"CASE-1-aaaaaaaa", "CASE-1-dddddddd"} <= set(people)
    assert "CASE-1" not in people
    assert sum(p.code == "visual-id" for p in imported.problems) == 3
    [exposure, *_] = imported.tables["events"].to_pylist()
    assert exposure["case_id"] == "CASE-1-aaaaaaaa"


def test_places_with_their_parents_and_homes(imported: Imported) -> None:
    places = [(p["place_id"], p["parent_id"], p["kind"], p["lat"]) for p in imported.tables["places"].to_pylist()]
    assert places == [("L0", None, "admin_0", None), ("L2", "L0", "admin_2", 8.5)]
    [index, *_] = imported.tables["people"].to_pylist()
    assert (index["home_place_id"], index["sex"], index["traits"]) == ("L2", "female", "pregnant")


def test_confirmed_ones_are_cases_and_the_others_are_reported(imported: Imported) -> None:
    cases = imported.tables["cases"].to_pylist()
    last = {c["case_id"]: (c["confirmed_on"], c["discharged_on"], c["died_on"]) for c in cases}
    assert last == {"CASE-1": (june(1), june(20), None), "CONTACT-1": (june(8), june(25), None)}
    assert reported(imported, words.CASES) == [
        (4, "not-confirmed", "refused", "classification"),
        (5, "not-confirmed", "refused", "classification"),
        (6, "not-confirmed", "refused", "classification"),
    ]


def test_probable_ones_come_in_when_asked_for_and_it_is_said(tmp_path: Path) -> None:
    imported = read(tmp_path, ("probable",))
    cases = {c["case_id"]: c for c in imported.tables["cases"].to_pylist()}
    assert (cases["CASE-3"]["classification"], cases["CASE-3"]["died_on"]) == ("confirmed", june(5))
    assert any("Probable cases" in line for line in imported.assumed)
    assert sum(p.code == "not-confirmed" for p in imported.problems) == 2


def test_exposures_are_last_contacts_one_for_each_day_known(imported: Imported) -> None:
    events = imported.tables["events"].to_pylist()
    assert {e["kind"] for e in events} == {"exposed_to_case"}
    assert [(e["person_id"], e["occurred_on"], e["case_id"]) for e in events] == [
        ("CONTACT-1", june(2), "CASE-1"),
        ("CONTACT-2", june(5), None),
        ("CONTACT-2", june(6), None),
        ("CONTACT-2", june(11), "CASE-1"),
        ("CONTACT-2", june(3), None),
        ("PERSON-11111111", june(12), None),
    ]
    assert len({e["event_id"] for e in events}) == 6


def test_what_is_doubtful_about_an_exposure_is_said(imported: Imported) -> None:
    assert reported(imported, words.RELATIONSHIPS) == [
        (3, "duplicate-exposure", "refused", "uuid"),
        (4, "case-not-imported", "kept", "source_visualid"),
        (5, "unknown-case", "kept", "source_uuid"),
        (6, "discarded-case", "refused", "source_uuid"),
        (7, "unknown-person", "refused", "target_uuid"),
        (8, "after-entry", "kept", "date_of_last_contact"),
        (9, "exposure-undated", "refused", "date_of_last_contact"),
    ]
    assert reported(imported, words.CONTACTS) == [
        (3, "contact-without-relationship", "kept", "date_of_last_contact"),
        (4, "after-entry", "kept", "date_of_last_contact"),
        (4, "contact-without-relationship", "kept", "date_of_last_contact"),
        (4, "visual-id", "kept", "contact_id"),
    ]


def test_recorded_at_is_the_data_entry_or_the_day_of_the_fact_where_that_is_later(imported: Imported) -> None:
    recorded = [e["recorded_at"].astimezone(UTC) for e in imported.tables["events"].to_pylist()]
    assert [(r.day, r.hour) for r in recorded] == [(10, 0), (10, 0), (10, 0), (11, 0), (10, 0), (12, 0)]


def test_a_contact_without_any_day_of_contact_has_no_exposure_and_it_is_said(tmp_path: Path) -> None:
    contacts = [*CONTACTS, {**ENTERED, "uuid": "22222222-1", "contact_id": "CONTACT-9"}]
    imported = read(tmp_path, contacts=contacts)
    assert (5, "contact-without-exposure", "kept", "uuid") in reported(imported, words.CONTACTS)
    assert "CONTACT-9" in {p["person_id"] for p in imported.tables["people"].to_pylist()}


def test_follow_ups_by_outcome(imported: Imported) -> None:
    visits = imported.tables["follow_ups"].to_pylist()
    assert [(v["person_id"], v["occurred_on"], v["outcome"]) for v in visits] == [
        ("CONTACT-1", june(3), "seen_ok"),
        ("CONTACT-1", june(4), "seen_symptomatic"),
        ("CONTACT-1", june(5), "missed"),
        ("CONTACT-1", june(6), "not_attempted"),
        ("PERSON-11111111", june(24), "not_attempted"),
    ]
    assert reported(imported, words.FOLLOW_UPS) == [
        (6, "after-entry", "kept", "date_of_followup"),
        (7, "unknown-person", "refused", "contact_uuid"),
        (8, "no-outcome", "refused", "followup_status"),
        (8, "unknown-word", "refused", "followup_status"),
    ]


NUMBERED = [
    visit("bbbbbbbb-1", "2020-06-03", "SEEN_OK", "1"),  # from the contact on the 2nd
    visit("bbbbbbbb-1", "2020-06-04", "SEEN_OK", "5"),  # from one on 30 May, not in the export
    visit("bbbbbbbb-1", "2020-06-05", "SEEN_OK", "6"),
]


def test_visits_numbered_from_a_contact_that_the_export_does_not_have_are_doubted(tmp_path: Path) -> None:
    imported = read(tmp_path, followups=NUMBERED)
    assert reported(imported, words.FOLLOW_UPS) == [
        (3, "contact-moved", "kept", "followup_number"),
        (4, "contact-moved", "kept", "followup_number"),
    ]
    assert imported.tables["events"].num_rows == 6


def test_with_windows_that_contact_is_an_exposure_and_it_is_said(tmp_path: Path) -> None:
    imported = read(tmp_path, ("windows",), followups=NUMBERED)
    events = imported.tables["events"].to_pylist()
    assert [(e["person_id"], e["occurred_on"], e["case_id"]) for e in events[6:]] == [
        ("CONTACT-1", date(2020, 5, 30), None)
    ]
    assert events[6]["recorded_at"].astimezone(UTC).date() == june(23)
    assert [r[:2] for r in reported(imported, words.FOLLOW_UPS)] == [(3, "contact-moved")]
    assert any("numbers follow-ups" in line for line in imported.assumed)


def test_laboratory_results(imported: Imported) -> None:
    tests = imported.tables["tests"].to_pylist()
    assert [(t["test_id"], t["sampled_on"], t["method"], t["result"]) for t in tests] == [
        ("t1", june(1), "pcr", "positive"),
        ("t2", june(9), "not_stated", "pending"),
    ]
    assert reported(imported, words.LABORATORY) == [
        (4, "implausible-date", "refused", "dateSampleTaken"),
        (5, "deleted", "refused", "deleted"),
        (6, "unknown-person", "refused", "personId"),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"date_of_reporting": ""}, "no-confirmation"),
        ({"date_of_reporting": "June"}, "bad-date"),
        ({"date_of_outcome": ""}, "outcome-without-date"),
        ({"date_of_data_entry": ""}, "no-entry"),
        ({"location_id": "L9"}, "unknown-place"),
        ({"gender": "F"}, "unknown-word"),
        ({"admin_2_lat": "north"}, "bad-number"),
        ({"date_of_outcome": "2020-05-31"}, "discharge-before-confirmation"),
        ({"uuid": ""}, "no-id"),
    ],
)
def test_dirt_in_a_case(tmp_path: Path, changed: dict[str, str], code: str) -> None:
    imported = read(tmp_path, cases=[{**INDEX, **changed}, FORMER])
    assert (2, code) in [(p.line, p.code) for p in imported.problems if p.file == words.CASES]
