"""`sizao export`: a table of the register into a file, within a user's area, logged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sizao.cli import options as o
from sizao.cli.import_register import say_in, who
from sizao.cli.work import open_register


def register(app: typer.Typer) -> None:
    """Adds `sizao export`."""
    app.command(name="export")(export_table)


def export_table(
    table: Annotated[str, typer.Argument(help="people, cases, events, tests ...", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="FILE.csv, .xlsx or .parquet.", show_default=False)],
    user: Annotated[
        str, typer.Option("--as", help="The user whose area and permissions hold; else everything, as a job.")
    ] = "",
    names: Annotated[bool, typer.Option(help="With names, phones and numbers, where the user may see them.")] = True,
    lang: o.Language = "en",
) -> None:
    """A table of the register into a file that can be imported again; who took it out is logged."""
    o.check_folder_of(out)
    open_register()
    from sizao.register.exports.rows import open_export
    from sizao.register.exports.write import save

    say, by = say_in(lang), who(user)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=o.err, transient=True) as bar:
        task = bar.add_task(say("exporting"), total=open_export(by=by, table=table, names=names).count)
        found = save(
            by=by, table=table, path=out, names=names, progress=lambda done: bar.update(task, completed=done)
        )
    o.out.print(say("exported", n=f"{found.count:,}", file=out), markup=False, soft_wrap=True)
