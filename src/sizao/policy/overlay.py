"""Lays a local rulebook over the national ones: one rulebook for each national one in force during its life."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from sizao.errors import SizaoError
from sizao.policy.faults.overlap import holds_all, overlap
from sizao.policy.persons import Measure, Trigger
from sizao.policy.rulebook import Assumption, Restriction, Rulebook, Transition
from sizao.policy.spans import Span, left_of, span_of

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
    theirs = _without_dangling(
        [*local.measures, *_measures_left(local, book, own)],
    )[len(local.measures) :]
    measures = [_taking(m, theirs) for m in local.measures] + theirs
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
            "assumed": (*local.assumed, *_readings_left(book, _names(book, own), {m.id for m in theirs})),
        }
    )
    stated = {m.id: local.states(m.id) for m in local.measures}
    stated |= {name: book.states(m) for m, name in _names(book, own).items()}
    joined._stated = {m.id: stated[m.id] for m in measures}  # its own: a copy shares it with the original
    return joined


def _names(book: Rulebook, own: set[str]) -> dict[str, str]:
    """What the measures of a rulebook are called beside local ones, of which one may have the same id."""
    suffix = re.sub(r"[^a-z0-9]+", "_", book.jurisdiction.lower())
    return {m.id: f"{m.id}_{suffix}" if m.id in own else m.id for m in book.measures}


def _readings_left(book: Rulebook, names: dict[str, str], stay: set[str]) -> Iterator[Assumption]:
    """What is assumed about the measures that stay, and about what a local rulebook leaves as it is."""
    for reading in book.assumed:
        about = names.get(reading.about, reading.about)
        if about in stay or reading.about not in {*names, "transition", "document"}:
            yield reading.model_copy(update={"about": about})


def _measures_left(local: Rulebook, book: Rulebook, own: set[str]) -> Iterator[Measure]:
    """The measures of a rulebook for the facts that no local measure catches."""
    names, taken = _names(book, own), [t for m in local.measures for t in m.triggers]
    for measure in book.measures:
        update: dict[str, object] = {
            "id": names[measure.id],
            "triggers": tuple(left for trigger in measure.triggers for left in _left(trigger, taken)),
            "takes_from": tuple(names[name] for name in measure.takes_from),
        }
        if measure.follow_up is not None:
            then = tuple(b.model_copy(update={"starts": names[b.starts]}) for b in measure.follow_up.then)
            update["follow_up"] = measure.follow_up.model_copy(update={"then": then})
        yield measure.model_copy(update=update)


def _left(trigger: Trigger, taken: Sequence[Trigger]) -> Iterator[Trigger]:
    """What a trigger still catches: kinds and dates that are not taken; tests unless all of them are taken."""
    if trigger.test is not None:
        after = _days_after(trigger)
        matches = [(t, t.test) for t in taken if t.test is not None and _days_after(t) in (None, after)]
        gone = [span_of(t) for t, match in matches if holds_all(match, trigger.test)]
        yield from _on(trigger, list(left_of(span_of(trigger), gone)))
        return
    left = {
        kind: tuple(left_of(span_of(trigger), [span_of(t) for t in taken if kind in t.kinds]))
        for kind in trigger.kinds
    }
    if len(set(left.values())) == 1:
        yield from _on(trigger, left[trigger.kinds[0]])
        return
    for kind, spans in left.items():
        _, classification, origin = kind.split("/")
        cell = trigger.model_copy(update={"case": (classification,), "origin": (origin,)})
        yield from _on(cell, spans)


def _days_after(trigger: Trigger) -> tuple[str, int, int] | None:
    """The earlier event that a trigger asks for and its days before the test, whatever the event is called."""
    earlier = trigger.following
    return None if earlier is None else (earlier.event, earlier.at_least_days, earlier.within_days)


def _on(trigger: Trigger, spans: Sequence[Span]) -> Iterator[Trigger]:
    for since, before in spans:
        yield trigger.model_copy(update={"from_": None if since == dt.date.min else since, "before": before})


def _taking(measure: Measure, theirs: Sequence[Measure]) -> Measure:
    """A local measure, which takes the tests that one of the others catches too."""
    both = [m.id for m in theirs if any(overlap(t, o) for t in measure.triggers for o in m.triggers)]
    return measure.model_copy(update={"takes_from": (*measure.takes_from, *both)})


def _without_dangling(measures: list[Measure]) -> list[Measure]:
    """Without the measures that nothing starts any more, because the local rulebook took what started them."""
    while True:
        started = {b.starts for m in measures if m.follow_up for b in m.follow_up.then}
        kept = [m for m in measures if m.triggers or m.id in started]
        if len(kept) == len(measures):
            return _that_stay(kept)
        measures = kept


def _that_stay(measures: list[Measure]) -> list[Measure]:
    """Each takes facts from measures that stay."""
    ids = {m.id for m in measures}
    return [m.model_copy(update={"takes_from": tuple(n for n in m.takes_from if n in ids)}) for m in measures]


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
