"""Writes of the API: one operation for each action, and the bulk ones with a result for each row."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from sizao.api.shapes import WRITE_REFUSALS, body_of, changes_of, row_of
from sizao.api.sign_in import KEY, LONGEST_KEY
from sizao.register.actions import answers, cases, events, orders, people, requests, tests, visits, work
from sizao.register.actions.versions import COLUMNS
from sizao.register.models.facts import Versioned
from sizao.tables import contract

router = Router()
"""Of writes and reads: of two routers with the same address only the first is asked. So with two addresses that fit:
`/people/merge` comes before `/people/{person_id}`."""
ONCE = {
    "parameters": [
        {
            "in": "header",
            "name": KEY,
            "required": False,
            "schema": {"type": "string", "maxLength": LONGEST_KEY, "pattern": "^[!-~]*$"},
            "description": "what you call this write: sent twice with one key, it is done once",
        }
    ]
}


class Done(Schema):
    """What was written, or was before by the same key."""

    id: str


class PersonDone(Schema):
    """A person as recorded; names are not sent back."""

    person_id: str
    version: int = Field(description="to be sent with the next change")


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
    router.api_operation(
        [method], path, response={200: answer, **WRITE_REFUSALS}, summary=summary, tags=["write"], openapi_extra=ONCE
    )(view)


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
_write("POST", "/people/merge", people.merge_people, "people")
_write("POST", "/people/unmerge", people.unmerge_people, "people")
_write(
    "PATCH",
    "/people/{person_id}",
    people.change_person,
    "people",
    changes_of(people.change_person, "people", people.CHANGED, dict.fromkeys(people.SEALED, str)),
)
_write("POST", "/people/{person_id}/glass", work.break_glass)
_write("POST", "/people/{person_id}/call", work.take_call)
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
_write("POST", "/excesses/answer", answers.answer_excess)
_write("POST", "/excesses/judge", answers.judge_answer)
_write("POST", "/requests", requests.take_request, "requests")
_write("POST", "/requests/{request_id}/answer", requests.answer_request, "requests")
