"""`sizao rulebook`: which rulebooks there are, what one says, and whether a file is right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from sizao.cli import options as o
from sizao.derive.examples import Checked, check_rulebook
from sizao.errors import Problem, SizaoError
from sizao.policy import choose, rulebooks, shipped_files
from sizao.policy.examples import SUFFIX, without_example
from sizao.policy.rulebook import Rulebook
from sizao.policy.show import list_assumed, list_kinds, standing, write_sheet

COLUMNS = {
    "id": "id",
    "title": "title",
    "number": "document number",
    "published": "published",
    "effective": "takes effect",
    "replaces": "replaces",
    "measures": "measures",
    "today": "today",
}
WORDS = {
    "id": "规则册",
    "title": "名称",
    "number": "文号",
    "published": "发布",
    "effective": "生效",
    "replaces": "替代",
    "measures": "措施",
    "today": "今日",
    "not_yet": "尚未生效",
    "in_force": "有效",
    "replaced": "已被替代",
}
STANDING = {"not_yet": "not yet", "in_force": "in force", "replaced": "replaced"}


def register(app: typer.Typer) -> None:
    """Adds `sizao rulebook list`, `show` and `check`."""
    commands = typer.Typer(no_args_is_help=True, help="Policy documents as data: list, show, check.")
    commands.command(name="list")(list_rulebooks)
    commands.command(name="show")(show_rulebook)
    commands.command(name="check")(check_files)
    app.add_typer(commands, name="rulebook")
