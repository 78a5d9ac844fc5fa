"""The pages on bulletins are right: commands print what is shown; measures, codes, reasons are all there."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sizao.bulletin import read_text
from sizao.bulletin.check.breaks import check_words
from sizao.bulletin.read.words import KINDS, lexicon
from sizao.bulletin.series import reasons
from sizao.cli.app import app
from sizao.errors import SizaoError

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/bulletins.md").read_text("utf-8")
GRAMMAR = (ROOT / "docs/bulletin-grammar.md").read_text("utf-8")
NATION = "31个省（自治区、直辖市）和新疆生产建设兵团报告"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files that the page asks to save; the commands run there, one after another, as a reader would do it."""
    folder = tmp_path_factory.mktemp("page")
    for name, text in re.findall(r"```(?:text|csv) (\S+)\n(.*?)```", PAGE, re.DOTALL):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def shown_commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page with the lines shown below it."""
    for block in re.findall(r"```\n(\$ .*?)```", PAGE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.splitlines()
            yield command, lines


def printed_by(command: str, folder: Path) -> list[str]:
    words = shlex.split(command)
    if words[0] != "sizao":
        subprocess.run(command, shell=True, check=True, cwd=folder)
        return []
    arguments = [
        name
        for word in words[1:]
        for name in (sorted(str(p.relative_to(folder)) for p in folder.glob(word)) if "*" in word else [word])
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), f"{command}: {done.exception!r}"
    return [line.rstrip() for line in done.output.splitlines()]


def test_commands_print_what_the_page_shows_but_for_what_it_leaves_out(folder: Path) -> None:
    """`...` stands for lines left out. Then what is shown in Python, in the same folder."""
    seen = set()
    for command, shown in shown_commands():
        seen.add(" ".join(command.split()[:3]))
        printed = printed_by(command, folder)
        at = -1
        for line in shown:
            if line != "...":
                assert line in printed[at + 1 :], f"`{command}` does not print: {line}\nbut: {printed}"
                at = printed.index(line, at + 1)
    wanted = ("read", "check", "write", "report", "series", "since-local", "export", "compare")
    assert {f"sizao bulletin {name}" for name in wanted} <= seen

    blocks = re.findall(r"```python\n(>>> .*?)```", PAGE, re.DOTALL)
    text = "\n".join(block.rstrip() + "\n" for block in blocks)
    told: list[str] = []
    examples = doctest.DocTestParser().get_doctest(text, {}, "bulletins.md", None, 0)
    assert examples.examples
    doctest.DocTestRunner(verbose=False).run(examples, out=told.append)
    assert not told, "".join(told)


def rows(after: str, page: str) -> list[list[str]]:
    """The cells of the first table after some words."""
    table = page.split(after, 1)[1].split("\n| ", 1)[1].split("\n\n", 1)[0]
    return [re.split(r"\s*\|\s*", line)[1:-1] for line in table.splitlines()[2:]]


MEASURES = rows("## Measures", PAGE)


def test_every_measure_is_on_the_page_and_no_other() -> None:
    named = {name for row in MEASURES for name in re.findall(r"`(\w+)`", row[0])}
    assert named == set(lexicon().measures.values())


@pytest.mark.parametrize("row", MEASURES, ids=[row[0] for row in MEASURES])
def test_the_phrase_of_a_measure_is_read_as_that_measure(row: list[str]) -> None:
    measure = re.findall(r"`(\w+)`", row[0])[0]
    before = "" if measure == "confirmed_new" else "新增确诊病例2例，"
    text = f"8月14日0—24时，{NATION}{before}{row[3].replace('N', '70')}。"
    found = read_text(text, "2022-08-15.txt")
    assert (measure, 70) in {(f.measure, abs(f.value)) for f in found.figures}


def test_every_code_of_a_refusal_is_on_the_page_and_no_other() -> None:
    code = r'"(not-a-bulletin|bulletin-[a-z]+)"'
    raised = {
        name for path in (ROOT / "src/sizao/bulletin").rglob("*.py") for name in re.findall(code, path.read_text())
    }
    assert {row[0].strip("`") for row in rows("### What is refused", PAGE)} == raised


def test_every_kind_of_word_is_on_the_page() -> None:
    named = {name for row in rows("## 4. The words", GRAMMAR) for name in re.findall(r"`(\w+)`", row[0])}
    assert named == {*KINDS, "whole", "zero", "today", "abroad", "silent"}


def test_every_rule_and_every_reason_is_on_the_page() -> None:
    rules = {name for row in rows("## What must agree", GRAMMAR) for name in row[0].split(", ")}
    assert rules == set(check_words()["rules"])
    assert {row[0].strip("`") for row in rows("## Why two series disagree", GRAMMAR)} == set(reasons())
    assert all(word in GRAMMAR for word in check_words()["explains"])


def test_the_worked_example_is_read_as_told() -> None:
    text = re.findall(r"```text worked\n(.*?)```", GRAMMAR, re.DOTALL)[0]
    told = [row[3].split() for row in rows("is read so:", GRAMMAR) if row[3]]
    read = [[f.place, f"`{f.measure}`", str(f.value)] for f in read_text(text, "2022-08-15.txt").figures]
    assert told == read


def test_the_new_wording_of_the_page_is_not_a_word_yet_and_its_example_is_right() -> None:
    """All but the number with the new word is read, and that one is listed."""
    text = re.findall(r"text: \|\n  (.*?)\n", GRAMMAR)[0]
    found = read_text(text, "2021-07-02.txt", published=date(2021, 7, 2))
    lines = re.findall(r"figures: \|\n(.*?)```", GRAMMAR, re.DOTALL)[0].splitlines()
    told = [line.split() for line in lines]
    assert [[f.place, f.measure, str(f.value)] for f in found.figures] == told[:-1]
    assert [text[u.start : u.end] for u in found.unread] == ["3例"]


def test_a_place_that_no_bulletin_names_is_told() -> None:
    with pytest.raises(SizaoError, match="no-such-place"):
        read_text("8月14日0—24时，新增确诊病例2例。", "2022-08-15.txt", place="霁湾市")
