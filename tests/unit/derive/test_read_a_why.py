"""The page on reading a why shows what the command prints."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sizao.cli.app import app

PAGE = (Path(__file__).parents[3] / "docs/read-a-why.md").read_text("utf-8")
SHOWN = re.findall(r"```\n\$ sizao (.*)\n([^`]*)```", PAGE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "harbour").mkdir()
    for name, text in re.findall(r"```csv (\w+)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / "harbour" / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "harbour" / "people.csv").write_text("person_id\np-31\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield tmp_path
    monkeypatch.undo()
    time.tzset()


def test_what_the_page_shows_is_what_is_printed_but_for_what_it_leaves_out(folder: Path) -> None:
    assert len(SHOWN) == 2
    for command, shown in SHOWN:
        done = CliRunner().invoke(app, command.split())
        assert done.exit_code == 0, done.output
        printed = done.stdout.splitlines()
        at = -1
        for line in shown.splitlines():
            if line.strip() != "...":
                assert line in printed[at + 1 :], f"`sizao {command}` does not print: {line}"
                at = printed.index(line, at + 1)
