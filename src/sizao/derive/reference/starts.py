"""Which measures a fact starts under one rulebook, and from which day (8, 14, 18 to 21)."""

from __future__ import annotations

from datetime import date

from sizao.derive.reference.facts import DAY, Fact, Record, Sample
from sizao.policy import Measure, Rulebook, Trigger
from sizao.policy.persons import CtRange, Following, TestMatch


def find_starts(book: Rulebook, fact: Fact, record: Record) -> dict[tuple[str, int], Measure]:
    """The measures that a fact starts, by id and days from the fact to day 1: by a trigger, or as the follow-up test
    of an earlier fact. So one test can start two."""
    starts: dict[tuple[str, int], Measure] = {}
    for measure, trigger in taking(book, fact, record):
        if not is_follow_up(measure, fact, record):  # (19)
            starts[measure.id, trigger.offset] = measure
    for measure in book.measures:
        if measure.follow_up is not None and fact.sample is not None and is_follow_up(measure, fact, record):
            for branch in measure.follow_up.then:
                if branch.test is None or matches(branch.test, fact.sample):
                    starts[branch.starts, branch.offset] = book.measure(branch.starts)
                    break  # the first that matches
    return starts


def is_unknown(book: Rulebook, fact: Fact, record: Record) -> bool:
    """Whether a rulebook does not know the kind of a fact, or not on its date: then it is undecided (14, 20).

    A test that it does not catch is nothing to it (18); an event that it looks for elsewhere is known.
    """
    if fact.sample is not None or catching(book, fact, record):
        return False
    return fact.is_case or fact.kind not in looked_for(book)


def looked_for(book: Rulebook) -> set[str | None]:
    """Kinds of event that end a phase, give credit or come before a test (20)."""
    kinds: set[str | None] = set()
    for measure in book.measures:
        kinds |= {path.event for phase in measure.phases for path in phase.release}
        kinds |= {trigger.following.event for trigger in measure.triggers if trigger.following}
        kinds |= {measure.counted_from.event} if measure.counted_from else set()
    return kinds


def catching(book: Rulebook, fact: Fact, record: Record) -> list[tuple[Measure, Trigger]]:
    """The measures that catch a fact, before precedence, and by which trigger."""
    return [(m, t) for m in book.measures for t in m.triggers if catches(t, fact, record)]


def taking(book: Rulebook, fact: Fact, record: Record) -> list[tuple[Measure, Trigger]]:
    """The measure that takes a fact, of those that catch it, and by which trigger (21): one, or none."""
    caught = catching(book, fact, record)
    return [(m, t) for m, t in caught if not any(m.id in other.takes_from for other, _ in caught)]


def catches(trigger: Trigger, fact: Fact, record: Record) -> bool:
    """Whether a trigger, looked at alone, catches a fact."""
    if trigger.from_ is not None and fact.day < trigger.from_:  # (20)
        return False
    if trigger.before is not None and fact.day >= trigger.before:
        return False
    if fact.sample is None:
        return fact.kind in trigger.kinds  # (8)
    if trigger.test is None or not matches(trigger.test, fact.sample):  # (18)
        return False
    return trigger.following is None or follows(trigger.following, fact.day, record)


def matches(test: TestMatch, sample: Sample) -> bool:
    """Whether a test is one of those meant (18)."""
    if test.result is not None and sample.result not in test.result:
        return False
    if test.method is not None and sample.method not in test.method:
        return False
    return test.ct is None or is_within(test.ct, sample.ct)


def is_within(wanted: CtRange, ct: int | None) -> bool:
    """Whether a Ct (x 100) is at least `from` and less than `below`; without a Ct, no."""
    if ct is None:
        return False
    if wanted.from_ is not None and ct < round(wanted.from_ * 100):
        return False
    return wanted.below is None or ct < round(wanted.below * 100)


def follows(following: Following, sampled_on: date, record: Record) -> bool:
    """Whether an event of the kind occurred so many days before a test (18)."""
    return any(
        following.at_least_days <= (sampled_on - day).days <= following.within_days
        for day in record.event_days(following.event)
    )


def is_follow_up(measure: Measure, test: Fact, record: Record) -> bool:
    """Whether a fact is the follow-up test of some fact that a trigger of the measure catches (19)."""
    return any(
        follow_up_of(measure, fact, record) == test
        for fact in record.facts
        if any(catches(trigger, fact, record) for trigger in measure.triggers)
    )


def follow_up_of(measure: Measure, fact: Fact, record: Record) -> Fact | None:
    """The first test with a result that is long enough after a fact, and not too long (19)."""
    wanted = measure.follow_up
    if wanted is None:
        return None
    earliest = fact.day + -(-wanted.apart_hours // 24) * DAY
    latest = fact.day + wanted.within_days * DAY
    return next((test for test in record.decisive if earliest <= test.day <= latest), None)
