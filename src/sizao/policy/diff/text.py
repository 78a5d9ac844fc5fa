"""Writes the changes between two rulebooks as text for people, or as plain data for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

from sizao.policy.diff.change import NOTHING, Change, Direction
from sizao.policy.diff.say import Said, count, say
from sizao.words import Lang

RULES = ("persons", "places", "limits", "proofs", "duties", "transition")
"""Groups of changes of what anybody must do; the others are about parts that one text lacks, and about words."""


def write_changes(changes: Sequence[Change], lang: Lang) -> list[str]:
    """Lines, group by group: one for each change, under a heading where several concern one thing."""
    rules = [change for change in changes if change.group in RULES]
    lines = [say("equal").of(lang)]
    if changes:
        lines = [count("counted", len(rules)).of(lang)]
        if len(rules) < len(changes):
            lines[0] += say("counted_else", n=len(changes) - len(rules)).of(lang)
    for group, of_group in groupby(changes, key=lambda change: change.group):
        lines += ["", say(f"group_{group}").of(lang)]
        for subject, alike in groupby(of_group, key=lambda change: change.subject):
            lines += [f"  {line}" for line in _about(subject, list(alike), lang)]
    return lines


def _about(subject: Said, changes: list[Change], lang: Lang) -> list[str]:
    if subject == NOTHING or len(changes) == 1:
        alike = [list(group) for _, group in groupby(changes, key=lambda change: change.sentence)]
        return [
            _line(group[0].sentence, group[0], lang) + (f"  x {len(group)}" * (len(group) > 1)) for group in alike
        ]
    heading = _with_direction(subject, _overall(changes))
    return [heading.of(lang), *(f"  {_line(change.said, change, lang)}" for change in changes)]


def _line(said: Said, change: Change, lang: Lang) -> str:
    where = " | ".join("-" if place is None else str(place) for place in change.where)
    return f"{_with_direction(said, change.direction).of(lang)}   [{where}]"


def _overall(changes: list[Change]) -> Direction | Literal["both"] | None:
    """Where all changes agree, their direction."""
    ways = {change.direction for change in changes}
    if {"stricter", "lighter"} <= ways:
        return "both"
    return ways.pop() if len(ways) == 1 else None


def _with_direction(said: Said, direction: str | None) -> Said:
    return said if direction is None else say("with_direction", text=said, direction=say(direction))


def change_data(change: Change) -> dict[str, Any]:
    """A change as data that JSON can hold; places as `{file, line}`."""
    places = [None if place is None else {"file": place.file, "line": place.line} for place in change.where]
    return {
        "group": change.group,
        "path": list(change.path),
        "where": {"a": places[0], "b": places[1]},
        "before": _plain(change.before),
        "after": _plain(change.after),
        "zh": change.sentence.zh,
        "en": change.sentence.en,
        "direction": change.direction,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value
