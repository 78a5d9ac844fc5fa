"""Reads uploaded files into cells of text, and refuses what was made to hurt before it is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sizao.errors import Problem, SizaoError
from sizao.register.imports.apart import read_apart
from sizao.register.imports.limits import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_FILES,
    MOST_HEADER,
    MOST_ROWS,
    MOST_UNPACKED,
)
from sizao.tables.encoding import decode
from sizao.tables.read_csv import read_cells

ZIP = b"PK\x03\x04"
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

    Raises SizaoError `no-file`, `too-large`, `broken-file`, `two-files`.
    """
    if not files:
        raise SizaoError("no-file", "no file was sent", todo="choose a CSV, XLSX or Parquet file")
    if sum(len(file.data) for file in files) > MOST_BYTES:
        raise _too_large("", f"at most {MOST_BYTES >> 20} MiB")
    found: list[Upload] = []
    for file in files:
        name = PurePath(file.name.replace("\\", "/")).name[:150] or "file"
        if file.data.startswith(ZIP) and not name.lower().endswith((".xlsx", ".xlsm")):
            inside = _inflate(file.data, name)
            if "[Content_Types].xml" in inside:
                found.append(Upload(name, file.data))
                continue
            plain = {PurePath(inner).name[:150]: data for inner, data in inside.items() if not inner.endswith("/")}
            found += [Upload(inner, data) for inner, data in plain.items() if not inner.startswith(".")]
        else:
            found.append(Upload(name, file.data))
    if len({file.name for file in found}) < len(found):
        raise SizaoError("two-files", "two of the files have one name", todo="send each once")
    return found


def read_sheet(file: Upload, problems: list[Problem]) -> Sheet:
    """The cells of a file; rows that cannot be read are left out and reported.

    Raises SizaoError `empty-file`, `broken-file`, `too-large`, `duplicate-column`.
    """
    if file.data.startswith(ZIP) or file.name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        cells = read_apart("xlsx", _repack(file), file.name)
    elif file.data.startswith(PARQUET) or file.name.lower().endswith(".parquet"):
        cells = read_apart("parquet", file.data, file.name)
        return _check(Sheet(file.name, cells, np.arange(1, 1 + cells.num_rows)), problems, escaped=False)
    else:
        return _check(_read_text(file, problems), problems)
    return _check(Sheet(file.name, cells, np.arange(2, 2 + cells.num_rows)), problems)


def _read_text(file: Upload, problems: list[Problem]) -> Sheet:
    head = decode(file.data[: MOST_HEADER + 1]).text.lstrip("\ufeff").partition("\n")[0]
    if len(head) > MOST_HEADER:
        raise _too_large(file.name, "its first line is no header")
    delimiter = max(DELIMITERS, key=head.count)
    own: list[Problem] = []
    header: list[str] = []

    def choose(names: list[str]) -> list[str]:
        if len(names) > MOST_COLUMNS:
            raise _too_large(file.name, f"at most {MOST_COLUMNS} columns")
        stripped = [name.strip() for name in names]
        twice = sorted({name for name in stripped if name and stripped.count(name) > 1})
        if twice:
            raise SizaoError(
                "duplicate-column",
                f"the column {twice[0][:100]} is there more than once",
                where=file.name,
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
    """Takes out blank rows and rows with null characters, and the ' before what looks like a formula."""
    if not sheet.header or not sheet.cells.num_rows:
        raise SizaoError("empty-file", "the file has no row", where=sheet.file, todo="look at it again")
    if sheet.cells.num_rows > MOST_ROWS or len(sheet.header) > MOST_COLUMNS:
        raise _too_large(sheet.file, f"at most {MOST_ROWS:,} rows of {MOST_COLUMNS} columns")
    columns = []
    null = np.zeros(sheet.cells.num_rows, dtype=bool)
    filled = np.zeros(sheet.cells.num_rows, dtype=bool)
    for column in sheet.cells.columns:
        text = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        filled |= pc.not_equal(pc.utf8_trim_whitespace(text), "").to_numpy(zero_copy_only=False)
        null |= pc.match_substring(text, "\0").to_numpy(zero_copy_only=False)
        columns.append(pc.replace_substring_regex(text, ESCAPED, r"\1") if escaped else text)
    for line in sheet.lines[null]:
        what, todo = "the row has a null character", "take it out"
        problems.append(Problem("null-character", sheet.file, what, todo, line=int(line)))
    keep = filled & ~null
    return Sheet(sheet.file, pa.table(columns, names=sheet.header).filter(pa.array(keep)), sheet.lines[keep])


def _inflate(data: bytes, file: str) -> dict[str, bytes]:
    """What is in an archive: no more than it says of itself, and no more than an import may hold.

    Raises SizaoError `broken-file`, `too-large`.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise _too_large(file, f"it unpacks to more than {MOST_UNPACKED >> 20} MiB, or to very many files")
            room = MOST_UNPACKED
            for member in members:
                with archive.open(member) as stream:
                    inside = stream.read(room + 1)
                room -= len(inside)
                if room < 0:
                    raise _too_large(file, f"it unpacks to more than {MOST_UNPACKED >> 20} MiB")
                found[member.filename] = inside
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SizaoError(
            "broken-file",
            "the file cannot be unpacked",
            where=file,
            why="it is cut off, has a password, or is not what its name says",
            todo="save it again without a password, or save it as CSV",
        ) from error
    return found


def _repack(file: Upload) -> bytes:
    """The workbook anew, with exactly what was counted: what an archive says of itself need not be true."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in _inflate(file.data, file.name).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _too_large(file: str, why: str) -> SizaoError:
    return SizaoError("too-large", "the file holds more than an import may", where=file, why=why, todo="divide it")
