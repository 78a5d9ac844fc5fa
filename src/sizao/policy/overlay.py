"""Lays a local rulebook over the national ones: one rulebook for each national one in force during its life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from sizao.errors import SizaoError
from sizao.policy.faults.overlap import overlap
from sizao.policy.persons import Measure
from sizao.policy.rulebook import Restriction, Rulebook, Transition

BETWEEN = "@"
"""Joins the two ids in the id of what results: LOCAL@NATIONAL."""


def lay_over(local: Rulebook, national: Sequence[Rulebook]) -> tuple[Rulebook, ...]:
    """The chain that governs where a local rulebook is laid over a national chain, oldest first.

    Before the local one takes effect the national ones hold alone. From then on each is joined with it: the local
    measures for the facts that they catch, the national ones for all others, the national limits, areas and duties.
    Raises SizaoError `restriction-order` where they do not order restrictions alike.
    """
    effective = local.document.effective
    found: list[Rulebook] = []
    before = [b for b in national if b.document.effective < effective]
    after = [b for b in national if b.document.effective >= effective]
    found += before
    move = local.transition or Transition(rule="keep")
    if before:
        found.append(_join(local, before[-1], effective, found[-1].id, move))
    for book in after:
        found.append(_join(local, book, book.document.effective, found[-1].id if found else None, book.transition))
    if not before and after and after[0].document.effective > effective:
        found[0] = _join(local, after[0], effective, None, None)
    return tuple(found)


def _join(
    local: Rulebook, book: Rulebook, effective: dt.date, replaces: str | None, move: Transition | None
) -> Rulebook:
    own = {m.id for m in local.measures}
    measures = [*local.measures]
    for measure in book.measures:
        left = tuple(
            t for t in measure.triggers if not any(overlap(t, o) for m in local.measures for o in m.triggers)
        )
        if measure.id in own or (measure.triggers and not left):
            continue
        measures.append(measure.model_copy(update={"triggers": left}))
    measures = _without_dangling(measures)
    taken = own | {"transition", "document"}
    joined = book.model_copy(
        update={
            "id": f"{local.id}{BETWEEN}{book.id}",
            "title": local.title,
            "jurisdiction": local.jurisdiction,
            "document": local.document.model_copy(update={"effective": effective}),
            "replaces": replaces,
            "amends": None,
            "over": local.over,
            "restrictions": _restrictions(local, book),
            "measures": tuple(measures),
            "transition": move if replaces else None,
            "assumed": (
                *local.assumed,
                *(a for a in book.assumed if a.about not in own | {"transition", "document"}),
            ),
        }
    )
    stated = {m.id: local.states(m.id) if m.id in own else book.states(m.id) for m in measures}
    joined._stated.clear()
    joined._stated.update(stated)
    return joined


def _without_dangling(measures: list[Measure]) -> list[Measure]:
    """Without the measures that nothing starts any more, because the local rulebook took what started them."""
    while True:
        started = {b.starts for m in measures if m.follow_up for b in m.follow_up.then}
        kept = [m for m in measures if m.triggers or m.id in started]
        if len(kept) == len(measures):
            return kept
        measures = kept


def _restrictions(local: Rulebook, book: Rulebook) -> tuple[Restriction, ...]:
    """Both lists as one, light to strict."""
    known = {r.id: r for r in (*local.restrictions, *book.restrictions)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for restrictions in (local.restrictions, book.restrictions):
        names = [r.id for r in restrictions]
        for n, name in enumerate(names):
            sorter.add(name, *names[max(0, n - 1) : n])
    try:
        return tuple(known[name] for name in sorter.static_order())
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(error.args[1]))
        what = f"{local.id} and {book.id} do not order these restrictions alike: {circle}"
        raise SizaoError("restriction-order", what, todo="use one order, light to strict, in both") from None
