"""The tests of the made-up city: those that the rules asked for, some late, missed or too many, and their results."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import clock
from sizao.simulate.cases import Cases
from sizao.simulate.duties import Duties
from sizao.simulate.groups import Groups, Ints, count_within
from sizao.simulate.orders import CENTRAL
from sizao.simulate.outbreak import MASS, NEVER
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.rows import Rows, join

RESULTS = ("negative", "positive", "pending", "inconclusive")
NEGATIVE, POSITIVE, PENDING, INCONCLUSIVE = range(4)
TUBE = 10  # people to a tube
MISSED, LATE, TWICE = 0.03, 0.04, 0.006
SHOWN_PENDING = 2  # days before the last for which the pending row is kept beside the result


@dataclass
class Samples(Rows):
    """Rows of the table of tests, (rows,) each: number of the test, person, day, result, Ct x 100 or -1, tube or -1,
    recorded (minutes since 1970-01-01 UTC). A pending test has a second row with its result."""

    test: Ints
    person: Ints
    day: Ints
    result: Ints
    ct: Ints
    tube: Ints
    recorded: Ints


def take_samples(
    people: People, places: Places, duties: Duties, cases: Cases, last: int, rng: np.random.Generator
) -> Samples:
    """Every sample taken by the day `last`, in the order of recording."""
    asked, pooled = _asked_for(duties, last, rng)
    building = places.within["building"][people.home]
    screened = _screening(building, cases, last, rng)
    negative = np.concatenate([asked, screened], axis=1)
    pooled = np.concatenate([pooled, np.ones(screened.shape[1], bool)])
    found, positive_day = _positives(cases)
    # From the day of the positive sample a case is sampled as a patient only, until discharge.
    case = cases.number(len(people))[negative[0]]
    quiet = (case >= 0) & (negative[1] >= positive_day[case]) & (negative[1] <= cases.discharged_on[case])
    negative, pooled = negative[:, ~quiet], pooled[~quiet]
    _, once = np.unique(negative[0] * (1 << 20) + negative[1], return_index=True)
    negative, pooled = negative[:, once], pooled[once]

    hospital = _in_hospital(cases, last, rng)
    person = np.concatenate([negative[0], found[0], hospital[0]])
    day = np.concatenate([negative[1], found[1], hospital[1]])
    result = np.repeat([NEGATIVE, POSITIVE, NEGATIVE], [negative.shape[1], found.shape[1], hospital.shape[1]])
    pooled = np.concatenate([pooled, cases.found_by == MASS, np.zeros(hospital.shape[1], bool)])

    tube = _tubes(building[person], day, pooled)
    again = _pools_with_a_positive(tube, result)
    result = np.where(again, INCONCLUSIVE, result)
    twice = rng.random(len(person)) < TWICE
    next_day = np.flatnonzero(again)
    extra = np.concatenate([next_day, np.flatnonzero(twice & (result == NEGATIVE))])
    extra_day = np.concatenate([day[next_day] + 1, day[extra[len(next_day) :]]])
    seen = np.isin(person[extra] * (1 << 20) + extra_day, person * (1 << 20) + day)
    fit = (extra_day <= last) & (~seen | (np.arange(len(extra)) >= len(next_day)))
    extra, extra_day = extra[fit], extra_day[fit]

    person, day = np.concatenate([person, person[extra]]), np.concatenate([day, extra_day])
    result = np.concatenate([result, np.zeros(len(extra), dtype=np.int64)])
    tube = np.concatenate([tube, tube.max(initial=0) + 1 + np.arange(len(extra))])
    ct = np.where(result == POSITIVE, np.clip(np.rint(rng.normal(2500, 420, len(result))), 1350, 3499), -1)
    return _record(Samples(np.arange(len(person)), person, day, result, ct.astype(np.int64), tube, day), last, rng)


def _asked_for(duties: Duties, last: int, rng: np.random.Generator) -> tuple[Ints, NDArray[np.bool_]]:
    """Person and day, (2, n), of the tests of people under a measure, and whether they shared a tube."""
    row, column = np.nonzero(duties.test)
    day = column + duties.first
    known = (day >= duties.known_from[row]) & (day <= last)
    row, day = row[known], day[known]
    draw = rng.random(len(row))
    row, day, draw = row[draw >= MISSED], day[draw >= MISSED], draw[draw >= MISSED]
    day = day + (draw > 1 - LATE)
    # Who was traced after the first day is sampled at once.
    under = np.arange(len(duties.person))
    first = duties.known_from
    at = np.clip(first - duties.first, 0, duties.level.shape[1] - 1)
    at_once = (first <= last) & (duties.level[under, at] >= 2) & (rng.random(len(under)) < 0.9)
    row, day = np.concatenate([row, under[at_once]]), np.concatenate([day, first[at_once]])
    fit = day <= last
    row, day = row[fit], day[fit]
    shared = duties.level[row, day - duties.first] < CENTRAL  # in central isolation a contact has an own tube
    return np.stack([duties.person[row], day]), shared


def _screening(building: Ints, cases: Cases, last: int, rng: np.random.Generator) -> Ints:
    """Person and day, (2, n): the buildings of cases found in mass testing, that day and two days on."""
    mass = np.flatnonzero(cases.found_by == MASS)
    which, person = Groups(building).members(building[cases.person[mass]])
    day = cases.confirmed_on[mass][which] - 1
    round_one, round_two = np.stack([person, day]), np.stack([person, day + 2])
    both = np.concatenate([round_one, round_two], axis=1)
    return both[:, (both[1] <= last) & (rng.random(both.shape[1]) < 0.93)]


def _positives(cases: Cases) -> tuple[Ints, Ints]:
    """Person and day of the sample that found each case: taken on the day before, confirmed in the morning."""
    day = cases.confirmed_on - 1
    return np.stack([cases.person, day]), day


def _in_hospital(cases: Cases, last: int, rng: np.random.Generator) -> Ints:
    """Two negative samples on the two days before discharge."""
    out = np.flatnonzero(cases.discharged_on != NEVER)
    person, day = cases.person[out], cases.discharged_on[out]
    return np.stack([np.tile(person, 2), np.concatenate([day - 2, day - 1])])


def _tubes(building: Ints, day: Ints, pooled: NDArray[np.bool_]) -> Ints:
    """The tube of each sample: ten of one building and day share one where pooled, else one each."""
    key = np.where(pooled, day * (1 << 32) + building, -1)
    order = np.argsort(key, kind="stable")
    order = order[np.searchsorted(key[order], 0) :]
    _, sizes = np.unique(key[order], return_counts=True)
    seat = count_within(sizes)
    tube = np.full(len(key), -1)
    tube[order] = np.cumsum(seat % TUBE == 0) - 1
    alone = np.flatnonzero(tube < 0)
    tube[alone] = tube.max(initial=-1) + 1 + np.arange(len(alone))
    return tube


def _pools_with_a_positive(tube: Ints, result: Ints) -> NDArray[np.bool_]:
    """Those who shared a tube with a case: it says nothing about them, and they are sampled again."""
    return (result != POSITIVE) & np.isin(tube, tube[result == POSITIVE])


def _record(samples: Samples, last: int, rng: np.random.Generator) -> Samples:
    """Gives each its instants, with a pending row for the newest ones, numbered in the order of sampling."""
    taken = clock.at(samples.day, 8, 17, rng)
    order = np.argsort(taken, kind="stable")
    samples, taken = samples[order], taken[order]
    samples.test = np.arange(len(order))
    positive = samples.result == POSITIVE
    known = np.where(
        positive, clock.at(samples.day + 1, 1, 5, rng), taken + rng.integers(5 * 60, 17 * 60, len(taken))
    )
    shown = samples.day >= last - SHOWN_PENDING
    pending = samples[shown]
    pending.result, pending.ct = np.full(len(pending.test), PENDING), np.full(len(pending.test), -1)
    samples.recorded, pending.recorded = known, taken[shown] + 90
    both = join(samples, pending)
    both = both[both.recorded <= clock.closing(last)]
    return both[np.lexsort((both.test, both.recorded))]
