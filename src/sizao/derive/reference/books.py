"""Which rulebook of a chain is in force and which governs a fact, and how heavy restrictions are (5, 6, 12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sizao.derive.reference.facts import Fact
from sizao.policy import Rulebook

Chain = Sequence[Rulebook]


def in_force(chain: Chain, day: date) -> Rulebook | None:
    """The rulebook in force on a day: the latest that took effect by then (5)."""
    return next((book for book in reversed(chain) if book.document.effective <= day), None)


def takes_over(chain: Chain, n: int, fact: Fact) -> bool:
    """Whether the n-th rulebook takes the fact over (6)."""
    move = chain[n].transition
    if n == 0 or move is None or move.rule == "rederive":
        return True
    if move.rule == "keep" or move.date is None:
        return fact.day >= chain[n].document.effective
    return fact.day >= move.date


def governing(chain: Chain, fact: Fact, day: date) -> int | None:
    """The number of the rulebook that governs a fact on a day: the latest in force that takes it over (6)."""
    for n in reversed(range(len(chain))):
        if chain[n].document.effective <= day and takes_over(chain, n, fact):
            return n
    return None


def weigh(chain: Chain) -> dict[str, int]:
    """Restriction -> weight from 1, over the chain (12). Raises ValueError when there is no one order."""
    orders = [[r.id for r in book.restrictions] for book in chain]
    left = {word for order in orders for word in order}
    weights: dict[str, int] = {}
    while left:
        lightest = {
            w for w in left if all(w == next(o for o in order if o in left) for order in orders if w in order)
        }
        if len(lightest) != 1:
            raise ValueError(f"the rulebooks do not give one order to {sorted(lightest or left)}")
        left -= lightest
        weights[lightest.pop()] = len(weights) + 1
    return weights
