"""The register's file: made on purpose alone, the same one while a process lives, readable by its owner alone."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from django.db import OperationalError, connection

from sizao.errors import SizaoError

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is in use."""
Which = tuple[int, int]


class RegisterMovedError(SizaoError, OperationalError):
    """The file under the register's name is gone, or another than the one that this process works with."""

    def __init__(self, path: Path | str, *, gone: bool) -> None:
        super().__init__(
            "register-moved",
            "the register's file is gone" if gone else "the register's file is another than before",
            where=str(path),
            why="what would be written now would be lost with the old file, or break the new one",
            todo="stop the service, put the register's file back beside its -wal, and start the service again",
        )


def make_file() -> None:
    """Makes the file of a new register, empty, where there is none. Of PostgreSQL and in memory there is none.

    Raises RegisterMovedError where the last writes of a file that is missing lie there: they belong to that one.
    """
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return
    path = Path(connection.settings_dict["NAME"])
    if path.exists():
        return
    if any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
        raise RegisterMovedError(path, gone=True)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):  # another process was faster
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


_first: dict[str, Which] = {}
"""By name, the file that this process opened first; one that is forked knows it from its parent."""


def check_file(name: str) -> None:
    """Raises RegisterMovedError where the file of this name is gone or another than the one opened first."""
    try:
        found = os.stat(name)  # noqa: PTH116  # before every statement: a Path takes longer than the look itself
    except FileNotFoundError as error:
        raise RegisterMovedError(name, gone=True) from error
    which = (found.st_dev, found.st_ino)
    if _first.setdefault(name, which) != which:
        raise RegisterMovedError(name, gone=False)


def is_moved() -> bool:
    """Whether that is so of the register."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return False
    try:
        check_file(str(connection.settings_dict["NAME"]))
    except RegisterMovedError:
        return True
    return False


def close_to_others(name: str) -> None:
    """Takes from everybody but its owner what they may do with the file, and with what lies beside it."""
    for path in map(Path, (name, *(name + end for end in BESIDE))):
        with suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                path.chmod(mode & 0o700)
