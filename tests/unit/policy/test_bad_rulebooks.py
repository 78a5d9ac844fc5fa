"""Every broken rulebook and file of examples gives exactly the messages in the .txt beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import RefusedError, SizaoError
from sizao.policy import read_rulebook
from sizao.policy.examples import check_examples, read_examples

HERE = Path(__file__).parent
GOOD = HERE / "good.yaml"


def messages(read, path: Path) -> str:
    try:
        problems = read(path)
    except RefusedError as error:
        problems = error.problems
    except SizaoError as error:
        return str(error).replace(f"{path.parent}/", "")
    return "\n".join(str(problem) for problem in problems).replace(f"{path.parent}/", "")


def read_and_check(path: Path) -> list:
    return check_examples([read_rulebook(GOOD)], read_examples(path))


def test_the_rulebook_that_the_others_break_is_right() -> None:
    assert read_rulebook(GOOD).measure("contact").days == 7
    assert read_and_check(HERE / "good.examples.yaml") == []


@pytest.mark.parametrize("path", sorted((HERE / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_rulebook_is_refused_in_these_words(path: Path) -> None:
    assert messages(lambda p: [read_rulebook(p)], path) == path.with_suffix(".txt").read_text("utf-8").strip()


@pytest.mark.parametrize("path", sorted((HERE / "bad_examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_file_of_examples_is_refused_in_these_words(path: Path) -> None:
    assert messages(read_and_check, path) == path.with_suffix(".txt").read_text("utf-8").strip()


def test_every_broken_file_has_its_words_and_every_text_its_file() -> None:
    for folder in (HERE / "bad", HERE / "bad_examples"):
        assert {p.stem for p in folder.glob("*.yaml")} == {p.stem for p in folder.glob("*.txt")}


def test_every_code_of_the_reader_is_shown_by_a_broken_file() -> None:
    said = "".join(p.read_text("utf-8") for folder in ("bad", "bad_examples") for p in (HERE / folder).glob("*.txt"))
    codes = """missing-key unknown-key bad-type bad-date bad-word bad-value bad-yaml yaml-feature duplicate-key
        bad-key empty-file bad-encoding effective-before-published repeated-id caught-twice trigger phases
        phase-length undeclared-restriction ceiling-below-floor test-outside-phase test-order transition
        replaces-itself assumed-about-nothing wrong-rulebook unknown-measure"""
    assert [code for code in codes.split() if f"[{code}]" not in said] == []
