"""`sizao rulebook`: which rulebooks there are, what one says, and whether a file is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sizao.cli import options as o
from sizao.derive.examples import Checked, check_rulebook
from sizao.policy import Rulebook, get, in_force, rulebooks, shipped_files
from sizao.policy.examples import rulebook_beside, without_example
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
    "untried": ("没有示例的措施：{}", "no example of: {}"),
    "assumed": ("推定：", "assumed:"),
}

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="Rulebooks, or their .examples.yaml; none: all that are shipped."),
]


def register(app: typer.Typer) -> None:
    """Adds `sizao rulebook list`, `show` and `check`."""
    commands = typer.Typer(no_args_is_help=True, help="Policy documents as data: list, show, check.")
    commands.command(name="list")(list_rulebooks)
    commands.command(name="show")(show_rulebook)
    commands.command(name="check")(check_files)
    app.add_typer(commands, name="rulebook")


def list_rulebooks(lang: o.Language = "en") -> None:
    """List the rulebooks that are shipped, by date of effect, and which are in force today."""
    books, today = rulebooks(), dt.datetime.now().astimezone().date()
    for book in books:
        title = book.title.zh if lang == "zh" else book.title.en
        doc = book.document
        state, _ = standing(book, today, books)
        replaces = _say("replaces", lang, book.replaces) if book.replaces else ""
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
    """Check rulebooks and run the examples beside them; exit code 1 when anything is wrong."""
    named = [rulebook_beside(path) for path in files or shipped_files()]
    wrong = 0
    for path in dict.fromkeys(named):
        with o.err.status(str(path)):
            checked = check_rulebook(path, lang)
        wrong += len(checked.problems)
        _report(checked, lang)
    if wrong:
        raise typer.Exit(1)


def _report(checked: Checked, lang: o.Lang) -> None:
    for problem in checked.problems:
        where = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
        _print(f"{where}: [{problem.code}] {problem.what}; {problem.todo}")
    book, n = checked.book, len(checked.problems)
    if book is None:
        _print(_say("unread", lang, checked.path, n))
        return
    examples = checked.examples.examples if checked.examples else ()
    days = sum(len(example.days) for example in examples)
    counts = _say("checked", lang, book.id, len(book.measures), len(examples), days)
    _print(f"{counts}: {_say('wrong', lang, n) if n else _say('right', lang)}")
    caught, left = list_kinds(book)
    _list("catches", [f"{kind} -> {measure}" for kind, measure in caught.items()], lang)
    _list("leaves", [f"{kind} ({_clause(book, measure)})" for kind, measure in left.items()], lang)
    _print(f"  {_say('other', lang)}")
    untried = without_example(book, checked.examples) if checked.examples else [m.id for m in book.measures]
    if untried:
        _print(f"  {_say('untried', lang, ', '.join(untried))}")
    _list("assumed", list_assumed(book, lang), lang)


def _list(word: str, lines: Sequence[str], lang: o.Lang) -> None:
    if lines:
        _print(f"  {_say(word, lang)}")
    for line in lines:
        _print(f"    {line}")


def _clause(book: Rulebook, measure: str) -> str:
    return book.measure(measure).clause


def _print(text: str) -> None:
    o.out.print(text, markup=False, soft_wrap=True)


def _say(word: str, lang: o.Lang, *values: object) -> str:
    return WORDS[word][0 if lang == "zh" else 1].format(*values)
