"""Bytes of a file, packed or not, and the rows of a CSV or Parquet file as text with the line of each."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sizao.errors import Problem
from sizao.tables.encoding import decode

GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Rows:
    """The cells as they stand in the file, all text. `lines`: on which each row begins, from 1."""

    table: pa.Table
    lines: npt.NDArray[np.int64]


def read_text(path: Path, problems: list[Problem]) -> str | None:
    """The text of a file that may be packed with gzip; None where it cannot be read, which is a problem."""
    try:
        data = path.read_bytes()
        if data.startswith(GZIP):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        what, todo = f"the file cannot be read: {error}", "get it again: it is cut off, damaged, or not yours to read"
        problems.append(Problem("unreadable-file", path.name, what, todo))
        return None
    if (end := _find_cut(data)) is not None:
        what, todo = "the file ends in the middle of a character: it is cut off", "get it again"
        problems.append(Problem("bad-encoding", path.name, what, todo, line=data.count(b"\n") + 1, effect="kept"))
        data = data[:end]
    decoded = decode(data)
    if decoded.broken:
        lines = len(decoded.broken)
        what = f"{lines} {'line has' if lines == 1 else 'lines have'} bytes that are neither UTF-8 nor GB18030"
        todo, first = "save the file as UTF-8, or get it again", min(decoded.broken)
        problems.append(Problem("bad-encoding", path.name, what, todo, line=first, effect="kept"))
    return decoded.text


def _find_cut(data: bytes) -> int | None:
    """Where the last character begins if only a part of it is there; None for any other file."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start if error.reason == "unexpected end of data" else None
    return None


def read_header(text: str) -> list[str]:
    """The names in the first line of a CSV text; none where there is no line."""
    return [name.strip() for name in next(csv.reader([text.partition("\n")[0]]), [])]


def read_rows(text: str, file: str, columns: Sequence[str], problems: list[Problem]) -> Rows:
    """The named columns of a CSV text, whose header has them all; rows of another width are refused."""
    names = read_header(text)
    table = _read_fast(text, names, columns)
    if table is not None:
        return Rows(table, np.arange(2, 2 + table.num_rows))
    return _read_slowly(text, file, names, columns, problems)


def read_parquet(path: Path, problems: list[Problem]) -> pa.Table | None:
    """A Parquet file with every value as text, what is not known as none; None where it cannot be read."""
    try:
        table = pq.read_table(path)
        cells = [pc.fill_null(column.cast(pa.string()), "") for column in table.columns]
    except (OSError, pa.ArrowException) as error:
        what, todo = f"the file cannot be read: {error}", "get it again: it is cut off, damaged, or no table of text"
        problems.append(Problem("unreadable-file", path.name, what, todo))
        return None
    return pa.table(cells, names=table.column_names)


def pick_rows(table: pa.Table, columns: Sequence[str]) -> Rows:
    """The named columns of a table that has them all; the line of a row is its number, from 1."""
    return Rows(table.select(list(columns)), np.arange(1, 1 + table.num_rows))


def _read_fast(text: str, names: list[str], columns: Sequence[str]) -> pa.Table | None:
    """The rows where each is one line, ten times as fast; None where a line is blank, or a cell goes over its end."""
    if text.count("\r") != text.count("\r\n"):
        return None
    try:
        table = pa_csv.read_csv(
            pa.py_buffer(text.encode()),
            parse_options=pa_csv.ParseOptions(quote_char='"' if '"' in text else False),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(columns),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:  # rows of another width: the slow way finds their lines
        return None
    return table if table.num_rows == text.count("\n") + (not text.endswith("\n")) - 1 else None


def _read_slowly(text: str, file: str, names: list[str], columns: Sequence[str], problems: list[Problem]) -> Rows:
    """Row by row: blank lines, line breaks inside cells, rows of another width."""
    at = [names.index(name) for name in columns]
    cells: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    line = reader.line_num + 1
    todo = "write one cell per column; a cell with a comma stands in quotes"
    unclosed = "see whether a quote is not closed: it takes in the lines after it"
    try:
        for row in reader:
            if len(row) == len(names):
                cells.append([row[n] for n in at])
                lines.append(line)
            elif row:
                what, value = f"{len(row)} cells where the header has {len(names)}", ",".join(row)[:200]
                mend = unclosed if any("\n" in cell for cell in row) else todo
                problems.append(Problem("ragged-row", file, what, mend, line=line, value=value))
            line = reader.line_num + 1
    except csv.Error as error:
        what = f"the row cannot be read, nor can what comes after it: {error}"
        problems.append(Problem("ragged-row", file, what, unclosed, line=line))
    schema = pa.schema([(name, pa.string()) for name in columns])
    arrays = [pa.array(column, pa.string()) for column in list(zip(*cells, strict=True)) or [()] * len(at)]
    return Rows(pa.table(arrays, schema=schema), np.array(lines, dtype=np.int64))
