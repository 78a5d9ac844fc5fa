"""Derives a few people at once, as soon as facts of theirs were written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection

from sizao.policy import chain
from sizao.register.bridge.now import columns_of, writing_now
from sizao.register.bridge.records import follow_merges, read_people
from sizao.register.bridge.rows import OF_PERSON, people_rows
from sizao.register.clock import now, today
from sizao.register.insert import insert
from sizao.register.models import NowRun, NowStatus, NowTouched

TOGETHER = 500  # people


def derive_people(ids: Iterable[str]) -> None:
    """Derives people on today's date from what is recorded now, and puts that in place of their rows in now_*.

    A record that was merged into another is derived as that one, and has no rows of its own. Where somebody was
    derived from later facts meanwhile, that stays. Raises what `sizao.derive` raises, and DatabaseError.
    """
    asked = [*dict.fromkeys(ids)]
    for at in range(0, len(asked), TOGETHER):
        _derive(asked[at : at + TOGETHER])


def _derive(ids: Sequence[str]) -> None:
    waiting = NowTouched.objects.filter(person_id__in=ids, derived_at=None)
    touched = [*waiting.values_list("id", "person_id", "at")]
    known_at = now()  # after what was touched was looked up: what is seen there and older than this is in the facts
    day, books = today(), chain(settings.SIZAO_RULEBOOK)
    merges = follow_merges(ids)
    people = {*merges.values()}
    facts = read_people(sorted(people), known_at)
    rows = people_rows(facts, books, day, known_at, "sqlite")
    with writing_now():
        if NowRun.objects.filter(known_at__gt=known_at).exists():
            return  # everybody was derived meanwhile, from all that we have seen
        later = _derived_after(merges, known_at)
        people -= later
        gone = [name for name, kept in merges.items() if kept not in later]
        wanted = pa.array(people, pa.string())
        with connection.cursor() as cursor:
            for name in OF_PERSON:
                old = sorted({*people, *gone})
                if old:
                    marks = ", ".join(["%s"] * len(old))
                    cursor.execute(f"DELETE FROM {name} WHERE person_id IN ({marks})", old)
                table = rows[name]
                insert(name, columns_of(table.filter(pc.is_in(table["person_id"], value_set=wanted))))
        seen = [number for number, name, at in touched if at <= known_at and merges[name] not in later]
        NowTouched.objects.filter(id__in=seen).update(derived_at=known_at)


def _derived_after(merges: Mapping[str, str], known_at: dt.datetime) -> set[str]:
    """Who was derived from a later K while we were at it, also by way of a record merged into theirs."""
    names = {*merges, *merges.values()}
    later: set[str] = set()
    for rows in (NowTouched.objects, NowStatus.objects.unscoped("the derivation's own")):
        found = rows.filter(person_id__in=names, derived_at__gt=known_at)
        later |= {merges.get(name, name) for name in found.values_list("person_id", flat=True)}
    return later
