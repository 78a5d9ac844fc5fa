"""The screens in a register in memory: somebody signed in with a role, and facts in both counties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

TODAY = dt.date(2022, 11, 20)
BROWSER = "Mozilla/5.0 (the tests)"


@pytest.fixture(autouse=True)
def second_factor_optional(settings: Any) -> None:
    """As in the demonstration; tests of signing in ask for it again."""
    settings.SIZAO_TOTP = "optional"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 still, at the cost of a test."""
    for name, cost in (("time_cost", 1), ("memory_cost", 256), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)


@dataclass
class Side:
    """What is on record in one county: ids by their names in addresses, and texts that nobody else may see."""

    ids: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


@pytest.fixture
def sign_in(city: Any) -> Callable[..., Client]:
    """sign_in("tracer", "jia"): a browser in which a new user with that role is signed in; None: nobody is."""

    def enter(role: str | None, place: str | None = "jia", *, language: str = "en", citizen_of: str = "") -> Client:
        browser = Client(headers={"user-agent": BROWSER})
        if role is not None:
            user = city.user(role, place)
            user.language, user.citizen_of = language, citizen_of
            user.save()
            browser.force_login(user)
            session = browser.session
            from sizao.web.sessions import BROWSER as KEY
            from sizao.web.sessions import browser_of

            request = type("Request", (), {"headers": {"User-Agent": BROWSER}})
            session[KEY] = browser_of(request)  # type: ignore[arg-type]
            session.save()
            browser.user = user  # type: ignore[attr-defined]
        return browser

    return enter


@pytest.fixture
def sides(city: Any) -> dict[str, Side]:
    """The same facts in jia and in yi."""
    from sizao.register.actions import cases, events, orders, people, places, requests, tests, users, visits
    from sizao.register.models import Grant, Import, NowExcess, NowStatus, Person, Place, User

    day = dt.date(2022, 11, 19)
    found = {}
    for name, person_id in (("jia", city.jia_person), ("yi", city.yi_person)):
        by = city.job
        person = Person.objects.unscoped("test").get(pk=person_id)
        other = people.add_person(by=by, home_place_id=name, name=f"钱{name}", number=f"NUMBER{name}").person_id
        about = {"by": by, "person_id": person_id}
        case = cases.report_case(by=by, person_id=other, confirmed_on=day, classification="confirmed")
        event = events.record_event(**about, kind="exposed_to_case", occurred_on=day, case_id=case.case_id)
        test = tests.record_test(**about, sampled_on=day, tube_id=f"tube-of-{name}")
        order = orders.impose_order(**about, since=day, issuer=f"office-of-{name}", restriction="home_isolation")
        asked = requests.take_request(**about, kind="food", occurred_on=day, text=f"words-of-{name}")
        visits.log_visit(**about, outcome="seen_ok", occurred_on=day)
        place = Place.objects.unscoped("test").get(place_id=name)
        street = places.add_place(
            by=by, kind="street", name=f"street-of-{name}", parent_id=name, place_id=f"{name}-9"
        )
        users.add_team(by=by, name=f"team-of-{name}", place_id=name)
        user = User.objects.create(username=f"user-of-{name}")
        grant = Grant.objects.create(user=user, role="tracer", place=place, since=by.at)
        more = {"on": day, "person": person, "derived_at": by.at}
        NowStatus.objects.create(
            **more,
            rulebook="cn-2022-11-11",
            measure="close_contact",
            restriction="central_isolation",
            phase_day=1,
            since=day,
            until=day,
            last_day=day,
            clause="二（一）",
            because=event.event_id,
        )
        texts = {"text_zh": f"多-{name}", "text_en": f"excess-of-{name}"}
        NowExcess.objects.create(person=person, derived_at=by.at, since=day, kind="longer", **texts)
        sent = Import.objects.create(import_id=f"i-of-{name}", by=user, made_at=by.at, changed_at=by.at)
        ids = {
            "import_id": sent.import_id,
            "batch_key": "0" * 32,
            "person_id": person_id,
            "phone": "13800138000" if name == "jia" else "13900139000",
            "test_id": test.test_id,
            "case_id": case.case_id,
            "event_id": event.event_id,
            "order_id": order.order_id,
            "request_id": asked.request_id,
            "place_id": street.place_id,
            "username": user.username,
            "grant_id": grant.pk,
            "token_id": 999_999,
            "rulebook_id": "cn-2022-11-11",
            "paper_code": "A" * 27,
            "code": "no-such-code",
        }
        secret = [other, person.name, person.phone, f"NUMBER{name}", f"excess-of-{name}", f"team-of-{name}"]
        hidden = [ids[key] for key in ("person_id", "test_id", "case_id", "event_id", "order_id", "request_id")]
        named = [f"tube-of-{name}", f"office-of-{name}", f"words-of-{name}", f"user-of-{name}", f"street-of-{name}"]
        found[name] = Side(ids, [*secret, *hidden, *named])
    return found


@pytest.fixture
def on_that_day(settings: Any, db: None) -> Iterator[None]:
    """The day is held still, and no figures are kept from another test."""
    from sizao.register.figures import forget_figures

    settings.SIZAO_TODAY = TODAY
    forget_figures()
    yield
    forget_figures()


@pytest.fixture
def record(city: Any) -> Any:
    """record(person, days_ago, place, ...): somebody becomes a case, so many days ago; gives the case."""
    from sizao.register.actions import cases, people

    def add(
        ago: int = 0, place: str = "jia-1", person: str = "", classification: str = "confirmed", **more: Any
    ) -> Any:
        person = person or people.add_person(by=city.job, home_place_id=place or None).person_id
        day = TODAY - dt.timedelta(days=ago)
        more = {"confirmed_on": day, "classification": classification, "origin": "local", **more}
        return cases.report_case(by=city.job, person_id=person, **more)

    return add
