"""Reads two rulebooks to be compared: plain data and the line of every value, of files that may not be valid yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sizao.errors import SizaoError
from sizao.policy.files import find_file
from sizao.policy.library import get
from sizao.policy.marks import Marks
from sizao.policy.marks import Path as At
from sizao.policy.read import read_whole, refused


@dataclass(frozen=True)
class Place:
    """Where a value stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Document:
    """A rulebook as plain data, whole where it amends another; the line of every value, and how its file is called.

    `path_in_file` leads from a value to where it stands in the file: what is carried over stands at `amends`.
    """

    file: str
    path: Path
    data: dict[str, Any]
    marks: Marks
    path_in_file: Callable[[At], At]

    def place(self, at: At | None) -> Place | None:
        """Where the value of a path stands, or the nearest thing around it; None for what is not there at all."""
        if at is None:
            return None
        at = self.path_in_file(at)
        lines = (self.marks[at[:end]] for end in range(len(at), 0, -1) if at[:end] in self.marks)
        line = next(lines, None)
        return None if line is None else Place(self.file, line)


def read_documents(a: str, b: str) -> tuple[Document, Document]:
    """Two rulebooks by id or file; the files are named as briefly as tells them apart.

    Raises as `read_document`.
    """
    first, second = _find(a), _find(b)
    short = first.name != second.name or first == second
    names = (first.name, second.name) if short else (str(first), str(second))
    return read_document(first, names[0]), read_document(second, names[1])


def read_document(path: Path, name: str | None = None) -> Document:
    """A rulebook file as plain data, whether or not it is a valid rulebook; called `name` where places are told.

    Raises RefusedError `bad-rulebook` where it is not plain YAML or amends what is not there, or SizaoError
    (`missing-file`, `unreadable-file`, `too-large`, `bad-encoding`, `not-a-rulebook`).
    """
    whole = read_whole(path)
    if whole.problems:
        raise refused(path, whole.problems, "bad-rulebook")
    if not isinstance(whole.data, dict):
        raise SizaoError(
            "not-a-rulebook", "this is not a mapping", where=str(path), todo="write `key: value` pairs, as a rulebook"
        )
    return Document(name or path.name, path, whole.data, whole.marks, whole.path_in_file)


def _find(name: str) -> Path:
    """The file of a rulebook. Raises SizaoError `unknown-rulebook`."""
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    return find_file(name) or Path(f"{get(name).id}.yaml")  # `get` says which names are near
