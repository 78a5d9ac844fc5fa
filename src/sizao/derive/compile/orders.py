"""What orders are judged by: who is in force when, how heavy a word is, which words are forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from sizao.derive.compile.schemas import DAY_MAX, FORBIDDEN, day_number
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.words import Lang

Row = dict[str, object]


def merge_weights(chain: Sequence[Rulebook]) -> dict[str, int]:
    """One order of all restrictions in the chain, light to strict, that keeps the order in every rulebook.

    Raises SizaoError `restriction-order`.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for book in reversed(chain):
        names = [r.id for r in book.restrictions]
        for n, name in enumerate(names):
            sorter.add(name, *names[max(0, n - 1) : n])
    books = " and ".join(b.id for b in chain)
    why = "an order given under one must be weighed under the next"
    try:
        ordered = list(sorter.static_order())
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(error.args[1]))
        what = f"{books} do not order these restrictions alike: {circle}"
        todo = "use one order, light to strict, in both"
        raise SizaoError("restriction-order", what, why=why, todo=todo) from None
    beside = {(a.id, b.id) for book in chain for a, b in pairwise(book.restrictions)}
    for lighter, heavier in pairwise(ordered):
        if (lighter, heavier) not in beside:  # only then is the order the one that all of them allow
            what = f"{books} do not say which is heavier, {lighter} or {heavier}"
            todo = "name both, light to strict, among the restrictions of the newer one"
            raise SizaoError("restriction-order", what, why=why, todo=todo)
    return {name: n for n, name in enumerate(ordered, start=1)}


def list_eras(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `eras`."""
    for (first, last), book in zip(_spans(chain), chain, strict=True):
        limit = book.limits.tests_per_day
        yield {
            "rulebook": book.id,
            "era_from": first,
            "era_to": last,
            "tests_at_most": limit.at_most if limit else None,
            "samples_at_most": limit.at_most if limit and book.test.recorded_in == "tests" else None,
            "tests_clause": limit.clause if limit else None,
            "ceiling_clause": book.limits.ceiling,
        }


def list_weights(weights: Mapping[str, int], chain: Sequence[Rulebook], lang: Lang) -> Iterator[Row]:
    """Rows of `weights`: restrictions, and the words that are only forbidden; titles are of the newest rulebook."""
    banned = _banned(chain)
    titles = {ban.order: ban.title for book in chain for ban in book.limits.forbidden}
    titles |= {restriction.id: restriction.title for book in chain for restriction in book.restrictions}
    for word in sorted({*weights, *banned}):
        weight, title = weights.get(word, FORBIDDEN), getattr(titles[word], lang)
        yield {"restriction": word, "weight": weight, "banned": int(word in banned), "title": title}


def list_bans(chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `bans`: each word on the days on which the rulebook in force forbids it."""
    for (first, last), book in zip(_spans(chain), chain, strict=True):
        for ban in book.limits.forbidden:
            yield {"word": ban.order, "ban_from": first, "ban_to": last, "clause": ban.clause}


def list_word_spans(weights: Mapping[str, int], chain: Sequence[Rulebook]) -> Iterator[Row]:
    """Rows of `word_spans`: runs of days on which a banned word is forbidden; of a restriction also the others."""
    for word in sorted(_banned(chain)):
        merged: list[list[int]] = []  # banned, first, last
        for (first, last), book in zip(_spans(chain), chain, strict=True):
            banned = int(any(ban.order == word for ban in book.limits.forbidden))
            if merged and merged[-1][0] == banned:
                merged[-1][2] = last
            else:
                merged.append([banned, first, last])
        for banned, first, last in merged:
            if banned or word in weights:
                yield {"word": word, "banned": banned, "span_from": first, "span_to": last}


def _banned(chain: Sequence[Rulebook]) -> set[str]:
    return {ban.order for book in chain for ban in book.limits.forbidden}


def _spans(chain: Sequence[Rulebook]) -> list[tuple[int, int]]:
    """First and last day on which each rulebook is in force."""
    starts = [day_number(book.document.effective) for book in chain]
    return list(zip(starts, [start - 1 for start in starts[1:]] + [DAY_MAX], strict=True))
