"""Many snapshots to spells: when each place came onto the list and when it was gone again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sizao.areas.read.lists import INSTANT, LEVELS, SNAPSHOTS, SPELLS
from sizao.areas.read.snapshot import Place, Snapshot
from sizao.errors import Problem

LONG = 100
"""Places of a list that does not come back by chance."""

Numbers = npt.NDArray[np.int64]


def sort_snapshots(snapshots: Sequence[Snapshot], problems: list[Problem]) -> list[Snapshot]:
    """By time. The same list at the same time is taken once; two different ones are both kept and reported."""
    kept: list[Snapshot] = []
    ordered = sorted(snapshots, key=lambda s: (s.taken_at, s.file))
    for at, group in groupby(ordered, key=lambda s: s.taken_at):
        same: list[Snapshot] = []
        for one in group:
            twin = next((s for s in same if s.whole == one.whole and np.array_equal(s.places, one.places)), None)
            if twin is None:
                same.append(one)
                continue
            what, todo = f"the same list at the same time as {twin.file}; it is taken once", "leave one out"
            problems.append(Problem("snapshot-twice", one.file, what, todo))
        kept += same
        if len(same) > 1:
            counts = ", ".join(f"{s.file} {len(s.places)}" for s in same)
            what = f"{len(same)} different lists for {at:%Y-%m-%d %H:%M}: a place in any of them was listed then"
            todo = f"see which is whole (places: {counts})"
            problems.append(Problem("same-time", same[0].file, what, todo, effect="kept"))
    _report_again(kept, problems)
    return kept


def _report_again(ordered: Sequence[Snapshot], problems: list[Problem]) -> None:
    """A long list that comes back after another one stood between may carry the hour of another day."""
    last: dict[bytes, int] = {}
    for n, one in enumerate(ordered):
        content = one.places.tobytes()
        before = last.get(content, n - 1)
        if one.places.size >= LONG and before < n - 1:
            what = f"the same list as {ordered[before].file}, though a different one stands between them"
            todo = "see whether one of the two carries a wrong time"
            problems.append(Problem("same-list-again", one.file, what, todo, effect="kept"))
        last[content] = n


def join_snapshots(ordered: Sequence[Snapshot], places: Sequence[Place]) -> pa.Table:
    """Spells (schema `SPELLS`) from lists in the order of time: a place missing from one time is gone then, and one
    that is back is a new spell. Lists of one time count as one, for nobody knows which came first. Of a level that no
    list of a time has whole, nothing is gone then: it is gone with the next whole one that lacks it."""
    times: list[datetime] = []
    opened_at = np.full(len(places), -1, dtype=np.int64)
    listed_at = np.full(len(places), -1, dtype=np.int64)
    level_of = np.array([LEVELS.index(place[0]) for place in places], dtype=np.int64)
    before: Numbers = np.array([], dtype=np.int64)
    closed: list[tuple[Numbers, Numbers, Numbers, int]] = []
    for at, group in groupby(ordered, key=lambda s: s.taken_at):
        lists = list(group)
        now = np.unique(np.concatenate([s.places for s in lists]))
        missing = np.setdiff1d(before, now, assume_unique=True)
        whole = np.array([any(level in s.whole for s in lists) for level in LEVELS])
        proved = whole[level_of[missing]]
        gone, kept = missing[proved], missing[~proved]
        if gone.size:
            closed.append((gone, opened_at[gone], listed_at[gone], len(times)))
        opened_at[np.setdiff1d(now, before, assume_unique=True)] = len(times)
        listed_at[now] = len(times)
        times.append(at)
        before = np.union1d(now, kept)
    if before.size:
        closed.append((before, opened_at[before], listed_at[before], len(times)))
    if not closed:
        return SPELLS.empty_table()
    who, first, last = (np.concatenate([spells[n] for spells in closed]) for n in range(3))
    end = np.concatenate([np.full(len(numbers), until, dtype=np.int64) for numbers, *_, until in closed])
    clock = np.array([*times, times[-1]], dtype="datetime64[s]")
    columns = [pa.array(column, pa.string()).take(who) for column in zip(*places, strict=True)]
    columns += [pa.array(clock[first], INSTANT), pa.array(clock[last], INSTANT)]
    columns.append(pa.array(clock[end], INSTANT, mask=end == len(times)))
    spells = pa.table(columns, schema=SPELLS)
    return spells.sort_by([(name, "ascending") for name in SPELLS.names[:6]])


def tabulate(ordered: Sequence[Snapshot]) -> pa.Table:
    """The snapshots as a table (schema `SNAPSHOTS`)."""
    rows = [
        {
            "file": s.file,
            "taken_at": s.taken_at,
            **{f"{level}_listed": s.listed.get(level) for level in LEVELS},
            **{f"{level}_stated": s.stated.get(level) for level in LEVELS},
            **{f"{level}_whole": level in s.whole for level in LEVELS},
        }
        for s in ordered
    ]
    return pa.Table.from_pylist(rows, schema=SNAPSHOTS)
