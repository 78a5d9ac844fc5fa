"""Says how a phase ended before its time, and how it still may (rule 23)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sizao.derive.reference.facts import DAY, Fact, Record
from sizao.derive.why.trace import Passage, Run, walk
from sizao.derive.why.voice import Voice
from sizao.policy import Rulebook
from sizao.policy.persons import Release


def say_used(voice: Voice, run: Run, passage: Passage, on: date) -> Iterator[str]:
    """The way out that ended a phase, seen from a day."""
    way = passage.way
    if way is None:
        return
    planned = passage.planned[1]
    said = {
        "day": way.last_day,
        "instead": voice.say("instead", planned=planned) if planned else "",
        "facts": voice.list(voice.fact(fact, run.book) for fact in way.because),
        "clause": _clause(run, passage, way.path),
    }
    if way.path.event is not None:
        yield voice.say("left" if way.last_day < on else "leaves", **said)
        return
    rule = _rule(voice, run.book, way.path, passage.first)
    yield voice.say("ended_by" if way.last_day < on else "ends_by", rule=rule, **said)


def say_open(voice: Voice, run: Run, passage: Passage, on: date, record: Record) -> Iterator[str]:
    """The ways out of a phase that nobody has taken yet and that can still shorten it, seen from a day."""
    planned = passage.planned[1]
    may = voice.say("may_earlier" if planned or passage.phase.until == "discharge" else "ends_with")
    for path in passage.phase.release:
        clause = _clause(run, passage, path)
        if path.event is not None:
            yield voice.say("open_event", may=may, kind=voice.kind(path.event, run.book), clause=clause)
            continue
        day = max(path.after or 1, path.from_day)
        end = passage.first + (day - 1) * DAY
        _, so_far = walk(run.book, path, run.fact, passage.first, planned, record)
        earliest = _earliest(path, passage.first, end, so_far, on)
        if planned is not None and earliest >= planned:
            continue
        if path.tests > 1:
            done = voice.say("so_far", facts=voice.list(map(voice.fact, so_far))) if so_far else ""
            rule = _rule(voice, run.book, path, passage.first)
            yield voice.say("open_row", may=may, rule=rule, end=earliest, so_far=done, clause=clause)
            continue
        within = day - 1 if path.within_days is None else path.within_days
        since = max(passage.first + (path.from_day - 1) * DAY, end - within * DAY)
        span = voice.written(end) if since == end else voice.say("span", since=since, until=end)
        said = {"counting": counting_words(voice, run.book, path), "clause": clause}
        yield voice.say("open_test" if on <= end else "open_late", end=end, day=day, span=span, **said)


def _earliest(path: Release, first: date, end: date, so_far: tuple[Fact, ...], on: date) -> date:
    """The earliest last day that is left, with tests from `on` on; `end`: the earliest that there ever was."""
    left = max(path.tests - len(so_far), 1)
    begin = so_far[-1].day + path.apart_days * DAY if so_far else first + (path.from_day - 1) * DAY
    return max(end, max(begin, on) + (left - 1) * path.apart_days * DAY)


def counting_words(voice: Voice, book: Rulebook, path: Release) -> str:
    """Which tests count for a way out: negative, or Ct 35 or more."""
    negative = "negative" in path.result
    limits = [ct for ct in (path.ct_from, book.test.positive_ct_below if negative else None) if ct is not None]
    ways = [voice.say(result) for result in path.result]
    if limits:
        ways.append(voice.say("ct_from", low=min(limits)))
    by = voice.say("by_method", method=voice.either(path.method)) if path.method else ""
    return voice.clauses([voice.either(ways), by])


def _rule(voice: Voice, book: Rulebook, path: Release, first: date) -> str:
    """A way out by tests in one sentence; `first`: the phase's first day."""
    name = "rule_test" if path.tests == 1 else "rule_row"
    parts = [voice.say(name, n=path.tests, counting=counting_words(voice, book, path), hours=path.apart_hours)]
    if path.from_day > 1:
        parts.append(voice.say("rule_from", day=path.from_day, on=first + (path.from_day - 1) * DAY))
    if path.after is not None and path.after > path.from_day + (path.tests - 1) * path.apart_days:
        parts.append(voice.say("rule_after", day=path.after, on=first + (path.after - 1) * DAY))
    if path.within_hours is not None:
        parts.append(voice.say("rule_within", hours=path.within_hours))
    return voice.clauses(parts)


def _clause(run: Run, passage: Passage, path: Release) -> str:
    return path.clause or passage.phase.clause or run.start.measure.clause
