"""Tries a rulebook before it is signed: what two derivations of the same facts ask of people, side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import duckdb
import pyarrow as pa

from sizao.derive.compile import UNDECIDED, Policy
from sizao.derive.derive import Derivation
from sizao.derive.impact_queries import ASKED, BESIDE, CHANGES, PERSONS, SIDE
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.policy.overlay import BETWEEN
from sizao.tables import Folder, contract


@dataclass(frozen=True)
class Side:
    """What one chain asks from `on` to `last`, both inclusive: the answers of its derivation, out of the engine.

    `fact_days` (fact_id, person_id, day) holds the days of facts where a rulebook counts some from an earlier event:
    such a row of `measures` begins before its fact and binds from the fact on.
    """

    policy: Policy
    on: dt.date
    last: dt.date
    status: pa.Table
    measures: pa.Table
    tests_due: pa.Table
    undecided: pa.Table
    fact_days: pa.Table


@dataclass(frozen=True)
class Impact:
    """Rulebook B beside A on the same facts, from `on` to `last` (both inclusive), nothing new happening.

    Counts are of people, of a person's days, or of tests (a person and a day, however many measures ask). A null
    restriction means none, the word 'undecided' that a rule is missing. `?`: may be null. Strictest first.

    - `matrix` (restriction_a?, restriction_b?, change, people): on `on`, without those under nothing in both
    - `moves` (measure_a?, restriction_a?, measure_b?, restriction_b?, change, people): those that flip
    - `days` (restriction, days_a, days_b, change): person-days by the strictest restriction of each day
    - `shift` (change, people): a person's days under any restriction, B less A
    - `ends` (what, change?, people): the last day under any restriction, B against A, in days: 'undecided' or 'freed'
      (none under B from `on`), 'earlier', 'same', 'later', 'held' (none under A); null where only one has an end
    - `tests` (test_zh, test_en, tests_a, tests_b, change)
    - `rooms` (restriction, on_a, on_b, peak_a, peak_day_a?, peak_b, peak_day_b?, change of the peak): away from home
    - `undecided` (kind, facts_a, facts_b, bearing_a, bearing_b): `bearing` on a day of the horizon
    - `per_day` (on, restriction, people_a, people_b, rooms_a, rooms_b, tests_a, tests_b): every day and restriction
    - `people` (person_id, restriction_a?, restriction_b?, measure_a?, measure_b?, until_a?, until_b?, days_a, days_b,
      tests_a, tests_b, change): everybody under something; `until` is the last day under any restriction as far as
      the facts go (null: none, or without end)
    - `communities` (group_id?, community?, people_a, people_b, flips, lighter, heavier, undecided, other, rooms_a,
      rooms_b, peak_a, peak_b, tests_a, tests_b): rooms on `on`, and the most on any day

    `endless`: people of whom something without an end binds under A and under B; it counts to `last`.
    """

    on: dt.date
    last: dt.date
    matrix: pa.Table
    moves: pa.Table
    days: pa.Table
    shift: pa.Table
    ends: pa.Table
    tests: pa.Table
    rooms: pa.Table
    undecided: pa.Table
    per_day: pa.Table
    people: pa.Table
    communities: pa.Table
    endless: tuple[int, int]
    without_home: int

    def summary(self) -> dict[str, Any]:
        """The counts as plain values for JSON (dates as ISO text), without any person."""
        matrix, shift, days = (t.to_pylist() for t in (self.matrix, self.shift, self.days))
        moved = {word: sum(row["people"] for row in matrix if row["change"] == word) for word in CHANGES}
        people = sum(row["people"] for row in shift)
        tests = self.tests.to_pylist()
        return {
            "on": self.on.isoformat(),
            "last": self.last.isoformat(),
            "days": (self.last - self.on).days + 1,
            "people": {
                side: sum(r["people"] for r in matrix if r[f"restriction_{side}"] not in (None, UNDECIDED))
                for side in "ab"
            },
            "flips": {"people": sum(moved.values()), **moved},
            "person_days": _difference(days, "days"),
            "days_of_a_person": {
                "people": people,
                "mean_change": round(sum(r["change"] * r["people"] for r in shift) / people, 3) if people else 0.0,
            },
            "tests": _difference(tests, "tests"),
            "endless": dict(zip("ab", self.endless, strict=True)),
            "without_home": self.without_home,
            "tables": {
                name: [{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()} for row in rows]
                for name, rows in (
                    ("matrix", matrix),
                    ("moves", self.moves.to_pylist()),
                    ("days", days),
                    ("shift", shift),
                    ("ends", self.ends.to_pylist()),
                    ("tests", tests),
                    ("rooms", self.rooms.to_pylist()),
                    ("undecided", self.undecided.to_pylist()),
                )
            },
        }


def bring_forward(books: Sequence[Rulebook], on: dt.date) -> tuple[Rulebook, ...]:
    """The chain as if its newest rulebook took effect on a date at the latest; published when it was.

    An older rulebook that would not have been in force for a day by then is left out. A local rulebook is in the
    chain once for each national one (`LOCAL@NATIONAL`): the first of those is brought forward.
    """
    name = own_id(books[-1])
    n = next(n for n, book in enumerate(books) if own_id(book) == name)
    if books[n].document.effective <= on:
        return tuple(books)
    older = [book for book in books[:n] if book.document.effective < on]
    document = books[n].document.model_copy(update={"effective": on})
    return (*older, books[n].model_copy(update={"document": document}), *books[n + 1 :])


def own_id(book: Rulebook) -> str:
    """The id in a rulebook's own file: that of a local one without the national one's that it is laid over."""
    return book.id.partition(BETWEEN)[0]


def read_side(derivation: Derivation, facts: Folder) -> Side:
    """The answers that a comparison needs. The derivation's `days` run from its date to the last day compared."""
    on, last = derivation.on, derivation.days[1]
    credited = any(m.counted_from for book in derivation.policy.chain for m in book.measures)
    return Side(
        policy=derivation.policy,
        on=on,
        last=last,
        status=derivation.table("status"),
        measures=derivation.table("measures"),
        tests_due=derivation.table("tests_due"),
        undecided=derivation.table("undecided"),
        fact_days=_fact_days(facts, derivation.known_at) if credited else FACT_DAYS.empty_table(),
    )


def compare_sides(
    a: Side, b: Side, *, people: pa.Table | None = None, places: pa.Table | None = None, place: str | None = None
) -> Impact:
    """What changes for whom under B against A, on the same days. `place` keeps the people whose home lies in it.

    Raises SizaoError `unknown-place`, and `other-days` when the sides are not of the same days.
    """
    if (a.on, a.last) != (b.on, b.last):
        what = f"one side holds {a.on} to {a.last}, the other {b.on} to {b.last}"
        raise SizaoError("other-days", what, todo="derive both for the same days")
    ordered = [*_strictest_first(b.policy), *(r for r in _strictest_first(a.policy) if r not in _weights(b.policy))]
    given = {
        "people_given": _filled(people, "person_id", "home_place_id"),
        "places": _filled(places, "place_id", "parent_id", "kind", "name"),
        "pairs": _pairs((*a.policy.chain, *b.policy.chain), ordered),
        "restrictions": pa.table(
            {"restriction": pa.array(ordered, pa.string()), "turn": pa.array(range(len(ordered)), pa.int32())}
        ),
    }
    for side, letter in ((a, "a"), (b, "b")):
        given |= {f"{name}_{letter}": table for name, table in _tables_of(side).items()}
    with duckdb.connect() as db:
        db.execute("SET preserve_insertion_order = false")
        for name, table in given.items():
            db.register(name, table)
        if place is not None and not db.execute("SELECT 1 FROM places WHERE place_id = ?", [place]).fetchone():
            raise SizaoError(
                "unknown-place", f"no place is called {place!r}", todo="give a place_id of the table places"
            )
        db.execute(f"CREATE MACRO first_day() AS DATE '{a.on.isoformat()}'")
        db.execute(f"CREATE MACRO horizon() AS {(a.last - a.on).days + 1}")
        db.execute(PERSONS)
        db.execute("DELETE FROM person WHERE NOT list_contains(coalesce(above, []), ?)", [place]) if place else None
        for letter in "ab":
            db.execute(SIDE.format(s=letter))
        db.execute(BESIDE)

        def ask(name: str) -> pa.Table:
            return db.sql(ASKED[name]).to_arrow_table()

        def count(condition: str) -> int:
            return int(db.sql(f"SELECT count(*) FROM pair WHERE {condition}").to_arrow_table()[0][0].as_py())

        return Impact(
            on=a.on,
            last=a.last,
            **{name: ask(name) for name in ASKED},
            endless=(count("endless_a"), count("endless_b")),
            without_home=count("group_id IS NULL"),
        )


def _difference(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    a, b = (sum(row[f"{name}_{side}"] for row in rows) for side in "ab")
    return {"a": a, "b": b, "change": b - a}


FACT_DAYS = pa.schema([("fact_id", pa.string()), ("person_id", pa.string()), ("day", pa.date32())])


def _fact_days(facts: Folder, known_at: dt.datetime) -> pa.Table:
    """The day of every fact: of a case or a test, of its latest version."""
    keys = (("events", "event_id", "occurred_on"), ("cases", "case_id", "confirmed_on"))
    found = []
    with duckdb.connect() as db:
        for name, key, day in (*keys, ("tests", "test_id", "sampled_on")):
            source = facts.tables.get(name)
            db.register("fact", source.arrow() if source else contract(name).arrow_schema().empty_table())
            latest = (
                f"SELECT {key} AS fact_id, person_id, arg_max({day}, recorded_at) AS day FROM fact"
                f" WHERE recorded_at <= TIMESTAMPTZ '{known_at.isoformat()}' GROUP BY ALL"
            )
            found.append(db.sql(latest).to_arrow_table().cast(FACT_DAYS))
    return pa.concat_tables(found)


def _weights(policy: Policy) -> dict[str, int]:
    """Restriction -> weight; not the words that only orders have."""
    names = {r.id for book in policy.chain for r in book.restrictions}
    rows: list[dict[str, Any]] = policy.tables["weights"].to_pylist()
    return {row["restriction"]: row["weight"] for row in rows if row["restriction"] in names}


def _strictest_first(policy: Policy) -> list[str]:
    weights = _weights(policy)
    return sorted(weights, key=weights.__getitem__, reverse=True)


def _tables_of(side: Side) -> dict[str, pa.Table]:
    """The side's answers and small tables, by the names that the queries use."""
    weights = _weights(side.policy)
    away = {r.id for book in side.policy.chain for r in book.restrictions if r.away}
    in_force = [side.policy.in_force(side.on + dt.timedelta(n)) for n in range((side.last - side.on).days + 1)]
    eras = side.policy.tables["eras"]
    return {
        "all_status": side.status,
        "all_measures": side.measures,
        "all_due": side.tests_due,
        "all_undecided": side.undecided,
        "fact_days": side.fact_days,
        "eras": pa.table({"rulebook": eras["rulebook"], "since": eras["era_from"].cast(pa.date32())}),
        "weights": pa.table(
            {
                "restriction": pa.array(weights, pa.string()),
                "weight": pa.array(weights.values(), pa.int32()),
                "away": pa.array([name in away for name in weights], pa.bool_()),
            }
        ),
        "named": pa.table(
            {
                "day": pa.array(range(len(in_force)), pa.int32()),
                "test_zh": pa.array([book.test.zh if book else "" for book in in_force]),
                "test_en": pa.array([book.test.en if book else "" for book in in_force]),
            }
        ),
    }


def _pairs(chain: Sequence[Rulebook], names: Sequence[str]) -> pa.Table:
    """(a, b, change) for every two restrictions, '' for none; 'other' where the rulebooks do not order the two."""
    lighter: dict[str, set[str]] = {name: set() for name in names}
    for book in chain:
        order = [r.id for r in book.restrictions]
        for n, name in enumerate(order):
            lighter[name] |= set(order[:n])
    try:
        for name in TopologicalSorter(lighter).static_order():
            lighter[name] = lighter[name].union(*(lighter[below] for below in lighter[name]))
    except CycleError:  # the two contradict each other: only what every rulebook orders alike can be compared
        lighter = {name: {other for other in names if _is_below(other, name, chain)} for name in names}
    rows = []
    for a in ("", *names):
        for b in ("", *names):
            if a != b:
                heavier = a == "" or (b != "" and a in lighter[b])
                known = "" in (a, b) or a in lighter[b] or b in lighter[a]
                rows.append({"a": a, "b": b, "change": ("heavier" if heavier else "lighter") if known else "other"})
    schema = pa.schema([("a", pa.string()), ("b", pa.string()), ("change", pa.string())])
    return pa.Table.from_pylist(rows, schema)


def _is_below(a: str, b: str, chain: Sequence[Rulebook]) -> bool:
    """Whether every rulebook that has both restrictions, and at least one, says that `a` is lighter than `b`."""
    said = {book.weights[a] < book.weights[b] for book in chain if {a, b} <= book.weights.keys()}
    return said == {True}


def _filled(table: pa.Table | None, *columns: str) -> pa.Table:
    """The columns, null where the table lacks one."""
    if table is None:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    for name in columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
    return table.select(list(columns))
