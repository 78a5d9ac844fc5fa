"""Turns at writing one file: first come, first served within a process; between processes nobody is passed twice.

It is a courtesy that saves waiting, not what keeps the file whole: that is SQLite's own lock. Where the system gives
no locks (some network disks), everybody's turn comes at once, and SQLite waits as it always does.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from functools import cache

from django.db import OperationalError

SOON, LATER = 0.001, 0.004  # seconds between looks: of the next process in line, and of those behind it


@cache
def turns_of(name: str) -> Turns:
    """The turns of a database file in this process."""
    return Turns(name)


class Turns:
    """A queue of threads; its first takes a lock on a file against other processes.

    That lock is waited for inside a gate, another lock: whoever waits there cannot be passed by a process that gives
    up its turn and wants another at once.
    """

    def __init__(self, name: str) -> None:
        self._names = (f"{name}-gate", f"{name}-turn")
        self._files: tuple[int, int] | None = None
        self._process = os.getpid()
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    def take(self, timeout: float) -> None:
        """Waits for the turn. Raises django.db.OperationalError as SQLite does where that is too long."""
        end = time.monotonic() + timeout
        mine: threading.Lock | None = None
        with self._guard:
            if self._taken:
                mine = threading.Lock()
                mine.acquire()
                self._waiting.append(mine)
            else:
                self._taken = True
        if mine is not None and not mine.acquire(timeout=timeout):
            with self._guard:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise OperationalError("database is locked")
            # it came in this very moment
        try:
            self._lock(end)
        except BaseException:
            self._pass_on()
            raise

    def give_up(self) -> None:
        """The next one's turn."""
        if self._process != os.getpid():
            return  # forked in the middle of a transaction: the turn is the parent's
        if self._files is not None:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _lock(self, end: float) -> None:
        if self._files is None:
            try:
                self._files = (_open(self._names[0]), _open(self._names[1]))
            except OSError:
                return
        gate, turn = self._files
        _wait(gate, LATER, end)
        try:
            _wait(turn, SOON, end)
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)


def _open(name: str) -> int:
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _wait(file: int, pause: float, end: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise OperationalError("database is locked") from None
            time.sleep(pause)
        except OSError:  # no locks here
            return


os.register_at_fork(after_in_child=turns_of.cache_clear)  # a lock that was inherited is the parent's
