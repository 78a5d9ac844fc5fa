"""Orders on places against the areas that the rules draw, day by day (rules 16 to 25 of docs/derivation-areas.md).

Areas are given as spells: rows with place_id, rulebook, level, weight, rest (1: the rest of a wider place), from and
until (null: without end), each within the days of its rulebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple, get_args

from sizao.derive.reference.books import Chain, in_force
from sizao.derive.reference.facts import Facts, Row, days, latest_rows
from sizao.policy import Rulebook
from sizao.policy.named import TESTS_A_DAY, names_clause, plain_word, spell_words
from sizao.policy.places import WIDER, Level, Scope

MASS_TESTING = "mass_testing"
STEPS_UP = 32
"""A place lies in those that are at most so many steps above it (a file may hold a circle)."""

Verdict = tuple[str, str | None]
"""The kind of an excess and the clause."""


class Inside(NamedTuple):
    """An area strictly inside a place; `kinds`: the places from the area up to that one, by kind the steps up to the
    nearest; `up`: the steps up to that one."""

    spell: Mapping[str, Any]
    kinds: Mapping[str, int]
    up: int


class Around(NamedTuple):
    """The areas at or above a place, and those strictly inside it; the kinds of the place and of those above it."""

    kinds: list[str | None]
    over: list[Mapping[str, Any]]
    inside: list[Inside]


def place_excesses(
    facts: Facts, spells: Sequence[Mapping[str, Any]], rulebooks: Chain, known_at: datetime, last: date
) -> list[Row]:
    """Days of orders on places that go beyond the areas of the rules; open orders are judged to `last`."""
    places = {place["place_id"]: place for place in facts.get("places", ())}
    spelt = spell_words(rulebooks)
    rows: list[Row] = []
    for order in latest_rows(facts, "orders", "order_id", known_at):
        if order.get("place_id") is not None and order.get("level") is not None:
            meant = dict(order) | {"level": spelt.get(plain_word(order["level"]))}
            rows += _judge(meant, _find_around(order["place_id"], spells, places), rulebooks, last)
    return rows


def _judge(order: Mapping[str, Any], around: Around, chain: Chain, last: date) -> Iterator[Row]:
    """The runs of days of one kind and clause."""
    begin, end = order["from"], order.get("until") or last
    verdicts = {}
    for day in days(max(begin, chain[0].document.effective), end):
        book = in_force(chain, day)
        assert book is not None
        by_word = _word_verdict(order, day, around, book, chain)
        verdicts[day] = by_word or _area_verdict(order, day, end, around, book, chain)
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


def _word_verdict(
    order: Mapping[str, Any], day: date, around: Around, book: Rulebook, chain: Chain
) -> Verdict | None:
    """What is beyond the rules by its word (18 to 20b); the word is None where no rulebook knows it."""
    word, areas, limits = order["level"], book.areas, book.limits
    older = chain[: chain.index(book) + 1]
    for ban in limits.forbidden:
        if ban.order == word:
            exempt = set(ban.unless_kinds) & set(around.kinds) or _lies_in(ban.unless_level, day, around, chain)
            return None if exempt else ("forbidden", ban.clause)
    for gone in areas.abolished:
        if gone.level == word:
            return "abolished", gone.clause
    if word in areas.weights:
        return None
    if word is None or any(word in other.areas.about for other in chain):
        had = word is not None and any(word in other.areas.about for other in older)
        says_of_areas = areas.levels or areas.abolished
        return ("abolished" if had else "unknown_level", limits.ceiling) if says_of_areas else None
    if word == MASS_TESTING:
        limit = limits.mass_testing
        if limit is None or _lies_in(limit.in_level, day, around, chain):
            return None
        if _is_wider(around.kinds[0], limit.at_most_scope) or not _gives_reason(order, book, chain):
            return MASS_TESTING, limit.clause
    elif word in TESTS_A_DAY:
        most = limits.tests_per_day
        return ("too_many_tests", most.clause) if most and TESTS_A_DAY[word] > most.at_most else None
    return None  # a word that is only forbidden, and not by this rulebook


def _lies_in(level: str | None, day: date, around: Around, chain: Chain) -> bool:
    """Whether an area of a level or a stricter one is at or above a place, or may be drawn as wide as it (21)."""
    if level is None:
        return False
    for spell in around.over:
        if _covers(spell, day) and _meets(spell, level, _find_book(chain, spell)):
            return True
    inside = [one for one in around.inside if _covers(one.spell, day)]
    books = [(one, _find_book(chain, one.spell)) for one in inside]
    return any(_meets(one.spell, level, book) and _may_reach(one, level, book) for one, book in books)


def _is_wider(kind: str | None, scope: Scope | None) -> bool:
    scopes = get_args(Scope)
    return scope is not None and kind in (*scopes[scopes.index(scope) + 1 :], *WIDER)


def _area_verdict(
    order: Mapping[str, Any], day: date, end: date, around: Around, book: Rulebook, chain: Chain
) -> Verdict | None:
    """How a day of a level goes beyond the areas (rules 21 to 24); `end` is the last day that is judged."""
    word = order["level"]
    level = _find_level(book, word)
    if level is None:
        return None

    def meets(spell: Mapping[str, Any]) -> bool:
        return _meets(spell, word, _find_book(chain, spell))

    over = [s for s in around.over if _covers(s, day)]
    inside = [one for one in around.inside if _covers(one.spell, day) and meets(one.spell)]
    related = [s for s in (*around.over, *(one.spell for one in around.inside)) if meets(s)]
    if any(meets(s) for s in over) or any(_may_reach(one, word, _find_book(chain, one.spell)) for one in inside):
        return None
    if inside:
        return None if _gives_reason(order, book, chain) else ("wider", level.clause)
    if any(not s["rest"] and s["weight"] < _weigh(book, word) for s in over):
        return "stricter", level.clause
    if any(s["until"] is not None and order["from"] <= s["until"] < day for s in related):
        return "longer", level.lifts.clause if level.lifts else level.clause
    if any(day < s["from"] <= end for s in related):
        return "earlier", level.clause
    return "no_area", level.clause


def _meets(spell: Mapping[str, Any], word: str, book: Rulebook) -> bool:
    """Whether an area is at least as heavy as a level, by the rulebook that drew it; a rest answers to a rest."""
    named = book.areas.ordered(word)
    if not named or (spell["rest"] and all(level.rest_of is None for level in named)):
        return False
    return bool(spell["weight"] >= _weigh(book, word))


def _may_reach(inside: Inside, word: str, book: Rulebook) -> bool:
    """Whether the rulebook that drew an area lets a level be drawn around it as wide as the place."""
    spell, weights = inside.spell, book.areas.weights
    between = [x for x in book.areas.levels if _weigh(book, word) <= weights[x.id] <= spell["weight"]]
    listed = {kind for level in between for kind in level.scope}
    return any(inside.up <= up for kind, up in inside.kinds.items() if kind in listed)


def _weigh(book: Rulebook, word: str) -> int:
    """The weight of the lightest level that an order of the word means."""
    return min(book.areas.weights[level.id] for level in book.areas.ordered(word))


def _gives_reason(order: Mapping[str, Any], book: Rulebook, chain: Chain) -> bool:
    """Whether the order names the clause of its reason: of the rulebook, of the one in force when the order began, or
    of an older one with the same reason. Where the rulebook has no such clause, there is none."""
    reason, clause = _find_reason(book, order["level"])
    older = [_find_reason(other, order["level"]) for other in chain[: chain.index(book)]]
    accepted = {clause} | {cited for said, cited in older if said is not None and said == reason}
    begun = in_force(chain, order["from"])
    if begun is not None and begun in chain[: chain.index(book)]:
        accepted.add(_find_reason(begun, order["level"])[1])
    named = order.get("clause")
    return bool(clause and named and any(one and names_clause(named, one) for one in accepted))


def _find_reason(book: Rulebook, word: str) -> tuple[object, str | None]:
    """In words and as a clause, what allows a level to be drawn wider, or everybody to be tested."""
    level, limit = _find_level(book, word), book.limits.mass_testing
    if level is not None:
        return level.wider, level.wider_clause
    return (limit.only_if, limit.clause) if limit is not None and word == MASS_TESTING else (None, None)


def _find_book(chain: Chain, spell: Mapping[str, Any]) -> Rulebook:
    return next(book for book in chain if book.id == spell["rulebook"])


def _find_level(book: Rulebook, word: str) -> Level | None:
    return next((level for level in book.areas.levels if level.id == word), None)


def _covers(spell: Mapping[str, Any], day: date) -> bool:
    return bool(spell["from"] <= day and (spell["until"] is None or day <= spell["until"]))


def _find_around(place: str, spells: Sequence[Mapping[str, Any]], places: Mapping[str, Mapping[str, Any]]) -> Around:
    over = {place, *_find_above(place, places)}
    inside = []
    for spell in spells:
        path = [spell["place_id"], *_find_above(spell["place_id"], places)]
        if place in path[1:]:
            kinds: dict[str, int] = {}
            for up, passed in enumerate(path):
                kinds.setdefault(places.get(passed, {}).get("kind") or "unknown", up)
            inside.append(Inside(spell, kinds, path.index(place, 1)))
    passed_by = [places.get(one, {}).get("kind") for one in (place, *_find_above(place, places))]
    return Around(passed_by, [s for s in spells if s["place_id"] in over], inside)


def _find_above(place: str, places: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The places that a place lies in, from the nearest; one that is not among the places is none."""
    found: list[str] = []
    above = places.get(place, {}).get("parent_id")
    while above is not None and above in places and len(found) < STEPS_UP:
        found.append(above)
        above = places[above].get("parent_id")
    return found
