"""Who did what and who read whom, for those who watch over it, in their own area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.identifying import IDENTIFYING
from sizao.register.line_lists.asked import read_query
from sizao.register.line_lists.columns import LISTS
from sizao.register.models import Act, Grant, Person, Place, Read
from sizao.register.reads import log_read
from sizao.register.scope import within
from sizao.web.needs import needs
from sizao.web.say import say
from sizao.web.screens.astray import check_address, is_day, is_number
from sizao.web.screens.audit_words import names_in, said_act, said_read
from sizao.web.screens.line_list_cells import label_of
from sizao.web.screens.line_lists import said_condition

SIZE = 100


@needs("see_audit")
def audit(request: Any) -> HttpResponse:
    """One page of acts or of reads, the latest first. `before` is the number of the last row of the page before."""
    known = {"show": ("acts", "reads"), "user": None, "person": None, "day": is_day, "before": is_number}
    check_address(request.GET, "", known)
    show = "reads" if request.GET.get("show") == "reads" else "acts"
    asked = {name: request.GET.get(name, "").strip()[:150] for name in ("user", "person", "day")}
    rows = rows_of(request.access, show, asked)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    said = ", ".join(f"{name}={value}" for name, value in {"show": show, **asked}.items() if value)
    log_read(by=request.access, what="audit", asked=said, people=0)
    if asked["person"] and found:  # what was done with one person tells of them
        log_read(by=request.access, what="audit", asked=f"show={show}", person_id=asked["person"])
    last = found[SIZE - 1].pk if len(found) > SIZE else ""
    names, told_why = names_in(found), _reasons(request.access, found)
    told = {
        "show": show,
        "asked": asked,
        "rows": [_told(row, request.access, names, told_why) for row in found[:SIZE]],
        "last": last,
        "began": not before,
    }
    return render(request, "audit.html", told)


def rows_of(access: Access, show: str, asked: dict[str, str]) -> QuerySet[Any]:
    """Acts or reads that concern the user's area: of its people and places, or by users who work in it."""
    model, by = (Read, "user") if show == "reads" else (Act, "by")
    rows = model.objects.select_related(by, "glass") if model is Read else model.objects.select_related(by)
    if model is Read and not access.may("see_people"):
        rows = rows.defer("glass__reason")  # not even unsealed
    areas = access.areas("see_audit")
    if "" not in areas:
        people = Person.objects.unscoped("whose area a row concerns").filter(within("area", areas))
        workers = Grant.objects.filter(within("place__path", areas), user_id=OuterRef(f"{by}_id"))
        concerned = Q(Exists(people.filter(pk=OuterRef("person_id"))))
        nowhere = Q(person_id="")
        if model is Act:
            places = Place.objects.unscoped("whose area a row concerns").filter(within("path", areas))
            concerned |= Q(Exists(places.filter(place_id=OuterRef("place_id"))))
            nowhere &= Q(place_id="")
        rows = rows.filter(concerned | (nowhere & Q(Exists(workers))))
    if asked["user"]:
        rows = rows.filter(**{f"{by}__username": asked["user"]})
    if asked["person"]:
        merged = Person.objects.unscoped("rows are of the user's area").filter(same_as=asked["person"])
        ids = [asked["person"], *merged.values_list("pk", flat=True)]
        rows = rows.filter(person_id__in=ids).exclude(person_id="")  # as the index says it: see person.py
    try:
        start = dt.datetime.combine(dt.date.fromisoformat(asked["day"]), dt.time(), timezone.get_default_timezone())
        first, last = (start + dt.timedelta(days=n) for n in range(2))
        rows = rows.filter(at__gte=first.astimezone(dt.UTC), at__lt=last.astimezone(dt.UTC))
    except (ValueError, OverflowError):
        pass
    return rows


def _reasons(access: Access, rows: list[Any]) -> set[str]:
    """Of whom the user reads the reasons that were typed behind broken glass: as of anything in their records, where
    they see the people."""
    ids = {row.person_id for row in rows if isinstance(row, Read) and row.glass_id}
    if not ids or not access.may("see_people"):
        return set()
    people = Person.objects.unscoped("where they live").filter(pk__in=ids)
    return {name for name, area in people.values_list("pk", "area") if access.holds_in("see_people", area)}


def said_look(read: Read, access: Access, told_why: Collection[str]) -> str:
    """What a look asked for; of a line list its filters as its own page says them."""
    if read.glass_id is not None and read.person_id not in told_why:
        return str(say("audit_glass"))
    of, _, query = read.asked.removeprefix("list=").partition(", ")
    hidden = () if access.may("see_names") else IDENTIFYING
    if read.what != "list" or read.glass is not None or of not in LISTS:
        return said_read(read, hidden)
    try:
        asked = read_query(of, query)
    except SizaoError:
        return said_read(read, hidden)
    filters = (
        label_of(of, one.column) if one.column in hidden else said_condition(access, asked, one)
        for one in asked.conditions
    )
    return str(say().list([say().word("list_titles", of), *filters]))


def _told(row: Any, access: Access, names: dict[tuple[str, Any], str], told_why: Collection[str]) -> dict[str, Any]:
    """A row in words."""
    if isinstance(row, Read):
        said = said_look(row, access, told_why)
        return {"row": row, "by": row.user, "word": row.what, "more": said, "count": row.people}
    word = row.action.removesuffix("_many")
    return {"row": row, "by": row.by, "word": word, "more": said_act(row, names), "count": row.rows}
