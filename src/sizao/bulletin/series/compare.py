"""Compares our figures with another series, day by day, and says of each disagreement why, where a rule can tell."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from sizao.bulletin.places import HMT_NAMES, NATION, XPCC_CODE, XPCC_NAME, order
from sizao.bulletin.series.booking import Cells, derive_booking
from sizao.bulletin.series.complete import complete_provinces
from sizao.bulletin.series.explain import explain_days

XINJIANG = "新疆"
DAYS = pa.schema(
    [
        ("place_code", pa.string()),
        ("place", pa.string()),
        ("on", pa.date32()),
        ("ours", pa.int64()),
        ("theirs", pa.int64()),
        ("difference", pa.int64()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class Comparison:
    """`days`: place-days that disagree, by place and day, with `difference` = ours - theirs and the name of a reason.

    Counted are place-days that both know: `compared`, `equal` of them, `nonzero` (either is not 0) and
    `nonzero_equal`. `not_given`: place-days that theirs has above 0 and the bulletin of that day does not give; in
    `days`, in no count. `booking`: the day under which theirs books a bulletin, by month (`derive_booking`).
    """

    days: pa.Table
    compared: int
    equal: int
    nonzero: int
    nonzero_equal: int
    not_given: int
    booking: pa.Table

    @property
    def reasons(self) -> dict[str, int]:
        """How many days have each reason, the most frequent first."""
        return dict(Counter(self.days["reason"].to_pylist()).most_common())

    @property
    def share_equal(self) -> float | None:
        """Of place-days that are not 0 in ours or theirs; None where there are none."""
        return self.nonzero_equal / self.nonzero if self.nonzero else None

    @property
    def share_equal_or_named(self) -> float | None:
        """The same, leaving out days that differ for a reason with a name."""
        unexplained = self.reasons.get("unexplained", 0)
        judged = self.nonzero_equal + unexplained
        return self.nonzero_equal / judged if judged else None


def compare_series(
    ours: pa.Table,
    theirs: pa.Table,
    measure: str = "confirmed_new",
    first: dt.date | None = None,
    last: dt.date | None = None,
    *,
    shift: int | None = None,
) -> Comparison:
    """Compare one measure of two `figures` tables at the places that both have, from `first` to `last` (report days).

    Ours is completed by `complete_provinces`; theirs is taken as it is. Where theirs has no row of the XPCC, it is
    counted within Xinjiang (so does JHU). `shift`: days from a report day to the day in theirs; without it the
    numbers decide, for each month (`derive_booking`). Only days that both know are compared: a month that is
    missing in ours is no disagreement, nor is the step of theirs over it.
    """
    codes = _codes(theirs)
    known = _cells(complete_provinces(ours, [measure]))
    other = _cells(theirs.filter(pc.equal(theirs["measure"], measure)), "report_date")
    if not any(place == XPCC_NAME for place, _ in other):
        known = _merge_xpcc(known)
    places = {place for place, _ in known} & {place for place, _ in other}
    known = {
        (place, day): value
        for (place, day), value in known.items()
        if place in places and (first is None or day >= first) and (last is None or day <= last)
    }
    booking = derive_booking(known, other)
    shifts = {(row["month"], row["outside"]): row["shift"] for row in booking.to_pylist()}

    def in_theirs(place: str, day: dt.date) -> int | None:
        days = shift if shift is not None else shifts.get((day.replace(day=1), place in HMT_NAMES), 0)
        return other.get((place, day + dt.timedelta(days=days)))

    pairs: dict[str, dict[dt.date, tuple[int, int]]] = defaultdict(dict)
    for (place, day), value in known.items():
        if (their := in_theirs(place, day)) is not None:
            pairs[place][day] = (value, their)
    corrections = _corrections(ours, measure)
    rows: list[tuple[str, dt.date, int | None, int | None, int | None, str]] = []
    for place, days in pairs.items():
        told = {day: [*corrections.get((place, day), ()), *corrections.get((None, day), ())] for day in days}
        for day, reason in explain_days(days, told).items():
            rows.append((place, day, *days[day], days[day][0] - days[day][1], reason))
    rows += [
        (place, day, None, their, None, "not_given")
        for place in places
        for day in _bulletin_days(ours, first, last)
        if (place, day) not in known and (their := in_theirs(place, day))
    ]
    rows.sort(key=lambda row: (order(codes.get(row[0])), row[0], row[1]))
    both = [pair for days in pairs.values() for pair in days.values()]
    return Comparison(
        days=_table(rows, codes),
        compared=len(both),
        equal=sum(a == b for a, b in both),
        nonzero=sum(a != 0 or b != 0 for a, b in both),
        nonzero_equal=sum(a == b != 0 for a, b in both),
        not_given=sum(row[5] == "not_given" for row in rows),
        booking=booking,
    )


def _cells(table: pa.Table, on: str = "on") -> dict[tuple[str, dt.date], int]:
    names = ("place", on, "value")
    return {(p, d): v for p, d, v in zip(*(table[name].to_pylist() for name in names), strict=True)}


def _merge_xpcc(cells: Cells) -> dict[tuple[str, dt.date], int]:
    """Xinjiang with the XPCC, on days on which both are known."""
    merged = {key: value for key, value in cells.items() if key[0] not in (XPCC_NAME, XINJIANG)}
    for (place, day), value in cells.items():
        if place == XINJIANG and (XPCC_NAME, day) in cells:
            merged[place, day] = value + cells[XPCC_NAME, day]
    return merged


def _codes(theirs: pa.Table) -> dict[str, str | None]:
    return dict(zip(theirs["place"].to_pylist(), theirs["place_code"].to_pylist(), strict=True))


def _corrections(ours: pa.Table, measure: str) -> Mapping[tuple[str | None, dt.date], Collection[int]]:
    """What bulletins correct of this measure or of its total, by place (None: said of the nation) and day.

    Cases are taken back from the cumulative count (累计核减1例), and others then take them from the new ones.
    """
    found: dict[tuple[str | None, dt.date], list[int]] = defaultdict(list)
    base = measure.removesuffix("_imported").removesuffix("_local")
    origin = measure.removeprefix(base) or "_imported|_local"
    stems = f"{base}|{base.removesuffix('_new')}_total" if base.endswith("_new") else base
    rows = ours.filter(pc.match_substring_regex(ours["measure"], f"^({stems})({origin})?_correction$"))
    names = ("place", "place_code", "report_date", "value")
    for place, code, day, value in zip(*(rows[name].to_pylist() for name in names), strict=True):
        found[None if code == NATION.code else XINJIANG if code == XPCC_CODE else place, day].append(value)
    return found


def _bulletin_days(ours: pa.Table, first: dt.date | None, last: dt.date | None) -> list[dt.date]:
    """Report days of national bulletins."""
    rows = ours.filter(pc.equal(ours["place_code"], NATION.code))
    days = set(rows["report_date"].to_pylist())
    return sorted(day for day in days if (first is None or day >= first) and (last is None or day <= last))


def _table(rows: Sequence[tuple[object, ...]], codes: Mapping[str, str | None]) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(6)]
    arrays = [[codes.get(str(place)) for place in columns[0]], *columns]
    return pa.table([pa.array(a, f.type) for a, f in zip(arrays, DAYS, strict=True)], schema=DAYS)
