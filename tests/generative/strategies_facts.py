"""Random facts of a few people: small, and dense around the days on which rulebooks change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from strategies_books import CTS, EVENT_KINDS, RESTRICTIONS, UNKNOWN_WORDS

Rows = list[dict[str, Any]]

KNOWN_AT = datetime(2023, 1, 1, tzinfo=UTC)
PEOPLE = ("p1", "p2", "p3", "p4")
# Days from an edge at which something happens.
AROUND = (-1, 0, -2, 1, -3, -4, 2, -6, 4)
SAMPLED = (0, -1, 1, -2, 2, 3, -3, 4, 5, 7)
# Sorted otherwise by a dictionary or by numbers than by code points.
EVENT_IDS = tuple(f"{start}{end}" for end in ("2", "10", "a", "1", "B", "_") for start in ("e", "E", "é", "e_"))


@st.composite
def facts(draw: st.DrawFn, edges: Sequence[date]) -> dict[str, Rows]:
    """Events, cases, tests and orders of a few people, in the days around the edges."""
    near = st.builds(lambda edge, days: edge + timedelta(days), st.sampled_from(edges), st.sampled_from(AROUND))
    sampled = st.builds(lambda edge, days: edge + timedelta(days), st.sampled_from(edges), st.sampled_from(SAMPLED))
    tables: dict[str, Rows] = {"events": [], "cases": [], "tests": [], "orders": []}
    for person in PEOPLE:
        if person == PEOPLE[-1]:  # everything on one day, so that rows are equally heavy and equally long
            near = st.just(draw(near))
        events = draw(several(_events(person, near), 8))
        for name, event in zip(EVENT_IDS, events, strict=False):
            event["event_id"] = f"{name}{person}"
        tables["events"] += events
        tables["cases"] += draw(st.lists(_cases(person, near), max_size=2))
        tables["tests"] += draw(several(_tests(person, sampled), 8))
        tables["orders"] += draw(st.lists(_orders(person, near), max_size=2))
    for rows in tables.values():
        for n, row in enumerate(rows):  # no two versions at one instant
            row["recorded_at"] += timedelta(minutes=n)
    return tables


@st.composite
def several(draw: st.DrawFn, rows: st.SearchStrategy[dict[str, Any]], most: int) -> Rows:
    """Any number of rows up to `most`, each number as likely: lists of hypothesis are mostly short."""
    return [draw(rows) for _ in range(draw(st.integers(0, most)))]


def instants() -> st.SearchStrategy[datetime]:
    """Before known-at, at the very instant, or after it; written with different offsets."""
    zones = st.sampled_from((UTC, timezone(timedelta(hours=8))))
    hours = st.sampled_from((-1, -30, -2, -4, 0, 30))
    return st.builds(lambda hour, zone: (KNOWN_AT + timedelta(hours=hour)).astimezone(zone), hours, zones)


def later_than(day: date, *lengths: int | None) -> st.SearchStrategy[date | None]:
    return st.sampled_from(lengths).map(lambda length: None if length is None else day + timedelta(length))


@st.composite
def _events(draw: st.DrawFn, person: str, near: st.SearchStrategy[date]) -> dict[str, Any]:
    voided = [f"{EVENT_IDS[0]}{person}", f"{EVENT_IDS[1]}{person}", f"{EVENT_IDS[0]}{PEOPLE[0]}", "e404"]
    return {
        "event_id": "",
        "person_id": person,
        "kind": draw(st.sampled_from((*EVENT_KINDS, *EVENT_KINDS, "looked_for", "unheard_of", "void"))),
        "occurred_on": draw(near),
        "voids": draw(st.sampled_from((*[None] * 12, *voided))),
        "recorded_at": draw(instants()),
    }


@st.composite
def _cases(draw: st.DrawFn, person: str, near: st.SearchStrategy[date]) -> dict[str, Any]:
    confirmed = draw(near)
    return {
        "case_id": draw(st.sampled_from((f"c2{person}", f"c10{person}", "c of somebody"))),
        "person_id": person,
        "confirmed_on": confirmed,
        "classification": draw(st.sampled_from(("confirmed", "asymptomatic"))),
        "origin": draw(st.sampled_from(("local", "imported"))),
        "discharged_on": draw(later_than(confirmed, 3, 0, 1, 2, 5, 9, None)),
        "died_on": draw(later_than(confirmed, None, None, None, 0, 2, 4, -2)),
        "recorded_at": draw(instants()),
    }


@st.composite
def _tests(draw: st.DrawFn, person: str, sampled: st.SearchStrategy[date]) -> dict[str, Any]:
    names = [f"t{n}{person}" for n in ("2", "10", "1", "3", "4", "B", "a", "_")]
    return {
        "test_id": draw(st.sampled_from((*names, "t of somebody"))),
        "person_id": person,
        "sampled_on": draw(sampled),
        "method": draw(st.sampled_from(("pcr", "pcr", "antigen"))),
        "result": draw(st.sampled_from((*["negative", "positive"] * 3, "inconclusive", "pending"))),
        "ct": draw(st.sampled_from((None, *CTS))),
        "recorded_at": draw(instants()),
    }


@st.composite
def _orders(draw: st.DrawFn, person: str, near: st.SearchStrategy[date]) -> dict[str, Any]:
    begin = draw(near)
    of_place = draw(st.integers(0, 9)) == 9
    return {
        "order_id": draw(st.sampled_from((f"o2{person}", f"o10{person}", "o of somebody"))),
        "person_id": None if of_place else person,
        "place_id": "x1" if of_place else None,
        "restriction": draw(st.sampled_from((*RESTRICTIONS, *RESTRICTIONS, *UNKNOWN_WORDS, None))),
        "from": begin,
        "until": draw(later_than(begin, 5, 0, 2, 9, 15, None, None)),
        "issuer": "district office",
        "recorded_at": draw(instants()),
    }
