"""Which line lists there are: of which rows, who may see them, their columns, and the orders that an index serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.check import _widths
from sizao.register.models import Case, Event, Order, Person, Place, Request, Test
from sizao.tables import contract

Kind = Literal["id", "word", "text", "date", "instant", "number", "yes", "shown"]
"""id: a whole id; word: of a list of words; text: may also be looked for by a part; shown: no filter."""
Of = Literal["row", "status", "assigned"]
"""Where a column stands: in the row itself, in what holds for the person now, in who sees to them."""
LONGEST = 200
"""Letters of a value where no column says less."""


@dataclass(frozen=True)
class Column:
    """One column of a list. `field`: its attribute there; `indexed`: rows are found through it."""

    name: str
    kind: Kind
    field: str
    of: Of = "row"
    indexed: bool = False
    allowed: tuple[str, ...] = ()
    """The only words that it holds; () where others may come."""
    many: bool = False
    """Several words with ; between them."""
    longest: int = LONGEST

    @property
    def ways(self) -> tuple[str, ...]:
        """How it may be asked for: is (one of), from, to, has (a part), and whether it is empty."""
        if self.kind == "shown":
            return ()
        if self.of == "assigned":
            return ("is", "empty")
        if self.kind in ("date", "instant", "number"):
            return ("is", "from", "to", "empty") if self.kind != "instant" else ("from", "to")
        return ("is", "has", "empty") if self.kind == "text" else ("is", "empty")


@dataclass(frozen=True)
class LineList:
    """One list. The first order is the usual one; `shows` are the columns that are shown where none are chosen."""

    of: str
    model: Any
    needs: tuple[str, ...]
    columns: Mapping[str, Column]
    shows: tuple[str, ...]
    orders: Mapping[str, tuple[str, ...]]
    """By name: the fields of an index, all with - or none; the last one tells any two rows apart."""

    @property
    def of_people(self) -> bool:
        """Whether each row is, or belongs to, a person."""
        return self.of != "places"

    @property
    def may_be_of_place(self) -> bool:
        """Whether a row may belong to a place instead."""
        return self.of in ("orders", "requests")


FIELDS = {"from": "since", "voids": "voids_id", "home_place_id": "home_id"}
"""Attributes of columns that are not called as the column."""
WORDS = {
    "people": ("sex", "traits"),
    "places": ("kind",),
    "cases": ("classification", "origin", "severity", "found_by"),
    "events": ("kind",),
    "tests": ("method", "result"),
    "orders": ("restriction", "level"),
    "requests": ("kind",),
}
TEXTS = ("name", "issuer", "clause", "tube_id")
INDEXED = {
    "people": ("person_id", "home_place_id"),
    "places": ("place_id", "parent_id"),
    "cases": ("case_id", "person_id"),
    "events": ("event_id", "person_id", "case_id", "voids"),
    "tests": ("test_id", "person_id", "tube_id"),
    "orders": ("order_id", "person_id", "place_id"),
    "requests": ("request_id", "person_id", "place_id"),
}
HOME = Column("home", "shown", "home")
PHONE = Column("phone", "shown", "phone")
STATUS = (
    Column("measure", "word", "measure", "status"),
    Column("phase_day", "number", "phase_day", "status"),
    Column("restriction", "word", "restriction", "status"),
    Column("from", "date", "since", "status"),
    Column("until", "date", "until", "status"),
    Column("last_day", "date", "last_day", "status"),
    Column("test_due", "yes", "test_due", "status"),
    Column("clause", "text", "clause", "status"),
    Column("assigned", "word", "assigned", "assigned"),
)
KINDS: Mapping[str, Kind] = {
    "date": "date",
    "instant": "instant",
    "integer": "number",
    "number": "number",
    "boolean": "yes",
    "text": "id",
}


def _columns(table: str) -> dict[str, Column]:
    """The columns of the contract; of people also their status; of rows of people where these live."""
    found = {}
    widths = _widths(table)
    for said in contract(table).columns:
        kind = "word" if said.name in WORDS[table] else "text" if said.name in TEXTS else KINDS[said.type]
        kind = "shown" if (table, said.name) == ("requests", "text") else kind
        found[said.name] = Column(
            said.name,
            kind,
            FIELDS.get(said.name, said.name),
            indexed=said.name in INDEXED[table],
            allowed=tuple(said.allowed),
            many=said.name == "traits",
            longest=min(widths.get(said.name, LONGEST), LONGEST),
        )
    if table == "people":
        found |= {column.name: column for column in (HOME, PHONE, *STATUS)}
    elif table != "places":
        found["home"] = HOME
    return found


_RECORDED: Mapping[str, tuple[str, ...]] = {"recorded": ("-id",)}
_ROWS: tuple[tuple[str, Any, tuple[str, ...], str, Mapping[str, tuple[str, ...]]], ...] = (
    (
        "people",
        Person,
        ("see_people",),
        "person_id home restriction phase_day until test_due assigned",
        {"area": ("area", "person_id")},
    ),
    (
        "cases",
        Case,
        ("see_people",),
        "case_id person_id home confirmed_on classification severity onset_on found_by",
        {**_RECORDED, "confirmed_on": ("-confirmed_on", "-id")},
    ),
    ("events", Event, ("see_people",), "event_id person_id home kind occurred_on case_id place_id", _RECORDED),
    (
        "tests",
        Test,
        ("see_people",),
        "test_id person_id home sampled_on method result ct tube_id",
        {**_RECORDED, "sampled_on": ("-sampled_on", "-id")},
    ),
    ("orders", Order, ("see_people",), "order_id person_id place_id restriction level from until issuer", _RECORDED),
    (
        "requests",
        Request,
        ("take_requests",),
        "request_id person_id place_id kind occurred_on answered_on",
        _RECORDED,
    ),
    (
        "places",
        Place,
        ("see_areas", "keep_places"),
        "name kind parent_id code population place_id",
        {"tree": ("path",)},
    ),
)
LISTS: Mapping[str, LineList] = {
    of: LineList(of, model, needs, _columns(of), tuple(shows.split()), orders)
    for of, model, needs, shows, orders in _ROWS
}


def list_of(of: str) -> LineList:
    """One list by its name. Raises SizaoError `unknown-list`."""
    if of not in LISTS:
        raise SizaoError("unknown-list", "there is no such list", todo=f"one of {', '.join(LISTS)}")
    return LISTS[of]


def permission_of(access: Access, found: LineList) -> str:
    """The permission by which the user sees the list. Raises SizaoError `not-allowed`."""
    held = next((name for name in found.needs if access.may(name)), found.needs[0])
    access.check(held)
    return held
