"""Finds rulebooks: those shipped, those in force on a date, and the chain of what a rulebook replaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path

from sizao.errors import SizaoError
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Rulebook


def shipped_files() -> list[Path]:
    """The rulebook files that come with Sizao, sorted by name."""
    folder = Path(str(resources.files("sizao"))) / "rulebooks"
    return sorted(p for p in folder.glob("*.yaml") if not p.name.endswith(".examples.yaml"))


@cache
def rulebooks() -> tuple[Rulebook, ...]:
    """All shipped rulebooks, by effective date."""
    books = [read_rulebook(path) for path in shipped_files()]
    return tuple(sorted(books, key=lambda b: (b.document.effective, b.document.published, b.id)))


def get(name: str) -> Rulebook:
    """A rulebook by id, or by the path of a file that ends in .yaml or .yml. Raises SizaoError `unknown-rulebook`."""
    if name.endswith((".yaml", ".yml")):
        return read_rulebook(Path(name))
    known = {book.id: book for book in rulebooks()}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        raise SizaoError(
            "unknown-rulebook",
            f"no rulebook is called {name!r}",
            todo=(f"did you mean {near[0]}? " if near else "")
            + "`sizao rulebook list` names them; a file ends in .yaml",
        )
    return known[name]


def in_force(on: date, jurisdiction: str = "CN") -> Rulebook:
    """The rulebook of a jurisdiction in force on a date: the latest that took effect by then.

    Raises SizaoError `no-rulebook-in-force`.
    """
    own = [b for b in rulebooks() if b.jurisdiction == jurisdiction]
    due = [b for b in own if b.document.effective <= on]
    if not due:
        first = f"the first took effect on {own[0].document.effective}" if own else "none is known for it"
        raise SizaoError(
            "no-rulebook-in-force",
            f"no rulebook of {jurisdiction} is in force on {on}: {first}",
            todo="name one with --rulebook, or another --jurisdiction",
        )
    return due[-1]


def chain(name: str | Rulebook) -> Sequence[Rulebook]:
    """The rulebook and those that it replaces, oldest first.

    For a file, what it replaces is looked for beside it (ID.yaml) before it is looked for among those shipped.
    Raises SizaoError `unknown-rulebook`, or `replaces-loop` / `replaces-order` when the chain runs in a circle or
    backwards in time.
    """
    book = get(name) if isinstance(name, str) else name
    folder = Path(name).parent if isinstance(name, str) and name.endswith((".yaml", ".yml")) else None
    books = [book]
    while books[0].replaces is not None:
        older = _replaced(books[0].replaces, folder)
        if any(older.id == b.id for b in books):
            raise SizaoError(
                "replaces-loop", f"{book.id} replaces itself by way of {older.id}", todo="mend `replaces`"
            )
        if older.document.effective >= books[0].document.effective:
            raise SizaoError(
                "replaces-order",
                f"{books[0].id} replaces {older.id}, which takes effect no earlier than it",
                todo="correct the effective dates, or `replaces`",
            )
        books.insert(0, older)
    return tuple(books)


def _replaced(rulebook_id: str, folder: Path | None) -> Rulebook:
    beside = folder / f"{rulebook_id}.yaml" if folder is not None else None
    return get(str(beside) if beside is not None and beside.exists() else rulebook_id)


def choose(name: str, on: date, jurisdiction: str = "CN", known_on: date = date.max) -> Sequence[Rulebook]:
    """The chain for a rulebook's id or file, or for `auto`: the one in force in the jurisdiction on the date.

    The chain for `auto` goes on to what replaced that one, as far as it was published by `known_on`: the day's
    answers are those of the rulebook in force, and days after a change are judged by the rules of those days.
    Raises SizaoError `unknown-rulebook`, `no-rulebook-in-force`, `replaces-loop`, `replaces-order`.
    """
    if name != "auto":
        return chain(name)
    book = in_force(on, jurisdiction)
    while later := [b for b in rulebooks() if b.replaces == book.id and b.document.published <= known_on]:
        book = later[-1]
    return chain(book)


def doubts_about(name: str, books: Sequence[Rulebook], on: date) -> list[str]:
    """What a reader must know when a rulebook that was asked for by name is not the one in force on the date."""
    book = books[-1]
    said: list[str] = []
    if name == "auto":
        return said
    if on < book.document.effective:
        older = [b.id for b in books if b.document.effective <= on]
        instead = f"{older[-1]} is in force and is what is derived" if older else "nothing is derived"
        said.append(f"{book.id} takes effect on {book.document.effective}; on {on} {instead}")
    for later in rulebooks():
        if later.replaces == book.id and later.document.effective <= on:
            said.append(f"{book.id} was replaced by {later.id} on {later.document.effective}: this is a what-if")
    return said
