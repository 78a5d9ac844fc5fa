"""Lists of the API: every table of facts and what was derived last, in the caller's area, page by page."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field
from pydantic_core import to_json

from sizao.api.shapes import READ_REFUSALS, Id, Moment, page_of, row_of
from sizao.api.writes import router
from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.find import find_person
from sizao.register.exports.rows import SEALED
from sizao.register.identifying import shown
from sizao.register.lists import PEOPLE, Found, list_facts, list_now, list_people, list_places
from sizao.register.models import Case, Event, FollowUp, Order, Request, Test, Visit
from sizao.register.models.facts import Versioned
from sizao.register.models.now import NowArea, NowExcess, NowPlaceExcess, NowStatus, NowTestDue, NowUndecided
from sizao.register.reads import log_people, log_person
from sizao.tables import contract

FACTS: dict[str, tuple[type, str]] = {
    "cases": (Case, "see_people"),
    "events": (Event, "see_people"),
    "tests": (Test, "see_people"),
    "visits": (Visit, "see_people"),
    "follow_ups": (FollowUp, "see_people"),
    "orders": (Order, "see_people"),
    "requests": (Request, "take_requests"),
}
NOW: dict[str, tuple[type, str]] = {
    "status": (NowStatus, "see_people"),
    "tests_due": (NowTestDue, "see_people"),
    "undecided": (NowUndecided, "see_people"),
    "excesses": (NowExcess, "see_excesses"),
    "areas": (NowArea, "see_areas"),
    "place_excesses": (NowPlaceExcess, "see_excesses"),
}


class Asked(Schema):
    """How a list is cut."""

    limit: int = Field(100, ge=1, le=1000)
    after: str | None = Field(None, max_length=600, description="where the last page ended")


class AskedFacts(Asked):
    person_id: Id | None = None
    recorded_since: Moment | None = Field(None, description="recorded at or after")
    history: bool = Field(False, description="older versions and what was withdrawn, too")


class AskedNow(Asked):
    person_id: Id | None = None
    place_id: Id | None = None
    lang: Literal["en", "zh"] = Field("en", description="of what is said in words")


class AskedPlaces(Asked):
    place_id: Id | None = Field(None, description="this place and those in it")
    kind: Id | None = None


class WholePerson(row_of("people")):  # type: ignore[misc]
    """A person, with names where the caller may see them and asks for them."""

    version: int
    name: str | None = None
    phone: str | None = None
    number: str | None = None


class AskedPeople(Asked):
    under: Id | None = Field(None, description="under this restriction now")
    place_id: Id | None = Field(None, description="living at this place or in it")


@router.get(
    "/people",
    response={200: page_of(row_of("people", versions=True)), **READ_REFUSALS},
    summary="People",
    tags=["read"],
)
def read_people(request: Any, asked: Query[AskedPeople]) -> HttpResponse:
    """People of your area, without names; what else identifies them is null where you may not see names."""
    access = only_known(request, asked)
    found = list_people(access, limit=asked.limit, after=asked.after, under=asked.under, place_id=asked.place_id)
    return _page(request, "people", found)


@router.get("/people/{person_id}", response={200: WholePerson, **READ_REFUSALS}, summary="One person", tags=["read"])
def read_person(request: Any, person_id: str, names: bool = False) -> dict[str, Any]:
    """One person. `names=true` gives name, phone and number (permission see_names). Each look is logged."""
    access = request.access
    person = find_person(person_id, access, "see_people", names=names)
    if names:
        access.check_person("see_names", person)
    row = shown(access, person, (*PEOPLE, *(SEALED if names else ())))
    log_person(by=access, person=person, what="api")
    return row


@router.get("/places", response={200: page_of(row_of("places")), **READ_REFUSALS}, summary="Places", tags=["read"])
def read_places(request: Any, asked: Query[AskedPlaces]) -> HttpResponse:
    """Places of your area, each before those in it."""
    access = only_known(request, asked)
    found = list_places(access, limit=asked.limit, after=asked.after, place_id=asked.place_id, kind=asked.kind)
    return HttpResponse(to_json({"rows": found.rows, "after": found.after}), content_type="application/json")


def _facts(table: str) -> None:
    model, permission = FACTS[table]

    def read(request: Any, asked: Query[AskedFacts]) -> HttpResponse:
        found = list_facts(
            only_known(request, asked),
            model,
            permission,
            limit=asked.limit,
            after=asked.after,
            person_id=asked.person_id,
            recorded_since=asked.recorded_since,
            history=asked.history,
        )
        return _page(request, table, found, asked.person_id)

    read.__name__ = f"read_{table}"
    read.__doc__ = f"Rows of `{table}` in your area, as recorded last, the newest first."
    shape = row_of(table, versions=issubclass(model, Versioned))
    router.get(f"/{table}", response={200: page_of(shape), **READ_REFUSALS}, summary=_title(table), tags=["read"])(
        read
    )


def _now(table: str) -> None:
    model, permission = NOW[table]

    def read(request: Any, asked: Query[AskedNow]) -> HttpResponse:
        found = list_now(
            only_known(request, asked),
            model,
            permission,
            limit=asked.limit,
            after=asked.after,
            person_id=asked.person_id,
            place_id=asked.place_id,
            lang=asked.lang,
        )
        return _page(request, table, found, asked.person_id)

    read.__name__ = f"read_{table}"
    read.__doc__ = f"Rows of `{table}` in your area as derived last (docs: the table {table})."
    router.get(
        f"/now/{table}", response={200: page_of(row_of(table)), **READ_REFUSALS}, summary=_title(table), tags=["read"]
    )(read)


def only_known(request: Any, asked: Schema) -> Access:
    """Who asks. Raises SizaoError `unknown-filter`: a misspelt filter that is passed over would show everybody."""
    known = [field.alias or name for name, field in type(asked).model_fields.items()]
    if set(request.GET) - set(known):
        raise SizaoError("unknown-filter", "this list has no such filter", todo=f"use {', '.join(known) or 'none'}")
    access: Access = request.access
    return access


def _page(request: Any, table: str, found: Found, person_id: str | None = None) -> HttpResponse:
    """A page, logged before it is given: by how many rows, and as a look at the person whose rows were asked for.

    Rows have the columns of the contract that the shape is made from; to check each of them here again would take a
    third of the time. Tests hold what comes out against the document.
    """
    ids = [row.get("person_id") for row in found.rows]
    log_people(by=request.access, what="api", ids=ids, asked=table, named=[person_id], people=len(ids))
    return HttpResponse(to_json({"rows": found.rows, "after": found.after}), content_type="application/json")


def _title(table: str) -> str:
    return contract(table).title.en


for _table in FACTS:
    _facts(_table)
for _table in NOW:
    _now(_table)
