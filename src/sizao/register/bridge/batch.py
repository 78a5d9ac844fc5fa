"""Derives people whose facts were just written: those of a few moments in one batch, by one thread a process."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from contextlib import suppress

from django.db import DatabaseError, OperationalError, close_old_connections, connection

from sizao.register.bridge.people import TOGETHER, derive_people

GATHER = 0.003  # seconds in which others may join a batch
APART = 0.2
"""Seconds from one batch to the next while nobody waits: a batch costs as much as what 100 people in it cost more."""
PATIENCE = 5.0  # seconds that a writer waits at most; what was written stands either way
log = logging.getLogger("sizao.derive")


def derive_soon(people: Sequence[str], waits: bool) -> None:
    """Has people derived anew after a commit; with `waits`, comes back when that is done. Raises nothing.

    Whoever cannot be derived is logged, and stays marked in `now_touched` for the next run.
    """
    if connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        _try(people)  # nobody else could see what was written
        return
    done = _batcher.add(people, waits)
    if waits:
        wait([done], timeout=PATIENCE)


class Batcher:
    """People who wait, and the thread that derives them. It starts with the first of them, in each process anew."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, None] = {}
        self._awaited = False
        self._last = 0.0
        self._done: Future[None] = Future()
        self._thread: threading.Thread | None = None
        self._ends = False

    def add(self, people: Sequence[str], waits: bool = True) -> Future[None]:
        """Adds people to the next batch, which is at once where somebody waits for it.

        The future ends with it, also when that fails.
        """
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="sizao-derive", daemon=True)
                self._thread.start()
            self._waiting |= dict.fromkeys(people)
            self._awaited |= waits
            self._changed.notify()
            return self._done

    def end(self, timeout: float) -> None:
        """Derives who waits, and ends the thread; nobody else is taken."""
        with self._changed:
            self._ends = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._ends:
                    self._changed.wait()
                if not self._waiting:
                    break
                while not self._awaited and not self._ends and (left := self._last + APART - time.monotonic()) > 0:
                    self._changed.wait(left)
            time.sleep(GATHER)
            with self._changed:
                people = [*self._waiting]
                done, self._waiting, self._done, self._awaited = self._done, {}, Future(), False
            close_old_connections()
            _need_not_last()
            try:
                for at in range(0, len(people), TOGETHER):
                    _try(people[at : at + TOGETHER])
            finally:
                self._last = time.monotonic()
                done.set_result(None)
        connection.close()


def _need_not_last() -> None:
    """SQLite: what this thread writes need not outlive a power cut, so that it waits for no disk.

    What was lost is marked as not derived then, for both stand in one transaction, and the next run derives it.
    """
    if connection.vendor == "sqlite":
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = NORMAL")


def _try(people: Sequence[str]) -> None:
    """Derives people together; where that fails, each alone, so that one who cannot be derived holds up nobody."""
    try:
        derive_people(people)
    except OperationalError:
        log.exception("%s people could not be derived: the database is not to be had", len(people))
    except Exception:
        if len(people) == 1:
            log.exception("%s could not be derived; the next run tries again", people[0])
            return
        log.warning("%s people could not be derived together; trying each alone", len(people), exc_info=True)
        for person_id in people:
            _try([person_id])


def _start() -> None:
    global _batcher
    _batcher = Batcher()


_start()
os.register_at_fork(after_in_child=_start)
atexit.register(lambda: _batcher.end(PATIENCE))
