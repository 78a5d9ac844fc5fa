"""What binds each person on which days: rows of `measures` (7, 9, 10, 14), and which of them holds (11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sizao.derive.reference.books import Chain, governing, weigh
from sizao.derive.reference.facts import DAY, Fact, Facts, Record, days, find_records
from sizao.derive.reference.runs import find_day_1, find_stretches
from sizao.derive.reference.starts import find_starts, is_unknown
from sizao.policy import Phase, Rulebook

MARGIN = 3


@dataclass(frozen=True)
class Asked:
    """What a rulebook asks after a fact on some day. Undecided has no phase.

    `start` is the phase's day 1, `day_1` the measure's.
    """

    fact: Fact
    rulebook: str
    measure: str
    phase: Phase | None
    clause: str | None
    start: date
    day_1: date


@dataclass(frozen=True)
class Span:
    """A row of `measures` (10): it binds from `first` to `until`, which is None when it is without end."""

    asked: Asked
    first: date
    until: date | None

    def binds(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day <= self.until)

    def phase_day(self, day: date) -> int:
        return (day - self.asked.start).days + 1


@dataclass
class Walk:
    """The days of one person's facts under a chain, up to the horizon."""

    chain: Chain
    record: Record
    last: date
    _planned: dict[tuple[int, Fact], list[Span]] = field(default_factory=dict)

    def asked_on(self, n: int, fact: Fact, day: date) -> list[Asked]:
        """What the n-th rulebook, left alone, asks after a fact on a day; of a case, nothing from its end on (4)."""
        if (n, fact) not in self._planned:
            self._planned[n, fact] = list(plan(self.chain[n], fact, self.record))
        if day < fact.day or (fact.released is not None and day >= fact.released):
            return []
        return [span.asked for span in self._planned[n, fact] if span.binds(day)]

    def is_capped(self, n: int, fact: Fact, day: date) -> bool:
        """Whether a day lies after the last that the older rulebook would have asked for, under `rederive` (7).

        What is undecided holds nobody: it neither caps nor is capped.
        """
        effective, move = self.chain[n].document.effective, self.chain[n].transition
        if n == 0 or move is None or move.rule != "rederive" or fact.day >= effective or fact.is_case:
            return False
        older = governing(self.chain[:n], fact, effective - DAY)
        if older is None:
            return False
        for later in days(day, self.last):
            asked = any(a.phase for a in self.asked_on(older, fact, later))
            if asked and not self.is_capped(older, fact, later):
                return False
        return True

    def first_cut_day(self, fact: Fact) -> date | None:
        """The day from which a case of the same person ends what a fact started: confirmation or death (9)."""
        if fact.is_case:
            return None
        known = {kind for book in self.chain for m in book.measures for t in m.triggers for kind in t.kinds}
        lasting = [c for c in self.record.cases if c.kind in known and (c.released is None or fact.day < c.released)]
        return min((min(c.day, c.released or c.day) for c in lasting), default=None)

    def spans_of(self, fact: Fact) -> Iterator[Span]:
        """Walks the days of a fact and gathers those on which the same thing binds (10)."""
        cut = self.first_cut_day(fact)
        bound: defaultdict[Asked, list[date]] = defaultdict(list)
        for day in days(fact.day, self.last):
            n = governing(self.chain, fact, day)
            if n is None or (cut is not None and day >= cut):
                continue
            for asked in self.asked_on(n, fact, day):
                if not (asked.phase and self.is_capped(n, fact, day)):
                    bound[asked].append(day)
        for asked, held in bound.items():
            yield Span(asked, held[0], None if held[-1] == self.last else held[-1])


def plan(book: Rulebook, fact: Fact, record: Record) -> Iterator[Span]:
    """What one rulebook asks after a fact, whether it governs the fact or not (8, 14)."""
    if is_unknown(book, fact, record):
        longest = max([1, *(m.days for m in book.measures if m.days is not None)])
        asked = Asked(fact, book.id, "undecided", None, None, fact.day, fact.day)
        yield Span(asked, fact.day, fact.day + (longest - 1) * DAY)
    for (_, offset), measure in find_starts(book, fact, record).items():
        day_1 = find_day_1(measure, fact, offset, record)
        for stretch in find_stretches(book, measure, fact, day_1, record):
            clause = stretch.phase.clause or measure.clause
            asked = Asked(fact, book.id, measure.id, stretch.phase, clause, stretch.first, day_1)
            yield Span(asked, stretch.first, stretch.last)


def find_spans(facts: Facts, chain: Chain, known_at: datetime) -> list[Span]:
    """Every phase of every run, with the days on which it binds (10)."""
    last = horizon(facts, chain)
    spans: list[Span] = []
    for record in find_records(facts, known_at).values():
        walk = Walk(chain, record, last)
        for fact in record.facts:
            spans += walk.spans_of(fact)
    return spans


def horizon(facts: Facts, chain: Chain) -> date:
    """A day after which nothing begins or ends: what binds then is without end."""
    mentioned = [book.document.effective for book in chain]
    for table in ("events", "cases", "tests", "orders"):
        for row in facts.get(table, ()):
            mentioned += [v for v in row.values() if isinstance(v, date) and not isinstance(v, datetime)]
    lengths = [
        sum((p.days or p.through or 0) + max((r.after or 0 for r in p.release), default=0) for p in m.phases)
        for book in chain
        for m in book.measures
    ]
    return max(mentioned) + (max(lengths) + MARGIN) * DAY


def rank(spans: Sequence[Span], chain: Chain) -> list[Span]:
    """Heaviest first; among equals the latest end, the latest start, then measure, phase and fact in order (11)."""
    weights = weigh(chain)

    def key(span: Span) -> tuple[Any, ...]:
        return (
            -find_weight(span, weights),
            -(span.until or date.max).toordinal(),
            -span.asked.start.toordinal(),
            span.asked.measure,
            span.asked.phase.id if span.asked.phase else "",
            span.asked.fact.id,
        )

    return sorted(spans, key=key)


def find_weight(span: Span, weights: Mapping[str, int]) -> int:
    """Undecided is lighter than any restriction (14)."""
    return weights[span.asked.phase.restriction] if span.asked.phase else 0
