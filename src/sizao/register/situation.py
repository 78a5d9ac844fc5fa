"""The figures of one area: this period beside the last, the curve, its parts, tracing, doubts about the records.

Counted in the database, by area alone and without names; nothing here asks who looks. See `sizao.register.figures`
for how long they are kept.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from sizao.policy import chain
from sizao.register.clock import now, today
from sizao.register.found import CaseFound, read_cases
from sizao.register.identifying import WIDE
from sizao.register.models import NowHeld, NowRun, Place
from sizao.register.tracing import CURVE, Curve, Tracing, draw_up_curve, measure_tracing

PERIODS = (1, 7, 14, 28)
REMEMBERED = 600
"""Seconds for which it is not counted again how many people are on record."""
PENDING = dt.timedelta(days=2)
"""A sample whose result is out for more days than these waits too long."""
SEVERE = ("severe", "critical")
STRANGE = (
    "SELECT DISTINCT e.case_id FROM events e WHERE e.case_id IS NOT NULL EXCEPT SELECT c.case_id FROM cases c"
    " WHERE NOT c.withdrawn AND NOT EXISTS"
    " (SELECT 1 FROM cases n WHERE n.case_id = c.case_id AND n.version > c.version)"
)
"""Cases that an event names and that are not on record, or were withdrawn."""
LAST = "~"
"""After every letter of a path."""


@dataclass(frozen=True)
class Part:
    """What is counted of one place below. `people` are those on record, `held` those under a measure now: who waits
    to be decided on is under none. `excesses` are of people, `place_excesses` of places."""

    place_id: str
    name: str
    kind: str
    population: int | None
    cases: int
    before: int
    people: int
    held: int
    excesses: int
    place_excesses: int


@dataclass(frozen=True)
class Situation:
    """What is known of an area: pairs are (this period, the last)."""

    on: dt.date
    days: int
    counted_at: dt.datetime
    known_at: dt.datetime | None
    """Up to which instant facts are in what was derived; None: nothing was derived yet."""
    rulebook: str
    flows: Mapping[str, tuple[int, int]]
    """new, under, asymptomatic, severe, deaths, tests, positive"""
    held: Sequence[tuple[str | None, int]]
    """People under each restriction now, the strictest first. None: who waits to be decided on."""
    held_before: Mapping[str, int] | None
    """The same when the last period ended, by what was known when that day was over; None: it was not counted."""
    stocks: Mapping[str, int]
    """ending_today, ending_tomorrow, excesses, place_excesses: now"""
    orders: Mapping[str, tuple[int, int]]
    """On a person, on a place: in force now, and when the last period ended"""
    parts: Sequence[Part]
    more_parts: int
    """Places below that are not among `parts`, of which nothing is on record but people."""
    curve: Curve
    tracing: tuple[Tracing, Tracing]
    doubts: Mapping[str, int]
    whole: bool = field(default=False)
    """Everybody is counted, those too whose home is not known."""


def span(on: dt.date, days: int, back: int = 0) -> tuple[dt.date, dt.date]:
    """First and last day of this period (`back` 0) or the one before it (1)."""
    last = on - dt.timedelta(days=days * back)
    return last - dt.timedelta(days=days - 1), last


def pending_since(on: dt.date, days: int) -> dt.date:
    """From which day samples are counted that wait for their result."""
    return min(span(on, days, 1)[0], on - dt.timedelta(days=14))


def count_situation(path: str, days: int) -> Situation:
    """Everything about the area below `path` ("" is everywhere), the period ending today."""
    return count_situations(path, (days,))[days]


def count_situations(path: str, periods: Sequence[int] = PERIODS) -> dict[int, Situation]:
    """The same for several periods, which takes little longer than for one. Below 3 s at a million."""
    on, began = today(), now()
    longest = max(periods)
    places = _places_below(path)
    step = len(places[0].path) if places else 0
    people = count_people(path, step, int(time.monotonic() // REMEMBERED))
    within = _Within(path, step, sum(people.values()), _holds_everybody(path))
    cases = read_cases(path, min(span(on, longest, 1)[0], on - dt.timedelta(days=CURVE - 1)), on)
    sampled = within.tests(pending_since(on, longest))
    died, doubts = within.all_cases([span(on, days, back) for days in periods for back in (0, 1)])
    held, ending = within.held(on)
    held_before = within.held_before([span(on, days, 1)[1] for days in periods])
    excesses = within.excesses(on)
    beyond = {name: sum(counts.values()) for name, counts in excesses.items()}
    ends = [span(on, days, 1)[1] for days in periods]
    orders = {of: within.orders(on, ends, of) for of in ("person", "place")}
    by_restriction: Counter[str | None] = Counter()
    for (_, restriction), count in held.items():
        by_restriction[restriction] += count
    run = NowRun.objects.order_by("-pk").first()
    doubts |= within.doubts() | {"undecided": by_restriction.get(None, 0)}
    stocks = {"ending_today": ending[on], "ending_tomorrow": ending[on + dt.timedelta(days=1)], **beyond}
    curve = draw_up_curve([case for case in cases if case.confirmed_on > on - dt.timedelta(days=CURVE)], on)
    found = {}
    for n, days in enumerate(periods):
        (since, _), (since_before, until_before) = span(on, days), span(on, days, 1)
        new = [case for case in cases if since <= case.confirmed_on]
        old = [case for case in cases if since_before <= case.confirmed_on <= until_before]
        flows = {name: (_count(new, name), _count(old, name)) for name in ("new", "under", "asymptomatic", "severe")}
        flows["deaths"] = died[2 * n], died[2 * n + 1]
        for name, results in (("tests", None), ("positive", ("positive",))):
            flows[name] = (_sum(sampled, since, on, results), _sum(sampled, since_before, until_before, results))
        parts = _parts(places, new, old, people, held, excesses, step)
        waiting = (pending_since(on, days), on - PENDING - dt.timedelta(days=1))
        found[days] = Situation(
            on=on,
            days=days,
            counted_at=began,
            known_at=None if run is None else run.known_at,
            rulebook=settings.SIZAO_RULEBOOK if run is None else run.rulebook,
            flows=flows,
            held=[(name, by_restriction[name]) for name in order_of(by_restriction)],
            held_before=held_before.get(span(on, days, 1)[1]),
            stocks=stocks,
            orders={of: (counts[0], counts[n + 1]) for of, counts in orders.items()},
            parts=parts,
            more_parts=len(places) - len(parts),
            curve=curve,
            tracing=(measure_tracing(new, on), measure_tracing(old, on)),
            doubts=doubts | {"pending": _sum(sampled, *waiting, ("pending",))},
            whole=not path,
        )
    return found


def order_of(restrictions: Mapping[str | None, Any]) -> list[str | None]:
    """Restrictions, the strictest first as the newest rulebook orders them; words that it does not know last."""
    ranks = {said.id: rank for rank, said in enumerate(chain(settings.SIZAO_RULEBOOK)[-1].restrictions)}
    return sorted(restrictions, key=lambda name: (-ranks.get(name or "", -1), name or ""))


def strictest() -> str:
    """The strictest restriction, that of a hospital: its first day is when somebody was admitted."""
    return chain(settings.SIZAO_RULEBOOK)[-1].restrictions[-1].id


def _count(cases: Sequence[CaseFound], name: str) -> int:
    tests = {
        "new": lambda case: True,
        "under": lambda case: case.under,
        "asymptomatic": lambda case: case.classification == "asymptomatic",
        "severe": lambda case: case.severity in SEVERE,
    }
    return sum(map(tests[name], cases))


def _sum(
    sampled: Mapping[tuple[dt.date, str], int], since: dt.date, until: dt.date, results: tuple[str, ...] | None
) -> int:
    return sum(
        count
        for (day, result), count in sampled.items()
        if since <= day <= until and (results is None or result in results)
    )


def _places_below(path: str) -> list[Place]:
    """The places whose figures are compared: those right below; of everywhere with one root, those below that."""
    rows = Place.objects.unscoped("places are no secret").order_by("path")
    if not path:
        roots = list(rows.filter(parent=None))
        return list(rows.filter(parent=roots[0])) if len(roots) == 1 else roots
    return list(rows.filter(parent__path=path))


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values])
        return list(cursor.fetchall())


def _holds_everybody(path: str) -> bool:
    """Whether nobody on record lives outside: then nobody's home need be looked up to count."""
    outside = "SELECT 1 FROM (SELECT 1 AS n FROM people WHERE area < %s LIMIT 1) AS below"
    more = "SELECT 1 FROM (SELECT 1 AS n FROM people WHERE area >= %s LIMIT 1) AS above"
    return not _rows(f"{outside} UNION ALL {more}", [path, path + LAST])


@lru_cache(maxsize=256)
def count_people(path: str, step: int, time_of_count: int) -> Counter[str]:
    """People on record by the start of their home's path; records that were merged into another are one.

    A whole register is much to count, and changes little in minutes: `time_of_count` says when it is done anew.
    """
    found: Counter[str] = Counter()
    for sign, area, only in ((1, "area", ""), (-1, "(area || '')", " AND same_as IS NOT NULL")):  # few: not by area
        for start, count in _rows(
            f"SELECT substr(area, 1, %s), count(*) FROM people WHERE {area} >= %s AND {area} < %s{only} GROUP BY 1",
            [step, path, path + LAST],
        ):
            found[start] += sign * count
    return found


def _parts(
    places: Sequence[Place],
    new: Sequence[CaseFound],
    old: Sequence[CaseFound],
    people: Mapping[str, int],
    held: Mapping[tuple[str, str | None], int],
    excesses: Mapping[str, Mapping[str, int]],
    step: int,
) -> list[Part]:
    """Those of the places where something is to be said."""
    counts = [Counter(case.area[:step] for case in cases) for cases in (new, old)]
    by_part: Counter[str] = Counter()
    for (start, restriction), count in held.items():
        by_part[start] += count if restriction else 0
    found = [
        Part(
            place_id=place.place_id,
            name=place.name,
            kind=place.kind,
            population=place.population,
            cases=counts[0][place.path],
            before=counts[1][place.path],
            people=people.get(place.path, 0),
            held=by_part[place.path],
            **{name: counts.get(place.path, 0) for name, counts in excesses.items()},
        )
        for place in places
    ]
    return [part for part in found if any((part.cases, part.before, part.held, part.excesses, part.place_excesses))]


@dataclass(frozen=True)
class _Within:
    """Counts rows of people, or places, in an area. `step`: letters of the path that tell its parts apart."""

    path: str
    step: int
    people: int
    everybody: bool

    def _of_people(self, table: str, many: int) -> str:
        """FROM rows of a table and their people, beginning with the fewer of the two.

        SQLite keeps the order of a CROSS JOIN; PostgreSQL has counted its tables and chooses itself.
        """
        join = "CROSS JOIN" if connection.vendor == "sqlite" else "JOIN"
        if self.people * 3 < many * 2:
            return f"people p {join} {table} t ON t.person_id = p.person_id"
        return f"{table} t {join} people p ON p.person_id = t.person_id"

    @property
    def _inside(self) -> str:
        return "p.area >= %s AND p.area < %s"

    @property
    def _ends(self) -> list[str]:
        return [self.path, self.path + LAST]

    def tests(self, since: dt.date) -> dict[tuple[dt.date, str], int]:
        """Samples by day and result, each as its latest version says."""
        whose, values = f"{self._of_people('tests', _many('tests'))} AND {self._inside}", self._ends
        if self.everybody:
            whose, values = "tests t", []
        rows = _rows(
            f"SELECT t.sampled_on, t.result, count(*) FROM {whose} WHERE t.sampled_on >= %s AND NOT t.withdrawn"
            f" AND {_latest('tests', 'test_id')} GROUP BY 1, 2",
            [*values, since],
        )
        return {(_day(day), result): count for day, result, count in rows}

    def held(self, on: dt.date) -> tuple[Counter[tuple[str, str | None]], Counter[dt.date]]:
        """People under a restriction by part and restriction; and by the last day, where that is soon."""
        rows = _rows(
            f"SELECT substr(p.area, 1, %s), t.restriction, CASE WHEN t.last_day <= %s THEN t.last_day END, count(*)"
            f" FROM {self._of_people('now_status', _many('now_status'))} WHERE {self._inside} GROUP BY 1, 2, 3",
            [self.step, on + dt.timedelta(days=1), *self._ends],
        )
        held: Counter[tuple[str, str | None]] = Counter()
        ending: Counter[dt.date] = Counter()
        for start, restriction, last_day, count in rows:
            held[start, restriction] += count
            if last_day is not None:
                ending[_day(last_day)] += count
        return held, ending

    def held_before(self, days: Sequence[dt.date]) -> dict[dt.date, dict[str, int]]:
        """People under a restriction on days before, where they were counted: by community, no closer."""
        closer = Place.objects.unscoped("places are no secret").filter(path=self.path).exclude(kind__in=WIDE)
        if self.path and closer.exists():
            return {}
        found: dict[dt.date, dict[str, int]] = {}
        for day in NowHeld.objects.filter(on__in=days).values_list("on", flat=True).distinct():
            found[day] = {}
        rows = NowHeld.objects.filter(on__in=days, path__gte=self.path, path__lt=self.path + LAST)
        for day, restriction, people in rows.values_list("on", "restriction").annotate(n=Sum("people")):
            if restriction:
                found[day][restriction] = people
        return found

    def excesses(self, on: dt.date) -> dict[str, dict[str, int]]:
        """What goes beyond the rules and is not over, or is to come, of people and of places: by part."""
        found: dict[str, dict[str, int]] = {}
        of_people = f"{self._of_people('now_excesses', _many('now_excesses'))} WHERE {self._inside}"
        of_places = "now_place_excesses t JOIN places p ON p.place_id = t.place_id WHERE p.path >= %s AND p.path < %s"
        for name, source, path in (("excesses", of_people, "p.area"), ("place_excesses", of_places, "p.path")):
            rows = _rows(
                f"SELECT substr({path}, 1, %s), count(*) FROM {source} AND (t.until IS NULL OR t.until >= %s)"
                " GROUP BY 1",
                [self.step, *self._ends, on],
            )
            found[name] = dict(rows)
        return found

    def orders(self, on: dt.date, before: Sequence[dt.date], of: str = "person") -> list[int]:
        """Orders that bind now, and on each of the days before, as their latest versions say."""
        whose, values = f"{self._of_people('orders', _many('orders'))} WHERE {self._inside}", self._ends
        if of == "place":
            whose = "orders t JOIN places p ON p.place_id = t.place_id WHERE p.path >= %s AND p.path < %s"
        elif self.everybody:
            whose, values = "orders t WHERE t.person_id IS NOT NULL", []
        going = 'sum(CASE WHEN t."from" <= %s AND (t.until IS NULL OR t.until >= %s) THEN 1 ELSE 0 END)'
        days = [on, *before]
        rows = _rows(
            f"SELECT {', '.join([going] * len(days))}"
            f" FROM {whose} AND NOT t.withdrawn AND (t.until IS NULL OR t.until >= %s)"
            f" AND {_latest('orders', 'order_id')}",
            [*(day for day in days for _ in range(2)), *values, min(days)],
        )
        return [int(count or 0) for count in rows[0]]

    def all_cases(self, periods: Sequence[tuple[dt.date, dt.date]]) -> tuple[list[int], dict[str, int]]:
        """Deaths in each of the periods, and cases that raise a doubt by its kind."""
        died = "sum(CASE WHEN t.died_on >= %s AND t.died_on <= %s THEN 1 ELSE 0 END)"
        admitted = (
            'SELECT min(o."from") FROM orders o WHERE o.person_id = t.person_id AND o.restriction = %s'
            " AND NOT o.withdrawn AND NOT EXISTS"
            " (SELECT 1 FROM orders n WHERE n.order_id = o.order_id AND n.version > o.version)"
        )
        wrong = ("t.onset_on > t.confirmed_on", f"t.discharged_on < ({admitted})", "p.area = ''")
        sums = ", ".join([*[died] * len(periods), *(f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in wrong)])
        rows = _rows(
            f"SELECT {sums} FROM cases t JOIN people p ON p.person_id = t.person_id WHERE NOT t.withdrawn"
            f" AND {_latest('cases', 'case_id')} AND {self._inside}",
            [*(day for period in periods for day in period), strictest(), *self._ends],
        )
        counts = [int(count or 0) for count in rows[0]]
        kinds = ("onset_after", "discharged_before", "no_home")
        return counts[: len(periods)], dict(zip(kinds, counts[len(periods) :], strict=True))

    def doubts(self) -> dict[str, int]:
        """Facts that no rule speaks of, exposures to cases that are not on record, people held who live nowhere."""
        void = "SELECT 1 FROM events v WHERE v.voids = t.event_id"
        sources = {
            "unknown_kind": ("now_undecided", ""),
            "no_case": ("events", f"AND t.kind <> 'void' AND t.case_id IN ({STRANGE}) AND NOT EXISTS ({void})"),
            "held_no_home": ("now_status", "AND p.area = '' AND t.restriction IS NOT NULL"),
        }
        rows = {
            name: _rows(
                f"SELECT count(*) FROM {table} t JOIN people p ON p.person_id = t.person_id"
                f" WHERE {self._inside} {which}",
                self._ends,
            )
            for name, (table, which) in sources.items()
        }
        return {name: int(found[0][0]) for name, found in rows.items()}


def _latest(table: str, key: str) -> str:
    """The row `t` of a table with versions is the latest of its fact."""
    return f"NOT EXISTS (SELECT 1 FROM {table} n WHERE n.{key} = t.{key} AND n.version > t.version)"


def _many(table: str) -> int:
    """About how many rows a table has: rows are numbered."""
    return int(_rows(f"SELECT (SELECT max(id) FROM {table}) - (SELECT min(id) FROM {table})", [])[0][0] or 0)


def _day(value: Any) -> dt.date:
    """A date out of SQLite, which gives that of an expression as text."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
