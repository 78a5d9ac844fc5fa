"""The cases of the made-up city as reported: class, severity, end, and the places where they had been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import clock
from sizao.simulate.groups import Ints
from sizao.simulate.outbreak import NEVER, Outbreak
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.tracing import TRACED_BACK, workday

SEVERITIES = ("mild", "moderate", "severe", "critical")
DEATHS = 0.0017  # of the cases
ROLES = ("home", "work", "activity")


@dataclass
class Cases:
    """Cases in the order of recording, (cases,) each; days, NEVER where it has not happened (yet)."""

    person: Ints
    confirmed_on: Ints
    symptomatic: NDArray[np.bool_]  # a confirmed case; else an asymptomatic infection
    imported: NDArray[np.bool_]
    severity: Ints  # in SEVERITIES; -1: none
    onset_on: Ints
    found_by: Ints
    discharged_on: Ints
    died_on: Ints
    recorded: Ints  # minutes since 1970-01-01 UTC

    def __len__(self) -> int:
        return len(self.person)

    @property
    def ended_on(self) -> Ints:
        """The day of discharge or death, NEVER while in hospital."""
        return np.minimum(self.discharged_on, self.died_on)

    def number(self, people: int) -> Ints:
        """The row of the case of each person, (people + 1,); -1 for none, and in the last place."""
        row = np.full(people + 1, -1)
        row[self.person] = np.arange(len(self))
        return row


def report_cases(people: People, outbreak: Outbreak, last: int, rng: np.random.Generator) -> Cases:
    """The cases found by the day `last`, with how each went."""
    person = np.flatnonzero(outbreak.found_on <= last)
    confirmed = outbreak.found_on[person].astype(np.int64)
    recorded = clock.at(confirmed, 5, 11, rng)
    order = np.argsort(recorded, kind="stable")
    person, confirmed, recorded = person[order], confirmed[order], recorded[order]
    n = len(person)

    onset = outbreak.onset_on[person].astype(np.int64)
    symptomatic = onset <= confirmed
    onset[~symptomatic] = NEVER
    frail = people.age[person] + 8 * people.traits[person].sum(axis=1)
    severity = np.where(rng.random(n) < np.interp(frail, [20, 50, 80], [0.05, 0.15, 0.4]), 1, 0)
    severity = np.where(rng.random(n) < np.interp(frail, [50, 70, 90], [0, 0.02, 0.08]), 2, severity)
    discharged = confirmed + rng.choice([7, 8, 9, 10, 12], size=n, p=[0.25, 0.32, 0.25, 0.13, 0.05])
    died = np.full(n, NEVER, dtype=np.int64)
    longest_ago = np.flatnonzero(symptomatic & (confirmed <= last - 8))
    frailest = longest_ago[np.argsort(-frail[longest_ago], kind="stable")]
    deaths = round(DEATHS * n)
    dead = rng.permutation(frailest[: 4 * deaths])[:deaths]
    died[dead] = confirmed[dead] + rng.integers(3, 9, len(dead))
    severity[dead], discharged[dead] = 3, NEVER
    return Cases(
        person,
        confirmed,
        symptomatic,
        outbreak.imported[person],
        np.where(symptomatic, severity, -1),
        onset,
        outbreak.found_by[person],
        np.where(discharged <= last, discharged, NEVER),
        np.where(died <= last, died, NEVER),
        recorded,
    )


@dataclass
class Stays:
    """Places of cases, (stays,) each: row of the case, place, role (in ROLES), spread risk, first and last day."""

    case: Ints
    place: Ints
    role: Ints
    risk: NDArray[np.bool_]
    first: Ints
    until: Ints


def find_stays(people: People, places: Places, cases: Cases, last_free: Ints, rng: np.random.Generator) -> Stays:
    """Where each case had been in the days before it was found; arrivals had only been at the airport."""
    parts: list[tuple[Ints, ...]] = []
    for role, column in enumerate((people.home, people.work, *people.haunts.T)):
        place = column[cases.person]
        until = workday(last_free) if role == 1 else last_free - (rng.integers(0, 2, len(cases)) if role > 1 else 0)
        first = until if role > 1 else np.minimum(until, cases.confirmed_on - TRACED_BACK)
        told = (place >= 0) & ~cases.imported & (until >= cases.confirmed_on - TRACED_BACK - 2)
        told &= rng.random(len(cases)) < (1.0, 0.95, 0.7, 0.5)[role]
        risk = rng.random(len(cases)) < (0.92, 0.4, 0.2, 0.2)[role]
        parts.append(_rows(told, place, min(role, 2), risk, first, until))
    airport = np.broadcast_to(places.of_kind("airport"), len(cases))
    parts.append(_rows(cases.imported, airport, 2, np.zeros(len(cases), bool), last_free + 1, last_free + 1))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    _, once = np.unique(np.stack([columns[0], columns[2], columns[1]]), axis=1, return_index=True)
    return Stays(*(column[once] for column in columns))


def _rows(told: NDArray[np.bool_], place: Ints, role: int, risk: NDArray[np.bool_], *days: Ints) -> tuple[Ints, ...]:
    case = np.flatnonzero(told)
    return (case, place[told], np.full(len(case), role), risk[told], *(d[told] for d in days))
