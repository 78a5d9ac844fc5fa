"""Finds what a chain of rulebooks leaves open: facts that nobody decides, and days on which two rulebooks do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sizao.policy.persons import CLASSES, ORIGINS
from sizao.policy.rulebook import Rulebook
from sizao.policy.spans import left_of, span_of
from sizao.policy.words import Path

CELLS = tuple(f"case/{c}/{o}" for c in CLASSES for o in ORIGINS)
"""All kinds of case."""


@dataclass(frozen=True)
class Gap:
    """Facts of a kind that occur from `since` to the day before `before` (None: ever after) and would be undecided.

    `whole`: on no date does the rulebook know the kind. `because`: the older rulebook that knows the kind; None where
    the rulebook itself knows it on other dates, or knows other kinds of case. `at` leads to the place to mend.
    """

    kind: str
    since: dt.date
    before: dt.date | None
    whole: bool
    because: str | None
    at: Path

    @property
    def what(self) -> str:
        """What is not caught, and when."""
        when = f"that occurred from {self.since}" if self.before else f"from {self.since} on"
        when += f" to before {self.before}" if self.before else ""
        fact = f"a fact of the kind {self.kind!r}"
        if self.kind in CELLS:
            _, classification, origin = self.kind.split("/")
            fact = f"a case that is {classification} and {origin}"
        if not self.whole:
            return f"{fact} is caught on some dates only: one {when} would be undecided"
        if self.because is not None:
            return f"{fact} is caught or named by {self.because} and not here: it would be undecided"
        return f"{fact} is not caught while other cases are: it would be undecided"

    @property
    def todo(self) -> str:
        """What the author can do."""
        return "catch it with a trigger, or name it in a measure with `asks: nothing`"


@dataclass(frozen=True)
class Clash:
    """Two rulebooks of one jurisdiction and disease in force together from a day on; the later one is second."""

    first: Rulebook
    second: Rulebook
    since: dt.date

    @property
    def what(self) -> str:
        """Which, where and from when."""
        both = f"{self.first.id} and {self.second.id} are both in force in {self.first.jurisdiction}"
        return f"{both} from {self.since}, and neither replaces, amends or is laid over the other"


def find_gaps(chain: Sequence[Rulebook]) -> Iterator[Gap]:
    """Facts that the last rulebook of a chain (oldest first) would leave undecided though somebody thought of them.

    Kinds that an older rulebook catches, names or looks for; kinds that this one catches on some dates only; kinds of
    case where it catches others. Dates on which a fact could no longer matter when it takes effect are no gap.
    """
    book, start = chain[-1], _first_that_matters(chain)
    triggers = [
        (("measures", m, "triggers", t), trigger)
        for m, measure in enumerate(book.measures)
        for t, trigger in enumerate(measure.triggers)
    ]
    own: dict[str, Path] = {kind: at for at, trigger in reversed(triggers) for kind in trigger.kinds}
    older = {kind: b.id for b in chain[:-1] for kind in _known(b)}
    cases = [own[kind] for kind in CELLS if kind in own]
    for kind in sorted({*own, *older, *(CELLS if cases else ())} - book.looked_for):
        spans = [span_of(t) for _, t in triggers if kind in t.kinds]
        at = own.get(kind) or (("measures",) if kind in older else cases[0])
        for since, before in left_of((start, None), spans):
            yield Gap(kind, since, before, not spans, older.get(kind), at)


def find_clashes(named: Sequence[Rulebook], others: Sequence[Rulebook] = ()) -> Iterator[Clash]:
    """Pairs of rulebooks, one of them named, that are in force on one day with no word on which of them holds.

    `others`: all that stand beside the named ones; one of the same id gives way to the named one.
    """
    ids = {book.id for book in named}
    books = [*named, *(b for b in others if b.id not in ids)]
    for n, one in enumerate(books):
        for other in books[n + 1 :]:
            if one.id == other.id or ids.isdisjoint((one.id, other.id)):
                continue
            if (one.jurisdiction, one.disease) != (other.jurisdiction, other.disease):
                continue
            first, second = sorted((one, other), key=lambda b: (b.document.effective, b.document.published, b.id))
            since = second.document.effective
            ends = [end for end in (_end(first, books), _end(second, books)) if end is not None]
            if all(since < end for end in ends):
                yield Clash(first, second, since)


def _known(book: Rulebook) -> set[str]:
    return {kind for m in book.measures for t in m.triggers for kind in t.kinds} | book.looked_for


def _first_that_matters(chain: Sequence[Rulebook]) -> dt.date:
    """The first day of occurrence of facts that the last rulebook decides and that can still bind by then."""
    book = chain[-1]
    effective, move = book.document.effective, book.transition
    if len(chain) > 1 and move is not None and move.rule != "rederive":
        return move.date or effective
    return effective - dt.timedelta(days=max([m.days or 0 for m in book.measures] + [1]) - 1)


def _end(book: Rulebook, books: Sequence[Rulebook]) -> dt.date | None:
    """The day on which what replaces or amends it takes effect; None: nothing does."""
    return min((b.document.effective for b in books if b.older == book.id), default=None)
