"""What an importer fills while it reads a line list: rows under the contracts, problems, and what it assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from re import Pattern

import pyarrow as pa

from sizao.errors import Problem
from sizao.tables.contract import contract
from sizao.tables.linelists.source import ISO, SourceRow, read_rows, to_date

LATER_DATES = ("onset_on", "discharged_on", "died_on")
"""Dates of a case that may follow its confirmation, so that they come in a later version of it."""


@dataclass(frozen=True)
class Imported:
    """A line list as tables under the contracts.

    `read` counts the rows of each source file, `problems` says what could not be used ("refused") or is
    doubtful ("kept"), `assumed` what the list does not say and how it was read.
    """

    tables: Mapping[str, pa.Table]
    problems: list[Problem]
    assumed: list[str]
    read: Mapping[str, int]

    def count_problems(self) -> list[tuple[str, str, int]]:
        """(code, effect, how many), most frequent first."""
        counted = Counter((p.code, p.effect) for p in self.problems)
        return [(code, effect, n) for (code, effect), n in counted.most_common()]


class Draft:
    """An import under way."""

    def __init__(self, tables: Iterable[str]) -> None:
        self.rows: dict[str, list[dict[str, object]]] = {name: [] for name in tables}
        self.problems: list[Problem] = []
        self.assumed: list[str] = []
        self.read: dict[str, int] = {}

    def open(self, path: Path, columns: Iterable[str]) -> list[SourceRow]:
        """Reads a source file that must have `columns`."""
        rows, broken = read_rows(path, columns)
        self.problems += broken
        self.read[path.name] = len(rows) + len(broken)
        return rows

    def add(self, table: str, **values: object) -> None:
        self.rows[table].append(values)

    def refuse(self, row: SourceRow, code: str, what: str, todo: str, column: str | None = None) -> None:
        """Reports a row or a cell that is left out."""
        self.problems.append(row.problem(code, what, todo, column=column))

    def doubt(self, row: SourceRow, code: str, what: str, todo: str, column: str | None = None) -> None:
        """Reports a row or a cell that is doubtful and used all the same."""
        self.problems.append(row.problem(code, what, todo, column=column, effect="kept"))

    def day(self, row: SourceRow, column: str, pattern: Pattern[str] = ISO) -> date | None:
        """The date in a cell; None where it is blank, or unreadable (which is reported)."""
        cell = row[column]
        if cell is None:
            return None
        found = to_date(cell, pattern)
        if found is None:
            self.refuse(row, "bad-date", "not a date", "write it as the other rows do", column)
        return found

    def number(self, row: SourceRow, column: str) -> float | None:
        """The number in a cell; None where it is blank, or unreadable (which is reported)."""
        cell = row[column]
        try:
            return None if cell is None else float(cell)
        except ValueError:
            self.refuse(row, "bad-number", "not a number", "write digits with a decimal point", column)
            return None

    def word(self, row: SourceRow, column: str, words: Mapping[str, str]) -> str | None:
        """The word that a cell stands for; None where it is blank, or unknown (which is reported)."""
        cell = row[column]
        if cell is None:
            return None
        if cell not in words:
            self.refuse(row, "unknown-word", "not a word of this list", f"known: {', '.join(words)}", column)
        return words.get(cell)

    def add_case(
        self,
        row: SourceRow,
        entered_on: date | None,
        *,
        confirmed_on: date,
        discharged_on: date | None,
        died_on: date | None,
        said_in: Mapping[str, str],
        **values: object,
    ) -> None:
        """Adds a case, recorded at 00:00 UTC of `entered_on` or of confirmation, whichever is later.

        `said_in` names the source's column of `onset_on`, `discharged_on` and `died_on`, where it has them.
        A date that lies after that comes in a further version of the case, recorded on that date: on the days
        before, nobody knew it. A discharge before confirmation is left out, a death before it is kept (some
        are confirmed after death). Both are reported.
        """
        if discharged_on is not None and discharged_on < confirmed_on:
            what = f"discharged on {discharged_on}, before the confirmation on {confirmed_on}: the case stays open"
            column = said_in.get("discharged_on")
            self.refuse(row, "discharge-before-confirmation", what, "correct either date", column)
            discharged_on = None
        if died_on is not None and died_on < confirmed_on:
            what = f"died on {died_on}, before the confirmation on {confirmed_on}"
            todo = "correct either date if it was not confirmed after death"
            self.doubt(row, "death-before-confirmation", what, todo, said_in.get("died_on"))
        onset_on = values.get("onset_on")
        if isinstance(onset_on, date) and onset_on > confirmed_on:
            what = f"fell ill on {onset_on}, after the confirmation on {confirmed_on}"
            todo = "correct either date if one is wrong"
            self.doubt(row, "onset-after-confirmation", what, todo, said_in.get("onset_on"))
        values |= {"confirmed_on": confirmed_on, "discharged_on": discharged_on, "died_on": died_on}
        later = {name: day for name in LATER_DATES if isinstance(day := values.get(name), date)}
        known = max(confirmed_on, entered_on or confirmed_on)
        for day in sorted({known, *(d for d in later.values() if d > known)}):
            yet_unknown = {name: None for name, d in later.items() if d > day}
            self.add("cases", **values | yet_unknown, recorded_at=midnight(day))

    def imported(self) -> Imported:
        """The tables that have rows, each under its contract."""
        tables = {
            name: pa.Table.from_pylist(rows, schema=contract(name).arrow_schema())
            for name, rows in self.rows.items()
            if rows
        }
        return Imported(tables, list(dict.fromkeys(self.problems)), self.assumed, self.read)


def midnight(day: date) -> datetime:
    """00:00 UTC of a day: the instant that a recorded day without an hour is read as."""
    return datetime.combine(day, time(), UTC)
