"""Two records that turn out to be one person: facts are derived together while merged, and all is as before after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sending import send

from sizao.register.actions.people import merge_people, unmerge_people
from sizao.register.bridge.people import derive_people
from sizao.register.models import Event, NowStatus, Person
from sizao.register.models import Test as Sample

DAY = dt.date(2022, 11, 19)


@pytest.fixture
def two(city: Any, settings: Any) -> tuple[str, str]:
    """One is a contact of the 19th, the other one of the 18th with a test."""
    from sizao.register.actions import events, people, tests

    settings.SIZAO_TODAY = dt.date(2022, 11, 20)
    other = people.add_person(by=city.job, home_place_id="jia", name="李四").person_id
    events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=DAY)
    events.record_event(by=city.job, person_id=other, kind="exposed_to_case", occurred_on=DAY - dt.timedelta(days=1))
    tests.record_test(by=city.job, person_id=other, sampled_on=DAY)
    return city.jia_person, other


def holds() -> dict[str, tuple[Any, ...]]:
    rows = NowStatus.objects.unscoped("test")
    return {row.person_id: (row.restriction, row.phase_day, row.last_day, row.since) for row in rows}


def facts() -> list[tuple[Any, ...]]:
    told = [(row.event_id, row.person_id) for row in Event.objects.unscoped("test").order_by("pk")]
    return [*told, *((row.test_id, row.person_id) for row in Sample.objects.unscoped("test").order_by("pk"))]


def test_merged_they_are_derived_together_and_unmerged_all_is_as_before(city: Any, two: tuple[str, str]) -> None:
    kept, gone = two
    derive_people([kept, gone])
    before, recorded = holds(), facts()
    assert set(before) == {kept, gone} and before[kept][2] > before[gone][2]
    merge_people(by=city.job, kept=gone, gone=kept)
    derive_people([kept, gone])
    together = holds()
    assert set(together) == {gone} and together[gone][2] == before[kept][2]  # the later contact binds the one record
    assert facts() == recorded
    unmerge_people(by=city.job, kept=gone, gone=kept)
    derive_people([kept, gone])
    assert holds() == before and facts() == recorded
    assert not Person.objects.unscoped("test").filter(same_as__isnull=False).exists()


def test_an_import_of_a_merged_person_goes_to_the_record_that_was_kept(city: Any, two: tuple[str, str]) -> None:
    from sizao.register.imports.accept import accept

    kept, gone = two
    merge_people(by=city.job, kept=kept, gone=gone)
    found = send(city.job, f"{gone},李四,,,,,jia,,,2022-11-06,阴性")
    assert found.matches.get().known_id == kept and found.matches.get().choice == "same"
    accept(by=city.job, import_id=found.import_id)
    assert Sample.objects.unscoped("test").order_by("-pk")[0].person_id == kept
