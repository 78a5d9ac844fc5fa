"""Times as lists write them: `2022-11-11 15时`, `2022-11-16 9时`, `2022-11-20 21:00`, or the name of a file."""

from __future__ import annotations

import re
from datetime import datetime

TIME = re.compile(
    r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]*(\d{1,2})(?:\s*[时点]|:(\d{2})(?::(\d{2}))?)?)?\s*"
)
NAMED = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[-T_]?(\d{2})(?!\d)")


def read_time(text: str) -> datetime | None:
    """The local time that a text says; None where it says none. A date alone is its midnight; 24时 is the next."""
    found = TIME.fullmatch(text)
    return _build([int(part or 0) for part in found.groups()]) if found else None


def time_in_name(file: str) -> datetime | None:
    """The hour that a file is named by: 2022111115-56e8e38d.json."""
    found = NAMED.match(file)
    return _build([*(int(part) for part in found.groups()), 0, 0]) if found else None


def _build(parts: list[int]) -> datetime | None:
    year, month, day, hour, minute, second = parts
    try:
        if (hour, minute, second) == (24, 0, 0):
            at = datetime(year, month, day)  # noqa: DTZ001  lists give local time without an offset
            return datetime.fromordinal(at.toordinal() + 1)
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
