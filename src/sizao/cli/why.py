"""`sizao why`: one person's status on a date, explained."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from sizao.cli import options as o
from sizao.derive.person import PersonDesk
from sizao.derive.why import explain
from sizao.errors import SizaoError
from sizao.policy import choose, doubts_about
from sizao.tables import read_folder


def register(app: typer.Typer) -> None:
    """Adds `sizao why`."""
    app.command(name="why")(why)


def why(
    person: Annotated[str, typer.Argument(help="A person_id.", show_default=False)],
    folder: o.Folder,
    on: o.On,
    rulebook: o.RulebookName = "auto",
    jurisdiction: o.Jurisdiction = "CN",
    known_at: o.KnownAt = None,
    lang: o.Language = "en",
) -> None:
    """Explain what holds for a person on a date: facts, rule, clause, arithmetic, what was assumed or not checked."""
    date, known = o.read_date(on), o.read_instant(known_at)
    books = choose(rulebook, date, jurisdiction, o.day_of(known))
    for doubt in doubts_about(rulebook, books, date):
        o.err.print(f"note: {doubt}")
    facts = read_folder(folder, only=("people", "events", "cases", "tests", "orders"))
    if facts.problems:
        o.err.print(f"note: {len(facts.problems)} problems in {folder}; `sizao tables check {folder}` lists them")
    with PersonDesk(facts, books, lang) as desk:
        answer = desk.ask(person, date, known)
    if answer is None:
        raise SizaoError(
            "unknown-person",
            f"nothing is recorded about {person!r}" + (f" by {known}" if known else ""),
            where=str(folder),
            todo="check the person_id; it is compared letter by letter",
        )
    for section in explain(answer, lang):
        o.out.print(Text(section.title, style="bold"))
        for depth, line in section.lines:
            o.out.print(Text("  " * (depth + 1) + line), soft_wrap=True)
