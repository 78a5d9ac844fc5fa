"""`sizao bulletin series | since-local | export | compare`: figures over time, and beside other people's."""

from __future__ import annotations

import datetime as dt
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
    table, _ = read_table(figures, "figures")
    days = derive_series(table, place, measure)
    averages = derive_averages(days)
    how = dict(zip(days["on"].to_pylist(), days["how"].to_pylist(), strict=True))
    told = pa.array([how.get(day) for day in averages["on"].to_pylist()], pa.string())
    whole = _between(averages.append_column("how", told), "on", first, last)
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
    table, _ = read_table(figures, "figures")
    measures = ("confirmed_new_local", "asymptomatic_new_local") if asymptomatic else ("confirmed_new_local",)
    found = derive_days_since_local(table, o.read_date(date), measures)
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
) -> None:
    """Write figures for other programs: tidy, or in the layouts of JHU and WHO."""
    table, problems = read_table(figures, "figures")
    if layout == "tidy":
        write_figures(table, out)
    elif layout == "who":
        write_series(derive_who_daily(table), out)
    else:
        wide, doubts = derive_jhu_wide(table, measure)
        problems = [*problems, *doubts]
        write_series(wide, out)
    o.say_problems(problems)
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
    table, _ = read_table(figures, "figures")
    theirs = read_series(other, place=place, measure=measure if place else None)
    o.say_problems(list(theirs.problems), limit=5)
    found = compare_series(table, theirs.figures, measure, _day(first), _day(last))
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


def _day(text: str | None) -> dt.date | None:
    return o.read_date(text) if text else None


def _between(table: pa.Table, column: str, first: str | None, last: str | None) -> pa.Table:
    if first:
        table = table.filter(pc.greater_equal(table[column], pa.scalar(o.read_date(first))))
    if last:
        table = table.filter(pc.less_equal(table[column], pa.scalar(o.read_date(last))))
    return table


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
