"""How many people are held is kept by day and community: what the situation compares with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import now_rows
import pyarrow as pa
import pytest

ON = dt.date(2022, 11, 20)
ENDS = [ON - dt.timedelta(days) for days in (1, 7, 14, 28)]


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is derived after a write but by the test."""
    from sizao.register.actions import act

    monkeypatch.setattr(act, "after_write", [])


def held(on: dt.date) -> dict[str, int]:
    """What is kept of a day, of all communities."""
    from sizao.register.models import NowHeld

    found: dict[str, int] = {}
    for row in NowHeld.objects.filter(on=on):
        found[row.restriction] = found.get(row.restriction, 0) + row.people
    return found


def derived(tables: Mapping[str, pa.Table], on: dt.date) -> dict[str, int]:
    """The same, counted from the tables."""
    found: dict[str, int] = {}
    for row in now_rows.derived(tables, on)["status"]:
        if row["restriction"]:
            found[row["restriction"]] = found.get(row["restriction"], 0) + 1
    return found


def test_days_that_are_over_are_counted_once(city_register: Mapping[str, pa.Table], settings: Any) -> None:
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.models import NowHeld

    assert fill_held() == [], "nothing was derived yet"
    derive_everybody()
    assert fill_held() == sorted(ENDS)
    for day in ENDS:
        assert held(day) == (derived(city_register, day) or {"": 0}), day
    assert fill_held() == []
    settings.SIZAO_TODAY = ON + dt.timedelta(1)
    NowHeld.objects.create(on=ON - dt.timedelta(28), path="x", restriction="", people=0)
    assert ON in fill_held() and held(ON) == derived(city_register, ON) != {}
    assert not held(ON - dt.timedelta(28)), "nothing is compared with that day any more"


def test_nobody_is_counted_closer_than_a_community(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.identifying import WIDE
    from sizao.register.models import NowHeld, Place

    derive_everybody()
    fill_held()
    paths = {*NowHeld.objects.values_list("path", flat=True)} - {""}
    kinds = Place.objects.unscoped("a test").filter(path__in=paths).values_list("kind", flat=True)
    assert len(paths) > 1 and {*kinds} <= {*WIDE}


def test_the_situation_says_what_was_counted_then(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.models import Place
    from sizao.register.situation import count_situations

    derive_everybody()
    before = count_situations("")
    assert before[7].held_before is None, "not counted is not nobody"
    fill_held()
    for days, found in count_situations("").items():
        assert found.held_before == derived(city_register, ON - dt.timedelta(days)), days
    rows = Place.objects.unscoped("a test")
    parts = [count_situations(row.path)[7].held_before or {} for row in rows.filter(kind="community")]
    assert sum(sum(part.values()) for part in parts) == sum(derived(city_register, ENDS[1]).values())
    closer = rows.exclude(kind__in=("nation", "province", "city", "county", "street", "community")).first()
    assert count_situations(closer.path)[7].held_before is None


def test_a_day_on_which_nobody_was_held_was_counted(town: Any) -> None:
    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.situation import count_situations

    derive_everybody()
    assert fill_held() == sorted(ENDS) and fill_held() == []
    assert count_situations("")[7].held_before == {}
