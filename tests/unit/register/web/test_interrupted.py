"""Work that is interrupted, repeated or very long: nothing typed is lost, nothing is done twice, pages stay small."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest

from sizao.register.models import Act, Event, FollowUp, Order, Person, Request
from sizao.register.models import Test as Sample

DAY = dt.date(2022, 11, 19)


def hidden_of(page: Any) -> dict[str, Any]:
    return {field.html_name: field.value() for field in page.context["form"].hidden_fields()}


def test_a_form_sent_after_the_session_ended_gives_back_what_was_typed(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    where = f"/people/{city.jia_person}/take_request"
    hidden = hidden_of(tracer.get(where))
    tracer.session.flush()
    acts = Act.objects.count()
    page = tracer.post(where, {**hidden, "kind": "food", "occurred_on": "2022-11-19", "text": "<b>两袋米</b>"})
    assert page.status_code == 401 and page["Cache-Control"] == "no-store" and Act.objects.count() == acts
    shown = page.content.decode()
    assert "&lt;b&gt;两袋米&lt;/b&gt;" in shown and "<b>两袋米" not in shown
    assert "/sign-in?next=" in shown and "李四" not in shown and hidden["key"] not in shown


@pytest.mark.parametrize("stolen", ["address", "browser"])
def test_a_session_holds_in_its_browser_wherever_that_is(stolen: str, sign_in: Any, city: Any) -> None:
    """A telephone's address changes in the street; its browser does not."""
    tracer = sign_in("tracer")
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"} if stolen == "address" else {"HTTP_USER_AGENT": "curl"}
    page = tracer.get(f"/people/{city.jia_person}", **elsewhere)
    assert page.status_code == (200 if stolen == "address" else 302)


def test_back_after_saving_and_sending_again_writes_nothing_and_a_new_form_does(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    where = f"/people/{city.jia_person}/log_visit"
    opened = tracer.get(where)
    assert opened["Cache-Control"] == "no-store"  # back asks for the form anew
    typed = {"outcome": "seen_ok", "occurred_on": "2022-11-19"}
    for times in (1, 1):
        assert tracer.post(where, {**hidden_of(opened), **typed}).status_code == 303
        assert FollowUp.objects.unscoped("test").count() == times
    assert tracer.post(where, {**hidden_of(tracer.get(where)), **typed}).status_code == 303
    assert FollowUp.objects.unscoped("test").count() == 2


def test_two_tabs_of_one_user_correct_one_person_and_the_second_is_told(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    where = f"/people/{city.jia_person}/change_person"
    tabs = [tracer.get(where), tracer.get(where)]
    pages = []
    for tab, name in zip(tabs, ("赵一", "赵二"), strict=True):
        form = tab.context["form"]
        first = {field.html_initial_name: field.initial or "" for field in form if field.name != "key"}
        typed = {field.name: field.value() or "" for field in form if field.name != "traits"}
        pages.append(tracer.post(where, {**first, **typed, "name": name}))
    assert [page.status_code for page in pages] == [303, 409]
    assert Person.objects.unscoped("test").get(pk=city.jia_person).name == "赵一"
    assert "赵二" in pages[1].content.decode()


def test_the_facts_of_next_door_and_those_that_are_not_look_the_same(sign_in: Any, sides: Any) -> None:
    """An id that was guessed or overheard tells neither that there is such a fact nor of whom."""
    for role, about, form in (
        ("epidemiologist", "test", "record_result"),
        ("epidemiologist", "case", "update_case"),
        ("epidemiologist", "event", "void_event"),
        ("commander", "order", "lift_order"),
        ("tracer", "request", "answer_request"),
    ):
        browser = sign_in(role)
        there = sides["yi"].ids[f"{about}_id"]
        for send in (browser.get, browser.post):
            pages = [send(f"/{about}s/{name}/{form}") for name in (there, "x-unknown")]
            assert [page.status_code for page in pages] == [404, 404]
            texts = [re.sub(r'name="csrf\w+" value="\w+"', "", page.content.decode()) for page in pages]
            assert texts[0].replace(there, "?") == texts[1].replace("x-unknown", "?")


def test_a_call_from_outside_the_area_is_taken_on_the_screens(sign_in: Any, city: Any) -> None:
    desk = sign_in("call_desk")
    found = desk.post("/find-person", {"text": "139 0013 9000"})
    link = f"/take-call?person_id={city.yi_person}"
    assert link in found.content.decode()
    typed = {"person_id": city.yi_person, "caller": "13900139000", "reason": "来电求助，需要降压药"}
    page = desk.post("/take-call", {**hidden_of(desk.get(link)), **typed})
    assert page.status_code == 303 and page["Location"] == f"/people/{city.yi_person}/take_request"
    form = desk.get(page["Location"])
    assert form.status_code == 200 and "王五" not in form.content.decode()
    asked = {"kind": "medicine", "occurred_on": "2022-11-19", "text": "降压药"}
    done = desk.post(page["Location"], {**hidden_of(form), **asked})
    assert (done.status_code, done["Location"]) == (303, "/")
    assert Request.objects.unscoped("test").filter(person_id=city.yi_person).count() == 1
    assert desk.get(f"/people/{city.yi_person}").status_code == 404
    assert "take_request" in desk.post("/find-person", {"text": "13900139000"}).content.decode()


def test_a_person_with_five_hundred_facts_and_a_name_of_two_hundred_letters_has_a_small_quick_page(
    sign_in: Any, city: Any
) -> None:
    from sizao.register.actions.people import change_person

    change_person(by=city.job, person_id=city.jia_person, version=1, name="&" * 200)
    act = Act.objects.create(action="test", at=city.job.at)
    more = {"person_id": city.jia_person, "recorded_at": city.job.at, "act": act}
    days = [DAY - dt.timedelta(days=n) for n in range(125)]
    Event.objects.bulk_create(
        Event(event_id=f"e-{n}", kind="exposed_to_case", occurred_on=day, **more) for n, day in enumerate(days)
    )
    Sample.objects.bulk_create(
        Sample(test_id=f"t-{n}", sampled_on=day, method="pcr", result="negative", **more)
        for n, day in enumerate(days)
    )
    FollowUp.objects.bulk_create(
        FollowUp(follow_up_id=f"f-{n}", occurred_on=day, outcome="seen_ok", **more) for n, day in enumerate(days)
    )
    Order.objects.bulk_create(
        Order(order_id=f"o-{n}", restriction="home_isolation", since=day, issuer="i" * 200, **more)
        for n, day in enumerate(days)
    )
    browser = sign_in("epidemiologist")
    took = []
    for _ in range(3):
        began = time.process_time()
        page = browser.get(f"/people/{city.jia_person}")
        took.append(time.process_time() - began)
    assert page.status_code == 200 and "e-124" in page.content.decode()
    assert len(page.content) < 500_000 and min(took) < 0.3, (len(page.content), took)
