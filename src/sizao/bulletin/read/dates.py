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
    return list(dict.fromkeys(day for day in found if day))


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


class Calendar:
    """Tells the dates that a text means, and remembers what could not be told."""

    def __init__(self, said: str, published: dt.date | None, year: int | None) -> None:
        self._published, self._year = published, year
        self._in_text = dates_in_text(said)
        self.published = published
        """Day of publication: as given, else as the text tells it."""
        self.no_such_day: int | None = None  # where a day is named that does not exist
        self.no_year: int | None = None  # where a day is named whose year nothing tells
        self.where: dict[dt.date, int] = {}  # where in the tidy text each day was named first
        self.year_told = False
        """Whether the text itself tells the year of its day."""

    def day(self, year: str | None, month: str, day: str | None, at: int) -> dt.date | None:
        """The date of a dateline at a place in the text: with its own year, else the last one before publication."""
        found = self._find(year, month, day, at)
        if found:
            self.where.setdefault(found, at)
        return found

    def day_alone(self, day: str, near: dt.date | None, at: int) -> dt.date | None:
        """The date of a dateline that has no month: the last such day before publication, else next to a day told."""
        later = self._published or near
        if later is None:
            self.no_year = at if self.no_year is None else self.no_year
            return None
        for months_back in (0, 1):
            month = (later.month - 1 - months_back) % 12 + 1
            year = later.year - (months_back if later.month == 1 else 0)
            found = make_date(year, month, int(day))
            if found and found <= later:
                return found
        return None

    def _find(self, year: str | None, month: str, day: str | None, at: int) -> dt.date | None:
        found = None
        m, d = int(month), int(day or 0)
        if year:
            found = make_date(int(year), m, d)
            self.year_told = self.year_told or found is not None
        elif self._year:
            found = make_date(self._year, m, d)
        elif make_date(2020, m, d) is not None:  # 2020 has a 29 February
            found = last_before(m, d, self._published) if self._published else self._by_text(m, d)
            if found is None and self.no_year is None:
                self.no_year = at
            return found
        if found is None and self.no_such_day is None:
            self.no_such_day = at
        return found

    def _by_text(self, month: int, day: int) -> dt.date | None:
        for later in self._in_text:
            found = last_before(month, day, later)
            if found and (later - found).days <= LAG:
                self.published, self.year_told = later, True
                return found
        return None
