"""Finds by the numbers under which day another series books a bulletin: the report day, or one before or after it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa

Cells = Mapping[tuple[str, dt.date], int]
"""Value by place and day."""

SHIFTS = (-1, 0, 1, 2)
CLEARLY = 2.0
ENOUGH = 20


def derive_booking(ours: Cells, theirs: Cells) -> pa.Table:
    """For each month of ours: `shift`, the days to add to a report day to find it in theirs (0: the report day
    itself, 1: the day of publication).

    Returns month (its first day), shift, compared (place-days above 0 in ours), and as many columns as shifts tried
    (`at_-1` ... `at_2`): place-days above 0 that are equal at that shift. A month departs from the shift that is
    best over all months only where another makes at least twice as many days equal, of 20 or more: one moved day is
    no rule.
    """
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
    for month in sorted(compared):
        best = max(SHIFTS, key=lambda shift: (equal[month][shift], shift == usual))
        clear = compared[month] >= ENOUGH and equal[month][best] >= CLEARLY * max(equal[month][usual], 1)
        rows.append([month, best if clear else usual, compared[month], *(equal[month][shift] for shift in SHIFTS)])
    fields = [("month", pa.date32()), ("shift", pa.int64()), ("compared", pa.int64())]
    schema = pa.schema([*fields, *((f"at_{shift}", pa.int64()) for shift in SHIFTS)])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
