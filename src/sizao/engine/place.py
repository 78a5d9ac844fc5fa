"""Puts a finished file or folder where it belongs, in place of what was there: it appears only when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def remove(path: Path) -> None:
    """Removes a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
