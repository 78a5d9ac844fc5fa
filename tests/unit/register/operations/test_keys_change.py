"""Keys are changed: what was sealed opens as before, the old keys open nothing, a kill loses nothing."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken

from sizao.errors import SizaoError
from sizao.register import place

SEALED = {"people": "name", "requests": "text"}


def keys_of(register: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((register.home / "keys.json").read_text())
    return said


def opened_by(register: Any, key: str) -> int:
    """How many values a key opens."""
    found = 0
    for table, column in SEALED.items():
        for (value,) in register.ask(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
            try:
                Fernet(key).decrypt(value)
                found += 1
            except InvalidToken:
                pass
    return found


def triggers(register: Any) -> list[Any]:
    found: list[Any] = register.ask("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    return found


def test_killed_in_the_middle_it_goes_on_and_in_the_end_the_old_keys_open_nothing(register: Any) -> None:
    before, old, guarded = register.child("plain"), keys_of(register), triggers(register)
    assert len(before["people"]) == 40 and before["secrets"][1]["migrated_codes"] == ["c-1"]
    killed = register.start("rotate_and_die", "2020")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    half = keys_of(register)
    assert half["fields"][1:] == old["fields"] and half["old_lookup"] == old["lookup"]
    assert opened_by(register, half["fields"][0]) and opened_by(register, old["fields"][0])
    for command in (["serve", "--port", "1"], ["backup", "--out", str(register.home / "half")]):
        status, said = register.command(*command)
        assert status == 1 and "keys-rotating" in said, said  # nobody would find, or open, what is half

    status, said = register.command("work", "rotate-keys")
    assert status == 0 and "The old keys are in" in said, said
    new = keys_of(register)
    assert new == {"signing": old["signing"], "fields": half["fields"][:1], "lookup": half["lookup"]}
    assert new["fields"] != old["fields"] and new["lookup"] != old["lookup"]
    assert register.child("plain") == before
    assert opened_by(register, new["fields"][0]) >= 80 and opened_by(register, old["fields"][0]) == 0
    retired = [*register.home.glob("keys-until-*.json")]
    assert [json.loads(file.read_text()) for file in retired] == [old]
    assert all(file.stat().st_mode & 0o77 == 0 for file in [*retired, register.home / "keys.json"])
    assert triggers(register) == guarded
    with closing(sqlite3.connect(register.file)) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("UPDATE requests SET text = x'00'")
    assert register.ask("SELECT count(*) FROM acts WHERE action = 'rotate_keys'") == [(1,)]


def test_nobody_changes_keys_under_a_service(register: Any) -> None:
    old = keys_of(register)
    place.hold(register.home)
    try:
        status, said = register.command("work", "rotate-keys")
        assert status == 1 and "in-use" in said and "stop `sizao serve`" in said
        assert keys_of(register) == old
    finally:
        place.let_go(register.home)


def test_keys_from_the_environment_are_not_changed_but_their_new_one_seals_everything(register: Any) -> None:
    old = keys_of(register)
    (register.home / "keys.json").unlink()
    given = {"SIZAO_SIGNING_KEY": "s", "SIZAO_FIELD_KEYS": old["fields"][0], "SIZAO_LOOKUP_KEY": old["lookup"]}
    status, said = register.command("work", "rotate-keys", **given)
    assert status == 1 and "keys-missing" in said and "before the old one" in said
    new = place.new_field_key()
    given |= {"SIZAO_FIELD_KEYS": f"{new},{old['fields'][0]}", "SIZAO_LOOKUP_KEY": "other"}
    status, said = register.command("work", "rotate-keys", **given)
    assert status == 0 and "take the old key out" in said, said
    assert opened_by(register, old["fields"][0]) == 0 and not [*register.home.glob("keys*")]
    assert len(register.child("plain", **given | {"SIZAO_FIELD_KEYS": new})["people"]) == 40


def test_a_value_that_no_key_opens_stops_it_and_the_keys_stay(register: Any) -> None:
    with closing(sqlite3.connect(register.file)) as db:
        db.execute("UPDATE people SET name = x'6162' WHERE person_id = 'q-7'")
        db.commit()
    status, said = register.command("work", "rotate-keys")
    assert status == 1 and "seal-broken" in said and "people q-7" in said
    assert len(keys_of(register)["fields"]) == 2


def test_a_register_is_held_by_many_or_by_one(tmp_path: Any) -> None:
    place.hold(tmp_path)
    place.hold(tmp_path)
    place.hold(tmp_path, alone=True)  # nobody else holds it
    assert (tmp_path / place.IN_USE).stat().st_mode & 0o77 == 0
    code = "import sys; from pathlib import Path; from sizao.register import place; place.hold(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode and "a command has the register alone" in done.stderr
    place.let_go(tmp_path)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    place.hold(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    held = os.open(tmp_path / place.IN_USE, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_SH)
    with pytest.raises(SizaoError) as refused:
        place.hold(tmp_path, alone=True)
    assert refused.value.code == "in-use"
    os.close(held)
