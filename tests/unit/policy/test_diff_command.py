"""`sizao rulebook diff`: exit codes, languages, JSON, what changes for a person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sizao.cli.rulebook_diff import diff_command

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text("utf-8")
Command = Callable[..., Result]


@pytest.fixture
def diff() -> Command:
    app = typer.Typer()
    app.command()(diff_command)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    a.write_text(GOOD, "utf-8")
    b.write_text(GOOD.replace("days: 2", "days: 3"), "utf-8")
    return a, b


def test_equal_rulebooks_end_with_0(diff: Command) -> None:
    result = diff("cn-2022-11-11", "cn-2022-11-11")
    assert (result.exit_code, result.stdout) == (0, "both rulebooks say the same\n")


def test_different_rulebooks_end_with_1(diff: Command, files: tuple[Path, Path]) -> None:
    result = diff(*files)
    assert result.exit_code == 1
    assert "2 days -> 3 days (stricter)   [a.yaml:" in result.stdout


def test_the_same_in_chinese(diff: Command, files: tuple[Path, Path]) -> None:
    output = diff(*files, "--lang", "zh").stdout
    assert output.startswith("1处规则改动\n\n人员\n")
    assert "2天 → 3天（更严）" in output
    assert "对个人的变化（事实发生后第0—30天）" in output


@pytest.mark.parametrize(
    "name", ["cn-2022-11-12", "none.yaml", str(HERE / "bad/tab.yaml"), str(HERE / "bad/duplicate-key.yaml")]
)
def test_what_cannot_be_compared_ends_with_2(diff: Command, name: str) -> None:
    result = diff("cn-2022-11-11", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "sizao: " in result.stderr


def test_json_holds_the_changes_and_each_day(diff: Command, files: tuple[Path, Path]) -> None:
    said = json.loads(diff(*files, "--format", "json").stdout)
    (change,) = said["changes"]
    assert change["group"] == "persons"
    assert (change["before"], change["after"], change["direction"]) == ({"days": 2}, {"days": 3}, "stricter")
    assert change["where"]["a"]["file"] == "a.yaml"
    (effect,) = said["effects"]
    assert effect["kinds"] == ["exposed_to_case"]
    assert effect["b"]["restricted_days"] - effect["a"]["restricted_days"] == 1
    assert len(effect["a"]["days"]) == 31


def test_json_of_all_that_is_shipped_can_be_written(diff: Command) -> None:
    assert json.loads(diff("cn-2022-06-27", "cn-2022-11-11", "--format", "json").stdout)["changes"]


def test_a_draft_that_is_invalid_is_compared_without_what_changes_for_a_person(diff: Command, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(GOOD.replace("tests: [1, 3, 5]", "tests: [1, 3, 9]"), "utf-8")
    result = diff(HERE / "good.yaml", draft)
    assert result.exit_code == 1
    assert "1, 3, 5 -> 1, 3, 9" in result.stdout
    assert "left out: draft.yaml is not a valid rulebook yet" in result.stdout


def test_the_page_shows_what_the_command_prints(diff: Command) -> None:
    page = (HERE.parents[2] / "docs/compare-rulebooks.md").read_text("utf-8")
    output = diff("cn-2022-06-27", "cn-2022-11-11").stdout
    shown = [block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if "python" not in block]
    assert len(shown) == 2
    for block in shown:
        assert block.removeprefix("$ sizao rulebook diff cn-2022-06-27 cn-2022-11-11\n") in output


def test_what_changes_for_a_person_from_the_ninth_plan_to_the_twenty_measures(diff: Command) -> None:
    lines = diff("cn-2022-06-27", "cn-2022-11-11").stdout.splitlines()
    at = lines.index("  exposure to a case (exposed_to_case)")
    assert lines[at + 1 : at + 3] == [
        "    central isolation 7 days + home health monitoring 3 days"
        " -> central isolation 5 days + home isolation 3 days",
        "    days under a restriction 10 -> 8, tests 6 (as before)",
    ]
