"""What is older than the records is found and derived, and no more than that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import now_rows
import pytest

ON = dt.date(2022, 11, 20)
MET = dt.date(2022, 11, 19)


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is derived after a write but by the test."""
    from sizao.register.actions import act
    from sizao.register.bridge import stale

    monkeypatch.setattr(act, "after_write", [])
    monkeypatch.setattr(stale, "SOON", dt.timedelta(0))


def expose(town: Any, person: str) -> None:
    from sizao.register.actions import events

    events.record_event(by=town.job, person_id=person, kind="exposed_to_case", occurred_on=MET)


def stale(**wanted: Any) -> bool:
    from sizao.register.bridge.stale import Stale, find_stale

    return find_stale() == Stale(**({"everybody": False, "people": (), "places": False} | wanted))


def test_before_the_first_run_everybody_is_stale(town: Any) -> None:
    from sizao.register.bridge.stale import derive_stale

    assert stale(everybody=True, places=True)
    derive_stale()
    assert stale()


def test_at_midnight_everybody_is_stale(town: Any, settings: Any) -> None:
    from sizao.register.bridge.stale import derive_stale

    derive_stale()
    settings.SIZAO_TODAY = ON + dt.timedelta(1)
    assert stale(everybody=True, places=True)
    derive_stale()
    assert stale()


def test_under_another_rulebook_everybody_is_stale(town: Any, settings: Any) -> None:
    from sizao.register.bridge.stale import derive_stale

    expose(town, "p-1")
    derive_stale()
    assert [row["rulebook"] for row in now_rows.shown("status")] == ["cn-2022-11-11"]
    settings.SIZAO_RULEBOOK = "cn-2022-06-27"
    assert stale(everybody=True, places=True)
    derive_stale()
    assert [row["rulebook"] for row in now_rows.shown("status")] == ["cn-2022-06-27"]


def test_people_who_were_written_are_stale_after_a_moment(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import stale as module

    module.derive_stale()
    expose(town, "p-2")
    expose(town, "p-2")
    assert stale(people=("p-2",))
    monkeypatch.setattr(module, "SOON", dt.timedelta(minutes=1))
    assert stale()
    monkeypatch.setattr(module, "SOON", dt.timedelta(0))
    module.derive_stale()
    assert stale()
    assert [row["person_id"] for row in now_rows.shown("status")] == ["p-2"]


def test_of_very_many_people_everybody_is(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import stale as module

    module.derive_stale()
    monkeypatch.setattr(module, "FEW", 2)
    for n in (1, 2):
        expose(town, f"p-{n}")
    assert stale(people=("p-1", "p-2"))
    expose(town, "p-3")
    assert stale(everybody=True, places=True)


def test_places_are_stale_after_a_case_its_place_or_an_order_there(town: Any) -> None:
    from sizao.register.actions import cases, orders
    from sizao.register.bridge.stale import derive_stale

    derive_stale()
    case = cases.report_case(by=town.job, person_id="p-1", confirmed_on=MET, classification="confirmed")
    assert stale(people=("p-1",), places=True)
    derive_stale()
    assert stale()
    cases.record_case_place(by=town.job, case_id=case.case_id, place_id="unit-1", role="home", spread_risk=True)
    assert stale(places=True)
    derive_stale()
    assert [row["place_id"] for row in now_rows.shown("areas") if row["level"] == "high"] == ["unit-1"]
    orders.impose_order(by=town.job, person_id="p-2", restriction="home_isolation", since=MET, issuer="街道")
    assert stale(people=("p-2",))
    derive_stale()
    orders.impose_order(by=town.job, place_id="yi", level="high", since=MET, issuer="街道")
    assert stale(places=True)
    derive_stale()
    assert [row["place_id"] for row in now_rows.shown("place_excesses")] == ["yi"]
    assert stale()


def test_after_an_import_of_facts_everybody_is_stale_but_not_after_visits(town: Any) -> None:
    from register_loading import load

    from sizao.register.bridge.stale import derive_stale

    derive_stale()
    noon = dt.datetime(2022, 11, 19, 4, tzinfo=dt.UTC)
    load({"visits": {"person_id": ["p-1"], "place_id": ["yi"], "arrived_at": [noon], "left_at": [noon]}})
    load({"people": {"person_id": ["q-1"], "home_place_id": ["yi"]}})
    assert stale()
    about = {"kind": ["exposed_to_case"], "occurred_on": [MET], "recorded_at": [noon]}
    load({"events": {"event_id": ["e-1"], "person_id": ["q-1"], **about}})
    assert stale(everybody=True, places=True)
    derive_stale()
    assert [row["person_id"] for row in now_rows.shown("status")] == ["q-1"]
    assert stale()
