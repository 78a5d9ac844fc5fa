"""Orders of the made-up city that go beyond the rules: longer, earlier, stricter, or with no rule at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import clock
from sizao.simulate.cases import Cases
from sizao.simulate.duties import Duties
from sizao.simulate.groups import Groups, Ints
from sizao.simulate.orders import CENTRAL, CLAUSES, HOME, MONITORING, NO_REASON, Orders, Runs, stack
from sizao.simulate.outbreak import NEVER
from sizao.simulate.people import People
from sizao.simulate.places import Places

# Of the people whose orders could go wrong in this way.
KEPT_OLD = 0.04  # 7 + 3 days where 5 + 3 are asked
FOURTEEN = 0.008  # 14 days, as two years ago
EARLY = 0.02  # a day to three before day 1
STRICTER = 0.025  # central isolation where home is enough
NO_RULE = 0.014  # orders for people with nothing to answer for, as a share of the people under a measure


def go_too_far(runs: Runs, duties: Duties, switch: int, last: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Changes some runs in place, as offices did; gives which, (runs,)."""
    opens, closes = runs.opens(), runs.closes()
    touched = np.zeros(len(runs.row), bool)
    draw = rng.random((4, len(duties.person)))[:, runs.row]

    pair = np.flatnonzero(opens[:-1] & closes[1:] & ~closes[:-1])  # a central run and the home run that ends it
    pair = pair[(runs.restriction[pair] == CENTRAL) & (runs.restriction[pair + 1] == HOME)]
    pair = pair[(runs.first[pair + 1] >= switch) & (draw[0][pair] < KEPT_OLD)]
    runs.until[pair] += 2
    runs.first[pair + 1] += 2
    runs.until[pair + 1] += 2
    runs.restriction[pair + 1] = MONITORING
    touched[pair] = touched[pair + 1] = True

    start = runs.first[np.maximum.accumulate(np.where(opens, np.arange(len(opens)), 0))]
    long = np.flatnonzero(closes & ~touched & (draw[1] < FOURTEEN))
    runs.until[long] = np.maximum(runs.until[long] + 2, start[long] + 13)
    touched[long] = True

    free_before = duties.level[runs.row, runs.first - 1 - duties.first] == 0
    early = np.flatnonzero(opens & free_before & ~touched & (runs.first <= last) & (draw[2] < EARLY))
    runs.first[early] -= rng.integers(1, 4, len(early))
    touched[early] = True

    lighter = ~touched & (runs.restriction <= HOME) & (runs.first >= switch) & (draw[3] < STRICTER)
    runs.restriction[lighter] = CENTRAL
    return touched | lighter


def orders_without_rule(
    people: People, places: Places, duties: Duties, cases: Cases, switch: int, last: int, rng: np.random.Generator
) -> Orders:
    """Orders for people of whom nothing is recorded: housemates of contacts, whole buildings, travellers."""
    nothing = np.ones(len(people), bool)
    nothing[duties.person] = nothing[cases.person] = False
    count = max(3, round(NO_RULE * len(duties.person) / 3))

    contact = np.flatnonzero((duties.known_from >= switch) & (duties.known_from <= last))
    which, mate = Groups(people.household).members(people.household[duties.person[contact]])
    mates = _some(mate, duties.known_from[contact][which], nothing, count, rng)
    nothing[mates[0]] = False

    building = places.within["building"][people.home]
    case = rng.permutation(np.flatnonzero((cases.confirmed_on >= switch) & ~cases.imported))
    which, resident = Groups(building).members(building[cases.person[case]])
    fit = np.flatnonzero(nothing[resident])[:count]  # building after building
    residents = _some(resident[fit], cases.confirmed_on[case][which[fit]], nothing, count, rng)
    nothing[residents[0]] = False

    free = np.flatnonzero(nothing & (people.age > 18))
    travellers = (
        rng.choice(free, size=min(count, len(free)), replace=False),
        rng.integers(min(switch, last) - 12, last, count),
    )
    parts = []
    for (person, first), restriction, days in ((mates, HOME, 7), (residents, HOME, 5), (travellers, HOME, 3)):
        first = first[: len(person)]
        until = np.where(rng.random(len(person)) < 0.1, NEVER, first + days - 1)
        clause = rng.choice([0, *range(NO_REASON, len(CLAUSES))], size=len(person))
        parts.append(Orders.of_people(person, restriction, first, until, clock.at(first, 12, 20, rng), clause))
    return stack(parts)


def _some(person: Ints, day: Ints, fit: NDArray[np.bool_], count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """At most `count` of the persons who fit, each once, with the day."""
    _, once = np.unique(person, return_index=True)
    once = rng.permutation(once[fit[person[once]]])[:count]
    return person[once], day[once]
