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

from sizao.register.access import Access
from sizao.register.actions.orders import lift_orders
from sizao.register.answers import key_of
from sizao.register.clock import today
from sizao.register.figures import known_orders
from sizao.register.identifying import homes_of
from sizao.register.lists import holding
from sizao.register.models import NowExcess, NowPlaceExcess, Order, Person
from sizao.register.reads import log_each, log_read
from sizao.register.remembered import is_few, remembered
from sizao.register.scope import within
from sizao.web.forms.build import KEY
from sizao.web.forms.describe import forms
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs
from sizao.web.say import lang, say, titles
from sizao.web.screens.astray import check_address, is_day, is_number
from sizao.web.screens.excesses import FEW, areas_of, places_of
from sizao.web.screens.many_done import Outcome, given_of, go, reports, sent_before, show_first, why_refused

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
    check_filter(access, request.GET)
    asked = read_filter(access, request.GET)
    rows = rows_of(access, asked)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    log_read(
        by=access,
        what="list",
        asked="list=orders, "
        + ", ".join(f"{name}={value}" for name, value in asked.items() if value and name != "issuer"),
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


@needs("impose_orders", methods=("GET", "POST"))
def orders_lift(request: Any) -> HttpResponse:
    """First the last day is chosen, then it is said what that does to each; sent from there, it is done."""
    access, given = request.access, given_of(request)
    if given is None:
        page: HttpResponse = orders(request)
        return page
    if (before := sent_before(request)) is not None:
        return before
    key, sent = given.get("key", ""), given.get("mark", "")
    if request.method == "POST" and not key:
        return show_first(request)
    check_filter(access, given, whole=False)
    asked = read_filter(access, given)
    back, every = reverse("orders") + address(asked), bool(given.get("all"))
    ids = list(dict.fromkeys(name[:64] for name in given.getlist("order") if name))[:MOST]
    found = _chosen(access, asked, ids, every)
    if not found:
        messages.warning(request, say("orders_choose"))
        return HttpResponseRedirect(back, status=303)
    until = _day(given.get("until", ""))
    out = {row: why for row in found[:MOST] if until and (why := _left_out(row, until))}
    chosen = [row for row in found[:MOST] if row not in out]
    mark = hashlib.sha256(repr([until, *((row.order_id, row.version) for row in chosen)]).encode()).hexdigest()
    if until and KEY.fullmatch(key) and sent == mark and chosen:
        rows = [{"order_id": row.order_id, "version": row.version, "until": until} for row in chosen]
        results = lift_orders(by=dataclasses.replace(access, key=key), rows=rows)
        names = [row.order_id for row in chosen]
        return go(request, key, results, names, of=asked["of"], back=back, until=str(until))
    told = {
        "asked": asked,
        "back": back,
        "n": len(chosen),
        "more": len(found) > MOST,
        "most": MOST,
        "rows": tell(access, asked["of"], chosen[:SHOWN]),
        "out": [row | {"why": out[row["row"]]} for row in tell(access, asked["of"], list(out)[:SHOWN])],
        "n_out": len(out),
        "ids": [] if every else [row.order_id for row in chosen],
        "every": "1" if every else "",
        "mark": mark,
        "until": until,
        "on": today(),
        "key": secrets.token_hex(16),
        "wrong": say("answer_list_changed") if until and key and sent != mark else "",
    }
    if len(ids) == 1:
        whose = [row.person_id for row in (*chosen, *out)]
        log_each(by=access, what="list", ids=(), named=whose, asked="list=orders")
    log_read(by=access, what="list", asked="list=orders, do=lift", people=len(told["rows"]) + len(told["out"]))
    return render(request, "orders/lift.html", told, status=409 if told["wrong"] else 200)


@reports("lift_order_many")
def report(request: Any, found: Outcome) -> HttpResponse:
    """What became of each order: those refused first."""
    access = request.access
    of = found.kept.get("of") or ("places" if found.written and found.written[0].place_id else "people")
    asked = read_filter(access, {"of": of, "state": "all"})
    written = [str(act.about.get("id", "")) for act in found.written]
    ids = [name for name, _ in found.refused] + written
    rows = list(rows_of(access, asked).filter(order_id__in=ids[:SHOWN]))
    names = {row["row"].order_id: row for row in tell(access, asked["of"], rows)}
    log_read(by=access, what="list", asked="list=orders, did=lift", people=len(rows))
    told = {
        "asked": asked,
        "back": found.kept.get("back") or reverse("orders"),
        "until": _day(found.kept.get("until", "")),
        "results": [
            *((name, names.get(name), why_refused(error)) for name, error in found.refused),
            *((name, names.get(name), "") for name in written),
        ],
        "found": found,
    }
    return render(request, "orders/lifted.html", told)


def check_filter(access: Access, given: Any, *, whole: bool = True) -> None:
    """Raises AstrayError `filter-unknown` for a value that is none of the list's, and where that is the `whole` of
    what is given, for a name."""
    of = given.get("of") or "people"

    def lies(place_id: str) -> bool:
        return bool(areas_of(access, _permission(access, of), place_id, of))

    known = {"of": [of for of in OF if _permission(access, of)], "state": STATES, "beyond": ("1",), "on": is_day}
    known |= {"place": lies, "issuer": None, "after": is_number}
    check_address(given, reverse("orders"), known, whole=whole)


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
    areas = areas_of(access, _permission(access, asked["of"]), asked["place"], asked["of"])
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
        people = list(
            Person.objects.unscoped("of orders seen").filter(pk__in={row.person_id for row in rows}).only("area")
        )
        paths = {person.pk: person.area for person in people}
        where = homes_of(access, people)
    else:
        from sizao.register.models import Place

        places = Place.objects.unscoped("of orders seen").filter(place_id__in=[row.place_id for row in rows])
        paths = dict(places.values_list("place_id", "path"))
        names = on_paths([*paths.values()])
        where = {name: names[path] for name, path in paths.items()}
    told = []
    for row in rows:
        whose = (row.person_id if of == "people" else row.place_id) or ""
        path = paths[whose]
        told.append(
            {
                "row": row,
                "what": titles().restriction(row.restriction)
                if row.restriction
                else say().word("levels", row.level or ""),
                "where": brief(where[whose]),
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
    areas = areas_of(access, _permission(access, asked["of"]), asked["place"], asked["of"])
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


def _left_out(order: Order, until: dt.date) -> str:
    """Why an order does not get this last day; "" where it does."""
    if order.until is not None and order.until <= until:
        return "ends"
    return "begins" if order.since > until else ""
