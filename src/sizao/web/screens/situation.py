"""The situation: one page for who has one minute, of the user's area or a place in it; no names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from sizao.register.access import Access, not_found
from sizao.register.figures import situation_of
from sizao.register.identifying import WIDE, may_ask_home
from sizao.register.models import Place
from sizao.register.scope import within
from sizao.register.situation import PERIODS, pending_since, span
from sizao.web.needs import needs
from sizao.web.say import lang
from sizao.web.screens.astray import check_address
from sizao.web.screens.live_charts import library_address
from sizao.web.screens.situation_curve import draw_curves
from sizao.web.screens.situation_shown import SORTS, Shown, shown_parts

USUAL = 7
"""Days of a period, where none is chosen."""
CHOICES = 60
"""Places that the box offers."""


@needs("see_figures")
def situation(request: Any) -> HttpResponse:
    """Figures at most a minute old. In the address: `place`, `days` of a period, `sort` of the parts, `every`."""
    access: Access = request.access
    path, place = read_place(access, "see_figures", request.GET.get("place", ""))
    check_address(request.GET, "", {"days": None, "sort": SORTS, "place": None, "every": ("1",)})
    days = read_days(request.GET)
    sort = request.GET.get("sort") if request.GET.get("sort") in SORTS else "cases"
    here = shown_to(access, path, place, days)
    found, small = here.found, here.small
    told = {
        "place": place,
        "above": _above(access, place),
        "choices": choices(access),
        "days": days,
        "periods": PERIODS,
        "found": found,
        "this": span(found.on, days),
        "last": span(found.on, days, 1),
        "small": small,
        "flows": here.flows(),
        "stocks": here.stocks(),
        "held": here.held(),
        "curves": [(curve, here.days(curve.name, curve.rows)) for curve in draw_curves(found.curve, lang(), small)],
        "parts": shown_parts(here, sort, every=request.GET.get("every") == "1"),
        "no_onset": here.no_onset(),
        "sort": sort,
        "library": library_address(),
        "tracing": here.tracing(),
        "shares": here.shares(),
        "doubts": here.doubts(),
        "pending_since": pending_since(found.on, days),
    }
    return render(request, "situation/renewed.html" if request.htmx else "situation/situation.html", told)


def shown_to(access: Access, path: str, place: Place | None, days: int, watched: bool = True) -> Shown:
    """The figures of a place as far as the user may know them."""
    found = situation_of(path, days, watched)
    may_ask = may_ask_home(access, path, place.kind if place else "")
    sees = may_ask and access.holds_in("see_people", path)
    return Shown(
        found,
        place,
        small=not sees,
        may_list=sees,
        may_see_excesses=access.holds_in("see_excesses", path),
        may_ask=may_ask,
        may_ask_parts=access.holds_in("see_names", path) or all(part.kind in WIDE for part in found.parts),
    )


def read_place(access: Access, permission: str, place_id: str) -> tuple[str, Place | None]:
    """The place asked for and its path, or the first of the user's areas ("" and None: everywhere).

    Raises SizaoError `not-found` where it is not below an area of the user's.
    """
    rows = Place.objects.unscoped("checked here")
    if place_id:
        place = rows.filter(place_id=place_id[:64]).first()
        if place is None or not access.holds_in(permission, place.path):
            raise not_found("place", place_id[:64])
        return place.path, place
    areas = access.areas(permission)
    return ("", None) if "" in areas else (areas[0], rows.filter(path=areas[0]).first())


def read_days(given: Mapping[str, str]) -> int:
    """The days of a period: one of PERIODS. Raises AstrayError `filter-unknown`."""
    check_address(given, "", {"days": [*map(str, PERIODS)]}, whole=False)
    return int(given.get("days") or USUAL)


def _above(access: Access, place: Place | None) -> list[Place]:
    """The places above, as far as they lie in the user's area; the widest first."""
    found: list[Place] = []
    while place is not None and place.parent is not None and len(found) < 10:
        place = place.parent
        if access.holds_in("see_figures", place.path):
            found.insert(0, place)
    return found


def choices(access: Access) -> list[Place]:
    """The user's areas and what lies right below them."""
    areas = access.areas("see_figures")
    rows = Place.objects.unscoped("the user's own areas")
    own = rows.filter(parent=None) if "" in areas else rows.filter(path__in=areas)
    below = rows.filter(parent__in=list(own.values_list("place_id", flat=True))).filter(within("path", areas))
    return sorted([*own[:CHOICES], *below.order_by("path")[:CHOICES]], key=lambda place: place.path)[:CHOICES]
