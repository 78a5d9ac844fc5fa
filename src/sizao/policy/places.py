"""What a rulebook says of places: risk levels, how wide they are drawn, when they are lifted."""

from __future__ import annotations

from typing import Annotated, Literal

from sizao.policy.words import Clause, Days, Listed, OneOrMore, Part, Word, Words

Scope = Literal["household", "floor", "unit", "building", "compound", "village", "community", "street", "county"]
"""How wide an area is drawn, narrow to wide (a village may be wider than a community)."""

WIDER = ("township", "town", "district", "city", "prefecture", "province", "region", "country")
"""Other kinds of place, as wide as a street or wider: no area is drawn as one. A kind in neither is a premise."""


class RestOf(Part):
    """The rest of a wider place around areas of other levels; a file may name a single one without a list."""

    level: OneOrMore
    within: Scope


class Ignored(Part):
    """Infections that do not restart the lifting clock, by how they were found (`cases.found_by`)."""

    found_by: Word
    title: Words
    clause: Clause


class Lifting(Part):
    """After so many days in a row without a newly found infection the area steps down to `to`."""

    after_days: Days
    to: Word
    clause: Clause
    ignoring: Annotated[tuple[Ignored, ...], Listed] = ()


class Level(Part):
    """A risk level: which places have it, how wide, what people inside are under, and when it is lifted.

    Orders on places have the word of `ordered_as` for this level too, where two levels have one published name.
    """

    id: Word
    ordered_as: Word | None = None
    title: Words
    clause: Clause
    around: Annotated[tuple[Literal["home", "work", "activity"], ...], Listed] = ()
    rest_of: RestOf | None = None
    scope: Annotated[tuple[Scope, ...], Listed] = ()
    wider: Words | None = None
    wider_clause: Clause | None = None
    restriction: Word | None = None
    lifts: Lifting | None = None


class Abolished(Part):
    """A level that no longer exists."""

    level: Word
    title: Words
    clause: Clause


class Areas(Part):
    """The levels of places, light to strict."""

    levels: Annotated[tuple[Level, ...], Listed] = ()
    abolished: Annotated[tuple[Abolished, ...], Listed] = ()

    @property
    def weights(self) -> dict[str, int]:
        """Level -> weight, 1 for the lightest."""
        return {level.id: n for n, level in enumerate(self.levels, start=1)}

    def ordered(self, word: str) -> tuple[Level, ...]:
        """The levels, light to strict, that an order of the word means: that level, and those of the same name."""
        named = {level.id: level.ordered_as or level.id for level in self.levels}
        return tuple(level for level in self.levels if word in named and named[level.id] == named[word])

    def rest_around(self, name: str) -> tuple[str, ...]:
        """The levels whose areas a level is the rest around, the nearest first: those that it names, and those that
        they are the rest around themselves; not the level itself."""
        named = {level.id: level for level in self.levels}
        found = [name]
        for one in found:
            rest = named[one].rest_of if one in named else None
            found += [other for other in (rest.level if rest else ()) if other not in found]
        return tuple(found[1:])

    @property
    def about(self) -> set[str]:
        """Ids that an assumption can be about."""
        return {level.id for level in self.levels} | {a.level for a in self.abolished}
