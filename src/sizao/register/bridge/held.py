"""How many people were held on days that the situation compares with: counted by community, nobody is named."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa
from django.conf import settings
from django.db import connection

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.bridge.connect import is_postgres
from sizao.register.bridge.instant import choose_instant
from sizao.register.bridge.now import writing_now
from sizao.register.bridge.records import OF_PEOPLE, read_records
from sizao.register.clock import today
from sizao.register.identifying import WIDE
from sizao.register.models import NowHeld, NowRun, Place
from sizao.register.models.places import STEP
from sizao.register.situation import PERIODS, span

Held = Mapping[tuple[str, str], int]
"""People by the path of their community and what they are held by."""
NOBODY: Held = {("", ""): 0}
"""What is kept of a day on which nobody was held."""
KEPT = dt.timedelta(days=max(PERIODS))


def count_held(status: pa.Table) -> Held:
    """Of the rows of `status`: who waits to be decided on is held by nothing."""
    ids: dict[str, list[str]] = {}
    for row in status.select(["person_id", "restriction"]).to_pylist():
        if row["restriction"]:
            ids.setdefault(row["restriction"], []).append(row["person_id"])
    wide = {*Place.objects.unscoped("counted").filter(kind__in=WIDE).values_list("path", flat=True)}
    found: Counter[tuple[str, str]] = Counter()
    for restriction, held in ids.items():
        for area, people in _homes(held):
            parts = (area[:end] for end in range(len(area), 0, -STEP))
            found[next((part for part in parts if part in wide), ""), restriction] += people
    return found


def fill_held(engine: str = "duckdb") -> list[dt.date]:
    """Derives and counts the days that figures of today are compared with, as far as they were not: on each day that
    is yesterday, when it is over. Gives these days; those that nothing is compared with any more are forgotten."""
    missing = _missing()
    if not missing or not NowRun.objects.exists():
        return []
    known_at = choose_instant()
    facts, counted = read_records(OF_PEOPLE, known_at), {}
    for day in missing:
        with derive(facts, chain(settings.SIZAO_RULEBOOK), day, known_at=known_at, engine=engine) as derivation:
            counted[day] = count_held(derivation.table("status"))
    with writing_now():
        mine = [day for day in _missing() if day in counted]  # another process may have been at it
        NowHeld.objects.bulk_create(
            [
                NowHeld(on=day, path=path, restriction=name, people=people)
                for day in mine
                for (path, name), people in (counted[day] or NOBODY).items()
            ],
            batch_size=500,
        )
        NowHeld.objects.filter(on__lt=today() - KEPT).delete()
    return mine


def _missing() -> list[dt.date]:
    kept = NowHeld.objects.values_list("on", flat=True).distinct()
    return sorted({span(today(), days, 1)[1] for days in PERIODS} - {*kept})


def _homes(ids: Sequence[str]) -> list[tuple[str, int]]:
    """How many of them live at each home, by its path."""
    listed = "= ANY(%s)" if is_postgres() else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        given = [*ids] if is_postgres() else json.dumps([*ids])
        cursor.execute(f"SELECT area, count(*) FROM people WHERE person_id {listed} GROUP BY 1", [given])
        return list(cursor.fetchall())
