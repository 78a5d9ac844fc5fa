"""The `sizao rulebook` commands, alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner, Result

from sizao.cli import rulebook


@pytest.fixture(scope="session")
def sizao() -> Callable[..., Result]:
    """Runs `sizao rulebook WORDS...`."""
    app = typer.Typer()
    rulebook.register(app)
    app.callback()(lambda: None)
    return lambda *words: CliRunner().invoke(app, ["rulebook", *map(str, words)])
