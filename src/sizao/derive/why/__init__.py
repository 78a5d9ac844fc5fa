"""Says why: one person's derivation as a person would explain it, from the same rows that the lists are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from ruamel.yaml import YAML

from sizao.derive.compile import UNDECIDED
from sizao.derive.person import PersonAnswer
from sizao.policy import Measure, Rulebook, Trigger

Lang = Literal["zh", "en"]
Row = Mapping[str, Any]
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Section:
    """A heading and its lines; a line's depth is 0 or 1."""

    title: str
    lines: tuple[tuple[int, str], ...]


def explain(answer: PersonAnswer, lang: Lang = "en") -> list[Section]:
    """The sections of the explanation, in reading order: today, why, other facts, orders, assumed, not checked."""
    return _Explainer(answer, lang).sections()


class _Explainer:
    def __init__(self, answer: PersonAnswer, lang: Lang) -> None:
        self.a, self.lang, self.on = answer, lang, answer.on
        self.books = {book.id: book for book in answer.policy.chain}
        self.book = answer.policy.in_force(answer.on)
        self.facts = {e["event_id"]: (e["kind"], e["occurred_on"], e) for e in answer.facts["events"]}
        for c in answer.facts["cases"]:  # a later version of a case comes later and takes its place
            self.facts[c["case_id"]] = (f"case/{c['classification']}", c["confirmed_on"], c)
        self.binding = [r for r in answer.measures if self._binds(r)]
        self.used: set[str] = set()

    def sections(self) -> list[Section]:
        known = self.a.known_at.astimezone().isoformat(timespec="minutes")
        head = self._say("heading", person=self.a.person_id, on=self.on)
        if self.book is None:
            return [Section(head, ((0, self._say("no_rulebook", on=self.on)),))]
        source = self._say("known", known=known, rulebook=self.book.id, number=self.book.document.number)
        parts = [Section(head, ((0, source),)), Section(self._say("today"), tuple(self._today()))]
        first = [r for r in self.binding if self._is_status(r)][:1]
        rest = [r for r in self.binding if r not in first]
        for title, rows in (("why", first), ("also", rest)):
            if rows:
                parts.append(
                    Section(
                        self._say(title),
                        tuple(line for alike in _alike(rows, self.facts) for line in self._runs(alike)),
                    )
                )
        for title, lines in (
            ("others", tuple(self._others())),
            ("orders", tuple(self._orders())),
            ("assumed", tuple(self._assumed())),
            ("unchecked", tuple(self._unchecked(known))),
        ):
            if lines:
                parts.append(Section(self._say(title), lines))
        return parts

    def _today(self) -> Iterator[tuple[int, str]]:
        assert self.book is not None
        test = self._of(self.book.test)
        s = self.a.status
        if s is None:
            yield 0, self._say("nothing")
        elif s["measure"] == UNDECIDED:
            yield 0, self._say("status_undecided", kind=self.facts[s["because"]][0])
        else:
            name = "status" if s["until"] else "status_open"
            said = self._restriction(s["rulebook"], s["restriction"])
            yield 0, self._say(name, restriction=said, day=s["phase_day"], **{k: s[k] for k in ("from", "until")})
        asked = [r for r in self.a.measures if r["restriction"] and (r["until"] is None or r["until"] >= self.on)]
        if asked and all(r["until"] for r in asked):
            yield 0, self._say("free", day=max(r["until"] for r in asked) + ONE)
        due = [t for t in self.a.tests_due if t["on"] == self.on]
        for t in due:
            book = self.book
            measure, phase = self._measure(book, t["measure"]), self._phase_name(t["measure"], t["phase"])
            yield 0, self._say("test_today", test=test, measure=measure, phase=phase, day=t["phase_day"])
        ahead = [t["on"].isoformat() for t in self.a.tests_due if t["on"] > self.on]
        if not due and (s or ahead):
            yield 0, self._say("no_test_today", test=test)
        if ahead:
            yield 0, self._say("tests_ahead", test=test, days=self._list(ahead))

    def _runs(self, rows: list[Row]) -> Iterator[tuple[int, str]]:
        """The facts, the clause, the arithmetic, and what ended the run early, for runs that are alike."""
        row = rows[0]
        kind, day, fact = self.facts[row["because"]]
        book = self.books[row["rulebook"]]
        for each in rows:
            yield 0, self._fact_line(each["because"])
        if row["measure"] == UNDECIDED:
            yield 1, self._say("status_undecided", kind=kind)
            return
        self.used.add(row["measure"])
        measure = book.measure(row["measure"])
        number = book.document.number
        title = self._of(measure.title)
        yield 1, self._say("clause", clause=row["clause"], measure=title, rulebook=book.id, number=number)
        if day < book.document.effective and book.id != self.a.policy.chain[0].id:
            self.used.add("transition")
            yield 1, self._say("took_over", rulebook=book.id, day=book.document.effective)
        trigger = _trigger(measure, kind)
        first = day + trigger.offset * ONE
        yield 1, self._say("day_one_after" if trigger.offset else "day_one_same", on=day, first=first)
        for line in self._phases(book, measure, first):
            yield 1, line
        phase = self._phase_name(row["measure"], row["phase"], book)
        yield (
            1,
            self._say("here", on=self.on, phase=phase, day=(self.on - row["from"]).days + 1, **{"from": row["from"]}),
        )
        for line in self._early_end(row, measure, fact):
            yield 1, line

    def _phases(self, book: Rulebook, measure: Measure, first: dt.date) -> Iterator[str]:
        start = first
        for phase in measure.phases:
            name = self._restriction(book.id, phase.restriction)
            if phase.days is None:
                yield self._say("phase_open", phase=name, **{"from": start})
                return
            until = start + (phase.days - 1) * ONE
            daily = len(phase.tests) == phase.days and phase.days > 2
            listed = f"1-{phase.days}" if daily else self._list(map(str, phase.tests))
            tests = self._say("phase_tests", test=self._of(book.test), days=listed) if phase.tests else ""
            yield self._say("phase", phase=name, days=phase.days, until=until, tests=tests, **{"from": start})
            start = until + ONE

    def _early_end(self, row: Row, measure: Measure, fact: Row) -> Iterator[str]:
        """Why the run ends before the arithmetic says: a case, a newer rulebook, the older rulebook's end."""
        runs = [
            r
            for r in self.a.measures
            if (r["because"], r["rulebook"], r["measure"]) == (row["because"], row["rulebook"], row["measure"])
        ]
        until = max((r["until"] for r in runs if r["until"]), default=None)
        if until is None or any(r["until"] is None for r in runs):
            return
        for c in {c["case_id"]: c for c in self.a.facts["cases"]}.values():
            if c["case_id"] == row["because"]:
                ends = [day for day in (c["discharged_on"], c["died_on"]) if day]
                if ends and min(ends) == until + ONE:
                    yield self._say("discharged", day=min(ends), case=c["case_id"])
            elif c["confirmed_on"] == until + ONE:
                yield self._say("cut", day=c["confirmed_on"], case=c["case_id"])
                self.used.add("case")
        later = [b.document.effective for b in self.a.policy.chain if b.document.effective == until + ONE]
        if later:
            yield self._say("superseded", day=later[0])
        kind, day, _ = self.facts[row["because"]]
        if measure.days is not None and not later:
            last = day + (_trigger(measure, kind).offset + measure.days - 1) * ONE
            before = day < self.books[row["rulebook"]].document.effective
            cut = any(c["confirmed_on"] == until + ONE for c in self.a.facts["cases"])
            if until < last and before and not cut:
                yield self._say("capped", until=until)

    def _others(self) -> Iterator[tuple[int, str]]:
        assert self.book is not None
        voids = {e["voids"]: e["event_id"] for e in self.a.facts["events"] if e["voids"]}
        bound = {r["because"] for r in self.binding}
        for fact_id, (kind, day, _) in self.facts.items():
            said = {"kind": self._kind(kind), "on": day, "id": fact_id}
            runs = [r for r in self.a.measures if r["because"] == fact_id]
            if fact_id in bound or (kind == "void" and self.facts[fact_id][2]["person_id"] != self.a.person_id):
                continue
            if kind == "void":
                yield 0, self._say("no_effect_void", id=fact_id, target=self.facts[fact_id][2]["voids"])
            elif fact_id in voids:
                yield 0, self._say("taken_back", by=voids[fact_id], **said)
            elif measure := next((m for m in self.book.measures if m.asks and _caught(m, kind)), None):
                yield 0, self._say("asks_nothing", measure=self._of(measure.title), clause=measure.clause, **said)
            elif runs and runs[0]["measure"] == UNDECIDED:
                yield 0, self._say("unknown", **said)
            elif runs:
                book = self.books[runs[-1]["rulebook"]]
                title = self._measure(book, runs[-1]["measure"])
                ends = [r["until"] for r in runs if r["until"]]
                if min(r["from"] for r in runs) > self.on:
                    yield 0, self._say("begins", measure=title, **said, **{"from": min(r["from"] for r in runs)})
                else:
                    yield 0, self._say("ended", measure=title, until=max(ends), **said)
            else:
                yield 0, self._say("never_bound", **said)

    def _orders(self) -> Iterator[tuple[int, str]]:
        latest = {o["order_id"]: o for o in self.a.facts["orders"]}
        for order_id, o in latest.items():
            until = o["until"] or self._say("open")
            name = self._restriction(None, o["restriction"]) if o["restriction"] else "-"
            said = {"id": order_id, "restriction": name, "from": o["from"], "until": until, "issuer": o["issuer"]}
            yield 0, self._say("order", **said)
            found = [x for x in self.a.excesses if x["order_id"] == order_id]
            yield from ((1, self._excess(x, o["restriction"])) for x in found)
            known = any(o["restriction"] == r.id for book in self.books.values() for r in book.restrictions)
            if not known or (o["until"] and o["until"] < self.a.policy.chain[0].document.effective):
                yield 1, self._say("not_judged")
            elif not found:
                yield 1, self._say("no_excess")
        yield from ((0, self._excess(x, None)) for x in self.a.excesses if x["order_id"] is None)

    def _excess(self, x: Row, restriction: str | None) -> str:
        until = x["until"] or self._say("open")
        text = x["text"]
        if restriction:
            text = text.replace(restriction, self._restriction(None, restriction), 1)
        return self._say("excess", until=until, text=text, clause=x["clause"] or "-", **{"from": x["from"]})

    def _assumed(self) -> Iterator[tuple[int, str]]:
        assert self.book is not None
        about = self.used | ({"limits"} if any(t["on"] >= self.on for t in self.a.tests_due) else set())
        for assumption in self.book.assumed_about(*about):
            yield 0, self._of(assumption.reading)

    def _unchecked(self, known: str) -> Iterator[tuple[int, str]]:
        yield 0, self._say("not_true")
        yield 0, self._say("not_later", known=known)
        yield 0, self._say("not_places")
        if self.a.facts["tests"]:
            yield 0, self._say("not_results")

    def _fact_line(self, fact_id: str) -> str:
        kind, day, row = self.facts[fact_id]
        recorded = row["recorded_at"].astimezone().isoformat(timespec="minutes")
        return self._say("fact", kind=self._kind(kind), on=day, id=fact_id, recorded=recorded)

    def _kind(self, kind: str) -> str:
        """A kind of fact in words, where a rulebook of the chain has them."""
        if kind.startswith("case/"):
            return self._say(kind.replace("/", "_"))
        for book in reversed(self.a.policy.chain):
            for trigger in (t for m in book.measures for t in m.triggers):
                if trigger.event == kind and trigger.title:
                    return self._of(trigger.title)
        return kind

    def _binds(self, row: Row) -> bool:
        begins = max(row["from"], self.books[row["rulebook"]].document.effective)
        return bool(begins <= self.on and (row["until"] is None or row["until"] >= self.on))

    def _is_status(self, row: Row) -> bool:
        s = self.a.status
        return s is not None and all(row[k] == s[k] for k in ("because", "rulebook", "measure", "phase"))

    def _measure(self, book: Rulebook, measure_id: str) -> str:
        for other in (book, *self.books.values()):
            for measure in other.measures:
                if measure.id == measure_id:
                    return self._of(measure.title)
        return measure_id

    def _phase_name(self, measure_id: str, phase_id: str, book: Rulebook | None = None) -> str:
        for other in (book, self.book, *self.books.values()):
            for measure in other.measures if other else ():
                for phase in measure.phases if measure.id == measure_id else ():
                    if phase.id == phase_id and other:
                        return self._restriction(other.id, phase.restriction)
        return phase_id

    def _restriction(self, book_id: str | None, restriction_id: str) -> str:
        for book in self.books.values() if book_id is None else (self.books[book_id],):
            for restriction in book.restrictions:
                if restriction.id == restriction_id:
                    return self._of(restriction.title)
        return restriction_id

    def _list(self, items: Iterable[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(items)

    def _of(self, words: Any) -> str:
        return str(getattr(words, self.lang))

    def _say(self, name: str, **values: object) -> str:
        return _sentences()[name][self.lang].format_map({k: str(v) for k, v in values.items()})


def _alike(rows: Sequence[Row], facts: Mapping[str, tuple[str, dt.date, Row]]) -> list[list[Row]]:
    """Rows that differ in nothing but which of several like facts they come from, together."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        alike = (*facts[row["because"]][:2], *(row[k] for k in ("rulebook", "measure", "phase", "from", "until")))
        groups.setdefault(alike, []).append(row)
    return list(groups.values())


def _trigger(measure: Measure, kind: str) -> Trigger:
    return next(t for t in measure.triggers if kind in t.kinds)


def _caught(measure: Measure, kind: str) -> bool:
    return any(kind in t.kinds for t in measure.triggers)


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("sizao.derive") / "why.yaml").read_text(encoding="utf-8")
    sentences: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(text)
    return sentences
