"""Finds the people of a file who may be on record already: by id, identity number, phone, or name and birth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sizao.errors import Problem
from sizao.register.access import Access
from sizao.register.actions.bulk import rows_of
from sizao.register.imports.check import Checked
from sizao.register.models import Person
from sizao.register.seal import lookup

WAYS = ("id", "number", "phone", "name-and-birth")
COLUMNS = "person_id, number_hash, phone_hash, name_hash, birth_date, sex, same_as"
ASKED = 500


@dataclass
class Match:
    """A row and the record that looks like the same person. `choice` is "" where a person must decide.

    `known_id` "": the row cannot be recorded (its id or number belongs to a record that the user may not see).
    """

    person_id: str
    known_id: str
    line: int
    why: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    choice: str = ""
    said: dict[str, str] = field(default_factory=dict)


def find_matches(by: Access, table: Checked, problems: list[Problem]) -> list[Match]:
    """One match for each row that looks like a record; problems for ids and numbers taken outside the user's area.

    The same id or number is the same person where nothing that both say differs; everything else must be decided.
    """
    ids = table.texts("person_id")
    texts = {
        name: table.texts(name) if name in table.rows.schema.names else [""] * len(ids)
        for name in ("name", "phone", "number")
    }
    hashes = {name: [lookup(name, text) if text else "" for text in values] for name, values in texts.items()}
    births, sexes = table.texts("birth_date"), table.texts("sex")
    by_id = {row[0]: row for row in _ask("person_id", ids)}
    by_hash = {
        kind: _grouped(_ask(f"{kind}_hash", filter(None, hashes[kind])), n)
        for n, kind in ((1, "number"), (2, "phone"))
    }
    told = [value for value, birth in zip(hashes["name"], births, strict=True) if value and birth]
    by_hash["name"] = _grouped(_ask("name_hash", told), 3)
    found: list[tuple[int, Any, tuple[str, ...]]] = []
    for row, person in enumerate(ids):
        ways: dict[str, list[str]] = {}
        rows: dict[str, Any] = {}

        def agree(way: str, known: Any, ways: dict[str, list[str]] = ways, rows: dict[str, Any] = rows) -> None:
            ways.setdefault(known[0], []).append(way)
            rows[known[0]] = known

        if person in by_id:
            agree("id", by_id[person])
        for kind in ("number", "phone"):
            for known in by_hash[kind].get(hashes[kind][row], ())[:5]:
                agree(kind, known)
        if births[row]:
            for known in by_hash["name"].get(hashes["name"][row], ()):
                if str(known[4]) == str(births[row]):
                    agree("name-and-birth", known)
        if ways:
            best = min(ways, key=lambda name: (WAYS.index(ways[name][0]), name))
            found.append((row, rows[best], tuple(ways[best])))
    seen = _seen(by, [known[6] or known[0] for _, known, _ in found])
    matches = []
    for row, known, ways_found in found:
        told_here = {"number": hashes["number"][row], "phone": hashes["phone"][row], "name": hashes["name"][row]}
        told_here |= {"birth": str(births[row] or ""), "sex": sexes[row] or ""}
        known_id = known[6] or known[0]
        line = int(table.lines[row])
        if known_id not in seen:
            if not {"id", "number"} & {*ways_found}:
                continue
            column = "person_id" if "id" in ways_found else "number"
            what, todo = "belongs to a record outside your area", "ask the team of that area"
            problems.append(Problem("known-elsewhere", table.file, what, todo, line=line, column=column))
            matches.append(Match(ids[row], "", line))
            continue
        on_record = {"number": known[1], "phone": known[2], "name": known[3], "birth": str(known[4] or "")}
        on_record["sex"] = known[5] or ""
        differs = tuple(
            name for name in told_here if told_here[name] and on_record[name] and told_here[name] != on_record[name]
        )
        sure = bool({"id", "number"} & {*ways_found}) and not {*differs} & {"name", "number", "birth"}
        said = {name: texts[name][row] or "" for name in texts}
        said |= {
            "birth_date": told_here["birth"],
            "sex": told_here["sex"],
            "home_place_id": table.rows["home_place_id"][row].as_py() or "",
        }
        matches.append(Match(ids[row], known_id, line, ways_found, differs, "same" if sure else "", said))
    return matches


def _ask(column: str, values: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    blank = f" AND {column} <> ''" if column != "person_id" else ""
    return rows_of(f"SELECT {COLUMNS} FROM people WHERE {column} IN {{ids}}{blank} ORDER BY person_id", values)


def _grouped(rows: Iterable[tuple[Any, ...]], at: int) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[at], []).append(row)
    return found


def _seen(by: Access, ids: list[str]) -> set[str]:
    """Which of these people the user may see and import for."""
    found: set[str] = set()
    unique = sorted({*ids})
    for at in range(0, len(unique), ASKED):
        rows = Person.objects.seen_by(by, "see_people").filter(pk__in=unique[at : at + ASKED])
        found |= {pk for pk, area in rows.values_list("pk", "area") if by.holds_in("import_people", area)}
    return found
