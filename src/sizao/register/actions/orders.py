"""Imposes and lifts orders on people and places."""

from __future__ import annotations

import datetime as dt

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.find import find_fact, find_person, find_place
from sizao.register.actions.versions import add_first, add_next
from sizao.register.ids import new_id
from sizao.register.models import Order


def impose_order(
    *,
    by: Access,
    since: dt.date,
    issuer: str,
    person_id: str | None = None,
    place_id: str | None = None,
    restriction: str | None = None,
    level: str | None = None,
    until: dt.date | None = None,
    clause: str | None = None,
) -> Order:
    """Records an order on a person (`restriction`) or a place (`level`), from `since` to `until` (empty: open).

    An order beyond the rules is recorded all the same: it is what an authority did, and shows among the excesses.
    Raises SizaoError `order-of-nothing`, `not-allowed`, `not-found`, `invalid`.
    """
    if (person_id is None) == (place_id is None) or not (restriction if person_id else level):
        raise SizaoError(
            "order-of-nothing",
            "an order binds a person by a restriction, or a place by a level",
            todo="give person_id and restriction, or place_id and level",
        )
    person = find_person(person_id, by, "impose_orders") if person_id else None
    place = find_place(place_id, by, "impose_orders")
    order = Order(
        order_id=new_id("o"),
        person=person,
        place=place,
        restriction=restriction if person_id else None,
        level=level if place_id else None,
        since=since,
        until=until,
        issuer=issuer,
        clause=clause or None,
    )
    return add_first("impose_order", by, order)


def lift_order(*, by: Access, order_id: str, version: int, until: dt.date) -> Order:
    """Gives an order its last day (which may lie before or after the one it had): a new version.

    An order that never began to hold ends the day before its first: then withdraw it.
    Raises SizaoError `changed-meanwhile`, `not-allowed`, `not-found`, `invalid`.
    """
    return add_next("lift_order", by, _find(order_id, by), version, until=until)


def withdraw_order(*, by: Access, order_id: str, version: int) -> Order:
    """The order was never imposed. SizaoError as `lift_order`."""
    return add_next("withdraw_order", by, _find(order_id, by), version, withdrawn=True)


def _find(order_id: str, by: Access) -> Order:
    return find_fact(Order, order_id, by, "impose_orders")
