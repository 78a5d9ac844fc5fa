"""What `sizao why` says of a person is what was derived: facts, days, the sample that ended a phase."""

from __future__ import annotations

import os
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Scene, scenes
from strategies_facts import PEOPLE

from sizao.derive import facts_of
from sizao.derive.person import PersonAnswer, PersonDesk
from sizao.derive.reference import find_spans
from sizao.derive.reference.books import governing
from sizao.derive.reference.facts import DAY, Record
from sizao.derive.reference.spans import Walk
from sizao.derive.why import explain
from sizao.derive.why.trace import Traced, record_of, trace_rows

EXAMPLES = int(os.environ.get("SIZAO_TEST_EXAMPLES", "80"))


def ask(scene: Scene, person: str) -> PersonAnswer | None:
    with PersonDesk(facts_of(scene.facts), scene.rulebooks) as desk:
        return desk.ask(person, scene.on, scene.known_at)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(scenes(), st.sampled_from(PEOPLE))
def test_each_row_is_traced_to_its_fact_its_days_and_its_end(scene: Scene, person: str) -> None:
    answer = ask(scene, person)
    if answer is None:
        return
    record = record_of(person, answer.facts, scene.known_at)
    traced = trace_rows(answer.measures, record, scene.rulebooks)
    facts = {(t.fact, t.row["rulebook"], t.row["measure"], t.row["phase"], t.row["from"]) for t in traced}
    spans = [s for s in find_spans(scene.facts, scene.rulebooks, scene.known_at) if s.asked.fact.person == person]
    asked = [(s.asked, s.asked.phase.id if s.asked.phase else None) for s in spans]
    assert facts == {(a.fact, a.rulebook, a.measure, phase, a.start) for a, phase in asked}
    for t in traced:
        if t.run is not None:
            ends, capped = end_of(t, scene, record)
            assert t.row["until"] == ends or (capped and ends is None) or (capped and t.row["until"] < ends)
    told = {lang: "\n".join(line for s in explain(answer, lang) for _, line in s.lines) for lang in ("zh", "en")}
    for t in traced:
        way = next((p.way for p in t.run.passages if p.phase.id == t.row["phase"]), None) if t.run else None
        binds = t.row["from"] <= scene.on <= (t.row["until"] or date.max)
        if way and t.row["until"] == way.last_day and binds and in_force_on(t, scene):
            for text in told.values():
                assert str(way.last_day) in text
                assert all(f"({f.id}" in text or f"（{f.id}" in text for f in way.because)


def in_force_on(t: Traced, scene: Scene) -> bool:
    return next(b for b in scene.rulebooks if b.id == t.row["rulebook"]).document.effective <= scene.on


def end_of(t: Traced, scene: Scene, record: Record) -> tuple[date | None, bool]:
    """The last day of a row by the traced arithmetic, a case and the next rulebook; and whether the end of an older
    rulebook may come before it (7)."""
    assert t.run is not None
    chain, fact = scene.rulebooks, t.fact
    n = next(i for i, book in enumerate(chain) if book.id == t.run.book.id)
    ends = [p.last for p in t.run.passages if p.phase.id == t.row["phase"]]
    ends += [fact.released - DAY] if fact.released else []
    cut = Walk(chain, record, date.max).first_cut_day(fact)
    ends += [cut - DAY] if cut else []
    later = [b for i, b in enumerate(chain) if i > n and governing(chain, fact, b.document.effective) == i]
    ends += [min(b.document.effective for b in later) - DAY] if later else []
    capped = n > 0 and fact.day < t.run.book.document.effective and not fact.is_case
    return min((end for end in ends if end is not None), default=None), capped
