"""`sizao bulletin series | since-local | export | compare`: figures over time, and beside other people's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc
import typer
from rich.table import Table

from sizao.bulletin.series import (
    compare_series,
    derive_averages,
    derive_days_since_local,
    derive_jhu_wide,
    derive_series,
    derive_who_daily,
    read_series,
    reasons,
    write_figures,
    write_series,
)
from sizao.cli import options as o
from sizao.errors import Problem, SizaoError
from sizao.tables import read_table

Layout = Literal["tidy", "jhu", "who"]
Figures = Annotated[
    Path, typer.Argument(metavar="FIGURES", help="A table `figures` (Parquet or CSV).", show_default=False)
]
First = Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD.", show_default=False)]
Last = Annotated[str | None, typer.Option("--to", help="Last day, YYYY-MM-DD.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option(help="Write the whole table, FILE.csv or FILE.parquet.", show_default=False)
]
Limit = Annotated[int, typer.Option(min=0, help="Rows to show; 0: all.")]


def register(group: typer.Typer) -> None:
    """Add the commands to `sizao bulletin`."""
    group.command("series")(series)
    group.command("since-local")(since_local)
    group.command("export")(export)
    group.command("compare")(compare)


def series(
    figures: Figures,
    place: Annotated[str, typer.Option(help="A name, or a code of GB/T 2260.")] = "全国",
    measure: Annotated[
        str, typer.Option(help="Such as confirmed_new_local; see the page on bulletins.")
    ] = "confirmed_new",
    first: First = None,
    last: Last = None,
    out: Out = None,
    limit: Limit = 30,
    lang: o.Language = "en",
) -> None:
    """Show one number of one place over time: value, 7-day average, this week over the last."""
    table = read_given(figures)
    start, end = _span(first, last)
    days = derive_series(table, place, measure)
    averages = derive_averages(days)
    how = dict(zip(days["on"].to_pylist(), days["how"].to_pylist(), strict=True))
    told = pa.array([how.get(day) for day in averages["on"].to_pylist()], pa.string())
    whole = _between(averages.append_column("how", told), start, end)
    heads = ("日期", "数值", "七日已知天数", "七日平均", "周比", "来历") if lang == "zh" else None
    _show(whole.select(["on", "value", "days_known", "average", "week_ratio", "how"]), heads, limit, tail=True)
    if out:
        typer.echo(str(write_series(whole, out)))


def since_local(
    figures: Figures,
    date: Annotated[str, typer.Option("--date", help="The day to count to, YYYY-MM-DD.", show_default=False)],
    asymptomatic: Annotated[bool, typer.Option("--asymptomatic", help="Count asymptomatic infections too.")] = False,
    out: Out = None,
    lang: o.Language = "en",
) -> None:
    """Show how long each province has been without a local case; days that the record lacks are told."""
    table, on = read_given(figures), o.read_date(date)
    _between(table.rename_columns({"report_date": "on"}), on, on)
    measures = ("confirmed_new_local", "asymptomatic_new_local") if asymptomatic else ("confirmed_new_local",)
    found = derive_days_since_local(table, on, measures)
    heads = ("代码", "地区", "最近本土病例", "距今天数", "已知天数", "不详天数") if lang == "zh" else None
    _show(found, heads, 0)
    if out:
        typer.echo(str(write_series(found, out)))


def export(
    figures: Figures,
    out: Annotated[Path, typer.Option(help="FILE.csv or FILE.parquet.", show_default=False)],
    layout: Annotated[
        Layout, typer.Option(help="tidy: a row a number; jhu: a column a day, cumulative; who: daily.")
    ] = "tidy",
    measure: Annotated[str, typer.Option(help="For jhu: what to add up.")] = "confirmed_new",
    anchors: Annotated[
        Path | None,
        typer.Option(
            help="For jhu: a series with cumulative counts (CSV) to go on from where days are missing.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write figures for other programs: tidy, or in the layouts of JHU and WHO."""
    if anchors is not None and layout != "jhu":
        raise SizaoError("no-use", f"--anchors has no use with --layout {layout}", todo="leave it out, or take jhu")
    table = read_given(figures)
    doubts: tuple[Problem, ...] = ()
    if layout == "tidy":
        write_figures(table, out)
    elif layout == "who":
        write_series(derive_who_daily(table), out)
    else:
        wide, doubts = derive_jhu_wide(table, measure, anchors=_anchors(anchors, measure))
        write_series(wide, out)
    say_doubts(doubts)
    typer.echo(str(out))


def compare(
    figures: Figures,
    other: Annotated[
        Path, typer.Option("--with", help="A series of JHU, OWID, WHO or canghailan (CSV).", show_default=False)
    ],
    measure: Annotated[str, typer.Option(help="What to compare.")] = "confirmed_new",
    first: First = None,
    last: Last = None,
    place: Annotated[
        str | None, typer.Option(help="Whose it is, if the file does not tell.", show_default=False)
    ] = None,
    out: Out = None,
    limit: Limit = 20,
    lang: o.Language = "en",
) -> None:
    """Compare with somebody else's series, day by day, and list the days that disagree with a reason for each."""
    start, end = _span(first, last)
    table = read_given(figures)
    _between(table.rename_columns({"report_date": "on"}), start, end)
    theirs = read_series(other, place=place, measure=measure if place else None)
    say_doubts(theirs.problems, limit=5)
    found = compare_series(table, theirs.figures, measure, start, end)
    heads = ("代码", "地区", "日期", "我方", "对方", "差", "原因") if lang == "zh" else None
    _show(found.days, heads, limit)
    zh = lang == "zh"
    for reason, count in found.reasons.items():
        typer.echo(f"{count:>6,}  {reason}: {reasons()[reason][lang]}")
    equal, named = found.share_equal, found.share_equal_or_named
    if equal is not None:
        shares = f"{equal:.2%}", "—" if named is None else f"{named:.2%}"
        counts = f"{found.nonzero:,}", f"{found.compared:,}"
        if zh:
            typer.echo(f"可比 {counts[1]} 个地区日，非零 {counts[0]} 个：相同 {shares[0]}；除去有原因的 {shares[1]}")
        else:
            typer.echo(
                f"{counts[1]} place-days compared, {counts[0]} of them not 0: {shares[0]} are equal, "
                f"{shares[1]} without those that have a named reason"
            )
    if out:
        typer.echo(str(write_series(found.days, out)))


def read_given(path: Path) -> pa.Table:
    """The table `figures` of a file; its broken rows are told and left out."""
    table, problems = read_table(path, "figures")
    say_doubts(problems)
    return table


def say_doubts(problems: Sequence[Problem], limit: int = 20) -> None:
    """The first problems of one file on stderr (0: all), and of the others how many there are of each code."""
    for problem in problems[: limit or None]:
        o.err.print(str(problem))
    if limit and (left := Counter(problem.code for problem in problems[limit:])):
        o.err.print(f"... and {left.total():,} more: " + ", ".join(f"{n:,} {code}" for code, n in left.items()))


def _anchors(path: Path | None, measure: str) -> pa.Table | None:
    if path is None:
        return None
    try:
        series = read_series(path, measure=measure)
    except SizaoError as error:
        if error.code == "place-needed":
            todo = "give one that names its places: JHU, canghailan"
            what = "days and numbers without a header do not say of what"
            raise SizaoError(error.code, what, where=error.where, todo=todo) from None
        raise
    say_doubts(series.problems, limit=5)
    return series.figures


def _span(first: str | None, last: str | None) -> tuple[dt.date | None, dt.date | None]:
    start, end = (o.read_date(text) if text else None for text in (first, last))
    if start and end and start > end:
        raise SizaoError("bad-span", f"--from {start} is after --to {end}", todo="give the earlier day as --from")
    return start, end


def _between(table: pa.Table, start: dt.date | None, end: dt.date | None) -> pa.Table:
    """The rows of days (column `on`) in a span that the table reaches."""
    known = pc.min_max(table["on"]).as_py()
    if known["min"] is None or (start and start > known["max"]) or (end and end < known["min"]):
        what = (
            f"there is nothing from {start or '...'} to {end or '...'}"
            if start != end
            else f"nothing is known at {end}"
        )
        todo = f"the days known are {known['min']} to {known['max']}" if known["min"] else "the table has no rows"
        raise SizaoError("no-such-day", what, todo=todo)
    return table.filter(
        pc.and_(
            pc.greater_equal(table["on"], pa.scalar(start or known["min"], pa.date32())),
            pc.less_equal(table["on"], pa.scalar(end or known["max"], pa.date32())),
        )
    )


def _show(table: pa.Table, heads: tuple[str, ...] | None, limit: int, *, tail: bool = False) -> None:
    """The first rows of a table, or with `tail` the last."""
    rows = table.num_rows if not limit else min(limit, table.num_rows)
    part = table.slice(table.num_rows - rows if tail else 0, rows)
    shown = Table(*(heads or part.column_names))
    for row in part.to_pylist():
        shown.add_row(*(_cell(value) for value in row.values()))
    o.out.print(shown)
    if rows < table.num_rows:
        o.out.print(f"{rows:,} / {table.num_rows:,} (--limit 0)", markup=False)


def _cell(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
