"""Whether the service lives, for the machine that watches it: no person in it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

from sizao.register.bridge.stale import SOON
from sizao.register.clock import now
from sizao.register.models import Act, NowRun, NowTouched, Read
from sizao.register.sqlite.file import is_moved
from sizao.web.cache import write_mark
from sizao.web.needs import for_everybody
from sizao.web.refusals import is_busy, is_full

LOOK_AGAIN = 10.0  # seconds: anybody may ask, and not every question shall cost a write
_looked: dict[str, Any] = {"at": -LOOK_AGAIN, "said": ""}


@for_everybody()
def health(request: HttpRequest) -> HttpResponse:
    """200 where records can be written, 503 where not; how old the last derivation is, and how many wait for one.

    `database` is ok, busy (a long write goes on; all is well), full (no room, or it fails), moved (the file is gone
    or another; nothing is written) or unreachable.
    `derived_seconds_ago` is null where there never was a derivation; `waiting` counts people whose facts were written
    more than a few seconds ago and who are not derived since.
    """
    if is_moved():
        return JsonResponse({"database": "moved"}, status=503)
    try:
        run = NowRun.objects.order_by("-pk").first()
        waiting = count_waiting()
        database = try_to_write()
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    age = None if run is None else round((now() - run.known_at).total_seconds())
    said = {"database": database, "derived_seconds_ago": age, "waiting": waiting}
    return JsonResponse(said, status=200 if database in ("ok", "busy") else 503)


def count_waiting() -> int:
    """People whom the process that wrote their facts has not derived, though it had the time; all count as one."""
    late = NowTouched.objects.filter(derived_at=None, at__lt=now() - SOON)
    return late.values("person_id").distinct().count()


def try_to_write() -> str:
    """What came of a small write that was really committed; each process tries at most every few seconds."""
    if time.monotonic() - _looked["at"] < LOOK_AGAIN:
        return str(_looked["said"])
    said = "ok"
    try:
        write_mark()
    except OperationalError as error:
        if not is_busy(error) and not is_full(error):
            raise
        said = "busy" if is_busy(error) else "full"
    except IntegrityError:  # another process wrote it in between: so it can be written
        pass
    _looked.update(at=time.monotonic(), said=said)
    return said


@for_everybody()
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text for who sends SIZAO_METRICS_TOKEN; for anybody else there is no such address."""
    wanted, given = settings.SIZAO_METRICS_TOKEN, request.headers.get("Authorization", "")
    if not wanted or not constant_time_compare(given, f"Bearer {wanted}"):
        raise Http404
    run = NowRun.objects.order_by("-pk").first()
    lines = [
        ("sizao_acts_total", "counter", "Writes since the beginning", _last_id(Act)),
        ("sizao_reads_total", "counter", "Looks at records and lists since the beginning", _last_id(Read)),
        ("sizao_waiting", "gauge", "People whose facts were written and who are not derived since", count_waiting()),
        ("sizao_writable", "gauge", "1 where records can be written", int(not is_moved() and try_to_write() == "ok")),
        *disk(),
        ("sizao_postgresql", "gauge", "1 on PostgreSQL, 0 on SQLite", int(connection.vendor == "postgresql")),
    ]
    if run is not None:
        lines += [
            (
                "sizao_derived_timestamp_seconds",
                "gauge",
                "Facts up to this instant are derived",
                run.known_at.timestamp(),
            ),
            ("sizao_derive_seconds", "gauge", "How long the last derivation of everybody took", run.seconds),
            ("sizao_people_under_measure", "gauge", "People with a status at the last derivation", run.people),
        ]
    text = "".join(
        f"# HELP {name} {said}\n# TYPE {name} {kind}\n{name} {value}\n" for name, kind, said, value in lines
    )
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def disk() -> list[tuple[str, str, str, float]]:
    """How much room a register in a file has left."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db() or is_moved():
        return []
    file = Path(connection.settings_dict["NAME"])
    free = shutil.disk_usage(file.parent).free
    return [
        ("sizao_disk_free_bytes", "gauge", "Room on the disk of the register", free),
        ("sizao_database_bytes", "gauge", "Size of the register", file.stat().st_size),
    ]


def _last_id(model: type[Act] | type[Read]) -> int:
    """Rows are only ever added: the last number is how many there were."""
    found: int | None = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return found or 0
