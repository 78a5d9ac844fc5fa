"""The written contract of every table, read from contracts.yaml into frozen objects."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sizao.errors import SizaoError
from sizao.words import Lang, read_yaml

ColumnType = Literal["text", "date", "instant", "integer", "number", "boolean"]
Said = Annotated[str, Field(min_length=1)]

ARROW: Mapping[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(Frozen):
    """One text in both languages."""

    en: Said
    zh: Said

    def text(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.zh


class Column(Frozen):
    """One column. `nullable`: may be empty; `absent`: may be left out (then it reads as null)."""

    name: Said
    type: ColumnType
    meaning: Words
    example: Said
    unit: str | None = None
    nullable: bool = False
    absent: bool = False
    allowed: tuple[str, ...] = ()
    refers_to: str | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        if self.absent and not self.nullable:
            raise ValueError(f"{self.name}: a column that may be absent must be nullable too")
        if self.allowed and self.type != "text":
            raise ValueError(f"{self.name}: allowed values are for text")
        return self


class Contract(Frozen):
    """One table. The keys of contracts.yaml are explained at the head of that file."""

    name: Said
    title: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    versions: bool = False
    derived: bool = False
    exactly_one: tuple[tuple[str, ...], ...] = ()
    not_before: tuple[tuple[str, str], ...] = ()
    happened: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _name_its_own_columns(self) -> Self:
        named = {*self.key, *self.happened}.union(*self.exactly_one, *self.not_before)
        if unknown := named - set(self.names):
            raise ValueError(f"{self.name}: no such column: {', '.join(sorted(unknown))}")
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"{self.name}: a column is there twice")
        if (self.versions or self.happened) and "recorded_at" not in self.names:
            raise ValueError(f"{self.name}: needs recorded_at")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that every file must have."""
        return tuple(c.name for c in self.columns if not c.absent)

    def column(self, name: str) -> Column:
        """The column, or SizaoError `unknown-column` with the nearest name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise SizaoError("unknown-column", f"{self.name} has no column {name}", todo=nearest(name, self.names))

    def arrow_schema(self) -> pa.Schema:
        """Arrow types: text string, date date32, instant timestamp[us, UTC], int64, float64, bool."""
        return pa.schema([pa.field(c.name, ARROW[c.type], nullable=c.nullable) for c in self.columns])


@cache
def contracts() -> Mapping[str, Contract]:
    """Every contract by the name of its table, in the order of contracts.yaml."""
    found = {name: _build(name, body) for name, body in read_yaml("sizao.tables", "contracts.yaml").items()}
    for table in found.values():
        for column in table.columns:
            if column.refers_to:
                other, _, of = column.refers_to.partition(".")
                found[other].column(of)
    return MappingProxyType(found)


def contract(name: str) -> Contract:
    """The contract of one table, or SizaoError `unknown-table` with the nearest name."""
    try:
        return contracts()[name]
    except KeyError:
        raise SizaoError("unknown-table", f"no table is called {name}", todo=nearest(name, contracts())) from None


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """What to do about a name that is not known: the nearest one, or all of them."""
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"use one of: {', '.join(known)}"


def _build(name: str, body: Mapping[str, Any]) -> Contract:
    columns = [
        {
            **{k: v for k, v in c.items() if k not in ("en", "zh")},
            "name": n,
            "meaning": {"en": c["en"], "zh": c["zh"]},
        }
        for n, c in body["columns"].items()
    ]
    return Contract.model_validate({**body, "name": name, "columns": columns}, strict=False)
