"""`sizao follow-up`: recorded follow-ups against those the rules ask for: who was missed, who followed too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.table import Table

from sizao.cli import options as o
from sizao.derive import derive, derive_tests
from sizao.derive.completeness import Completeness, compare_follow_ups
from sizao.errors import SizaoError
from sizao.policy import chain
from sizao.tables import Folder, contract, read_folder

WORDS: dict[str, tuple[str, str]] = {
    "summary": ("随访完成情况：{first} 至 {last}", "Follow-up from {first} to {last}"),
    "due_line": ("应随访 {persons} 人，{due} 人日", "due: {persons} people, {due} days"),
    "seen_line": ("见到 {seen} 人日，完成率 {share}", "seen on {seen} of these days: {share} complete"),
    "missed_line": (
        "未见到 {missed} 人日：其中去过 {tried}，只有记录 {noted}，毫无记录 {silent}",
        "not seen on {missed}: {tried} tried, {noted} on record as not tried, {silent} without any record",
    ),
    "never_line": ("从未见到 {never_seen} 人", "never seen: {never_seen} people"),
    "too_long_line": (
        "不应随访而有记录：{too_long_persons} 人，{too_long_days} 人日，其中上门 {too_long_attempted}",
        "recorded though not due: {too_long_persons} people, {too_long_days} days ({too_long_attempted} visited)",
    ),
    "by_day": ("每日完成情况", "Each day"),
    "persons": ("漏访的人（按最长连续漏访天数）", "Who was missed (longest gap first)"),
    "too_long": ("随访过长的人", "Who was followed without need"),
    "more": ("最多显示 {shown} 行，共 {all} 行；全部见 --out", "{shown} of {all} rows shown; --out writes them all"),
    "nothing": ("（无）", "(none)"),
    "on": ("日期", "day"),
    "due": ("应访", "due"),
    "seen": ("见到", "seen"),
    "attempted": ("去过", "attempted"),
    "recorded": ("有记录", "recorded"),
    "missed": ("未见到", "missed"),
    "completeness": ("完成率", "complete"),
    "person_id": ("人员", "person"),
    "missed_days": ("漏访天数", "days missed"),
    "longest_gap": ("最长连续", "longest gap"),
    "first_due": ("首日", "first due"),
    "last_due": ("末日", "last due"),
    "kind": ("原因", "why not due"),
    "first": ("首次", "first"),
    "last": ("末次", "last"),
    "days": ("天数", "days"),
    "after_case": ("已确诊", "a case by then"),
    "no_exposure": ("无暴露记录", "no exposure that binds"),
    "not_due": ("当日不需随访", "under a measure, no visit due"),
    "earlier": ("早于应访期", "before the first day due"),
    "later": ("晚于应访期", "after the last day due"),
    "no_visits": ("规则册 {rulebook} 在此期间不要求任何随访", "{rulebook} asks for no visit in this time"),
}


def register(app: typer.Typer) -> None:
    """Adds `sizao follow-up`."""

    @app.command("follow-up")
    def follow_up(
        folder: o.Folder,
        rulebook: Annotated[
            str, typer.Option("--rulebook", help="Rulebook that asks for the visits, e.g. who-ebola.")
        ],
        first: Annotated[
            str | None, typer.Option("--from", help="First day; without it the first visit due.")
        ] = None,
        last: Annotated[
            str | None, typer.Option("--until", help="Last day; without it the last one recorded.")
        ] = None,
        out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables of the comparison.")] = None,
        format: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Files to write.")] = "parquet",
        rows: Annotated[int, typer.Option("--rows", help="Rows of each table to print.", min=1)] = 30,
        lang: o.Language = "en",
    ) -> None:
        """Compare the recorded follow-ups with the visits that the rules asked for, day by day."""
        facts = read_folder(folder)
        o.say_problems(facts.problems)
        compared = compare_facts(facts, rulebook, _day(first), _day(last))
        if out is not None:
            write_completeness(compared, out, format)
        _print(compared, rulebook, lang, rows)


def compare_facts(facts: Folder, rulebook: str, first: date | None = None, last: date | None = None) -> Completeness:
    """Compares the follow-ups of a folder of tables with the visits due under a rulebook (and those it replaces).

    Without `last` it is the last day on record: what comes after cannot be judged. Without `first` it is the first
    day on which anything happened. Raises SizaoError `no-follow-ups`, `date-order`, and those of deriving.
    """
    follow_ups = _facts(facts, "follow_ups")
    if follow_ups.num_rows == 0:
        raise SizaoError(
            "no-follow-ups",
            "no follow-up is recorded",
            where=str(facts.path),
            why="there is nothing to compare the visits due with",
            todo="add the table follow_ups; `sizao tables show follow_ups` gives its columns",
        )
    days = pc.min_max(follow_ups["occurred_on"]).as_py()
    happened = pc.min(_facts(facts, "events")["occurred_on"]).as_py()
    first, last = first or min(days["min"], happened or days["min"]), last or days["max"]
    if first > last:
        raise SizaoError("date-order", f"{first} is later than {last}", todo="put --from before --until")
    books = chain(rulebook)
    due = derive_tests(facts, books, first, last)
    within = (pc.field("occurred_on") >= first) & (pc.field("occurred_on") <= last)
    with derive(facts, books, on=last) as derivation:
        measures = derivation.table("measures")
    return compare_follow_ups(due, follow_ups.filter(within), measures, _facts(facts, "cases"))


def _facts(facts: Folder, name: str) -> pa.Table:
    """A table of the folder, empty where it is not there; SizaoError `table-refused` where its file is broken."""
    if name in facts.tables or name in facts.refused:
        return facts.table(name).arrow()
    return contract(name).arrow_schema().empty_table()


def write_completeness(compared: Completeness, out: Path, format: str) -> None:
    """Writes by_day, persons, never_seen, too_long and summary as Parquet or CSV under `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for name, table in _tables(compared).items():
        if format == "csv":
            pa_csv.write_csv(table, out / f"{name}.csv")
        else:
            pq.write_table(table, out / f"{name}.parquet")


def _tables(compared: Completeness) -> dict[str, pa.Table]:
    return {field.name: getattr(compared, field.name) for field in fields(compared)}


def _day(text: str | None) -> date | None:
    return None if text is None else o.read_date(text)


def _print(compared: Completeness, rulebook: str, lang: o.Lang, rows: int) -> None:
    console = Console(highlight=False, markup=False)
    plain = Console(highlight=False, markup=False, soft_wrap=True)
    [summary] = compared.summary.to_pylist()

    def say(word: str, **values: object) -> str:
        text = WORDS[word][0 if lang == "zh" else 1]
        return text.format(**{k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()})

    if summary["due"]:
        plain.print(say("summary", **summary))
        plain.print(say("due_line", **summary))
        plain.print(say("seen_line", **summary, share=f"{summary['completeness']:.1%}"))
        tried, noted = summary["attempted"] - summary["seen"], summary["recorded"] - summary["attempted"]
        silent = summary["due"] - summary["recorded"]
        plain.print(say("missed_line", **summary, tried=tried, noted=noted, silent=silent))
        plain.print(say("never_line", **summary))
    else:
        plain.print(say("no_visits", rulebook=rulebook))
    plain.print(say("too_long_line", **summary))
    for name in ("by_day", "persons", "too_long"):
        _print_table(console, name, getattr(compared, name), rows, say)


def _print_table(console: Console, name: str, table: pa.Table, rows: int, say: Callable[..., str]) -> None:
    """The first rows of a table; of the days the last ones, which are the ones to act on."""
    if name == "persons":
        table = table.filter(pc.field("missed_days") > 0)
    shown = table.slice(max(0, table.num_rows - rows)) if name == "by_day" else table.slice(0, rows)
    grid = Table(title=say(name), title_justify="left")
    for column in table.schema:
        number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        whole = column.name in ("person_id", "on", "first", "last", "first_due", "last_due")
        grid.add_column(say(column.name), justify="right" if number else "left", no_wrap=whole)
    for row in shown.to_pylist():
        grid.add_row(*(_cell(column, value, say) for column, value in row.items()))
    console.print(grid if table.num_rows else f"{say(name)} {say('nothing')}")
    if shown.num_rows < table.num_rows:
        console.print(say("more", shown=shown.num_rows, all=table.num_rows))


def _cell(column: str, value: object, say: Callable[..., str]) -> str:
    if column == "completeness" and isinstance(value, float):
        return f"{value:.0%}"
    return say(str(value)) if column == "kind" else f"{value:,}" if isinstance(value, int) else str(value)
