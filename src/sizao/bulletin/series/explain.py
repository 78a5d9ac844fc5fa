"""Says why two series of one place disagree on a day, by named rules over the days around it (reasons.yaml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sizao.words import Lang, read_yaml

Pairs = Mapping[dt.date, tuple[int, int]]
"""Ours and theirs on each day on which both are known."""

FORTNIGHT = 14
MOST = 0.8
"""Share of days, of two weeks or more, that must disagree before theirs is said to count something else."""

_DAY = dt.timedelta(days=1)


def explain_days(pairs: Pairs, corrections: Mapping[dt.date, Collection[int]] | None = None) -> dict[dt.date, str]:
    """A reason for each day of one place on which ours and theirs differ.

    `corrections`: what the bulletin of a day corrects, signed. A rule that names a cause comes before one that only
    sees that sums agree; of runs of days whose differences cancel the shortest counts, from the first day on.
    """
    told = corrections or {}
    gaps = _gaps(pairs)
    found = {day: "correction" for day in gaps if any(abs(gaps[day]) == abs(said) for said in told.get(day, ()))}
    for day in sorted(gaps):
        if day not in found and (run := _cancelling(pairs, day, found)):
            reason = _reason_of_run(pairs, run)
            found |= {one: reason for one in run if one not in found and pairs[one][0] != pairs[one][1]}
    found |= dict.fromkeys(_other_count(pairs, found), "other_count")
    for day in gaps:
        if day not in found:
            found[day] = _left_over(pairs, day)
    return found


def reasons() -> Mapping[str, Mapping[Lang, str]]:
    """Every reason by its name, in words."""
    words: Mapping[str, Mapping[Lang, str]] = read_yaml("sizao.bulletin.series", "reasons.yaml")
    return words


def _gaps(pairs: Pairs) -> dict[dt.date, int]:
    return {day: ours - theirs for day, (ours, theirs) in pairs.items() if ours != theirs}


def _cancelling(pairs: Pairs, first: dt.date, taken: Mapping[dt.date, str]) -> list[dt.date]:
    """The days from `first` until the differences add up to 0 again, at most two weeks; none where they do not."""
    run: list[dt.date] = []
    left = 0
    for n in range(FORTNIGHT):
        day = first + n * _DAY
        if day not in pairs or day in taken:
            return []
        run.append(day)
        left += pairs[day][0] - pairs[day][1]
        if left == 0:
            return run
    return []


def _reason_of_run(pairs: Pairs, run: list[dt.date]) -> str:
    *still, last = run
    if all(pairs[day][1] == 0 for day in still) and pairs[last][1] > 0:
        return "hole"
    if all(pairs[day][0] == 0 for day in run) or (len(run) == 2 and pairs[last][1] < 0):
        return "taken_back"
    return "moved_a_day" if len(run) == 2 else "evened_out"


def _other_count(pairs: Pairs, explained: Collection[dt.date]) -> set[dt.date]:
    """Days that differ, in spans of two weeks or more of which most days differ without a reason, all to one side."""
    found: set[dt.date] = set()
    gaps = {day: gap for day, gap in _gaps(pairs).items() if day not in explained}
    for first in pairs:
        span = [first + n * _DAY for n in range(FORTNIGHT)]
        if all(day in pairs for day in span):
            below, above = ([day for day in span if day in gaps and side * gaps[day] > 0] for side in (-1, 1))
            if max(len(below), len(above)) >= MOST * FORTNIGHT:
                found |= {day for day in span if day in gaps}
    return found


def _left_over(pairs: Pairs, day: dt.date) -> str:
    if pairs[day][1] < 0:
        return "their_correction"
    if day - _DAY not in pairs or day + _DAY not in pairs:
        return "edge"
    return "unexplained"
