"""The work sheet and the situation as PDF: in both languages, one or one of each place below, with a code."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from paper_making import TODAY, put_status, text_of
from qr_reading import read_code

from sizao.papers.draw import code_svg
from sizao.register import figures
from sizao.register.models import Read
from sizao.web.screens import sheets

pytestmark = pytest.mark.usefixtures("on_that_day")


@pytest.fixture
def put(city: Any) -> Any:
    """put("p", measure="case", ...): what holds for a person now."""
    return partial(put_status, city)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pages as they were handed over to be drawn."""
    found: list[Any] = []
    draw = sheets.draw
    monkeypatch.setattr(sheets, "draw", lambda pages, at: found.extend(pages) or draw(pages, at))
    return found


def test_the_work_sheet_says_everything_in_both_languages(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person, last_day=TODAY)
    put(city.yi_person)
    zh = ("工作单:今日检测", "今日检测·今日期满·待随访", "集中隔离·至11月20日", "已采样", "第1页,共1页", "请销毁")
    en = ("Worksheet:Testsdue", "testtoday·lastdaytoday·visitorcall", "centralisolation·Until20Nov", "Sampled")
    for language, first, then in (("zh", zh, en), ("en", en, zh)):
        (text,) = text_of(sign_in("tracer", language=language).get("/work/sheet.pdf"))
        for said in (*zh, *en, "page1of1", "Destroyitafteruse", "李四", "13800138000"):
            assert said in text, said
        assert text.count("李四") == 1 and "王五" not in text and city.yi_person not in text
        assert all(text.index(one) < text.index(other) for one, other in zip(first[:3], then[:3], strict=True))
    assert Read.objects.filter(what="sheet").latest("pk").people == 1
    (nobody,) = text_of(sign_in("tracer").get("/work/sheet.pdf", {"tab": "missed"}))
    assert "李四" not in nobody and "Nobodyiswaitingtobereached." in nobody and "没有联系不上的人" in nobody
    assert sign_in("oversight").get("/work/sheet.pdf").status_code == 403


def test_each_place_below_may_have_a_sheet_and_nobody_is_lost(
    city: Any, put: Any, sign_in: Any, drawn: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.actions import people, places

    places.add_place(by=city.job, kind="street", name="江二街 Second Street", parent_id="jia", place_id="jia-2")
    homes = {"jia": "甲", "jia-1": "乙", "jia-2": "丙", "yi": "丁"}
    ids = {
        name: people.add_person(by=city.job, home_place_id=home, name=name).person_id for home, name in homes.items()
    }
    for person_id in ids.values():
        put(person_id)
    browser = sign_in("tracer")
    assert "/work/sheet.pdf?tab=tests&amp;whose=area&amp;parts=1" in browser.get("/work/sheet").content.decode()
    assert "for each place below (at most 2)" in browser.get("/work/sheet").content.decode()
    texts = text_of(browser.get("/work/sheet.pdf?parts=1"))
    assert [[one["name"] for one in page.people] for page in drawn] == [["甲"], ["乙"], ["丙"]]
    assert "SecondStreet" in texts[2] and "江二街" in texts[2] and "SecondStreet" not in texts[0] + texts[1]
    assert Read.objects.filter(what="sheet").latest("pk").people == 3
    assert all("more" not in page.note.en for page in drawn)
    drawn.clear()
    monkeypatch.setattr(sheets, "IN_PARTS", 2)
    text_of(browser.get("/work/sheet.pdf?parts=1"))
    assert [page.note.en.startswith("1 more are not on") for page in drawn] == [False, True]
    drawn.clear()
    assert len(text_of(browser.get("/work/sheet.pdf?parts=1&place=jia-1"))) == 1  # of one without places below it
    assert len(text_of(browser.get("/work/sheet.pdf?parts=1&tab=missed"))) == 1  # of nobody


def test_the_situation_comes_in_one_language_and_then_in_the_other(
    city: Any, record: Any, sign_in: Any, drawn: list[Any]
) -> None:
    record(1)
    words = {"zh": ("态势·jia区", "新增感染者", "四早", "第1页,共2页"), "en": ("Situation", "Newcases", "page2of2")}
    for language in ("zh", "en"):
        drawn.clear()
        texts = text_of(sign_in("epidemiologist", language=language).get("/situation.pdf", {"days": "7"}))
        assert len(texts) == 2
        assert [page.lang for page in drawn] == sorted(words, key=lambda one: one != language)
        for page, text in zip(drawn, texts, strict=True):
            assert all(said in text for said in words[page.lang][:2]) and "李四" not in text
        zh, en = sorted(drawn, key=lambda page: page.lang, reverse=True)
        for one, other in zip([*zh.tables, *zh.after], [*en.tables, *en.after], strict=True):
            assert one.title != other.title
            assert [cells[1].split("  ")[0] for cells in one.rows] == [
                cells[1].split("  ")[0] for cells in other.rows
            ]
        assert [len(page.charts) for page in drawn] == [2, 2]
        assert not re.search("[一-鿿]", re.sub(rf"{en.code.caption.zh}|jia(-1)?区", "", str(en)))
    assert sign_in("commander").get("/situation.pdf", {"place": "yi"}).status_code == 404
    assert sign_in("laboratory").get("/situation.pdf").status_code == 403


def test_the_code_of_a_report_opens_its_page_for_who_is_signed_in(city: Any, sign_in: Any, drawn: list[Any]) -> None:
    browser = sign_in("commander")
    browser.get("/situation.pdf?place=jia-1&days=28")
    browser.get("/situation.pdf")
    codes = [read_code(code_svg(page.code.text)) for page in drawn]
    here = [f"http://testserver/situation?place={place}" for place in ("jia-1&days=28", "jia&days=7")]
    assert codes == [here[0], here[0], here[1], here[1]]
    opened = browser.get(codes[0].removeprefix("http://testserver"))
    assert opened.status_code == 200 and "jia-1区" in opened.content.decode()
    assert sign_in(None).get(codes[0].removeprefix("http://testserver")).status_code == 302
    assert sign_in("commander", "yi").get(codes[0].removeprefix("http://testserver")).status_code == 404


def test_each_place_below_may_have_a_report(city: Any, record: Any, sign_in: Any, drawn: list[Any]) -> None:
    record(1, "jia-1")
    record(1, "yi")
    browser = sign_in("epidemiologist", "nation")
    page = browser.get("/situation?days=14").content.decode()
    link = re.search(r'href="(/situation\.pdf\?[^"]*parts=1)"[^>]*>([^<]+)<', page)
    assert link is not None and link[2] == "PDF of each place (2, most cases first)"
    figures.forget_figures()
    texts = text_of(browser.get(link[1].replace("&amp;", "&")))
    assert len(texts) == 4
    assert len(figures._looked) == 1  # the parts are not counted again and again, as what is looked at is
    assert sorted({page.title for page in drawn}) == [
        "Situation · jia区",
        "Situation · yi区",
        "态势 · jia区",
        "态势 · yi区",
    ]
    assert {page.code.text.rpartition("?")[2] for page in drawn} == {"place=jia&days=14", "place=yi&days=14"}
    drawn.clear()
    assert len(text_of(sign_in("commander", "jia").get("/situation.pdf?parts=1"))) == 2
    assert {page.title for page in drawn} == {"Situation · jia-1区", "态势 · jia-1区"}
    drawn.clear()
    browser.get("/situation.pdf?parts=1&place=jia-1")  # nothing below it: its own
    assert {page.title for page in drawn} == {"Situation · jia-1区", "态势 · jia-1区"}
    assert sign_in("commander", "jia").get("/situation.pdf?parts=1&place=nation").status_code == 404
