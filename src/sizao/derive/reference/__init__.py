"""States the rules of docs/derivation.md day by day in slow plain Python; every engine must agree with it.

Numbers in brackets are those of the rules. Only tests and benchmarks derive with it: a day binds or it does not, so
days are walked one by one, up to a horizon beyond which nothing but what is without end can bind. `derive.why` takes
from it which facts count and what catches them, to trace back rows that the engine has derived.

Facts are tables as lists of rows: `events`, `cases`, `tests` and `orders`, with the columns of their contracts
(dates as `date`, `recorded_at` as aware `datetime`); a missing table is empty, a missing column null. A chain is a
sequence of rulebooks, oldest first, as `policy.chain` returns it. What is returned has the columns of the derived
tables, in no order.
"""

from sizao.derive.reference.answers import measures, status, tests_due, undecided
from sizao.derive.reference.books import in_force, weigh
from sizao.derive.reference.excesses import excesses
from sizao.derive.reference.facts import Fact, Facts, Row
from sizao.derive.reference.spans import Asked, Span, find_spans, horizon, rank

__all__ = [
    "Asked",
    "Fact",
    "Facts",
    "Row",
    "Span",
    "excesses",
    "find_spans",
    "horizon",
    "in_force",
    "measures",
    "rank",
    "status",
    "tests_due",
    "undecided",
    "weigh",
]
