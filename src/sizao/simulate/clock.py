"""When things are written down in the made-up city: instants as minutes since 1970-01-01 UTC, for local days."""

from __future__ import annotations

import numpy as np

from sizao.simulate.groups import Ints

UTC_OFFSET = 8 * 60  # minutes east
CLOSING = 20  # o'clock on the last day: nothing is recorded after it


def at(day: Ints, earliest: float, latest: float, rng: np.random.Generator) -> Ints:
    """A random minute between two local hours of each day, (n,)."""
    return day.astype(np.int64) * 1440 - UTC_OFFSET + rng.integers(int(earliest * 60), int(latest * 60), len(day))


def local_day(minute: Ints) -> Ints:
    """The local day of each instant."""
    return (minute + UTC_OFFSET) // 1440


def closing(day: int) -> int:
    """The last minute at which anything is recorded when the city is made for that day."""
    return day * 1440 - UTC_OFFSET + CLOSING * 60
