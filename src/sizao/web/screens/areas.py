"""Risk areas: their level, how wide, since when, when they lift and by which clause; as a table, and as points."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render

from sizao.policy import chain
from sizao.policy.sheet.places import list_level
from sizao.policy.sheet.say import Speech
from sizao.register.access import Access
from sizao.register.clock import today
from sizao.register.models import Case, NowArea, NowPlaceExcess, Place
from sizao.register.reads import log_people
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs
from sizao.web.say import lang, say
from sizao.web.screens.astray import check_address, is_number
from sizao.web.screens.excess_answers import address_of
from sizao.web.screens.excesses import areas_of, clause_words, of_places, remembered
from sizao.words import Lang

SIZE = 40
POINTS = 1500
"""Points that the map shows: more hide one another."""
WIDE, HIGH = 720.0, 440.0
BESIDE = 4
WORDS = {"since": "since", "lifts": "areas_lifts", "clock": "areas_clock", "case": "areas_case"}
OUTLINES = {
    "strict": "m0-7 6 12h-12z",
    "middle": "m-5-5h10v10h-10z",
    "light": "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
}
SIGNS = {"strict": "▲", "middle": "■", "light": "○"}


@needs("see_areas")
def areas(request: Any) -> HttpResponse:
    """One page of the areas. `after` is the number of the last row of the page before."""
    access = request.access
    levels = level_titles()
    check_address(request.GET, "", {"level": levels, "place": None, "after": is_number})
    asked = {
        "level": request.GET.get("level") if request.GET.get("level") in levels else "",
        "place": request.GET.get("place", "").strip()[:64],
    }
    inside = areas_of(access, "see_areas", asked["place"])
    seen = of_places(access, NowArea, "see_areas", inside)
    by_level = remembered(
        ("levels", inside), lambda: dict(seen.values_list("level").annotate(n=Count("pk")).order_by())
    )
    rows = seen.filter(level=asked["level"]) if asked["level"] else seen
    after = request.GET.get("after", "")
    page = rows.filter(pk__gt=int(after)) if after.isdecimal() and len(after) < 19 else rows
    found = list(page.select_related("place").order_by("pk")[: SIZE + 1])
    placed = rows.exclude(lat=None).exclude(lon=None).order_by("pk")
    points = list(placed.values_list("level", "lat", "lon")[: POINTS + 1])
    told = {
        "asked": asked,
        "levels": [
            (name, levels.get(name, name), by_level[name], _address(asked, level=name)) for name in _heavy(by_level)
        ],
        "every": (sum(by_level.values()), _address(asked, level="")),
        "counties": _counties(access, asked["place"]),
        "rows": tell(access, found[:SIZE]),
        "next": _address(asked, after=str(found[SIZE - 1].pk)) if len(found) > SIZE else "",
        "first": _address(asked) if after else "",
        "map": draw(points[:POINTS]),
        "left_out": len(points) > POINTS,
        "on": found[0].on if found else None,
        "stale": bool(found) and found[0].on != today(),
        "beyond": _beyond(access, asked["place"]),
        "see_excesses": access.may("see_excesses"),
        "place": asked["place"],
        "words": {name: say(word) for name, word in WORDS.items()},
    }
    return render(request, "rules/areas.html", told)


def level_titles() -> dict[str, str]:
    """The levels of the register's rulebooks with their titles, light to strict, abolished ones too."""
    return _level_titles(lang())


@cache
def _level_titles(language: Lang) -> dict[str, str]:
    books = chain(settings.SIZAO_RULEBOOK)
    widest = max(reversed(books), key=lambda book: len(book.areas.levels))
    found = {level.id: getattr(level.title, language) for level in widest.areas.levels}
    for book in books:  # the latest title holds
        found |= {level.id: getattr(level.title, language) for level in book.areas.levels}
    return found


def tell(access: Access, rows: Sequence[NowArea]) -> list[dict[str, Any]]:
    """Rows in words; ids of infected people only for those who may see people there, and logged."""
    names = on_paths([row.place.path for row in rows])
    titles = level_titles()
    open_to = [row for row in rows if access.holds_in("see_people", row.place.path)]
    people = _people_of(access, {case for row in open_to for case in (row.because, row.last_case)})
    if people:
        log_people(by=access, what="list", ids={*people.values()}, asked="list=areas", alone="list=areas")
    return [
        {
            "row": row,
            "level": titles.get(row.level, row.level),
            "path": brief(names[row.place.path], most=4),
            "first": (row.because, people.get(row.because)),
            "last": (row.last_case, people.get(row.last_case)) if row.last_case != row.because else None,
            "last_on": None if row.clock_day is None else row.on - dt.timedelta(row.clock_day),
            "left": None if row.lifts_on is None else (row.lifts_on - today()).days,
            "rule": clause_words(row.clause, row.on, "places"),
            "why": why_of(row, row.because if row.because in people else ""),
        }
        for row in rows
    ]


def why_of(row: NowArea, case: str) -> list[str]:
    """Why an area has its level and is as wide: the infection (where it may be named), the rule, the clock."""
    facts = [say("areas_why_case", case=case) if case else say("areas_why_hidden")]
    facts += [say("areas_why_clause", clause=row.clause, rulebook=row.rulebook)]
    facts += _level_rule(row.rulebook, row.level, lang())
    if row.clock_day is not None:
        last = say().day(row.on - dt.timedelta(row.clock_day))
        facts.append(say("areas_why_clock", day=last, on=say().day(row.on), n=row.clock_day))
    if row.lifts_on is not None:
        facts.append(say("areas_why_lifts", day=say().day(row.lifts_on)))
    return facts


@lru_cache(maxsize=200)
def _level_rule(rulebook: str, level: str, language: Lang) -> tuple[str, ...]:
    """What a rulebook says of a level, as lines."""
    book = next((book for book in chain(settings.SIZAO_RULEBOOK) if book.id == rulebook), None)
    found = next((one for one in book.areas.levels if one.id == level), None) if book else None
    return tuple(line.strip() for line in list_level(Speech(book, language), found)) if book and found else ()


def _people_of(access: Access, cases: set[str]) -> dict[str, str]:
    """Whose cases these are, as far as the user may see them."""
    rows = Case.objects.seen_by(access, "see_people").filter(case_id__in=cases).order_by("version")
    return dict(rows.values_list("case_id", "person_id"))


def _beyond(access: Access, place: str) -> list[dict[str, Any]]:
    """The first orders on places that go beyond the rules and still hold or are to come."""
    if not access.may("see_excesses"):
        return []
    rows = of_places(access, NowPlaceExcess, "see_excesses", areas_of(access, "see_excesses", place))
    found = rows.exclude(until__lt=today()).select_related("place").order_by("pk")[:BESIDE]
    return [
        {"row": row, "text": say().sentence(getattr(row, f"text_{lang()}")), "link": address_of(row)} for row in found
    ]


def _heavy(counted: dict[str, int]) -> list[str]:
    """Levels, the strictest first."""
    order = [*level_titles()]
    return sorted(counted, key=lambda name: (-order.index(name) if name in order else 1, name))


def draw(rows: Sequence[tuple[str, float, float]]) -> dict[str, Any] | None:
    """A map of (level, lat, lon) without tiles, north up, in the right proportion; None where there is no point."""
    if not rows:
        return None
    lats, lons = [lat for _, lat, _ in rows], [lon for _, _, lon in rows]
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.05)
    wide, high = max((east - west) * narrow, 1e-4), max(north - south, 1e-4)
    scale = min((WIDE - 40) / wide, (HIGH - 40) / high)
    height = max(160.0, (north - south) * scale + 40)
    marks: dict[str, list[str]] = {}
    for level, lat, lon in rows:
        x = WIDE / 2 + (lon - (west + east) / 2) * narrow * scale
        y = height / 2 + ((south + north) / 2 - lat) * scale
        marks.setdefault(level, []).append(f"M{x:.0f} {y:.0f}")
    titles = level_titles()
    shapes = _shapes()
    layers = [
        {
            "title": titles.get(level, level),
            "sign": SIGNS[shapes.get(level, "light")],
            "shape": shapes.get(level, "light"),
            "path": "".join(f"{at}{OUTLINES[shapes.get(level, 'light')]}" for at in dict.fromkeys(marks[level])),
            "n": len(marks[level]),
        }
        for level in _heavy({level: len(found) for level, found in marks.items()})
    ]
    counts = say().list(f"{layer['title']} {layer['n']}" for layer in layers)
    return {
        "layers": layers[::-1],  # the strictest lies on top
        "key": layers,
        "width": f"{WIDE:.0f}",
        "height": f"{height:.0f}",
        "text": say("areas_map_text", n=len(rows), list=counts),
        "bar": _bar(scale),
    }


def _shapes() -> dict[str, str]:
    """How each level is drawn, so that they are told apart without colour."""
    order = [*level_titles()]
    ends = {order[0]: "light", order[-1]: "strict"} if order else {}
    return {name: ends.get(name, "middle") for name in order}


def _bar(scale: float) -> tuple[str, str]:
    """How long a round number of kilometres is on the map."""
    per_km = scale / 111.2
    km = 10.0 ** math.floor(math.log10(150 / per_km))
    km *= next(n for n in (5, 2, 1) if n * km * per_km <= 150)
    return f"{km * per_km:.0f}", f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"


def _counties(access: Access, chosen: str) -> list[tuple[str, str]]:
    """The counties in which areas lie, and the place that is chosen."""
    seen = NowArea.objects.seen_by(access, "see_areas").exclude(county=None)
    lying = seen.values_list("county", flat=True).distinct().order_by()[:500]
    ids = [*remembered(("counties", access.areas("see_areas")), lambda: list(lying))]
    ids += [chosen] if chosen and chosen not in ids else []
    rows = Place.objects.unscoped("names of places are no secret").filter(place_id__in=ids).order_by("path")
    return [(place.place_id, place.name) for place in rows]


def _address(asked: dict[str, str], **more: str) -> str:
    return f"?{urlencode({name: value for name, value in {**asked, **more}.items() if value})}"
