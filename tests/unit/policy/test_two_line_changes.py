"""The page of two-line changes is right: every change is laid over its base, and its examples hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sizao.derive.derive import derive, facts_of
from sizao.derive.examples import compare, facts_in
from sizao.policy import Rulebook, chain, read_rulebook
from sizao.policy.examples import Examples, check_examples, read_examples

PAGE = (Path(__file__).parents[3] / "docs/two-line-changes.md").read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
BASE, HEADER, *PAIRS = YAML
CHANGES = list(zip(PAIRS[::2], PAIRS[1::2], strict=True))
TITLES = re.findall(r"^## (.*)\n```yaml\n# contacts", PAGE, re.MULTILINE)
MESSAGE = re.search(r"```\n(contacts-.*?)\n```", PAGE)


def names(change: str) -> tuple[str, str]:
    """The id of a change and of what it amends, from its first line."""
    found = re.match(r"# (\S+) amends (\S+)\n", change)
    assert found, change
    return found[1], found[2]


def write_change(folder: Path, change: str) -> Path:
    """Writes a change with the lines that all of them start with."""
    name, older = names(change)
    header = HEADER.replace("2022-01-03", name.removeprefix("contacts-"))
    header = header.replace("amends: contacts-2021", f"amends: {older}")
    path = folder / f"{name}.yaml"
    path.write_text(header + change.split("\n", 1)[1], "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the base and the first change, on which another one builds."""
    (tmp_path / "contacts-2021.yaml").write_text(BASE, "utf-8")
    write_change(tmp_path, CHANGES[0][0])
    return tmp_path


def differences(books: Sequence[Rulebook], examples: Examples) -> list[str]:
    """The days of the examples on which something else is derived."""
    facts = facts_of(facts_in(examples))

    def answer(on: dt.date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        with derive(facts, books, on, engine="sqlite") as derivation:
            return derivation.table("status").to_pylist(), derivation.table("tests_due").to_pylist()

    return [str(mismatch) for mismatch in compare(examples, answer)]


def test_every_change_on_the_page_is_tried() -> None:
    assert len(TITLES) == len(CHANGES) == 6
    assert all(len(change.splitlines()) <= 1 + 2 for change, _ in CHANGES)


@pytest.mark.parametrize(("change", "examples"), CHANGES, ids=TITLES)
def test_a_change_asks_what_its_examples_say(folder: Path, change: str, examples: str) -> None:
    path = write_change(folder, change)
    beside = path.with_suffix(".examples.yaml")
    beside.write_text(examples, "utf-8")
    books, said = chain(str(path)), read_examples(beside)
    assert [b.id for b in books][-2:] == list(reversed(names(change)))
    assert check_examples(books, said) == []
    assert differences(books, said) == []


@pytest.mark.parametrize(("change", "examples"), CHANGES, ids=TITLES)
def test_without_the_change_an_example_fails(folder: Path, change: str, examples: str) -> None:
    path = folder / "examples.yaml"
    path.write_text(examples, "utf-8")
    books, said = chain(str(folder / f"{names(change)[1]}.yaml")), read_examples(path)
    assert differences(books, said) != []


def test_the_message_for_a_forgotten_way_out_is_the_one_that_the_command_prints(sizao, folder: Path) -> None:
    path = write_change(folder, CHANGES[0][0].replace(", release: []", ""))
    lines = sizao("check", path).output.replace(f"{folder}/", "").splitlines()
    assert MESSAGE
    assert lines == [MESSAGE[1], f"{path.name}: not read, 1 wrong"]


def test_the_measure_that_is_not_changed_cites_the_older_document(folder: Path) -> None:
    book = read_rulebook(folder / "contacts-2022-01-03.yaml")
    assert book.states("case").rulebook == "contacts-2021"
    assert book.states("contact").rulebook == "contacts-2022-01-03"
