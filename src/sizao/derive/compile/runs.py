"""What each kind of fact starts under each rulebook of a chain: rows of `runs`, their caps and credits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sizao.derive.compile.schemas import DAY_MAX, DAY_MIN, ENDLESS, EPOCH, day_number
from sizao.policy import Measure, Phase, Rulebook

Row = dict[str, object]
UNDECIDED = "undecided"


@dataclass(frozen=True)
class Rule:
    """One rulebook's word on one kind of fact: the measure, and the days from the fact to its day 1.

    No measure: the rulebook knows the kind as something that it looks for (a way out, a credit), and asks nothing.
    """

    measure: Measure | None
    offset: int = 0

    @property
    def last(self) -> int | None:
        """Days from the fact to the last day as planned; None: without end; before the fact: asks nothing."""
        if self.measure is None or not self.measure.phases:
            return -1
        days = self.measure.days
        return None if days is None else self.offset + days - 1


Rules = Callable[[int, dt.date], Rule | None]
"""(number of a rulebook in the chain, date of occurrence) -> its word on a kind; None: it does not know it."""


@dataclass
class Runs:
    """Rows of `runs` and of the tables that hang on them, as they grow."""

    chain: Sequence[Rulebook]
    weights: Mapping[str, int]
    runs: list[Row] = field(default_factory=list)
    test_days: list[Row] = field(default_factory=list)
    caps: list[Row] = field(default_factory=list)
    credits: list[Row] = field(default_factory=list)
    phases: dict[int, tuple[Rulebook, Phase]] = field(default_factory=dict)
    """Run -> its rulebook and phase, of phases that have ways out."""

    def __post_init__(self) -> None:
        measures = [m for book in self.chain for m in book.measures]
        names = sorted({(m.id, p.id) for m in measures for p in m.phases})
        self._places = {name: n for n, name in enumerate(names)}
        self._measure_nos = {name: n for n, name in enumerate(sorted({m.id for m in measures}))}
        self._horizons = [max([m.days or 0 for m in book.measures] + [1]) for book in self.chain]

    def add(self, kind: str, rules: Rules, *, wide: bool, own: int | None = None, is_test: bool = False) -> None:
        """Adds what a kind of fact starts; `own`: only the rulebook of that number speaks of it.

        A test that a rulebook does not catch is not undecided.
        """
        for since, before in self._spans(kind):
            occurred = EPOCH + dt.timedelta(since)
            cap: int | None = None  # the last offset that the older rulebook asked for; None: no cap
            older: list[int] = []  # rulebooks whose last day a wide run may not pass
            for turn, (n, first, last) in enumerate(governing(self.chain, since)):
                rule = rules(n, occurred) if own in (None, n) else None
                common = {"kind": kind, "since_day": since, "before_day": before, "rulebook_no": n}
                common |= {"rulebook": self.chain[n].id, "bind_from": first, "bind_to": last}
                move = self.chain[n].transition
                capped = turn > 0 and since < first and move is not None and move.rule == "rederive"
                capped = capped and not kind.startswith("case/")
                limit = cap if capped else None
                if not capped:
                    older = []
                if rule is None:
                    if not is_test:
                        self._undecided(common, self._horizons[n])
                    cap = -1
                else:
                    cap = rule.last
                    if limit is not None and (cap is None or cap > limit):
                        cap = limit
                    self._phases(common, rule, None if wide else limit, older if wide else [], wide)
                older = [*older, n]

    def _phases(self, common: Row, rule: Rule, limit: int | None, older: list[int], wide: bool) -> None:
        measure, moves = rule.measure, 0
        if measure is None:
            return
        if measure.counted_from is not None and measure.phases:
            keys = ("kind", "since_day", "before_day", "rulebook_no")
            credit = {"credit_event": measure.counted_from.event, "credit_days": measure.counted_from.within_days}
            self.credits.append({key: common[key] for key in keys} | credit)
        for phase, first, last in measure.spans():
            start = rule.offset + first - 1
            until = ENDLESS if last is None else rule.offset + last - 1
            if limit is not None:
                until = min(until, limit)
            until_moves = moves if phase.through is None else 0
            if until >= start or wide:
                self._run(common, measure, phase, (start, until), (moves, until_moves), older, wide)
            moves = 1 if phase.release else until_moves

    def _run(
        self,
        common: Row,
        measure: Measure,
        phase: Phase,
        days: tuple[int, int],
        moves: tuple[int, int],
        older: list[int],
        wide: bool,
    ) -> None:
        run = len(self.runs)
        self.runs.append(
            common
            | {
                "run": run,
                "measure": measure.id,
                "phase": phase.id,
                "restriction": phase.restriction,
                "weight": self.weights[phase.restriction],
                "ceiling": self.weights[phase.up_to or phase.restriction],
                "place": self._places[measure.id, phase.id],
                "from_off": days[0],
                "until_off": days[1],
                "clause": phase.clause or measure.clause,
                "wide": int(wide),
                "from_moves": moves[0],
                "until_moves": moves[1],
            }
        )
        no = self._measure_nos[measure.id]
        self.test_days += [{"run": run, "measure_no": no, "phase_day": day} for day in phase.test_days]
        self.caps += [{"run": run, "older_no": n} for n in older]
        if phase.release:
            self.phases[run] = (self.chain[int(str(common["rulebook_no"]))], phase)

    def _undecided(self, common: Row, days: int) -> None:
        nothing = dict.fromkeys(("phase", "restriction", "clause"))
        zero = dict.fromkeys(("weight", "ceiling", "place", "wide", "from_off", "from_moves", "until_moves"), 0)
        self.runs.append(
            common | nothing | zero | {"run": len(self.runs), "measure": UNDECIDED, "until_off": days - 1}
        )

    def _spans(self, kind: str) -> Iterator[tuple[int, int]]:
        """Spans of days of occurrence, [since, before), within which all facts of a kind are treated alike."""
        edges = {DAY_MIN, DAY_MAX + 1}
        for n, book in enumerate(self.chain):
            edges |= {takes_over_from(self.chain, n), day_number(book.document.effective)}
            triggers = [t for m in book.measures for t in m.triggers if kind in t.kinds or t.test is not None]
            edges |= {day_number(day) for t in triggers for day in (t.from_, t.before) if day is not None}
        yield from pairwise(sorted(edges))


def takes_over_from(chain: Sequence[Rulebook], n: int) -> int:
    """The first day of occurrence of the facts that rulebook n takes over."""
    move = chain[n].transition
    if n == 0 or move is None or move.rule == "rederive":
        return DAY_MIN
    return day_number(move.date if move.date is not None else chain[n].document.effective)


def governing(chain: Sequence[Rulebook], day: int) -> list[tuple[int, int, int]]:
    """(rulebook number, first day, last day) for a fact that occurred on `day`."""
    taking = [n for n in range(len(chain)) if takes_over_from(chain, n) <= day]
    starts = [day_number(chain[n].document.effective) for n in taking]
    ends = [s - 1 for s in starts[1:]] + [DAY_MAX]
    return list(zip(taking, starts, ends, strict=True))


def rule_on(book: Rulebook, kind: str, occurred_on: dt.date) -> Rule | None:
    """A rulebook's word on a kind of event or case on a date, after precedence; None where it does not know it."""
    if found := book.taker(kind, occurred_on):
        return Rule(found[0], found[1].offset)
    return Rule(None) if kind in book.looked_for else None
