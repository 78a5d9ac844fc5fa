"""Records whole tables under the contracts: imports, the demo, a move from another register."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.insert import insert
from sizao.register.models import Case, CasePlace, Event, FollowUp, Order, Person, Place, Request, Test, Visit
from sizao.register.models.places import step
from sizao.register.seal import lookup, seal
from sizao.tables import contract

ORDER = ("places", "people", "cases", "case_places", "events", "tests", "visits", "follow_ups", "orders", "requests")
"""In which tables are recorded: each names rows of those before it."""
MODELS: Mapping[str, type] = {
    "places": Place,
    "people": Person,
    "cases": Case,
    "case_places": CasePlace,
    "events": Event,
    "tests": Test,
    "visits": Visit,
    "follow_ups": FollowUp,
    "orders": Order,
    "requests": Request,
}
DERIVED = ("cases", "case_places", "events", "tests", "orders")
"""From which it is derived what holds for people and places: after these everybody must be derived anew."""
ASKED = 20_000  # ids that are looked up by one query
PATHS = "SELECT place_id, path FROM places WHERE place_id IN {ids}"
PERMISSION: Mapping[str, str] = {"places": "keep_places"}
"""Which permission a table needs, where it is not `import_people`."""


def record_table(
    *,
    by: Access,
    table: str,
    rows: pa.Table,
    sealed: Mapping[str, Sequence[str | None]] | None = None,
    withdrawn: Sequence[bool] | None = None,
) -> int:
    """Records rows that were checked against their contract, all or none, in one act; how many.

    `sealed`: name, phone and number beside the rows of `people`; `withdrawn`: beside those of a table with versions.
    Instants of recording are kept only for a job (the demo, a move): a user's import is recorded now, versions of one
    fact a microsecond apart. Ids that are on record already are refused by the database.
    Raises SizaoError `not-allowed`, `outside-area`, `unknown-table`, `unknown-case` (of `case_places`).
    """
    if table not in MODELS:
        raise SizaoError("unknown-table", f"the register keeps no table {table}", todo=f"one of {', '.join(ORDER)}")
    by.check(PERMISSION.get(table, "import_people"))
    try:
        with acting("record_table", by, rows=rows.num_rows, table=table) as writing:
            columns = {name: rows.column(name) for name in contract(table).names}
            if table == "places":
                columns |= _paths(rows)
            if table == "people":
                columns |= _homes(columns["home_place_id"]) | _sealed(rows.num_rows, sealed or {})
                columns |= {"version": _same(1, rows.num_rows), "added_id": _same(writing.act.pk, rows.num_rows)}
            elif table != "places":
                columns |= _recorded(table, columns, rows.num_rows, by, writing.at)
                if withdrawn is not None and contract(table).versions:
                    columns["withdrawn"] = [*withdrawn]
                columns["act_id"] = _same(writing.act.pk, rows.num_rows)
            if table == "requests":
                columns["text"] = [seal(text) if text else None for text in columns["text"].to_pylist()]
            if table == "case_places":
                columns["person_id"] = _persons_of(columns["case_id"])
            _check_area(by, table, columns)
            insert(table, columns)
            writing.many = table in DERIVED
            return rows.num_rows
    except AlreadyDone as done:
        return int(done.act.rows)


def _same(value: Any, count: int) -> list[Any]:
    return [value] * count


def rows_of(sql: str, ids: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query about very many ids; `{ids}` stands for them in the query."""
    asked = sorted({*ids} - {None})
    with connection.cursor() as cursor:
        for at in range(0, len(asked), ASKED):
            some = asked[at : at + ASKED]
            if connection.vendor == "postgresql":
                cursor.execute(sql.format(ids="(SELECT unnest(%s::text[]))"), [some])
            else:
                cursor.execute(sql.format(ids="(SELECT value FROM json_each(%s))"), [json.dumps(some)])
            yield from cursor.fetchall()


def _find(sql: str, ids: Iterable[Any]) -> dict[str, Any]:
    """The two columns of such a query."""
    return dict(rows_of(sql, ids))  # type: ignore[arg-type]


def _recorded(table: str, columns: Mapping[str, Any], count: int, by: Access, at: Any) -> dict[str, Any]:
    """When each row was recorded, and which version of its fact it is."""
    found: dict[str, Any] = {}
    given = columns.get("recorded_at")
    if not by.job or given is None:
        given = pa.array([at] * count, pa.timestamp("us", "UTC"))
    found["recorded_at"] = given
    if contract(table).versions:
        key = contract(table).key[0]
        found["version"] = _versions(table, key, columns[key], columns.get("recorded_at", given))
        if not by.job and max(found["version"], default=1) > 1:
            first = _firsts(columns[key].to_pylist(), found["version"])
            steps = [n - first[name] for name, n in zip(columns[key].to_pylist(), found["version"], strict=True)]
            given = pa.array([at + dt.timedelta(microseconds=step) for step in steps], pa.timestamp("us", "UTC"))
            found["recorded_at"] = given
        found["withdrawn"] = _same(False, count)
    return found


def _versions(table: str, key: str, ids: Any, recorded: Any) -> list[int]:
    """Numbers the rows of each id in the order of recording, after what is on record."""
    names = ids.to_pylist()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
        first = cursor.fetchone() is None
    sql = f'SELECT "{key}", max(version) FROM {table} WHERE "{key}" IN {{ids}} GROUP BY "{key}"'
    known = {} if first else _find(sql, names)
    if len({*names}) == len(names):
        return [known.get(name, 0) + 1 for name in names] if known else _same(1, len(names))
    rows = pa.table({"id": ids, "at": recorded, "no": pa.array(range(len(ids)))})
    rows = rows.sort_by([("id", "ascending"), ("at", "ascending"), ("no", "ascending")])
    numbers = [0] * len(ids)
    last, version = None, 0
    for name, number in zip(rows["id"].to_pylist(), rows["no"].to_pylist(), strict=True):
        version = version + 1 if name == last else known.get(name, 0) + 1
        last, numbers[number] = name, version
    return numbers


def _firsts(names: Sequence[str], versions: Sequence[int]) -> dict[str, int]:
    """The first version of each fact among its rows."""
    found: dict[str, int] = {}
    for name, version in zip(names, versions, strict=True):
        found[name] = min(version, found.get(name, version))
    return found


def _paths(rows: pa.Table) -> dict[str, Any]:
    """Numbers new places and gives each its path: under its parent here, or under one that is on record."""
    ids, parents = rows["place_id"].to_pylist(), rows["parent_id"].to_pylist()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval('places_id_seq') FROM generate_series(1, %s)", [len(ids)])
            numbers = [row[0] for row in cursor.fetchall()]
        else:
            cursor.execute("SELECT coalesce(max(id), 0) FROM places")
            first = cursor.fetchone()[0] + 1
            numbers = list(range(first, first + len(ids)))
    above = dict(zip(ids, parents, strict=True))
    own = dict(zip(ids, map(step, numbers), strict=True))
    paths = _find(PATHS, set(parents) - set(ids))
    for name in ids:
        trail = []
        at: str | None = name
        while at is not None and at not in paths:
            if at not in own or at in trail:
                raise SizaoError(
                    "place-in-itself" if at in trail else "not-found",
                    f"place {name} lies in {at}, which " + ("lies in it" if at in trail else "is not known"),
                    todo="correct the parent",
                )
            trail.append(at)
            at = above[at]
        path = "" if at is None else paths[at]
        for inner in reversed(trail):
            path += own[inner]
            paths[inner] = path
    return {"id": numbers, "path": [paths[name] for name in ids]}


def _homes(ids: Any) -> dict[str, Any]:
    homes = ids.to_pylist()
    paths = _find(PATHS, homes)
    return {"area": [paths.get(name, "") for name in homes]}


def _sealed(count: int, given: Mapping[str, Sequence[str | None]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("name", "phone", "number"):
        texts = given.get(name) or [None] * count
        found[name] = [seal(text) if text else None for text in texts]
        found[f"{name}_hash"] = [lookup(name, text) if text else "" for text in texts]
    return found


def _persons_of(case_ids: Any) -> list[str]:
    names = case_ids.to_pylist()
    known = _find("SELECT case_id, person_id FROM cases WHERE case_id IN {ids} ORDER BY version", names)
    unknown = sorted({*names} - {*known})
    if unknown:
        raise SizaoError(
            "unknown-case",
            f"{len(unknown)} cases are not on record, such as {', '.join(unknown[:3])}",
            why="a place belongs to a case, whose person says whose area it lies in",
            todo="record the cases first",
        )
    return [known[name] for name in names]


def _check_area(by: Access, table: str, columns: Mapping[str, Any]) -> None:
    """Every row must lie where the user holds the permission. Raises SizaoError `outside-area` with some of them."""
    permission = PERMISSION.get(table, "import_people")
    areas = by.areas(permission)
    if "" in areas:
        return
    if table in ("people", "places"):
        key, paths = ("person_id", "area") if table == "people" else ("place_id", "path")
        where = dict(zip(columns[key].to_pylist(), columns[paths], strict=True))
    else:
        persons = columns.get("person_id", [])
        persons = persons if isinstance(persons, list) else persons.to_pylist()
        where = _find("SELECT person_id, area FROM people WHERE person_id IN {ids}", persons)
        if "place_id" in columns and table in ("orders", "requests"):
            spots = columns["place_id"].to_pylist()
            where |= _find(PATHS, (spot for spot, person in zip(spots, persons, strict=True) if person is None))
    lies = [*where.items(), *_corrected(table, columns)]
    outside = [*dict.fromkeys(name for name, path in lies if not by.holds_in(permission, path))]
    if outside:
        raise SizaoError(
            "outside-area",
            f"{len(outside)} rows are of people or places outside your area, such as {', '.join(outside[:3])}",
            why="a file can only be imported where you hold the permission",
            todo="leave them out, or ask somebody whose area holds them",
        )


def _corrected(table: str, columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The facts on record that rows correct, and where these lie: nobody corrects what is next door by its id."""
    said = contract(table)
    if table != "events" and not said.versions:
        return
    key, given = ("event_id", "voids") if table == "events" else (said.key[0], said.key[0])
    ids = columns[given].to_pylist()
    way = f'SELECT f."{key}", {{path}} FROM {table} f JOIN {{joined}} WHERE f."{key}" IN {{{{ids}}}}'
    yield from rows_of(way.format(path="p.area", joined="people p ON p.person_id = f.person_id"), ids)  # type: ignore[misc]
    if not any(one.name == "place_id" for one in said.columns) or table == "events":
        return
    place = "places p ON f.person_id IS NULL AND p.place_id = f.place_id"
    yield from rows_of(way.format(path="p.path", joined=place), ids)  # type: ignore[misc]
