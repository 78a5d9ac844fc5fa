"""Imposes and lifts orders on people and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, Writing, acting, conflict, one_version
from sizao.register.actions.check import LONGEST, check_fact, fits
from sizao.register.actions.find import check_fact_of, find_fact, find_person, find_place, standing
from sizao.register.actions.many import CHUNK, MOST, Row, RowResult, _first_answer
from sizao.register.actions.versions import add_first, add_next, values_of
from sizao.register.ids import new_id
from sizao.register.models import Act, Order


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
    """Gives an order its last day, which is not after the one it had (an order without one takes any): a new version.

    What is to hold for longer is imposed anew; an order that never began to hold is withdrawn.
    Raises SizaoError `changed-meanwhile`, `not-allowed`, `not-found`, `invalid` (with the problem `lengthens`).
    """
    order = _find(order_id, by)
    if order.version == version:  # sent twice, it is done once; and who saw an older version is told so
        _check_shorter(order, until)
    return add_next("lift_order", by, order, version, until=until)


def lift_orders(*, by: Access, rows: Sequence[Row]) -> list[RowResult]:
    """Gives very many orders their last day: rows of order_id, version (the one seen) and until. One transaction, an
    act and a result for each, in their order; a row whose order was changed since, or would then end later,
    is refused by itself.

    Raises SizaoError `too-many`, `not-allowed`.
    """
    by.check("impose_orders")
    if len(rows) > MOST:
        raise SizaoError("too-many", f"{len(rows)} rows at once", todo=f"send at most {MOST} at a time")
    try:
        with acting("lift_order_many", by, rows=len(rows)) as writing:
            last = _latest([str(row.get("order_id")) for row in rows])
            results, acts, built = [], [], dict[str, Order]()
            for number, row in enumerate(rows):
                try:
                    order = _next(by, writing, row, last, built)
                except (SizaoError, RefusedError) as error:
                    results.append(RowResult(number, error=error))
                    continue
                about = {"id": order.order_id, "version": order.version, "batch": writing.act.pk, "row": number}
                named = {"person_id": order.person_id or "", "place_id": order.place_id or ""}
                order.act = Act(action="lift_order", by=by.user, at=writing.at, about=about, **named)
                acts.append(order.act)
                built[order.order_id] = order
                results.append(RowResult(number, id=order.order_id))
            Act.objects.bulk_create(acts, batch_size=2000)
            for order in built.values():
                order.act_id = order.act.pk
                order.recorded_at = writing.at
                if order.person_id:
                    writing.people.add(order.person_id)
            with one_version("orders", "of these rows"):
                Order.objects.bulk_create(built.values(), batch_size=1000)
            return results
    except AlreadyDone as earlier:
        return _first_answer("lift_order", by, earlier.act)


def withdraw_order(*, by: Access, order_id: str, version: int) -> Order:
    """The order was never imposed. SizaoError as `lift_order`."""
    return add_next("withdraw_order", by, _find(order_id, by), version, withdrawn=True)


def _check_shorter(order: Order, until: Any) -> None:
    """Raises RefusedError where the order would hold for longer: to lift is no way to extend."""
    if order.until is None or not isinstance(until, dt.date) or until <= order.until:
        return
    todo = f"choose a day up to {order.until}; what is to hold for longer is imposed anew"
    problem = Problem(
        "lengthens", "orders", f"later than the order ends ({order.until})", todo, column="until", value=str(until)
    )
    raise RefusedError("invalid", "this cannot be recorded in orders", [problem], todo="correct what is listed")


def _find(order_id: str, by: Access) -> Order:
    return find_fact(Order, order_id, by, "impose_orders")


def _latest(ids: Sequence[str]) -> dict[str, Order]:
    """The latest version of each order."""
    found = {}
    names = sorted({name for name in ids if fits(name, LONGEST)})
    for start in range(0, len(names), CHUNK):
        rows = Order.objects.unscoped("checked for each row").select_related("person", "place")
        rows = rows.defer("person__name", "person__phone", "person__number")
        for order in rows.filter(order_id__in=names[start : start + CHUNK]).order_by("version"):
            found[order.order_id] = order
    return found


def _next(by: Access, writing: Writing, row: Row, last: dict[str, Order], built: dict[str, Order]) -> Order:
    """The next version of the order of a row, as it is to be written."""
    name = str(row.get("order_id"))
    order = last.get(name)
    if order is None:
        raise not_found("order", name)
    check_fact_of(order, name, by, "impose_orders")
    standing(order)
    if name in built:
        raise SizaoError("twice", f"{name} stands in the rows twice", todo="send it once")
    if order.version != row.get("version"):
        raise conflict("order", name)
    _check_shorter(order, row.get("until"))
    writing.follow(order.recorded_at)
    following = Order(**{f.attname: getattr(order, f.attname) for f in Order._meta.concrete_fields if f.name != "id"})
    following.version, following.until, following.recorded_at = order.version + 1, row.get("until"), writing.at
    check_fact("orders", values_of(following), writing.at)
    return following
