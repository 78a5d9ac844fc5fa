"""What another rulebook would change today, worked out beside: counts by measure and who flips, in one's area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from sizao.derive import UNDECIDED
from sizao.derive.why.voice import Voice
from sizao.register.access import Access
from sizao.register.bridge.impact import DAYS, Compared, ask_for, books_of, state_of
from sizao.register.identifying import homes_of
from sizao.register.models import Person
from sizao.register.reads import log_read
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.say import lang, say
from sizao.web.screens.rulebooks import OF_IMPACT, known_books
from sizao.words import Lang

SIZE = 50
SOON = 2
"""Seconds after which the page of a comparison that goes on is asked again."""
ORDER = ("heavier", "lighter", "undecided", "other")
PAIR = ("measure_a", "restriction_a", "measure_b", "restriction_b", "change")
BETWEEN = "~"
"""Between the parts of a move in an address."""


@needs("see_excesses", methods=("GET", "POST"))
def rule_impact(request: Any) -> HttpResponse:
    """POST has it worked out; GET shows it, or how far it is. In the address: `from`, `to`, `change`, `move`,
    `after`."""
    access: Access = request.access
    for permission in OF_IMPACT:
        access.check(permission)
    books = known_books()
    a, b = (request.GET.get(side, "") for side in ("from", "to"))
    if a not in books or b not in books or a == b:
        return render(request, "rules/impact.html", {"choose": True})
    here = f"{reverse('rulebook_impact')}?{urlencode({'from': a, 'to': b})}"
    if request.method == "POST":
        ask_for(a, b)
        return HttpResponseRedirect(here, status=303)
    state = state_of(a, b)
    goes_on = state.since is not None and state.compared is None and not state.wrong
    if request.htmx:
        return HttpResponse(status=204) if goes_on else HttpResponseClientRefresh()
    told: dict[str, Any] = {
        "state": state,
        "goes_on": SOON if goes_on else 0,
        "here": here,
        "a": books[a],
        "b": books[b],
    }
    told["titles"] = [getattr(book.title, lang()) for book in (books[a], books[b])]
    if state.compared is not None:
        told |= tell(access, state.compared, request.GET, (a, b), here)
    return render(request, "rules/impact.html", told)


def tell(access: Access, found: Compared, asked: Any, names: tuple[str, str], here: str) -> dict[str, Any]:
    """Counts, and one page of who flips; the look is logged first."""
    rows = in_areas(found.rows, areas_of(access))
    speak = [_voice(name, lang(), found.on) for name in names]
    moves, totals = _moves(rows, speak, here)
    change = asked.get("change") if asked.get("change") in ORDER else ""
    move = asked.get("move", "") if asked.get("move", "") in {row["key"] for row in moves} else ""
    flips = rows.filter(pc.is_valid(rows["person_id"]))
    if change:
        flips = flips.filter(pc.equal(flips["change"], change))
    if move:
        for name, value in zip(PAIR, move.split(BETWEEN), strict=True):
            flips = flips.filter(pc.equal(pc.fill_null(flips[name], ""), value))
    first = pc.index(flips["person_id"], asked.get("after", "")[:64]).as_py() + 1  # -1: from the beginning
    page = flips.slice(first, SIZE).to_pylist()
    said = {name: value for name, value in (("change", change), ("move", move)) if value}
    looked = urlencode({"from": names[0], "to": names[1], **said})
    log_read(by=access, what="list", asked=f"impact, {looked}", people=len(page))
    last = page[-1]["person_id"] if flips.num_rows > first + SIZE else ""
    return {
        "found": found,
        "moves": moves,
        "totals": totals,
        "change": change,
        "move": next((row for row in moves if row["key"] == move), None) if move else None,
        "people": _people(access, page, speak),
        "count": flips.num_rows,
        "all": here,
        "next": f"{here}&{urlencode(said | {'after': last})}" if last else "",
        "began": first == 0,
    }


def areas_of(access: Access) -> list[str]:
    """The paths in which the user holds every permission that this asks for."""
    found = [*access.areas(OF_IMPACT[0])]
    for permission in OF_IMPACT[1:]:
        other = access.areas(permission)
        found = [max(x, y, key=len) for x in found for y in other if x.startswith(y) or y.startswith(x)]
    return found


def in_areas(rows: pa.Table, areas: Sequence[str]) -> pa.Table:
    """The rows of people who live in one of the areas; "" is everywhere."""
    if "" in areas:
        return rows
    inside = pa.chunked_array([pa.array([False] * rows.num_rows, pa.bool_())])
    for area in areas:
        inside = pc.or_(inside, pc.starts_with(rows["area"], area))
    return rows.filter(inside)


def _moves(rows: pa.Table, speak: Sequence[Voice], here: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """How many go from what to what, those who flip first; and how many change in which way."""
    counted = rows.group_by([*PAIR]).aggregate([("people", "sum")]).to_pylist()
    moves = []
    for row in counted:
        key = BETWEEN.join(row[name] or "" for name in PAIR)
        flips = row["change"] != "same"
        moves.append(
            {
                "key": key,
                "change": row["change"],
                "people": row["people_sum"],
                "a": _state(speak[0], row["measure_a"], row["restriction_a"]),
                "b": _state(speak[1], row["measure_b"], row["restriction_b"]),
                "link": f"{here}&{urlencode({'move': key})}#who" if flips else "",
            }
        )
    moves.sort(key=lambda row: (row["change"] == "same", -row["people"], row["key"]))
    totals = []
    for change in (*ORDER, "same"):
        count = sum(row["people"] for row in moves if row["change"] == change)
        link = f"{here}&{urlencode({'change': change})}#who" if count and change != "same" else ""
        totals.append({"change": change, "people": count, "link": link})
    return moves, totals


def _state(voice: Voice, measure: str | None, restriction: str | None) -> dict[str, str]:
    """What holds, in the words of its rulebook."""
    if measure is None:
        return {"says": str(say("impact_free")), "measure": ""}
    if measure == UNDECIDED:
        return {"says": str(say("impact_undecided")), "measure": ""}
    says = voice.restriction(restriction) if restriction else str(say("impact_free"))
    return {"says": says, "measure": voice.measure(measure)}


def _people(access: Access, page: Sequence[dict[str, Any]], speak: Sequence[Voice]) -> list[dict[str, Any]]:
    """A row for each who is still on record and seen."""
    rows = Person.objects.seen_by(access, "see_people").filter(pk__in=[row["person_id"] for row in page])
    hidden = ("phone", "number") if access.may("see_names") else ("name", "phone", "number")
    known = {person.pk: person for person in rows.defer(*hidden)}
    homes = homes_of(access, [*known.values()])
    found = []
    for row in page:
        person = known.get(row["person_id"])
        if person is not None:
            found.append(
                {
                    "person_id": person.pk,
                    "name": person.name if access.can_person("see_names", person) else None,
                    "home": brief(homes[person.pk]),
                    "a": _state(speak[0], row["measure_a"], row["restriction_a"]),
                    "b": _state(speak[1], row["measure_b"], row["restriction_b"]),
                    "change": row["change"],
                    **{name: row[name] for name in DAYS},
                }
            )
    return found


@lru_cache(maxsize=64)
def _voice(name: str, language: Lang, on: dt.date) -> Voice:
    return Voice(books_of(name), language, on)
