"""Says why a run binds: the fact, what caught it, the clause, the arithmetic of its days, what ended it early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from sizao.derive.person import PersonAnswer
from sizao.derive.reference.books import takes_over
from sizao.derive.reference.facts import DAY, Fact, Record
from sizao.derive.reference.starts import catches, follow_up_of, matches
from sizao.derive.why.trace import Followed, Passage, Run, Source, Traced, source_of
from sizao.derive.why.voice import Voice
from sizao.derive.why.ways import say_open, say_used
from sizao.policy import Measure, Rulebook, Trigger
from sizao.policy.overlay import BETWEEN
from sizao.policy.persons import FollowUp

Line = tuple[int, str]


class RunTeller:
    """Says runs of one person, seen from the day asked about.

    `about` gathers what the assumptions of a rulebook can be about; `hours`: whether hours between samples matter.
    """

    def __init__(self, answer: PersonAnswer, record: Record, traced: Sequence[Traced], voice: Voice) -> None:
        self.a, self.record, self.traced, self.voice, self.on = answer, record, traced, voice, answer.on
        self._books = {book.id: book for book in answer.policy.chain}
        self._recorded: dict[tuple[Source, str], datetime] = {}
        for source, name in (("event", "events"), ("case", "cases"), ("test", "tests")):
            for row in answer.facts[name]:  # a later version comes later
                self._recorded[source, row[f"{source}_id"]] = row["recorded_at"]  # type: ignore[index]
        self.about: set[str] = set()
        self.hours = False

    def say_alike(self, alike: Sequence[Traced]) -> Iterator[Line]:
        """Runs that differ only in the fact, together."""
        for traced in alike:
            yield 0, self.say_fact(traced.fact, self._books[traced.row["rulebook"]])
        row, run = alike[0].row, alike[0].run
        if run is None:
            kind = self.voice.kind(alike[0].fact.kind, self._books[row["rulebook"]])
            yield 1, self.voice.say(self.why_undecided(alike[0]), kind=kind)
            return
        self.about.add(run.start.measure.id)
        if run.start.followed is not None:  # what was read into its follow-up test decided as well
            self.about.add(run.start.followed.measure.id)
        for line in (*self._caught(run), *self._clause(run, row["clause"]), *self._day_one(run)):
            yield 1, line
        yield from self._passages(run, alike[0])
        phase = self.voice.restriction_in(run.book, row["restriction"])
        day = (self.on - row["from"]).days + 1
        yield 1, self.voice.say("here", on=self.on, phase=phase, day=day, **{"from": row["from"]})
        for line in self._early_end(run):
            yield 1, line
        for line in self.say_awaited(run.book, run.fact):
            yield 1, line

    def say_fact(self, fact: Fact, book: Rulebook) -> str:
        """The fact in a sentence of its own, its kind as `book` calls it, with the instant of recording."""
        voice, recorded = self.voice, self._recorded[source_of(fact), fact.id]
        if fact.sample is not None:
            return voice.say("fact_test", on=fact.day, said=voice.sample(fact.sample), id=fact.id, recorded=recorded)
        return voice.say("fact", kind=voice.kind(fact.kind, book), on=fact.day, id=fact.id, recorded=recorded)

    def why_undecided(self, traced: Traced) -> str:
        """The sentence for an undecided fact: of an unknown kind, or of a date on which no rule is for its kind."""
        book = self._books[traced.row["rulebook"]]
        known = any(traced.fact.kind in t.kinds for m in book.measures for t in m.triggers)
        return "status_undated" if known else "status_undecided"

    def _caught(self, run: Run) -> Iterator[str]:
        """Why the fact starts the measure, where that is more than its kind."""
        voice, start = self.voice, run.start
        if start.followed is not None:
            yield from self._followed(run, start.followed)
        if start.trigger is not None and start.trigger.test is not None:
            reason = [voice.match(start.trigger.test), self._following(run, start.trigger)]
            yield voice.say("caught", reason=voice.clauses(reason))
        if start.trigger is not None and (start.trigger.from_ or start.trigger.before):
            ends = (("dated_from", start.trigger.from_), ("dated_before", start.trigger.before))
            yield voice.say("dated", dates=voice.clauses(voice.say(name, on=on) for name, on in ends if on))
        for loser in start.losers:
            yield voice.say("gives_way", measure=voice.of(loser.title), clause=loser.clause)

    def _following(self, run: Run, trigger: Trigger) -> str:
        wanted, fact = trigger.following, run.fact
        if wanted is None:
            return ""
        days = [(e, (fact.day - e.day).days) for e in self.record.events if e.kind == wanted.event]
        near = [(e, n) for e, n in days if wanted.at_least_days <= n <= wanted.within_days]
        event, n = min(near, key=lambda found: (found[1], found[0].id))
        said = {
            "event": self.voice.fact(event, run.book),
            "n": self.voice.days(n),
            "most": wanted.within_days,
            "least": wanted.at_least_days,
        }
        return self.voice.say("following_least" if wanted.at_least_days else "following", **said)

    def _followed(self, run: Run, followed: Followed) -> Iterator[str]:
        voice, plan = self.voice, followed.measure.follow_up
        assert plan is not None and run.fact.sample is not None
        self.hours = True
        priors = voice.list(voice.fact(prior, run.book) for prior in followed.priors)
        measure = voice.of(followed.measure.title)
        said = {"hours": plan.apart_hours, "most": plan.within_days, "clause": followed.measure.clause}
        yield voice.say("followed", priors=priors, measure=measure, **said)
        branch, starts = plan.then[followed.branch], voice.of(run.start.measure.title)
        if branch.test is not None:
            yield voice.say("branch", match=voice.match(branch.test), measure=starts)
        else:
            others = voice.either(voice.match(b.test) for b in plan.then[: followed.branch] if b.test)
            yield voice.say("branch_rest" if others else "branch_any", match=others, measure=starts)

    def _clause(self, run: Run, clause: str) -> Iterator[str]:
        """The clause and the document that it stands in."""
        voice, book, measure = self.voice, run.book, run.start.measure
        stated = book.states(measure.id)
        said = {"measure": voice.of(measure.title), "rulebook": stated.rulebook, "number": stated.number}
        yield voice.say("clause", clause=clause, **said)
        local, _, national = book.id.partition(BETWEEN)
        older = next((b for b in self.a.policy.chain if b.id == book.amends), None)
        if national:
            name = "local_measure" if stated.rulebook == local else "national_measure"
            yield voice.say(name, local=local, national=national)
        elif stated.rulebook != book.id:
            yield voice.say("carried", rulebook=book.id, number=book.document.number)
        elif older and any(m.id == measure.id for m in older.measures):
            yield voice.say("amended", rulebook=book.id, older=older.id)

    def _day_one(self, run: Run) -> Iterator[str]:
        voice, fact, book = self.voice, run.fact, run.book
        if fact.day < book.document.effective and book.id != self.a.policy.chain[0].id:
            self.about.add("transition")
            yield voice.say("took_over", rulebook=voice.book(book.id), day=book.document.effective)
        credit, counted = run.start.measure.counted_from, run.counted
        if counted is not None and counted.day < fact.day:
            said = {"event": voice.fact(counted, book), "on": counted.day, "fact_on": fact.day}
            yield voice.say("counted", days=voice.days((fact.day - counted.day).days), **said)
        elif credit is not None and counted is None:
            yield voice.say("not_counted", kind=voice.kind(credit.event, book), most=credit.within_days, on=fact.day)
        name = "day_one_after" if run.start.offset else "day_one_same"
        basis = (counted or fact).day
        yield voice.say(f"{name}_counted" if basis < fact.day else name, on=basis, first=run.day_1)

    def _passages(self, run: Run, told: Traced) -> Iterator[Line]:
        """Every phase with its sum; the ways out that ended it, or that still may."""
        rows = {t.row["phase"]: t.row for t in self.traced if t.run is run}
        reached = False
        for passage in run.passages:
            reached = reached or passage.phase.id == told.row["phase"]
            if (sentence := self._passage(run.book, passage)) is not None:
                yield 1, sentence
            row = rows.get(passage.phase.id)
            if passage.way and (row["until"] == passage.way.last_day if row is not None else not reached):
                lines = say_used(self.voice, run, passage, self.on)
            elif row is not None and passage.way is None and (row["until"] is None or row["until"] >= self.on):
                lines = say_open(self.voice, run, passage, self.on, self.record)
            else:
                continue
            for line in lines:
                self.hours = self.hours or passage.phase.release != ()
                yield 2, line

    def _passage(self, book: Rulebook, passage: Passage) -> str | None:
        voice, phase = self.voice, passage.phase
        said: dict[str, object] = {"phase": voice.restriction_in(book, phase.restriction), "from": passage.first}
        if passage.last is None:
            return voice.say("phase_release" if phase.until == "release" else "phase_open", **said)
        length = (passage.last - passage.first).days + 1
        if length == 0:
            return voice.say("phase_over", **said) if passage.planned[1] != passage.planned[0] - DAY else None
        said |= {
            "days": voice.days(length),
            "until": passage.last,
            "tests": self._tests(book, passage, length),
            "planned": "",
        }
        first, last = passage.planned
        if (first, last) != (passage.first, passage.last) and last is not None:
            name = "planned" if first <= last else "planned_none"
            said["planned"] = voice.say(name, until=last, **{"from": first})
        return voice.say("phase_through" if phase.through else "phase", through=phase.through, **said)

    def _tests(self, book: Rulebook, passage: Passage, length: int) -> str:
        voice, phase = self.voice, passage.phase
        days = [day for day in phase.test_days if day <= length]
        if not days:
            return ""
        daily = len(days) == length and length > 2
        said = {"test": voice.of(book.test), "days": f"1-{length}" if daily else voice.list(map(str, days))}
        if phase.frequency is None:
            return voice.say("phase_tests" if len(days) > 1 else "phase_test", **said)
        self.hours = True
        often = {"times": phase.frequency.times, "hours": phase.frequency.apart_hours}
        if phase.frequency.in_days is None:
            return voice.say("phase_times", **often, **said)
        return voice.say("phase_frequency", window=phase.frequency.in_days, **often, **said)

    def _early_end(self, run: Run) -> Iterator[str]:
        """Why the run ends before the arithmetic says: a case, a newer rulebook, the older rulebook's end."""
        ends = [t.row["until"] for t in self.traced if t.run is run]
        planned = run.passages[-1].last
        if None in ends or max(ends) == planned:
            return
        after: date = max(ends) + DAY
        if run.fact.released == after:
            yield self.voice.say("discharged", day=after, case=run.fact.id)
            return
        cases = [c for c in self.record.cases if not run.fact.is_case and min(c.day, c.released or c.day) == after]
        for case in cases:
            yield self.voice.say("cut", day=after, case=case.id)
            self.about |= {m.id for m in run.book.measures if any(case.kind in t.kinds for t in m.triggers)}
        chain = self.a.policy.chain
        later = [n for n, b in enumerate(chain) if b.document.effective == after and takes_over(chain, n, run.fact)]
        if later:
            yield self.voice.say("superseded", day=after)
        elif not cases and run.fact.day < run.book.document.effective:
            yield self.voice.say("capped", until=max(ends))

    def say_ended(self, run: Run) -> Iterator[str]:
        """How a run that is over came to end before its time."""
        rows = {t.row["phase"]: t.row for t in self.traced if t.run is run}
        for passage in run.passages:
            row = rows.get(passage.phase.id)
            if row is not None and passage.way is not None and row["until"] == passage.way.last_day:
                yield from say_used(self.voice, run, passage, self.on)
        yield from self._early_end(run)

    def say_awaited(self, book: Rulebook, fact: Fact) -> Iterator[str]:
        """What the next test after a fact decides or has decided (rule 19)."""
        for measure in followed_by(book, fact, self.record):
            plan, test = measure.follow_up, follow_up_of(measure, fact, self.record)
            assert plan is not None
            if test is None:
                self.hours = True
                since, until = fact.day + plan.apart_days * DAY, fact.day + plan.within_days * DAY
                name = "awaited" if self.on <= until else "not_taken"
                answers = self.voice.list(self._answers(book, plan))
                yield self.voice.say(name, since=since, until=until, hours=plan.apart_hours, answers=answers)
                continue
            fits = (b for b in plan.then if b.test is None or (test.sample and matches(b.test, test.sample)))
            branch = next(fits, None)
            starts = self.voice.of(book.measure(branch.starts).title) if branch else ""
            yield self.voice.say(
                "decided" if branch else "decided_nothing", test=self.voice.fact(test, book), starts=starts
            )

    def is_awaiting(self, run: Run) -> bool:
        """Whether a test that is still to come decides what follows a run's fact."""
        for measure in followed_by(run.book, run.fact, self.record):
            plan = measure.follow_up
            if plan and follow_up_of(measure, run.fact, self.record) is None:
                return self.on <= run.fact.day + plan.within_days * DAY
        return False

    def _answers(self, book: Rulebook, plan: FollowUp) -> Iterator[str]:
        """What each result leads to; results that lead to the same measure together."""
        for starts, branches in groupby(plan.then, key=lambda branch: branch.starts):
            tests = [self.voice.match(b.test) if b.test else self.voice.say("any_result") for b in branches]
            title = self.voice.of(book.measure(starts).title)
            yield self.voice.say("answer", match=self.voice.either(tests), starts=title)


def followed_by(book: Rulebook, fact: Fact, record: Record) -> list[Measure]:
    """The measures of a rulebook under which a fact has a follow-up test."""
    following = (m for m in book.measures if m.follow_up is not None)
    return [m for m in following if any(catches(t, fact, record) for t in m.triggers)]


def group_alike(traced: Sequence[Traced]) -> list[list[Traced]]:
    """Rows that differ in nothing but which of several like facts they come from, together; a test stands alone."""
    groups: dict[tuple[object, ...], list[Traced]] = {}
    for t in traced:
        alone = t.fact.id if t.fact.sample else None
        row = (t.row[k] for k in ("rulebook", "measure", "phase", "from", "until"))
        trigger = t.run.start.trigger if t.run else None
        groups.setdefault((t.fact.kind, t.fact.day, alone, trigger, *row), []).append(t)
    return list(groups.values())
