"""The reference implementation (sizao.derive.reference): slow plain Python, day by day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from cities import KNOWN_AT
from peers.answers import Answers, Words, read_events
from peers.sizao_tables import in_common_form
from sizao.derive import reference
from sizao.policy import Rulebook, chain


class Peer:
    """Answers for the events' persons on one date."""

    def __init__(self, book: Rulebook, on: dt.date) -> None:
        self.chain, self.on, self.words = chain(book), on, Words(book)
        self.known_at = dt.datetime.fromisoformat(KNOWN_AT)

    def prepare(self, folder: Path, people: int) -> Any:
        """The facts in the form that the peer starts from (not timed)."""
        events = read_events(folder, people)
        self.people = events["person_id"]
        return {"events": events.to_pylist()}

    def run(self, facts: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The answers (timed)."""
        status = reference.status(facts, self.chain, self.on, self.known_at)
        return status, reference.tests_due(facts, self.chain, self.on, self.known_at)

    def answers(self, result: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> Answers:
        """The answers in the common form (not timed)."""
        status, tests_due = (pa.Table.from_pylist(rows) for rows in result)
        return in_common_form(self.people, status, tests_due, self.words)
