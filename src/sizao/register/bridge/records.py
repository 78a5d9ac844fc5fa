"""Records to Arrow: everybody's facts through ADBC, a few people's through the open connection.

Facts are as recorded by an instant K, all their versions; of what was withdrawn by then, nothing. Corrections of
events (`voids`) and the choice of the latest version are left to the derivation. Facts of a record that was merged
into another are that one's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from sizao.register.bridge.connect import connect, is_postgres
from sizao.register.models import Person
from sizao.tables import Folder, Source, contract

OF_PEOPLE = ("events", "cases", "tests", "orders")
"""What status, measures, tests due and excesses are derived from."""
OF_PLACES = ("cases", "case_places", "orders", "places")
"""What areas and excesses of places are derived from."""
MERGED = "SELECT person_id, same_as FROM people WHERE same_as IS NOT NULL"


def read_records(tables: Iterable[str], known_at: dt.datetime) -> Folder:
    """Whole tables under their contracts, all as of one moment. For tables without words that are sealed."""
    found = {}
    with connect() as db:
        merges = _root(dict(zip(*(c.to_pylist() for c in db.fetch(MERGED).columns), strict=True)))
        for name in dict.fromkeys(tables):
            rows = db.fetch(_select(name, known_at, _not_withdrawn(name, known_at)))
            found[name] = _follow(_conform(rows, name), merges)
    return _folder(found)


def read_people(ids: Iterable[str], known_at: dt.datetime) -> Folder:
    """The facts of a few people, by indexes; `ids` are of records not merged into another (see `follow_merges`).

    With them come rows of other people: events that take back one of theirs, other versions of their cases, tests and
    orders. So what is derived of other people from these tables means nothing.
    """
    wanted = [*dict.fromkeys(ids)]
    merges = _merged_into(wanted)
    own = _marks([*wanted, *merges])
    found = {}
    with connection.cursor() as cursor:
        for name in ("people", *OF_PEOPLE):
            said = contract(name)
            if name == "people":
                sql = f"SELECT {_columns(name)} FROM people t WHERE t.person_id IN ({_marks(wanted)})"
                cursor.execute(sql, wanted)
            elif said.versions:
                key = said.key[0]
                whose = f"t.{key} IN (SELECT o.{key} FROM {name} o WHERE o.person_id IN ({own}))"
                cursor.execute(_select(name, known_at, whose, _stands(name, known_at)), [*wanted, *merges])
            else:
                voids = f"t.voids IN (SELECT o.event_id FROM events o WHERE o.person_id IN ({own}))"
                sql = f"{_select(name, known_at, f't.person_id IN ({own})')} UNION {_select(name, known_at, voids)}"
                cursor.execute(sql, [*wanted, *merges] * 2)
            found[name] = _follow(_arrow(name, cursor.fetchall()), merges)
    return _folder(found)


def follow_merges(ids: Iterable[str]) -> dict[str, str]:
    """Each id with that of the record as whose its facts are read: itself, unless it was merged into another."""
    asked = {*ids}
    merges: dict[str, str] = {}
    rows = Person.objects.unscoped("whose records are one").filter(same_as__isnull=False)
    above = asked
    while above:
        found = dict(rows.filter(person_id__in=above).values_list("person_id", "same_as_id"))
        above = {*found.values()} - {*merges} - {*found}
        merges |= found
    roots = _root(merges)
    return {name: roots.get(name, name) for name in asked}


def _merged_into(ids: Sequence[str]) -> dict[str, str]:
    """Records that were merged into these, with theirs, also by way of others."""
    rows = Person.objects.unscoped("whose records are one")
    merges: dict[str, str] = {}
    below = {name: name for name in ids}
    while below:
        found = dict(rows.filter(same_as_id__in=[*below]).values_list("person_id", "same_as_id"))
        below = {name: below[into] for name, into in found.items() if name not in merges and name not in ids}
        merges |= below
    return merges


def _root(merges: Mapping[str, str]) -> dict[str, str]:
    """Of each record that was merged, the last one of the chain. (A ring, which no action makes, ends somewhere.)"""
    found = {}
    for name, into in merges.items():
        seen = {name}
        while into in merges and into not in seen:
            seen.add(into)
            into = merges[into]
        found[name] = into
    return found


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _columns(name: str) -> str:
    return ", ".join(f't."{column}"' for column in contract(name).names)


def _select(name: str, known_at: dt.datetime, *conditions: str) -> str:
    """The rows of a table by K that meet the conditions, with the columns of its contract."""
    said = contract(name)
    where = [condition for condition in conditions if condition]
    if name not in ("people", "places"):
        where.append(f"t.recorded_at <= {_instant(known_at)}")
    if said.versions:
        where.append("NOT t.withdrawn")
    if name == "people":
        where.append("t.same_as IS NULL")
    return f"SELECT {_columns(name)} FROM {name} t" + (f" WHERE {' AND '.join(where)}" if where else "")


def _instant(known_at: dt.datetime) -> str:
    """K as the database writes it. It is ours, never typed by anybody."""
    return f"'{known_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}{'+00' if is_postgres() else ''}'"


def _withdrawn(name: str, known_at: dt.datetime) -> str:
    """Facts whose latest version by K says that they never were so."""
    key = contract(name).key[0]
    return (
        f"SELECT w.{key} FROM {name} w WHERE w.withdrawn AND w.recorded_at <= {_instant(known_at)} AND NOT EXISTS"
        f" (SELECT 1 FROM {name} l WHERE l.{key} = w.{key} AND l.version > w.version"
        f" AND l.recorded_at <= {_instant(known_at)})"
    )


def _not_withdrawn(name: str, known_at: dt.datetime) -> str:
    """The condition for every row of a table: what was withdrawn is looked up once."""
    if name == "case_places":
        return (
            "t.takes_back IS NULL AND t.id NOT IN (SELECT w.takes_back FROM case_places w"
            f" WHERE w.takes_back IS NOT NULL AND w.recorded_at <= {_instant(known_at)})"
        )
    said = contract(name)
    return f"t.{said.key[0]} NOT IN ({_withdrawn(name, known_at)})" if said.versions else ""


def _stands(name: str, known_at: dt.datetime) -> str:
    """The same for a few rows: each looks up its own."""
    key = contract(name).key[0]
    return f"NOT EXISTS ({_withdrawn(name, known_at)} AND w.{key} = t.{key})"


def _conform(table: pa.Table, name: str) -> pa.Table:
    """The types of the contract; SQLite gives dates and instants as text, and an empty column as numbers."""
    schema = contract(name).arrow_schema()
    columns = []
    for field in schema:
        values = table.column(field.name)
        if values.null_count == len(values):
            values = pa.chunked_array([pa.nulls(len(values), field.type)])
        elif pa.types.is_timestamp(field.type) and getattr(values.type, "tz", None) is None:
            values = values.cast(pa.timestamp("us")).cast(pa.int64()).cast(field.type)  # UTC, which is not said
        elif pa.types.is_boolean(field.type) and pa.types.is_integer(values.type):
            values = pc.not_equal(values, 0)
        columns.append(values.cast(field.type))
    return pa.table(columns, schema=_nullable(schema))


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema])


def _follow(table: pa.Table, merges: Mapping[str, str]) -> pa.Table:
    if not merges or "person_id" not in table.column_names:
        return table
    gone = pa.array(list(merges), pa.string())
    kept = pa.array(list(merges.values()), pa.string())
    ids = table.column("person_id").combine_chunks()
    turned = pc.coalesce(pc.take(kept, pc.index_in(ids, value_set=gone)), ids)
    return table.set_column(table.column_names.index("person_id"), table.schema.field("person_id"), turned)


def _arrow(name: str, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows of the open connection under the contract; Django reads SQLite's instants without their zone, UTC."""
    schema = _nullable(contract(name).arrow_schema())
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(values, field.type) for field, values in zip(schema, columns, strict=True)], schema=schema
    )


def _folder(found: dict[str, pa.Table]) -> Folder:
    sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in found.items()}
    return Folder(path=Path("register"), tables=sources, problems=[])
