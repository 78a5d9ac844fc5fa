"""A line list: filtered, kept, done to many after a look at whom, taken out as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_a_list_is_filtered_kept_acted_on_and_exported(walk_as: Any) -> None:
    walk = walk_as("epidemiologist")
    walk.go("/lists").picture("epidemiologist-lists.png")
    walk.go("/lists/people?restriction=home_isolation").picture("epidemiologist-list.png")
    kept = walk.page.locator("main details:has([name=name])")
    kept.locator("summary").first.click()
    walk.fill(name="居家隔离今日").press("form:has([name=name]) button")
    walk.go("/lists")
    assert "居家隔离今日" in walk.text
    walk.page.locator("main a", has_text="居家隔离今日").first.click()
    walk.look()
    many = walk.page.locator("main [name=who]").count()
    assert many > 3
    for box in walk.page.locator("main [name=who]").all()[:3]:
        box.check()
    walk.press("form button[value=visit]").fill(how="seen_symptomatic").press("form.fields button")
    will = walk.picture("epidemiologist-bulk.png").page.locator("main form.fields .flow li").count()
    walk.press("form.fields button")
    assert walk.page.locator("main tbody tr").count() == walk.page.locator("main .pill.good").count() == will > 0
    walk.go("/lists/people?restriction=home_isolation")
    walk.page.locator("main details:has([name=format]) summary").first.click()
    walk.fill(format="csv").look()
    with walk.page.expect_download() as coming:
        walk.page.locator("main form:has([name=format]) button").first.click()
    lines = Path(coming.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == many + 1 or len(lines) > 50
    for of in ("cases", "events", "tests", "orders", "requests", "places"):
        walk.go(f"/lists/{of}")


def test_a_list_on_a_telephone_by_night(walk_as: Any) -> None:
    walk = walk_as("epidemiologist", phone=True, dark=True)
    walk.go("/lists/people?restriction=home_isolation").picture("list-night.png")


def test_the_laboratory_records_the_result_of_a_sample(walk_as: Any) -> None:
    walk = walk_as("laboratory")
    walk.go("/lists/tests?result=pending").picture("laboratory-tests.png")
    test = walk.page.locator("main tbody th").first.inner_text().split()[0]
    walk.go(f"/tests/{test}/record_result").fill(result="negative").picture("laboratory-result.png").press()
    assert walk.page.locator(".notice.good").count() == 1


def test_the_laboratory_records_one_result_of_many_samples_by_keyboard_on_a_telephone(walk_as: Any) -> None:
    walk = walk_as("laboratory", phone=True)
    walk.go("/lists/tests?result=pending")
    boxes = walk.page.locator("main [name=test]")
    chosen = [str(box.get_attribute("value")) for box in boxes.all()[:3]]
    for n in range(len(chosen)):
        boxes.nth(n).focus()
        walk.page.keyboard.press("Space")
    walk.press("button[value=result]").fill(how="negative").press("form.fields button")
    preview = walk.page.url.removeprefix(walk.address)
    assert "阴性" in walk.text and all(name in walk.text for name in chosen)
    walk.page.locator("main form.fields button").dblclick()
    walk.page.wait_for_selector("main .notice[role=status]")
    assert walk.look().page.locator("main .pill.good").count() == len(chosen) > 1
    walk.go(preview)
    assert "已有结果" in walk.text and walk.page.locator("main form.fields").count() == 0
    walk.go(f"/lists/tests?result=negative&test_id={','.join(chosen)}")
    assert walk.page.locator("main tbody tr").count() == len(chosen)
