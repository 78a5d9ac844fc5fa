"""Orders of one's area on people and places: who imposed them, by which clause, until when; many lifted at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sizao.errors import RefusedError, SizaoError
from sizao.register.access import Access
from sizao.register.actions.orders import lift_orders
from sizao.register.answers import key_of
from sizao.register.clock import today
from sizao.register.figures import known_orders
from sizao.register.lists import holding
from sizao.register.models import Act, NowExcess, NowPlaceExcess, Order, Person
from sizao.register.reads import log_read
from sizao.register.remembered import is_few, remembered
from sizao.register.scope import within
from sizao.web.forms.build import KEY
from sizao.web.forms.describe import forms
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs
from sizao.web.refusals import problem_words, words_of
from sizao.web.say import lang, say, titles
from sizao.web.screens.excesses import FEW, areas_of, places_of

SIZE = 40
MOST = 2_000
"""Orders that are lifted at once: each person of them is derived anew before the next page."""
MANY = 2_000
"""Orders up to which a list is counted; above, the situation has counted those that bind."""
SHOWN = 200
OF = ("people", "places")
STATES = ("now", "ahead", "over", "all")
SEEN_BY = {"people": ("see_excesses", "impose_orders"), "places": ("see_areas", "impose_orders", "see_excesses")}
"""By which permissions orders on people and on places are seen."""


@needs("impose_orders", "see_areas", "see_excesses")
def orders(request: Any) -> HttpResponse:
    """One page of the list, the last recorded first."""
    access = request.access
    asked = read_filter(access, request.GET)
    rows = rows_of(access, asked)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    log_read(
        by=access,
        what="list",
        asked="list=orders, " + ", ".join(f"{name}={value}" for name, value in asked.items() if name != "issuer"),
        people=len(found[:SIZE]) if asked["of"] == "people" else 0,
    )
    key = ("orders", access.user_id, today(), *asked.values())
    many = remembered(key, lambda: rows_of(access, asked).values("pk")[: MANY + 1].count())
    whole = _known(access, asked) if many > MANY else many
    told = {
        "asked": asked,
        "tabs": [(of, address(asked, of=of)) for of in OF if _permission(access, of)],
        "states": [(state, address(asked, state=state)) for state in STATES],
        "places": places_of(access, asked["place"], _permission(access, asked["of"])),
        "rows": tell(access, asked["of"], found[:SIZE]),
        "many": say().number(whole) if whole is not None else f"{say().number(MANY)}+",
        "next": address(asked, after=str(found[SIZE - 1].pk)) if len(found) > SIZE else "",
        "first": address(asked) if after else "",
        "may_lift": access.may("impose_orders"),
        "lift": forms()["lift_order"].says,
    }
    return render(request, "orders/list.html", told)


@needs("impose_orders", methods=("POST",))
def orders_lift(request: Any) -> HttpResponse:
    """First what would be lifted, then a result row by row."""
    access = request.access
    asked = read_filter(access, request.POST)
    back = reverse("orders") + address(asked)
    key = request.POST.get("key", "")
    if KEY.fullmatch(key) and Act.objects.filter(by=request.user, key=key).exists():
        messages.success(request, say("orders_lifted"))
        return HttpResponseRedirect(back, status=303)
    ids = list(dict.fromkeys(name[:64] for name in request.POST.getlist("order") if name))[:MOST]
    chosen = _chosen(access, asked, ids, bool(request.POST.get("all")))
    if not chosen:
        messages.warning(request, say("orders_choose"))
        return HttpResponseRedirect(back, status=303)
    mark = hashlib.sha256(repr([(row.order_id, row.version) for row in chosen[:MOST]]).encode()).hexdigest()
    until = _day(request.POST.get("until", ""))
    told = {
        "asked": asked,
        "back": back,
        "n": len(chosen[:MOST]),
        "more": len(chosen) > MOST,
        "most": MOST,
        "rows": tell(access, asked["of"], chosen[:SHOWN]),
        "ids": [row.order_id for row in chosen[:MOST]] if not request.POST.get("all") else [],
        "every": request.POST.get("all", ""),
        "mark": mark,
        "until": until or today(),
        "key": secrets.token_hex(16),
    }
    log_read(by=access, what="list", asked="list=orders, do=lift", people=len(told["rows"]))
    if not KEY.fullmatch(key) or until is None:
        return render(request, "orders/lift.html", told)
    if request.POST.get("mark") != mark:
        return render(request, "orders/lift.html", {**told, "wrong": say("answer_list_changed")}, status=409)
    by = dataclasses.replace(access, key=key)
    given = [{"order_id": row.order_id, "version": row.version, "until": until} for row in chosen[:MOST]]
    results = lift_orders(by=by, rows=given)
    names = {found["row"].order_id: found for found in told["rows"]}
    report = [
        (row.order_id, names.get(row.order_id), _problem(result.error))
        for row, result in zip(chosen, results, strict=False)
    ]
    refused = [line for line in report if line[2]]
    done = [line for line in report if not line[2]]
    told |= {"results": [*refused, *done], "done": len(done), "refused": len(refused)}
    return render(request, "orders/lifted.html", told)


def read_filter(access: Access, given: Any) -> dict[str, str]:
    """What the address asks for; people only for those who may see orders on them."""
    of = given.get("of") if given.get("of") in OF else ""
    if not of or not _permission(access, of):
        of = "people" if _permission(access, "people") else "places"
    return {
        "of": of,
        "state": given.get("state") if given.get("state") in STATES else "now",
        "beyond": "1" if given.get("beyond") == "1" else "",
        "place": given.get("place", "").strip()[:64],
        "issuer": given.get("issuer", "").strip()[:200],
        "on": str(_day(given.get("on", "")) or ""),
    }


def rows_of(access: Access, asked: dict[str, str]) -> Any:
    """The last versions of orders that the user may see, of what is asked for."""
    areas = areas_of(access, _permission(access, asked["of"]), asked["place"])
    rows = Order.objects.unscoped("inside the user's areas").filter(holding(Order))
    if asked["of"] == "places":
        rows = rows.filter(within("place__path", areas), place__isnull=False)
        over: Any = NowPlaceExcess
    else:
        over = NowExcess
        rows = rows.filter(person__isnull=False)
        if "" not in areas:
            people = Person.objects.unscoped("inside the user's areas").filter(within("area", areas))
            few = remembered(("few", areas), lambda: is_few(people, FEW))
            rows = rows.filter(
                Q(person__in=people.values("pk")) if few else Q(Exists(people.filter(pk=OuterRef("person_id"))))
            )
    on = _day(asked["on"]) or today()
    ended = Q(until__lt=on)
    if asked["state"] == "over":
        rows = rows.filter(ended)
    elif asked["state"] != "all":
        rows = rows.filter(Q(until=None) | Q(until__gte=on))
        rows = rows.filter(since__gt=on) if asked["state"] == "ahead" else rows.filter(since__lte=on)
    if asked["issuer"]:
        rows = rows.filter(issuer__icontains=asked["issuer"])
    if asked["beyond"]:
        beyond = over.objects.unscoped("of an order seen").filter(order_id=OuterRef("order_id"))
        rows = rows.filter(Exists(beyond))
    return rows


def tell(access: Access, of: str, rows: Sequence[Order]) -> list[dict[str, Any]]:
    """Rows in words, with what of them goes beyond the rules."""
    ids = [row.order_id for row in rows]
    model: Any = NowExcess if of == "people" else NowPlaceExcess
    beyond: dict[str, list[Any]] = {}
    for found in model.objects.unscoped("of orders seen").filter(order_id__in=ids).order_by("since"):
        about, kind, since = key_of(found)
        one = urlencode({"about": about, "kind": kind, "since": since.isoformat()})
        beyond.setdefault(found.order_id, []).append((getattr(found, f"text_{lang()}"), one))
    if of == "people":
        people = Person.objects.unscoped("of orders seen").filter(pk__in=[row.person_id for row in rows])
        paths = dict(people.values_list("pk", "area"))
    else:
        from sizao.register.models import Place

        places = Place.objects.unscoped("of orders seen").filter(place_id__in=[row.place_id for row in rows])
        paths = dict(places.values_list("place_id", "path"))
    names = on_paths([*paths.values()])
    told = []
    for row in rows:
        path = paths[(row.person_id if of == "people" else row.place_id) or ""]
        told.append(
            {
                "row": row,
                "what": titles().restriction(row.restriction)
                if row.restriction
                else say().word("levels", row.level or ""),
                "where": brief(names[path]),
                "opens": of == "places" or access.holds_in("see_people", path),
                "beyond": beyond.get(row.order_id, []),
                "may_lift": access.holds_in("impose_orders", path),
            }
        )
    return told


def address(asked: dict[str, str], **more: str) -> str:
    """The same list with something else asked for."""
    given = {name: value for name, value in {**asked, **more}.items() if value and (name, value) != ("state", "now")}
    return f"?{urlencode(given)}"


def _known(access: Access, asked: dict[str, str]) -> int | None:
    """How many there are, as the situation of the area says."""
    areas = areas_of(access, _permission(access, asked["of"]), asked["place"])
    if asked["state"] != "now" or asked["beyond"] or asked["issuer"] or len(areas) != 1:
        return None
    return known_orders(areas[0], "person" if asked["of"] == "people" else "place", _day(asked["on"]) or today())


def _permission(access: Access, of: str) -> str:
    return next((name for name in SEEN_BY[of] if access.may(name)), "")


def _chosen(access: Access, asked: dict[str, str], ids: list[str], every: bool) -> list[Order]:
    """Of the list, or of what was ticked on it, what the user may lift and what has not ended."""
    rows = rows_of(access, {**asked, "state": "all"} if not every else asked)
    may = access.areas("impose_orders")
    if asked["of"] == "people":  # asked of each row: joined, SQLite would begin with every person of a city
        theirs = Person.objects.unscoped("inside the user's areas").filter(within("area", may))
        rows = rows.filter(Exists(theirs.filter(pk=OuterRef("person_id"))))
    else:
        rows = rows.filter(within("place__path", may))
    rows = rows.filter(Q(until=None) | Q(until__gte=today()))
    if not every:
        rows = rows.filter(order_id__in=ids)
    return list(rows.order_by("-pk")[: MOST + 1])


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _problem(error: SizaoError | None) -> str:
    if isinstance(error, RefusedError):
        return str(say().sentences(*(say().sentence(problem_words(found)) for found in error.problems)))
    if error is None:
        return ""
    words = words_of(error)
    return str(say().sentences(*(say().sentence(words[part]) for part in ("what", "todo") if words[part])))
