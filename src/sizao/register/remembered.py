"""Counts that are asked for again and again: no further than is needed, and what took long only once a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SLOW, REMEMBERED, MOST_KEPT = 0.03, 60, 1000
"""What took the processor longer than so many seconds to count is shown again for so many seconds."""
_kept: dict[tuple[Any, ...], tuple[float, Any]] = {}


def is_few(rows: Any, most: int) -> bool:
    """Whether there are at most so many rows: counted no further than that."""
    return bool(rows.values("pk")[: most + 1].count() <= most)


def remembered(key: tuple[Any, ...], find: Callable[[], Any], slow: float | None = None) -> Any:
    """What `find` gives; where that took longer than `slow` (SLOW), the same for a minute, and to others meanwhile
    the old one.

    In the memory of this process alone, and thrown away when it is full.
    """
    now = time.monotonic()
    kept = _kept.get(key)
    if kept is not None and now - kept[0] < REMEMBERED:
        return kept[1]
    if kept is not None:
        _kept[key] = (now, kept[1])
    began = time.thread_time()
    found = find()
    if time.thread_time() - began > (SLOW if slow is None else slow):
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        _kept[key] = (now, found)
    else:
        _kept.pop(key, None)
    return found
