"""How many people were held on days that the situation compares with: counted by community, nobody is named."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.bridge.connect import is_postgres
from sizao.register.bridge.instant import choose_instant
from sizao.register.bridge.records import OF_PEOPLE, read_records
from sizao.register.clock import today
from sizao.register.identifying import WIDE
from sizao.register.models import NowHeld, NowRun, Place
from sizao.register.models.places import STEP
from sizao.register.situation import PERIODS, span

Held = Mapping[tuple[str, str], int]
"""People by the path of their community and what they are held by."""
KEPT = dt.timedelta(days=max(PERIODS))


def count_held(status: pa.Table) -> Held:
    """Of the rows of `status`: who waits to be decided on is held by nothing."""
    ids: dict[str, list[str]] = {}
    for row in status.select(["person_id", "restriction"]).to_pylist():
        if row["restriction"]:
            ids.setdefault(row["restriction"], []).append(row["person_id"])
    found: Counter[tuple[str, str]] = Counter()
    for restriction, held in ids.items():
        for path, people in _homes(held):
            found[path, restriction] += people
    return found


def keep_held(on: dt.date, held: Held) -> None:
    """Instead of what was kept of that day; days that nothing is compared with any more are forgotten."""
    with transaction.atomic():
        NowHeld.objects.filter(on=on).delete()
        rows = [NowHeld(on=on, path=path, restriction=name, people=n) for (path, name), n in held.items()]
        NowHeld.objects.bulk_create(rows or [NowHeld(on=on, path="", restriction="", people=0)], batch_size=500)
        NowHeld.objects.filter(on__lt=today() - KEPT).delete()


def fill_held(engine: str = "duckdb") -> list[dt.date]:
    """Derives the days that figures of today are compared with and that were not kept as they passed: those before
    the register was, or while it stood still. They are counted by what is known now."""
    kept = NowHeld.objects.values_list("on", flat=True).distinct()
    days = {span(today(), days, 1)[1] for days in PERIODS} - {*kept}
    if not days or not NowRun.objects.exists():
        return []
    known_at = choose_instant()
    facts = read_records(OF_PEOPLE, known_at)
    for day in sorted(days):
        with derive(facts, chain(settings.SIZAO_RULEBOOK), day, known_at=known_at, engine=engine) as derivation:
            keep_held(day, count_held(derivation.table("status")))
    return sorted(days)


def _homes(ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    """How many of them live in each community; of a home that is known no closer, the place that is."""
    listed = "= ANY(%s)" if is_postgres() else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        given = [*ids] if is_postgres() else json.dumps([*ids])
        cursor.execute(f"SELECT area, count(*) FROM people WHERE person_id {listed} GROUP BY 1", [given])
        homes = cursor.fetchall()
    wide = {*Place.objects.unscoped("counted").filter(kind__in=WIDE).values_list("path", flat=True)}
    for area, people in homes:
        ends = range(len(area), 0, -STEP)
        yield next((area[:end] for end in ends if area[:end] in wide), ""), people
