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
    no contradiction between the copies. Rulebooks that have fewer than half of their clauses in common are no copies
    of one text: between them nothing is set apart.
    """
    cited = _clauses(a), _clauses(b)
    copies = 2 * len(cited[0] & cited[1]) >= min(map(len, cited)) > 0
    alone = _chapters(cited[0]) ^ _chapters(cited[1]) if copies else set()
    for change in changes:
        here = change.after if change.before is None else change.before
        lone = (change.before is None) != (change.after is None)
        clause = _clause(change, here, (a, b)) if lone else None
        yield replace(change, group="part") if clause and _chapter(clause) in alone else change


def _clause(change: Change, value: Any, sides: tuple[Any, Any]) -> str | None:
    if isinstance(value, dict) and isinstance(value.get("clause"), str):
        return str(value["clause"])
    last = change.path[-1] if change.path else ""
    if _holds_clause(last) and isinstance(value, str):
        return value
    if last == "wider":  # a key of its own cites it
        levels = (level for side in sides for level in _levels(side) if level.get("id") in change.path)
        return next((str(level["wider_clause"]) for level in levels if level.get("wider_clause")), None)
    return None


def _levels(side: Any) -> list[dict[str, Any]]:
    areas = side.get("areas") if isinstance(side, dict) else None
    levels = areas.get("levels") if isinstance(areas, dict) else None
    return [level for level in levels if isinstance(level, dict)] if isinstance(levels, list) else []


def _holds_clause(key: str) -> bool:
    return key.endswith("clause") or key == "ceiling"


def _clauses(value: Any) -> set[str]:
    """The clauses that a rulebook cites."""
    found: set[str] = set()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        found |= {item} if isinstance(item, str) and _holds_clause(str(key)) else _clauses(item)
    return found


def _chapters(clauses: Iterable[str]) -> set[str]:
    return {chapter for clause in clauses if (chapter := _chapter(clause))}


def _chapter(clause: str) -> str | None:
    match = CHAPTER.match(clause)
    return match[1] if match else None
