"""What is wrong in a folder of tables, by example: the files, what is reported, what loads nevertheless."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import RefusedError, SizaoError
from sizao.tables import CODES, read_folder

EVENTS = "event_id,person_id,kind,occurred_on,recorded_at,voids"
AT = "2022-11-12T18:30:00+08:00"
E1 = f"e1,p1,exposed_to_case,2022-11-12,{AT},"
PEOPLE = "person_id,birth_date"
CASES = "case_id,person_id,confirmed_on,classification,origin,discharged_on,died_on,recorded_at"

# name: ({file: lines}, [(code, file, line, column, value, effect)], {table: ids that load})
ROWS = {
    "a date with slashes": (
        {"people.csv": [PEOPLE, "p1,1968-03-07", "p2,07/03/1968", "p3,"]},
        [("bad-date", "people.csv", 3, "birth_date", "07/03/1968", "refused")],
        {"people": ["p1", "p3"]},
    ),
    "a day that is not in the calendar": (
        {"people.csv": [PEOPLE, "p1,1968-02-29", "p2,1969-02-29"]},
        [("bad-date", "people.csv", 3, "birth_date", "1969-02-29", "refused")],
        {"people": ["p1"]},
    ),
    "the first and the last day, and the days beside them": (
        {"people.csv": [PEOPLE, "p1,1899-12-31", "p2,1900-01-01", "p3,2100-12-31", "p4,2101-01-01"]},
        [
            ("date-out-of-range", "people.csv", 2, "birth_date", "1899-12-31", "refused"),
            ("date-out-of-range", "people.csv", 5, "birth_date", "2101-01-01", "refused"),
        ],
        {"people": ["p2", "p3"]},
    ),
    "an instant without its offset": (
        {"events.csv": [EVENTS, E1, "e2,p1,exposed_to_case,2022-11-12,2022-11-12T18:30:00,"]},
        [("bad-date", "events.csv", 3, "recorded_at", "2022-11-12T18:30:00", "refused")],
        {"events": ["e1"]},
    ),
    "an empty cell that must be filled": (
        {"events.csv": [EVENTS, E1, f"e2,,exposed_to_case,2022-11-12,{AT},", ""]},
        [("missing-value", "events.csv", 3, "person_id", None, "refused")],
        {"events": ["e1"]},
    ),
    "a word that is not on the list": (
        {
            "cases.csv": [
                CASES,
                f"c1,p1,2022-11-12,Confirmed,local,,,{AT}",
                f"c2,p2,2022-11-12,confirmed,local,,,{AT}",
            ]
        },
        [("bad-value", "cases.csv", 2, "classification", "Confirmed", "refused")],
        {"cases": ["c2"]},
    ),
    "a number that is none": (
        {
            "tests.csv": [
                "test_id,person_id,sampled_on,method,result,ct,recorded_at",
                f"t1,p1,2022-11-12,pcr,positive,32.5,{AT}",
                f"t2,p1,2022-11-12,pcr,positive,3250,{AT}",
            ]
        },
        [("wrong-type", "tests.csv", 2, "ct", "32.5", "refused")],
        {"tests": ["t2"]},
    ),
    "a row with a cell too many, and one with a cell too few": (
        {"people.csv": [PEOPLE, "p1,1968-03-07,", "p2", "p3,1968-03-07"]},
        [
            ("ragged-row", "people.csv", 2, None, "p1,1968-03-07,", "refused"),
            ("ragged-row", "people.csv", 3, None, "p2", "refused"),
        ],
        {"people": ["p3"]},
    ),
    "a quote that is never closed costs one line, not the rest of the file": (
        {"people.csv": [PEOPLE, '"p1,1968-03-07', "p2,1968-03-07", "p3,1968-03-07"]},
        [("ragged-row", "people.csv", 2, None, '"p1,1968-03-07', "refused")],
        {"people": ["p2", "p3"]},
    ),
    "the line is that of the file when a cell holds line breaks": (
        {"people.csv": [PEOPLE + ",traits", 'p1,,"a\nb\nc"', "p2,1968-3-7,", '"p3",,"d\ne"', "p4,x,"]},
        [
            ("bad-date", "people.csv", 5, "birth_date", "1968-3-7", "refused"),
            ("bad-date", "people.csv", 8, "birth_date", "x", "refused"),
        ],
        {"people": ["p1", "p3"]},
    ),
    "an end before its beginning": (
        {
            "cases.csv": [
                CASES,
                f"c1,p1,2022-11-12,confirmed,local,2022-11-11,,{AT}",
                f"c2,p2,2022-11-12,confirmed,local,2022-11-12,,{AT}",
            ]
        },
        [("date-order", "cases.csv", 2, "discharged_on", "2022-11-11", "refused")],
        {"cases": ["c2"]},
    ),
    "an order that binds nobody, and one that binds two": (
        {
            "orders.csv": [
                "order_id,person_id,place_id,from,issuer,recorded_at",
                f"o1,,,2022-11-12,county,{AT}",
                f"o2,p1,u1,2022-11-12,county,{AT}",
                f"o3,p1,,2022-11-12,county,{AT}",
            ]
        },
        [
            ("not-exactly-one", "orders.csv", 2, "person_id", None, "refused"),
            ("not-exactly-one", "orders.csv", 3, "person_id", "p1", "refused"),
        ],
        {"orders": ["o3"]},
    ),
    "an event_id twice: the first one holds": (
        {"events.csv": [EVENTS, E1, f"e1,p2,arrived_from_abroad,2022-11-12,{AT},"]},
        [("duplicate-id", "events.csv", 3, "event_id", "e1", "refused")],
        {"events": ["e1"]},
    ),
    "a broken row does not make its correction a duplicate": (
        {"events.csv": [EVENTS, f"e1,p1,exposed_to_case,12.11.2022,{AT},", E1]},
        [("bad-date", "events.csv", 2, "occurred_on", "12.11.2022", "refused")],
        {"events": ["e1"]},
    ),
    "a case_id twice with the same recorded_at is a duplicate, with a later one a version": (
        {
            "cases.csv": [
                CASES,
                "c1,p1,2022-11-12,asymptomatic,local,,,2022-11-12T18:30:00+08:00",
                "c1,p1,2022-11-12,confirmed,local,,,2022-11-13T18:30:00+08:00",
                "c1,p1,2022-11-12,confirmed,local,,,2022-11-12T10:30:00Z",
            ]
        },
        [("duplicate-id", "cases.csv", 4, "case_id", "c1", "refused")],
        {"cases": ["c1", "c1"]},
    ),
    "an event that voids itself, and a void of nothing named": (
        {"events.csv": [EVENTS, E1[:-1] + ",e1", f"e2,p1,void,2022-11-12,{AT},"]},
        [
            ("void-itself", "events.csv", 2, "voids", "e1", "refused"),
            ("missing-value", "events.csv", 3, "voids", None, "refused"),
        ],
        {"events": []},
    ),
    "an event that is written like a case": (
        {"events.csv": [EVENTS, f"e1,p1,case/confirmed,2022-11-12,{AT},", f"e2,p1,cases,2022-11-12,{AT},"]},
        [("reserved-kind", "events.csv", 2, "kind", "case/confirmed", "refused")],
        {"events": ["e2"]},
    ),
    "a void of something unknown is kept": (
        {"events.csv": [EVENTS, E1, f"e2,p1,void,2022-11-12,{AT},e9"]},
        [("unknown-void", "events.csv", 3, "voids", "e9", "kept")],
        {"events": ["e1", "e2"]},
    ),
    "a void of a void is kept": (
        {"events.csv": [EVENTS, E1, f"e2,p1,void,2022-11-12,{AT},e1", f"e3,p1,void,2022-11-12,{AT},e2"]},
        [("void-of-void", "events.csv", 4, "voids", "e2", "kept")],
        {"events": ["e1", "e2", "e3"]},
    ),
    "a person, a place and a case that are not there": (
        {
            "people.csv": [PEOPLE, "p1,"],
            "places.csv": ["place_id,parent_id,kind,name", "u1,b1,unit,1"],
            "cases.csv": [CASES, f"c1,p2,2022-11-12,confirmed,local,,,{AT}"],
            "events.csv": [EVENTS + ",case_id", f"{E1},c2"],
        },
        [
            ("unknown-person", "cases.csv", 2, "person_id", "p2", "kept"),
            ("unknown-case", "events.csv", 2, "case_id", "c2", "kept"),
            ("unknown-place", "places.csv", 2, "parent_id", "b1", "kept"),
        ],
        {"events": ["e1"], "cases": ["c1"], "places": ["u1"], "people": ["p1"]},
    ),
    "without a people table nobody is unknown": (
        {"events.csv": [EVENTS, E1]},
        [],
        {"events": ["e1"]},
    ),
    # 2022-11-12T18:30+08:00 is 10:30 UTC: still the 12th where the day begins last, the 13th where it begins first
    "happened after it was recorded, in every time zone": (
        {"events.csv": [EVENTS, E1, f"e2,p1,a,2022-11-13,{AT},", f"e3,p1,a,2022-11-14,{AT},"]},
        [("occurred-after-recorded", "events.csv", 4, "occurred_on", "2022-11-14", "kept")],
        {"events": ["e1", "e2", "e3"]},
    ),
    "two versions of a case with two discharges": (
        {
            "cases.csv": [
                CASES,
                "c1,p1,2022-11-01,confirmed,local,2022-11-09,,2022-11-10T00:00:00+08:00",
                "c1,p1,2022-11-01,confirmed,local,2022-11-10,,2022-11-11T00:00:00+08:00",
            ]
        },
        [("two-discharges", "cases.csv", 3, "discharged_on", "2022-11-10", "kept")],
        {"cases": ["c1", "c1"]},
    ),
    "confirmed again before the discharge, and on its day": (
        {
            "cases.csv": [
                CASES,
                "c1,p1,2022-11-01,confirmed,local,2022-11-09,,2022-11-20T00:00:00+08:00",
                "c2,p1,2022-11-08,confirmed,local,2022-11-15,,2022-11-20T00:00:00+08:00",
                "c3,p2,2022-11-01,confirmed,local,2022-11-09,,2022-11-20T00:00:00+08:00",
                "c4,p2,2022-11-09,confirmed,local,2022-11-15,,2022-11-20T00:00:00+08:00",
            ]
        },
        [
            ("overlapping-cases", "cases.csv", 3, "case_id", "c2", "kept"),
            ("two-discharges", "cases.csv", 3, "discharged_on", "2022-11-15", "kept"),
        ],
        {"cases": ["c1", "c2", "c3", "c4"]},
    ),
    "cases overlap or not as their latest recorded versions say, whatever comes first in the file": (
        {
            "cases.csv": [
                CASES,
                "c1,p1,2022-11-01,confirmed,local,2022-11-07,,2022-11-21T00:00:00+08:00",
                "c1,p1,2022-11-01,confirmed,local,,,2022-11-20T00:00:00+08:00",
                "c2,p1,2022-11-08,confirmed,local,,,2022-11-20T00:00:00+08:00",
            ]
        },
        [],
        {"cases": ["c1", "c1", "c2"]},
    ),
    "a fact after the death, not on its day, and not when it was taken back": (
        {
            "cases.csv": [CASES, "c1,p1,2022-11-01,confirmed,local,,2022-11-09,2022-11-20T00:00:00+08:00"],
            "events.csv": [
                EVENTS,
                "e1,p1,exposed_to_case,2022-11-09,2022-11-20T00:00:00+08:00,",
                "e2,p1,exposed_to_case,2022-11-10,2022-11-20T00:00:00+08:00,",
                "e3,p1,exposed_to_case,2022-11-10,2022-11-20T00:00:00+08:00,",
                "e4,p1,void,2022-11-10,2022-11-20T00:00:00+08:00,e3",
            ],
        },
        [("fact-after-death", "events.csv", 3, "occurred_on", "2022-11-10", "kept")],
        {"cases": ["c1"], "events": ["e1", "e2", "e3", "e4"]},
    ),
    "a case confirmed after the death, which may be true": (
        {"cases.csv": [CASES, "c1,p1,2022-11-10,confirmed,local,,2022-11-09,2022-11-20T00:00:00+08:00"]},
        [("confirmed-after-death", "cases.csv", 2, "confirmed_on", "2022-11-10", "kept")],
        {"cases": ["c1"]},
    ),
    "a table that is not read does not stop the others": (
        {
            "people.csv": [PEOPLE, "p1,"],
            "events.csv": ["event_id,person_id,kind,occured_on,recorded_at", "e1,p1,a,2022-11-12," + AT],
            "tests.csv": ["test_id,test_id", "t1,t1"],
            "places.parquet": ["not Parquet"],
            "evnts.csv": ["x"],
            "follow_ups.csv": ["follow_up_id,person_id,occurred_on,outcome,recorded_at"],
        },
        [
            ("unknown-column", "events.csv", 1, "occured_on", None, "refused"),
            ("missing-column", "events.csv", 1, "occurred_on", None, "refused"),
            ("unknown-table", "evnts.csv", None, None, None, "kept"),
            ("empty-table", "follow_ups.csv", None, None, None, "kept"),
            ("broken-parquet", "places.parquet", None, None, None, "refused"),
            ("duplicate-column", "tests.csv", 1, "test_id", None, "refused"),
            *(
                ("missing-column", "tests.csv", 1, name, None, "refused")
                for name in ("person_id", "sampled_on", "method", "result", "recorded_at")
            ),
        ],
        {"people": ["p1"], "follow_ups": []},
    ),
    "a column that no contract names is left out, the rows load": (
        {"people.csv": [PEOPLE + ",remarks", "p1,,x"]},
        [("unknown-column", "people.csv", 1, "remarks", None, "refused")],
        {"people": ["p1"]},
    ),
    "cells separated by semicolons": (
        {"people.csv": ["person_id;birth_date", "p1;1968-03-07"]},
        [("missing-column", "people.csv", 1, "person_id;birth_date", None, "refused")],
        {},
    ),
    "a file of zero bytes": (
        {"people.csv": [PEOPLE, "p1,"], "orders.csv": []},
        [("empty-table", "orders.csv", None, None, None, "refused")],
        {"people": ["p1"]},
    ),
}

# the same in bytes
BYTES = {
    "a line in another encoding than the rest": (
        "place_id,kind,name\nu1,unit,中文\nu2,unit,花园小区\n".encode() + "u3,unit,一单元\n".encode("gb18030"),
        [("mixed-encoding", "places.csv", 4, None, "u3,unit,一单元", "kept")],
        ["u1", "u2", "u3"],
    ),
    "a line that is neither": (
        "place_id,kind,name\nu1,unit,中文\n".encode("gb18030") + b"u2,unit,\xff\xfe\nu3,unit,a\n",
        [("bad-encoding", "places.csv", 3, None, "u2,unit,\\xff\\xfe", "refused")],
        ["u1", "u3"],
    ),
}

# the whole folder: SizaoError
STOPS = {"missing-folder", "no-tables", "two-files"}


def _lay(folder: Path, files: dict[str, list[str]]) -> Path:
    for name, lines in files.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def _seen(problems):
    return [(p.code, p.file, p.line, p.column, p.value, p.effect) for p in problems]


@pytest.mark.parametrize("name", ROWS)
def test_what_is_reported_and_what_loads(name, tmp_path):
    files, problems, loaded = ROWS[name]
    found = read_folder(_lay(tmp_path, files))
    assert sorted(_seen(found.problems), key=str) == sorted(problems, key=str)
    ids = {table: source.arrow().column(0).to_pylist() for table, source in found.tables.items()}
    assert ids == loaded
    assert {t: s.rows for t, s in found.tables.items()} == {t: len(i) for t, i in ids.items()}


@pytest.mark.parametrize("name", ROWS)
def test_strict_refuses_all_where_anything_is_refused(name, tmp_path):
    files, problems, _ = ROWS[name]
    _lay(tmp_path, files)
    if all(effect == "kept" for *_, effect in problems):
        assert _seen(read_folder(tmp_path, strict=True).problems) == _seen(read_folder(tmp_path).problems)
    else:
        with pytest.raises(RefusedError) as error:
            read_folder(tmp_path, strict=True)
        assert error.value.code == "refused"
        assert sorted(_seen(error.value.problems), key=str) == sorted(problems, key=str)


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_not_one_encoding(name, tmp_path):
    data, problems, loaded = BYTES[name]
    (tmp_path / "places.csv").write_bytes(data)
    found = read_folder(tmp_path)
    assert _seen(found.problems) == problems
    assert found.tables["places"].arrow()["place_id"].to_pylist() == loaded


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SizaoError, match="no such folder") as error:
        read_folder(tmp_path / "nowhere")
    assert error.value.code == "missing-folder"


def test_a_file_instead_of_a_folder(tmp_path):
    _lay(tmp_path, {"people.csv": [PEOPLE]})
    with pytest.raises(SizaoError, match="a file, not a folder") as error:
        read_folder(tmp_path / "people.csv")
    assert error.value.code == "missing-folder"


def test_a_folder_without_tables(tmp_path):
    with pytest.raises(SizaoError) as error:
        read_folder(tmp_path)
    assert error.value.code == "no-tables"


def test_a_table_twice(tmp_path):
    _lay(tmp_path, {"people.csv": [PEOPLE], "people.parquet": [""]})
    with pytest.raises(SizaoError, match=r"people\.csv and as people\.parquet") as error:
        read_folder(tmp_path)
    assert error.value.code == "two-files"


def test_what_a_refused_table_says_when_it_is_asked_for(tmp_path):
    found = read_folder(_lay(tmp_path, {"people.csv": [PEOPLE, "p1,"], "events.parquet": ["PAR1"]}))
    assert found.refused == ("events",)
    with pytest.raises(SizaoError, match="broken-parquet") as error:
        found.table("events")
    assert error.value.code == "table-refused"
    with pytest.raises(SizaoError) as error:
        found.table("cases")
    assert error.value.code == "no-table"


def test_every_code_has_an_example():
    shown = {code for _, problems, _ in (*ROWS.values(), *BYTES.values()) for code, *_ in problems}
    assert shown | STOPS == set(CODES)


def test_the_effect_is_the_documented_one():
    examples = [p for _, problems, _ in (*ROWS.values(), *BYTES.values()) for p in problems]
    for code, file, *_, effect in examples:
        zero_bytes = (code, file) == ("empty-table", "orders.csv")
        assert effect == CODES[code].effect or zero_bytes, code
