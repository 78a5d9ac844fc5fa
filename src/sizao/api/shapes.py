"""What the API takes and gives: made from the contracts and from the actions, so that neither is said twice."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_type_hints

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, create_model

from sizao.register.actions.check import FIRST, LAST
from sizao.tables import contract

PYTHON: Mapping[str, type] = {
    "text": str,
    "date": dt.date,
    "instant": dt.datetime,
    "integer": int,
    "number": float,
    "boolean": bool,
}
SHORT, LONG = 300, 2000  # letters of an id or word, and of what somebody wrote, in a request
LONGER = ("text", "reason")
WIDEST_ID = 64  # every column of ids; an act names them before its row is checked
NO_NULL = r"^[^\x00]*$"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("a date is written like 2022-11-20")
    return dt.date.fromisoformat(value)


def _moment(value: Any) -> Any:
    if not isinstance(value, str) or not DAY.match(value):
        raise ValueError("an instant is written like 2022-11-20T08:30:00+08:00")
    found = dt.datetime.fromisoformat(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", value))  # a + in an address is a space
    if found.tzinfo is None:
        raise ValueError("an instant needs its offset, such as +08:00")
    if not FIRST < found.date() < LAST:
        raise ValueError(f"not between {FIRST} and {LAST}")
    return found.astimezone(dt.UTC)


def text_of(longest: int) -> Any:
    """A text of at most so many letters that every database keeps."""
    return Annotated[str, Field(max_length=longest, pattern=NO_NULL)]


Day = Annotated[dt.date, BeforeValidator(_day)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Whole = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Id = text_of(SHORT)


class Refused(Schema):
    """Why something was not done."""

    code: str = Field(description="stable: programs may rely on it")
    what: str
    why: str = ""
    todo: str = Field("", description="what to do about it")
    problems: list[dict[str, Any]] = Field(default_factory=list, description="each field that is wrong")


READ_REFUSALS: Mapping[int, Any] = dict.fromkeys((400, 401, 403, 404, 503, 507), Refused)
WRITE_REFUSALS: Mapping[int, Any] = {**READ_REFUSALS, 409: Refused, 413: Refused}


class Given(Schema):
    """What is sent: nothing but what is named, and each as its type is written in JSON."""

    model_config = ConfigDict(extra="forbid", strict=True)


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
        fields[name] = (_given(name, hints[name]), Field(... if required else parameter.default))
    return create_model(_title(action), __base__=Given, **fields)


def changes_of(
    action: Callable[..., Any], table: str, columns: tuple[str, ...], extra: Mapping[str, type]
) -> type[Schema]:
    """What an action may change: the version seen, and any of the columns."""
    fields: dict[str, Any] = {"version": (_given("version", int), Field(description="the version that you saw"))}
    said = contract(table)
    for name in columns:
        type_ = extra.get(name) or PYTHON[said.column(name).type]
        fields[name] = (_given(name, type_ | None), Field(None))
    return create_model(_title(action), __base__=Given, **fields)


def _given(name: str, hint: Any) -> Any:
    """A type of an action's argument, narrowed to what can be written in a request and kept in a database."""
    narrow = {
        str: text_of(WIDEST_ID if name.endswith("_id") else LONG if name in LONGER else SHORT),
        int: Annotated[int, Field(ge=1, le=2**31 - 1)] if name == "version" else Whole,
        dt.date: Day,
        dt.datetime: Moment,
    }
    return Union[tuple(narrow.get(part, part) for part in get_args(hint) or (hint,))]  # noqa: UP007


def _title(action: Callable[..., Any]) -> str:
    return action.__name__.title().replace("_", "")
