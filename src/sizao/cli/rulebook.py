"""`sizao rulebook`: which rulebooks there are, what one says, and whether a file is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sizao.cli import options as o
from sizao.cli.rulebook_diff import diff_command
from sizao.cli.rulebook_draft import draft_rulebook
from sizao.cli.rulebook_impact import impact_command
from sizao.cli.rulebook_schema import schema_command
from sizao.derive.check import Checked, check_rulebook, check_together
from sizao.errors import Problem
from sizao.policy import Rulebook, get, in_force, rulebooks, shipped_files
from sizao.policy.examples import examples_beside, rulebook_beside
from sizao.policy.show import list_assumed, list_kinds, standing, write_sheet

WORDS = {
    "not_yet": ("尚未生效", "not yet in force"),
    "in_force": ("今日有效", "in force today"),
    "replaced": ("已被替代", "replaced"),
    "dates": ("{} 发布，{} 生效", "published {}, takes effect {}"),
    "replaces": ("；替代 {}", "; replaces {}"),
    "measures": ("；措施 {} 项", "; {} measures"),
    "checked": ("{}：措施 {} 项，示例 {} 例、{} 天", "{}: {} measures; {} examples with {} days"),
    "right": ("无误", "all right"),
    "wrong": ("有 {} 处错误", "{} wrong"),
    "unread": ("{}：未能读入，有 {} 处错误", "{}: not read, {} wrong"),
    "catches": ("触发措施的事实：", "catches:"),
    "leaves": ("列明而不作要求的事实：", "leaves alone:"),
    "other": ("其他事实：待人判断（undecided）", "any other kind of fact: undecided, for a person to judge"),
    "no_examples": ("未发现错误，但尚无示例", "nothing wrong found, but no examples yet"),
    "untried": ("未发现错误，但有措施没有示例", "nothing wrong found, but not every measure has an example"),
    "write": ("没有示例的措施（请写入 {}）：", "no example of (write one in {}):"),
    "beyond": ("超出上级规则之处：", "beyond the rules above it:"),
    "together": ("同时检查", "checked together"),
    "assumed": ("推定：", "assumed:"),
    "copy": ("{} 的副本（文号相同）", "a copy of {} (same document number)"),
    "name": (
        "提示：replaces、amends、over 按 {0}.yaml 查找本文件，文件名宜改为 {0}.yaml",
        "hint: `replaces`, `amends` and `over` look for {0}.yaml, so this file should be called {0}.yaml",
    ),
}

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="Rulebooks, or their .examples.yaml; none: all that are shipped."),
]


def register(app: typer.Typer) -> None:
    """Adds `sizao rulebook list`, `show`, `check`, `diff`, `impact`, `draft` and `schema`."""
    commands = typer.Typer(no_args_is_help=True, help="Policy documents as data: list, show, check, compare, draft.")
    commands.command(name="list")(list_rulebooks)
    commands.command(name="show")(show_rulebook)
    commands.command(name="check")(check_files)
    commands.command(name="diff")(diff_command)
    commands.command(name="impact")(impact_command)
    commands.command(name="draft")(draft_rulebook)
    commands.command(name="schema")(schema_command)
    app.add_typer(commands, name="rulebook")


def list_rulebooks(lang: o.Language = "en") -> None:
    """List the rulebooks that are shipped, by date of effect, and which are in force today."""
    books, today = rulebooks(), dt.datetime.now().astimezone().date()
    for book in books:
        title = book.title.zh if lang == "zh" else book.title.en
        doc = book.document
        state, _ = standing(book, today, books)
        replaces = _say("replaces", lang, book.older) if book.older else ""
        _print(f"{book.id}  {title}  [{book.jurisdiction}: {_say(state, lang)}]")
        _print(f"    {doc.number}")
        dates = _say("dates", lang, doc.published, doc.effective)
        _print(f"    {dates}{replaces}{_say('measures', lang, len(book.measures))}")


def show_rulebook(
    name: Annotated[str, typer.Argument(metavar="ID|FILE", help="A rulebook's id or file; auto: the one in force.")],
    on: Annotated[
        str | None, typer.Option(help="Say whether it is in force on this date; with auto: default today.")
    ] = None,
    jurisdiction: o.Jurisdiction = "CN",
    lang: o.Language = "en",
) -> None:
    """Show what a rulebook says: whom it catches, the phases, the test days, the limits, what is assumed."""
    date = o.read_date(on) if on else None
    book = in_force(date or dt.datetime.now().astimezone().date(), jurisdiction) if name == "auto" else get(name)
    _print(write_sheet(book, lang, date, rulebooks()))


def check_files(files: Files = None, lang: o.Language = "en") -> None:
    """Check rulebooks, what they lean on and the examples beside them; exit code 1 when anything is wrong."""
    named = [rulebook_beside(path) for path in files or shipped_files()]
    all_checked: list[Checked] = []
    for path in dict.fromkeys(named):
        with o.err.status(str(path)):
            checked = check_rulebook(path, lang)
        all_checked.append(checked)
        _report(checked, lang)
    clashes = check_together(all_checked)
    if clashes:
        _say_problems(clashes)
        _print(f"{_say('together', lang)}: {_say('wrong', lang, len(clashes))}")
    if clashes or any(checked.problems for checked in all_checked):
        raise typer.Exit(1)


def _say_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        where = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        _print(f"{where}: [{problem.code}] {problem.what}; {problem.todo}")


def _report(checked: Checked, lang: o.Lang) -> None:
    _say_problems(checked.problems)
    book, n = checked.book, len(checked.problems)
    if book is None:
        _print(_say("unread", lang, checked.path, n))
        return
    examples = checked.examples.examples if checked.examples else ()
    days = sum(len(example.days) for example in examples)
    counts = _say("checked", lang, book.id, len(book.measures), len(examples), days)
    verdict = "wrong" if n else "no_examples" if not examples else "untried" if checked.untried else "right"
    _print(f"{counts}: {_say(verdict, lang, n)}")
    if checked.copy_of:
        _print(f"  {_say('copy', lang, checked.copy_of)}")
    if checked.path.name != f"{book.id}.yaml":
        _print(f"  {_say('name', lang, book.id)}")
    beside = examples_beside(checked.path)
    _list("write", [_place(checked, name, line) for name, line in checked.untried], lang, beside.name)
    caught, left = list_kinds(book, lang)
    _list("catches", [f"{kind} -> {measure}" for kind, measure in caught], lang)
    _list("leaves", [f"{kind} ({_clause(book, measure)})" for kind, measure in left], lang)
    _print(f"  {_say('other', lang)}")
    _list("beyond", [each.sentence.zh if lang == "zh" else each.sentence.en for each in checked.beyond], lang)
    _list("assumed", list_assumed(book, lang), lang)


def _place(checked: Checked, measure: str, line: int | None) -> str:
    return f"{measure} ({checked.path}:{line})" if line else f"{measure} ({checked.path})"


def _list(word: str, lines: Sequence[str], lang: o.Lang, *values: object) -> None:
    if lines:
        _print(f"  {_say(word, lang, *values)}")
    for line in lines:
        _print(f"    {line}")


def _clause(book: Rulebook, measure: str) -> str:
    return book.measure(measure).clause


def _print(text: str) -> None:
    o.out.print(text, markup=False, soft_wrap=True)


def _say(word: str, lang: o.Lang, *values: object) -> str:
    return WORDS[word][0 if lang == "zh" else 1].format(*values)
