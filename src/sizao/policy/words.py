"""What every part of a rulebook is made of: frozen objects, words in two languages, faults."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
RulebookId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Clause = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=1, le=3650)]
Hours = Annotated[int, Field(ge=1, le=3650 * 24)]
Path = tuple[str | int, ...]


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Listed = BeforeValidator(_listed)
"""A YAML list becomes a tuple, so that the object stays frozen."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else _listed(value)


Several = Annotated[tuple[Word, ...], Field(min_length=1)]
OneOrMore = Annotated[Several, BeforeValidator(_several, json_schema_input_type=Word | Several)]
"""Words that may be written as the word alone where it is a single one."""


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,2}", value) else value


def _shortest(value: float) -> float:
    return int(value) if value.is_integer() else value


Ct = Annotated[float, BeforeValidator(_number), AfterValidator(_shortest), Field(ge=0, le=60)]
"""A cycle threshold, at most two decimals; a whole one stays whole, so that it is shown as it was written."""


class Fault(BaseModel):
    """One thing wrong in a rulebook: `path` leads to the value from the top of the document."""

    path: Path
    code: str
    what: str
    todo: str


class FaultsError(ValueError):
    """All that is wrong across the fields of a rulebook."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{'.'.join(map(str, f.path))}: {f.what}" for f in faults))


class Part(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """A text in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


def days_of(hours: int) -> int:
    """Whole days that cover so many hours: samples are known by their day, not by the hour."""
    return -(-hours // 24)
