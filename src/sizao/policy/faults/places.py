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
        if level.rest_of is not None:
            yield from _undeclared(areas, level.rest_of.level, (*at, "rest_of", "level"))
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
    for n, gone in enumerate(areas.abolished):
        if gone.level in weights:
            yield Fault(
                path=("areas", "abolished", n, "level"),
                code="contradiction",
                what=f"the level {gone.level!r} is abolished by {gone.clause} and still among the levels",
                todo="keep one of the two",
            )


def _undeclared(areas: Areas, name: str, at: Path) -> Iterator[Fault]:
    gone = next((a for a in areas.abolished if a.level == name), None)
    if name not in areas.weights:
        what = f"no level is called {name!r}" if gone is None else f"the level {name!r} is abolished by {gone.clause}"
        yield Fault(path=at, code="undeclared-level", what=what, todo=f"one of: {', '.join(areas.weights)}")


def _rest_faults(areas: Areas) -> Iterator[Fault]:
    """Levels that lie around areas of a level that only lies around areas of theirs."""
    levels = {level.id: level for level in areas.levels}
    for n, level in enumerate(areas.levels):
        rest, around = level.rest_of, [level.id]
        while rest is not None and rest.level in levels and rest.level not in around:
            around.append(rest.level)
            rest = levels[rest.level].rest_of
        drawn = len(around) > 1 and any(levels[name].around for name in around)
        if level.rest_of is None or rest is None or rest.level != level.id or drawn:
            continue
        first = f"the rest of the {level.rest_of.within} around areas that are"
        yield Fault(
            path=("areas", "levels", n, "rest_of", "level"),
            code="level-around-itself",
            what=f"{level.id!r} is {first} {level.id!r} themselves: no place would ever be the first"
            if len(around) == 1
            else f"{level.id!r} is {first} {around[1]!r}, and these lie around areas that are {level.id!r}: "
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
        if level.restriction is not None and ban.order == level.restriction and ban.unless is None:
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
