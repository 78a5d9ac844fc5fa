"""Says facts, tests, rules and rulebooks in Chinese or English: the words that all sections of a why share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from sizao.derive.reference.facts import Fact, Sample
from sizao.policy import Rulebook, nearest_first
from sizao.policy.overlay import BETWEEN
from sizao.policy.persons import TestMatch
from sizao.words import Lang, read_yaml


def iso(day: date) -> str:
    """A day or an instant as tables have it; an instant to the minute, where this program runs."""
    return day.astimezone().isoformat(timespec="minutes") if isinstance(day, datetime) else day.isoformat()


class Voice:
    """One language, and the titles that a chain of rulebooks gives, seen from a date.

    What a row says is called as its own rulebook calls it; all else as in the rulebook in force on the date, or the
    nearest one that has a title: older ones first.
    """

    def __init__(self, books: Sequence[Rulebook], lang: Lang, on: date, written: Callable[[date], str] = iso) -> None:
        self.lang, self.written = lang, written
        self._books = nearest_first(books, on)

    def say(self, name: str, **values: object) -> str:
        """A sentence of why.yaml, filled in."""
        sentence: str = read_yaml("sizao.derive.why", "why.yaml")[name][self.lang]
        return sentence.format_map({k: self.written(v) if isinstance(v, date) else str(v) for k, v in values.items()})

    def of(self, words: Any) -> str:
        """A text of a rulebook in this language."""
        return str(getattr(words, self.lang))

    def list(self, items: Iterable[str]) -> str:
        """A, B, C."""
        return ("、" if self.lang == "zh" else ", ").join(items)

    def either(self, items: Iterable[str]) -> str:
        """A or B."""
        return ("或" if self.lang == "zh" else " or ").join(items)

    def clauses(self, items: Iterable[str]) -> str:
        """Parts of a sentence."""
        return ("，" if self.lang == "zh" else ", ").join(item for item in items if item)

    def kind(self, kind: str, book: Rulebook | None = None) -> str:
        """A kind of fact in words, where a rulebook has them: `book` first."""
        if kind.startswith("case/"):
            return self.say(kind.replace("/", "_"))
        titles = (title for b in self._from(book) if (title := b.kind_titles.get(kind)))
        return next(map(self.of, titles), kind)

    def restriction(self, name: str) -> str:
        """The title of a restriction, or of an order that is forbidden."""
        asked = (r.title for book in self._books for r in book.restrictions if r.id == name)
        banned = (ban.title for book in self._books for ban in book.limits.forbidden if ban.order == name)
        return next(map(self.of, chain(asked, banned)), name)

    def restriction_in(self, book: Rulebook, name: str) -> str:
        """The title of a restriction as one rulebook has it."""
        return next((self.of(r.title) for r in book.restrictions if r.id == name), name)

    def measure(self, name: str, book: Rulebook | None = None) -> str:
        """The title of a measure: in `book` first."""
        titles = (m.title for b in self._from(book) for m in b.measures if m.id == name)
        return next(map(self.of, titles), name)

    def _from(self, book: Rulebook | None) -> Sequence[Rulebook]:
        return self._books if book is None else (book, *self._books)

    def phase(self, measure_id: str, phase_id: str, book: Rulebook | None = None) -> str:
        """What a phase asks for: in `book` first."""
        for having in self._from(book):
            for phase in (p for m in having.measures if m.id == measure_id for p in m.phases):
                if phase.id == phase_id:
                    return self.restriction_in(having, phase.restriction)
        return phase_id

    def book(self, book_id: str) -> str:
        """A rulebook by its id; a local one with the national one under it."""
        local, _, national = book_id.partition(BETWEEN)
        return self.say("laid_over", local=local, national=national) if national else local

    def days(self, n: int) -> str:
        """1 day, 2 days."""
        return self.say("a_day" if n == 1 else "some_days", n=n)

    def ct(self, hundredths: int) -> str:
        return f"{hundredths / 100:g}"

    def sample(self, sample: Sample) -> str:
        """positive, Ct 37.2, pcr"""
        ct = [] if sample.ct is None else [f"Ct {self.ct(sample.ct)}"]
        return self.clauses([self.say(sample.result), *ct, sample.method])

    def fact(self, fact: Fact, book: Rulebook | None = None) -> str:
        """A fact with its day and id, inside a sentence; its kind as `book` calls it."""
        if fact.sample is not None:
            return self.say("a_test", on=fact.day, said=self.sample(fact.sample), id=fact.id)
        return self.say("a_fact", kind=self.kind(fact.kind, book), on=fact.day, id=fact.id)

    def match(self, test: TestMatch) -> str:
        """Which tests are meant, in words."""
        parts = [self.either(self.say(result) for result in test.result)] if test.result else []
        if test.ct is not None:
            low, high = test.ct.from_, test.ct.below
            name = "ct_between" if None not in (low, high) else "ct_below" if low is None else "ct_from"
            parts.append(self.say(name, low=low, high=high))
        if test.method:
            parts.append(self.say("by_method", method=self.either(test.method)))
        return self.clauses(parts)
