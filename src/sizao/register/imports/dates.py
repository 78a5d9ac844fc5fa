"""Days and instants as people write them, into ISO."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from sizao.tables.check_rows import FIRST_DAY, LAST_DAY

EXCEL_FIRST = dt.date(1899, 12, 30)
YEAR_FIRST = re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?:[T ].*)?")
PACKED = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?")
SERIAL = re.compile(r"[1-9]\d{4}")


def to_day(text: str, order: str) -> str | None:
    """The day that a text states, in ISO; None where it states none. `order` decides 1/2/2022: dmy or mdy.

    With ymd such a day is taken only where its parts leave no choice. 44885 is a day as Excel counts them.
    """
    found = YEAR_FIRST.fullmatch(text) or PACKED.fullmatch(text)
    if found:
        return _iso(int(found["y"]), int(found["m"]), int(found["d"]))
    found = YEAR_LAST.fullmatch(text)
    if found:
        first, second, year = (int(part) for part in found.groups())
        if order == "mdy" or (order == "ymd" and second > 12):
            return _iso(year, first, second)
        if order == "dmy" or first > 12:
            return _iso(year, second, first)
        return _iso(year, first, second) if first == second else None
    if SERIAL.fullmatch(text) and 10_000 <= int(text) < 80_000:
        return (EXCEL_FIRST + dt.timedelta(days=int(text))).isoformat()
    return None


def is_day(text: str) -> bool:
    """Whether a text is a day in ISO."""
    return len(text) == len("YYYY-MM-DD") and to_day(text, "ymd") == text


def wrong_day(text: str, today: str, then: str) -> tuple[str, str, str] | None:
    """Why a text is no day on which something happened: code, what (with what becomes of it), what to do."""
    if not is_day(text):
        return "bad-date", f"no day: {then}", "write it as YYYY-MM-DD"
    if not FIRST_DAY <= text <= LAST_DAY:
        return "date-out-of-range", f"before {FIRST_DAY} or after {LAST_DAY}: {then}", "check the year"
    return ("after-today", f"after today ({today}): {then}", "check the year") if text > today else None


def to_instant(text: str, zone: str) -> str | None:
    """The instant that a text states, in ISO with its offset; one without is read in the zone."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(zone))
    return found.astimezone(dt.UTC).isoformat()


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
