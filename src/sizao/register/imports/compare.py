"""Puts checked rows beside the register: what is there already, what names nobody, what lies outside the area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sizao.errors import Problem
from sizao.register.access import Access
from sizao.register.actions.bulk import MODELS, ORDER, PATHS, rows_of
from sizao.register.imports.check import Checked
from sizao.register.imports.homes import Home, areas_of, find_homes
from sizao.register.imports.match import Match, find_matches
from sizao.register.models import Place
from sizao.register.seal import lookup
from sizao.tables import contract

UNSAID = ("recorded_at", "text")
"""Columns in which a fact that is sent again may differ."""


@dataclass
class Compared:
    """What is to be recorded, in its order, and what was found on the way."""

    tables: dict[str, Checked] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    there: dict[str, int] = field(default_factory=dict)
    """How many rows of each table are on record already, word for word."""
    people: dict[str, str] = field(default_factory=dict)
    """The path of each person's home."""
    left_out: set[str] = field(default_factory=set)
    """People of the files who cannot be recorded."""


def compare(by: Access, tables: dict[str, Checked], problems: list[Problem]) -> Compared:
    """The rows that can be recorded by this user. Reads the register, writes nothing."""
    found = Compared()
    places: dict[str, str] = {}
    for name in ORDER:
        if name not in tables:
            continue
        table = tables[name]
        if name == "places":
            table = _compare_places(by, table, places, found, problems)
        elif name == "people":
            table = _compare_people(by, table, places, found, problems)
        else:
            table = _compare_facts(by, name, table, tables, places, found, problems)
        if len(table.lines):
            found.tables[name] = table
    return found


def _compare_places(
    by: Access, table: Checked, paths: dict[str, str], found: Compared, problems: list[Problem]
) -> Checked:
    """New places, each after the one that it lies in. `paths` is filled: of a new one, that of what it lies in."""
    table = table.keep(table.good)
    ids, above = table.texts("place_id"), table.texts("parent_id")
    known = dict(rows_of(PATHS, [*ids, *above]))
    paths |= known
    parent = {name: up for name, up in zip(ids, above, strict=True) if name not in known}
    depth: dict[str, int] = dict.fromkeys(known, 0)
    good = np.ones(len(ids), dtype=bool)
    refuse = _refuser(table, good, problems)
    for row, name in enumerate(ids):
        if name in known:
            good[row] = False
            found.there["places"] = found.there.get("places", 0) + 1
            continue
        trail: list[str] = []
        at: str | None = name
        while at is not None and at not in depth and at in parent and at not in trail:
            trail.append(at)
            at = parent[at]
        if at is not None and at not in depth:
            what = "it lies in itself" if at in trail else f"the place {at} is not known"
            refuse(row, "unknown-place", "parent_id", what, "send that place too, or correct it")
            continue
        start = 0 if at is None else depth[at]
        for step, inner in enumerate(reversed(trail), start=1):
            depth[inner] = start + step
            paths[inner] = "" if at is None else paths[at]
        if not by.holds_in("keep_places", paths[name]):
            refuse(row, "place-not-kept", "place_id", "you may not add places here", "ask who keeps the places")
            depth.pop(name)
            paths.pop(name)
    kept = table.keep(good)
    return kept.take(np.argsort([depth[name] for name in kept.texts("place_id")], kind="stable"))


def _compare_people(
    by: Access, table: Checked, places: dict[str, str], found: Compared, problems: list[Problem]
) -> Checked:
    said = table.texts("home_place_id")
    known = find_homes(by, said, places)
    homes = [known[text] if text else Home() for text in said]
    table = table.with_column("home_place_id", [home.place_id for home in homes])
    good = table.good.copy()
    refuse = _refuser(table, good, problems)
    numbers: dict[str, str] = {}
    texts = table.texts("number") if "number" in table.rows.schema.names else [""] * len(homes)
    everywhere = by.holds_in("import_people", "")
    for row, (person, home, number) in enumerate(zip(table.texts("person_id"), homes, texts, strict=True)):
        path = places[home.place_id] if home.place_id else ""
        if home.place_id and not by.holds_in("import_people", path):
            refuse(row, "outside-area", "person_id", "lives outside your area", "leave it to the team of that area")
        if number and numbers.setdefault(lookup("number", number), person) != person:
            refuse(row, "number-twice", "number", "somebody above has this number", "give both rows one id")
        if good[row]:
            found.people[person] = path
    kept = table.keep(good)
    found.matches = find_matches(by, kept, problems)
    gone = {match.person_id for match in found.matches if not match.known_id}
    gone |= _check_homes(found, table, good, homes, everywhere, gone, problems)
    same = {
        match.person_id for match in found.matches if match.choice == "same" and match.person_id == match.known_id
    }
    for name in gone:
        found.people.pop(name, None)
    found.left_out = {*table.texts("person_id")} - {*found.people}
    found.there["people"] = len(same)
    found.matches = [match for match in found.matches if match.known_id and match.person_id not in same]
    return kept.keep([name not in gone and name not in same for name in kept.texts("person_id")])


def _check_homes(
    found: Compared,
    table: Checked,
    good: npt.NDArray[np.bool_],
    homes: Sequence[Home],
    everywhere: bool,
    gone: set[str],
    problems: list[Problem],
) -> set[str]:
    """Reports homes that are not known; the new people whom for that nobody of one area may add.

    Who is on record already has a home there, and with it an area: their row stays.
    """
    linked = {match.person_id: match.known_id for match in found.matches if match.known_id}
    areas = areas_of(linked.values())
    refused: set[str] = set()
    for row, person in enumerate(table.texts("person_id")):
        home = homes[row]
        if person in gone or home.place_id:
            continue
        if good[row] and not everywhere and person in linked:
            found.people[person] = areas[linked[person]]
        elif good[row] and not everywhere:
            refused.add(person)
        out = person in refused or (not good[row] and not everywhere)
        if not home.wrong and not out:
            continue
        what = home.wrong or "no home is said"
        what += ": nobody can say in whose area they live" if out else ": the home is left empty"
        problems.append(
            Problem(
                "unknown-home",
                table.file,
                what,
                "write the id of the place",
                int(table.lines[row]),
                "home_place_id",
                home.said or None,
                "refused" if out else "kept",
            )
        )
    return refused


def _compare_facts(
    by: Access,
    name: str,
    table: Checked,
    tables: dict[str, Checked],
    places: dict[str, str],
    found: Compared,
    problems: list[Problem],
) -> Checked:
    count = len(table.lines)
    good = table.good.copy()
    refuse = _refuser(table, good, problems)
    said = contract(name)
    if name == "case_places":
        cases = _persons_of_cases(table.texts("case_id"), found)
        people = [cases.get(case) for case in table.texts("case_id")]
    else:
        people = table.texts("person_id")
    links = {match.person_id: match.known_id for match in found.matches}
    areas = dict(rows_of("SELECT person_id, area FROM people WHERE person_id IN {ids}", {*people} - {*found.people}))
    areas |= found.people
    spots = table.texts("place_id") if "place_id" in said.names else [None] * count
    places |= dict(rows_of(PATHS, {spot for spot in spots if spot and spot not in places}))
    there = _there(name, table, links)
    for row, (person, spot) in enumerate(zip(people, spots, strict=True)):
        lost_spot = bool(spot) and spot not in places
        if lost_spot and name != "events":
            refuse(row, "unknown-place", "place_id", "no such place is known", "send the place too, or correct it")
        if name == "case_places" and person is None:
            refuse(row, "unknown-case", "case_id", "no such case is known", "send the case too")
        elif person in found.left_out and person not in areas:
            if good[row]:
                what, todo = "this person is left out", "correct the row of the person"
                refuse(row, "unknown-person", "person_id", what, todo)
        elif person is not None and person not in areas:
            refuse(row, "unknown-person", "person_id", "nobody of this id is known", "send the person too")
        elif person is None and (lost_spot or not good[row]):
            continue
        elif not by.holds_in("import_people", areas[person] if person else places.get(spot, "")):
            column = "person_id" if person else "place_id"
            refuse(row, "outside-area", column, "lies outside your area", "leave it to the team of that area")
        elif not good[row]:
            continue
        elif there[row] == "same":
            good[row] = False
            found.there[name] = found.there.get(name, 0) + 1
        elif there[row]:
            todo = "correct the fact on its own page, or give this one an id of its own"
            refuse(row, "id-known", said.key[0], "another fact of this id is on record", todo)
    if name == "events":
        lost = [bool(spot) and spot not in places for spot in spots]
        for row in np.flatnonzero(np.array(lost, dtype=bool) & good).tolist():
            line = int(table.lines[row])
            problems.append(
                Problem(
                    "unknown-place",
                    table.file,
                    "no such place is known: left empty",
                    "send the place too",
                    line,
                    "place_id",
                    spots[row],
                    "kept",
                )
            )
        table = table.with_column(
            "place_id", [None if gone else spot for spot, gone in zip(spots, lost, strict=True)]
        )
        _check_voids(table, good, refuse)
    return _in_order(name, table.keep(good))


def _persons_of_cases(cases: Sequence[str], found: Compared) -> dict[str, str]:
    known = dict(rows_of("SELECT case_id, person_id FROM cases WHERE case_id IN {ids} ORDER BY version", cases))
    if "cases" in found.tables:
        new = found.tables["cases"]
        known |= dict(zip(new.texts("case_id"), new.texts("person_id"), strict=True))
    return known


def _there(name: str, table: Checked, links: dict[str, str]) -> list[str]:
    """Of each row: "" where its id is new, "same" where a version on record says the same, else "other"."""
    said = contract(name)
    names = [column for column in said.names if column not in UNSAID]
    key = said.key[0]
    ids = table.texts(key)
    told = [table.texts(column) for column in names]
    if "withdrawn" in table.rows.schema.names and said.versions:
        names, told = [*names, "withdrawn"], [*told, [text in ("true", "1") for text in table.texts("withdrawn")]]
    elif said.versions:
        names, told = [*names, "withdrawn"], [*told, [False] * len(ids)]
    columns = ", ".join(f'"{column}"' for column in names)
    back = " AND takes_back IS NULL" if name == "case_places" else ""
    sql = f'SELECT {columns} FROM {name} WHERE "{key}" IN {{ids}}{back}'
    known: dict[str, set[tuple[str, ...]]] = {}
    at = names.index(key)
    for row in rows_of(sql, ids):
        known.setdefault(row[at], set()).add(_plain(row))
    single = len(said.key) == 1
    found = []
    person = names.index("person_id") if "person_id" in names else -1
    for row in zip(*told, strict=True):
        before = known.get(row[at])
        if before is None:
            found.append("")
            continue
        other = (
            _plain((*row[:person], links.get(row[person], row[person]), *row[person + 1 :])) if person >= 0 else ()
        )
        same = _plain(row) in before or other in before
        found.append("same" if same else "other" if single else "")
    return found


def _plain(row: Iterable[Any]) -> tuple[str, ...]:
    return tuple(
        ""
        if value is None
        else str(int(value))
        if isinstance(value, bool)
        else value.replace(tzinfo=None).isoformat()
        if hasattr(value, "tzinfo")
        else str(value)
        for value in row
    )


def _check_voids(table: Checked, good: npt.NDArray[np.bool_], refuse: Callable[..., None]) -> None:
    """What takes an event back must find it, here or on record."""
    voids = table.texts("voids")
    if not any(voids):
        return
    ids, people = table.texts("event_id"), table.texts("person_id")
    sql = (
        "SELECT e.event_id, COALESCE(p.same_as, p.person_id) FROM events e JOIN people p ON p.person_id = e.person_id"
    )
    known: dict[str, str] = dict(rows_of(sql + " WHERE e.event_id IN {ids}", voids))  # type: ignore[arg-type]
    kept: dict[str, str] = dict(rows_of("SELECT person_id, same_as FROM people WHERE person_id IN {ids}", people))  # type: ignore[arg-type]
    of = {**dict(zip(ids, people, strict=True)), **known}
    for row, name in enumerate(voids):
        person = people[row]
        if name and good[row] and name in of and of[name] not in (person, kept.get(person)):
            refuse(
                row,
                "other-person",
                "voids",
                "the event that it takes back is of another person",
                "correct one of them",
            )
    changed = True
    while changed:
        here = {name for name, ok in zip(ids, good.tolist(), strict=True) if ok} | known.keys()
        lost = [row for row, name in enumerate(voids) if name and good[row] and name not in here]
        for row in lost:
            refuse(row, "unknown-void", "voids", "the event that it takes back is not known", "send that event too")
        changed = bool(lost)


def _in_order(name: str, table: Checked) -> Checked:
    """What others name first: events before those that take them back, earlier versions before later ones."""
    if contract(name).versions and len(table.lines):
        return table.take(np.argsort(table.rows["recorded_at"].to_numpy(), kind="stable"))
    if name != "events" or not any(voids := table.texts("voids")):
        return table
    above = dict(zip(table.texts("event_id"), voids, strict=True))
    depths = []
    for event in above:
        seen = {event}
        at = above[event]
        while at in above and at not in seen:
            seen.add(at)
            at = above[at]
        depths.append(len(seen) if above[event] else 0)
    return table.take(np.argsort(depths, kind="stable"))


def _refuser(table: Checked, good: npt.NDArray[np.bool_], problems: list[Problem]) -> Callable[..., None]:
    def refuse(row: int, code: str, column: str, what: str, todo: str) -> None:
        good[row] = False
        problems.append(Problem(code, table.file, what, todo, line=int(table.lines[row]), column=column))

    return refuse


def names_of(places: Iterable[str]) -> dict[str, str]:
    """The names of places by their ids."""
    rows = Place.objects.unscoped("names of places are no secret").filter(place_id__in=[*places])
    return dict(rows.values_list("place_id", "name"))


assert set(MODELS) == set(ORDER)
