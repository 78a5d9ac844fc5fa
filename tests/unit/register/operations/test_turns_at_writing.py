"""Writers of one file take turns: first come first served, other processes too, and nobody waits for ever."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from sizao.register.sqlite.turns import Turns

OTHER = """
import sys, time, fcntl
from sizao.register.sqlite.turns import Turns
turns = Turns(sys.argv[1])
print("ready", flush=True)
for _ in range(int(sys.argv[2])):
    turns.take(20)
    with open(sys.argv[1] + ".log", "a") as log:
        log.write(sys.argv[3])
    time.sleep(0.005)
    turns.give_up()
"""


def test_threads_have_their_turn_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    turns, order = Turns(str(tmp_path / "db")), []
    turns.take(5)

    def write(number: int) -> None:
        turns.take(5)
        order.append(number)
        turns.give_up()

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
        time.sleep(0.02)
    assert order == []
    turns.give_up()
    for thread in threads:
        thread.join()
    assert order == [*range(8)]


def test_who_waited_too_long_is_told_so_and_the_others_go_on(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "db"))
    turns.take(5)
    began = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        turns.take(0.1)
    assert 0.1 <= time.monotonic() - began < 2
    turns.give_up()
    turns.take(0.1)
    turns.give_up()


def test_another_process_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "db"))
    held = os.open(tmp_path / "db-turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(OperationalError, match="locked"):
        turns.take(0.1)
    fcntl.flock(held, fcntl.LOCK_UN)
    turns.take(0.1)
    with pytest.raises(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    turns.give_up()
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(held)


def test_a_process_that_wants_turn_after_turn_lets_another_in_between(tmp_path: Path) -> None:
    name = str(tmp_path / "db")
    turns = Turns(name)
    turns.take(5)
    code = [sys.executable, "-c", OTHER, name]
    processes = [subprocess.Popen([*code, "60", letter], stdout=subprocess.PIPE) for letter in "ab"]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    turns.give_up()
    for process in processes:
        assert process.communicate(timeout=60) and process.returncode == 0
    log = Path(f"{name}.log").read_text()
    assert len(log) == 120 and log.count("ab") + log.count("ba") >= 20  # some 4 where the lucky one goes first


def test_a_folder_that_gives_no_locks_stops_nobody(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "nowhere" / "db"))
    turns.take(0.1)
    turns.give_up()


def test_a_transaction_that_fails_or_is_closed_gives_its_turn_back(register: Any) -> None:
    found = register.child("turns_back")
    assert found == {"begun": True, "rolled back": False, "closed": False, "refused": False, "committed": False}
