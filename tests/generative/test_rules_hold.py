"""Promises that hold whatever the facts and the rulebooks are, checked on the reference."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import AROUND, KNOWN_AT, Scene, scenes

from sizao.derive import reference

quick = settings(max_examples=30, deadline=None)


def measures_of(scene: Scene):
    return reference.measures(scene.facts, scene.rulebooks, scene.known_at)


def status_of(scene: Scene):
    return reference.status(scene.facts, scene.rulebooks, scene.on, scene.known_at)


@quick
@given(scenes())
def test_nothing_is_asked_without_a_fact_of_that_person_known_by_then(scene):
    known = {
        (row["person_id"], row[key])
        for table, key in (("events", "event_id"), ("cases", "case_id"))
        for row in scene.facts[table]
        if row["recorded_at"] <= scene.known_at
    }
    assert {(row["person_id"], row["because"]) for row in measures_of(scene)} <= known


@quick
@given(scenes())
def test_every_restriction_names_a_clause_of_its_rulebook(scene):
    clauses = {
        (book.id, phase.clause or measure.clause)
        for book in scene.rulebooks
        for measure in book.measures
        for phase in measure.phases
    }
    assert {(r["rulebook"], r["clause"]) for r in measures_of(scene) if r["restriction"]} <= clauses


@quick
@given(scenes())
def test_every_row_ends_unless_it_is_of_a_case_without_discharge(scene):
    events = {event["event_id"] for event in scene.facts["events"]}
    assert not [row for row in measures_of(scene) if row["until"] is None and row["because"] in events]


@quick
@given(scenes())
def test_a_status_lies_within_its_row_and_counts_days_from_its_first(scene):
    for row in status_of(scene):
        assert row["from"] <= scene.on
        assert row["until"] is None or scene.on <= row["until"]
        if row["phase"] is not None:
            assert row["from"] + timedelta(row["phase_day"] - 1) == scene.on


@quick
@given(scenes())
def test_one_fact_asks_one_thing_of_one_rulebook_on_a_day(scene):
    spans = reference.find_spans(scene.facts, scene.rulebooks, scene.known_at)
    for span in spans:
        same = [s for s in spans if s.asked.fact == span.asked.fact and s.binds(span.first)]
        assert same == [span]


@quick
@given(scenes(least=2, last_rule="rederive"))
def test_after_a_rederivation_no_older_event_holds_anybody_longer(scene):
    def last_days(rulebooks):
        held = {}
        for row in reference.measures(scene.facts, rulebooks, scene.known_at):
            if row["restriction"] and row["because"] in older:
                held[row["because"]] = max(row["until"], held.get(row["because"], row["until"]))
        return held

    effective = scene.rulebooks[-1].document.effective
    older = {e["event_id"] for e in scene.facts["events"] if e["occurred_on"] < effective}
    before, after = last_days(scene.rulebooks[:-1]), last_days(scene.rulebooks)
    assert all(event in before and after[event] <= before[event] for event in after)


@quick
@given(scenes(), st.sampled_from(AROUND))
def test_one_more_exposure_never_shortens(scene, days):
    exposure = {
        "event_id": "more",
        "person_id": "p1",
        "kind": "k1",
        "occurred_on": scene.rulebooks[-1].document.effective + timedelta(days),
        "voids": None,
        "recorded_at": KNOWN_AT,
    }
    more = scene.with_facts(events=[*scene.facts["events"], exposure])
    left = measures_of(more)
    assert all(row in left for row in measures_of(scene))


@quick
@given(scenes())
def test_tests_of_a_day_stay_within_the_limit_and_are_one_a_measure(scene):
    due = reference.tests_due(scene.facts, scene.rulebooks, scene.on, scene.known_at)
    book = reference.in_force(scene.rulebooks, scene.on)
    for person in {row["person_id"] for row in due}:
        asked = [row["measure"] for row in due if row["person_id"] == person]
        assert len(asked) == len(set(asked))
        if book.limits.tests_per_day:
            assert len(asked) <= book.limits.tests_per_day.at_most


@quick
@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(scene, random):
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in scene.facts.items()}
    other = scene.with_facts(**shuffled)
    for derive in (measures_of, status_of):
        assert sorted(map(str, derive(scene))) == sorted(map(str, derive(other)))


@quick
@given(scenes())
def test_what_is_recorded_later_changes_nothing(scene):
    known = {
        name: [row for row in rows if row["recorded_at"] <= scene.known_at] for name, rows in scene.facts.items()
    }
    assert measures_of(scene.with_facts(**known)) == measures_of(scene)


@quick
@given(scenes())
def test_taking_a_fact_back_is_as_if_it_had_not_been_recorded(scene):
    for event in scene.facts["events"]:
        if event["recorded_at"] <= scene.known_at and event["voids"] is None:
            void = {**event, "event_id": "taken-back", "kind": "void", "voids": event["event_id"]}
            others = [e for e in scene.facts["events"] if e is not event]
            with_void = scene.with_facts(events=[*scene.facts["events"], void])
            assert measures_of(with_void) == measures_of(scene.with_facts(events=others))


@quick
@given(scenes())
def test_an_order_as_the_rules_ask_is_no_excess(scene):
    spans = reference.find_spans(scene.facts, scene.rulebooks, scene.known_at)
    orders = [
        {
            "order_id": f"o{n}",
            "person_id": span.asked.fact.person,
            "restriction": span.asked.phase.up_to or span.asked.phase.restriction,
            "from": span.first,
            "until": span.until,
            "recorded_at": KNOWN_AT,
        }
        for n, span in enumerate(spans)
        if span.asked.phase
    ]
    obeyed = scene.with_facts(orders=orders, tests=[])
    assert reference.excesses(obeyed.facts, obeyed.rulebooks, obeyed.known_at) == []
