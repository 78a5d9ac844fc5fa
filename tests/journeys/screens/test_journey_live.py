"""Pages while they are looked at: figures renew themselves, curves answer, forms are sent once; with script off."""

from __future__ import annotations

from typing import Any

from walking import RUN_AXE, WCAG, axe

MINUTE = 61_000


def test_the_situation_renews_itself_where_it_is_read(walk_as: Any) -> None:
    walk = walk_as("commander", "en")
    page = walk.page
    page.clock.install()
    walk.go("/situation")
    page.locator("#table-report summary").click()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 600)")
    page.mouse.move(2, 2)
    page.evaluate("document.querySelector('[data-every]').firstElementChild.dataset.old = '1'")
    before = page.evaluate("scrollY")
    with page.expect_response(lambda answer: "/situation" in answer.url) as asked:
        page.clock.fast_forward(MINUTE)
    assert asked.value.request.headers["hx-request"] == "true" and "<html" not in asked.value.text()
    page.wait_for_function("!document.querySelector('[data-old]')")
    assert page.evaluate("scrollY") == before
    assert page.locator("#table-report").get_attribute("open") is not None
    assert page.locator("#as-of").inner_text().startswith("Counted at") and page.locator("#stale").is_hidden()
    walk.look()


def test_what_could_not_be_renewed_is_said(walk_as: Any) -> None:
    walk = walk_as("commander", "en")
    page = walk.page
    page.clock.install()
    walk.go("/situation")
    page.context.clear_cookies()
    page.clock.fast_forward(MINUTE)
    page.wait_for_selector("#stale:not([hidden])")
    assert "could not be renewed" in walk.text and "Sign in" not in walk.text
    walk.wrong[:] = [said for said in walk.wrong if "401" not in said]  # htmx says in the console that it was refused


def test_a_curve_answers_the_pointer_and_the_keys(walk_as: Any) -> None:
    walk = walk_as("epidemiologist", "en")
    page = walk.page
    walk.go("/situation")
    box = page.locator("[data-library]").last
    assert not page.evaluate("performance.getEntriesByType('resource').some(e => e.name.includes('charts.js'))")
    said = box.locator("xpath=..").locator("output")
    box.focus()
    page.keyboard.press("ArrowLeft")
    assert said.inner_text().startswith("20 Nov: ")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    assert said.inner_text().startswith("14 Nov to 20 Nov: ")
    size = box.bounding_box()
    box.hover()
    page.wait_for_selector("[data-drawn=done]")
    now = box.bounding_box()
    assert abs(now["height"] - size["height"]) < 3, (size, now)
    y = now["y"] + now["height"] / 2
    page.mouse.move(now["x"] + now["width"] * 0.7, y)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "already under a measure" in page.locator("#vg-tooltip-element").inner_text()
    page.mouse.move(now["x"] + now["width"] * 0.6, y)
    page.mouse.down()
    page.mouse.move(now["x"] + now["width"] * 0.8, y, steps=5)
    page.mouse.up()
    page.wait_for_selector("[data-kept]")
    assert " to " in said.inner_text() and "already under a measure" in said.inner_text()
    page.set_viewport_size({"width": 1280, "height": 700})
    page.wait_for_timeout(300)
    assert " to " in said.inner_text() and box.get_attribute("data-kept")
    page.set_viewport_size({"width": 700, "height": 700})
    page.wait_for_timeout(300)
    page.mouse.move(2, 2)
    page.evaluate(axe())  # the page was weighed before Vega came
    assert not page.evaluate(RUN_AXE, WCAG)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_the_tabs_of_work_count_themselves_again(walk_as: Any) -> None:
    walk = walk_as("tracer", "en")
    page = walk.page
    page.clock.install()
    walk.go("/work?tab=all")
    tabs = page.locator(".work-tabs").inner_text()
    with page.expect_response(lambda answer: "/work?" in answer.url) as asked:
        page.clock.fast_forward(MINUTE)
    assert "cards" not in asked.value.text()
    page.wait_for_function("document.querySelectorAll('.work-tabs a').length === 7")
    assert page.locator(".work-tabs").inner_text() == tabs


def test_places_are_offered_while_one_types(walk_as: Any) -> None:
    walk = walk_as("epidemiologist", "en")
    page = walk.page
    walk.go("/add-person")
    with page.expect_response(lambda answer: "/places-like" in answer.url):
        page.locator("[name=home_place_id]").press_sequentially(walk.ids["community"])
    page.wait_for_selector("datalist option", state="attached")


def test_a_form_is_sent_once(walk_as: Any) -> None:
    walk = walk_as("epidemiologist", "en")
    page = walk.page
    walk.go("/add-person").fill(name="三次", home_place_id=walk.ids["community"])
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.evaluate("""() => { const button = document.querySelector("main form.card button");
          button.click(); button.click(); button.click(); }""")
    assert len(sent) == 1
    walk.look()


def test_without_script_all_is_there_but_what_renews_itself(walk_as: Any) -> None:
    walk = walk_as("commander", "en", script=False)
    walk.go("/situation")
    assert walk.page.locator("figure.curve svg").count() == 2
    assert not walk.page.locator("#stale").is_visible() and "Renewed each minute" not in walk.text
    assert walk.page.locator("main details summary").first.is_visible()


def test_a_curve_answers_a_telephone_in_the_dark(walk_as: Any) -> None:
    walk = walk_as("epidemiologist", "zh", phone=True, dark=True)
    walk.go("/situation")
    box = walk.page.locator("[data-library]").last
    box.scroll_into_view_if_needed()
    box.hover()
    walk.page.wait_for_selector("[data-drawn=done]")
    size = box.bounding_box()
    walk.page.mouse.move(size["x"] + size["width"] * 0.6, size["y"] + size["height"] / 2)
    walk.page.wait_for_selector("#vg-tooltip-element.visible")
    assert "社区中发现" in walk.page.locator("#vg-tooltip-element").inner_text()
    assert walk.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
