"""Who was in a shop, restaurant or market at the same time as a case: a sample of the visits in the made-up city."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sizao.simulate.clock import UTC_OFFSET
from sizao.simulate.daily_life import HAUNTS
from sizao.simulate.facts import CASE, Facts
from sizao.simulate.groups import Ints
from sizao.simulate.places import Places

SAMPLED = 0.35  # of the visits of cases, with those of the contacts made there


@dataclass
class Visits:
    """Visits, (visits,) each: person, place, arrival and departure (minutes since 1970-01-01 UTC)."""

    person: Ints
    place: Ints
    arrived: Ints
    left: Ints


def find_visits(places: Places, facts: Facts, rng: np.random.Generator) -> Visits:
    """The visits behind exposures that happened about town; those of a case and its contacts overlap."""
    haunts = np.zeros(len(places), bool)
    haunts[places.of_kind(*HAUNTS)] = True
    met = facts[(facts.kind == CASE) & haunts[facts.place]]
    _, first, visit = np.unique(
        np.stack([met.case, met.place, met.day]), axis=1, return_index=True, return_inverse=True
    )
    chosen = rng.random(len(first)) < SAMPLED
    arrived = met.day[first] * 1440 - UTC_OFFSET + rng.integers(9 * 60, 20 * 60, len(first))
    left = arrived + rng.integers(25, 100, len(first))
    contact = np.flatnonzero(chosen[visit])
    its = visit[contact]
    came = rng.integers(arrived[its] - 20, left[its] - 5)
    gone = np.maximum(came, arrived[its]) + rng.integers(5, 45, len(its))
    case = first[chosen]
    person = np.concatenate([met.case[case], met.person[contact]])
    place = np.concatenate([met.place[case], met.place[contact]])
    came, gone = np.concatenate([arrived[chosen], came]), np.concatenate([left[chosen], gone])
    _, once = np.unique(np.stack([came, person, place]), axis=1, return_index=True)
    return Visits(person[once], place[once], came[once], gone[once])
