"""Everybody is derived at once: the same as from the tables, all or nothing, and never over what is later."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import now_rows
import pyarrow as pa
import pytest
from other_process import run

ON = dt.date(2022, 11, 20)
MET = dt.date(2022, 11, 19)


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is derived after a write but by the test."""
    from sizao.register.actions import act

    monkeypatch.setattr(act, "after_write", [])


def expose(town: Any, person: str, **more: Any) -> Any:
    from sizao.register.actions import events

    about = {"kind": "exposed_to_case", "occurred_on": MET} | more
    return events.record_event(by=town.job, person_id=person, **about)


def standing() -> dict[str, str]:
    """person -> phase."""
    return {row["person_id"]: row["phase"] for row in now_rows.shown("status")}


def touched() -> list[tuple[str, bool]]:
    """(person, whether derived since)."""
    from sizao.register.models import NowTouched

    rows = NowTouched.objects.order_by("id").values_list("person_id", "derived_at")
    return [(name, done is not None) for name, done in rows]


def test_a_city_is_derived_as_from_its_tables(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.now import derive_everybody

    run = derive_everybody()
    wanted = now_rows.derived(city_register, ON)
    for name in now_rows.models():
        assert now_rows.shown(name) == wanted[name], name
        assert wanted[name], f"the city has no {name} to compare"
    assert (run.on, run.people, run.rulebook) == (ON, len(wanted["status"]), "cn-2022-11-11")
    assert run.seconds > 0


def test_the_last_day_is_that_of_the_measures_that_still_bind(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.now import derive_everybody

    derive_everybody()
    measures = now_rows.derived(city_register, ON)["measures"]
    ends: dict[str, list[dt.date]] = {}
    for row in measures:
        until = row["until"] or dt.date.max
        if row["phase"] is not None and until >= ON:
            ends.setdefault(row["person_id"], []).append(until)
    shown = {row["person_id"]: row["last_day"] for row in now_rows.shown("status", whole=True)}
    assert shown == {
        name: max(ends[name]) if name in ends and max(ends[name]) < dt.date.max else None for name in shown
    }
    assert len({*shown.values()}) > 5


def test_who_is_due_a_test_today_is_marked(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.now import derive_everybody

    derive_everybody()
    due = {row["person_id"] for row in now_rows.shown("tests_due") if row["on"] == ON}
    marked = {row["person_id"] for row in now_rows.shown("status", whole=True) if row["test_due"]}
    assert marked == due
    assert max(row["on"] for row in now_rows.shown("tests_due")) > ON + dt.timedelta(2)


def test_no_rulebook_asks_for_a_test_on_a_day_that_is_not_kept() -> None:
    from sizao.policy.library import rulebooks
    from sizao.register.bridge.rows import AHEAD

    asked = [
        day
        for book in rulebooks()
        for measure in book.measures
        for phase, _, _ in book.measure(measure.id).spans()
        for day in phase.test_days or ()
    ]
    assert max(asked) - 1 <= AHEAD.days


def test_words_are_in_both_languages_of_the_same_row(city_register: Mapping[str, pa.Table]) -> None:
    from sizao.register.bridge.now import derive_everybody

    derive_everybody()
    for name, words in (("excesses", "text"), ("place_excesses", "text"), ("undecided", "why")):
        for row in now_rows.shown(name, whole=True):
            zh, en = row[f"{words}_zh"], row[f"{words}_en"]
            assert any("一" <= letter <= "鿿" for letter in zh)
            assert not any("一" <= letter <= "鿿" for letter in en)
            if row.get("days") is not None:
                assert str(row["days"]) in zh
                assert str(row["days"]) in en


def test_an_empty_register_has_nobody_under_a_measure(committed: str) -> None:
    from sizao.register.bridge.now import derive_everybody

    assert derive_everybody().people == 0
    assert not any(now_rows.everything_shown().values())


def test_the_date_is_todays_unless_one_is_given(town: Any, settings: Any) -> None:
    from sizao.register.bridge.now import derive_everybody

    expose(town, "p-1")
    assert derive_everybody().on == ON
    assert standing() == {"p-1": "central_isolation"}
    assert derive_everybody(ON + dt.timedelta(30)).on == ON + dt.timedelta(30)
    assert standing() == {}
    settings.SIZAO_TODAY = None
    before = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    assert derive_everybody().on in (before, before + dt.timedelta(1))


def test_a_later_run_replaces_every_row(town: Any) -> None:
    from sizao.register.actions import events
    from sizao.register.bridge.now import derive_everybody

    first = expose(town, "p-1")
    expose(town, "p-2")
    derive_everybody()
    events.void_event(by=town.job, event_id=first.event_id)
    expose(town, "p-3")
    derive_everybody()
    assert standing() == dict.fromkeys(("p-2", "p-3"), "central_isolation")
    assert touched() == []


def test_a_run_that_fails_leaves_the_older_rows_whole(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import now
    from sizao.register.models import NowRun

    expose(town, "p-1")
    now.derive_everybody()
    expose(town, "p-2")
    before, marks = now_rows.everything_shown(), touched()
    usual, calls = now.insert, []

    def fail(table: str, columns: Any) -> None:
        calls.append(table)
        if table == "now_undecided":
            raise OSError("no space left on device")
        usual(table, columns)

    monkeypatch.setattr(now, "insert", fail)
    with pytest.raises(OSError, match="no space"):
        now.derive_everybody()
    assert "now_status" in calls
    assert (now_rows.everything_shown(), touched(), NowRun.objects.count()) == (before, marks, 1)


def test_a_run_that_is_killed_leaves_the_older_rows_whole(town: Any, committed: str, tmp_path: Path) -> None:
    from sizao.register.bridge.now import derive_everybody

    expose(town, "p-1")
    derive_everybody()
    expose(town, "p-2")
    before, marks = now_rows.everything_shown(), touched()
    assert run(committed, tmp_path, "killed while it replaces rows") == -9
    assert (now_rows.everything_shown(), touched()) == (before, marks)
    derive_everybody()
    assert [*standing()] == ["p-1", "p-2"]


def test_who_was_derived_from_later_facts_keeps_those_rows(town: Any) -> None:
    from sizao.register.actions import events
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.people import derive_people

    wrong = expose(town, "p-1")
    expose(town, "p-2")
    derive_everybody()

    def meanwhile(step: str) -> None:
        if step == "derive":  # everything was read
            events.void_event(by=town.job, event_id=wrong.event_id)
            for person in ("p-2", "p-3", "p-4"):
                expose(town, person)
            derive_people(["p-1", "p-3"])

    derive_everybody(progress=meanwhile)
    assert standing() == dict.fromkeys(("p-2", "p-3"), "central_isolation")
    assert touched() == [("p-1", True), ("p-2", False), ("p-3", True), ("p-4", False)]
    derive_people(["p-2", "p-4"])
    assert standing() == dict.fromkeys(("p-2", "p-3", "p-4"), "central_isolation")
    derive_everybody()
    assert touched() == []


def test_a_fact_of_a_merged_record_is_as_late_as_one_of_the_record_itself(town: Any) -> None:
    from sizao.register.actions import people
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.people import derive_people

    people.merge_people(by=town.job, kept="p-2", gone="p-1")

    def meanwhile(step: str) -> None:
        if step == "derive":
            expose(town, "p-1")
            derive_people(["p-1"])

    derive_everybody(progress=meanwhile)
    assert standing() == {"p-2": "central_isolation"}


def test_who_is_written_while_rows_are_replaced_has_them_once(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from sizao.register.bridge import now

    if connection.vendor != "postgresql":
        pytest.skip("on SQLite nobody writes meanwhile")
    expose(town, "p-1")
    now.derive_everybody()
    usual, before = now.insert, now_rows.everything_shown()

    def write() -> None:
        expose(town, "p-1")
        connection.close()

    def meanwhile(table: str, columns: Any) -> None:
        if table == "now_status":
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(20)
        usual(table, columns)

    monkeypatch.setattr(now, "insert", meanwhile)
    now.derive_everybody()
    assert now_rows.everything_shown() == before
    assert touched() == [("p-1", False)]


def test_a_bulk_load_while_everybody_is_derived_is_not_forgotten(town: Any) -> None:
    from register_loading import load

    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.stale import find_stale

    def meanwhile(step: str) -> None:
        if step == "derive":
            about = {"kind": ["exposed_to_case"], "occurred_on": [MET], "recorded_at": [dt.datetime.now(dt.UTC)]}
            load({"events": {"event_id": ["e-1"], "person_id": ["p-1"], **about}})

    derive_everybody(progress=meanwhile)
    assert standing() == {}
    assert find_stale().everybody
    derive_everybody()
    assert standing() == {"p-1": "central_isolation"}
    assert not find_stale()


def test_of_two_runs_the_one_that_began_later_stays(town: Any) -> None:
    from sizao.register.bridge.now import derive_everybody

    expose(town, "p-1")
    inner = []

    def meanwhile(step: str) -> None:
        if step == "derive" and not inner:
            expose(town, "p-2")
            inner.append(derive_everybody())

    outer = derive_everybody(progress=meanwhile)
    assert outer == inner[0]
    assert standing() == dict.fromkeys(("p-1", "p-2"), "central_isolation")


def test_k_waits_for_who_is_writing(town: Any) -> None:
    from django.db import connection

    from sizao.register.actions.act import acting
    from sizao.register.bridge.instant import choose_instant

    began, go_on, written = threading.Event(), threading.Event(), []

    def write() -> None:
        with acting("try", town.job) as writing:
            began.set()
            go_on.wait(10)
            written.append(writing.at)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    began.wait(10)
    chosen: list[dt.datetime] = []

    def choose() -> None:
        chosen.append(choose_instant())
        connection.close()

    other = threading.Thread(target=choose)
    other.start()
    other.join(0.3)
    assert not chosen, "K was chosen while a write was under way"
    go_on.set()
    thread.join(10)
    other.join(10)
    assert chosen[0] > written[0]


def test_a_write_that_does_not_end_is_said(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from sizao.errors import SizaoError
    from sizao.register.actions.act import acting
    from sizao.register.bridge import instant

    if connection.vendor != "postgresql":
        pytest.skip("SQLite gives up by itself, after the time of its settings")
    monkeypatch.setattr(instant, "PATIENCE", 1)
    monkeypatch.setattr(instant, "TRIES", 2)
    began, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with acting("try", town.job):
            began.set()
            go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    began.wait(10)
    with pytest.raises(SizaoError) as error:
        instant.choose_instant()
    assert error.value.code == "writing-goes-on"
    go_on.set()
    thread.join(10)
    assert instant.choose_instant()


def test_an_event_that_is_called_as_a_case_is_refused(town: Any) -> None:
    from sizao.errors import SizaoError
    from sizao.register.bridge.now import derive_everybody

    with pytest.raises(SizaoError) as error:
        expose(town, "p-1", kind="case/confirmed/local")
    assert error.value.code == "reserved-kind"
    assert derive_everybody()


def test_areas_can_be_derived_by_themselves(town: Any) -> None:
    from sizao.register.actions import cases
    from sizao.register.bridge.now import derive_everybody, derive_places

    assert derive_places() is None
    run = derive_everybody()
    case = cases.report_case(by=town.job, person_id="p-1", confirmed_on=MET, classification="confirmed")
    cases.record_case_place(by=town.job, case_id=case.case_id, place_id="unit-1", role="home", spread_risk=True)
    again = derive_places()
    assert again is not None
    assert again.places_at > run.places_at == run.known_at == again.known_at
    assert now_rows.shown("areas")
    assert standing() == {}
