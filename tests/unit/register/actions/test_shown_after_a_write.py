"""After a write, what is shown of the people is what a derivation of everybody's facts says."""

from __future__ import annotations

from typing import Any

import pytest
from action_case import DAY
from every_action import CASES, call
from shown_rows import derived, shown

from sizao.register.actions import people

NAMES = [name for name, case in CASES.items() if case.touches and case.permission != "see_own_record"]


@pytest.mark.parametrize("name", NAMES)
def test_a_write_shows_at_once(name: str, showing: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        call(name, showing.job, CASES[name].given(showing.jia))
    assert shown() == derived()


def test_a_merge_shows_the_facts_of_both_and_unmerged_each_has_its_own_again(
    showing: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = shown()
    s = showing.jia
    with django_capture_on_commit_callbacks(execute=True):
        people.merge_people(by=showing.job, kept=s.double, gone=s.person)
    assert shown() == derived()
    holds = {row[0]: row for row in shown()["now_status"]} | {row[2]: row for row in shown()["now_status"]}
    assert any(s.double in row for row in shown()["now_status"]) and not any(
        s.person in row for row in holds.values()
    )
    with django_capture_on_commit_callbacks(execute=True):
        people.unmerge_people(by=showing.job, kept=s.double, gone=s.person)
    assert shown() == derived() == before


def test_a_fact_of_a_merged_record_counts_for_the_one_that_is_kept(
    showing: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from sizao.register.actions.events import record_event

    s = showing.jia
    with django_capture_on_commit_callbacks(execute=True):
        people.merge_people(by=showing.job, kept=s.double, gone=s.person)
        people.merge_people(by=showing.job, kept=showing.yi.double, gone=s.double)
        record_event(by=showing.job, person_id=s.person, kind="arrived_from_abroad", occurred_on=DAY)
    assert shown() == derived()
    assert any(showing.yi.double in row for row in shown()["now_status"])
