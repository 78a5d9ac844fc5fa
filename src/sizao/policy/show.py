"""Writes a rulebook as a sheet that people read, in Chinese or English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from sizao.policy.persons import Measure, Phase
from sizao.policy.rulebook import Rulebook
from sizao.policy.words import Words

Lang = Literal["zh", "en"]

WORDS = {
    "document": ("文件", "Document"),
    "number": ("文号：{}", "number: {}"),
    "title": ("题名：{}", "title: {}"),
    "issuer": ("发布机关：{}", "issuer: {}"),
    "dates": ("发布：{}；生效：{}", "published {}, takes effect {}"),
    "scope": ("适用：{}，{}", "for: {}, {}"),
    "replaces": ("替代：{}", "replaces {}"),
    "not_yet": ("{}：尚未生效", "on {}: not yet in force"),
    "in_force": ("{}：有效", "on {}: in force"),
    "replaced": ("{}：已由 {} 替代（自 {} 起）", "on {}: replaced by {} (from {})"),
    "restrictions": ("管控方式，由轻到重", "Restrictions, light to strict"),
    "measures": ("措施", "Measures"),
    "measure": ("{title}（{id}）：{clause}", "{title} ({id}): {clause}"),
    "event": ("事实 {}", "after {}"),
    "case": ("病例：{}", "a case: {}"),
    "confirmed": ("确诊", "confirmed"),
    "asymptomatic": ("无症状", "asymptomatic"),
    "same_day": ("{}，当日为第1天", "{}; day 1 is that day"),
    "day_after": ("{}，次日为第1天", "{}; day 1 is the day after"),
    "nothing": ("{}：不作要求", "{}: nothing is asked"),
    "days": ("第{}—{}天：{}", "days {} to {}: {}"),
    "one_day": ("第{}天：{}", "day {}: {}"),
    "endless": ("第{}天至出院或死亡前一日：{}", "from day {} to the day before discharge or death: {}"),
    "up_to": ("，最严可至{}", ", where an authority may choose up to {}"),
    "tests": ("；{}：本阶段第{}天", "; {} on days {} of this phase"),
    "test": ("；{}：本阶段第{}天", "; {} on day {} of this phase"),
    "daily": ("；{}：每天", "; {} on each day"),
    "clause": ("；{}", "; {}"),
    "limits": ("限度", "Limits"),
    "per_day": ("{}：每人每天至多{}次（{}）", "{}: at most {} a person a day ({})"),
    "ceiling": ("不得超出以上要求（{}）", "nobody may ask for more than the above ({})"),
    "transition": ("衔接", "Transition"),
    "rederive": (
        "自生效之日起人人按本规则重新推算，已执行的天数计入，期限不长于旧规则",
        "from the effective date everybody's status is derived anew; days served count; nobody is held longer",
    ),
    "keep": ("生效之前的事实仍按旧规则执行至期满", "facts from before the effective date stay under the old rules"),
    "new_only_from": ("{} 之前的事实仍按旧规则执行至期满", "facts from before {} stay under the old rules"),
    "assumed": ("推定（文件未写明，我们的理解）", "Assumed (not in the document: our reading)"),
    "assumption": ("{}：{}", "{}: {}"),
    "none": ("无", "none"),
}  # fmt: skip


def write_sheet(book: Rulebook, lang: Lang, on: dt.date | None = None, others: Sequence[Rulebook] = ()) -> str:
    """The whole rulebook as indented text; with `on`, whether it is in force on that date among the `others`."""
    sections = (
        ("document", _document(book, lang, on, others)),
        ("restrictions", (f"{n} {_in(r.title, lang)} ({r.id})" for n, r in enumerate(book.restrictions, 1))),
        ("measures", (line for m in book.measures for line in _measure(book, m, lang))),
        ("limits", _limits(book, lang)),
        ("transition", _transition(book, lang)),
        ("assumed", list_assumed(book, lang)),
    )
    parts = [f"{book.id}  {_in(book.title, lang)}"]
    for heading, lines in sections:
        parts += ["", _say(heading, lang)]
        parts += [f"  {line}" for line in lines] or [f"  {_say('none', lang)}"]
    return "\n".join(parts)


def standing(book: Rulebook, on: dt.date, others: Sequence[Rulebook]) -> tuple[str, Rulebook | None]:
    """`not_yet`, `in_force`, or `replaced` and by which of the others."""
    if on < book.document.effective:
        return "not_yet", None
    later = [b for b in others if b.older == book.id and b.document.effective <= on]
    if later:
        return "replaced", min(later, key=lambda b: b.document.effective)
    return "in_force", None


def list_kinds(book: Rulebook) -> tuple[dict[str, str], dict[str, str]]:
    """Kind of fact -> measure: those that the rulebook catches, and those that it names and leaves alone."""
    caught = {k: m.id for m in book.measures for t in m.triggers for k in t.kinds if m.phases}
    left = {k: m.id for m in book.measures for t in m.triggers for k in t.kinds if not m.phases}
    return caught, left


def list_assumed(book: Rulebook, lang: Lang) -> list[str]:
    """One line for each assumption."""
    return [_say("assumption", lang, a.about, _in(a.reading, lang)) for a in book.assumed]


def _document(book: Rulebook, lang: Lang, on: dt.date | None, others: Sequence[Rulebook]) -> Iterator[str]:
    doc = book.document
    yield _say("number", lang, doc.number)
    yield _say("title", lang, _in(doc.title, lang))
    yield _say("issuer", lang, _in(doc.issuer, lang))
    yield _say("dates", lang, doc.published, doc.effective)
    yield _say("scope", lang, book.jurisdiction, book.disease)
    if book.replaces:
        yield _say("replaces", lang, book.replaces)
    if on:
        state, by = standing(book, on, others)
        yield _say(state, lang, on, *((by.id, by.document.effective) if by else ()))


def _measure(book: Rulebook, measure: Measure, lang: Lang) -> Iterator[str]:
    title = _in(measure.title, lang)
    yield _say("measure", lang, title=title, id=measure.id, clause=measure.clause)
    for trigger in measure.triggers:
        if trigger.case:
            classes = ("、" if lang == "zh" else ", ").join(_say(c, lang) for c in trigger.case)
            fact = _say("case", lang, classes)
        else:
            fact = _say("event", lang, trigger.event)
        yield "  " + _say(trigger.day_1 if measure.phases else "nothing", lang, fact)
    first = 1
    for phase in measure.phases:
        yield "  " + _phase(book, phase, first, lang)
        first += phase.days or 0


def _phase(book: Rulebook, phase: Phase, first: int, lang: Lang) -> str:
    titles = {r.id: _in(r.title, lang) for r in book.restrictions}
    restriction = titles[phase.restriction]
    if phase.days is None:
        text = _say("endless", lang, first, restriction)
    elif phase.days == 1:
        text = _say("one_day", lang, first, restriction)
    else:
        text = _say("days", lang, first, first + phase.days - 1, restriction)
    if phase.up_to:
        text += _say("up_to", lang, titles[phase.up_to])
    if phase.days and len(phase.tests) == phase.days:
        text += _say("daily", lang, _in(book.test, lang))
    elif phase.tests:
        days = ("、" if lang == "zh" else ", ").join(map(str, phase.tests))
        text += _say("tests" if len(phase.tests) > 1 else "test", lang, _in(book.test, lang), days)
    return text + (_say("clause", lang, phase.clause) if phase.clause else "")


def _limits(book: Rulebook, lang: Lang) -> Iterator[str]:
    if limit := book.limits.tests_per_day:
        yield _say("per_day", lang, _in(book.test, lang), limit.at_most, limit.clause)
    if book.limits.ceiling:
        yield _say("ceiling", lang, book.limits.ceiling)


def _transition(book: Rulebook, lang: Lang) -> Iterator[str]:
    if move := book.transition:
        yield _say(move.rule, lang, move.date) + (_say("clause", lang, move.clause) if move.clause else "")


def _in(words: Words, lang: Lang) -> str:
    return words.zh if lang == "zh" else words.en


def _say(word: str, lang: Lang, *values: object, **named: object) -> str:
    return WORDS[word][0 if lang == "zh" else 1].format(*values, **named)
