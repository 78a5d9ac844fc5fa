"""`sizao import`: lists into tables under the contracts, or files into the register; what was refused or assumed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from sizao.cli.import_register import import_register
from sizao.errors import SizaoError
from sizao.tables import PROBLEMS_FILE, write_problems, write_tables
from sizao.tables.linelists import Imported, read_godata, read_korea_ds4c, read_mers_korea

ASSUMED = "ASSUMED.md"
SHOWN_OF_A_CODE = 3

Folder = Annotated[Path, typer.Argument(help="Folder of the line list.", show_default=False)]
Out = Annotated[
    Path, typer.Option("--out", help="Folder for the tables; made if it is not there.", show_default=False)
]
Format = Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Files to write.")]


class Included(StrEnum):
    """What `sizao import godata` leaves out unless asked for."""

    PROBABLE = "probable"
    WINDOWS = "windows"


def register(app: typer.Typer) -> None:
    """Adds `sizao import` with one command for each line list."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Import a line list: real data in, tables under the contracts out; or into the register.",
    )
    app.add_typer(group, name="import")
    group.command("register")(import_register)

    @group.command("godata")
    def godata(
        folder: Folder,
        out: Out,
        include: Annotated[
            list[Included] | None,
            typer.Option(
                "--include",
                help="`probable`: probable cases are cases too. `windows`: the contact that a follow-up was numbered "
                "from is an exposure too.",
            ),
        ] = None,
        format: Format = "parquet",
    ) -> None:
        """WHO Go.Data: cases, contacts, relationships, follow-ups and laboratory results (the *_clean.csv files)."""
        _write(read_godata(folder, include or ()), out, format)

    @group.command("mers-korea")
    def mers_korea(folder: Folder, out: Out, format: Format = "parquet") -> None:
        """MERS in South Korea, 2015 (R package outbreaks: mers_korea_2015__linelist.csv and __contacts.csv)."""
        _write(read_mers_korea(folder), out, format)

    @group.command("korea-ds4c")
    def korea_ds4c(
        folder: Folder,
        out: Out,
        file: Annotated[str | None, typer.Option("--file", help="List of patients, where there are several.")] = None,
        format: Format = "parquet",
    ) -> None:
        """COVID-19 in South Korea, 2020 (DS4C: PatientInfo*.csv and Region.csv)."""
        _write(read_korea_ds4c(folder, file), out, format)


def _write(imported: Imported, out: Path, format: Literal["parquet", "csv"]) -> None:
    files = {f"{name}.{format}" for name in imported.tables}
    strangers = [
        p.name for p in out.glob("*") if p.suffix in (".csv", ".parquet") and p.name not in {*files, PROBLEMS_FILE}
    ]
    if strangers:
        raise SizaoError(
            "out-not-empty",
            f"there are other tables already: {', '.join(sorted(strangers))}",
            where=str(out),
            why="they would be read together with those of this import",
            todo="name a new folder",
        )
    write_tables(out, imported.tables, format=format)
    write_problems(out, imported.problems)
    assumed = "".join(f"- {line}\n" for line in imported.assumed)
    (out / ASSUMED).write_text(
        f"# What the line list does not say, and how it was read\n\n{assumed}", encoding="utf-8"
    )
    _print(imported, out)


def _print(imported: Imported, out: Path) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for name, rows in imported.read.items():
        console.print(f"read     {rows:>6,}  {name}")
    for name, table in imported.tables.items():
        console.print(f"written  {table.num_rows:>6,}  {name}")
    for code, effect, number in imported.count_problems():
        console.print(f"{effect:<8} {number:>6,}  {code}")
        shown = [p for p in imported.problems if (p.code, p.effect) == (code, effect)][:SHOWN_OF_A_CODE]
        for problem in shown:
            console.print(f"                   {problem}")
    console.print("assumed:")
    for line in imported.assumed:
        console.print(f"  - {line}")
    console.print(f"tables, every problem ({PROBLEMS_FILE}) and what was assumed ({ASSUMED}) are in {out}")
