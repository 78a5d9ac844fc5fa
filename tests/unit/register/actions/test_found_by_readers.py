"""What readers of the register found once: each stays mended."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from sizao.errors import SizaoError

DAY = dt.date(2022, 11, 19)


def test_what_takes_an_event_back_stands_with_the_person_of_the_event(city: Any) -> None:
    from sizao.register.actions.events import record_event

    event = record_event(by=city.job, person_id=city.jia_person, kind="arrived_from_abroad", occurred_on=DAY)
    for kind in ("void", "exposed_to_case"):
        with pytest.raises(SizaoError) as refused:
            record_event(by=city.job, person_id=city.yi_person, kind=kind, occurred_on=DAY, voids=event.event_id)
        assert refused.value.code == "other-person"
    record_event(by=city.job, person_id=city.jia_person, kind="void", occurred_on=DAY, voids=event.event_id)


def test_after_a_merge_either_record_may_take_back_what_is_of_the_other(city: Any) -> None:
    from sizao.register.actions.events import record_event
    from sizao.register.actions.people import merge_people

    event = record_event(by=city.job, person_id=city.yi_person, kind="arrived_from_abroad", occurred_on=DAY)
    merge_people(by=city.job, kept=city.jia_person, gone=city.yi_person)
    record_event(by=city.job, person_id=city.jia_person, kind="void", occurred_on=DAY, voids=event.event_id)


def test_a_county_keeps_nobody_without_a_role_whom_another_added(city: Any) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.users import add_user, end_grant, grant_role, set_password

    everywhere, county, other = (city.access("administrator", place) for place in (None, "jia", "yi"))
    add_user(by=everywhere, username="fresh", password="a long and winding road")
    own = add_user(by=county, username="own", password="a long and winding road")
    new = "another long and winding road"
    for by, name, may in (
        (county, "fresh", False), (everywhere, "fresh", True), (county, "own", True), (other, "own", False),
    ):  # fmt: skip
        if may:
            set_password(by=by, username=name, password=new)
        else:
            with pytest.raises(SizaoError, match="not-found"):
                set_password(by=by, username=name, password=new)
    grant = grant_role(by=everywhere, username="own", role="tracer", place_id="yi")
    end_grant(by=everywhere, grant_id=grant.pk)
    later = access_of(county.user)
    with pytest.raises(SizaoError, match="not-found"):  # their last role was next door
        set_password(by=later, username="own", password=new)
    assert own.username == "own"


def test_a_key_with_another_body_is_refused_and_with_the_same_is_done_once(city: Any, client: Any) -> None:
    from sizao.register.actions.users import make_token
    from sizao.register.clock import now
    from sizao.register.models import Person

    access = city.access("epidemiologist", "jia")
    _, token = make_token(by=access, name="program", may_write=True, until=now() + dt.timedelta(days=1))

    def add(name: str) -> Any:
        body = json.dumps({"name": name, "home_place_id": "jia-1"})
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "k1"}
        return client.post("/api/people", body, content_type="application/json", headers=headers)

    first, again, other = add("赵一"), add("赵一"), add("钱二")
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "key-reused")
    assert "赵一" not in str(list(Person.objects.unscoped("test").values_list("added__about", flat=True)))


def test_no_name_is_opened_for_who_may_not_see_the_person(city: Any, monkeypatch: Any) -> None:
    from sizao.register import seal
    from sizao.register.actions.find import find_person

    opened: list[Any] = []
    unsealed = seal._open
    monkeypatch.setattr(seal, "_open", lambda sealed: opened.append(sealed) or unsealed(sealed))
    tracer = city.access("tracer", "jia")
    with pytest.raises(SizaoError, match="not-found"):
        find_person(city.yi_person, tracer, "see_people", names=True)
    assert opened == []
    assert find_person(city.jia_person, tracer, "see_people", names=True).name == "李四" and opened


def test_rows_asked_for_of_one_person_or_seen_through_glass_alone_are_a_look_at_them(city: Any, client: Any) -> None:
    from sizao.register.access import access_of
    from sizao.register.actions.events import record_event
    from sizao.register.actions.users import make_token
    from sizao.register.actions.work import break_glass
    from sizao.register.models import Read

    for person in (city.jia_person, city.yi_person):
        record_event(by=city.job, person_id=person, kind="arrived_from_abroad", occurred_on=DAY)
    tracer = city.access("tracer", "jia")
    _, token = make_token(by=tracer, name="program", until=tracer.at + dt.timedelta(days=1))
    headers = {"authorization": f"Bearer {token}"}

    def looked_at() -> list[str]:
        return list(Read.objects.exclude(person_id="").order_by("pk").values_list("person_id", flat=True))

    assert client.get("/api/events", headers=headers).status_code == 200 and looked_at() == []
    client.get("/api/events", {"person_id": city.jia_person, "history": "true"}, headers=headers)
    assert looked_at() == [city.jia_person]
    client.get("/api/events", {"person_id": city.yi_person}, headers=headers)  # next door: nothing was seen
    assert looked_at() == [city.jia_person]
    break_glass(by=access_of(tracer.user), person_id=city.yi_person, reason="密接从乙区来，需核实")
    rows = client.get("/api/events", headers=headers).json()["rows"]
    assert {row["person_id"] for row in rows} == {city.jia_person, city.yi_person}
    assert looked_at() == [city.jia_person, city.yi_person] and Read.objects.get(person_id=city.yi_person).glass


def test_an_event_that_was_taken_back_is_in_the_history_alone(city: Any, client: Any) -> None:
    from sizao.register.actions.events import record_event, void_event
    from sizao.register.actions.users import make_token

    wrong, right = (
        record_event(by=city.job, person_id=city.jia_person, kind=kind, occurred_on=DAY)
        for kind in ("arrived_from_abroad", "exposed_to_case")
    )
    back = void_event(by=city.job, event_id=wrong.event_id)
    for role, place in (("tracer", "jia"), ("epidemiologist", None)):
        access = city.access(role, place)
        _, token = make_token(by=access, name="program", until=access.at + dt.timedelta(days=1))

        def ids(token: str = token, **asked: str) -> set[str]:
            answer = client.get("/api/events", asked, headers={"authorization": f"Bearer {token}"})
            return {row["event_id"] for row in answer.json()["rows"]}

        assert ids() == {right.event_id}
        assert ids(history="true") == {wrong.event_id, right.event_id, back.event_id}
