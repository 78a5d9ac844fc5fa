"""Says facts, tests, rules and rulebooks in Chinese or English: the words that all sections of a why share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

from ruamel.yaml import YAML

from sizao.derive.reference.facts import Fact, Sample
from sizao.policy import Rulebook
from sizao.policy.overlay import BETWEEN
from sizao.policy.persons import TestMatch

Lang = Literal["zh", "en"]


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("sizao.derive") / "why" / "why.yaml").read_text(encoding="utf-8")
    sentences: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(text)
    return sentences


class Voice:
    """One language, and the titles that a chain of rulebooks gives; a later rulebook's title wins."""

    def __init__(self, chain: Sequence[Rulebook], lang: Lang) -> None:
        self.lang = lang
        self._chain = chain
        self._restrictions = {r.id: r.title for book in chain for r in book.restrictions}
        self._orders = {ban.order: ban.title for book in chain for ban in book.limits.forbidden}
        self._measures = {m.id: m.title for book in chain for m in book.measures}
        triggers = [t for book in chain for m in book.measures for t in m.triggers]
        self._kinds = {t.event: t.title for t in triggers if t.event and t.title}

    def say(self, name: str, **values: object) -> str:
        """A sentence of why.yaml, filled in."""
        return _sentences()[name][self.lang].format_map({k: str(v) for k, v in values.items()})

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

    def kind(self, kind: str) -> str:
        """A kind of fact in words, where a rulebook of the chain has them."""
        if kind.startswith("case/"):
            return self.say(kind.replace("/", "_"))
        title = self._kinds.get(kind)
        return self.of(title) if title else kind

    def restriction(self, name: str) -> str:
        """The title of a restriction, or of an order that is forbidden."""
        title = self._restrictions.get(name) or self._orders.get(name)
        return self.of(title) if title else name

    def restriction_in(self, book: Rulebook, name: str) -> str:
        """The title of a restriction as one rulebook has it."""
        return next((self.of(r.title) for r in book.restrictions if r.id == name), name)

    def measure(self, name: str) -> str:
        return self.of(self._measures[name]) if name in self._measures else name

    def phase(self, measure_id: str, phase_id: str) -> str:
        """What a phase asks for; the latest rulebook that has the phase decides."""
        for book in reversed(self._chain):
            for phase in (p for m in book.measures if m.id == measure_id for p in m.phases):
                if phase.id == phase_id:
                    return self.restriction_in(book, phase.restriction)
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

    def fact(self, fact: Fact) -> str:
        """A fact with its day and id, inside a sentence."""
        if fact.sample is not None:
            return self.say("a_test", on=fact.day, said=self.sample(fact.sample), id=fact.id)
        return self.say("a_fact", kind=self.kind(fact.kind), on=fact.day, id=fact.id)

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
