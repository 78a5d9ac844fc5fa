"""Reads tables of snapshots: when each was taken, how many places it lists, how many it says it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from sizao.areas.read.lists import LEVELS, SNAPSHOTS, is_short, short_list
from sizao.areas.read.rows import Rows
from sizao.areas.read.when import read_time
from sizao.errors import Problem

TIMES = ("file", "taken_at", "high_and_medium_places")
COUNTS = (
    "snapshot_file",
    "source_update_time",
    *(f"{level}_stated" for level in reversed(LEVELS)),
    *(f"{level}_places" for level in reversed(LEVELS)),
)


@dataclass
class Told:
    """What tables say of one snapshot. `both`: places of levels high and medium together."""

    file: str
    taken_at: datetime
    both: int | None = None
    listed: dict[str, int | None] = field(default_factory=dict)
    stated: dict[str, int | None] = field(default_factory=dict)
    whole: dict[str, bool | None] = field(default_factory=dict)


def read_times(rows: Rows, file: str, told: dict[str, Told], problems: list[Problem]) -> None:
    """Rows of file, taken_at, high_and_medium_places, added to what is told of each snapshot."""
    for line, row in zip(rows.lines.tolist(), rows.table.to_pylist(), strict=True):
        at = _time(row["taken_at"], file, line, "taken_at", problems)
        if at is None:
            continue
        both = _count(row, TIMES[2], file, line, problems)
        if _known(told, row["file"], at, file, line, problems, once=lambda t: t.both is not None):
            continue
        there = told.setdefault(row["file"], Told(row["file"], at))
        there.both = both
        _report_difference(there, file, line, problems)


def read_counts(rows: Rows, file: str, told: dict[str, Told], problems: list[Problem]) -> None:
    """Rows with the stated and the listed number of places by level, added to what is told of each snapshot."""
    for line, row in zip(rows.lines.tolist(), rows.table.to_pylist(), strict=True):
        at = _time(row["source_update_time"], file, line, "source_update_time", problems)
        if at is None:
            continue
        if _known(told, row["snapshot_file"], at, file, line, problems, once=lambda t: bool(t.stated)):
            continue
        there = told.setdefault(row["snapshot_file"], Told(row["snapshot_file"], at))
        there.stated = {level: _count(row, f"{level}_stated", file, line, problems) for level in LEVELS}
        there.listed = {level: _count(row, f"{level}_places", file, line, problems) for level in LEVELS}
        for level in LEVELS:
            said, listed = there.stated[level], there.listed[level]
            there.whole[level] = not is_short(said, listed)
            if listed is not None and is_short(said, listed):
                what, todo = short_list(level, said, listed), "get another copy of the list"
                problems.append(Problem("short-list", file, what, todo, line, f"{level}_stated", str(said), "kept"))
            elif said is not None and listed is not None and said != listed:
                what = f"the list of {level} areas has {listed} places and says {said}"
                todo = "the places that are listed count; compare with another copy of the list"
                column = f"{level}_stated"
                problems.append(Problem("count-mismatch", file, what, todo, line, column, str(said), "kept"))
        _report_difference(there, file, line, problems)


def read_imported(rows: Rows, file: str, told: dict[str, Told], problems: list[Problem]) -> None:
    """Rows of the table of snapshots that an import wrote (schema `SNAPSHOTS`), added to what is told of each."""
    for line, row in zip(rows.lines.tolist(), rows.table.to_pylist(), strict=True):
        at = _time(row["taken_at"], file, line, "taken_at", problems)
        if at is None:
            continue
        name = row["file"] or f"{at}"  # times that stand for snapshots have no file
        if _known(told, name, at, file, line, problems, once=lambda t: bool(t.listed)):
            continue
        there = told.setdefault(name, Told(row["file"], at))
        there.stated = {level: _count(row, f"{level}_stated", file, line, problems) for level in LEVELS}
        there.listed = {level: _count(row, f"{level}_listed", file, line, problems) for level in LEVELS}
        there.whole = {level: row[f"{level}_whole"].lower() != "false" for level in LEVELS}
        _report_difference(there, file, line, problems)


def tabulate(told: dict[str, Told]) -> pa.Table:
    """What is told as a table (schema `SNAPSHOTS`), in the order of time."""
    rows = [
        {
            "file": t.file,
            "taken_at": t.taken_at,
            **{f"{level}_listed": t.listed.get(level) for level in LEVELS},
            **{f"{level}_stated": t.stated.get(level) for level in LEVELS},
            **{f"{level}_whole": t.whole.get(level) for level in LEVELS},
        }
        for t in sorted(told.values(), key=lambda t: (t.taken_at, t.file))
    ]
    return pa.Table.from_pylist(rows, schema=SNAPSHOTS)


def _time(text: str, file: str, line: int, column: str, problems: list[Problem]) -> datetime | None:
    at = read_time(text)
    if at is None:
        todo = "write it as 2022-11-11 15:00"
        problems.append(Problem("bad-time", file, "this is no time", todo, line, column, text))
    return at


def _count(row: dict[str, str], column: str, file: str, line: int, problems: list[Problem]) -> int | None:
    text = row[column].strip()
    if not text:  # early lists do not say how many low-risk areas there are
        return None
    if text.isdecimal():
        return int(text)
    what = "this is no number of places"
    problems.append(Problem("bad-count", file, what, "leave it empty", line, column, text, "kept"))
    return None


def _known(
    told: dict[str, Told],
    name: str,
    at: datetime,
    file: str,
    line: int,
    problems: list[Problem],
    *,
    once: Callable[[Told], bool],
) -> bool:
    """True where this row is not to be taken: the snapshot stands in the table before, or at another time."""
    there = told.get(name)
    if there is None:
        return False
    if there.taken_at != at:
        what = f"{name} was taken at {there.taken_at:%Y-%m-%d %H:%M} by what was read before"
        problems.append(Problem("time-mismatch", file, what, "see which is right", line, value=str(at)))
        return True
    if once(there):
        what, todo = f"{name} stands in the table before; it is taken once", "leave one out"
        problems.append(Problem("snapshot-twice", file, what, todo, line))
        return True
    return False


def _report_difference(told: Told, file: str, line: int, problems: list[Problem]) -> None:
    """Where two tables count the same list differently."""
    high, medium = told.listed.get("high"), told.listed.get("medium")
    if told.both is None or high is None or medium is None or told.both == high + medium:
        return
    what = f"{told.file} has {told.both} places of high and medium risk in one table, {high + medium} in another"
    problems.append(
        Problem("count-mismatch", file, what, "see which is right", line, value=str(told.both), effect="kept")
    )
