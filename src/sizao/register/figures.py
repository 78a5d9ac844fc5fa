"""Keeps the figures of each area, at most a minute old, so that a page costs no counting."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection

from sizao.register.clock import now
from sizao.register.situation import Situation, count_people, count_situation

OLDEST = 60.0
"""Seconds. Older figures are counted again before they are shown."""
RENEW = 30.0
"""Older figures are shown, and counted again beside that: where an area is looked at often, nobody waits."""
TURN = 30
"""Seconds for which a process that counts has its turn; the others look for its figures meanwhile."""
LOOK = 0.1
SHAPE = 1
"""Of what is kept: another number where `Situation` changes."""
MOST = 200
"""Areas of which one process remembers the figures."""

_kept: dict[str, Situation] = {}
_counting: dict[str, Future[Situation]] = {}
_waiting: set[str] = set()
_lock = threading.Lock()
_beside = threading.Lock()
"""Counting beside the pages goes on one area at a time in each process: the pages need the processor too."""


def situation_of(path: str, days: int) -> Situation:
    """The figures of the area below `path`, counted once by whoever comes first, for all processes.

    Kept in this process and in Django's cache; those who come while they are counted wait for the same count.
    """
    key = _key(path, days)
    found = _kept.get(key)
    if found is None or _age(found) > RENEW:
        shared = cache.get(key)
        if isinstance(shared, Situation) and (found is None or shared.counted_at > found.counted_at):
            found = _keep(key, shared)
    if found is None or not 0 <= _age(found) <= OLDEST:
        return _count(key, path, days)
    if _age(found) > RENEW and not connection.in_atomic_block:
        _count_beside(key, path, days)
    return found


def forget_figures() -> None:
    """All of them, in this process and in the cache: for tests."""
    with _lock:
        for key in _kept:
            cache.delete(key)
        _kept.clear()
    count_people.cache_clear()


def _count(key: str, path: str, days: int) -> Situation:
    mine: Future[Situation] = Future()
    with _lock:
        theirs = _counting.setdefault(key, mine)
    if theirs is not mine:
        return theirs.result()
    try:
        found = _take_turn(key, path, days)
        _keep(key, found)
        mine.set_result(found)
    except BaseException as error:
        mine.set_exception(error)
        raise
    finally:
        with _lock:
            _counting.pop(key, None)
    return found


def _take_turn(key: str, path: str, days: int) -> Situation:
    """Counts, unless another process is at it: then that one's figures."""
    turn, until = f"{key}-turn", time.monotonic() + TURN
    mine = False
    while time.monotonic() < until:
        shared = cache.get(key)
        if isinstance(shared, Situation) and 0 <= _age(shared) < RENEW:
            return shared
        mine = mine or _try(lambda: cache.add(turn, 1, TURN))
        if mine or cache.get(turn) is None:  # nothing can be written: then each process counts for itself
            break
        time.sleep(LOOK)
    found = count_situation(path, days)
    _try(lambda: cache.set(key, found, OLDEST))
    if mine:
        _try(lambda: cache.delete(turn))
    return found


def _try(write: Callable[[], Any]) -> bool:
    """Whether it could be written; a full or busy database is no reason to show no figures."""
    try:
        return bool(write())
    except DatabaseError:
        return False


def _count_beside(key: str, path: str, days: int) -> None:
    """In a thread with a connection of its own, unless somebody is at it, here or in another process."""
    with _lock:
        if key in _counting or key in _waiting:
            return
        _waiting.add(key)

    def work() -> None:
        try:
            with _beside:
                _count(key, path, days)
        except DatabaseError:
            time.sleep(1)  # whoever comes when they are too old counts them, and is told what is wrong
        finally:
            with _lock:
                _waiting.discard(key)
            connection.close()

    threading.Thread(target=work, name="sizao-figures", daemon=True).start()


def _keep(key: str, found: Situation) -> Situation:
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept.pop(key, None)
        _kept[key] = found
    return found


def _age(found: Situation) -> float:
    return (now() - found.counted_at).total_seconds()


def _key(path: str, days: int) -> str:
    """Of one register, which the name of its database tells apart in the tests."""
    text = f"{SHAPE} {connection.settings_dict['NAME']} {path} {days}"
    return f"sizao-situation-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
