"""NumPy by hand: the floor. Tables of kind x days since the event, looked up once for each person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cities import KINDS
from peers.answers import Answers, Words, day_number, phases_of, read_numbers
from sizao.policy import Rulebook

LAST = 31
"""Days since the event that the tables reach."""


class Peer:
    """Answers for the events' persons on one date."""

    def __init__(self, book: Rulebook, on: dt.date) -> None:
        self.on, words = day_number(on), Words(book)
        self.words = vars(words)
        shape = (len(KINDS), LAST + 1)
        self.tables = {name: np.zeros(shape, np.int16) for name in ("measure", "phase", "restriction", "clause")}
        self.phase_day, self.ahead = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self.test_due, self.binds = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        for p in phases_of(book):
            k, days = KINDS.index(p.kind), slice(p.first_off, p.last_off + 1)
            named = {
                "measure": p.measure,
                "phase": p.phase.id,
                "restriction": p.phase.restriction,
                "clause": p.clause,
            }
            for name, word in named.items():
                self.tables[name][k, days] = words.number(name, [word])[0]
            self.phase_day[k, days] = np.arange(1, p.last_off - p.first_off + 2)
            self.ahead[k, days] = np.arange(p.last_off - p.first_off, -1, -1)
            self.binds[k, days] = True
            self.test_due[k, [p.first_off + test - 1 for test in p.phase.test_days]] = True

    def prepare(self, folder: Path, people: int) -> Any:
        """The facts in the form that the peer starts from (not timed)."""
        return read_numbers(folder, people)

    def run(self, facts: Any) -> Answers:
        """The answers (timed)."""
        kind, day = facts
        at = kind * np.int32(LAST + 1) + np.clip(self.on - day, 0, LAST)
        binds = self.binds.ravel().take(at)
        phase_day = self.phase_day.ravel().take(at)
        return Answers(
            **{name: table.ravel().take(at) for name, table in self.tables.items()},
            phase_day=phase_day,
            from_day=np.where(binds, self.on - phase_day + 1, 0).astype(np.int32),
            until_day=np.where(binds, self.on + self.ahead.ravel().take(at), 0).astype(np.int32),
            test_due=self.test_due.ravel().take(at),
        )

    def column(self, result: Answers, name: str) -> npt.NDArray[Any]:
        """One output, by its name in `Answers`."""
        column: npt.NDArray[Any] = getattr(result, name)
        return column

    def answers(self, result: Answers) -> Answers:
        """The answers in the common form (not timed)."""
        return result
