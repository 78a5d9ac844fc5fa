"""Risk areas, day by day: docs/derivation-areas.md in slow plain Python (numbers in brackets are its rules)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sizao.derive.reference.books import Chain
from sizao.derive.reference.facts import DAY, Facts, Row, days, latest_rows
from sizao.derive.reference.tree import Tree, make_tree
from sizao.policy import Rulebook
from sizao.policy.places import Areas, Level

SPELLS = "place_id rulebook level weight rest scope from until clause because last_case"


@dataclass(frozen=True)
class Infection:
    """A case at a place (1)."""

    case: str
    day: date
    found_by: str | None
    place: str
    role: str
    risk: bool


@dataclass
class Run:
    """An area at the level that was drawn, from the infection that drew it until its clock runs out."""

    level: Level
    area: str
    draws: list[Infection] = field(default_factory=list)
    found: dict[date, str] = field(default_factory=dict)
    """Days on which infections were found in it, each with the last such case in alphabetical order."""
    cap: date | None = None

    @property
    def first(self) -> date:
        return min(i.day for i in self.draws)

    @property
    def last(self) -> date:
        return max(self.found)

    @property
    def because(self) -> str:
        return min(i.case for i in self.draws if i.day == self.first)

    def phases(self, areas: Areas) -> Iterator[tuple[Level, date, date | None, str]]:
        """The level and those that it steps down to: first and last day as far as the clock goes, clause (7, 9)."""
        level, begin, clause = self.level, self.first, self.level.clause
        last = self.last
        while True:
            if level.lifts is None:
                if level == self.level:
                    yield level, begin, None, clause
                return
            last += level.lifts.after_days * DAY
            yield level, begin, last, clause
            begin, clause = last + DAY, level.lifts.clause
            level = next(other for other in areas.levels if other.id == level.lifts.to)

    def end(self, areas: Areas) -> date | None:
        """The last day on which the place is held, all stepping down included; None: without end."""
        ends = [last for _, _, last, _ in self.phases(areas)]
        return self.cap if None in ends else min(max(e for e in ends if e), self.cap or date.max)

    def is_up(self, day: date) -> bool:
        """Whether the clock of the drawn level has not run out by the day."""
        if self.cap is not None and day > self.cap:
            return False
        return self.level.lifts is None or day <= self.last + self.level.lifts.after_days * DAY


@dataclass(frozen=True)
class Held:
    """A level that a place has on a day. `step`: 0 for the level drawn, then those stepped down to."""

    run: Run
    step: int
    level: Level
    clause: str


@dataclass
class Walk:
    """The days of all places under one rulebook of a chain."""

    chain: Chain
    n: int
    infections: Sequence[Infection]
    tree: Tree
    last: date
    """A day after which nothing ends but what is without end."""
    older: Walk | None = None

    def __post_init__(self) -> None:
        self.book: Rulebook = self.chain[self.n]
        self.areas = self.book.areas
        self.first = self.book.document.effective
        if self.n + 1 < len(self.chain):
            self.last = self.chain[self.n + 1].document.effective - DAY
        ignored = find_ignored(self.areas)
        self.drawn: list[tuple[Infection, Level, str | None]] = []
        for i in self.infections:
            level = find_level(self.areas, i)
            if level is not None and i.day <= self.last and i.found_by not in ignored:
                self.drawn.append((i, level, self.tree.draw(i.place, level.scope)))
        targets = dict.fromkeys((level.id, area) for _, level, area in self.drawn if area is not None)
        named = {level.id: level for level in self.areas.levels}
        self.runs = [run for level, area in targets for run in self.walk(named[level], area)]

    def walk(self, level: Level, area: str) -> list[Run]:
        """The runs of one place at one level, day by day (5 to 7, 13)."""
        weights = self.areas.weights
        found: defaultdict[date, list[Infection]] = defaultdict(list)
        draws: defaultdict[date, list[Infection]] = defaultdict(list)
        for infection, own, place in self.drawn:
            if weights[own.id] >= weights[level.id] and self.tree.contains(area, infection.place):
                found[infection.day].append(infection)
                if (own.id, place) == (level.id, area):
                    draws[infection.day].append(infection)
        runs: list[Run] = []
        for day in days(min(found), max(*found, self.first)):
            if day == self.first and runs:
                runs[-1].cap = self.find_cap(runs[-1])
            if not found[day]:
                continue
            if not (runs and runs[-1].is_up(day)):
                if not draws[day]:
                    continue
                runs.append(Run(level, area))
            runs[-1].draws += draws[day]
            runs[-1].found[day] = max(i.case for i in found[day])
            runs[-1].cap = None
        return runs

    def find_cap(self, run: Run) -> date | None:
        """The last day to which the older rulebook would have held the place for the same infections (13)."""
        ends: list[date] = []
        for infection in run.draws:
            held = self.older.held_to(infection, run.area) if self.older else []
            if not held or None in held:
                return None
            ends += [end for end in held if end]
        return max(ends)

    def held_to(self, infection: Infection, area: str) -> list[date | None]:
        """The ends of the areas, at or around a place, that infections of that day at that place drew."""
        return [
            run.end(self.areas)
            for run in self.runs
            if any((i.place, i.day) == (infection.place, infection.day) for i in run.draws)
            and self.tree.contains(run.area, area)
        ]

    def due(self, area: str, day: date) -> list[Held]:
        """Every level that a place is due to have on a day."""
        return [held for run in self.runs if run.area == area for held in self.hold(run, day)]

    def hold(self, run: Run, day: date) -> Iterator[Held]:
        """What a run gives its place on a day: the level drawn, or one stepped down to unless drawn again (9, 10)."""
        if run.cap is not None and day > run.cap:
            return
        weights = self.areas.weights
        up_to: date | None = None
        for step, (level, begin, end, clause) in enumerate(run.phases(self.areas)):
            up_to = up_to or end
            again = [
                i
                for i, own, place in self.drawn
                if place == run.area and weights[own.id] >= weights[level.id] and up_to and up_to < i.day <= day
            ]
            if begin <= day and (end is None or day <= end) and not (step and again):
                yield Held(run, step, level, clause)

    def holds(self, area: str, day: date) -> Held | None:
        """The strictest level of a place on a day; of equals, the one drawn, then the latest (11)."""
        weights = self.areas.weights

        def strictness(held: Held) -> tuple[Any, ...]:
            return weights[held.level.id], -held.step, weights[held.run.level.id], held.run.first

        return max(self.due(area, day), key=strictness, default=None)

    def spells(self) -> Iterator[tuple[Row, Run | None]]:
        """Runs of days on which a place has a level, as rows, with the run of infections behind each."""
        by_day: defaultdict[str, list[tuple[date, Held]]] = defaultdict(list)
        for area in dict.fromkeys(run.area for run in self.runs):
            for day in days(max(self.first, min(i.day for i in self.infections)), self.last):
                if held := self.holds(area, day):
                    by_day[area].append((day, held))
        for area, all_held in by_day.items():
            for first, last, held in _join(all_held):
                yield self.row(area, held.level, 0, first, last, held.clause, held.run.because, held.run), held.run
        yield from self.rests(by_day)

    def rests(self, by_day: dict[str, list[tuple[date, Held]]]) -> Iterator[tuple[Row, None]]:
        """The rest of wider places around areas (12)."""
        for level in self.areas.levels:
            if level.rest_of is None:
                continue
            around = self.rest_around(level)
            inside: defaultdict[str, defaultdict[date, list[Run]]] = defaultdict(lambda: defaultdict(list))
            for area, all_held in by_day.items():
                within = self.tree.above(area, level.rest_of.within)
                for day, held in all_held:
                    if within is not None and held.level.id in around:
                        inside[within][day].append(held.run)
            for place, on_days in inside.items():
                for first, last, _ in _join([(day, level) for day in sorted(on_days)]):
                    runs = [run for day in days(first, last) for run in on_days[day]]
                    because = min((run.first, run.because) for run in runs)[1]
                    latest = max(runs, key=lambda run: (run.last, run.found[run.last]))
                    yield self.row(place, level, 1, first, last, level.clause, because, latest), None

    def rest_around(self, level: Level) -> set[str]:
        """The levels around whose areas a level lies, through other rests."""
        rests = {other.id: other.rest_of.level if other.rest_of else () for other in self.areas.levels}
        around: set[str] = {*rests[level.id]}
        for _ in rests:
            around |= {name for one in around - {level.id} for name in rests[one]}
        return around - {level.id}

    def row(
        self, place: str, level: Level, rest: int, first: date, last: date, clause: str, because: str, run: Run
    ) -> Row:
        """A row of `area_spells`. The last rulebook walks to a horizon: what holds then has no end."""
        is_open = self.n + 1 == len(self.chain) and last == self.last
        values = {
            "place_id": place,
            "rulebook": self.book.id,
            "level": level.id,
            "weight": self.areas.weights[level.id],
            "rest": rest,
            "scope": self.tree.path(place)[0][1],
            "from": first,
            "until": None if is_open else last,
            "clause": clause,
            "because": because,
            "last_case": run.found[run.last],
        }
        return {name: values[name] for name in SPELLS.split()}


def area_spells(facts: Facts, rulebooks: Chain, span: tuple[date, date], known_at: datetime) -> list[Row]:
    """Runs of days on which a place has a level, if they touch the span."""
    return [
        row
        for row, _ in all_spells(facts, rulebooks, known_at)
        if row["from"] <= span[1] and (row["until"] is None or row["until"] >= span[0])
    ]


def find_level(areas: Areas, infection: Infection) -> Level | None:
    """The level that an infection draws (3)."""
    listing = [level for level in reversed(areas.levels) if infection.role in level.around]
    if not (infection.role == "home" or infection.risk):
        listing = listing[1:]
    return listing[0] if listing else None


def find_ignored(areas: Areas) -> set[str]:
    """How infections are found that are passed over (8)."""
    return {ignored.found_by for level in areas.levels if level.lifts for ignored in level.lifts.ignoring}


def all_spells(facts: Facts, rulebooks: Chain, known_at: datetime) -> list[tuple[Row, Run | None]]:
    """All rows of `area_spells`, with the run of infections behind each; none for a rest."""
    infections, tree = find_infections(facts, known_at), make_tree(facts)
    rows: list[tuple[Row, Run | None]] = []
    older: Walk | None = None
    for n, book in enumerate(rulebooks):
        walk = Walk(rulebooks, n, infections, tree, _horizon(infections, rulebooks), older)
        rows += walk.spells() if infections and book.areas.levels else []
        older = walk
    return rows


def find_infections(facts: Facts, known_at: datetime) -> list[Infection]:
    """Every place of every case, on the day of confirmation (1)."""
    cases = {case["case_id"]: case for case in latest_rows(facts, "cases", "case_id", known_at)}
    at = [(cases[p["case_id"]], p) for p in facts.get("case_places", ()) if p["case_id"] in cases]
    return [
        Infection(c["case_id"], c["confirmed_on"], c.get("found_by"), p["place_id"], p["role"], p["spread_risk"])
        for c, p in at
    ]


def _horizon(infections: Sequence[Infection], rulebooks: Chain) -> date:
    longest = max(
        (sum(level.lifts.after_days for level in b.areas.levels if level.lifts) for b in rulebooks), default=0
    )
    last = max([i.day for i in infections] + [b.document.effective for b in rulebooks])
    return last + timedelta(days=longest + 2)


def _join(held: Sequence[tuple[date, Any]]) -> Iterator[tuple[date, date, Any]]:
    """Days in a row on which the same thing holds."""
    first = last = None
    before: Any = None
    for day, what in held:
        same = (what.run, what.step) == (before.run, before.step) if isinstance(before, Held) else what == before
        if last is not None and day == last + DAY and same:
            last = day
            continue
        if first is not None and last is not None:
            yield first, last, before
        first = last = day
        before = what
    if first is not None and last is not None:
        yield first, last, before
