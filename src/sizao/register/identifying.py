"""What identifies a person without their name: shown, asked for and taken out only where names may be seen.

Lists, pages, files and the API ask here; who sees people without names is left with the sex, a group of
ages and the community.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.models import Person, Place
from sizao.register.models.places import STEP

IDENTIFYING = frozenset({"name", "phone", "number", "birth_date", "home_place_id", "traits"})
"""Columns of people; `case_places.place_id`, where it is a case's home, is one of them in files."""
WIDE = ("nation", "province", "city", "county", "street", "community")
"""Kinds of place by which a home is told, and people are asked for, without names."""
YEARS = 10
"""Of a group of ages."""


def shown(access: Access, person: Person, columns: Iterable[str]) -> dict[str, Any]:
    """These columns of a person; None for what identifies them, where the user may not see their name."""
    named = access.can_person("see_names", person)
    return {
        name: getattr(person, "home_id" if name == "home_place_id" else name)
        if named or name not in IDENTIFYING
        else None
        for name in columns
    }


def homes_of(access: Access, people: Sequence[Person]) -> dict[str, list[str]]:
    """By id: the names of the places that each lives in, the widest first, as far as the user may know them."""
    named = {person.pk for person in people if access.can_person("see_names", person)}
    whole = on_paths([person.area for person in people if person.pk in named])
    wide = on_paths([person.area for person in people if person.pk not in named], WIDE)
    return {person.pk: (whole if person.pk in named else wide)[person.area] for person in people}


def age_group(years: int) -> tuple[int, int]:
    """The first and the last age of the group that somebody of this age is in."""
    first = years // YEARS * YEARS
    return first, first + YEARS - 1


def check_columns(access: Access, columns: Iterable[str]) -> None:
    """Raises SizaoError `needs-names` where a column identifies people and the user may see no names."""
    if IDENTIFYING.intersection(columns) and not access.may("see_names"):
        raise SizaoError(
            "needs-names",
            "this column identifies people: it needs the permission see_names",
            why="your roles see people without names",
            todo="leave the column out, of what is shown and of the filter",
        )


def check_home(access: Access, path: str) -> None:
    """Who lives at a place that is narrower than a community is for who may see names there, or sees nobody else.

    Raises SizaoError `needs-names`.
    """
    wide = Place.objects.unscoped("places are no secret").filter(path=path, kind__in=WIDE)
    if not may_ask_home(access, path) and not wide.exists():
        raise SizaoError(
            "needs-names",
            "who lives at this place needs the permission see_names",
            why="your roles see people without names: their homes are told by community",
            todo="ask for the community, or a wider place",
        )


def may_ask_home(access: Access, path: str, kind: str = "") -> bool:
    """The same as a question, of a place of this kind if it is known."""
    if not path or kind in WIDE or access.holds_in("see_names", path):
        return True
    return any(area.startswith(path) for area in access.areas("see_people"))


def on_paths(paths: Sequence[str], kinds: Sequence[str] = ()) -> dict[str, list[str]]:
    """By path: the names of the places on it (of these `kinds`), the widest first."""
    parts = {path: [path[:end] for end in range(STEP, len(path) + 1, STEP)] for path in {*paths}}
    wanted = sorted({part for found in parts.values() for part in found})
    names: dict[str, str] = {}
    for at in range(0, len(wanted), CHUNK):
        rows = Place.objects.unscoped("names of places are no secret").filter(path__in=wanted[at : at + CHUNK])
        rows = rows.filter(kind__in=kinds) if kinds else rows
        names |= dict(rows.values_list("path", "name"))
    return {path: [names[part] for part in found if part in names] for path, found in parts.items()}


CHUNK = 900
"""Paths in one question."""
