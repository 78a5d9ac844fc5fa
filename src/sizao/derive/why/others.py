"""Says what became of the facts that do not bind on the day: left alone, over, taken back, only looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sizao.derive.person import PersonAnswer
from sizao.derive.reference.facts import Fact, Record
from sizao.derive.reference.starts import taking
from sizao.derive.why.runs import Line, RunTeller
from sizao.derive.why.trace import Traced, samples_of, source_of, starts_of
from sizao.derive.why.voice import Voice
from sizao.policy import Rulebook


def say_others(
    answer: PersonAnswer,
    book: Rulebook,
    record: Record,
    traced: Sequence[Traced],
    binding: Sequence[Traced],
    teller: RunTeller,
) -> Iterator[Line]:
    """Every event and case that does not bind on the day, and the tests that started or might have started something.

    `book` is in force on the day; `binding` are the rows that bind on it.
    """
    standing = {(source_of(fact), fact.id): fact for fact in record.facts}
    bound = {t.fact for t in binding}
    taken_back = {e["voids"]: e["event_id"] for e in answer.facts["events"] if e["voids"]}
    for event in sorted(answer.facts["events"], key=lambda event: event["occurred_on"]):
        fact = standing.get(("event", event["event_id"]))
        if fact is not None:
            if fact not in bound:
                yield from _say_fact(fact, answer, book, record, traced, teller)
        elif event["person_id"] == answer.person_id:
            yield 0, _say_gone(event, taken_back, teller.voice)
    for fact in (*record.cases, *record.tests):
        if fact not in bound:
            yield from _say_fact(fact, answer, book, record, traced, teller)


def _say_gone(event: dict[str, object], taken_back: dict[str, str], voice: Voice) -> str:
    if event["kind"] == "void":
        return voice.say("no_effect_void", id=event["event_id"], target=event["voids"])
    said = {"kind": voice.kind(str(event["kind"])), "on": event["occurred_on"], "id": event["event_id"]}
    return voice.say("taken_back", by=taken_back[str(event["event_id"])], **said)


def _say_fact(
    fact: Fact, answer: PersonAnswer, book: Rulebook, record: Record, traced: Sequence[Traced], teller: RunTeller
) -> Iterator[Line]:
    own = [t for t in traced if t.fact == fact]
    books = {b.id: b for b in answer.policy.chain}
    last = books[own[-1].row["rulebook"]] if own else None
    voice, said = teller.voice, {"fact": teller.voice.fact(fact, last)}
    takes = taking(book, fact, record)
    if own and own[-1].run is None:
        unknown = teller.why_undecided(own[-1]) == "status_undecided"
        yield 0, voice.say("unknown" if unknown else "undated", **said)
    elif own:
        title = voice.measure(own[-1].row["measure"], last)
        starts = (max(t.row["from"], books[t.row["rulebook"]].document.effective) for t in own)
        if to_come := [first for first in starts if first > answer.on]:
            yield 0, voice.say("begins", measure=title, **said, **{"from": min(to_come)})
        else:
            yield 0, voice.say("ended", measure=title, until=max(t.row["until"] for t in own), **said)
            if (run := own[-1].run) is not None:
                yield from ((1, line) for line in teller.say_ended(run))
    elif takes and takes[0][0].asks:
        measure = takes[0][0]
        yield 0, voice.say("asks_nothing", measure=voice.of(measure.title), clause=measure.clause, **said)
    elif fact.sample is not None:
        runs = {id(t.run): t.run for t in traced if t.run}.values()
        if not any(fact in samples_of(run, record) for run in runs):
            yield from _say_test(fact, book, record, voice)
    elif not takes and fact.kind in book.looked_for:
        yield 0, voice.say("looked_for", roles=voice.clauses(_roles(book, fact.kind, voice)), **said)
    else:
        yield 0, voice.say("never_bound", **said)
    if fact.sample is None or takes:
        yield from ((1, line) for line in teller.say_awaited(book, fact))


def _say_test(fact: Fact, book: Rulebook, record: Record, voice: Voice) -> Iterator[Line]:
    """A test that binds on no day: only one that a rule catches, or that is positive, needs a word."""
    if any(True for _ in starts_of(book, fact, record)):
        yield 0, voice.say("never_bound", fact=voice.fact(fact))
    elif fact.sample is not None and fact.sample.result == "positive":
        yield 0, voice.say("positive_alone", fact=voice.fact(fact))


def _roles(book: Rulebook, kind: str, voice: Voice) -> Iterator[str]:
    """What a rulebook looks for a kind of event for."""
    for measure in book.measures:
        title = voice.of(measure.title)
        if any(way.event == kind for phase in measure.phases for way in phase.release):
            yield voice.say("role_ends", measure=title)
        if measure.counted_from is not None and measure.counted_from.event == kind:
            yield voice.say("role_counts", measure=title)
        if any(t.following and t.following.event == kind for t in measure.triggers):
            yield voice.say("role_before_test", measure=title)
