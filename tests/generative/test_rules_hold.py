"""Promises that hold whatever the facts and the rulebooks are, checked on the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import AROUND, KNOWN_AT, Scene, scenes

from sizao.derive import reference
from sizao.derive.reference.facts import judged_orders
from sizao.policy import Measure

quick = settings(max_examples=30, deadline=None)


def measures_of(scene: Scene):
    return reference.measures(scene.facts, scene.rulebooks, scene.known_at)


def spans_of(scene: Scene):
    return reference.find_spans(scene.facts, scene.rulebooks, scene.known_at)


def run_of(span: reference.Span):
    """A run of one fact is one measure of one rulebook from one day 1."""
    return span.asked.fact, span.asked.rulebook, span.asked.measure, span.asked.day_1


def status_of(scene: Scene):
    return reference.status(scene.facts, scene.rulebooks, scene.on, scene.known_at)


@quick
@given(scenes())
def test_nothing_is_asked_without_a_fact_of_that_person_known_by_then(scene):
    known = {
        (row["person_id"], row[key])
        for table, key in (("events", "event_id"), ("cases", "case_id"), ("tests", "test_id"))
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
def test_every_row_ends_unless_discharge_or_a_way_out_would_end_it(scene):
    for span in spans_of(scene):
        if span.until is None:
            assert span.asked.phase.until == "release" or span.asked.fact.is_case


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
def test_one_run_asks_one_thing_of_one_rulebook_on_a_day(scene):
    spans = spans_of(scene)
    for span in spans:
        same = [s for s in spans if run_of(s) == run_of(span) and s.binds(span.first)]
        assert same == [span]


@quick
@given(scenes(least=2, last_rule="rederive"))
def test_after_a_rederivation_no_older_fact_holds_anybody_longer(scene):
    effective = scene.rulebooks[-1].document.effective

    def older(scene):
        return last_days(scene, lambda span: not span.asked.fact.is_case and span.asked.fact.day < effective)

    before, after = older(replace(scene, rulebooks=scene.rulebooks[:-1])), older(scene)
    assert all(fact in before and after[fact] <= before[fact] for fact in after)


def strip(scene: Scene, change: Callable[[Measure], Measure]) -> Scene:
    """The scene with every measure changed."""
    books = [
        book.model_copy(update={"measures": tuple(change(measure) for measure in book.measures)})
        for book in scene.rulebooks
    ]
    return replace(scene, rulebooks=tuple(books))


def last_days(scene: Scene, wanted: Callable[[reference.Span], object]) -> dict[reference.Fact, date]:
    """The last day on which each fact holds anybody, of the rows that are wanted."""
    held: dict[reference.Fact, date] = {}
    for span in spans_of(scene):
        if span.asked.phase and wanted(span):
            fact = span.asked.fact
            held[fact] = max(span.until or date.max, held.get(fact, span.first))
    return held


@quick
@given(scenes())
def test_a_way_out_never_lengthens(scene):
    def without(measure: Measure) -> Measure:
        phases = tuple(phase.model_copy(update={"release": ()}) for phase in measure.phases)
        return measure.model_copy(update={"phases": phases})

    left, stayed = last_days(scene, bool), last_days(strip(scene, without), bool)
    assert all(fact in stayed and left[fact] <= stayed[fact] for fact in left)


@quick
@given(scenes())
def test_credit_never_lengthens(scene):
    credited = last_days(scene, bool)
    whole = last_days(strip(scene, lambda measure: measure.model_copy(update={"counted_from": None})), bool)
    # A run that begins on the day after the fact may bind on the fact's own day when it is credited.
    assert all(credited[fact] <= max(whole.get(fact, fact.day), fact.day) for fact in credited)


@quick
@given(scenes())
def test_only_days_that_nothing_covers_are_forbidden(scene):
    weights = reference.weigh(scene.rulebooks)
    orders = {order["order_id"]: order for order in judged_orders(scene.facts, scene.known_at)}
    spans = [span for span in spans_of(scene) if span.asked.phase]
    for row in reference.excesses(scene.facts, scene.rulebooks, scene.known_at):
        if row["kind"] != "forbidden":
            continue
        word = orders[row["order_id"]]["restriction"]
        for day in (row["from"] + timedelta(n) for n in range(row["days"] or 40)):
            assert word in {ban.order for ban in reference.in_force(scene.rulebooks, day).limits.forbidden}
            held = [s.asked.phase for s in spans if s.asked.fact.person == row["person_id"] and s.binds(day)]
            assert all(weights[phase.up_to or phase.restriction] < weights.get(word, 99) for phase in held)


@quick
@given(scenes())
def test_a_test_that_no_trigger_and_no_follow_up_looks_for_starts_nothing(scene):
    looking = {
        book.id
        for book in scene.rulebooks
        for measure in book.measures
        if measure.follow_up or any(trigger.test for trigger in measure.triggers)
    }
    started = [span.asked for span in spans_of(scene) if span.asked.fact.sample]
    assert all(asked.phase and asked.rulebook in looking for asked in started)


def only_starts(scene: Scene, kind: str) -> bool:
    """Whether an event of a kind can only start measures: it ends, credits and decides nothing."""
    measures = [measure for book in scene.rulebooks for measure in book.measures]
    return not any(
        (measure.counted_from and measure.counted_from.event == kind)
        or any(path.event == kind for phase in measure.phases for path in phase.release)
        or any(trigger.following and trigger.following.event == kind for trigger in measure.triggers)
        or (measure.follow_up and any(kind in trigger.kinds for trigger in measure.triggers))
        for measure in measures
    )


@quick
@given(scenes(), st.sampled_from(AROUND))
def test_one_more_exposure_never_shortens(scene, days):
    kind = next((kind for kind in ("k1", "k2", "k3") if only_starts(scene, kind)), None)
    assume(kind)
    exposure = {
        "event_id": "more",
        "person_id": "p1",
        "kind": kind,
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
    spans = spans_of(scene)
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
    obeyed = scene.with_facts(orders=orders)
    found = reference.excesses(obeyed.facts, obeyed.rulebooks, obeyed.known_at)
    assert [row for row in found if row["kind"] != "too_many_tests"] == []
