"""Writes a rulebook as a sheet that people read, in Chinese or English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sizao.policy.persons import Trigger
from sizao.policy.rulebook import Rulebook
from sizao.policy.sheet.authorities import list_duties, list_limits, list_proofs
from sizao.policy.sheet.persons import list_measure, say_fact
from sizao.policy.sheet.places import list_areas
from sizao.policy.sheet.say import Speech
from sizao.words import Lang


def write_sheet(book: Rulebook, lang: Lang, on: dt.date | None = None, others: Sequence[Rulebook] = ()) -> str:
    """The whole rulebook as indented text; with `on`, whether it is in force on that date among the `others`.

    Areas, proofs and duties are left out where the rulebook has none.
    """
    s = Speech(book, lang)
    sections = (
        ("document", _document(s, on, others)),
        ("tests", _tests(s)),
        ("restrictions", (f"{n} {s.of(r.title)} ({r.id})" for n, r in enumerate(book.restrictions, 1))),
        ("measures", (line for m in book.measures for line in list_measure(s, m))),
        ("areas", list_areas(s)),
        ("limits", list_limits(s)),
        ("proofs", list_proofs(s)),
        ("duties", list_duties(s)),
        ("transition", _transition(s)),
        ("assumed", list_assumed(book, lang)),
    )
    parts = [f"{book.id}  {s.of(book.title)}"]
    for heading, lines in sections:
        said = [f"  {line}" for line in lines]
        if said or heading not in ("areas", "proofs", "duties"):
            parts += ["", s.say(heading), *(said or [f"  {s.say('none')}"])]
    return "\n".join(parts)


def standing(book: Rulebook, on: dt.date, others: Sequence[Rulebook]) -> tuple[str, Rulebook | None]:
    """`not_yet`, `in_force`, or `replaced` and by which of the others."""
    if on < book.document.effective:
        return "not_yet", None
    later = [b for b in others if b.older == book.id and b.document.effective <= on]
    if later:
        return "replaced", min(later, key=lambda b: b.document.effective)
    return "in_force", None


def list_kinds(book: Rulebook, lang: Lang) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(facts, measure): those that the rulebook catches, and those that it names and leaves alone.

    Facts by their kind, with the dates where a trigger holds on some only; tests in words.
    """
    s = Speech(book, lang)
    caught: list[tuple[str, str]] = []
    left: list[tuple[str, str]] = []
    for measure in book.measures:
        for trigger in measure.triggers:
            (caught if measure.phases or measure.follow_up else left).extend(
                (fact, measure.id) for fact in _facts(s, trigger)
            )
    return caught, left


def list_assumed(book: Rulebook, lang: Lang) -> list[str]:
    """One line for each assumption."""
    s = Speech(book, lang)
    return [s.say("assumption", about=a.about, reading=s.of(a.reading)) for a in book.assumed]


def _facts(s: Speech, trigger: Trigger) -> Iterator[str]:
    dates = [s.say("from", date=trigger.from_)] if trigger.from_ else []
    dates += [s.say("before", date=trigger.before)] if trigger.before else []
    if trigger.test is not None:
        yield say_fact(s, trigger)
    elif trigger.event is not None:
        yield s.join([trigger.event, *dates], "pause")
    else:
        for each in trigger.case or ():
            for origin in trigger.origin or ("",):
                yield s.join(["/".join(filter(None, ("case", each, origin))), *dates], "pause")


def _document(s: Speech, on: dt.date | None, others: Sequence[Rulebook]) -> Iterator[str]:
    book, doc = s.book, s.book.document
    yield s.say("number", number=doc.number)
    yield s.say("title", title=s.of(doc.title))
    yield s.say("issuer", issuer=s.of(doc.issuer))
    yield s.say("dates", published=doc.published, effective=doc.effective)
    yield s.say("scope", jurisdiction=book.jurisdiction, disease=book.disease)
    if book.replaces:
        yield s.say("replaces", id=book.replaces)
    if book.amends:
        yield s.say("amends", id=book.amends)
    if book.over:
        yield s.say("over", jurisdiction=book.over)
    if on:
        state, by = standing(book, on, others)
        later = {"id": by.id, "date": by.document.effective} if by else {}
        yield s.say(state, on=on, **later)


def _tests(s: Speech) -> Iterator[str]:
    test = s.book.test
    yield s.say("recorded_in", test=s.of(test), table=test.recorded_in)
    if test.positive_ct_below is not None:
        yield s.say("threshold", ct=test.positive_ct_below)


def _transition(s: Speech) -> Iterator[str]:
    if move := s.book.transition:
        yield s.with_clause(s.say(move.rule, date=move.date), move.clause)
