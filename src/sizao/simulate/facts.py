"""The facts of the made-up city as its offices recorded them: exposures, arrivals, departures, corrections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sizao.simulate import clock
from sizao.simulate.groups import Groups, Ints
from sizao.simulate.outbreak import NEVER, START, Outbreak
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.rows import Rows, join
from sizao.simulate.tracing import Arrivals

KINDS = (
    "exposed_to_case",
    "exposed_to_contact",
    "arrived_from_abroad",
    "left_high_risk_area",
    "left_medium_risk_area",
    "finished_closed_loop",
    "bus_ride_reported",  # no rulebook knows it: it must show up as undecided
    "void",
)
CASE, CONTACT, ABROAD, LEFT_HIGH, LEFT_MEDIUM, CLOSED_LOOP, BUS, VOID = range(len(KINDS))
LEAVERS_PER_CASE = 1.3
TURN, CYCLE = 14, 28  # days of closed-loop work, and from one turn to the next
WRONG_DATE, WRONG_PERSON = 0.012, 0.004  # of exposures, corrected later


@dataclass
class Facts(Rows):
    """Events by row, (facts,) each: kind (in KINDS), person, day, place and case (a person) or -1, recorded (minutes
    since 1970-01-01 UTC), and the row that it voids or -1."""

    kind: Ints
    person: Ints
    day: Ints
    place: Ints
    case: Ints
    recorded: Ints
    voids: Ints

    @classmethod
    def of(cls, kind: int, person: Ints, day: Ints, place: Ints | int, case: Ints | int, recorded: Ints) -> Facts:
        """Facts of one kind that void nothing."""
        columns = np.broadcast_arrays(kind, person, day, place, case, recorded, -1)
        return cls(*(np.array(c, dtype=np.int64) for c in columns))

    def holding(self) -> Facts:
        """Those that stand: neither void nor voided."""
        stands = self.kind != VOID
        stands[self.voids[self.voids >= 0]] = False
        return self[stands]


def make_arrivals(people: People, last: int, rng: np.random.Generator) -> Arrivals:
    """About 2 in 1,000 come home from abroad in the weeks to the day `last`, in flights; some are infected."""
    adults = np.flatnonzero((people.age > 16) & (people.closed_loop < 0))
    person = rng.choice(adults, size=max(12, round(0.002 * len(people))), replace=False)
    flight = np.arange(len(person)) // 12
    day = rng.integers(START - 10, last + 1, flight[-1] + 1)[flight]
    return Arrivals(person, day, flight, (day >= START) & (rng.random(len(person)) < 0.05))


def record_facts(
    people: People,
    places: Places,
    arrivals: Arrivals,
    outbreak: Outbreak,
    switch: int,
    last: int,
    rng: np.random.Generator,
) -> Facts:
    """Everything recorded by the evening of the day `last`, in the order of recording.

    `switch` is the day from which contacts of contacts and medium-risk areas are no longer recorded.
    """
    exposures = _exposures(outbreak, rng)
    facts = join(
        exposures,
        _contacts_of_contacts(people, outbreak, exposures, switch, rng),
        _landings(places, arrivals, rng),
        _departures(people, places, outbreak, LEFT_HIGH, "building", last + 1, rng),
        _departures(people, places, outbreak, LEFT_MEDIUM, "compound", switch, rng),
        _turns(people, outbreak, last, rng),
        _bus_rides(people, last, rng),
    )
    facts = _with_corrections(facts, people, places, rng)
    order = np.argsort(facts.recorded, kind="stable")
    order = order[facts.recorded[order] <= clock.closing(last)]
    row = np.full(len(facts) + 1, -1)  # the last one: of -1
    row[order] = np.arange(len(order))
    facts = facts[order]
    facts.voids = row[facts.voids]
    return facts


def _exposures(outbreak: Outbreak, rng: np.random.Generator) -> Facts:
    case, person, place, day, traced = (
        np.concatenate([getattr(c, name) for c in outbreak.contacts])
        for name in ("case", "person", "place", "day", "traced")
    )
    return Facts.of(CASE, person, day, place, case, clock.at(traced, 11, 21, rng))


def _contacts_of_contacts(
    people: People, outbreak: Outbreak, exposures: Facts, switch: int, rng: np.random.Generator
) -> Facts:
    """Before `switch`, offices also wrote down the housemates whom a contact lived with until taken away."""
    traced = clock.local_day(exposures.recorded)
    chosen = exposures[(traced < switch) & (rng.random(len(exposures)) < 0.5)]
    which, person = Groups(people.household).members(people.household[chosen.person])
    day = clock.local_day(chosen.recorded)[which]
    recorded = chosen.recorded[which] + rng.integers(60, 20 * 60, len(which))
    _, once = np.unique(person * (1 << 20) + day, return_index=True)
    met = person != chosen.case[which]  # a case of the same home is no contact of its own contact
    once = once[(met & (outbreak.isolated_from[person] > day + 1) & (clock.local_day(recorded) < switch))[once]]
    person = person[once]
    return Facts.of(CONTACT, person, day[once], people.home[person], chosen.case[which][once], recorded[once])


def _landings(places: Places, arrivals: Arrivals, rng: np.random.Generator) -> Facts:
    airport = places.of_kind("airport")[0]
    return Facts.of(ABROAD, arrivals.person, arrivals.day, airport, -1, clock.at(arrivals.day, 9, 19, rng))


def _departures(
    people: People, places: Places, outbreak: Outbreak, kind: int, area: str, until: int, rng: np.random.Generator
) -> Facts:
    """Visitors who were gone when the area around a case's home was put at risk, and were found in other parts."""
    case = np.flatnonzero((outbreak.found_on < until) & ~outbreak.imported)
    case = rng.choice(case, size=round(LEAVERS_PER_CASE * len(case))) if len(case) else case
    person = rng.integers(0, len(people), len(case))
    place = places.within[area][people.home[case]]
    day = outbreak.found_on[case].astype(np.int64) - rng.integers(0, 3, len(case))
    recorded = clock.at(outbreak.found_on[case], 14, 14 + 36, rng)
    fit = (places.within[area][people.home[person]] != place) & (outbreak.isolated_from[person] == NEVER)
    fit &= (people.closed_loop[person] < 0) & (outbreak.found_on[person] == NEVER)
    fit &= clock.local_day(recorded) < until
    return Facts.of(kind, person[fit], day[fit], place[fit], -1, recorded[fit])


def _turns(people: People, outbreak: Outbreak, last: int, rng: np.random.Generator) -> Facts:
    """Workers of the closed-loop sites end a turn every CYCLE days, a shift at a time."""
    worker = np.flatnonzero(people.closed_loop >= 0)
    shift = rng.integers(0, CYCLE // 7, len(worker)) * 7 + people.closed_loop[worker] % 7
    turns = np.arange((last - START + 12) // CYCLE + 1)
    day = (START - 12 + shift[:, None] + CYCLE * turns).ravel()
    person = np.repeat(worker, len(turns))
    fit = (day <= last) & (outbreak.isolated_from[person] > day) & (outbreak.found_on[person] > day)
    person, day = person[fit], day[fit]
    return Facts.of(CLOSED_LOOP, person, day, people.closed_loop[person], -1, clock.at(day, 9, 20, rng))


def _bus_rides(people: People, last: int, rng: np.random.Generator) -> Facts:
    person = rng.choice(len(people), size=5, replace=False)
    day = last - rng.integers(1, 9, 5)
    return Facts.of(BUS, person, day, -1, -1, clock.at(day, 18, 30, rng))


def _with_corrections(facts: Facts, people: People, places: Places, rng: np.random.Generator) -> Facts:
    """Some exposures were first recorded with a wrong date, some of a person who was not there, and mended later."""
    exposure = np.flatnonzero(facts.kind == CASE)
    draw = rng.random(len(exposure))
    dated = exposure[draw < WRONG_DATE]
    wrong = facts[dated]
    wrong.day = wrong.day - rng.integers(1, 4, len(wrong))
    facts.voids[dated] = len(facts) + np.arange(len(wrong))
    facts.recorded[dated] += rng.integers(5 * 60, 30 * 60, len(wrong))

    named = facts[exposure[draw > 1 - WRONG_PERSON]]
    neighbours = Groups(places.within["building"][people.home])
    named.person = neighbours.draw(places.within["building"][people.home[named.person]], rng)
    taken_back = named[np.arange(len(named))]
    taken_back.kind = np.full(len(named), VOID)
    taken_back.voids = len(facts) + len(wrong) + np.arange(len(named))
    taken_back.recorded = named.recorded + rng.integers(4 * 60, 26 * 60, len(named))
    named.voids, wrong.voids = np.full(len(named), -1), np.full(len(wrong), -1)
    return join(facts, wrong, named, taken_back)
