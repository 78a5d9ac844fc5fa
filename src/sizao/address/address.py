"""What is read from one place name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

Scope = Literal[
    "household",
    "floor",
    "unit",
    "building",
    "site",
    "compound",
    "village",
    "community",
    "street",
    "county",
    "unknown",
]
"""How wide an area is drawn, narrow to wide; `site` is one premise that is no dwelling, `unknown` cannot be read."""

WIDTH: dict[str, int] = {
    "unknown": 0,
    "household": 1,
    "floor": 2,
    "unit": 3,
    "building": 4,
    "site": 5,
    "compound": 6,
    "village": 7,
    "community": 8,
    "street": 9,
    "county": 10,
}
"""Of a list of unlike places the widest is the scope."""


Parts = tuple[Any, ...]
"""The fields of an address, in their order."""


@dataclass(frozen=True)
class Address:
    """One place name in parts. A part that the name does not have is None, a list that it does not have is empty.

    `road` carries the house number where the name goes on after it (建设路225号1栋 -> 建设路225号); where the house
    is what is drawn, it stands in `buildings`, and a yard (65号院) in `compound`. Several names of one part are
    joined by the sign 、. `count` is how many places of the kind `scope` are named. `partial`: not just the whole
    (a part without sharp bounds, a rest after exceptions, with its surroundings). `key`: equal for spellings of one
    place.
    """

    place: str
    scope: Scope
    count: int = 1
    partial: bool = False
    district: str | None = None
    street: str | None = None
    community: str | None = None
    village: str | None = None
    road: str | None = None
    compound: str | None = None
    buildings: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    site: str | None = None
    rest: str = ""
    key: str = ""

    @classmethod
    def of(cls, parts: Parts) -> Address:
        """An address of all its parts: in a fifth of the time that a frozen dataclass takes to set each."""
        made = object.__new__(cls)
        made.__dict__.update(zip(FIELDS, parts, strict=True))
        return made


FIELDS = [field.name for field in fields(Address)]
