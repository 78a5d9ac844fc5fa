"""Writes of very many rows at once, with a result for each: what is wrong with one is no matter of the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field, ValidationError, WrapValidator, create_model

from sizao.api.refused import language_of, misshapen, refused
from sizao.api.shapes import WRITE_REFUSALS, Day, Given, Id, Refused, Whole
from sizao.api.writes import ONCE
from sizao.errors import RefusedError, SizaoError
from sizao.register.actions import many

router = Router(tags=["bulk"])
MOST = 10_000


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


class Sample(Given):
    """A sample; what is left out is not known yet."""

    person_id: Id
    sampled_on: Day
    method: Id = "pcr"
    result: Id = "pending"
    ct: Whole | None = Field(None, description="hundredths")
    tube_id: Id | None = None


class Result(Given):
    """The result of a test on record."""

    test_id: Id
    version: Whole = Field(description="the version that you saw")
    result: Id
    ct: Whole | None = Field(None, description="hundredths")


class Visited(Given):
    """A visit or call, and what came of it."""

    person_id: Id
    outcome: Id
    occurred_on: Day


class Assigned(Given):
    """Whom to give to a team or a user (to nobody where neither is given)."""

    person_ids: list[Id] = Field(min_length=1, max_length=MOST)
    team_id: Whole | None = None
    user_id: Whole | None = None


def _or_why_not(value: Any, check: Callable[[Any], Any]) -> Any:
    """A row, or in its place what is wrong with its shape."""
    try:
        return check(value)
    except ValidationError as error:
        return misshapen(error.errors(include_url=False, include_context=False))


def _many(path: str, action: Callable[..., Sequence[many.RowResult]], row: type[Schema]) -> None:
    rows = (list[Annotated[row, WrapValidator(_or_why_not)]], Field(min_length=1, max_length=MOST))  # type: ignore[valid-type]
    shape = create_model(f"{row.__name__}s", __base__=Given, rows=rows)

    def view(request: Any, data: Any) -> dict[str, Any]:
        given = list(data.rows)
        whole = [n for n, one in enumerate(given) if not isinstance(one, RefusedError)]
        done = action(by=request.access, rows=[given[n].dict() for n in whole])
        if len(done) != len(whole):
            raise SizaoError(
                "key-reused",
                "the key was sent with other rows before",
                why="a key names one write, so that sending it twice does it once",
                todo="make a new key for each write",
            )
        found = [many.RowResult(n, error=one) for n, one in enumerate(given) if isinstance(one, RefusedError)]
        found += [dataclasses.replace(one, row=n) for n, one in zip(whole, done, strict=True)]
        return _told(request, sorted(found, key=lambda one: one.row))

    view.__name__ = action.__name__
    view.__doc__ = action.__doc__
    view.__annotations__ = {"data": shape}
    summary = action.__name__.replace("_", " ").capitalize()
    router.post(path, response={200: BulkDone, **WRITE_REFUSALS}, summary=summary, openapi_extra=ONCE)(view)


_many("/tests", many.record_tests, Sample)
_many("/results", many.record_results, Result)
_many("/follow_ups", many.log_visits, Visited)


@router.post("/assign", response={200: BulkDone, **WRITE_REFUSALS}, summary="Assign many", openapi_extra=ONCE)
def assign_many(request: Any, data: Assigned) -> dict[str, Any]:
    """Gives people to a team or a user; a result for each, in their order."""
    return _told(request, many.assign_many(by=request.access, **data.dict()))


def _told(request: Any, results: Sequence[many.RowResult]) -> dict[str, Any]:
    language = language_of(request)
    rows = [
        {"row": result.row, "id": result.id, "refused": refused(result.error, language) if result.error else None}
        for result in results
    ]
    bad = sum(result.error is not None for result in results)
    return {"written": len(rows) - bad, "refused": bad, "rows": rows}
