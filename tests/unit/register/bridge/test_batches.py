"""People are derived as soon as they are written, those of a moment together, whatever fails."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import now_rows
import pytest
from other_process import run

MET = dt.date(2022, 11, 19)


def expose(by: Any, person: str) -> Any:
    from sizao.register.actions import events

    return events.record_event(by=by, person_id=person, kind="exposed_to_case", occurred_on=MET)


def standing() -> set[str]:
    return {row["person_id"] for row in now_rows.shown("status")}


def waiting() -> list[str]:
    from sizao.register.models import NowTouched

    return [*NowTouched.objects.filter(derived_at=None).order_by("id").values_list("person_id", flat=True)]


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The people of each batch, as they are derived."""
    from sizao.register.bridge import batch

    usual, calls = batch.derive_people, []

    def derive_people(people: list[str]) -> None:
        calls.append([*people])
        usual(people)

    monkeypatch.setattr(batch, "derive_people", derive_people)
    return calls


def test_a_user_sees_at_once_what_follows_from_what_they_wrote(town: Any) -> None:
    expose(town.user, "p-1")
    assert standing() == {"p-1"}
    assert waiting() == []


def test_a_job_goes_on_at_once_and_the_rows_follow(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import batch

    usual, go_on = batch.derive_people, threading.Event()

    def derive_people(people: list[str]) -> None:
        go_on.wait(20)
        usual(people)

    monkeypatch.setattr(batch, "derive_people", derive_people)
    expose(town.job, "p-1")
    assert standing() == set()
    assert waiting() == ["p-1"]
    go_on.set()
    assert eventually(lambda: standing() == {"p-1"} and not waiting())


def test_a_writer_does_not_wait_for_ever(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register.bridge import batch

    go_on = threading.Event()
    monkeypatch.setattr(batch, "PATIENCE", 0.2)
    monkeypatch.setattr(batch, "derive_people", lambda people: go_on.wait(20))
    began = time.monotonic()
    event = expose(town.user, "p-1")
    assert time.monotonic() - began < 5
    assert event.pk
    assert waiting() == ["p-1"]
    go_on.set()


def test_many_writers_share_batches_and_all_are_derived(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    calls, errors = counted(monkeypatch), []

    def write(person: str) -> None:
        try:
            for _ in range(5):
                expose(town.user, person)
                assert person in standing()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(f"p-{n}",)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not errors
    assert standing() == {f"p-{n}" for n in range(1, 9)}
    assert waiting() == []
    assert len(calls) < 40, "nobody shared a batch"
    assert sum(thread.name == "sizao-derive" for thread in threading.enumerate()) == 1


def test_one_who_cannot_be_derived_holds_up_nobody(
    town: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from sizao.register.actions import act
    from sizao.register.bridge import batch
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.stale import derive_stale

    derive_everybody()
    usual = batch.derive_people

    def derive_people(people: list[str]) -> None:
        if "p-1" in people:
            raise ValueError("an error in a rule")
        usual(people)

    monkeypatch.setattr(batch, "derive_people", derive_people)
    with caplog.at_level(logging.WARNING, "sizao.derive"):
        with monkeypatch.context() as silent:
            silent.setattr(act, "after_write", [])
            for person in ("p-1", "p-2", "p-3"):
                expose(town.user, person)
        batch._try(["p-2", "p-1", "p-3"])
        assert standing() == {"p-2", "p-3"}
        expose(town.user, "p-1")
        expose(town.user, "p-4")
    assert standing() == {"p-2", "p-3", "p-4"}
    assert waiting() == ["p-1", "p-1"]
    assert "p-1 could not be derived" in caplog.text
    assert "an error in a rule" in caplog.text
    monkeypatch.setattr("sizao.register.bridge.stale.SOON", dt.timedelta(0))
    assert derive_stale().people == ("p-1",)
    assert waiting() == []


def test_where_the_database_is_not_to_be_had_nobody_is_tried_alone(
    town: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import OperationalError

    from sizao.register.bridge import batch

    calls = []

    def derive_people(people: list[str]) -> None:
        calls.append(people)
        raise OperationalError("database is locked")

    monkeypatch.setattr(batch, "derive_people", derive_people)
    batch._try(["p-1", "p-2"])
    assert calls == [["p-1", "p-2"]]
    assert "database is locked" in caplog.text


def test_in_a_transaction_people_are_derived_where_the_write_can_be_seen(town: Any) -> None:
    from django.db import transaction

    from sizao.register.bridge import batch

    with transaction.atomic():
        expose(town.user, "p-1")
        assert standing() == set()
        batch.derive_soon(["p-1"], True)
        assert standing() == {"p-1"}
        transaction.set_rollback(True)
    assert standing() == set()
    assert waiting() == []


def test_what_is_rolled_back_derives_nobody(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    calls = counted(monkeypatch)
    with transaction.atomic():
        expose(town.user, "p-1")
        transaction.set_rollback(True)
    expose(town.user, "p-2")
    assert calls == [["p-2"]]


def test_a_process_that_ends_derives_first_who_waits(town: Any, committed: str, tmp_path: Path) -> None:
    assert run(committed, tmp_path, "ends") == 0
    assert standing() == {f"p-{n}" for n in range(1, 10)}
    assert waiting() == []


def test_a_forked_process_has_a_thread_of_its_own(town: Any, committed: str, tmp_path: Path) -> None:
    assert run(committed, tmp_path, "fork") == 0
    assert standing() == {"p-1", "p-2"}


def test_who_was_written_by_a_process_that_was_killed_is_found_by_the_next_run(
    town: Any, committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.bridge import stale
    from sizao.register.bridge.now import derive_everybody

    derive_everybody()
    assert run(committed, tmp_path, "killed before it derives") == -9
    assert standing() == set()
    monkeypatch.setattr(stale, "SOON", dt.timedelta(0))
    assert stale.derive_stale().people == ("p-1",)
    assert standing() == {"p-1"}
    assert not stale.find_stale()


def test_batches_for_which_nobody_waits_keep_apart_and_one_that_is_awaited_comes_at_once(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register.bridge import batch

    batches: list[list[str]] = []
    monkeypatch.setattr(batch, "APART", 0.5)
    monkeypatch.setattr(batch, "_try", batches.append)
    batcher = batch.Batcher()
    assert batcher.add(["p-1"], waits=False).result(10) is None
    later = [batcher.add([name], waits=False) for name in ("p-2", "p-3")]
    time.sleep(0.1)
    assert batches == [["p-1"]]
    begun = time.monotonic()
    assert batcher.add(["p-4"], waits=True).result(10) is None
    assert time.monotonic() - begun < 0.4
    assert batches == [["p-1"], ["p-2", "p-3", "p-4"]]
    assert all(done.done() for done in later)
    batcher.add(["p-5"], waits=False).result(10)
    assert time.monotonic() - begun >= 0.5
    batcher.end(10)
