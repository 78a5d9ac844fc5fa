"""A table of spells is taken row by row; what cannot be is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_lists import HEADER, codes, county, spans, write_snapshot, write_spells, write_times

from sizao.areas.read import read_lists

GOOD = "high,甲省,乙市,丙县,1号楼,2022-11-11 08:00,2022-11-12 08:00,2022-11-12 11:00"
TIMES = ("2022-11-11 08:00", "2022-11-11 11:00", "2022-11-12 08:00", "2022-11-12 11:00")


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("high,甲省,乙市,丙县,2号楼,2022-11-12 08:00,2022-11-11 08:00,", "ends-before-begins", "last_seen"),
        (
            "high,甲省,乙市,丙县,2号楼,2022-11-11 08:00,2022-11-12 08:00,2022-11-11 11:00",
            "ends-before-begins",
            "gone_by",
        ),
        ("severe,甲省,乙市,丙县,2号楼,2022-11-11 08:00,2022-11-12 08:00,", "unknown-level", "level"),
        ("high,甲省,乙市,丙县, ,2022-11-11 08:00,2022-11-12 08:00,", "no-name", "place"),
        ("high,甲省,乙市,丙县,2号楼,11 Nov,2022-11-12 08:00,", "bad-time", "first_seen"),
        ("high,甲省,乙市,丙县,2号楼,2022-11-11 08:00,2022-11-12 08:00,later", "bad-time", "gone_by"),
        (GOOD, "spell-twice", None),
        ("high,甲省,乙市,丙县", "ragged-row", None),
    ],
)
def test_a_broken_row_is_refused_with_its_line_and_the_others_are_kept(
    tmp_path: Path, row: str, code: str, column: str | None
) -> None:
    write_times(tmp_path, *TIMES)
    write_spells(tmp_path, GOOD, row)
    lists = read_lists(tmp_path)
    assert [(p.code, p.column, p.line, p.effect) for p in lists.problems] == [(code, column, 3, "refused")]
    assert spans(lists.spells, "place") == [("1号楼",)]


def test_an_area_that_is_gone_in_the_hour_in_which_it_was_last_seen_is_right(tmp_path: Path) -> None:
    write_times(tmp_path, *TIMES)
    write_spells(tmp_path, "high,甲省,乙市,丙县,1号楼,2022-11-11 08:00,2022-11-11 08:00,2022-11-11 08:00")
    assert codes(tmp_path) == []


def test_spells_that_overlap_are_kept_and_reported(tmp_path: Path) -> None:
    write_times(tmp_path, *TIMES)
    late = "high,甲省,乙市,丙县,1号楼,2022-11-12 11:00,2022-11-12 11:00,"  # in the hour in which one ends
    write_spells(tmp_path, GOOD, "high,甲省,乙市,丙县,1号楼,2022-11-11 11:00,2022-11-12 11:00,", late)
    lists = read_lists(tmp_path)
    assert [(p.code, p.line, p.effect) for p in lists.problems] == [("spells-overlap", 3, "kept")]
    assert lists.spells.num_rows == 3


@pytest.mark.parametrize("later", ["一县", "戊县"])  # before and after the others in the order of names
def test_a_place_under_two_counties_at_one_time_is_reported(tmp_path: Path, later: str) -> None:
    write_times(tmp_path, *TIMES)
    write_spells(
        tmp_path,
        GOOD,
        GOOD.replace("丙县", "丁县"),
        f"high,甲省,乙市,{later},1号楼,2022-11-12 11:00,2022-11-12 11:00,",
    )
    lists = read_lists(tmp_path)
    assert [(p.code, p.value, p.effect) for p in lists.problems] == [("two-counties", "1号楼", "kept")]
    assert lists.spells.num_rows == 3


def test_cells_in_quotes_and_blank_lines_keep_the_lines_right(tmp_path: Path) -> None:
    rows = [HEADER, GOOD.replace("1号楼", '"1号楼,\n2号楼"'), "", GOOD.replace("high", "severe"), ""]
    (tmp_path / "spells.csv").write_text("\n".join(rows), encoding="utf-8")
    write_times(tmp_path, *TIMES)
    lists = read_lists(tmp_path)
    assert [(p.code, p.line) for p in lists.problems] == [("unknown-level", 5)]
    assert spans(lists.spells, "place") == [("1号楼,\n2号楼",)]


def test_a_table_in_gb18030_and_levels_in_chinese_are_read(tmp_path: Path) -> None:
    (tmp_path / "spells.csv").write_bytes(f"{HEADER}\n{GOOD.replace('high', '高风险区')}\n".encode("gb18030"))
    write_times(tmp_path, *TIMES)
    lists = read_lists(tmp_path)
    assert spans(lists.spells, "level", "place") == [("high", "1号楼")]


def test_without_a_table_of_snapshots_the_times_of_the_spells_stand_for_it(tmp_path: Path) -> None:
    lists = read_lists(write_spells(tmp_path, GOOD))
    assert [p.code for p in lists.problems] == ["no-snapshot-times"]
    assert spans(lists.snapshots, "taken_at") == [("11-11 08",), ("11-12 08",), ("11-12 11",)]


def test_a_time_that_no_snapshot_has_is_reported(tmp_path: Path) -> None:
    write_times(tmp_path, *TIMES[:-1])
    write_spells(tmp_path, GOOD)
    lists = read_lists(tmp_path)
    assert [(p.code, p.column, p.effect) for p in lists.problems] == [("unknown-time", "gone_by", "kept")]


def test_snapshots_beside_spells_are_compared_with_them(tmp_path: Path) -> None:
    write_times(tmp_path, *TIMES)
    write_spells(tmp_path, GOOD)
    write_snapshot(tmp_path, "2022-11-11 8时", [county("丙县", "1号楼")], name="right.json")
    write_snapshot(tmp_path, "2022-11-11 11时", [county("丙县", "2号楼")], name="wrong.json")
    write_snapshot(tmp_path, "2022-11-12 11时", name="empty.json")  # the spell is over then
    write_snapshot(tmp_path, "2022-11-13 8时", [county("丙县", "1号楼")], name="unknown.json")
    lists = read_lists(tmp_path)
    assert [(p.code, p.file) for p in lists.problems] == [
        ("not-the-spells", "wrong.json"),
        ("not-in-spells", "unknown.json"),
    ]
    assert lists.checked == 3
    assert lists.spells.num_rows == 1


def test_tables_of_snapshots_that_disagree_are_reported(tmp_path: Path) -> None:
    write_spells(tmp_path, GOOD)
    rows = [f"{n}.json,{at},{1 if n else 2}" for n, at in enumerate(TIMES)]
    text = "\n".join(
        ["file,taken_at,high_and_medium_places", *rows, rows[0], "x.json,soon,1", "y.json,2022-11-13 08:00,many"]
    )
    (tmp_path / "snapshots.csv").write_text(text + "\n", encoding="utf-8")
    header = (
        "snapshot_file,source_update_time,high_stated,medium_stated,low_stated,high_places,medium_places,low_places"
    )
    counts = [
        f"{n}.json,2022-11-1{1 + n // 2} {int(at[11:13])}时,{1 + (n == 1)},0,,1,0,0" for n, at in enumerate(TIMES)
    ]
    (tmp_path / "counts.csv").write_text("\n".join([header, *counts]) + "\n", encoding="utf-8")
    lists = read_lists(tmp_path)
    assert [(p.code, p.file, p.line) for p in lists.problems] == [
        ("count-mismatch", "counts.csv", 3),  # 2 stated, 1 listed
        ("count-mismatch", "snapshots.csv", 2),  # 2 there, 1 in counts.csv
        ("snapshot-twice", "snapshots.csv", 6),
        ("bad-time", "snapshots.csv", 7),
        ("bad-count", "snapshots.csv", 8),
    ]
    assert lists.snapshots["high_stated"].to_pylist() == [1, 2, 1, 1, None]
    assert lists.snapshots["low_stated"].to_pylist() == [None] * 5
