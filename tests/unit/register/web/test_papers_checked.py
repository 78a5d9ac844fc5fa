"""Whether a paper still holds, as anybody with it may ask: what makes it expire, and that nothing else is told."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.test import Client
from paper_making import CERTIFICATE, DAY, NOTICE, TODAY, made, put_status, state

from sizao.register.models import Document, NowStatus, Order, Person, Read


@pytest.fixture(autouse=True)
def held_today(settings: Any) -> None:
    """It is 20 November 2022."""
    settings.SIZAO_TODAY = TODAY


@pytest.fixture
def put(city: Any) -> Any:
    """put("p", measure="case", ...): what holds for a person now."""
    return partial(put_status, city)


def test_a_notice_holds_until_what_it_says_changes(city: Any, put: Any) -> None:
    status = put(city.jia_person)
    (code,) = made(city.access("tracer", "jia"), NOTICE, city.jia_person)
    assert state(code) == "valid"
    rows = NowStatus.objects.unscoped("test")
    for change in (
        {"until": TODAY + DAY},
        {"measure": "inbound"},
        {"restriction": "home_isolation"},
        {"last_day": TODAY + 9 * DAY},
    ):
        rows.filter(pk=status.pk).update(**change)
        assert state(code) == "expired", change
        rows.filter(pk=status.pk).update(**{name: getattr(status, name) for name in change})
        assert state(code) == "valid"
    rows.delete()
    assert state(code) == "expired"


def test_a_notice_is_over_the_day_after_its_end(city: Any, put: Any, settings: Any) -> None:
    put(city.jia_person)
    (code,) = made(city.access("tracer", "jia"), NOTICE, city.jia_person)
    settings.SIZAO_TODAY = TODAY + DAY
    assert state(code) == "expired"


def test_a_certificate_ends_when_something_new_holds(city: Any, put: Any) -> None:
    from sizao.register.actions import events, orders

    events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - 30 * DAY)
    (code,) = made(city.access("tracer", "jia"), CERTIFICATE, city.jia_person)
    assert state(code) == "valid"
    put(city.jia_person)
    assert state(code) == "expired"
    NowStatus.objects.unscoped("test").delete()
    orders.impose_order(
        by=city.job, person_id=city.jia_person, since=TODAY, issuer="区", restriction="home_isolation"
    )
    assert state(code) == "expired"


def test_an_order_holds_until_it_is_changed_or_over(city: Any, settings: Any) -> None:
    from sizao.register.actions import orders

    by = city.access("commander", "jia")
    order = orders.impose_order(by=by, place_id="jia-1", since=TODAY, issuer="区", level="high", until=TODAY + DAY)
    (code,) = made(by, "order", order.order_id)
    assert state(code) == "valid"
    settings.SIZAO_TODAY = TODAY + 2 * DAY
    assert state(code) == "expired"
    settings.SIZAO_TODAY = TODAY
    orders.lift_order(by=by, order_id=order.order_id, version=1, until=TODAY)
    assert state(code) == "expired" and Order.objects.unscoped("test").count() == 2


def test_an_erased_or_merged_person_has_no_paper_that_holds(city: Any, put: Any) -> None:
    from sizao.register.actions.documents import check_documents
    from sizao.register.overwriting import overwriting

    put(city.jia_person)
    by = city.access("tracer", "jia")
    (code,) = made(by, NOTICE, city.jia_person)
    people = Person.objects.unscoped("test").filter(pk=city.jia_person)
    people.update(erased_at=city.job.at)
    assert state(code) == "expired"
    assert check_documents(by, NOTICE, [city.jia_person])[0].error.code == "erased"
    people.update(erased_at=None)
    with overwriting("documents"):
        Document.objects.unscoped("test").update(says=None)
    assert state(code) == "expired"
    people.update(same_as=city.yi_person)
    assert check_documents(by, NOTICE, [city.jia_person])[0].error.code == "merged-away"


def test_the_check_tells_whether_it_holds_and_nothing_else(city: Any, put: Any, client: Client) -> None:
    put(city.jia_person)
    codes = made(city.access("tracer", "jia"), NOTICE, city.jia_person)
    valid = client.get(f"/verify/{codes[0]}")
    NowStatus.objects.unscoped("test").delete()
    expired = client.get(f"/verify/{codes[0]}")
    pages = [
        valid,
        expired,
        client.get(f"/verify/{'A' * 27}"),
        client.get("/verify/李四"),
        client.get("/verify/x" * 99),
    ]
    shapes = set()
    for page in pages[:4]:
        text = page.content.decode()
        assert page.status_code == 200 and page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "no-referrer"
        for secret in ("李四", city.jia_person, "jia", "close", "密接", codes[0], "notice", "告知"):
            assert secret not in text, secret
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
        text = re.sub(r'<p class="big">.*?</p>\s*<p>.*?</p>', "", text, flags=re.S)
        shapes.add(text)
    assert len(shapes) == 1
    words = [re.findall(r'<span class="pill \w+">([^<]+)<', page.content.decode()) for page in pages[:4]]
    assert words == [["有效", "valid"], ["已失效", "expired"], *[["查无此文书", "not known"]] * 2]
    assert Read.objects.count() == 0


def test_checks_are_limited_by_address(db: None, client: Client) -> None:
    from django.core.cache import cache

    cache.clear()
    codes = [client.get(f"/verify/{'B' * 27}").status_code for _ in range(122)]
    other = client.get(f"/verify/{'B' * 27}", REMOTE_ADDR="10.9.9.9").status_code
    cache.clear()
    assert (codes[119:], other) == ([200, 429, 429], 200)


def test_what_is_derived_anew_makes_a_paper_expire(city: Any) -> None:
    from sizao.register.actions import events
    from sizao.register.bridge.people import derive_people

    event = events.record_event(
        by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - 4 * DAY
    )
    derive_people([city.jia_person])
    by = city.access("tracer", "jia")
    (notice,) = made(by, NOTICE, city.jia_person)
    assert state(notice) == "valid"
    again = events.record_event(
        by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - 2 * DAY
    )
    derive_people([city.jia_person])
    assert state(notice) == "expired"
    for one in (event, again):
        events.void_event(by=city.job, event_id=one.event_id)
    derive_people([city.jia_person])
    (certificate,) = made(by, CERTIFICATE, city.jia_person)
    assert (state(notice), state(certificate)) == ("expired", "valid")
    events.record_event(by=city.job, person_id=city.jia_person, kind="exposed_to_case", occurred_on=TODAY - DAY)
    derive_people([city.jia_person])
    assert state(certificate) == "expired"


def test_who_is_erased_keeps_no_words_of_a_paper(city: Any, put: Any) -> None:
    from sizao.register.retention.due import Due
    from sizao.register.retention.erase import erase_people

    put(city.jia_person)
    (code,) = made(city.access("tracer", "jia"), NOTICE, city.jia_person)
    version = Person.objects.unscoped("test").get(pk=city.jia_person).version
    none = dict.fromkeys(("open_measures", "open_cases", "open_orders", "open_requests"), 0)
    due = Due(on=TODAY, days=1, known_at=city.job.at + 9 * DAY, people=((city.jia_person, version),), **none)
    assert erase_people(city.job, due) == 1
    assert Document.objects.unscoped("test").get().says is None and state(code) == "expired"
