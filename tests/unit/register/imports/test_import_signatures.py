"""What holds no list is told by its bytes and refused with what to send; every code and reason has its words."""

from __future__ import annotations

import ast
import io
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sizao.errors import Problem, SizaoError
from sizao.register.imports.files import Upload, read_sheet, unpack
from sizao.register.imports.say import in_chinese, problem_title
from sizao.register.imports.signatures import STRANGE
from sizao.register.imports.stage import stage
from sizao.register.models import Import, ImportPart
from sizao.tables import read_csv
from sizao.tables.codes import CODES
from sizao.web.refusals import words_of
from sizao.words import read_yaml

SOURCES = Path(__file__).parents[4] / "src/sizao"
LIST = "编号,姓名\n1,李四\n"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(**members: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, inside in members.items():
            archive.writestr({"types": "[Content_Types].xml"}.get(name, name.replace("__", "/")), inside)
    return out.getvalue()


FILES = {
    "png": ("picture-file", b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(3000)),
    "jpeg": ("picture-file", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    "heic": ("picture-file", b"\0\0\0\x18ftypheic"),
    "bmp": ("picture-file", b"BM\x36\x10\0\0" + bytes(48)),
    "pdf": ("pdf-file", b"%PDF-1.7\n1 0 obj"),
    "xls": ("old-workbook", OLD),
    "xlsb": ("old-workbook", packed(types="", xl__workbook__bin="").replace(b"workbook/bin", b"workbook.bin")),
    "password": ("locked-workbook", OLD + "EncryptedPackage".encode("utf-16-le")),
    "doc": ("document-file", OLD + "WordDocument".encode("utf-16-le")),
    "docx": ("document-file", packed(types="", word__document="")),
    "ods": ("document-file", packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content="")),
    "rtf": ("document-file", b"{\\rtf1\\ansi"),
    "html as xls": ("web-page", b"\xef\xbb\xbf\r\n <HTML><table><tr><td>1"),
    "html in utf-16": ("web-page", "<!DOCTYPE html>".encode("utf-16")),
    "xml": ("web-page", b'<?xml version="1.0"?><Workbook>'),
    "json": ("web-page", b'[{"id": 1}]'),
    "rar": ("archive-file", b"Rar!\x1a\x07\x01\x00"),
    "gzip": ("archive-file", b"\x1f\x8b\x08\x00"),
    "empty zip": ("archive-file", packed()),
    "zip in zip": ("archive-file", packed(inner=packed(a="b"))),
    "zip of a picture": ("picture-file", packed(photo=b"\x89PNG\r\n\x1a\n")),
    "random bytes": ("not-text", random.Random(2).randbytes(50_000)),
    "random bytes under a line of text": ("not-text", b"hello\n" + random.Random(3).randbytes(5_000)),
    "program": ("not-text", b"MZ\x90\x00\x03\x00\n"),
    "utf-16 without its mark": ("not-text", LIST.encode("utf-16-le")),
}


def refused(name: str, data: bytes) -> SizaoError:
    with pytest.raises(SizaoError) as error:
        read_sheet(unpack([Upload(name, data)])[0], [])
    return error.value


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.parquet", "list.zip", "photo.png", "list"])
def test_what_holds_no_list_is_told_by_its_bytes_whatever_its_name(name: str) -> None:
    for said, (code, data) in FILES.items():
        error = refused(name, data)
        assert error.code == code, said
        assert error.where.startswith(name) and ("CSV" in error.todo and "Parquet" in error.todo), said
    assert {code for code, _ in FILES.values()} == {*STRANGE}
    assert "photo" in refused("a.zip", FILES["zip of a picture"][1]).where


@pytest.mark.parametrize("name", ["list.csv", "list.xls", "list.xlsx", "list.zip", "list"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_list_is_read_whatever_its_name(name: str, encoding: str) -> None:
    for text in (LIST, f"\n\n{LIST}", LIST.replace(",", ";"), "BM,%PDF\n1,2\n", f"{LIST}2,{'赵' * 60_000}\n"):
        sheet = read_sheet(unpack([Upload(name, text.encode(encoding))])[0], [])
        assert len(sheet.header) == 2 and len(sheet.lines) >= 1
    assert read_sheet(unpack([Upload("a.zip", packed(list=LIST))])[0], []).header == ("编号", "姓名")


def test_nothing_of_it_is_kept(city: Any) -> None:
    for code, data in FILES.values():
        with pytest.raises(SizaoError, match=code):
            stage(by=city.job, files=[Upload("list.csv", data)], unmapped=True)
    assert not Import.objects.exists() and not ImportPart.objects.exists()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_line_that_is_no_row_is_explained_in_our_words(delimiter: str) -> None:
    rows = ('1,"x"y', "2,x\ry", "3," + "z" * 200_000, "5,x", '6,"x')
    problems: list[Problem] = []
    text = "\n".join(["a,b", *rows, ""]).replace(",", delimiter)
    sheet = read_sheet(Upload("a.csv", text.encode()), problems)
    assert sheet.cells.to_pylist() == [{"a": "5", "b": "x"}]
    assert [problem.what for problem in problems] == [
        "text after the quote that closes a cell",
        "a line break of another kind (CR alone) inside the line",
        "a cell is very long, or its quote is never closed",
        "a cell opens with a quote and is never closed",
    ]
    assert {problem.what for problem in problems} == {*read_csv.REASONS.values()}
    assert all(in_chinese("what", text) for text in (*read_csv.REASONS.values(), read_csv.OTHERWISE))


def test_a_header_that_comes_again_is_no_person() -> None:
    problems: list[Problem] = []
    sheet = read_sheet(Upload("a.csv", "编号,姓名\n编号, 姓名\n1,李四\n".encode()), problems)
    assert sheet.cells.to_pylist() == [{"编号": "1", "姓名": "李四"}]
    assert [(problem.code, problem.line) for problem in problems] == [("header-again", 2)]


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"\xff\xfe"])
def test_a_parquet_column_of_no_texts_is_named(value: Any) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"], "names": [value]}), out)
    error = refused("a.parquet", out.getvalue())
    assert (error.code, error.where) == ("nested-column", "a.parquet: names")


def codes_of(*names: str) -> set[str]:
    """The codes that calls of these names are given as a first or, of errors, only argument."""
    paths = [*(SOURCES / "register/imports").glob("*.py")]
    paths += [SOURCES / "tables" / name for name in ("read_csv.py", "encoding.py", "check_rows.py")]
    found = set()
    for node in (node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            found |= {text for text in texts[:2] if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
    return found


def test_every_code_of_reading_has_words_in_both_languages() -> None:
    kinds = codes_of("Problem", "problem", "refuse", "Check") | {"after-today", "date-out-of-range"} | {*CODES}
    assert {"ragged-row", "header-again", "unknown-home", "outside-area", "bad-date"} <= kinds
    for code in kinds:
        said = {problem_title(code, "zh"), problem_title(code, "en")}
        assert code not in said and len(said) == 2, code
    known = read_yaml("sizao.web", "refusals.yaml")["refusals"]
    stops = codes_of("SizaoError") | {*STRANGE}
    assert {"empty-file", "nested-column", "broken-file", "too-large"} <= stops <= {*known}
    for code in stops:
        assert re.search("[一-鿿]", known[code]["zh"]["what"]) and "could not" not in known[code]["zh"]["what"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.csv", "a.zip"])
def test_no_text_of_python_reaches_a_reader(name: str) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["a"]}), out)
    broken = (packed(types="x"), packed(types="x")[:-30], out.getvalue()[:-20], b"PAR1 PAR1", b"PK\x03\x04", b"")
    for data in broken:
        error = refused(name, data)
        assert not re.search(r"[A-Z][a-z]+[A-Z]\w+|Error|_", error.what + error.why + error.todo.replace("MiB", ""))
        assert words_of(error)["what"]
