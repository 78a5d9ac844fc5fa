"""What is erased or sealed anew is overwritten on disk, not only taken out of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def overwriting(*tables: str) -> Iterator[None]:
    """SQLite zeroes what goes, in the file and in its log; PostgreSQL keeps dead rows until its tables are vacuumed.

    Inside somebody else's transaction the last step is left out: it is not over yet.
    """
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    yield
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if sqlite:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in tables:
            cursor.execute(f"VACUUM {table}")
