"""One row against the contract of its table, in the words of the person who typed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sizao.errors import Problem, RefusedError
from sizao.register.clock import local_date
from sizao.tables import contract

LONGEST = 2000  # letters of a text
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "date": (dt.date,),
    "instant": (dt.datetime,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def check_fact(table: str, values: Mapping[str, Any], recorded_at: dt.datetime) -> None:
    """Raises RefusedError `invalid` with a Problem for everything wrong in a row that is to be recorded.

    `values` by column; a column left out is empty. Ids that name other rows are not looked up here.
    Codes of problems: empty, wrong-type, too-long, unknown-word, strange-date, too-large, after-today, before,
    exactly-one.
    """
    said = contract(table)
    problems: list[Problem] = []

    def wrong(code: str, column: str, what: str, todo: str) -> None:
        value = values.get(column)
        problems.append(Problem(code, table, what, todo, column=column, value=None if value is None else str(value)))

    for column in said.columns:
        value = values.get(column.name)
        if value is None or value == "":
            if not column.nullable and column.name != "recorded_at":
                wrong("empty", column.name, "nothing is given", f"give {column.meaning.en}, such as {column.example}")
            continue
        if not isinstance(value, TYPES[column.type]) or (column.type == "date" and isinstance(value, dt.datetime)):
            wrong("wrong-type", column.name, f"this is no {column.type}", f"write it like {column.example}")
        elif column.type == "text" and (len(value) > LONGEST or "\0" in value):
            wrong("too-long", column.name, f"longer than {LONGEST} letters, or with a null character", "shorten it")
        elif column.allowed and value not in column.allowed:
            wrong("unknown-word", column.name, "not a word of the contract", f"one of {', '.join(column.allowed)}")
        elif column.type == "date" and not FIRST <= value <= LAST:
            wrong("strange-date", column.name, f"not between {FIRST} and {LAST}", "check the year")
        elif column.type == "integer" and not -(2**31) < value < 2**31:
            wrong("too-large", column.name, "too large a number", "check it")
    if not problems:
        today = local_date(recorded_at)
        for column in said.happened:
            day = values.get(column)
            if day is not None and day > today:
                wrong("after-today", column, f"after today ({today})", "record it when it has happened")
        for later, earlier in said.not_before:
            if values.get(later) is not None and values.get(earlier) is not None and values[later] < values[earlier]:
                wrong("before", later, f"before {earlier} ({values[earlier]})", "check both")
        for columns in said.exactly_one:
            if sum(values.get(column) is not None for column in columns) != 1:
                wrong(
                    "exactly-one",
                    columns[0],
                    f"exactly one of {', '.join(columns)} must be given",
                    "give one of them",
                )
    if problems:
        raise RefusedError("invalid", f"this cannot be recorded in {table}", problems, todo="correct what is listed")
