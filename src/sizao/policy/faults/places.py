"""What is wrong in the risk levels of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sizao.policy.faults.lists import find_list_faults
from sizao.policy.places import Areas, Level
from sizao.policy.words import Fault, Path

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook


def find_area_faults(book: Rulebook) -> Iterator[Fault]:
    """Levels that no place can have, that are never lifted, or that contradict each other."""
    areas, weights = book.areas, book.areas.weights
    reached = {level.lifts.to for level in areas.levels if level.lifts}
    for n, level in enumerate(areas.levels):
        at: Path = ("areas", "levels", n)
        if level.id in [other.id for other in areas.levels[:n]]:
            yield Fault(path=(*at, "id"), code="repeated-id", what=f"{level.id!r} stands twice", todo="rename one")
        if not level.around and level.rest_of is None and level.id not in reached:
            yield Fault(
                path=at,
                code="level-gap",
                what=f"no place ever has the level {level.id!r}: drawn around nothing, and nothing steps down to it",
                todo="say `around` or `rest_of`, or name it in the `lifts.to` of a heavier level, or remove it",
            )
        yield from find_list_faults(level, ("around", "scope"), at)
        yield from _name_faults(areas, level, (*at, "ordered_as"))
        if level.rest_of is not None:
            yield from find_list_faults(level.rest_of, ("level",), (*at, "rest_of"))
            for m, name in enumerate(level.rest_of.level):
                alone = len(level.rest_of.level) == 1
                yield from _undeclared(areas, name, (*at, "rest_of", "level", *(() if alone else (m,))))
        if level.lifts is not None:
            yield from _undeclared(areas, level.lifts.to, (*at, "lifts", "to"))
        yield from _lift_faults(level, n, at, weights)
        if level.restriction is not None and level.restriction not in book.weights:
            yield Fault(
                path=(*at, "restriction"),
                code="undeclared-restriction",
                what=f"{level.restriction!r} is not among the restrictions",
                todo=f"one of {', '.join(book.weights)}, or declare it",
            )
        yield from _forbidden_faults(book, level, at)
    yield from _rest_faults(areas)
    yield from _exception_faults(book)
    for n, gone in enumerate(areas.abolished):
        if gone.level in weights:
            yield Fault(
                path=("areas", "abolished", n, "level"),
                code="contradiction",
                what=f"the level {gone.level!r} is abolished by {gone.clause} and still among the levels",
                todo="keep one of the two",
            )


def _exception_faults(book: Rulebook) -> Iterator[Fault]:
    """Exceptions of what authorities may not order: levels that are none, lists that hold nothing or a word twice."""
    for n, ban in enumerate(book.limits.forbidden):
        at: Path = ("limits", "forbidden", n)
        if ban.unless_level is not None:
            yield from _undeclared(book.areas, ban.unless_level, (*at, "unless_level"))
        yield from find_list_faults(ban, ("unless_kinds",), at)
    mass = book.limits.mass_testing
    if mass is not None and mass.in_level is not None:
        yield from _undeclared(book.areas, mass.in_level, ("limits", "mass_testing", "in_level"))


def _undeclared(areas: Areas, name: str, at: Path) -> Iterator[Fault]:
    gone = next((a for a in areas.abolished if a.level == name), None)
    if name not in areas.weights:
        what = f"no level is called {name!r}" if gone is None else f"the level {name!r} is abolished by {gone.clause}"
        yield Fault(path=at, code="undeclared-level", what=what, todo=f"one of: {', '.join(areas.weights)}")


def _name_faults(areas: Areas, level: Level, at: Path) -> Iterator[Fault]:
    """A level that orders call by the word of another one, which must be there and have no other word itself."""
    if level.ordered_as is None:
        return
    yield from _undeclared(areas, level.ordered_as, at)
    if any(other.id == level.ordered_as and other.ordered_as is not None for other in areas.levels):
        yield Fault(
            path=at,
            code="contradiction",
            what=f"orders shall name {level.id!r} by the word {level.ordered_as!r}, which has another word itself",
            todo="name the level whose own word stands in orders; leave `ordered_as` out there",
        )


def _rest_faults(areas: Areas) -> Iterator[Fault]:
    """Levels that lie around themselves, or around areas of levels that only lie around areas of theirs."""
    levels = {level.id: level for level in areas.levels}
    for n, level in enumerate(areas.levels):
        if level.rest_of is None:
            continue
        around = areas.rest_around(level.id)
        rests = [levels[name].rest_of for name in around if name in levels]
        itself = level.id in level.rest_of.level
        back = any(rest is not None and level.id in rest.level for rest in rests)
        drawn = any(levels[name].around for name in (level.id, *around) if name in levels)
        if not itself and (drawn or not back):
            continue
        first = f"the rest of the {level.rest_of.within} around areas that are"
        yield Fault(
            path=("areas", "levels", n, "rest_of", "level"),
            code="level-around-itself",
            what=f"{level.id!r} is {first} {level.id!r} themselves: no place would ever be the first"
            if itself
            else f"{level.id!r} is {first} {around[0]!r}, and these lie around areas that are {level.id!r}: "
            "no place would ever be the first",
            todo="name the heavier level that the rest lies around; compare another copy of the document",
        )


def _lift_faults(level: Level, n: int, at: Path, weights: dict[str, int]) -> Iterator[Fault]:
    lifts = level.lifts
    if lifts is None:
        if n > 0:
            yield Fault(
                path=at,
                code="level-never-lifts",
                what=f"nothing ends the level {level.id!r}",
                todo="say after how many days it steps down: `lifts: {after_days: N, to: LEVEL, clause: ...}`",
            )
        return
    if weights.get(lifts.to, 0) >= weights[level.id]:
        yield Fault(
            path=(*at, "lifts", "to"),
            code="contradiction",
            what=f"{level.id!r} steps down to {lifts.to!r}, which is not lighter",
            todo="levels stand light to strict; name a lighter one",
        )


def _forbidden_faults(book: Rulebook, level: Level, at: Path) -> Iterator[Fault]:
    for ban in book.limits.forbidden:
        if level.restriction is not None and ban.order == level.restriction and not ban.has_exception:
            yield Fault(
                path=(*at, "restriction"),
                code="contradiction",
                what=f"{level.clause} puts people under {level.restriction!r}, which {ban.clause} forbids",
                todo="keep one of the two, or write the exception under `unless`",
            )
        if ban.order == level.id:
            yield Fault(
                path=(*at, "id"),
                code="contradiction",
                what=f"the level {level.id!r} ({level.clause}) is forbidden by {ban.clause}",
                todo="keep one of the two, or give the order that is forbidden another word",
            )
