"""Checks rows against the contracts and against what the register can hold; broken rows are left out and reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sizao.errors import Problem
from sizao.register.actions.bulk import MODELS
from sizao.register.clock import latest
from sizao.register.imports.dates import wrong_day
from sizao.register.imports.mapping import PERSONAL, SEALED
from sizao.register.imports.turn import Turned
from sizao.tables import contract
from sizao.tables.cast import FROM_TEXT
from sizao.tables.check_rows import check_rows
from sizao.tables.grid import Grid, Part, cast_rows, show

LONGEST: Mapping[str, int] = {"name": 200, "phone": 60, "number": 100, "text": 2000}
INTEGERS: Mapping[str, int] = {"ct": 2**31, "population": 2**63}
MASKED = PERSONAL | {"birth_date"}
TRUE = ("true", "1", "t", "yes")


@dataclass(frozen=True)
class Checked:
    """Rows of one table: all columns of its contract in their types, and those beside it as texts.

    `good`: those that may be recorded; the others are only looked at, so that all that is wrong with them is said.
    """

    file: str
    rows: pa.Table
    lines: npt.NDArray[np.int64]
    good: npt.NDArray[np.bool_]

    def keep(self, good: npt.NDArray[np.bool_] | Sequence[bool]) -> Checked:
        """The rows that are good."""
        wanted = np.asarray(good, dtype=bool)
        if wanted.all():
            return self
        rows = self.rows.filter(pa.array(wanted))
        return replace(self, rows=rows, lines=self.lines[wanted], good=self.good[wanted])

    def take(self, order: Sequence[int] | npt.NDArray[np.int64]) -> Checked:
        """The rows in another order."""
        wanted = np.asarray(order, dtype=np.int64)
        rows = self.rows.take(pa.array(wanted))
        return replace(self, rows=rows, lines=self.lines[wanted], good=self.good[wanted])

    def texts(self, column: str) -> list[Any]:
        """A column as Python values."""
        found: list[Any] = self.rows[column].to_pylist()
        return found

    def with_column(self, column: str, values: Sequence[Any]) -> Checked:
        """The rows with other values in a column."""
        at = self.rows.schema.get_field_index(column)
        array = pa.array(values, self.rows.schema.field(at).type)
        return replace(self, rows=self.rows.set_column(at, column, array))


def check_turned(name: str, turned: Turned, at: dt.datetime, problems: list[Problem]) -> Checked:
    """The rows of a table, and which of them fit its contract. `at`: when recorded where the file says none."""
    said = contract(name)
    rows = turned.rows
    dated = "recorded_at" in rows.schema.names
    if "recorded_at" in said.names:
        now = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        if dated:
            given = rows["recorded_at"]
            filled = pc.if_else(pc.equal(given, ""), now, given)
            rows = rows.set_column(rows.schema.get_field_index("recorded_at"), "recorded_at", filled)
        else:
            rows = rows.append_column("recorded_at", pa.array([now] * rows.num_rows, pa.string()))
    columns = tuple(column for column in said.names if column in rows.schema.names)
    own: list[Problem] = []
    if name == "people":
        rows = _without_strange_births(rows, turned, latest(at), own)
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'; SET threads = 2")
    casts = {column: FROM_TEXT[said.column(column).type] for column in columns}
    raws = frozenset(column for column in columns if said.column(column).type != "text")
    typed = cast_rows(con, rows.select(columns), casts, raws)
    grid = Grid(said, columns, (Part(turned.file, lines=turned.lines),), typed.num_rows, raws, typed)
    show(con, grid)
    refused = check_rows(con, grid, own)
    con.close()
    if not dated:
        own = [problem for problem in own if problem.code != "occurred-after-recorded"]
    good = np.ones(rows.num_rows, dtype=bool)
    good[refused] = False
    arrays = [
        typed[field.name].cast(field.type) if field.name in columns else pa.nulls(rows.num_rows, field.type)
        for field in said.arrow_schema()
    ]
    whole = pa.table(arrays, names=list(said.names))
    for beside in (*SEALED, "withdrawn"):
        if beside in rows.schema.names and beside not in said.names:
            whole = whole.append_column(beside, rows[beside])
    found = Checked(turned.file, whole, turned.lines, good)
    good &= _fits(name, found, latest(at), own)
    problems += [_masked(problem) for problem in own]
    return replace(found, good=good)


def _without_strange_births(rows: pa.Table, turned: Turned, today: dt.date, problems: list[Problem]) -> pa.Table:
    """A date of birth that cannot be read, or is still to come, is left empty: the person is none the less there."""
    if "birth_date" not in rows.schema.names:
        return rows
    texts = rows["birth_date"].to_pylist()
    for row, text in enumerate(texts):
        wrong = wrong_day(text, str(today), "left empty") if text else None
        if wrong is None:
            continue
        texts[row] = ""
        code, what, todo = wrong
        line = int(turned.lines[row])
        problems.append(Problem(code, turned.file, what, todo, line=line, column="birth_date", effect="kept"))
    return rows.set_column(rows.schema.get_field_index("birth_date"), "birth_date", pa.array(texts, pa.string()))


def _fits(name: str, found: Checked, today: dt.date, problems: list[Problem]) -> npt.NDArray[np.bool_]:
    """Whether the register can hold each row: lengths of texts, sizes of numbers, nothing that is still to happen."""
    good = np.ones(len(found.lines), dtype=bool)

    def refuse(wrong: Any, column: str, code: str, what: str, todo: str) -> None:
        rows = np.flatnonzero(pc.fill_null(wrong, False).to_numpy(zero_copy_only=False))
        good[rows] = False
        cells = found.rows[column]
        for row in rows.tolist():
            value = None if code == "too-long" else str(cells[row].as_py())
            problems.append(
                Problem(code, found.file, what, todo, line=int(found.lines[row]), column=column, value=value)
            )

    longest = {f.column: f.max_length for f in MODELS[name]._meta.fields if getattr(f, "max_length", None)}
    longest |= LONGEST if name in ("people", "requests") else {}
    if name == "places":
        longest["name"] = 300
    for column in found.rows.schema.names:
        cells = found.rows[column].combine_chunks()
        if pa.types.is_string(cells.type) and column in longest and column != "withdrawn":
            most = longest[column]
            wrong = pc.greater(pc.utf8_length(cells), most)
            refuse(wrong, column, "too-long", f"longer than {most} letters", "shorten it")
        elif pa.types.is_integer(cells.type) and column in INTEGERS:
            wrong = pc.greater_equal(pc.abs(cells), INTEGERS[column] - 1)
            refuse(wrong, column, "too-large", "too large a number", "check it")
    if name == "places":
        for column, most in (("lat", 90.0), ("lon", 180.0)):
            wrong = pc.invert(pc.less_equal(pc.abs(found.rows[column].combine_chunks()), most))
            refuse(wrong, column, "too-large", f"not between -{most:.0f} and {most:.0f}", "check it")
    for column in contract(name).happened:
        wrong = pc.greater(found.rows[column].combine_chunks(), pa.scalar(today))
        refuse(wrong, column, "after-today", f"after today ({today})", "record it when it has happened")
    return good


def _masked(problem: Problem) -> Problem:
    return replace(problem, value=None) if problem.column in MASKED else problem
