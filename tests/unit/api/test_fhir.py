"""The export as FHIR R4: pages are valid by fhir.resources, say what is on record, and name nobody unasked.

fhir.resources has R4B (4.3.0), in which Patient, Condition, Observation and Bundle are as in R4 (4.0.1).
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from operations import ids_of

from sizao.register.models import Read

DAY = dt.date(2022, 11, 19)
TESTS: list[tuple[str, str, Any]] = [
    ("pcr", "positive", 3250),
    ("antigen", "negative", None),
    ("pcr", "pending", None),
    ("lamp", "inconclusive", None),
]


def pages(program: Any, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Every resource, page after page as the links say; each page is checked."""
    found, answer = [], program.get(path, **asked)
    for _ in range(100):
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/fhir+json"
        bundle = Bundle.model_validate_json(answer.content)
        assert bundle.type == "searchset"
        said = answer.json()
        found += [entry["resource"] for entry in said.get("entry", [])]
        assert all(
            e["fullUrl"].endswith(f"{e['resource']['resourceType']}/{e['resource']['id']}")
            for e in said.get("entry", [])
        )
        links = {link["relation"]: link["url"] for link in said["link"]}
        if "next" not in links:
            return found
        where = urlsplit(links["next"])
        answer = program.send("GET", f"{where.path}?{where.query}")
    raise AssertionError("the pages do not end")


@pytest.fixture
def records(city: Any) -> dict[str, Any]:
    """A case that died, one that was discharged, one that is ill; tests of every result; contacts; a merge."""
    from sizao.register.actions import cases, events, people, tests

    by = city.job
    new = lambda **more: people.add_person(by=by, home_place_id="jia", **more).person_id  # noqa: E731
    full = new(name="孙七", phone="13700137000", number="N-7", birth_date=dt.date(1968, 3, 7), sex="female")
    more: dict[str, Any] = {"by": by, "confirmed_on": DAY, "classification": "confirmed"}
    died = cases.report_case(**more, person_id=new(), severity="critical", onset_on=dt.date(2022, 11, 17))
    cases.update_case(by=by, case_id=died.case_id, version=1, died_on=dt.date(2022, 11, 20))
    well = cases.report_case(**more, person_id=new(sex="other"), severity="mild")
    cases.update_case(by=by, case_id=well.case_id, version=1, discharged_on=dt.date(2022, 11, 20))
    ill = cases.report_case(**{**more, "classification": "asymptomatic"}, person_id=full)
    gone = cases.report_case(**more, person_id=full)
    cases.withdraw_case(by=by, case_id=gone.case_id, version=1)
    for method, result, ct in TESTS:
        said = {"method": method, "result": result, "ct": ct, "tube_id": "tube 1"}
        tests.record_test(by=by, person_id=full, sampled_on=DAY, **said)
    event = events.record_exposure(by=by, person_id=full, case_id=died.case_id, occurred_on=DAY)
    events.record_event(by=by, person_id=full, kind="exposed_to_contact", occurred_on=DAY)
    events.record_event(by=by, person_id=full, kind="arrived_from_abroad", occurred_on=DAY)
    void = events.record_event(by=by, person_id=full, kind="exposed_to_case", occurred_on=DAY)
    events.void_event(by=by, event_id=void.event_id)
    twin = new()
    people.merge_people(by=by, kept=full, gone=twin)
    return {"full": full, "twin": twin, "died": died, "well": well, "ill": ill, "event": event}


def test_people_are_patients_and_are_named_only_where_that_is_asked_for(caller: Any, records: Any, city: Any) -> None:
    program = caller("epidemiologist")
    found = {one["id"]: one for one in pages(program, "/api/fhir/Patient", _count=2)}
    assert city.yi_person not in found and city.jia_person in found
    one = found[records["full"]]
    assert (one["gender"], one["birthDate"], one["active"]) == ("female", "1968-03-07", True)
    assert not {"name", "telecom", "address"} & set(one) and len(one["identifier"]) == 1
    twin = found[records["twin"]]
    assert twin["active"] is False and twin["link"][0]["other"]["reference"] == f"Patient/{records['full']}"
    named = {one["id"]: one for one in pages(program, "/api/fhir/Patient", names="true")}[records["full"]]
    assert named["name"] == [{"text": "孙七"}] and named["telecom"][0]["value"] == "13700137000"
    assert {one["value"] for one in named["identifier"]} == {records["full"], "N-7"}


def test_who_exports_but_may_not_see_names_gets_none(caller: Any, records: Any, monkeypatch: Any) -> None:
    from dataclasses import replace

    from sizao.register import access

    nameless = {name: replace(role, may=role.may - {"see_names"}) for name, role in access.roles().items()}
    monkeypatch.setattr(access, "roles", lambda: nameless)
    program = caller("epidemiologist")
    assert program.get("/api/fhir/Patient", names="true").status_code == 403
    assert "孙七" not in str(pages(program, "/api/fhir/Patient"))


def test_a_merge_with_somebody_next_door_does_not_name_them(caller: Any, city: Any) -> None:
    from sizao.register.actions import people

    people.merge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    (one,) = pages(caller("epidemiologist"), "/api/fhir/Patient")
    assert one["active"] is False and "link" not in one


def test_cases_are_conditions_with_code_onset_and_whether_they_are_over(caller: Any, records: Any) -> None:
    found = {one["id"]: one for one in pages(caller("epidemiologist"), "/api/fhir/Condition", _count=1)}
    assert set(found) == {records[name].case_id for name in ("died", "well", "ill")}
    status = {
        name: found[records[name].case_id]["clinicalStatus"]["coding"][0]["code"] for name in ("died", "well", "ill")
    }
    assert status == {"died": "inactive", "well": "resolved", "ill": "active"}
    died, ill = found[records["died"].case_id], found[records["ill"].case_id]
    assert (died["onsetDateTime"], died["abatementDateTime"]) == ("2022-11-17", "2022-11-20")
    assert died["code"]["coding"][0]["code"] == "U07.1" and died["meta"]["versionId"] == "2"
    assert died["severity"] == {"text": "critical"}
    assert ill["code"]["text"] == "asymptomatic" and ill["subject"]["reference"] == f"Patient/{records['full']}"
    assert ill["extension"][0]["valueDateTime"] == "2022-11-19" and "abatementDateTime" not in ill


@pytest.mark.parametrize("count", [1, 3, 100])
def test_tests_and_contacts_are_observations(count: int, caller: Any, records: Any) -> None:
    program = caller("epidemiologist")
    tests = pages(program, "/api/fhir/Observation", category="laboratory", _count=count)
    contacts = pages(program, "/api/fhir/Observation", category="exposure", _count=count)
    assert pages(program, "/api/fhir/Observation", _count=count) == tests + contacts
    said = [
        (
            one["code"].get("coding", [{}])[0].get("code"),
            one["status"],
            one.get("valueCodeableConcept", {}).get("text"),
        )
        for one in reversed(tests)
    ]
    assert said == [
        ("94500-6", "final", "positive"),
        ("94558-4", "final", "negative"),
        ("94500-6", "registered", None),
        (None, "final", "inconclusive"),
    ]
    assert tests[-1]["component"][0]["valueQuantity"]["value"] == 32.5 and "issued" not in tests[1]
    assert [one["code"]["text"] for one in contacts] == ["exposed_to_contact", "exposed_to_case"]
    assert contacts[-1]["focus"][0]["identifier"]["value"] == records["died"].case_id
    assert contacts[-1]["effectiveDateTime"] == "2022-11-19"


def test_each_page_is_logged_as_an_export_with_how_many_it_had(caller: Any, records: Any) -> None:
    program = caller("epidemiologist")
    pages(program, "/api/fhir/Condition", _count=2)
    pages(program, "/api/fhir/Patient", names="true")
    looks = Read.objects.filter(user=program.user).order_by("pk")
    assert [(look.what, look.asked, look.people) for look in looks] == [
        ("export", "fhir Condition", 2),
        ("export", "fhir Condition", 1),
        ("export", "fhir Patient names", 5),
    ]


def test_only_what_was_recorded_since_is_given(caller: Any, records: Any) -> None:
    program = caller("epidemiologist")
    at = records["event"].recorded_at
    assert len(pages(program, "/api/fhir/Observation", _since=at.isoformat())) == 2
    assert not pages(program, "/api/fhir/Condition", _since=(at + dt.timedelta(days=1)).isoformat())
    assert program.get("/api/fhir/Patient", _since=at.isoformat()).json()["code"] == "unknown-filter"


@pytest.mark.parametrize("after", ["x", "t.x", "c.x", "t", ".", "t.W10", "z.W10", "\0"])
def test_a_forged_next_link_is_refused(after: str, caller: Any) -> None:
    answer = caller("epidemiologist").get("/api/fhir/Observation", after=after)
    assert answer.status_code == (200 if after == "t" else 400)
    assert caller("epidemiologist").get("/api/fhir/Observation", category="exposure", after="t.").status_code == 400


def test_an_id_that_fhir_does_not_allow_is_replaced_and_stays_as_identifier(caller: Any, city: Any) -> None:
    from sizao.register.actions import people

    strange = "人_1/" + "x" * 50
    people.add_person(by=city.job, home_place_id="jia", person_id=strange)
    found = [one for one in pages(caller("epidemiologist"), "/api/fhir/Patient") if one["id"].startswith("x-")]
    assert [one["identifier"][0]["value"] for one in found] == [strange]


def test_nobody_without_the_permission_to_export_gets_a_page(caller: Any, sides: Any) -> None:
    ids_of(sides, "jia")
    for role in ("tracer", "oversight", "call_desk", "commander", "administrator"):
        for kind in ("Patient", "Condition", "Observation", "metadata"):
            assert caller(role).get(f"/api/fhir/{kind}").status_code == 403
    assert not Read.objects.exists()


def test_the_capability_statement_is_valid(caller: Any) -> None:
    said = caller("epidemiologist").get("/api/fhir/metadata")
    found = CapabilityStatement.model_validate_json(said.content)
    assert found.fhirVersion == "4.0.1" and len(found.rest[0].resource) == 3
