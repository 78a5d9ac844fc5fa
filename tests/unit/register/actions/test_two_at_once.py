"""Two people who write of the same thing: the second is told, and nothing of the first is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from action_case import DAY

from sizao.errors import SizaoError
from sizao.register.actions import cases, events, many, orders, people, requests, tests, work


@pytest.fixture
def steps(world: Any) -> dict[str, Any]:
    """Of each kind of record: what the first and the second writer do, and where it shows."""
    job, s = world.job, world.jia
    return {
        "person": (
            lambda: people.change_person(by=job, person_id=s.person, version=1, name="赵"),
            lambda: people.change_person(by=job, person_id=s.person, version=1, birth_date=DAY),
        ),
        "test": (
            lambda: tests.record_result(by=job, test_id=s.test, version=1, result="positive"),
            lambda: tests.record_result(by=job, test_id=s.test, version=1, result="negative"),
        ),
        "case": (
            lambda: cases.update_case(by=job, case_id=s.case, version=1, severity="mild"),
            lambda: cases.withdraw_case(by=job, case_id=s.case, version=1),
        ),
        "order": (
            lambda: orders.withdraw_order(by=job, order_id=s.order, version=1),
            lambda: orders.lift_order(by=job, order_id=s.order, version=1, until=DAY),
        ),
        "request": (
            lambda: requests.answer_request(by=job, request_id=s.request, version=1, answered_on=DAY),
            lambda: requests.answer_request(by=job, request_id=s.request, version=1, answered_on=DAY),
        ),
    }


@pytest.mark.parametrize("kind", ["person", "test", "case", "order", "request"])
def test_the_second_who_saw_the_same_version_is_refused(kind: str, steps: dict[str, Any]) -> None:
    from sizao.register.models import Act

    first, second = steps[kind]
    written = first()
    last = Act.objects.latest("pk").pk
    with pytest.raises(SizaoError) as error:
        second()
    assert error.value.code == "changed-meanwhile" and Act.objects.latest("pk").pk == last
    now = type(written).objects.unscoped("test").get(pk=written.pk)
    assert now.version == 2 and vars(now) | {"_state": 0} == vars(
        type(written).objects.unscoped("test").get(pk=written.pk)
    ) | {"_state": 0}


def test_the_constraint_refuses_what_passed_the_look_at_the_version(world: Any, monkeypatch: Any) -> None:
    """Both looked before either wrote, as two processes do on PostgreSQL."""
    from sizao.register.actions import tests as module
    from sizao.register.models import Test

    stale = Test.objects.unscoped("test").select_related("person").get(test_id=world.jia.test)
    tests.record_result(by=world.job, test_id=stale.test_id, version=1, result="positive")
    monkeypatch.setattr(module, "_find", lambda test_id, by: stale)
    with pytest.raises(SizaoError) as error:
        tests.record_result(by=world.job, test_id=stale.test_id, version=1, result="negative")
    assert error.value.code == "changed-meanwhile"
    results = Test.objects.unscoped("test").filter(test_id=stale.test_id).order_by("version").values_list("result")
    assert [row[0] for row in results] == ["pending", "positive"]


def test_of_many_results_the_one_that_came_late_is_refused_alone(world: Any) -> None:
    other = tests.record_test(by=world.job, person_id=world.jia.other, sampled_on=DAY).test_id
    tests.record_result(by=world.job, test_id=world.jia.test, version=1, result="positive")
    rows = [{"test_id": name, "version": 1, "result": "negative"} for name in (world.jia.test, other)]
    results = many.record_results(by=world.job, rows=rows)
    assert [row.error and row.error.code for row in results] == ["changed-meanwhile", None]


def test_of_two_who_record_the_same_contacts_at_once_the_later_is_refused(world: Any, monkeypatch: Any) -> None:
    """The other one comes between the look at the form and the turn to write."""
    job, s, found = world.job, world.jia, many._people
    rows = [
        {"person_id": s.person, "kind": "exposed_to_case", "occurred_on": DAY - dt.timedelta(1), "case_id": s.case}
    ]

    def late(ids: set[str]) -> Any:
        monkeypatch.setattr(many, "_people", found)
        first = many.record_events(by=job, rows=rows)
        assert [row.error for row in first] == [None]
        return found(ids)

    monkeypatch.setattr(many, "_people", late)
    [second] = many.record_events(by=job, rows=rows)
    assert second.error is not None and second.error.code == "recorded-already"


def test_a_batch_sent_again_gives_the_answer_of_each_row_once_more(world: Any) -> None:
    from sizao.register.models import FollowUp

    by = world.enter("epidemiologist", "jia", key="0123")
    good = {"person_id": world.jia.person, "outcome": "seen_ok", "occurred_on": DAY}
    rows = [good, {**good, "outcome": "x"}, {**good, "person_id": world.yi.person}, {**good, "outcome": "missed"}]
    first = many.log_visits(by=by, rows=rows)
    again = many.log_visits(by=by, rows=rows)
    assert [row.id for row in again] == [row.id for row in first] and [bool(row.id) for row in first] == [1, 0, 0, 1]
    assert [row.error and row.error.code for row in again] == [None, "refused-before", "refused-before", None]
    assert FollowUp.objects.unscoped("test").count() == 2


def test_one_event_is_corrected_once(world: Any) -> None:
    events.void_event(by=world.job, event_id=world.jia.event)
    for correct in (
        lambda: events.void_event(by=world.job, event_id=world.jia.event),
        lambda: events.record_event(
            by=world.job, person_id=world.jia.person, kind="other", occurred_on=DAY, voids=world.jia.event
        ),
    ):
        with pytest.raises(SizaoError) as error:
            correct()
        assert error.value.code == "voided-already"


def test_what_was_withdrawn_is_not_there_for_the_next(world: Any) -> None:
    tests.withdraw_test(by=world.job, test_id=world.jia.test, version=1)
    cases.withdraw_case(by=world.job, case_id=world.jia.case, version=1)
    for late in (
        lambda: tests.record_result(by=world.job, test_id=world.jia.test, version=2, result="negative"),
        lambda: tests.withdraw_test(by=world.job, test_id=world.jia.test, version=2),
        lambda: cases.record_case_place(
            by=world.job, case_id=world.jia.case, place_id="jia", role="work", spread_risk=True
        ),
        lambda: events.record_exposure(
            by=world.job, person_id=world.jia.person, case_id=world.jia.case, occurred_on=DAY
        ),
    ):
        with pytest.raises(SizaoError) as error:
            late()
        assert error.value.code == "not-found"


def test_a_place_of_a_case_is_taken_back_once(world: Any) -> None:
    back = cases.take_back_case_place(by=world.job, row_id=world.jia.case_place)
    for row in (world.jia.case_place, back.pk):
        with pytest.raises(SizaoError) as error:
            cases.take_back_case_place(by=world.job, row_id=row)
        assert error.value.code == "not-found"


def test_a_withdrawal_sent_again_after_its_answer_was_lost_gives_the_same(world: Any) -> None:
    by = replace(world.job, user=world.enter("epidemiologist", "jia").user, key="0123")
    first = tests.withdraw_test(by=by, test_id=world.jia.test, version=1)
    assert tests.withdraw_test(by=by, test_id=world.jia.test, version=1) == first


@pytest.mark.parametrize("back", [dt.timedelta(hours=1), dt.timedelta(0)])
def test_a_later_version_is_recorded_later_also_where_the_clock_went_back(
    back: dt.timedelta, world: Any, monkeypatch: Any
) -> None:
    from sizao.register.actions import act
    from sizao.register.models import CasePlace, Event, Test

    s, job = world.jia, world.job
    test = Test.objects.unscoped("test").get(test_id=s.test)
    clock = test.recorded_at - back
    monkeypatch.setattr(act, "now", lambda: clock)
    second = tests.record_result(by=job, test_id=s.test, version=1, result="inconclusive")
    rows = [{"test_id": s.test, "version": 2, "result": "negative"}]
    assert many.record_results(by=job, rows=rows)[0].error is None
    third = Test.objects.unscoped("test").get(test_id=s.test, version=3)
    moment = dt.timedelta(microseconds=1)
    assert second.recorded_at == test.recorded_at + moment and third.recorded_at == second.recorded_at + moment
    event = Event.objects.unscoped("test").get(event_id=s.event)
    assert events.void_event(by=job, event_id=s.event).recorded_at > event.recorded_at
    place = CasePlace.objects.unscoped("test").get(pk=s.case_place)
    assert cases.take_back_case_place(by=job, row_id=place.pk).recorded_at > place.recorded_at


def test_a_role_is_ended_also_where_the_clock_went_back(world: Any, monkeypatch: Any) -> None:
    from sizao.register.actions import act, users

    grant = world.enter("tracer", "jia").user.grants.get()
    monkeypatch.setattr(act, "now", lambda: grant.since - dt.timedelta(hours=1))
    assert users.end_grant(by=world.job, grant_id=grant.pk).until == grant.since


def test_of_two_assignments_the_later_holds_and_both_stand(world: Any) -> None:
    from sizao.register.models import Assignment

    user = world.enter("community_worker", "jia").user
    work.assign(by=world.job, person_id=world.jia.person, team_id=world.jia.team)
    work.assign(by=world.job, person_id=world.jia.person, user_id=user.pk)
    rows = Assignment.objects.filter(person_id=world.jia.person).order_by("pk")
    assert [(row.team_id, row.user_id, row.latest) for row in rows] == [
        (world.jia.team, None, False),
        (None, user.pk, True),
    ]
