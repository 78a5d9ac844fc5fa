"""`sizao rulebook diff`: what changes from one rulebook to another, for whom, and where it stands."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from sizao.cli import options as o
from sizao.errors import RefusedError, SizaoError
from sizao.policy.diff import (
    change_data,
    diff_rulebooks,
    effect_data,
    find_effects,
    read_documents,
    write_changes,
    write_effects,
)

Name = Annotated[str, typer.Argument(metavar="ID|FILE", help="A rulebook's id or file; a draft may be invalid.")]


def diff_command(
    first: Name,
    second: Name,
    lang: o.Language = "en",
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="text, or json for programs.")] = "text",
) -> None:
    """Say what changes from one rulebook to another; exit code 0: nothing, 1: something, 2: not comparable."""
    try:
        a, b = read_documents(first, second)
    except SizaoError as error:
        o.say_problems(error.problems if isinstance(error, RefusedError) else [])
        o.err.print(f"sizao: {error}")
        raise typer.Exit(2) from None
    changes, effects = diff_rulebooks(a, b), find_effects(a, b)
    if form == "json":
        answer = {
            "a": str(a.path),
            "b": str(b.path),
            "changes": [change_data(change) for change in changes],
            "effects": [effect_data(*row) for row in effects.rows],
            "effects_left_out": effects.invalid,
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        lines = write_changes(changes, lang)
        lines += ["", *write_effects(effects, a, b, lang)] if changes else []
        typer.echo("\n".join(lines))
    if changes:
        raise typer.Exit(1)
