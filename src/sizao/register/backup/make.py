"""Makes a backup while others write: one consistent moment, counted and checked, in one file."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from sizao.errors import SizaoError
from sizao.register.backup.manifest import (
    PROBE,
    Manifest,
    applied_migrations,
    broken,
    count_rows,
    free_name,
    known_migrations,
    last_act,
)
from sizao.register.backup.postgres import dump
from sizao.register.clock import now
from sizao.register.place import FILE, read_keys
from sizao.register.seal import lookup, seal

BLOCK = 1 << 20


def make_backup(out: Path) -> Manifest:
    """Writes the register as of one moment to a new file, readable by its owner alone. Keys are never in it.

    Names, phones, numbers and the words of requests stand sealed in it as they do in the register; the other records
    are as they are. Raises SizaoError `exists`, `keys-rotating`, `other-version`, `no-pg-dump`, `pg-failed`,
    `backup-broken`.
    """
    if out.exists():
        raise SizaoError("exists", "there is a file of this name already", where=str(out), todo="give another name")
    if read_keys(settings.SIZAO_HOME).rotating:
        raise SizaoError(
            "keys-rotating",
            "the register's keys are being changed",
            why="no one set of keys would open this backup",
            todo="finish `sizao work rotate-keys` first",
        )
    with tempfile.TemporaryDirectory(prefix=".sizao-backup-", dir=out.parent) as folder:
        made_at = now().isoformat(timespec="seconds")
        if connection.vendor == "postgresql":
            file = Path(folder) / "register.dump"
            counted = dump(file)
        else:
            file = Path(folder) / FILE
            copy_sqlite(Path(connection.settings_dict["NAME"]), file)
            counted = look_at_sqlite(file)
        counted.pop("integrity", None)
        if counted["migrations"] != known_migrations():
            raise SizaoError(
                "other-version",
                "the register's tables are of another version",
                todo="start `sizao serve` once: it brings them up to date",
            )
        part = free_name(out)
        part.unlink(missing_ok=True)
        try:
            with _private(part) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as backup:
                digest, size = _pack(file, backup)
                manifest = Manifest(
                    sizao=version("sizao"),
                    made_at=made_at,
                    vendor=connection.vendor,
                    file=file.name,
                    bytes=size,
                    sha256=digest,
                    probe=seal(PROBE).decode(),
                    lookup_probe=lookup("name", PROBE),
                    **counted,
                )
                manifest.write(backup)
            os.link(part, out)
        except FileExistsError as error:
            raise SizaoError("exists", "there is a file of this name by now", where=str(out)) from error
        finally:
            part.unlink(missing_ok=True)
    return manifest


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy as of one moment, whatever others write meanwhile; writers do not wait for it."""
    target.touch(0o600)
    address = f"{source.absolute().as_uri()}?mode=rw"  # it is there, and none is made
    with closing(sqlite3.connect(address, timeout=60, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # one file


def look_at_sqlite(file: Path) -> dict:
    """Reads a database from end to end: what a manifest says of it. Raises SizaoError `backup-broken`."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:

            def ask(sql: str) -> list:
                return db.execute(sql).fetchall()

            found = [row[0] for row in ask("PRAGMA integrity_check(3)")] + [
                f"{row[0]} row {row[1]} names what is not in {row[2]}" for row in ask("PRAGMA foreign_key_check")[:3]
            ]
            if found != ["ok"]:
                raise broken(f"the database is damaged: {'; '.join(found)}")
            return {
                "migrations": applied_migrations(ask),
                "tables": count_rows(ask, "sqlite"),
                "last_act": last_act(ask),
            }
    except sqlite3.DatabaseError as error:
        raise broken(f"it holds no register that can be read: {error}") from error


def _pack(file: Path, backup: zipfile.ZipFile) -> tuple[str, int]:
    """Adds a file; its checksum and size."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_STORED if file.suffix == ".dump" else zipfile.ZIP_DEFLATED
    with file.open("rb") as source, backup.open(info, "w", force_zip64=True) as target:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return digest.hexdigest(), size


@contextmanager
def _private(path: Path) -> Iterator:
    """A new file, readable by its owner alone, that is on disk when this ends."""
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:  # noqa: PTH123
        yield file
        file.flush()
        os.fsync(file.fileno())
