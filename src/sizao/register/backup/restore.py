"""Restores a backup into an empty place, and only if it is whole, of this version, and the keys fit."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import connection

from sizao.errors import SizaoError
from sizao.register.backup.make import BLOCK, look_at_sqlite
from sizao.register.backup.manifest import PROBE, Manifest, broken, free_name, known_migrations, read_manifest
from sizao.register.backup.postgres import load, look_at_postgres
from sizao.register.place import ENVIRONMENT, FILE, KEYS_FILE, Keys, read_keys
from sizao.register.seal import lookup


def check_keys(folder: Path) -> Keys:
    """The keys for what is restored there; none are made. Raises SizaoError `keys-missing`, `keys-broken`."""
    if not any(os.environ.get(name) for name in ENVIRONMENT) and not (folder / KEYS_FILE).is_file():
        raise SizaoError(
            "keys-missing",
            "the keys of the register are not there",
            where=str(folder / KEYS_FILE),
            why="they are never in a backup, and without them no name or phone number in it can be opened",
            todo="give the copy of keys.json that was kept apart: --keys FILE",
        )
    return read_keys(folder)


def restore_backup(backup: Path, folder: Path) -> Manifest:
    """Restores into a folder without a register, or into an empty database where the register is in PostgreSQL.

    Nothing is left behind where it fails. Raises SizaoError `not-empty`, `backup-broken`, `other-version`,
    `other-database`, `other-keys`, `no-pg-dump`, `pg-failed`.
    """
    target = folder / FILE
    if connection.vendor == "sqlite":
        for name in (FILE, f"{FILE}-wal", f"{FILE}-journal"):
            if (folder / name).exists():
                raise SizaoError(
                    "not-empty",
                    "there is a register already",
                    where=str(folder / name),
                    why="a restore never writes over anything",
                    todo="restore into another folder, or move this one away first",
                )
    part = free_name(target)
    part.unlink(missing_ok=True)
    try:
        with _open(backup) as file:
            manifest = read_manifest(file)
            _fits(manifest)
            _unpack(file, manifest, part)
        if manifest.vendor == "postgresql":
            load(part)
            found = look_at_postgres()
        else:
            found = look_at_sqlite(part)
        _same(manifest, found)
        if manifest.vendor == "sqlite":
            os.link(part, target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


@contextmanager
def _open(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as backup:
            yield backup
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise broken(str(error), str(path)) from error


def _fits(manifest: Manifest) -> None:
    """Whether it can be restored here at all."""
    if manifest.migrations != known_migrations():
        raise SizaoError(
            "other-version",
            f"the backup is of sizao {manifest.sizao}, whose tables have another shape",
            todo="restore it with that version; `sizao serve` of this one then brings its tables up to date",
        )
    if manifest.vendor != connection.vendor:
        raise SizaoError(
            "other-database",
            f"the backup is of a register in {manifest.vendor}, and this one is to be in {connection.vendor}",
            todo="set DATABASE_URL to an empty PostgreSQL database"
            if manifest.vendor == "postgresql"
            else "leave DATABASE_URL out",
        )
    from django.conf import settings

    opened = ""
    with suppress(InvalidToken):
        box = MultiFernet([Fernet(key) for key in settings.SIZAO_FIELD_KEYS])
        opened = box.decrypt(manifest.probe.encode()).decode()
    if opened != PROBE or manifest.lookup_probe != lookup("name", PROBE):
        raise SizaoError(
            "other-keys",
            "these are not the keys of this backup",
            why="no name or phone number in it could be opened, or found again",
            todo="give the keys.json of the time of the backup (after a rotation: the retired one)",
        )


def _unpack(file: zipfile.ZipFile, manifest: Manifest, part: Path) -> None:
    """The database, with the length and checksum that the manifest says."""
    digest, size = hashlib.sha256(), 0
    try:
        source = file.open(manifest.file)
    except KeyError as error:
        raise broken("the database is missing in it") from error
    except RuntimeError as error:  # encrypted by somebody
        raise broken(str(error)) from error
    with source, open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:  # noqa: PTH123
        try:
            while block := source.read(BLOCK):
                digest.update(block)
                size += len(block)
                if size > manifest.bytes:
                    break
                to.write(block)
        except zlib.error as error:
            raise broken(str(error)) from error
        to.flush()
        os.fsync(to.fileno())
    if size != manifest.bytes or digest.hexdigest() != manifest.sha256:
        raise broken("its checksum is not that of its manifest")


def _same(manifest: Manifest, found: dict) -> None:
    """Whether what was restored is what was backed up."""
    for name in ("tables", "migrations", "last_act"):
        if found[name] != getattr(manifest, name):
            raise broken(f"what it holds is not what its manifest says ({name})")
