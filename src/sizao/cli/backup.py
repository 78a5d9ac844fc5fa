"""`sizao backup` and `sizao restore`: the register in one file, and back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from sizao.cli import options as o
from sizao.cli.serve import prepare_home, words
from sizao.cli.work import open_register, set_up
from sizao.errors import SizaoError

Out = Annotated[Path, typer.Option("--out", help="The new file.", show_default=False)]
Backup = Annotated[Path, typer.Argument(help="A file that `sizao backup` made.", show_default=False)]
Home = Annotated[Path, typer.Option("--home", help="A folder without a register.", show_default=False)]
KeysFile = Annotated[Path | None, typer.Option("--keys", help="The copy of keys.json that was kept apart.")]


def register(app: typer.Typer) -> None:
    """Adds `sizao backup` and `sizao restore`."""
    app.command(name="backup")(backup)
    app.command(name="restore")(restore)


def backup(out: Out, lang: o.Language = "en") -> None:
    """Write the register to one file, as of one moment, while others work; the keys are not in it."""
    open_register()
    from sizao.register.backup import make_backup
    from sizao.register.place import KEYS_FILE, home

    say = words(lang)
    made = make_backup(out)
    rows, size = f"{sum(made.tables.values()):,}", f"{out.stat().st_size / 1e6:,.1f}"
    o.out.print(say("backed", out=out, rows=rows, tables=len(made.tables), size=size), markup=False)
    o.out.print(say("keys_apart", keys=home() / KEYS_FILE), markup=False)


def restore(file: Backup, home: Home, keys: KeysFile = None, lang: o.Language = "en") -> None:
    """Restore a backup into an empty place; it must be whole, of this version, and the keys must fit."""
    if not file.is_file():
        raise SizaoError("no-file", "there is no such file", where=str(file), todo="name a backup")
    os.environ["SIZAO_HOME"] = str(home)
    new = not home.exists()
    prepare_home()
    copied = None
    try:
        copied = _copy_keys(keys, home) if keys is not None else None
        from sizao.register.backup import check_keys, restore_backup
        from sizao.register.place import hold

        check_keys(home)
        hold(home, alone=True)
        set_up()
        made = restore_backup(file, home)
    except BaseException:
        from sizao.register.place import let_go

        let_go(home)
        if copied is not None:
            copied.unlink(missing_ok=True)
        if new:
            shutil.rmtree(home, ignore_errors=True)
        raise
    say = words(lang)
    rows = f"{sum(made.tables.values()):,}"
    o.out.print(say("restored", made_at=made.made_at, where=home, rows=rows), markup=False)
    o.out.print(say("derive_next"), markup=False)


def _copy_keys(keys: Path, home: Path) -> Path:
    """Puts the keys into the folder; another keys.json there stays what it is. Raises SizaoError `exists`."""
    from sizao.register.place import KEYS_FILE

    target = home / KEYS_FILE
    try:
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(keys.read_bytes())
    except FileExistsError as error:
        raise SizaoError(
            "exists",
            "there are keys in the folder already",
            where=str(target),
            todo="leave --keys out to use them, or restore into another folder",
        ) from error
    return target
