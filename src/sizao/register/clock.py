"""The register's clock: the instant, and the local date that rules count in."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone


def now() -> dt.datetime:
    """The instant, UTC."""
    return timezone.now()


def local_date(instant: dt.datetime) -> dt.date:
    """The date of an instant where the register is."""
    return timezone.localtime(instant, timezone.get_default_timezone()).date()


def today() -> dt.date:
    """The local date of the register (`SIZAO_TODAY` holds it still, for a demonstration)."""
    held: dt.date | None = settings.SIZAO_TODAY
    return held or local_date(now())


def latest(instant: dt.datetime) -> dt.date:
    """The last day of which something can be recorded at an instant: none after it, nor after the day held still."""
    return min(local_date(instant), today())
