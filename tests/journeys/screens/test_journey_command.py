"""Command: what goes beyond the rules is found, answered for and judged; what other rules would change today."""

from __future__ import annotations

from typing import Any

NOTE = "今日复核，已按二十条改为居家隔离"
TRIED = "?rulebook=cn-2022-11-11&kind1=exposed_to_case&on1=2022-11-17&day=2022-11-20"
RULES = "?from=cn-2022-06-27&to=cn-2022-11-11"


def test_a_commander_answers_for_an_excess_and_oversight_takes_the_answer(walk_as: Any) -> None:
    walk = walk_as("commander")
    walk.go("/situation").press_link("/excesses")
    assert walk.where == "/excesses" and "未答复" in walk.text
    walk.picture("commander-excesses.png")
    walk.page.locator("main a[href*='/excesses/one']").first.click()
    one = walk.look().page.url.removeprefix(walk.address)
    walk.fill(said="shortened", text=NOTE).picture("commander-answer.png", True).press("form.fields button")
    assert NOTE in walk.page.content()
    walk.go("/excesses?answer=answered").press_link("/excesses/one")
    judge = walk_as("oversight")
    judge.go("/excesses?answer=answered").press_link("/excesses/one")
    assert NOTE in judge.text
    judge.fill(said="accepted").picture("oversight-judges.png").press("form.fields button")
    walk.go(one)
    assert "已认可" in walk.text
    walk.go("/excesses?answer=accepted")
    assert walk.page.locator("main .pill.good", has_text="已认可").count() == 1


def test_a_commander_sees_the_orders_and_lifts_two_at_once(walk_as: Any) -> None:
    walk = walk_as("commander")
    walk.go("/orders").picture("commander-orders.png")
    for box in walk.page.locator("main [name=order]").all()[:2]:
        box.check()
    walk.page.locator("main form:has([name=order]) .send button").first.click()
    walk.look().picture("commander-lift.png")
    walk.go("/areas").picture("commander-areas.png")


def test_what_other_rules_would_change_today(walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go("/rulebooks").picture("epidemiologist-rulebooks.png")
    walk.go(f"/rulebooks/compare{RULES}").picture("epidemiologist-compare.png")
    walk.press("form[action*='/rulebooks/impact'] button")
    walk.page.wait_for_url("**/rulebooks/impact**")
    walk.wait_for("#who").look().picture("epidemiologist-impact.png")
    assert walk.page.locator("#who tbody tr").count() > 0
    walk.go(f"/rulebooks/try{TRIED}").picture("epidemiologist-try.png")
    assert "集中隔离，第3天" in walk.page.locator("#why").inner_text()
