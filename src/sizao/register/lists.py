"""Lists of facts, people and what was derived, in a user's area, page by page, quick at a million people."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, When

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.check import fits
from sizao.register.actions.find import find_place
from sizao.register.identifying import check_home, shown
from sizao.register.models import NowStatus, Person, Place
from sizao.register.models.facts import CasePlace, Event, Versioned
from sizao.register.scope import within
from sizao.tables import contract

FEW = 10_000
"""People of an area up to whom a list is found through them; above, it is read in its own order until it is full."""
FEW_LOOKED_UP, MANY_IN_MEMORY = 2_000, 40_000
"""The same on PostgreSQL, and up to how many people it is read with all of them in memory."""
REMEMBERED = 60
"""Seconds for which it is not counted again."""
LONGEST_MARK = 300
COLUMNS = {"from": "since"}
PEOPLE = (*contract("people").names, "version")
"""Columns of people without their names."""


@dataclass(frozen=True)
class Found:
    """Rows as dictionaries by the columns of the contract, and where the next page begins (None: no more)."""

    rows: list[dict[str, Any]]
    after: str | None


def list_people(
    access: Access,
    *,
    limit: int = 100,
    after: str | None = None,
    under: str | None = None,
    place_id: str | None = None,
) -> Found:
    """People, by area and id, without names. `under`: a restriction that holds for them now.

    Raises SizaoError `not-allowed`, `needs-names`, `not-found`, `bad-page`.
    """
    access.check("see_people")
    rows = Person.objects.seen_by(access, "see_people").filter(same_as=None).defer("name", "phone", "number")
    if place_id is not None:
        place = find_place(place_id)
        assert place is not None
        check_home(access, place.path)
        rows = rows.filter(within("area", (place.path,)))
    if under is not None:
        rows = rows.filter(
            Exists(NowStatus.objects.unscoped("of a person seen").filter(person=OuterRef("pk"), restriction=under))
        )
    if after is not None:
        area, person_id = place_of(access, "see_people", read_mark(after, 2)[1])
        rows = rows.filter(area__gte=area).filter(Q(area__gt=area) | Q(person_id__gt=person_id))
    found = list(rows.order_by("area", "person_id")[: limit + 1])
    out = [shown(access, person, PEOPLE) for person in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return Found(out, None if last is None else mark("", last.person_id))


def place_of(access: Access, permission: str, person_id: str) -> list[str]:
    """Where somebody stands in the order of people: a mark says whom it ended with, for a path would tell their home.

    Raises SizaoError `bad-page`.
    """
    found = Person.objects.seen_by(access, permission).filter(pk=person_id).values_list("area", "pk").first()
    if found is None:
        raise bad_page()
    return list(found)


def list_places(
    access: Access,
    *,
    limit: int = 100,
    after: str | None = None,
    place_id: str | None = None,
    kind: str | None = None,
) -> Found:
    """Places of the user's areas, each before what lies in it: of one and all in it, of a kind.

    Raises SizaoError `not-allowed`, `not-found`, `bad-page`.
    """
    access.check("see_people")
    rows = Place.objects.seen_by(access, "see_people")
    if place_id is not None:
        place = find_place(place_id)
        assert place is not None
        rows = rows.filter(within("path", (place.path,)))
    if kind is not None:
        rows = rows.filter(kind=kind)
    if after is not None:
        rows = rows.filter(path__gt=read_mark(after, 2)[0])
    names = [name for name in contract("places").names if name != "parent_id"]
    found = list(rows.order_by("path").values("path", "parent_id", *names)[: limit + 1])
    out = [{name: row[name] for name in contract("places").names} for row in found[:limit]]
    return Found(out, mark(found[limit - 1]["path"], "") if len(found) > limit else None)


def list_facts(
    access: Access,
    model: Any,
    permission: str,
    *,
    limit: int = 100,
    after: str | None = None,
    person_id: str | None = None,
    recorded_since: dt.datetime | None = None,
    history: bool = False,
    only: Q | None = None,
) -> Found:
    """Facts, the newest record first; `history` with older versions, voided and withdrawn ones; `only` some of them.

    Raises SizaoError `not-allowed`, `bad-page`.
    """
    access.check(permission)
    asked = Q() if only is None else only
    if person_id is not None:
        asked &= Q(person_id=person_id)
    if recorded_since is not None:
        asked &= Q(recorded_at__gte=recorded_since)
    if not history:
        asked &= holding(model)
    if after is not None:
        asked &= Q(pk__lt=read_mark(after, 1)[0])
    parts = [rows.filter(asked) for rows in _seen(access, model, permission)]
    return _page(parts, "-pk", model._meta.db_table, limit, versions=issubclass(model, Versioned))


def list_now(
    access: Access,
    model: Any,
    permission: str,
    *,
    limit: int = 100,
    after: str | None = None,
    person_id: str | None = None,
    place_id: str | None = None,
    lang: str = "en",
) -> Found:
    """Rows of what was derived last, their words in `lang`.

    Raises SizaoError `not-allowed`, `bad-page`, `unknown-filter`.
    """
    access.check(permission)
    asked = Q()
    of_people = _has(model, "person")
    for name, value in (("person_id", person_id), ("place_id", place_id)):
        if value is None:
            continue
        if (name == "person_id") != of_people:
            raise SizaoError("unknown-filter", f"these rows have no {name}", todo="leave it out")
        asked &= Q(**{name: value})
    if after is not None:
        asked &= Q(pk__gt=read_mark(after, 1)[0])
    parts = [rows.filter(asked) for rows in _seen(access, model, permission)]
    return _page(parts, "pk", model._meta.db_table.removeprefix("now_"), limit, lang=lang)


def _seen(access: Access, model: Any, permission: str) -> list[Any]:
    """The rows of `seen_by`, in one or two parts which may overlap: of people seen, and of places there.

    Each part is asked for in the way that is quick for as many people as the user sees. Where these are few, rows
    are found through them. Else rows are read in their own order, each with the question whether its person is seen,
    until the page is full: a join would have the database begin with all the people. PostgreSQL answers that
    question from a table of those people in memory, unless they are very many.
    """
    areas = access.areas(permission)
    if "" in areas or not _has(model, "person"):
        return [model.objects.seen_by(access, permission)]
    people = Person.objects.seen_by(access, permission)
    live = _count(areas, int(time.monotonic() // REMEMBERED))
    inside: Any = Q(person__in=people.values("pk"))
    if connection.vendor == "postgresql" and FEW_LOOKED_UP < live <= MANY_IN_MEMORY:
        inside = Case(When(inside, then=True), default=False)  # in a condition of its own it would become a join
    elif live > (FEW_LOOKED_UP if connection.vendor == "postgresql" else FEW):
        inside = Exists(people.filter(pk=OuterRef("person_id")))
    rows = model.objects.unscoped("whose person, or place, is seen")
    if not model._meta.get_field("person").null:
        return [rows.filter(inside)]
    return [
        rows.filter(inside, person__isnull=False),
        rows.filter(within("place__path", areas), place__isnull=False),
    ]


@lru_cache(maxsize=1024)
def _count(areas: tuple[str, ...], minute: int) -> int:
    """How many people live in the areas, counted no further than needed to decide how rows are looked for: so it may
    be a minute old."""
    people = Person.objects.unscoped("counted").filter(within("area", areas))
    return people.values("pk")[: MANY_IN_MEMORY + 1].count()


def holding(model: Any) -> Q:
    """Only the latest version of each fact, and nothing that was withdrawn or taken back."""
    if issubclass(model, Versioned):
        key = contract(model._meta.db_table).key[0]
        later = model.objects.unscoped("of a row seen").filter(
            **{key: OuterRef(key)}, version__gt=OuterRef("version")
        )
        return Q(withdrawn=False) & ~Q(Exists(later))
    if model is Event:
        back = Event.objects.unscoped("of a row seen").filter(voids_id=OuterRef("event_id"))
        return ~Q(kind="void") & ~Q(Exists(back))
    if model is CasePlace:
        back = CasePlace.objects.unscoped("of a row seen").filter(takes_back=OuterRef("pk"))
        return Q(takes_back=None) & ~Q(Exists(back))
    return Q()


def _page(
    parts: Sequence[Any], order: str, table: str, limit: int, versions: bool = False, lang: str = "en"
) -> Found:
    """The first rows of all parts together, in the `order` of their numbers."""
    model = parts[0].model
    names = [*contract(table).names, *(["version"] if versions else [])]
    text = (
        {"text": f"text_{lang}", "why": f"why_{lang}"} if table in ("excesses", "place_excesses", "undecided") else {}
    )
    attributes = {name: text.get(name) or COLUMNS.get(name, name) for name in names}
    attributes = {name: attribute for name, attribute in attributes.items() if _has(model, attribute)}
    columns = {*attributes.values()}
    found = {
        row["mark"]: row
        for rows in parts
        for row in rows.annotate(mark=F("pk")).order_by(order).values("mark", *columns)[: limit + 1]
    }
    marks = sorted(found, reverse=order.startswith("-"))
    out = [{name: found[one][attribute] for name, attribute in attributes.items()} for one in marks[:limit]]
    return Found(out, mark(marks[limit - 1]) if len(marks) > limit else None)


def _has(model: Any, attribute: str) -> bool:
    return any(attribute in (field.name, field.attname) for field in model._meta.concrete_fields)


def mark(*values: Any) -> str:
    """A place in a list, as letters for an address."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_mark(text: str, count: int) -> list[Any]:
    """What `mark` made: a row's number, or so many texts. SizaoError `bad-page`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(values, list) and len(values) == count:
            if count == 1 and type(values[0]) is int:
                return values
            if count > 1 and all(isinstance(value, str) and fits(value, LONGEST_MARK) for value in values):
                return values
    except (ValueError, RecursionError):
        pass
    raise bad_page()


def bad_page() -> SizaoError:
    return SizaoError(
        "bad-page", "this is no place in the list", todo="send `after` as the last page gave it, or none"
    )
