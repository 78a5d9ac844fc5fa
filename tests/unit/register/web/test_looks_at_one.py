"""Looks at one person: followed from outside, merged into another record, found in an interview."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from test_every_look import DAY, looks

from sizao.register.models import Read


@pytest.fixture(autouse=True)
def the_day(on_that_day: None) -> None:
    """It is 20 November 2022."""


def test_who_follows_somebody_from_outside_is_on_record_once_a_day_for_each_list(
    sign_in: Any, city: Any, sides: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import reads
    from sizao.register.access import access_of
    from sizao.register.actions.work import assign, break_glass
    from sizao.register.clock import now

    tracer, away = sign_in("tracer"), city.yi_person
    assign(by=city.job, person_id=away, user_id=tracer.user.pk)
    asked = ["/lists/people", "/lists/people?sex.is=empty", "/lists/tests", "/work?tab=all", "/work?tab=all"]
    for address in asked * 2:
        tracer.get(address)
    assert looks(away) == [("list", "list=people"), ("list", "list=tests"), ("work", "")]
    assert Read.objects.filter(person_id="").count() == len(asked) * 2, "each list is on record itself"
    for address in (f"/people/{away}", f"/lists/people?person_id={away}", f"/api/tests?person_id={away}") * 2:
        tracer.get(address)
    assert len(looks(away)) == 3 + 6, "who asks for one person is on record each time"
    break_glass(by=access_of(tracer.user), person_id=away, reason="来自乙区的密接", hours=1)
    tracer.get("/work?tab=all")
    assert len(looks(away)) == 10, "through a glass is another look"
    assign(by=city.job, person_id=away, user_id=sign_in("tracer").user.pk)
    tracer.get("/work?tab=all")
    assert len(looks(away)) == 10
    monkeypatch.setattr(reads, "now", lambda: now() + dt.timedelta(days=1))
    tracer.get("/work?tab=all")
    assert len(looks(away)) == 11, "the next day it is one again"


def test_looks_of_another_user_are_their_own(sign_in: Any, city: Any, sides: dict[str, Any]) -> None:
    from sizao.register.actions.users import add_team
    from sizao.register.actions.work import assign
    from sizao.register.models import Membership, Team

    first, second = sign_in("tracer"), sign_in("tracer")
    add_team(by=city.job, name="both", place_id="jia")
    team = Team.objects.get(name="both")
    for browser in (first, second):
        Membership.objects.create(team=team, user=browser.user)
    assign(by=city.job, person_id=city.yi_person, team_id=team.pk)
    for browser in (first, second, first):
        browser.get("/work?tab=all")
    assert [*Read.objects.filter(person_id=city.yi_person).values_list("user", flat=True)] == [
        first.user.pk,
        second.user.pk,
    ]


def test_a_look_at_a_merged_record_stands_on_the_page_of_the_one_that_was_kept(
    sign_in: Any, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.actions.people import add_person, merge_people

    gone = add_person(by=city.job, home_place_id="jia-1").person_id
    reader = sign_in("tracer")
    reader.get(f"/people/{gone}")
    merge_people(by=city.job, kept=city.jia_person, gone=gone)
    reader.get(f"/people/{gone}")
    reader.get(f"/api/tests?person_id={gone}")
    own = sign_in("citizen", citizen_of=city.jia_person)
    assert [read.person_id for read, _, _ in own.get("/own").context["readers"]] == [gone] * 3
    boss = sign_in("oversight")
    assert {gone} <= {read.person_id for read, _ in boss.get(f"/people/{city.jia_person}").context["readers"]}
    audit = boss.get(f"/audit?show=reads&person={city.jia_person}")
    assert [row["row"].person_id for row in audit.context["rows"]].count(gone) == 3


def test_an_interview_is_a_look_at_who_was_found_and_who_is_followed_from_outside(
    sign_in: Any, city: Any, sides: dict[str, Any]
) -> None:
    from sizao.register.actions.events import record_event
    from sizao.register.actions.work import assign

    ids, tracer, away = sides["jia"].ids, sign_in("tracer"), city.yi_person
    page = f"/cases/{ids['case_id']}/interview"
    assign(by=city.job, person_id=away, user_id=tracer.user.pk)
    met = {"kind": "exposed_to_case", "occurred_on": DAY, "case_id": ids["case_id"]}
    record_event(by=city.job, person_id=away, **met)
    assert away in tracer.get(page, {"at": "forward"}).content.decode()
    assert looks(away) == [("interview", "at=forward")] and not looks(city.jia_person)
    found = tracer.post(page, {"do": "find", "text": "13800138000"})
    assert found.status_code == 303 and Read.objects.filter(what="find", people=1).count() == 1
    tracer.get(found["Location"])
    assert looks(city.jia_person) == [("interview", "at=forward")]
