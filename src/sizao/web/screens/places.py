"""The tree of places: looked at by those who see areas, kept by those who keep it."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from sizao.register.access import Access, not_found
from sizao.register.actions.find import find_place
from sizao.register.models import Case, NowArea, Order, Place, Team
from sizao.register.reads import log_people
from sizao.register.scope import within
from sizao.web.forms.describe import forms
from sizao.web.forms.fields import MOST, names_on, offer
from sizao.web.needs import for_users, needs
from sizao.web.screens.areas import why_of
from sizao.web.timeline import order_text

PERMISSIONS = ("see_areas", "keep_places")
SIZE = 200
PER_MINUTE = 90
"""Suggestions that a user is given in each process: more than anybody types."""
_asked: dict[int, deque[float]] = {}
_asking = threading.Lock()


@needs(*PERMISSIONS)
def places(request: Any) -> HttpResponse:
    """The widest places of the user's areas."""
    areas = areas_of(request.access)
    rows = Place.objects.unscoped("the user's own areas")
    found = rows.filter(parent=None) if "" in areas else rows.filter(path__in=areas)
    return render(request, "places.html", {"rows": list(found.order_by("path")[:SIZE])})


@needs(*PERMISSIONS)
def place(request: Any, place_id: str) -> HttpResponse:
    """One place: what lies in it, its risk level, orders and teams."""
    access = request.access
    found = find_place(place_id)
    assert found is not None
    if not _is_inside(found, access):
        raise not_found("place", place_id)
    after = request.GET.get("after", "")[:300]
    below = Place.objects.unscoped("below a place of the user's area").filter(parent=found, path__gt=after)
    inside = list(below.order_by("path")[: SIZE + 1])
    orders = _orders(found) if access.holds_in("see_areas", found.path) else []
    areas = NowArea.objects.seen_by(access, "see_areas").filter(place=found)
    levels = [(row, _seen_case(access, row)) for row in areas]
    named = {case.person_id for _, case in levels if case is not None}
    if named:
        log_people(by=access, what="list", ids=named, asked="list=areas", alone="list=areas")
    told = {
        "place": found,
        "above": names_on(found.path)[:-1],
        "parent": found.parent if found.parent and _is_inside(found.parent, access) else None,
        "rows": inside[:SIZE],
        "last": inside[SIZE - 1].path if len(inside) > SIZE else "",
        "levels": [(row, why_of(row, case.case_id if case is not None else "")) for row, case in levels],
        "orders": orders,
        "teams": list(Team.objects.filter(place=found).order_by("name").prefetch_related("members__user")),
        "forms": [
            said for said in forms().values() if said.about == "place" and access.holds_in(said.needs, found.path)
        ],
        "may_lift": access.holds_in("impose_orders", found.path),
    }
    return render(request, "place.html", told)


@for_users()
def suggest_places(request: Any) -> HttpResponse:
    """Places of the user's areas for what is typed so far into a box, as its options; by id or by name."""
    access: Access = request.access
    typed = request.GET.get(request.htmx.trigger_name or "q", "").strip()[:100]
    areas = access.areas("see_people") or access.areas("keep_places")
    if not may_ask(request.user.pk):
        return HttpResponse(status=429)
    found: list[Place] = []
    if areas and (len(typed) > 1 or (typed and not typed.isascii())):
        rows = Place.objects.unscoped("the user's own areas").filter(within("path", areas)).order_by("path")
        found = list(rows.filter(Q(name__icontains=typed) | Q(place_id__istartswith=typed))[:MOST])
    return render(request, "places_like.html", {"places": offer(found)})


def may_ask(user: int) -> bool:
    """Whether the user has not asked too often within the last minute."""
    at = time.monotonic()
    with _asking:
        for name in [name for name, times in _asked.items() if times[-1] < at - 60]:
            del _asked[name]
        times = _asked.setdefault(user, deque(maxlen=PER_MINUTE))
        if len(times) == PER_MINUTE and times[0] > at - 60:
            return False
        times.append(at)
        return True


def areas_of(access: Access) -> tuple[str, ...]:
    """Where the user sees or keeps places."""
    both = sorted({area for permission in PERMISSIONS for area in access.areas(permission)})
    return tuple(area for area in both if not any(area != wide and area.startswith(wide) for wide in both))


def may_see_place(access: Access, place_id: str) -> bool:
    """Whether the page of a place is for the user."""
    found = Place.objects.unscoped("checked here").filter(place_id=place_id).first()
    return found is not None and _is_inside(found, access)


def _seen_case(access: Access, row: NowArea) -> Case | None:
    """The infection that an area was first drawn for, where the user may see its person."""
    return Case.objects.seen_by(access, "see_people").filter(case_id=row.because).first()


def _is_inside(place: Place, access: Access) -> bool:
    return any(place.path.startswith(area) for area in areas_of(access))


def _orders(place: Place) -> list[dict[str, Any]]:
    rows = Order.objects.unscoped("of a place of the user's area").filter(place=place).order_by("-version")
    found: dict[str, Order] = {}
    for row in rows[:500]:
        found.setdefault(row.order_id, row)
    told = [row for row in found.values() if not row.withdrawn]
    return [{"row": row, "text": order_text(row)} for row in sorted(told, key=lambda row: row.since, reverse=True)]
