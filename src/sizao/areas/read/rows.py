"""Bytes of a file, packed or not, and the rows of a CSV file as text with the line of each."""

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
import pyarrow.csv as pa_csv

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
    decoded = decode(data)
    for line in sorted(decoded.broken):
        what = "the line has bytes that are neither UTF-8 nor GB18030"
        problems.append(Problem("bad-encoding", path.name, what, "save the file as UTF-8", line=line, effect="kept"))
    return decoded.text


def read_rows(text: str, file: str, columns: Sequence[str], problems: list[Problem]) -> Rows:
    """The named columns of a CSV text, whose header has them all; rows of another width are refused."""
    header = next(csv.reader(io.StringIO(text)))
    schema = pa.schema([(name, pa.string()) for name in columns])
    names = [name.strip() for name in header]
    if '"' not in text and text.count("\r") == text.count("\r\n"):
        try:
            table = pa_csv.read_csv(
                pa.py_buffer(text.encode()),
                parse_options=pa_csv.ParseOptions(quote_char=False),
                read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1),
                convert_options=pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=list(columns),
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:  # rows of another width: find their lines below
            table = None
        if table is not None and table.num_rows == text.count("\n") + (not text.endswith("\n")) - 1:
            return Rows(table, np.arange(2, 2 + table.num_rows))
    return _read_slowly(text, file, names, schema, problems)


def _read_slowly(text: str, file: str, names: list[str], schema: pa.Schema, problems: list[Problem]) -> Rows:
    """Row by row, ten times as slow: quotes, blank lines, line breaks inside cells."""
    at = [names.index(name) for name in schema.names]
    cells: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    line = reader.line_num + 1
    for row in reader:
        if len(row) == len(names):
            cells.append([row[n] for n in at])
            lines.append(line)
        elif row:
            what = f"{len(row)} cells where the header has {len(names)}"
            todo = "write one cell per column; a cell with a comma stands in quotes"
            problems.append(Problem("ragged-row", file, what, todo, line=line, value=",".join(row)[:200]))
        line = reader.line_num + 1
    columns = list(zip(*cells, strict=True)) or [()] * len(at)
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Rows(pa.table(arrays, schema=schema), np.array(lines, dtype=np.int64))
