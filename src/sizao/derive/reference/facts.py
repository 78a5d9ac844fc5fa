"""What is known of each person: events that stand, cases, tests, orders (rules 1 to 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Facts = Mapping[str, Sequence[Mapping[str, Any]]]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Sample:
    """A test: `ct` is Ct x 100."""

    result: str
    method: str
    ct: int | None

    @property
    def is_decisive(self) -> bool:
        return self.result in ("negative", "positive")


@dataclass(frozen=True)
class Fact:
    """An event that stands, a case, or a test. `released`: the day on which a case ends, its first day outside."""

    id: str
    person: str
    kind: str
    day: date
    is_case: bool = False
    released: date | None = None
    sample: Sample | None = None


@dataclass
class Record:
    """All that is known of one person."""

    events: list[Fact] = field(default_factory=list)
    cases: list[Fact] = field(default_factory=list)
    tests: list[Fact] = field(default_factory=list)
    """By day, then by id."""

    @property
    def facts(self) -> list[Fact]:
        return [*self.events, *self.cases, *self.tests]

    @property
    def decisive(self) -> list[Fact]:
        """The tests with a result (23), by day, then by id."""
        return [test for test in self.tests if test.sample and test.sample.is_decisive]

    def event_days(self, kind: str) -> list[date]:
        """The days of the events of a kind."""
        return [event.day for event in self.events if event.kind == kind]


def days(first: date, last: date) -> Iterator[date]:
    """Each day from first to last, both inclusive; none when last comes before."""
    while first <= last:
        yield first
        first += DAY


def known_rows(facts: Facts, table: str, known_at: datetime) -> list[Mapping[str, Any]]:
    """The rows recorded by the known-at instant (1)."""
    return [row for row in facts.get(table, ()) if row["recorded_at"] <= known_at]


def latest_rows(facts: Facts, table: str, key: str, known_at: datetime) -> list[Mapping[str, Any]]:
    """One row for each id: the latest of its versions (3)."""
    latest: dict[str, Mapping[str, Any]] = {}
    for row in known_rows(facts, table, known_at):
        if row[key] not in latest or row["recorded_at"] > latest[row[key]]["recorded_at"]:
            latest[row[key]] = row
    return list(latest.values())


def find_records(facts: Facts, known_at: datetime) -> dict[str, Record]:
    """What is known of each person, by id."""
    records: defaultdict[str, Record] = defaultdict(Record)
    for event in standing_events(facts, known_at):
        records[event.person].events.append(event)
    for case in known_cases(facts, known_at):
        records[case.person].cases.append(case)
    for test in sorted(known_tests(facts, known_at), key=lambda t: (t.day, t.id)):
        records[test.person].tests.append(test)
    return dict(records)


def standing_events(facts: Facts, known_at: datetime) -> list[Fact]:
    """Events that no other takes back (2)."""
    events = known_rows(facts, "events", known_at)
    taken_back = {e["voids"] for e in events if e.get("voids") is not None and e["voids"] != e["event_id"]}
    return [
        Fact(e["event_id"], e["person_id"], e["kind"], e["occurred_on"])
        for e in events
        if e["kind"] != "void" and e["event_id"] not in taken_back
    ]


def known_cases(facts: Facts, known_at: datetime) -> list[Fact]:
    """Cases, from confirmation to discharge or death (4)."""
    found = []
    for case in latest_rows(facts, "cases", "case_id", known_at):
        ends = [day for day in (case.get("discharged_on"), case.get("died_on")) if day is not None]
        kind = f"case/{case['classification']}/{case['origin']}"
        released = min(ends, default=None)
        found.append(
            Fact(case["case_id"], case["person_id"], kind, case["confirmed_on"], is_case=True, released=released)
        )
    return found


def known_tests(facts: Facts, known_at: datetime) -> list[Fact]:
    """Tests, on the day of sampling (18)."""
    return [
        Fact(
            test["test_id"],
            test["person_id"],
            "test",
            test["sampled_on"],
            sample=Sample(test["result"], test["method"], test.get("ct")),
        )
        for test in latest_rows(facts, "tests", "test_id", known_at)
    ]


def judged_orders(facts: Facts, known_at: datetime) -> list[Mapping[str, Any]]:
    """Orders of a restriction on a person (15)."""
    return [
        order
        for order in latest_rows(facts, "orders", "order_id", known_at)
        if order.get("person_id") is not None and order.get("restriction") is not None
    ]
