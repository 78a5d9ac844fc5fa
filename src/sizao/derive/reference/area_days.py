"""Risk areas of one day, and infections that draw none, from the spells of areas.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sizao.derive.reference.areas import all_spells, find_ignored, find_infections, find_level
from sizao.derive.reference.books import Chain, in_force
from sizao.derive.reference.facts import DAY, Facts, Row, latest_rows
from sizao.derive.reference.tree import Tree, make_tree
from sizao.policy.places import Areas, Level

AREAS = (
    "place_id on rulebook level scope name from until held_since lifts_on clock_day clause because last_case county "
    "lat lon located_by"
)


def areas(facts: Facts, rulebooks: Chain, on: date, known_at: datetime) -> list[Row]:
    """The areas on a day."""
    tree = make_tree(facts)
    rows: list[Row] = []
    spells = all_spells(facts, rulebooks, known_at)
    for spell, run in spells:
        if not _covers(spell, on):
            continue
        place = spell["place_id"]
        found = max((day for day in run.found if day <= on), default=None) if run else None
        above = [above for above, kind in tree.path(place) if kind == "county"]
        held = [other for other, _ in spells if _holds(other, spell, tree, rulebooks)]
        more = {
            "on": on,
            "name": tree.name(place),
            "held_since": _held_since(held, on),
            "lifts_on": _lifts_on(held, on),
            "clock_day": (on - found).days if found else None,
            "last_case": run.found[found] if run and found else spell["last_case"],
            "county": above[0] if above else None,
        }
        rows.append({name: (spell | more | tree.locate(place))[name] for name in AREAS.split()})
    return rows


def undrawn(facts: Facts, rulebooks: Chain, on: date, known_at: datetime) -> list[Row]:
    """Infections that would count on a day under the rulebook in force, for which no area is drawn (4)."""
    book, tree = in_force(rulebooks, on), make_tree(facts)
    lengths = [count_days(book.areas, level) for level in book.areas.levels if level.around] if book else []
    if book is None or not lengths:
        return []
    longest = None if None in lengths else max(days for days in lengths if days is not None)
    ignored = find_ignored(book.areas)
    rows: dict[tuple[str, str | None, str | None], str] = {}
    for case in latest_rows(facts, "cases", "case_id", known_at):
        age = (on - case["confirmed_on"]).days
        if age < 0 or (longest is not None and age > longest) or case.get("found_by") in ignored:
            continue
        own = [i for i in find_infections(facts, known_at) if i.case == case["case_id"]]
        if not own:
            rows[case["case_id"], None, None] = "no_place"
        for i in own:
            level = find_level(book.areas, i)
            if level is not None and tree.draw(i.place, level.scope) is None:
                why = "place_too_coarse" if i.place in tree.places else "unknown_place"
                rows[i.case, i.place, i.role] = why
    return [{"case_id": case, "place_id": at, "role": role, "why": why} for (case, at, role), why in rows.items()]


def count_days(areas: Areas, level: Level) -> int | None:
    """Days from an infection to the end of what it draws, all stepping down included; None: without end."""
    if level.lifts is None:
        return None
    days = 0
    while level.lifts is not None:
        days += level.lifts.after_days
        level = next(other for other in areas.levels if other.id == level.lifts.to)
    return days


def _covers(spell: Row, day: date) -> bool:
    return bool(spell["from"] <= day and (spell["until"] is None or day <= spell["until"]))


def _holds(other: Row, spell: Row, tree: Tree, rulebooks: Chain) -> bool:
    """Whether a spell has the place of another one at its level or a stricter one: as it, or as an area around it."""
    at = other["place_id"] == spell["place_id"] or (
        not other["rest"] and tree.contains(other["place_id"], spell["place_id"])
    )
    books = {book.id: book.areas for book in rulebooks}
    names = {level.id: level.ordered_as or level.id for level in books[spell["rulebook"]].levels}
    there = books[other["rulebook"]]
    same = [there.weights[x.id] for x in there.levels if (x.ordered_as or x.id) == names[spell["level"]]]
    return at and bool(same) and other["weight"] >= min(same)


def _held_since(held: Sequence[Row], on: date) -> date:
    while any(_covers(spell, on - DAY) for spell in held):
        on -= DAY
    return on


def _lifts_on(held: Sequence[Row], on: date) -> date | None:
    while covering := [spell for spell in held if _covers(spell, on)]:
        if any(spell["until"] is None for spell in covering):
            return None
        on += DAY
    return on - DAY
