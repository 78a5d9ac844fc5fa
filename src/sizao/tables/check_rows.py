"""Checks within one table: one aggregate query finds what is broken; only then are the rows listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from sizao.errors import Problem
from sizao.tables.advice import what_is_allowed, what_is_wrong, what_would_be_right
from sizao.tables.codes import CODES, problem
from sizao.tables.contract import Column
from sizao.tables.grid import Grid, RowNumbers, quote

LISTED = 1_000_000  # problems of one kind in one table that are listed one by one; the rest are counted
FIRST_DAY, LAST_DAY = "1900-01-01", "2100-12-31"
AHEAD_US = 14 * 3600 * 1_000_000  # the zone furthest ahead of UTC is 14 hours ahead
Say = Callable[[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Check:
    """Rows for which the SQL `broken` is true have the problem `code`.

    `say` makes (what is wrong, what to do) from the cell as written and from `beside`, another SQL text.
    """

    code: str
    column: str
    broken: str
    say: Say
    beside: str = "''"


def check_rows(con: duckdb.DuckDBPyConnection, grid: Grid, problems: list[Problem]) -> RowNumbers:
    """Append every problem within the table; the numbers of the rows that are refused."""
    checks = list(_checks(grid))
    counts = con.execute(
        f"SELECT {', '.join(f'count(*) FILTER (WHERE {c.broken})' for c in checks)} FROM {grid.view}"
    ).fetchall()[0]
    bad = np.array([], dtype=np.int64)
    for check, count in zip(checks, counts, strict=True):
        if count:
            rows = list_rows(con, grid, check, f"FROM {grid.view} WHERE {check.broken}", problems)
            if CODES[check.code].effect == "refused":
                bad = np.union1d(bad, rows)
    return np.union1d(bad, _duplicates(con, grid, bad, problems))


def list_rows(
    con: duckdb.DuckDBPyConnection, grid: Grid, check: Check, source: str, problems: list[Problem]
) -> RowNumbers:
    """Append a problem for each row of `source` (SQL from FROM on); the numbers of all its rows."""
    cell = grid.written(check.column) if check.column in grid.columns else "NULL"
    found = con.sql(
        f"SELECT row, {cell} AS cell, CAST({check.beside} AS VARCHAR) AS beside {source} ORDER BY row"
    ).to_arrow_table()
    for row in found.slice(0, LISTED).to_pylist():
        file, line = grid.locate(row["row"])
        what, todo = check.say(row["cell"] or "", row["beside"] or "")
        problems.append(problem(check.code, file, what, todo, line=line, column=check.column, value=row["cell"]))
    if (more := found.num_rows - LISTED) > 0:
        file, line = grid.locate(found["row"][LISTED].as_py())
        what = f"{more} more rows from this line on have the same problem; they are not listed one by one"
        problems.append(problem(check.code, file, what, "correct those above first", line=line, column=check.column))
    rows: RowNumbers = found["row"].to_numpy()
    return rows


def _checks(grid: Grid) -> Iterator[Check]:
    for name in grid.columns:
        yield from _cell_checks(grid, grid.contract.column(name))
    yield from _row_checks(grid)


def _cell_checks(grid: Grid, column: Column) -> Iterator[Check]:
    c = quote(column.name)
    empty = grid.empty(column.name)
    if not column.nullable:
        yield Check(
            "missing-value",
            column.name,
            empty,
            lambda _, __: (
                f"empty, but it must be filled ({column.meaning.en})",
                f"write it, for example {column.example}",
            ),
        )
    if column.name in grid.raws:
        code = "bad-date" if column.type in ("date", "instant") else "wrong-type"
        yield Check(
            code,
            column.name,
            f"{c} IS NULL AND NOT {empty}",
            lambda cell, _: (what_is_wrong(column, cell), what_would_be_right(column, cell)),
        )
    if column.allowed:
        among = ", ".join(f"'{word}'" for word in column.allowed)
        yield Check(
            "bad-value",
            column.name,
            f"{c} NOT IN ({among}) AND NOT {empty}",
            lambda cell, _: (f"not one of {', '.join(column.allowed)}", what_is_allowed(column, cell)),
        )
    if column.type in ("date", "instant"):
        yield Check(
            "date-out-of-range",
            column.name,
            f"NOT {_in_range(column)}",
            lambda _, __: (
                f"before {FIRST_DAY} or after {LAST_DAY}",
                "correct the year, or leave it empty where it may be",
            ),
        )
    if column.type == "number":
        yield Check(
            "wrong-type",
            column.name,
            f"NOT isfinite({c})",
            lambda _, __: ("not a finite number", "leave it empty where there is no number"),
        )


def _row_checks(grid: Grid) -> Iterator[Check]:
    table = grid.contract
    for names in table.exactly_one:
        yield _exactly_one(grid, names)
    for later, earlier in table.not_before:
        if later in grid.columns and earlier in grid.columns:
            yield _not_before(grid, later, earlier)
    for name in table.happened:
        if name in grid.columns:
            yield _not_after_recorded(grid, table.column(name))
    if "voids" in table.names:
        yield Check(
            "missing-value",
            "voids",
            f"kind = 'void' AND {grid.empty('voids')}",
            lambda _, __: ("a void that names no event", "write in voids the event_id that it takes back"),
        )
    if "voids" in grid.columns:
        yield Check(
            "void-itself",
            "voids",
            "voids = event_id",
            lambda _, __: ("the event voids itself", "name the event that it corrects"),
        )

    if table.name == "events":
        yield Check(
            "reserved-kind",
            "kind",
            "starts_with(kind, 'case/')",
            lambda _, __: ("that is how a case is called among facts", "put it into the table cases, or rename it"),
        )
    if table.name == "orders" and {"person_id", "restriction"} <= set(grid.columns):
        yield Check(
            "missing-value",
            "restriction",
            f"NOT {grid.empty('person_id')} AND {grid.empty('restriction')}",
            lambda _, __: ("an order on a person without a restriction", "write what is ordered"),
        )


def _exactly_one(grid: Grid, names: tuple[str, ...]) -> Check:
    filled = " + ".join(f"CAST(NOT {grid.empty(n)} AS INTEGER)" for n in names)

    def say(_: str, count: str) -> tuple[str, str]:
        return f"{count} of {', '.join(names)} are filled", "fill exactly one of them and leave the others empty"

    return Check("not-exactly-one", names[0], f"({filled}) <> 1", say, filled)


def _not_before(grid: Grid, later: str, earlier: str) -> Check:
    def say(_: str, beside: str) -> tuple[str, str]:
        return f"{later} lies before {earlier} ({beside})", "correct the one that is wrong"

    return Check("date-order", later, f"{quote(later)} < {quote(earlier)}", say, grid.written(earlier))


def _not_after_recorded(grid: Grid, column: Column) -> Check:
    recorded = grid.contract.column("recorded_at")
    after = f"({quote(column.name)} - DATE '1970-01-01') * 86400000000 > epoch_us(recorded_at) + {AHEAD_US}"

    def say(_: str, beside: str) -> tuple[str, str]:
        return f"{column.name} lies after recorded_at ({beside})", "correct the one that is wrong"

    broken = f"CASE WHEN {_in_range(column)} AND {_in_range(recorded)} THEN {after} END"
    return Check("occurred-after-recorded", column.name, broken, say, grid.written("recorded_at"))


def _duplicates(
    con: duckdb.DuckDBPyConnection, grid: Grid, refused: RowNumbers, problems: list[Problem]
) -> RowNumbers:
    """Rows with the key of an earlier good row; in a table with versions the key includes recorded_at."""
    table = grid.contract
    names = [n for n in (*table.key, *(("recorded_at",) if table.versions else ())) if n in grid.columns]
    keys = ", ".join(map(quote, names))
    good = f"{grid.view}"
    if len(refused):
        con.register("refused", pa.table({"row": refused}))
        good = f"(SELECT * FROM {grid.view} ANTI JOIN refused USING (row))"
    hashes = con.sql(f"SELECT hash({keys}) AS h FROM {good}").to_arrow_table()["h"].to_numpy()
    hashes = np.sort(hashes)
    found = np.array([], dtype=np.int64)
    if (hashes[1:] == hashes[:-1]).any():
        source = (
            f"FROM (SELECT *, min(row) OVER (PARTITION BY {keys}) AS first_row FROM {good}"
            f" WHERE hash({keys}) IN (SELECT hash({keys}) AS h FROM {good} GROUP BY h HAVING count(*) > 1))"
            f" WHERE row > first_row"
        )

        def say(_: str, first: str) -> tuple[str, str]:
            file, line = grid.locate(int(first))
            same = " and ".join(names)
            return f"the same {same} as in {file}:{line}", _what_instead(grid)

        found = list_rows(con, grid, Check("duplicate-id", names[0], "", say, "first_row"), source, problems)
    if len(refused):
        con.unregister("refused")
    return found


def _what_instead(grid: Grid) -> str:
    if grid.contract.versions:
        return "take one of the two out; a new version has a later recorded_at"
    if "voids" in grid.contract.names:
        return "take one of the two out; a correction is a new event that voids the first"
    return "take one of the two out"


def _in_range(column: Column) -> str:
    c = quote(column.name)
    if column.type == "instant":
        return (
            f"({c} >= TIMESTAMPTZ '{FIRST_DAY} 00:00:00+14' AND {c} <= TIMESTAMPTZ '{LAST_DAY} 23:59:59.999999-12')"
        )
    return f"({c} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}')"
