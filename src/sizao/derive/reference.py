"""States the rules of docs/derivation.md day by day in slow plain Python; every engine must agree with it.

Numbers in brackets are those of the rules. Used only by tests: a day binds or it does not, so days are walked one
by one, up to a horizon beyond which nothing but what is without end can bind.

Facts are tables as lists of rows: `events`, `cases`, `tests` and `orders`, with the columns of their contracts
(dates as `date`, `recorded_at` as aware `datetime`); a missing table is empty, a missing column null. A chain is a
sequence of rulebooks, oldest first, as `policy.chain` returns it. What is returned has the columns of the derived
tables, in no order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sizao.policy import Measure, Phase, Rulebook, Trigger

Row = dict[str, Any]
Facts = Mapping[str, Sequence[Mapping[str, Any]]]
Chain = Sequence[Rulebook]

MEASURES = "person_id rulebook measure phase restriction from until clause because"
STATUS = "person_id on rulebook measure phase phase_day restriction from until clause because"
TESTS_DUE = "person_id on measure phase phase_day clause because"

DAY = timedelta(days=1)
MARGIN = 3


@dataclass(frozen=True)
class Fact:
    """An event that stands, or a case. `released` is the day on which a case ends: its first day outside."""

    id: str
    person: str
    kind: str
    day: date
    is_case: bool = False
    released: date | None = None


@dataclass(frozen=True)
class Asked:
    """What a rulebook asks after a fact on some day. Undecided has no phase. `start` is the phase's day 1."""

    fact: Fact
    rulebook: str
    measure: str
    phase: Phase | None
    clause: str | None
    start: date


@dataclass(frozen=True)
class Span:
    """A row of `measures` (10): it binds from `first` to `until`, which is None when it is without end."""

    asked: Asked
    first: date
    until: date | None

    def binds(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day <= self.until)

    def phase_day(self, day: date) -> int:
        return (day - self.asked.start).days + 1


def measures(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[Row]:
    """Every phase of every run that binds on some day (10)."""
    return [_row(MEASURES, span) for span in find_spans(facts, rulebooks, known_at)]


def status(facts: Facts, rulebooks: Chain, on: date, known_at: datetime) -> list[Row]:
    """What holds for each person on a day: the heaviest that binds (11)."""
    binding = _by_person(find_spans(facts, rulebooks, known_at), on)
    return [_row(STATUS, rank(spans, rulebooks)[0], on) for spans in binding.values()]


def tests_due(facts: Facts, rulebooks: Chain, on: date, known_at: datetime) -> list[Row]:
    """The tests of a day: one for each person and measure, heaviest first, up to the day's limit (13)."""
    book = in_force(rulebooks, on)
    limit = book.limits.tests_per_day if book else None
    rows: list[Row] = []
    for spans in _by_person(find_spans(facts, rulebooks, known_at), on).values():
        due: dict[str, Span] = {}
        for span in rank(spans, rulebooks):
            if span.asked.phase and span.phase_day(on) in span.asked.phase.tests:
                due.setdefault(span.asked.measure, span)
        asked = list(due.values())[: limit.at_most if limit else None]
        rows += [_row(TESTS_DUE, span, on) for span in asked]
    return rows


def excesses(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[Row]:
    """What goes beyond the rules: days of orders (15, 16), then days with too many tests (17)."""
    spans = find_spans(facts, rulebooks, known_at)
    rows: list[Row] = []
    for order in judged_orders(facts, known_at):
        if order["restriction"] in weigh(rulebooks):
            held = [s for s in spans if s.asked.fact.person == order["person_id"] and s.asked.phase]
            rows += _order_excesses(order, held, rulebooks, horizon(facts, rulebooks))
    return rows + list(_too_many_tests(facts, rulebooks, known_at))


def undecided(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[Row]:
    """Facts that bind as undecided on some day (14), and orders of an unknown restriction (15)."""
    found: list[tuple[Any, ...]] = []
    spans = find_spans(facts, rulebooks, known_at)
    for fact in {span.asked.fact for span in spans if not span.asked.phase}:
        found.append((fact.id, fact.person, fact.kind, fact.day, "unknown_kind"))
    for order in judged_orders(facts, known_at):
        word = order["restriction"]
        if word not in weigh(rulebooks):
            about = order["order_id"], order["person_id"], word, order["from"]
            found.append((*about, "unknown_restriction"))
    return [
        {"fact_id": fact_id, "person_id": person, "kind": kind, "occurred_on": day, "why": why}
        for fact_id, person, kind, day, why in found
    ]


# Facts


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


def standing_facts(facts: Facts, known_at: datetime) -> list[Fact]:
    """Events that no other takes back (2), and cases (4)."""
    events = known_rows(facts, "events", known_at)
    taken_back = {e["voids"] for e in events if e.get("voids") is not None and e["voids"] != e["event_id"]}
    found = [
        Fact(e["event_id"], e["person_id"], e["kind"], e["occurred_on"])
        for e in events
        if e["kind"] != "void" and e["event_id"] not in taken_back
    ]
    for case in latest_rows(facts, "cases", "case_id", known_at):
        ends = [day for day in (case.get("discharged_on"), case.get("died_on")) if day is not None]
        found.append(
            Fact(
                case["case_id"],
                case["person_id"],
                f"case/{case['classification']}",
                case["confirmed_on"],
                is_case=True,
                released=min(ends, default=None),
            )
        )
    return found


def judged_orders(facts: Facts, known_at: datetime) -> list[Mapping[str, Any]]:
    """Orders of a restriction on a person (15)."""
    return [
        order
        for order in latest_rows(facts, "orders", "order_id", known_at)
        if order.get("person_id") is not None and order.get("restriction") is not None
    ]


# Rulebooks


def in_force(chain: Chain, day: date) -> Rulebook | None:
    """The rulebook in force on a day: the latest that took effect by then (5)."""
    return next((book for book in reversed(chain) if book.document.effective <= day), None)


def takes_over(chain: Chain, n: int, fact: Fact) -> bool:
    """Whether the n-th rulebook takes the fact over (6)."""
    move = chain[n].transition
    if n == 0 or move is None or move.rule == "rederive":
        return True
    if move.rule == "keep" or move.date is None:
        return fact.day >= chain[n].document.effective
    return fact.day >= move.date


def governing(chain: Chain, fact: Fact, day: date) -> int | None:
    """The number of the rulebook that governs a fact on a day: the latest in force that takes it over (6)."""
    for n in reversed(range(len(chain))):
        if chain[n].document.effective <= day and takes_over(chain, n, fact):
            return n
    return None


def weigh(chain: Chain) -> dict[str, int]:
    """Restriction -> weight from 1, over the chain (12). Raises ValueError when there is no one order."""
    orders = [[r.id for r in book.restrictions] for book in chain]
    left = {word for order in orders for word in order}
    weights: dict[str, int] = {}
    while left:
        lightest = {
            w for w in left if all(w == next(o for o in order if o in left) for order in orders if w in order)
        }
        if len(lightest) != 1:
            raise ValueError(f"the rulebooks do not give one order to {sorted(lightest or left)}")
        left -= lightest
        weights[lightest.pop()] = len(weights) + 1
    return weights


def find_measure(book: Rulebook, kind: str) -> tuple[Measure, Trigger] | None:
    """The measure that a kind of fact starts, and the trigger that catches it; None when the kind is unknown."""
    for measure in book.measures:
        for trigger in measure.triggers:
            if kind in trigger.kinds:
                return measure, trigger
    return None


# A day


def asked_on(book: Rulebook, fact: Fact, day: date) -> Asked | None:
    """What one rulebook, left alone, asks after a fact on a day (8, 14); of a case, nothing once it has ended (4)."""
    if fact.released is not None and day >= fact.released:
        return None
    found = find_measure(book, fact.kind)
    if found is None:
        longest = max((m.days or 1 for m in book.measures if m.days is not None), default=1)
        if fact.day <= day < fact.day + longest * DAY:
            return Asked(fact, book.id, "undecided", None, None, fact.day)
        return None
    measure, trigger = found
    start = fact.day + trigger.offset * DAY
    for phase in measure.phases:
        if start <= day and (phase.days is None or day < start + phase.days * DAY):
            return Asked(fact, book.id, measure.id, phase, phase.clause or measure.clause, start)
        start += (phase.days or 0) * DAY
    return None


def is_capped(chain: Chain, n: int, fact: Fact, day: date, last: date) -> bool:
    """Whether a day lies after the last that the older rulebook would have asked for, under `rederive` (7).

    What is undecided holds nobody: it neither caps nor is capped.
    """
    effective, move = chain[n].document.effective, chain[n].transition
    if n == 0 or move is None or move.rule != "rederive" or fact.day >= effective or fact.is_case:
        return False
    older = governing(chain[:n], fact, effective - DAY)
    if older is None:
        return False
    for later in days(day, last):
        asked = asked_on(chain[older], fact, later)
        if asked and asked.phase and not is_capped(chain, older, fact, later, last):
            return False
    return True


def first_cut_day(chain: Chain, fact: Fact, cases: Sequence[Fact]) -> date | None:
    """The day from which a case of the same person ends what an event started: confirmation or death (9)."""
    if fact.is_case:
        return None
    known = {kind for book in chain for m in book.measures for t in m.triggers for kind in t.kinds}
    lasting = [c for c in cases if c.kind in known and (c.released is None or fact.day < c.released)]
    return min((min(c.day, c.released or c.day) for c in lasting), default=None)


def find_spans(facts: Facts, chain: Chain, known_at: datetime) -> list[Span]:
    """Walks the days of every fact and gathers those on which the same thing binds (10)."""
    standing, last = standing_facts(facts, known_at), horizon(facts, chain)
    cases: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in standing:
        if fact.is_case:
            cases[fact.person].append(fact)
    spans = []
    for fact in standing:
        cut = first_cut_day(chain, fact, cases[fact.person])
        bound: defaultdict[Asked, list[date]] = defaultdict(list)
        for day in days(fact.day, last):
            n = governing(chain, fact, day)
            if n is None or (cut is not None and day >= cut):
                continue
            asked = asked_on(chain[n], fact, day)
            if asked and not (asked.phase and is_capped(chain, n, fact, day, last)):
                bound[asked].append(day)
        for asked, held in bound.items():
            spans.append(Span(asked, held[0], None if held[-1] == last else held[-1]))
    return spans


def rank(spans: Sequence[Span], chain: Chain) -> list[Span]:
    """Heaviest first; among equals the latest end, the latest start, then measure, phase and fact in order (11)."""
    weights = weigh(chain)

    def key(span: Span) -> tuple[Any, ...]:
        return (
            -_weight(span, weights),
            -(span.until or date.max).toordinal(),
            -span.asked.start.toordinal(),
            span.asked.measure,
            span.asked.phase.id if span.asked.phase else "",
            span.asked.fact.id,
        )

    return sorted(spans, key=key)


# Excesses


def _order_excesses(order: Mapping[str, Any], held: Sequence[Span], chain: Chain, last: date) -> Iterator[Row]:
    """The runs of days of one order that no rule covers (15, 16). `held` are the person's rows with a restriction."""
    weights = weigh(chain)
    weight = weights[order["restriction"]]
    begin, end = max(order["from"], chain[0].document.effective), order.get("until")
    binding = {day: [s for s in held if s.binds(day)] for day in days(begin, end or last)}
    bound = [day for day in binding if binding[day]]

    def kind_of(day: date) -> str | None:
        if any(_ceiling(span, weights) >= weight for span in binding[day]):
            return None
        if not bound:
            return "no_rule"
        return "earlier" if day < bound[0] else "longer" if day > bound[-1] else "stricter"

    for kind, group in groupby(binding, key=kind_of):
        run = list(group)
        if kind == "earlier":
            cited = binding[bound[0]]
        elif kind == "longer":
            cited = binding[bound[-1]]
        else:
            cited = [span for day in run for span in binding[day]]
        ruling = in_force(chain, run[-1])
        ceiling = ruling.limits.ceiling if ruling else None
        endless = end is None and run[-1] == last
        if kind is not None:
            yield {
                "order_id": order["order_id"],
                "person_id": order["person_id"],
                "from": run[0],
                "until": None if endless else run[-1],
                "days": None if endless else len(run),
                "kind": kind,
                "clause": rank(cited, chain)[0].asked.clause if cited else ceiling,
            }


def _too_many_tests(facts: Facts, chain: Chain, known_at: datetime) -> Iterator[Row]:
    """Days on which a person was sampled more often than the limit of that day's rulebook (17)."""
    samples: defaultdict[tuple[str, date], int] = defaultdict(int)
    for test in latest_rows(facts, "tests", "test_id", known_at):
        samples[test["person_id"], test["sampled_on"]] += 1
    for (person, day), count in samples.items():
        book = in_force(chain, day)
        limit = book.limits.tests_per_day if book else None
        if book and book.test.recorded_in == "tests" and limit and count > limit.at_most:
            yield {
                "order_id": None,
                "person_id": person,
                "from": day,
                "until": day,
                "days": 1,
                "kind": "too_many_tests",
                "clause": limit.clause,
            }


# Days and columns


def days(first: date, last: date) -> Iterator[date]:
    """Each day from first to last, both inclusive; none when last comes before."""
    while first <= last:
        yield first
        first += DAY


def horizon(facts: Facts, chain: Chain) -> date:
    """A day after which nothing begins or ends: what binds then is without end."""
    mentioned = [book.document.effective for book in chain]
    for table in ("events", "cases", "tests", "orders"):
        for row in facts.get(table, ()):
            mentioned += [v for v in row.values() if isinstance(v, date) and not isinstance(v, datetime)]
    longest = max(sum(phase.days or 0 for phase in m.phases) for book in chain for m in book.measures)
    return max(mentioned) + (longest + MARGIN) * DAY


def _by_person(spans: Sequence[Span], on: date) -> dict[str, list[Span]]:
    """The spans that bind on a day, by person."""
    people: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.binds(on):
            people[span.asked.fact.person].append(span)
    return people


def _row(columns: str, span: Span, on: date | None = None) -> Row:
    """The columns of a derived table for one span, seen from a day where the table has one."""
    asked = span.asked
    values = {
        "person_id": asked.fact.person,
        "on": on,
        "rulebook": asked.rulebook,
        "measure": asked.measure,
        "phase": asked.phase.id if asked.phase else None,
        "phase_day": span.phase_day(on) if on and asked.phase else None,
        "restriction": asked.phase.restriction if asked.phase else None,
        "from": asked.start,
        "until": span.until,
        "clause": asked.clause,
        "because": asked.fact.id,
    }
    return {name: values[name] for name in columns.split()}


def _weight(span: Span, weights: Mapping[str, int]) -> int:
    """Undecided is lighter than any restriction (14)."""
    return weights[span.asked.phase.restriction] if span.asked.phase else 0


def _ceiling(span: Span, weights: Mapping[str, int]) -> int:
    """The heaviest that an authority may choose where the span binds (15)."""
    phase = span.asked.phase
    return weights[phase.up_to or phase.restriction] if phase else 0
