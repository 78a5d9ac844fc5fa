"""What goes beyond the rules: days of orders (15, 16, 26), and days with too many tests (17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sizao.derive.reference.books import Chain, in_force, weigh
from sizao.derive.reference.facts import Facts, Row, days, judged_orders, latest_rows
from sizao.derive.reference.spans import Span, find_spans, horizon, rank
from sizao.policy.authorities import Forbidden


def excesses(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[Row]:
    """Days of orders that go beyond the rules, then days with too many tests."""
    spans = find_spans(facts, rulebooks, known_at)
    rows: list[Row] = []
    for order in judged_orders(facts, known_at):
        held = [s for s in spans if s.asked.fact.person == order["person_id"] and s.asked.phase]
        rows += _order_excesses(order, held, rulebooks, horizon(facts, rulebooks))
    return rows + list(_too_many_tests(facts, rulebooks, known_at))


def _order_excesses(order: Mapping[str, Any], held: Sequence[Span], chain: Chain, last: date) -> Iterator[Row]:
    """The runs of days of one order that no rule covers (15, 16). `held` are the person's rows with a restriction."""
    weights = weigh(chain)
    weight = weights.get(order["restriction"])  # None: a word that at most some rulebook forbids
    begin, end = max(order["from"], chain[0].document.effective), order.get("until")
    binding = {day: [s for s in held if s.binds(day)] for day in days(begin, end or last)}
    bound = [day for day in binding if binding[day]]

    def kind_of(day: date) -> str | None:
        if weight is not None and any(_ceiling(span, weights) >= weight for span in binding[day]):
            return None
        if _find_ban(chain, order["restriction"], day):
            return "forbidden"
        if weight is None:
            return None
        if not bound:
            return "no_rule"
        return "earlier" if day < bound[0] else "longer" if day > bound[-1] else "stricter"

    for kind, group in groupby(binding, key=kind_of):
        run = list(group)
        if kind == "earlier":
            cited = binding[bound[0]]
        elif kind == "longer":
            cited = binding[bound[-1]]
        else:
            cited = [span for day in run for span in binding[day]]
        ruling, ban = in_force(chain, run[-1]), _find_ban(chain, order["restriction"], run[-1])
        clause = rank(cited, chain)[0].asked.clause if cited else ruling.limits.ceiling if ruling else None
        endless = end is None and run[-1] == last
        if kind is not None:
            yield {
                "order_id": order["order_id"],
                "person_id": order["person_id"],
                "from": run[0],
                "until": None if endless else run[-1],
                "days": None if endless else len(run),
                "kind": kind,
                "clause": ban.clause if ban and kind == "forbidden" else clause,
            }


def _find_ban(chain: Chain, word: str, day: date) -> Forbidden | None:
    """What forbids orders of a word on a day (26)."""
    book = in_force(chain, day)
    return next((ban for ban in book.limits.forbidden if ban.order == word), None) if book else None


def _too_many_tests(facts: Facts, chain: Chain, known_at: datetime) -> Iterator[Row]:
    """Days on which a person was sampled more often than the limit of that day's rulebook (17)."""
    samples: defaultdict[tuple[str, date], int] = defaultdict(int)
    for test in latest_rows(facts, "tests", "test_id", known_at):
        samples[test["person_id"], test["sampled_on"]] += 1
    for (person, day), count in samples.items():
        book = in_force(chain, day)
        limit = book.limits.tests_per_day if book else None
        if book and book.test.recorded_in == "tests" and limit and count > limit.at_most:
            yield {
                "order_id": None,
                "person_id": person,
                "from": day,
                "until": day,
                "days": 1,
                "kind": "too_many_tests",
                "clause": limit.clause,
            }


def _ceiling(span: Span, weights: Mapping[str, int]) -> int:
    """The heaviest that an authority may choose where the span binds (15)."""
    phase = span.asked.phase
    return weights[phase.up_to or phase.restriction] if phase else 0
