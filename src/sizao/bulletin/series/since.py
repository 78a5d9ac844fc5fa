"""Days since the last local case of each province ("14 days without"), and where the record has holes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa

from sizao.bulletin.places import listed_provinces
from sizao.bulletin.series.complete import complete_provinces

SCHEMA = pa.schema(
    [
        ("place_code", pa.string()),
        ("place", pa.string()),
        ("last_local_on", pa.date32()),
        ("days", pa.int64()),
        ("days_known", pa.int64()),
        ("days_unknown", pa.int64()),
    ]
)


def derive_days_since_local(
    figures: pa.Table, on: date, measures: Sequence[str] = ("confirmed_new_local",)
) -> pa.Table:
    """For each province and the XPCC: how many days lie between its last local case and `on`.

    A day has a case where one of `measures` is above 0 (add `asymptomatic_new_local` to count the infected without
    symptoms too) and is known to have none where all of them are known to be 0.

    Returns, in the order of the codes, place_code, place, last_local_on (date32), days (`on` - last_local_on: 0 on
    the day itself), and of the days after last_local_on up to `on`: days_known (without a case) and days_unknown.
    With days_unknown above 0 a later case may have been missed: "at most `days` days", not "`days` days without". A
    province never seen has null, null, and both counts from the first day of the figures on.
    """
    seen = complete_provinces(figures, measures)
    first = min((day for day in figures["report_date"].to_pylist() if day <= on), default=None)
    by_day: dict[str, dict[date, list[int]]] = {}
    for code, day, value in zip(*(seen[name].to_pylist() for name in ("place_code", "on", "value")), strict=True):
        if code is not None and day <= on:
            by_day.setdefault(code, {}).setdefault(day, []).append(value)
    rows = []
    for place in listed_provinces():
        days = by_day.get(place.code or "", {})
        last = max((day for day, values in days.items() if any(values)), default=None)
        start = last if last is not None else first - timedelta(days=1) if first is not None else on
        free = sum(1 for day, values in days.items() if day > start and len(values) == len(measures))
        passed = (on - start).days
        rows.append((place.code, place.name, last, None if last is None else passed, free, passed - free))
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=SCHEMA)
