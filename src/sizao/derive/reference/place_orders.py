"""Orders on places against the areas that the rules draw, day by day (rules E1 to E5 of docs/derivation-areas.md).

Areas are given as spells: rows with place_id, rulebook, level, weight, rest (1: the rest of a wider place), from and
until (null: without end), each within the days of its rulebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sizao.derive.reference.books import Chain, in_force
from sizao.derive.reference.facts import Facts, Row, days, latest_rows
from sizao.policy import Rulebook
from sizao.policy.places import Level

MASS_TESTING = "mass_testing"
STEPS_UP = 32
"""A place lies in those that are at most so many steps above it (a file may hold a circle)."""

Verdict = tuple[str, str | None]
"""The kind of an excess and the clause."""


class Around(NamedTuple):
    """The areas at or above a place, and those strictly inside it."""

    over: list[Mapping[str, Any]]
    inside: list[Mapping[str, Any]]


def place_excesses(
    facts: Facts, spells: Sequence[Mapping[str, Any]], rulebooks: Chain, known_at: datetime, last: date
) -> list[Row]:
    """Days of orders on places that go beyond the areas of the rules; open orders are judged to `last`."""
    parents = {place["place_id"]: place.get("parent_id") for place in facts.get("places", ())}
    rows: list[Row] = []
    for order in latest_rows(facts, "orders", "order_id", known_at):
        if order.get("place_id") is not None and order.get("level") is not None:
            rows += _judge(order, _find_around(order["place_id"], spells, parents), rulebooks, last)
    return rows


def _judge(order: Mapping[str, Any], around: Around, chain: Chain, last: date) -> Iterator[Row]:
    """The runs of days of one kind and clause."""
    begin, end = order["from"], order.get("until") or last
    verdicts = {}
    for day in days(max(begin, chain[0].document.effective), end):
        book = in_force(chain, day)
        assert book is not None
        verdicts[day] = _word_verdict(order, book, chain) or _area_verdict(order, day, end, around, book, chain)
    for verdict, group in groupby(verdicts, key=verdicts.__getitem__):
        run = list(group)
        endless = order.get("until") is None and run[-1] == last
        if verdict:
            yield {
                "order_id": order["order_id"],
                "place_id": order["place_id"],
                "from": run[0],
                "until": None if endless else run[-1],
                "days": None if endless else len(run),
                "kind": verdict[0],
                "clause": verdict[1],
            }


def _word_verdict(order: Mapping[str, Any], book: Rulebook, chain: Chain) -> Verdict | None:
    """What is beyond the rules by its word alone (E1 to E3)."""
    word, areas, limit = order["level"], book.areas, book.limits.mass_testing
    for ban in book.limits.forbidden:
        if ban.order == word:
            return "forbidden", ban.clause
    for gone in areas.abolished:
        if gone.level == word:
            return "abolished", gone.clause
    if word in areas.weights:
        return None
    levels = {name for other in chain for name in other.areas.about}
    if word not in levels:
        if word == MASS_TESTING:
            unfounded = limit is not None and order.get("clause") != limit.clause
            return (MASS_TESTING, limit.clause) if limit and unfounded else None
        if any(ban.order == word for other in chain for ban in other.limits.forbidden):
            return None  # a word that is only forbidden, and not by this rulebook
    says_of_areas = areas.levels or areas.abolished
    return ("abolished", book.limits.ceiling) if says_of_areas else None


def _area_verdict(
    order: Mapping[str, Any], day: date, end: date, around: Around, book: Rulebook, chain: Chain
) -> Verdict | None:
    """How a day of a level goes beyond the areas (E4); `end` is the last day of the order that is judged."""
    level = _find_level(book, order["level"])
    if level is None:
        return None

    def meets(spell: Mapping[str, Any]) -> bool:
        return _meets(spell, order["level"], chain)

    over = [s for s in around.over if _covers(s, day)]
    inside = [s for s in around.inside if _covers(s, day) and meets(s)]
    related = [s for s in (*around.over, *around.inside) if meets(s)]
    if any(meets(s) for s in over):
        return None
    if inside and level.wider_clause is not None and order.get("clause") == level.wider_clause:
        return None
    if inside:
        return "wider", level.clause
    if any(not s["rest"] and s["weight"] < book.areas.weights[level.id] for s in over):
        return "stricter", level.clause
    if any(s["until"] is not None and order["from"] <= s["until"] < day for s in related):
        return "longer", level.lifts.clause if level.lifts else level.clause
    if any(day < s["from"] <= end for s in related):
        return "earlier", level.clause
    return "no_area", level.clause


def _meets(spell: Mapping[str, Any], word: str, chain: Chain) -> bool:
    """Whether an area is at least as heavy as a level, by the rulebook that drew it; a rest answers to a rest."""
    book = next(book for book in chain if book.id == spell["rulebook"])
    level = _find_level(book, word)
    if level is None or (spell["rest"] and level.rest_of is None):
        return False
    return bool(spell["weight"] >= book.areas.weights[word])


def _find_level(book: Rulebook, word: str) -> Level | None:
    return next((level for level in book.areas.levels if level.id == word), None)


def _covers(spell: Mapping[str, Any], day: date) -> bool:
    return bool(spell["from"] <= day and (spell["until"] is None or day <= spell["until"]))


def _find_around(place: str, spells: Sequence[Mapping[str, Any]], parents: Mapping[str, str | None]) -> Around:
    over = {place, *_find_above(place, parents)}
    return Around(
        over=[s for s in spells if s["place_id"] in over],
        inside=[s for s in spells if place in _find_above(s["place_id"], parents)],
    )


def _find_above(place: str, parents: Mapping[str, str | None]) -> list[str]:
    """The places that a place lies in, from the nearest; one that is not among the places is none."""
    found: list[str] = []
    above = parents.get(place)
    while above is not None and above in parents and len(found) < STEPS_UP:
        found.append(above)
        above = parents.get(above)
    return found
