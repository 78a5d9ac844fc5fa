"""`sizao tables`: shows the contract of every table, checks a folder of tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from sizao.cli import options as o
from sizao.tables import CODES, Column, Contract, Folder, contract, contracts, read_folder

TYPES = {
    "text": ("text", "文本"),
    "date": ("date, YYYY-MM-DD", "日期，YYYY-MM-DD"),
    "instant": ("instant with offset", "时刻（带时区偏移）"),
    "integer": ("whole number", "整数"),
    "number": ("number", "数值"),
    "boolean": ("true or false", "true 或 false"),
}
HEADINGS = {
    "en": ("column", "type", "unit", "may be empty or left out", "meaning", "example"),
    "zh": ("列", "类型", "单位", "可否为空或缺列", "含义", "示例"),
}


def register(app: typer.Typer) -> None:
    """Add `sizao tables show` and `sizao tables check`."""
    group = typer.Typer(no_args_is_help=True, help="The contract of every table; checks of a folder of tables.")
    group.command("show")(show)
    group.command("check")(check)
    app.add_typer(group, name="tables")


def show(
    name: Annotated[str | None, typer.Argument(help="A table; all of them without it.")] = None,
    lang: o.Language = "en",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the reference page of all tables.")] = False,
) -> None:
    """Show what is in a table: columns, types, units, what may be empty, meaning, example."""
    if markdown:
        typer.echo(reference_page(), nl=False)
        return
    if name is None:
        listing = Table(
            "table" if lang == "en" else "表", "" if lang == "en" else "名称", "key" if lang == "en" else "主键"
        )
        for table in contracts().values():
            listing.add_row(table.name, table.title.text(lang), ", ".join(table.key))
        o.out.print(listing)
        return
    table = contract(name)
    shown = Table(*HEADINGS[lang], title=f"{table.name}: {table.title.text(lang)}")
    for column in table.columns:
        shown.add_row(*_cells(column, lang))
    o.out.print(shown)
    for note in _notes(table, lang):
        o.out.print(note, markup=False)


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with NAME.csv or NAME.parquet files.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse everything where one row must be refused.")
    ] = False,
) -> None:
    """List every broken row and every doubt; exit 1 if anything was refused."""
    with Progress(TextColumn("{task.description}"), BarColumn(), transient=True, console=o.err) as bar:
        task = bar.add_task("", total=1.0)
        found = read_folder(
            folder, strict=strict, progress=lambda name, share: bar.update(task, description=name, completed=share)
        )
    for problem in found.problems:
        typer.echo(str(problem))
    o.out.print(_summary(found))
    if any(p.effect == "refused" for p in found.problems):
        raise typer.Exit(1)


def _summary(found: Folder) -> Table:
    summary = Table("table", "rows loaded", "problems: refused", "problems: kept", "read from")
    for name in contracts():
        effects = Counter(p.effect for p in found.problems_of(name))
        counts = (str(effects["refused"]), str(effects["kept"]))
        if name in found.refused:
            summary.add_row(name, "not read", *counts, "")
        elif name in found.tables:
            source = found.tables[name]
            where = source.encoding or ("Parquet in place" if source.path else "Parquet")
            summary.add_row(name, f"{source.rows:,}", *counts, where)
    return summary


def reference_page() -> str:
    """The reference of all tables and of all codes as Markdown, made from the contracts."""
    lines = ["# Tables", ""]
    lines += ["Made by `sizao tables show --markdown`; do not edit. A `?` marks a column that may be empty;", ""]
    lines[-2] += " `??` one that may also be left out."
    for table in contracts().values():
        lines += [f"## `{table.name}`: {table.title.en} ({table.title.zh})", ""]
        lines += [f"{note}" for note in _notes(table, "en")] + [""]
        lines += ["| column | type | unit | meaning | 含义 | example |", "|---|---|---|---|---|---|"]
        for c in table.columns:
            mark = "??" if c.absent else "?" if c.nullable else ""
            cells = (
                f"`{c.name}`{mark}",
                TYPES[c.type][0],
                c.unit or "",
                _meaning(c, "en"),
                c.meaning.zh,
                f"`{c.example}`",
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    lines += ["## What the checks report", "", "| code | effect | meaning | 含义 |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {code.effect} | {code.en} | {code.zh} |" for name, code in CODES.items()]
    return "\n".join(lines) + "\n"


def _cells(column: Column, lang: o.Lang) -> tuple[str, ...]:
    english = lang == "en"
    empty = ("empty, left out" if english else "可空、可缺") if column.absent else ("empty" if english else "可空")
    kind = TYPES[column.type][0 if english else 1]
    return (
        column.name,
        kind,
        column.unit or "",
        empty if column.nullable else "",
        _meaning(column, lang),
        column.example,
    )


def _meaning(column: Column, lang: o.Lang) -> str:
    said = column.meaning.text(lang)
    if column.allowed:
        said += ("; one of: " if lang == "en" else "；取值：") + ", ".join(column.allowed)
    if column.refers_to:
        said += ("; found in " if lang == "en" else "；见 ") + column.refers_to
    return said


def _notes(table: Contract, lang: o.Lang) -> list[str]:
    english = lang == "en"
    key = ", ".join(table.key)
    notes = [f"Key: {key}." if english else f"主键：{key}。"]
    if table.derived:
        notes.append("Derived, never written by hand." if english else "由系统推导，不手工填写。")
    if table.versions:
        notes.append(
            "A later row with the same key (later recorded_at) is a new version; the latest recorded holds."
            if english
            else "主键相同而 recorded_at 较晚的行是新版本，以最后记录的为准。"
        )
    for names in table.exactly_one:
        filled = ", ".join(names)
        notes.append(f"Exactly one of {filled} is filled." if english else f"{filled} 必须且只能填一项。")
    return notes
