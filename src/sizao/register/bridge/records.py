"""Records to Arrow: everybody's facts through ADBC, a few people's through the open connection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from sizao.register.models import Person
from sizao.tables import Folder, Source, contract

OF_PEOPLE = ("people", "events", "cases", "tests", "orders")
"""What status, measures, tests due and excesses are derived from."""
OF_PLACES = ("places", "cases", "case_places", "orders")
"""What areas and orders on places are derived from."""
EVERY_ROW = 1 << 26  # ADBC types a SQLite column by its first batch: let there be one
MERGED = "same_as IS NULL"


def read_records(tables: Iterable[str], known_at: dt.datetime) -> Folder:
    """Whole tables under their contracts, as recorded by `known_at`; withdrawn facts left out, merges followed."""
    with _connect() as db:
        found = {name: _read(db, name, known_at) for name in tables}
    return _folder(found)


def read_people(ids: Sequence[str], known_at: dt.datetime) -> Folder:
    """The facts of a few people under their contracts, by indexes; as `read_records`.

    A person's records merged into another are read with it. An event that takes back one of theirs is theirs.
    """
    rows = Person.objects.unscoped("whose records are one").filter(same_as_id__in=ids)
    merged = dict(rows.values_list("person_id", "same_as_id"))
    wanted = [*ids, *merged]
    marks = ", ".join(["%s"] * len(wanted))
    found = {}
    with connection.cursor() as cursor:
        for name in OF_PEOPLE:
            key = "person_id" if name != "people" else "person_id"
            extra = f" AND {MERGED}" if name == "people" else ""
            sql = f"{_select(name, known_at)} {_and(name)} {key} IN ({marks}){extra}"
            cursor.execute(sql, wanted)
            found[name] = _arrow(name, cursor.fetchall())
    if merged:
        found = {name: _follow(table, merged) for name, table in found.items()}
    return _folder(found)


def _select(name: str, known_at: dt.datetime) -> str:
    """The rows of a table by K, with the columns of its contract. The instant is ours, never typed by anybody."""
    said = contract(name)
    names = ", ".join(f'"{column}"' for column in said.names)
    sql = f"SELECT {names} FROM {name}"
    conditions = []
    if name not in ("people", "places"):
        known = f"'{known_at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S.%f}{'+00' if _postgres() else ''}'"
        conditions.append(f"recorded_at <= {known}")
        if said.versions:
            key = said.key[0]
            conditions.append(f"{key} NOT IN (SELECT {key} FROM {name} WHERE withdrawn AND recorded_at <= {known})")
        if name == "case_places":
            conditions.append(
                "takes_back IS NULL AND id NOT IN (SELECT takes_back FROM case_places"
                f" WHERE takes_back IS NOT NULL AND recorded_at <= {known})"
            )
    return f"{sql} WHERE {' AND '.join(conditions)}" if conditions else sql


def _and(name: str) -> str:
    return "WHERE" if name in ("people", "places") else "AND"


def _postgres() -> bool:
    return bool(connection.vendor == "postgresql")


def _read(db: Any, name: str, known_at: dt.datetime) -> pa.Table:
    sql = _select(name, known_at)
    if name == "people":
        sql += f" WHERE {MERGED}"
    with db.cursor() as cursor:
        if not _postgres():
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(EVERY_ROW)})
        cursor.execute(sql)
        table = cursor.fetch_arrow_table()
    return _follow(_conform(table, name), _merges())


def _conform(table: pa.Table, name: str) -> pa.Table:
    """The types of the contract; SQLite gives dates and instants as text, and an empty column as numbers."""
    schema = contract(name).arrow_schema()
    columns = []
    for field in schema:
        values = table.column(field.name)
        if pa.types.is_null(values.type) or values.null_count == len(values):
            values = pa.chunked_array([pa.nulls(len(values), field.type)])
        elif pa.types.is_timestamp(field.type) and pa.types.is_string(values.type):
            values = values.cast(pa.timestamp("us")).cast(pa.int64()).cast(field.type)
        elif pa.types.is_boolean(field.type) and pa.types.is_integer(values.type):
            values = pc.not_equal(values, 0)
        columns.append(values.cast(field.type))
    return pa.table(columns, schema=pa.schema([field.with_nullable(True) for field in schema]))


def _merges() -> dict[str, str]:
    rows = Person.objects.unscoped("whose records are one").filter(same_as__isnull=False)
    return dict(rows.values_list("person_id", "same_as_id"))


def _follow(table: pa.Table, merges: dict[str, str]) -> pa.Table:
    """Facts of a record that was merged into another are that one's."""
    if not merges or "person_id" not in table.column_names:
        return table
    gone = pa.array(list(merges), pa.string())
    kept = pa.array(list(merges.values()), pa.string())
    ids = table.column("person_id").combine_chunks()
    turned = pc.coalesce(pc.take(kept, pc.index_in(ids, value_set=gone)), ids)
    return table.set_column(table.column_names.index("person_id"), "person_id", turned)


def _arrow(name: str, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows of the open connection; SQLite's own texts for dates and instants are turned as above."""
    schema = contract(name).arrow_schema()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    found = []
    for field, values in zip(schema, columns, strict=True):
        found.append(pa.array([_value(value, field.type) for value in values], field.type))
    return pa.table(found, names=schema.names)


def _value(value: Any, type_: pa.DataType) -> Any:
    if isinstance(value, str) and pa.types.is_date(type_):
        return dt.date.fromisoformat(value)
    if isinstance(value, str) and pa.types.is_timestamp(type_):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    return bool(value) if pa.types.is_boolean(type_) and value is not None else value


def _folder(found: dict[str, pa.Table]) -> Folder:
    sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in found.items()}
    return Folder(path=Path("register"), tables=sources, problems=[])


def _connect() -> Any:
    """An ADBC connection to the register's database."""
    settings = connection.settings_dict
    if _postgres():
        from adbc_driver_postgresql import dbapi

        return dbapi.connect(_uri(settings))
    from adbc_driver_sqlite import dbapi as sqlite

    return sqlite.connect(f"file:{settings['NAME']}?mode=ro")


def _uri(settings: dict[str, Any]) -> str:
    from urllib.parse import quote, urlencode

    user = quote(settings["USER"] or "")
    secret = f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else ""
    host = settings["HOST"] or ""
    query = {"host": host} if host.startswith("/") else {}
    if settings["PORT"] and host.startswith("/"):
        query["port"] = str(settings["PORT"])
    place = "" if host.startswith("/") else f"{host}{':' + str(settings['PORT']) if settings['PORT'] else ''}"
    return f"postgresql://{user}{secret}{'@' if user else ''}{place}/{quote(settings['NAME'])}?{urlencode(query)}"
