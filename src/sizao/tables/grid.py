"""A table in DuckDB while it is checked: typed columns, cells as written, and the file and line of each row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sizao.tables.contract import Contract

RowNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """One file of a table. `first`: number of its first row in the table. `lines`: of a CSV file's rows."""

    label: str
    first: int = 0
    lines: RowNumbers | None = None

    def line(self, row: int) -> int:
        """Line of the file (CSV) or row from 1 (Parquet)."""
        at = row - self.first
        return at + 1 if self.lines is None else int(self.lines[at])


@dataclass(frozen=True)
class Grid:
    """A view of `columns` (typed as the contract says), "raw X" for each X in `raws`, and `row` from 0.

    `table` holds the rows, or is None where the view reads Parquet files in place.
    """

    contract: Contract
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    rows: int
    raws: frozenset[str] = frozenset()
    table: pa.Table | None = None
    paths: tuple[Path, ...] = ()
    encoding: str | None = None

    @property
    def view(self) -> str:
        return quote(self.contract.name)

    def written(self, column: str) -> str:
        """SQL for a cell as it stands in the file, as text."""
        return f"CAST({quote(f'raw {column}' if column in self.raws else column)} AS VARCHAR)"

    def empty(self, column: str) -> str:
        """SQL that is true where a cell holds nothing (in a text column also an empty string)."""
        if column not in self.columns:
            return "true"
        cell = quote(f"raw {column}" if column in self.raws else column)
        text = column in self.raws or self.contract.column(column).type == "text"
        return f"({cell} IS NULL OR {cell} = '')" if text else f"({cell} IS NULL)"

    def locate(self, row: int) -> tuple[str, int]:
        """File and line of a row."""
        part = self.parts[bisect_right([p.first for p in self.parts], row) - 1]
        return part.label, part.line(row)


def quote(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def show(con: duckdb.DuckDBPyConnection, grid: Grid) -> None:
    """Make (or make anew) the view of a grid."""
    con.execute(f"DROP VIEW IF EXISTS {grid.view}")
    if grid.table is not None:
        con.register(grid.contract.name, grid.table)
        return
    columns = ", ".join(map(quote, grid.columns))
    scans = " UNION ALL ".join(
        f"SELECT {columns}, file_row_number + {part.first} AS row"
        f" FROM read_parquet({literal(path)}, file_row_number = true)"
        for path, part in zip(grid.paths, grid.parts, strict=True)
    )
    con.execute(f"CREATE VIEW {grid.view} AS {scans}")


def literal(path: Path) -> str:
    """A path as an SQL string that names this file only, whatever signs are in it."""
    plain = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    return "'" + plain.replace("'", "''") + "'"


def cast_rows(
    con: duckdb.DuckDBPyConnection, found: pa.Table, casts: Mapping[str, str], raws: frozenset[str], first: int = 0
) -> pa.Table:
    """Cast every column (`casts`: SQL with {c}) and number the rows; "raw X" keeps the cells of X as text."""
    columns = [sql.replace("{c}", quote(c)) + f" AS {quote(c)}" for c, sql in casts.items()]
    columns += [f"CAST({quote(c)} AS VARCHAR) AS {quote(f'raw {c}')}" for c in casts if c in raws]
    con.register("found", found)
    table = con.sql(f"SELECT {', '.join(columns)} FROM found").to_arrow_table()
    con.unregister("found")
    return table.append_column("row", pa.array(np.arange(first, first + table.num_rows, dtype=np.int64)))


def without(table: pa.Table, refused: RowNumbers) -> pa.Table:
    """The rows of a grid's table that are not refused (by their number in `row`)."""
    return table.filter(pa.array(~np.isin(table["row"].to_numpy(), refused)))
