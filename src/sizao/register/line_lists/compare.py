"""A condition of a line list as the database is asked it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone

from sizao.register.line_lists.asked import Condition
from sizao.register.line_lists.columns import Column


def assigned(condition: Condition) -> Q:
    """Who sees to the person."""
    found = Q(pk__in=[])
    for value in condition.values:
        kind, _, number = str(value).partition(":")
        found |= Q(**{f"{kind}_id": int(number)})
    return found


def compared(column: Column, condition: Condition) -> Q:
    """A condition on a column of the row itself, or of what holds."""
    field, values = column.field, condition.values
    if column.name == "ct":  # kept in hundredths, asked for as it is shown
        values = tuple(round(float(str(value)) * 100) for value in values)
    if condition.way in ("empty", "filled"):
        empty = Q(**{f"{field}__isnull": True})
        return empty if condition.way == "empty" else ~empty
    if column.kind == "instant":
        day: Any = values[0]
        day += dt.timedelta(days=condition.way == "to")
        at = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
        return Q(**{f"{field}__{'lt' if condition.way == 'to' else 'gte'}": at})
    if condition.way == "has":
        return Q(**{f"{field}__icontains": values[0]})
    if condition.way in ("from", "to"):
        return Q(**{f"{field}__{'gte' if condition.way == 'from' else 'lte'}": values[0]})
    if column.many:
        found = Q(pk__in=[])
        for value in values:
            alone = {"": value, "__startswith": f"{value};", "__endswith": f";{value}", "__contains": f";{value};"}
            for where, text in alone.items():
                found |= Q(**{f"{field}{where}": text})
        return found
    return Q(**{f"{field}__in": values}) if len(values) > 1 else Q(**{field: values[0]})
