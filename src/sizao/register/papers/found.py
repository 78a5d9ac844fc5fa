"""What stands on record of the people and orders that papers are about: each question once for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from sizao.derive import derive
from sizao.engine.sqlite import SQLite
from sizao.policy import chain
from sizao.register.bridge.records import read_people
from sizao.register.clock import now, today
from sizao.register.identifying import WIDE
from sizao.register.models import (
    Case,
    Event,
    NowExcess,
    NowPlaceExcess,
    NowStatus,
    NowTestDue,
    NowTouched,
    NowUndecided,
    Order,
    Person,
    Place,
    Test,
)
from sizao.register.models.places import STEP

BECAUSE = "of people and orders that were checked one by one"
BACK = dt.timedelta(days=90)
"""A measure that ended earlier is not named on a certificate."""
TRIES, DAYS_TRIED = 3, 12
"""Days on which a person's measure may have ended, and of all people together, that are looked at."""


@dataclass(frozen=True)
class Ended:
    """A measure that is over."""

    rulebook: str
    measure: str
    since: dt.date
    until: dt.date


@dataclass
class Found:
    """Of each person by id; what is not there is missing."""

    statuses: Mapping[str, NowStatus] = field(default_factory=dict)
    tests: Mapping[str, list[dt.date]] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)
    """The fact because of which a status holds, by its id: an Event, Test or Case."""
    orders: Mapping[str, list[Order]] = field(default_factory=dict)
    """Orders on a person that hold today, or will."""
    ordered: frozenset[str] = frozenset()
    """On whom an order lay that is over, or was withdrawn, lately."""
    waiting: frozenset[str] = frozenset()
    """Of whom facts were written that are not derived yet."""
    everybody_waits: bool = False
    undecided: frozenset[str] = frozenset()
    """Of whom a fact lies before us of which no rulebook says what it asks."""
    held: frozenset[str] = frozenset()
    """Whom a measure took lately, also because of a fact that was taken back."""
    ended: Mapping[str, Ended] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    """Name of a place by its path."""
    wide: Mapping[str, str] = field(default_factory=dict)
    """Of these, the places by which a home is told without a name."""

    def waits(self, person_id: str) -> bool:
        """Whether what is shown of a person may be older than what is recorded."""
        status = self.statuses.get(person_id)
        stale = status is not None and status.on != today()
        return self.everybody_waits or person_id in self.waiting or stale

    def names_on(self, path: str, named: bool = True) -> list[str]:
        """The names of the places on a path, the widest first; as far as they are told beside a name, or without."""
        known = self.places if named else self.wide
        return [known[part] for part in _parts(path) if part in known]


def find(people: Sequence[Person], paths: Iterable[str] = (), *, ended: bool = False) -> Found:
    """What holds for people now. `paths`: places to be named; `ended`: also which measures are over."""
    ids = [person.pk for person in people]
    records = _records(ids)
    statuses = {row.person_id: row for row in NowStatus.objects.unscoped(BECAUSE).filter(person_id__in=ids)}
    tests: dict[str, list[dt.date]] = {}
    dues = NowTestDue.objects.unscoped(BECAUSE).filter(person_id__in=ids, on__gte=today()).order_by("on")
    for name, on in dues.values_list("person_id", "on"):
        days = tests.setdefault(name, [])
        if on not in days:
            days.append(on)
    rows = NowTouched.objects.filter(person_id__in=[*records, ""], derived_at=None)
    touched = frozenset(records.get(name, name) for name in rows.values_list("person_id", flat=True))
    doubts = NowUndecided.objects.unscoped(BECAUSE).filter(person_id__in=ids, occurred_on__gte=today() - BACK)
    in_force_now, ordered = _orders(records)
    held, over = _ended(ids) if ended and ids else (frozenset(), {})
    wanted = {part for path in [*(person.area for person in people), *paths] for part in _parts(path)}
    named = Place.objects.unscoped("names of places are no secret").filter(path__in=wanted)
    return Found(
        statuses=statuses,
        tests=tests,
        reasons=_reasons({status.because for status in statuses.values()}),
        orders=in_force_now,
        ordered=ordered,
        waiting=touched,
        everybody_waits="" in touched,
        undecided=frozenset(doubts.values_list("person_id", flat=True)),
        held=held | (_taken_back(records) if ended else frozenset()),
        ended=over,
        places=dict(named.values_list("path", "name")),
        wide=dict(named.filter(kind__in=WIDE).values_list("path", "name")),
    )


def latest_orders(order_ids: Iterable[str]) -> dict[str, Order]:
    """The latest version of each order, withdrawn ones too. The caller checks whose they are."""
    rows = Order.objects.unscoped(BECAUSE).filter(order_id__in=order_ids).select_related("place")
    return {row.order_id: row for row in rows.order_by("version")}


def excesses_of(order_ids: Sequence[str]) -> dict[str, list[Any]]:
    """What of each order goes beyond the rules: rows with `text_zh` and `text_en`."""
    found: dict[str, list[Any]] = {}
    for model in (NowExcess, NowPlaceExcess):
        for row in model.objects.unscoped(BECAUSE).filter(order_id__in=order_ids).order_by("since"):
            found.setdefault(row.order_id or "", []).append(row)
    return found


def in_force(order: Order, on: dt.date) -> bool:
    """Whether the latest version of an order stands and its last day is not over."""
    return not order.withdrawn and (order.until is None or order.until >= on)


def _records(ids: Sequence[str]) -> dict[str, str]:
    """The records of people, with whose they are: their own, and those that were merged into it."""
    rows = Person.objects.unscoped(BECAUSE).filter(same_as_id__in=ids)
    return dict(rows.values_list("person_id", "same_as_id")) | {name: name for name in ids}


def _orders(records: Mapping[str, str]) -> tuple[dict[str, list[Order]], frozenset[str]]:
    """Orders on people that hold, whichever of their records they stand on; and on whom one lay that is over."""
    on = today()
    latest: dict[str, Order] = {}
    for row in Order.objects.unscoped(BECAUSE).filter(person_id__in=[*records]).order_by("version"):
        latest[row.order_id] = row
    found: dict[str, list[Order]] = {}
    over: set[str] = set()
    for row in latest.values():
        whose = records[str(row.person_id)]
        if in_force(row, on):
            found.setdefault(whose, []).append(row)
        elif row.since <= on and (row.until is None or row.until >= on - BACK):
            over.add(whose)
    return found, frozenset(over)


def _taken_back(records: Mapping[str, str]) -> frozenset[str]:
    """Of whom a fact was taken back lately: what it had asked of them is on record no more, but was asked."""
    asked = {"person_id__in": [*records], "recorded_at__gte": now() - BACK}
    voids = Event.objects.unscoped(BECAUSE).filter(**asked).exclude(voids=None)
    gone = Case.objects.unscoped(BECAUSE).filter(**asked, withdrawn=True)
    return frozenset(records[name] for rows in (voids, gone) for name in rows.values_list("person_id", flat=True))


def _reasons(ids: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    rows: Any
    for model, key in ((Case, "case_id"), (Test, "test_id"), (Event, "event_id")):
        rows = model.objects.unscoped(BECAUSE).filter(**{f"{key}__in": ids})
        rows = rows if model is Event else rows.order_by("version")
        found |= {getattr(row, key): row for row in rows}
    return found


def _ended(ids: Sequence[str]) -> tuple[frozenset[str], dict[str, Ended]]:
    """Whom a measure took lately; and of each person the one that ended last, derived from the facts as they are.

    Measures are derived for each rulebook of the chain; which of them governed is asked of the status on the day on
    which one of them would have ended.
    """
    on, at = today(), now()
    facts = read_people(ids, at)
    wanted = {*ids}
    spells: dict[str, list[dict[str, Any]]] = {}
    held: set[str] = set()
    for row in _derived(facts, on, at, "measures"):
        if row["person_id"] not in wanted or row["from"] > on or (row["until"] or on) < on - BACK:
            continue
        held.add(row["person_id"])
        if row["until"] is not None and row["until"] < on:
            spells.setdefault(row["person_id"], []).append(row)
    ends = {name: sorted({row["until"] for row in rows}, reverse=True)[:TRIES] for name, rows in spells.items()}
    found: dict[str, Ended] = {}
    for day in sorted({day for days in ends.values() for day in days}, reverse=True)[:DAYS_TRIED]:
        asked = {name for name, days in ends.items() if day in days and name not in found}
        for row in _derived(facts, day, at, "status") if asked else ():
            name = row["person_id"]
            if name in asked and row["until"] == day:
                same = ("rulebook", "measure", "because")
                first = [one["from"] for one in spells[name] if all(one[key] == row[key] for key in same)]
                found[name] = Ended(row["rulebook"], row["measure"], min([*first, row["from"]]), day)
    return frozenset(held), found


def _derived(facts: Any, on: dt.date, at: dt.datetime, table: str) -> list[dict[str, Any]]:
    """A derived table of a few people on a day."""
    with derive(facts, chain(settings.SIZAO_RULEBOOK), on, days=(on, on), known_at=at, engine=SQLite()) as derived:
        rows: list[dict[str, Any]] = derived.table(table).to_pylist()  # type: ignore[arg-type]
        return rows


def _parts(path: str) -> list[str]:
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]
