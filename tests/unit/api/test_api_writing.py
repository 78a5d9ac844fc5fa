"""Writes of the API: sent twice, by two at once, many rows of which some are wrong, text that is hostile."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import transaction
from operations import DAY, OPS, WRITES, fill, ids_of

from sizao.register import models
from sizao.register.models import Act, FollowUp, Person

ROLES = {"impose_orders": "commander", "assign_people": "commander", "find_anybody": "call_desk"}
ROLES |= {"answer_excesses": "commander", "judge_answers": "oversight"}


def writer(caller: Any, op: Any) -> Any:
    return caller(ROLES.get(op.needs, "epidemiologist"))


@pytest.mark.parametrize("method, path", sorted(WRITES), ids=str)
def test_the_same_write_sent_twice_with_one_key_is_done_once(method: str, path: str, caller: Any, sides: Any) -> None:
    ids, op = ids_of(sides, "jia"), WRITES[method, path]
    program = writer(caller, op)
    first = program.send(method.upper(), fill(path, ids), op.body(ids), key="one")
    assert first.status_code == 200
    written = Act.objects.count()
    again = program.send(method.upper(), fill(path, ids), op.body(ids), key="one")
    assert (again.status_code, again.json(), Act.objects.count()) == (200, first.json(), written)
    other = next(one for one in sorted(WRITES) if one[1] in ("/api/follow_ups", "/api/people") and one[1] != path)
    body = {"person_id": ids["person_id"], "outcome": "seen_ok", "occurred_on": DAY}
    body = body if other[1] == "/api/follow_ups" else {"home_place_id": "jia-1", "name": "甲"}
    elsewhere = caller("epidemiologist")
    elsewhere.text = program.text
    if op.needs not in ROLES:
        refusal = elsewhere.post(other[1], body, key="one")
        assert refusal.status_code == 409 and refusal.json()["code"] == "key-reused"
    assert Act.objects.count() == written


def test_two_users_may_use_the_same_key(caller: Any, city: Any) -> None:
    body = {"person_id": city.jia_person, "sampled_on": DAY}
    assert [caller("epidemiologist").post("/api/tests", body, "k").status_code for _ in range(2)] == [200, 200]
    assert models.Test.objects.unscoped("test").count() == 2


VERSIONED = [
    ("patch", "/api/cases/{case_id}"),
    ("patch", "/api/people/{person_id}"),
    ("post", "/api/cases/{case_id}/withdraw"),
    ("post", "/api/excesses/answer"),
    ("post", "/api/excesses/judge"),
    ("post", "/api/orders/{order_id}/lift"),
    ("post", "/api/orders/{order_id}/withdraw"),
    ("post", "/api/requests/{request_id}/answer"),
    ("post", "/api/tests/{test_id}/result"),
    ("post", "/api/tests/{test_id}/withdraw"),
]


def test_every_write_that_names_a_version_is_in_the_list(sides: Any) -> None:
    ids = ids_of(sides, "jia")
    assert sorted(key for key, op in WRITES.items() if op.body and "version" in op.body(ids)) == VERSIONED


@pytest.mark.parametrize("method, path", VERSIONED, ids=str)
def test_of_two_who_saw_the_same_version_the_second_is_refused(
    method: str, path: str, caller: Any, sides: Any
) -> None:
    ids, op = ids_of(sides, "jia"), WRITES[method, path]
    bodies = [{**op.body(ids), "version": version} for version in (7, 2)]
    for body in bodies:
        answer = writer(caller, op).send(method.upper(), fill(path, ids), body)
        assert answer.status_code == 409 and answer.json()["code"] == "changed-meanwhile"
    answers = [writer(caller, op).send(method.upper(), fill(path, ids), op.body(ids)) for _ in range(2)]
    assert answers[0].status_code == 200
    assert answers[1].status_code in (409, 404), "changed, or withdrawn"


def test_a_version_that_is_no_number_is_refused(caller: Any, sides: Any) -> None:
    path = fill("/api/tests/{test_id}/result", ids_of(sides, "jia"))
    for version in (0, -1, 2**31, 10**400, "1", 1.0, True, None, [1], {}):
        answer = caller("epidemiologist").post(path, {"version": version, "result": "negative"})
        assert answer.status_code == 400 and answer.json()["problems"][0]["field"] == "version", version


STRANGE = ["\0", "\ud800", "x" * 65, "x" * 100_000, 5, True, 10**30, ["x"], {"x": "y"}]


@pytest.mark.parametrize("method, path", sorted(WRITES), ids=str)
def test_nothing_sent_in_any_field_is_our_fault(method: str, path: str, caller: Any, sides: Any) -> None:
    """Neither is it kept: PostgreSQL would fail on what SQLite cuts or keeps in silence."""
    ids, op = ids_of(sides, "jia"), WRITES[method, path]
    program = writer(caller, op)
    right = op.body(ids)
    row = right.get("rows", [None])[0]
    bodies = [(name, value, {**right, name: value}) for name in fields_of(method, path) for value in STRANGE]
    bodies += [(name, value, {"rows": [{**row, name: value}]}) for name in row or () for value in STRANGE]
    for name, strange, body in bodies:
        with transaction.atomic():
            answer = program.send(method.upper(), fill(path, ids), body)
            transaction.set_rollback(True)
        said = answer.json()
        if answer.status_code != 200:
            assert answer.status_code in (400, 404) or (name, strange) == ("version", 5), (name, strange, said)
        elif not (op.each and said["written"] == 0):
            assert isinstance(strange, int) or (strange == "x" * 65 and name in WIDE), (name, strange, said)


WIDE = {"name", "phone", "number", "text", "reason", "clause", "issuer", "traits", "level"}
"""Fields that take 65 letters (the level of an order on a person is not kept)."""


def fields_of(method: str, path: str) -> list[str]:
    from sizao.api.app import api

    whole = api.get_openapi_schema(path_prefix="/api/")
    body = whole["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    return list(whole["components"]["schemas"][body["$ref"].rsplit("/", 1)[-1]]["properties"])


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "5", '"x"', b"\xff\xfe", "[" * 100_000, '{"person_id": NaN}', '{"version": 1e999}'],
    ids=range(10),
)
def test_what_is_no_json_is_refused(body: Any, caller: Any) -> None:
    answer = caller("epidemiologist").send("POST", "/api/tests", body)
    assert answer.status_code == 400 and answer.json()["code"] == "invalid"


def test_a_body_of_many_megabytes_is_refused(caller: Any) -> None:
    answer = caller("epidemiologist").send("POST", "/api/bulk/tests", '{"rows": ["' + "x" * 2**23 + '"]}')
    assert answer.status_code == 413 and answer.json()["code"] == "too-much"


def test_what_is_too_wide_for_its_column_names_its_field(caller: Any, city: Any) -> None:
    for name, value in (("method", "m" * 41), ("tube_id", "t" * 65)):
        body = {"person_id": city.jia_person, "sampled_on": DAY, name: value}
        answer = caller("epidemiologist").post("/api/tests", body)
        assert answer.status_code == 400
        assert [(one["field"], one["code"]) for one in answer.json()["problems"]] == [(name, "too-long")]


@pytest.mark.parametrize("day", ["1899-12-31", "2101-01-01", "9999-12-31", "0001-01-01", "2022-13-01", "20221119", 0])
def test_a_date_far_away_or_of_no_calendar_is_refused(day: Any, caller: Any, sides: Any) -> None:
    ids = ids_of(sides, "jia")
    program = caller("epidemiologist")
    assert program.post("/api/tests", {"person_id": ids["person_id"], "sampled_on": day}).status_code == 400
    body = OPS["post", "/api/visits"].body(ids)  # type: ignore[misc]
    for name in ("arrived_at", "left_at"):
        for instant in (f"{day}T00:00:00+14:00", f"{day}T23:59:59Z", f"{day}T00:00:00"):
            assert program.post("/api/visits", {**body, name: instant}).status_code == 400


def test_rows_that_are_wrong_are_refused_by_themselves_and_the_others_written(caller: Any, sides: Any) -> None:
    jia, yi = ids_of(sides, "jia"), ids_of(sides, "yi")
    right = {"person_id": jia["person_id"], "sampled_on": DAY}
    rows = [
        right,
        {**right, "person_id": yi["person_id"]},
        {**right, "person_id": "p-nobody"},
        {**right, "sampled_on": "2099-01-01"},
        {**right, "sampled_on": "yesterday"},
        {**right, "result": "maybe"},
        {**right, "ct": "35"},
        {**right, "tube": "t-1"},
        {"person_id": jia["person_id"]},
        "no row at all",
        {**right, "tube_id": "t\0"},
        {**right, "method": "m" * 50},
        {**right, "result": "negative"},
    ]
    program = caller("epidemiologist")
    before = models.Test.objects.unscoped("test").count()
    answer = program.post("/api/bulk/tests", {"rows": rows}, key="k")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["written"], said["refused"]) == (2, len(rows) - 2)
    assert [one["row"] for one in said["rows"]] == list(range(len(rows)))
    codes = [one["refused"] and one["refused"]["code"] for one in said["rows"]]
    assert codes == [None, "not-found", "not-found", *["invalid"] * (len(rows) - 4), None]
    fields = [[found["field"] for found in one["refused"]["problems"]] for one in said["rows"] if one["refused"]]
    assert fields[2:] == [
        ["sampled_on"], ["sampled_on"], ["result"], ["ct"], ["tube"], ["sampled_on"], [""], ["tube_id"], ["method"],
    ]  # fmt: skip
    ids = [one["id"] for one in said["rows"]]
    assert [bool(name) for name in ids] == [code is None for code in codes]
    assert models.Test.objects.unscoped("test").filter(test_id__in=[ids[0], ids[-1]]).count() == 2
    assert models.Test.objects.unscoped("test").count() == before + 2
    again = program.post("/api/bulk/tests", {"rows": rows}, key="k").json()
    assert [one["id"] for one in again["rows"]] == ids and models.Test.objects.unscoped("test").count() == before + 2
    fewer = program.post("/api/bulk/tests", {"rows": rows[:1]}, key="k")
    assert fewer.status_code == 409 and fewer.json()["code"] == "key-reused"


def test_of_two_results_for_one_test_in_one_request_the_second_is_a_conflict(caller: Any, sides: Any) -> None:
    row = {"test_id": ids_of(sides, "jia")["test_id"], "version": 1, "result": "negative"}
    said = caller("epidemiologist").post("/api/bulk/results", {"rows": [row, row, {**row, "version": 2}]}).json()
    codes = [one["refused"] and one["refused"]["code"] for one in said["rows"]]
    assert codes == [None, "changed-meanwhile", None]


def test_nothing_and_too_many_rows_are_refused(caller: Any, city: Any) -> None:
    row = {"person_id": city.jia_person, "outcome": "seen_ok", "occurred_on": DAY}
    for rows in ([], [row] * 10_001, None, row):
        assert caller("epidemiologist").post("/api/bulk/follow_ups", {"rows": rows}).status_code == 400
    assert not FollowUp.objects.unscoped("test").exists()


def test_ten_thousand_tests_are_recorded_at_once_in_seconds(caller: Any, city: Any) -> None:
    from sizao.register.actions import people

    ids = [people.add_person(by=city.job, home_place_id="jia-1").person_id for _ in range(100)]
    rows = [
        {"person_id": ids[n % 100], "sampled_on": DAY, "result": "negative", "ct": 3500, "tube_id": f"tube-{n}"}
        for n in range(10_000)
    ]
    program = caller("laboratory")
    began = time.process_time()
    answer = program.post("/api/bulk/tests", {"rows": rows})
    took = time.process_time() - began
    assert answer.status_code == 200 and answer.json()["written"] == 10_000
    assert models.Test.objects.unscoped("test").count() == 10_000
    assert took < 10, f"{took:.1f} s of the processor"


def test_a_program_does_not_wait_for_the_derivation(
    caller: Any, city: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from sizao.register.actions import act

    told: list[bool] = []
    monkeypatch.setattr(act, "after_write", [lambda people, waits: told.append(waits)])
    one = {"person_id": city.jia_person, "sampled_on": DAY}
    for path, body in (("/api/bulk/tests", {"rows": [one]}), ("/api/tests", one)):
        with django_capture_on_commit_callbacks(execute=True):
            assert caller("epidemiologist").post(path, body).status_code == 200
    assert told == [False, False]


def test_a_key_that_is_too_long_is_refused(caller: Any, city: Any) -> None:
    body = {"person_id": city.jia_person, "sampled_on": DAY}
    answer = caller("epidemiologist").post("/api/tests", body, key="k" * 101)
    assert answer.status_code == 400 and not models.Test.objects.unscoped("test").exists()
    assert Person.objects.unscoped("test").count() == 2


@pytest.mark.parametrize("said, status", [("database is locked", 503), ("database or disk is full", 507)])
def test_a_database_that_is_busy_or_full_is_said_and_nothing_is_written(
    said: str, status: int, caller: Any, city: Any, monkeypatch: Any
) -> None:
    from django.db import OperationalError

    from sizao.register.actions import versions

    def fail(*given: Any) -> None:
        raise OperationalError(said)

    monkeypatch.setattr(versions, "_write", fail)
    answer = caller("epidemiologist").post("/api/tests", {"person_id": city.jia_person, "sampled_on": DAY})
    assert answer.status_code == status and answer.json()["code"] == ("busy" if status == 503 else "no-room")
    assert not models.Test.objects.unscoped("test").exists() and not Act.objects.filter(action="record_test").exists()


def test_who_may_be_on_record_is_told_before_a_person_is_added(caller: Any, city: Any) -> None:
    program = caller("tracer")
    body = {"name": "李四", "phone": "+86 138-0013-8000", "home_place_id": "jia-1"}
    answer = program.post("/api/people", body, key="one")
    assert answer.status_code == 409 and answer.json()["code"] == "may-be-known"
    assert [one["value"] for one in answer.json()["problems"]] == [city.jia_person]
    other = {"name": "王五", "phone": "13900139000", "home_place_id": "jia-1"}
    assert program.post("/api/people", other).status_code == 200
    first = program.post("/api/people", {**body, "all_the_same": True}, key="one")
    again = program.post("/api/people", {**body, "all_the_same": True}, key="one")
    assert first.status_code == 200 and again.json() == first.json() != {}
    refused = program.post("/api/people", body | {"home_place_id": None}).json()
    assert [one["field"] for one in refused["problems"]] == ["home_place_id"]
