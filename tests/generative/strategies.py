"""Random chains of rulebooks and random facts: small, and dense, so that boundaries are hit and failures read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from sizao.derive.reference import find_spans
from sizao.policy import Rulebook

Rows = list[dict[str, Any]]

FIRST = date(2022, 1, 1)
KNOWN_AT = datetime(2023, 1, 1, tzinfo=UTC)

# Light to strict, and not in alphabetical order.
RESTRICTIONS = ("watch", "home", "centre", "ward")
EVENT_KINDS = ("k1", "k2", "k3")
CASE_KINDS = ("case/confirmed", "case/asymptomatic")
MEASURES = ("m2", "m10", "m_1")
PEOPLE = ("p1", "p2", "p3", "p4")
# Days from an edge at which something happens.
AROUND = (-1, 0, -2, 1, -3, -4, 2, -6, 4)
# Sorted otherwise by a dictionary or by numbers than by code points.
EVENT_IDS = tuple(f"{start}{end}" for end in ("2", "10", "a", "1", "B", "_") for start in ("e", "E", "é", "e_"))


@dataclass(frozen=True)
class Scene:
    """What one example is made of. Printed as short tables."""

    rulebooks: tuple[Rulebook, ...]
    facts: dict[str, Rows]
    on: date
    known_at: datetime = KNOWN_AT

    def with_facts(self, **tables: Rows) -> Scene:
        return replace(self, facts={**self.facts, **tables})

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        lines = [f"on {self.on}, known at {self.known_at}"]
        for book in self.rulebooks:
            lines += describe(book)
        for name, rows in self.facts.items():
            lines += [f"{name}: " + ", ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in rows]
        printer.text("\n  ".join(["Scene:", *lines]))


def describe(book: Rulebook) -> list[str]:
    """A rulebook in a few lines."""
    move = f", {book.transition.rule} {book.transition.date or ''}" if book.transition else ""
    limit = book.limits.tests_per_day.at_most if book.limits.tests_per_day else "no"
    lines = [
        f"rulebook {book.id} from {book.document.effective}{move}, {'<'.join(book.weights)}, "
        f"{limit} limit, ceiling {book.limits.ceiling}"
    ]
    for measure in book.measures:
        started = ", ".join(f"{'/'.join(t.kinds)} {t.day_1}" for t in measure.triggers)
        phases = "; ".join(
            f"{p.id} {p.restriction} {p.days or 'until discharge'} tests {p.tests}"
            + (f" up to {p.up_to}" if p.up_to else "")
            for p in measure.phases
        )
        lines.append(f"  {measure.id}: {started} -> {phases or 'nothing'}")
    return lines


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def chains(draw: st.DrawFn, least: int = 1, last_rule: str | None = None) -> tuple[Rulebook, ...]:
    """One to three rulebooks, each replacing the one before; `last_rule` fixes the last transition."""
    length = draw(st.sampled_from((1, 2, 3, 3)).filter(lambda n: n >= least))
    orders = _consistent([draw(st.sets(st.sampled_from(RESTRICTIONS), min_size=1)) for _ in range(length)])
    effective, books = FIRST + timedelta(10), []
    for n, restrictions in enumerate(orders):
        books.append(draw(_rulebooks(n, effective, restrictions, last_rule if n == length - 1 else None)))
        effective += timedelta(draw(st.sampled_from((2, 1, 3, 4, 7))))
    return tuple(books)


def _consistent(chosen: list[set[str]]) -> list[list[str]]:
    """Adds words until the rulebooks together give one order: of any two neighbours, some rulebook has both."""
    union = [word for word in RESTRICTIONS if any(word in words for words in chosen)]
    for lighter, heavier in pairwise(union):
        if not any({lighter, heavier} <= words for words in chosen):
            next(words for words in chosen if heavier in words).add(lighter)
    return [[word for word in RESTRICTIONS if word in words] for words in chosen]


@st.composite
def _rulebooks(draw: st.DrawFn, n: int, effective: date, restrictions: list[str], rule: str | None) -> Rulebook:
    name = f"r{n}"
    words = {"zh": name, "en": name}
    started: dict[str, list[str]] = {}
    for kind in (*EVENT_KINDS, *CASE_KINDS):
        measure = draw(st.sampled_from((*MEASURES, *MEASURES, None)))
        if measure:
            started.setdefault(measure, []).append(kind)
    move = None
    if n:
        rule = rule or draw(st.sampled_from(("rederive", "rederive", "keep", "new_only_from")))
        since = effective + timedelta(draw(st.integers(-4, 4))) if rule == "new_only_from" else None
        move = {"rule": rule, "date": since}
    limit = draw(st.sampled_from((None, 1, 2)))
    return Rulebook.model_validate(
        {
            "id": name,
            "title": words,
            "jurisdiction": "made up",
            "disease": "made_up",
            "document": {
                "number": name,
                "title": words,
                "issuer": words,
                "published": effective,
                "effective": effective,
            },
            "replaces": f"r{n - 1}" if n else None,
            "test": words,
            "restrictions": [{"id": word, "title": words} for word in restrictions],
            "measures": [
                draw(_measures(name, measure, kinds, restrictions))
                for measure, kinds in (started or {MEASURES[0]: [EVENT_KINDS[0]]}).items()
            ],
            "limits": {
                "tests_per_day": {"at_most": limit, "clause": f"{name} limit"} if limit else None,
                "ceiling": draw(sometimes(st.just(f"{name} ceiling"))),
            },
            "transition": move,
        }
    )


@st.composite
def _measures(draw: st.DrawFn, book: str, name: str, kinds: list[str], restrictions: list[str]) -> dict[str, Any]:
    triggers = []
    for kind in kinds:
        caught = {"case": [kind.removeprefix("case/")]} if kind in CASE_KINDS else {"event": kind}
        triggers.append({**caught, "day_1": draw(st.sampled_from(("same_day", "day_after")))})
    count = draw(st.sampled_from((1, 2, 3, 2, 0)))
    names = draw(st.permutations(("p1", "p2", "p3")))
    phases = [draw(_phases(f"{book} {name} {names[n]}", names[n], restrictions)) for n in range(count)]
    if phases and all(kind in CASE_KINDS for kind in kinds) and draw(st.booleans()):
        phases[-1] = {**phases[-1], "days": None, "until": "discharge"}
    asks = {"phases": phases} if phases else {"asks": "nothing"}
    title = {"zh": name, "en": name}
    return {"id": name, "title": title, "clause": f"{book} {name}", "triggers": triggers, **asks}


@st.composite
def _phases(draw: st.DrawFn, clause: str, name: str, restrictions: list[str]) -> dict[str, Any]:
    length = draw(st.sampled_from((3, 1, 2, 4, 5, 7)))
    restriction = draw(st.sampled_from(restrictions))
    heavier = restrictions[restrictions.index(restriction) + 1 :]
    return {
        "id": name,
        "restriction": restriction,
        "days": length,
        "tests": draw(st.sampled_from(([], [1], [length], *[list(range(1, length + 1))] * 3))),
        "up_to": draw(sometimes(st.sampled_from(heavier))) if heavier else None,
        "clause": draw(sometimes(st.just(clause))),
    }


@st.composite
def facts(draw: st.DrawFn, edges: Sequence[date]) -> dict[str, Rows]:
    """Events, cases, tests and orders of a few people, in the days around the edges."""
    near = st.builds(lambda edge, days: edge + timedelta(days), st.sampled_from(edges), st.sampled_from(AROUND))
    tables: dict[str, Rows] = {"events": [], "cases": [], "tests": [], "orders": []}
    for person in PEOPLE:
        if person == PEOPLE[-1]:  # everything on one day, so that rows are equally heavy and equally long
            near = st.just(draw(near))
        events = draw(st.lists(_events(person, near), max_size=8))
        for name, event in zip(EVENT_IDS, events, strict=False):
            event["event_id"] = f"{name}{person}"
        tables["events"] += events
        tables["cases"] += draw(st.lists(_cases(person, near), max_size=2))
        tables["tests"] += draw(st.lists(_tests(person, edges), max_size=5))
        tables["orders"] += draw(st.lists(_orders(person, near), max_size=2))
    for rows in tables.values():
        for n, row in enumerate(rows):  # no two versions at one instant
            row["recorded_at"] += timedelta(minutes=n)
    return tables


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
        "kind": draw(st.sampled_from((*EVENT_KINDS, *EVENT_KINDS, "unheard_of", "void"))),
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
        "origin": "local",
        "discharged_on": draw(later_than(confirmed, 3, 0, 1, 2, 5, 9, None)),
        "died_on": draw(later_than(confirmed, None, None, None, 0, 2, 4, -2)),
        "recorded_at": draw(instants()),
    }


@st.composite
def _tests(draw: st.DrawFn, person: str, edges: Sequence[date]) -> dict[str, Any]:
    return {
        "test_id": draw(st.sampled_from((f"t2{person}", f"t10{person}", f"t1{person}", "t of somebody"))),
        "person_id": person,
        "sampled_on": draw(st.sampled_from(edges)) - timedelta(draw(st.integers(0, 1))),
        "method": "pcr",
        "result": "negative",
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
        "restriction": draw(st.sampled_from((*RESTRICTIONS, *RESTRICTIONS, "unheard_of", None))),
        "from": begin,
        "until": draw(later_than(begin, 5, 0, 2, 9, 15, None, None)),
        "issuer": "district office",
        "recorded_at": draw(instants()),
    }


@st.composite
def scenes(draw: st.DrawFn, least: int = 1, last_rule: str | None = None) -> Scene:
    """A chain, facts and one of the busiest days to look at; `least` and `last_rule` as for `chains`."""
    rulebooks = draw(chains(least, last_rule))
    happened = draw(facts([book.document.effective for book in rulebooks]))
    spans = find_spans(happened, rulebooks, KNOWN_AT)
    binding = {FIRST + timedelta(n): sum(s.binds(FIRST + timedelta(n)) for s in spans) for n in range(8, 32)}
    busiest = sorted(binding, key=lambda day: -binding[day])[:8]
    return Scene(rulebooks, happened, draw(st.sampled_from(busiest)))
