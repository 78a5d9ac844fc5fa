"""Tracing: find a person, read why, record a test, a visit and a result, correct it; what may go wrong on the way."""

from __future__ import annotations

from typing import Any


def test_a_tracer_finds_a_person_reads_why_and_logs_the_call(walk_as: Any) -> None:
    walk = walk_as("tracer")
    walk.go("/work").picture("tracer-work.png")
    walk.go("/find-person").fill(text=walk.ids["held_phone"]).press()
    assert walk.where == f"/people/{walk.ids['held']}" and walk.ids["held_name"] in walk.text
    walk.picture("tracer-person.png")
    walk.follow("/why").picture("tracer-why.png")
    walk.go(f"/people/{walk.ids['held']}").follow("/record_event").fill(kind="exposed_to_case")
    walk.picture("tracer-exposure.png").press()
    assert walk.page.locator(".notice.good").count() == 1


def test_a_community_worker_records_a_test_and_a_visit_and_corrects_the_result(walk_as: Any) -> None:
    walk = walk_as("community", phone=True)
    walk.go("/lists/people?test_due=yes").picture("community-due.png")
    walk.go(f"/people/{walk.ids['to_test']}").picture("community-person.png")
    walk.follow("/record_test").fill(tube_id="T-2022-1120-07").picture("community-test.png").press()
    assert "T-2022-1120-07" in walk.text
    walk.follow("/record_result").fill(result="positive", ct="31.5").press()
    walk.page.locator("main details summary").first.click()
    walk.look().follow("/record_result").fill(result="negative").press()
    walk.page.locator("main details summary").first.click()
    assert "31.5" in walk.text, "the first version stays"
    walk.go(f"/people/{walk.ids['to_visit']}").follow("/log_visit").fill(outcome="seen_ok").press()
    assert walk.page.locator(".notice.good").count() == 1


def test_two_tabs_and_what_was_typed_in_the_second_is_not_lost(walk_as: Any) -> None:
    first, second = walk_as("epidemiologist"), walk_as("epidemiologist")
    for walk in (first, second):
        walk.go(f"/people/{walk.ids['double']}").follow("/change_person")
    first.fill(phone="12099990021").press()
    assert first.where == f"/people/{first.ids['double']}"
    second.fill(phone="12099990022").press()
    assert "12099990021" in second.text and "12099990022" in second.text
    second.picture("two-tabs.png").press()
    assert "12099990022" in second.text


def test_a_double_click_records_once(walk_as: Any) -> None:
    walk = walk_as("community")
    where = f"/people/{walk.ids['twice']}"
    walk.go(f"{where}/record_test").fill(tube_id="T-TWICE")
    walk.page.locator("main form button").first.dblclick()
    walk.page.wait_for_url(f"**{where}")
    walk.go(where)
    assert walk.text.count("T-TWICE") == 1
    walk.page.go_back()
    walk.page.wait_for_load_state()
    walk.go(where)
    assert walk.text.count("T-TWICE") == 1


def test_a_session_that_ends_in_the_middle_of_a_form_gives_back_what_was_typed(walk_as: Any) -> None:
    walk = walk_as("desk")
    walk.go(f"/people/{walk.ids['to_visit']}/take_request").fill(kind="food", text="孩子的奶粉只够一天")
    walk.page.context.clear_cookies(name="sizao")
    walk.press()
    assert "孩子的奶粉只够一天" in walk.text
    walk.picture("session-ended.png")


def test_long_hostile_and_empty_names_stay_in_their_place(walk_as: Any) -> None:
    for phone in (False, True):
        walk = walk_as("epidemiologist", phone=phone)
        for name in ("long", "hostile", "empty"):
            walk.go(f"/people/{walk.ids[name]}")
            if not phone:
                walk.follow("/record_event").fill(kind="exposed_to_case", occurred_on="2022-11-18").press()
            walk.go(f"/people/{walk.ids[name]}").follow("/change_person")
        for where in ("/work?tab=all", "/calendar?tab=all", "/work/sheet?tab=all"):
            walk.go(where)
        assert walk.page.locator("main b").count() == 0
        walk.go("/lists/people")


def test_by_night_and_in_english_it_reads_as_well(walk_as: Any) -> None:
    walk = walk_as("tracer", "en", phone=True, dark=True)
    for where in ("/", "/lists/people?measure.is=filled", "/find-person", f"/people/{walk.ids['held']}"):
        walk.go(where)
    walk.picture("tracer-night.png").follow("/why")
    walk.go(f"/people/{walk.ids['held']}/log_visit")
    walk.page.locator(".narrow summary").click()
    walk.look()
