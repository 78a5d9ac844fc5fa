"""`sizao areas derive | import | audit`: risk areas from cases and rules, and lists that authorities published."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sizao.areas import Lists, audit_lists, read_lists, write_tables
from sizao.areas.report import write_audit_report
from sizao.bulletin.series import write_series
from sizao.cli import options as o
from sizao.cli.areas_derive import derive
from sizao.errors import SizaoError
from sizao.policy import choose
from sizao.tables import PROBLEMS_FILE, write_problems

OF_A_KIND = 3
"""Problems of one kind that are shown."""
Given = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATHS...", help="Lists: JSON snapshots, tables of spells, or a folder.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add `sizao areas` and its commands."""
    group = typer.Typer(
        no_args_is_help=True, help="Risk areas: derived from cases and rules; published lists audited."
    )
    group.command("derive")(derive)
    group.command("import")(import_lists)
    group.command("audit")(audit)
    app.add_typer(group, name="areas")


def import_lists(
    paths: Given,
    out: Annotated[Path, typer.Option(help="A folder for spells.parquet and snapshots.parquet.", show_default=False)],
) -> None:
    """Read published lists into spells: from when to when each place stood on the list."""
    lists = _read(paths)
    out.mkdir(parents=True, exist_ok=True)
    for name, table in (("spells", lists.spells), ("snapshots", lists.snapshots)):
        write_series(table, out / f"{name}.parquet")
    _say_lists(lists, write_problems(out, lists.problems))
    typer.echo(f"{out}: spells.parquet, snapshots.parquet, {PROBLEMS_FILE}")


def audit(
    paths: Given,
    out: Annotated[Path | None, typer.Option(help="A report to print, FILE.html.", show_default=False)] = None,
    tables: Annotated[
        Path | None, typer.Option(help="A folder for the tables (Parquet) and problems.csv.", show_default=False)
    ] = None,
    rulebook: o.RulebookName = "auto",
    jurisdiction: o.Jurisdiction = "CN",
    lang: o.Language = "zh",
) -> None:
    """Check published lists against the rules: how areas were drawn, how long they stayed, who followed when."""
    if out is not None:  # before half a minute of work
        if out.is_dir():
            raise SizaoError("out-is-folder", "there is a folder of that name", where=str(out), todo="name a file")
        out.parent.mkdir(parents=True, exist_ok=True)
    if tables is not None:
        tables.mkdir(parents=True, exist_ok=True)
    lists = _read(paths)
    _say_lists(lists, tables / PROBLEMS_FILE if tables else None)
    last = max(lists.snapshots["taken_at"].to_pylist()).date()
    books = choose(rulebook, last, jurisdiction, o.day_of(None))
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=o.err, transient=True) as bar:
        task = bar.add_task(f"reading names of places, {lists.spells.num_rows:,} spells")
        done = audit_lists(lists, books)
        written = []
        if tables is not None:
            written = write_tables(tables, done)
            written.append(write_problems(tables, lists.problems))
        if out is not None:
            bar.update(task, description="drawing the report")
            out.write_text(write_audit_report(done, lang), encoding="utf-8")
            written.append(out)
    for path in written:
        typer.echo(str(path))
    if not written:
        o.err.print("--out FILE.html writes the report, --tables DIR the tables")


def _read(paths: list[Path]) -> Lists:
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=o.err, transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        return read_lists(paths, lambda share: bar.update(task, completed=share))


def _say_lists(lists: Lists, listed: Path | None) -> None:
    """How much was read, and of each kind of problem the first ones; where all of them stand."""
    counted = Counter(problem.code for problem in lists.problems)
    for code, count in counted.items():
        of_kind = [problem for problem in lists.problems if problem.code == code]
        for problem in of_kind[:OF_A_KIND]:
            o.err.print(str(problem))
        if count > OF_A_KIND:
            o.err.print(f"... and {count - OF_A_KIND:,} more [{code}]")
    if any(count > OF_A_KIND for count in counted.values()):
        o.err.print(f"all of them are in {listed}" if listed else "--tables DIR writes all of them to a file")
    taken = lists.snapshots["taken_at"].to_pylist()
    span = f", {min(taken):%Y-%m-%d %H:%M} to {max(taken):%Y-%m-%d %H:%M}" if taken else ""
    found = len(lists.problems)
    typer.echo(
        f"{lists.spells.num_rows:,} spells of {len(taken):,} lists{span}; "
        f"{found:,} {'problem' if found == 1 else 'problems'}"
    )
