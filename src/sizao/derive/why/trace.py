"""Traces rows of `measures` back: which fact, what caught it, the days of its phases, what ended one early.

What a fact is and what catches it comes from the plain statement of the rules (`derive.reference`); numbers in
brackets are those of docs/derivation.md. The rows are those of the engine: one that cannot be traced is an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sizao.derive.compile import UNDECIDED
from sizao.derive.reference.facts import DAY, Fact, Record, find_records
from sizao.derive.reference.runs import counts, planned_last
from sizao.derive.reference.starts import catches, follow_up_of, is_follow_up, is_unknown, matches, taking
from sizao.errors import SizaoError
from sizao.policy import Measure, Phase, Rulebook, Trigger
from sizao.policy.persons import Release

Row = Mapping[str, Any]
Source = Literal["event", "case", "test"]


@dataclass(frozen=True)
class Followed:
    """How a follow-up test came to start a measure (19): the facts that it follows, and the branch's number."""

    measure: Measure
    priors: tuple[Fact, ...]
    branch: int


@dataclass(frozen=True)
class Start:
    """A measure that a fact starts, by a trigger or as a follow-up test.

    `offset`: days from the fact to day 1. `losers`: measures that catch the fact too and give way (21).
    """

    measure: Measure
    offset: int
    trigger: Trigger | None = None
    losers: tuple[Measure, ...] = ()
    followed: Followed | None = None


@dataclass(frozen=True)
class WayOut:
    """A way out that was used: the last day of the phase, and the samples in a row or the event that led there."""

    path: Release
    last_day: date
    because: tuple[Fact, ...]


@dataclass(frozen=True)
class Passage:
    """One phase of a run: its days, and those planned; `last` before `first`: over before it began."""

    phase: Phase
    first: date
    last: date | None
    planned: tuple[date, date | None]
    way: WayOut | None


@dataclass(frozen=True)
class Run:
    """What a fact set going under one rulebook; `counted`: the earlier event from which its days count (25)."""

    book: Rulebook
    fact: Fact
    start: Start
    counted: Fact | None
    day_1: date
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Traced:
    """A row of `measures`, its fact, and its run: none where the row is undecided."""

    row: Row
    fact: Fact
    run: Run | None


def source_of(fact: Fact) -> Source:
    """The table that a fact stands in: ids are unique in one table only."""
    return "test" if fact.sample else "case" if fact.is_case else "event"


def record_of(person_id: str, facts: Mapping[str, Sequence[Row]], known_at: datetime) -> Record:
    """All that is known of one person."""
    return find_records(facts, known_at).get(person_id, Record())


def trace_rows(rows: Sequence[Row], record: Record, chain: Sequence[Rulebook]) -> list[Traced]:
    """Each row of `measures` of one person with its fact and run, in the order given.

    Raises SizaoError `not-traced`.
    """
    books = {book.id: book for book in chain}
    runs: dict[tuple[str, Fact], list[Run]] = {}
    told: Counter[tuple[Any, ...]] = Counter()
    traced = []
    for row in rows:
        book = books[row["rulebook"]]
        named = [fact for fact in record.facts if fact.id == row["because"]]
        if row["measure"] == UNDECIDED:
            found = [Traced(row, fact, None) for fact in named if is_unknown(book, fact, record)]
        else:
            for fact in named:
                if (book.id, fact) not in runs:
                    runs[book.id, fact] = list(runs_of(book, fact, record))
            found = [Traced(row, run.fact, run) for f in named for run in runs[book.id, f] if _has(run, row)]
        if not found:
            what = f"{row['measure']} from {row['from']} is not what {book.id} makes of {row['because']}"
            why = "two versions of one row may be recorded at one instant: then it is chance which of them holds"
            raise SizaoError("not-traced", what, why=why, todo="give the later version a later recorded_at")
        key = tuple(row[k] for k in ("because", "rulebook", "measure", "phase", "from"))
        traced.append(found[told[key] % len(found)])  # facts of two tables may have one id and the same days
        told[key] += 1
    return traced


def _has(run: Run, row: Row) -> bool:
    return run.start.measure.id == row["measure"] and any(
        p.phase.id == row["phase"] and p.first == row["from"] for p in run.passages
    )


def runs_of(book: Rulebook, fact: Fact, record: Record) -> Iterator[Run]:
    """What a rulebook, left alone, makes of a fact."""
    for start in starts_of(book, fact, record):
        counted = counted_event(start.measure, fact, record)
        day_1 = (counted or fact).day + start.offset * DAY
        yield Run(book, fact, start, counted, day_1, tuple(passages_of(book, start.measure, fact, day_1, record)))


def starts_of(book: Rulebook, fact: Fact, record: Record) -> Iterator[Start]:
    """The measures that a fact starts (8, 18 to 21)."""
    for measure, trigger in taking(book, fact, record):
        if not is_follow_up(measure, fact, record):
            caught = [m for m in book.measures if any(catches(t, fact, record) for t in m.triggers)]
            losers = tuple(m for m in caught if m.id in measure.takes_from)
            yield Start(measure, trigger.offset, trigger=trigger, losers=losers)
    for measure in book.measures if fact.sample else ():
        priors = tuple(p for p in followed_facts(measure, record) if follow_up_of(measure, p, record) == fact)
        for n, branch in enumerate(measure.follow_up.then if measure.follow_up and priors else ()):
            if fact.sample and (branch.test is None or matches(branch.test, fact.sample)):
                followed = Followed(measure, priors, n)
                yield Start(book.measure(branch.starts), branch.offset, followed=followed)
                break


def followed_facts(measure: Measure, record: Record) -> list[Fact]:
    """The facts that have a follow-up test under a measure (19)."""
    if measure.follow_up is None:
        return []
    return [fact for fact in record.facts if any(catches(t, fact, record) for t in measure.triggers)]


def counted_event(measure: Measure, fact: Fact, record: Record) -> Fact | None:
    """The earlier event from which a fact's days count (25)."""
    credit = measure.counted_from
    if credit is None:
        return None
    near = [
        event
        for event in record.events
        if event.kind == credit.event and 0 <= (fact.day - event.day).days <= credit.within_days
    ]
    return max(near, key=lambda event: (event.day, event.id), default=None)


def passages_of(book: Rulebook, measure: Measure, fact: Fact, day_1: date, record: Record) -> Iterator[Passage]:
    """The phases of a run, one after the other (8, 23, 24)."""
    first = day_1
    for phase, begins, ends in measure.spans():
        planned = (day_1 + (begins - 1) * DAY, None if ends is None else day_1 + (ends - 1) * DAY)
        by_itself = planned_last(phase, first, day_1)
        way = find_way_out(book, phase, fact, first, by_itself, record)
        last = way.last_day if way else by_itself
        if last is not None and last < first:
            last = first - DAY
        yield Passage(phase, first, last, planned, way)
        if last is None:
            return
        first = last + DAY


def find_way_out(
    book: Rulebook, phase: Phase, fact: Fact, first: date, planned: date | None, record: Record
) -> WayOut | None:
    """The way out that ends a phase before its planned end: the earliest, of equals the first one listed (23)."""
    found = []
    for path in phase.release:
        last_day, because = walk(book, path, fact, first, planned, record)
        if last_day is not None and (planned is None or last_day < planned):
            found.append(WayOut(path, last_day, because))
    return min(found, key=lambda way: way.last_day, default=None)


def walk(
    book: Rulebook, path: Release, fact: Fact, first: date, planned: date | None, record: Record
) -> tuple[date | None, tuple[Fact, ...]]:
    """Where one way out leads: the phase's last day, and because of which samples or event.

    Without a last day: the samples that count in a row so far.
    """
    if path.event is not None:
        leaving = [event for event in record.events if event.kind == path.event and event.day >= fact.day]
        event = min(leaving, key=lambda e: (e.day, e.id), default=None)
        return (event.day - DAY, (event,)) if event else (None, ())
    row: list[tuple[Fact, ...]] = []  # for each sample that counts: those in a row, apart enough, that end with it
    for test in record.decisive:
        phase_day = (test.day - first).days + 1
        over = [end for end in (planned, fact.released and fact.released - DAY) if end and test.day > end]
        if phase_day < path.from_day or over or test.sample is None:
            continue
        if not counts(book, path, test.sample):
            row = []
            continue
        before = [s for s in row if (test.day - s[-1].day).days >= path.apart_days]
        row.append((*max(before, key=len, default=()), test))
        last = max(path.after or 1, phase_day)
        fresh = path.within_days is None or last - phase_day <= path.within_days
        if len(row[-1]) >= path.tests and fresh:
            return first + (last - 1) * DAY, row[-1][-path.tests :]
    return None, max(row, key=len, default=())


def samples_of(run: Run, record: Record) -> set[Fact]:
    """The samples that ended a phase of a run, or that count so far for a way out of it."""
    found: set[Fact] = set()
    for passage in run.passages:
        for path in passage.phase.release:
            _, so_far = walk(run.book, path, run.fact, passage.first, passage.planned[1], record)
            found |= {*(passage.way.because if passage.way else so_far)}
    return {fact for fact in found if fact.sample}
