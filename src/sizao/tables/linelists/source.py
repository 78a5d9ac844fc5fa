"""Reads the rows of a line list with the line on which each stands, so that every problem can say where it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sizao.errors import Effect, Problem, SizaoError
from sizao.tables.encoding import decode

BLANK = {"", "NA", "N/A", "#N/A", "NULL"}
"""Words that mean "nothing here"."""

ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(T[\d:.]+Z?)?")
"""2020-02-21, also at the head of a time stamp."""

MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
"""2/21/2020."""


@dataclass(frozen=True)
class SourceRow:
    """One row of a source file. Cells are stripped; a cell in BLANK reads as None."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str | None:
        cell = self.cells[column].strip()
        return None if cell in BLANK else cell

    def problem(
        self, code: str, what: str, todo: str, *, column: str | None = None, effect: Effect = "refused"
    ) -> Problem:
        """What is wrong with this row, or with one cell of it."""
        value = None if column is None else self.cells[column]
        return Problem(code, self.file, what, todo, line=self.line, column=column, value=value, effect=effect)


def read_rows(path: Path, columns: Iterable[str]) -> tuple[list[SourceRow], list[Problem]]:
    """The rows of a CSV file (UTF-8, GB18030 or UTF-16) that must have `columns`, and what is wrong with the others.

    Raises SizaoError `missing-file`, `missing-column`.
    """
    if not path.is_file():
        raise SizaoError(
            "missing-file",
            f"there is no {path.name}",
            where=str(path.parent),
            todo="name the folder that holds the files of the line list",
        )
    decoded = decode(path.read_bytes())
    records = _numbered(decoded.text)
    _, header = next(records, (1, []))
    if missing := [column for column in columns if column not in header]:
        raise SizaoError(
            "missing-column",
            f"column {', '.join(missing)} is missing",
            where=path.name,
            why=f"the file has {', '.join(header) or 'no columns'}",
            todo="export the list with all its columns, or rename them",
        )
    rows, problems = [], []
    for line, cells in records:
        if line in decoded.broken:
            what, todo = "bytes that are neither UTF-8 nor GB18030", "save the file as UTF-8"
            problems.append(Problem("bad-encoding", path.name, what, todo, line=line))
        elif len(cells) == len(header):
            rows.append(SourceRow(path.name, line, dict(zip(header, cells, strict=True))))
        else:
            what = f"{len(cells)} cells under {len(header)} columns"
            todo = "look for an unquoted comma or a broken quote"
            problems.append(Problem("ragged-row", path.name, what, todo, line=line))
    return rows, problems


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text, each with the line it begins on; empty lines are skipped."""
    reader = csv.reader(text.splitlines(keepends=True))
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def to_date(cell: str, pattern: re.Pattern[str] = ISO) -> date | None:
    """The date that a cell states, or None where it states none (another order, 31 February, the year 20)."""
    found = pattern.fullmatch(cell)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
