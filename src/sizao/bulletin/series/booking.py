"""Finds by the numbers under which day another series books a bulletin: the report day, or one before or after it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa

from sizao.bulletin.places import HMT_NAMES

Cells = Mapping[tuple[str, dt.date], int]
"""Value by place and day."""

SHIFTS = (-1, 0, 1, 2)
CLEARLY = 2.0
ENOUGH = 20


def derive_booking(ours: Cells, theirs: Cells) -> pa.Table:
    """For each month of ours: `shift`, the days to add to a report day to find it in theirs.

    0 is the report day itself, 1 the day of publication. Hong Kong, Macao and Taiwan are judged apart: others have
    their numbers from elsewhere. Returns month (its first day), outside (bool: of those three), shift, compared
    (place-days above 0 in ours), and as many columns as shifts tried (`at_-1` ... `at_2`): place-days above 0 that
    are equal at that shift. A month departs from the shift that is best over all months only where another makes at
    least twice as many days equal, of 20 or more: one moved day is no rule.
    """
    rows = [
        {"outside": outside, **row}
        for outside in (False, True)
        for row in _by_month({key: value for key, value in ours.items() if (key[0] in HMT_NAMES) is outside}, theirs)
    ]
    fields = [("month", pa.date32()), ("outside", pa.bool_()), ("shift", pa.int64()), ("compared", pa.int64())]
    schema = pa.schema([*fields, *((f"at_{shift}", pa.int64()) for shift in SHIFTS)])
    return pa.Table.from_pylist(rows, schema=schema).sort_by([("month", "ascending"), ("outside", "ascending")])


def _by_month(ours: Cells, theirs: Cells) -> list[dict[str, object]]:
    equal: dict[dt.date, dict[int, int]] = defaultdict(lambda: dict.fromkeys(SHIFTS, 0))
    compared: dict[dt.date, int] = defaultdict(int)
    for (place, day), value in ours.items():
        if value > 0:
            month = day.replace(day=1)
            compared[month] += 1
            for shift in SHIFTS:
                equal[month][shift] += theirs.get((place, day + dt.timedelta(days=shift))) == value
    over_all = {shift: sum(counts[shift] for counts in equal.values()) for shift in SHIFTS}
    usual = max(SHIFTS, key=lambda shift: (over_all[shift], -abs(shift)))
    rows = []
    for month, counts in equal.items():
        best = max(SHIFTS, key=lambda shift: (counts[shift], shift == usual))
        clear = compared[month] >= ENOUGH and counts[best] >= CLEARLY * max(counts[usual], 1)
        shift = best if clear else usual
        at = {f"at_{tried}": count for tried, count in counts.items()}
        rows.append({"month": month, "shift": shift, "compared": compared[month], **at})
    return rows
