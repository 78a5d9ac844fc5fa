"""The examples beside each shipped rulebook hold, on the reference and on every engine, and would notice a change."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sizao.derive import reference
from sizao.derive.check import check_rulebook
from sizao.derive.examples import Mismatch, compare, facts_in
from sizao.policy import Measure, Rulebook, chain, get, shipped_files
from sizao.policy.examples import Examples, check_examples, examples_beside, read_examples, without_example

NOW = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
BOOKS = [path.stem for path in shipped_files()]


def examples_of(name: str) -> Examples:
    return read_examples(examples_beside(next(path for path in shipped_files() if path.stem == name)))


def by_reference(book: Rulebook, examples: Examples) -> Iterator[Mismatch]:
    facts, books = facts_in(examples), chain(book)
    return compare(
        examples, lambda on: (reference.status(facts, books, on, NOW), reference.tests_due(facts, books, on, NOW))
    )


def is_noticed(book: Rulebook, examples: Examples) -> bool:
    """Whether an example tells the book from the one it was written for.

    A day is answered for those alone who are asked that day: nobody bears on another, and it is asked very often.
    """
    facts, books = facts_in(examples), chain(book)
    names = [row["person_id"] for row in facts["people"]]

    def answer(on: dt.date) -> tuple[list, list]:
        asked = {name for name, example in zip(names, examples.examples, strict=True) if on in example.days}
        theirs = {table: [row for row in rows if row["person_id"] in asked] for table, rows in facts.items()}
        return reference.status(theirs, books, on, NOW), reference.tests_due(theirs, books, on, NOW)

    return any(True for _ in compare(examples, answer))


@pytest.mark.parametrize("name", BOOKS)
def test_every_measure_has_an_example(name: str) -> None:
    examples = examples_of(name)
    assert check_examples(chain(name), examples) == []
    assert without_example(get(name), examples) == []


@pytest.mark.parametrize("name", BOOKS)
def test_the_reference_gives_what_the_examples_say(name: str) -> None:
    assert [str(mismatch) for mismatch in by_reference(get(name), examples_of(name))] == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_engine_gives_what_the_examples_say(name: str, engine) -> None:
    machine, run = engine
    examples = examples_of(name)
    facts, books = facts_in(examples), chain(name)
    asked = Counter(on for example in examples.examples for on in example.days)
    chosen = [asked.most_common(1)[0][0]] if machine == "spark" else list(asked)  # Spark takes seconds a date
    answers = {on: run(facts, books, on, NOW) for on in chosen}

    def answer(on: dt.date) -> tuple[list, list]:
        if on not in answers:
            return reference.status(facts, books, on, NOW), reference.tests_due(facts, books, on, NOW)
        return answers[on]["status"], answers[on]["tests_due"]

    assert [str(mismatch) for mismatch in compare(examples, answer)] == []


def mutants(book: Rulebook) -> Iterator[tuple[str, Rulebook]]:
    """The rulebook with one thing changed: a day more or less, a test left out, another day 1 or restriction.

    Of an amending rulebook only what it states itself: the rest is tried where it is stated.
    """
    names = [restriction.id for restriction in book.restrictions]
    for n, measure in enumerate(book.measures):
        if book.states(measure.id).rulebook != book.id:
            continue
        for word, changed in _mutants_of(measure, names):
            measures = (*book.measures[:n], changed, *book.measures[n + 1 :])
            yield f"{measure.id}: {word}", book.model_copy(update={"measures": measures})


def _mutants_of(measure: Measure, names: list[str]) -> Iterator[tuple[str, Measure]]:
    for trigger in measure.triggers if measure.phases else ():
        other = "same_day" if trigger.day_1 == "day_after" else "day_after"
        yield (
            f"day 1 {other}",
            measure.model_copy(update={"triggers": (trigger.model_copy(update={"day_1": other}),)}),
        )
    for p, phase in enumerate(measure.phases):
        heavier = names[names.index(phase.restriction) - 1]
        changes: list[dict[str, object]] = [{"restriction": heavier}]
        lengths = [phase.days + n for n in (-1, 1) if phase.days]
        ends = [later.through for later in measure.phases[p + 1 :] if later.through]
        changes += [{"days": days} for days in lengths if not ends or days <= ends[0]]  # else it is no valid rulebook
        listed = [day for day in phase.test_days if day <= longest(measure, p)]
        changes += [{"frequency": None, "tests": tuple(d for d in phase.test_days if d != day)} for day in listed]
        added = (day for day in range(1, (phase.days or 0) + 1) if day not in phase.test_days)
        changes += [{"frequency": None, "tests": tuple(sorted({*phase.test_days, day}))} for day in added]
        changes += [{"release": tuple(way for way in phase.release if way != gone)} for gone in phase.release]
        for change in changes:
            phases = (*measure.phases[:p], phase.model_copy(update=change), *measure.phases[p + 1 :])
            yield f"{phase.id} {change}", measure.model_copy(update={"phases": phases})


def longest(measure: Measure, p: int) -> int:
    """Days that a phase can have at most: one with `through` when each phase before it is left as early as can be."""
    phase = measure.phases[p]
    if phase.through is None:
        return phase.days or 3650
    before = (min([q.days or 0, *(way.after or 0 for way in q.release)]) for q in measure.phases[:p])
    return phase.through - sum(before)


@pytest.mark.parametrize("name", BOOKS)
def test_the_examples_notice_any_one_change_of_the_rulebook(name: str) -> None:
    examples = examples_of(name)
    changed = list(mutants(get(name)))
    unnoticed = [word for word, book in changed if not is_noticed(book, examples)]
    asks = any(m.phases and get(name).states(m.id).rulebook == name for m in get(name).measures)
    assert bool(changed) == asks
    assert unnoticed == []


def test_a_mismatch_names_the_line_of_the_day_and_both_readings(tmp_path: Path) -> None:
    book = tmp_path / "who-ebola.yaml"
    source = next(path for path in shipped_files() if path.stem == "who-ebola")
    book.write_text(source.read_text("utf-8").replace("days: 21", "days: 20"), "utf-8")
    examples_beside(book).write_bytes(examples_beside(source).read_bytes())
    checked = check_rulebook(book)
    first = checked.problems[0]
    line = examples_beside(book).read_text("utf-8").splitlines()[first.line - 1]
    assert line.strip() == "2014-10-02: contact, health_monitoring, day 1, until 2014-10-22, test"
    assert first.code == "example"
    assert "derived `contact, health_monitoring, day 1, until 2014-10-21, test`" in first.what
