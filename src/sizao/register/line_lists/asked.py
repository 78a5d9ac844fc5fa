"""What the address of a line list asks for: filters, area, columns, order; read strictly, and said in one way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sizao.errors import SizaoError
from sizao.register.actions.check import FIRST, LAST, fits
from sizao.register.line_lists.columns import Column, LineList, list_of
from sizao.register.models import Place

MOST_VALUES = 50
LONGEST_QUERY = 2000
"""As long as a kept list may be."""
TOO_LONG = "this filter is too long"
PERSONAL = ("name", "phone", "number", "text")
OF_FACTS = ("case_id", "event_id", "order_id", "request_id", "test_id", "tube_id", "voids")
"""Columns whose value may lead to one person."""
WAYS = ("from", "to", "has")
"""Written after a column with a dot; `is` is the column alone, and `.is` says empty or filled."""
Value = str | int | float | bool | dt.date


@dataclass(frozen=True)
class Condition:
    """One filter: `is` with one or more values, `from`, `to`, `has` with one, `empty` or `filled` with none."""

    column: str
    way: str
    values: tuple[Value, ...] = ()

    @property
    def key(self) -> str:
        """How it is called in the address."""
        if self.way in ("empty", "filled"):
            return f"{self.column}.is"
        return self.column if self.way == "is" else f"{self.column}.{self.way}"

    @property
    def said(self) -> tuple[str, ...]:
        """Its values in the address."""
        return (self.way,) if self.way in ("empty", "filled") else tuple(map(_said, self.values))


@dataclass(frozen=True)
class Asked:
    """The list that is asked for."""

    list: LineList
    conditions: tuple[Condition, ...] = ()
    area: str = ""
    """place_id: people who live there or in it; places in it."""
    path: str = ""
    """Its path."""
    columns: tuple[str, ...] = ()
    sort: str = ""
    after: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        """The fields of the order: the chosen one; else that of a day which is asked for; else the usual one."""
        return self.list.orders[self.sort or self.best]

    @property
    def best(self) -> str:
        """The order by which a filter finds its rows soonest."""
        days = {c.column for c in self.conditions if c.way in ("is", "from", "to")}
        return next((name for name in self.list.orders if name in days), next(iter(self.list.orders)))

    @property
    def shows(self) -> tuple[str, ...]:
        """The columns, in their order."""
        return self.columns or self.list.shows

    def query(self, **other: Any) -> str:
        """What stands behind ? for this list with some of it changed; it begins anew unless `after` is said."""
        it = replace(self, **{"after": "", **other})
        pairs = [(c.key, value) for c in it.conditions for value in c.said]
        pairs += [
            (name, value)
            for name, value in (
                ("area", it.area),
                ("columns", ",".join(it.columns)),
                ("sort", it.sort),
                ("after", it.after),
            )
            if value
        ]
        return urlencode(pairs)

    def without(self, condition: Condition) -> str:
        """The query without one of its conditions."""
        return self.query(conditions=tuple(c for c in self.conditions if c != condition))

    @property
    def by_id(self) -> bool:
        """Whether people, facts or tubes are asked for by id."""
        return any(c.column in ("person_id", *OF_FACTS) and c.way in ("is", "has") for c in self.conditions)

    def named(self, shown: Sequence[str | None]) -> Sequence[str | None]:
        """Who was asked for by id, of the people whom it shows: by their own, or by ids of facts or tubes that lead
        to no more people than such ids were given."""
        if own := self.has("person_id", "is"):
            return own
        given = [len(c.values) for c in self.conditions if c.column in OF_FACTS and c.way in ("is", "has")]
        return shown if len({*shown} - {None}) <= max(given, default=0) else ()

    def has(self, column: str, way: str) -> Sequence[str]:
        """The values of a filter, as they are said."""
        keys = {c.key: c.said for c in self.conditions}
        return keys.get(f"{column}.{way}" if way != "is" else column, ())


def read_query(of: str, query: str) -> Asked:
    """The same of the text behind ?. Raises as `read_asked`, and `list-filter` where it is too long."""
    if len(query) > LONGEST_QUERY:
        raise _bad(TOO_LONG)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise _bad("this filter cannot be read") from error
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return read_asked(of, given)


def read_asked(of: str, given: Mapping[str, Sequence[str]]) -> Asked:
    """What is asked for. Nothing is passed over in silence: a list would then show more than its address says.

    Raises SizaoError `unknown-list`, `list-column`, `list-filter`, `list-names`.
    """
    asked = Asked(list_of(of))
    conditions: list[Condition] = []
    for name, sent in given.items():
        values = [value.strip() for value in sent if value.strip()]
        if not fits(name, 60) or not all(fits(value, 1000) for value in values):
            raise _bad("a value of this filter is too long, or has a letter that cannot be kept")
        if name in ("area", "columns", "sort", "after"):
            if len(values) > 1:
                raise _bad(f"{name} is given more than once")
            asked = _with(asked, name, values[0]) if values else asked
            continue
        column, _, way = name.partition(".")
        found = _column(asked.list, column)
        if values:
            conditions.append(_condition(found, way, values))
    conditions.sort(key=lambda c: c.key)
    found_asked = replace(asked, conditions=tuple(conditions))
    if len(found_asked.query()) > LONGEST_QUERY:
        raise _bad(TOO_LONG)
    return found_asked


def _column(line_list: LineList, name: str) -> Column:
    found = line_list.columns.get(name)
    if found is not None and found.ways:
        return found
    if name in PERSONAL and line_list.of_people:
        raise SizaoError(
            "list-names",
            "names, phones, numbers and words of requests are no filter",
            why="a filter stands in the address, and addresses are kept by browsers and logs",
            todo="look the person up by name, phone or number",
        )
    raise SizaoError(
        "list-column",
        "the list has no such column to filter by",
        todo=f"one of {', '.join(name for name, column in line_list.columns.items() if column.ways)}",
    )


def _with(asked: Asked, name: str, value: str) -> Asked:
    """With area, columns, sort or after."""
    if name == "area":
        place = Place.objects.unscoped("names of places are no secret").filter(place_id=value[:64]).first()
        if place is None:
            raise _bad("there is no such place")
        return replace(asked, area=place.place_id, path=place.path)
    if name == "columns":
        wanted = tuple(dict.fromkeys(part for part in value.split(",") if part))
        if any(part not in asked.list.columns for part in wanted):
            raise SizaoError("list-column", "the list has no such column", todo="choose from those that it has")
        return replace(asked, columns=() if wanted == asked.list.shows else wanted)
    if name == "sort":
        if value not in asked.list.orders:
            raise _bad("the list has no such order")
        return replace(asked, sort=value)
    return replace(asked, after=value)


def _condition(column: Column, way: str, values: list[str]) -> Condition:
    if way == "is":
        if values in (["empty"], ["filled"]) and "empty" in column.ways:
            return Condition(column.name, values[0])
        raise _bad(f"{column.name} is empty or filled")
    if way not in ("", *WAYS) or (way or "is") not in column.ways:
        raise _bad(f"{column.name} cannot be asked for so")
    if way and len(values) > 1:
        raise _bad(f"{column.name}.{way} is given more than once")
    if not way and column.kind == "id":
        values = [part for value in values for part in _parts(value)]
    values = list(dict.fromkeys(values))
    if len(values) > MOST_VALUES:
        raise _bad(f"more than {MOST_VALUES} values")
    return Condition(column.name, way or "is", tuple(sorted((_value(column, v) for v in values), key=str)))


def _parts(text: str) -> Iterable[str]:
    for sign in "，；;、\t\r\n ":
        text = text.replace(sign, ",")
    return (part for part in text.split(",") if part)


def _value(column: Column, text: str) -> Value:
    """A value as its column has it. Raises SizaoError `list-filter`."""
    if column.kind in ("date", "instant"):
        try:
            day = dt.date.fromisoformat(text)
        except ValueError as error:
            raise _bad(f"{column.name} is no date, as 2022-11-13") from error
        if not FIRST <= day <= LAST:
            raise _bad(f"{column.name} is not between {FIRST} and {LAST}")
        return day
    if column.kind == "number":
        try:
            number = float(text)
        except ValueError as error:
            raise _bad(f"{column.name} is no number") from error
        if not abs(number) < 2**53:
            raise _bad(f"{column.name} is too large")
        return int(number) if number == int(number) else number
    if column.kind == "yes":
        if text not in ("yes", "no"):
            raise _bad(f"{column.name} is yes or no")
        return text == "yes"
    if len(text) > column.longest:
        raise _bad(f"{column.name} is longer than {column.longest} letters")
    if column.allowed and text not in column.allowed:
        raise _bad(f"{column.name} is one of {', '.join(column.allowed)}")
    if column.of == "assigned":
        kind, _, named = text.partition(":")
        if kind not in ("team", "user") or not (named.isascii() and named.isdecimal() and len(named) < 10):
            raise _bad("assigned is team:1 or user:1")
    return text


def _said(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _bad(what: str) -> SizaoError:
    return SizaoError("list-filter", what, todo="correct the filter, or begin anew with the whole list")
