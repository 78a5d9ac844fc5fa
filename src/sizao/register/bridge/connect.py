"""Connects to the register's database by ADBC, which gives Arrow: a million rows in a second."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import adbc_driver_manager
import pyarrow as pa
from django.db import OperationalError, connection


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
            yield _Adbc(db)
    else:
        with _start_reader() as reader:
            yield _OtherProcess(reader)


@dataclass(frozen=True)
class _Adbc:
    _db: Any

    def fetch(self, sql: str) -> pa.Table:
        try:
            with self._db.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetch_arrow_table()
        except adbc_driver_manager.Error as error:
            raise OperationalError(str(error)) from error


@dataclass(frozen=True)
class _OtherProcess:
    """A SQLite file, read where no other SQLite has it open (see sqlite_reader.py)."""

    _reader: subprocess.Popen[bytes]

    def fetch(self, sql: str) -> pa.Table:
        assert self._reader.stdin is not None and self._reader.stdout is not None
        try:
            self._reader.stdin.write(json.dumps(sql).encode() + b"\n")
            self._reader.stdin.flush()
            with pa.ipc.open_stream(self._reader.stdout) as stream:
                table = stream.read_all()
        except (OSError, pa.ArrowInvalid) as error:
            raise OperationalError(f"the reader of the register's file stopped: {error}") from error
        said = (table.schema.metadata or {}).get(b"error")
        if said is not None:
            raise OperationalError(said.decode())
        return table


@contextmanager
def _start_reader() -> Iterator[subprocess.Popen[bytes]]:
    file = str(Path(connection.settings_dict["NAME"]).absolute())
    command = [sys.executable, "-m", "sizao.register.bridge.sqlite_reader", file]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        try:
            yield reader
        finally:
            reader.kill()


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
