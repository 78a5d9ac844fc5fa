"""Puts finished files where they belong, in place of what was there: they appear only when they are whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sizao.errors import SizaoError


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to; it becomes `path` when the block ends well and is removed otherwise."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    remove(part)
    try:
        yield part
        if path.is_dir() or part.is_dir():
            remove(path)
        part.replace(path)
    finally:
        remove(part)


@contextmanager
def placed_together(folder: Path) -> Iterator[Path]:
    """A folder inside `folder` to write files to; all of them move up when the block ends well, and none otherwise.

    One process at a time. What an earlier one left when it was killed is cleared. Raises SizaoError `out-busy`,
    `cannot-write`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / ".sizao.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        todo = "give another folder, or make room and rights"
        raise SizaoError("cannot-write", str(error.strerror), where=str(folder), todo=todo) from None
    try:
        if not _locked(lock):
            what = "another process is writing here"
            raise SizaoError("out-busy", what, where=str(folder), todo="wait for it, or give another folder")
        part = folder / ".sizao.part"
        remove(part)
        part.mkdir()
        try:
            yield part
            for file in sorted(part.iterdir()):
                remove(folder / file.name)
                file.replace(folder / file.name)
        finally:
            remove(part)
    finally:
        os.close(lock)  # and with it the lock: also when the process is killed


def _locked(file: int) -> bool:
    try:
        import fcntl
    except ModuleNotFoundError:  # no such locks there: the last writer wins
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def remove(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
