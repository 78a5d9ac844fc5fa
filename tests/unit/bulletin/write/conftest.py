"""Figures of a made-up day, one a line: place, measure, value, and a note if there is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place

ON = dt.date(2022, 11, 20)
Draw = Callable[..., pa.Table]


@pytest.fixture
def figures() -> Draw:
    """Makes the table of such lines; a city is written 内蒙古/包头市. `in_text`: a text tells them in that order."""

    def draw(lines: str, on: dt.date = ON, source: str | None = None, in_text: bool = False) -> pa.Table:
        rows = []
        for at, line in enumerate(filter(None, map(str.strip, lines.splitlines()))):
            where, measure, value, *note = line.split()
            province, _, place = where.rpartition("/")
            within = find_place(province) if province else None
            known = find_place(place, within=within.code if within else None)
            code = known.code if known else None
            start, end = (at * 10, at * 10 + 5) if in_text else (None, None)
            rows.append(
                Figure(on, None, code, place, measure, int(value), note[0] if note else None, source, start, end)
            )
        return tabulate(rows)

    return draw
