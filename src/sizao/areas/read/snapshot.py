"""Reads one national list as it was published: JSON with the places of each level and how many it says they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from sizao.areas.read.lists import is_short, short_list
from sizao.areas.read.names import strip_name
from sizao.areas.read.when import read_time, time_in_name
from sizao.errors import Problem

Place = tuple[str, str, str, str, str]
"""Level, province, city, county, place."""

HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of half a character beyond the first 65,536: alone it is none."""

MANY = 1_000_000_000
"""More places than any list has."""

PARTS = {"high": ("highlist", "hcount"), "medium": ("middlelist", "mcount"), "low": ("lowlist", "lcount")}


@dataclass
class Gazetteer:
    """A number for each place, so that a thousand lists fit into memory."""

    numbers: dict[Place, int] = field(default_factory=dict)

    def number(self, place: Place) -> int:
        return self.numbers.setdefault(place, len(self.numbers))


@dataclass(frozen=True)
class Snapshot:
    """One list: the numbers of its places, sorted, each once. `listed` and `stated`: how many, by level.
    `whole`: levels of which a missing place is off the list; in the others it may only be missing from this file."""

    file: str
    taken_at: datetime
    places: npt.NDArray[np.int64]
    listed: dict[str, int]
    stated: dict[str, int | None]
    whole: frozenset[str] = frozenset(PARTS)


def read_snapshot(text: str, file: str, gazetteer: Gazetteer, problems: list[Problem]) -> Snapshot | None:
    """A list, or None where the file is none. A place that it names twice counts once; entries without a name or
    a list are refused; counts that do not match are reported. A level that lacks many of the places it says it has,
    of which an entry was refused, or of which the list does not speak, is not `whole`."""
    data = _data(text, file, problems)
    if data is None:
        return None
    taken_at = _taken_at(data, file, problems)
    if taken_at is None:
        return None
    numbers: list[int] = []
    listed: dict[str, int] = {}
    stated: dict[str, int | None] = {}
    whole: set[str] = set()
    counties: dict[tuple[str, str, str], tuple[str, str]] = {}
    for level, (name, count) in PARTS.items():
        before = len(problems)
        places = _strip(list(_places(data.get(name), level, name, file, problems)))
        refused = any(problem.code == "bad-entry" for problem in problems[before:])
        if isinstance(data.get(name), list):
            listed[level] = len(places)
        stated[level] = _stated(data.get(count), count, file, problems)
        said = stated[level]
        short = refused or is_short(said, len(places))
        if not short and (name in data or said is not None):
            whole.add(level)
        if short:
            what, todo = short_list(level, said, len(places)), "get another copy of the list"
            problems.append(Problem("short-list", file, what, todo, column=name, effect="kept"))
        elif said is not None and said != len(places):
            what = f"the list of {level} areas has {len(places)} places and says {said}"
            todo = "the places that are listed count; compare with another copy of the list"
            problems.append(Problem("count-mismatch", file, what, todo, column=count, value=str(said), effect="kept"))
        _report_twice(places, name, file, problems)
        if level != "low":
            _report_two_counties(places, counties, name, file, problems)
        numbers.extend(map(gazetteer.number, places))
    return Snapshot(file, taken_at, np.unique(np.array(numbers, dtype=np.int64)), listed, stated, frozenset(whole))


def _data(text: str, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    data = _load(text, file, problems)
    if data is None:
        return None
    (data,) = data
    data = data.get("data", data) if isinstance(data, dict) else data
    if not isinstance(data, dict) or not any(name in data for name, _ in PARTS.values()):
        names = ", ".join(name for name, _ in PARTS.values())
        what, todo = f"none of {names} is in it", "give a list of risk areas"
        problems.append(Problem("no-list", file, what, todo, value=text.strip()[:100]))
        return None
    return data


def _load(text: str, file: str, problems: list[Problem]) -> tuple[Any] | None:
    """What a JSON text says; None, and a problem, where it is none."""
    try:
        data = json.loads(text)
        if HALF_CHARACTER.search(text):
            whole = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode()
            if (mended := json.loads(whole)) != data:
                what, todo = "names have halves of characters; a question mark stands for each", "get the file again"
                problems.append(Problem("bad-encoding", file, what, todo, effect="kept"))
                data = mended
    except json.JSONDecodeError as error:
        what = f"{error.msg} at character {error.colno}"
        if error.pos >= len(text.rstrip()) or not text.rstrip().endswith(("}", "]")):
            what = "it ends in the middle: the file is cut off" if text.strip() else "the file is empty"
        problems.append(
            Problem("bad-json", file, f"this is no JSON: {what}", "get the file again", line=error.lineno)
        )
        return None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists in lists without end
        problems.append(Problem("bad-json", file, f"this cannot be read: {error}", "get the file again"))
        return None
    return (data,)


def _taken_at(data: dict[str, Any], file: str, problems: list[Problem]) -> datetime | None:
    said = data.get("end_update_time")
    inside = read_time(said) if isinstance(said, str) else None
    named = time_in_name(file)
    shown = None if said is None else str(said)
    lack = "it does not say when the list was made" if said in (None, "") else "this is no time that a list can be of"
    if inside is None and named is None:
        todo = "write end_update_time, as 2022-11-11 15时, or begin the name of the file with it, as 2022111115"
        problems.append(Problem("no-time", file, lack, todo, column="end_update_time", value=shown))
    elif inside is None:
        what, todo = f"{lack}; the name of the file is: {named:%Y-%m-%d %H:%M}", "see whether that is right"
        problems.append(Problem("no-time", file, what, todo, column="end_update_time", value=shown, effect="kept"))
    elif named is not None and named != inside:
        what, todo = f"the file is named by {named:%Y-%m-%d %H:%M}; the time inside counts", "see which is right"
        problems.append(
            Problem("time-mismatch", file, what, todo, column="end_update_time", value=shown, effect="kept")
        )
    return inside or named


def _places(entries: Any, level: str, name: str, file: str, problems: list[Problem]) -> Iterator[Place]:
    if entries is None:
        return
    if not isinstance(entries, list):
        problems.append(Problem("bad-entry", file, "this is no list of counties", "get the file again", column=name))
        return
    for n, entry in enumerate(entries):
        at = f"{name}[{n}]"
        entry = entry if isinstance(entry, dict) else {}
        where = tuple(entry.get(part) for part in ("province", "city", "county"))
        listed = entry.get("communitys")
        if not isinstance(listed, list) or not all(isinstance(part, str) for part in where):
            what = "an entry needs province, city, county and the list communitys"
            problems.append(Problem("bad-entry", file, what, "mend or leave out the entry", column=at))
            continue
        province, city, county = (str(part).strip() for part in where)
        for m, place in enumerate(listed):
            if isinstance(place, str) and place.strip():
                yield level, province, city, county, place
            else:
                what, todo = "a place without a name", "write the name or leave it out"
                column = f"{at}.communitys[{m}]"
                problems.append(Problem("no-name", file, what, todo, column=column, value=str(place)))


def _strip(places: list[Place]) -> list[Place]:
    """The places without idle blanks; one that the list names with and without them stays two names, as it counts."""
    stripped = {place: (*place[:4], strip_name(place[4])) for place in set(places)}
    forms = Counter(stripped.values())
    return [stripped[place] if forms[stripped[place]] == 1 else place for place in places]


def _stated(value: Any, name: str, file: str, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    number = value
    if isinstance(value, str):
        text = value.strip().replace(",", "")
        number = int(text) if text.isdecimal() and len(text) < 10 else None
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < MANY:
        return number
    what, todo = "this is no number of places", "leave it out"
    problems.append(Problem("bad-count", file, what, todo, column=name, value=str(value)[:50]))
    return None


def _report_twice(places: list[Place], name: str, file: str, problems: list[Problem]) -> None:
    seen: set[Place] = set()
    for place in places:
        if place in seen:
            what, todo = "the list names this place twice in one county; it counts once", "leave one out"
            problems.append(Problem("listed-twice", file, what, todo, column=name, value=" ".join(place[1:])))
        seen.add(place)


def _report_two_counties(
    places: list[Place],
    counties: dict[tuple[str, str, str], tuple[str, str]],
    name: str,
    file: str,
    problems: list[Problem],
) -> None:
    for level, province, city, county, place in places:
        first = counties.setdefault((level, province, place), (city, county))
        if first != (city, county):
            problems.append(two_counties(file, province, first, (city, county), place, name))


def two_counties(
    file: str, province: str, one: tuple[str, str], other: tuple[str, str], place: str, column: str
) -> Problem:
    """A place that stands under two counties of a province at the same time."""
    what = f"listed at the same time under {' '.join(one)} and {' '.join(other)} of {province}; it counts under both"
    todo = "find out whether these are two places of one name or one in the wrong county"
    return Problem("two-counties", file, what, todo, column=column, value=place, effect="kept")
