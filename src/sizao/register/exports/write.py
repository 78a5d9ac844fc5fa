"""Writes an export as CSV, XLSX or Parquet; a text that a spreadsheet would take for a formula gets a ' before it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.exports.line_list import ListExport, open_list
from sizao.register.exports.rows import Export, open_export
from sizao.register.line_lists.asked import Asked
from sizao.register.reads import log_each, log_read

Format = Literal["csv", "xlsx", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
MOST_IN_A_WORKBOOK = 100_000
"""It is made in memory: no part of it lies on the disk in plain."""
MOST_IN_A_CELL = 32_767
FORMULA = re.compile(r"'*[=+\-@\t\r]")
BOM = b"\xef\xbb\xbf"
Progress = Callable[[int], None]


def export(
    *, by: Access, table: str, format: str = "csv", names: bool = True, progress: Progress | None = None
) -> tuple[Export, Iterator[bytes]]:
    """What is exported and its bytes, piece by piece; logged with the number of rows before the first is given.

    Raises SizaoError `not-allowed`, `unknown-table`, `unknown-format`, `too-many-rows` (of XLSX).
    """
    _check_format(format)
    found = open_export(by=by, table=table, names=names)
    personal = found.names and table in ("people", "requests")
    said = f"table={table}, format={format}, names={'yes' if personal else 'no'}"
    return found, _written(by, found, format, said, progress)


def export_list(
    *, by: Access, asked: Asked, format: str = "csv", names: bool = True
) -> tuple[ListExport, Iterator[bytes]]:
    """A line list with its filter and columns as a file; logged likewise.

    Raises SizaoError `not-allowed`, `unknown-format`, `too-many-rows` (of XLSX).
    """
    _check_format(format)
    found = open_list(by=by, asked=asked, names=names)
    said = f"list={asked.list.of}, format={format}, names={'yes' if found.names else 'no'}, {asked.query()}"
    log_each(by=by, what="export", ids=(), named=found.people_named(), asked=f"list={asked.list.of}")
    return found, _written(by, found, format, said, None)


def _check_format(format: str) -> None:
    if format not in FORMATS:
        raise SizaoError(
            "unknown-format", f"no such kind of file: {format[:20]}", todo=f"one of {', '.join(FORMATS)}"
        )


def _written(
    by: Access, found: Export | ListExport, format: str, said: str, progress: Progress | None
) -> Iterator[bytes]:
    """The look is logged before the first byte is given."""
    if format == "xlsx" and found.count > MOST_IN_A_WORKBOOK:
        raise SizaoError(
            "too-many-rows",
            f"{found.count} rows do not go into a workbook",
            why=f"at most {MOST_IN_A_WORKBOOK:,} do",
            todo="choose CSV or Parquet",
        )
    log_read(by=by, what="export", asked=said, people=found.count)
    write = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[format]
    return write(found, progress or (lambda done: None))


def save(*, by: Access, table: str, path: Path, names: bool = True, progress: Progress | None = None) -> Export:
    """Writes an export into a file of its owner alone, by the ending of its name, whole or not at all.

    Raises the SizaoErrors of `export`.
    """
    found, pieces = export(by=by, table=table, format=path.suffix[1:].lower(), names=names, progress=progress)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return found


def as_text(value: Any) -> str:
    """A value as a cell of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, str):
        return "'" + value if FORMULA.match(value) else value
    return str(value)


def _csv(found: Export | ListExport, progress: Progress) -> Iterator[bytes]:
    yield BOM + ",".join(found.columns).encode() + b"\n"
    done = 0
    for page in found.pages():
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([as_text(value) for value in row] for row in page)
        done += len(page)
        progress(done)
        yield out.getvalue().encode()


def _xlsx(found: Export | ListExport, progress: Progress) -> Iterator[bytes]:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(found.table)
    sheet.write_row(0, 0, found.columns)
    line = 0
    for page in found.pages():
        for row in page:
            line += 1
            for column, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
                    sheet.write_number(line, column, value)
                elif value is not None and value != "":
                    sheet.write_string(line, column, as_text(value)[:MOST_IN_A_CELL])
        progress(line)
    book.close()
    yield out.getvalue()


def _parquet(found: Export | ListExport, progress: Progress) -> Iterator[bytes]:
    schema = pa.schema([pa.field(name, found.types.get(name, pa.string())) for name in found.columns])
    out = _Pieces()
    done = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for page in found.pages():
            columns = zip(*page, strict=True)
            arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.table(arrays, schema=schema))
            done += len(page)
            progress(done)
            yield out.take()
    yield out.take()


class _Pieces(io.RawIOBase):
    """Takes what is written and gives it away in pieces, so that a million rows never lie in memory together."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._waiting.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        found = b"".join(self._waiting)
        self._waiting.clear()
        return found
