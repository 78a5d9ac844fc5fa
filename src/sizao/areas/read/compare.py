"""Compares snapshots with spells that were made from them elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from sizao.areas.read.names import strip_name
from sizao.areas.read.snapshot import Place, Snapshot
from sizao.errors import Problem

LISTED = """
SELECT DISTINCT level, province, city, county, place FROM spells
WHERE level IN ('high', 'medium') AND first_seen <= $1 AND last_seen >= $1
"""


def compare_snapshots(
    snapshots: Sequence[Snapshot], places: Sequence[Place], spells: pa.Table, known: pa.Table, problems: list[Problem]
) -> int:
    """How many snapshots could be compared. The high and medium areas of a list must be those that have a spell then;
    where several lists are known for the time the spells may hold more. A snapshot of another time is not used."""
    times: list[datetime] = known["taken_at"].to_pylist()
    compared = 0
    with duckdb.connect() as db:
        db.register("spells", spells)
        for one in snapshots:
            if one.taken_at not in times:
                what = f"the spells know of no snapshot at {one.taken_at:%Y-%m-%d %H:%M}: it is not used"
                todo = "put snapshots that the spells were not made from into a folder of their own"
                problems.append(Problem("not-in-spells", one.file, what, todo))
                continue
            compared += 1
            listed = {_strip(p) for p in (places[n] for n in one.places.tolist()) if p[0] != "low"}
            spelt = {_strip(p) for p in db.execute(LISTED, [one.taken_at]).fetchall()}
            only_here, only_there = listed - spelt, spelt - listed
            here, there = len(only_here), len(only_there)
            if only_here or (only_there and times.count(one.taken_at) == 1):
                example = " ".join(min(only_here or only_there)[1:])
                what = f"{here} of its places have no spell then, {there} with a spell are not listed"
                problems.append(
                    Problem(
                        "not-the-spells",
                        one.file,
                        what,
                        "the spells count; see how they were made",
                        None,
                        None,
                        example,
                        "kept",
                    )
                )
    return compared


def _strip(place: Place) -> Place:
    level, province, city, county, name = place
    return level, province, city, county, strip_name(name)
