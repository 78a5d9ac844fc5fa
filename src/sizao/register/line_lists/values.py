"""The values of rows of a line list, with what belongs to their people: names as far as they may be seen, homes, what
holds, who sees to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sizao.register.access import Access
from sizao.register.identifying import CHUNK, IDENTIFYING, homes_of, on_paths
from sizao.register.line_lists.columns import LineList
from sizao.register.models import Assignment, NowStatus, Person


@dataclass(frozen=True)
class Row:
    """One row. `values` by column; `path`: where it lies; `named`: whether the user may see the person's name."""

    values: dict[str, Any]
    person_id: str = ""
    place_id: str = ""
    test_id: str = ""
    name: str | None = None
    phone: str | None = None
    number: str | None = None
    path: str = ""
    home: tuple[str, ...] = ()
    """Names of the places that it lies in, the widest first."""
    named: bool = False


def load(
    access: Access,
    of: LineList,
    rows: Sequence[Any],
    columns: Sequence[str],
    names: bool = True,
    numbers: bool = False,
) -> list[Row]:
    """The rows in their order. `names`: with the person's name where the user may see it; `numbers`: of people also
    with phone and number (each opens what is sealed)."""
    names = names and access.may("see_names")
    people = _people(of, rows, names)
    paths = [_path(of, row, people) for row in rows]
    tells = "home" in columns or of.of == "places"
    homes = homes_of(access, [*people.values()]) if tells else {}
    lies = on_paths([] if people or not tells else paths)
    status = _by_person(NowStatus.objects.unscoped("of rows seen"), people) if _needs(of, columns, "status") else {}
    assigned = (
        _by_person(Assignment.objects.filter(latest=True).select_related("team", "user"), people)
        if _needs(of, columns, "assigned")
        else {}
    )
    found = []
    for row, path in zip(rows, paths, strict=True):
        person = people.get(row.pk if of.of == "people" else getattr(row, "person_id", None) or "")
        seen = access.can_person("see_names", person) if person is not None else access.holds_in("see_names", path)
        named = names and seen
        where = tuple(lies.get(path, ()) if person is None else homes.get(person.pk, ()))
        values = {}
        for name in columns:
            column = of.columns[name]
            holds = status.get(row.pk) if column.of == "status" else None
            if column.of == "status":
                values[name] = None if holds is None else getattr(holds, column.field)
            elif column.of == "assigned":
                values[name] = _who(assigned.get(row.pk))
            elif name == "home":
                values[name] = where
            elif name in ("phone", "text"):
                values[name] = getattr(row, name) if named else None
            elif of.of == "people" and name in IDENTIFYING and not seen:
                values[name] = None
            else:
                values[name] = getattr(row, column.field)
        found.append(
            Row(
                values,
                person_id=person.pk if person is not None else "",
                place_id=(row.place_id if hasattr(row, "place_id") else None) or "",
                name=person.name if named and person is not None else None,
                phone=person.phone if numbers and named and person is not None else None,
                number=person.number if numbers and named and person is not None else None,
                path=path,
                home=where,
                named=named,
                test_id=getattr(row, "test_id", ""),
            )
        )
    return found


def _needs(of: LineList, columns: Sequence[str], what: str) -> bool:
    return any(of.columns[name].of == what for name in columns)


def _people(of: LineList, rows: Sequence[Any], names: bool) -> dict[str, Person]:
    if of.of == "people":
        return {row.pk: row for row in rows}
    if not of.of_people:
        return {}
    ids = sorted({row.person_id for row in rows if row.person_id})
    found: dict[str, Person] = {}
    for at in range(0, len(ids), CHUNK):
        some = Person.objects.unscoped("of rows seen").filter(pk__in=ids[at : at + CHUNK])
        some = some.defer("phone", "number") if names else some.defer("name", "phone", "number")
        found |= {person.pk: person for person in some}
    return found


def _path(of: LineList, row: Any, people: dict[str, Person]) -> str:
    if of.of == "places":
        return str(row.path)
    person = people.get(row.pk if of.of == "people" else row.person_id or "")
    if person is not None:
        return str(person.area)
    place_id = getattr(row, "place_id", None)
    return str(row.place.path) if place_id and row.place is not None else ""


def _by_person(rows: Any, people: dict[str, Person]) -> dict[str, Any]:
    ids, found = list(people), dict[str, Any]()
    for at in range(0, len(ids), CHUNK):
        found |= {row.person_id: row for row in rows.filter(person_id__in=ids[at : at + CHUNK])}
    return found


def _who(row: Assignment | None) -> str | None:
    if row is None:
        return None
    if row.team is not None:
        return str(row.team.name)
    return None if row.user is None else str(row.user.first_name or row.user.username)
