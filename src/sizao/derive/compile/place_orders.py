"""Compiles what a chain of rulebooks says to orders on places: how each word is judged on which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import pyarrow as pa

from sizao.derive.compile.schemas import DAY_MAX, DAY_MIN, day_number
from sizao.policy import Rulebook
from sizao.policy.named import TESTS_A_DAY, names_clause, plain_word, spell_words
from sizao.policy.places import WIDER, Areas, Scope
from sizao.policy.words import Words
from sizao.words import Lang

MASS_TESTING = "mass_testing"
"""The word of an order to test everybody of a place."""
OTHER = 0
"""The number of all words that no rulebook of the chain knows."""

PLACE_WORDS = pa.schema([("word", pa.string()), ("word_no", pa.int32())])
PLACE_ERAS = pa.schema([("rulebook", pa.string()), ("era_no", pa.int32())])
PLACE_LEVELS = pa.schema(  # what a word means under each rulebook; rest 1: the rest of a wider place, too
    [("word_no", pa.int32()), ("era_no", pa.int32()), ("weight", pa.int32()), ("rest", pa.int32())]
)
PLACE_SCOPES = pa.schema(  # around an area of this weight or more an order may be as wide as a place of this kind
    [("word_no", pa.int32()), ("era_no", pa.int32()), ("kind", pa.string()), ("weight", pa.int32())]
)
PLACE_TERMS = pa.schema(  # how a word is judged from first_day to last_day; days without a row are not judged
    [
        ("term_no", pa.int32()),
        ("word_no", pa.int32()),
        ("first_day", pa.int32()),
        ("last_day", pa.int32()),
        ("judge", pa.string()),  # forbidden, abolished ...: the kind of excess; area: areas decide
        ("clause_no", pa.int32()),
        ("lifts_no", pa.int32()),  # of the clause that lifts the level
        ("title", pa.string()),  # null: the word itself
        ("unless", pa.string()),  # an exception in words
        ("spares", pa.int32()),  # 1: on some days, or for some orders, it may be no excess
        ("spares_no", pa.int32()),  # of the word of a level: no excess at or inside such an area
    ]
)
PLACE_REASONS = (
    pa.schema(  # what an order that begins on these days may name as its clause, to be no excess, or no wider
        [("term_no", pa.int32()), ("reason", pa.string()), ("given_from", pa.int32()), ("given_to", pa.int32())]
    )
)
PLACE_KINDS = pa.schema(  # spared 1: no excess at or in a place of this kind; 0: no reason helps a place of this kind
    [("term_no", pa.int32()), ("kind", pa.string()), ("spared", pa.int32())]
)
PLACE_CLAUSES = pa.schema([("clause_no", pa.int32()), ("clause", pa.string())])


Reason = tuple[str, int, int]
"""A clause, and the first and the last day on which an order must begin that names it."""
ALWAYS = (DAY_MIN, DAY_MAX)


@dataclass(frozen=True)
class Term:
    """How orders of a word are judged."""

    judge: str
    clause: str | None
    lifts: str | None = None
    reasons: frozenset[Reason] = frozenset()
    title: str | None = None
    unless: str | None = None
    in_level: str | None = None
    kinds: frozenset[str] = frozenset()
    too_wide: frozenset[str] = frozenset()
    days: tuple[int, int] = (0, 0)


def compile_place_orders(
    chain: Sequence[Rulebook], lang: Lang, levels: Iterable[str], clauses: Iterable[str]
) -> dict[str, pa.Table]:
    """The small tables by name, for orders with these levels and clauses; `lang` is the language of the titles."""
    spelt = spell_words(chain)
    numbers: dict[str | None, int] = {word: n for n, word in enumerate(sorted(set(spelt.values())), start=OTHER + 1)}
    numbers[None] = OTHER
    found = [(level, spelt.get(plain_word(level))) for level in levels]
    words = [{"word": level, "word_no": numbers[word]} for level, word in found]
    terms = [(no, term) for word, no in numbers.items() for term in _join(_terms(word, chain, lang))]
    cited = list(dict.fromkeys(clause for _, term in terms for clause in (term.clause, term.lifts)))
    ranks, scopes = [], []
    for era, book in enumerate(chain):
        for level in book.areas.levels:
            word = {"word_no": numbers[level.id], "era_no": era}
            meant = book.areas.ordered(level.id)
            weight, rest = book.areas.weights[meant[0].id], any(one.rest_of for one in meant)
            ranks.append(word | {"weight": weight, "rest": int(rest)})
            scopes += [word | scope for scope in _list_scopes(book.areas, weight)]
    eras = {"rulebook": [book.id for book in chain], "era_no": range(len(chain))}
    rows = [
        {
            "term_no": n,
            "word_no": no,
            "first_day": term.days[0],
            "last_day": term.days[1],
            "judge": term.judge,
            "clause_no": cited.index(term.clause),
            "lifts_no": cited.index(term.lifts),
            "title": term.title,
            "unless": term.unless,
            "spares": int(term.judge != "area" and bool(term.reasons or term.in_level or term.kinds)),
            "spares_no": numbers.get(term.in_level) if term.in_level else None,
        }
        for n, (no, term) in enumerate(terms)
    ]
    kinds = [{"term_no": n, "kind": kind, "spared": 1} for n, (_, term) in enumerate(terms) for kind in term.kinds]
    kinds += [
        {"term_no": n, "kind": kind, "spared": 0} for n, (_, term) in enumerate(terms) for kind in term.too_wide
    ]
    return {
        "place_words": pa.Table.from_pylist(words, PLACE_WORDS),
        "place_eras": pa.table(eras, schema=PLACE_ERAS),
        "place_levels": pa.Table.from_pylist(ranks, PLACE_LEVELS),
        "place_scopes": pa.Table.from_pylist(scopes, PLACE_SCOPES),
        "place_terms": pa.Table.from_pylist(rows, PLACE_TERMS),
        "place_reasons": pa.Table.from_pylist(_list_named([term for _, term in terms], clauses), PLACE_REASONS),
        "place_kinds": pa.Table.from_pylist(kinds, PLACE_KINDS),
        "place_clauses": pa.table({"clause_no": range(len(cited)), "clause": cited}, schema=PLACE_CLAUSES),
    }


def _list_named(terms: Sequence[Term], clauses: Iterable[str]) -> list[dict[str, Any]]:
    """Of clauses that orders name those that give the reason of a term. An order meets one row of a term at most."""
    rows = []
    asked = {reason for term in terms for reason, *_ in term.reasons}
    for named in clauses:
        meant = {reason for reason in asked if names_clause(named, reason)}
        for n, term in enumerate(terms) if meant else ():
            given = {(first, last) for reason, first, last in term.reasons if reason in meant}
            for first, last in {ALWAYS} if ALWAYS in given else given:
                rows.append({"term_no": n, "reason": named, "given_from": first, "given_to": last})
    return rows


def _terms(word: str | None, chain: Sequence[Rulebook], lang: Lang) -> Iterator[Term]:
    """How each rulebook judges a word (None: any that no rulebook knows), as far as it does."""
    for n, (days, book) in enumerate(zip(_list_days(chain), chain, strict=True)):
        if term := _find_term(word, book, chain[: n + 1], chain, lang):
            yield replace(term, days=days)


def _list_days(chain: Sequence[Rulebook]) -> list[tuple[int, int]]:
    """The first and the last day of each rulebook."""
    starts = [day_number(book.document.effective) for book in chain]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [DAY_MAX], strict=True))


def _list_scopes(areas: Areas, weight: int) -> Iterator[dict[str, Any]]:
    """The kinds that levels of this weight or more list, each with the lightest of them that does."""
    seen: set[str] = set()
    for level in areas.levels[weight - 1 :]:
        for kind in level.scope:
            if kind not in seen:
                yield {"kind": kind, "weight": areas.weights[level.id]}
        seen |= set(level.scope)


def _find_term(
    word: str | None, book: Rulebook, older: Sequence[Rulebook], chain: Sequence[Rulebook], lang: Lang
) -> Term | None:
    """How a rulebook judges a word; `older` ends with the rulebook itself."""
    areas, limits = book.areas, book.limits
    for ban in limits.forbidden:
        if ban.order == word:
            unless = getattr(ban.unless, lang) if ban.unless else None
            title, kinds = getattr(ban.title, lang), frozenset(ban.unless_kinds)
            term = Term("forbidden", ban.clause, title=title, unless=unless)
            return replace(term, in_level=ban.unless_level, kinds=kinds)
    for gone in areas.abolished:
        if gone.level == word:
            return Term("abolished", gone.clause, title=getattr(gone.title, lang))
    for level in areas.levels:
        if level.id == word:
            lifts = level.lifts.clause if level.lifts else level.clause
            return Term("area", level.clause, lifts, _list_reasons(word, older), getattr(level.title, lang))
    if word is None or any(word in other.areas.about for other in chain):
        had = [title for other in older if (title := _find_title(word, other))]
        judge, title = ("abolished", getattr(had[-1], lang)) if had else ("unknown_level", None)
        return Term(judge, limits.ceiling, title=title) if areas.levels or areas.abolished else None
    if word == MASS_TESTING and (mass := limits.mass_testing):
        too_wide = _list_wider(mass.at_most_scope) if mass.at_most_scope else ()
        reasons = _list_reasons(word, older)
        return Term(MASS_TESTING, mass.clause, reasons=reasons, in_level=mass.in_level, too_wide=frozenset(too_wide))
    if word in TESTS_A_DAY and limits.tests_per_day and TESTS_A_DAY[word] > limits.tests_per_day.at_most:
        return Term("too_many_tests", limits.tests_per_day.clause, title=str(TESTS_A_DAY[word]))
    return None


def _find_title(word: str | None, book: Rulebook) -> Words | None:
    """The title of a level that a rulebook has, or abolishes."""
    named = {level.id: level.title for level in book.areas.levels}
    return named.get(word or "") or next((gone.title for gone in book.areas.abolished if gone.level == word), None)


def _list_wider(scope: Scope) -> tuple[str, ...]:
    """Kinds of place that are wider."""
    scopes = get_args(Scope)
    return (*scopes[scopes.index(scope) + 1 :], *WIDER)


def _list_reasons(word: str | None, chain: Sequence[Rulebook]) -> frozenset[Reason]:
    """The clauses that give the reason of the last rulebook: its own, those of older ones in the same words, and of
    any other one the clause that stood there, for orders given while it was in force."""
    said = [_find_reason(word, book) for book in chain]
    words, clause = said[-1]
    if clause is None:
        return frozenset()
    always = {clause} | {cited for reason, cited in said if cited and words is not None and reason == words}
    days = _list_days(chain)
    given = {(cited, *days[n]) for n, (_, cited) in enumerate(said) if cited and cited not in always}
    return frozenset({(cited, *ALWAYS) for cited in always} | given)


def _find_reason(word: str | None, book: Rulebook) -> tuple[Words | None, str | None]:
    """What allows a level to be drawn wider, or everybody to be tested: in words, and its clause."""
    for level in book.areas.levels:
        if level.id == word:
            return level.wider, level.wider_clause
    limit = book.limits.mass_testing
    return (limit.only_if, limit.clause) if limit and word == MASS_TESTING else (None, None)


def _join(terms: Iterable[Term]) -> list[Term]:
    """Terms that are alike, of one rulebook and the next, become one."""
    joined: list[Term] = []
    for term in terms:
        before = joined[-1] if joined else None
        if before and before.days[1] == term.days[0] - 1 and replace(before, days=term.days) == term:
            joined[-1] = replace(term, days=(before.days[0], term.days[1]))
        else:
            joined.append(term)
    return joined
