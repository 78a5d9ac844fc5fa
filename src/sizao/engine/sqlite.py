"""SQLite in memory, for the facts of one person: it plans the same SQL in a fraction of DuckDB's time."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sizao.engine.edge import DAY_MAX, inner_name
from sizao.engine.engine import Engine, Format
from sizao.engine.place import placed
from sizao.tables import Contract, Source

EPOCH = dt.date(1970, 1, 1)


class SQLite(Engine):
    """Everything is in memory and in Python's hands: for a few thousand rows."""

    name = "sqlite"

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("PRAGMA case_sensitive_like = ON")
        self._db.create_function("concat", -1, _concat, deterministic=True)

    def give(self, contract: Contract, source: Source | None) -> None:
        names = ", ".join(f'"{inner_name(c)}"' for c in contract.columns)
        self._db.execute(f'CREATE TABLE "{contract.name}" ({names})')
        if source and source.rows:
            self._insert(contract.name, [*zip(*map(_inward, source.arrow().columns), strict=True)])

    def give_small(self, name: str, table: pa.Table) -> None:
        self._db.execute(f'CREATE TABLE "{name}" ({", ".join(table.column_names)})')
        self._insert(name, [*zip(*(column.to_pylist() for column in table.columns), strict=True)])

    def define(self, name: str, sql: str, *, store: bool) -> None:
        self._db.execute(f'CREATE {"TABLE" if store else "VIEW"} "{name}" AS {_own_words(sql)}')

    def fetch(self, sql: str) -> pa.Table:
        cursor = self._db.execute(_own_words(sql))
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        return pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)})

    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        inner = ", ".join(inner_name(c) for c in contract.columns)
        rows = self._db.execute(f'SELECT {inner} FROM "{name}"').fetchall()
        columns = [
            [_outward(row[n]) for row in rows] if c.type == "date" else [row[n] for row in rows]
            for n, c in enumerate(contract.columns)
        ]
        return pa.table(columns, schema=contract.arrow_schema())

    def write(self, name: str, contract: Contract, path: Path, format: Format) -> None:
        table = self.fetch_outer(name, contract)
        with placed(path) as part:
            if format == "parquet":
                pq.write_table(table, part, compression="zstd")
            else:
                pa_csv.write_csv(table, part)

    def _insert(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)

    def close(self) -> None:
        self._db.close()


def _inward(values: pa.ChunkedArray) -> list[Any]:
    """A column as the SQL sees it: Arrow, too, counts a date in days and an instant in microseconds since 1970."""
    if pa.types.is_date(values.type):
        values = values.cast(pa.int32())
    elif pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    listed: list[Any] = values.to_pylist()
    return listed


def _outward(day: int | None) -> dt.date | None:
    return None if day is None or day >= DAY_MAX else EPOCH + dt.timedelta(days=day)


def _own_words(sql: str) -> str:
    """SQLite's MAX and MIN of several values are its GREATEST and LEAST.

    They give NULL where any value is NULL, but no query here gives them one.
    """
    return sql.replace("GREATEST(", "MAX(").replace("LEAST(", "MIN(")


def _concat(*values: Any) -> str:
    return "".join(str(v) for v in values if v is not None)
