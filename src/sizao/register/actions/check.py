"""One row against the contract of its table, in the words of the person who typed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from sizao.errors import Problem, RefusedError
from sizao.register.clock import latest
from sizao.tables import contract

LONGEST = 2000  # letters of a text that stands in no column of a given width
LONGEST_SEALED = 200  # letters of a name, phone or number
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "date": (dt.date,),
    "instant": (dt.datetime,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
POSSIBLE: Mapping[str, tuple[float, float]] = {
    "ct": (0, 2**31 - 1),
    "population": (0, 2**31 - 1),
    "lat": (-90, 90),
    "lon": (-180, 180),
}
"""What the columns of these names can hold: the constraints of the tables."""
BORN: Mapping[str, tuple[str, ...]] = {"people": ("birth_date",)}
"""Dates that lie in the past, in tables without an instant of recording."""


def check_fact(table: str, values: Mapping[str, Any], recorded_at: dt.datetime) -> None:
    """Raises RefusedError `invalid` with a Problem for everything wrong in a row that is to be recorded.

    `values` by column; a column left out is empty. Ids that name other rows are not looked up here.
    Codes of problems: empty, wrong-type, too-long, unknown-word, strange-date, too-large, out-of-range, after-today,
    before, exactly-one.
    """
    said = contract(table)
    widths = _widths(table)
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
        longest = widths.get(column.name, LONGEST)
        possible = POSSIBLE.get(column.name)
        if not _is_a(column.type, value):
            wrong("wrong-type", column.name, f"this is no {column.type}", f"write it like {column.example}")
        elif column.type == "text" and not fits(value, longest):
            wrong("too-long", column.name, _too_long(longest), "shorten it")
        elif column.allowed and value not in column.allowed:
            wrong("unknown-word", column.name, "not a word of the contract", f"one of {', '.join(column.allowed)}")
        elif column.type in ("date", "instant") and not FIRST <= dt.date(*value.timetuple()[:3]) <= LAST:
            wrong("strange-date", column.name, f"not between {FIRST} and {LAST}", "check the year")
        elif column.type == "integer" and not -(2**31) < value < 2**31:
            wrong("too-large", column.name, "too large a number", "check it")
        elif possible is not None and not possible[0] <= value <= possible[1]:
            wrong("out-of-range", column.name, f"not between {possible[0]:g} and {possible[1]:g}", "check it")
    if not problems:
        today = latest(recorded_at)
        for column in (*said.happened, *BORN.get(table, ())):
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


def check_texts(model: type[Model] | None = None, longest: int = LONGEST_SEALED, **texts: str | None) -> None:
    """Raises RefusedError `invalid` for texts that stand under no contract and do not fit: sealed ones, and those of
    the columns of a model. Nothing (None, "") is no problem."""
    widths = {} if model is None else _widths(model._meta.db_table)
    problems = []
    for name, text in texts.items():
        most = widths.get(name, longest)
        if text and not isinstance(text, str):
            problems.append(Problem("wrong-type", "", "this is no text", "write letters", column=name))
        elif text and not fits(text, most):
            problems.append(Problem("too-long", "", _too_long(most), "shorten it", column=name))
    if problems:
        raise RefusedError("invalid", "this cannot be recorded", problems, todo="correct what is listed")


def check_end(until: dt.datetime | None, since: dt.datetime, column: str = "until") -> None:
    """Raises RefusedError `invalid` where something would end before it begins, or at no instant of a calendar."""
    if until is None:
        return
    if not _is_a("instant", until) or not FIRST <= until.date() <= LAST:
        problem = Problem("strange-date", "", f"no instant between {FIRST} and {LAST}", "check it", column=column)
    elif until <= since:
        problem = Problem("before", "", "this lies in the past", "choose a later moment", column=column)
    else:
        return
    raise RefusedError("invalid", "this cannot be recorded", [problem], todo="correct what is listed")


def fits(text: str, longest: int) -> bool:
    """Whether every database of ours keeps the text as it is: no null characters, no halves of letters."""
    return len(text) <= longest and "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _too_long(longest: int) -> str:
    return f"longer than {longest} letters, or with a letter that cannot be kept"


def _is_a(kind: str, value: Any) -> bool:
    if kind == "instant":
        return isinstance(value, dt.datetime) and value.tzinfo is not None
    if kind == "date":
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


@cache
def _widths(table: str) -> Mapping[str, int]:
    """How many letters the columns of a table take: SQLite would keep longer ones, PostgreSQL refuse them."""
    model = next(model for model in apps.get_app_config("register").get_models() if model._meta.db_table == table)
    return {
        name: width
        for field in model._meta.local_concrete_fields
        if (width := _width(field))
        for name in (field.column, field.name)
    }


def _width(field: Field[Any, Any]) -> int | None:
    width: int | None = (field.target_field if field.is_relation else field).max_length
    return width
