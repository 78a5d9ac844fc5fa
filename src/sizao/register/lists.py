"""Lists of facts, people and what was derived, in a user's area, page by page, quick at a million people."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.find import find_place
from sizao.register.models import NowStatus, Person
from sizao.register.models.facts import CasePlace, Event, Versioned
from sizao.register.scope import within
from sizao.tables import contract

FEW = 5_000
"""People of an area up to whom a list is found through them; above, it is read in its own order until it is full."""
COLUMNS = {"from": "since"}


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

    Raises SizaoError `not-allowed`, `not-found`, `bad-page`.
    """
    access.check("see_people")
    rows = Person.objects.seen_by(access, "see_people").filter(same_as=None).defer("name", "phone", "number")
    if place_id is not None:
        place = find_place(place_id)
        assert place is not None
        rows = rows.filter(within("area", (place.path,)))
    if under is not None:
        rows = rows.filter(
            Exists(NowStatus.objects.unscoped("of a person seen").filter(person=OuterRef("pk"), restriction=under))
        )
    if after is not None:
        area, person_id = _read_mark(after, 2)
        rows = rows.filter(area__gte=area).filter(Q(area__gt=area) | Q(person_id__gt=person_id))
    found = list(rows.order_by("area", "person_id")[: limit + 1])
    out = []
    for person in found[:limit]:
        row = {name: getattr(person, name) for name in ("person_id", "birth_date", "sex", "traits", "version")}
        out.append(row | {"home_place_id": person.home_id})
    last = found[limit - 1] if len(found) > limit else None
    return Found(out, None if last is None else _mark(last.area, last.person_id))


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
) -> Found:
    """Facts, the newest record first; `history` with older versions, voided and withdrawn ones.

    Raises SizaoError `not-allowed`, `bad-page`.
    """
    access.check(permission)
    rows = _of_few(access, model, permission, model.objects.seen_by(access, permission))
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if recorded_since is not None:
        rows = rows.filter(recorded_at__gte=recorded_since)
    if not history:
        rows = rows.filter(_holds(model))
    if after is not None:
        rows = rows.filter(pk__lt=int(_read_mark(after, 1)[0]))
    return _page(rows.order_by("-pk"), model._meta.db_table, limit, versions=issubclass(model, Versioned))


def list_now(
    access: Access,
    model: Any,
    permission: str,
    *,
    limit: int = 100,
    after: str | None = None,
    person_id: str | None = None,
    place_id: str | None = None,
) -> Found:
    """Rows of what was derived last. Raises SizaoError `not-allowed`, `bad-page`, `unknown-filter`."""
    access.check(permission)
    rows = model.objects.seen_by(access, permission)
    of_people = any(field.name == "person" for field in model._meta.fields)
    if of_people:
        rows = _of_few(access, model, permission, rows)
    for name, value in (("person_id", person_id), ("place_id", place_id)):
        if value is None:
            continue
        if (name == "person_id") != of_people:
            raise SizaoError("unknown-filter", f"these rows have no {name}", todo="leave it out")
        rows = rows.filter(**{name: value})
    if after is not None:
        rows = rows.filter(pk__gt=int(_read_mark(after, 1)[0]))
    return _page(rows.order_by("pk"), model._meta.db_table.removeprefix("now_"), limit)


def _of_few(access: Access, model: Any, permission: str, rows: Any) -> Any:
    """Through the people of the area, where these are few: the database would else look at everybody's rows."""
    areas = access.areas(permission)
    if "" in areas or not any(field.name == "person" for field in model._meta.fields):
        return rows
    inside = Person.objects.unscoped("how many").filter(within("area", areas))
    if len(inside.values_list("pk")[: FEW + 1]) > FEW:
        return rows
    own = list(access.own_people(permission) or ())
    people = inside.values("pk")
    if own:
        people = people | Person.objects.unscoped("assigned").filter(pk__in=own).values("pk")
    place = Q(person=None) if model._meta.get_field("person").null else Q(pk__in=[])
    return rows.filter(Q(person__in=people) | place)


def _holds(model: Any) -> Q:
    """Only the latest version of each fact, and nothing that was withdrawn or taken back."""
    if issubclass(model, Versioned):
        key = contract(model._meta.db_table).key[0]
        later = model.objects.unscoped("of a row seen").filter(
            **{key: OuterRef(key)}, version__gt=OuterRef("version")
        )
        return Q(withdrawn=False) & ~Q(Exists(later))
    if model is Event:
        return Q(voided_by=None) & ~Q(kind="void")
    if model is CasePlace:
        back = CasePlace.objects.unscoped("of a row seen").filter(takes_back=OuterRef("pk"))
        return Q(takes_back=None) & ~Q(Exists(back))
    return Q()


def _page(rows: Any, table: str, limit: int, versions: bool = False) -> Found:
    names = [*contract(table).names, *(["version"] if versions else [])]
    text = {"text": "text_en", "why": "why_en"} if table in ("excesses", "place_excesses", "undecided") else {}
    attributes = {name: text.get(name) or COLUMNS.get(name, name) for name in names}
    attributes = {name: attribute for name, attribute in attributes.items() if _has(rows.model, attribute)}
    found = list(rows.annotate(mark=F("pk")).values("mark", *{*attributes.values()})[: limit + 1])
    out = [{name: row[attribute] for name, attribute in attributes.items()} for row in found[:limit]]
    return Found(out, _mark(found[limit - 1]["mark"]) if len(found) > limit else None)


def _has(model: Any, attribute: str) -> bool:
    return any(attribute in (field.name, field.attname) for field in model._meta.concrete_fields)


def _mark(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read_mark(text: str, count: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(values, list) and len(values) == count and all(isinstance(v, str | int) for v in values):
            if count == 1:
                int(values[0])
            return values
    except ValueError:
        pass
    raise SizaoError(
        "bad-page", "this is no place in the list", todo="send `after` as the last page gave it, or none"
    )
