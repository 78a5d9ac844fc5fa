"""Whether the service lives, for the machine that watches it: no person in it."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

from sizao.register.clock import now
from sizao.register.models import Act, NowRun, Read
from sizao.web.needs import for_everybody


@for_everybody()
def health(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, 503 where not; how old the last derivation is (null: there was none)."""
    try:
        run = NowRun.objects.order_by("-pk").first()
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    age = None if run is None else round((now() - run.known_at).total_seconds())
    return JsonResponse({"database": "ok", "derived_seconds_ago": age})


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


def _last_id(model: type[Act] | type[Read]) -> int:
    """Rows are only ever added: the last number is how many there were."""
    found: int | None = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return found or 0
