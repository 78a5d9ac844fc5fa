"""SQLite in memory, for the facts of one person: it plans the same SQL in a fraction of DuckDB's time."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sizao.engine.edge import DAY_MAX, inner_name
from sizao.engine.engine import Format
from sizao.engine.place import placed
from sizao.tables import Contract, Source

EPOCH = dt.date(1970, 1, 1)
EPOCH_INSTANT = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class SQLite:
    """Everything is in memory and in Python's hands: for a few thousand rows."""

    name = "sqlite"

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("PRAGMA case_sensitive_like = ON")
        self._db.create_function("concat", -1, _concat, deterministic=True)

    def give(self, contract: Contract, source: Source | None) -> None:
        rows = source.arrow().to_pylist() if source else []
        names = ", ".join(f'"{inner_name(c)}"' for c in contract.columns)
        self._db.execute(f'CREATE TABLE "{contract.name}" ({names})')
        self._insert(contract.name, [[_inward(row[c.name]) for c in contract.columns] for row in rows])

    def give_small(self, name: str, table: pa.Table) -> None:
        self._db.execute(f'CREATE TABLE "{name}" ({", ".join(table.column_names)})')
        self._insert(name, [list(row.values()) for row in table.to_pylist()])

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

    def _insert(self, name: str, rows: list[list[Any]]) -> None:
        if rows:
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()


def _inward(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value - EPOCH_INSTANT) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date):
        return (value - EPOCH).days
    return value


def _outward(day: int | None) -> dt.date | None:
    return None if day is None or day >= DAY_MAX else EPOCH + dt.timedelta(days=day)


def _own_words(sql: str) -> str:
    """SQLite's MAX and MIN of several values are its GREATEST and LEAST.

    They give NULL where any value is NULL, but no query here gives them one.
    """
    return sql.replace("GREATEST(", "MAX(").replace("LEAST(", "MIN(")


def _concat(*values: Any) -> str:
    return "".join(str(v) for v in values if v is not None)
