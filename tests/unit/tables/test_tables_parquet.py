"""Parquet files: used in place when nothing is broken, cast where that is plain, refused with a reason elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sizao.tables import contract, read_folder

AT = datetime(2022, 11, 12, 10, 30, tzinfo=UTC)


def events(**changes):
    columns = {
        "event_id": ["e1", "e2", "e3"],
        "person_id": ["p1", "p2", "p3"],
        "kind": ["exposed_to_case"] * 3,
        "occurred_on": pa.array([date(2022, 11, 12)] * 3, pa.date32()),
        "recorded_at": pa.array([AT] * 3, pa.timestamp("us", tz="UTC")),
    }
    return pa.table(columns | changes)


def seen(found):
    return [(p.code, p.file, p.line, p.column, p.value) for p in found.problems]


def test_a_clean_file_is_used_in_place(tmp_path):
    pq.write_table(events(), tmp_path / "events.parquet")
    source = read_folder(tmp_path).tables["events"]
    assert source.path == tmp_path / "events.parquet"
    assert (source.rows, source.missing, source.table) == (3, ("place_id", "case_id", "voids"), None)
    assert source.arrow().schema == contract("events").arrow_schema()
    assert source.arrow()["voids"].null_count == 3


def test_a_folder_of_parts_is_used_in_place(tmp_path):
    for day in (1, 2):
        part = tmp_path / "events.parquet" / f"part-{day}.parquet"
        part.parent.mkdir(exist_ok=True)
        pq.write_table(events(event_id=[f"e{day}{i}" for i in range(3)]), part)
    source = read_folder(tmp_path).tables["events"]
    assert source.path == tmp_path / "events.parquet"
    assert source.arrow()["event_id"].to_pylist() == ["e10", "e11", "e12", "e20", "e21", "e22"]


def test_the_file_and_row_of_a_broken_row_in_parts(tmp_path):
    (tmp_path / "events.parquet").mkdir()
    pq.write_table(events(), tmp_path / "events.parquet" / "a.parquet")
    pq.write_table(events(event_id=["e4", "e2", "e5"]), tmp_path / "events.parquet" / "b.parquet")
    found = read_folder(tmp_path)
    assert seen(found) == [("duplicate-id", "events.parquet/b.parquet", 2, "event_id", "e2")]
    assert found.tables["events"].path is None
    assert found.tables["events"].arrow()["event_id"].to_pylist() == ["e1", "e2", "e3", "e4", "e5"]


def test_parts_with_other_columns_and_types_become_one_table(tmp_path):
    (tmp_path / "events.parquet").mkdir()
    pq.write_table(events(voids=[None, "e1", None]), tmp_path / "events.parquet" / "a.parquet")
    text = events(event_id=["e4", "e5", "e6"], occurred_on=["2022-11-12", "12/11/2022", "2022-11-13"])
    pq.write_table(text, tmp_path / "events.parquet" / "b.parquet")
    found = read_folder(tmp_path)
    assert seen(found) == [("bad-date", "events.parquet/b.parquet", 2, "occurred_on", "12/11/2022")]
    loaded = found.tables["events"].arrow()
    assert loaded["event_id"].to_pylist() == ["e1", "e2", "e3", "e4", "e6"]
    assert loaded["voids"].to_pylist() == [None, "e1", None, None, None]


CHINA = timezone(timedelta(hours=8))
CASTS = [
    ("occurred_on", pa.array(["2022-11-12"] * 3), date(2022, 11, 12)),
    ("occurred_on", pa.array([datetime(2022, 11, 12)] * 3, pa.timestamp("ns")), date(2022, 11, 12)),  # noqa: DTZ001
    ("occurred_on", pa.array([date(2022, 11, 12)] * 3, pa.date64()), date(2022, 11, 12)),
    ("recorded_at", pa.array(["2022-11-12T18:30:00+08:00"] * 3), AT),
    ("recorded_at", pa.array(["2022-11-12 10:30Z"] * 3), AT),
    ("recorded_at", pa.array([AT] * 3, pa.timestamp("ns", tz="Asia/Shanghai")), AT),
    ("recorded_at", pa.array([AT] * 3, pa.timestamp("s", tz="+08:00")), AT),
    ("kind", pa.array(["a"] * 3).dictionary_encode(), "a"),
    ("kind", pa.array(["a"] * 3, pa.large_string()), "a"),
    ("person_id", pa.array([7] * 3), "7"),
    ("voids", pa.nulls(3), None),
    ("voids", pa.array(["", "", ""]), None),
]


@pytest.mark.parametrize(("column", "array", "expected"), CASTS)
def test_what_is_plainly_the_same_is_cast(tmp_path, column, array, expected):
    pq.write_table(events(**{column: array}), tmp_path / "events.parquet")
    found = read_folder(tmp_path)
    assert found.problems == []
    loaded = found.tables["events"].arrow()
    assert loaded.schema == contract("events").arrow_schema()
    assert loaded[column].to_pylist() == [expected] * 3


def test_numbers_from_programs_that_know_no_whole_ones(tmp_path):
    tests = {
        "test_id": ["t1", "t2", "t3"],
        "person_id": ["p1", "p2", "p3"],
        "sampled_on": pa.array([date(2022, 11, 12)] * 3),
        "method": ["pcr"] * 3,
        "result": ["positive"] * 3,
        "ct": [3250.0, None, 32.5],
        "recorded_at": pa.array([AT] * 3, pa.timestamp("us", tz="UTC")),
    }
    pq.write_table(pa.table(tests), tmp_path / "tests.parquet")
    found = read_folder(tmp_path)
    assert seen(found) == [("wrong-type", "tests.parquet", 3, "ct", "32.5")]
    assert found.tables["tests"].arrow()["ct"].to_pylist() == [3250, None]


def test_a_number_that_is_none_in_a_file_of_numbers(tmp_path):
    series = {
        "series_id": ["s"] * 3,
        "place": ["a", "b", "c"],
        "on": pa.array([date(2022, 11, 12)] * 3),
        "value": [1.5, float("nan"), float("inf")],
    }
    pq.write_table(pa.table(series), tmp_path / "series.parquet")
    found = read_folder(tmp_path)
    assert [(p.code, p.line) for p in found.problems] == [("wrong-type", 2), ("wrong-type", 3)]
    assert found.tables["series"].arrow()["value"].to_pylist() == [1.5]


@pytest.mark.parametrize(
    ("column", "array", "says"),
    [
        ("recorded_at", pa.array([datetime(2022, 11, 12)] * 3, pa.timestamp("us")), "without one is ambiguous"),  # noqa: DTZ001
        ("occurred_on", pa.array([AT] * 3, pa.timestamp("us", tz="UTC")), "dates"),
        ("occurred_on", pa.array([44877] * 3), "dates"),
        ("kind", pa.array([1.5] * 3), "text"),
        ("kind", pa.array([["a"]] * 3), "text"),
    ],
)
def test_a_column_that_cannot_fit_refuses_the_table(tmp_path, column, array, says):
    pq.write_table(events(**{column: array}), tmp_path / "events.parquet")
    found = read_folder(tmp_path)
    assert [(p.code, p.column) for p in found.problems] == [("wrong-type", column)]
    assert says in found.problems[0].todo
    assert (dict(found.tables), found.refused) == ({}, ("events",))


def whole(tmp_path):
    pq.write_table(events(), tmp_path / "whole.parquet")
    return (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.parametrize(
    "break_it",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: b"event_id,person_id\n",
        lambda data: data[:4] + b"\xff" * (len(data) // 3) + data[4 + len(data) // 3 :],
    ],
    ids=["zero bytes", "half", "all but a byte", "not Parquet", "damaged pages"],
)
def test_a_broken_file_is_reported_and_the_others_load(tmp_path, break_it):
    (tmp_path / "events.parquet").write_bytes(break_it(whole(tmp_path)))
    (tmp_path / "whole.parquet").unlink()
    (tmp_path / "people.csv").write_bytes(b"person_id\np1\n")
    found = read_folder(tmp_path)
    assert [(p.code, p.file) for p in found.problems] == [("broken-parquet", "events.parquet")]
    assert list(found.tables) == ["people"]


def test_an_empty_folder_of_parts(tmp_path):
    (tmp_path / "events.parquet").mkdir()
    assert seen(read_folder(tmp_path)) == [("broken-parquet", "events.parquet", None, None, None)]


@pytest.mark.parametrize("name", ["x[1]", "x*", "x?", "it's"])
def test_a_folder_with_signs_in_its_name_is_that_folder_only(tmp_path, name):
    for folder in (tmp_path / name, tmp_path / "x1", tmp_path / "xy"):
        folder.mkdir()
        pq.write_table(events(event_id=["e1", "e2", folder.name]), folder / "events.parquet")
    pq.write_table(events(event_id=["e1", "e2", ""]), tmp_path / name / "events.parquet")
    assert seen(read_folder(tmp_path / name)) == [("missing-value", "events.parquet", 3, "event_id", "")]
