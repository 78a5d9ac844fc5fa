"""Spans of dates [since, before): None as an end is without end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sizao.policy.persons import Trigger

Span = tuple[dt.date, dt.date | None]


def span_of(trigger: Trigger) -> Span:
    """The dates of occurrence that a trigger catches."""
    return trigger.from_ or dt.date.min, trigger.before


def left_of(span: Span, taken: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span without those taken, in order."""
    start, end = span
    days = {day for pair in taken for day in pair if day is not None and day > start and (end is None or day < end)}
    edges: list[dt.date | None] = [start, *sorted(days), end]
    run: dt.date | None = None
    for day, after in pairwise(edges):
        assert day is not None
        free = not any(since <= day and (before is None or day < before) for since, before in taken)
        if free and run is None:
            run = day
        if not free and run is not None:
            yield run, day
            run = None
        if after == end and run is not None:
            yield run, end
            return
