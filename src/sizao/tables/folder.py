"""Reads a folder of tables: every broken row is reported, the good ones load."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.tables.check_between import check_between
from sizao.tables.codes import problem
from sizao.tables.contract import contract, contracts, nearest
from sizao.tables.grid import Grid
from sizao.tables.load import load_table
from sizao.tables.source import Folder, Source

Progress = Callable[[str, float], None]
PROBLEMS_FILE = "problems.csv"  # what commands write beside tables; not a table


def read_folder(
    path: Path | str,
    *,
    strict: bool = False,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Folder:
    """Read and check the tables of a folder: NAME.csv, NAME.parquet or a folder NAME.parquet/ of parts.

    Rows that break the contract are left out and listed in `problems` (see CODES); a Parquet file without any
    is used in place. `only`: the tables to read. `progress` is called with the name of a table and the share of
    all bytes that are done. SizaoError: `missing-folder`, `no-tables`, `two-files`, `unknown-table` (in `only`);
    with `strict`, RefusedError `refused` with all problems where anything at all was refused.
    """
    path = Path(path)
    problems: list[Problem] = []
    files = _find_files(path, only, problems)
    sizes = {name: _size(file) for name, file in files.items()}
    done, whole = 0, max(sum(sizes.values()), 1)
    with tempfile.TemporaryDirectory(prefix="sizao-") as spill:
        con = duckdb.connect()
        con.execute("SET memory_limit = '3GB'; SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{spill}'")
        grids: dict[str, Grid] = {}
        for name, file in files.items():

            def tell(share: float, name: str = name, done: int = done) -> None:
                if progress:
                    progress(name, (done + share * sizes[name]) / whole)

            tell(0.0)
            grid = load_table(con, file, contract(name), problems, tell)
            if grid is not None:
                grids[name] = grid
            tell(1.0)
            done += sizes[name]
        check_between(con, grids, problems)
        sources = {name: _source(grid, files[name]) for name, grid in grids.items()}
        con.close()
    problems.sort(key=lambda p: (p.file, p.line or 0))
    if strict and any(p.effect == "refused" for p in problems):
        todo = "correct what is listed, or leave out --strict to load the good rows"
        raise RefusedError(
            "refused", "the tables hold rows that must be refused", problems, where=str(path), todo=todo
        )
    return Folder(path, sources, problems, tuple(name for name in files if name not in grids))


def read_table(path: Path | str, name: str) -> tuple[pa.Table, list[Problem]]:
    """Read and check one file of any name as the table `name`: its good rows, and what is wrong with the others.

    SizaoError: `missing-file`, `table-refused` where nothing of it can be read.
    """
    path = Path(path)
    if not path.exists():
        raise SizaoError("missing-file", "there is no such file", where=str(path), todo="check the path")
    problems: list[Problem] = []
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        grid = load_table(con, path, contract(name), problems)
        table = _source(grid, path).arrow() if grid is not None else None
    if table is None:
        what = f"it cannot be read as the table {name}"
        raise RefusedError("table-refused", what, problems, where=str(path), todo="correct what is listed")
    return table, problems


def _find_files(path: Path, only: Collection[str] | None, problems: list[Problem]) -> dict[str, Path]:
    if not path.is_dir():
        what = "this is a file, not a folder" if path.exists() else "there is no such folder"
        raise SizaoError("missing-folder", what, where=str(path), todo="give the folder that holds the tables")
    wanted = {name: contract(name) for name in only} if only is not None else contracts()
    found: dict[str, Path] = {}
    for file in sorted(path.iterdir()):
        if file.suffix.lower() not in (".csv", ".parquet") or file.name.startswith(".") or file.name == PROBLEMS_FILE:
            continue
        name = file.stem.lower()
        if name in found:
            what = f"{name} is there as {found[name].name} and as {file.name}"
            raise SizaoError("two-files", what, where=str(path), why="one of them is out of date", todo="keep one")
        if name in wanted:
            found[name] = file
        elif name not in contracts():
            todo = nearest(name, contracts())
            problems.append(problem("unknown-table", file.name, f"no table is called {name}; it is not read", todo))
    if not found:
        todo = f"put tables there, as CSV or Parquet: {', '.join(wanted)}"
        raise SizaoError("no-tables", "the folder holds no table", where=str(path), todo=todo)
    return {name: found[name] for name in contracts() if name in found}


def _size(file: Path) -> int:
    if file.is_dir():
        return sum(part.stat().st_size for part in file.rglob("*.parquet"))
    return file.stat().st_size


def _source(grid: Grid, file: Path) -> Source:
    missing = tuple(n for n in grid.contract.names if n not in grid.columns)
    if grid.table is None:
        return Source(grid.contract, grid.rows, missing, file, grid.paths)
    table = grid.table.select(list(grid.columns))
    return Source(grid.contract, grid.rows, missing, encoding=grid.encoding, table=table)
