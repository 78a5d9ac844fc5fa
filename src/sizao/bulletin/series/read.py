"""Reads other people's series as figures with their source: JHU, canghailan, OWID, WHO, or bare days and values."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import Place, find_place
from sizao.bulletin.series.foreign_layouts import JHU_KINDS, LAYOUTS, Cells, Layout, Observed, read_count, read_day
from sizao.errors import Problem, SizaoError
from sizao.tables.encoding import decode

BARE = "bare"


@dataclass(frozen=True)
class Foreign:
    """`figures`: the table; `layout`: what the file was recognised as; `problems`: rows refused, steps that are
    doubtful.
    """

    figures: pa.Table
    layout: str
    problems: tuple[Problem, ...]


def read_series(path: Path | str, *, place: str | None = None, measure: str | None = None) -> Foreign:
    """Read a CSV file of somebody else's series.

    The layout is told from the header: JHU's wide one, the long cut of it, canghailan's, OWID's, WHO's daily one. A
    file without a header whose rows are a day and a number needs `place` and `measure` to say what it is. In JHU's
    files `measure` (`confirmed_new`, `deaths_new`, `discharged_new`) says what is counted; without it the file's
    name does.

    Cumulative counts become rows of `*_total`, and their steps from one day to the next rows of `*_new` on the
    later day (none after a missing day, none on the first). A step below 0 is kept, with a note and a problem. The
    source is the name of the file. Blank cells are unknown. SizaoError: `missing-file`, `empty-file`,
    `unknown-layout`, `unknown-place`, `place-needed`.
    """
    path = Path(path)
    if not path.is_file():
        raise SizaoError("missing-file", "there is no such file", where=str(path))
    lines = _lines(path)
    if not any(any(cell.strip() for cell in line) for line in lines):
        raise SizaoError("empty-file", "the file is empty", where=str(path), todo="look whether it was saved whole")
    problems: list[Problem] = []
    header = [cell.strip() for cell in lines[0]]
    layout = next((known for known in LAYOUTS if known.fits(header)), None)
    if layout is None:
        seen: Iterable[Observed] = _bare(lines, path, place, measure)
        name = BARE
    else:
        rows = _cells(lines, header, path.name, problems)
        seen, name = layout.rows(rows, _stem(path.name, measure)), layout.name
    read = _Reading(path.name, problems)
    read.add(seen)
    return Foreign(tabulate(read.figures(layout)), name, tuple(problems))


class _Reading:
    """Numbers of one file, each place, measure and day once."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        self.values: dict[tuple[Place, str], dict[dt.date, tuple[int, int]]] = {}
        self.days: dict[str, dt.date | None] = {}

    def add(self, seen: Iterable[Observed]) -> None:
        for row in seen:
            if not row.value.strip():
                continue
            if row.on not in self.days:
                self.days[row.on] = read_day(row.on)
            on, value = self.days[row.on], read_count(row.value)
            if on is None:
                self._refuse(row, "bad-date", row.on, "not a day", "write it as 2022-04-13 or 4/13/22")
            elif value is None:
                self._refuse(row, "bad-number", row.value, "not a whole number", "write digits only")
            elif on in (days := self.values.setdefault((row.place, row.measure), {})):
                if days[on][0] != value:
                    what = f"{row.place.name} has another {row.measure} for {on} on line {days[on][1]}: {days[on][0]}"
                    self._refuse(row, "duplicate-row", row.value, what, "leave one of them; the first was read")
            else:
                days[on] = (value, row.line)

    def figures(self, layout: Layout | None) -> list[Figure]:
        found = []
        for (place, measure), days in self.values.items():
            found += [self._figure(place, measure, on, value) for on, (value, _) in days.items()]
            if measure.endswith("_total") and not (layout and layout.daily):
                found += self._steps(place, measure, days)
        return found

    def _steps(self, place: Place, measure: str, days: dict[dt.date, tuple[int, int]]) -> list[Figure]:
        found = []
        new = measure.removesuffix("_total") + "_new"
        for on, (value, line) in sorted(days.items()):
            before = days.get(on - dt.timedelta(days=1))
            if before is None:
                continue
            step, note = value - before[0], None
            if step < 0:
                note = f"{measure}: {before[0]} -> {value}"
                what = f"the cumulative count of {place.name} falls from {before[0]} to {value} on {on}"
                todo = "a correction of the source; the step below 0 is kept as it is"
                self.problems.append(
                    Problem("negative-step", self.file, what, todo, line=line, column=measure, effect="kept")
                )
            found.append(self._figure(place, new, on, step, note))
        return found

    def _figure(self, place: Place, measure: str, on: dt.date, value: int, note: str | None = None) -> Figure:
        return Figure(on, None, place.code, place.name, measure, value, note, self.file, None, None)

    def _refuse(self, row: Observed, code: str, value: str, what: str, todo: str) -> None:
        self.problems.append(Problem(code, self.file, what, todo, line=row.line, column=row.measure, value=value))


def _lines(path: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(decode(path.read_bytes()).text, newline="")))
    except csv.Error as error:
        raise SizaoError("unknown-layout", f"not a CSV file: {error}", where=str(path)) from error


def _cells(
    lines: list[list[str]], header: list[str], file: str, problems: list[Problem]
) -> Iterable[tuple[int, Cells]]:
    for number, line in enumerate(lines[1:], start=2):
        if len(line) == len(header):
            yield number, dict(zip(header, line, strict=True))
        elif any(cell.strip() for cell in line):
            what = f"{len(line)} cells where the header has {len(header)}"
            problems.append(
                Problem("ragged-row", file, what, "give the row as many cells as the header", line=number)
            )


def _bare(lines: list[list[str]], path: Path, place: str | None, measure: str | None) -> list[Observed]:
    shapes = Counter(
        len(line) == 2 and read_day(line[0]) is not None and read_count(line[1]) is not None for line in lines
    )
    if shapes[False] > shapes[True] or not (len(lines[0]) == 2 and read_day(lines[0][0])):
        known = ", ".join(layout.name for layout in LAYOUTS)
        raise SizaoError(
            "unknown-layout",
            f"the header is that of no known series: {', '.join(lines[0])[:120]}",
            where=str(path),
            why=f"known are {known}, and {BARE}: no header, a day and a number in each row",
            todo="bring the file into one of these layouts, each told by: "
            + "; ".join(f"{layout.name}: {', '.join(layout.needs)}" for layout in LAYOUTS),
        )
    if place is None or measure is None:
        todo = "say the place and the measure: --place 上海 --measure confirmed_new (`place`, `measure`)"
        raise SizaoError(
            "place-needed", "days and numbers without a header do not say of what", where=str(path), todo=todo
        )
    found = find_place(place)
    if found is None:
        raise SizaoError("unknown-place", f"no place is called {place}", where=str(path), todo="use its Chinese name")
    return [Observed(n, found, line[0], measure, line[1]) for n, line in enumerate(lines, start=1) if len(line) == 2]


def _stem(file: str, measure: str | None) -> str:
    if measure is not None:
        return measure.removesuffix("_total").removesuffix("_new")
    return next((stem for word, stem in JHU_KINDS.items() if word in file.lower()), "confirmed")
