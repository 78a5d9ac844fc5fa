"""Derives everybody and every area, and puts that in place of what was derived before, all at once."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from sizao.policy import chain
from sizao.register.bridge.connect import is_postgres
from sizao.register.bridge.instant import choose_instant
from sizao.register.bridge.records import OF_PEOPLE, OF_PLACES, follow_merges, read_records
from sizao.register.bridge.rows import OF_PERSON, OF_PLACE, people_rows, place_rows
from sizao.register.clock import today
from sizao.register.insert import insert
from sizao.register.models import NowRun, NowTouched

DERIVERS = 0x53495A42
"""PostgreSQL: who writes now_* holds this lock; on SQLite writers follow one another anyway."""
Progress = Callable[[str], None]


def derive_everybody(on: dt.date | None = None, engine: str = "duckdb", progress: Progress | None = None) -> NowRun:
    """Derives everybody on a date (default: today) from what is recorded now, and replaces the now_* tables.

    They are replaced in one transaction: a run that fails, or is killed, leaves what was there. What was derived of
    single people from facts recorded meanwhile stays. Where another run that began later is done already, this one
    changes nothing and gives that one. Raises SizaoError `writing-goes-on` and those of `sizao.derive`.
    """
    began, say = time.perf_counter(), progress or (lambda step: None)
    say("wait")
    known_at = choose_instant()
    day = on or today()
    books = chain(settings.SIZAO_RULEBOOK)
    say("read")
    facts = read_records([*OF_PEOPLE, *OF_PLACES], known_at)
    say("derive")
    rows = people_rows(facts, books, day, known_at, engine)
    rows |= place_rows(facts, books, day, known_at, engine)
    del facts
    say("write")
    with writing_now():
        later = NowRun.objects.filter(known_at__gt=known_at).order_by("known_at").last()
        if later is not None:
            return later
        _replace_people(rows, known_at)
        _replace_places(rows)
        return NowRun.objects.create(
            on=day,
            known_at=known_at,
            places_at=known_at,
            rulebook=settings.SIZAO_RULEBOOK,
            seconds=round(time.perf_counter() - began, 3),
            people=rows["now_status"].num_rows,
        )


def derive_places(engine: str = "duckdb") -> NowRun | None:
    """Derives areas and excesses of places alone, as `derive_everybody`; None where that never ran."""
    known_at = choose_instant()
    day = today()
    facts = read_records(OF_PLACES, known_at)
    rows = place_rows(facts, chain(settings.SIZAO_RULEBOOK), day, known_at, engine)
    with writing_now():
        run = NowRun.objects.order_by("known_at").last()
        if run is not None and run.places_at < known_at:
            _replace_places(rows)
            run.places_at = known_at
            run.save(update_fields=["places_at"])
        return run


@contextmanager
def writing_now() -> Iterator[None]:
    """One transaction that writes now_*: one at a time, so that the later K wins."""
    with transaction.atomic():
        if is_postgres():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DERIVERS])
        yield


def _replace_people(rows: Mapping[str, pa.Table], known_at: dt.datetime) -> None:
    """All rows but those of people whose facts were written, or who were derived alone, after K.

    Who they are is asked once: facts that are written from here on are derived when we are done.
    """
    since = NowTouched.objects.filter(Q(at__gt=known_at) | Q(derived_at__gt=known_at)).exclude(person_id="")
    merges = follow_merges(since.values_list("person_id", flat=True).distinct())
    kept = sorted({*merges, *merges.values()})
    value_set = pa.array(kept, pa.string())
    with connection.cursor() as cursor:
        for name in OF_PERSON:
            if not kept:
                cursor.execute(f"DELETE FROM {name}")
            elif is_postgres():
                cursor.execute(f"DELETE FROM {name} WHERE person_id <> ALL(%s)", [kept])
            else:
                listed = "SELECT value FROM json_each(%s)"
                cursor.execute(f"DELETE FROM {name} WHERE person_id NOT IN ({listed})", [json.dumps(kept)])
            table = rows[name]
            insert(name, columns_of(table.filter(pc.invert(pc.is_in(table["person_id"], value_set=value_set)))))
    seen = Q(derived_at=None) | Q(derived_at__lte=known_at)
    NowTouched.objects.filter(seen, at__lte=known_at).delete()


def _replace_places(rows: Mapping[str, pa.Table]) -> None:
    with connection.cursor() as cursor:
        for name in OF_PLACE:
            cursor.execute(f"DELETE FROM {name}")
            insert(name, columns_of(rows[name]))


def columns_of(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """A table as `insert` takes it."""
    return dict(zip(table.column_names, table.columns, strict=True))
