"""Sets apart what stands in a part of the text (a chapter) that only one of two copies has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sizao.policy.diff.change import Change

CHAPTER = re.compile(r"^([一二三四五六七八九十]+)（")
"""`三（二）` stands in chapter 三; `（二）` and other clauses in none."""


def set_apart(changes: Iterable[Change], a: Any, b: Any) -> Iterator[Change]:
    """The changes; those that come only with a chapter which one of the rulebooks does not cite, in the group `part`.

    A newspaper prints the list of measures and leaves out the chapter on how to carry them out: what stands there is
    no contradiction between the copies.
    """
    alone = _chapters(a) ^ _chapters(b)
    for change in changes:
        here = change.after if change.before is None else change.before
        lone = (change.before is None) != (change.after is None)
        clause = _clause(change, here, (a, b)) if lone else None
        yield replace(change, group="part") if clause and _chapter(clause) in alone else change


def _clause(change: Change, value: Any, sides: tuple[Any, Any]) -> str | None:
    if isinstance(value, dict) and isinstance(value.get("clause"), str):
        return str(value["clause"])
    last = change.path[-1] if change.path else ""
    if last.endswith("clause") and isinstance(value, str):
        return value
    if last == "wider":  # a key of its own cites it
        levels = (level for side in sides for level in _levels(side) if level.get("id") in change.path)
        return next((str(level["wider_clause"]) for level in levels if level.get("wider_clause")), None)
    return None


def _levels(side: Any) -> list[dict[str, Any]]:
    areas = side.get("areas") if isinstance(side, dict) else None
    levels = areas.get("levels") if isinstance(areas, dict) else None
    return [level for level in levels if isinstance(level, dict)] if isinstance(levels, list) else []


def _chapters(value: Any) -> set[str]:
    """The chapters that the clauses of a rulebook cite."""
    found: set[str] = set()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        if isinstance(item, str) and str(key).endswith("clause"):
            found |= {chapter} if (chapter := _chapter(item)) else set()
        else:
            found |= _chapters(item)
    return found


def _chapter(clause: str) -> str | None:
    match = CHAPTER.match(clause)
    return match[1] if match else None
