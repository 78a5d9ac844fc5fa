"""Files that are cut off, of another shape or full of odd values: said with file, place, why and what to do."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from made_lists import HEADER, codes, county, spans, write_snapshot, write_spells, write_times

from sizao.areas.read import read_lists
from sizao.areas.read.rows import read_rows
from sizao.areas.read.when import read_time
from sizao.errors import Problem, SizaoError

GOOD = "high,甲省,乙市,丙县,{},2022-11-11 08:00,2022-11-12 08:00,2022-11-12 11:00"
LIST = '{"data":{"end_update_time":"2022-11-11 15时","hcount":%s,"highlist":[%s]}}'
ENTRY = '{"province":"甲省","city":"乙市","county":"丙县","communitys":["1号楼"]}'


def stopped(folder: Path) -> str:
    with pytest.raises(SizaoError) as error:
        read_lists(folder)
    assert error.value.code == "no-lists" and error.value.todo and str(folder) in str(error.value)
    return error.value.why


def problem(folder: Path) -> Problem:
    (found,) = read_lists(folder).problems
    return found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty"),
        ((LIST % (1, ENTRY))[:-20], "it ends in the middle: the file is cut off"),
        ((LIST % (1, ENTRY))[:-1], "it ends in the middle: the file is cut off"),
        ('{"data": {,}}', "Expecting property name enclosed in double quotes at character 11"),
        ("[" * 100_000, "recursion"),
        (LIST % ("9" * 5000, ENTRY), "digits"),
        ("[1, 2]", "none of highlist, middlelist, lowlist is in it"),
        ('{"data": null, "msg": "busy"}', "busy"),
        ('{"data": [{"highlist": []}]}', "none of highlist"),
        ("12", "none of highlist"),
    ],
)
def test_a_text_that_is_no_list_is_told_with_its_reason(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert why in stopped(tmp_path) and "a.json" in stopped(tmp_path)


def test_a_file_that_is_cut_off_inside_a_character_is_told_to_be_cut_off(tmp_path: Path) -> None:
    data = (LIST % (1, ENTRY)).encode()
    (tmp_path / "a.json").write_bytes(data[: data.index("楼".encode()) + 1])
    assert "the file is cut off" in stopped(tmp_path) and "escape" not in stopped(tmp_path)
    assert stopped(tmp_path).startswith("a.json:1: [bad-json]")  # what was refused before what is only doubtful
    rows = f"{HEADER}\n{GOOD.format('1号楼')}\n{GOOD.format('2号楼')}".encode()
    (tmp_path / "a.json").unlink()
    write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
    (tmp_path / "spells.csv").write_bytes(rows[: rows.rindex("楼".encode()) + 1])
    assert codes(tmp_path) == ["bad-encoding", "ragged-row"]
    assert spans(read_lists(tmp_path).spells, "place") == [("1号楼",)]


@pytest.mark.parametrize("rest", ["", "2022-12-07 1", "2022-12-07 11:", "2022-12-07 11:0", "2022-12-0"])
def test_a_time_that_is_cut_off_is_none(rest: str) -> None:
    assert read_time(rest) is None


def test_a_packed_file_that_is_cut_off_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    whole = gzip.compress((LIST % (1, ENTRY)).encode())
    (tmp_path / "cut.json.gz").write_bytes(whole[:-20])
    assert "cut.json.gz: [unreadable-file]" in stopped(tmp_path)
    (tmp_path / "WHOLE.JSON.GZ").write_bytes(whole)
    assert codes(tmp_path) == ["unreadable-file"]
    assert read_lists(tmp_path).spells.num_rows == 1


def test_an_empty_folder_and_one_with_folders_say_what_is_looked_for(tmp_path: Path) -> None:
    assert ".json.gz" in stopped(tmp_path)
    (tmp_path / "2022").mkdir()
    write_snapshot(tmp_path / "2022", "2022-11-11 8时", [county("丙县", "1号楼")])
    assert "folders inside it are not looked into" in stopped(tmp_path)


def test_a_table_without_places_says_so(tmp_path: Path) -> None:
    write_times(tmp_path, "2022-11-11 08:00")
    assert stopped(tmp_path) == "snapshots.csv: no row is a place on a list"


def test_of_a_file_with_broken_bytes_the_first_line_is_told_once(tmp_path: Path) -> None:
    write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
    rows = [HEADER.encode(), *(GOOD.format(f"{n}\xff\xff号楼").encode("latin-1", "ignore") for n in range(3))]
    (tmp_path / "spells.csv").write_bytes(b"\n".join(rows) + b"\n")
    found = [p for p in read_lists(tmp_path).problems if p.code == "bad-encoding"]
    assert [(p.line, p.what.split()[0], p.effect) for p in found] == [(2, "3", "kept")]


@pytest.mark.parametrize(
    ("count", "stated"),
    [("1", 1), ('"1"', 1), ("1.0", 1), ('"1,000"', 1000), ("null", None)],
)
def test_a_count_may_be_written_as_text(tmp_path: Path, count: str, stated: int | None) -> None:
    (tmp_path / "a.json").write_text(LIST % (count, ENTRY), encoding="utf-8")
    lists = read_lists(tmp_path)
    assert lists.snapshots["high_stated"].to_pylist() == [stated]
    assert [p.code for p in lists.problems] == (["short-list"] if stated == 1000 else [])
    assert lists.snapshots["medium_listed"].to_pylist() == [None]  # the list does not speak of medium areas


@pytest.mark.parametrize("count", ["-1", "true", "NaN", "Infinity", "1.5", '"many"', "[1]", "9" * 25])
def test_a_count_that_is_none_is_refused_and_the_list_kept(tmp_path: Path, count: str) -> None:
    (tmp_path / "a.json").write_text(LIST % (count, ENTRY), encoding="utf-8")
    found = problem(tmp_path)
    assert (found.code, found.column, found.effect) == ("bad-count", "hcount", "refused")
    assert read_lists(tmp_path).spells.num_rows == 1


def test_half_a_character_in_a_name_is_replaced_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(LIST % (1, ENTRY.replace("1号楼", "\\ud83c1号楼")), encoding="utf-8")
    assert problem(tmp_path).code == "bad-encoding"
    assert spans(read_lists(tmp_path).spells, "place") == [("?1号楼",)]
    (tmp_path / "a.json").write_text(LIST % (1, ENTRY.replace("1号楼", "\\ud83c\\udf001号楼")), encoding="utf-8")
    assert codes(tmp_path) == []  # both halves are a character


@pytest.mark.parametrize("year", ["1022", "2202", "0001", "9999"])
def test_a_year_that_no_list_can_be_of_is_no_time(tmp_path: Path, year: str) -> None:
    write_snapshot(tmp_path, f"{year}-11-11 8时", [county("丙县", "1号楼")], name="a.json")
    assert "this is no time that a list can be of" in stopped(tmp_path)
    assert "2022111115" in stopped(tmp_path)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("截至2022-11-18 15时", "11-18 15:00"),
        ("2022-11-19 15时30分", "11-19 15:30"),
        ("２０２２年１１月２１日１５时", "11-21 15:00"),
        ("2022-11-28 15:00:00.000", "11-28 15:00"),
        ("2022-11-28 9点", "11-28 09:00"),
    ],
)
def test_more_ways_to_write_a_time(text: str, meant: str) -> None:
    at = read_time(text)
    assert at and f"{at:%m-%d %H:%M}" == meant


def test_what_is_in_a_file_decides_and_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST % (1, ENTRY), encoding="utf-8")
    plain = tmp_path / "plain.txt"
    plain.write_text(LIST % (1, ENTRY), encoding="utf-8")
    assert read_lists(tmp_path).spells.num_rows == read_lists(plain).spells.num_rows == 1


def test_a_quote_that_is_not_closed_is_told_with_its_first_line(tmp_path: Path) -> None:
    write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
    write_spells(tmp_path, GOOD.format("1号楼"), GOOD.format('"2号楼'), *(GOOD.format(n) for n in range(9)))
    found = problem(tmp_path)
    assert (found.code, found.line) == ("ragged-row", 3) and "a quote is not closed" in found.todo
    write_spells(tmp_path, GOOD.format("1号楼"), GOOD.format('"2号楼'), *(GOOD.format(n) for n in range(9000)))
    found = problem(tmp_path)  # longer than a cell can be
    assert (found.code, found.line) == ("ragged-row", 3) and "a quote is not closed" in found.todo
    assert read_lists(tmp_path).spells.num_rows == 1


@pytest.mark.parametrize(
    "cells",
    ['"a, b",c', '"a ""b""",c', 'a"b,c', '"a"b,c', ',""', '"a\nb",c', "a,b\n\nc,d", "a\r\nb,c"],
)
def test_rows_are_the_same_whether_read_fast_or_slowly(cells: str) -> None:
    problems: list[Problem] = []
    fast = read_rows(f"x,y\n{cells}\n1,2\n", "a.csv", ("x", "y"), problems)
    slow = read_rows(f"x,y\n{cells}\n1,2\n\n\n", "a.csv", ("x", "y"), [])
    assert fast.table.to_pylist() == slow.table.to_pylist()
    assert fast.lines.tolist() == slow.lines.tolist()
    assert fast.table.to_pylist()[-1] == {"x": "1", "y": "2"}


def test_levels_in_capitals_are_levels(tmp_path: Path) -> None:
    write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
    write_spells(tmp_path, GOOD.format("1号楼").replace("high", " High "))
    assert spans(read_lists(tmp_path).spells, "level") == [("high",)]


def test_spaces_around_a_county_are_no_part_of_it(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-11 8时", [county(" 丙县 ", "1号楼", province="甲省\u3000")], name="a.json")
    write_snapshot(tmp_path, "2022-11-11 9时", [county("丙县", "1号楼", city="乙市 ")], name="b.json")
    assert spans(read_lists(tmp_path).spells, "province", "city", "county", "place") == [
        ("甲省", "乙市", "丙县", "1号楼")
    ]
    spells = write_spells(tmp_path, GOOD.format("1号楼").replace("丙县", " 丙县 "))
    assert spans(read_lists(spells).spells, "county") == [("丙县",)]


def test_a_spell_that_two_tables_have_is_taken_once(tmp_path: Path) -> None:
    write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
    write_spells(tmp_path, GOOD.format("1号楼")).rename(tmp_path / "first.csv")
    write_spells(tmp_path, GOOD.format("1号楼"), GOOD.format("2号楼")[:-16])
    found = problem(tmp_path)
    assert (found.code, found.file) == ("spell-twice", "first.csv, spells.csv")
    assert spans(read_lists(tmp_path).spells, "place", "gone_by") == [("1号楼", "11-12 11"), ("2号楼", None)]


def test_keys_that_lists_do_not_have_change_nothing_and_those_missing_are_told(tmp_path: Path) -> None:
    entry = json.loads(ENTRY) | {"note": [1], "type": 2}
    (tmp_path / "a.json").write_text(
        json.dumps({"data": {"end_update_time": "2022-11-11 15时", "highlist": [entry], "x": 1}, "y": {}}), "utf-8"
    )
    assert codes(tmp_path) == []
    del entry["county"]
    (tmp_path / "a.json").write_text(
        json.dumps({"data": {"end_update_time": "2022-11-11 15时", "highlist": [entry, json.loads(ENTRY)]}}), "utf-8"
    )
    found, short = read_lists(tmp_path).problems
    assert (short.code, short.column, short.effect) == ("short-list", "highlist", "kept")
    assert (found.code, found.column, found.effect) == ("bad-entry", "highlist[0]", "refused")


NAMES = ["\u3000清源路1号楼\t", "清源路1号楼（ 东 ） ", "\xa0清源路 （东）2号楼"]
PLAIN = ["清源路1号楼", "清源路1号楼（东）", "清源路（东）2号楼"]


@pytest.mark.parametrize("table", [False, True])
def test_blanks_at_the_ends_and_around_brackets_end_no_spell(tmp_path: Path, table: bool) -> None:
    if table:
        write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
        write_spells(tmp_path, *(GOOD.format(name) for name in NAMES))
    else:
        write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", *NAMES)])
        write_snapshot(tmp_path, "2022-11-12 8时", [county("丙县", *PLAIN)])
    lists = read_lists(tmp_path)
    assert sorted(lists.spells["place"].to_pylist()) == sorted(PLAIN) and lists.problems == ()


@pytest.mark.parametrize("table", [False, True])
def test_a_name_that_stands_there_with_and_without_blanks_counts_twice(tmp_path: Path, table: bool) -> None:
    if table:
        write_times(tmp_path, "2022-11-11 08:00", "2022-11-12 08:00", "2022-11-12 11:00")
        write_spells(tmp_path, GOOD.format("1号楼 "), GOOD.format("1号楼"))
    else:
        write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼 ", "1号楼")])
    assert sorted(read_lists(tmp_path).spells["place"].to_pylist()) == ["1号楼", "1号楼 "]
