"""Writes of the API: one operation for each action, and the bulk ones with a result for each row."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ninja import Router, Schema
from pydantic import Field, create_model

from sizao.api.refused import refused
from sizao.api.shapes import Given, Refused, body_of, changes_of, row_of
from sizao.register.actions import cases, events, many, orders, people, requests, tests, visits, work
from sizao.register.actions.versions import COLUMNS
from sizao.register.models.facts import Versioned
from sizao.tables import contract

router = Router(tags=["write"])
bulk = Router(tags=["bulk"])
REFUSALS: Mapping[int, Any] = dict.fromkeys((400, 401, 403, 404, 409), Refused)
MOST = 10_000


class Done(Schema):
    """What was written, or was before by the same key."""

    id: str


class PersonDone(Schema):
    """A person as recorded; names are not sent back."""

    person_id: str
    version: int = Field(description="to be sent with the next change")


class RowDone(Schema):
    """What became of one row: `id` of what was written, or why it was not."""

    row: int = Field(description="from 0, as sent")
    id: str = ""
    refused: Refused | None = None


class BulkDone(Schema):
    """What became of all rows: those that are right are written, whatever is wrong with the others."""

    written: int
    refused: int
    rows: list[RowDone]


def _write(
    method: str, path: str, action: Callable[..., Any], table: str = "", shape: type[Schema] | None = None
) -> None:
    """One operation. `{name}` in the address is the action's argument of that name; `shape` is for changes."""
    named = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    body = shape or body_of(action, without=tuple(named))

    def view(request: Any, data: Any, **address: Any) -> dict[str, Any]:
        given = data.dict(exclude_unset=shape is not None)
        return _answer(table, action(by=request.access, **address, **given))

    parts = [("request", inspect.Parameter.empty), *((name, _kind(action, name)) for name in named), ("data", body)]
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, keyword, annotation=annotation) for name, annotation in parts]
    )
    view.__name__ = action.__name__
    view.__doc__ = action.__doc__
    answers = {"": Done, "people": PersonDone}
    answer = answers.get(table) or row_of(table, versions=table in ("tests", "cases", "orders", "requests"))
    summary = action.__name__.replace("_", " ").capitalize()
    router.api_operation([method], path, response={200: answer, **REFUSALS}, summary=summary)(view)


def _kind(action: Callable[..., Any], name: str) -> Any:
    return inspect.get_annotations(action, eval_str=True)[name]


def _answer(table: str, row: Any) -> dict[str, Any]:
    if not table:
        return {"id": str(row.pk)}
    if table == "people":
        return {"person_id": row.person_id, "version": row.version}
    found = {name: getattr(row, COLUMNS.get(name, name)) for name in contract(table).names if name != "voids"}
    if table == "events":
        found["voids"] = row.voids_id
    return found | ({"version": row.version} if isinstance(row, Versioned) else {})


_write("POST", "/people", people.add_person, "people")
_write(
    "PATCH",
    "/people/{person_id}",
    people.change_person,
    "people",
    changes_of(people.change_person, "people", people.CHANGED, dict.fromkeys(people.SEALED, str)),
)
_write("POST", "/people/merge", people.merge_people, "people")
_write("POST", "/people/unmerge", people.unmerge_people, "people")
_write("POST", "/people/{person_id}/glass", work.break_glass)
_write("POST", "/people/{person_id}/assign", work.assign)
_write("POST", "/events", events.record_event, "events")
_write("POST", "/exposures", events.record_exposure, "events")
_write("POST", "/tests", tests.record_test, "tests")
_write("POST", "/tests/{test_id}/result", tests.record_result, "tests")
_write("POST", "/tests/{test_id}/withdraw", tests.withdraw_test, "tests")
_write("POST", "/cases", cases.report_case, "cases")
_write(
    "PATCH", "/cases/{case_id}", cases.update_case, "cases", changes_of(cases.update_case, "cases", cases.CHANGED, {})
)
_write("POST", "/cases/{case_id}/withdraw", cases.withdraw_case, "cases")
_write("POST", "/cases/{case_id}/places", cases.record_case_place, "case_places")
_write("POST", "/visits", visits.record_presence, "visits")
_write("POST", "/follow_ups", visits.log_visit, "follow_ups")
_write("POST", "/orders", orders.impose_order, "orders")
_write("POST", "/orders/{order_id}/lift", orders.lift_order, "orders")
_write("POST", "/orders/{order_id}/withdraw", orders.withdraw_order, "orders")
_write("POST", "/requests", requests.take_request, "requests")
_write("POST", "/requests/{request_id}/answer", requests.answer_request, "requests")


class Sample(Given):
    """A sample; what is left out is not known yet."""

    person_id: str = Field(max_length=64)
    sampled_on: dt.date
    method: str = Field("pcr", max_length=40)
    result: str = Field("pending", max_length=20)
    ct: int | None = Field(None, description="hundredths")
    tube_id: str | None = Field(None, max_length=64)


class Result(Given):
    """The result of a test on record."""

    test_id: str = Field(max_length=64)
    version: int = Field(ge=1, description="the version that you saw")
    result: str = Field(max_length=20)
    ct: int | None = Field(None, description="hundredths")


class Visited(Given):
    """A visit or call, and what came of it."""

    person_id: str = Field(max_length=64)
    outcome: str = Field(max_length=20)
    occurred_on: dt.date


class Assigned(Given):
    """Whom to give to a team or a user (to nobody where neither is given)."""

    person_ids: list[str] = Field(max_length=MOST)
    team_id: int | None = None
    user_id: int | None = None


def _many(path: str, action: Callable[..., Sequence[many.RowResult]], row: type[Schema]) -> None:
    shape = create_model(f"{row.__name__}s", __base__=Given, rows=(list[row], Field(max_length=MOST)))  # type: ignore[valid-type]

    def view(request: Any, data: Any) -> dict[str, Any]:
        return _told(action(by=request.access, rows=[one.dict() for one in data.rows]))

    view.__name__ = action.__name__
    view.__doc__ = action.__doc__
    view.__annotations__ = {"data": shape}
    bulk.post(path, response={200: BulkDone, **REFUSALS}, summary=action.__name__.replace("_", " ").capitalize())(
        view
    )


_many("/tests", many.record_tests, Sample)
_many("/results", many.record_results, Result)
_many("/follow_ups", many.log_visits, Visited)


@bulk.post("/assign", response={200: BulkDone, **REFUSALS}, summary="Assign many")
def assign_many(request: Any, data: Assigned) -> dict[str, Any]:
    """Gives people to a team or a user; a result for each, in their order."""
    return _told(many.assign_many(by=request.access, **data.dict()))


def _told(results: Sequence[many.RowResult]) -> dict[str, Any]:
    rows = [
        {"row": result.row, "id": result.id, "refused": refused(result.error) if result.error else None}
        for result in results
    ]
    bad = sum(result.error is not None for result in results)
    return {"written": len(rows) - bad, "refused": bad, "rows": rows}
