"""Opens one workbook or Parquet file in a process of its own, whose memory and time are limited.

KIND as argument (xlsx, parquet), the file on stdin; on stdout an Arrow stream of texts, or a schema that says
`error`.
A cell a thousand columns away, a text that a million cells share, a page that says it holds billions of rows: such
files bring down this process and nothing else.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import resource
import subprocess
import sys
from collections import Counter
from typing import Any

import pyarrow as pa

from sizao.errors import SizaoError
from sizao.register.imports.archives import repack
from sizao.register.imports.limits import MEMORY, MOST_COLUMNS, MOST_ROWS, SECONDS

BROKEN = "broken"
MANY = "many"
REPEATED = "repeated"
NESTED = "nested"


def read_apart(kind: str, data: bytes, file: str) -> pa.Table:
    """The cells as texts under their header.

    Raises SizaoError `broken-file`, `too-large`, `duplicate-column`, `nested-column`.
    """
    command = [sys.executable, "-m", "sizao.register.imports.apart", kind]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS * 3, env=environment)
    except subprocess.TimeoutExpired:
        raise _refusal(MANY, "", file) from None
    if done.returncode != 0:
        raise _refusal(MANY if done.returncode < 0 or b"MemoryError" in done.stderr else BROKEN, "", file)
    table = pa.ipc.open_stream(done.stdout).read_all()
    said = (table.schema.metadata or {}).get(b"error")
    if said is not None:
        raise _refusal(*said.decode().split(" ", 1), file)
    return table


def _refusal(code: str, what: str, file: str) -> SizaoError:
    if code == REPEATED:
        return SizaoError(
            "duplicate-column",
            f"the column {what} is there more than once",
            where=f"{file}: {what}",
            todo="keep the right one and take the others out",
        )
    if code == NESTED:
        return SizaoError(
            "nested-column",
            f"the column {what} holds no texts, numbers or days",
            where=f"{file}: {what}",
            why="a cell of it is a list, a record or raw bytes",
            todo="write one value in each cell, or take the column out",
        )
    if code == BROKEN:
        return SizaoError(
            "broken-file",
            "the file cannot be read",
            where=file,
            why="it is cut off, or is not what its name says",
            todo="save it again, or save it as CSV",
        )
    return SizaoError(
        "too-large",
        "the file holds more than an import may",
        where=file,
        why=f"at most {MOST_ROWS:,} rows of {MOST_COLUMNS} columns",
        todo="divide it, or take away what is far outside the list",
    )


def main() -> None:
    """Answers once."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        table = _read_xlsx(data) if sys.argv[1] == "xlsx" else _read_parquet(data)
    except _Refused as refused:
        table = pa.table({}).replace_schema_metadata({"error": f"{refused.args[0]} {refused.args[1]}"})
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as stream:
        stream.write_table(table)


class _Refused(Exception):
    pass


def _read_xlsx(data: bytes) -> pa.Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(repack(data, "")))
        sheet = workbook.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS + 1 or sheet.total_width > MOST_COLUMNS:
            raise _Refused(MANY, "")
        rows = sheet.to_python(skip_empty_area=False)
    except SizaoError as error:
        raise _Refused(MANY if error.code == "too-large" else BROKEN, "") from error
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise _Refused(BROKEN, "") from error
    if not rows:
        return pa.table({})
    header = _header([_text(cell) for cell in rows[0]])
    columns = list(zip(*rows[1:], strict=False)) or [()] * len(header)
    arrays = [pa.array([_text(cell) for cell in columns[n]], pa.string()) for n in range(len(header))]
    return pa.table(arrays, names=header)


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file; of a formula, the value that was saved with it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _header(names: list[str]) -> list[str]:
    names = [name.strip() for name in names]
    while names and not names[-1]:
        names.pop()
    twice = [name for name, count in Counter(name for name in names if name).items() if count > 1]
    if twice:
        raise _Refused(REPEATED, twice[0][:100])
    return [name or f"({n + 1})" for n, name in enumerate(names)]


def _read_parquet(data: bytes) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        if file.metadata.num_rows > MOST_ROWS or file.metadata.num_columns > MOST_COLUMNS:
            raise _Refused(MANY, "")
        header = _header(file.schema_arrow.names)
        table = file.read(use_threads=False)
        if table.num_rows > MOST_ROWS:
            raise _Refused(MANY, "")
        arrays = [_as_text(*column) for column in zip(header, table.columns, strict=True)]
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, pa.ArrowMemoryError):
            raise _Refused(MANY, "") from error
        raise _Refused(BROKEN, "") from error
    return pa.table(arrays, names=header)


def _as_text(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        return column.cast(pa.string()).fill_null("")
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise _Refused(NESTED, name[:100]) from error


if __name__ == "__main__":
    main()
