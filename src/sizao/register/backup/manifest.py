"""What a backup says of itself: from when and of which version it is, how many rows each table has, its checksum."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sizao.errors import SizaoError

FORMAT = 1
NAME = "manifest.json"
PROBE = "sizao"
"""What stands sealed in each manifest, to see whether keys at hand are those of the backup."""
LARGEST = 1 << 20  # bytes of a manifest
Ask = Callable[[str], list[Any]]
"""Runs a query and gives its rows."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All of it but the records."""

    sizao: str
    """The version that made it."""
    made_at: str
    vendor: str
    """sqlite or postgresql."""
    file: str
    bytes: int
    sha256: str
    migrations: list[str]
    tables: dict[str, int]
    """Rows of each."""
    last_act: int
    probe: str
    lookup_probe: str

    def write(self, backup: zipfile.ZipFile) -> None:
        """Adds it to a backup."""
        backup.writestr(NAME, json.dumps({"format": FORMAT, **asdict(self)}, indent=1))


def read_manifest(backup: zipfile.ZipFile) -> Manifest:
    """Raises SizaoError `backup-broken`, `other-version`."""
    try:
        if backup.getinfo(NAME).file_size > LARGEST:
            raise ValueError("too long")
        said = json.loads(backup.read(NAME))
        form = said.pop("format")
        if form == FORMAT:
            return Manifest(**said)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, OSError) as error:
        raise broken(f"it has no manifest that can be read: {error}") from error
    raise SizaoError(
        "other-version",
        f"the backup has format {form}, and this version of sizao reads format {FORMAT}",
        todo="restore it with the version that made it",
    )


def broken(why: str, where: str = "") -> SizaoError:
    """A backup that must not be restored."""
    return SizaoError(
        "backup-broken",
        "the backup is not whole",
        where=where,
        why=why,
        todo="take another copy of it, or an earlier backup",
    )


def known_migrations() -> list[str]:
    """Those of this version: the shape of every table follows from them."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def list_tables(ask: Ask, vendor: str) -> list[str]:
    """The names of all tables."""
    if vendor == "postgresql":
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return sorted(row[0] for row in ask(sql))


def count_rows(ask: Ask, vendor: str) -> dict[str, int]:
    """The rows of each table."""
    return {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in list_tables(ask, vendor)}


def applied_migrations(ask: Ask) -> list[str]:
    """Those that made the tables of a database."""
    return sorted(f"{app}.{name}" for app, name in ask("SELECT app, name FROM django_migrations"))


def last_act(ask: Ask) -> int:
    """The number of the last write on record, 0 where there is none."""
    return int(ask("SELECT coalesce(max(id), 0) FROM acts")[0][0])


def free_name(path: Path) -> Path:
    """A name for what is not whole yet, beside the file that it becomes."""
    return path.with_name(f".{path.name}.part")
