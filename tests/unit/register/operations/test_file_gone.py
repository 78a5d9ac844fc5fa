"""The register's file is moved, deleted or exchanged under a service: nothing is written that would be lost."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from test_serving import ask, free_port, wait_for

KEPT = {"register.sqlite3", "register.sqlite3-wal", "register.sqlite3-shm"}


@pytest.mark.parametrize("way", ["moved", "exchanged"])
def test_writes_are_refused_with_words_until_the_file_is_back_and_none_that_was_answered_is_lost(
    register: Any, way: str
) -> None:
    found = register.child("moved", way)
    assert (found["before"], found["ok"]) == (303, 200)
    status, page, _ = found["write"]
    assert status == 503 and "was moved, deleted or replaced" in page and str(register.home) not in page
    assert found["health"] == [503, {"database": "moved"}]
    assert found["counted"] == "register-moved" and found["api"] == [503, "register-moved"]
    status, page = found["anew"]
    assert status == 503 and "was moved, deleted or replaced" in page
    assert found["files"] == [way == "exchanged", True]  # none was made; the log is as it was
    assert found["back"] == 303
    assert register.ask("SELECT count(*) FROM acts WHERE key LIKE 'f0%'") == [(2,)]


def test_the_service_goes_on_saying_so_with_new_workers_and_is_not_started_over_the_log(register: Any) -> None:
    port = free_port()
    server = register.serve("--port", str(port), "--workers", "1", "--derive-every", "0")
    wait_for(port, server)
    with sqlite3.connect(register.file) as db:
        db.execute("UPDATE users SET first_name = 'acknowledged' WHERE username = 'chief'")
        away = register.home / "away"
        register.file.rename(away)  # what was written last lies in the log
    assert ask(port, "/health")[0] == 503
    (worker,) = map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split())
    os.kill(worker, signal.SIGKILL)
    assert wait_for(port, server) == {"database": "moved"}
    cookie = {"Cookie": "sizao=x" * 8}
    assert ask(port, "/", **cookie)[0] == 503
    server.send_signal(signal.SIGKILL)
    server.wait()
    log = (register.home / "register.sqlite3-wal").read_bytes()
    assert log
    status, said = register.command("serve", "--port", str(port))
    assert status == 1 and "register-moved" in said and "put the register's file back" in said
    status, said = register.command("work", "derive")
    assert status == 1 and "no-register" in said
    assert not register.file.exists() and (register.home / "register.sqlite3-wal").read_bytes() == log
    away.rename(register.file)
    assert register.ask("SELECT first_name FROM users WHERE username = 'chief'") == [("acknowledged",)]


def test_who_signs_in_while_there_is_no_room_is_told_that_and_not_that_they_tried_too_often(register: Any) -> None:
    found = register.child("sign_in_full")
    assert found["before"] == found["after"] == 200
    status, page = found["full"]
    assert status == 507 and "cannot write any more" in page


def test_the_files_are_for_their_owner_alone_also_those_of_an_older_version(register: Any) -> None:
    register.file.chmod(0o644)
    found = register.child("modes")
    assert {*found} >= KEPT and {*found.values()} == {"0o600"}


def test_a_new_register_is_its_owners_alone_whatever_others_may_read_here(made: Any) -> None:
    assert (made / "register.sqlite3").stat().st_mode & 0o777 == 0o600


def test_ctrl_c_stops_the_service_and_what_derives_beside_it_without_a_traceback(register: Any) -> None:
    port = free_port()
    server = register.serve("--port", str(port), "--workers", "1")
    wait_for(port, server)
    os.killpg(server.pid, signal.SIGINT)  # as a terminal does
    _, said = server.communicate(timeout=40)
    assert "Traceback" not in said and "KeyboardInterrupt" not in said


def test_a_body_over_the_limit_is_refused_with_words_and_leaves_no_traceback(register: Any) -> None:
    port = free_port()
    server = register.serve("--port", str(port), "--workers", "1", "--derive-every", "0")
    wait_for(port, server)
    body = "--x\r\nContent-Disposition: form-data; name=files; filename=a.csv\r\n\r\n" + "a" * 2**21 + "\r\n--x--\r\n"
    cookie = ask(port, "/sign-in")[1]["Set-Cookie"].split(";")[0]
    kinds = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "en", "Cookie": cookie}
    status, _, page = ask(port, "/import", "POST", body, **kinds)
    assert status == 413 and "too much at once" in page
    server.send_signal(signal.SIGTERM)
    said = server.communicate(timeout=30)[1]
    assert "Traceback" not in said and "TooBig" not in said
