"""Which day a bulletin is for, and when it was published: the year is often not in the text."""

from __future__ import annotations

import datetime as dt
import re

_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_IN_TEXT = re.compile(r"(20\d\d)(?:-|年|/)(\d{1,2})(?:-|月|/)(\d{1,2})")
LAG = 3  # days from the report day to the publication, at most


def date_in_name(source: str | None) -> tuple[dt.date | None, dt.date | None]:
    """Day of publication and report day that a file's name tells: `2022-04-13.txt` is the day of publication,
    `report2022-04-12.txt` the report day. None where it tells none.
    """
    name = (source or "").rsplit("/", 1)[-1]
    found = _IN_NAME.search(name)
    day = make_date(*map(int, found.groups())) if found else None
    if found and name[: found.start()].lower().endswith(("report", "report-", "report_")):
        return None, day
    return day, None


def dates_in_text(said: str) -> list[dt.date]:
    """Full dates in a text, in its order."""
    found = (make_date(*map(int, m.groups())) for m in _IN_TEXT.finditer(said))
    return [day for day in found if day]


def make_date(year: int, month: int, day: int) -> dt.date | None:
    """A date, or None where there is no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def last_before(month: int, day: int, published: dt.date) -> dt.date | None:
    """The latest such day that is not after the publication. None where there is no such day."""
    for year in range(published.year, published.year - 5, -1):  # 29 February: within five years
        found = make_date(year, month, day)
        if found and found <= published:
            return found
    return None
