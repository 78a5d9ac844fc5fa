"""Writes tables into a folder, each file whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sizao.errors import Problem, SizaoError
from sizao.tables.contract import Contract, contract, nearest
from sizao.tables.folder import PROBLEMS_FILE

Format = Literal["parquet", "csv"]


def write_tables(out: Path | str, tables: Mapping[str, pa.Table], *, format: Format = "parquet") -> list[Path]:
    """Write each table as NAME.parquet or NAME.csv (UTF-8, no BOM) in the contract's column order and types.

    A file is written under another name and then renamed, so that a reader never sees half of it. All tables
    are checked before the first is written. Returns the files. SizaoError: `unknown-table`, `unknown-column`,
    `missing-column`, `wrong-type` (types, or empty cells where none may be), `two-files` (the table is there
    in the other format).
    """
    out = Path(out)
    ready = {name: _conform(table, contract(name)) for name, table in tables.items()}
    other = "csv" if format == "parquet" else "parquet"
    for name in ready:
        if (there := out / f"{name}.{other}").exists():
            todo = f"take it away or write another folder or --format {other}"
            raise SizaoError(
                "two-files", f"the table {name} is already there as {other}", where=str(there), todo=todo
            )
    out.mkdir(parents=True, exist_ok=True)
    return [_write(out / f"{name}.{format}", table) for name, table in ready.items()]


def write_problems(out: Path, problems: Sequence[Problem]) -> Path:
    """Every problem as a row of problems.csv in the folder `out`, where `read_folder` passes over it."""
    path = out / PROBLEMS_FILE
    names = ("code", "file", "line", "column", "value", "what", "todo", "effect")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(names)
        rows.writerows([getattr(problem, name) for name in names] for problem in problems)
    return path


def _conform(table: pa.Table, to: Contract) -> pa.Table:
    for name in table.schema.names:
        if name not in to.names:
            what, todo = f"{to.name} has no column {name}", nearest(name, to.names)
            raise SizaoError("unknown-column", what, where=to.name, todo=todo)
    for name in to.required:
        if name not in table.schema.names:
            raise SizaoError("missing-column", f"{to.name} must have the column {name}", where=to.name)
    schema = pa.schema([f for f in to.arrow_schema() if f.name in table.schema.names])
    try:
        table = table.select(schema.names).cast(schema)
    except (pa.ArrowException, ValueError) as error:
        raise SizaoError("wrong-type", str(error), where=to.name, todo="use contract(NAME).arrow_schema()") from error
    for field in schema:
        if not field.nullable and table[field.name].null_count:
            raise SizaoError("wrong-type", f"{field.name} must not be null", where=to.name)
    return table


def _write(path: Path, table: pa.Table) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.suffix == ".parquet":
            pq.write_table(table, part, compression="zstd")
        else:
            _write_csv(part, table)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _write_csv(path: Path, table: pa.Table) -> None:
    """Quotes only where a cell needs them: without any the file reads ten times as fast."""
    try:
        pa_csv.write_csv(table, path, pa_csv.WriteOptions(quoting_style="none", quoting_header="none"))
    except (pa.ArrowInvalid, TypeError):
        pa_csv.write_csv(table, path, pa_csv.WriteOptions(quoting_style="needed"))
