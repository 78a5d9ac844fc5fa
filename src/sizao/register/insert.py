"""Appends columns to a table of the register: whole tables in seconds, by COPY or many rows a statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import connection, models

Column = pa.ChunkedArray | pa.Array | Sequence[Any]
SLICE = 50_000  # rows in memory as Python values at once
VALUES = 1_000  # of one INSERT: most of what a statement costs is paid once for them all
MANY = 50_000
"""From so many rows on, where a table of SQLite has fewer, its indexes are made anew at the end, not row by row."""
COUNTED = 10_000
"""After so many rows PostgreSQL counts the table anew: until then it plans as if they were not there."""
CACHE = 262_144  # KiB of pages while that goes on


def insert(table: str, columns: Mapping[str, Column]) -> None:
    """Appends columns of equal length. Call it in a transaction; every constraint holds when that ends.

    Columns are Arrow, or lists of texts, numbers, booleans and bytes. Raises django.db.IntegrityError and its kin.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    count = len(next(iter(columns.values())))
    if not count:
        return
    if connection.vendor == "postgresql":
        _copy(table, names, columns)
        if count >= COUNTED:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {table}")
        return
    with _indexes_at_the_end(table, count):
        for at in range(0, count, SLICE):
            lists = [_as_sqlite(values[at : at + SLICE]) for values in columns.values()]
            _insert_rows(table, names, lists)


def insert_row(row: models.Model) -> None:
    """Saves a new row as `save(force_insert=True)` does, by a statement that is built once for its model.

    For what every write and every look writes: to build such a statement costs several times what it does. The row
    gets its number. Raises django.db.IntegrityError and its kin.
    """
    sql, fields = _statement(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model]) -> tuple[str, tuple[Any, ...]]:
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks}) RETURNING "{key}"', fields


def _insert_rows(table: str, names: str, lists: Sequence[Sequence[Any]]) -> None:
    row = f"({', '.join('?' * len(lists))})"
    count, each = len(lists[0]), max(1, VALUES // len(lists))
    whole = count - count % each
    values = [*chain.from_iterable(zip(*lists, strict=True))]
    size = each * len(lists)
    cursor = connection.connection.cursor()
    try:
        with connection.wrap_database_errors:
            sql = f"INSERT INTO {table} ({names}) VALUES "
            ends = whole * len(lists)
            cursor.executemany(sql + ", ".join([row] * each), (values[n : n + size] for n in range(0, ends, size)))
            if whole < count:
                cursor.execute(sql + ", ".join([row] * (count - whole)), values[ends:])
    finally:
        cursor.close()


@contextmanager
def _indexes_at_the_end(table: str, count: int) -> Iterator[None]:
    """Takes away the indexes that only make reading quick while many rows come in; unique ones stay.

    In the same transaction: others see the table as it was, and so it is again where anything fails.
    """
    connection.ensure_connection()
    with connection.cursor() as cursor:
        dropped = {}
        if count >= MANY:
            cursor.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}")
            if cursor.fetchone()[0] < count:
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
                    " AND sql LIKE 'CREATE INDEX %%'",
                    [table],
                )
                dropped = dict(cursor.fetchall())
        for name in dropped:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("PRAGMA cache_size")
        usual = cursor.fetchone()[0]
        if dropped:
            cursor.execute(f"PRAGMA cache_size = -{CACHE}")
        try:
            yield
            for sql in dropped.values():
                cursor.execute(sql)
        finally:
            if dropped:
                cursor.execute(f"PRAGMA cache_size = {usual}")


def _copy(table: str, names: str, columns: Mapping[str, Column]) -> None:
    arrays = [_as_csv(values) for values in columns.values()]
    rows = pa.table(arrays, names=[str(n) for n in range(len(arrays))])
    options = pa_csv.WriteOptions(include_header=False)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for batch in rows.to_batches(SLICE):
            sink = pa.BufferOutputStream()
            pa_csv.write_csv(pa.Table.from_batches([batch]), sink, options)
            copy.write(sink.getvalue().to_pybytes())


def _as_csv(values: Column) -> pa.Array | pa.ChunkedArray:
    """A column for CSV: Arrow writes texts in quotes and nothing at all for null; bytes as PostgreSQL reads them."""
    if not isinstance(values, pa.ChunkedArray | pa.Array):
        if any(isinstance(value, bytes) for value in values):
            values = [None if value is None else "\\x" + bytes(value).hex() for value in values]
        values = pa.array(values)
    return values.cast(pa.string()) if pa.types.is_null(values.type) else values


def _as_sqlite(values: Column) -> Sequence[Any]:
    """Python values as Django writes them to SQLite: dates and instants (UTC) are texts."""
    if not isinstance(values, pa.ChunkedArray | pa.Array):
        return values
    if pa.types.is_date(values.type):
        values = values.cast(pa.string())
    elif pa.types.is_timestamp(values.type):
        texts = values.cast(pa.timestamp("us", "UTC")).cast(pa.int64()).cast(pa.timestamp("us")).cast(pa.string())
        values = pc.replace_substring_regex(texts, r"\.000000$", "")
    return values.to_pylist()
