"""What a rulebook asks of persons, as lines of the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from sizao.policy.persons import Measure, Phase, Release, TestMatch, Trigger
from sizao.policy.sheet.say import Speech


def list_measure(s: Speech, measure: Measure) -> Iterator[str]:
    """A measure: where it stands, what starts it, its phases and the ways out of them, what a later test decides."""
    stated = s.book.states(measure.id)
    word = "measure" if stated.rulebook == s.book.id else "carried"
    title, number = s.of(measure.title), stated.number
    yield s.say(word, title=title, id=measure.id, clause=measure.clause, number=number)
    for trigger in measure.triggers:
        yield "  " + s.say(trigger.day_1 if measure.phases else "nothing", fact=say_fact(s, trigger))
    for other in s.book.measures:
        if other.follow_up is not None and measure.id in {b.starts for b in other.follow_up.then}:
            yield "  " + s.say("by_follow_up", measure=s.measure(other.id))
    if measure.takes_from:
        yield "  " + s.say("takes_from", measures=s.join(map(s.measure, measure.takes_from)))
    if credit := measure.counted_from:
        yield "  " + s.say("counted_from", days=credit.within_days, event=s.event(credit.event))
    moved = False
    for phase, first, last in measure.spans():
        yield "  " + _phase(s, phase, first, last, moved)
        yield from ("    " + _way_out(s, way) for way in phase.release)
        moved = bool(phase.release) or (moved and phase.through is None)
    if follow_up := measure.follow_up:
        yield "  " + s.say("follow_up", days=follow_up.within_days, hours=follow_up.apart_hours)
        for branch in follow_up.then:
            which = s.say("any_test") if branch.test is None else say_test(s, branch.test)
            yield "    " + s.say(branch.day_1, fact=s.say("branch", which=which, measure=s.measure(branch.starts)))


def say_fact(s: Speech, trigger: Trigger) -> str:
    """What a trigger catches."""
    if trigger.event is not None:
        fact = s.say("event", event=s.event(trigger.event))
    elif trigger.test is not None:
        fact = s.say("test_that", which=say_test(s, trigger.test))
    else:
        words = [s.join(map(s.say, trigger.case or ()))]
        words += [s.join(map(s.say, trigger.origin))] if trigger.origin else []
        fact = s.say("case", which=s.join(words, "pause"))
    parts = [fact]
    if earlier := trigger.following:
        days = {"least": earlier.at_least_days, "most": earlier.within_days}
        parts.append(s.say("following", event=s.event(earlier.event), **days))
    parts += [s.say("from", date=trigger.from_)] if trigger.from_ else []
    parts += [s.say("before", date=trigger.before)] if trigger.before else []
    return s.join(parts, "pause")


def say_test(s: Speech, test: TestMatch) -> str:
    """Which tests are meant."""
    parts = [s.join(map(s.say, test.result), "or")] if test.result else []
    if test.ct is not None:
        low, high = test.ct.from_, test.ct.below
        word = "ct_below" if low is None else "ct_from" if high is None else "ct_between"
        parts.append(s.say(word, low=low, high=high))
    parts += [s.say("by_method", methods=s.join(test.method, "or"))] if test.method else []
    return s.join(parts, "pause")


def _phase(s: Speech, phase: Phase, first: int, last: int | None, moved: bool) -> str:
    """`moved`: a way out of an earlier phase can bring it forward."""
    word: str = phase.until or ("one_day" if first == last else "days")
    if moved and phase.until is None:
        word = "then_through" if phase.through is not None else f"then_{word}"
    restriction = s.restriction(phase.restriction)
    text = s.say(word, first=first, last=last, days=phase.days, restriction=restriction)
    if phase.up_to:
        text = s.say("up_to", text=text, restriction=s.restriction(phase.up_to))
    return s.with_clause(_tests(s, phase, text, None if last is None else last - first + 1), phase.clause)


def _tests(s: Speech, phase: Phase, text: str, length: int | None) -> str:
    days, test = phase.test_days, s.of(s.book.test)
    said: dict[str, object] = {"text": text, "test": test, "days": s.join(days)}
    if phase.frequency is not None:
        often = phase.frequency
        word = "tests_in" if often.in_days and often.in_days != length else "tests_in_all"
        return s.say(word, times=often.times, window=often.in_days, hours=often.apart_hours, **said)
    if not days:
        return text
    word = "daily" if len(days) == length else "tests_on" if len(days) > 1 else "test_on"
    return s.say(word, **said)


def _way_out(s: Speech, way: Release) -> str:
    if way.event is not None:
        return s.with_clause(s.say("way_by_event", event=s.event(way.event)), way.clause)
    counts = [s.say(result) for result in way.result]
    counts += [s.say("ct_from", low=way.ct_from)] if way.ct_from is not None else []
    said = s.join(counts, "or")
    tests = {"tests": way.tests, "hours": way.apart_hours, "counts": said}
    parts = [s.say("one_test" if way.tests == 1 else "tests_in_a_row", **tests)]
    parts += [s.say("by_method", methods=s.join(way.method, "or"))] if way.method else []
    parts += [s.say("sampled_from", day=way.from_day)] if way.from_day > 1 else []
    parts += [s.say("sampled_within", hours=way.within_hours)] if way.within_hours is not None else []
    return s.with_clause(s.say("way_by_test", after=way.after, what=s.join(parts, "pause")), way.clause)
