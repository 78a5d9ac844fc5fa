"""The days that a why tells are those that were derived, and it names the sample or event that ended a phase."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from random import Random
from typing import Any

import pytest
from lake import rulebook

from sizao.derive import derive, facts_of
from sizao.derive.reference.facts import DAY, Record
from sizao.derive.why.trace import Traced, passages_of, record_of, trace_rows
from sizao.errors import SizaoError

KNOWN = dt.datetime(2030, 3, 1, tzinfo=dt.UTC)
PEOPLE = 300
Rows = list[dict[str, Any]]


def make_up(random: Random, person: str) -> dict[str, Rows]:
    """Some weeks of a person: exposures, a bubble, many samples, now and then a case."""

    def rows(key: str, many: int, make: Any) -> Rows:
        # ids of events and tests are alike on purpose
        said = ({key: f"{person}-{n}", "person_id": person, "recorded_at": KNOWN} | make() for n in range(many))
        return list(said)

    def on(first: int = 1, last: int = 24) -> dt.date:
        return dt.date(2030, 1, random.randint(first, last))

    kinds = ("met_case", "met_case", "arrived", "entered_bubble", "left_bubble", "skied")
    cts = (None, None, 3000, 3499, 3500, 3999, 4000)
    return {
        "events": rows(
            "event_id", random.randint(1, 4), lambda: {"kind": random.choice(kinds), "occurred_on": on(1, 12)}
        ),
        "tests": rows(
            "test_id",
            random.randint(2, 16),
            lambda: {
                "sampled_on": on(),
                "method": random.choice(("pcr", "antigen")),
                "result": random.choice(("negative", "negative", "positive", "pending")),
                "ct": random.choice(cts),
            },
        ),
        "cases": rows(
            "case_id",
            random.random() < 0.2,
            lambda: {"confirmed_on": on(), "classification": "confirmed", "origin": "local"},
        ),
    }


@pytest.fixture(scope="module")
def traced() -> list[tuple[Traced, Record]]:
    random, facts, own = Random(20), defaultdict(list), {}
    for n in range(PEOPLE):
        own[f"p{n}"] = make_up(random, f"p{n}")
        for name, rows in own[f"p{n}"].items():
            facts[name] += rows
    with derive(facts_of(facts), (rulebook(),), dt.date(2030, 1, 12), known_at=KNOWN) as derivation:
        measures = derivation.table("measures").to_pylist()
    found = []
    for person, tables in own.items():
        record = record_of(person, tables, KNOWN)
        rows = [row for row in measures if row["person_id"] == person]
        found += [(t, record) for t in trace_rows(rows, record, (rulebook(),))]
    return found


def test_the_day_that_a_why_gives_as_the_end_of_a_phase_is_the_derived_one(
    traced: list[tuple[Traced, Record]],
) -> None:
    ways: Counter[str] = Counter()
    for t, record in traced:
        if t.run is None:
            continue
        passage = next(p for p in t.run.passages if p.phase.id == t.row["phase"])
        cuts = [min(c.day, c.released or c.day) for c in record.cases if c != t.fact]
        ends = [passage.last, *(cut - DAY for cut in cuts)]
        assert t.row["until"] == min((end for end in ends if end), default=None), t
        if passage.way:
            ways[passage.way.path.event or f"{passage.way.path.tests} tests"] += 1
    assert ways["1 tests"] > 50 and ways["2 tests"] > 10 and ways["left_bubble"] > 10


def test_the_samples_or_the_event_named_are_enough_to_end_the_phase_on_that_day(
    traced: list[tuple[Traced, Record]],
) -> None:
    looked_at = 0
    for t, _ in traced:
        for passage in t.run.passages if t.run else ():
            if t.run and passage.way and passage.phase.id == t.row["phase"]:
                because = passage.way.because
                alone = Record([f for f in because if not f.sample], [], [f for f in because if f.sample])
                again = passages_of(t.run.book, t.run.start.measure, t.fact, t.run.day_1, alone)
                assert [p.last for p in again if p.phase == passage.phase] == [passage.last], t
                looked_at += 1
    assert looked_at > 50


def test_every_row_has_its_own_fact_where_an_event_and_a_test_have_one_id(
    traced: list[tuple[Traced, Record]],
) -> None:
    sources = Counter(("test" if t.fact.sample else "other", t.row["measure"]) for t, _ in traced)
    assert sources["test", "weak"] > 10 and sources["other", "contact"] > 50
    assert not sources["other", "weak"] and not sources["test", "contact"]


def test_a_row_that_the_rules_do_not_give_is_an_error() -> None:
    row = {"because": "e1", "rulebook": "lake-2030", "measure": "contact", "phase": "centre", "from": KNOWN.date()}
    with pytest.raises(SizaoError) as raised:
        trace_rows([row], Record(), (rulebook(),))
    assert raised.value.code == "not-traced"
