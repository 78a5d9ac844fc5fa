"""What the rulebooks asked of the people of the made-up city, day by day: so that most orders and tests are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sizao.policy.rulebook import Rulebook
from sizao.simulate import clock
from sizao.simulate.facts import KINDS, Facts
from sizao.simulate.groups import Ints
from sizao.simulate.outbreak import EPOCH, NEVER


@dataclass
class Duties:
    """By person concerned and day: the weight of the restriction (0: none), and whether a test is asked for."""

    person: Ints  # (rows,), ascending
    first: int  # the day of column 0
    level: NDArray[np.uint8]  # (rows, days)
    test: NDArray[np.bool_]  # (rows, days)
    known_from: Ints  # (rows,): the day on which the person's first fact was recorded
    known_until: Ints  # (rows,): and the last one

    def row_of(self, people: int) -> Ints:
        """The row of each person, (people,); -1 for nobody concerned."""
        row = np.full(people, -1)
        row[self.person] = np.arange(len(self.person))
        return row


def ask(
    facts: Facts, books: tuple[Rulebook, ...], confirmed: Ints, ended: Ints, last: int, *, foreseen: bool = False
) -> Duties:
    """What the chain of rulebooks (oldest first) asks after these facts; days as in the facts.

    confirmed, ended: (people,) the days on which a person became a case and left hospital, NEVER for none.
    The rulebook in force on a day decides that day, and nobody is held longer than under the one before.
    `foreseen`: as the offices expected on the day of recording: under the rulebook of that day, and no case.
    """
    person, row = np.unique(facts.person, return_inverse=True)
    first = int(facts.day.min(initial=last)) - 3
    longest = max(measure.days or 0 for book in books for measure in book.measures)
    shape = (len(person), last + longest + 4 - first)  # one day after the last that can be asked for stays empty
    duties = Duties(person, first, np.zeros(shape, np.uint8), np.zeros(shape, bool), *_known(facts, row, len(person)))
    cut = np.where(facts.day < ended[facts.person], confirmed[facts.person], NEVER).astype(np.int64)
    since = [(b.document.effective - EPOCH).days for b in books]
    since[0] = -NEVER
    cap = np.full(len(facts), NEVER, dtype=np.int64)
    for n, book in enumerate(books):
        until = since[n + 1] if n + 1 < len(books) else NEVER
        for measure in book.measures:
            for trigger in measure.triggers:
                if trigger.event not in KINDS:
                    continue
                these = np.flatnonzero(facts.kind == KINDS.index(trigger.event))
                day = facts.day[these] + trigger.offset
                recorded = clock.local_day(facts.recorded[these])
                for phase in measure.phases:
                    for k in range(1, (phase.days or 0) + 1):
                        if foreseen:
                            fit = (recorded >= since[n]) & (recorded < until)
                        else:
                            fit = (day >= since[n]) & (day < until) & (day < cut[these]) & (day <= cap[these])
                        at = (row[these[fit]], day[fit] - first)
                        np.maximum.at(duties.level, at, np.uint8(book.weights[phase.restriction]))
                        if k in phase.test_days:
                            duties.test[at] = True
                        day = day + 1
                before = facts.day[these] < until
                cap[these[before]] = np.minimum(cap[these[before]], day[before] - 1)
    return duties


def _known(facts: Facts, row: Ints, rows: int) -> tuple[Ints, Ints]:
    recorded = clock.local_day(facts.recorded)
    earliest, latest = np.full(rows, NEVER, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    np.minimum.at(earliest, row, recorded)
    np.maximum.at(latest, row, recorded)
    return earliest, latest
