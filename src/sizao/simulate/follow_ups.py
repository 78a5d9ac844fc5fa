"""Who of the made-up city was looked in on while under a measure: door by door, day by day, and whom they missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.simulate import clock
from sizao.simulate.duties import Duties
from sizao.simulate.groups import Ints
from sizao.simulate.orders import CENTRAL, HOSPITAL, MONITORING
from sizao.simulate.people import People
from sizao.simulate.places import Places
from sizao.simulate.rows import Rows

OUTCOMES = ("seen_ok", "seen_symptomatic", "missed", "not_attempted")
SEEN, SYMPTOMATIC, MISSED, NOT_ATTEMPTED = range(len(OUTCOMES))
NO_RECORD = 0.03  # of the days asked for
MISSED_AT_HOME = (0.01, 0.06)  # of the days: by the most and the least thorough community
NOT_TRIED = (0.0, 0.03)  # likewise, at home and centrally
HARD_TO_REACH, REACHED = 0.03, 0.5  # of the people, and how often these are found after all
A_COLD, TELLS = 0.004, 0.6  # feel ill without the infection; say so with it
OVERNIGHT = 12 * 60  # minutes: who became known that day is written up last
DONE = (0.45, 0.85)  # of the last day, by its evening: the slowest and the fastest community


@dataclass
class FollowUps(Rows):
    """Rows of the table of follow-ups, (rows,) each: person, day, outcome (in OUTCOMES), and recorded (minutes since
    1970-01-01 UTC)."""

    person: Ints
    day: Ints
    outcome: Ints
    recorded: Ints


def follow_up(
    people: People, places: Places, duties: Duties, onset_on: Ints, last: int, rng: np.random.Generator
) -> FollowUps:
    """All recorded by the evening of the day `last`, in that order; `onset_on` (people,) is NEVER for the well."""
    days = np.arange(duties.first, last + 1)
    level = duties.level[:, : len(days)]
    asked = (level >= MONITORING) & (level < HOSPITAL) & (days >= duties.known_from[:, None])
    row, column = np.nonzero(asked)
    person, day = duties.person[row], days[column]
    central = level[row, column] == CENTRAL
    communities, community = np.unique(places.within["community"][people.home[person]], return_inverse=True)

    def by_community(span: tuple[float, float]) -> NDArray[np.floating]:
        return rng.uniform(*span, len(communities))[community]

    misses = by_community(MISSED_AT_HOME)
    hard = (rng.random(len(duties.person)) < HARD_TO_REACH)[row]
    missed = ~central & (rng.random(len(row)) < np.where(hard, REACHED, misses))
    not_tried = rng.random(len(row)) < by_community(NOT_TRIED)
    ill = rng.random(len(row)) < np.where(day >= onset_on[person], TELLS, A_COLD)
    outcome = np.select([not_tried, missed, ill], [NOT_ATTEMPTED, MISSED, SYMPTOMATIC], SEEN)
    done = np.where(day == last, by_community(DONE), 1 - NO_RECORD)
    recorded = clock.at(day, 9, clock.CLOSING, rng) + np.where(day == duties.known_from[row], OVERNIGHT, 0)
    found = FollowUps(person, day, outcome, recorded)
    found = found[(rng.random(len(row)) < done) & (recorded <= clock.closing(last))]
    return found[np.argsort(found.recorded, kind="stable")]
