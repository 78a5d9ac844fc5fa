"""What stands around every page: who is signed in, where they may go, as of when things are derived."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from sizao.register.models import NowRun
from sizao.web.say import lang, say

MENU = (
    ("work", ("log_visits", "assign_people")),
    ("calendar", ("log_visits", "assign_people")),
    ("situation", ("see_figures",)),
    ("situation_quality", ("see_figures",)),
    ("lists", ("see_people", "take_requests", "see_areas", "keep_places")),
    ("find", ("see_names", "find_anybody")),
    ("add_person", ("add_people",)),
    ("glass", ("break_glass",)),
    ("documents", ("make_documents", "impose_orders")),
    ("areas", ("see_areas",)),
    ("orders", ("impose_orders", "see_areas", "see_excesses")),
    ("excesses", ("see_excesses",)),
    ("imports", ("import_people",)),
    ("exports", ("export_people",)),
    ("audit", ("see_audit",)),
    ("users", ("keep_users",)),
    ("places", ("see_areas", "keep_places")),
    ("own", ("see_own_record",)),
)
"""Addresses by name, and the permissions of which one is needed: the same that the views declare."""


def around(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    signed_in = hasattr(request, "user") and request.user.is_authenticated and hasattr(request, "access")
    found: dict[str, Any] = {
        "lang": lang(),
        "other_language": "en" if lang() == "zh" else "zh",
        "zone": settings.TIME_ZONE,
        "today_held": settings.SIZAO_TODAY,
        "signed_in": signed_in,
        "menu": [],
    }
    if signed_in:
        may = request.access.may  # type: ignore[attr-defined]
        found["menu"] = [(name, say(f"menu_{name}")) for name, needed in MENU if any(map(may, needed))]
        found["run"] = NowRun.objects.order_by("-pk").first()
    return found
