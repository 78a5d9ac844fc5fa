"""What a rulebook on trial changes: by example, and against the status of every single day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from sizao.derive import derive, facts_of
from sizao.derive.impact import Impact, bring_forward, compare_sides, read_side
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.tables import Folder

WORDS = {"zh": "x", "en": "x"}
ON, DAY = dt.date(2022, 3, 10), dt.timedelta(1)
KNOWN_AT = dt.datetime(2022, 6, 1, tzinfo=dt.UTC)
RESTRICTIONS = ("watch", "home", "centre", "ward")
AWAY = ("centre", "ward")
Rows = list[dict[str, Any]]


def phase(restriction: str, days: int, **more: Any) -> dict[str, Any]:
    return {"restriction": restriction, "days": days, **more}


def rulebook(
    name: str,
    effective: str = "2022-01-01",
    met: Sequence[dict[str, Any]] = (),
    restrictions: Sequence[str] = RESTRICTIONS,
    away: Sequence[str] = AWAY,
    **more: Any,
) -> Rulebook:
    """A rulebook that catches `met` (if it has phases), `arrived` (3 days at home) and cases."""
    measures = [
        {
            "id": "case",
            "triggers": [{"case": ["confirmed"]}],
            "phases": [{"restriction": "ward", "until": "discharge"}],
        },
        {"id": "traveller", "triggers": [{"event": "arrived"}], "phases": [phase("home", 3, tests=[1, 3])]},
    ]
    if met:
        measures.append({"id": "contact", "triggers": [{"event": "met", "day_1": "day_after"}], "phases": list(met)})
    return Rulebook.model_validate(
        {
            "id": name,
            "title": WORDS,
            "jurisdiction": "made up",
            "disease": "made_up",
            "document": {
                "number": name,
                "title": WORDS,
                "issuer": WORDS,
                "published": effective,
                "effective": effective,
            },
            "test": {"zh": "测", "en": "swab"},
            "restrictions": [{"id": r, "title": WORDS, "away": r in away} for r in restrictions],
            "measures": [{"title": WORDS, "clause": "1", **measure} for measure in measures],
        }
        | more
    )


MOVE = {"rule": "rederive"}
OLD = rulebook("old", met=[phase("centre", 5, tests=[1, 5]), phase("home", 2)])


def event(person: str, kind: str, on: dt.date) -> dict[str, Any]:
    recorded = dt.datetime(on.year, on.month, on.day, 12, tzinfo=dt.UTC)
    return {
        "event_id": f"e-{person}-{kind}-{on}",
        "person_id": person,
        "kind": kind,
        "occurred_on": on,
        "recorded_at": recorded,
    }


def case(person: str, on: dt.date, discharged: dt.date | None = None) -> dict[str, Any]:
    row = event(person, "", on)
    return {
        "case_id": f"c-{person}-{on}",
        "person_id": person,
        "confirmed_on": on,
        "discharged_on": discharged,
        "classification": "confirmed",
        "origin": "local",
        "recorded_at": row["recorded_at"],
    }


def compare(a: Sequence[Rulebook], b: Sequence[Rulebook], facts: Folder, days: int, **more: Any) -> Impact:
    sides = []
    for books in (a, b):
        with derive(facts, books, ON, days=(ON, ON + (days - 1) * DAY), known_at=KNOWN_AT) as derivation:
            sides.append(read_side(derivation, facts))
    return compare_sides(sides[0], sides[1], **more)


def impact(
    a: Sequence[Rulebook],
    b: Sequence[Rulebook],
    events: Rows = [],  # noqa: B006
    cases: Rows = [],  # noqa: B006
    days: int = 10,
    **more: Any,
) -> Impact:
    return compare(a, b, facts_of({"events": events, "cases": cases}), days, **more)


def rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


# Who flips


def test_a_person_flips_when_the_strictest_restriction_of_the_day_is_another() -> None:
    lighter = rulebook("new", met=[phase("home", 5)])
    got = impact([OLD], [lighter], [event("p", "met", ON - DAY), event("q", "arrived", ON)])
    assert rows(got.matrix, "restriction_a", "restriction_b", "change", "people") == [
        ("centre", "home", "lighter", 1),
        ("home", "home", "same", 1),
    ]
    assert rows(got.moves, "measure_a", "measure_b", "people") == [("contact", "contact", 1)]
    assert got.summary()["flips"] == {"people": 1, "lighter": 1, "heavier": 0, "undecided": 0, "other": 0}
    assert impact([lighter], [OLD], [event("p", "met", ON - DAY)]).summary()["flips"]["heavier"] == 1


def test_a_fact_that_b_does_not_know_is_not_called_lighter_but_undecided() -> None:
    got = impact([OLD], [rulebook("new")], [event("p", "met", ON - DAY), event("q", "met", ON - 40 * DAY)])
    assert rows(got.matrix, "restriction_a", "restriction_b", "change", "people") == [
        ("centre", "undecided", "undecided", 1)
    ]
    assert rows(got.undecided, "kind", "facts_a", "facts_b", "bearing_a", "bearing_b") == [("met", 0, 2, 0, 1)]
    assert got.summary()["people"] == {"a": 1, "b": 0}
    assert rows(got.ends, "what", "people") == [("undecided", 1)]


def test_an_undecided_fact_bears_only_on_the_days_that_are_looked_at() -> None:
    got = impact([OLD], [OLD], [event("p", "odd", ON + 2 * DAY), event("q", "odd", ON + 3 * DAY)], days=3)
    assert rows(got.undecided, "facts_a", "facts_b", "bearing_a", "bearing_b") == [(2, 2, 1, 1)]


def test_restrictions_that_the_two_order_differently_cannot_be_called_lighter_or_heavier() -> None:
    turned = rulebook("turned", met=[phase("home", 7)], restrictions=("watch", "centre", "home", "ward"))
    got = impact([OLD], [turned], [event("p", "met", ON - DAY)], [case("q", ON)])
    assert rows(got.matrix, "change", "people") == [("same", 1), ("other", 1)]


def test_restrictions_of_which_neither_knows_the_others_cannot_be_ordered_but_none_is_lighter_than_all() -> None:
    other = rulebook("other", met=[phase("tent", 2)], restrictions=("watch", "home", "tent", "ward"))
    got = impact([OLD], [other], [event("p", "met", ON - DAY), event("q", "met", ON - 4 * DAY)])
    assert rows(got.moves, "restriction_a", "restriction_b", "change") == [
        ("centre", "tent", "other"),
        ("centre", None, "lighter"),
    ]


# Days


def test_days_of_each_person_and_restriction_count_to_the_end_of_the_horizon() -> None:
    new = rulebook("new", met=[phase("centre", 2), phase("home", 3)])
    got = impact([OLD], [new], [event("p", "met", ON - DAY)], days=4)
    assert rows(got.days, "restriction", "days_a", "days_b", "change") == [
        ("ward", 0, 0, 0),
        ("centre", 4, 2, -2),
        ("home", 0, 2, 2),
        ("watch", 0, 0, 0),
    ]
    assert rows(got.shift, "change", "people") == [(0, 1)]
    assert rows(got.ends, "what", "change", "people") == [("earlier", 5 - 7, 1)]


def test_last_days_freed_earlier_same_later_held() -> None:
    short = rulebook("short", met=[phase("centre", 3)])
    events = [event(f"p{n}", "met", ON - n * DAY) for n in (1, 5)]  # 7 days under OLD, 3 under short
    ends = ("what", "change", "people")
    assert rows(impact([OLD], [short], events).ends, *ends) == [("freed", -4 + 1, 1), ("earlier", -4, 1)]
    assert rows(impact([short], [OLD], events).ends, *ends) == [("later", 4, 1), ("held", 4 - 1, 1)]


def test_somebody_under_a_measure_from_tomorrow_on_is_not_freed_today() -> None:
    late = rulebook("late", met=[phase("home", 5)])
    early = rulebook("early", met=[phase("home", 5)])
    early = early.model_copy(
        update={
            "measures": tuple(
                m.model_copy(
                    update={"triggers": tuple(t.model_copy(update={"day_1": "same_day"}) for t in m.triggers)}
                )
                for m in early.measures
            )
        }
    )
    got = impact([early], [late], [event("p", "met", ON)], days=1)
    assert rows(got.matrix, "restriction_a", "restriction_b") == [("home", None)]
    assert rows(got.ends, "what", "change") == [("later", 1)]


def test_what_has_no_end_counts_to_the_last_day_under_both() -> None:
    got = impact([OLD], [rulebook("new")], cases=[case("p", ON - 9 * DAY), case("q", ON - DAY, ON + 2 * DAY)], days=6)
    assert rows(got.days, "restriction", "days_a", "days_b")[0] == ("ward", 6 + 2, 6 + 2)
    assert got.endless == (1, 1)
    assert rows(got.people, "person_id", "until_a", "until_b") == [("p", None, None), ("q", ON + DAY, ON + DAY)]
    assert rows(got.ends, "what", "change", "people") == [("same", 0, 2)]


def test_a_person_of_whom_one_thing_has_an_end_and_another_none_has_no_last_day() -> None:
    cases = [case("p", ON - 9 * DAY, ON - DAY), case("p", ON, ON + 2 * DAY), case("p", ON + 4 * DAY)]
    got = impact([OLD], [OLD], cases=[row | {"case_id": f"c{n}"} for n, row in enumerate(cases)], days=6)
    assert rows(got.people, "days_a", "until_a") == [(2 + 2, None)]


def test_a_newer_rulebook_binds_no_day_before_it_takes_effect() -> None:
    new = rulebook("new", (ON + 2 * DAY).isoformat(), [phase("ward", 5)], replaces="old", transition=MOVE)
    got = impact([OLD], [OLD, new], [event("p", "met", ON - DAY)], days=4)
    assert rows(got.days, "restriction", "days_a", "days_b")[:2] == [("ward", 0, 2), ("centre", 4, 2)]


# Tests and rooms


def test_tests_of_a_person_and_a_day_are_one_and_stand_under_the_strictest_restriction() -> None:
    new = rulebook("new", met=[phase("home", 7, tests=[1])], test={"zh": "访", "en": "visit"})
    got = impact([OLD], [new], [event("p", "met", ON - DAY), event("p", "arrived", ON)], days=3)
    assert rows(got.tests, "test_en", "tests_a", "tests_b", "change") == [("swab", 2, 0, -2), ("visit", 0, 2, 2)]
    tested = [r for r in got.per_day.to_pylist() if r["tests_a"] or r["tests_b"]]
    assert [(r["on"], r["restriction"], r["tests_a"], r["tests_b"]) for r in tested] == [
        (ON, "centre", 1, 0),
        (ON, "home", 0, 1),
        (ON + 2 * DAY, "centre", 1, 0),
        (ON + 2 * DAY, "home", 0, 1),
    ]


def test_rooms_are_counted_where_the_restriction_is_away_from_home_with_the_first_day_of_the_peak() -> None:
    hotel = rulebook("new", met=[phase("centre", 5)], away=("ward",))
    events = [event("p", "met", ON - DAY), event("q", "met", ON), event("r", "met", ON)]
    got = impact([OLD], [hotel], events)
    names = ("restriction", "on_a", "on_b", "peak_a", "peak_day_a", "peak_b", "peak_day_b", "change")
    assert rows(got.rooms, *names) == [
        ("ward", 0, 0, 0, None, 0, None, 0),
        ("centre", 1, 0, 3, ON + DAY, 0, None, -3),
    ]


# Places

TOWN = pa.table(
    {
        "place_id": ["city", "lake", "hill", "b1"],
        "parent_id": pa.array([None, "city", "city", "lake"]),
        "kind": ["city", "community", "village", "building"],
        "name": ["City", "Lake", "Hill", "No. 1"],
    }
)
HOMES = pa.table({"person_id": ["p", "q"], "home_place_id": ["b1", "hill"]})


def test_communities_and_one_place() -> None:
    new = rulebook("new", met=[phase("home", 7)])
    events = [event(who, "met", ON - DAY) for who in "pqr"]
    got = impact([OLD], [new], events, people=HOMES, places=TOWN)
    names = ("group_id", "community", "flips", "lighter", "rooms_a", "rooms_b", "peak_a")
    assert sorted(rows(got.communities, *names), key=str) == [
        ("hill", "Hill", 1, 1, 1, 0, 1),
        ("lake", "Lake", 1, 1, 1, 0, 1),
        (None, None, 1, 1, 1, 0, 1),
    ]
    assert got.without_home == 1
    assert impact([OLD], [new], events, people=HOMES, places=TOWN, place="lake").people.num_rows == 1
    with pytest.raises(SizaoError, match="unknown-place"):
        impact([OLD], [new], events, people=HOMES, places=TOWN, place="atlantis")


# Rulebooks that are not in force yet


def test_a_rulebook_of_the_future_is_brought_forward_and_stays_published_when_it_was() -> None:
    new = rulebook("new", "2022-04-01", replaces="old", transition=MOVE)
    older, moved = bring_forward((OLD, new), ON)
    assert older is OLD
    assert (moved.document.effective, moved.document.published) == (ON, dt.date(2022, 4, 1))
    assert moved.model_copy(update={"document": new.document}) == new


def test_what_is_in_force_already_stays_as_it_is() -> None:
    chain = OLD, rulebook("new", ON.isoformat(), replaces="old", transition=MOVE)
    assert bring_forward(chain, ON) == chain


def test_an_older_rulebook_that_would_hold_on_no_day_is_left_out() -> None:
    between = rulebook("between", ON.isoformat(), replaces="old", transition=MOVE)
    new = rulebook("new", "2022-04-01", replaces="between", transition=MOVE)
    assert [book.id for book in bring_forward((OLD, between, new), ON)] == ["old", "new"]


def test_a_local_rulebook_is_brought_forward_where_it_first_holds() -> None:
    first, second = (
        rulebook("x", day).model_copy(update={"id": f"local@{under}"})
        for under, day in (("old", "2022-04-01"), ("next", "2022-05-01"))
    )
    got = bring_forward((OLD, first, second), ON)
    assert [(book.id, book.document.effective) for book in got[1:]] == [
        ("local@old", ON),
        ("local@next", dt.date(2022, 5, 1)),
    ]


def test_people_already_held_are_not_held_longer_by_a_rulebook_brought_forward() -> None:
    longer = rulebook("new", "2022-04-01", [phase("centre", 9)], replaces="old", transition=MOVE)
    chain = bring_forward((OLD, longer), ON)
    got = impact([OLD], chain, [event("before", "met", ON - DAY), event("after", "met", ON)], days=20)
    assert rows(got.people, "person_id", "days_a", "days_b") == [("after", 7, 9), ("before", 7, 7)]


# Against the status of every day


WIDE = {
    "id": "contact",
    "title": WORDS,
    "clause": "1",
    "counted_from": {"event": "arrived", "within_days": 6},
    "triggers": [{"event": "met", "day_1": "day_after"}],
    "phases": [phase("centre", 6, release=[{"after": 2, "tests": 1}]), {"restriction": "home", "through": 9}],
}
"""A contact whose days since an arrival count, and whom a negative test lets out of the centre."""


def random_facts(random: Random) -> tuple[Rows, Rows]:
    def day() -> dt.date:
        return ON + (random.randrange(20) - 14) * DAY

    events, cases = [], []
    for n in range(40):
        who = f"p{n % 25}"
        events.append(event(who, random.choice(["met", "met", "arrived", "odd"]), day()) | {"event_id": f"e{n}"})
    for n in range(0, 25, 4):
        on = day()
        cases.append(case(f"p{n}", on, random.choice([None, on + random.randrange(1, 8) * DAY])))
    return events, cases


def random_tests(random: Random) -> Rows:
    return [
        {
            "test_id": f"t{n}",
            "person_id": f"p{random.randrange(25)}",
            "sampled_on": (on := ON + (random.randrange(12) - 8) * DAY),
            "method": "pcr",
            "result": random.choice(["negative", "positive"]),
            "recorded_at": dt.datetime(on.year, on.month, on.day, 12, tzinfo=dt.UTC),
        }
        for n in range(30)
    ]


def newer(rule: str) -> Rulebook:
    """A rulebook that replaces OLD two days into the horizon; 'wide': one with ways out and credit."""
    effective, met = (ON + 2 * DAY).isoformat(), [phase("centre", 3, tests=[1, 2]), phase("watch", 4, tests=[2])]
    if rule != "wide":
        move = {"rule": rule, "date": (ON + DAY).isoformat() if rule == "new_only_from" else None}
        return rulebook("new", effective, met, replaces="old", transition=move)
    book = rulebook("new", effective, replaces="old", transition=MOVE).model_dump(by_alias=True)
    return Rulebook.model_validate(book | {"measures": [*book["measures"], WIDE]})


@pytest.mark.parametrize("rule", ["rederive", "keep", "new_only_from", "wide"])
def test_totals_are_the_sums_of_the_status_of_every_day(rule: str) -> None:
    random = Random(rule)
    events, cases = random_facts(random)
    facts = facts_of({"events": events, "cases": cases, "tests": random_tests(random)})
    chains = [OLD], [OLD, newer(rule)]
    days = [ON + n * DAY for n in range(7)]
    got = compare(chains[0], chains[1], facts, len(days))
    for letter, books in zip("ab", chains, strict=True):
        people, held, tested = Counter(), Counter(), Counter()
        for on in days:
            with derive(facts, books, on, known_at=KNOWN_AT) as derivation:
                status = derivation.table("status").to_pylist()
                due = {row["person_id"] for row in derivation.table("tests_due").to_pylist()}
            people.update((on, row["restriction"]) for row in status if row["restriction"])
            held.update(row["person_id"] for row in status if row["restriction"])
            tested.update(due)
        found = {(row["on"], row["restriction"]): row[f"people_{letter}"] for row in got.per_day.to_pylist()}
        assert {key: n for key, n in found.items() if n} == people
        each = got.people.to_pylist()
        assert {row["person_id"]: n for row in each if (n := row[f"days_{letter}"])} == held
        assert {row["person_id"]: n for row in each if (n := row[f"tests_{letter}"])} == tested
        assert got.summary()["tests"][letter] == tested.total() > 0
        assert got.summary()["person_days"][letter] == people.total() > 0


def test_a_rulebook_against_itself_changes_nothing() -> None:
    events, cases = random_facts(Random(5))
    got = impact([OLD], [OLD], events, cases)
    summary = got.summary()
    assert summary["people"]["a"] > 3
    assert summary["flips"]["people"] == summary["person_days"]["change"] == summary["tests"]["change"] == 0
    assert {
        row["change"] for name in ("shift", "ends", "days", "rooms", "tests") for row in summary["tables"][name]
    } == {0}
    assert got.moves.num_rows == 0
    for table in (got.people, got.per_day, got.communities, got.undecided):
        for name in (n for n in table.column_names if n.endswith("_a")):
            assert table[name].to_pylist() == table[f"{name[:-2]}_b"].to_pylist()


def test_a_measure_counted_from_an_earlier_event_binds_from_its_own_fact_on() -> None:
    facts = facts_of({"events": [event("p", "met", ON)]})
    with derive(facts, [OLD], ON, days=(ON, ON + 9 * DAY), known_at=KNOWN_AT) as derivation:
        side = read_side(derivation, facts)
    row = side.measures.slice(0, 1).to_pylist()[0]
    begun = [row | {"from": ON - 3 * DAY, "until": ON + 4 * DAY, "because": "e1"}]
    fact = pa.table({"fact_id": ["e1"], "person_id": ["p"], "day": [ON + 2 * DAY]})
    credited = type(side)(
        **{**vars(side), "measures": pa.Table.from_pylist(begun, side.measures.schema), "fact_days": fact}
    )
    got = compare_sides(credited, credited)
    assert rows(got.people, "days_a") == [(3,)]


def test_an_empty_register_gives_empty_tables() -> None:
    got = impact([OLD], [rulebook("new")])
    assert got.people.num_rows == got.matrix.num_rows == got.undecided.num_rows == 0
    assert got.summary()["days_of_a_person"] == {"people": 0, "mean_change": 0.0}
    assert got.per_day.num_rows == 10 * len(RESTRICTIONS)
