"""Puts one person's derivation into sections of sentences, from the same rows that the lists are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sizao.derive.compile import UNDECIDED
from sizao.derive.person import PersonAnswer
from sizao.derive.reference.facts import DAY
from sizao.derive.why.others import say_others
from sizao.derive.why.runs import Line, RunTeller, group_alike
from sizao.derive.why.trace import Row, Traced, record_of, trace_rows
from sizao.derive.why.voice import Voice, iso
from sizao.policy import Measure, Phase, Rulebook
from sizao.words import Lang, name_in


@dataclass(frozen=True)
class Section:
    """A heading and its lines; a line's depth is 0, 1 or 2. `tests`: the line from which tests due are said."""

    title: str
    lines: tuple[Line, ...]
    tests: int | None = None


def explain(answer: PersonAnswer, lang: Lang = "en", written: Callable[[date], str] = iso) -> list[Section]:
    """The sections of the explanation, in reading order: today, why, other facts, orders, assumed, not checked.

    `written`: how days and instants are written.
    """
    return _Explainer(answer, lang, written).sections()


class _Explainer:
    def __init__(self, answer: PersonAnswer, lang: Lang, written: Callable[[date], str]) -> None:
        self.a, self.on = answer, answer.on
        self.voice = Voice(answer.policy.chain, lang, answer.on, written)
        self.books = {book.id: book for book in answer.policy.chain}
        self.record = record_of(answer.person_id, answer.facts, answer.known_at)
        self.traced = trace_rows(answer.measures, self.record, answer.policy.chain)
        self.binding = [t for t in self.traced if self._binds(t.row)]
        self.teller = RunTeller(answer, self.record, self.traced, self.voice)

    def sections(self) -> list[Section]:
        say, book = self.voice.say, self.a.policy.in_force(self.on)
        known = self.a.known_at
        head = say("heading", person=self.a.person_id, on=self.on)
        if book is None:
            return [Section(head, ((0, say("no_rulebook", on=self.on)),))]
        source = say("known", known=known, rulebook=self.voice.book(book.id), number=book.document.number)
        first = [t for t in self.binding if self._is_status(t.row)][:1]
        rest = [t for t in self.binding if t not in first]
        today, tests = [*self._today(book, first[0] if first else None)], [*self._tests(book)]
        parts = [
            ("why", self._runs(first)),
            ("also", self._runs(rest)),
            ("others", say_others(self.a, book, self.record, self.traced, self.binding, self.teller)),
            ("orders", self._orders()),
            ("assumed", self._assumed(book)),
            ("unchecked", self._unchecked(book, known)),
        ]
        told = [Section(say(title), tuple(lines)) for title, lines in parts]  # in this order: each says what it used
        told.insert(0, Section(say("today"), (*today, *tests), len(today) if tests else None))
        return [Section(head, ((0, source),)), *(section for section in told if section.lines)]

    def _runs(self, traced: list[Traced]) -> Iterator[Line]:
        for alike in group_alike(traced):
            yield from self.teller.say_alike(alike)

    def _today(self, book: Rulebook, holds: Traced | None) -> Iterator[Line]:
        say, s = self.voice.say, self.a.status
        if s is None or holds is None:
            yield 0, say("nothing")
        elif s["measure"] == UNDECIDED:
            yield (
                0,
                say(
                    self.teller.why_undecided(holds), kind=self.voice.kind(holds.fact.kind, self.books[s["rulebook"]])
                ),
            )
        else:
            _, phase = self._phase(s)
            name = "status" if s["until"] else "status_release" if phase.until == "release" else "status_open"
            said = self.voice.restriction_in(self.books[s["rulebook"]], s["restriction"])
            yield 0, say(name, restriction=said, day=s["phase_day"], **{k: s[k] for k in ("from", "until")})
            if phase.release and phase.until != "release" and not self._is_released(holds):
                yield 0, say("may_end_earlier")
        if any(t.run and self.teller.is_awaiting(t.run) for t in self.binding):
            yield 0, say("next_decides")
        asked = [r for r in self.a.measures if r["restriction"] and (r["until"] is None or r["until"] >= self.on)]
        if asked and all(r["until"] for r in asked):
            yield 0, say("free", day=max(r["until"] for r in asked) + DAY)

    def _tests(self, book: Rulebook) -> Iterator[Line]:
        say, test = self.voice.say, self.voice.of(book.test)
        due = [t for t in self.a.tests_due if t["on"] == self.on]
        for t in due:
            asks = self._book_of(t)
            measure = self.voice.measure(t["measure"], asks)
            phase_name = self.voice.phase(t["measure"], t["phase"], asks)
            yield 0, say("test_today", test=test, measure=measure, phase=phase_name, day=t["phase_day"])
        ahead = [self.voice.written(t["on"]) for t in self.a.tests_due if t["on"] > self.on]
        if not due and (self.a.status or ahead):
            yield 0, say("no_test_today", test=test)
        if ahead:
            yield 0, say("tests_ahead", test=test, days=self.voice.list(ahead))

    def _orders(self) -> Iterator[Line]:
        say = self.voice.say
        restrictions = {r.id for book in self.books.values() for r in book.restrictions}
        bans = {ban.order: ban for book in self.books.values() for ban in book.limits.forbidden}
        latest = {o["order_id"]: o for o in self.a.facts["orders"]}
        for order_id, o in latest.items():
            until, word = o["until"] or say("open"), o["restriction"]
            name = self.voice.restriction(word) if word else "-"
            yield (
                0,
                say(
                    "order",
                    id=order_id,
                    restriction=name,
                    until=until,
                    issuer=name_in(self.voice.lang, o["issuer"]),
                    **{"from": o["from"]},
                ),
            )
            found = [x for x in self.a.excesses if x["order_id"] == order_id]
            for x in found:
                yield 1, self._excess(x)
            if any(x["kind"] == "forbidden" for x in found) and bans[word].unless:
                yield 1, say("unless", unless=self.voice.of(bans[word].unless))
            if any(x["kind"] == "forbidden" for x in found) and (bans[word].unless_level or bans[word].unless_kinds):
                yield 1, say("unless_place")
            over = o["until"] and o["until"] < self.a.policy.chain[0].document.effective
            if over or (word not in restrictions and word not in bans):
                yield 1, say("not_judged")
            elif word not in restrictions:
                yield 1, say("only_forbidden" if found else "not_forbidden")
            elif not found:
                yield 1, say("no_excess")
        for x in self.a.excesses:
            if x["order_id"] is None:
                yield 0, self._excess(x)

    def _excess(self, x: Row) -> str:
        until, clause = x["until"] or self.voice.say("open"), x["clause"] or "-"
        return self.voice.say("excess", until=until, text=x["text"], clause=clause, **{"from": x["from"]})

    def _assumed(self, book: Rulebook) -> Iterator[Line]:
        about = set(self.teller.about)
        if any(t["on"] >= self.on for t in self.a.tests_due):
            about.add("limits")
        for assumption in book.assumed_about(*about):
            yield 0, self.voice.of(assumption.reading)

    def _unchecked(self, book: Rulebook, known: datetime) -> Iterator[Line]:
        yield 0, self.voice.say("not_true")
        yield 0, self.voice.say("not_later", known=known)
        yield 0, self.voice.say("not_places")
        if self.teller.hours:
            yield 0, self.voice.say("not_hours")
        if self.a.facts["tests"]:
            books = {book.id: book} | {t.run.book.id: t.run.book for t in self.binding if t.run}
            looking = {m.id: m for b in books.values() for m in b.measures if _looks_at_results(m)}
            titles = self.voice.list(self.voice.of(m.title) for m in looking.values())
            yield 0, self.voice.say("results_looked_at" if looking else "not_results", measures=titles)

    def _binds(self, row: Row) -> bool:
        begins: date = max(row["from"], self.books[row["rulebook"]].document.effective)
        return begins <= self.on and (row["until"] is None or row["until"] >= self.on)

    def _book_of(self, due: Row) -> Rulebook | None:
        """The rulebook of the row that asks for a test due on the day; none where none binds."""
        keys = ("measure", "phase", "because")
        rows = (t.row for t in self.binding if all(t.row[k] == due[k] for k in keys))
        return next((self.books[row["rulebook"]] for row in rows), None)

    def _is_status(self, row: Row) -> bool:
        s = self.a.status
        keys = ("because", "rulebook", "measure", "phase", "from", "until")
        return s is not None and all(row[k] == s[k] for k in keys)

    def _phase(self, row: Row) -> tuple[Measure, Phase]:
        measure = self.books[row["rulebook"]].measure(row["measure"])
        return measure, next(p for p in measure.phases if p.id == row["phase"])

    def _is_released(self, traced: Traced) -> bool:
        passages = traced.run.passages if traced.run else ()
        return any(p.way is not None and p.phase.id == traced.row["phase"] for p in passages)


def _looks_at_results(measure: Measure) -> bool:
    """Whether test results start a measure, follow it, or end it."""
    ways = (way for phase in measure.phases for way in phase.release)
    return (
        measure.follow_up is not None
        or any(t.test is not None for t in measure.triggers)
        or any(way.event is None for way in ways)
    )
