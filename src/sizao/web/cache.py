"""Counts attempts to sign in, in the register's database; what cannot be written there is said, not passed over."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, transaction

from sizao.register.clock import now

MARK = "sizao-health"


class Cache(DatabaseCache):
    """Django's, which keeps silent where the disk is full: whoever signs in would hear that they tried too often.

    `add` and `set` raise django.db.DatabaseError where nothing can be written.
    """

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Whether it was not there."""
        added = bool(super().add(key, value, timeout, version))
        if not added and not self.has_key(key, version):
            write_mark()
        return added

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keeps it."""
        made = self.make_and_validate_key(key, version=version)
        if not self._base_set("set", made, value, timeout):
            write_mark()


def write_mark() -> None:
    """A small write that is really committed. Raises django.db.DatabaseError where it is not."""
    stamp = connection.ops.adapt_datetimefield_value(now())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE cache_key = %s", [MARK])
        cursor.execute("INSERT INTO cache (cache_key, value, expires) VALUES (%s, '', %s)", [MARK, stamp])
