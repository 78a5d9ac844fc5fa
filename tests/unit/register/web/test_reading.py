"""What pages show to whom, page by page; every look at a person is on record, and who looked is shown to whom."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from sizao.register.models import NowRun, Person, Read

PRIVATE = ("李四", "13800138000")


def looks(**which: Any) -> list[tuple[str, str, int]]:
    return list(Read.objects.filter(**which).order_by("pk").values_list("what", "person_id", "people"))


def test_every_look_at_a_person_is_one_row(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    p = city.jia_person
    for path in (f"/people/{p}", f"/people/{p}/why", f"/people/{p}/record_test"):
        epi.get(path)
    assert looks(user=epi.user) == [("person", p, 1), ("why", p, 1), ("form", p, 1)]


def test_a_look_that_was_refused_is_no_look(sign_in: Any, city: Any) -> None:
    epi = sign_in("epidemiologist")
    epi.get(f"/people/{city.yi_person}")
    sign_in("administrator").get(f"/people/{city.jia_person}")
    assert looks() == []


def test_a_list_is_one_row_with_how_many_it_showed(sign_in: Any, sides: Any) -> None:
    tracer = sign_in("tracer")
    assert tracer.get("/lists/people").status_code == 200
    tracer.get("/lists/people?test_due=yes")
    assert looks(user=tracer.user) == [("list", "", 2), ("list", "", 0)]
    assert Read.objects.first().asked == "list=people, "  # type: ignore[union-attr]


def test_a_look_through_broken_glass_carries_its_reason(sign_in: Any, city: Any) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.work import break_glass

    tracer = sign_in("tracer")
    break_glass(by=access_of(tracer.user), person_id=city.yi_person, reason="密接从乙区来，需核实", hours=1)
    tracer.get(f"/people/{city.yi_person}")
    assert Read.objects.get(person_id=city.yi_person).why == "密接从乙区来，需核实"


def test_nothing_is_shown_where_the_look_cannot_be_logged(sign_in: Any, city: Any, monkeypatch: Any) -> None:
    from django.db import OperationalError

    from sizao.register import reads

    def fails(row: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(reads, "insert_row", fails)
    browser = sign_in("tracer")
    browser.raise_request_exception = False
    page = browser.get(f"/people/{city.jia_person}")
    assert page.status_code == 507 and "李四" not in page.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"),
    [("tracer", True), ("call_desk", True), ("commander", False), ("oversight", False), ("laboratory", False)],
)
def test_names_are_for_those_whose_role_has_them(role: str, sees: bool, sign_in: Any, sides: Any) -> None:
    browser = sign_in(role)
    person = sides["jia"].ids["person_id"]
    for path in ("/lists/people", f"/people/{person}"):
        assert ("李四" in browser.get(path).content.decode()) is sees
    if not sees:
        assert not [text for text in PRIVATE if text in browser.get(f"/people/{person}").content.decode()]


def test_names_that_are_not_shown_are_not_even_unsealed(sign_in: Any, sides: Any, monkeypatch: Any) -> None:
    from sizao.register import seal

    opened = []
    real = seal.unseal
    monkeypatch.setattr(seal, "unseal", lambda sealed: opened.append(1) or real(sealed))
    assert sign_in("commander").get("/lists/people").status_code == 200
    assert not opened


def test_the_words_of_a_request_are_for_those_who_answer_it(sign_in: Any, sides: Any) -> None:
    path = f"/people/{sides['jia'].ids['person_id']}"
    assert "words-of-jia" in sign_in("tracer").get(path).content.decode()
    for role in ("commander", "oversight", "laboratory"):
        assert "words-of-jia" not in sign_in(role).get(path).content.decode()


def test_what_goes_beyond_the_rules_is_for_those_whose_role_has_it(sign_in: Any, sides: Any) -> None:
    path = f"/people/{sides['jia'].ids['person_id']}"
    for role, sees in (("epidemiologist", True), ("oversight", True), ("tracer", False), ("laboratory", False)):
        browser = sign_in(role)
        assert ("excess-of-jia" in browser.get(path).content.decode()) is sees
        assert ("Orders against the rule" in browser.get(path + "/why").content.decode()) is sees
    citizen = sign_in("citizen", citizen_of=sides["jia"].ids["person_id"])
    assert "excess-of-jia" in citizen.get("/own").content.decode()


def test_who_read_a_record_is_shown_to_oversight_and_to_the_person_alone(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer")
    tracer.get(f"/people/{city.jia_person}")
    shown = sign_in("oversight").get(f"/people/{city.jia_person}").content.decode()
    assert "Who read this record" in shown and tracer.user.username in shown
    assert tracer.user.username not in sign_in("epidemiologist").get(f"/people/{city.jia_person}").content.decode()
    own = sign_in("citizen", citizen_of=city.jia_person).get("/own").content.decode()
    assert "Tracer · jia区" in own and tracer.user.username not in own


def test_a_person_is_found_by_phone_number_or_name_as_it_is_usually_written(
    sign_in: Any, city: Any, sides: Any
) -> None:
    epi = sign_in("epidemiologist")
    for text in (city.jia_person, "+86 138-0013-8000", " 李 四 "):
        page = epi.post("/find-person", {"text": text})
        assert page.status_code == 303 and page["Location"] == f"/people/{city.jia_person}", text
    for text in (city.yi_person, "13900139000", "王五", "李", "1380013800"):
        page = epi.post("/find-person", {"text": text})
        assert page.status_code == 404 and not page.context["rows"], text
    assert {what for what, _, _ in looks(user=epi.user)} == {"find"}


def test_a_person_is_found_by_the_id_of_what_is_on_their_record(sign_in: Any, city: Any, sides: Any) -> None:
    from sizao.register.actions import people

    epi, kept = sign_in("epidemiologist"), people.add_person(by=city.job, home_place_id="jia", name="钱多").person_id
    for name in ("case_id", "test_id", "order_id"):
        assert epi.post("/find-person", {"text": sides["yi"].ids[name]}).status_code == 404, name
        page = epi.post("/find-person", {"text": sides["jia"].ids[name]})
        assert page.status_code == 303 and page["Location"].startswith("/people/p-"), name
    people.merge_people(by=city.job, kept=kept, gone=city.jia_person)
    page = epi.post("/find-person", {"text": sides["jia"].ids["test_id"]})
    assert page["Location"] == f"/people/{kept}"
    assert {what for what, _, _ in looks(user=epi.user)} == {"find"}


@pytest.mark.parametrize(
    "role, where, needed",
    [
        ("laboratory", "/situation", "see counts"),
        ("tracer", "/excesses", "beyond the rules"),
        ("oversight", "/work", "/"),
    ],
)
def test_a_refusal_says_which_permission_is_missing(
    role: str, where: str, needed: str, sign_in: Any, city: Any
) -> None:
    from sizao.register.roles import permissions

    page = sign_in(role).get(where)
    told = page.content.decode().split("<main")[1]
    assert (
        page.status_code == 403 and "It needs the permission: " in told and needed in told and 'href="/roles"' in told
    )
    assert any(words["en"] in told for words in permissions().values())


def test_who_does_not_see_names_does_not_search_by_them(sign_in: Any, city: Any) -> None:
    for role in ("commander", "oversight", "laboratory"):
        assert sign_in(role).post("/find-person", {"text": "李四"}).status_code == 403


def test_the_call_desk_finds_anybody_by_exact_phone_and_sees_what_holds_without_a_name(
    sign_in: Any, sides: Any
) -> None:
    desk = sign_in("call_desk")
    yi = sides["yi"].ids["person_id"]
    page = desk.post("/find-person", {"text": "13900139000"})
    text = page.content.decode()
    assert page.status_code == 200 and "central isolation" in text and yi in text and "王五" not in text
    assert ("find", yi, 1) in looks(user=desk.user)
    assert desk.post("/find-person", {"text": "王五"}).status_code == 404
    assert desk.get(f"/people/{yi}").status_code == 404


def test_facts_show_their_versions_and_what_was_taken_back(sign_in: Any, sides: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import events, tests

    job, ids = access_of_job("test"), sides["jia"].ids
    tests.record_result(by=job, test_id=ids["test_id"], version=1, result="negative", ct=3800)
    events.void_event(by=job, event_id=ids["event_id"])
    page = sign_in("epidemiologist").get(f"/people/{ids['person_id']}")
    items = {item.id: item for item in page.context["items"]}
    assert [v.number for v in items[ids["test_id"]].versions] == [2, 1] and "Ct 38" in items[ids["test_id"]].text
    assert items[ids["event_id"]].state == "void" and not items[ids["event_id"]].forms
    assert 'class="gone"' in page.content.decode()


def test_what_is_offered_is_what_the_role_may_do(sign_in: Any, sides: Any) -> None:
    path = f"/people/{sides['jia'].ids['person_id']}"

    def offered(role: str) -> set[str]:
        return {said.name for said in sign_in(role).get(path).context["forms"]}

    assert offered("laboratory") == {"record_test"}
    assert offered("commander") == {"impose_order", "assign"}
    assert offered("oversight") == set()
    codes = {"give_code", "revoke_codes"}
    assert {"record_event", "change_person", "log_visit", "take_request", *codes} == offered("tracer")


def test_a_merged_record_leads_to_the_one_that_is_kept(sign_in: Any, city: Any, sides: Any) -> None:
    from sizao.register.actions.people import merge_people

    jia = [p.pk for p in Person.objects.unscoped("test").filter(home="jia")]
    merge_people(by=city.job, kept=city.jia_person, gone=jia[0])
    epi = sign_in("epidemiologist")
    gone = epi.get(f"/people/{jia[0]}")
    assert f"/people/{city.jia_person}" in gone.content.decode() and not gone.context["forms"]
    kept = epi.get(f"/people/{city.jia_person}")
    assert "confirmed case" in kept.content.decode(), "the facts of the merged record are read as this one's"
    assert jia[0] not in [row["person_id"] for row in epi.get("/lists/people").context["rows"]]


def test_the_audit_shows_an_area_its_own_people_and_staff_alone(sign_in: Any, city: Any, sides: Any) -> None:
    tracer, stranger = sign_in("tracer"), sign_in("tracer", "yi")
    tracer.get(f"/people/{city.jia_person}")
    stranger.get(f"/people/{city.yi_person}")
    stranger.get("/lists/people")
    oversight = sign_in("oversight")
    for show in ("acts", "reads"):
        text = oversight.get(f"/audit?show={show}").content.decode()
        assert city.jia_person in text and city.yi_person not in text and stranger.user.username not in text
    by_name = oversight.get(f"/audit?show=reads&user={tracer.user.username}&day={dt.date.today()}")  # noqa: DTZ011
    assert {row["by"] for row in by_name.context["rows"]} == {tracer.user}
    assert not oversight.get(f"/audit?show=reads&person={city.yi_person}").context["rows"]
    everywhere = sign_in("oversight", None).get("/audit?show=reads").content.decode()
    assert stranger.user.username in everywhere
    assert oversight.get("/audit?day=0001-01-01&before=999999999999999999").status_code == 200


def test_pages_speak_the_language_of_the_user_and_the_switch_changes_it(sign_in: Any, city: Any) -> None:
    tracer = sign_in("tracer", language="zh")
    page = tracer.get("/lists/people")
    assert 'lang="zh-CN"' in page.content.decode() and "管控方式" in page.content.decode()
    assert tracer.post("/language", {"language": "en", "next": "/lists/people"})["Location"] == "/lists/people"
    page = tracer.get("/lists/people")
    assert 'lang="en"' in page.content.decode() and "Restriction" in page.content.decode()
    stranger = Client()
    assert "登录" in stranger.get("/sign-in", headers={"accept-language": "zh-CN"}).content.decode()
    assert "Sign in" in stranger.get("/sign-in", headers={"accept-language": "en-GB"}).content.decode()
    stranger.post("/language", {"language": "en"})
    assert "Sign in" in stranger.get("/sign-in", headers={"accept-language": "zh-CN"}).content.decode()


def test_home_says_who_i_am_where_and_until_when(sign_in: Any, city: Any) -> None:
    from sizao.register.models import Grant

    tracer = sign_in("tracer")
    Grant.objects.filter(user=tracer.user).update(until=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    text = tracer.get("/account").content.decode()
    assert "Tracer" in text and "jia区" in text and "1 Jan 2100 08:00" in text and 'href="/lists"' in text
    assert 'href="/users"' not in text
    assert sign_in("citizen", citizen_of=city.jia_person).get("/")["Location"] == "/own"
    assert "no role" in sign_in("no such role").get("/").content.decode()


def test_health_and_metrics_tell_of_the_service_and_of_nobody(sign_in: Any, city: Any, settings: Any) -> None:
    browser = Client()
    assert json.loads(browser.get("/health").content) == {"database": "ok", "derived_seconds_ago": None, "waiting": 0}
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    run = {
        "on": "2022-11-20",
        "known_at": at,
        "places_at": at,
        "rulebook": "cn-2022-11-11",
        "seconds": 1.5,
        "people": 7,
    }
    NowRun.objects.create(**run)
    assert 299 <= json.loads(browser.get("/health").content)["derived_seconds_ago"] <= 310
    assert browser.get("/metrics").status_code == 404
    settings.SIZAO_METRICS_TOKEN = "let me see"
    assert browser.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    text = browser.get("/metrics", headers={"authorization": "Bearer let me see"}).content.decode()
    assert "sizao_people_under_measure 7\n" in text and "# TYPE sizao_acts_total counter" in text
    assert city.jia_person not in text and "李四" not in text


def test_health_says_so_where_the_database_is_away(db: None, monkeypatch: Any) -> None:
    from django.db import DatabaseError

    from sizao.web.screens import health

    def away() -> None:
        raise DatabaseError("no route to 10.0.0.1")

    monkeypatch.setattr(health.NowRun.objects, "order_by", lambda *_: away())
    page = Client().get("/health")
    assert page.status_code == 503 and json.loads(page.content) == {"database": "unreachable"}


def test_the_table_of_roles_is_for_everybody(db: None) -> None:
    text = Client().get("/roles", headers={"accept-language": "en"}).content.decode()
    from sizao.register.roles import permissions, roles

    assert all(role.title["en"] in text for role in roles().values())
    assert text.count("●") == sum(len(role.may) for role in roles().values())
    assert len(permissions()) == text.count('<th scope="row">')


def test_somebody_whose_home_is_not_known_has_a_page_and_stands_in_lists(sign_in: Any, city: Any) -> None:
    from sizao.register.actions.people import add_person

    person = add_person(by=city.job, home_place_id=None, name="无家").person_id
    browser = sign_in("epidemiologist", None)
    for where in (f"/people/{person}", f"/people/{person}/why", "/lists/people", "/lists/people?measure.is=empty"):
        assert browser.get(where).status_code == 200, where


def test_a_look_at_a_list_is_said_in_words(sign_in: Any, city: Any) -> None:
    sign_in("commander").get("/orders?state=ahead&beyond=1")
    sign_in("commander").get("/excesses?answer=refused")
    text = sign_in("oversight", language="zh").get("/audit?show=reads").content.decode()
    for said in ("状态：尚未开始", "超出规则：有", "状态：未了结", "答复：已驳回"):
        assert said in text, said
    assert "场所：、" not in text and "日期：<" not in text and "state" not in text.split("<tbody")[1]
