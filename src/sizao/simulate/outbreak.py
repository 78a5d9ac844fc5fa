"""An outbreak in the made-up city: who infects whom, who is found and how, and whom the tracers write down.

The number of new infections a day is drawn around a given curve (growth until early November, then a slow fall);
who infects whom, where, and who is found when is played day by day. It makes a story, not a forecast: its figures
are chosen to look right, and nothing can be learnt from it about a policy. Days are days since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sizao.simulate.groups import Ints
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.tracing import Arrivals, Circles, Contacts, sift

EPOCH = date(1970, 1, 1)
START = (date(2022, 10, 20) - EPOCH).days  # the first cases are found about here
LEAD = 3  # days before, the first are infected
PEAK = (date(2022, 11, 9) - EPOCH).days
CALIBRATED_TO = (date(2022, 11, 20) - EPOCH).days
GROWTH, FALL = 0.22, 0.07  # a day, before and after the peak
ATTACK = 0.0088  # of the people, infected by 20 November 2022
INFECTIOUSNESS = np.array([0, 0.1, 0.7, 1.0, 0.9, 0.6, 0.35, 0.2, 0.1, 0.05])  # by day since infection
SPREAD = 0.4  # shape of the gamma between persons: few infect many
SHARES = (0.36, 0.32, 0.32)  # of meetings that infect: home, work, about town
FOUND_BY = ("contact_tracing", "mass_testing", "clinic", "screening", "border_screening")
TRACING, MASS, CLINIC, SCREENING, BORDER = range(len(FOUND_BY))
NEVER = np.iinfo(np.int32).max


@dataclass
class Outbreak:
    """By person, (people,): days (NEVER where it did not happen), infector (-1: none), place and how found."""

    infected_on: Ints
    onset_on: Ints
    found_on: Ints
    found_by: Ints
    infector: Ints
    infected_at: Ints
    isolated_from: Ints
    isolated_until: Ints
    imported: NDArray[np.bool_]
    contacts: list[Contacts] = field(default_factory=list)

    @classmethod
    def none(cls, people: int) -> Outbreak:
        """Nobody is infected yet."""
        empty = (NEVER, NEVER, NEVER, -1, -1, -1, NEVER, -1)
        return cls(*(np.full(people, value, dtype=np.int32) for value in empty), np.zeros(people, bool))

    def infect(
        self, person: Ints, infector: Ints | int, place: Ints | int, day: Ints | int, rng: np.random.Generator
    ) -> None:
        """Infects them on `day`; incubation is lognormal, about 3 days."""
        self.infected_on[person] = day
        self.infector[person], self.infected_at[person] = infector, place
        self.onset_on[person] = day + np.maximum(1, np.rint(rng.lognormal(1.0, 0.45, len(person))))

    def write_down(self, contacts: Contacts, rng: np.random.Generator) -> None:
        """Traces the contacts within two days and isolates them from then on."""
        contacts.traced = contacts.traced + rng.choice([0, 1, 2], size=len(contacts.case), p=[0.85, 0.13, 0.02])
        self.contacts.append(contacts)
        np.minimum.at(self.isolated_from, contacts.person, np.maximum(contacts.traced, contacts.day + 1))
        np.maximum.at(self.isolated_until, contacts.person, contacts.day + 8)


def expected_infections(day: int, people: int) -> float:
    """New local infections expected on a day in a city of that many people."""

    def shape(days: Ints) -> NDArray[np.floating]:
        return 1 / (np.exp(-GROWTH * (days - PEAK)) + np.exp(FALL * (days - PEAK)))

    whole = shape(np.arange(START - LEAD, CALIBRATED_TO + 1)).sum()
    return float(ATTACK * people * shape(np.array([day]))[0] / whole)


def run_outbreak(people: People, places: Places, arrivals: Arrivals, last: int, rng: np.random.Generator) -> Outbreak:
    """The outbreak up to the day `last`, with the contacts of every case found by then."""
    n = len(people)
    state, circles = Outbreak.none(n), Circles(people, arrivals)
    airport = int(places.of_kind("airport")[0])
    away = np.zeros(n, bool)  # not about town in these weeks
    away[arrivals.person] = True
    carriers, landed = arrivals.person[arrivals.infected], arrivals.day[arrivals.infected]
    state.infect(carriers, -1, -1, landed - rng.integers(0, 4, len(carriers)), rng)
    state.imported[carriers] = True
    state.isolated_from[arrivals.person], state.isolated_until[arrivals.person] = arrivals.day, arrivals.day + 9

    contagion = rng.gamma(SPREAD, 1 / SPREAD, n)
    ill = rng.random(n) < np.interp(people.age, [5, 30, 60, 80], [0.1, 0.17, 0.26, 0.45])
    street = places.within["street"][people.home]
    alert_until = np.full(len(places), -1)  # mass testing in a street until then

    for day in range(START - LEAD, last + 1):
        _introduce(state, people, away, day, rng)
        free = ~((state.isolated_from <= day) & (day <= state.isolated_until)) & (state.found_on == NEVER)
        since = day - state.infected_on
        source = np.flatnonzero(free & (since > 0) & (since < len(INFECTIOUSNESS)) & ~away)
        if len(source):
            weight = contagion[source] * INFECTIOUSNESS[since[source]]
            wanted = rng.poisson(expected_infections(day, n))
            who = rng.choice(source, size=3 * wanted + 3, p=weight / weight.sum())
            victim, place = circles.meet(who, day, SHARES, rng)
            ok = (victim >= 0) & free[victim] & (state.infected_on[victim] == NEVER) & ~away[victim]
            _, first = np.unique(np.where(ok, victim, -1), return_index=True)
            chosen = np.sort(first[ok[first]])[:wanted]
            state.infect(victim[chosen], who[chosen], place[chosen], day, rng)

        found = _find(state, people, ill, alert_until[street] >= day, free, day, rng)
        alert_until[street[found]] = day + 7
        local, imported = found[~state.imported[found]], found[state.imported[found]]
        last_free = np.where(free[local], day, state.isolated_from[local] - 1)
        in_town = circles.trace(local, last_free, day, rng)
        for met in (in_town, _remembered(state, local, day, rng), circles.trace_flight(imported, day, airport)):
            known = (state.found_on[met.person] != NEVER) | (met.person == met.case)
            state.write_down(sift(met, ~known & (~away[met.person] | (met.place == airport))), rng)
    state.onset_on[~ill] = NEVER
    return state


def _introduce(state: Outbreak, people: People, away: NDArray[np.bool_], day: int, rng: np.random.Generator) -> None:
    """Infections from outside: dock workers at the start, then travellers now and then."""
    scale = len(people) / 200_000
    if day == START - LEAD:
        docks = rng.permutation(np.flatnonzero(people.closed_loop >= 0))[: max(2, round(4 * scale))]
        state.infect(docks, -1, people.closed_loop[docks], day, rng)
    travellers = rng.poisson((1.2 if day < START + 8 else 0.4) * max(1.0, scale))
    who = np.unique(rng.integers(0, len(people), travellers))
    who = who[(state.infected_on[who] == NEVER) & ~away[who] & (people.age[who] > 18)]
    state.infect(who, -1, -1, day, rng)


def _remembered(state: Outbreak, case: Ints, day: int, rng: np.random.Generator) -> Contacts:
    """Most of those whom the cases infected in the last days: such meetings were close, and are told."""
    person = np.flatnonzero((state.infected_on >= day - 6) & np.isin(state.infector, case))
    person = person[rng.random(len(person)) < 0.8]
    return Contacts(
        state.infector[person],
        person,
        state.infected_at[person],
        state.infected_on[person],
        np.full(len(person), day),
    )


def _find(
    state: Outbreak,
    people: People,
    ill: NDArray[np.bool_],
    alert: NDArray[np.bool_],
    free: NDArray[np.bool_],
    day: int,
    rng: np.random.Generator,
) -> Ints:
    """Who is found today: in quarantine, at a clinic, in screening at work, in mass testing during an alert."""
    hidden = np.flatnonzero(
        (state.infected_on <= day - 2) & (state.infected_on > day - 13) & (state.found_on == NEVER)
    )
    hidden = hidden[~(state.imported[hidden] & (state.isolated_from[hidden] >= day))]  # abroad, or just landed
    sick = ill[hidden] & (state.onset_on[hidden] <= day)
    chance = rng.random((4, len(hidden)))
    by = np.select(
        [
            ~free[hidden] & (chance[0] < 0.45),
            sick & (chance[1] < 0.25),
            (people.closed_loop[hidden] >= 0) & (chance[2] < 0.35),
            chance[3] < np.where(alert[hidden], 0.17, 0.03),
        ],
        [TRACING, CLINIC, SCREENING, MASS],
        -1,
    )
    by = np.where((by >= 0) & state.imported[hidden], BORDER, by)
    found = hidden[by >= 0]
    state.found_on[found], state.found_by[found] = day, by[by >= 0]
    return found
