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
    ]
)


@dataclass(frozen=True)
class Lists:
    """National lists over time.

    `spells`: level, province, city, county, place (as published), first_seen and last_seen (the first and the last
    snapshot in a row that lists the place), gone_by (the first that no longer does; null: none came after).
    `snapshots`: file, taken_at, and for each level how many places were listed and how many the list says it has
    (null: not known), in the order of time. `checked`: snapshots that were only compared with the spells.
    """

    spells: pa.Table
    snapshots: pa.Table
    problems: tuple[Problem, ...] = ()
    sources: tuple[str, ...] = ()
    checked: int = 0
