"""Entering: with a second factor, in either language, by keyboard alone; being refused."""

from __future__ import annotations

import time
from typing import Any

PASSWORD = "sizao-demo-2022"


def code_of(secret: str, later: int = 0) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def test_a_user_turns_on_the_second_factor_and_signs_in_with_it(walk_as: Any) -> None:
    walk = walk_as(None)
    walk.look().picture("sign-in.png")
    walk.fill(login="factor", password="not the password").press()
    assert walk.page.locator("[role=alert]").count() == 1
    walk.fill(login="factor", password=PASSWORD).press()
    walk.go("/account/factor")
    secret = walk.page.locator("main code").inner_text()
    walk.fill(code=code_of(secret)).press()
    walk.go("/account/codes")
    codes = walk.page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    walk.page.locator("header form[action$='sign-out'] button").click()
    walk.look().fill(login="factor", password=PASSWORD).press()
    assert walk.where == "/sign-in/code"
    walk.fill(code="000000").press()
    assert walk.where == "/sign-in/code"
    walk.fill(code=code_of(secret, 1)).press()
    walk.go("/account")
    assert "factor" in walk.text


def test_the_language_changes_on_the_page_where_one_is(walk_as: Any) -> None:
    walk = walk_as("community")
    walk.go("/lists/people?test_due=yes")
    assert "人员" in walk.text
    walk.page.locator("header form:has([name=language]) button").click()
    walk.look()
    assert walk.page.url.endswith("/lists/people?test_due=yes")
    assert walk.page.locator("html").get_attribute("lang") == "en" and "People" in walk.text
    walk.page.locator("header form:has([name=language]) button").click()
    walk.look()
    assert walk.page.locator("html").get_attribute("lang") == "zh-CN"


def test_the_keyboard_alone_finds_a_person_and_opens_a_form(walk_as: Any) -> None:
    walk = walk_as("community")
    keys = walk.page.keyboard

    def to(what: str, most: int = 60) -> None:
        for _ in range(most):
            keys.press("Tab")
            if walk.page.evaluate("what => document.activeElement.matches(what)", what):
                ring = walk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert ring != "none", f"{what} does not show that it has the focus"
                return
        raise AssertionError(f"{what} cannot be reached")

    walk.go("/find-person")
    to(".skip", 1)
    keys.press("Enter")
    to("[name=text]", 2)
    keys.insert_text(walk.ids["held_phone"])
    keys.press("Enter")
    walk.page.wait_for_url(f"**/people/{walk.ids['held']}*")
    to("a[href$='/why']")
    to("a[href$='/log_visit']")
    keys.press("Enter")
    walk.page.wait_for_url("**/log_visit")
    to("[name=outcome]")
    keys.press("Space")
    to("main form button", 3)
    keys.press("Enter")
    walk.page.wait_for_url(f"**/people/{walk.ids['held']}*")
    assert walk.page.locator(".notice.good").count() == 1


def test_without_scripts_everything_works(walk_as: Any) -> None:
    walk = walk_as("community", script=False)
    walk.go("/lists/people?measure.is=filled")
    walk.follow(walk.page.locator("main tbody a").first.get_attribute("href"))
    walk.follow("/log_visit").fill(outcome="missed").press()
    assert walk.page.locator(".notice.good").count() == 1


def test_refusals_are_pages_that_say_what_to_do(walk_as: Any) -> None:
    walk = walk_as("community")
    walk.go("/audit", status=403)
    assert "not-allowed" in walk.text
    walk.go("/people/nobody", status=404)
    walk.go("/nowhere-at-all", status=404)
    walk_as(None).go("/roles")
