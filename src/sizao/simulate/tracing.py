"""Whom a found case met: housemates, the team at work or the class, people about town, fellow passengers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate.groups import Groups, Ints
from sizao.simulate.people import People

TRACED_BACK = 4  # days before being found for which contacts are sought
NEAR = 11  # people of a team or class who are near enough


@dataclass
class Arrivals:
    """People who came from abroad: person, day, flight and whether infected, (arrivals,) each."""

    person: Ints
    day: Ints
    flight: Ints
    infected: NDArray[np.bool_]


@dataclass
class Contacts:
    """Who was written down as a contact of which case (a person), last where and when, and traced on which day."""

    case: Ints
    person: Ints
    place: Ints
    day: Ints
    traced: Ints

    def __getitem__(self, rows: Ints) -> Contacts:
        return Contacts(self.case[rows], self.person[rows], self.place[rows], self.day[rows], self.traced[rows])


class Circles:
    """Who meets whom."""

    def __init__(self, people: People, arrivals: Arrivals) -> None:
        n = len(people)
        self.people = people
        self.housemates = Groups(people.household)
        self.team = Groups(people.team)
        self.regulars = Groups(people.haunts.ravel(), np.repeat(np.arange(n), 2))
        self.flights = Groups(arrivals.flight, arrivals.person)
        self.flight, self.landed = np.full(n, -1), np.zeros(n, dtype=np.int64)
        self.flight[arrivals.person], self.landed[arrivals.person] = arrivals.flight, arrivals.day

    def meet(self, who: Ints, day: int, shares: tuple[float, ...], rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Somebody whom each of `who` meets at home, work or about town, and the place; -1 for nobody."""
        weekend = workday(np.array([day]))[0] != day
        chance = np.array(shares) * (1, 0.25 if weekend else 1, 1)
        setting = rng.choice(3, size=len(who), p=chance / chance.sum())
        haunt = self.people.haunts[who, rng.integers(0, 2, len(who))]
        met = np.select(
            [setting == 0, setting == 1],
            [self.housemates.draw(self.people.household[who], rng), self.team.draw(self.people.team[who], rng)],
            self.regulars.draw(haunt, rng),
        )
        place = np.select([setting == 0, setting == 1], [self.people.home[who], self.people.work[who]], haunt)
        return np.where(met == who, -1, met), place

    def trace(self, case: Ints, last: Ints, day: int, rng: np.random.Generator) -> Contacts:
        """Contacts of cases found on `day` who were free until `last`, (cases,); unsifted, a pair may stand twice."""
        seen = last >= day - TRACED_BACK
        case, last = case[seen], last[seen].astype(np.int64)
        which, mate = self.housemates.members(self.people.household[case])
        home = (which, mate, self.people.home[case][which], last[which])

        worked = workday(last)
        which, mate = self.team.members(self.people.team[case])
        size = self.team.size(self.people.team[case])[which]
        near = (rng.random(len(which)) < NEAR / np.maximum(size, 1)) & (worked[which] >= day - TRACED_BACK)
        work = (which[near], mate[near], self.people.work[case][which][near], worked[which][near])

        visits = np.tile(np.arange(len(case)), 2)  # one to each haunt
        haunt, on = self.people.haunts[case].T.ravel(), last[visits] - rng.integers(0, 2, len(visits))
        there = np.repeat(np.arange(len(visits)), np.rint(rng.gamma(2.0, 2.6, len(visits))).astype(np.int64) + 1)
        about = (visits[there], self.regulars.draw(haunt[there], rng), haunt[there], on[there])

        which, person, place, met = (np.concatenate(parts) for parts in zip(home, work, about, strict=True))
        return Contacts(case[which], person, place, met, np.full(len(which), day))

    def trace_flight(self, case: Ints, day: int, airport: int) -> Contacts:
        """Fellow passengers of infected arrivals, met on the day of landing."""
        which, person = self.flights.members(self.flight[case])
        size = len(which)
        return Contacts(case[which], person, np.full(size, airport), self.landed[person], np.full(size, day))


def workday(day: Ints) -> Ints:
    """The day itself, or the Friday before when it is at a weekend (1970-01-01 was a Thursday)."""
    return day - np.maximum(0, (day + 3) % 7 - 4)


def sift(contacts: Contacts, keep: NDArray[np.bool_]) -> Contacts:
    """One row for each case and contact, the latest meeting, of the rows to keep."""
    order = np.lexsort((-contacts.day, contacts.person, contacts.case))
    order = order[keep[order]]
    case, person = contacts.case[order], contacts.person[order]
    first = np.ones(len(order), bool)
    first[1:] = (case[1:] != case[:-1]) | (person[1:] != person[:-1])
    return contacts[order[first]]
