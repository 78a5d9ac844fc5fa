"""What is wrong in the measures of a rulebook: triggers, precedence, phases, ways out, follow-up tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sizao.policy.faults.lists import find_list_faults, find_void_faults
from sizao.policy.faults.overlap import overlap
from sizao.policy.faults.phases import find_phase_faults
from sizao.policy.persons import Measure, TestMatch, Trigger
from sizao.policy.words import Fault, Path

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook


def find_measure_faults(book: Rulebook) -> Iterator[Fault]:
    """Everything wrong in the measures."""
    started = {b.starts for m in book.measures if m.follow_up for b in m.follow_up.then}
    for m, measure in enumerate(book.measures):
        at: Path = ("measures", m)
        yield from _head_faults(book, measure, at, started)
        for t, trigger in enumerate(measure.triggers):
            yield from _trigger_faults(trigger, (*at, "triggers", t))
        yield from _follow_up_faults(book, measure, at)
        yield from find_phase_faults(book, measure, at, measure.id in started)
    yield from _caught_twice(book)
    yield from _circle_faults(book)


def _head_faults(book: Rulebook, measure: Measure, at: Path, started: set[str]) -> Iterator[Fault]:
    if measure.id == "undecided":
        yield Fault(
            path=(*at, "id"),
            code="reserved-word",
            what="`undecided` is what Sizao calls a fact that no clause catches",
            todo="give the measure another id",
        )
    if not measure.triggers and measure.id not in started:
        yield Fault(
            path=at,
            code="never-starts",
            what=f"no fact starts the measure {measure.id!r}",
            todo="give it `triggers`, or name it in a `follow_up` of another measure",
        )
    if bool(measure.phases) == (measure.asks == "nothing"):
        yield Fault(
            path=at,
            code="phases",
            what="a measure has phases, or says `asks: nothing`",
            todo="add one of the two, not both",
        )
    for word, count in Counter(p.id for p in measure.phases).items():
        if count > 1:
            yield Fault(
                path=(*at, "phases"),
                code="repeated-id",
                what=f"two phases are called {word!r}",
                todo="give one of them its own `id`",
            )
    if measure.counted_from is not None:
        yield from find_void_faults(measure.counted_from.event, (*at, "counted_from", "event"))
    for n, name in enumerate(measure.takes_from):
        yield from _unknown_measure(book, measure, name, (*at, "takes_from", n))


def _unknown_measure(book: Rulebook, measure: Measure, name: str, at: Path) -> Iterator[Fault]:
    """A name that is no other measure's."""
    known = [other.id for other in book.measures if other.id != measure.id]
    if name not in known:
        near = get_close_matches(name, known, n=1)
        what = f"no other measure is called {name!r}" if name != measure.id else f"{name!r} is this measure itself"
        todo = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(sorted(known))}"
        yield Fault(path=at, code="unknown-measure", what=what, todo=todo)


def _trigger_faults(trigger: Trigger, at: Path) -> Iterator[Fault]:
    if [trigger.event is not None, bool(trigger.case), trigger.test is not None].count(True) != 1:
        yield Fault(
            path=at,
            code="trigger",
            what="a trigger is either an event kind, case classes, or a test",
            todo="write `event: KIND`, `case: [confirmed, asymptomatic]` or `test: {...}`",
        )
    yield from find_void_faults(trigger.event, (*at, "event"))
    if trigger.following is not None:
        yield from find_void_faults(trigger.following.event, (*at, "following", "event"))
    yield from find_list_faults(trigger, ("case", "origin"), at)
    if trigger.test is not None:
        yield from _test_faults(trigger.test, (*at, "test"), "trigger")
    for key, of in (("origin", "case"), ("following", "test")):
        if getattr(trigger, key) is not None and not getattr(trigger, of):
            what, todo = f"`{key}` goes with `{of}`", f"remove it, or write `{of}`"
            yield Fault(path=(*at, key), code="trigger", what=what, todo=todo)
    following = trigger.following
    if following is not None and following.at_least_days > following.within_days:
        todo = "make `at_least_days` the smaller"
        yield Fault(path=(*at, "following"), code="trigger", what="no day lies between the two", todo=todo)
    if trigger.from_ is not None and trigger.before is not None and trigger.from_ >= trigger.before:
        what = f"no date lies from {trigger.from_} to before {trigger.before}"
        yield Fault(path=(*at, "before"), code="trigger", what=what, todo="correct one of the dates")


def _test_faults(test: TestMatch, at: Path, code: str) -> Iterator[Fault]:
    yield from find_list_faults(test, ("result", "method"), at)
    if not test.model_fields_set:
        todo = "say at least one of `result`, `method`, `ct`"
        yield Fault(path=at, code=code, what="every test would be caught", todo=todo)
    if test.ct is not None:
        low, high = test.ct.hundredths
        if (low is None and high is None) or (low is not None and high is not None and low >= high):
            todo = "write `ct: {from: LOW, below: HIGH}`, or one of the two"
            yield Fault(path=(*at, "ct"), code=code, what="no Ct lies in this range", todo=todo)


def _follow_up_faults(book: Rulebook, measure: Measure, at: Path) -> Iterator[Fault]:
    follow_up = measure.follow_up
    if follow_up is None:
        return
    at = (*at, "follow_up")
    if not measure.triggers or any(t.case for t in measure.triggers):
        yield Fault(
            path=at,
            code="follow-up",
            what="a follow-up test comes after an event or a test that the measure's own triggers catch",
            todo="trigger the measure by `event` or `test`, or leave `follow_up` out",
        )
    if follow_up.apart_days > follow_up.within_days:
        yield Fault(
            path=(*at, "within_days"),
            code="follow-up",
            what=f"no test can be both {follow_up.apart_hours} hours later and within {follow_up.within_days} days",
            todo="correct one of the two",
        )
    known = {m.id: m for m in book.measures}
    for n, branch in enumerate(follow_up.then):
        here = (*at, "then", n)
        if branch.test is not None:
            yield from _test_faults(branch.test, (*here, "test"), "follow-up")
        yield from _unknown_measure(book, measure, branch.starts, (*here, "starts"))
        target = known.get(branch.starts)
        if target and target is not measure and target.follow_up is not None and not target.triggers:
            todo = "leave its `follow_up` out, or give it triggers"
            what = f"{branch.starts!r} starts with a follow-up test and has one itself"
            yield Fault(path=(*here, "starts"), code="follow-up", what=what, todo=todo)
        if branch.test is None and n < len(follow_up.then) - 1:
            todo = "put the branch without `test` last"
            yield Fault(path=here, code="follow-up", what="the branches after it are never reached", todo=todo)


def _caught_twice(book: Rulebook) -> Iterator[Fault]:
    triggers = [
        (m, t, trigger) for m, measure in enumerate(book.measures) for t, trigger in enumerate(measure.triggers)
    ]
    for n, (m, t, trigger) in enumerate(triggers):
        for m2, _, other in triggers[:n]:
            what = overlap(other, trigger)
            if what is None:
                continue
            first, second = book.measures[m2], book.measures[m]
            taken = [second.id in first.takes_from, first.id in second.takes_from]
            if taken.count(True) == 1:
                continue
            if first is second:
                what = f"{what} is caught by another trigger of {first.id!r} too"
                todo = "one fact starts a measure once: remove one of the two triggers, or narrow it"
            elif taken[0]:
                what = f"{what} starts {first.id!r} and {second.id!r}, and each takes from the other"
                todo = "remove one of the two `takes_from`"
            else:
                what = f"{what} already starts the measure {first.id!r}, and here {second.id!r}"
                todo = (
                    "one fact starts one measure: remove one of the two triggers, or say which takes it: "
                    f"`takes_from: [{first.id}]` in {second.id!r}, or the other way round"
                )
            yield Fault(path=("measures", m, "triggers", t), code="caught-twice", what=what, todo=todo)


def _circle_faults(book: Rulebook) -> Iterator[Fault]:
    """Three or more measures that take facts from each other in a circle: none of them would have the last word."""
    takes = {m.id: m.takes_from for m in book.measures}
    try:
        TopologicalSorter(takes).prepare()
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        if len(circle) > 2:
            m = min(n for n, measure in enumerate(book.measures) if measure.id in circle)
            yield Fault(
                path=("measures", m, "takes_from"),
                code="caught-twice",
                what=f"these measures take facts from each other in a circle: {', '.join(sorted(circle))}",
                todo="remove one of their `takes_from`",
            )
