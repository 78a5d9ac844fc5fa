"""Orders on places against the areas that the rules draw: policy and areas x orders -> place excesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pyarrow as pa

from sizao.derive.compile import DAY_MAX, DAY_MIN, day_number
from sizao.derive.compile.place_orders import compile_place_orders
from sizao.derive.derive import count_micros
from sizao.derive.steps import define_steps, read_steps
from sizao.engine import Engine
from sizao.policy import Rulebook
from sizao.words import Lang, read_yaml

INSIDE, COVERS = 1 << 10, 1 << 36
"""Areas of three sorts are counted in one number: lighter ones that cover a place as 1 (on a day at most one for each
place above it), those inside it as INSIDE, those that justify an order on it as COVERS: up to 67 million of each."""


def judge_place_orders(
    engine: Engine, rulebooks: Sequence[Rulebook], known_at: dt.datetime, last: dt.date, lang: Lang = "en"
) -> None:
    """Defines the step `place_excesses`, on an engine with `orders` and the steps `area_spells` and `place_above`.

    `rulebooks` is a chain, oldest first; the spells must reach as far as the orders. What was recorded by `known_at`
    counts. An order without an end is judged up to the day `last`, every other one to its end.
    """
    levels, clauses = (_list_distinct(engine, column) for column in ("level", "clause"))
    for name, table in compile_place_orders(rulebooks, lang, levels, clauses).items():
        engine.give_small(name, table)
    engine.give_small("place_phrases", _phrases(lang))
    numbers = {
        "known": count_micros(known_at),
        "last": day_number(last),
        "day_min": DAY_MIN,
        "day_max": DAY_MAX,
        "inside": INSIDE,
        "covers": COVERS,
    }
    define_steps(engine, read_steps("place_excesses.sql"), numbers)


def _list_distinct(engine: Engine, column: str) -> list[str]:
    """What stands in a column of the orders on places: few spellings, read here and not on the engine."""
    found = engine.fetch(
        f"SELECT DISTINCT o.{column} AS word FROM orders o "
        f"WHERE o.place_id IS NOT NULL AND o.level IS NOT NULL AND o.{column} IS NOT NULL"
    )
    return sorted(found.column("word").to_pylist())


def _phrases(lang: Lang) -> pa.Table:
    """A sentence for each kind of excess, with and without an end, and what is said of an exception (`unless`)."""
    words: Mapping[str, Mapping[Lang, str]] = read_yaml("sizao.derive", "place_phrases.yaml")
    return pa.table(
        {
            "kind": [name.removesuffix("_open") for name in words],
            "no_end": pa.array([int(name.endswith("_open")) for name in words], pa.int32()),
            "phrase": [phrase[lang] for phrase in words.values()],
        }
    )
