"""Opens zip archives, and workbooks as such, without holding more of them than an import may."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from sizao.errors import SizaoError
from sizao.register.imports.limits import MOST_FILES, MOST_UNPACKED

ZIP = b"PK\x03\x04"


def look_inside(data: bytes, file: str) -> frozenset[str]:
    """The names of what is packed; nothing is unpacked. Raises SizaoError `broken-file`, `too-large`."""
    with _opened(data, file) as archive:
        return frozenset(archive.namelist())


def inflate(data: bytes, file: str) -> dict[str, bytes]:
    """What is in an archive: no more than it says of itself, and no more than an import may hold.

    Raises SizaoError `broken-file`, `too-large`.
    """
    found: dict[str, bytes] = {}
    with _opened(data, file) as archive:
        room = MOST_UNPACKED
        for member in archive.infolist():
            with archive.open(member) as stream:
                inside = stream.read(room + 1)
            room -= len(inside)
            if room < 0:
                raise _too_large(file)
            found[member.filename] = inside
    return found


def repack(data: bytes, file: str) -> bytes:
    """The archive anew, with what was counted: what it said of itself need not be true. Raises as `inflate`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, inside in inflate(data, file).items():
            archive.writestr(zipfile.ZipInfo(name), inside)
    return out.getvalue()


@contextmanager
def _opened(data: bytes, file: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise _too_large(file)
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SizaoError(
            "broken-file",
            "the file cannot be unpacked",
            where=file,
            why="it is cut off, has a password, or is not what its name says",
            todo="save it again without a password, or save it as CSV",
        ) from error


def _too_large(file: str) -> SizaoError:
    why = f"it unpacks to more than {MOST_UNPACKED >> 20} MiB, or to very many files"
    return SizaoError("too-large", "the file holds more than an import may", where=file, why=why, todo="divide it")
