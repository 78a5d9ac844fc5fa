"""The interview about a case: each section saves by itself, contacts are foreseen before they are recorded."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from sizao.register.models import Act, Case, CasePlace, Event, NowStatus, Person, Read, Visit

TODAY = dt.date(2022, 11, 20)
DAY = dt.timedelta(days=1)
SECTIONS = ("case", "onset", "back", "forward", "tests", "left")
KEY = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def case(city: Any) -> Any:
    """A case at home in jia-1, confirmed yesterday, ill since the 17th."""
    from sizao.register.actions import cases, people

    person = people.add_person(by=city.job, home_place_id="jia-1", name="赵一", phone="13700137000")
    return cases.report_case(
        by=city.job,
        person_id=person.pk,
        confirmed_on=TODAY - DAY,
        onset_on=TODAY - 3 * DAY,
        classification="confirmed",
    )


def at(case: Any, section: str, **more: str) -> str:
    return f"/cases/{case.case_id}/interview?at={section}" + "".join(f"&{k}={v}" for k, v in more.items())


def text_of(page: Any) -> str:
    return str(page.content.decode())


def field(text: str, form: str, name: str) -> str:
    """The value of a hidden field in the form that does something."""
    part = next(part for part in text.split("<form") if f'value="{form}"' in part)
    found = re.search(rf'name="{name}" value="([^"]*)"', part)
    assert found, (form, name)
    return found[1]


def send(browser: Any, case: Any, **values: Any) -> Any:
    return browser.post(f"/cases/{case.case_id}/interview", values, follow=values["do"] == "preview")


def person_of(name: str) -> Any:
    return Person.objects.unscoped("test").get(pk=name)


@pytest.mark.parametrize("role", ["tracer", "epidemiologist"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_section_is_shown_and_each_look_is_logged(role: str, language: str, case: Any, sign_in: Any) -> None:
    browser = sign_in(role, language=language)
    for section in SECTIONS:
        page = browser.get(at(case, section))
        assert page.status_code == 200, section
        assert 'aria-current="step"' in text_of(page) and "赵一" in text_of(page)
        words = ["病例访谈", "往前查来源"] if language == "zh" else ["Case interview", "Exposures back"]
        assert all(word in text_of(page) for word in words)
    looks = Read.objects.filter(what="interview", user=browser.user, person_id=case.person_id)
    assert [*looks.order_by("pk").values_list("asked", flat=True)] == [f"at={name}" for name in SECTIONS]


@pytest.mark.parametrize("role", ["community_worker", "laboratory", "call_desk", "commander", "oversight", "citizen"])
def test_other_roles_are_refused(role: str, case: Any, sign_in: Any) -> None:
    browser = sign_in(role)
    assert browser.get(at(case, "case")).status_code == 403
    assert send(browser, case, do="find", text="13700137000").status_code == 403


def test_a_neighbours_case_and_a_withdrawn_one_are_not_there(case: Any, city: Any, sign_in: Any) -> None:
    from sizao.register.actions import cases

    neighbour = sign_in("tracer", "yi")
    assert neighbour.get(at(case, "forward")).status_code == 404
    assert send(neighbour, case, do="record", key=KEY, row="x").status_code == 404
    browser = sign_in("epidemiologist")
    cases.withdraw_case(by=city.job, case_id=case.case_id, version=1)
    assert browser.get(at(case, "case")).status_code == 404


def test_the_classification_stands_with_the_rule_and_the_day_that_gave_it(case: Any, sign_in: Any) -> None:
    text = text_of(sign_in("tracer").get(at(case, "case")))
    assert "confirmed case" in text and "infected person" in text
    assert re.search(r'href="/rulebooks/cn-\d+-\d+-\d+#', text) and "19 Nov" in text
    assert 'name="classification"' not in text, "a tracer does not change cases"
    assert "Your role does not change cases" in text


def test_a_section_saves_only_its_own_fields_and_once(case: Any, sign_in: Any) -> None:
    browser = sign_in("epidemiologist")
    text = text_of(browser.get(at(case, "onset")))
    sent = {
        "do": "onset",
        "key": field(text, "onset", "key"),
        "version": field(text, "onset", "version"),
        "onset_on": "2022-11-16",
        "initial-onset_on": "2022-11-17",
        "severity": "mild",
        "initial-severity": "",
    }
    for _ in range(2):  # a double click, or back and save again
        page = send(browser, case, **sent)
        assert page.status_code == 303 and page["Location"].endswith("?at=onset")
    latest = Case.objects.unscoped("test").filter(case_id=case.case_id).order_by("-version").first()
    assert (latest.version, latest.onset_on, latest.severity) == (2, dt.date(2022, 11, 16), "mild")
    assert latest.confirmed_on == case.confirmed_on


def test_of_two_who_change_the_same_both_versions_are_shown(case: Any, city: Any, sign_in: Any) -> None:
    from sizao.register.actions import cases

    browser = sign_in("epidemiologist")
    text = text_of(browser.get(at(case, "onset")))
    cases.update_case(by=city.job, case_id=case.case_id, version=1, onset_on=TODAY - 2 * DAY)
    page = send(
        browser,
        case,
        do="onset",
        key=field(text, "onset", "key"),
        version="1",
        onset_on="2022-11-15",
        **{"initial-onset_on": "2022-11-17", "severity": "", "initial-severity": ""},
    )
    assert page.status_code == 409
    assert "18 Nov" in text_of(page) and "15 Nov" in text_of(page)


def test_a_tracer_who_sends_the_form_of_a_case_all_the_same_is_refused(case: Any, sign_in: Any) -> None:
    page = send(sign_in("tracer"), case, do="onset", key=KEY, version="1", onset_on="2022-11-15")
    assert page.status_code == 403
    assert Case.objects.unscoped("test").filter(case_id=case.case_id).count() == 1


def test_of_the_household_it_is_said_what_follows_and_then_recorded_row_by_row(
    case: Any, city: Any, sign_in: Any
) -> None:
    from sizao.register.bridge.people import derive_people

    browser = sign_in("tracer")
    text = text_of(browser.get(at(case, "forward")))
    assert f'value="{city.jia_person}"' in text and city.yi_person not in text
    asked = {"do": "preview", "toward": "forward", "kind": "exposed_to_case", "day": "2022-11-19", "place_id": ""}
    page = send(browser, case, **asked, who=[city.jia_person, city.yi_person])
    text = text_of(page)
    assert page.status_code == 200
    follows = [re.sub(r"<[^>]+>", "", part) for part in re.findall(r"<div><strong>.*?</div>", text)]
    assert follows == ["central isolation 20 Nov – 24 Nov", "home isolation 25 Nov – 27 Nov"]
    assert "Last day of all 27 Nov" in text and "20 Nov – 27 Nov" not in text
    assert "outside your area" in text, "whoever lives elsewhere is left out"
    assert "王五" not in text
    assert not Event.objects.unscoped("test").filter(case_id=case.case_id).exists(), "nothing is written yet"
    sent = {"do": "record", "toward": "forward", "key": field(text, "record", "key")}
    rows = re.findall(r'name="row" value="([^"]*)"', text)
    assert len(rows) == 1
    for _ in range(2):
        page = send(browser, case, **sent, row=rows)
        assert page.status_code == 303
        page = browser.get(page["Location"])
        assert "Recorded: 1" in text_of(page)
    event = Event.objects.unscoped("test").get(case_id=case.case_id)
    assert (event.person_id, event.kind, event.occurred_on) == (city.jia_person, "exposed_to_case", TODAY - DAY)
    derive_people([city.jia_person])
    status = NowStatus.objects.unscoped("test").get(person_id=city.jia_person)
    assert (status.restriction, status.last_day) == ("central_isolation", dt.date(2022, 11, 27))
    assert "Contacts on record: 1" in text_of(browser.get(at(case, "forward")))


def test_what_was_foreseen_is_what_is_derived(case: Any, city: Any) -> None:
    from sizao.register.actions.events import record_event
    from sizao.register.actions.people import add_person
    from sizao.register.bridge.people import derive_people
    from sizao.register.bridge.suppose import Supposed, suppose_events

    for number, day in enumerate((TODAY - DAY, TODAY - 4 * DAY, TODAY - 30 * DAY)):
        one = add_person(by=city.job, home_place_id="jia-1", name=f"丙{number}")
        said = suppose_events([Supposed(one.pk, "exposed_to_case", day, case.case_id)])[0]
        record_event(by=city.job, person_id=one.pk, kind="exposed_to_case", occurred_on=day, case_id=case.case_id)
        derive_people([one.pk])
        status = NowStatus.objects.unscoped("test").filter(person_id=one.pk).first()
        assert (status is None) == said.over
        if status is not None:
            assert (status.measure, status.last_day) == (said.measure, said.last_day)
    nothing = suppose_events([Supposed(city.jia_person, "exposed_to_contact", TODAY, case.case_id)])[0]
    assert nothing.measure == ""


def test_what_holds_ends_with_its_own_phase_and_the_last_day_of_all_stands_apart(
    case: Any, city: Any, sign_in: Any
) -> None:
    from sizao.register.actions.events import record_event
    from sizao.register.bridge.people import derive_people

    person = city.jia_person
    day = dt.date(2022, 11, 17)  # central isolation from the 18th to the 22nd, at home from the 23rd to the 25th
    record_event(by=city.job, person_id=person, kind="exposed_to_case", occurred_on=day, case_id=case.case_id)
    derive_people([person])
    says = "central isolation · Until 22 Nov · Last day of all 25 Nov"
    browser = sign_in("tracer")
    assert says in text_of(browser.get(at(case, "forward")))
    asked = {"do": "preview", "toward": "forward", "kind": "exposed_to_case", "day": "2022-11-20", "place_id": ""}
    text = text_of(send(browser, case, **asked, who=[person]))
    assert f"now: {says}" in text and "Until 25 Nov" not in text
    sent = {"do": "record", "toward": "forward", "key": field(text, "record", "key")}
    row = f"{person}|{case.case_id}|exposed_to_case|2022-11-16|"
    page = browser.post(f"/cases/{case.case_id}/interview", {**sent, "row": [row]}, follow=True)
    assert "Recorded: 1" in text_of(page) and says in text_of(page)
    chinese = text_of(sign_in("tracer", language="zh").get(at(case, "forward")))
    assert "集中隔离 · 至 11月22日 · 管控最后一日 11月25日" in chinese


def test_phases_that_are_past_are_not_said_to_follow(case: Any, city: Any) -> None:
    from sizao.register.bridge.suppose import Phase, Supposed, suppose_events

    day = TODAY - 6 * DAY  # 14 November: central isolation to the 19th
    said = suppose_events([Supposed(city.jia_person, "exposed_to_case", day, case.case_id)])[0]
    home = Phase("close_contact", "home_isolation", dt.date(2022, 11, 20), dt.date(2022, 11, 22))
    assert (said.phases, said.last_day, said.over) == ((home,), dt.date(2022, 11, 22), False)
    gone = suppose_events([Supposed(city.jia_person, "exposed_to_case", TODAY - 30 * DAY, case.case_id)])[0]
    assert gone.over and gone.phases == ()


def test_a_contact_on_record_is_left_out_and_recorded_meanwhile_is_refused(
    case: Any, city: Any, sign_in: Any
) -> None:
    from sizao.register.actions.events import record_event

    browser = sign_in("tracer")
    row = f"{city.jia_person}|{case.case_id}|exposed_to_case|2022-11-19|"
    record_event(
        by=city.job,
        person_id=city.jia_person,
        kind="exposed_to_case",
        occurred_on=TODAY - DAY,
        case_id=case.case_id,
    )
    page = send(browser, case, do="preview", toward="forward", row=[row])
    assert "on record already" in text_of(page) and 'value="record"' not in text_of(page)
    page = send(browser, case, do="record", toward="forward", key=KEY, row=[row])
    page = browser.get(page["Location"])
    assert "The same stands on record" in text_of(page) and "Recorded: 0" in text_of(page)
    assert Event.objects.unscoped("test").filter(case_id=case.case_id).count() == 1


def test_somebody_met_is_found_by_phone_or_added_right_there(case: Any, city: Any, sign_in: Any) -> None:
    from sizao.register.actions.people import add_person

    met = add_person(by=city.job, home_place_id="jia", name="孙二", phone="13600136000")
    browser = sign_in("tracer")
    page = send(browser, case, do="find", text="136 0013 6000")
    assert page.status_code == 303 and f"with={met.pk}" in page["Location"] and "13600" not in page["Location"]
    text = text_of(browser.get(page["Location"].partition("#")[0]))
    assert re.search(rf'value="{met.pk}" checked', text) and "孙二" in text
    page = send(browser, case, do="find", text="13900139000")
    assert page.status_code == 404 and city.yi_person not in text_of(page)
    page = browser.get(at(case, "forward", **{"with": city.yi_person}))
    assert city.yi_person not in text_of(page), "an id in the address opens nothing"
    added = {"do": "add", "key": KEY, "name": "周三", "phone": "13500135000", "number": "", "home_place_id": "jia-1"}
    for _ in range(2):
        page = send(browser, case, **added)
        assert page.status_code == 303 and "with=p-" in page["Location"]
    assert Act.objects.filter(action="add_person", by=browser.user).count() == 1


def test_who_was_where_the_case_was_is_offered_with_day_and_place(case: Any, city: Any, sign_in: Any) -> None:
    from sizao.register.actions import places, visits

    places.add_place(by=city.job, kind="hotel", name="河边饭馆", parent_id="jia", place_id="cafe")

    def there(person_id: str, hour: int) -> None:
        arrived = dt.datetime(2022, 11, 18, hour, tzinfo=dt.UTC)
        at_once = {"arrived_at": arrived, "left_at": arrived + dt.timedelta(hours=1)}
        visits.record_presence(by=city.job, person_id=person_id, place_id="cafe", **at_once)

    there(case.person_id, 4)
    there(city.jia_person, 4)
    there(city.yi_person, 4)
    browser = sign_in("tracer")
    text = text_of(browser.get(at(case, "forward")))
    assert f"{city.jia_person}|{case.case_id}|exposed_to_case|2022-11-18|cafe" in text
    assert city.yi_person not in text
    assert "河边饭馆" in text_of(browser.get(at(case, "back")))


def test_strangers_of_other_areas_do_not_push_aside_who_was_met(
    case: Any, city: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import meetings
    from sizao.register.actions import people, places, visits

    monkeypatch.setattr(meetings, "MOST", 2)
    places.add_place(by=city.job, kind="hotel", name="河边饭馆", parent_id="jia", place_id="cafe")

    def there(person_id: str, minute: int) -> None:
        arrived = dt.datetime(2022, 11, 18, 4, minute, tzinfo=dt.UTC)
        at_once = {"arrived_at": arrived, "left_at": arrived + dt.timedelta(hours=1)}
        visits.record_presence(by=city.job, person_id=person_id, place_id="cafe", **at_once)

    there(case.person_id, 0)
    there(city.jia_person, 0)
    for minute in (10, 20, 30):  # of next door, and later
        there(people.add_person(by=city.job, home_place_id="yi").person_id, minute)
    assert f"{city.jia_person}|{case.case_id}|" in text_of(sign_in("tracer").get(at(case, "forward")))


def test_looking_back_offers_cases_of_the_same_place_and_time_as_a_source(case: Any, city: Any, sign_in: Any) -> None:
    from sizao.register.actions import cases, people, visits

    source = people.add_person(by=city.job, home_place_id="jia", name="吴四").pk
    far = people.add_person(by=city.job, home_place_id="yi", name="郑五").pk
    ids = {}
    for name in (source, far):
        ids[name] = cases.report_case(
            by=city.job, person_id=name, confirmed_on=TODAY - 5 * DAY, classification="confirmed"
        ).case_id
    for name in (case.person_id, source, far):
        arrived = dt.datetime(2022, 11, 13, 4, tzinfo=dt.UTC)
        visits.record_presence(
            by=city.job, person_id=name, place_id="jia-1", arrived_at=arrived, left_at=arrived + dt.timedelta(hours=2)
        )
    browser = sign_in("tracer")
    text = text_of(browser.get(at(case, "back")))
    row = f"{case.person_id}|{ids[source]}|exposed_to_case|2022-11-13|jia-1"
    assert row in text and ids[far] not in text and "郑五" not in text
    assert row not in text_of(browser.get(at(case, "back", days="3"))), "outside the days that were chosen"
    text = text_of(send(browser, case, do="preview", toward="back", row=[row]))
    again = re.findall(r'name="row" value="([^"]*)"', text)
    page = send(browser, case, do="record", toward="back", key=field(text, "record", "key"), row=again)
    assert "Recorded: 1" in text_of(browser.get(page["Location"]))
    text = text_of(browser.get(at(case, "back")))
    assert f'href="/cases/{ids[source]}/interview"' in text


def test_places_are_recorded_by_whoever_may(case: Any, sign_in: Any) -> None:
    tracer, expert = sign_in("tracer"), sign_in("epidemiologist")
    given = {"do": "presence", "key": KEY, "place_id": "jia-1", "day": "2022-11-15"}
    page = send(tracer, case, **given, arrived="12:00", left="11:00")
    assert page.status_code == 400 and "has-wrong" in text_of(page)
    for _ in range(2):
        assert send(tracer, case, **given, arrived="12:00", left="13:00").status_code == 303
    assert Visit.objects.unscoped("test").filter(person_id=case.person_id).count() == 1
    place = {"do": "place", "key": KEY[::-1], "place_id": "jia", "role": "work", "since": "", "until": ""}
    assert send(tracer, case, **place).status_code == 403
    assert send(expert, case, **place).status_code == 303
    assert CasePlace.objects.unscoped("test").filter(case_id=case.case_id).count() == 1
    text = text_of(tracer.get(at(case, "back")))
    assert "workplace" in text.lower() or "work" in text


def test_what_is_left_is_counted_and_leads_to_its_section(case: Any, city: Any, sign_in: Any) -> None:
    text = text_of(sign_in("tracer").get(at(case, "left")))
    for words in ("No contact is on record", "A local case without an exposure", "No positive test is on record"):
        assert words in text
    assert 'href="?at=forward"' in text and 'href="?at=back"' in text


def test_nothing_typed_into_a_row_is_taken_on_trust(case: Any, city: Any, sign_in: Any) -> None:
    browser = sign_in("tracer")
    for row in (
        "x",
        f"{city.yi_person}|{case.case_id}|exposed_to_case|2022-11-19|",
        f"{city.jia_person}|c-other|exposed_to_case|2022-11-19|",
        f"{city.jia_person}|{case.case_id}|void|2022-11-19|",
        f"{city.jia_person}|{case.case_id}|exposed_to_case|2022-13-19|",
        f"{case.person_id}|{case.case_id}|exposed_to_case|2122-11-19|",
    ):
        assert send(browser, case, do="preview", toward="forward", row=[row]).status_code in (200, 303), row
        page = send(browser, case, do="record", toward="forward", key=KEY[::-1], row=[row])
        assert page.status_code in (200, 303), row
    assert not Event.objects.unscoped("test").filter(case_id=case.case_id).exists()
    assert send(browser, case, do="preview", toward="forward").status_code == 400
    assert (
        send(
            browser, case, do="preview", toward="back", case_id="c-none", kind="exposed_to_case", day="x"
        ).status_code
        == 400
    )
    assert send(browser, case, do="nothing").status_code == 303


def test_hostile_and_long_names_and_an_unknown_home_do_no_harm(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import cases, people

    hostile = people.add_person(by=city.job, home_place_id="jia-1", name="<script>alert(1)</script>")
    people.add_person(by=city.job, home_place_id="jia-1", name="长" * 200)
    case = cases.report_case(by=city.job, person_id=hostile.pk, confirmed_on=TODAY, classification="asymptomatic")
    for section in SECTIONS:
        text = text_of(sign_in("epidemiologist").get(at(case, section)))
        assert "<script>" not in text and "&lt;script&gt;" in text
    alone = people.add_person(by=city.job, home_place_id=None)
    case = cases.report_case(by=city.job, person_id=alone.pk, confirmed_on=TODAY, classification="asymptomatic")
    for section in SECTIONS:
        assert sign_in("epidemiologist", None).get(at(case, section)).status_code == 200


def test_a_preview_is_a_page_of_its_own_and_two_tabs_record_once(case: Any, city: Any, sign_in: Any) -> None:
    browser = sign_in("tracer")
    asked = {"do": "preview", "toward": "forward", "kind": "exposed_to_case", "day": "2022-11-19", "place_id": ""}
    pages = [send(browser, case, **asked, who=[city.jia_person]) for _ in range(2)]
    ways = [page.redirect_chain[-1][0] for page in pages]
    assert all(re.fullmatch(rf"/cases/{case.case_id}/interview\?at=forward&asked=[0-9a-f]+", way) for way in ways)
    text = text_of(browser.get(ways[0]))
    assert "central isolation" in text and 'value="record"' in text
    rows = re.findall(r'name="row" value="([^"]*)"', text)
    keys = [field(text_of(page), "record", "key") for page in pages]
    done = [send(browser, case, do="record", toward="forward", key=key, row=rows) for key in (*keys, keys[0])]
    reports = [text_of(browser.get(page["Location"])) for page in done]
    assert ["Recorded: 1" in report for report in reports] == [True, False, True]
    assert "The same stands on record" in reports[1]
    assert Event.objects.unscoped("test").filter(case_id=case.case_id).count() == 1
    back = text_of(browser.get(ways[0]))
    assert "on record already" in back and 'value="record"' not in back
    gone = browser.get(f"/cases/{case.case_id}/interview?at=forward&asked=gone")
    assert gone.status_code == 200 and "Contacts on record: 1" in text_of(gone)


def test_what_is_wrong_with_a_contact_is_a_page_of_its_own_with_who_was_ticked(
    case: Any, city: Any, sign_in: Any
) -> None:
    from sizao.register.actions.people import add_person

    met = add_person(by=city.job, home_place_id="jia", name="孙二").pk
    browser = sign_in("tracer")
    page = send(browser, case, do="preview", toward="forward", kind="exposed_to_case", day="x", place_id="", who=met)
    way = page.redirect_chain[-1][0]
    assert page.status_code == 400 and browser.get(way).status_code == 400
    assert re.search(rf'value="{met}" checked', text_of(page)) and "孙二" in text_of(page)


def test_whoever_signs_in_anew_finds_the_report_of_the_contacts(case: Any, city: Any, sign_in: Any) -> None:
    browser = sign_in("tracer")
    row = f"{city.jia_person}|{case.case_id}|exposed_to_case|2022-11-19|"
    ways = []
    for number in "12":
        page = send(browser, case, do="record", toward="forward", key=number * 32, row=[row])
        ways.append(page["Location"])
    session = browser.session
    del session["many_done"]
    session.save()
    text = text_of(browser.get(ways[0]))
    assert "Recorded: 1" in text and "李四" in text and f"/cases/{case.case_id}/interview?at=forward" in text
    text = text_of(browser.get(ways[1]))
    assert "Recorded: 0 · Not done: 1" in text and "李四" not in text
    stranger = sign_in("tracer")
    assert stranger.get(ways[0]).status_code == 404
