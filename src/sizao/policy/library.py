"""Finds rulebooks: those shipped, those in force on a date, and the chain of what a rulebook replaces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from sizao.errors import SizaoError
from sizao.policy.files import find_file, shipped_files
from sizao.policy.overlay import lay_over
from sizao.policy.read import read_rulebook
from sizao.policy.rulebook import Rulebook


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


def nearest_first(books: Sequence[Rulebook], on: date) -> list[Rulebook]:
    """A chain (oldest first) by whose words count most on a date: the rulebook in force, then older ones, the latest
    first, then those still to come, the next first."""
    due = [b for b in books if b.document.effective <= on]
    return [*reversed(due), *(b for b in books if b.document.effective > on)]


def in_force(
    on: date,
    jurisdiction: str = "CN",
    known_on: date = date.max,
    disease: str | None = None,
    among: Sequence[Rulebook] | None = None,
) -> Rulebook:
    """The rulebook of a jurisdiction in force on a date, of those published by `known_on`: it took effect by then and
    nothing that replaces or amends it had. `among`: the rulebooks to choose from (default: those shipped).

    Raises SizaoError `no-rulebook-in-force`, or `two-in-force` where the rulebooks do not say which of two holds.
    """
    known = [b for b in (rulebooks() if among is None else among) if b.document.published <= known_on]
    own = [b for b in known if b.jurisdiction == jurisdiction and disease in (None, b.disease)]
    due = [b for b in own if b.document.effective <= on]
    gone = {b.older for b in due}
    standing = [b for b in due if b.id not in gone]
    if not standing:
        first = min((b.document.effective for b in own), default=None)
        what = f"the first took effect on {first}" if first else "none is known for it"
        raise SizaoError(
            "no-rulebook-in-force",
            f"no rulebook of {jurisdiction} is in force on {on}: {what}",
            todo="name one with --rulebook, or another --jurisdiction",
        )
    if len(standing) > 1:
        names = " and ".join(f"{b.id} ({b.disease}, from {b.document.effective})" for b in standing)
        raise SizaoError(
            "two-in-force",
            f"{names} are all in force in {jurisdiction} on {on}",
            why="a fact would be judged by two documents of which neither replaces the other",
            todo="name one with --rulebook, or write `replaces`, `amends` or `over` in the later one",
        )
    return standing[0]


def chain(name: str | Rulebook, known_on: date = date.max) -> Sequence[Rulebook]:
    """The rulebook and those that it replaces or amends, oldest first.

    For a file, what it replaces is looked for beside it (ID.yaml) before it is looked for among those shipped.
    A local rulebook gives one for each of those that it is laid over (as far as published by `known_on`), and for
    each older local one likewise.
    Raises SizaoError `unknown-rulebook`, or `replaces-loop` / `replaces-order` when the chain runs in a circle or
    backwards in time.
    """
    book = get(name) if isinstance(name, str) else name
    folder = Path(name).parent if isinstance(name, str) and name.endswith((".yaml", ".yml")) else None
    books = [book]
    while books[0].older is not None:
        older = _replaced(books[0].older, folder)
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
    if book.over is None:
        return tuple(books)
    return lay_over(book, _national(book, known_on))


def _national(book: Rulebook, known_on: date) -> Sequence[Rulebook]:
    """The chain of the jurisdiction that a local rulebook is laid over, up to what was published by `known_on`."""
    own = [b for b in rulebooks() if b.jurisdiction == book.over and b.disease == book.disease]
    own = [b for b in own if b.document.published <= known_on]
    gone = {b.older for b in own}
    last = [b for b in own if b.id not in gone]
    if not last:
        raise SizaoError(
            "no-rulebook-in-force",
            f"{book.id} is laid over {book.over}, of which no rulebook for {book.disease} is known",
            todo="correct `over` or `disease`",
        )
    return chain(max(last, key=lambda b: b.document.effective))


def _replaced(rulebook_id: str, folder: Path | None) -> Rulebook:
    if folder is None:
        return get(rulebook_id)
    file = find_file(rulebook_id, folder)
    return read_rulebook(file) if file is not None else get(rulebook_id)


def choose(
    name: str, on: date, jurisdiction: str = "CN", known_on: date = date.max, disease: str | None = None
) -> Sequence[Rulebook]:
    """The chain for a rulebook's id or file, or for `auto`: the one in force in the jurisdiction on the date.

    The chain for `auto` goes on to what replaced that one, as far as it was published by `known_on`: the day's
    answers are those of the rulebook in force, and days after a change are judged by the rules of those days.
    Raises SizaoError `unknown-rulebook`, `no-rulebook-in-force`, `two-in-force`, `replaces-loop`, `replaces-order`.
    """
    if name != "auto":
        return chain(name, known_on)
    book = in_force(on, jurisdiction, known_on, disease)
    while later := [b for b in rulebooks() if b.older == book.id and b.document.published <= known_on]:
        book = later[-1]
    return chain(book, known_on)


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
        if later.older == book.id and later.document.effective <= on:
            said.append(f"{book.id} was replaced by {later.id} on {later.document.effective}: this is a what-if")
    return said
