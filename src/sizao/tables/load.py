"""Loads one table into DuckDB, checks it and takes its broken rows out; Parquet without any stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import duckdb
import pyarrow as pa

from sizao.errors import Problem
from sizao.tables.cast import FROM_TEXT
from sizao.tables.check_rows import check_rows
from sizao.tables.codes import problem
from sizao.tables.contract import Contract
from sizao.tables.grid import Grid, Part, cast_rows, quote, show, without
from sizao.tables.read_csv import read_csv
from sizao.tables.read_parquet import ParquetPart, open_parquet, report_broken

# what a Parquet file with damaged pages raises when it is read
DAMAGED = (duckdb.IOException, duckdb.InvalidInputException, pa.ArrowException, OSError)


def load_table(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    table: Contract,
    problems: list[Problem],
    progress: Callable[[float], None] | None = None,
) -> Grid | None:
    """The table without its broken rows, as a view of its name; None where it is refused as a whole."""
    if file.suffix.lower() == ".csv":
        grid = _grid_of_csv(con, file, table, problems, progress)
        return _clean(con, grid, [], file.name, problems) if grid else None
    parts = open_parquet(file, table, problems)
    if parts is None:
        return None
    try:
        grid = _grid_in_place(parts, table) or _grid_of_parts(con, parts, table)
        return _clean(con, grid, parts, file.name, problems)
    except DAMAGED as error:
        report_broken(file.name, error, problems)
        return None


def _clean(
    con: duckdb.DuckDBPyConnection, grid: Grid, parts: list[ParquetPart], file: str, problems: list[Problem]
) -> Grid:
    show(con, grid)
    if not grid.rows:
        problems.append(problem("empty-table", file, "the table has no row", "look whether that is meant"))
    refused = check_rows(con, grid, problems)
    if grid.table is None and (len(refused) or _has_blanks(con, grid)):
        grid = _grid_of_parts(con, parts, grid.contract)
    if grid.table is not None:
        good = without(grid.table, refused).select([*grid.columns, "row"])
        grid = replace(grid, table=good, rows=good.num_rows, raws=frozenset())
        show(con, grid)
    return grid


def _grid_of_csv(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    table: Contract,
    problems: list[Problem],
    progress: Callable[[float], None] | None,
) -> Grid | None:
    found = read_csv(file, table, problems, progress)
    if found is None:
        return None
    columns = tuple(found.table.schema.names)
    types = {name: table.column(name).type for name in columns}
    raws = frozenset(name for name in columns if types[name] != "text")
    typed = cast_rows(con, found.table, {name: FROM_TEXT[types[name]] for name in columns}, raws)
    part = Part(file.name, lines=found.lines)
    return Grid(table, columns, (part,), typed.num_rows, raws, typed, encoding=found.encoding)


def _grid_in_place(parts: list[ParquetPart], table: Contract) -> Grid | None:
    first = parts[0].casts
    if any(set(p.casts) != set(first) or set(p.casts.values()) != {"{c}"} for p in parts):
        return None
    rows = sum(p.rows for p in parts)
    return Grid(table, tuple(first), _numbered(parts), rows, paths=tuple(p.path for p in parts))


def _grid_of_parts(con: duckdb.DuckDBPyConnection, parts: list[ParquetPart], table: Contract) -> Grid:
    columns = tuple(n for n in table.names if any(n in p.casts for p in parts))
    texts = {n for n in columns if table.column(n).type == "text"}
    raws = frozenset(n for p in parts for n, cast in p.casts.items() if cast != "{c}" and n not in texts)
    numbered = _numbered(parts)
    typed = []
    for part, number in zip(parts, numbered, strict=True):
        casts = {n: f"nullif({cast}, '')" if n in texts else cast for n, cast in part.casts.items()}
        typed.append(cast_rows(con, part.read(), casts, raws, number.first))
    whole = pa.concat_tables(typed, promote_options="default")
    return Grid(table, columns, numbered, whole.num_rows, raws, whole)


def _numbered(parts: list[ParquetPart]) -> tuple[Part, ...]:
    firsts = accumulate((p.rows for p in parts), initial=0)
    return tuple(Part(p.label, first) for p, first in zip(parts, firsts, strict=False))


def _has_blanks(con: duckdb.DuckDBPyConnection, grid: Grid) -> bool:
    """Whether text that should be null is an empty string in the files."""
    texts = [n for n in grid.columns if grid.contract.column(n).type == "text"]
    blank = " OR ".join(f"{quote(n)} = ''" for n in texts)
    return con.execute(f"SELECT count(*) FROM {grid.view} WHERE {blank}").fetchall() != [(0,)]
