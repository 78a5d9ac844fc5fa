"""Backups of a register in PostgreSQL, through its own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from sizao.errors import SizaoError
from sizao.register.backup.manifest import applied_migrations, count_rows, last_act, list_tables

VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
VARIABLES |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "options": "PGOPTIONS"}


def dump(file: Path) -> dict[str, Any]:
    """Dumps the database as of one moment, and counts it as of the same. SizaoError `no-pg-dump`, `pg-failed`."""
    program = _find("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run([program, "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={file}"])
        return look_at_postgres()


def load(file: Path) -> None:
    """Restores a dump into an empty database, all or nothing. SizaoError `not-empty`, `no-pg-dump`, `pg-failed`."""
    program = _find("pg_restore")
    if list_tables(_ask, "postgresql"):
        raise SizaoError(
            "not-empty",
            "the database has tables already",
            why="a restore never writes over anything",
            todo="make a new, empty database and name it in DATABASE_URL",
        )
    name = connection.get_connection_params()["dbname"]
    _run(
        [
            program,
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-acl",
            f"--dbname={name}",
            str(file),
        ]
    )


def look_at_postgres() -> dict[str, Any]:
    """What a manifest says of the database."""
    return {
        "migrations": applied_migrations(_ask),
        "tables": count_rows(_ask, "postgresql"),
        "last_act": last_act(_ask),
    }


def _ask(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _find(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SizaoError(
            "no-pg-dump",
            f"{name} is not installed here",
            why="a register in PostgreSQL is backed up by PostgreSQL's own programs",
            todo="install the client programs of your PostgreSQL (Debian: postgresql-client), or back it up there",
        )
    return found


def _run(command: list[str]) -> None:
    """The password goes by the environment: a command line can be read by everybody on the machine."""
    params = connection.get_connection_params()
    said = {VARIABLES[key]: str(value) for key, value in params.items() if key in VARIABLES and value}
    done = subprocess.run(command, env=os.environ | said, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise SizaoError(
            "pg-failed",
            f"{Path(command[0]).name} stopped: {lines[0] if lines else done.returncode}",
            todo="see that the server runs, that you may read and write there, and that its version is not newer",
        )
