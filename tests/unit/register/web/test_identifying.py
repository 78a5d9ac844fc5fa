"""What identifies a person without a name: every door, by everybody who sees people and no names."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client
from test_every_look import LOOKS, OF_A_PERSON, doubles, operations
from test_permission_walk import SCREENS

from sizao.register.identifying import IDENTIFYING
from sizao.register.models import Grant, Person, Place
from sizao.register.roles import roles

HOME, NAMED = "unit-7-of-jia", "七号楼丙"
SECRET = ("1956", "dialysis", "Dialysis", HOME, NAMED, "李四", "13800138000", "NUMBER-OF-SI")
WITHOUT = sorted(name for name, role in roles().items() if {"see_people"} <= role.may and "see_names" not in role.may)
EVERYTHING = "everything"
"""A role that may do all but see names, as somebody might write it."""
COLUMNS = {"birth_date": "1956-03-07", "home_place_id": HOME, "traits": "dialysis", "phone": "1", "name": "x"}


@pytest.fixture(autouse=True)
def the_day(on_that_day: None) -> None:
    """It is 20 November 2022."""


@pytest.fixture
def known(city: Any, sides: dict[str, Any]) -> dict[str, Any]:
    """A person of whom all is known; beside them somebody of the same home."""
    from sizao.register.actions import people, places

    add = {"by": city.job, "name": NAMED}
    places.add_place(**{**add, "name": "槐溪社区"}, kind="community", parent_id="jia-1", place_id="jia-1-1")
    places.add_place(**add, kind="building", parent_id="jia-1-1", place_id="building-7")
    places.add_place(**add, kind="unit", parent_id="building-7", place_id=HOME)
    said = {"birth_date": dt.date(1956, 3, 7), "home_place_id": HOME, "traits": "dialysis", "number": "NUMBER-OF-SI"}
    version = Person.objects.unscoped("test").get(pk=city.jia_person).version
    people.change_person(by=city.job, person_id=city.jia_person, version=version, **said)
    people.add_person(by=city.job, home_place_id=HOME)
    return {"case_id": sides["jia"].ids["case_id"], **sides["jia"].ids}


@pytest.fixture
def browse(sign_in: Any, city: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """browse(role): somebody in jia who sees people without names."""

    def enter(role: str) -> Client:
        if role != EVERYTHING:
            return sign_in(role)
        may = frozenset().union(*(one.may for one in roles().values())) - {"see_names", "see_own_record"}
        found = {**roles(), "epidemiologist": dataclasses.replace(roles()["epidemiologist"], may=may)}
        monkeypatch.setattr("sizao.register.access.roles", lambda: found)
        return sign_in("epidemiologist")

    return enter


def told(page: Any) -> str:
    """All that an answer says, marks of pages opened."""
    text: str = page.getvalue().decode(errors="replace")
    if isinstance(page.headers.get("Location"), str):
        text += page.headers["Location"]
    for found in re.findall(r'after"?[=:] ?"?([\w-]{8,})', text):
        text += base64.urlsafe_b64decode(found + "=" * (-len(found) % 4)).decode(errors="replace")
    return text


def said_of(text: str) -> list[str]:
    area = Place.objects.unscoped("test").get(place_id=HOME).path
    shown = re.sub(r"\b[0-9A-Za-z]{32,}\b", "", text)  # keys and tokens are drawn by lot
    return [secret for secret in (*SECRET, area) if secret in shown]


@pytest.mark.parametrize("role", [*WITHOUT, EVERYTHING])
def test_no_page_tells_who_somebody_is(role: str, browse: Any, known: dict[str, Any]) -> None:
    browser = browse(role)
    opened = []
    for name, ways in LOOKS.items():
        for way, ask in ways.items():
            if name in ("own_code", "import_people") or (name, way) == ("documents", ""):
                continue
            try:
                page = ask(browser, known)
                page = page() if callable(page) else page
            except AssertionError:  # what the page follows from is not for this role
                continue
            asked = {"李四"} if name == "find" else set()
            assert not {*said_of(told(page))} - asked, (name, way)
            opened += [name] * (page.status_code == 200)
    for where, pattern in SCREENS:
        if pattern.name in OF_A_PERSON:
            page = browser.get(re.sub(r"<\w+:(\w+)>", lambda found: str(known[found[1]]), where))
            assert not said_of(told(page)), pattern.name
            opened += [pattern.name] * (page.status_code == 200)
    assert {"person", "list_people"} <= {*opened}


@pytest.mark.parametrize("role", [*WITHOUT, EVERYTHING])
def test_no_answer_of_the_api_tells_who_somebody_is(role: str, browse: Any, known: dict[str, Any]) -> None:
    browser = browse(role)
    opened = []
    for where in {*operations()} - {"/api/places"}:
        path = re.sub(r"{(\w+)}", lambda found: str(known[found[1]]), where)
        for query in ("", "?limit=1", "?names=true", "?_count=1"):
            page = browser.get(path + query)
            assert not said_of(told(page)), path + query
            opened += [where] * (page.status_code == 200)
    assert {"/api/people", "/api/people/{person_id}"} <= {*opened}
    row = browser.get(f"/api/people/{known['person_id']}").json()
    assert {name for name in IDENTIFYING if row[name] is not None} == set()
    assert browser.get(f"/api/people?place_id={HOME}").status_code == 403
    assert browser.get("/api/people?place_id=jia-1-1").status_code == 200


@pytest.mark.parametrize("role", [*WITHOUT, EVERYTHING])
@pytest.mark.parametrize("column", sorted(IDENTIFYING))
def test_a_list_neither_shows_such_a_column_nor_finds_by_it(
    column: str, role: str, browse: Any, known: dict[str, Any], city: Any
) -> None:
    browser = browse(role)
    page = browser.get("/lists/people")
    assert page.status_code == 200
    offered = {name for name, _, _ in page.context["columns"]} | {one["name"] for one in page.context["fields"]}
    assert column not in offered and "sex" in offered
    value = COLUMNS.get(column, "x")
    for query in (
        f"columns=person_id,{column}",
        f"{column}={value}",
        f"{column}.from={value}",
        f"{column}.is=filled",
    ):
        page = browser.get(f"/lists/people?{query}")
        assert page.status_code in (400, 403), query
        assert city.jia_person not in told(page)
        file = browser.post("/lists/file", {"of": "people", "query": query, "format": "csv", "names": "yes"})
        assert file.status_code in (400, 403), query
        deed = {"do": "assign", "list": "people", "back": query, "every": "1"}
        assert city.jia_person not in told(browser.post("/work/do", deed))
    assert browser.get(f"/lists/people?sort={column}").status_code == 400


@pytest.mark.parametrize("role", [*WITHOUT, EVERYTHING])
@pytest.mark.parametrize(
    "address",
    [
        *(f"/lists/{of}?area={{}}" for of in ("people", "cases", "events", "tests", "orders", "requests")),
        *("/work?tab=all&place={}", "/work/sheet?tab=all&place={}", "/calendar?place={}"),
        *("/situation/list?what=held&place={}", "/excesses?place={}", "/orders?of=people&place={}"),
    ],
)
def test_nobody_is_asked_for_by_a_home_narrower_than_a_community(
    address: str, role: str, browse: Any, known: dict[str, Any]
) -> None:
    browser = browse(role)
    wide = browser.get(address.format("jia-1-1")).status_code
    assert wide in (200, 403) and (wide == 200 or role != EVERYTHING)
    assert browser.get(address.format("building-7")).status_code == 403


def test_the_role_that_sees_names_sees_all_of_it(sign_in: Any, known: dict[str, Any], city: Any) -> None:
    tracer = sign_in("tracer")
    page = told(tracer.get(f"/people/{city.jia_person}"))
    assert "aged 66" in page and NAMED in page and "dialysis" in page.lower()
    asked = "traits=dialysis&birth_date=1956-03-07&home_place_id=" + HOME
    page = tracer.get(f"/lists/people?{asked}&columns=person_id,birth_date,traits,home_place_id,home")
    assert [row["person_id"] for row in page.context["rows"]] == [city.jia_person]
    assert HOME in told(page) and "1956" in told(page)
    assert tracer.get(f"/api/people/{city.jia_person}").json()["birth_date"] == "1956-03-07"
    assert tracer.get(f"/work?tab=all&place={HOME}").status_code == 200


def test_without_names_there_is_a_group_of_ages_and_a_community(
    sign_in: Any, known: dict[str, Any], city: Any
) -> None:
    page = told(sign_in("commander").get(f"/people/{city.jia_person}"))
    assert "aged 60–69" in page and "aged 66" not in page and "槐溪社区" in page
    assert "槐溪社区" in told(sign_in("laboratory").get("/lists/people"))


@pytest.fixture
def two_grants(sign_in: Any, city: Any) -> Client:
    """Somebody who sees names in yi, and people everywhere."""
    browser: Client = sign_in("epidemiologist", "yi")
    Grant.objects.create(user=browser.user, role="commander", place=None, since=city.job.at)  # type: ignore[attr-defined]
    return browser


def test_names_seen_elsewhere_tell_nobody_here(two_grants: Client, known: dict[str, Any], city: Any) -> None:
    person, other = city.jia_person, city.yi_person
    row = two_grants.get(f"/api/people/{person}").json()
    assert (row["birth_date"], row["traits"], row["home_place_id"]) == (None, None, None)
    assert two_grants.get(f"/api/people/{other}").json()["home_place_id"] == "yi"
    page = two_grants.get("/lists/people?columns=person_id,birth_date,traits,home_place_id,home,phone")
    assert {person, other} <= {row["person_id"] for row in page.context["rows"]}
    assert not said_of(str(page.context["rows"]))
    for query in ("birth_date=1956-03-07", "traits=dialysis", f"home_place_id={HOME}", "birth_date.is=filled"):
        page = two_grants.get(f"/lists/people?{query}")
        assert page.status_code == 200 and not page.context["rows"], query
    rows = two_grants.get("/lists/people?home_place_id=yi").context["rows"]
    assert other in {row["person_id"] for row in rows}
    assert two_grants.get(f"/lists/people?area={HOME}").status_code == 403


def test_a_file_has_it_only_where_names_may_be_seen(city: Any, known: dict[str, Any]) -> None:
    from sizao.register.access import Access
    from sizao.register.actions.cases import record_case_place
    from sizao.register.exports.write import export

    record_case_place(by=city.job, case_id=known["case_id"], place_id=HOME, role="home", spread_risk=False)
    may = frozenset({"see_people", "export_people"})
    yi = Place.objects.unscoped("test").get(place_id="yi").path
    by = Access(city.user("commander", None), city.job.at, (("", may), (yi, may | {"see_names"})))
    for table in ("people", "case_places", "cases", "events", "tests", "orders"):
        text = b"".join(export(by=by, table=table)[1]).decode()
        assert not said_of(text), table
    people = b"".join(export(by=by, table="people")[1]).decode()
    assert "王五" in people and ",yi," in people


def test_a_paper_without_a_name_has_the_community_alone(city: Any, known: dict[str, Any]) -> None:
    from sizao.register.papers.found import find
    from sizao.register.papers.letters import _who

    person = Person.objects.unscoped("test").get(pk=city.jia_person)
    whole, wide = (str(_who(person, find([person]), named)[2]) for named in (True, False))
    assert NAMED in whole
    assert NAMED not in wide and "槐溪社区" in wide


def test_what_is_left_in_a_mark_is_whom_the_page_ended_with(sign_in: Any, known: dict[str, Any], city: Any) -> None:
    from sizao.register.actions.people import add_person

    for _ in range(3):
        add_person(by=city.job, home_place_id=HOME)
    browser, seen, after = sign_in("laboratory"), [], ""
    while after is not None:
        answer = browser.get("/api/people", {"limit": 2} | ({"after": after} if after else {})).json()
        seen += [row["person_id"] for row in answer["rows"]]
        after = answer["after"]
        if after:
            assert json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))) == ["", seen[-1]]
    assert len(seen) == len({*seen}) == 6


def test_doubles_of_a_file_show_no_record_beside_it(browse: Any, known: dict[str, Any]) -> None:
    page = doubles(browse(EVERYTHING), known)()
    assert page.status_code == 200 and known["person_id"] in told(page)
    assert not {*said_of(told(page))} - {"13800138000"}, "the phone is what the file says"


def test_the_audit_says_by_what_somebody_was_looked_for_and_not_by_which_value(
    sign_in: Any, known: dict[str, Any], city: Any
) -> None:
    reader, query = sign_in("epidemiologist"), f"person_id={city.jia_person}&birth_date=1956-03-07&traits=dialysis"
    assert reader.get(f"/lists/people?{query}").context["rows"]
    reader.post("/lists/file", {"of": "people", "query": query, "format": "csv", "names": "yes"})
    page = told(sign_in("oversight").get("/audit?show=reads"))
    assert page.count("Date of birth") >= 2 and not said_of(page)
    both = sign_in("oversight")
    jia = Place.objects.unscoped("test").get(place_id="jia")
    Grant.objects.create(user=both.user, role="tracer", place=jia, since=city.job.at)  # type: ignore[attr-defined]
    assert "1956" in told(both.get("/audit?show=reads"))


def test_who_shares_a_home_is_told_where_names_are_seen(known: dict[str, Any], city: Any) -> None:
    from sizao.register.interview import same_home

    person = Person.objects.unscoped("test").get(pk=city.jia_person)
    assert len(same_home(city.access("tracer", "jia"), person)) == 1
    assert not same_home(city.access("commander", "jia"), person)


def test_a_line_list_says_whom_a_page_ended_with_and_no_home(known: dict[str, Any], city: Any) -> None:
    from sizao.register.line_lists.asked import read_query
    from sizao.register.line_lists.find import find_page

    access, seen, after = city.access("laboratory", "jia"), [], ""
    while page := find_page(access, dataclasses.replace(read_query("people", ""), after=after), 1):
        seen += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
        assert json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))) == ["", seen[-1]]
    assert len(seen) == len({*seen}) == 3


def test_a_count_is_not_kept_for_who_sees_other_names(
    known: dict[str, Any], city: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.access import Access
    from sizao.register.line_lists import find
    from sizao.register.line_lists.asked import read_query

    monkeypatch.setattr(find, "QUICK", -1)
    path = dict(Place.objects.unscoped("test").values_list("place_id", "path"))
    asked, user, may = read_query("people", f"home_place_id={HOME}"), city.user("commander", None), {"see_people"}
    held = [(("", frozenset(may)), (path[place], frozenset({*may, "see_names"}))) for place in ("jia", "yi")]
    assert [find.count_rows(Access(user, city.job.at, one), asked).n for one in held] == [2, 0]
