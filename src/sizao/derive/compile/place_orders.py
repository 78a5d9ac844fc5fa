"""Compiles what a chain of rulebooks says to orders on places: how each word is judged on which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from sizao.derive.compile.schemas import DAY_MAX, day_number
from sizao.policy import Rulebook

Lang = Literal["zh", "en"]

MASS_TESTING = "mass_testing"
"""The word of an order to test everybody of a place."""
OTHER = 0
"""The number of all words that no rulebook of the chain knows."""

PLACE_WORDS = pa.schema([("word", pa.string()), ("word_no", pa.int32())])
PLACE_ERAS = pa.schema([("rulebook", pa.string()), ("era_no", pa.int32())])
PLACE_LEVELS = pa.schema(  # the levels of each rulebook; rest 1: the rest of a wider place
    [("word_no", pa.int32()), ("era_no", pa.int32()), ("weight", pa.int32()), ("rest", pa.int32())]
)
PLACE_TERMS = pa.schema(  # how a word is judged from first_day to last_day; days without a row are not judged
    [
        ("word_no", pa.int32()),
        ("first_day", pa.int32()),
        ("last_day", pa.int32()),
        ("judge", pa.string()),  # forbidden, abolished, mass_testing: the kind of excess; area: areas decide
        ("clause_no", pa.int32()),
        ("lifts_no", pa.int32()),  # of the clause that lifts the level
        ("reason", pa.string()),  # the clause that an order must name to be no mass_testing, or no wider
        ("title", pa.string()),  # null: the word itself
    ]
)
PLACE_CLAUSES = pa.schema([("clause_no", pa.int32()), ("clause", pa.string())])


@dataclass(frozen=True)
class Term:
    """How orders of a word are judged."""

    judge: str
    clause: str | None
    lifts: str | None = None
    reason: str | None = None
    title: str | None = None
    days: tuple[int, int] = (0, 0)


def compile_place_orders(chain: Sequence[Rulebook], lang: Lang) -> dict[str, pa.Table]:
    """The small tables by name; `lang` is the language of the titles."""
    known = {name for book in chain for name in book.areas.about} | {MASS_TESTING}
    known |= {ban.order for book in chain for ban in book.limits.forbidden}
    numbers: dict[str | None, int] = {word: n for n, word in enumerate(sorted(known), start=OTHER + 1)}
    words = {"word": list(numbers), "word_no": list(numbers.values())}
    numbers[None] = OTHER
    terms = [(no, term) for word, no in numbers.items() for term in _join(_terms(word, chain, lang))]
    clauses = list(dict.fromkeys(clause for _, term in terms for clause in (term.clause, term.lifts)))
    levels = [
        {
            "word_no": numbers[level.id],
            "era_no": era,
            "weight": book.areas.weights[level.id],
            "rest": int(level.rest_of is not None),
        }
        for era, book in enumerate(chain)
        for level in book.areas.levels
    ]
    eras = {"rulebook": [book.id for book in chain], "era_no": range(len(chain))}
    rows = [
        {
            "word_no": no,
            "first_day": term.days[0],
            "last_day": term.days[1],
            "judge": term.judge,
            "clause_no": clauses.index(term.clause),
            "lifts_no": clauses.index(term.lifts),
            "reason": term.reason,
            "title": term.title,
        }
        for no, term in terms
    ]
    return {
        "place_words": pa.table(words, schema=PLACE_WORDS),
        "place_eras": pa.table(eras, schema=PLACE_ERAS),
        "place_levels": pa.Table.from_pylist(levels, PLACE_LEVELS),
        "place_terms": pa.Table.from_pylist(rows, PLACE_TERMS),
        "place_clauses": pa.table({"clause_no": range(len(clauses)), "clause": clauses}, schema=PLACE_CLAUSES),
    }


def _terms(word: str | None, chain: Sequence[Rulebook], lang: Lang) -> Iterator[Term]:
    """How each rulebook judges a word (None: any that no rulebook knows), as far as it does."""
    starts = [day_number(book.document.effective) for book in chain]
    ends = [start - 1 for start in starts[1:]] + [DAY_MAX]
    for days, book in zip(zip(starts, ends, strict=True), chain, strict=True):
        if term := _find_term(word, book, chain, lang):
            yield replace(term, days=days)


def _find_term(word: str | None, book: Rulebook, chain: Sequence[Rulebook], lang: Lang) -> Term | None:
    areas, limit = book.areas, book.limits.mass_testing
    for ban in book.limits.forbidden:
        if ban.order == word:
            return Term("forbidden", ban.clause, title=getattr(ban.title, lang))
    for gone in areas.abolished:
        if gone.level == word:
            return Term("abolished", gone.clause, title=getattr(gone.title, lang))
    for level in areas.levels:
        if level.id == word:
            lifts = level.lifts.clause if level.lifts else level.clause
            return Term("area", level.clause, lifts, level.wider_clause, getattr(level.title, lang))
    if word is None or any(word in other.areas.about for other in chain):
        says_of_areas = areas.levels or areas.abolished
        return Term("abolished", book.limits.ceiling) if says_of_areas else None
    if word == MASS_TESTING and limit:
        return Term(MASS_TESTING, limit.clause, reason=limit.clause)
    return None


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
