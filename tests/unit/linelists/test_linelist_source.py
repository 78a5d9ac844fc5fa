"""Reading the rows of a line list: where each stands, what is broken, what a date is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.tables.linelists.source import ISO, MONTH_FIRST, read_rows, to_date


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.csv"


def test_a_row_says_on_which_line_it_begins(path: Path) -> None:
    path.write_text('id,note\n1,short\n\n2,"two\nlines"\n3,last\n', encoding="utf-8")
    rows, problems = read_rows(path, ["id", "note"])
    assert [(row["id"], row.line) for row in rows] == [("1", 2), ("2", 4), ("3", 6)]
    assert problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_that_offices_save_in(path: Path, encoding: str) -> None:
    path.write_bytes("id,place\n1,北京市朝阳区\n".encode(encoding))
    [row], problems = read_rows(path, ["id", "place"])
    assert (row["id"], row["place"], problems) == ("1", "北京市朝阳区", [])


@pytest.mark.parametrize("cell", ["", "  ", "NA", "#N/A"])
def test_a_blank_cell_reads_as_none(path: Path, cell: str) -> None:
    path.write_text(f"id,day\n1,{cell}\n", encoding="utf-8")
    [row], _ = read_rows(path, ["id"])
    assert row["day"] is None


def test_a_ragged_row_is_reported_and_the_others_are_read(path: Path) -> None:
    path.write_text("id,day\n1,a\n2,b,c\n3,d\n", encoding="utf-8")
    rows, [problem] = read_rows(path, ["id"])
    assert [row["id"] for row in rows] == ["1", "3"]
    assert (problem.code, problem.line, problem.effect) == ("ragged-row", 3, "refused")


def test_a_line_that_no_encoding_fits_is_reported(path: Path) -> None:
    path.write_bytes("id,place\n1,北京\n".encode() + b"2,\xff\xff\n3,c\n")
    rows, [problem] = read_rows(path, ["id"])
    assert [row["id"] for row in rows] == ["1", "3"]
    assert (problem.code, problem.line) == ("bad-encoding", 3)


def test_a_missing_file_and_a_missing_column_stop_the_import(path: Path) -> None:
    with pytest.raises(SizaoError) as stopped:
        read_rows(path, ["id"])
    assert stopped.value.code == "missing-file"
    path.write_text("id,when\n", encoding="utf-8")
    with pytest.raises(SizaoError) as stopped:
        read_rows(path, ["id", "day", "sex"])
    assert stopped.value.code == "missing-column"
    assert "day, sex" in str(stopped.value)


def test_an_empty_file_has_no_columns(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    with pytest.raises(SizaoError) as stopped:
        read_rows(path, ["id"])
    assert stopped.value.code == "missing-column"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2020-02-29", date(2020, 2, 29)),
        ("2020-06-28T00:00:00.000Z", date(2020, 6, 28)),
        ("2020-02-30", None),
        ("2/3/2020", None),
        ("2020-02", None),
    ],
)
def test_iso_dates(cell: str, expected: date | None) -> None:
    assert to_date(cell, ISO) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2/3/2020", date(2020, 2, 3)),
        ("12/31/2020", date(2020, 12, 31)),
        ("31/12/2020", None),
        ("2020-02-03", None),
    ],
)
def test_month_first_dates(cell: str, expected: date | None) -> None:
    assert to_date(cell, MONTH_FIRST) == expected
