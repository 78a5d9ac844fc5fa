"""Compiles a chain of rulebooks and the kinds of fact that the data hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from sizao.derive.compile import schemas as s
from sizao.derive.compile.orders import list_bans, list_eras, list_weights, list_word_spans, merge_weights
from sizao.derive.compile.runs import Rule, Rules, Runs, rule_on
from sizao.derive.compile.tests import (
    add_test_runs,
    list_branches,
    list_follow_ups,
    list_releases,
    list_takes,
    list_test_rules,
)
from sizao.policy import Rulebook
from sizao.words import Lang

PLAIN = ("runs", "test_days", "eras", "case_kinds", "weights", "bans", "word_spans")
"""Tables that every chain needs; the others only where `wide`."""


@dataclass(frozen=True)
class Policy:
    """A compiled chain: `tables` by name (see schemas.py), and what the edges need."""

    chain: tuple[Rulebook, ...]
    tables: Mapping[str, pa.Table]
    wide: bool
    """Whether tests or other facts start a measure or move its days: then wide.sql is needed."""
    unknown: tuple[str, ...]
    """Kinds of fact that the last rulebook does not know."""

    def in_force(self, on: dt.date) -> Rulebook | None:
        """The rulebook of the chain in force on a date."""
        due = [b for b in self.chain if b.document.effective <= on]
        return due[-1] if due else None

    def reach(self, first: int, last: int) -> int:
        """Days from a fact to the latest day on which it binds, for what binds on days `first` to `last`.

        Only runs of a fixed length whose days tests do not move count.
        """
        columns = ("bind_from", "bind_to", "until_off", "wide")
        rows = zip(*(self.tables["runs"].column(name).to_pylist() for name in columns), strict=True)
        near = (until for begin, end, until, wide in rows if begin <= last and end >= first and not wide)
        return max((until for until in near if until < s.ENDLESS), default=0)


def compile_policy(chain: Sequence[Rulebook], kinds: Iterable[str] | None = None, lang: Lang = "en") -> Policy:
    """The small tables for a chain (oldest first) and the kinds of fact that the data hold (left out: all it names).

    `lang` is the language of titles.

    Raises SizaoError `restriction-order` when two rulebooks of the chain order restrictions differently.
    """
    weights = merge_weights(chain)
    named = {kind for book in chain for m in book.measures for t in m.triggers for kind in t.kinds}
    kinds = named if kinds is None else set(kinds)
    runs = Runs(chain, weights)
    wide_kinds = [kind for kind in sorted(named) if _moves(chain, kind)]
    for kind in sorted(kinds):
        runs.add(kind, _rules(chain, kind), wide=kind in wide_kinds)
    add_test_runs(runs)
    releases, release_methods = list_releases(runs)
    tables = {
        "runs": pa.Table.from_pylist(runs.runs, s.RUNS),
        "test_days": pa.Table.from_pylist(runs.test_days, s.TEST_DAYS),
        "eras": pa.Table.from_pylist(list(list_eras(chain)), s.ERAS),
        "case_kinds": pa.table({"kind": sorted(k for k in named if k.startswith("case/"))}, schema=s.CASE_KINDS),
        "weights": pa.Table.from_pylist(list(list_weights(weights, chain, lang)), s.WEIGHTS),
        "bans": pa.Table.from_pylist(list(list_bans(chain)), s.BANS),
        "word_spans": pa.Table.from_pylist(list(list_word_spans(weights, chain)), s.WORD_SPANS),
        "wide_kinds": pa.table({"kind": wide_kinds}, schema=s.WIDE_KINDS),
        "caps": pa.Table.from_pylist(runs.caps, s.CAPS),
        "credits": pa.Table.from_pylist(runs.credits, s.CREDITS),
        "test_rules": pa.Table.from_pylist(list(list_test_rules(chain)), s.TEST_RULES),
        "takes": pa.Table.from_pylist(list(list_takes(chain)), s.TAKES),
        "follow_ups": pa.Table.from_pylist(list(list_follow_ups(chain)), s.FOLLOW_UPS),
        "branches": pa.Table.from_pylist(list(list_branches(chain)), s.BRANCHES),
        "releases": pa.Table.from_pylist(releases, s.RELEASES),
        "release_methods": pa.Table.from_pylist(release_methods, s.RELEASE_METHODS),
    }
    wide = any(tables[name].num_rows for name in ("wide_kinds", "test_rules", "follow_ups"))
    last = {kind for m in chain[-1].measures for t in m.triggers for kind in t.kinds}
    return Policy(
        chain=tuple(chain),
        tables=tables if wide else {name: tables[name] for name in PLAIN},
        wide=wide,
        unknown=tuple(sorted(kinds - last)),
    )


def _rules(chain: Sequence[Rulebook], kind: str) -> Rules:
    def rule(n: int, occurred_on: dt.date) -> Rule | None:
        return rule_on(chain[n], kind, occurred_on)

    return rule


def _moves(chain: Sequence[Rulebook], kind: str) -> bool:
    """Whether any rulebook has a measure for the kind whose days other facts move."""
    measures = [m for book in chain for m in book.measures if any(kind in t.kinds for t in m.triggers)]
    return any(m.counted_from is not None or m.releasing is not None for m in measures)
