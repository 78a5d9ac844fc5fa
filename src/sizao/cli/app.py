"""The `sizao` command: thin, each sub-command in its own module."""

from __future__ import annotations

import importlib
import sys

import typer
from rich.console import Console

from sizao.errors import RefusedError, SizaoError

app = typer.Typer(
    name="sizao",
    no_args_is_help=True,
    help="Outbreak response: policy x facts x date -> what everybody must do today, and why.",
    pretty_exceptions_enable=False,
)

# Each module has `register(app)`, which adds its commands.
COMMANDS = (
    *("rulebook", "tables", "derive", "why", "today", "import_", "follow_up", "bulletin", "areas"),
    *("demo", "serve", "users", "work", "backup", "export"),
)
for _name in COMMANDS:
    importlib.import_module(f"sizao.cli.{_name}").register(app)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 the input is wrong, 2 the command line is wrong."""
    try:
        app()
    except SizaoError as error:
        stderr = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        if isinstance(error, RefusedError):
            for problem in error.problems:
                stderr.print(str(problem))
        stderr.print(f"sizao: {error}")
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"sizao: {where}{error.strerror or error} [cannot-read-or-write]", file=sys.stderr)
        sys.exit(1)
