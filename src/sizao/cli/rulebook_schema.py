"""`sizao rulebook schema`: what may be written in a rulebook, for editors."""

from __future__ import annotations

import json

import typer

from sizao.cli import options as o
from sizao.policy.schema import rulebook_schema


def schema_command(lang: o.Language = "en") -> None:
    """Print the JSON Schema of a rulebook file: editors complete and explain its keys with it."""
    typer.echo(json.dumps(rulebook_schema(lang), ensure_ascii=False, indent=2))
