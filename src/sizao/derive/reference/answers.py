"""The answers about people: measures, status, tests due, undecided facts (10, 11, 13, 14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sizao.derive.reference.books import Chain, in_force, weigh
from sizao.derive.reference.facts import Facts, Row, judged_orders
from sizao.derive.reference.runs import is_test_day
from sizao.derive.reference.spans import Span, find_spans, rank

MEASURES = "person_id rulebook measure phase restriction from until clause because"
STATUS = "person_id on rulebook measure phase phase_day restriction from until clause because"
TESTS_DUE = "person_id on measure phase phase_day clause because"


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
            if span.asked.phase and is_test_day(span.asked.phase, span.phase_day(on)):
                due.setdefault(span.asked.measure, span)
        asked = list(due.values())[: limit.at_most if limit else None]
        rows += [_row(TESTS_DUE, span, on) for span in asked]
    return rows


def undecided(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[Row]:
    """Facts that bind as undecided on some day (14), and orders of a word that no rulebook knows or forbids (15)."""
    found: list[tuple[Any, ...]] = []
    spans = find_spans(facts, rulebooks, known_at)
    for fact in {span.asked.fact for span in spans if not span.asked.phase}:
        found.append((fact.id, fact.person, fact.kind, fact.day, "unknown_kind"))
    forbidden = {ban.order for book in rulebooks for ban in book.limits.forbidden}
    for order in judged_orders(facts, known_at):
        word = order["restriction"]
        if word not in weigh(rulebooks) and word not in forbidden:
            about = order["order_id"], order["person_id"], word, order["from"]
            found.append((*about, "unknown_restriction"))
    return [
        {"fact_id": fact_id, "person_id": person, "kind": kind, "occurred_on": day, "why": why}
        for fact_id, person, kind, day, why in found
    ]


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
