"""Sizao: the facts as an Arrow table in memory, `status` and `tests_due` as Arrow tables with all their columns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cities import KNOWN_AT
from peers.answers import Answers, Words, read_events
from sizao.derive import derive
from sizao.policy import Rulebook, chain
from sizao.tables import Folder, Source, contract


class Peer:
    """Answers for the events' persons on one date, under the whole chain of rulebooks."""

    def __init__(self, book: Rulebook, on: dt.date) -> None:
        self.chain, self.on, self.words = chain(book), on, Words(book)
        self.known_at = dt.datetime.fromisoformat(KNOWN_AT)

    def prepare(self, folder: Path, people: int) -> Any:
        """The facts in the form that the peer starts from (not timed)."""
        events = read_events(folder, people)
        self.people = events["person_id"]
        return Folder(Path(), {"events": Source(contract("events"), people, table=events)}, [])

    def run(self, facts: Any) -> tuple[pa.Table, pa.Table]:
        """The answers (timed)."""
        with derive(facts, self.chain, self.on, known_at=self.known_at) as derivation:
            return derivation.table("status"), derivation.table("tests_due")

    def answers(self, result: tuple[pa.Table, pa.Table]) -> Answers:
        """The answers in the common form (not timed)."""
        return in_common_form(self.people, *result, self.words)


def in_common_form(people: pa.ChunkedArray, status: pa.Table, tests_due: pa.Table, words: Words) -> Answers:
    """`status` and `tests_due` in the order of `people`, words as numbers."""
    at = pc.index_in(status["person_id"], value_set=people.combine_chunks()).to_numpy()

    def spread(values: Any, dtype: Any) -> Any:
        spread = np.zeros(len(people), dtype)
        spread[at] = values
        return spread

    def words_of(name: str) -> Any:
        column = pa.chunked_array(status[name]).combine_chunks().dictionary_encode()
        return spread(words.number(name, column.dictionary.to_pylist())[column.indices.to_numpy()], np.int16)

    def days_of(name: str) -> Any:
        return spread(status[name].cast(pa.int32()).to_numpy(), np.int32)

    return Answers(
        measure=words_of("measure"),
        phase=words_of("phase"),
        restriction=words_of("restriction"),
        clause=words_of("clause"),
        phase_day=days_of("phase_day"),
        from_day=days_of("from"),
        until_day=days_of("until"),
        test_due=pc.is_in(people, value_set=tests_due["person_id"].combine_chunks()).to_numpy(),
    )
