"""How long areas stay on the list: Kaplan-Meier, with what the times between snapshots leave open."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEP = 0.25
"""Days between two points of a curve: snapshots of most days are three to nine hours apart."""
LAST = 60.0
Z95 = 1.959963984540054
BEFORE, AFTER = "before", "after"


def derive_survival(stays: pa.Table, changed_on: datetime | None) -> pa.Table:
    """Curves of the share still on the list, for each level and period (of the day on which the stay began).

    `stays` has level, first_seen, last_seen, not_before, gone_by, days_least, days_most. A stay of the first hour is
    left out, for nobody knows when it began. One without an end is cut off at its last snapshot. One that began
    before `changed_on` and was still listed then is cut off on that day: from there on it stood under other rules.
    Returns level, period, days, at_risk, share, low and high (95 % by Greenwood, on the log scale of the hazard),
    share_least and share_most: the same curve if every stay was as short, or as long, as the snapshots allow.
    """
    known = stays.filter(stays["not_before"].is_valid())
    levels = np.array(known["level"].to_pylist())
    first = known["first_seen"].to_numpy().astype("datetime64[s]")
    last = known["last_seen"].to_numpy().astype("datetime64[s]")
    least = _floats(known["days_least"])
    most = _floats(known["days_most"])
    ended = ~np.isnan(most)
    most = np.where(ended, most, least)
    early = np.zeros(len(levels), dtype=np.bool_)
    if changed_on is not None:
        at = np.datetime64(changed_on, "s")
        early = first < at
        cut = early & (last >= at)
        served = (at - first) / np.timedelta64(86_400, "s")
        least, most = np.where(cut, served, least), np.where(cut, served, most)
        ended &= ~cut
    grid = np.arange(0.0, LAST + STEP / 2, STEP)
    tables = []
    for level in sorted(set(levels.tolist())):
        for period, chosen in ((BEFORE, early), (AFTER, ~early)) if changed_on is not None else ((BEFORE, ~early),):
            of = chosen & (levels == level)
            if of.any():
                tables.append(_curve(level, period, grid, least[of], most[of], ended[of]))
    return pa.concat_tables(tables) if tables else _curve("", "", grid[:0], least[:0], most[:0], ended[:0])


def median_of(days: list[float], share: list[float]) -> float | None:
    """The first point of a curve at which no more than half are left; None if more are left at its end."""
    return next((day for day, left in zip(days, share, strict=True) if left <= 0.5), None)


def derive_medians(stays: pa.Table, since: datetime) -> dict[str, float | None]:
    """Province -> the median days of the high areas that came onto the list from `since` on, by Kaplan-Meier on the
    middle of what the lists allow: one without an end is cut off at its last list. None: more than half may have
    stayed longer than anybody could see."""
    fresh = pc.and_(pc.is_valid(stays["not_before"]), pc.greater_equal(stays["first_seen"], pa.scalar(since)))
    known = stays.filter(pc.and_(fresh, pc.equal(stays["level"], "high")))
    provinces = np.array(known["province"].to_pylist())
    least, most = _floats(known["days_least"]), _floats(known["days_most"])
    ended = ~np.isnan(most)
    middle = np.where(ended, (least + most) / 2, least)
    found = {}
    for province in sorted(set(provinces.tolist())):
        of = provinces == province
        days = np.unique(middle[of])
        share, _, _ = estimate_share(middle[of], ended[of], days)
        found[province] = median_of(days.tolist(), share.tolist())
    return found


def estimate_share(lengths: Days, ended: Flags, grid: Days) -> tuple[Days, Days, npt.NDArray[np.int64]]:
    """Kaplan-Meier at each point of the grid: the share left, Greenwood's sum, and how many are at risk there.

    Who is cut off at a length is still at risk at that length.
    """
    times, place = np.unique(lengths, return_inverse=True)
    ends = np.bincount(place, weights=ended, minlength=times.size)
    leaves = np.bincount(place, minlength=times.size)
    at_risk = lengths.size - np.concatenate([[0], np.cumsum(leaves)[:-1]]) if times.size else leaves
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.cumprod(1 - ends / at_risk)
        greenwood = np.cumsum(np.where(ends > 0, ends / (at_risk * (at_risk - ends)), 0.0))
    n = np.searchsorted(times, grid, side="right") - 1
    share = np.where(n >= 0, left[np.maximum(n, 0)], 1.0) if times.size else np.ones(grid.size)
    total = np.where(n >= 0, greenwood[np.maximum(n, 0)], 0.0) if times.size else np.zeros(grid.size)
    risk = lengths.size - np.searchsorted(np.sort(lengths), grid, side="left")
    return share, total, risk.astype(np.int64)


def _curve(level: str, period: str, grid: Days, least: Days, most: Days, ended: Flags) -> pa.Table:
    share, greenwood, at_risk = estimate_share((least + most) / 2, ended, grid)
    shortest, _, _ = estimate_share(least, ended, grid)
    longest, _, _ = estimate_share(most, ended, grid)
    inside = (share > 0) & (share < 1)
    hazard = np.log(-np.log(np.where(inside, share, 0.5)))
    width = Z95 * np.sqrt(np.where(inside, greenwood, 0.0)) / -np.log(np.where(inside, share, 0.5))
    low = np.where(inside, np.exp(-np.exp(hazard + width)), share)
    high = np.where(inside, np.exp(-np.exp(hazard - width)), share)
    return pa.table(
        {
            "level": pa.array([level] * grid.size, pa.string()),
            "period": pa.array([period] * grid.size, pa.string()),
            "days": grid,
            "at_risk": at_risk,
            "share": share,
            "low": low,
            "high": high,
            "share_least": shortest,
            "share_most": longest,
        }
    )


def _floats(column: pa.ChunkedArray) -> Days:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
