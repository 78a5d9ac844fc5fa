"""Where a person was, and who else was there then: to look back for a source and forward for contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from sizao.register.access import Access
from sizao.register.clock import local_date
from sizao.register.models import Case, CasePlace, Person, Place, Visit

MOST = 200
"""Stays of people whom the user may see that are looked at for one place, the latest first."""
PLACES = 40
"""Places that are looked at."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """That somebody was at a place: a visit with its hours, or a case's place with its days."""

    person_id: str
    place_id: str
    first: dt.date
    last: dt.date
    what: str
    """visit, or home, work, activity of a case"""
    arrived_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    case_id: str = ""

    def meets(self, other: Stay) -> bool:
        """Whether both were there at once: by the hour where both are known so, else by the day."""
        if self.arrived_at and self.left_at and other.arrived_at and other.left_at:
            return self.arrived_at < other.left_at and other.arrived_at < self.left_at
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Meeting:
    """Somebody who was where the person was. `day`: the last on which both were there."""

    person_id: str
    place_id: str
    day: dt.date
    case_id: str = ""
    """The case that the other one is."""


def stays_of(people: Sequence[str], case_ids: Sequence[str], first: dt.date, last: dt.date) -> list[Stay]:
    """Where these people (one person's records) and cases were in the window. The caller has checked who may know."""
    because = "of a person whom the user may see"
    begins, ends = _instants(first, last)
    visits = Visit.objects.unscoped(because).filter(person_id__in=people, left_at__gte=begins, arrived_at__lt=ends)
    found = [_visit(row) for row in visits.order_by("-arrived_at")[:MOST]]
    rows = CasePlace.objects.unscoped(because).filter(case_id__in=case_ids)
    return found + [stay for stay in _case_places(rows, whole=True) if stay.first <= last and first <= stay.last]


def who_was_there(
    access: Access, stays: Sequence[Stay], first: dt.date, last: dt.date, *, but: Iterable[str], cases: bool
) -> list[Meeting]:
    """People whom the user may see and who were at the same places at the same time, the latest meeting first.

    `cases`: only people who are cases (as a source), by their visits and by the places of their case.
    """
    stays = [stay for stay in stays if stay.what != "home"]
    places = list(dict.fromkeys(stay.place_id for stay in stays))[:PLACES]
    if not places:
        return []
    because = "narrowed to whom the user may see"
    people = Person.objects.seen_by(access, "see_people").filter(pk=OuterRef("person_id"))
    others: list[Stay] = []
    for place in places:
        here = [stay for stay in stays if stay.place_id == place]
        begins, ends = _instants(
            max(first, min(stay.first for stay in here)), min(last, max(stay.last for stay in here))
        )
        visits = Visit.objects.unscoped(because).filter(place_id=place, left_at__gte=begins, arrived_at__lt=ends)
        others += [_visit(row) for row in visits.filter(Exists(people)).order_by("-arrived_at")[:MOST]]
    if cases:
        others += _case_places(CasePlace.objects.unscoped(because).filter(place_id__in=places)[: MOST * len(places)])
    without = {*but}
    met: dict[str, Meeting] = {}
    for other in others:
        if other.person_id in without:
            continue
        for stay in stays:
            if stay.place_id == other.place_id and stay.meets(other):
                day = min(stay.last, other.last, last)
                before = met.get(other.person_id)
                if day >= first and (before is None or before.day < day):
                    met[other.person_id] = Meeting(other.person_id, other.place_id, day, other.case_id)
    seen = Person.objects.seen_by(access, "see_people").filter(pk__in=[*met], same_as=None)
    mine = {*seen.values_list("pk", flat=True)}
    ids = _cases_of(mine) if cases else {}
    return sorted(
        (
            Meeting(name, found.place_id, found.day, ids.get(name, ""))
            for name, found in met.items()
            if name in mine and (not cases or name in ids)
        ),
        key=lambda meeting: (-meeting.day.toordinal(), meeting.person_id),
    )


def names_of(places: Iterable[str]) -> dict[str, str]:
    """The names of places, which are no secret."""
    rows = Place.objects.unscoped("names of places are no secret").filter(place_id__in={*places})
    return dict(rows.values_list("place_id", "name"))


def _cases_of(people: Iterable[str]) -> dict[str, str]:
    """The case of each of the people who is one."""
    rows = Case.objects.unscoped("of people whom the user may see").filter(person_id__in=list(people))
    latest: dict[str, tuple[str, bool]] = {}
    for person_id, case_id, gone in rows.order_by("version").values_list("person_id", "case_id", "withdrawn"):
        latest[case_id] = (person_id, gone)
    return {person_id: case_id for case_id, (person_id, gone) in latest.items() if not gone}


def _visit(row: Visit) -> Stay:
    first, last = local_date(row.arrived_at), local_date(row.left_at)
    return Stay(row.person_id, row.place_id, first, last, "visit", row.arrived_at, row.left_at)


def _case_places(rows: Iterable[CasePlace], *, whole: bool = False) -> list[Stay]:
    """Those that hold: neither taken back nor a taking back. `whole`: the rows are all of their cases."""
    found = list(rows)
    gone = {row.takes_back_id for row in found} - {None}
    if found and not whole:
        because = "of these rows"
        back = CasePlace.objects.unscoped(because).filter(case_id__in={row.case_id for row in found})
        gone |= {*back.exclude(takes_back=None).values_list("takes_back_id", flat=True)}
    return [
        Stay(
            row.person_id,
            row.place_id,
            row.since or dt.date.min,
            row.until or dt.date.max,
            row.role,
            case_id=row.case_id,
        )
        for row in found
        if row.takes_back_id is None and row.pk not in gone
    ]


def _instants(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The window as instants: from the first day's midnight to the one after the last day."""
    zone = timezone.get_default_timezone()
    begins = dt.datetime.combine(first, dt.time(), zone)
    return begins, dt.datetime.combine(last + DAY, dt.time(), zone)
