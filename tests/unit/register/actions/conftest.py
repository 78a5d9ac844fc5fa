"""Two counties in which the same stands on record, so that each action can be tried at home and next door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

DAY = dt.date(2022, 11, 19)
PASSWORD = "correct horse battery"


@dataclass
class Side:
    """One county, and the ids of what is on record there."""

    county: str
    street: str
    person: str
    phone: str
    other: str
    """Another person of the county, a case."""
    double: str
    merged: str
    """A record that was merged into `other`."""
    event: str
    case: str
    case_place: int
    test: str
    order: str
    place_order: str
    request: str
    place_request: str
    team: int
    user: str
    grant: int
    token: int


@dataclass
class World:
    """The two counties, and users to try with."""

    jia: Side
    yi: Side
    job: Any
    enter: Callable[..., Any] = field(repr=False)
    """enter("tracer", "jia"): the Access of the user with that role there (None: everywhere)."""


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """How passwords are kept is tried with the sign-in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db: None) -> World:
    from sizao.register.access import access_of, access_of_job
    from sizao.register.actions import places
    from sizao.register.models import Grant, Place, User

    job = access_of_job("test")
    for place_id, kind, parent in (
        ("nation", "nation", None),
        ("jia", "county", "nation"),
        ("yi", "county", "nation"),
        ("jia-1", "street", "jia"),
        ("yi-1", "street", "yi"),
    ):
        places.add_place(by=job, kind=kind, name=f"{place_id}区", parent_id=parent, place_id=place_id)
    known: dict[tuple[str, str | None], Any] = {}

    def enter(role: str, place: str | None, **more: Any) -> Any:
        if (role, place) not in known:
            user = User.objects.create(username=f"{role}.{place}", citizen_of=more.pop("citizen_of", ""))
            where = Place.objects.unscoped("test").get(place_id=place) if place else None
            Grant.objects.create(user=user, role=role, place=where, since=job.at)
            known[role, place] = user
        return access_of(known[role, place], **more)

    return World(side(job, "jia", "13800138000"), side(job, "yi", "13900139000"), job, enter)


@pytest.fixture
def showing(world: Any) -> Any:
    """The two counties, with what holds derived."""
    from shown_rows import derived, shown

    from sizao.register.bridge.people import derive_people
    from sizao.register.models import Person

    derive_people(Person.objects.unscoped("test").values_list("pk", flat=True))
    assert shown() == derived() and shown()["now_status"]
    return world


def side(job: Any, county: str, phone: str) -> Side:
    """Records in one county."""
    from sizao.register.actions import answers, cases, events, orders, people, requests, tests, users
    from sizao.register.models import ApiToken, Grant, NowExcess, NowTouched, Place, User

    home = Place.objects.unscoped("test").get(place_id=f"{county}-1")
    person, other, double, merged = (
        people.add_person(by=job, home_place_id=home.place_id, name=f"{county}{name}", phone=given).person_id
        for name, given in (("李四", phone), ("王五", None), ("李 四", None), ("王 五", None))
    )
    people.merge_people(by=job, kept=other, gone=merged)
    case = cases.report_case(by=job, person_id=other, confirmed_on=DAY, classification="confirmed")
    place = cases.record_case_place(
        by=job, case_id=case.case_id, place_id=home.place_id, role="home", spread_risk=True
    )
    about = {"by": job, "person_id": person}
    event = events.record_event(**about, kind="exposed_to_case", occurred_on=DAY, case_id=case.case_id)
    taken_back = events.record_event(by=job, person_id=double, kind="exposed_to_case", occurred_on=DAY)
    events.void_event(by=job, event_id=taken_back.event_id)
    NowTouched.objects.filter(person_id=double).delete()  # derived: nothing holds any more
    user = User.objects.create(username=f"{county}.worker")
    until = job.at + dt.timedelta(days=9)
    order = orders.impose_order(**about, since=DAY, issuer="office", restriction="home_isolation").order_id
    for kind in ("longer", "stricter"):  # the second is answered
        more = {"order_id": order, "since": DAY, "derived_at": job.at, "text_zh": "超", "text_en": "beyond"}
        NowExcess.objects.create(person_id=person, kind=kind, **more)
    answers.answer_excess(
        by=job, about=f"order:{order}", kind="stricter", since=DAY, version=0, said="not_ours", text="不是我们"
    )
    return Side(
        county=county,
        street=home.place_id,
        person=person,
        phone=phone,
        other=other,
        double=double,
        merged=merged,
        event=event.event_id,
        case=case.case_id,
        case_place=place.pk,
        test=tests.record_test(**about, sampled_on=DAY).test_id,
        order=order,
        place_order=orders.impose_order(
            by=job, place_id=home.place_id, since=DAY, issuer="office", level="high"
        ).order_id,
        request=requests.take_request(**about, kind="food", occurred_on=DAY, text="米").request_id,
        place_request=requests.take_request(
            by=job, place_id=home.place_id, kind="food", occurred_on=DAY, text="菜"
        ).request_id,
        team=users.add_team(by=job, name="team", place_id=county).pk,
        user=user.username,
        grant=Grant.objects.create(user=user, role="tracer", place=home, since=job.at).pk,
        token=ApiToken.objects.create(user=user, name="t", digest=county, made_at=job.at, until=until).pk,
    )
