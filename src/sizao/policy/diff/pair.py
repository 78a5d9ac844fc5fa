"""Finds what belongs together in two lists of a rulebook: measures, triggers, phases, levels."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

Pairs = list[tuple[int | None, int | None]]
"""Positions in both lists; None where the other list has nothing like it."""


def same(a: Any, b: Any) -> bool:
    """Whether two plain values are equal; unlike `==`, true is not 1."""
    return exact(a) == exact(b)


def pair_by(a: Sequence[Any], b: Sequence[Any], key: Callable[[Any], Hashable]) -> Pairs:
    """Items of one key belong together, the first with the first; in the order of `a`, then what only `b` has."""
    left: dict[Hashable, list[int]] = {}
    for n, item in enumerate(b):
        left.setdefault(key(item), []).append(n)
    pairs: Pairs = []
    for n, item in enumerate(a):
        found = left.get(key(item))
        pairs.append((n, found.pop(0) if found else None))
    return pairs + [(None, n) for n in sorted(n for rest in left.values() for n in rest)]


def pair_measures(a: Sequence[Any], b: Sequence[Any]) -> Pairs:
    """Measures of one id; then, of those left over, the ones that share most of the facts that they catch."""
    pairs = pair_by(a, b, by("id"))
    facts = {("a", n): _facts(m) for n, m in enumerate(a)} | {("b", n): _facts(m) for n, m in enumerate(b)}
    for here, there in list(pairs):
        if here is None or there is not None:
            continue
        own = facts["a", here]
        near = [
            (len(own & facts["b", n]) / len(own | facts["b", n] or {1}), -n)
            for m, n in pairs
            if m is None and n is not None
        ]
        share, n = max(near, default=(0.0, 0))
        if share > 0:
            pairs[pairs.index((here, None))] = (here, -n)
            pairs.remove((None, -n))
    return pairs


def pair_phases(a: Sequence[Any], b: Sequence[Any]) -> Pairs:
    """Phases of one id; then those left over, in order, that follow the same phase."""
    pairs = pair_by(a, b, by("id"))
    alone_a = [here for here, there in pairs if there is None and here is not None]
    alone_b = [there for here, there in pairs if here is None and there is not None]
    before_a = {n: _matched_before(n, {h: h for h, t in pairs if h is not None and t is not None}) for n in alone_a}
    before_b = {n: _matched_before(n, {t: h for h, t in pairs if h is not None and t is not None}) for n in alone_b}
    for here in alone_a:
        there = next((n for n in alone_b if before_b[n] == before_a[here]), None)
        if there is not None:
            alone_b.remove(there)
            pairs[pairs.index((here, None))] = (here, there)
            pairs.remove((None, there))
    return pairs


def pair_alike(a: Sequence[Any], b: Sequence[Any]) -> Pairs:
    """Equal items belong together; then those left over, in order."""
    pairs = pair_by(a, b, exact)
    alone_a = [here for here, there in pairs if there is None]
    alone_b = [there for here, there in pairs if here is None]
    for here, there in zip(alone_a, alone_b, strict=False):
        pairs[pairs.index((here, None))] = (here, there)
        pairs.remove((None, there))
    return pairs


def by(key: str) -> Callable[[Any], Hashable]:
    """What tells items apart: the value of a key; of what is no mapping, all that it says."""

    def of(item: Any) -> Hashable:
        return exact(item.get(key)) if isinstance(item, dict) else ("not a mapping", exact(item))

    return of


def kinds_of(trigger: Any) -> list[str]:
    """The kinds of fact that a trigger catches, as far as it can be read: an event's, or `case/CLASS/ORIGIN`."""
    if not isinstance(trigger, dict):
        return []
    if isinstance(trigger.get("event"), str):
        return [trigger["event"]]
    classes, origins = trigger.get("case"), trigger.get("origin")
    if isinstance(classes, list) and isinstance(origins, list):
        return [f"case/{c}/{o}" for c in classes for o in origins]
    return []


def _facts(measure: Any) -> set[str]:
    triggers = measure.get("triggers") if isinstance(measure, dict) else None
    facts: set[str] = set()
    for trigger in triggers if isinstance(triggers, list) else []:
        facts |= set(kinds_of(trigger)) or {exact(trigger)}
    return facts


def _matched_before(n: int, matched: dict[int, int]) -> int:
    """The last matched position before n, as A counts; -1 for none."""
    return next((matched[m] for m in range(n - 1, -1, -1) if m in matched), -1)


def exact(value: Any) -> str:
    """A plain value as one text that tells apart all that differ: 1 from true, a date from a text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=lambda v: {type(v).__name__: str(v)})
