"""Connects to the register's database by ADBC, which gives Arrow: a million rows in a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import adbc_driver_manager
import pyarrow as pa
from django.db import OperationalError, connection

EVERY_ROW = 1 << 26  # ADBC types a column of SQLite by its first batch: let there be one


def is_postgres() -> bool:
    """Whether the register is kept in PostgreSQL; otherwise in SQLite."""
    return bool(connection.vendor == "postgresql")


class Snapshot(Protocol):
    """The database as of one moment, to be read as Arrow."""

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query; of SQLite, types are those that its values have. Raises django.db.OperationalError."""


@contextmanager
def connect() -> Iterator[Snapshot]:
    """What was committed, whatever others write meanwhile; inside a transaction, what that sees."""
    if connection.in_atomic_block or (not is_postgres() and connection.is_in_memory_db()):
        yield _OpenConnection()
    elif is_postgres():
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(_address()) as db:
            with db.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _Adbc(db, {})
    else:
        from adbc_driver_sqlite import dbapi as sqlite

        file = Path(connection.settings_dict["NAME"]).absolute()
        with sqlite.connect(f"file:{quote(str(file))}?mode=ro") as db:
            yield _Adbc(db, {"adbc.sqlite.query.batch_rows": str(EVERY_ROW)})


@dataclass(frozen=True)
class _Adbc:
    _db: Any
    _options: dict[str, str]

    def fetch(self, sql: str) -> pa.Table:
        try:
            with self._db.cursor() as cursor:
                cursor.adbc_statement.set_options(**self._options)
                cursor.execute(sql)
                return cursor.fetch_arrow_table()
        except adbc_driver_manager.Error as error:
            raise OperationalError(str(error)) from error


class _OpenConnection:
    """For what no other connection can see: a transaction under way, a database in memory."""

    def fetch(self, sql: str) -> pa.Table:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        return pa.table({name: pa.array([row[n] for row in rows]) for n, name in enumerate(names)})


def _address() -> str:
    """What libpq needs to know, out of what Django tells its own driver."""
    from psycopg import conninfo, pq

    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    params = connection.get_connection_params()
    return conninfo.make_conninfo("", **{key: value for key, value in params.items() if key in known})
