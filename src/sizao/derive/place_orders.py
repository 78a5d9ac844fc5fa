"""Orders on places against the areas that the rules draw: policy and areas x orders -> place excesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal

import pyarrow as pa
from ruamel.yaml import YAML

from sizao.derive.compile import DAY_MAX, DAY_MIN, day_number
from sizao.derive.steps import read_steps
from sizao.engine import Engine
from sizao.policy import Rulebook

Row = dict[str, object]
Lang = Literal["zh", "en"]

MASS_TESTING = "mass_testing"
"""The word of an order to test everybody of a place."""
OTHER = 0
"""The number of all words that no rulebook of the chain knows."""

PLACE_WORDS = pa.schema([("word", pa.string()), ("word_no", pa.int32())])
PLACE_ERAS = pa.schema([("rulebook", pa.string()), ("first_day", pa.int32()), ("last_day", pa.int32())])
PLACE_RULES = pa.schema(  # how a word is judged while a rulebook is in force; no row: it is not judged
    [
        ("word_no", pa.int32()),
        ("rulebook", pa.string()),
        ("first_day", pa.int32()),
        ("last_day", pa.int32()),
        ("judge", pa.string()),  # forbidden, abolished, mass_testing: the kind of excess; area: areas decide
        ("weight", pa.int32()),  # of a level
        ("rest", pa.int32()),  # 1: the level of the rest of a wider place
        ("clause_no", pa.int32()),
        ("lifts_no", pa.int32()),  # the clause that lifts the level
        ("reason", pa.string()),  # the clause that an order must name to be no mass_testing, or no wider
        ("title", pa.string()),  # null: the word itself
    ]
)
PLACE_CLAUSES = pa.schema([("clause_no", pa.int32()), ("clause", pa.string())])


def judge_place_orders(
    engine: Engine, rulebooks: Sequence[Rulebook], known_at: dt.datetime, last: dt.date, lang: Lang = "en"
) -> None:
    """Defines the step `place_excesses` on an engine that has `orders`, `places` and the step `area_spells`.

    `rulebooks` is a chain, oldest first. Counted is what was recorded by `known_at`; an order without an end is judged
    up to the day `last`, the others to their end.
    """
    for name, table in compile_place_rules(rulebooks, lang).items():
        engine.give_small(name, table)
    since = known_at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    numbers = {
        "known": since // dt.timedelta(microseconds=1),
        "last": day_number(last),
        "day_min": DAY_MIN,
        "day_max": DAY_MAX,
    }
    for step in read_steps("place_excesses.sql"):
        engine.define(step.name, step.sql.format_map(numbers), store=step.store)


def compile_place_rules(chain: Sequence[Rulebook], lang: Lang = "en") -> dict[str, pa.Table]:
    """The small tables that place_excesses.sql reads, by name."""
    known = {name for book in chain for name in book.areas.about} | {MASS_TESTING}
    known |= {ban.order for book in chain for ban in book.limits.forbidden}
    words = {word: n for n, word in enumerate(sorted(known), start=OTHER + 1)}
    clauses: dict[str | None, int] = {}
    rules: list[Row] = []
    for (first, last), book in zip(_spans(chain), chain, strict=True):
        for word, number in (*words.items(), (None, OTHER)):
            for rule in _rules(word, book, chain, lang):
                clause, lifts = rule.pop("clause"), rule.pop("lifts", None)
                assert clause is None or isinstance(clause, str)
                rules.append(
                    {
                        "word_no": number,
                        "rulebook": book.id,
                        "first_day": first,
                        "last_day": last,
                        "clause_no": clauses.setdefault(clause, len(clauses)),
                        "lifts_no": clauses.setdefault(str(lifts), len(clauses)) if lifts else None,
                        **rule,
                    }
                )
    eras = [
        {"rulebook": book.id, "first_day": first, "last_day": last}
        for (first, last), book in zip(_spans(chain), chain, strict=True)
    ]
    return {
        "place_words": pa.table({"word": list(words), "word_no": list(words.values())}, schema=PLACE_WORDS),
        "place_eras": pa.Table.from_pylist(eras, PLACE_ERAS),
        "place_rules": pa.Table.from_pylist(rules, PLACE_RULES),
        "place_clauses": pa.table(
            {"clause_no": list(clauses.values()), "clause": list(clauses)}, schema=PLACE_CLAUSES
        ),
        "place_phrases": _phrases(lang),
    }


def _rules(word: str | None, book: Rulebook, chain: Sequence[Rulebook], lang: Lang) -> Iterator[Row]:
    """At most one row: how a rulebook judges orders of a word (None: one that no rulebook knows)."""
    areas, limit = book.areas, book.limits.mass_testing
    ban = next((ban for ban in book.limits.forbidden if ban.order == word), None)
    gone = next((gone for gone in areas.abolished if gone.level == word), None)
    level = next((level for level in areas.levels if level.id == word), None)
    if ban:
        yield {"judge": "forbidden", "clause": ban.clause, "title": ban.title.text(lang)}
    elif gone:
        yield {"judge": "abolished", "clause": gone.clause, "title": gone.title.text(lang)}
    elif level:
        yield {
            "judge": "area",
            "weight": areas.weights[level.id],
            "rest": int(level.rest_of is not None),
            "clause": level.clause,
            "lifts": level.lifts.clause if level.lifts else level.clause,
            "reason": level.wider_clause,
            "title": level.title.text(lang),
        }
    elif word is None or any(word in other.areas.about for other in chain):
        if areas.levels or areas.abolished:  # else the rulebook says nothing of areas
            yield {"judge": "abolished", "clause": book.limits.ceiling}
    elif word == MASS_TESTING and limit:
        yield {"judge": MASS_TESTING, "clause": limit.clause, "reason": limit.clause}


def _spans(chain: Sequence[Rulebook]) -> list[tuple[int, int]]:
    """First and last day on which each rulebook is in force."""
    starts = [day_number(book.document.effective) for book in chain]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [DAY_MAX], strict=True))


@cache
def _words() -> Mapping[str, Mapping[Lang, str]]:
    text = (resources.files("sizao.derive") / "place_phrases.yaml").read_text(encoding="utf-8")
    words: Mapping[str, Mapping[Lang, str]] = YAML(typ="safe").load(text)
    return words


def _phrases(lang: Lang) -> pa.Table:
    """A sentence for each kind of excess, with and without an end."""
    words = _words()
    return pa.table(
        {
            "kind": [name.removesuffix("_open") for name in words],
            "no_end": pa.array([int(name.endswith("_open")) for name in words], pa.int32()),
            "phrase": [phrase[lang] for phrase in words.values()],
        }
    )
