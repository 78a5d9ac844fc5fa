"""The drill: backed up under load, restored elsewhere, the same to the last row; what is broken is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from sizao.errors import SizaoError

NOW = ("now_status", "now_tests_due", "now_excesses", "now_undecided", "now_areas", "now_place_excesses")


def now_rows(register: Any) -> dict[str, list[str]]:
    """What is shown, without when it was derived and by which number it is kept."""
    found = {}
    for name in NOW:
        columns = [row[1] for row in register.ask(f"PRAGMA table_info({name})") if row[1] not in ("id", "derived_at")]
        listed = ", ".join(f'"{column}"' for column in columns)
        found[name] = sorted(map(repr, register.ask(f"SELECT {listed} FROM {name}")))
    return found


def test_backed_up_under_load_it_is_restored_to_the_last_row_and_derives_the_same(register: Any, empty: Any) -> None:
    load = register.start("write_on", "2", "60")
    said = [load.stdout.readline().strip() for _ in range(20)]
    status, told = register.command("backup", "--out", str(register.home / "under load.sizao"))
    assert status == 0 and "keys are not in it" in told, told
    later = [load.stdout.readline().strip() for _ in range(20)]
    os.killpg(load.pid, signal.SIGKILL)
    keys = register.home / "keys.json"
    first = empty("first")
    status, told = first.command(
        "restore", str(register.home / "under load.sizao"), "--home", str(first.home), "--keys", str(keys)
    )
    assert status == 0 and "every table counted" in told, told
    with zipfile.ZipFile(register.home / "under load.sizao") as backup:
        last = json.loads(backup.read("manifest.json"))["last_act"]
    kept = {key for (key,) in first.ask("SELECT key FROM acts WHERE key LIKE 'w%'")}
    assert {*said} <= kept and first.ask("SELECT max(id) FROM acts") == [(last,)]
    assert register.ask("SELECT max(id) FROM acts")[0][0] > last and later  # it went on meanwhile
    for name in ("acts", "events", "tests", "people", "orders"):
        act = {"acts": "id", "people": "added_id"}.get(name, "act_id")
        rows = f"SELECT * FROM {name} WHERE {act} <= {last} ORDER BY 1"
        assert first.ask(rows) == register.ask(rows) == first.ask(f"SELECT * FROM {name} ORDER BY 1")
    assert register.command("work", "derive")[0] == 0
    second = empty("second")
    whole = str(register.home / "after.sizao")
    assert register.command("backup", "--out", whole)[0] == 0
    assert second.command("restore", whole, "--home", str(second.home), "--keys", str(keys))[0] == 0
    assert second.tables() == register.tables()
    before = now_rows(register)
    assert second.command("work", "derive")[0] == 0
    assert now_rows(second) == before and all(before[name] for name in ("now_status", "now_tests_due"))
    assert {path.stat().st_mode & 0o77 for path in (*second.home.iterdir(), Path(whole), second.home)} == {0}


@pytest.fixture
def restore(made: Path, tmp_path: Path, settings: Any) -> Callable[..., Path]:
    """restore(FILE): restores into a new folder with the keys of the register that was backed up."""
    if connection.vendor != "sqlite":
        pytest.skip("backups of the file of SQLite")
    said = json.loads((made / "keys.json").read_text())
    settings.SIZAO_FIELD_KEYS, settings.SIZAO_LOOKUP_KEY = said["fields"], said["lookup"]

    def at(file: Path) -> Path:
        from sizao.register.backup import restore_backup

        home = tmp_path / "restored"
        home.mkdir(exist_ok=True)
        restore_backup(file, home)
        return home

    return at


def refused(restore: Any, file: Path) -> str:
    """The code with which a backup is refused; nothing is left of it."""
    with pytest.raises(SizaoError) as error:
        restore(file)
    assert [*(file.parent / "restored").iterdir()] == []
    return str(error.value.code)


def change(made: Path, file: Path, *, manifest: Any = None, database: Any = None) -> Path:
    """A copy of the backup with something changed inside."""
    with zipfile.ZipFile(made / "whole.sizao") as old, zipfile.ZipFile(file, "w") as new:
        said, data = json.loads(old.read("manifest.json")), old.read("register.sqlite3")
        if database is not None:
            path = file.with_suffix(".db")
            path.write_bytes(data)
            with closing(sqlite3.connect(path)) as db:
                database(db)
                db.commit()
            data = path.read_bytes()
            said |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        if manifest is not None:
            manifest(said)
        new.writestr("register.sqlite3", data)
        new.writestr("manifest.json", json.dumps(said))
    return file


def test_a_whole_backup_is_restored_and_never_over_another_register(restore: Any, made: Path) -> None:
    home = restore(made / "whole.sizao")
    assert [path.name for path in home.iterdir()] == ["register.sqlite3"]
    with pytest.raises(SizaoError, match="not-empty"):
        restore(made / "whole.sizao")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_backup_is_refused(restore: Any, made: Path, tmp_path: Path, part: float) -> None:
    data = (made / "whole.sizao").read_bytes()
    cut = tmp_path / "cut.sizao"
    cut.write_bytes(data[: int(len(data) * part)])
    assert refused(restore, cut) == "backup-broken"


@pytest.mark.parametrize("part", [0.01, 0.2, 0.5, 0.8, 0.99])
def test_a_backup_with_another_byte_is_refused(restore: Any, made: Path, tmp_path: Path, part: float) -> None:
    data = bytearray((made / "whole.sizao").read_bytes())
    data[int(len(data) * part)] ^= 0x20
    broken = tmp_path / "broken.sizao"
    broken.write_bytes(data)
    assert refused(restore, broken) == "backup-broken"


def test_rows_that_went_astray_are_missed(restore: Any, made: Path, tmp_path: Path) -> None:
    lost = change(made, tmp_path / "lost", database=lambda db: db.execute("DELETE FROM now_status"))
    assert refused(restore, lost) == "backup-broken"

    def drop(db: Any) -> None:
        db.execute("DROP TABLE now_runs")

    assert refused(restore, change(made, tmp_path / "dropped", database=drop)) == "backup-broken"
    dangling = change(
        made, tmp_path / "dangling", database=lambda db: db.execute("UPDATE people SET home_place_id = 'nowhere'")
    )
    assert refused(restore, dangling) == "backup-broken"


def test_backups_of_other_versions_databases_and_keys_are_refused(
    restore: Any, made: Path, tmp_path: Path, settings: Any
) -> None:
    newer = change(made, tmp_path / "newer", manifest=lambda said: said["migrations"].append("register.0099_later"))
    assert refused(restore, newer) == "other-version"
    older = change(made, tmp_path / "older", manifest=lambda said: said["migrations"].pop())
    assert refused(restore, older) == "other-version"
    form = change(made, tmp_path / "form", manifest=lambda said: said.update(format=9))
    assert refused(restore, form) == "other-version"
    other = change(made, tmp_path / "other", manifest=lambda said: said.update(vendor="postgresql"))
    assert refused(restore, other) == "other-database"
    odd = change(made, tmp_path / "odd", manifest=lambda said: said.pop("bytes"))
    assert refused(restore, odd) == "backup-broken"
    text = tmp_path / "text"
    text.write_text("no backup")
    assert refused(restore, text) == "backup-broken"
    settings.SIZAO_LOOKUP_KEY = "another"
    same = change(made, tmp_path / "same")
    assert refused(restore, same) == "other-keys"
    from sizao.register.place import new_field_key

    settings.SIZAO_FIELD_KEYS = [new_field_key()]
    assert refused(restore, same) == "other-keys"


def test_without_its_keys_nothing_is_restored_and_nothing_left_behind(register: Any, empty: Any) -> None:
    other = empty("other")
    status, said = other.command("restore", str(register.home / "whole.sizao"), "--home", str(other.home))
    assert status == 1 and "keys-missing" in said and not other.home.exists()
    other.home.mkdir()
    shutil.copy(register.home / "keys.json", other.home / "keys.json")
    status, said = other.command("restore", str(register.home / "whole.sizao"), "--home", str(other.home))
    assert status == 0, said


def test_a_backup_never_writes_over_a_file_and_of_a_damaged_register_none_is_made(register: Any) -> None:
    status, said = register.command("backup", "--out", str(register.home / "whole.sizao"))
    assert status == 1 and "exists" in said
    with closing(sqlite3.connect(register.file)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'people'").fetchone()[0]
    with register.file.open("r+b") as file:
        file.seek(size * (root - 1) + 40)
        file.write(b"\xff" * 400)
    status, said = register.command("backup", "--out", str(register.home / "bad.sizao"))
    assert status == 1 and "backup-broken" in said, said
    assert not [*register.home.glob("*bad*")] and not [*register.home.glob(".sizao*")]
