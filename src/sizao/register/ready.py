"""Makes the register where there is none yet, and brings its tables up to this version, with a backup before that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from sizao.errors import SizaoError
from sizao.register.backup.make import copy_sqlite
from sizao.register.clock import now
from sizao.register.models import Grant
from sizao.register.place import hold
from sizao.register.sqlite.file import RegisterMovedError, make_file


@dataclass(frozen=True)
class Ready:
    """What had to be done."""

    made: bool
    upgraded: tuple[str, ...]
    """The migrations that an older register lacked."""
    kept: Path | None
    """A copy of the register as it was before them (SQLite)."""
    administrators: int
    """Without one nobody can let anybody in."""


def make_ready(folder: Path) -> Ready:
    """Makes or upgrades the tables; nobody else may work with the register meanwhile.

    Raises SizaoError `in-use`, `newer-register`, `no-register` (the database is not to be had), `register-moved`.
    """
    make_file()
    try:
        loader = MigrationLoader(connection, ignore_no_migrations=True)
    except RegisterMovedError:
        raise
    except DatabaseError as error:
        raise SizaoError(
            "no-register",
            f"the register's database cannot be reached: {str(error).strip().splitlines()[0]}",
            todo="see that it runs, and that DATABASE_URL or SIZAO_HOME names it",
        ) from error
    applied = {*loader.applied_migrations}
    known = {*loader.disk_migrations}
    ours = {app for app, _ in known}
    strange = sorted(f"{app}.{name}" for app, name in applied - known if app in ours)
    if strange:
        raise SizaoError(
            "newer-register",
            f"the register was made by a newer version of sizao ({', '.join(strange[:3])})",
            why="this version does not know what is in its tables",
            todo="install the newer version, or restore a backup of before into another folder",
        )
    lacking = tuple(sorted(f"{app}.{name}" for app, name in known - applied))
    kept = None
    if lacking:
        hold(folder, alone=True)
        if applied and connection.vendor == "sqlite":
            kept = folder / f"before-upgrade-{now():%Y%m%d-%H%M%S}.sqlite3"
            copy_sqlite(Path(connection.settings_dict["NAME"]), kept)
        call_command("migrate", verbosity=0, interactive=False)
    hold(folder)
    return Ready(
        made=not applied,
        upgraded=lacking if applied else (),
        kept=kept,
        administrators=Grant.objects.filter(role="administrator", until=None, user__is_active=True).count(),
    )


def make_tables() -> None:
    """The tables of a new register, nothing else: for what fills it at once."""
    make_file()
    call_command("migrate", verbosity=0)
