"""A few people are derived by themselves: as everybody would be, never over what is later; nobody is forgotten."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import now_rows
import pytest

from sizao.errors import SizaoError

ON = dt.date(2022, 11, 20)
MET = dt.date(2022, 11, 19)


@pytest.fixture(autouse=True)
def touching(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was touched by writes; nobody is derived but by the test."""
    from sizao.register.actions import act

    found: list[str] = []
    monkeypatch.setattr(act, "after_write", [lambda people, waits: found.extend(people)])
    return found


def expose(town: Any, person: str, **more: Any) -> Any:
    from sizao.register.actions import events

    about = {"kind": "exposed_to_case", "occurred_on": MET} | more
    return events.record_event(by=town.job, person_id=person, **about)


def derive(*people: str) -> dict[str, str]:
    """Derives people; person -> measure of all who have a status."""
    from sizao.register.bridge.people import derive_people

    derive_people(people)
    return {row["person_id"]: row["measure"] for row in now_rows.shown("status")}


def waiting() -> list[str]:
    from sizao.register.models import NowTouched

    return [*NowTouched.objects.filter(derived_at=None).order_by("id").values_list("person_id", flat=True)]


def test_who_meets_a_case_is_a_contact_until_that_is_taken_back(town: Any) -> None:
    from sizao.register.actions import events

    event = expose(town, "p-1")
    assert waiting() == ["p-1"]
    assert derive("p-1") == {"p-1": "close_contact"}
    assert waiting() == []
    assert now_rows.shown("tests_due")
    events.void_event(by=town.job, event_id=event.event_id)
    assert derive("p-1") == {}
    assert not any(now_rows.of_people().values())


def test_others_keep_their_rows(town: Any) -> None:
    expose(town, "p-1")
    expose(town, "p-2")
    assert derive("p-1", "p-2", "p-9") == {"p-1": "close_contact", "p-2": "close_contact"}
    before = now_rows.shown("status")[0]
    expose(town, "p-3")
    assert derive("p-3") == dict.fromkeys(("p-1", "p-2", "p-3"), "close_contact")
    assert now_rows.shown("status")[0] == before


def test_an_event_that_turns_out_to_be_somebody_elses_frees_the_first(town: Any, touching: list[str]) -> None:
    from sizao.register.actions.events import void_event

    wrong = expose(town, "p-1")
    assert derive("p-1") == {"p-1": "close_contact"}
    touching.clear()
    void_event(by=town.job, event_id=wrong.event_id)
    expose(town, "p-2")
    assert touching == ["p-1", "p-2"]
    assert derive("p-1") == {}
    assert derive(*touching) == {"p-2": "close_contact"}


def test_a_case_that_was_none_leaves_what_held_before(town: Any) -> None:
    from sizao.register.actions import cases

    expose(town, "p-1")
    case = cases.report_case(by=town.job, person_id="p-1", confirmed_on=ON, classification="confirmed")
    assert derive("p-1") == {"p-1": "case"}
    cases.withdraw_case(by=town.job, case_id=case.case_id, version=1)
    assert derive("p-1") == {"p-1": "close_contact"}


def test_a_merged_record_has_no_rows_and_its_facts_are_those_of_the_other(town: Any) -> None:
    from sizao.register.actions import people

    expose(town, "p-1")
    assert derive("p-1") == {"p-1": "close_contact"}
    people.merge_people(by=town.job, kept="p-2", gone="p-1")
    assert derive("p-1") == {"p-2": "close_contact"}
    people.merge_people(by=town.job, kept="p-3", gone="p-2")
    assert derive("p-2", "p-3") == {"p-3": "close_contact"}
    assert waiting() == []
    people.unmerge_people(by=town.job, kept="p-3", gone="p-2")
    assert derive("p-2", "p-3") == {"p-2": "close_contact"}
    people.unmerge_people(by=town.job, kept="p-2", gone="p-1")
    assert derive("p-2", "p-1") == {"p-1": "close_contact"}


def test_who_moves_is_seen_where_they_live_now(town: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.models import NowStatus

    expose(town, "p-1")
    derive("p-1")
    people.change_person(by=town.job, person_id="p-1", version=1, home_place_id="yi")
    assert derive("p-1") == {"p-1": "close_contact"}
    areas = NowStatus.objects.unscoped("test").values_list("person__area", "person__home_id")
    assert [home for _, home in areas] == ["yi"]


def test_an_excess_is_said_in_both_languages(town: Any) -> None:
    from sizao.register.actions import orders

    more = {"restriction": "central_isolation", "issuer": "街道"}
    orders.impose_order(by=town.job, person_id="p-1", since=ON, until=ON + dt.timedelta(2), **more)
    derive("p-1")
    (row,) = now_rows.shown("excesses", whole=True)
    assert (row["kind"], row["days"]) == ("no_rule", 3)
    assert "集中隔离" in row["text_zh"]
    assert "central isolation" in row["text_en"]


def test_an_unknown_kind_is_undecided_and_has_no_last_day(town: Any) -> None:
    expose(town, "p-1", kind="bus_ride")
    assert derive("p-1") == {"p-1": "undecided"}
    assert [row["kind"] for row in now_rows.shown("undecided")] == ["bus_ride"]
    assert now_rows.shown("status", whole=True)[0]["last_day"] is None


def test_a_run_from_older_facts_changes_nothing(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import people

    usual = people.people_rows

    def overtaken(by: Callable[[], Any]) -> Any:
        """The rows as usual; before they are written, another derivation of the same person is done."""

        def rows(*args: Any) -> Any:
            found = usual(*args)
            monkeypatch.setattr(people, "people_rows", usual)
            by()
            return found

        return rows

    event = expose(town, "p-1")

    def take_back_and_derive() -> None:
        from sizao.register.actions import events

        events.void_event(by=town.job, event_id=event.event_id)
        derive("p-1")

    monkeypatch.setattr(people, "people_rows", overtaken(take_back_and_derive))
    assert derive("p-1") == {}, "an older derivation was written over a later one"
    assert waiting() == []

    def expose_and_derive_everybody() -> None:
        from sizao.register.bridge.now import derive_everybody

        expose(town, "p-1")
        derive_everybody()

    monkeypatch.setattr(people, "people_rows", overtaken(expose_and_derive_everybody))
    assert derive("p-1") == {"p-1": "close_contact"}

    def take_back_and_derive_everybody() -> None:
        from sizao.register.actions import events
        from sizao.register.bridge.now import derive_everybody
        from sizao.register.models import Event

        for row in Event.objects.unscoped("test").exclude(kind="void").filter(voided_by=None):
            events.void_event(by=town.job, event_id=row.event_id)
        derive_everybody()

    monkeypatch.setattr(people, "people_rows", overtaken(take_back_and_derive_everybody))
    assert derive("p-1") == {}


def test_a_later_run_by_way_of_a_merged_record_is_later_too(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.actions import events
    from sizao.register.actions import people as actions
    from sizao.register.bridge import people

    actions.merge_people(by=town.job, kept="p-2", gone="p-1")
    derive("p-1", "p-2")
    event = expose(town, "p-1")
    usual = people.people_rows

    def rows(*args: Any) -> Any:
        found = usual(*args)
        monkeypatch.setattr(people, "people_rows", usual)
        events.void_event(by=town.job, event_id=event.event_id)
        assert derive("p-1") == {}
        return found

    monkeypatch.setattr(people, "people_rows", rows)
    assert derive("p-1") == {}


def test_what_was_written_while_somebody_was_derived_still_waits(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import people

    usual = people.read_people

    def read(*args: Any) -> Any:
        found = usual(*args)
        expose(town, "p-1", kind="exposed_to_case", occurred_on=ON)
        return found

    expose(town, "p-1")
    monkeypatch.setattr(people, "read_people", read)
    derive("p-1")
    assert waiting() == ["p-1"]
    monkeypatch.setattr(people, "read_people", usual)
    derive("p-1")
    assert waiting() == []


def test_what_another_clock_says_is_later_still_waits(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import people

    event = expose(town, "p-1")
    monkeypatch.setattr(people, "now", lambda: event.recorded_at - dt.timedelta(seconds=1))
    assert derive("p-1") == {}
    assert waiting() == ["p-1"]
    monkeypatch.undo()
    assert derive("p-1") == {"p-1": "close_contact"}
    assert waiting() == []


def test_more_people_than_are_derived_together(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import people

    monkeypatch.setattr(people, "TOGETHER", 2)
    for n in range(1, 8):
        expose(town, f"p-{n}")
    assert len(derive(*(f"p-{n}" for n in range(1, 10)))) == 7
    assert waiting() == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_actions_the_rows_are_those_of_a_fresh_run(town: Any, touching: list[str], seed: int) -> None:
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.people import derive_people

    rng = random.Random(seed)
    actor = Actor(town, rng)
    done: dict[str, int] = {}
    for turn in range(70):
        name = actor.act()
        done[name] = done.get(name, 0) + 1
        if rng.random() < 0.5:  # several writes in one batch, in any order
            people = [*dict.fromkeys(touching)]
            rng.shuffle(people)
            derive_people(people)
            touching.clear()
        if turn == 40:
            derive_everybody()
    derive_people(touching)
    assert waiting() == []
    incremental = now_rows.of_people()
    derive_everybody()
    assert incremental == now_rows.of_people()
    assert incremental["status"]
    assert len(done) > 10


class Actor:
    """Does something that a user may do, of any kind, to any of nine people."""

    def __init__(self, town: Any, rng: random.Random) -> None:
        self.job, self.rng = town.job, rng
        self.events: list[Any] = []
        self.merges: list[tuple[str, str]] = []
        self.rows: dict[str, list[Any]] = {"tests": [], "cases": [], "orders": []}

    def act(self) -> str:
        """One action that was not refused; its name."""
        names = [name for name in dir(self) if name.startswith("do_")]
        weights = [1 if "merge" in name or "withdraw" in name else 4 for name in names]
        while True:
            (name,) = self.rng.choices(names, weights)
            try:
                getattr(self, name)()
            except (SizaoError, IndexError):  # refused, or there is nothing yet to do it to
                continue
            return name

    def person(self) -> str:
        return f"p-{self.rng.randint(1, 9)}"

    def day(self) -> dt.date:
        return ON - dt.timedelta(self.rng.randint(0, 12))

    def do_event(self) -> None:
        kinds = ["exposed_to_case", "exposed_to_contact", "arrived_from_abroad", "left_high_risk_area", "bus_ride"]
        event = self._event(kind=self.rng.choice(kinds))
        self.events.append(event)

    def do_replace_event(self) -> None:
        old = self.rng.choice(self.events)
        self.events.append(self._event(kind="exposed_to_case", voids=old.event_id))

    def do_void_event(self) -> None:
        from sizao.register.actions import events

        events.void_event(by=self.job, event_id=self.rng.choice(self.events).event_id)

    def _event(self, **about: Any) -> Any:
        from sizao.register.actions import events

        return events.record_event(by=self.job, person_id=self.person(), occurred_on=self.day(), **about)

    def do_test(self) -> None:
        from sizao.register.actions import tests

        result = self.rng.choice(["pending", "negative", "positive"])
        row = tests.record_test(by=self.job, person_id=self.person(), sampled_on=self.day(), result=result)
        self.rows["tests"].append(row)

    def do_result(self) -> None:
        from sizao.register.actions import tests

        row = self.rng.choice(self.rows["tests"])
        about = {"test_id": row.test_id, "version": row.version}
        self._next("tests", row, tests.record_result(by=self.job, result="negative", **about))

    def do_withdraw_test(self) -> None:
        from sizao.register.actions import tests

        row = self.rng.choice(self.rows["tests"])
        tests.withdraw_test(by=self.job, test_id=row.test_id, version=row.version)

    def do_case(self) -> None:
        from sizao.register.actions import cases

        classification = self.rng.choice(["confirmed", "asymptomatic"])
        about = {"person_id": self.person(), "confirmed_on": self.day(), "classification": classification}
        self.rows["cases"].append(cases.report_case(by=self.job, **about))

    def do_discharge(self) -> None:
        from sizao.register.actions import cases

        row = self.rng.choice(self.rows["cases"])
        about = {"case_id": row.case_id, "version": row.version, "discharged_on": self.day()}
        self._next("cases", row, cases.update_case(by=self.job, **about))

    def do_withdraw_case(self) -> None:
        from sizao.register.actions import cases

        row = self.rng.choice(self.rows["cases"])
        cases.withdraw_case(by=self.job, case_id=row.case_id, version=row.version)

    def do_order(self) -> None:
        from sizao.register.actions import orders

        restriction = self.rng.choice(["central_isolation", "home_isolation", "no_such_word"])
        until = self.rng.choice([None, ON + dt.timedelta(self.rng.randint(0, 9))])
        about = {"person_id": self.person(), "restriction": restriction, "since": self.day(), "until": until}
        self.rows["orders"].append(orders.impose_order(by=self.job, issuer="街道", **about))

    def do_lift(self) -> None:
        from sizao.register.actions import orders

        row = self.rng.choice(self.rows["orders"])
        about = {"order_id": row.order_id, "version": row.version, "until": ON}
        self._next("orders", row, orders.lift_order(by=self.job, **about))

    def do_withdraw_order(self) -> None:
        from sizao.register.actions import orders

        row = self.rng.choice(self.rows["orders"])
        orders.withdraw_order(by=self.job, order_id=row.order_id, version=row.version)

    def do_merge(self) -> None:
        from sizao.register.actions import people

        kept, gone = self.person(), self.person()
        people.merge_people(by=self.job, kept=kept, gone=gone)
        self.merges.append((kept, gone))

    def do_unmerge(self) -> None:
        from sizao.register.actions import people

        kept, gone = self.rng.choice(self.merges)
        people.unmerge_people(by=self.job, kept=kept, gone=gone)

    def do_move(self) -> None:
        from sizao.register.actions import people
        from sizao.register.models import Person

        person = Person.objects.unscoped("test").get(person_id=self.person())
        home = self.rng.choice(["yi", "jia-1"])
        people.change_person(by=self.job, person_id=person.pk, version=person.version, home_place_id=home)

    def _next(self, table: str, old: Any, new: Any) -> None:
        rows = self.rows[table]
        rows[rows.index(old)] = new
