"""What another rulebook would change today: worked out once, shown to whom it may be, of their own area."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest

TODAY = dt.date(2022, 11, 20)
PAGE = "/rulebooks/impact?from=cn-2022-06-27&to=cn-2022-11-11"
HOSTILE = "<script>alert('名')</script>" + "长" * 150


@pytest.fixture(autouse=True)
def held(settings: Any, db: None) -> None:
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def leavers(city: Any) -> None:
    """Somebody in each county who left a high-risk area, of whom the Twenty Measures ask less; and a contact."""
    from sizao.register.actions import events, people

    other = people.add_person(by=city.job, home_place_id="jia-1", name=HOSTILE).person_id
    for person, kind in (
        (city.jia_person, "left_high_risk_area"),
        (city.yi_person, "left_high_risk_area"),
        (other, "finished_closed_loop"),
    ):
        events.record_event(by=city.job, person_id=person, kind=kind, occurred_on=TODAY - dt.timedelta(days=2))


def text_of(page: Any) -> str:
    assert page.status_code == 200
    return str(page.getvalue().decode())


def work_out(browser: Any, address: str = PAGE) -> str:
    page = browser.post(address)
    assert page.status_code == 303
    return text_of(browser.get(page["Location"]))


def test_it_is_offered_beside_the_comparison_and_worked_out_when_asked(sign_in: Any, leavers: None) -> None:
    browser = sign_in("epidemiologist")
    text = text_of(browser.get("/rulebooks/compare?from=cn-2022-06-27&to=cn-2022-11-11"))
    assert f'action="{PAGE.replace("&", "&amp;")}"' in text and "Work out what would change today" in text
    text = text_of(browser.get(PAGE))
    assert "It was not worked out yet" in text and "李四" not in text
    text = work_out(browser)
    assert "central isolation" in text and "home isolation" in text and "lighter" in text
    assert 'People who flip: <span class="n">2</span>' in text and "李四" in text


def test_each_count_leads_to_its_people_and_each_row_to_the_person(sign_in: Any, city: Any, leavers: None) -> None:
    browser = sign_in("epidemiologist")
    text = work_out(browser)
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*move=[^"]*)"', text)]
    counts = [
        int(re.search(r'People who flip: <span class="n">(\d+)', text_of(browser.get(link)))[1]) for link in links
    ]
    assert sum(counts) == 2 and all(counts)
    assert f'href="/people/{city.jia_person}"' in text
    assert 'People who flip: <span class="n">2</span>' in text_of(browser.get(f"{PAGE}&change=lighter"))
    assert "Nobody would flip" in text_of(browser.get(f"{PAGE}&change=heavier"))
    assert "so they are not listed" in text and 'href="/lists/people"' in text.split("so they are not listed")[1]


def test_a_restriction_ends_with_its_own_phase_and_the_last_day_of_all_stands_apart(sign_in: Any, city: Any) -> None:
    """A contact of 14 November: 7+3 is central isolation to the 21st, 5+3 at home from the 20th to the 22nd."""
    from sizao.register.actions import events

    day = dt.date(2022, 11, 14)
    events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=day, case_id=None)
    text = work_out(sign_in("epidemiologist"))
    row = next(row for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL) if f"/people/{city.jia_person}" in row)
    cells = [re.sub(r"<[^>]+>", "|", cell) for cell in re.findall(r"<td data-label.*?</td>", row)]
    assert cells[0] == "|central isolation|Until 21 Nov||Last day of all 24 Nov||"
    assert cells[1] == "|home isolation|Until 22 Nov||"
    assert f'href="/people/{city.jia_person}/why"' in row


def test_the_neighbours_people_are_neither_shown_nor_counted(sign_in: Any, city: Any, leavers: None) -> None:
    text = work_out(sign_in("epidemiologist", "yi"))
    assert 'People who flip: <span class="n">1</span>' in text and city.yi_person in text
    assert city.jia_person not in text and "李四" not in text and "alert" not in text
    text = text_of(sign_in("oversight", None).get(PAGE))  # asked again by another, it is the same
    assert 'People who flip: <span class="n">3</span>' in text and city.jia_person in text


def test_names_are_for_those_who_may_see_them_and_harm_nobody(sign_in: Any, leavers: None) -> None:
    text = work_out(sign_in("epidemiologist"))
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    for role in ("commander", "oversight"):
        text = text_of(sign_in(role).get(PAGE))
        assert "李四" not in text and "alert" not in text, role


@pytest.mark.parametrize("role", ["tracer", "community_worker", "call_desk", "laboratory", "administrator"])
def test_who_may_not_see_excesses_and_counts_is_refused(role: str, sign_in: Any, leavers: None) -> None:
    browser = sign_in(role)
    assert browser.get(PAGE).status_code == browser.post(PAGE).status_code == 403
    assert "/rulebooks/impact" not in text_of(browser.get("/rulebooks/compare?from=cn-2022-06-27&to=cn-2022-11-11"))


def test_each_look_is_on_record_without_names(sign_in: Any, leavers: None) -> None:
    from sizao.register.models import Read

    work_out(sign_in("epidemiologist"))
    read = Read.objects.get()
    assert (read.what, read.people) == ("list", 2)
    assert read.asked == "impact, from=cn-2022-06-27&to=cn-2022-11-11"


def test_in_chinese(sign_in: Any, leavers: None) -> None:
    text = work_out(sign_in("epidemiologist", language="zh"))
    assert "对今日登记人员的影响" in text and "转轻" in text and "居家隔离" in text
    assert not re.search(r"Under A|>lighter|until", text)


def test_of_nobody_nothing_changes(sign_in: Any, city: Any) -> None:
    assert "Nobody would flip" in work_out(sign_in("commander"))


def test_addresses_that_name_no_two_rulebooks_ask_for_two(sign_in: Any) -> None:
    browser = sign_in("commander")
    for asked in ("", "?from=cn-2022-06-27", "?from=cn-2022-06-27&to=cn-2022-06-27", "?from=../x&to=cn-2022-11-11"):
        assert "Choose two rulebooks" in text_of(browser.get(f"/rulebooks/impact{asked}"))
        assert "Choose two rulebooks" in text_of(browser.post(f"/rulebooks/impact{asked}"))
    for more in ("&move=%3Cscript%3E", "&after=nobody&change=sideways"):
        assert "<script>" not in text_of(browser.get(PAGE + more))


def test_where_nothing_is_in_force_it_says_so_and_can_be_asked_again(sign_in: Any, settings: Any) -> None:
    settings.SIZAO_TODAY = dt.date(2014, 1, 1)
    assert "could not be worked out (nothing-in-force)" in work_out(sign_in("commander"))


def test_one_is_worked_out_at_a_time_and_asked_again_gives_the_same(
    sign_in: Any, leavers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.bridge import impact

    asked = []
    real = impact.work
    monkeypatch.setattr(impact, "work", lambda a, b: asked.append((a, b)))
    browser = sign_in("commander")
    text = work_out(browser)
    assert "It is being worked out since" in text
    assert 'http-equiv="refresh" content="2"' in text_of(browser.get(PAGE))
    part = browser.get(PAGE, headers={"HX-Request": "true"})
    assert part.status_code == 204 and "HX-Refresh" not in part
    other = "/rulebooks/impact?from=cn-2022-11-11&to=cn-2022-06-27"
    assert "Another comparison is being worked out" in work_out(browser, other)
    assert asked == [("cn-2022-06-27", "cn-2022-11-11")]
    real(*asked[0])
    assert "by what was known at" in text_of(browser.get(PAGE)) and "http-equiv" not in text_of(browser.get(PAGE))
    assert browser.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    work_out(browser)
    assert len(asked) == 1
    work_out(browser, other)
    assert asked[1:] == [("cn-2022-11-11", "cn-2022-06-27")]


def test_a_process_that_fails_says_so(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import impact

    monkeypatch.setattr(impact, "BEGINS", "raise SystemExit(1)")
    monkeypatch.setattr(impact.connection, "close", lambda: None)  # a thread's own; here it is the test's
    impact.cache.set(impact.TURN, "x")
    impact._watch("cn-2022-06-27", "cn-2022-11-11")
    state = impact.state_of("cn-2022-06-27", "cn-2022-11-11")
    assert state.wrong == "impact-failed" and not state.other


def test_the_process_beside_leaves_its_answer_where_all_find_it(tmp_path: Any) -> None:
    from sizao.register.bridge import impact

    environ = {name: text for name, text in os.environ.items() if not name.startswith(("SIZAO_", "DATABASE_"))}
    environ |= {
        "SIZAO_HOME": str(tmp_path),
        "SIZAO_TODAY": str(TODAY),
        "DJANGO_SETTINGS_MODULE": "sizao.web.settings",
    }
    tables = "import django; django.setup(); from sizao.register.ready import make_tables; make_tables()"
    for code in (tables, impact.BEGINS):
        command = [sys.executable, "-c", code, "cn-2022-06-27", "cn-2022-11-11"]
        subprocess.run(command, env=environ, check=True, capture_output=True)
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as db:
        keys = [key for (key,) in db.execute("SELECT cache_key FROM cache ORDER BY cache_key")]
    assert len(keys) == 2 and keys[1] == f"{keys[0]}-rows"
