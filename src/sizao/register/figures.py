"""Keeps the figures of each area, at most a minute old, so that a page costs no counting."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Q

from sizao.register.clock import now
from sizao.register.found import CaseFound, read_cases
from sizao.register.models import Grant
from sizao.register.roles import roles
from sizao.register.situation import Situation, count_people, count_situations, span

OLDEST = 60.0
"""Seconds. Older figures are counted again before they are shown."""
RENEW = 30.0
"""Older figures are shown, and counted again beside that: where an area is looked at often, nobody waits."""
WATCHED = 15 * 60.0
"""Seconds after a look for which an area is counted again, whether somebody looks or not: the next look waits for
nothing."""
FIRST = 12
"""Areas that are counted when a process begins, the widest first."""
TURN = 30
"""Seconds for which a process that counts has its turn; the others look for its figures meanwhile."""
LOOK = 0.1
SHAPE = 4
"""Of what is kept: another number where `Situation` changes."""
MOST = 200
"""Areas of which one process remembers the figures."""

LISTS = 16
"""Areas and periods whose cases one process remembers, for the lists behind the figures."""
Figures = dict[int, Situation]
"""Of one area, by the days of the period."""
_kept: dict[str, Figures] = {}
_looked: dict[str, tuple[str, float]] = {}
"""When somebody last looked at the figures of a path, by key."""
_counting: dict[str, Future[Figures]] = {}
_waiting: set[str] = set()
log = logging.getLogger("sizao.figures")
_lock = threading.Lock()
_beside = threading.Lock()
"""Counting beside the pages goes on one area at a time in each process: the pages need the processor too."""


def situation_of(path: str, days: int, watched: bool = True) -> Situation:
    """The figures of the area below `path`, counted once by whoever comes first, for all processes and all periods.

    Kept in this process and in Django's cache; those who come while they are counted wait for the same count.
    `watched`: somebody may look again, so they are counted again beside the pages.
    """
    key = _key(path)
    if watched:
        _looked[key] = (path, time.monotonic())
    found = _newest(key)
    if found is None or not 0 <= _age(found) <= OLDEST:
        return _count(key, path)[days]
    if watched and _age(found) > RENEW and not connection.in_atomic_block:
        _count_beside(key, path)
    return found[days]


def known_orders(path: str, of: str, on: dt.date) -> int | None:
    """How many orders on a `person` or a `place` bind in an area on a day, where its figures are known and say it."""
    key = _key(path)
    found = _newest(key)
    if found is None or not 0 <= _age(found) <= OLDEST:
        return None
    _looked[key] = (path, time.monotonic())
    for days, one in found.items():
        for back, day in ((0, one.on), (1, span(one.on, days, 1)[1])):
            if day == on:
                return one.orders[of][back]
    return None


def cases_found(path: str, since: dt.date, until: dt.date) -> list[CaseFound]:
    """The cases behind the figures, as old as those: of a whole city they take a second to read."""
    return _cases_found(path, since, until, int(time.monotonic() // OLDEST))


@lru_cache(maxsize=LISTS)
def _cases_found(path: str, since: dt.date, until: dt.date, minute: int) -> list[CaseFound]:
    return read_cases(path, since, until)


def keep_counting() -> None:
    """Begins to count beside the requests of this process: first the areas of those who may see figures, then again
    and again those that were looked at."""
    threading.Thread(target=_keep_counting, name="sizao-figures-kept", daemon=True).start()


def forget_figures() -> None:
    """All of them, in this process and in the cache: for tests."""
    with _lock:
        for key in _kept:
            cache.delete(key)
        _kept.clear()
        _looked.clear()
    count_people.cache_clear()
    _cases_found.cache_clear()


def _keep_counting() -> None:
    with suppress(DatabaseError):
        for path in _first():
            _looked.setdefault(_key(path), (path, time.monotonic()))
    while True:
        for key, (path, at) in [*_looked.items()]:
            if time.monotonic() - at > WATCHED:
                _looked.pop(key, None)
                continue
            try:
                found = _newest(key)
                if found is None or not 0 <= _age(found) <= RENEW:
                    with _beside:
                        _count(key, path)
            except Exception:
                log.exception("figures could not be counted")
        _rest()


def _rest() -> None:
    connection.close()
    time.sleep(RENEW / 6)


def _first() -> list[str]:
    """The areas of users who may see figures, the widest first."""
    seeing = [name for name, role in roles().items() if "see_figures" in role.may]
    rows = Grant.objects.filter(Q(until=None) | Q(until__gt=now()), role__in=seeing, since__lte=now())
    paths = {path or "" for path in rows.values_list("place__path", flat=True).distinct()}
    return sorted(paths, key=lambda path: (len(path), path))[:FIRST]


def _newest(key: str) -> Figures | None:
    """What this process has; where that is not of the last moments, what another has counted since."""
    found = _kept.get(key)
    if found is None or _age(found) > RENEW:
        shared = cache.get(key)
        if _is_figures(shared) and (found is None or _age(shared) < _age(found)):
            found = _keep(key, shared)
    return found


def _count(key: str, path: str) -> Figures:
    mine: Future[Figures] = Future()
    with _lock:
        theirs = _counting.setdefault(key, mine)
    if theirs is not mine:
        return theirs.result()
    try:
        found = _take_turn(key, path)
        _keep(key, found)
        mine.set_result(found)
    except BaseException as error:
        mine.set_exception(error)
        raise
    finally:
        with _lock:
            _counting.pop(key, None)
    return found


def _take_turn(key: str, path: str) -> Figures:
    """Counts, unless another process is at it: then that one's figures."""
    turn, until = f"{key}-turn", time.monotonic() + TURN
    mine = False
    while time.monotonic() < until:
        shared = cache.get(key)
        if _is_figures(shared) and 0 <= _age(shared) < RENEW:
            return shared
        mine = mine or _try(lambda: cache.add(turn, 1, TURN))
        if mine or cache.get(turn) is None:  # nothing can be written: then each process counts for itself
            break
        time.sleep(LOOK)
    try:
        found = count_situations(path)
        _try(lambda: cache.set(key, found, OLDEST))
    finally:
        if mine:  # also where it failed: nobody waits for figures that do not come
            _try(lambda: cache.delete(turn))
    return found


def _try(write: Callable[[], Any]) -> bool:
    """Whether it could be written; a full or busy database is no reason to show no figures."""
    try:
        return bool(write())
    except DatabaseError:
        return False


def _count_beside(key: str, path: str) -> None:
    """In a thread with a connection of its own, unless somebody is at it, here or in another process."""
    with _lock:
        if key in _counting or key in _waiting:
            return
        _waiting.add(key)

    def work() -> None:
        try:
            with _beside:
                _count(key, path)
        except DatabaseError:
            time.sleep(1)  # whoever comes when they are too old counts them, and is told what is wrong
        finally:
            with _lock:
                _waiting.discard(key)
            connection.close()

    threading.Thread(target=work, name="sizao-figures", daemon=True).start()


def _keep(key: str, found: Figures) -> Figures:
    with _lock:
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept.pop(key, None)
        _kept[key] = found
    return found


def _is_figures(shared: Any) -> bool:
    return isinstance(shared, dict) and bool(shared) and all(isinstance(one, Situation) for one in shared.values())


def _age(found: Figures) -> float:
    """Seconds; all periods of an area are counted together."""
    return (now() - next(iter(found.values())).counted_at).total_seconds()


def _key(path: str) -> str:
    """Of one register, which the name of its database tells apart in the tests."""
    text = f"{SHAPE} {connection.settings_dict['NAME']} {path}"
    return f"sizao-situation-{hashlib.sha256(text.encode()).hexdigest()[:32]}"
