"""The screens, served for the journeys: a small register of its own, a browser, users who are signed in."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from made_up_register import ON
from walking import Walk

HERE = Path(__file__).parent
HOST, PATIENCE = "127.0.0.1", 60.0
DESK, TELEPHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 780}
PASSWORD = "sizao-demo-2022"


@dataclass
class Served:
    """The register as `sizao serve` serves it."""

    address: str
    ids: dict[str, str]
    states: dict[str, Any]
    """Who is signed in already, by user name: the cookies."""
    looked: set[tuple[str, ...]]
    data: set[str]
    speaks: dict[str, str] = field(default_factory=dict)
    """In which language pages speak to a user, as far as it is known."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Made once for each worker, in a process whose environment names no other register."""
    from sizao.register.demo import environment

    _find_chromium()
    folder = tmp_path_factory.mktemp("register")
    surroundings = environment(folder, ON)
    made = subprocess.run(
        [sys.executable, str(HERE / "made_up_register.py"), str(folder)],
        env=surroundings,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 0, made.stderr
    port = _free_port()
    command = [sys.executable, "-c", "from sizao.cli.app import main; main()", "serve", "--port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--workers", "1", "--derive-every", "600"], env=surroundings, stdout=log, stderr=log
        )
    try:
        _wait_for(port, server)
        ids = json.loads(made.stdout)
        yield Served(f"http://{HOST}:{port}", ids, {}, set(), set(ids.pop("data")))
    finally:
        server.terminate()
        server.wait(30)
    assert "Error" not in (said := (folder / "log").read_text("utf-8")), said


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser of this machine. It ends with the module: while it runs, Django's database refuses this thread."""
    program = _find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


Enter = Callable[..., Walk]


@pytest.fixture
def walk_as(served: Served, chromium: Any) -> Iterator[Enter]:
    """walk_as("tracer"): a window in which the user is signed in; None: nobody is. Checked when the test ends."""
    walks, windows = [], []

    def enter(
        user: str | None, lang: str = "zh", *, phone: bool = False, dark: bool = False, script: bool = True
    ) -> Walk:
        if user is not None and user not in served.states:
            served.states[user] = _sign_in(chromium, served, user)
        window = chromium.new_context(
            viewport=TELEPHONE if phone else DESK,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            storage_state=served.states.get(user) if user else None,
            locale="zh-CN" if lang == "zh" else "en-GB",
        )
        window.set_default_timeout(30_000)
        windows.append(window)
        page = window.new_page()
        shown = (user or "nobody", lang, *(["phone"] if phone else []), *(["dark"] if dark else []))
        walk = Walk(page, served.address, served.ids, served.looked, served.data, shown, script)
        walks.append(walk)
        if user is None:
            page.goto(served.address + "/sign-in")
        elif served.speaks.get(user, "zh") != lang:
            page.goto(served.address + "/account")
            walk.change_language()
        if user:
            served.speaks[user] = lang
        return walk

    yield enter
    wrong = [found for walk in walks for found in walk.wrong]
    for window in windows:
        window.close()
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def _sign_in(chromium: Any, served: Served, user: str) -> Any:
    with chromium.new_context() as window:
        form = window.request.get(served.address + "/sign-in").text()
        token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = window.request.post(
            served.address + "/sign-in",
            form={"csrfmiddlewaretoken": token, "login": user, "password": PASSWORD},
            headers={"Referer": served.address + "/sign-in"},
        )
        assert 'href="/account"' in answer.text(), answer.text()
        return window.storage_state()


def _find_chromium() -> str:
    pytest.importorskip("playwright", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium")
    return program


def _free_port() -> int:
    with socket.socket() as door:
        door.bind((HOST, 0))
        return int(door.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(0.1)
        assert server.poll() is None, "the register did not start"
        try:
            asked = HTTPConnection(HOST, port, timeout=PATIENCE)
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:
                return
        except OSError:
            continue
    raise AssertionError("the register does not answer")
