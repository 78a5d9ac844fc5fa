"""The work of today: who is due, what is done to many at once, the sheet of paper, the calendar."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from paper_making import DAY, TODAY, put_status

from sizao.register import work
from sizao.register.models import Assignment, FollowUp, NowStatus, Read, Test

PAGES = ("/work", "/work/sheet", "/calendar")


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def put(city: Any) -> Any:
    """put("p", restriction="home_isolation", ...): what holds for a person now."""
    return partial(put_status, city)


def counts(text: str) -> dict[str, int]:
    """The counts on the tabs."""
    found = re.findall(r'href="\?tab=(\w+)[^"]*"[^>]*>[^<]* <span class="n">(\d+)<', text)
    return {name: int(number) for name, number in found}


def test_each_tab_counts_and_lists_who_is_due(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people, tests, visits

    ids = [people.add_person(by=city.job, home_place_id="jia-1", name=f"甲{n}").person_id for n in range(5)]
    put(ids[0])
    put(ids[1], since=TODAY, phase_day=1, last_day=TODAY + 7 * DAY)
    put(ids[2], test_due=False, phase_day=4, last_day=TODAY)
    put(ids[3], last_day=TODAY + DAY)
    put(ids[4], test_due=False, phase_day=None, phase="hospital_isolation", measure="case")
    tests.record_test(by=city.job, person_id=ids[3], sampled_on=TODAY)
    NowStatus.objects.unscoped("test").exclude(person_id__in=ids).delete()
    if not NowStatus.objects.unscoped("test").filter(person_id=ids[3]).exists():
        put(ids[3], last_day=TODAY + DAY)  # deriving takes away what no fact bears out
    visits.log_visit(by=city.job, person_id=ids[4], outcome="missed", occurred_on=TODAY)
    browser = sign_in("tracer")
    page = browser.get("/work").content.decode()
    found = counts(page)
    assert found == {"tests": 2, "overdue": 2, "visits": 4, "missed": 1, "moves": 1, "releases": 2, "all": 5}
    for tab, number in found.items():
        text = browser.get("/work", {"tab": tab}).content.decode()
        assert len(re.findall(r'name="who"', text)) == number, tab
    assert "甲0" in page
    assert "甲3" not in page
    assert "test of Nov 18 not taken" in page or "18" in page
    assert "/why" in page


def test_a_role_that_neither_visits_nor_assigns_is_refused(sign_in: Any) -> None:
    for role in ("oversight", "laboratory", "administrator", "citizen"):
        browser = sign_in(role)
        assert {browser.get(page).status_code for page in PAGES} == {403}
        assert browser.post("/work/do", {"do": "visit", "who": "p-1"}).status_code == 403


def test_the_neighbour_is_neither_counted_nor_shown(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    put(city.yi_person)
    browser = sign_in("tracer", "jia")
    for page in PAGES:
        assert browser.get(page, {"place": "yi", "tab": "all"}).status_code == 400
        text = browser.get(page, {"tab": "all"}).content.decode()
        assert "王五" not in text
        assert city.yi_person not in text
        assert "李四" in text
    sent = {"do": "visit/seen_ok", "who": [city.yi_person], "back": "tab=all"}
    page = browser.post("/work/do", sent, follow=True).content.decode()
    assert "王五" not in page
    assert "Not in your area, and left out: 1." in page
    done = browser.post(
        "/work/do", {**sent, "do": "visit", "how": "seen_ok", "key": "a" * 32}, follow=True
    ).content.decode()
    assert "Not done: 1" in done
    assert not FollowUp.objects.unscoped("test").filter(person_id=city.yi_person).exists()


def test_who_sees_no_names_gets_neither_name_nor_phone(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("commander")
    for page in PAGES:
        text = browser.get(page).content.decode()
        assert city.jia_person in text
        assert "李四" not in text
        assert "13800138000" not in text
    text = sign_in("tracer").get("/work").content.decode()
    assert 'href="tel:13800138000"' in text


def test_many_at_once_are_confirmed_done_once_and_told_row_by_row(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people, visits

    ids = [people.add_person(by=city.job, home_place_id="jia", name=f"乙{n}").person_id for n in range(3)]
    for name in ids:
        put(name)
    visits.log_visit(by=city.job, person_id=ids[2], outcome="missed", occurred_on=TODAY)
    before = FollowUp.objects.unscoped("test").count()
    browser = sign_in("community_worker")
    text = browser.post("/work/do", {"do": "visit", "who": ids, "back": "tab=visits"}, follow=True).content.decode()
    assert "Log a visit or call. People: 3" in text
    assert 'name="key"' not in text  # the outcome is still to be chosen
    text = browser.post("/work/do", {"do": "visit", "how": "missed", "who": ids}, follow=True).content.decode()
    key = re.search(r'name="key" value="(\w+)"', text)[1]  # type: ignore[index]
    assert "Confirm for 2" in text and "the same is on record today" in text
    assert FollowUp.objects.unscoped("test").count() == before
    sent = {"do": "visit", "how": "missed", "who": ids[:2], "key": key, "back": "tab=visits"}
    for _ in range(2):
        page = browser.post("/work/do", sent)
        assert page.status_code == 303
        done = browser.get(page["Location"]).content.decode()
        assert "Done: 2" in done
        assert done.count("✓") == 2
        assert FollowUp.objects.unscoped("test").count() == before + 2
    assert counts(browser.get("/work").content.decode())["missed"] == 3


def test_of_two_teams_that_confirm_the_same_samples_one_is_late(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people, tests

    ids = [people.add_person(by=city.job, home_place_id="jia", name=f"丙{n}").person_id for n in range(3)]
    for name in ids:
        put(name)
    taken_back = tests.record_test(by=city.job, person_id=ids[2], sampled_on=TODAY)
    tests.withdraw_test(by=city.job, test_id=taken_back.test_id, version=1)
    before = Test.objects.unscoped("test").count()
    browsers = [sign_in("community_worker"), sign_in("epidemiologist")]
    asked = [
        browser.post("/work/do", {"do": "sample/pcr", "who": ids}, follow=True).content.decode()
        for browser in browsers
    ]
    keys = [re.search(r'name="key" value="(\w+)"', text)[1] for text in asked]  # type: ignore[index]
    sent = [{"do": "sample", "how": "pcr", "who": ids[n:], "key": key} for n, key in zip((1, 0), keys, strict=True)]
    first, second = (b.post("/work/do", s, follow=True).content.decode() for b, s in zip(browsers, sent, strict=True))
    assert "Done: 2" in first and "Done: 1" in second and "on record" in second
    again = browsers[0].post("/work/do", sent[0], follow=True).content.decode()
    assert "Done: 2" in again  # the same form sent twice is no second team
    assert Test.objects.unscoped("test").count() == before + 3


def test_a_preview_is_a_page_of_its_own_that_is_loaded_anew(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser, other = sign_in("community_worker"), sign_in("community_worker")
    page = browser.post("/work/do", {"do": "visit/seen_ok", "who": [city.jia_person]})
    assert page.status_code == 303
    for _ in range(2):
        text = browser.get(page["Location"]).content.decode()
        assert "Confirm for 1" in text and f'name="next" value="{page["Location"]}"' in text
    text = other.get(page["Location"]).content.decode()  # somebody else's, or long ago: the work of today
    assert "Confirm for" not in text and "My work" in text
    assert not FollowUp.objects.unscoped("test").filter(person_id=city.jia_person).exists()


def test_another_outcome_of_the_same_day_corrects_a_quick_tap(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import visits

    put(city.jia_person)
    visits.log_visit(by=city.job, person_id=city.jia_person, outcome="seen_ok", occurred_on=TODAY)
    browser = sign_in("community_worker")
    for outcome, fits in (("seen_ok", False), ("seen_symptomatic", True), ("missed", True)):
        text = browser.post("/work/do", {"one": f"visit/{outcome}/{city.jia_person}"}, follow=True).content.decode()
        assert ('name="key"' in text) == fits and ("on record today already" in text) != fits, outcome


def test_one_tap_logs_one_person_after_a_confirm(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("community_worker")
    page = browser.get("/work").content.decode()
    assert f'value="visit/seen_ok/{city.jia_person}"' in page
    text = browser.post(
        "/work/do", {"one": f"sample/pcr/{city.jia_person}", "back": "tab=tests"}, follow=True
    ).content.decode()
    key = re.search(r'name="key" value="(\w+)"', text)[1]  # type: ignore[index]
    browser.post("/work/do", {"do": "sample", "how": "pcr", "who": city.jia_person, "key": key}, follow=True)
    test = Test.objects.unscoped("test").get(person_id=city.jia_person)
    assert (test.sampled_on, test.result) == (TODAY, "pending")


def test_mine_my_team_s_and_unassigned(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.actions.users import add_team
    from sizao.register.actions.work import assign

    other = people.add_person(by=city.job, home_place_id="jia").person_id
    put(city.jia_person)
    put(other)
    browser = sign_in("tracer")
    team = add_team(by=city.job, name="一组", place_id="jia", usernames=(browser.user.username,))
    boss = sign_in("commander")
    text = boss.post(
        "/work/do", {"do": "assign", "how": f"team:{team.pk}", "who": city.jia_person}, follow=True
    ).content.decode()
    key = re.search(r'name="key" value="(\w+)"', text)[1]  # type: ignore[index]
    boss.post("/work/do", {"do": "assign", "how": f"team:{team.pk}", "who": city.jia_person, "key": key}, follow=True)
    assert Assignment.objects.get(person=city.jia_person, latest=True).team_id == team.pk
    assign(by=city.job, person_id=other, user_id=browser.user.pk)
    for whose, number in (("area", 2), ("team", 1), ("mine", 1), ("nobody", 0)):
        text = browser.get("/work", {"whose": whose, "tab": "all"}).content.decode()
        assert counts(text)["all"] == number, whose
    assert browser.post("/work/do", {"do": "assign", "who": other}).status_code == 403


def test_pages_follow_one_another_without_a_gap(city: Any, put: Any, sign_in: Any) -> None:
    from sizao.register.actions import people

    ids = {people.add_person(by=city.job, home_place_id="jia-1" if n % 2 else "jia").person_id for n in range(57)} | {
        city.jia_person
    }
    for name in ids:
        put(name)
    browser = sign_in("tracer")
    first = browser.get("/work").content.decode()
    further = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")  # type: ignore[index]
    second = browser.get(f"/work{further}").content.decode()
    shown = [re.findall(r'name="who" value="([^"]+)"', text) for text in (first, second)]
    assert len(shown[0]) == 50
    assert sorted(shown[0] + shown[1]) == sorted(ids)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_empty_and_full_in_both_languages(city: Any, put: Any, sign_in: Any, page: str, language: str) -> None:
    browser = sign_in("tracer", language=language)
    text = browser.get(page).content.decode()
    assert (
        ("没有" if language == "zh" else "due") in text or "采了" in text or "Nobody" in text or "Everybody" in text
    )
    put(city.jia_person)
    text = browser.get(page).content.decode()
    assert "李四" in text
    main = re.sub(r"<[^>]+>", " ", text.split("<main")[1].split("</main")[0])
    assert ("My work" not in main and "Follow-up" not in main) if language == "zh" else "今日" not in main


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_and_filters_stay_text(city: Any, put: Any, sign_in: Any, page: str) -> None:
    from sizao.register.actions import people

    name = "<script>alert(1)</script>" + "长" * 150
    person = people.add_person(by=city.job, home_place_id="jia", name=name)
    person.phone = '"><b>'  # as an import leaves it
    person.save()
    put(person.person_id)
    browser = sign_in("tracer")
    text = browser.get(page, {"tab": "<b>", "whose": "'", "place": '"><b>', "after": "x" * 999}).content.decode()
    assert "<script>alert" not in text
    assert '"><b>' not in text
    text = browser.post(
        "/work/do", {"do": "visit/seen_ok", "who": ["<b>", ""], "back": "<b>&tab=<b>"}, follow=True
    ).content.decode()
    assert "<b>&tab" not in text


def test_nothing_ticked_goes_back_and_says_so(sign_in: Any) -> None:
    browser = sign_in("tracer")
    page = browser.post("/work/do", {"do": "visit", "back": "tab=visits"})
    assert (page.status_code, page["Location"]) == (303, "/work?tab=visits&whose=area")
    assert "Tick somebody first" in browser.get(page["Location"]).content.decode()


def test_each_look_is_on_record_first(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("tracer")
    for page in PAGES:
        browser.get(page)
    assert [*Read.objects.order_by("pk").values_list("what", "people")] == [
        ("work", 1),
        ("sheet", 1),
        ("calendar", 1),
    ]


def test_the_sheet_has_a_code_for_each_person(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    text = sign_in("tracer").get("/work/sheet").content.decode()
    assert text.count('<td class="qr"><svg') == 1
    assert text.count("tickbox") == 4


def test_the_calendar_shows_what_was_done_missed_due_and_where_the_clock_restarts(city: Any, sign_in: Any) -> None:
    from sizao.register.actions import events, tests, visits
    from sizao.register.bridge.people import derive_people

    person = city.jia_person
    for days in (6, 2):
        events.record_event(
            by=city.job, person_id=person, kind="exposed_to_case", occurred_on=TODAY - days * DAY, case_id=None
        )
    tests.record_test(by=city.job, person_id=person, sampled_on=TODAY - 4 * DAY, result="negative")
    visits.log_visit(by=city.job, person_id=person, outcome="missed", occurred_on=TODAY - DAY)
    derive_people([person])
    text = sign_in("tracer").get("/calendar").content.decode()
    marks = re.findall(r'<a class="mark (\w+)" href="([^"]+)"', text)
    kinds = [kind for kind, _ in marks]
    assert kinds.count("start") == 1
    assert kinds.count("again") == 1
    assert kinds.count("negative") == 1
    assert kinds.count("missed") == 1
    assert kinds.count("visit") == 1
    assert kinds.count("none") == 4
    assert {"skipped", "due"} <= {*kinds}
    assert all(address.startswith("/people/") for _, address in marks)
    assert "restart" in text


def test_the_calendar_goes_to_other_days_within_bounds(city: Any, put: Any, sign_in: Any) -> None:
    put(city.jia_person)
    browser = sign_in("tracer")

    def days(query: str) -> tuple[list[str], dict[str, str]]:
        text = browser.get(f"/calendar{query}").content.decode()
        links = re.findall(r'<a href="(\?[^"]+)"[^>]*>([^<]+)</a>', text[text.index("pager days") :])
        return re.findall(r'<time datetime="([\d-]+)"', text), {
            said: link.replace("&amp;", "&") for link, said in links
        }

    usual, links = days("")
    assert (usual[0], usual[-1]) == (str(TODAY - 13 * DAY), str(TODAY + 3 * DAY)) and "Back to today" not in links
    earlier, back = days(links["← Earlier days"])
    assert (len(earlier), earlier[-1]) == (17, str(TODAY - 14 * DAY))
    assert days(back["Later days →"])[0] == days(back["Back to today"])[0] == usual
    last, links = days(links["Later days →"])
    assert last[-1] == str(TODAY + 20 * DAY) and "Later days →" not in links
    assert days("?until=9999-12-31")[0] == last
    first, links = days("?until=0001-01-01")
    assert first[-1] == str(TODAY - 400 * DAY) and "← Earlier days" not in links
    assert days("?until=x")[0] == usual


def test_a_long_sheet_is_kept_and_follows_what_is_written(
    city: Any, put: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.actions import visits

    monkeypatch.setattr(work, "FEW", 0)
    monkeypatch.setattr(work, "_kept", {})
    put(city.jia_person)
    browser = sign_in("tracer")
    assert counts(browser.get("/work").content.decode())["visits"] == 1
    visits.log_visit(by=city.job, person_id=city.jia_person, outcome="missed", occurred_on=TODAY)
    found = counts(browser.get("/work").content.decode())
    assert (found["visits"], found["missed"]) == (0, 1)
