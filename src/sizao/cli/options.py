"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sizao.errors import Problem, SizaoError
from sizao.words import Lang

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def read_date(text: str) -> dt.date:
    """A local date from ISO text. Raises SizaoError `bad-date`."""
    try:
        if len(text) != len("YYYY-MM-DD"):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise SizaoError(
            "bad-date", f"{text!r} is not a date", todo="write YYYY-MM-DD, for example 2022-11-20"
        ) from None


def read_instant(text: str | None) -> dt.datetime | None:
    """An instant from ISO text with its offset; None stays None (now). Raises SizaoError `bad-instant`."""
    if text is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        what = "is not an instant" if instant is None else "has no offset from UTC"
        raise SizaoError("bad-instant", f"{text!r} {what}", todo="write for example 2022-11-12T09:00+08:00")
    return instant


def day_of(instant: dt.datetime | None) -> dt.date:
    """The local date of an instant, as its own offset counts it; of none (now), the last of all days."""
    return instant.date() if instant else dt.date.max


def check_folder_of(file: Path) -> None:
    """Raises SizaoError `missing-folder` where the folder that a file is to be written into is not there."""
    if not file.absolute().parent.is_dir():
        raise SizaoError(
            "missing-folder",
            f"there is no folder {file.parent}",
            where=str(file),
            why="a file is written into a folder that is there",
            todo="make the folder, or name another",
        )


def say_problems(problems: list[Problem], listed: Path | None = None, limit: int = 20) -> None:
    """The first problems on stderr, and how many more there are and where they stand."""
    for problem in problems[:limit]:
        err.print(str(problem))
    if len(problems) > limit:
        where = f": all of them are in {listed}" if listed else ": `sizao tables check DIR` lists them all"
        err.print(f"... and {len(problems) - limit} more{where}")


Folder = Annotated[Path, typer.Argument(help="A folder of tables (CSV or Parquet).", show_default=False)]
On = Annotated[str, typer.Option("--on", help="The date, YYYY-MM-DD.", show_default=False)]
RulebookName = Annotated[str, typer.Option("--rulebook", help="A rulebook's id or file; auto: the one in force.")]
Jurisdiction = Annotated[str, typer.Option(help="Whose rulebooks `auto` looks among.")]
KnownAt = Annotated[
    str | None,
    typer.Option(help="Only what was recorded by this instant, with offset; default now.", show_default=False),
]
Language = Annotated[Lang, typer.Option(help="Language of the words.")]
EngineName = Annotated[str, typer.Option("--engine", help="duckdb, spark or postgres.")]
