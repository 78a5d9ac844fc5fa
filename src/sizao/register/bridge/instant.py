"""The instant K up to which facts are known, so that nothing recorded by then is still on its way."""

from __future__ import annotations

import datetime as dt
import time

from django.db import OperationalError, connection, transaction

from sizao.errors import SizaoError
from sizao.register.actions.act import WRITERS
from sizao.register.bridge.connect import is_postgres
from sizao.register.clock import now

PATIENCE = 2  # seconds that new writers may be kept waiting behind us
TRIES = 5


def choose_instant() -> dt.datetime:
    """Now, at a moment at which nobody is writing: every fact recorded by it is committed, every later one is later.

    On SQLite writers follow one another, and we are one of them; on PostgreSQL they share a lock, which we ask for
    alone. Raises SizaoError `writing-goes-on` where a long write does not end.
    """
    if not is_postgres():
        with transaction.atomic():
            return now()
    for turn in range(TRIES):
        time.sleep(PATIENCE if turn else 0)  # those who waited behind us come first
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
                return now()
        except OperationalError as error:
            if "lock" not in str(error):
                raise
    raise SizaoError(
        "writing-goes-on",
        "somebody has been writing for a long time, and what they write is not committed yet",
        why="a derivation now could miss it and yet count as later",
        todo="wait until the import is done, and derive then",
    )
