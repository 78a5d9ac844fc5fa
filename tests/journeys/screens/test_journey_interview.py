"""The interview about a case: section by section on a telephone, contacts foreseen and then recorded."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def case(walk_as: Any) -> str:
    """The address of the interview about the person whom the journeys name twice: reported as a case."""
    walk = walk_as("epidemiologist", "en")
    walk.go(f"/people/{walk.ids['double']}")
    link = walk.page.locator("main a[href$='/interview']")
    if link.count() == 0:
        walk.follow("/report_case").fill(confirmed_on="2022-11-19", classification="confirmed", onset_on="2022-11-17")
        walk.press()
    return str(walk.page.locator("main a[href$='/interview']").first.get_attribute("href"))


def test_a_tracer_asks_forward_finds_somebody_sees_what_follows_and_records(case: str, walk_as: Any) -> None:
    walk = walk_as("epidemiologist", phone=True)
    for section in ("case", "onset", "back", "tests", "left"):
        walk.go(f"{case}?at={section}")
    walk.go(f"{case}?at=forward")
    walk.page.locator("details:has(input[value=add]) summary").first.click()
    walk.fill(name="程晓月", phone="12099990031").press("form:has(input[value=add]) button")
    walk.fill(kind="exposed_to_case", day="2022-11-19")
    walk.press("#met button")
    assert "集中隔离" in walk.text and walk.page.locator("input[value=record]").count() == 1
    walk.picture("interview-preview.png")
    walk.page.locator("main form:has(input[value=record]) button").dblclick()
    walk.page.wait_for_selector("main .notice.good[role=status]")
    walk.look().go(f"{case}?at=forward")
    contacts = walk.page.locator("main .flow li", has_text="程晓月").count()
    assert contacts == 1
    walk.fill(text="12099990005").press("form:has(input[value=find]) button")
    assert walk.page.locator("input[name=who]:checked").count() == 1
    walk.fill(kind="exposed_to_case", day="2022-11-18").press("#met button")
    walk.press("form:has(input[value=record]) button")
    walk.go(f"/people/{walk.ids['friend']}?history=1")
    assert walk.page.locator(".roles .pill").count() >= 1


def test_without_scripts_by_day_and_in_english_each_section_saves_by_itself(case: str, walk_as: Any) -> None:
    walk = walk_as("epidemiologist", "en", script=False)
    walk.go(f"{case}?at=onset").fill(onset_on="2022-11-16").press("form:has(input[value=onset]) button")
    assert walk.page.locator(".steps a[aria-current=step]").inner_text().startswith("2")
    assert walk.page.locator("main [name=onset_on]").input_value() == "2022-11-16"
    walk.go(f"{case}?at=back")
    walk.page.locator("details:has(input[value=presence]) summary").click()
    walk.fill(place_id=walk.ids["community"], day="2022-11-15", arrived="12:00", left="13:30")
    walk.press("form:has(input[value=presence]) button")
    assert walk.page.locator(".calendar .mark.ok").count() >= 1
    walk.go(f"{case}?at=case")


def test_a_session_that_ends_in_a_section_gives_back_what_was_typed(case: str, walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go(f"{case}?at=onset").fill(onset_on="2022-11-15")
    walk.page.context.clear_cookies(name="sizao")
    walk.press("form:has(input[value=onset]) button")
    assert "2022-11-15" in walk.text
    assert walk.page.locator("main .send a[href*='onset']").count() == 1, "the way back leads to the section"


def test_the_interview_as_a_page(case: str, walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go(f"{case}?at=case").picture("interview-case.png")
    walk.go(f"{case}?at=onset").picture("interview-onset.png")
    walk.go(f"{case}?at=tests").picture("interview-tests.png")
    walk.go(f"{case}?at=left").picture("interview-left.png")
    walk.go(f"{case}?at=back").picture("interview-back.png")
    walk.page.locator("details summary").last.focus()
    walk.page.keyboard.press("Enter")
    assert walk.page.locator("main details[open]").count() >= 1, "it opens by keyboard"
    phone = walk_as("epidemiologist", phone=True)
    phone.go("/situation/list?what=new")
    person = phone.page.locator("main tbody a[href^='/people/']").first.get_attribute("href")
    phone.go(str(person)).follow("/interview").follow("?at=forward").picture("interview-forward.png")
    assert phone.page.locator("main .flow li").count() >= 1
