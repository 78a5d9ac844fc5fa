"""Checks what a derivation is asked with, where Python would only say later that a text has no method `toordinal`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.tables import Folder


def check_asked(facts: object, rulebooks: object, on: object, days: object = None) -> None:
    """Raises SizaoError `wrong-argument` where one is of another type than it must be, `bad-days` for days that end
    before they begin."""
    if not isinstance(facts, Folder):
        raise _refuse(
            "facts", facts, "a Folder of tables", "sizao.tables.read_folder(PATH), or sizao.derive.facts_of"
        )
    if (
        isinstance(rulebooks, str)
        or not isinstance(rulebooks, Sequence)
        or not all(isinstance(book, Rulebook) for book in rulebooks)
    ):
        raise _refuse("rulebooks", rulebooks, "a sequence of rulebooks", "sizao.policy.chain(NAME)")
    if not _is_date(on):
        raise _refuse("on", on, "a date", "datetime.date(2022, 11, 20), or date.fromisoformat(TEXT)")
    if days is None:
        return
    if not isinstance(days, tuple) or len(days) != 2 or not all(_is_date(day) for day in days):
        raise _refuse("days", days, "two dates", "(datetime.date(2022, 11, 1), datetime.date(2022, 11, 30))")
    if days[1] < days[0]:
        raise SizaoError("bad-days", f"{days[0]} to {days[1]} is no day at all", todo="give the first day first")


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _refuse(name: str, value: object, wanted: str, todo: str) -> SizaoError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}..."
    return SizaoError("wrong-argument", f"{name} = {shown} is not {wanted}", todo=f"give {todo}")
