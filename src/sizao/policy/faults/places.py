"""What is wrong in the risk levels of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sizao.policy.places import Level
from sizao.policy.words import Fault, Path

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook


def find_area_faults(book: Rulebook) -> Iterator[Fault]:
    """Levels that no place can have, that are never lifted, or that contradict each other."""
    areas, weights = book.areas, book.areas.weights
    names = ", ".join(weights) or "none is declared"
    reached = {level.lifts.to for level in areas.levels if level.lifts}
    for n, level in enumerate(areas.levels):
        at: Path = ("areas", "levels", n)
        if level.id in [other.id for other in areas.levels[:n]]:
            yield Fault(path=(*at, "id"), code="repeated-id", what=f"{level.id!r} stands twice", todo="rename one")
        if not level.around and level.rest_of is None and level.id not in reached:
            yield Fault(
                path=at,
                code="level-gap",
                what=f"no place ever has the level {level.id!r}: it is drawn around nothing, nothing steps down to it",
                todo="say `around` or `rest_of`, or name it in the `lifts.to` of a heavier level, or remove it",
            )
        yield from _rest_faults(level, at, weights, names)
        yield from _lift_faults(level, n, at, weights, names)
        if level.restriction is not None and level.restriction not in book.weights:
            yield Fault(
                path=(*at, "restriction"),
                code="undeclared-restriction",
                what=f"{level.restriction!r} is not among the restrictions",
                todo=f"one of {', '.join(book.weights)}, or declare it",
            )
        yield from _forbidden_faults(book, level, at)
    for n, gone in enumerate(areas.abolished):
        if gone.level in weights:
            yield Fault(
                path=("areas", "abolished", n, "level"),
                code="contradiction",
                what=f"the level {gone.level!r} is abolished by {gone.clause} and still among the levels",
                todo="keep one of the two",
            )


def _rest_faults(level: Level, at: Path, weights: dict[str, int], names: str) -> Iterator[Fault]:
    rest = level.rest_of
    if rest is None:
        return
    if rest.level == level.id:
        yield Fault(
            path=(*at, "rest_of", "level"),
            code="level-around-itself",
            what=f"{level.id!r} is the rest of the {rest.within} around areas that are {level.id!r} themselves: "
            "no place would ever be the first",
            todo="name the heavier level that the rest lies around; compare another copy of the document",
        )
    elif rest.level not in weights:
        what = f"no level is called {rest.level!r}"
        yield Fault(path=(*at, "rest_of", "level"), code="undeclared-level", what=what, todo=f"one of: {names}")


def _lift_faults(level: Level, n: int, at: Path, weights: dict[str, int], names: str) -> Iterator[Fault]:
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
    if lifts.to not in weights:
        what = f"no level is called {lifts.to!r}"
        yield Fault(path=(*at, "lifts", "to"), code="undeclared-level", what=what, todo=f"one of: {names}")
    elif weights[lifts.to] >= weights[level.id]:
        yield Fault(
            path=(*at, "lifts", "to"),
            code="contradiction",
            what=f"{level.id!r} steps down to {lifts.to!r}, which is not lighter",
            todo="levels stand light to strict; name a lighter one",
        )


def _forbidden_faults(book: Rulebook, level: Level, at: Path) -> Iterator[Fault]:
    for ban in book.limits.forbidden:
        if ban.order == level.id:
            yield Fault(
                path=(*at, "id"),
                code="contradiction",
                what=f"the level {level.id!r} ({level.clause}) is forbidden by {ban.clause}",
                todo="keep one of the two, or give the order that is forbidden another word",
            )
