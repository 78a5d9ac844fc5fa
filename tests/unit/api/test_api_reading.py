"""Lists of the API: every row once however they are cut, filters, forged places in a list, looks that are kept."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from operations import LISTS, OPS, fill, ids_of

from sizao.register import models
from sizao.register.models import NowStatus, Person, Read


@pytest.fixture
def many(city: Any) -> list[str]:
    """25 people in jia with 3 tests each, of which one has two versions and one was withdrawn."""
    import datetime as dt

    from sizao.register.actions import people, tests

    found = []
    for n in range(25):
        person = people.add_person(by=city.job, home_place_id=("jia", "jia-1")[n % 2])
        found.append(person.person_id)
        made = [
            tests.record_test(by=city.job, person_id=person.person_id, sampled_on=dt.date(2022, 11, 18))
            for _ in range(3)
        ]
        tests.record_result(by=city.job, test_id=made[0].test_id, version=1, result="negative")
        tests.withdraw_test(by=city.job, test_id=made[1].test_id, version=1)
        NowStatus.objects.create(
            person=person,
            on=dt.date(2022, 11, 20),
            derived_at=city.job.at,
            rulebook="r",
            measure="m",
            restriction="home_isolation" if n % 5 else "central_isolation",
            since=dt.date(2022, 11, 18),
            clause="1",
            because="e-1",
        )
    return found


def walk(program: Any, path: str, key: str, limit: int, **asked: Any) -> list[Any]:
    found, after = [], None
    for _ in range(200):
        answer = program.get(path, limit=limit, **asked, **({"after": after} if after else {}))
        assert answer.status_code == 200, answer.content
        page = answer.json()
        assert len(page["rows"]) <= limit and (page["after"] is None or page["rows"])
        found += [row[key] for row in page["rows"]]
        after = page["after"]
        if after is None:
            return found
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("limit", [1, 2, 7, 25, 26, 27, 1000])
@pytest.mark.parametrize("place", ["jia", None])
def test_walking_a_list_gives_every_row_once(limit: int, place: Any, caller: Any, city: Any, many: Any) -> None:
    program = caller("epidemiologist", place)
    own = {*many, city.jia_person} | ({city.yi_person} if place is None else set())
    assert sorted(walk(program, "/api/people", "person_id", limit)) == sorted(own)
    tests = walk(program, "/api/tests", "test_id", limit)
    assert len(tests) == len(set(tests)) == 50
    whole = walk(program, "/api/tests", "version", limit, history="true")
    assert sorted(whole) == [1] * 75 + [2] * 50
    assert sorted(walk(program, "/api/now/status", "person_id", limit)) == sorted(many)


def test_a_list_that_grows_while_it_is_walked_gives_no_row_twice(caller: Any, city: Any, many: Any) -> None:
    import datetime as dt

    from sizao.register.actions import tests

    program = caller("epidemiologist")
    first = program.get("/api/tests", limit=30).json()
    tests.record_test(by=city.job, person_id=many[0], sampled_on=dt.date(2022, 11, 18))
    rest = program.get("/api/tests", limit=1000, after=first["after"]).json()
    ids = [row["test_id"] for row in first["rows"] + rest["rows"]]
    assert len(ids) == len(set(ids)) == 50


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1e3", "9" * 400, "", "NaN", "1.5", "٣٣٣٣"])
def test_a_hostile_limit_is_refused(limit: str, caller: Any) -> None:
    program = caller("epidemiologist", None)
    program.user.grants.create(role="commander", since=program.user.grants.get().since)
    for path in LISTS:
        name = "_count" if "fhir" in path else "limit"
        answer = program.get(path, **{name: limit})
        assert answer.status_code == 400 and answer.json()["problems"][0]["field"] == name, path


def mark(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


FORGED = [
    "", "x", "!", "=", "é", "%00", "x" * 601, "W10", mark([]), mark({}), mark(None), mark([None]), mark([1.5]),
    mark(["1"]), mark([True]), mark([[1]]), mark([1, 2, 3]), mark([1, "x"]), mark(["x", 1]), mark(["\0", "x"]),
    mark(["\ud800", "x"]), mark(["x" * 301, "x"]), mark("x"), base64.b64encode(b"\xff\xff").decode(),
]  # fmt: skip


@pytest.mark.parametrize("after", FORGED, ids=range(len(FORGED)))
def test_a_forged_place_in_the_list_is_refused(after: str, caller: Any) -> None:
    program = caller("epidemiologist", None)
    for path in LISTS:
        answer = program.get(path, after=after)
        assert answer.status_code == 400 and answer.json()["code"] in ("bad-page", "invalid"), (path, answer.content)


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**63, 0, -1])
def test_a_place_beyond_all_rows_is_an_end_or_a_beginning(number: int, caller: Any, many: Any) -> None:
    for path in ("/api/tests", "/api/now/status"):
        assert caller("epidemiologist").get(path, after=mark([number])).status_code == 200


def test_a_place_in_the_list_of_another_area_shows_nothing_of_it(caller: Any, city: Any, many: Any) -> None:
    area = Person.objects.unscoped("test").get(pk=city.yi_person).area
    for place in (mark([area, ""]), mark(["", ""]), mark([area, city.yi_person])):
        said = caller("epidemiologist", "jia").get("/api/people", after=place).content.decode()
        assert city.yi_person not in said


def test_filters_are_obeyed_and_a_misspelt_one_is_refused(caller: Any, city: Any, many: Any) -> None:
    program = caller("epidemiologist")
    assert len(walk(program, "/api/people", "person_id", 3, under="central_isolation")) == 5
    assert len(walk(program, "/api/people", "person_id", 3, place_id="jia-1")) == 12 + 1
    assert len(program.get("/api/tests", person_id=many[0]).json()["rows"]) == 2
    since = models.Test.objects.unscoped("test").order_by("-pk")[0].recorded_at
    for text in (since.isoformat(), since.isoformat().replace("+", " "), since.isoformat().replace("+00:00", "Z")):
        assert len(program.get("/api/tests", recorded_since=text).json()["rows"]) <= 1
    for path in LISTS:
        answer = program.get(path, pers_id="x")
        assert answer.status_code in (400, 403) and answer.json()["code"] in ("unknown-filter", "not-allowed")
    assert program.get("/api/people", place_id="nowhere").status_code == 404
    assert program.get("/api/tests", recorded_since="2022-11-20").status_code == 400
    assert program.get("/api/now/areas", person_id="x").json()["code"] == "unknown-filter"


@pytest.mark.parametrize("text", ["\0", "x" * 400, "\ud800".encode("utf-8", "surrogatepass")])
def test_hostile_text_in_an_address_is_refused_or_finds_nothing(text: Any, caller: Any) -> None:
    from urllib.parse import quote

    program = caller("epidemiologist", None)
    for path in LISTS:
        for name in ("person_id", "place_id", "under", "recorded_since", "after", "history"):
            answer = program.send("GET", f"{path}?{name}={quote(text)}")
            assert answer.status_code in (200, 400, 403, 404), (path, name, answer.content)
        answer = program.send("GET", f"{path}?x{quote(text)}=1")
        assert answer.status_code in (400, 403)
    assert program.send("GET", f"/api/people/{quote(text)}").status_code in (400, 404)


NOBODYS = {"/api/fhir/metadata", "/api/places"}
"""What shows nobody's record."""


@pytest.mark.parametrize("path", sorted(path for method, path in OPS if method == "get" and path not in NOBODYS))
def test_every_look_is_kept_with_who_looked_at_what(path: str, caller: Any, sides: Any) -> None:
    ids = ids_of(sides, "jia")
    role = "take_requests" if "requests" in path else OPS["get", path].needs
    program = caller("oversight" if role == "see_excesses" else "epidemiologist")
    before = Read.objects.count()
    answer = program.get(fill(path, ids))
    assert answer.status_code == 200
    look = Read.objects.latest("pk")
    assert Read.objects.count() == before + 1
    assert look.user == program.user and look.what in ("api", "export")
    if "{" in path:
        assert look.person_id == ids["person_id"]
    elif "rows" in answer.json():
        assert look.people == len(answer.json()["rows"]) and look.asked == path.rsplit("/", 1)[-1]


def test_a_look_that_was_refused_is_no_look(caller: Any, sides: Any) -> None:
    before = Read.objects.count()
    caller("administrator").get("/api/people")
    caller("tracer").get(fill("/api/people/{person_id}", ids_of(sides, "yi")))
    caller("oversight").get(fill("/api/people/{person_id}", ids_of(sides, "jia")), names="true")
    assert Read.objects.count() == before


def test_refusals_are_said_in_the_language_that_is_asked_for(caller: Any, city: Any) -> None:
    program = caller("tracer")
    body = {"person_id": city.jia_person, "kind": "x" * 100, "occurred_on": "2022-11-21"}
    said = {}
    for language in ("zh-CN,zh;q=0.9,en;q=0.8", "en", "de, en;q=0.5, zh;q=0.4", "", "*", "\u00ff;q=x", "zh-Hans"):
        program.headers = {"accept-language": language}
        answer = program.post("/api/events", body)
        said[language] = answer["Content-Language"]
        chinese = "内容有误" in answer.json()["what"]
        assert chinese == (said[language] == "zh-hans")
        assert chinese == ("太长" in answer.json()["problems"][0]["what"])
        assert program.get("/api/people/p-nobody").json()["what"].isascii() != chinese
        bulk = program.post("/api/bulk/follow_ups", {"rows": [{"person_id": "p-nobody"}]}).json()["rows"][0]
        assert bulk["refused"]["what"].isascii() != chinese
        shape = program.post("/api/events", {}).json()
        assert shape["problems"][0]["code"] == "empty" and shape["problems"][0]["what"].isascii() != chinese
    assert [name for name, found in said.items() if found == "zh-hans"] == ["zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"]


def test_words_are_given_in_the_language_that_is_asked_for(caller: Any, sides: Any) -> None:
    program = caller("oversight")
    for lang, said in (("", "excess-of-jia"), ("en", "excess-of-jia"), ("zh", "多-jia")):
        rows = program.get("/api/now/excesses", **({"lang": lang} if lang else {})).json()["rows"]
        assert [row["text"] for row in rows] == [said]
    assert program.get("/api/now/excesses", lang="fr").status_code == 400


def test_places_come_before_those_in_them_page_by_page(caller: Any, sides: Any) -> None:
    program = caller("epidemiologist")
    whole = program.get("/api/places").json()["rows"]
    ids = [row["place_id"] for row in whole]
    assert ids[0] == "jia" and "jia-9" in ids and "yi" not in ids
    found: list[str] = []
    after: dict[str, str] = {}
    while len(found) < len(ids):
        page = program.get("/api/places", limit=1, **after).json()
        found += [row["place_id"] for row in page["rows"]]
        after = {"after": page["after"]}
    assert found == ids and page["after"] is None
    assert [row["place_id"] for row in program.get("/api/places", kind="street").json()["rows"]] == ["jia-1", "jia-9"]
    assert program.get("/api/places", place_id="jia-9").json()["rows"][0]["name"] == "street-of-jia"
