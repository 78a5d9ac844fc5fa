"""Lists give the rows that `seen_by` gives, found through the people of an area or read in their own order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

DAY = dt.date(2022, 11, 19)
FEW = [(0, 0, 0), (0, 0, 10_000), (10_000, 10_000, 10_000)]
"""Limits under which two people are many, as many as PostgreSQL keeps in memory, few."""


def _say(lists: Any, few: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    lists._count.cache_clear()
    for name, value in zip(("FEW", "FEW_LOOKED_UP", "MANY_IN_MEMORY"), few, strict=True):
        monkeypatch.setattr(lists, name, value)


@pytest.fixture
def facts(city: Any) -> Any:
    """Facts of people and orders on places in both counties; the access of an epidemiologist of jia, to whom yi's
    person may be assigned."""
    from sizao.register.actions import events, orders, requests, tests, work
    from sizao.register.models import NowStatus

    for person_id, place_id in ((city.jia_person, "jia"), (city.yi_person, "yi")):
        events.record_event(by=city.job, person_id=person_id, kind="exposed_to_case", occurred_on=DAY)
        for _ in range(3):
            tests.record_test(by=city.job, person_id=person_id, sampled_on=DAY)
        about = {"by": city.job, "since": DAY, "issuer": "an office"}
        orders.impose_order(**about, person_id=person_id, restriction="home_isolation")
        orders.impose_order(**about, place_id=place_id, level="high")
        requests.take_request(by=city.job, person_id=person_id, kind="food", occurred_on=DAY)
        requests.take_request(by=city.job, place_id=place_id, kind="food", occurred_on=DAY)
        more = {"clause": "x", "because": "y", "rulebook": "cn-2022-11-11", "measure": "close_contact"}
        NowStatus.objects.create(person_id=person_id, on=DAY, since=DAY, derived_at=city.job.at, **more)

    def access(assigned: bool) -> Any:
        found = city.access("epidemiologist", "jia")
        if assigned:
            work.assign(by=city.job, person_id=city.yi_person, user_id=found.user_id)
        return found

    return access


@pytest.mark.parametrize("few", FEW)
@pytest.mark.parametrize("assigned", [False, True])
def test_a_list_has_the_rows_that_the_user_may_see(
    facts: Any, city: Any, few: tuple[int, int, int], assigned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import lists
    from sizao.register.models import Event, NowStatus, Order, Request, Test

    _say(lists, few, monkeypatch)
    access = facts(assigned)
    for model, key, permission in (
        (Event, "event_id", "see_people"),
        (Test, "test_id", "see_people"),
        (Order, "order_id", "see_people"),
        (Request, "request_id", "take_requests"),
    ):
        seen = [getattr(row, key) for row in model.objects.seen_by(access, permission).order_by("-pk")]
        assert [row[key] for row in lists.list_facts(access, model, permission).rows] == seen
        assert 0 < len(seen) < model.objects.unscoped("test").count() or assigned
    rows = lists.list_now(access, NowStatus, "see_people").rows
    assert {row["person_id"] for row in rows} == {city.jia_person, *([city.yi_person] if assigned else [])}


@pytest.mark.parametrize("few", FEW)
def test_pages_follow_each_other_without_a_gap(
    facts: Any, few: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import lists
    from sizao.register.models import Order

    _say(lists, few, monkeypatch)
    access = facts(False)
    whole = [row["order_id"] for row in lists.list_facts(access, Order, "see_people").rows]
    found: list[str] = []
    after = None
    while len(found) < len(whole):
        page = lists.list_facts(access, Order, "see_people", limit=1, after=after)
        found += [row["order_id"] for row in page.rows]
        after = page.after
    assert found == whole and after is None


def test_one_key_is_one_write_of_a_user_and_of_a_job(city: Any) -> None:
    from dataclasses import replace

    from sizao.errors import SizaoError
    from sizao.register.actions import events, tests
    from sizao.register.models import Act, Test

    for by in (city.job, city.access("epidemiologist", "jia")):
        keyed = replace(by, key="the same")
        made = [tests.record_test(by=keyed, person_id=city.jia_person, sampled_on=DAY).test_id for _ in range(3)]
        assert len({*made}) == 1
        assert Test.objects.unscoped("test").filter(test_id=made[0]).count() == 1
        with pytest.raises(SizaoError) as refused:
            events.record_event(by=keyed, person_id=city.jia_person, kind="exposed_to_case", occurred_on=DAY)
        assert refused.value.code == "key-reused"
    assert Act.objects.filter(key="the same").count() == 2
