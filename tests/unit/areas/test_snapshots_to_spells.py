"""Lists as they were published become spells."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_lists import codes, county, spans, write_snapshot

from sizao.areas.read import read_lists
from sizao.areas.read.when import read_time, time_in_name
from sizao.errors import SizaoError


def test_a_place_that_is_missing_once_and_back_again_has_two_spells(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", "2号楼")])
    write_snapshot(tmp_path, "2022-11-11 11时", [county("丙县", "2号楼")])
    write_snapshot(tmp_path, "2022-11-11 15时", [county("丙县", "1号楼", "2号楼")])
    lists = read_lists(tmp_path)
    assert spans(lists.spells) == [
        ("1号楼", "11-11 08", "11-11 08", "11-11 11"),
        ("1号楼", "11-11 15", "11-11 15", None),
        ("2号楼", "11-11 08", "11-11 15", None),
    ]
    assert lists.problems == ()


def test_levels_and_counties_are_places_of_their_own(tmp_path: Path) -> None:
    write_snapshot(
        tmp_path, "2022-11-11 8时", [county("丙县", "1号楼")], [county("丁县", "1号楼")], [county("丙县", "其他")]
    )
    write_snapshot(tmp_path, "2022-11-11 9时", medium=[county("丙县", "1号楼")])
    rows = spans(read_lists(tmp_path).spells, "level", "county", "place", "first_seen")
    assert sorted(rows) == [
        ("high", "丙县", "1号楼", "11-11 08"),
        ("low", "丙县", "其他", "11-11 08"),
        ("medium", "丁县", "1号楼", "11-11 08"),
        ("medium", "丙县", "1号楼", "11-11 09"),
    ]


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    late = write_snapshot(tmp_path, "2022-11-12 8时", [county("丙县", "1号楼")], name="a.json")
    early = write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", "2号楼")], name="b.json")
    lists = read_lists([late, early])
    assert spans(lists.spells) == spans(read_lists([early, late]).spells)
    assert spans(lists.spells)[1] == ("2号楼", "11-11 08", "11-11 08", "11-12 08")


def test_the_same_list_twice_is_taken_once(tmp_path: Path) -> None:
    for name in ("a.json", "b.json.gz"):
        write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼")], name=name)
    lists = read_lists(tmp_path)
    assert [(p.code, p.file, p.effect) for p in lists.problems] == [("snapshot-twice", "b.json.gz", "refused")]
    assert (lists.spells.num_rows, lists.snapshots.num_rows) == (1, 1)


def test_of_two_lists_of_one_hour_a_place_in_any_was_listed(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", "2号楼")], name="a.json")
    write_snapshot(tmp_path, "2022-11-11 11时", [county("丙县", "1号楼")], name="b.json")
    write_snapshot(tmp_path, "2022-11-11 11时", [county("丙县", "2号楼")], name="c.json")
    lists = read_lists(tmp_path)
    assert spans(lists.spells) == [("1号楼", "11-11 08", "11-11 11", None), ("2号楼", "11-11 08", "11-11 11", None)]
    assert [(p.code, p.effect) for p in lists.problems] == [("same-time", "kept")]


def test_a_long_list_that_comes_back_after_another_is_reported(tmp_path: Path) -> None:
    whole = [f"{n}号楼" for n in range(1, 101)]
    for at, places in (("2022-11-27 8时", whole), ("2022-11-27 9时", whole[1:]), ("2022-11-28 8时", whole)):
        write_snapshot(tmp_path, at, [county("丙县", *places)])
    assert codes(tmp_path) == ["same-list-again"]


def test_a_count_that_does_not_match_its_list_is_reported_and_the_list_kept(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", "2号楼")], hcount=3)
    lists = read_lists(tmp_path)
    (problem,) = lists.problems
    assert (problem.code, problem.column, problem.value, problem.effect) == ("count-mismatch", "hcount", "3", "kept")
    assert "2 places and says 3" in problem.what
    assert lists.spells.num_rows == 2
    assert lists.snapshots["high_listed"].to_pylist() == [2]
    assert lists.snapshots["high_stated"].to_pylist() == [3]


def test_a_place_under_two_counties_is_reported_and_kept_under_both(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "青云村"), county("丁县", "青云村")])
    lists = read_lists(tmp_path)
    assert [(p.code, p.value, p.effect) for p in lists.problems] == [("two-counties", "青云村", "kept")]
    assert spans(lists.spells, "county", "place") == [("丁县", "青云村"), ("丙县", "青云村")]


def test_a_place_of_another_province_by_the_same_name_is_another_place(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "青云村"), county("丁县", "青云村", province="戊省")])
    assert codes(tmp_path) == []


def test_a_place_that_a_list_names_twice_counts_once(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", "1号楼")])
    lists = read_lists(tmp_path)
    assert [p.code for p in lists.problems] == ["listed-twice"]
    assert lists.spells.num_rows == 1


def test_what_is_no_list_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼", " ", ""), {"county": "丁县"}])  # type: ignore[dict-item]
    (tmp_path / "cut.json.gz").write_bytes(b"\x1f\x8b\x08\x00cut")
    (tmp_path / "half.json").write_text('{"data":\n {"hcount"', encoding="utf-8")
    (tmp_path / "other.json").write_text('{"data": {"message": "busy"}}', encoding="utf-8")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    lists = read_lists(tmp_path)
    said = "bad-entry bad-json no-list no-name no-name short-list unknown-table unreadable-file"
    assert sorted(p.code for p in lists.problems) == said.split()
    assert next(p.line for p in lists.problems if p.code == "bad-json") == 2
    assert lists.spells.num_rows == 1


def test_without_any_list_the_reader_stops_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SizaoError) as error:
        read_lists(tmp_path)
    assert error.value.code == "no-lists"
    assert "other.json" in str(error.value)
    with pytest.raises(SizaoError) as error:
        read_lists(tmp_path / "nowhere")
    assert error.value.code == "no-file"


def test_a_list_without_a_time_takes_that_of_its_file_name(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "", [county("丙县", "1号楼")], name="2022111115-56e8e38d.json")
    write_snapshot(tmp_path, "2022-11-12 15时", [county("丙县", "1号楼")], name="2022111215-aa.json")
    write_snapshot(tmp_path, "2022-11-13 15时", [county("丙县", "1号楼")], name="2022111320-bb.json")
    write_snapshot(tmp_path, "soon", [county("丙县", "1号楼")], name="list.json")
    lists = read_lists(tmp_path)
    assert [(p.code, p.effect) for p in lists.problems] == [
        ("no-time", "kept"), ("time-mismatch", "kept"), ("no-time", "refused"),
    ]  # fmt: skip
    assert spans(lists.spells) == [("1号楼", "11-11 15", "11-13 15", None)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2022-11-16 9时", "2022-11-16 09:00"),
        ("2022-11-15 07时", "2022-11-15 07:00"),
        ("2022-11-14 00:00", "2022-11-14 00:00"),
        ("2022-11-14T21:30:00", "2022-11-14 21:30"),
        ("2022年11月14日24时", "2022-11-15 00:00"),
        ("2022/4/15", "2022-04-15 00:00"),
        ("2022-11-31 9时", None),
        ("2022-11-14 25时", None),
        ("yesterday", None),
    ],
)
def test_times_are_read_as_lists_write_them(text: str, meant: str | None) -> None:
    at = read_time(text)
    assert (at and f"{at:%Y-%m-%d %H:%M}") == meant


def test_a_file_name_that_begins_with_an_hour_tells_it() -> None:
    assert str(time_in_name("2022111115-56e8e38d.json")) == "2022-11-11 15:00:00"
    assert time_in_name("list-3.json") is None
