"""Times as lists write them: `2022-11-11 15时`, `2022-11-16 9时`, `2022-11-20 21:00`, or the name of a file."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

TIME = re.compile(
    r"\s*(?:截至|截止)?\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{2}|\d(?=\s*[时点:]))(?:\s*[时点](?:(\d{1,2})分)?|:(\d{2})(?::(\d{2})(?:\.0+)?)?)?)?\s*"
)
NAMED = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[-T_]?(\d{2})(?!\d)")
YEARS = range(2019, 2100)
"""Years that a list can be of; 2202 is a slip of the pen, and an audit of 180 years no help."""


def read_time(text: str) -> datetime | None:
    """The local time that a text says; None where it says none of `YEARS`. A date alone is its midnight; 24时 is the
    next. Wide digits (２０２２) are digits. A time that is cut off (`2022-11-11 1`) is none."""
    found = TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if not found:
        return None
    year, month, day, hour, minute, other, second = (int(part or 0) for part in found.groups())
    return _build([year, month, day, hour, minute or other, second])


def time_in_name(file: str) -> datetime | None:
    """The hour that a file is named by: 2022111115-56e8e38d.json."""
    found = NAMED.match(file)
    return _build([*(int(part) for part in found.groups()), 0, 0]) if found else None


def _build(parts: list[int]) -> datetime | None:
    year, month, day, hour, minute, second = parts
    if year not in YEARS:
        return None
    try:
        if (hour, minute, second) == (24, 0, 0):
            at = datetime(year, month, day)  # noqa: DTZ001  lists give local time without an offset
            return datetime.fromordinal(at.toordinal() + 1)
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None
