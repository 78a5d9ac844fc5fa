"""What is personal goes some time after release; who has something open stays; nothing else can be changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

MET = dt.date(2022, 11, 12)
RELEASED = dt.date(2022, 11, 20)  # five days and three after it, under cn-2022-11-11
DAYS = 30
LAST = dt.date(2022, 12, 20)  # the last day on which the text is kept
DUE = dt.date(2022, 12, 21)


@pytest.fixture
def on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.date], None]:
    """on(DAY): it is that day, at noon."""

    def set_day(day: dt.date) -> None:
        settings.SIZAO_TODAY = day
        noon = dt.datetime.combine(day, dt.time(4), dt.UTC)
        ticks = iter(range(1, 1_000_000))
        monkeypatch.setattr(timezone, "now", lambda: noon + dt.timedelta(milliseconds=next(ticks)))

    return set_day


@pytest.fixture
def add(city: Any, on: Any) -> Callable[..., str]:
    """add("p"): somebody with personal text who was recorded on 13 November; met a case unless told otherwise."""
    from sizao.register.access import access_of_job
    from sizao.register.actions import events, people

    def person(name: str, met: bool = True) -> str:
        on(dt.date(2022, 11, 13))
        job = access_of_job("test")
        texts = {"name": f"名{name}", "phone": f"138{abs(hash(name)) % 10**8:08}", "number": f"N-{name}"}
        about = {"birth_date": dt.date(1980, 5, 17), "sex": "female", "traits": "elderly", **texts}
        people.add_person(by=job, home_place_id="jia-1", person_id=name, **about)
        if met:
            events.record_event(by=job, person_id=name, kind="exposed_to_case", occurred_on=MET)
        return name

    return person


def due(days: int = DAYS) -> list[str]:
    from sizao.register.retention import find_due

    return [name for name, _ in find_due(days).people]


def erase() -> int:
    from sizao.register.access import access_of_job
    from sizao.register.retention import erase_people, find_due

    return erase_people(access_of_job("retention"), find_due(DAYS))


def row(name: str) -> Any:
    from sizao.register.models import Person

    return Person.objects.unscoped("test").get(pk=name)


def test_the_text_is_kept_for_its_days_after_the_last_measure_and_then_goes(add: Any, on: Any) -> None:
    from sizao.register.models import Act, Event
    from sizao.register.retention import count_personal

    add("p-1")
    on(LAST)
    assert due() == []
    on(DUE)
    assert due() == ["p-1"]
    before, known = count_personal(), row("p-1")
    assert erase() == 1
    after = count_personal()
    assert before["people"] - after["people"] == 1
    gone = row("p-1")
    for name in ("name", "phone", "number", "traits"):
        assert getattr(known, name) and getattr(gone, name) is None
    assert gone.name_hash == gone.phone_hash == gone.number_hash == ""
    assert gone.birth_date == dt.date(1980, 1, 1) and gone.sex == "female" and gone.area == known.area
    assert gone.version == known.version + 1 and gone.erased_at is not None
    assert Event.objects.unscoped("test").get(person_id="p-1").occurred_on == MET  # for statistics
    act = Act.objects.latest("pk")
    assert (act.action, act.by, act.rows) == ("erase_people", None, 1)
    assert act.about == {"days": DAYS, "on": DUE.isoformat(), "job": "retention"} and act.person_id == ""
    assert due() == [] and erase() == 0


def test_the_words_of_requests_reasons_and_the_citizens_account_go_too(add: Any, on: Any, city: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import requests
    from sizao.register.models import BrokenGlass, Request, User

    add("p-1")
    job = access_of_job("test")
    asked = requests.take_request(by=job, kind="food", occurred_on=MET, person_id="p-1", text="三号楼的李四要买药")
    answered = {"request_id": asked.request_id, "version": 1, "answered_on": dt.date(2022, 11, 13)}
    requests.answer_request(by=job, **answered)
    about = {"since": job.at, "until": job.at + dt.timedelta(hours=1), "person_id": "p-1"}
    BrokenGlass.objects.create(user=city.user("tracer", "yi"), reason="她是我的邻居，来电求助", **about)
    User.objects.create(username="c", first_name="李四", citizen_of="p-1")
    on(DUE)
    assert erase() == 1
    rows = Request.objects.unscoped("test").filter(person_id="p-1").order_by("version")
    assert [(r.version, r.kind, r.occurred_on, r.text) for r in rows] == [
        (1, "food", MET, None),
        (2, "food", MET, None),
    ]
    assert BrokenGlass.objects.get(person_id="p-1").reason is None
    citizen = User.objects.get(username="c")
    assert (citizen.first_name, citizen.is_active) == ("", False)


def open_order(job: Any) -> None:
    from sizao.register.actions import orders

    orders.impose_order(by=job, person_id="p-1", restriction="home_isolation", since=MET, issuer="x")


def lifted_order(job: Any) -> None:
    from sizao.register.actions import orders

    about = {"by": job, "person_id": "p-1", "restriction": "home_isolation", "since": MET}
    order = orders.impose_order(**about, issuer="x")
    orders.lift_order(by=job, order_id=order.order_id, version=1, until=dt.date(2022, 11, 14))


def late_order(job: Any) -> None:
    from sizao.register.actions import orders

    about = {"by": job, "person_id": "p-1", "restriction": "home_isolation", "since": MET}
    orders.impose_order(**about, until=dt.date(2022, 11, 25), issuer="x")


def open_request(job: Any) -> None:
    from sizao.register.actions import requests

    requests.take_request(by=job, kind="food", occurred_on=MET, person_id="p-1")


def withdrawn_order(job: Any) -> None:
    from sizao.register.actions import orders

    about = {"by": job, "person_id": "p-1", "restriction": "home_isolation", "since": MET}
    order = orders.impose_order(**about, issuer="x")
    orders.withdraw_order(by=job, order_id=order.order_id, version=1)


def open_case(job: Any) -> None:
    from sizao.register.actions import cases

    cases.report_case(by=job, person_id="p-1", confirmed_on=MET, classification="confirmed")


def late_visit(job: Any) -> None:
    from sizao.register.actions import visits

    visits.log_visit(by=job, person_id="p-1", outcome="seen_ok", occurred_on=dt.date(2022, 11, 21))


def second_exposure(job: Any) -> None:
    from sizao.register.actions import events

    events.record_event(by=job, person_id="p-1", kind="exposed_to_case", occurred_on=dt.date(2022, 11, 13))


def merged_with_somebody_recent(job: Any) -> None:
    from sizao.register.actions import people

    people.add_person(by=job, home_place_id="jia-1", person_id="p-2", name="另")
    late_visit_of(job, "p-2")
    people.merge_people(by=job, kept="p-2", gone="p-1")


def late_visit_of(job: Any, name: str) -> None:
    from sizao.register.actions import visits

    visits.log_visit(by=job, person_id=name, outcome="seen_ok", occurred_on=dt.date(2022, 11, 21))


@pytest.mark.parametrize(
    ("what", "is_due"),
    [
        (open_order, False),
        (lifted_order, True),
        (late_order, False),
        (withdrawn_order, True),
        (open_request, False),
        (open_case, False),
        (late_visit, False),
        (second_exposure, False),
        (merged_with_somebody_recent, False),
    ],
)
def test_who_has_something_open_or_recent_stays(add: Any, on: Any, what: Any, is_due: bool) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.retention import find_due

    add("p-1")
    on(dt.date(2022, 11, 25))
    what(access_of_job("test"))
    on(DUE)
    found = find_due(DAYS)
    assert [name for name, _ in found.people] == (["p-1"] if is_due else [])
    assert (found.open_orders, found.open_requests) == (what is open_order, what is open_request)
    assert (found.open_cases, found.open_measures) == (what is open_case, False)


def test_a_case_that_was_never_closed_and_a_measure_still_in_force_are_counted(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.retention import find_due

    for name in ("p-1", "p-2", "p-3"):
        add(name)
    open_case(access_of_job("test"))
    on(RELEASED)
    found = find_due(2)  # so short that what is recorded of them lies before it, though they are bound
    assert (found.open_cases, found.open_measures, found.people) == (1, 2, ())
    on(dt.date(2025, 1, 1))
    found = find_due(DAYS)
    assert (found.open_cases, found.open_measures) == (1, 0)
    assert [name for name, _ in found.people] == ["p-2", "p-3"]


def test_an_open_request_or_order_holds_however_old_it_is(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job

    add("p-1")
    open_request(access_of_job("test"))
    add("p-2")
    on(dt.date(2025, 1, 1))
    assert due() == ["p-2"]


def test_who_was_never_under_a_measure_counts_from_what_was_recorded_of_them(add: Any, on: Any) -> None:
    add("p-1", met=False)
    on(dt.date(2022, 12, 13))
    assert due() == []
    on(dt.date(2022, 12, 14))
    assert due() == ["p-1"]


def test_who_changed_after_it_was_asked_stays(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import events, people
    from sizao.register.retention import erase_people, find_due

    for n in range(3):
        add(f"p-{n}")
    on(DUE)
    found, job = find_due(DAYS), access_of_job("test")
    assert len(found.people) == 3
    events.record_event(by=job, person_id="p-0", kind="exposed_to_case", occurred_on=DUE)
    people.change_person(by=job, person_id="p-1", version=1, phone="13700137000")
    assert erase_people(job, found) == 1
    assert row("p-0").name and row("p-1").name and row("p-2").name is None


def test_who_comes_back_and_is_named_again_is_erased_again(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import people

    add("p-1")
    on(DUE)
    assert erase() == 1
    people.change_person(by=access_of_job("test"), person_id="p-1", version=2, name="名")
    assert due() == ["p-1"] and erase() == 1 and row("p-1").name is None


def test_words_of_an_answer_go_also_where_it_came_after_the_person_was_erased(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import answers, orders
    from sizao.register.models import ExcessAnswer, NowExcess

    add("p-1")
    job = access_of_job("test")
    order = orders.impose_order(
        by=job, person_id="p-1", restriction="home_isolation", since=MET, until=RELEASED, issuer="x"
    )
    on(DUE)
    assert erase() == 1 and due() == []
    about = {"kind": "longer", "since": MET, "derived_at": job.at, "text_zh": "超", "text_en": "beyond"}
    NowExcess.objects.create(person_id="p-1", order_id=order.order_id, **about)
    NowExcess.objects.create(person_id="p-1", **about)
    for name in (f"order:{order.order_id}", "person:p-1"):
        answers.answer_excess(by=job, about=name, kind="longer", since=MET, said="not_ours", text="李四家")
        assert due() == ["p-1"] and erase() == 1 and due() == []
    assert not ExcessAnswer.objects.filter(text__isnull=False).exists()


REFUSED = (
    "UPDATE requests SET kind = 'x'",
    "UPDATE requests SET text = 'x'",
    "UPDATE requests SET text = NULL, answered_on = '2022-01-01'",
    "DELETE FROM requests",
    "UPDATE events SET occurred_on = '2022-01-01'",
    "DELETE FROM events",
    "DELETE FROM acts",
    "UPDATE acts SET rows = 2",
)


def test_nothing_but_the_words_of_requests_can_be_taken_out_of_facts(add: Any, on: Any) -> None:
    from sizao.register.access import access_of_job
    from sizao.register.actions import requests

    add("p-1")
    requests.take_request(by=access_of_job("t"), kind="food", occurred_on=MET, person_id="p-1", text="words")
    for sql in REFUSED:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests SET text = NULL")


def test_traces_that_outlived_their_use_go_and_others_stay(db: None) -> None:
    from allauth.usersessions.models import UserSession
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.contrib.sessions.models import Session

    from sizao.register.access import access_of_job
    from sizao.register.models import Import, ImportPart, NowRun, User
    from sizao.register.retention import count_old, erase_old

    now = timezone.now()
    old, new = now - dt.timedelta(days=91), now - dt.timedelta(days=89)
    for at in (old, new):
        attempt = AccessAttempt.objects.create(username=str(at), failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at)
        for model in (AccessFailureLog, AccessLog):
            log = model.objects.create(username=str(at))
            model.objects.filter(pk=log.pk).update(attempt_time=at)
        run = {"on": at.date(), "known_at": at, "places_at": at, "rulebook": "x", "seconds": 1, "people": 1}
        NowRun.objects.create(**run)
        one = Import.objects.create(import_id=str(at), made_at=at, changed_at=at, digest=str(at))
        ImportPart.objects.create(of=one, kind="file", content=b"x")
    Import.objects.update(changed_at=now - dt.timedelta(days=31))
    fresh = Import.objects.create(import_id="fresh", made_at=now, changed_at=now, digest="f")
    ImportPart.objects.create(of=fresh, kind="file", content=b"x")
    user = User.objects.create(username="u")
    for key, ends in (("ended", now - dt.timedelta(hours=1)), ("alive", now + dt.timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="", data={})
    expected = {"attempts": 1, "failures": 1, "sign_ins": 1, "user_sessions": 1, "sessions": 1}
    expected |= {"uploads": 2, "runs": 1}
    job = access_of_job("retention")
    assert count_old() == erase_old(job) == expected
    assert not any(count_old().values())
    assert Session.objects.get().session_key == UserSession.objects.get().session_key == "alive"
    assert NowRun.objects.get().known_at == new and ImportPart.objects.get().of == fresh
    NowRun.objects.update(known_at=old)
    assert erase_old(job)["runs"] == 0  # what the screens show is of the last one, however old
