"""Checks between rows and tables: what is named but not there, voids, cases of one person, facts after a death.

All of them are doubts: the rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from sizao.errors import Problem
from sizao.tables.check_rows import Check, Say, list_rows
from sizao.tables.grid import Grid, quote

UNKNOWN = {"people": "unknown-person", "places": "unknown-place", "cases": "unknown-case", "events": "unknown-void"}

# the latest recorded version of each case, with the day on which it ended
LATEST_CASES = """
  SELECT row, case_id, person_id, confirmed_on, {discharged_on} AS discharged_on, {died_on} AS died_on,
         least({discharged_on}, {died_on}) AS ended_on
  FROM {view} QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY recorded_at DESC, row DESC) = 1
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
        con.execute(
            f"CREATE TEMP TABLE latest_cases AS {LATEST_CASES.format(view=recorded['cases'].view, **columns)}"
        )
        _check_discharges(con, recorded["cases"], problems)
        _check_overlaps(con, recorded["cases"], problems)
        _check_after_death(con, recorded, problems)


def _check_references(
    con: duckdb.DuckDBPyConnection, grid: Grid, recorded: Mapping[str, Grid], problems: list[Problem]
) -> None:
    for name in grid.columns:
        table, _, key = (grid.contract.column(name).refers_to or "").partition(".")
        if table in recorded:
            here = f"(SELECT row, {quote(name)} FROM {grid.view} WHERE {quote(name)} IS NOT NULL)"
            source = f"FROM {here} AS here ANTI JOIN {quote(table)} AS other ON here.{quote(name)} = other.{key}"
            list_rows(con, grid, Check(UNKNOWN[table], name, "", _say_unknown(table)), source, problems)


def _say_unknown(table: str) -> Say:
    def say(cell: str, _: str) -> tuple[str, str]:
        return f"{cell} is not in {table}", f"add it to {table} or correct it here"

    def say_void(cell: str, _: str) -> tuple[str, str]:
        return f"there is no event {cell}; nothing is taken back", "name the event that this one corrects"

    return say_void if table == "events" else say


def _check_voids_of_voids(con: duckdb.DuckDBPyConnection, events: Grid, problems: list[Problem]) -> None:
    def say(cell: str, _: str) -> tuple[str, str]:
        what = f"{cell} is itself a void; the event that it took back does not come back"
        return what, "record that event anew, with an event_id of its own"

    source = (
        "FROM (SELECT row, voids FROM events WHERE voids IS NOT NULL) AS later"
        " SEMI JOIN (SELECT event_id FROM events WHERE kind = 'void') AS void ON later.voids = void.event_id"
    )
    list_rows(con, events, Check("void-of-void", "voids", "", say), source, problems)


def _check_discharges(con: duckdb.DuckDBPyConnection, cases: Grid, problems: list[Problem]) -> None:
    def say(_: str, before: str) -> tuple[str, str]:
        what = f"an earlier version of the case says {before}; the latest recorded version holds"
        return what, "nothing, if this is a correction; else record the right date in a new version"

    source = (
        "FROM (SELECT row, discharged_on, lag(discharged_on IGNORE NULLS)"
        " OVER (PARTITION BY case_id ORDER BY recorded_at, row) AS before FROM cases) WHERE discharged_on <> before"
    )
    if "discharged_on" in cases.columns:
        list_rows(con, cases, Check("two-discharges", "discharged_on", "", say, "before"), source, problems)


def _check_overlaps(con: duckdb.DuckDBPyConnection, cases: Grid, problems: list[Problem]) -> None:
    """Of two cases of a person, the one confirmed later is reported."""
    pairs = (
        "FROM (SELECT b.row, b.case_id, b.person_id, b.confirmed_on, b.discharged_on,"
        " a.case_id AS other, a.discharged_on AS other_discharged_on"
        " FROM latest_cases AS a JOIN latest_cases AS b ON a.person_id = b.person_id"
        " AND (a.confirmed_on, a.row) < (b.confirmed_on, b.row)"
        " AND (a.ended_on IS NULL OR b.confirmed_on < a.ended_on))"
    )

    def say_overlap(_: str, other: str) -> tuple[str, str]:
        return f"case {other} of the same person had not ended", "give both the same case_id if they are one case"

    def say_discharge(_: str, other: str) -> tuple[str, str]:
        what = f"{other} of the same person at the same time; the latest recorded holds"
        return what, "give both the same case_id if they are one case, and correct the date"

    list_rows(con, cases, Check("overlapping-cases", "case_id", "", say_overlap, "other"), pairs, problems)
    if "discharged_on" in cases.columns:
        beside = "other_discharged_on || ' is the discharge of case ' || other"
        check = Check("two-discharges", "discharged_on", "", say_discharge, beside)
        list_rows(con, cases, check, f"{pairs} WHERE discharged_on <> other_discharged_on", problems)


def _check_after_death(con: duckdb.DuckDBPyConnection, recorded: Mapping[str, Grid], problems: list[Problem]) -> None:
    """Events, tests, follow-ups and requests of a person after the death; what an event took back is passed over."""
    con.execute(
        "CREATE TEMP TABLE deaths AS SELECT person_id, min(died_on) AS died_on FROM latest_cases"
        " WHERE died_on IS NOT NULL GROUP BY person_id"
    )
    if con.execute("SELECT count(*) FROM deaths").fetchall() == [(0,)]:
        return

    def say(_: str, died: str) -> tuple[str, str]:
        return f"the person died on {died}", "correct the date or the person, or the date of death"

    def say_confirmed(_: str, died: str) -> tuple[str, str]:
        return (
            f"confirmed after the death on {died}",
            "correct either date, if the person was not confirmed after death",
        )

    late = Check("confirmed-after-death", "confirmed_on", "", say_confirmed, "died_on")
    list_rows(con, recorded["cases"], late, "FROM latest_cases WHERE died_on < confirmed_on", problems)
    for name, grid in recorded.items():
        if name == "cases" or not grid.contract.happened or "person_id" not in grid.columns:
            continue
        day = grid.contract.happened[0]
        source = f"FROM {grid.view} JOIN deaths USING (person_id) WHERE {quote(day)} > died_on"
        if name == "events":
            source += " AND kind <> 'void'"
            if "voids" in grid.columns:
                source += " AND event_id NOT IN (SELECT voids FROM events WHERE voids IS NOT NULL)"
        list_rows(con, grid, Check("fact-after-death", day, "", say, "died_on"), source, problems)
