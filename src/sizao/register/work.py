"""What is due today, by tab: counted and listed at a million people from a sheet in memory, kept up to date."""

from __future__ import annotations

import datetime as dt
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Case, Max, OuterRef, Q, Subquery, When

from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.models import Assignment, FollowUp, Membership, NowStatus, Person, Place, Test

TABS = ("tests", "overdue", "visits", "missed", "moves", "releases", "all")
"""A test is due today and none was taken; one of this phase was due before and none taken since; nobody was there
today; the last visit or call missed them; sent away from home today; free today or tomorrow; under a measure."""
WHOSE = ("area", "mine", "team", "nobody")
NOT_REACHED = ("missed", "not_attempted")
FEW = 2_000
"""Rows up to which the sheet is made anew for each request."""
REMEMBERED = 120.0
"""Seconds after which a longer one is. Visits, samples and assignments are added to it all the time, by their ids."""
BEHIND = 100
"""Ids before the last one seen that are read again: of two writers the later id may be there first."""
MOST_PLACES = 60
LONGEST = 15
"""Days after a phase's last test on which it still counts as overdue."""
NEVER = 0


@dataclass
class Sheet:
    """Everybody under a measure by area and id, with what the tabs ask; days are ordinals, 0 is never."""

    on: int
    made: float
    ids: list[str]
    areas: list[str]
    at: dict[str, int]
    due: Any
    """Whether a test is due on `on`."""
    overdue: Any
    """The day of this phase's last test before `on`."""
    moves: Any
    last_day: Any
    sampled: Any
    visited: Any
    missed: Any
    """Whether the last visit or call did not reach them."""
    assigned: dict[str, tuple[int | None, int | None]]
    """Team and user of who is assigned."""
    seen: dict[Any, int] = field(default_factory=dict)
    """The last id of each table."""

    def masks(self, rows: Any) -> dict[str, Any]:
        """Who of these rows is on each tab."""
        visited, sampled, last = self.visited[rows], self.sampled[rows], self.last_day[rows]
        overdue = self.overdue[rows]
        return {
            "tests": self.due[rows] & (sampled < self.on),
            "overdue": (overdue > NEVER) & (sampled < overdue),
            "visits": visited < self.on,
            "missed": self.missed[rows],
            "moves": self.moves[rows],
            "releases": (last == self.on) | (last == self.on + 1),
            "all": np.ones(len(rows), bool),
        }


_kept: dict[str, Sheet] = {}
_lock, _making = threading.Lock(), threading.Lock()


@dataclass(frozen=True)
class Work:
    """One page of a tab, and how many are on each."""

    counts: dict[str, int]
    ids: list[str]
    after: str
    """Where the next page begins; "" where there is none."""


def find_work(
    access: Access, *, tab: str, whose: str = "area", under: str = "", after: str = "", size: int = 50
) -> Work:
    """The people of one tab by area and id. `under`: the path of a place; `after`: the last of the page before."""
    sheet = _sheet()
    rows = _rows(sheet, access, whose, under)
    masks = sheet.masks(rows)
    counts = {name: int(np.count_nonzero(found)) for name, found in masks.items()}
    found = rows[masks[tab]]
    if after:
        area = Person.objects.seen_by(access, "see_people").filter(pk=after).values_list("area", flat=True).first()
        if area is not None:
            found = found[found >= _place_of(sheet, area, after)]
    ids = [sheet.ids[row] for row in found[: size + 1]]
    last = ids[size - 1] if len(ids) > size else ""
    seen = Person.objects.seen_by(access, "see_people").filter(pk__in=ids[:size])
    allowed = {*seen.values_list("pk", flat=True)}
    return Work(counts, [name for name in ids[:size] if name in allowed], last)


def overdue_since(status: NowStatus) -> dt.date | None:
    """The day of the last test before today that the phase asks for, as far as the rulebook fixes the days."""
    ordinal = _overdue().get((status.measure, status.phase or "", status.phase_day or 0), 0)
    return status.on - dt.timedelta(days=ordinal) if ordinal else None


def away() -> frozenset[str]:
    """Restrictions under which somebody is not at home."""
    return _away(settings.SIZAO_RULEBOOK)


@lru_cache(maxsize=4)
def _away(rulebook: str) -> frozenset[str]:
    return frozenset(found.id for found in chain(rulebook)[-1].restrictions if found.away)


def _sheet() -> Sheet:
    """The sheet of today. A long one is kept, and made anew beside the requests, which go on with the last."""
    on, place = today().toordinal(), str(connection.settings_dict["NAME"])
    kept = _kept.get(place)
    if kept is None or kept.on != on or len(kept.ids) <= FEW:
        with _making:
            kept = _kept.get(place)
            if kept is None or kept.on != on or len(kept.ids) <= FEW:
                kept = _kept[place] = _make(on)
                return kept
    elif time.monotonic() - kept.made > REMEMBERED and _making.acquire(blocking=False):
        threading.Thread(target=_make_anew, args=(on, place), daemon=True).start()
    _add_new(kept)
    return kept


def warm() -> None:
    """Begins to make the sheet beside the first requests of a process."""
    if _making.acquire(blocking=False):
        about = (today().toordinal(), str(connection.settings_dict["NAME"]))
        threading.Thread(target=_make_anew, args=about, daemon=True).start()


def _make_anew(on: int, place: str) -> None:
    """In a thread of its own. Where the database is away the last sheet stays, and a later request tries again."""
    try:
        with suppress(DatabaseError):
            _kept[place] = _make(on)
    finally:
        _making.release()
        connection.close()


def _make(on: int) -> Sheet:
    """Of each status the last visit and the last sample, by the index of the person."""
    began = time.monotonic()
    because = "cut to each user's area when it is read"
    seen = {model: _last_id(model) for model in (FollowUp, Test, Assignment)}
    visits = FollowUp.objects.unscoped(because).filter(person=OuterRef("person")).order_by("-occurred_on", "-id")
    samples = Test.objects.unscoped(because).filter(person__in=NowStatus.objects.unscoped(because).values("person"))
    last = samples.values("person_id").annotate(last=Max("sampled_on"), doubt=Max(Case(When(withdrawn=True, then=1))))
    tested = list(last.values_list("person_id", "last", "doubt"))
    sampled: dict[str, dt.date | None] = {person: day for person, day, _ in tested}
    doubted = {person for person, _, doubt in tested if doubt}
    sampled |= dict.fromkeys(doubted)
    sampled |= last_samples(doubted)
    rows = list(
        NowStatus.objects.unscoped(because)
        .annotate(visit=Subquery(visits.values("pk")[:1]))
        .values_list(
            "person_id",
            "person__area",
            "measure",
            "phase",
            "phase_day",
            "restriction",
            "since",
            "last_day",
            "test_due",
            "visit",
        )
    )
    rows.sort(key=lambda row: (row[1], row[0]))  # as Python compares, whatever the database's collation
    numbers = sorted(row[9] for row in rows if row[9] is not None)
    said: dict[int, tuple[int, bool]] = {}
    for at in range(0, len(numbers), 5_000):
        part = FollowUp.objects.unscoped(because).filter(pk__in=numbers[at : at + 5_000])
        for pk, day, outcome in part.values_list("pk", "occurred_on", "outcome"):
            said[pk] = (day.toordinal(), outcome in NOT_REACHED)
    steps, gone = _overdue(), away()
    return Sheet(
        on=on,
        made=began,
        ids=[row[0] for row in rows],
        areas=[row[1] for row in rows],
        at={row[0]: n for n, row in enumerate(rows)},
        due=np.array([row[8] for row in rows], bool),
        overdue=np.array([_back(on, steps.get((row[2], row[3] or "", row[4] or 0), 0)) for row in rows], np.int32),
        moves=np.array([row[5] in gone and row[6].toordinal() == on for row in rows], bool),
        last_day=np.array([_day(row[7]) for row in rows], np.int32),
        sampled=np.array([_day(sampled.get(row[0])) for row in rows], np.int32),
        visited=np.array([said.get(row[9], (NEVER, False))[0] for row in rows], np.int32),
        missed=np.array([said.get(row[9], (NEVER, False))[1] for row in rows], bool),
        assigned=_assigned(),
        seen=seen,
    )


def _add_new(sheet: Sheet) -> None:
    """What was written since: visits, samples, assignments."""
    because = "as the sheet"
    with _lock:
        for model, names in (
            (FollowUp, ("person_id", "occurred_on", "outcome")),
            (Test, ("person_id", "sampled_on", "withdrawn")),
            (Assignment, ("person_id", "team_id", "user_id")),
        ):
            rows: Any = model.objects if model is Assignment else model.objects.unscoped(because)
            last = sheet.seen[model]
            new = list(rows.filter(pk__gt=last - BEHIND).order_by("pk").values_list("pk", *names))
            sheet.seen[model] = max(last, new[-1][0] if new else 0)
            for _, person, one, other in new:
                if model is Assignment:
                    sheet.assigned[person] = (one, other)
                elif (row := sheet.at.get(person)) is not None:
                    day = one.toordinal()
                    if model is Test and not other:
                        sheet.sampled[row] = max(sheet.sampled[row], day)
                    elif model is FollowUp and day >= sheet.visited[row]:
                        sheet.visited[row], sheet.missed[row] = day, other in NOT_REACHED


def _rows(sheet: Sheet, access: Access, whose: str, under: str) -> Any:
    """Numbers of the rows that the user may see, as far as the filter leaves them."""
    parts = []
    for area in access.areas("see_people"):
        if area.startswith(under) or under.startswith(area):
            wide = max(area, under, key=len)
            parts.append(np.arange(bisect_left(sheet.areas, wide), bisect_left(sheet.areas, f"{wide}~")))
    own = [sheet.at[name] for name in access.own_people("see_people") or () if name in sheet.at]
    parts.append(np.array([n for n in own if sheet.areas[n].startswith(under)], int))
    rows = np.concatenate(parts)
    rows = np.unique(rows) if len(parts[-1]) else rows
    if whose == "area":
        return rows
    teams = {*Membership.objects.filter(user_id=access.user_id).values_list("team_id", flat=True)}
    ids = {
        name
        for name, (team, user) in [*sheet.assigned.items()]
        if (whose == "nobody" and (team is not None or user is not None))
        or (whose == "mine" and user == access.user_id)
        or (whose == "team" and team in teams)
    }
    named = np.array([sheet.at[name] for name in ids if name in sheet.at], int)
    return rows[np.isin(rows, named, invert=whose == "nobody")]


def _place_of(sheet: Sheet, area: str, person_id: str) -> int:
    """The number of the first row after a person, who may be gone from the sheet by now."""
    low, high = bisect_left(sheet.areas, area), bisect_left(sheet.areas, area + " ")
    while low < high and sheet.ids[low] <= person_id:
        low += 1
    return low


def _overdue() -> dict[tuple[str, str, int], int]:
    """How many days ago the last test of a phase was, by measure, phase and day of the phase."""
    return _steps(settings.SIZAO_RULEBOOK)


@lru_cache(maxsize=4)
def _steps(rulebook: str) -> dict[tuple[str, str, int], int]:
    found = {}
    for book in chain(rulebook):
        for measure in book.measures:
            for phase in measure.phases:
                for day in range(2, max(phase.tests, default=0) + LONGEST):
                    before = [test for test in phase.tests if test < day]
                    if before:
                        found[measure.id, phase.id, day] = day - max(before)
    return found


def last_samples(ids: Iterable[str]) -> dict[str, dt.date]:
    """The day of the last sample of each that was not withdrawn."""
    found: dict[str, dt.date] = {}
    rows = Test.objects.unscoped("of people seen, or the sheet").filter(person_id__in=[*ids]).order_by("version")
    latest = {row[0]: row for row in rows.values_list("test_id", "person_id", "sampled_on", "withdrawn")}
    for _, person, day, withdrawn in latest.values():
        if not withdrawn:
            found[person] = max(day, found.get(person, day))
    return found


def _assigned() -> dict[str, tuple[int | None, int | None]]:
    rows = Assignment.objects.filter(latest=True).filter(Q(team__isnull=False) | Q(user__isnull=False))
    return {person: (team, user) for person, team, user in rows.values_list("person_id", "team_id", "user_id")}


def _last_id(model: Any) -> int:
    rows = model.objects if model is Assignment else model.objects.unscoped("only its last number")
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _day(day: dt.date | None) -> int:
    return NEVER if day is None else day.toordinal()


def _back(on: int, days: int) -> int:
    return on - days if days else NEVER


def held_under(ids: Sequence[str]) -> dict[str, NowStatus]:
    """What holds for people whom the user may see."""
    rows = NowStatus.objects.unscoped("of people seen").filter(person_id__in=ids)
    return {row.person_id: row for row in rows}


def last_visits(ids: Sequence[str]) -> dict[str, FollowUp]:
    """The last visit or call of each person, whom the user may see."""
    rows = FollowUp.objects.unscoped("of people seen").filter(person_id__in=ids).order_by("occurred_on", "id")
    return {row.person_id: row for row in rows}


def places_under(access: Access, path: str) -> list[Place]:
    """Places one step below a path of the user's area (of "": the areas themselves), to narrow the list by."""
    rows = Place.objects.unscoped("names of places are no secret")
    areas = access.areas("see_people")
    if path:
        return list(rows.filter(parent__path=path).order_by("path")[:MOST_PLACES])
    return list((rows.filter(parent=None) if "" in areas else rows.filter(path__in=areas)).order_by("path"))
