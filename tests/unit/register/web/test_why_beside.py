"""Beside everything that is derived stands why; the audit and the page of a person say it in words."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from paper_making import put_status
from qr_reading import read_code

from sizao.register.models import NowArea, NowStatus
from sizao.web.say import all_words

TODAY = dt.date(2022, 11, 20)
DAY = dt.timedelta(days=1)
SRC = Path(__file__).parents[4] / "src/sizao"


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


def text_of(page: Any) -> str:
    assert page.status_code == 200, page.content[:300]
    return str(page.content.decode())


def parts(text: str, tag: str, having: str) -> str:
    """The one element of a kind that holds a text."""
    found = [part for part in re.findall(rf"<{tag}\b.*?</{tag}>", text, re.DOTALL) if having in part]
    assert len(found) == 1, (having, len(found))
    return str(found[0])


def test_every_screen_that_shows_what_holds_links_to_why(city: Any, sign_in: Any) -> None:
    person = city.jia_person
    put_status(city, person)
    browser, link = sign_in("tracer"), f'href="/people/{person}/why"'
    for page in ("/work?tab=all", "/calendar"):
        assert link in parts(text_of(browser.get(page)), "tr", f"/people/{person}"), page
    for query in ("", *(f"columns=person_id,{names}" for names in ("measure", "last_day", "phase_day,clause"))):
        row = parts(text_of(browser.get(f"/lists/people?measure.is=filled&{query}")), "tr", f'/people/{person}"')
        assert row.count(link) == 1, query
        assert row.count("/why#tests") == (query == "")
    free = text_of(browser.get("/lists/people?measure.is=filled&columns=person_id,home"))
    assert "/why" not in parts(free, "tr", f'/people/{person}"')  # nothing there is derived


def test_who_lives_there_or_was_found_has_why_also_where_nothing_holds(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import people

    names = [people.add_person(by=city.job, home_place_id="jia-1", name="同名").person_id for _ in range(3)]
    put_status(city, names[0])
    browser = sign_in("tracer")
    home = parts(text_of(browser.get(f"/people/{names[1]}")), "section", 'id="household"')
    assert {f'href="/people/{name}/why"' in home for name in (names[0], names[2])} == {True}
    found = text_of(browser.post("/find-person", {"text": "同名"}))
    assert all(f'href="/people/{name}/why"' in found for name in names)


def test_the_interview_links_to_why_for_contacts_and_whom_one_may_tick(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import cases, events, people

    ids = [people.add_person(by=city.job, home_place_id="jia-1").person_id for _ in range(4)]
    case = cases.report_case(by=city.job, person_id=ids[0], confirmed_on=TODAY, classification="confirmed")
    for name in ids[1:3]:
        events.record_event(
            by=city.job, person_id=name, kind="exposed_to_case", occurred_on=TODAY - DAY, case_id=case.case_id
        )
    NowStatus.objects.unscoped("test").all().delete()
    for name in (ids[1], ids[3]):
        put_status(city, name)
    browser = sign_in("tracer")
    page = f"/cases/{case.case_id}/interview"
    text = text_of(browser.get(f"{page}?at=forward"))
    for name in ids[1:]:  # a contact under a measure, a free one, one who may be ticked
        assert f'href="/people/{name}/why"' in text, name
    sent = {"do": "preview", "toward": "forward", "who": ids[3], "kind": "exposed_to_case", "day": TODAY - DAY}
    row = parts(text_of(browser.post(page, sent, follow=True)), "tr", ids[3])
    assert f'href="/people/{ids[3]}/why"' in row and 'href="/rulebooks/cn-2022-11-11#' in row


def test_tests_due_lead_to_the_line_that_says_why(city: Any, sign_in: Any) -> None:
    from sizao.register.actions.events import record_event
    from sizao.register.bridge.people import derive_people

    record_event(
        by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - DAY, case_id=None
    )
    derive_people([city.jia_person])
    browser = sign_in("tracer")
    assert f'href="/people/{city.jia_person}/why#tests"' in text_of(browser.get(f"/people/{city.jia_person}"))
    line = re.findall(r'<p id="tests".*?</p>', text_of(browser.get(f"/people/{city.jia_person}/why")))
    assert len(line) == 1 and "nucleic acid test" in line[0]


@pytest.mark.parametrize(
    ("language", "day", "instant"),
    [("zh", "11月19日", r"\d{4}年\d+月\d+日 \d\d:\d\d"), ("en", "19 Nov", r"\d+ [A-Z]\w+ \d{4} \d\d:\d\d")],
)
def test_why_says_days_and_times_as_other_pages_do(
    language: str, day: str, instant: str, city: Any, sign_in: Any
) -> None:
    from sizao.register.actions.events import record_event

    record_event(
        by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - DAY, case_id=None
    )
    text = text_of(sign_in("tracer", language=language).get(f"/people/{city.jia_person}/why"))
    main = re.sub(r"<[^>]+>", "", text.split("<main")[1].split("</main>")[0])
    assert day in main and re.search(instant, main)
    assert not re.search(r"(?<!cn-)\d{4}-\d\d-\d\d", main)


def test_each_area_says_the_fact_the_clause_and_the_clock(city: Any, record: Any, sign_in: Any) -> None:
    from sizao.register.models import Place

    case = record(2, "jia-1")
    NowArea.objects.unscoped("test").all().delete()
    area = NowArea.objects.create(
        place=Place.objects.unscoped("test").get(place_id="jia-1"),
        derived_at=city.job.at,
        on=TODAY,
        rulebook="cn-2022-11-11",
        level="high",
        scope="unit",
        clause="二（四）",
        since=TODAY - 2 * DAY,
        held_since=TODAY - 2 * DAY,
        lifts_on=TODAY + 3 * DAY,
        clock_day=2,
        because=case.case_id,
        last_case=case.case_id,
    )
    browser = sign_in("tracer")
    for page in ("/areas", "/places/jia-1"):
        reason = parts(text_of(browser.get(page)), "details", "The clause")
        for said in ("Why?", case.case_id, "二（四） (cn-2022-11-11)", "5 days", "2 days without another", "23 Nov"):
            assert said in reason, (page, said)
    assert "事实：感染者" in text_of(sign_in("tracer", language="zh").get("/areas"))
    area.because = area.last_case = record(2, "yi").case_id  # somebody of the next county
    area.save()
    for page in ("/areas", "/places/jia-1"):
        text = text_of(browser.get(page))
        assert "outside what you may see" in text and area.because not in text


def test_the_code_on_the_sheet_opens_the_page_of_the_person(
    city: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.papers.draw import code_svg
    from sizao.web.screens import sheets

    put_status(city, city.jia_person)
    browser, address = sign_in("tracer"), f"http://testserver/people/{city.jia_person}"
    (svg,) = re.findall(r'<td class="qr">(.*?)</td>', text_of(browser.get("/work/sheet?tab=all")))
    assert read_code(svg) == address
    assert text_of(browser.get(read_code(svg).removeprefix("http://testserver")))
    drawn: list[Any] = []
    draw = sheets.draw
    monkeypatch.setattr(sheets, "draw", lambda pages, at: drawn.extend(pages) or draw(pages, at))
    assert browser.get("/work/sheet.pdf?tab=all")["Content-Type"] == "application/pdf"
    assert [read_code(code_svg(one["text"])) for one in drawn[0].people] == [address]
    assert int(re.findall(r'viewBox="0 0 (\d+)', svg)[0]) <= 35  # 14 mm on paper: no dot under 0.4 mm


def test_whoever_sees_a_person_sees_how_often_others_looked_and_their_own_looks(city: Any, sign_in: Any) -> None:
    page = f"/people/{city.jia_person}"
    other, tracer = sign_in("epidemiologist"), sign_in("tracer")
    for _ in range(3):
        other.get(page)
    card = parts(text_of(tracer.get(page)), "section", "Who read this record")
    assert "Looked at 4 times" in card and card.count(tracer.user.username) == 1
    assert other.user.username not in card and "Oversight" in card
    card = parts(text_of(sign_in("oversight").get(page)), "section", "Who read this record")
    assert card.count(other.user.username) == 3 and "Looked at" not in card


def test_looks_at_a_person_are_found_by_an_index(city: Any) -> None:
    from django.db import connection

    from sizao.register.models import Person
    from sizao.web.screens.person import looks_at

    if connection.vendor == "sqlite":
        rows = looks_at([Person(person_id="p-1"), Person(person_id="p-2")]).order_by("-id")
        assert "reads_person" in rows.explain()


def rows_said(browser: Any, show: str) -> str:
    """The text of the rows of the audit."""
    rows = re.findall(r"<tr>.*?</tr>", text_of(browser.get(f"/audit?show={show}")))
    return "".join(re.sub(r"<[^>]+>", " ", row) for row in rows)


def test_the_audit_says_in_chinese_what_acts_and_looks_were_about(city: Any, sides: Any, sign_in: Any) -> None:
    tracer, boss = sign_in("tracer"), sign_in("oversight", language="zh")
    for page in ("/work?tab=visits&whose=mine", "/lists/people?measure=close_contact&until.from=2022-11-20"):
        tracer.get(page)
    tracer.get(f"/cases/{sides['jia'].ids['case_id']}/interview?at=back")
    said = rows_said(boss, "acts")
    for word in ("结果：见到，无症状", "类别：接触感染者", "版本：1"):
        assert word in said, word
    said += rows_said(boss, "reads")
    for word in ("事项：待随访", "谁的：", "人员、措施：密切接触者", "部分：往前查来源"):
        assert word in said, word
    for raw in ("outcome", "kind", "version", "tab=", "whose", "measure", "until", "at=", "fields"):
        assert raw not in said, raw


def test_a_citizen_reads_in_words_what_was_looked_at(city: Any, sides: Any, sign_in: Any) -> None:
    from sizao.register.models import Case

    case = Case.objects.unscoped("test").get(case_id=sides["jia"].ids["case_id"])
    sign_in("tracer").get(f"/cases/{case.case_id}/interview?at=back")
    own = text_of(sign_in("citizen", citizen_of=case.person_id, language="zh").get("/own"))
    assert "部分：往前查来源" in own and "at=back" not in own


def test_every_field_that_an_act_keeps_has_a_word() -> None:
    from sizao.web.screens.audit_words import UNSAID

    kept = set()
    for path in (SRC / "register").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "acting":
                kept |= {said.arg for said in node.keywords if said.arg}
    assert len(kept) > 20
    assert kept - {"person_id", "place_id", "rows"} <= {*all_words()["audit_fields"], *UNSAID}


def test_teams_and_users_are_named_in_the_audit(city: Any, sign_in: Any) -> None:
    from sizao.register.actions.users import add_team
    from sizao.register.actions.work import assign

    team = add_team(by=city.job, name="流调一组 Tracing team 1", place_id="jia")
    assign(by=city.job, person_id=city.jia_person, team_id=team.pk)
    said = sign_in("oversight", language="zh").get("/audit").context["rows"]
    assert next(row["more"] for row in said if row["word"] == "assign").startswith("队伍：流调一组")


def test_a_long_list_of_other_facts_is_folded(sign_in: Any, city: Any) -> None:
    from sizao.register.actions import events

    browser = sign_in("tracer")
    for n in range(61):
        day = TODAY - dt.timedelta(days=30 + n)
        events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=day)
        if n in (1, 60):
            text = browser.get(f"/people/{city.jia_person}/why").content.decode()
            assert ("<details><summary>All " in text) is (n == 60)
