"""An imported row with the id of a fact next door corrects it no more than a form would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from action_case import DAY

from sizao.errors import SizaoError
from sizao.register.actions.bulk import record_table
from sizao.tables import contract

AT = dt.datetime(2022, 11, 19, 12, tzinfo=dt.UTC)


def row(table: str, **given: Any) -> pa.Table:
    said = contract(table)
    schema = said.arrow_schema()
    values = {"recorded_at": AT, **given}
    return pa.table({name: pa.array([values.get(name)], schema.field(name).type) for name in said.names})


def rows_of(side: Any, mine: Any) -> dict[str, pa.Table]:
    """A correction of each fact of a side, as if it were of a person, or at a place, of mine."""
    person = {"person_id": mine.person}
    return {
        "tests": row("tests", test_id=side.test, **person, sampled_on=DAY, method="pcr", result="positive"),
        "cases": row(
            "cases", case_id=side.case, **person, confirmed_on=DAY, classification="confirmed", origin="local"
        ),
        "orders": row("orders", order_id=side.order, **person, **{"from": DAY}, restriction="x", issuer="x"),
        "place orders": row(
            "orders", order_id=side.place_order, place_id=mine.street, **{"from": DAY}, level="low", issuer="x"
        ),
        "requests": row("requests", request_id=side.request, **person, kind="food", occurred_on=DAY),
        "place requests": row(
            "requests", request_id=side.place_request, place_id=mine.street, kind="food", occurred_on=DAY
        ),
        "events": row("events", event_id="e-mine", **person, kind="void", occurred_on=DAY, voids=side.event),
    }


KINDS = ("tests", "cases", "orders", "place orders", "requests", "place requests", "events")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_refused_and_names_nobody(kind: str, world: Any) -> None:
    by = world.enter("epidemiologist", "jia")
    table = kind.removeprefix("place ")
    with pytest.raises(SizaoError) as error:
        record_table(by=by, table=table, rows=rows_of(world.yi, world.jia)[kind])
    assert error.value.code == "outside-area"
    assert world.yi.person not in str(error.value) and world.yi.other not in str(error.value)
    assert record_table(by=by, table=table, rows=rows_of(world.jia, world.jia)[kind]) == 1
