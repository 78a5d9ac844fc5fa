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


@pytest.mark.parametrize(
    "query, label, said, gone",
    [
        ("after=zzz", "Place in the list", "no place in the list", "after"),
        ("after=" + "9" * 1100, "Place in the list", "cannot be read", "after"),
        ("sort=-id", "Order", "cannot be read", "sort"),
        ("at.nothing=1", "Columns and order", "no such column", "columns"),
        ("&".join(f"tube_id={'y' * 50}{n}" for n in range(45)), "tube", "too long (at most 2,000 letters", "tube_id"),
        (
            "&".join(f"{c}={c[0] * 40}{n}" for c in ("tube_id", "test_id") for n in range(20)),
            "",
            "too long",
            "tube_id",
        ),
        (f"tube_id.has={'y' * 900}&test_id={'x' * 600}", "tube", "cannot be read", "tube_id"),
    ],
)
def test_of_what_is_no_value_of_a_column_the_list_without_it_is_the_way_on(
    query: str, label: str, said: str, gone: str, sign_in: Any, sides: Any
) -> None:
    browser = sign_in("tracer")
    page = browser.get(f"/lists/tests?result=pending&{query}")
    text = unescape(page.content.decode())
    field = re.search(r'<div class="field has-wrong">.*?</div>', text, re.DOTALL)
    assert page.status_code == 400 and field and not Read.objects.filter(what="list").exists()
    assert label.lower() in field[0].lower() and said in field[0]
    assert 'type="hidden" name="result" value="pending"' in text and 'name="after"' not in text
    without = re.search(r'class="button quiet" href="(\?[^"]*)"', text)
    assert without and gone not in without[1] and "result=pending" in without[1]
    assert browser.get(f"/lists/tests{without[1]}").status_code == 200


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


@pytest.mark.parametrize(
    "role, where, good, wrong",
    [
        ("commander", "/excesses", "of=people", "kind=zz"),
        ("commander", "/excesses", "of=people", "kind=high_place"),
        ("commander", "/excesses", "state=over", "place=nowhere"),
        ("commander", "/excesses", "state=over", "knd=days_beyond"),
        ("epidemiologist", "/excesses.csv", "state=over", "answer=zz"),
        ("commander", "/excesses/do", "do=answer", "kind=zz"),
        ("commander", "/excesses/do", "do=answer", "knd=days_beyond"),
        ("commander", "/orders", "of=people", "on=2022-99-99"),
        ("commander", "/orders", "of=people", "place=nowhere"),
        ("commander", "/situation", "days=14", "sort=zz"),
        ("commander", "/situation", "sort=rate", "days=abc"),
        ("commander", "/situation/quality", "", "days=8"),
        ("tracer", "/work", "tab=all", "due=zzz"),
        ("tracer", "/work", "tab=all", "whose=zzz"),
        ("tracer", "/work/sheet", "whose=mine", "tab=zzz"),
        ("tracer", "/calendar", "tab=all", "knd=1"),
        ("tracer", "/situation/list", "what=new", "on=zz"),
        ("tracer", "/situation/list", "days=14", "what=zz"),
        ("tracer", "/situation/list", "what=new", "back=2"),
        ("commander", "/areas", "place=jia", "level=zz"),
        ("administrator", "/audit", "show=reads", "from=zz"),
        ("administrator", "/audit", "show=reads", "day=2022-99-99"),
    ],
)
def test_what_a_page_does_not_know_is_told_and_nothing_is_shown(
    role: str, where: str, good: str, wrong: str, sign_in: Any, sides: Any
) -> None:
    browser, value = sign_in(role), wrong.partition("=")[2]
    page = browser.get(f"{where}?{good}&{wrong}")
    text = page.content.decode()
    assert page.status_code == 400 and "Nothing is shown" in text and not Read.objects.exists()
    assert f": {value}</li>" in text
    way = re.search(r'class="button" href="([^"]*)"', text)
    assert way and wrong not in way[1] and (not good or good in unescape(way[1]))


def test_nothing_is_lifted_by_an_address_that_says_what_is_not_known(sign_in: Any, sides: Any) -> None:
    given = {"all": "1", "state": "zz", "until": "2022-11-20"}
    page = sign_in("commander").post("/orders/lift", given, follow=True)
    assert page.status_code == 400 and "state: zz" in page.content.decode()


@pytest.mark.parametrize(
    "role, where",
    [
        ("tracer", "/work?tab=%20"),
        ("tracer", "/work?whose=%20"),
        ("tracer", "/calendar?tab=%20"),
        ("tracer", "/situation/list?what=new&days=%20"),
        ("commander", "/situation?days=%20"),
        ("commander", "/excesses?after=%20"),
    ],
)
def test_a_blank_is_no_value_either(role: str, where: str, sign_in: Any, sides: Any) -> None:
    assert sign_in(role).get(where).status_code == 400


def test_an_empty_value_is_as_if_it_were_not_there(sign_in: Any, sides: Any) -> None:
    assert sign_in("tracer").get("/calendar?tab=").context["asked"].tab == "all"
