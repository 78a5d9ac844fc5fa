"""A register in a real file, made once; each test has a copy and works on it in processes that may be killed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent / "in_child.py"
COMMAND = "from sizao.cli.app import main; main()"


@dataclass
class Register:
    """A folder with a register in it, and ways to work on it from outside."""

    home: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.home / "register.sqlite3"

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query, as SQLite gives them."""
        with closing(sqlite3.connect(self.file)) as db:
            return db.execute(sql, values).fetchall()

    def tables(self, leave_out: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        names = [name for (name,) in self.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            name: sorted(self.ask(f'SELECT * FROM "{name}"'), key=repr) for name in names if name not in leave_out
        }

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """A function of in_child.py, in a process (and group) of its own."""
        return self._start([sys.executable, str(SCRIPTS), *arguments], more)

    def child(self, *arguments: str, **more: str) -> Any:
        """What it printed at last, as JSON; it must not fail."""
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return json.loads(out.splitlines()[-1])

    def command(self, *arguments: str, text: str = "", **more: str) -> tuple[int, str]:
        """`sizao ARGUMENTS`: its exit status and what it said."""
        process = self._start([sys.executable, "-c", COMMAND, *arguments], more)
        out, err = process.communicate(text, timeout=120)
        return process.returncode, out + err

    def serve(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """`sizao serve`, left running."""
        return self._start([sys.executable, "-c", COMMAND, "serve", *arguments], more)

    def _start(self, command: list[str], more: dict[str, str]) -> subprocess.Popen[str]:
        about = {name: value for name, value in os.environ.items() if not name.startswith("SIZAO_")}
        about |= {"SIZAO_HOME": str(self.home), "DATABASE_URL": "", "SIZAO_TODAY": "2022-11-20", "COLUMNS": "200"}
        process = subprocess.Popen(
            command,
            env=about | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        """Whatever is still running of what was started here, with what that started."""
        for process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with a made-up city of 2,000 people, some named people, and a backup of it."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    register = Register(folder / "made")
    with (folder / "made.lock").open("w") as lock:  # all workers of a run share it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (register.home / "whole.sizao").exists():
            try:
                register.child("make")
            finally:
                register.end()
    return register.home


@pytest.fixture
def register(made: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of it for one test."""
    home = tmp_path / "register"
    home.mkdir(mode=0o700)
    for name in ("register.sqlite3", "keys.json", "whole.sizao"):
        shutil.copy(made / name, home / name)
    copy = Register(home)
    yield copy
    copy.end()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Callable[[str], Register]]:
    """Folders without a register."""
    found: list[Register] = []

    def at(name: str) -> Register:
        found.append(Register(tmp_path / name))
        return found[-1]

    yield at
    for register in found:
        register.end()
