"""What the API takes and gives: made from the contracts and from the actions, so that neither is said twice."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from sizao.tables import contract

PYTHON: Mapping[str, type] = {
    "text": str,
    "date": dt.date,
    "instant": dt.datetime,
    "integer": int,
    "number": float,
    "boolean": bool,
}
SHORT = 300  # letters of an id or word in a request


class Refused(Schema):
    """Why something was not done."""

    code: str = Field(description="stable: programs may rely on it")
    what: str
    why: str = ""
    todo: str = Field("", description="what to do about it")
    problems: list[dict[str, Any]] = Field(default_factory=list, description="each field that is wrong")


class Given(Schema):
    """What is sent: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


@cache
def row_of(table: str, versions: bool = False) -> type[Schema]:
    """One row of a table under its contract; `versions`: with its number."""
    fields: dict[str, Any] = {}
    for column in contract(table).columns:
        type_: Any = PYTHON[column.type] | None if column.nullable else PYTHON[column.type]
        said = column.meaning.en + (f" ({column.unit})" if column.unit else "")
        fields[column.name] = (
            type_,
            Field(None if column.nullable else ..., description=said, examples=[column.example]),
        )
    if versions:
        fields["version"] = (int, Field(description="to be sent with the next change"))
    return create_model(table.title().replace("_", ""), __base__=Schema, **fields)


@cache
def page_of(row: type[Schema]) -> type[Schema]:
    """Rows and the way to the next ones."""
    rows = (list[row], ...)  # type: ignore[valid-type]
    after = (str | None, Field(None, description="send it as `after` for the next rows; null: there are no more"))
    return create_model(f"{row.__name__}Page", __base__=Schema, rows=rows, after=after)


@cache
def body_of(action: Callable[..., Any], *, without: tuple[str, ...] = ()) -> type[Schema]:
    """What an action takes but for `by` and what the address says."""
    hints = get_type_hints(action)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(action).parameters.items():
        if name in ("by", *without) or parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        required = parameter.default is inspect.Parameter.empty
        limits = {"max_length": 2000 if name in ("text", "reason") else SHORT} if _is_text(hints[name]) else {}
        fields[name] = (hints[name], Field(... if required else parameter.default, **limits))
    return create_model(_title(action), __base__=Given, **fields)


def changes_of(
    action: Callable[..., Any], table: str, columns: tuple[str, ...], extra: Mapping[str, type]
) -> type[Schema]:
    """What an action may change: the version seen, and any of the columns."""
    fields: dict[str, Any] = {"version": (int, Field(description="the version that you saw", ge=1))}
    said = contract(table)
    for name in columns:
        type_ = extra.get(name) or PYTHON[said.column(name).type]
        fields[name] = (type_ | None, Field(None))
    return create_model(_title(action), __base__=Given, **fields)


def _title(action: Callable[..., Any]) -> str:
    return action.__name__.title().replace("_", "")


def _is_text(hint: Any) -> bool:
    return hint is str or hint == (str | None)
