"""Killed in the middle of writes and derivations, no room on the disk, locked for too long: nothing lost or half."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

NOW = ("now_status", "now_tests_due", "now_excesses", "now_undecided", "now_areas", "now_place_excesses", "now_runs")


def test_killed_under_load_each_write_that_was_acknowledged_is_there_once_and_none_is_half(register: Any) -> None:
    writers = register.start("write_on", "8", "60")
    said = [writers.stdout.readline().strip() for _ in range(100)]
    os.killpg(writers.pid, signal.SIGKILL)
    said += writers.stdout.read().split()
    assert len(said) >= 100 and len({name.split("-")[0] for name in said}) == 8
    keys = [key for (key,) in register.ask("SELECT key FROM acts WHERE key LIKE 'w%'")]
    assert len(keys) == len({*keys}) and {*said} <= {*keys}
    assert len(keys) - len(said) <= 8  # of each writer at most one was committed and not said
    of_acts = "SELECT count(*) FROM events JOIN acts ON acts.id = act_id WHERE key LIKE 'w%'"
    touched = "SELECT count(DISTINCT person_id) FROM now_touched"
    assert register.ask(of_acts) == [(len(keys),)]
    assert register.ask(touched)[0][0] >= 30
    assert register.ask("PRAGMA integrity_check") == [("ok",)]
    register.child("send_again", ",".join([*said[:5], "w9-new"]))
    assert register.ask(of_acts) == [(len(keys) + 1,)]


def test_killed_while_everybody_is_derived_the_old_rows_stand_and_the_next_run_works(register: Any) -> None:
    before = {name: rows for name, rows in register.tables().items() if name in NOW}
    killed = register.start("derive_and_die")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert {name: rows for name, rows in register.tables().items() if name in NOW} == before
    assert all(before[name] for name in ("now_status", "now_runs"))
    status, said = register.command("work", "derive")
    assert status == 0 and "Everybody derived" in said
    after = register.tables()
    count = {name: len(after[name]) for name in NOW[:-1]}
    assert count == {name: len(before[name]) for name in NOW[:-1]} and len(after["now_runs"]) == 2


@pytest.mark.parametrize("way", ["file size", "pages"])
def test_where_there_is_no_room_a_write_is_refused_with_words_and_nothing_is_half(register: Any, way: str) -> None:
    found = register.child("disk_full", way)
    assert found["first"] == 303 and found["reading"] == 200 and found["after"][0] == 303
    status, page, _ = found["full"]
    assert status == 507 and "cannot write any more" in page and "Keep a note of it" in page
    written = register.ask("SELECT count(*) FROM acts WHERE key LIKE 'f0%'")[0][0]
    assert written == found["sent"] + 1  # all that were answered, and the refused one after there was room again
    rows = "SELECT count(*) FROM events JOIN acts ON acts.id = act_id WHERE key LIKE 'f0%'"
    assert register.ask(rows) == [(written,)] and register.ask("PRAGMA integrity_check") == [("ok",)]


def test_a_database_that_is_locked_for_too_long_is_said_to_be_busy_and_the_form_can_be_sent_again(
    register: Any,
) -> None:
    found = register.child("locked")
    status, page, again = found["busy"]
    assert status == 503 and "The register is busy" in page and again == "5"
    assert found["health"] == [200, found["health"][1] | {"database": "busy"}]
    assert found["after"] == 303
    assert register.ask("SELECT count(*) FROM acts WHERE key LIKE 'f0%1'") == [(1,)]
