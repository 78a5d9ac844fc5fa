"""`sizao rulebook draft`, as a person runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from scoring import NOTICES
from typer.testing import CliRunner

from sizao.cli.rulebook_draft import draft_rulebook
from sizao.errors import SizaoError
from sizao.policy import read_rulebook

app = typer.Typer()
app.command()(draft_rulebook)
NOTICE = NOTICES / "three-plus-two.txt"


def test_a_draft_is_written_and_can_be_checked_at_once(tmp_path: Path) -> None:
    out = tmp_path / "draft.yaml"
    said = CliRunner().invoke(app, [str(NOTICE), "--out", str(out), "--id", "yunhu-2031"])
    assert said.exit_code == 0, said.output
    assert read_rulebook(out).id == "yunhu-2031"
    assert "sizao rulebook check" in said.stderr
    assert "doubt measures.close_contact.triggers.1.day_1" in said.stderr


def test_without_out_the_yaml_goes_to_the_screen_and_the_rest_to_stderr() -> None:
    said = CliRunner().invoke(app, [str(NOTICE), "--lang", "zh"])
    assert said.stdout.startswith("# 由程序从通知文本起草")
    assert "存疑" in said.stderr and "存疑" not in said.stdout


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    out = tmp_path / "draft.yaml"
    out.write_text("mine", "utf-8")
    said = CliRunner().invoke(app, [str(NOTICE), "--out", str(out)])
    assert isinstance(said.exception, SizaoError) and said.exception.code == "file-exists"
    assert out.read_text("utf-8") == "mine"


def test_a_text_that_is_no_notice_writes_nothing(tmp_path: Path) -> None:
    text, out = tmp_path / "news.txt", tmp_path / "draft.yaml"
    text.write_text("新闻发布会：密切接触者5天集中隔离。", "utf-8")
    with pytest.raises(SizaoError, match="not-a-notice"):
        CliRunner().invoke(app, [str(text), "--out", str(out)], catch_exceptions=False)
    assert not out.exists()


def test_the_page_shows_what_the_command_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (NOTICES.parents[4] / "docs" / "draft-a-rulebook.md").read_text("utf-8")
    (tmp_path / "two-values.txt").write_bytes((NOTICES / "two-values.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["two-values.txt", "--out", "draft.yaml"])
    assert said.stderr.strip() in page
    shown = page.split("```yaml\n")[1].split("```")[0]
    assert shown in Path("draft.yaml").read_text("utf-8")
