"""Traces that outlived their use: failed sign-ins, ended sessions, uploads that nobody accepted, old runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.imports.stage import erase_old as erase_old_uploads
from sizao.register.imports.stage import old_uploads
from sizao.register.models import NowRun

KEPT = dt.timedelta(days=90)
"""Signing in, and runs of the derivation."""


def old_rows() -> Mapping[str, QuerySet[Any]]:
    """What is too old, by kind; in the order in which it can be deleted."""
    since = now() - KEPT
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now())
    last = NowRun.objects.order_by("-known_at").values_list("pk", flat=True).first()
    return {
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=since),
        "failures": AccessFailureLog.objects.filter(attempt_time__lt=since),
        "sign_ins": AccessLog.objects.filter(attempt_time__lt=since),
        "user_sessions": UserSession.objects.filter(~Exists(alive)),
        "sessions": Session.objects.filter(expire_date__lte=now()),
        "runs": NowRun.objects.filter(known_at__lt=since).exclude(pk=last),
    }


def count_old() -> dict[str, int]:
    """How many rows of each kind are too old."""
    return {name: rows.count() for name, rows in old_rows().items()} | {"uploads": old_uploads().count()}


def erase_old(by: Access) -> dict[str, int]:
    """Deletes them; how many of each kind."""
    erased = {name: rows.delete()[0] for name, rows in old_rows().items()}
    return erased | {"uploads": erase_old_uploads(by=by)}
