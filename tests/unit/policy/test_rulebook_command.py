"""`sizao rulebook list | show | check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.policy import shipped_files

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text("utf-8")
EXAMPLES = (HERE / "good.examples.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "xx-2030.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "xx-2030.examples.yaml").write_text(EXAMPLES, "utf-8")
    return tmp_path


def test_list_names_every_rulebook_and_what_is_in_force(sizao) -> None:
    lines = sizao("list").output.splitlines()
    assert "cn-2022-06-27  COVID-19 control plan (ninth edition)  [CN: replaced]" in lines
    assert "    published 2022-11-11, takes effect 2022-11-11; replaces cn-2022-06-27; 8 measures" in lines
    assert "[CN: 今日有效]" in sizao("list", "--lang", "zh").output


def test_show_on_a_date_says_what_replaced_it(sizao) -> None:
    output = sizao("show", "cn-2022-06-27", "--on", "2022-11-12").output
    assert "on 2022-11-12: replaced by cn-2022-11-11 (from 2022-11-11)" in output


@pytest.mark.parametrize(("on", "name"), [("2022-11-10", "cn-2022-06-27"), ("2022-11-11", "cn-2022-11-11")])
def test_show_auto_shows_the_one_in_force(sizao, on: str, name: str) -> None:
    assert sizao("show", "auto", "--on", on).output.startswith(name)


def test_show_reads_a_file(sizao, folder: Path) -> None:
    assert sizao("show", folder / "xx-2030.yaml", "--lang", "zh").output.startswith("xx-2030  示例")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["cn-2022-11-12"], "unknown-rulebook"),
        (["auto", "--on", "2022-06-26"], "no-rulebook-in-force"),
        (["cn-2022-11-11", "--on", "2022-11-31"], "bad-date"),
    ],
)
def test_show_refuses_what_it_cannot_find(sizao, words: list[str], code: str) -> None:
    result = sizao("show", *words)
    assert isinstance(result.exception, SizaoError)
    assert result.exception.code == code


def test_check_without_a_file_checks_every_shipped_rulebook(sizao) -> None:
    result = sizao("check")
    assert result.exit_code == 0
    for path in shipped_files():
        assert f"{path.stem}: " in result.output
    assert result.output.count("all right") == len(shipped_files())


@pytest.mark.parametrize("name", ["xx-2030.yaml", "xx-2030.examples.yaml"])
def test_check_runs_the_examples_beside_a_rulebook(sizao, folder: Path, name: str) -> None:
    result = sizao("check", folder / name)
    assert result.exit_code == 0
    assert "xx-2030: 2 measures; 2 examples with 5 days: all right" in result.output
    assert "exposed_to_case -> contact" in result.output
    assert "contact: Day 1 is the day after." in result.output


def test_check_of_both_files_checks_once(sizao, folder: Path) -> None:
    output = sizao("check", folder / "xx-2030.yaml", folder / "xx-2030.examples.yaml").output
    assert output.count("all right") == 1


def test_check_reports_an_example_that_does_not_hold(sizao, folder: Path) -> None:
    (folder / "xx-2030.yaml").write_text(GOOD.replace("days: 2", "days: 3"), "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    said = "Exposed on 5 January, 2030-01-13: expected `nothing`, derived `contact, home, day 3`"
    assert f"xx-2030.examples.yaml:10: [example] {said}" in result.output


def test_check_says_which_measures_have_no_example(sizao, folder: Path) -> None:
    text = EXAMPLES[: EXAMPLES.index("  - title: {zh: 病例")]
    (folder / "xx-2030.examples.yaml").write_text(text, "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 0
    assert "no example of: case\n" in result.output


def test_check_works_without_examples(sizao, folder: Path) -> None:
    (folder / "xx-2030.examples.yaml").unlink()
    assert "0 examples with 0 days: all right" in sizao("check", folder / "xx-2030.yaml").output


def test_check_reports_every_file_and_goes_on(sizao, folder: Path) -> None:
    result = sizao("check", folder / "none.yaml", HERE / "bad/unknown-key.yaml", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    assert "none.yaml: [missing-file] no such file; check the path" in result.output
    assert "unknown-key.yaml:30: [unknown-key] measures[2].phases[2].upto" in result.output
    assert "xx-2030: 2 measures" in result.output


def test_check_follows_what_a_rulebook_replaces(sizao, folder: Path) -> None:
    newer = GOOD.replace("disease:", "replaces: cn-2022-11-99\ndisease:").replace(
        "limits:", "transition: {rule: keep}\nlimits:"
    )
    (folder / "xx-2030.yaml").write_text(newer, "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    assert "xx-2030.yaml: [unknown-rulebook] no rulebook is called 'cn-2022-11-99'" in result.output


def test_check_reports_a_test_that_an_example_expects(sizao, folder: Path) -> None:
    (folder / "xx-2030.yaml").write_text(GOOD.replace("tests: [1, 3, 5]", "tests: [3, 5]"), "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    assert "until 2030-01-10, test`, derived `contact, centre, day 1, until 2030-01-10`" in result.output
