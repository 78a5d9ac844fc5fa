"""Compiles a chain of rulebooks to small tables that the SQL joins with the facts: policy is data, never a query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pyarrow as pa

from sizao.errors import SizaoError
from sizao.policy import Measure, Rulebook

EPOCH = dt.date(1970, 1, 1)
DAY_MIN = -719162  # 0001-01-01
DAY_MAX = 2932896  # 9999-12-31; as an end: without end
ENDLESS = 3_000_000  # an offset that leads past DAY_MAX from any date in use
UNDECIDED = "undecided"

RUNS = pa.schema(
    [
        ("run", pa.int32()),  # key of a row
        ("kind", pa.string()),  # of the fact
        ("since_day", pa.int32()),  # for facts that occurred from this day ...
        ("before_day", pa.int32()),  # ... to the day before this one
        ("rulebook", pa.string()),
        ("bind_from", pa.int32()),  # days on which this rulebook governs such a fact
        ("bind_to", pa.int32()),
        ("measure", pa.string()),
        ("phase", pa.string()),
        ("restriction", pa.string()),
        ("weight", pa.int32()),  # of the restriction, 1 the lightest; 0 for undecided
        ("ceiling", pa.int32()),  # weight of the heaviest restriction that an order may impose here
        ("place", pa.int32()),  # order of measure and phase by name, to break ties
        ("from_off", pa.int32()),  # days from the fact to the phase's first and last day
        ("until_off", pa.int32()),
        ("clause", pa.string()),
    ]
)
TEST_DAYS = pa.schema([("run", pa.int32()), ("measure_no", pa.int32()), ("phase_day", pa.int32())])
ERAS = pa.schema(
    [
        ("rulebook", pa.string()),
        ("era_from", pa.int32()),  # days on which it is in force
        ("era_to", pa.int32()),
        ("tests_at_most", pa.int32()),  # null: no limit
        ("samples_at_most", pa.int32()),  # the same, where a test is a row of the table tests
        ("tests_clause", pa.string()),
        ("ceiling_clause", pa.string()),
    ]
)
CASE_KINDS = pa.schema([("kind", pa.string())])  # classes of case that a rulebook of the chain knows
WEIGHTS = pa.schema([("restriction", pa.string()), ("weight", pa.int32())])


@dataclass(frozen=True)
class Policy:
    """A compiled chain: `tables` by name (runs, test_days, eras, case_kinds, weights), and what the edges need."""

    chain: tuple[Rulebook, ...]
    tables: Mapping[str, pa.Table]
    longest: int
    """Days that the longest measure of a fixed length (or an undecided fact) can reach from its fact."""
    unknown: tuple[str, ...]
    """Kinds of fact that the last rulebook does not know."""

    def in_force(self, on: dt.date) -> Rulebook | None:
        """The rulebook of the chain in force on a date."""
        due = [b for b in self.chain if b.document.effective <= on]
        return due[-1] if due else None


@dataclass(frozen=True)
class _Rule:
    """One rulebook's word on one kind of fact, as offsets in days from the fact; `last` None means without end."""

    measure: Measure
    offset: int
    last: int | None


def compile_policy(chain: Sequence[Rulebook], kinds: Iterable[str] = ()) -> Policy:
    """The small tables for a chain (oldest first) and the kinds of fact that the data hold.

    Raises SizaoError `restriction-order` when two rulebooks of the chain order restrictions differently.
    """
    weights = _merge_weights(chain)
    rules = [_rules(book) for book in chain]
    horizons = [max([m.days or 0 for m in book.measures] + [1]) for book in chain]
    all_kinds = sorted({kind for by_kind in rules for kind in by_kind} | set(kinds))
    places = {
        key: n for n, key in enumerate(sorted({(m.id, p.id) for b in chain for m in b.measures for p in m.phases}))
    }
    measure_nos = {name: n for n, name in enumerate(sorted({m.id for b in chain for m in b.measures}))}
    case_kinds = sorted({kind for by_kind in rules for kind in by_kind if kind.startswith("case/")})
    runs: list[dict[str, object]] = []
    test_days: list[dict[str, int]] = []
    for since, before in _spans_of_facts(chain):
        governing = _governing(chain, since)
        for kind in all_kinds:
            for row, tests in _runs_of(kind, since, governing, rules, horizons, chain, weights):
                row |= {"run": len(runs), "kind": kind, "since_day": since, "before_day": before}
                row["place"] = places.get((str(row["measure"]), str(row["phase"])), 0)
                runs.append(row)
                no = measure_nos.get(str(row["measure"]), 0)
                test_days += [{"run": len(runs) - 1, "measure_no": no, "phase_day": day} for day in tests]
    reach = [int(str(r["until_off"])) for r in runs if int(str(r["until_off"])) < ENDLESS]
    return Policy(
        chain=tuple(chain),
        tables={
            "runs": pa.Table.from_pylist(runs, RUNS),
            "test_days": pa.Table.from_pylist(test_days, TEST_DAYS),
            "eras": pa.Table.from_pylist(list(_eras(chain)), ERAS),
            "case_kinds": pa.Table.from_pylist([{"kind": kind} for kind in case_kinds], CASE_KINDS),
            "weights": pa.Table.from_pylist([{"restriction": r, "weight": w} for r, w in weights.items()], WEIGHTS),
        },
        longest=max(reach, default=0),
        unknown=tuple(k for k in sorted(set(kinds)) if k not in rules[-1]),
    )


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - EPOCH).days


def _merge_weights(chain: Sequence[Rulebook]) -> dict[str, int]:
    """One order of all restrictions in the chain, light to strict, that keeps the order in every rulebook."""
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


def _rules(book: Rulebook) -> dict[str, _Rule | None]:
    """Kind of fact -> rule; None where the rulebook names the kind and asks nothing."""
    found: dict[str, _Rule | None] = {}
    for measure in book.measures:
        for trigger in measure.triggers:
            days = measure.days
            last = None if days is None else trigger.offset + days - 1
            rule = _Rule(measure, trigger.offset, last)
            found.update(dict.fromkeys(trigger.kinds, rule if measure.phases else None))
    return found


def _takes_over_from(chain: Sequence[Rulebook], n: int) -> int:
    """The first day of occurrence of the facts that rulebook n takes over."""
    move = chain[n].transition
    if n == 0 or move is None or move.rule == "rederive":
        return DAY_MIN
    return day_number(move.date if move.date is not None else chain[n].document.effective)


def _spans_of_facts(chain: Sequence[Rulebook]) -> Iterator[tuple[int, int]]:
    """Spans of days of occurrence, [since, before), within which all facts of a kind are treated alike."""
    edges = {DAY_MIN, DAY_MAX + 1}
    for n, book in enumerate(chain):
        edges |= {_takes_over_from(chain, n), day_number(book.document.effective)}
    ordered = sorted(edges)
    yield from pairwise(ordered)


def _governing(chain: Sequence[Rulebook], day: int) -> list[tuple[int, int, int]]:
    """(rulebook number, first day, last day) for a fact that occurred on `day`."""
    taking = [n for n in range(len(chain)) if _takes_over_from(chain, n) <= day]
    starts = [day_number(chain[n].document.effective) for n in taking]
    ends = [s - 1 for s in starts[1:]] + [DAY_MAX]
    return list(zip(taking, starts, ends, strict=True))


def _runs_of(
    kind: str,
    since: int,
    governing: list[tuple[int, int, int]],
    rules: list[dict[str, _Rule | None]],
    horizons: list[int],
    chain: Sequence[Rulebook],
    weights: dict[str, int],
) -> Iterator[tuple[dict[str, object], tuple[int, ...]]]:
    """Rows of `runs` for one kind in one span of occurrence, with the test days of each."""
    cap: int | None = None  # the last offset that the older rulebook asked for; None: no cap
    for turn, (n, first, last) in enumerate(governing):
        common = {"rulebook": chain[n].id, "bind_from": first, "bind_to": last}
        if kind not in rules[n]:
            yield common | _undecided(horizons[n]), ()
            cap = -1
            continue
        rule = rules[n][kind]
        move = chain[n].transition
        capped = turn > 0 and since < first and move is not None and move.rule == "rederive"
        limit = cap if capped and not kind.startswith("case/") else None
        cap = -1 if rule is None else rule.last
        if limit is not None and (cap is None or cap > limit):
            cap = limit
        if rule is None:
            continue
        start = rule.offset
        for phase in rule.measure.phases:
            end = ENDLESS if phase.days is None else start + phase.days - 1
            until = end if limit is None else min(end, limit)
            if until >= start:
                yield (
                    common
                    | {
                        "measure": rule.measure.id,
                        "phase": phase.id,
                        "restriction": phase.restriction,
                        "weight": weights[phase.restriction],
                        "ceiling": weights[phase.up_to or phase.restriction],
                        "from_off": start,
                        "until_off": until,
                        "clause": phase.clause or rule.measure.clause,
                    },
                    phase.tests,
                )
            start = end + 1


def _undecided(days: int) -> dict[str, object]:
    nothing = {"phase": None, "restriction": None, "clause": None, "weight": 0, "ceiling": 0}
    return {"measure": UNDECIDED, "from_off": 0, "until_off": days - 1} | nothing


def _eras(chain: Sequence[Rulebook]) -> Iterator[dict[str, object]]:
    for n, book in enumerate(chain):
        limit = book.limits.tests_per_day
        yield {
            "rulebook": book.id,
            "era_from": day_number(book.document.effective),
            "era_to": day_number(chain[n + 1].document.effective) - 1 if n + 1 < len(chain) else DAY_MAX,
            "tests_at_most": limit.at_most if limit else None,
            "samples_at_most": limit.at_most if limit and book.test.recorded_in == "tests" else None,
            "tests_clause": limit.clause if limit else None,
            "ceiling_clause": book.limits.ceiling,
        }
