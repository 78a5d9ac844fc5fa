"""A case of an action: what it is given, what it writes, of whom, who may, what it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

DAY = dt.date(2022, 11, 19)
LATER = dt.date(2095, 1, 1)
NIGHT = dt.datetime(2022, 11, 19, 12, tzinfo=dt.UTC)
REASON = "密接从乙区来，需核实"
SECRET = "a long and winding road"
LONG = "长" * 2001
Given = dict[str, Any]


@dataclass(frozen=True)
class Wrong:
    """Arguments instead of the right ones, and how they are refused."""

    given: Mapping[str, Any]
    code: str = "invalid"
    columns: frozenset[str] = frozenset()


def wrong(*columns: str, code: str = "invalid", **given: Any) -> Wrong:
    return Wrong(given, code, frozenset(columns or given) if code == "invalid" else frozenset())


@dataclass(frozen=True)
class Case:
    """One way of calling an action."""

    permission: str
    """"" is whoever signed in."""
    given: Callable[[Any], Given]
    writes: Mapping[str, int]
    """Rows added by table, beside the act."""
    person: Callable[[Any], str] = lambda side: ""
    """Of whom the act is."""
    place: Callable[[Any], str] = lambda side: ""
    touches: bool = False
    """Whether what holds for the person is derived anew."""
    elsewhere: str = "not-found"
    """How somebody from next door is refused; "" where they are not."""
    named: str = ""
    """The argument that names what it is about: of an unknown one nothing else is said than of one next door."""
    wrong: tuple[Wrong, ...] = ()
    changes: bool = False
    """Whether rows are changed, not only added."""
    act: str = ""
    owned: Callable[[Any, Given], None] | None = None
    """Makes what it is about the user's own: nobody else may do this to it."""
    instead: str = ""
    """Another permission that will do."""

    def lets_in(self, may: frozenset[str]) -> bool:
        """Whether a role that may do this may do the action."""
        return not self.permission or bool({self.permission, self.instead} & may)


def fact(permission: str, table: str, given: Callable[[Any], Given], named: str, **more: Any) -> Case:
    """A fact of the person of a side."""
    touches = table in ("events", "tests", "orders", "cases")
    return Case(
        permission, given, {table: 1}, **{"person": lambda s: s.person, "touches": touches, "named": named, **more}
    )
