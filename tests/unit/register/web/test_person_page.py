"""The page of a person: what they were when, household, status over time, why, and very many facts."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest

from sizao.register.models import Read

TODAY = dt.date(2022, 11, 20)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def case(city: Any) -> Any:
    """A case in the neighbouring county."""
    from sizao.register.actions import cases

    return cases.report_case(
        by=city.job, person_id=city.yi_person, confirmed_on=TODAY - DAY, classification="confirmed"
    )


def exposed(city: Any, case: Any, on: dt.date) -> Any:
    from sizao.register.actions.events import record_event

    about = {"kind": "exposed_to_case", "occurred_on": on, "case_id": case.case_id}
    return record_event(by=city.job, person_id=city.jia_person, **about)


def text_of(page: Any) -> str:
    assert page.status_code == 200
    return str(page.content.decode())


@pytest.mark.parametrize(("language", "said"), [("en", "was a contact of case"), ("zh", "接触病例")])
def test_what_somebody_was_and_when_stands_below_the_name(
    language: str, said: str, city: Any, case: Any, sign_in: Any
) -> None:
    from sizao.register.actions.cases import report_case

    exposed(city, case, TODAY - 9 * DAY)
    own = report_case(by=city.job, person_id=city.jia_person, confirmed_on=TODAY, classification="asymptomatic")
    text = text_of(sign_in("tracer", language=language).get(f"/people/{city.jia_person}"))
    roles = text.split('class="roles"')[1].split("</ul>")[0]
    assert said in roles and case.case_id in roles and roles.count("<li>") == 2
    assert f'href="/cases/{own.case_id}/interview"' in text


def test_what_was_taken_back_is_no_role(city: Any, case: Any, sign_in: Any) -> None:
    from sizao.register.actions.events import void_event

    void_event(by=city.job, event_id=exposed(city, case, TODAY - DAY).event_id)
    assert 'class="roles"' not in text_of(sign_in("tracer").get(f"/people/{city.jia_person}"))


def test_only_who_may_ask_finds_the_interview(city: Any, sign_in: Any) -> None:
    from sizao.register.actions.cases import report_case

    report_case(by=city.job, person_id=city.jia_person, confirmed_on=TODAY, classification="asymptomatic")
    for role, shown in (("tracer", True), ("epidemiologist", True), ("call_desk", False), ("commander", False)):
        text = text_of(sign_in(role).get(f"/people/{city.jia_person}"))
        assert ("/interview" in text) == shown, role


def test_the_household_is_listed_with_what_holds_and_the_look_is_logged(city: Any, case: Any, sign_in: Any) -> None:
    from sizao.register.actions import events, people
    from sizao.register.bridge.people import derive_people

    mother = people.add_person(by=city.job, home_place_id="jia-1", name="钱妈").pk
    elsewhere = people.add_person(by=city.job, home_place_id="jia", name="别处").pk
    events.record_event(by=city.job, person_id=mother, kind="exposed_to_case", occurred_on=TODAY - DAY)
    derive_people([mother])
    browser = sign_in("tracer")
    text = text_of(browser.get(f"/people/{city.jia_person}")).split('id="household"')[1].split("</section>")[0]
    assert "钱妈" in text and "central isolation" in text and f"/people/{mother}/why" in text
    assert elsewhere not in text and "别处" not in text
    assert Read.objects.filter(user=browser.user, asked="household", people=1).exists()
    text = text_of(sign_in("commander").get(f"/people/{city.jia_person}"))
    assert "钱妈" not in text and mother not in text, "who lives with whom tells a home"


def test_of_a_home_that_is_a_building_nobody_is_listed_unasked(city: Any, sign_in: Any) -> None:
    from sizao.register.actions.people import add_person

    ids = [add_person(by=city.job, home_place_id="jia-1", name=f"邻{n}").pk for n in range(14)]
    browser = sign_in("tracer")
    assert not any(name in text_of(browser.get(f"/people/{city.jia_person}")) for name in ids)
    assert all(name in text_of(browser.get(f"/people/{city.jia_person}?household=1")) for name in ids)


def test_whoever_sees_one_person_elsewhere_does_not_see_who_lives_there(city: Any, sign_in: Any) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions import people, work

    other = people.add_person(by=city.job, home_place_id="yi", name="同屋").pk
    browser = sign_in("tracer")
    reason = "需核实与病例的接触，联系不上"
    work.break_glass(by=access_of(browser.user), person_id=city.yi_person, reason=reason)
    text = text_of(browser.get(f"/people/{city.yi_person}"))
    assert other not in text and "同屋" not in text


def test_status_over_time_is_derived_on_asking(city: Any, case: Any, sign_in: Any) -> None:
    exposed(city, case, dt.date(2022, 11, 2))
    exposed(city, case, TODAY - DAY)
    browser = sign_in("tracer")
    assert 'id="history"' not in text_of(browser.get(f"/people/{city.jia_person}"))
    text = text_of(browser.get(f"/people/{city.jia_person}?history=1"))
    told = text.split('id="history"')[1].split("</section>")[0]
    assert "central isolation" in told and "home isolation" in told and "3 Nov" in told and "27 Nov" in told
    assert told.count("/why") == told.count("<li>") >= 3


def test_every_computed_thing_has_its_why(sides: dict[str, Any], sign_in: Any) -> None:
    person_id = sides["jia"].ids["person_id"]
    text = text_of(sign_in("epidemiologist").get(f"/people/{person_id}"))
    assert "excess-of-jia" in text
    why = f'href="/people/{person_id}/why"'
    assert text.count(why) >= 2
    assert why in text.split("excess-of-jia")[1].split("</li>")[0]


def test_a_fact_that_is_still_to_come_is_marked(city: Any, sign_in: Any) -> None:
    from sizao.register.actions.orders import impose_order

    about = {"restriction": "home_isolation", "issuer": "甲区指挥部"}
    impose_order(by=city.job, person_id=city.jia_person, since=TODAY + 3 * DAY, **about)
    browser = sign_in("tracer")
    assert "still to come" in text_of(browser.get(f"/people/{city.jia_person}"))


def test_five_hundred_facts_are_folded_by_year_and_stay_quick(city: Any, case: Any, sign_in: Any) -> None:
    from sizao.register.actions.many import log_visits, record_events, record_tests

    days = [TODAY - n * DAY for n in range(500)]
    about = {"person_id": city.jia_person}
    log_visits(by=city.job, rows=[{**about, "occurred_on": day, "outcome": "seen_ok"} for day in days[:200]])
    record_tests(by=city.job, rows=[{**about, "sampled_on": day, "result": "negative"} for day in days[:200]])
    kind = {"kind": "exposed_to_case", "case_id": case.case_id}
    record_events(by=city.job, rows=[{**about, **kind, "occurred_on": day} for day in days[::5]])
    browser = sign_in("tracer")
    page = browser.get(f"/people/{city.jia_person}")
    text = text_of(page)
    assert text.count('class="year"') == 2 and "earlier in 2022" in text and "2021:" in text
    assert len(re.findall(r'<li id="[a-z]-', text)) == 500, "every fact can be reached"
    assert len(text) < 400_000
    began = time.process_time()
    browser.get(f"/people/{city.jia_person}")
    assert time.process_time() - began < 1.0
