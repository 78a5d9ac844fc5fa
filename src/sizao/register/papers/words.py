"""Says the words of papers in both languages at once, and what rulebooks call things in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, get_args

from django.conf import settings

from sizao.derive.why.voice import Voice
from sizao.papers import Both
from sizao.policy import Rulebook, chain
from sizao.register.clock import local_date
from sizao.words import MONTHS, TWO_NAMES, Lang, read_yaml

LANGUAGES: tuple[Lang, ...] = get_args(Lang)


def say(word: str, table: str = "", **values: Any) -> Both:
    """A word of words.yaml, or of one of its tables, filled in with texts in both languages or the same in both."""
    words = read_yaml("sizao.register.papers", "words.yaml")
    found = (words[table] if table else words)[word]
    return Both(*(_fill(found[lang], values, lang) for lang in LANGUAGES))


def _fill(text: str, values: dict[str, Any], lang: Lang) -> str:
    given = {name: getattr(value, lang) if isinstance(value, Both) else value for name, value in values.items()}
    return text.format(**given) if given else text


def day(on: dt.date) -> Both:
    """A day with its year."""
    return Both(f"{on.year}年{on.month}月{on.day}日", f"{on.day} {MONTHS[on.month - 1]} {on.year}")


def moment_day(at: dt.datetime) -> Both:
    """The day of an instant, where the register is."""
    return day(local_date(at))


def join(parts: Iterable[Both], zh: str = "、", en: str = ", ") -> Both:
    """One after the other."""
    found = list(parts)
    return Both(zh.join(part.zh for part in found), en.join(part.en for part in found))


def same(text: str) -> Both:
    """A text that is the same in both languages."""
    return Both(text, text)


def name(text: str) -> Both:
    """A name of a place, which may come in both languages ("云溪苑 Yunxi Court")."""
    found = TWO_NAMES.fullmatch(text)
    return Both(found[1], found[2]) if found else same(text)


def titled(what: str, *names: Any, on: dt.date) -> Both:
    """What the rulebooks call a measure, restriction or kind of fact, seen from a day."""
    return Both(*(getattr(_voice(settings.SIZAO_RULEBOOK, lang, on), what)(*names) for lang in LANGUAGES))


def level(name: str) -> Both:
    """What the rulebooks call a level of places."""
    for book in reversed(chain(settings.SIZAO_RULEBOOK)):
        for one in book.areas.levels:
            if one.id == name:
                return Both(one.title.zh, one.title.en)
    return same(name)


def rule(rulebook: str, measure: str, clause: str | None) -> Both:
    """The document, the clause, and what it asks in words; the clause alone where the rulebook is not known."""
    book = next((book for book in chain(settings.SIZAO_RULEBOOK) if book.id == rulebook), None)
    known = book is not None and any(one.id == measure for one in book.measures)
    if book is None or not known:
        return same(clause) if clause else say("no_rule")
    stated = book.states(measure)
    source = next((one for one in chain(settings.SIZAO_RULEBOOK) if one.id == stated.rulebook), book)
    title = Both(source.document.title.zh, source.document.title.en)
    asks = join((_asks(book, *span) for span in book.measure(measure).spans()), "；", "; ")
    number = source.document.number
    return say("rule_is", title=title, number=number, clause=clause or book.measure(measure).clause, asks=asks)


def _asks(book: Rulebook, phase: Any, first: int, last: int | None) -> Both:
    title = next((one.title for one in book.restrictions if one.id == phase.restriction), None)
    restriction = Both(title.zh, title.en) if title else same(phase.restriction)
    if last is None:
        text = say("asks_open", first=first, restriction=restriction)
    elif last == first:
        text = say("asks_day", first=first, restriction=restriction)
    else:
        text = say("asks_phase", first=first, last=last, restriction=restriction)
    days = phase.test_days
    if not days:
        return text
    return say("asks_tests", text=text, days=Both("、".join(map(str, days)), ", ".join(map(str, days))))


@lru_cache(maxsize=8)
def _voice(rulebook: str, lang: Lang, on: dt.date) -> Voice:
    return Voice(chain(rulebook), lang, on)
