"""Finds the place that a file calls somebody's home: by its id, its name in either language, or a path of names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sizao.register.access import Access
from sizao.register.actions.bulk import PATHS, rows_of
from sizao.register.models import Place
from sizao.register.models.places import STEP
from sizao.words import TWO_NAMES

BETWEEN = re.compile(r"[\s/\\·・,，、>›]+")
"""What stands between the names of a path, and what a name may lack or have more of."""
IN_BRACKETS = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
LONGEST = 300
MOST_NAMED = 5


@dataclass(frozen=True)
class Home:
    """What is said, and the place that is meant, or in `wrong` why it is not known."""

    said: str = ""
    place_id: str | None = None
    wrong: str = ""


def find_homes(by: Access, said: Iterable[str | None], paths: dict[str, str]) -> dict[str, Home]:
    """The home of each text. `paths` holds the path of new places of the file, and is filled with those found.

    A name is looked for in the user's area first: what is the only one there needs no more words, and only where
    there is none, everywhere else, so that the row is known to be somebody else's.
    """
    asked = {text for text in said if text and text not in paths}
    bracketed = {text: inner[1] for text in asked if (inner := IN_BRACKETS.search(text))}
    paths |= dict(rows_of(PATHS, {*asked, *bracketed.values()}))
    homes = {text: Home(text, text) for text in paths}
    homes |= {text: Home(text, name) for text, name in bracketed.items() if name in paths and text not in paths}
    if rest := asked - {*homes}:
        named = _Named()
        for text in rest:
            found = named.find(text)
            mine = [name for name in found if by.holds_in("import_people", named.paths[name])]
            homes[text] = _only(text, mine or found[:1])
            if place_id := homes[text].place_id:
                paths[place_id] = named.paths[place_id]
    return homes


def _only(text: str, found: list[str]) -> Home:
    if len(found) == 1:
        return Home(text, found[0])
    if not found:
        return Home(text, wrong="no place has this id or name")
    listed = ", ".join(found[:MOST_NAMED]) + (" ..." if len(found) > MOST_NAMED else "")
    return Home(text, wrong=f"{len(found)} places have this name ({listed})")


class _Named:
    """Every place by its names. Made only where a file names places: that reads the whole tree."""

    def __init__(self) -> None:
        rows = Place.objects.unscoped("names of places are no secret").order_by("path")
        self.paths: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._at: dict[str, str] = {}
        for place_id, name, path in rows.values_list("place_id", "name", "path"):
            self.paths[place_id], self._names[place_id], self._at[path] = path, name, place_id
            for one in _names_of(name):
                self._by_name.setdefault(one, []).append(place_id)

    def find(self, text: str) -> list[str]:
        """The places of this name; where there are none, those at the end (or, as in an English address, at the head)
        of a row of names, each of a place in which the next lies. Names between them may be left out."""
        whole = _plain(text[:LONGEST])
        found = self._by_name.get(whole, [])
        for head in (False, True):
            if found or not whole:
                break
            found = []
            for cut in range(1, len(whole)):
                name, rest = (whole[:cut], whole[cut:]) if head else (whole[cut:], whole[:cut])
                found += [one for one in self._by_name.get(name, ()) if self._lies_in(rest, self.paths[one], head)]
        return sorted({*found}, key=self.paths.__getitem__)

    def _lies_in(self, rest: str, path: str, head: bool) -> bool:
        """Whether the rest of a text is the names of places in which the one at `path` lies."""
        for end in range(len(path) - STEP, 0, -STEP):
            above = self._at.get(path[:end])
            for name in _names_of(self._names[above]) if above else ():
                if rest == name:
                    return True
                if (rest.startswith(name) if head else rest.endswith(name)) and self._lies_in(
                    rest[len(name) :] if head else rest[: -len(name)], path[:end], head
                ):
                    return True
        return False


@lru_cache(maxsize=10_000)
def _names_of(name: str) -> tuple[str, ...]:
    """A name as it may be written: whole, and in each language where it comes in both."""
    both = TWO_NAMES.fullmatch(name)
    told = {_plain(one) for one in (name, *(both.groups() if both else ()))}
    return tuple(sorted(told - {""}))


def _plain(text: str) -> str:
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def areas_of(ids: Iterable[str]) -> Mapping[str, str]:
    """Where people on record live: the path of each by id."""
    return dict(rows_of("SELECT person_id, area FROM people WHERE person_id IN {ids}", ids))
