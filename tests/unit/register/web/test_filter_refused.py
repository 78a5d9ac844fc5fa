"""A filter that cannot be read: what was typed stays, with the error beside it and the way on; nothing is shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from sizao.register.models import Read


@pytest.mark.parametrize(
    "of, query, typed, said",
    [
        ("people", "area=nowhere-<b>", "nowhere-<b>", "There is no such place"),
        ("tests", "ct.from=abc", "abc", "This is no number"),
        ("people", "last_day.from=yesterday", "yesterday", "This is no date"),
        ("tests", "result=nonsense", "nonsense", "cannot be read"),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong(
    of: str, query: str, typed: str, said: str, sign_in: Any, sides: Any
) -> None:
    browser = sign_in("epidemiologist")
    good = "person_id=p-1"
    page = browser.get(f"/lists/{of}?{good}&{query}&columns=person_id")
    text = page.content.decode()
    assert page.status_code == 400 and "<b>" not in text and not Read.objects.filter(what="list").exists()
    field = re.search(r'<div class="field has-wrong">.*?</div>', text, re.DOTALL)
    assert field and said in unescape(field[0]) and f'value="{typed}"' in unescape(field[0])
    assert 'type="hidden" name="person_id" value="p-1"' in text
    without = re.search(r'class="button quiet" href="(\?[^"]*)"', text)
    assert without and browser.get(f"/lists/{of}{unescape(without[1])}").status_code == 200
    assert good in unescape(without[1]) and query.partition("=")[0] not in unescape(without[1])


def test_of_several_places_one_is_chosen(sign_in: Any, sides: Any) -> None:
    browser = sign_in("epidemiologist")
    page = browser.get("/lists/people?area=区&person_id=p-1")
    links = re.findall(r'<li><a href="(\?[^"]*)">([^<]*)</a>', page.content.decode())
    assert page.status_code == 400 and "choose" in page.content.decode() and len(links) > 1
    for link, _ in links:
        assert "person_id=p-1" in link and browser.get(f"/lists/people{unescape(link)}").status_code == 200


def test_a_name_in_the_address_is_not_offered_again(sign_in: Any, sides: Any) -> None:
    page = sign_in("tracer").get("/lists/people?name=李四&sex=female").content.decode()
    assert "李四" not in page.split("<main")[1] and "Look the person up" in page and "sex=female" in page


@pytest.mark.parametrize("where", ["/work", "/work/sheet", "/work/sheet.pdf", "/calendar"])
def test_work_of_a_place_that_is_not_ones_own_is_refused_not_the_whole_area_shown(
    where: str, sign_in: Any, sides: Any
) -> None:
    browser = sign_in("tracer")
    for place in ("yi", "nowhere", "<b>"):
        page = browser.get(where, {"place": place, "tab": "all"})
        text = page.content.decode()
        assert page.status_code == 400 and "not in your area" in text and "<b>" not in text
        assert 'href="/work?tab=all&amp;whose=area"' in text
    for place in ("jia", "jia-1", ""):
        assert browser.get(where, {"place": place}).status_code == 200
