"""Who may look where: a glass is broken and oversight sees it; a citizen reads the own page and objects."""

from __future__ import annotations

from typing import Any


def test_a_glass_is_broken_and_oversight_sees_who_and_why(walk_as: Any) -> None:
    reason = "病例自述十八日与此人同车，核实座位"
    walk = walk_as("nexttracer")
    walk.go(f"/people/{walk.ids['to_visit']}", status=404).picture("glass-closed.png")
    walk.go("/glass").fill(person_id=walk.ids["to_visit"], reason=reason).picture("glass.png").press()
    assert reason in walk.text
    walk.picture("glass-open.png")
    seen = walk_as("oversight")
    seen.go("/excesses").picture("oversight-excesses.png")
    seen.go("/audit").picture("oversight-acts.png")
    assert "破窗查看" in seen.text and "nexttracer" in seen.text
    seen.go("/audit?show=reads&user=nexttracer").picture("oversight-reads.png")
    assert reason in seen.text and walk.ids["to_visit"] in seen.text
    seen.go("/audit?user=nobody-like-that")


def test_a_citizen_sees_what_holds_why_and_who_looked_and_objects(walk_as: Any) -> None:
    walk = walk_as("citizen", phone=True)
    walk.go("/own").picture("citizen-own.png")
    walk.page.locator("main details summary").first.click()
    walk.look().follow("/own/object").fill(text="我十六日不在那栋楼").picture("citizen-object.png").press()
    walk.go("/own")
    assert "我十六日不在那栋楼" in walk.text


def test_a_commander_sees_no_name(walk_as: Any) -> None:
    walk = walk_as("commander")
    walk.go("/situation").picture("commander-situation.png")
    walk.go("/lists/people?measure.is=filled").picture("commander-people.png")
    walk.go(f"/people/{walk.ids['held']}")
    assert walk.ids["held_name"] not in walk.page.content()
    walk.picture("commander-person.png").follow("/impose_order")


def test_an_administrator_adds_a_user(walk_as: Any) -> None:
    walk = walk_as("administrator")
    walk.go("/users").picture("administrator-users.png")
    walk.follow("/add-user").fill(username="newcomer", language="zh").press()
    assert walk.page.locator(".secret").inner_text()
    walk.go("/users/newcomer").follow("/grant_role").fill(role="tracer", place_id="澄园").press()
    walk.go("/components").picture("administrator-components.png")
