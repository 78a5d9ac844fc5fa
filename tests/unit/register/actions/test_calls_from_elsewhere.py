"""A call desk takes the request of somebody outside its area, for half an hour, and sees nothing of their record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from action_case import DAY, REASON

from sizao.errors import SizaoError
from sizao.register.access import access_of
from sizao.register.actions import events, requests, tests, users, visits, work
from sizao.register.models import Act, BrokenGlass, FollowUp, NowStatus, Person, Request


@pytest.fixture
def desk(world: Any) -> Any:
    return world.enter("call_desk", "jia")


def call_of(world: Any, by: Any) -> Any:
    work.take_call(by=by, person_id=world.yi.person, caller=world.yi.phone, reason=REASON)
    return access_of(by.user)


def ask(by: Any, person_id: str) -> Any:
    return requests.take_request(by=by, person_id=person_id, kind="medicine", occurred_on=DAY, text="降压药")


def test_in_a_call_a_request_is_taken_and_the_call_logged(world: Any, desk: Any) -> None:
    with pytest.raises(SizaoError):
        ask(desk, world.yi.person)
    by = call_of(world, desk)
    assert ask(by, world.yi.person).person_id == world.yi.person
    visits.log_visit(by=by, person_id=world.yi.person, outcome="seen_ok", occurred_on=DAY)
    assert FollowUp.objects.unscoped("test").filter(person_id=world.yi.person).count() == 1


def test_the_record_stays_closed(world: Any, desk: Any) -> None:
    by = call_of(world, desk)
    for permission in ("see_people", "see_names", "take_requests", "log_visits"):
        for model in (Person, Request, FollowUp, NowStatus):
            rows = model.objects.seen_by(by, permission).filter(
                **{"pk" if model is Person else "person_id": world.yi.person}
            )
            assert not rows.exists(), (permission, model)
    for refused in (
        lambda: requests.answer_request(by=by, request_id=world.yi.request, version=1, answered_on=DAY),
        lambda: tests.record_test(by=by, person_id=world.yi.person, sampled_on=DAY),
        lambda: events.record_event(by=by, person_id=world.yi.person, kind="x", occurred_on=DAY),
        lambda: ask(by, world.yi.other),
    ):
        with pytest.raises(SizaoError) as error:
            refused()
        assert error.value.code in ("not-found", "not-allowed")


def test_a_call_ends_by_itself_and_is_of_one_user(world: Any, desk: Any) -> None:
    call_of(world, desk)
    late = access_of(desk.user, at=desk.at + dt.timedelta(minutes=31))
    for by in (late, world.enter("call_desk", "jia-1"), world.enter("tracer", "jia")):
        with pytest.raises(SizaoError) as error:
            ask(by, world.yi.person)
        assert error.value.code == "not-found"


@pytest.mark.parametrize("caller", ["13900139001", "", "139", "yi李四"])
def test_an_id_without_the_phone_or_number_opens_nothing(caller: str, world: Any, desk: Any) -> None:
    with pytest.raises(SizaoError) as error:
        work.take_call(by=desk, person_id=world.yi.person, caller=caller, reason=REASON)
    assert error.value.code == "not-found" and not BrokenGlass.objects.exists()


def test_the_reason_stands_sealed_in_its_own_column_and_in_no_act(world: Any, desk: Any) -> None:
    from django.db import connection

    call_of(world, desk)
    work.break_glass(by=world.enter("tracer", "jia"), person_id=world.yi.person, reason=REASON)
    assert [glass.reason for glass in BrokenGlass.objects.all()] == [REASON, REASON]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM broken_glass")
        assert all(REASON.encode() not in bytes(row[0]) for row in cursor.fetchall())
    told = list(Act.objects.filter(action__in=("take_call", "break_glass")).values_list("about", flat=True))
    assert len(told) == 2 and REASON not in str(told)


def test_a_call_does_not_break_the_glass_and_glass_is_no_call(world: Any, desk: Any) -> None:
    by = call_of(world, desk)
    assert not by.can_person("see_people", Person.objects.unscoped("test").get(pk=world.yi.person))
    tracer = world.enter("tracer", "jia")
    work.break_glass(by=tracer, person_id=world.yi.person, reason=REASON)
    with pytest.raises(SizaoError) as error:
        ask(access_of(tracer.user), world.yi.person)
    assert error.value.code == "not-allowed"


def test_who_lost_the_role_takes_no_request_in_a_call_that_is_open(world: Any, desk: Any) -> None:
    call_of(world, desk)
    users.end_grant(by=world.job, grant_id=desk.user.grants.get().pk)
    with pytest.raises(SizaoError) as error:
        ask(access_of(desk.user), world.yi.person)
    assert error.value.code == "not-allowed"
