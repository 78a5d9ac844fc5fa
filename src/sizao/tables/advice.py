"""What would be right for a broken value, in one sentence that can be acted on."""

from __future__ import annotations

import re
from datetime import date, timedelta

from sizao.tables.contract import Column, nearest

_YEAR_FIRST = re.compile(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*(?:[T ]\s*0{1,2}:00(?::00)?(?:\.0+)?)?\s*")
_YEAR_LAST = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_OFFSET = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)")
_EXCEL_DAY_0 = date(1899, 12, 30)


def what_is_wrong(column: Column, value: str) -> str:
    """Say what is wrong with a value that does not fit the type of its column."""
    if column.type == "instant":
        return "an instant without its offset" if _NO_OFFSET.fullmatch(value) else "not an instant"
    if column.type == "date":
        return "not a date of the form YYYY-MM-DD" if not _is_iso(value) else "no such day in the calendar"
    return {"integer": "not a whole number", "number": "not a number", "boolean": "not true or false"}.get(
        column.type, "not text"
    )


def what_would_be_right(column: Column, value: str) -> str:
    """Say what to write instead; a date that can be read in two ways is never guessed."""
    if column.type == "date":
        return _right_date(value, column)
    if column.type == "instant":
        if match := _NO_OFFSET.fullmatch(value):
            return f"add the offset from UTC, for example {match[1]}T{match[2]}+08:00"
        return f"write date, time and offset, for example {column.example}"
    if column.type == "boolean":
        return "write true or false"
    if column.type in ("integer", "number"):
        digits = value.replace(",", "").replace(" ", "").removesuffix(".0")
        if re.fullmatch(r"[+-]?\d+", digits):
            return f"write {digits}"
        unit = f" ({column.unit})" if column.unit else ""
        return f"write digits only{unit}, for example {column.example}, or leave it empty where it may be"
    return f"write text, for example {column.example}"


def what_is_allowed(column: Column, value: str) -> str:
    """Say which of the allowed values was probably meant."""
    return nearest(value.strip().lower(), column.allowed)


def _right_date(value: str, column: Column) -> str:
    if match := _YEAR_FIRST.fullmatch(value) or _COMPACT.fullmatch(value):
        if day := _day(*match.groups()):
            return f"write {day}"
    elif match := _YEAR_LAST.fullmatch(value):
        first, second, year = match.groups()
        days = sorted({d for d in (_day(year, first, second), _day(year, second, first)) if d})
        if len(days) == 2:
            return f"write {days[0]} or {days[1]}, whichever is meant"
        if days:
            return f"write {days[0]}"
    elif re.fullmatch(r"[1-6]\d{4}", value):
        return f"write {_EXCEL_DAY_0 + timedelta(days=int(value))} if this is an Excel day number"
    return f"write YYYY-MM-DD, for example {column.example}"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_iso(value: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None
