"""The work of a day: its sheet and calendar, many logged at once, given to somebody else, and what is doubtful."""

from __future__ import annotations

from typing import Any


def test_many_are_logged_and_given_to_a_team_with_a_result_for_each(walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go("/work?tab=visits")
    names = tick(walk, 4)
    walk.press("button[value=visit]").fill(how="seen_ok").press("form.fields button")
    walk.picture("epidemiologist-preview.png")
    assert all(name in walk.text for name in names)
    walk.press("form.fields button").picture("epidemiologist-result.png")
    assert walk.page.locator("main tbody tr").count() == walk.page.locator("main .pill.good").count() == len(names)
    walk.page.locator("main .send a.button").click()
    walk.look()
    assert not any(name in walk.text for name in names)
    walk.go("/work?tab=all&whose=nobody")
    tick(walk, 3)
    walk.press("button[value=assign]")
    team = walk.page.locator("main [name=how] option").nth(1)
    walk.fill(how=str(team.get_attribute("value"))).picture("epidemiologist-assign.png").press("form.fields button")
    walk.press("form.fields button")
    assert walk.page.locator("main .pill.good").count() == 3


def tick(walk: Any, most: int) -> list[str]:
    """Chooses the first people of the list; their names."""
    rows = walk.page.locator("main tbody tr:has([name=who])").all()[:most]
    for row in rows:
        row.locator("[name=who]").check()
    return [row.locator("th a").first.inner_text() for row in rows]


def test_the_sheet_and_the_calendar_of_the_work(walk_as: Any) -> None:
    walk = walk_as("community")
    walk.go("/work/sheet?tab=all").picture("community-sheet.png")
    assert walk.page.locator("main .qr svg").count() == walk.page.locator("main tbody tr").count() > 5
    walk.go("/calendar?tab=all").picture("community-calendar.png")
    assert walk.page.locator("main .calendar .mark").count() > 20
    phone = walk_as("community", phone=True)
    phone.go("/calendar?tab=all")


def test_what_is_doubtful_leads_to_whom_it_is_about(walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go("/situation/quality").picture("epidemiologist-quality.png")
    doubt = walk.page.locator("main tbody td.n a").first
    many = int(doubt.inner_text().replace(",", ""))
    walk.go(str(doubt.get_attribute("href")))
    assert 0 < walk.page.locator("main tbody tr").count() <= many


def test_the_situation_on_a_telephone(walk_as: Any) -> None:
    walk = walk_as("commander", phone=True)
    walk.go("/situation").picture("situation-telephone.png")
