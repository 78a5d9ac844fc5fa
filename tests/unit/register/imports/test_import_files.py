"""Files are read whole or refused before they hurt: every format, and what was made to break a reader."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sizao.errors import Problem, SizaoError
from sizao.register.imports import apart, archives, files
from sizao.register.imports.files import Upload, read_sheet, unpack

PLAIN = "编号,姓名\n1,李四\n2,=HYPERLINK(1)\n"


def cells(name: str, data: bytes) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = read_sheet(Upload(name, data), []).cells.to_pylist()
    return rows


def workbook(*rows: list[Any], formula: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": formula}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def refused(name: str, data: bytes) -> str:
    with pytest.raises(SizaoError) as error:
        unpacked = unpack([Upload(name, data)])
        read_sheet(unpacked[0], [])
    return error.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_reads_the_same_in_every_encoding(encoding: str) -> None:
    assert cells("a.csv", PLAIN.encode(encoding))[0] == {"编号": "1", "姓名": "李四"}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_separators_are_seen_in_the_header(delimiter: str) -> None:
    assert cells("a.csv", PLAIN.replace(",", delimiter).encode())[0] == {"编号": "1", "姓名": "李四"}


def test_a_workbook_and_parquet_give_the_same_texts() -> None:
    sheet = cells("a.xlsx", workbook(["编号", "日"], [7, "2022-11-03"]))
    out = io.BytesIO()
    pq.write_table(pa.table({"编号": [7], "日": ["2022-11-03"]}), out)
    assert sheet == cells("a.parquet", out.getvalue()) == [{"编号": "7", "日": "2022-11-03"}]


def test_a_formula_is_never_computed() -> None:
    rows = cells("a.xlsx", workbook(["a", "b"], ["=1+1", "x"], formula=True))
    assert rows == [{"a": "0", "b": "x"}]  # what was saved with it
    assert cells("a.csv", b"a,b\n=1+1,x\n") == [{"a": "=1+1", "b": "x"}]


def test_the_sign_that_an_export_puts_before_a_formula_is_taken_off() -> None:
    assert cells("a.csv", b"a,b\n'=1+1,''-x\n'plain,x\n") == [{"a": "=1+1", "b": "'-x"}, {"a": "'plain", "b": "x"}]


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNPACKED", 100_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"x" * 200_000)
    assert refused("a.zip", out.getvalue()) == "too-large"
    assert refused("a.xlsx", out.getvalue()) == "too-large"


def test_a_zip_bomb_that_lies_about_its_size_is_cut_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory says 10 bytes and their checksum; the stream goes on for a megabyte."""
    monkeypatch.setattr(archives, "MOST_UNPACKED", 100_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"x" * 1_000_000)
    data = out.getvalue()
    size, told = (1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    crc, short = (zlib.crc32(b"x" * 1_000_000)).to_bytes(4, "little"), zlib.crc32(b"x" * 10).to_bytes(4, "little")
    lying = data.replace(size, told).replace(crc, short)
    assert lying != data
    repacked = archives.repack(lying, "a.xlsx")
    assert len(repacked) < 1_000
    assert refused("a.xlsx", lying) == "broken-file"


def test_very_many_files_in_an_archive_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(archives.MOST_FILES + 1):
            archive.writestr(f"{number}.csv", b"")
    assert refused("a.zip", out.getvalue()) == "too-large"


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.zip"])
@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04 and no more", b"PAR1 and no more PAR1"])
def test_what_is_not_what_its_name_says_is_refused(name: str, data: bytes) -> None:
    assert refused(name, data) in ("broken-file", "empty-file")


def test_a_cell_far_outside_the_list_brings_down_only_the_reader() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "far")
    assert refused("a.xlsx", out.getvalue()) == "too-large"


def test_a_parquet_file_of_very_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array([1] * (apart.MOST_ROWS + 1), pa.int8())}), out)
    assert len(out.getvalue()) < 10_000
    assert refused("a.parquet", out.getvalue()) == "too-large"


def test_ten_thousand_columns_are_refused() -> None:
    assert refused("a.csv", ",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n") == "too-large"
    assert refused("a.csv", b"x" * 1_000_000) == "too-large"


@pytest.mark.parametrize("data", [b"a,b,a\n1,2,3\n", workbook(["a", "b", "a"], [1, 2, 3])])
def test_a_column_that_is_there_twice_is_refused(data: bytes) -> None:
    assert refused("a.xlsx" if data[:2] == b"PK" else "a.csv", data) == "duplicate-column"


def test_broken_bytes_null_characters_and_ragged_rows_cost_a_row_each_and_no_name_is_kept() -> None:
    problems: list[Problem] = []
    data = "编号,姓名\n1,李四\n2,王\0五\n3,张三,x\n".encode() + b"4,\xff\xfe\xfd\n5,\xe8\xb5\xb5\n"
    rows = read_sheet(Upload("a.csv", data), problems).cells.to_pylist()
    assert [row["编号"] for row in rows] == ["1", "5"]
    found = {(problem.code, problem.line) for problem in problems if problem.effect == "refused"}
    assert found == {("null-character", 3), ("ragged-row", 4), ("bad-encoding", 5)}
    assert all(problem.value is None for problem in problems)


def test_an_upload_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(SizaoError) as error:
        unpack([Upload("a.csv", b"x" * 11)])
    assert error.value.code == "too-large"


def test_names_of_files_lose_their_folders() -> None:
    assert [file.name for file in unpack([Upload("../../etc/a.csv", b"a"), Upload("C:\\b.csv", b"b")])] == [
        "a.csv",
        "b.csv",
    ]
