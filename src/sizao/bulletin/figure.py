"""One published number, and the table of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

LONGEST_NOTE = 400
SINCE = "自"
"""In the note of a measure on `_since`, before the day from which it is counted (YYYY-MM-DD)."""

FIGURES = pa.schema(
    [
        ("report_date", pa.date32()),
        ("published", pa.date32()),
        ("place_code", pa.string()),
        ("place", pa.string()),
        ("measure", pa.string()),
        ("value", pa.int64()),
        ("note", pa.string()),
        ("source", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)


@dataclass(slots=True)
class Figure:
    """One number: how many (persons), of what, where, for which day; `start`, `end`: its span, characters from 0."""

    report_date: dt.date
    published: dt.date | None
    place_code: str | None
    place: str
    measure: str
    value: int
    note: str | None
    source: str | None
    start: int | None
    end: int | None

    def add_note(self, told: str) -> None:
        """Add what a correction or a remark tells of it, once."""
        if not self.note:
            self.note = told
        elif told not in self.note and len(self.note) < LONGEST_NOTE:
            self.note = f"{self.note}；{told}"


def tabulate(figures: Iterable[Figure]) -> pa.Table:
    """The table `figures`, in the order given."""
    rows = list(figures)
    return pa.table(
        {name: pa.array([getattr(row, name) for row in rows], FIGURES.field(name).type) for name in FIGURES.names},
        schema=FIGURES,
    )
