"""Writes what two rulebooks ask of a person after each kind of fact, where that differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sizao.errors import SizaoError
from sizao.policy.compare import LAST, Asked, Course, Effect, compare_effects
from sizao.policy.diff.say import Said, Speech, join, plain, say, word_of
from sizao.policy.diff.source import Document
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Rulebook


@dataclass(frozen=True)
class Effects:
    """What changes for a person: kinds of fact that lead to the same stand together.

    `invalid` names a file that is no valid rulebook, of which no effect can be told.
    """

    rows: tuple[tuple[tuple[str, ...], Effect], ...] = ()
    invalid: str | None = None


def find_effects(a: Document, b: Document) -> Effects:
    """The kinds of fact after which A and B ask different things of a person."""
    first, second = _read(a), _read(b)
    if first is None or second is None:
        return Effects(invalid=a.file if first is None else b.file)
    rows: dict[Any, tuple[list[str], Effect]] = {}
    for effect in compare_effects(first, second):
        if effect.differs:
            # the classes and origins of cases mostly lead to the same
            is_case = effect.kind.startswith("case/")
            key = (_key(effect.a), _key(effect.b)) if is_case else effect.kind
            rows.setdefault(key, ([], effect))[0].append(effect.kind)
    return Effects(tuple((tuple(kinds), effect) for kinds, effect in rows.values()))


def _read(document: Document) -> Rulebook | None:
    try:
        return read_rulebook(document.path)
    except SizaoError:
        return None


def write_effects(effects: Effects, a: Document, b: Document, lang: str) -> list[str]:
    """Lines: the kind of fact; what it leads to in both; days and tests."""
    lines = [say("effects", last=LAST).of(lang)]
    if effects.invalid is not None:
        return [*lines, "  " + say("effects_skipped", file=effects.invalid).of(lang)]
    if not effects.rows:
        return [*lines, "  " + say("effects_none").of(lang)]
    speech = Speech(a.data, b.data)
    for kinds, effect in effects.rows:
        lines.append("  " + speech.kinds(kinds).of(lang))
        before, after = _tell_apart(speech, effect)
        lines.append("    " + say("bare_change", before=before, after=after).of(lang))
        lines.append("    " + join("pause", _counts(effect)).of(lang))
    return lines


def effect_data(kinds: Sequence[str], effect: Effect) -> dict[str, Any]:
    """A row as data that JSON can hold: under `a` and `b` the measure and what each day asks."""
    return {
        "kinds": list(kinds),
        **{side: _course_data(course) for side, course in (("a", effect.a), ("b", effect.b))},
    }


def _course_data(course: Course) -> dict[str, Any]:
    return {
        "measure": course.measure.id if course.measure else None,
        "restricted_days": None if course.open_ended else course.restricted,
        "tests": None if course.open_ended else course.tests,
        "days": [{"restriction": day.restriction, "test": day.test} for day in course.days],
    }


def _tell_apart(speech: Speech, effect: Effect) -> tuple[Said, Said]:
    """Restrictions and their length; where that is the same, with day 1, or with the test days."""
    ways: tuple[Callable[[Course], Said], ...] = (
        lambda course: _course(speech, course, tests=False),
        lambda course: _from_day_1(_course(speech, course, tests=False), course),
        lambda course: _course(speech, course, tests=True),
    )
    for way in ways:
        before, after = way(effect.a), way(effect.b)
        if before != after:
            break
    return before, after


def _course(speech: Speech, course: Course, *, tests: bool) -> Said:
    if course.measure is None:
        return say("unknown_kind")
    phases = []
    for phase in course.measure.phases:
        length = speech.length({"days": phase.days, "through": phase.through, "until": phase.until})
        text = say("phase", restriction=speech.restriction(phase.restriction), length=length)
        if tests and phase.test_days:
            text = join("pause", [text, speech.tests(list(phase.test_days))])
        phases.append(text)
    return join("plus", phases) if phases else say("nothing")


def _from_day_1(text: Said, course: Course) -> Said:
    if course.trigger is None or not course.measure or not course.measure.phases:
        return text
    return say("then_day_1", text=text, day_1=word_of(course.trigger.day_1))


def _counts(effect: Effect) -> list[Said]:
    days, tests = (
        [say("no_end") if course.open_ended else plain(getattr(course, what)) for course in (effect.a, effect.b)]
        for what in ("restricted", "tests")
    )
    return [
        say(word if before != after else f"{word}_same", before=before, after=after)
        for word, (before, after) in (("effect_days", days), ("effect_tests", tests))
    ]


def _key(course: Course) -> tuple[str | None, tuple[Asked, ...]]:
    return course.measure.id if course.measure else None, course.days
