"""The export as FHIR R4 over HTTP: searchset Bundles, a page at a time, of who lies in the caller's area."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from sizao.api.fhir import resources
from sizao.api.reads import only_known
from sizao.api.shapes import READ_REFUSALS, Moment
from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.clock import now
from sizao.register.exports.rows import SEALED
from sizao.register.identifying import shown
from sizao.register.lists import list_facts, mark, place_of, read_mark
from sizao.register.models import Case, Event, Person, Test
from sizao.register.reads import log_read

router = Router(tags=["fhir"])
MAY = "export_people"
TYPE = "application/fhir+json"
EXPOSED = Q(kind__startswith="exposed_") | Q(case_id__isnull=False)
"""Events by which somebody became a contact: every rulebook calls their kinds so, or they name a case."""


class Link(Schema):
    relation: Literal["self", "next"]
    url: str


class Entry(Schema):
    fullUrl: str
    resource: dict[str, Any]
    search: dict[str, str]


class Bundle(Schema):
    """A page of a search in FHIR R4."""

    resourceType: Literal["Bundle"]
    type: Literal["searchset"]
    timestamp: str
    link: list[Link]
    entry: list[Entry] = Field(default_factory=list, description="left out where nothing was found")


class Asked(Schema):
    """How a search is cut."""

    count: int = Field(100, ge=1, le=1000, alias="_count")
    after: str | None = Field(None, max_length=600, description="as the link `next` has it")


class AskedPatients(Asked):
    names: bool = Field(False, description="names, phones and numbers too (permission see_names)")


class AskedFacts(Asked):
    since: Moment | None = Field(None, alias="_since", description="recorded at or after")


class AskedObservations(AskedFacts):
    category: Literal["laboratory", "exposure"] | None = Field(
        None, description="tests or contacts; both if left out"
    )


ANSWERS = {
    "response": {200: Bundle, **READ_REFUSALS},
    "openapi_extra": {"responses": {200: {"content": {TYPE: {"schema": {"$ref": "#/components/schemas/Bundle"}}}}}},
}


@router.get("/Patient", summary="People as FHIR Patient", **ANSWERS)
def export_patients(request: Any, asked: Query[AskedPatients]) -> HttpResponse:
    """People of your area as Patient. A record that was merged into another is not active, and names it."""
    access = only_known(request, asked)
    access.check(MAY)
    if asked.names:
        access.check("see_names")
    rows = Person.objects.seen_by(access, MAY).order_by("area", "person_id")
    rows = rows if asked.names else rows.defer("name", "phone", "number")
    if asked.after is not None:
        area, person_id = place_of(access, MAY, read_mark(asked.after, 2)[1])
        rows = rows.filter(area__gte=area).filter(Q(area__gt=area) | Q(person_id__gt=person_id))
    found = list(rows[: asked.count + 1])
    page = found[: asked.count]
    ids = {person.same_as_id for person in page} - {None}
    seen = set(Person.objects.seen_by(access, MAY).filter(pk__in=ids).values_list("pk", flat=True))
    made = [resources.patient(_row(one, access, asked.names), kept=_known(one.same_as_id, seen)) for one in page]
    after = mark("", page[-1].person_id) if len(found) > asked.count else None
    return _bundle(request, "Patient names" if asked.names else "Patient", made, after)


@router.get("/Condition", summary="Cases as FHIR Condition", **ANSWERS)
def export_conditions(request: Any, asked: Query[AskedFacts]) -> HttpResponse:
    """Cases of your area as Condition, the one recorded last first."""
    made, after = _facts(only_known(request, asked), Case, resources.condition, asked)
    return _bundle(request, "Condition", made, after)


@router.get("/Observation", summary="Tests and contacts as FHIR Observation", **ANSWERS)
def export_observations(request: Any, asked: Query[AskedObservations]) -> HttpResponse:
    """Tests (category laboratory) and contacts (category exposure) of your area as Observation: first all tests."""
    access = only_known(request, asked)
    parts = {"laboratory": ("t",), "exposure": ("c",), None: ("t", "c")}[asked.category]
    part, _, place = (f"{parts[0]}." if asked.after is None else asked.after).partition(".")
    if part not in parts:
        raise SizaoError("bad-page", "this is no place in the list", todo="follow the link `next`, or leave it out")
    tests = part == "t"
    asked.after = place or None
    if tests:
        made, after = _facts(access, Test, resources.test, asked)
        following = f"t.{after}" if after else None if asked.category else "c."
    else:
        made, after = _facts(access, Event, resources.exposure, asked, EXPOSED)
        following = f"c.{after}" if after else None
    return _bundle(request, "Observation", made, following)


@router.get("/metadata", summary="What this server speaks", response={200: dict[str, Any], **READ_REFUSALS})
def capabilities(request: Any) -> dict[str, Any]:
    """The CapabilityStatement: which resources are found, and by what."""
    only_known(request, Schema()).check(MAY)
    params = {
        "Patient": [],
        "Condition": [],
        "Observation": [{"name": "category", "type": "token"}],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": now().date().isoformat(),
        "kind": "instance",
        "software": {"name": "Sizao"},
        "implementation": {"description": "Export of an outbreak register"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {"type": kind, "interaction": [{"code": "search-type"}]} | ({"searchParam": said} if said else {})
                    for kind, said in params.items()
                ],
            }
        ],
    }


def _facts(
    access: Access, model: Any, make: Callable[[Any], Any], asked: AskedFacts, only: Q | None = None
) -> tuple[list[Any], str | None]:
    found = list_facts(
        access, model, MAY, limit=asked.count, after=asked.after, recorded_since=asked.since, only=only
    )
    return [make(row) for row in found.rows], found.after


def _row(person: Person, access: Access, names: bool) -> dict[str, Any]:
    columns = ("person_id", "birth_date", "sex", "version", *(SEALED if names else ()))
    return shown(access, person, columns) | {"same_as": person.same_as_id}


def _known(name: str | None, seen: Iterable[str]) -> str | None:
    return name if name in seen else None


def _bundle(request: Any, what: str, made: list[Any], after: str | None) -> HttpResponse:
    """The page, logged as an export before it is sent."""
    log_read(by=request.access, what="export", asked=f"fhir {what}", people=len(made))
    here = request.build_absolute_uri(request.path)
    asked = request.GET.copy()
    links = [{"relation": "self", "url": request.build_absolute_uri()}]
    if after is not None:
        asked["after"] = after
        links.append({"relation": "next", "url": f"{here}?{asked.urlencode()}"})
    found = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": now().isoformat(timespec="milliseconds"),
        "link": links,
    }
    if made:
        found["entry"] = [
            {"fullUrl": f"{here}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in made
        ]
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=TYPE)
