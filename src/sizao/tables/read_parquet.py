"""Opens one Parquet file, or a folder of parts, and says how each column fits the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sizao.errors import Problem
from sizao.tables.cast import find_cast
from sizao.tables.codes import problem
from sizao.tables.columns import check_columns
from sizao.tables.contract import ColumnType, Contract

WANTED: Mapping[ColumnType, str] = {
    "text": "text",
    "date": "dates (date32), or timestamps without zone at midnight",
    "instant": "timestamps with a time zone (an instant without one is ambiguous)",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "booleans",
}


@dataclass(frozen=True)
class ParquetPart:
    """One Parquet file. `casts`: per column the SQL with {c} that makes the contract's type of it."""

    path: Path
    label: str
    rows: int
    casts: Mapping[str, str]

    def read(self) -> pa.Table:
        """The columns of the contract, as they stand in the file (dictionaries as their values)."""
        with self.path.open("rb") as file:
            table = pq.ParquetFile(file).read(columns=list(self.casts)).select(list(self.casts))
        for i, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(i, field.name, table.column(i).cast(field.type.value_type))
        return table


def open_parquet(path: Path, contract: Contract, problems: list[Problem]) -> list[ParquetPart] | None:
    """Look at every part of a table; None where the table as a whole is refused. Problems are appended."""
    found = sorted(p for p in path.rglob("*.parquet") if p.is_file()) if path.is_dir() else [path]
    if not found:
        what = "the folder holds no .parquet file; the table is not read"
        problems.append(problem("broken-parquet", path.name, what, "put the parts there or take the folder away"))
        return None
    parts = [_open_part(part, str(part.relative_to(path.parent)), contract, problems) for part in found]
    good = [part for part in parts if part is not None]
    return good if len(good) == len(parts) else None


def report_broken(label: str, error: Exception, problems: list[Problem]) -> None:
    """Append the problem of a file that cannot be read as Parquet."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    what = f"it cannot be read as Parquet, the table is not read ({reason})"
    problems.append(problem("broken-parquet", label, what, "write or copy the file again"))


def _open_part(path: Path, label: str, contract: Contract, problems: list[Problem]) -> ParquetPart | None:
    try:
        with path.open("rb") as file:
            opened = pq.ParquetFile(file)
            schema, rows = opened.schema_arrow, opened.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        report_broken(label, error, problems)
        return None
    wanted = check_columns(schema.names, contract, label, problems)
    if wanted is None:
        return None
    casts = {name: find_cast(schema.field(name).type, contract.column(name).type) for name in wanted}
    for name, cast in casts.items():
        if cast is None:
            what = f"the column holds {schema.field(name).type}; the table is not read"
            todo = f"write {WANTED[contract.column(name).type]}"
            problems.append(problem("wrong-type", label, what, todo, column=name))
    fitting = {name: cast for name, cast in casts.items() if cast is not None}
    return ParquetPart(path, label, rows, fitting) if len(fitting) == len(casts) else None
