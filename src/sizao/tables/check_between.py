"""Checks between rows and tables: what is named but not there, voids, cases of one person, facts after a death.

All of them are doubts: the rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from sizao.errors import Problem
from sizao.tables.check_rows import Check, list_rows
from sizao.tables.grid import Grid, quote

UNKNOWN = {"people": "unknown-person", "places": "unknown-place", "cases": "unknown-case", "events": "unknown-void"}

# the latest recorded version of each case, with the day on which it ended
LATEST_CASES = """
  SELECT row, case_id, person_id, confirmed_on, {discharged_on} AS discharged_on, {died_on} AS died_on,
         least({discharged_on}, {died_on}) AS ended_on
  FROM cases QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY recorded_at DESC, row DESC) = 1
"""


def check_between(con: duckdb.DuckDBPyConnection, grids: Mapping[str, Grid], problems: list[Problem]) -> None:
    """Append every doubt between rows and tables of a folder. Derived tables are not looked at."""
    recorded = {name: grid for name, grid in grids.items() if not grid.contract.derived}
    for grid in recorded.values():
        _check_references(con, grid, recorded, problems)
    if "events" in recorded and "voids" in recorded["events"].columns:
        _check_voids_of_voids(con, recorded["events"], problems)
    if "cases" in recorded:
        optional = ("discharged_on", "died_on")
        columns = {n: n if n in recorded["cases"].columns else "CAST(NULL AS DATE)" for n in optional}
        con.execute(f"CREATE TEMP TABLE latest_cases AS {LATEST_CASES.format(**columns)}")
        _check_discharges(con, recorded["cases"], problems)
        _check_overlaps(con, recorded["cases"], problems)
        _check_after_death(con, recorded, problems)


def _check_references(
    con: duckdb.DuckDBPyConnection, grid: Grid, recorded: Mapping[str, Grid], problems: list[Problem]
) -> None:
    for name in grid.columns:
        table, _, key = (grid.contract.column(name).refers_to or "").partition(".")
        if table not in recorded:
            continue
        note = ""
        if table == "events":
            note = "; it takes nothing back" if grid.contract.name == "events" else ""

        def say(cell: str, _: str, table: str = table, note: str = note) -> tuple[str, str]:
            return f"{cell} is not in {table}{note}", f"add it to {table} or correct it here"

        c = quote(name)
        source = (
            f"FROM (SELECT row, {c} FROM {grid.view} WHERE {c} IS NOT NULL) AS here"
            f" ANTI JOIN (SELECT {quote(key)} AS there FROM {quote(table)}) AS other ON {c} = there"
        )
        list_rows(con, grid, Check(UNKNOWN[table], name, "", say), source, problems)


def _check_voids_of_voids(con: duckdb.DuckDBPyConnection, events: Grid, problems: list[Problem]) -> None:
    def say(cell: str, _: str) -> tuple[str, str]:
        what = f"{cell} is itself a void; the event that it took back does not come back"
        return what, "record that event anew with an event_id of its own"

    source = (
        "FROM (SELECT row, voids FROM events WHERE voids IS NOT NULL) AS later"
        " SEMI JOIN (SELECT event_id FROM events WHERE kind = 'void') AS void ON voids = event_id"
    )
    list_rows(con, events, Check("void-of-void", "voids", "", say), source, problems)


def _check_discharges(con: duckdb.DuckDBPyConnection, cases: Grid, problems: list[Problem]) -> None:
    if "discharged_on" not in cases.columns:
        return

    def say(cell: str, beside: str) -> tuple[str, str]:
        return f"an earlier version of the case says {beside}; the latest recorded version holds", TODO

    todo_source = (
        "FROM (SELECT row, discharged_on, lag(discharged_on IGNORE NULLS)"
        " OVER (PARTITION BY case_id ORDER BY recorded_at, row) AS before FROM cases) WHERE discharged_on <> before"
    )
    list_rows(con, cases, Check("two-discharges", "discharged_on", "", say, "before"), todo_source, problems)
