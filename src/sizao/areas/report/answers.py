"""The numbers of the page that the findings do not hold: areas by day and scope, before and after, provinces."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sizao.address import read_addresses
from sizao.areas.audit import WINDOW, Audit, Findings, Survived
from sizao.areas.audit.survival import AFTER, BEFORE
from sizao.errors import SizaoError
from sizao.policy import Rulebook, get

DAY = timedelta(days=1)
HIGH, MEDIUM = "high", "medium"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "unit": ("household", "floor", "unit"),
    "building": ("building",),
    "compound": ("compound",),
    "community": ("village", "community"),
    "street": ("street", "county"),
    "site": ("site", "unknown"),
}
"""Scopes that are drawn and counted together, narrow to wide; last what says nothing of width."""

ENOUGH = 100
"""High areas drawn after the change from which a province is ranked."""
DOUBT = 2
"""Days between two lists for which a province is still ranked."""

BRACKETS = re.compile(r"[（(【［\[]([^）)】］\]]+)")
WIDE = ("county", "street")
SMALLER = ("community", "village", "road", "compound", "buildings", "units", "site")


@dataclass(frozen=True)
class Drawn:
    """Areas that came onto the list, and the share of them no wider than the changed rule allows without a reason."""

    areas: int
    narrow: float | None


@dataclass(frozen=True)
class Province:
    """A province before and after the change. `before` and `after`: high areas listed at the end of the day before
    it and of the day of the peak after it. `waited`: days from the change, or from the first day after it with
    ten high areas, until half of the areas listed at the end of a day were narrow for good (None: not yet, or, where
    `fell_back`, no longer); `waited_least`: if it was so from the day after the last list before. `gone_by`: when no
    area of the level that was done away with was left (None: there was none, or it was there to the end)."""

    name: str
    before: Drawn
    after: Drawn
    drawn: int
    median_days: float | None
    longer: int
    waited: int | None
    waited_least: int | None
    fell_back: bool
    gone_by: datetime | None

    @property
    def per_thousand(self) -> float:
        """Areas longer than the rule, of 1,000 drawn."""
        return 1000 * self.longer / self.drawn

    @property
    def unsure(self) -> bool:
        """Whether the lists do not tell, within DOUBT days, when half were narrow."""
        return self.waited is not None and self.waited - (self.waited_least or 0) > DOUBT

    @property
    def few(self) -> bool:
        return self.drawn < ENOUGH


class Answers:
    """What the page says, from an audit."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    @property
    def findings(self) -> Findings:
        return self.audit.findings

    @property
    def changed_on(self) -> date | None:
        """The day of the change, if lists of that day or later are known."""
        on = self.findings.changed_on
        return on if on is not None and self.first <= on <= self.last else None

    @property
    def first(self) -> date:
        return self.findings.first.date()

    @property
    def last(self) -> date:
        return self.findings.last.date()

    @cached_property
    def days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @cached_property
    def levels(self) -> list[str]:
        """Those of which there were areas at the end of a day; if there never were, those that are known."""
        known = [level for level in (HIGH, MEDIUM) if level in self.findings.at_day_end]
        return [level for level in known if any(self.findings.at_day_end[level].values())] or known

    @cached_property
    def by_scope(self) -> dict[tuple[str, date], dict[str, int]]:
        """(level, day) -> scope -> areas; days without a list are not there."""
        found: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
        for row in self.audit["by_day"].to_pylist():
            found[row["level"], row["date"]][row["scope"]] = row["areas"]
        return dict(found)

    def groups(self, level: str, day: date) -> list[int] | None:
        """Areas of each of `GROUPS` at the end of a day; None where no list is known."""
        scopes = self.by_scope.get((level, day))
        return None if scopes is None else [sum(scopes.get(s, 0) for s in group) for group in GROUPS.values()]

    def total(self, level: str, day: date) -> int | None:
        return self.findings.at_day_end.get(level, {}).get(day)

    def listed(self, level: str, day: date) -> Drawn:
        """Areas on the list at the end of a day, and their share drawn narrow."""
        return _drawn(self.by_scope.get((level, day), {}), self.findings.narrow)

    def peak(self, level: str, since: date | None = None) -> tuple[int, date]:
        """The most areas at the end of a day, and the first such day."""
        known = self.findings.at_day_end.get(level, {})
        return max(
            ((n, day) for day, n in known.items() if since is None or day >= since),
            key=lambda p: (p[0], -p[1].toordinal()),
            default=(0, self.last),
        )

    def last_day(self) -> date:
        """The last day with a list."""
        return max(day for days in self.findings.at_day_end.values() for day in days)

    def weeks(self, level: str) -> list[tuple[date, list[float]]]:
        """(Monday, share of each group of the areas of that week), for weeks with areas."""
        return [
            (w.week, [sum(w.by_scope.get(s, 0.0) for s in group) for group in GROUPS.values()])
            for w in self.findings.weeks
            if w.level == level and w.areas
        ]

    def drawn(self, first: date, last: date, level: str = HIGH) -> Drawn:
        """Areas that came onto the list from one day to another, both included."""
        table = self.audit["drawn"]
        days = table["date"]
        here = pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last))
        rows = table.filter(pc.and_(here, pc.equal(table["level"], level))).to_pylist()
        scopes: dict[str, int] = defaultdict(int)
        for row in rows:
            scopes[row["scope"]] += row["areas"]
        return _drawn(scopes, self.findings.narrow)

    def around_change(self) -> tuple[Drawn, Drawn]:
        """High areas drawn in the days before and from the change on."""
        on = self.changed_on
        assert on is not None
        return self.drawn(on - WINDOW * DAY, on - DAY), self.drawn(on, on + (WINDOW - 1) * DAY)

    def survived(self, level: str, period: str) -> Survived | None:
        return next((s for s in self.findings.survived if (s.level, s.period) == (level, period)), None)

    @cached_property
    def curves(self) -> dict[str, list[dict[str, Any]]]:
        """Period -> the points of the curve of high areas."""
        table = self.audit["survival"]
        points: dict[str, list[dict[str, Any]]] = {}
        for row in table.filter(pc.equal(table["level"], HIGH)).to_pylist():
            # The wider of both doubts: how many areas there were, and when between two lists they came and went.
            row["least"], row["most"] = min(row["low"], row["share_least"]), max(row["high"], row["share_most"])
            points.setdefault(row["period"], []).append(row)
        return {period: points[period] for period in (BEFORE, AFTER) if period in points}

    def rule_days(self, period: str) -> list[int]:
        """The days of the rules by which high areas that began before, or from the change on, were judged."""
        return sorted(set(self._judged(period)["rule_days"].to_pylist()))

    def longer(self, period: str) -> tuple[int, int]:
        """(longer than the rule without a break, judged), of high areas that began before, or from the change on."""
        return self._count(period, "longer"), self._judged(period).num_rows

    def cannot_tell(self) -> tuple[int, int]:
        """(areas of which the lists cannot tell whether they were longer, all judged)."""
        cannot = judged = 0
        for period in (BEFORE, AFTER) if self.changed_on else (BEFORE,):
            cannot += self._count(period, "cannot_tell")
            judged += self._judged(period).num_rows
        return cannot, judged

    def _count(self, period: str, verdict: str) -> int:
        return pc.sum(pc.equal(self._judged(period)["verdict"], verdict)).as_py() or 0

    def _judged(self, period: str) -> pa.Table:
        stays = self.audit["stays"]
        ruled = stays.filter(pc.and_(pc.equal(stays["level"], HIGH), pc.is_valid(stays["rule_days"])))
        if self.changed_on is None:
            return ruled
        early = pc.less(ruled["first_seen"], datetime.combine(self.changed_on, time()))
        return ruled.filter(early if period == BEFORE else pc.invert(early))

    @cached_property
    def rulebooks(self) -> dict[str, Rulebook]:
        """The shipped rulebooks by which areas were judged, oldest first."""
        found = []
        for name in {t.rulebook for t in self.findings.terms if t.rulebook} | {self.findings.changed_by}:
            try:
                found.append(get(name or ""))
            except SizaoError:
                continue
        return {book.id: book for book in sorted(found, key=lambda book: book.document.effective)}

    @property
    def marks(self) -> list[Rulebook]:
        """Rulebooks that came into force in the days shown."""
        return [book for book in self.rulebooks.values() if self.first <= book.document.effective <= self.last]

    def gone_level(self) -> tuple[int, int, datetime | None, datetime | None]:
        """Of the level that was done away with: areas at the end of the day of the change, surely drawn after it,
        when the last was seen, and when none was left."""
        left = self.findings.gone_level
        last = max(left, key=lambda a: a.last_seen, default=None)
        areas, anew = sum(a.areas for a in left), sum(t.level_gone for t in self.findings.terms)
        return areas, anew, last.last_seen if last else None, last.gone_by if last else None

    @cached_property
    def peak_after(self) -> date | None:
        """The day from the change on with the most high areas."""
        return self.peak(HIGH, self.changed_on)[1] if self.changed_on else None

    @cached_property
    def provinces(self) -> list[Province]:
        """Those with high areas drawn after the change: the largest share drawn narrow on the day of the peak first;
        those with few areas last."""
        on, peak = self.changed_on, self.peak_after
        if on is None or peak is None:
            return []
        by_day: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
        table = self.audit["by_province"]
        late = pc.and_(pc.equal(table["level"], HIGH), pc.greater_equal(table["date"], on - DAY))
        for row in table.filter(late).to_pylist():
            by_day[row["province"], row["date"]][row["scope"]] = row["areas"]
        gone = {a.province: a.gone_by for a in self.findings.gone_level}
        found = [
            Province(
                name=r.province,
                before=_drawn(by_day.get((r.province, on - DAY), {}), self.findings.narrow),
                after=_drawn(by_day.get((r.province, peak), {}), self.findings.narrow),
                drawn=r.drawn,
                median_days=r.median_days,
                longer=r.longer,
                waited=_days(r.half_on, r.enough_on or on),
                waited_least=_days(r.not_half_on + DAY if r.not_half_on else r.half_on, r.enough_on or on),
                fell_back=r.fell_back_on is not None,
                gone_by=gone.get(r.province),
            )
            for r in self.findings.provinces
        ]
        return sorted(found, key=lambda p: (p.few, -(p.after.narrow or 0), p.name))

    def by_pace(self) -> list[Province]:
        """Provinces that had something to change: less than half of the areas listed the day before it were narrow.
        Who had half narrow soonest comes first. Left out: those with few areas, without half for good, and those of
        which the lists do not tell the day within DOUBT days."""
        late = [p for p in self._late() if p.waited is not None and not p.unsure]
        return sorted(late, key=lambda p: (p.waited or 0, -(p.after.narrow or 0)))

    def not_ranked(self) -> tuple[list[str], list[str], list[str]]:
        """The other provinces that had something to change: where half were not yet narrow, no longer, and where the
        lists lie too far apart to tell since when."""
        left = [p for p in self._late() if p.waited is None]
        unsure = [p.name for p in self._late() if p.unsure]
        return [p.name for p in left if not p.fell_back], [p.name for p in left if p.fell_back], unsure

    def _late(self) -> list[Province]:
        return [p for p in self.provinces if not p.few and p.before.narrow is not None and p.before.narrow < 0.5]

    def gone_first_and_last(self) -> list[tuple[datetime, list[str]]]:
        """When the first and the last provinces had no area left of the level that was done away with."""
        hours: dict[datetime, list[str]] = defaultdict(list)
        for a in self.findings.gone_level:
            if a.gone_by is not None:
                hours[a.gone_by].append(a.province)
        return [(at, hours[at]) for at in (min(hours), max(hours))] if len(hours) > 1 else []

    def longest(self, most: int) -> list[dict[str, Any]]:
        """Stays by the days that they were surely on the list, of either level."""
        return _first(self.audit["longest"], most, [("days_least", "descending"), ("stay", "ascending")])

    def widest(self, most: int) -> list[dict[str, Any]]:
        """Stays of whole counties and streets: of each county and level the longest, with `such`, how many it
        had; the wider scope first, then where there were most."""
        table = self.audit["widest"]
        whole = pc.and_(pc.is_in(table["scope"], pa.array(WIDE)), pc.invert(table["partial"]))
        table = table.filter(whole)
        # A name that goes on to a smaller place, be it in brackets, may be that place alone: it is not shown.
        names = table["place"].unique().to_pylist()
        parts = [(name, part) for name in names for part in (name, *BRACKETS.findall(name))]
        read = read_addresses([part for _, part in parts]).to_pylist()
        smaller = {name for (name, _), address in zip(parts, read, strict=True) if _names_smaller(address)}
        found: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in table.to_pylist():
            if row["place"] not in smaller:
                found[tuple(row[name] for name in ("scope", "level", "province", "city", "county"))].append(row)
        rows = [
            max(group, key=lambda r: (r["days_least"], -r["stay"])) | {"such": len(group)} for group in found.values()
        ]
        rows.sort(key=lambda r: (WIDE.index(r["scope"]), -r["such"], -r["days_least"], r["stay"]))
        return rows[:most]

    def shown_days(self) -> list[date]:
        """Days of the table of numbers: the first of each month, around each rulebook, the peaks, the ends."""
        known = {day for days in self.findings.at_day_end.values() for day in days}
        wanted = {self.first, self.last_day(), *(day for day in self.days if day.day == 1)}
        wanted |= {book.document.effective for book in self.marks}
        wanted |= {self.peak(level)[1] for level in self.levels}
        if self.changed_on:
            wanted.add(self.changed_on - DAY)
        return sorted(wanted & known)


def _days(at: date | None, since: date) -> int | None:
    return None if at is None else max(0, (at - since).days)


def _drawn(scopes: Mapping[str, int], narrow: Sequence[str]) -> Drawn:
    areas = sum(scopes.values())
    return Drawn(areas, sum(scopes.get(s, 0) for s in narrow) / areas if areas else None)


def _names_smaller(address: Mapping[str, Any]) -> bool:
    return any(address[part] for part in SMALLER) or "、" in (address["street"] or "")


def _first(table: pa.Table, most: int, order: list[tuple[str, str]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.sort_by(order).slice(0, most).to_pylist()
    return rows
