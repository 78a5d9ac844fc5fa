"""Says one row of the day's lists in words, alike on paper and in the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sizao.cli.words import Speech

LISTS = ("tests", "overdue", "changes", "new", "released", "ending")


@dataclass(frozen=True)
class Line:
    """One person's line in a list. `flags` must not be missed; `because` is null where the list is not about why."""

    person_id: str
    home: str
    what: str
    measure: str
    flags: tuple[str, ...]
    note: str
    clause: str
    because: str | None = None
    done: bool = False


def say_line(name: str, row: dict[str, Any], on: date, say: Speech) -> Line:
    """The line of a row of the list `name` (see sizao.derive.today.Work) on a day."""
    what, flags, note = _SAY[name](row, on, say)
    return Line(
        person_id=row["person_id"],
        home=say.place(row["home"]),
        what=what,
        measure=say.title(row["measure"]),
        flags=(*say.flags(row["flags"]), *flags),
        note=note,
        clause=row["clause"] or "",
        because=None if name in ("tests", "overdue") else row["because"],
        done=row.get("done", False),
    )


Said = tuple[str, list[str], str]


def _tests(row: dict[str, Any], on: date, say: Speech) -> Said:
    restriction = say.title(row["restriction"] or row["phase"])
    flags = [_late(row["overdue_since"], on, say)] if row["overdue_since"] else []
    return f"{restriction} {say('phase_day', n=row['phase_day'])}", flags, say("sampled") if row["done"] else ""


def _overdue(row: dict[str, Any], on: date, say: Speech) -> Said:
    missed = say("missed", n=row["missed"]) if row["missed"] > 1 else ""
    return say.title(row["restriction"]), [_late(row["since"], on, say)], missed


def _changes(row: dict[str, Any], on: date, say: Speech) -> Said:
    until = say("until", day=say.day(row["until"])) if row["until"] else ""
    way = say(row["direction"]) if row["direction"] else ""
    return f"{say.title(row['before'])} → {say.title(row['after'])}", [], say.join(way, until)


def _new(row: dict[str, Any], on: date, say: Speech) -> Said:
    first, last = say.day(row["from"]), say.day(row["until"])
    span = say("from_until", first=first, last=last) if row["until"] else say("from_on", first=first)
    return say.title(row["restriction"]), [], span


def _released(row: dict[str, Any], on: date, say: Speech) -> Said:
    flags = []
    if row["foreseen"] and row["foreseen"] > row["last_day"]:
        flags.append(say("earlier", day=say.day(row["foreseen"])))
    if row["undecided"]:
        flags.append(say("undecided_too"))
    return say.title(row["restriction"]), flags, say("last_day", day=say.day(row["last_day"]))


def _ending(row: dict[str, Any], on: date, say: Speech) -> Said:
    return say.title(row["restriction"]), [], ""


def _late(since: date, on: date, say: Speech) -> str:
    return say("overdue_since", days=(on - since).days, since=say.day(since))


_SAY = dict(zip(LISTS, (_tests, _overdue, _changes, _new, _released, _ending), strict=True))
