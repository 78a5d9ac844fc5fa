"""What every peer must answer about each person, in one form, so that the answers can be compared."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from cities import KINDS
from sizao.policy import Phase, Rulebook
from sizao.tables import contract

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Answers:
    """One element for each person, in the order of the facts.

    Words are numbers in `Words`; all is 0 for a person of whom nothing is asked on the date. Days are numbers since
    1970-01-01.
    """

    measure: npt.NDArray[np.int16]
    phase: npt.NDArray[np.int16]
    restriction: npt.NDArray[np.int16]
    clause: npt.NDArray[np.int16]
    phase_day: npt.NDArray[np.int32]
    from_day: npt.NDArray[np.int32]
    until_day: npt.NDArray[np.int32]
    test_due: npt.NDArray[np.bool_]

    def digest(self, people: int) -> str:
        """One number for the answers about the first so many people."""
        digest = hashlib.sha256()
        for field in fields(self):
            digest.update(np.ascontiguousarray(getattr(self, field.name)[:people]).tobytes())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class PhaseOfKind:
    """One phase that follows a kind of event; offsets in days from the event to its first and last day."""

    kind: str
    measure: str
    clause: str
    phase: Phase
    first_off: int
    last_off: int


def phases_of(book: Rulebook) -> list[PhaseOfKind]:
    """Every phase that one of KINDS starts under a rulebook."""
    found = []
    for measure in book.measures:
        for trigger in measure.triggers:
            for kind in (kind for kind in trigger.kinds if kind in KINDS):
                start = trigger.offset
                for phase in measure.phases:
                    end = start + (phase.days or 0) - 1
                    found.append(PhaseOfKind(kind, measure.id, phase.clause or measure.clause, phase, start, end))
                    start = end + 1
    return found


class Words:
    """The words that answers are made of, each list sorted, with number 0 for none."""

    def __init__(self, book: Rulebook) -> None:
        phases = phases_of(book)
        self.measure = ["", *sorted({p.measure for p in phases})]
        self.phase = ["", *sorted({p.phase.id for p in phases})]
        self.restriction = ["", *sorted({p.phase.restriction for p in phases})]
        self.clause = ["", *sorted({p.clause for p in phases})]

    def number(self, column: str, words: Iterable[str | None]) -> npt.NDArray[np.int16]:
        """Numbers of words."""
        place = {word: n for n, word in enumerate(getattr(self, column))}
        return np.array([place[word or ""] for word in words], np.int16)


def read_events(folder: Path, people: int) -> pa.Table:
    """The events of the first so many people, one each, under their contract."""
    events = pq.ParquetFile(folder / "events.parquet").read().slice(0, people)
    return events.cast(contract("events").arrow_schema())


def read_numbers(folder: Path, people: int) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]:
    """The kind of each event as its place in KINDS, and its day number: what peers on arrays start from."""
    file = pq.ParquetFile(folder / "events.parquet", read_dictionary=["kind"])
    events = file.read(columns=["kind", "occurred_on"]).slice(0, people)
    kinds = events["kind"].unify_dictionaries().combine_chunks()
    places = np.array([KINDS.index(kind) for kind in kinds.dictionary.to_pylist()], np.int16)
    return places[kinds.indices.to_numpy()], events["occurred_on"].cast(pa.int32()).to_numpy()


def day_number(on: dt.date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days
