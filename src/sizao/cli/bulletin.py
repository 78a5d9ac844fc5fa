"""`sizao bulletin read | check | write | report`: daily bulletins and their figures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from sizao.bulletin import Reading, check_figures, count_figures, read_files, write_bulletin, write_report
from sizao.bulletin.check.breaks import rule_title
from sizao.bulletin.series import write_figures
from sizao.cli import bulletin_series
from sizao.cli import options as o
from sizao.cli.bulletin_series import read_given, say_doubts
from sizao.errors import Problem, SizaoError
from sizao.tables import read_folder, read_table

SHOWN = 20
Figures = Annotated[
    Path, typer.Argument(metavar="FIGURES", help="A table `figures` (Parquet or CSV).", show_default=False)
]
Date = Annotated[
    str, typer.Option("--date", help="The day that the figures are for, YYYY-MM-DD.", show_default=False)
]
Place = Annotated[str, typer.Option(help="Whose bulletin: a name, or a code of GB/T 2260.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file instead.", show_default=False)]
Given = Annotated[
    Path | None,
    typer.Option("--figures", help="A table `figures` (Parquet or CSV).", show_default=False),
]
Tables = Annotated[
    Path | None,
    typer.Option("--tables", help="A folder with cases, events, people, places: count them.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add `sizao bulletin` and its commands."""
    group = typer.Typer(
        no_args_is_help=True, help="Daily bulletins: read, reconcile, write, report, follow over time."
    )
    for command in (read, check, write, report):
        group.command(command.__name__)(command)
    bulletin_series.register(group)
    app.add_typer(group, name="bulletin")


def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Texts of bulletins.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The table to write, FILE.parquet or FILE.csv.", show_default=False)],
    published: Annotated[
        str | None,
        typer.Option(help="Day of publication, where neither text nor file name tells it.", show_default=False),
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="Whose bulletins they are, where the texts do not tell.", show_default=False)
    ] = None,
    unread: Annotated[bool, typer.Option("--unread", help="List all numbers that no wording explains.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if any file was refused.")] = False,
) -> None:
    """Read bulletins into a table of figures. What is no bulletin is left out and told; exit 1 if nothing is left."""
    day = o.read_date(published) if published else None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    closed = [problem for path in files if (problem := _try_open(path))]
    names = {problem.file for problem in closed}
    opened = [path for path in files if str(path) not in names]
    with Progress(*columns, transient=True, console=o.err, disable=not o.err.is_terminal) as bar:
        task = bar.add_task("reading", total=len(opened))
        reading = read_files(opened, day, place, lambda done: bar.update(task, completed=done))
    reading.problems[:0] = closed
    for problem in sorted(reading.problems, key=lambda problem: problem.effect == "kept"):
        o.err.print(str(problem))
    if not reading.figures:
        raise SizaoError(
            "nothing-read",
            f"none of {len(files)} files could be read as a bulletin",
            why="each is listed above with its reason",
            todo="give texts of daily bulletins",
        )
    write_figures(reading.table, out)
    typer.echo(_told(reading, len(files), out))
    _say_unread(reading, everything=unread)
    if strict and reading.refused:
        raise typer.Exit(1)


def _try_open(path: Path) -> Problem | None:
    """The problem of a file that cannot be opened: one of many must not stop the others."""
    try:
        with path.open("rb"):
            return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        return Problem("cannot-read", str(path), what, "give the name of a file that may be read")


def _told(reading: Reading, files: int, out: Path) -> str:
    days = {f.report_date for f in reading.figures}
    refused = len({p.file for p in reading.refused})
    span = f"{min(days)}" if len(days) == 1 else f"{len(days):,} days from {min(days)} to {max(days)}"
    return f"{files - refused} of {files} files read: {len(reading.figures):,} figures of {span} -> {out}"


def _say_unread(reading: Reading, *, everything: bool) -> None:
    if not reading.unread:
        return
    o.err.print(f"in words that no bulletin uses, and so not read: {len(reading.unread):,}")
    for u in reading.unread if everything else reading.unread[:3]:
        around = u.around.replace("\n", " ")
        o.err.print(f"  {u.source}:{u.start}: …{around}…")
    if not everything and len(reading.unread) > 3:
        o.err.print("  ... `--unread` lists them all")


def check(
    figures: Figures,
    everything: Annotated[bool, typer.Option("--all", help="Also what a note explains, and gaps.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Lines of breaks to show; 0: all.")] = SHOWN,
    lang: o.Language = "en",
) -> None:
    """Reconcile figures: within each bulletin and from day to day. Exit 1 if a break has no note or a row is bad."""
    table, refused = read_table(figures, "figures")
    say_doubts(refused)
    if not table.num_rows:
        todo = "give a table that `sizao bulletin read` has written"
        raise SizaoError("no-figures", "there is no figure to check", where=str(figures), todo=todo)
    checked = check_figures(table)
    zh = lang == "zh"
    shown = Table(
        *(
            ("规则", "可查", "相符", "有说明", "仅供知悉", "不符")
            if zh
            else ("rule", "tested", "held", "noted", "to know", "broken")
        )
    )
    for rule, tally in checked.held.items():
        numbers = (tally.tested, tally.held, tally.noted, tally.named, tally.broken)
        shown.add_row(rule_title(rule, lang), *(f"{n:,}" for n in numbers))
    o.out.print(shown)
    say_doubts(checked.problems, limit)
    breaks = [b for b in checked.breaks if everything or b.severity == "error"]
    for found in breaks[: limit or None]:
        o.out.print(found.say(lang), markup=False, soft_wrap=True)
    if limit and len(breaks) > limit:
        o.out.print(
            f"… 另有 {len(breaks) - limit} 条，--limit 0 全部列出"
            if zh
            else f"... and {len(breaks) - limit} more: --limit 0"
        )
    count = len(checked.errors)
    if zh:
        typer.echo(f"{count:,} 处不符无说明；{len(checked.breaks) - count:,} 处有说明或仅供知悉（--all 列出）")
    else:
        others = len(checked.breaks) - count
        typer.echo(f"{count:,} breaks without a note; {others:,} with one, or only to know (--all lists them)")
    if bad := sum(problem.effect == "refused" for problem in refused) + len(checked.problems):
        typer.echo(f"{bad:,} 处数据本身有误（见上）" if zh else f"{bad:,} rows or measures are bad: see above")
    if count or bad:
        raise typer.Exit(1)


def write(
    date: Date,
    figures: Given = None,
    tables: Tables = None,
    place: Place = "全国",
    known_at: o.KnownAt = None,
    lang: o.Language = "zh",
    out: Out = None,
) -> None:
    """Write the bulletin of a day, from figures or straight from cases and events."""
    on = o.read_date(date)
    if tables is not None and figures is None:
        table, place = _count(tables, date, place, known_at, lang)
    else:
        table = read_given(_one(figures, tables))
    _put(write_bulletin(table, on, place, lang), out)


def report(
    date: Date,
    out: Annotated[Path, typer.Option(help="The page to write, FILE.html.", show_default=False)],
    figures: Given = None,
    tables: Tables = None,
    place: Place = "全国",
    known_at: o.KnownAt = None,
    lang: o.Language = "zh",
) -> None:
    """Write the situation of a day as one page to print, with charts."""
    on = o.read_date(date)
    if tables is not None and figures is None:
        table, place = _count(tables, date, place, known_at, lang, days=60)
    else:
        table = read_given(_one(figures, tables))
    _put(write_report(table, on, place, lang), out)


def _one(figures: Path | None, tables: Path | None) -> Path:
    if figures is None or tables is not None:
        todo = "give one of --figures FILE and --tables DIR"
        raise SizaoError("which-source", "where the figures come from is not clear", todo=todo)
    return figures


def _count(
    folder: Path, date: str, place: str, known_at: str | None, lang: o.Lang, days: int = 1
) -> tuple[pa.Table, str]:
    """Figures counted from a folder of tables, of the day and of those before it; and the place that they are for."""
    found = read_folder(folder, only=("cases", "events", "people", "places", "case_places"))
    o.say_problems(found.problems)
    tables = {name: source.arrow() for name, source in found.tables.items()}
    last, known = o.read_date(date), o.read_instant(known_at)
    where = None if place == "全国" else place
    counted = [
        count_figures(tables, last - timedelta(days=n), where, known, lang=lang) for n in reversed(range(days))
    ]
    whole = pa.concat_tables(counted)
    of_the_day = whole.filter(pc.equal(whole["report_date"], last))
    return whole, str(of_the_day["place"][0]) if of_the_day.num_rows else place


def _put(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    typer.echo(str(out))
