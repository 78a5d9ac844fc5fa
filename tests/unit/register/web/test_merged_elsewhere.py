"""A record that was merged into one of another area: what lies on the other is not shown, coded or left out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from paper_making import CERTIFICATE, DAY, NOTICE, TODAY, made, put_status, state

from sizao.errors import SizaoError
from sizao.register.actions import cases, codes, events, orders, people, tests
from sizao.register.models import NowTouched, NowUndecided, Person


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def merged(city: Any) -> Any:
    """The person of jia is read as the one of yi, who has a test, an exposure and a case of their own."""
    job = city.job
    case = cases.report_case(by=job, person_id=city.jia_person, confirmed_on=TODAY, classification="confirmed")
    tests.record_test(by=job, person_id=city.yi_person, sampled_on=TODAY, result="positive", tube_id="TUBE-OF-YI")
    about = {"by": job, "person_id": city.yi_person, "kind": "exposed_to_case", "occurred_on": TODAY - 9 * DAY}
    other = people.add_person(by=job, home_place_id="yi").person_id
    met = cases.report_case(by=job, person_id=other, confirmed_on=TODAY - 9 * DAY, classification="confirmed").case_id
    events.record_event(**about, case_id=met)
    people.merge_people(by=job, kept=city.yi_person, gone=city.jia_person)
    NowTouched.objects.all().delete()
    return case.case_id, met


def test_an_interview_shows_no_facts_of_the_other_record(city: Any, merged: Any, sign_in: Any) -> None:
    (mine, met), browser = merged, sign_in("tracer")
    for at in ("case", "onset", "back", "forward", "tests", "left"):
        page = browser.get(f"/cases/{mine}/interview", {"at": at})
        assert page.status_code == 200
        for secret in ("TUBE-OF-YI", met, city.yi_person, "王五"):
            assert secret not in page.content.decode(), (at, secret)
    both = sign_in("tracer", None)
    assert "TUBE-OF-YI" in both.get(f"/cases/{mine}/interview", {"at": "tests"}).content.decode()


def test_what_held_stands_on_the_record_that_was_kept(city: Any, merged: Any, sign_in: Any) -> None:
    asked = {"history": "1"}
    page = sign_in("tracer").get(f"/people/{city.jia_person}", asked, follow=True)
    assert page.status_code == 404 and "close_contact" not in page.content.decode()
    assert sign_in("tracer", None).get(f"/people/{city.jia_person}", asked, follow=True).status_code == 200


def test_no_code_is_given_for_what_was_merged_or_erased(city: Any, merged: Any, sign_in: Any) -> None:
    by = city.access("tracer", "jia")
    with pytest.raises(SizaoError) as found:
        codes.give_code(by=by, person_id=city.jia_person)
    assert found.value.code == "merged-away"
    page = sign_in("tracer").post(f"/people/{city.jia_person}/give_code", {"days": "30", "key": "0" * 32})
    assert page.status_code == 400 and city.yi_person not in page.content.decode()
    Person.objects.unscoped("test").filter(pk=city.yi_person).update(erased_at=city.job.at)
    with pytest.raises(SizaoError) as found:
        codes.give_code(by=city.access("tracer", "yi"), person_id=city.yi_person)
    assert found.value.code == "erased"


def test_codes_of_a_record_merged_later_are_stopped_with_the_others(city: Any) -> None:
    text = codes.give_code(by=city.job, person_id=city.jia_person)[1]
    people.merge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    assert codes.person_of_code(text).pk == city.yi_person
    Person.objects.unscoped("test").filter(pk=city.yi_person).update(erased_at=city.job.at)
    with pytest.raises(SizaoError, match="no page opens"):
        codes.person_of_code(text)
    Person.objects.unscoped("test").filter(pk=city.yi_person).update(erased_at=None)
    codes.revoke_codes(by=city.access("tracer", "yi"), person_id=city.yi_person)
    with pytest.raises(SizaoError, match="no page opens"):
        codes.person_of_code(text)


def _refused(by: Any, *ids: str) -> list[str]:
    from sizao.register.actions.documents import check_documents

    NowTouched.objects.all().delete()
    return [row.error.code if row.error else "" for row in check_documents(by, CERTIFICATE, ids)]


def test_an_order_on_a_merged_record_stops_a_certificate_and_ends_one(city: Any) -> None:
    events.record_event(by=city.job, person_id=city.yi_person, kind="exposed_to_case", occurred_on=TODAY - 30 * DAY)
    people.merge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    by = city.access("tracer", "yi")
    (code,) = made(by, CERTIFICATE, city.yi_person)
    assert state(code) == "valid"
    people.unmerge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    order = orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY, issuer="区", restriction="home_isolation"
    )
    people.merge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    assert _refused(by, city.yi_person) == ["order-holds"] and state(code) == "expired"
    (paper,) = made(city.job, "order", order.order_id)
    assert state(paper) == "valid"


def test_a_certificate_is_for_somebody_who_was_under_a_measure_or_an_order(city: Any) -> None:
    by = city.access("tracer", "jia")
    assert _refused(by, city.jia_person) == ["nothing-ended"]
    order = orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY - DAY, issuer="区", restriction="home_isolation"
    )
    assert _refused(by, city.jia_person) == ["order-holds"]
    orders.lift_order(by=city.job, order_id=order.order_id, version=1, until=TODAY - DAY)
    assert _refused(by, city.jia_person) == [""]
    NowUndecided.objects.create(
        person_id=city.jia_person,
        fact_id="e-1",
        kind="strange",
        occurred_on=TODAY,
        why_zh="不明",
        why_en="unknown",
        derived_at=city.job.at,
    )
    assert _refused(by, city.jia_person) == ["undecided-facts"]
    put_status(city, city.jia_person)
    assert [code for code in made(by, NOTICE, city.jia_person) if state(code) == "valid"]


def test_an_order_paper_of_a_merged_record_carries_no_code_of_the_other(city: Any) -> None:
    from sizao.register.actions.documents import Addresses, make_orders
    from sizao.register.models import PersonCode

    order = orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY, issuer="区", restriction="home_isolation"
    )
    people.merge_people(by=city.job, kept=city.yi_person, gone=city.jia_person)
    by = dataclasses.replace(city.access("tracer", "jia"), key="1" * 32)
    (row,) = make_orders(by=by, order_ids=[order.order_id], addresses=Addresses("https://x/v/", "https://x/o/"))
    assert row.letter is not None and len(row.letter.codes) == 1
    assert not PersonCode.objects.unscoped("test").exists()
