"""The numbers of an audit that a report says in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Share:
    """Areas of a level in a week (from Monday): `areas` is the mean of its days, `by_scope` the shares (sum 1),
    `narrow` the share no wider than the rulebook that changed it all draws an area without a reason."""

    week: date
    level: str
    areas: float
    narrow: float
    by_scope: Mapping[str, float]


@dataclass(frozen=True)
class Survived:
    """How long areas of a level stayed that began before or after the change. Days; `median_least` and
    `median_most` if all were as short, or as long, as the snapshots allow; None: more than half stayed longer.
    `left_after`: day -> the share still listed after so many days."""

    level: str
    period: str
    stays: int
    median: float | None
    median_least: float | None
    median_most: float | None
    left_after: Mapping[int, float]


@dataclass(frozen=True)
class Term:
    """Stays under one rule of so many days. `longer`: more than the rule's days and the margin on the list without a
    break; `longer_with_gaps`: only if breaks of at most `bridge_hours` are no end; `cannot_tell`: the snapshots
    allow both, or lie too far apart. Without a rule (`days` None) only `level_gone` is judged, drawn after the day on
    which the level was done away with; `cannot_tell` are then those that may have been drawn before."""

    level: str
    stepped_down: bool
    rulebook: str | None
    days: int | None
    stays: int
    within: int
    longer: int
    longer_with_gaps: int
    cannot_tell: int
    level_gone: int


@dataclass(frozen=True)
class Ranked:
    """A province after the change: high areas that were drawn, the share drawn narrow, how long they stayed (median,
    Kaplan-Meier; None: cannot be told), how many stayed longer than the rule's days.
    `narrow_before`: the share of those listed at the end of the day before the change (None: none was). `half_on`:
    the day from which half of its areas were narrow for good (7 days, or to the end of the lists), counting days with
    10 areas and more; `not_half_on`: the last such day before it with a list (None: none); `fell_back_on`: since when
    they no longer were, where half once were (both None: not yet).
    `enough_on`: the first day from the change on with 10 areas."""

    province: str
    drawn: int
    narrow: float
    median_days: float | None
    longer: int
    narrow_before: float | None
    half_on: date | None
    not_half_on: date | None
    fell_back_on: date | None
    enough_on: date | None


@dataclass(frozen=True)
class Adoption:
    """A province that still had areas of the level that was done away with: how many at the end of the day of the
    change, and when the last was seen and gone."""

    province: str
    areas: int
    last_seen: datetime
    gone_by: datetime | None


@dataclass(frozen=True)
class Stay:
    """One area among the longest or the widest. `count`: how many of its scope's kind the name lists."""

    level: str
    province: str
    city: str
    county: str
    place: str
    scope: str
    count: int
    first_seen: datetime
    last_seen: datetime
    days_least: float
    days_most: float | None
    unbroken_days: float


@dataclass(frozen=True)
class Findings:
    """Everything that a report says; the tables of the audit hold the rest.

    `hours_single`: hours with one snapshot whose list is counted, `hours_agreeing`: of these, those in which the
    spells hold as many areas of each level, `most_apart`: by how many they differ at most. `hours_of_several`: hours
    for which several snapshots are known. `areas`: different ones; `stays`: how often they were drawn; `relisted`:
    areas with more than one stay. `narrow`: scopes that the changed rule allows without a reason, and narrower ones.
    `at_day_end`: level -> day -> areas in the last hour of that day. `gone_level`: the first to be done comes first.
    """

    first: datetime
    last: datetime
    snapshots: int
    hours: int
    hours_single: int
    hours_agreeing: int
    most_apart: int
    hours_of_several: int
    spells: int
    areas: int
    stays: int
    relisted: int
    names: int
    names_unread: int
    problems: Mapping[str, int]
    changed_on: date | None
    changed_by: str | None
    narrow: tuple[str, ...]
    bridge_hours: int
    margin_days: float
    at_day_end: Mapping[str, Mapping[date, int]]
    weeks: tuple[Share, ...]
    survived: tuple[Survived, ...]
    terms: tuple[Term, ...]
    provinces: tuple[Ranked, ...]
    gone_level: tuple[Adoption, ...]
    longest: tuple[Stay, ...]
    widest: tuple[Stay, ...]
