"""A peer on arrays, given the same table of facts as Sizao and giving the same two tables: `status` and `tests_due`.

The fast way: kinds become numbers through a dictionary, words are taken from short lists, ids are taken, not made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cities import KINDS
from peers.answers import Answers, Words, read_events
from peers.sizao_tables import in_common_form
from sizao.policy import Rulebook


class ArrayPeer(Protocol):
    """Numbers in, numbers out; `words` has the words of each column by the peer's own numbers, "" for none."""

    words: dict[str, list[str]]

    def run(self, facts: Any) -> Any: ...

    def column(self, result: Any, name: str) -> npt.NDArray[Any]: ...


class OnTables:
    """Answers for the events' persons on one date, tables in and tables out."""

    def __init__(self, peer: ArrayPeer, book: Rulebook, on: Any) -> None:
        self.peer, self.book, self.on = peer, book, on
        self.words = {name: pa.array([word or None for word in words]) for name, words in peer.words.items()}

    def prepare(self, folder: Path, people: int) -> pa.Table:
        """The facts in the form that the peer starts from (not timed)."""
        return read_events(folder, people)

    def run(self, facts: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The answers (timed)."""
        self.people = facts["person_id"]
        kinds = facts["kind"].combine_chunks().dictionary_encode()
        places = np.array([KINDS.index(kind) for kind in kinds.dictionary.to_pylist()], np.int16)
        days = facts["occurred_on"].combine_chunks().cast(pa.int32()).to_numpy()
        result = self.peer.run((places[kinds.indices.to_numpy()], days))
        status = self._table(facts, result, self.peer.column(result, "phase_day") > 0)
        tests_due = self._table(facts, result, self.peer.column(result, "test_due"))
        return status, tests_due.select(["person_id", "on", "measure", "phase", "phase_day", "clause", "because"])

    def answers(self, result: tuple[pa.Table, pa.Table]) -> Answers:
        """The answers in the common form (not timed)."""
        return in_common_form(self.people, *result, Words(self.book))

    def _table(self, facts: pa.Table, result: Any, whom: npt.NDArray[np.bool_]) -> pa.Table:
        """All columns of `status` for some of the people."""
        at = np.flatnonzero(whom)

        def word(name: str) -> pa.Array:
            return self.words[name].take(pa.array(self.peer.column(result, name)[at]))

        def number(name: str) -> pa.Array:
            return pa.array(self.peer.column(result, name)[at])

        return pa.table(
            {
                "person_id": facts["person_id"].take(pa.array(at)),
                "on": pa.repeat(pa.scalar(self.on), len(at)),
                "rulebook": pa.repeat(self.book.id, len(at)),
                "measure": word("measure"),
                "phase": word("phase"),
                "phase_day": number("phase_day"),
                "restriction": word("restriction"),
                "from": number("from_day").cast(pa.date32()),
                "until": number("until_day").cast(pa.date32()),
                "clause": word("clause"),
                "because": facts["event_id"].take(pa.array(at)),
            }
        )
