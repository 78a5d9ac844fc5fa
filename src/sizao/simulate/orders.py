"""The orders of the made-up city as its offices signed them, with the versions that they went through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import clock
from sizao.simulate.cases import Cases
from sizao.simulate.duties import Duties
from sizao.simulate.groups import Ints
from sizao.simulate.outbreak import NEVER
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.rows import Rows, join

RESTRICTIONS = (  # light to strict, as in the rulebooks of the city: a weight is the place in this list, from 1
    "test_only",
    "health_monitoring",
    "closed_loop",
    "home_isolation",
    "central_isolation",
    "hospital_isolation",
)
MONITORING, HOME, CENTRAL, HOSPITAL = 2, 4, 5, 6
LEVELS = ("high", "medium")
CLAUSES = (None, "第九版", "二十条", "联防联控需要", "上级口头要求", "从严从快")  # as written on the order
OLD_RULE, NEW_RULE, NO_REASON = 1, 2, 3
ORDERED = 0.93  # of the people under a measure
NAMES_CLAUSE = 0.45  # of the orders
WIDE = 0.06  # of the place orders take the compound for the building


@dataclass
class Orders(Rows):
    """Rows of the table of orders, (rows,) each: number of the order, person or -1, place or -1, restriction (weight)
    or 0, level (in LEVELS) or -1, first and last day (NEVER: no end set), clause (in CLAUSES) and recorded (minutes
    since 1970-01-01 UTC). A later row of the same order is a new version of it."""

    order: Ints
    person: Ints
    place: Ints
    restriction: Ints
    level: Ints
    first: Ints
    until: Ints
    clause: Ints
    recorded: Ints

    @classmethod
    def of_people(
        cls,
        person: Ints,
        restriction: Ints | int,
        first: Ints,
        until: Ints | int,
        recorded: Ints,
        clause: Ints | int = 0,
    ) -> Orders:
        """New orders of persons, numbered from 0."""
        number = np.arange(len(person))
        columns = np.broadcast_arrays(number, person, -1, restriction, -1, first, until, clause, recorded)
        return cls(*(np.array(c, dtype=np.int64) for c in columns))

    @classmethod
    def of_places(cls, place: Ints, level: Ints | int, first: Ints, until: Ints, recorded: Ints) -> Orders:
        """New orders of places, numbered from 0."""
        columns = np.broadcast_arrays(np.arange(len(place)), -1, place, 0, level, first, until, 0, recorded)
        return cls(*(np.array(c, dtype=np.int64) for c in columns))


@dataclass
class Runs:
    """Unbroken days of one person under one restriction, (runs,) each, by row of the duties and first day."""

    row: Ints
    restriction: Ints
    first: Ints
    until: Ints

    def __getitem__(self, rows: NDArray[np.bool_]) -> Runs:
        return Runs(self.row[rows], self.restriction[rows], self.first[rows], self.until[rows])

    @classmethod
    def of(cls, level: NDArray[np.uint8], first_day: int) -> Runs:
        """The runs of a grid of weights, (rows, days); 0 is no restriction. The last day of the grid is free."""
        edge = np.zeros((len(level), 1), np.uint8)
        starts = (level != np.hstack([edge, level[:, :-1]])) & (level > 0)
        ends = (level != np.hstack([level[:, 1:], edge])) & (level > 0)
        row, first = np.nonzero(starts)
        return cls(row, level[row, first].astype(np.int64), first + first_day, np.nonzero(ends)[1] + first_day)

    def opens(self) -> NDArray[np.bool_]:
        """Whether the person was free the day before, (runs,)."""
        opens = np.ones(len(self.row), bool)
        opens[1:] = (self.row[1:] != self.row[:-1]) | (self.first[1:] != self.until[:-1] + 1)
        return opens

    def closes(self) -> NDArray[np.bool_]:
        """Whether the person is free the day after, (runs,)."""
        return np.append(self.opens()[1:], True)


def orders_as_asked(runs: Runs, duties: Duties, switch: int, last: int, rng: np.random.Generator) -> Orders:
    """One order a run, signed in the morning, or in the afternoon of the day on which the person became known."""
    known, newest = duties.known_from[runs.row], np.minimum(duties.known_until[runs.row], last)
    recorded = np.where(runs.first <= known, clock.at(runs.first, 14, 20, rng), clock.at(runs.first, 6, 10, rng))
    recorded = np.where(runs.first > last, clock.at(newest, 14, 20, rng), recorded)
    rule = np.where(runs.first < switch, OLD_RULE, NEW_RULE)
    clause = np.where(rng.random(len(rule)) < NAMES_CLAUSE, rule, 0)
    return Orders.of_people(duties.person[runs.row], runs.restriction, runs.first, runs.until, recorded, clause)


def first_versions(
    orders: Orders,
    runs: Runs,
    foreseen: Runs,
    fit: NDArray[np.bool_],
    confirmed: Ints,
    switch: int,
    rng: np.random.Generator,
) -> Orders:
    """The orders that were first signed to a later end, and shortened when the rules changed or a test was positive.

    Looks at the runs that `fit`. Gives those first versions, and sets
    `recorded` of the orders themselves to the time of shortening.
    """
    at = np.searchsorted(foreseen.row << 32 | foreseen.first, runs.row << 32 | runs.first, side="right") - 1
    same = (foreseen.row[at] == runs.row) & (foreseen.restriction[at] == runs.restriction)
    changed = (runs.until + 1 == switch) | (runs.until + 1 == confirmed[orders.person])
    short = np.flatnonzero(fit & same & changed & (foreseen.until[at] > runs.until))
    before = orders[short]
    before.until = foreseen.until[at][short]
    orders.recorded[short] = clock.at(runs.until[short] + 1, 11, 14, rng)
    return before


def hospital_orders(cases: Cases, rng: np.random.Generator) -> Orders:
    """Every case from confirmation, with no end set until the discharge."""
    start = Orders.of_people(
        cases.person, HOSPITAL, cases.confirmed_on, NEVER, clock.at(cases.confirmed_on, 11, 13, rng)
    )
    end = start[np.flatnonzero(cases.ended_on < NEVER)]
    ended = cases.ended_on[end.order]
    end.until, end.recorded = ended - 1, clock.at(ended, 11, 14, rng)
    return join(start, end)


def place_orders(
    people: People, places: Places, cases: Cases, switch: int, last: int, rng: np.random.Generator
) -> Orders:
    """High risk for the buildings of cases until five days (before the rules changed: seven) without a new one."""
    local = np.flatnonzero(~cases.imported)
    wide = rng.random(len(places) - len(places.of_kind("household"))) < WIDE  # flats come after all else
    home = people.home[cases.person[local]]
    building = places.within["building"][home]
    place = np.where(wide[building], places.within["compound"][home], building)
    area, which = np.unique(place, return_inverse=True)
    first, latest = np.full(len(area), NEVER, dtype=np.int64), np.zeros(len(area), dtype=np.int64)
    np.minimum.at(first, which, cases.confirmed_on[local])
    np.maximum.at(latest, which, cases.confirmed_on[local])
    clean = latest + np.where(latest + 7 < switch, 7, 5)
    start = Orders.of_places(
        area, LEVELS.index("high"), first, np.full(len(area), NEVER), clock.at(first, 12, 19, rng)
    )
    end = start[clean < last]
    end.until, end.recorded = clean[clean < last], clock.at(clean[clean < last] + 1, 6, 9, rng)
    # Before the rules changed, compounds around the first cases were at medium risk.
    around = np.unique(places.within["compound"][home[cases.confirmed_on[local] < switch - 3]])[::3]
    began = np.full(len(around), switch - 5)
    medium = Orders.of_places(
        around, LEVELS.index("medium"), began, np.full(len(around), switch - 1), clock.at(began, 12, 19, rng)
    )
    return stack([join(start, end), medium])


def stack(parts: list[Orders]) -> Orders:
    """All rows; the orders of each part are numbered on from those of the part before."""
    number = 0
    for part in parts:
        part.order = part.order + number
        number = int(part.order.max(initial=number - 1)) + 1
    return join(*parts)
