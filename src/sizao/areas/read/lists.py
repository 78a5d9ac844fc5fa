"""What was read of published lists: spells, the snapshots behind them, and everything that was wrong."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from sizao.errors import Problem

LEVELS = ("low", "medium", "high")
"""Light to strict, as rulebooks name them."""

INSTANT = pa.timestamp("s")
"""Local time of the list, to the second; lists give whole hours."""

SPELLS = pa.schema(
    [
        *((name, pa.string()) for name in ("level", "province", "city", "county", "place")),
        *((name, INSTANT) for name in ("first_seen", "last_seen", "gone_by")),
    ]
)
SNAPSHOTS = pa.schema(
    [
        ("file", pa.string()),
        ("taken_at", INSTANT),
        *((f"{level}_listed", pa.int64()) for level in LEVELS),
        *((f"{level}_stated", pa.int64()) for level in LEVELS),
        *((f"{level}_whole", pa.bool_()) for level in LEVELS),
    ]
)

SHORT, FEW = 0.02, 2
"""A list may lack this share of the places that it says it has, or so many: counts are off by a few. One that lacks
more, or names none of them, is cut short."""


def is_short(stated: int | None, listed: int | None) -> bool:
    """True where a list lacks so many of the places it says it has that a place missing from it may be on it."""
    if not stated or listed is None:
        return False
    return not listed or stated - listed > max(FEW, SHORT * stated)


def short_list(level: str, stated: int | None, listed: int) -> str:
    """What is wrong with a list that is cut short."""
    said = f" and says {stated}" if stated is not None and stated != listed else ", and a part of it cannot be read"
    return f"the list of {level} areas has {listed} places{said}: what it lacks is not taken as gone"


@dataclass(frozen=True)
class Lists:
    """National lists over time.

    `spells`: level, province, city, county, place (as published, but for idle blanks), first_seen and
    last_seen (the first and the last snapshot in a row that lists the place), gone_by (the first that no longer does;
    null: none came after).
    `snapshots`: file, taken_at, and for each level how many places were listed and how many the list says it has
    (null: not known), in the order of time; whole: False where a place missing from it may be on the list all the
    same (null: nothing speaks against it). `checked`: snapshots that were only compared with the spells.
    """

    spells: pa.Table
    snapshots: pa.Table
    problems: tuple[Problem, ...] = ()
    sources: tuple[str, ...] = ()
    checked: int = 0
