"""`sizao serve`: made where there is none, not beyond this machine without TLS, kept fresh, stopped with care."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import threading
import time
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from sizao.cli.serve import calls_or_time, check_address, is_here
from sizao.errors import SizaoError


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def ask(port: int, path: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, Any, str]:
    """Status, headers and body of an answer."""
    line = HTTPConnection("127.0.0.1", port, timeout=40)
    try:
        line.request(method, path, body, {"User-Agent": "a test", **headers})
        answer = line.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        line.close()


def wait_for(port: int, server: Any) -> dict[str, Any]:
    for _ in range(300):
        assert server.poll() is None, server.stderr.read()
        try:
            found: dict[str, Any] = json.loads(ask(port, "/health")[2])
            return found
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it does not answer")


def test_a_register_is_served_kept_fresh_and_stopped_without_breaking_off(register: Any) -> None:
    port = free_port()
    about = {"SIZAO_TODAY": "2022-11-21", "SIZAO_METRICS_TOKEN": "t"}
    server = register.serve("--port", str(port), "--workers", "1", **about)
    assert wait_for(port, server)["database"] == "ok"
    status, headers, page = ask(port, "/sign-in")
    assert status == 200
    style = re.search(r'href="(/static/[^"]+\.css\?v=\w+)"', page)
    assert style is not None
    status, styled, text = ask(port, style[1])
    assert status == 200 and "max-age=31536000" in styled["Cache-Control"] and "{" in text
    assert ask(port, "/metrics")[0] == 404
    assert ask(port, f"/sign-in?x={'y' * 8000}")[0] == 200
    status, _, text = ask(port, f"/sign-in?x={'y' * 8190}")
    assert status == 414 and "地址太长" in text and "This address is too long" in text and "yyy" not in text
    for _ in range(200):  # a new day: everybody is derived, by the process beside the service
        if register.ask("SELECT count(*) FROM now_runs WHERE \"on\" = '2022-11-21'") == [(1,)]:
            break
        time.sleep(0.1)
    metrics = ask(port, "/metrics", Authorization="Bearer t")[2]
    said = dict(re.findall(r"^(\w+) (\S+)$", metrics, re.MULTILINE))
    assert said["sizao_writable"] == "1" and said["sizao_waiting"] == "0" and float(said["sizao_disk_free_bytes"])
    assert int(said["sizao_people_under_measure"]) > 0 and int(said["sizao_acts_total"]) > 40
    assert float(said["sizao_derived_timestamp_seconds"]) > time.time() - 300

    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = urlencode({"csrfmiddlewaretoken": token[1], "login": "chief", "password": "wrong"})
    cookie = headers["Set-Cookie"].split(";")[0]
    kinds = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    other = sqlite3.connect(register.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # the request has to wait
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(ask(port, "/sign-in", "POST", form, **kinds)))
    asking.start()
    time.sleep(1)
    server.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert server.poll() is None and not answers
    other.execute("ROLLBACK")
    asking.join(40)
    assert [answer[0] for answer in answers] == [200] and "csrfmiddlewaretoken" in answers[0][2]
    assert server.wait(30) == 0
    with pytest.raises(OSError):
        ask(port, "/health")


def test_where_there_is_no_register_one_is_made_for_its_owner_alone(empty: Any) -> None:
    new = empty("new")
    port = free_port()
    server = new.serve("--port", str(port), "--workers", "1", "--derive-every", "0")
    assert wait_for(port, server) == {"database": "ok", "derived_seconds_ago": None, "waiting": 0}
    assert {stat.S_IMODE(path.stat().st_mode) for path in new.home.iterdir()} == {0o600}
    assert stat.S_IMODE(new.home.stat().st_mode) == 0o700
    keys = json.loads((new.home / "keys.json").read_text())
    data = b"".join(path.read_bytes() for path in new.home.glob("register.sqlite3*"))
    assert all(key.encode() not in data for key in (keys["signing"], *keys["fields"], keys["lookup"]))
    password = "correct horse battery"
    status, said = new.command("users", "add", "wang", "--role", "administrator", text=f"{password}\n")
    assert (status, said.strip()) == (0, "Added wang as administrator in everywhere")
    server.send_signal(signal.SIGTERM)
    told = server.communicate(timeout=30)[1]
    assert (
        "A new register was made" in told and "no administrator yet" in told and f"http://127.0.0.1:{port}/" in told
    )
    assert server.returncode == 0 and password not in told


def test_an_older_register_is_brought_up_to_this_version_and_a_newer_one_left_alone(register: Any) -> None:
    db = sqlite3.connect(register.file, isolation_level=None)
    db.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('register', '0099_later', '2030-01-01')")
    status, said = register.command("serve", "--port", str(free_port()))
    assert status == 1 and "newer-register" in said and "0099_later" in said
    db.execute("DELETE FROM django_migrations WHERE name = '0099_later'")
    db.execute("DELETE FROM django_migrations WHERE app = 'web'")  # one that may be run twice
    port = free_port()
    server = register.serve("--port", str(port), "--workers", "1", "--derive-every", "0", "--lang", "zh")
    wait_for(port, server)
    server.send_signal(signal.SIGTERM)
    said = server.communicate(timeout=30)[1]
    assert "登记册已升级到本版本（1 步）" in said
    (kept,) = register.home.glob("before-upgrade-*.sqlite3")
    assert sqlite3.connect(kept).execute("SELECT count(*) FROM people").fetchone()[0] > 2000


def test_it_listens_beyond_this_machine_only_behind_tls_and_under_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIZAO_BEHIND_TLS", "SIZAO_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    for host in ("127.0.0.1", "::1", "[::1]", "localhost", "127.9.9.9"):
        check_address(host)
        assert is_here(host)
    for host in ("0.0.0.0", "::", "10.0.0.7", "example.org", "", "localhost.example.org"):
        with pytest.raises(SizaoError) as refused:
            check_address(host)
        assert refused.value.code == "no-tls" and "X-Forwarded-Proto" in refused.value.todo
    monkeypatch.setenv("SIZAO_BEHIND_TLS", "1")
    with pytest.raises(SizaoError, match="no-hosts"):
        check_address("0.0.0.0")
    monkeypatch.setenv("SIZAO_HOSTS", "sizao.example.org")
    check_address("0.0.0.0")


def test_the_keeper_derives_once_for_several_calls_and_ends_with_its_pipe() -> None:
    out, into = os.pipe()

    def waits(seconds: float, quiet: float) -> tuple[bool, float]:
        began = time.monotonic()
        return calls_or_time(out, seconds, quiet), time.monotonic() - began

    assert waits(0.05, 60)[0]  # nobody called: the time is up
    caller = threading.Thread(target=lambda: [(os.write(into, b"."), time.sleep(0.2)) for _ in range(4)])
    caller.start()
    goes_on, took = waits(60, quiet=1)
    assert goes_on and 1.5 < took < 30  # one answer to all four, a second after the last
    caller.join()
    os.write(into, b".")
    goes_on, took = waits(0.3, quiet=60)
    assert goes_on and took < 30  # endless calls do not put it off for ever
    os.close(into)
    goes_on, took = waits(60, quiet=1)
    assert not goes_on and took < 30
    os.close(out)
