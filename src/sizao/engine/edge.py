"""The edge between tables as people know them and tables as the SQL sees them: a date is a day number inside.

Inside, a date column `x_on` is called `x_day`, and `from`, `until`, `on` are `from_day`, `until_day`, `on_day`
(integer days since 1970-01-01); an instant `x_at` is `x_us` (big integer, microseconds since 1970-01-01 UTC). So
names that are words of SQL stay outside, and date arithmetic is integer arithmetic on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sizao.tables import Column

DAY_MAX = 2932896  # 9999-12-31: as the end of something, it means without end


def inner_name(column: Column) -> str:
    """The column's name inside."""
    if column.type == "date":
        return column.name.removesuffix("_on") + "_day"
    if column.type == "instant":
        return column.name.removesuffix("_at") + "_us"
    return column.name


def inward(columns: Sequence[Column], date: Callable[[str], str], instant: Callable[[str], str], quote: str) -> str:
    """A select list that turns outer columns into inner ones; `date` and `instant` are the engine's expressions."""
    parts = []
    for column in columns:
        outer = f"{quote}{column.name}{quote}"
        turned = date(outer) if column.type == "date" else instant(outer) if column.type == "instant" else outer
        parts.append(f"{turned} AS {inner_name(column)}")
    return ", ".join(parts)


def outward(
    columns: Sequence[Column], date: Callable[[str], str], cast: Callable[[str, str], str], quote: str
) -> str:
    """A select list that turns inner columns into outer ones; a day without end becomes null."""
    parts = []
    for column in columns:
        inner = inner_name(column)
        if column.type == "date":
            turned = date(f"NULLIF({inner}, {DAY_MAX})" if column.nullable else inner)
        else:
            turned = cast(inner, column.type)
        parts.append(f"{turned} AS {quote}{column.name}{quote}")
    return ", ".join(parts)
