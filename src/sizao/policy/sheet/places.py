"""What a rulebook says of places, as lines of the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from sizao.policy.places import Level
from sizao.policy.sheet.say import Speech


def list_areas(s: Speech) -> Iterator[str]:
    """The levels, light to strict, and those that are abolished."""
    for n, level in enumerate(s.book.areas.levels, start=1):
        yield s.say("level", n=n, title=s.of(level.title), id=level.id, clause=level.clause)
        yield from ("  " + line for line in list_level(s, level))
    for gone in s.book.areas.abolished:
        yield s.say("abolished", title=s.of(gone.title), id=gone.level, clause=gone.clause)


def list_level(s: Speech, level: Level) -> Iterator[str]:
    """What one level means: around what it is drawn, how wide, what it asks inside, when it is lifted."""
    if level.ordered_as:
        yield s.say("ordered_as", level=s.level(level.ordered_as), id=level.ordered_as)
    if level.around:
        yield s.say("around", places=s.join(map(s.say, level.around)))
    if rest := level.rest_of:
        yield s.say("rest_of", level=s.join(map(s.level, rest.level)), within=s.say(rest.within))
    if level.scope:
        yield s.say("drawn", scopes=s.join(map(s.say, level.scope)))
    if level.wider:
        yield s.with_clause(s.say("wider", wider=s.of(level.wider)), level.wider_clause)
    if level.restriction:
        yield s.say("inside", restriction=s.restriction(level.restriction))
    if lifts := level.lifts:
        yield s.say("lifts", days=lifts.after_days, level=s.level(lifts.to), clause=lifts.clause)
        for found in lifts.ignoring:
            yield "  " + s.say("ignoring", title=s.of(found.title), found_by=found.found_by, clause=found.clause)
