"""Small hand-made figures, one line a number: `2022-05-03 上海 confirmed_new_local 4`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place

Make = Callable[..., pa.Table]


@pytest.fixture
def make() -> Make:
    """Lines of day, place, measure, value; the source is one file a day unless it is told."""

    def table(text: str, source: str | None = None) -> pa.Table:
        figures = []
        for at, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
            on, name, measure, value = line.split()
            day, place = dt.date.fromisoformat(on), find_place(name)
            code = place.code if place else None
            figures.append(
                Figure(day, None, code, name, measure, int(value), None, source or f"{on}.txt", at * 10, at * 10 + 5)
            )
        return tabulate(figures)

    return table
