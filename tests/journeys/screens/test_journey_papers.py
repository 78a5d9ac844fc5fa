"""Papers: a notice for a person whose citizen reads the own page by its code; whether a paper still holds."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

OBJECTION = "我十四日在外地，有车票"


def test_a_notice_is_made_the_citizen_objects_by_its_code_and_the_desk_answers(walk_as: Any) -> None:
    walk = walk_as("community")
    walk.go("/work")
    walk.go(f"/people/{walk.ids['held']}").press_link("kind=isolation_notice")
    walk.look().picture("community-notice.png")
    text = read(walk, "form[action$='/documents/make'] button")
    walk.picture("notice-paper.png", paper=walk.paper)
    assert walk.ids["held_name"] in text
    code = re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}", text)
    assert code is not None, text
    walk.go("/documents").picture("community-papers.png")
    assert "隔离管控告知书" in walk.text
    citizen = walk_as(None, phone=True)
    citizen.go("/own/code").picture("code-door.png")
    citizen.fill(code=code[0]).press()
    assert walk.ids["held_name"] not in citizen.page.content()
    citizen.picture("code-page.png").fill(text=OBJECTION).press("#object form button")
    assert "异议已受理" in citizen.text
    citizen.press("form:has([value=close]) button")
    assert citizen.page.locator("main [name=code]").count() == 1
    desk = walk_as("desk")
    desk.go("/find-person").fill(text=walk.ids["held_phone"]).press()
    assert OBJECTION in desk.text
    desk.picture("desk-request.png").press_link("/answer_request")
    desk.look().press()
    assert "办结" in desk.text


def test_a_notice_holds_until_the_person_is_released(walk_as: Any) -> None:
    walk, reader = walk_as("epidemiologist"), walk_as(None, phone=True)
    person = f"/people/{walk.ids['noticed']}"
    notice = made(walk, person, "isolation_notice")
    reader.go(notice).picture("verify.png")
    assert "有效" in reader.text and walk.ids["noticed"] not in reader.page.content()
    for _ in range(5):  # whatever binds the person was a mistake
        walk.go(person)
        if walk.page.locator("main a[href*='kind=release_certificate']").count():
            break
        walk.press_link("/void_event").press()
    reader.go(notice).picture("verify-expired.png")
    assert "已失效" in reader.text
    reader.go("/verify/" + "x" * 27)
    assert "查无此文书" in reader.text


def made(walk: Any, person: str, kind: str) -> str:
    """Where the paper made of a person is checked."""
    text = read(walk.go(person).press_link(f"kind={kind}"), "form[action$='/documents/make'] button")
    found = re.search(r"/verify/[\w-]{27}", text)
    assert found is not None, text
    return found[0]


def read(walk: Any, button: str) -> str:
    """The text of the PDF that a button of the page makes, without spaces: long words have some that nobody sees."""
    pypdf = pytest.importorskip("pypdf")
    walk.wait_for(button)  # no paper says what may change in a moment: until all is derived there is none
    with walk.page.expect_download() as coming:
        walk.page.locator(f"main {button}").first.click()
    walk.paper = Path(coming.value.path())
    pages = pypdf.PdfReader(walk.paper).pages
    text = unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages))
    return "".join(text.replace("\u200b", "").split())
