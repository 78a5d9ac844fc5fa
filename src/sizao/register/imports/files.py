"""Reads uploaded files into cells of text, and refuses what was made to hurt before it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sizao.errors import Problem, SizaoError
from sizao.register.imports.apart import read_apart
from sizao.register.imports.archives import ZIP, inflate, look_inside
from sizao.register.imports.limits import MOST_BYTES, MOST_COLUMNS, MOST_HEADER, MOST_ROWS
from sizao.register.imports.signatures import check_bytes, check_names, strange
from sizao.tables.encoding import decode
from sizao.tables.read_csv import read_cells

PARQUET = b"PAR1"
DELIMITERS = ",;\t|"
ESCAPED = r"^'('*[=+\-@\t\r])"
"""What an export puts a ' before, lest a spreadsheet takes it for a formula."""


@dataclass(frozen=True)
class Upload:
    """One file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Sheet:
    """The cells of one file. `lines`: the line of each row, from 1 (in Parquet the row)."""

    file: str
    cells: pa.Table
    lines: npt.NDArray[np.int64]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(self.cells.schema.names)


def unpack(files: Sequence[Upload]) -> list[Upload]:
    """The files by their plain names, those of an archive one by one (a workbook stays one).

    Raises SizaoError `no-file`, `too-large`, `broken-file`, `two-files`, and those of what holds no list.
    """
    if not files:
        raise SizaoError("no-file", "no file was sent", todo="choose a CSV, XLSX or Parquet file")
    if sum(len(file.data) for file in files) > MOST_BYTES:
        raise too_large("", f"at most {MOST_BYTES >> 20} MiB")
    found: list[Upload] = []
    for file in files:
        name = plain_name(file.name)
        if file.data.startswith(ZIP) and not check_names(look_inside(file.data, name), name):
            found += _unpack(file.data, name)
        else:
            found.append(Upload(name, file.data))
            if not file.data.startswith((ZIP, PARQUET)):
                check_bytes(file.data, name)
    if len({file.name for file in found}) < len(found):
        raise SizaoError("two-files", "two of the files have one name", todo="send each once")
    return found


def plain_name(name: str) -> str:
    """The name of a file without its folders."""
    return PurePath(name.replace("\\", "/")).name[:150] or "file"


def _unpack(data: bytes, file: str) -> list[Upload]:
    """The lists of a zip."""
    found = []
    for inner, inside in inflate(data, file).items():
        name = plain_name(inner)
        if inner.endswith("/") or name.startswith("."):
            continue
        within = f"{file}: {name}"
        if inside.startswith(ZIP):
            if not check_names(look_inside(inside, within), within):
                raise strange("archive-file", within)
        elif not inside.startswith(PARQUET):
            check_bytes(inside, within)
        found.append(Upload(name, inside))
    if not found:
        raise strange("archive-file", file)
    return found


def read_sheet(file: Upload, problems: list[Problem]) -> Sheet:
    """The cells of a file; rows that cannot be read are left out and reported.

    Raises SizaoError `empty-file`, `broken-file`, `too-large`, `duplicate-column`, `nested-column`.
    """
    if file.data.startswith(ZIP):
        cells = read_apart("xlsx", file.data, file.name)
        return _check(Sheet(file.name, cells, np.arange(2, 2 + cells.num_rows)), problems)
    if file.data.startswith(PARQUET):
        cells = read_apart("parquet", file.data, file.name)
        return _check(Sheet(file.name, cells, np.arange(1, 1 + cells.num_rows)), problems, escaped=False)
    return _check(_read_text(file, problems), problems)


def _read_text(file: Upload, problems: list[Problem]) -> Sheet:
    head = decode(file.data[: MOST_HEADER + 1]).text.lstrip("\ufeff").partition("\n")[0]
    if len(head) > MOST_HEADER:
        raise too_large(file.name, "its first line is no header")
    delimiter = max(DELIMITERS, key=head.count)
    own: list[Problem] = []
    header: list[str] = []

    def choose(names: list[str]) -> list[str]:
        if len(names) > MOST_COLUMNS:
            raise too_large(file.name, f"at most {MOST_COLUMNS} columns")
        stripped = [name.strip() for name in names]
        twice = sorted({name for name in stripped if name and stripped.count(name) > 1})
        if twice:
            raise SizaoError(
                "duplicate-column",
                f"the column {twice[0][:100]} is there more than once",
                where=f"{file.name}: {twice[0][:100]}",
                todo="keep the right one and take the others out",
            )
        header.extend(name or f"({n + 1})" for n, name in enumerate(stripped))
        names[:] = header
        return names

    found = read_cells(file.data, file.name, choose, own, delimiter=delimiter)
    assert found is not None
    problems += [_without_text(problem) for problem in own]
    return Sheet(file.name, found.table, found.lines)


def _without_text(problem: Problem) -> Problem:
    """A whole line of the file may hold a name: it is not kept beside the problem."""
    return Problem(problem.code, problem.file, problem.what, problem.todo, line=problem.line, effect=problem.effect)


def _check(sheet: Sheet, problems: list[Problem], escaped: bool = True) -> Sheet:
    """Takes out blank rows, the header said again, rows with null characters, and the ' before a seeming formula."""
    if not sheet.header or not sheet.cells.num_rows:
        raise SizaoError(
            "empty-file",
            "the file has no row that can be read",
            where=sheet.file,
            why="it is empty, or has its header alone, or no line below fits the header",
            todo="open it, see that rows stand below one header, and save it again",
        )
    if sheet.cells.num_rows > MOST_ROWS or len(sheet.header) > MOST_COLUMNS:
        raise too_large(sheet.file, f"at most {MOST_ROWS:,} rows of {MOST_COLUMNS} columns")
    columns = []
    null = np.zeros(sheet.cells.num_rows, dtype=bool)
    filled = np.zeros(sheet.cells.num_rows, dtype=bool)
    again = np.ones(sheet.cells.num_rows, dtype=bool)
    for name, column in zip(sheet.header, sheet.cells.columns, strict=True):
        text = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        filled |= pc.not_equal(pc.utf8_trim_whitespace(text), "").to_numpy(zero_copy_only=False)
        null |= pc.match_substring(text, "\0").to_numpy(zero_copy_only=False)
        again &= pc.equal(pc.utf8_trim_whitespace(text), name).to_numpy(zero_copy_only=False)
        columns.append(pc.replace_substring_regex(text, ESCAPED, r"\1") if escaped else text)
    for line in sheet.lines[null]:
        what, todo = "the row has a null character", "take it out"
        problems.append(Problem("null-character", sheet.file, what, todo, line=int(line)))
    for line in sheet.lines[again]:
        what, todo = "the header again, not a row", "take it out"
        problems.append(Problem("header-again", sheet.file, what, todo, line=int(line)))
    keep = filled & ~null & ~again
    return Sheet(sheet.file, pa.table(columns, names=sheet.header).filter(pa.array(keep)), sheet.lines[keep])


def too_large(file: str, why: str) -> SizaoError:
    """The refusal of a file beyond the limits."""
    return SizaoError("too-large", "the file holds more than an import may", where=file, why=why, todo="divide it")
