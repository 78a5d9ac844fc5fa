"""What is wrong across the fields of a rulebook: everything at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sizao.policy.faults.measures import find_measure_faults
from sizao.policy.faults.places import find_area_faults
from sizao.policy.words import Fault

if TYPE_CHECKING:
    from sizao.policy.rulebook import Rulebook

PARTS = ("transition", "limits", "areas", "document")


def find_faults(book: Rulebook) -> Iterator[Fault]:
    """What is wrong across the fields of a rulebook."""
    doc = book.document
    if doc.effective < doc.published and not doc.retroactive:
        yield Fault(
            path=("document", "effective"),
            code="effective-before-published",
            what=f"takes effect on {doc.effective}, before it was published on {doc.published}",
            todo="correct the date, or write `retroactive: true` if the document says so",
        )
    for field, ids in (
        ("restrictions", [r.id for r in book.restrictions]),
        ("measures", [m.id for m in book.measures]),
        ("proofs", [p.id for p in book.proofs]),
        ("duties", [d.id for d in book.duties]),
    ):
        yield from find_repeated((field,), ids)
    yield from find_repeated(("limits", "forbidden"), [f.order for f in book.limits.forbidden], "order")
    yield from find_measure_faults(book)
    yield from find_area_faults(book)
    yield from _transition_faults(book)
    known = {m.id for m in book.measures} | {p.id for p in book.proofs} | {d.id for d in book.duties}
    known |= book.areas.about | set(PARTS)
    for n, assumption in enumerate(book.assumed):
        if assumption.about not in known:
            near = get_close_matches(assumption.about, known, n=1)
            yield Fault(
                path=("assumed", n, "about"),
                code="assumed-about-nothing",
                what=f"nothing here is called {assumption.about!r}",
                todo=f"did you mean {near[0]!r}?" if near else f"one of {', '.join(sorted(known))}",
            )


def find_repeated(path: tuple[str, ...], ids: Iterable[str], key: str = "id") -> Iterator[Fault]:
    """Every id of a list that stood before."""
    seen: set[str] = set()
    for n, name in enumerate(ids):
        if name in seen:
            what = f"{name!r} stands twice"
            yield Fault(path=(*path, n, key), code="repeated-id", what=what, todo="rename one")
        seen.add(name)


def _transition_faults(book: Rulebook) -> Iterator[Fault]:
    move = book.transition
    named = [key for key in ("replaces", "amends", "over") if getattr(book, key) is not None]
    if len(named) > 1:
        yield Fault(
            path=(named[1],),
            code="transition",
            what=f"{' and '.join(f'`{key}`' for key in named)} stand here: a rulebook has at most one of them",
            todo="`replaces` for a whole new document, `amends` for a change of one, `over` for a local one",
        )
    if (book.older is None) != (move is None) and not (move and book.over):
        yield Fault(
            path=("transition",) if move else (named[0],),
            code="transition",
            what="a rulebook that replaces or amends another says what happens to people already under a measure",
            todo="write both `replaces` (or `amends`) and `transition`, or neither",
        )
    for key in ("replaces", "amends"):
        if getattr(book, key) == book.id:
            yield Fault(path=(key,), code="replaces-itself", what=f"it {key} itself", todo="name the older one")
    if book.over == book.jurisdiction:
        yield Fault(
            path=("over",),
            code="over-itself",
            what=f"it is laid over its own jurisdiction {book.over!r}",
            todo="name the jurisdiction above it, or use `replaces`",
        )
    if move and (move.rule == "new_only_from") != (move.date is not None):
        yield Fault(
            path=("transition",),
            code="transition",
            what="`date` goes with `new_only_from`",
            todo="give new_only_from a date, or remove the date",
        )
