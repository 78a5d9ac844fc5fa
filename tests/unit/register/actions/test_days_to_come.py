"""Nothing is recorded of a day that has not come: after the real clock's, nor after the day that is held still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from sizao.errors import RefusedError
from sizao.register.actions import cases, events, people, tests, visits

HELD = dt.date(2022, 11, 20)
RECORDED: dict[str, tuple[str, Callable[..., Any], dict[str, Any]]] = {
    "visit": ("occurred_on", visits.log_visit, {"outcome": "seen_ok"}),
    "event": ("occurred_on", events.record_event, {"kind": "exposed_to_case"}),
    "test": ("sampled_on", tests.record_test, {"result": "negative"}),
    "case": ("confirmed_on", cases.report_case, {"classification": "confirmed"}),
    "birth": ("birth_date", people.change_person, {"version": 1}),
}


def refused(call: Callable[..., Any], **given: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(RefusedError) as error:
        call(**given)
    return [(problem.code, problem.column) for problem in error.value.problems]


@pytest.mark.parametrize("what", RECORDED)
@pytest.mark.parametrize("held", (HELD, None), ids=("held", "running"))
def test_a_day_to_come_is_refused(what: str, held: dt.date | None, city: Any, settings: Any) -> None:
    settings.SIZAO_TODAY = held
    last = held or dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    column, call, given = RECORDED[what]
    given = {"by": city.job, "person_id": city.jia_person, **given}
    for later in (last + dt.timedelta(days=1), dt.date(2099, 1, 1)):
        assert refused(call, **given, **{column: later}) == [("after-today", column)]
    call(**given, **{column: last})


def test_nobody_is_born_tomorrow(city: Any) -> None:
    given = {"by": city.job, "home_place_id": "jia", "name": "甲", "birth_date": HELD + dt.timedelta(days=1)}
    assert refused(people.add_person, **given) == [("after-today", "birth_date")]


def test_a_stay_that_lasts_until_after_the_held_day_is_refused(city: Any) -> None:
    given = {"by": city.job, "person_id": city.jia_person, "place_id": "jia"}
    given["arrived_at"] = dt.datetime(2022, 11, 20, 23, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    left = given["arrived_at"] + dt.timedelta(hours=2)
    assert refused(visits.record_presence, **given, left_at=left) == [("after-today", "left_at")]
