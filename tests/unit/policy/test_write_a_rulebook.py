"""The page "write a rulebook" is right: its files check, its messages are those given, its keys are the keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from sizao.policy import examples, rulebook

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/write-a-rulebook.md").read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
MESSAGES = re.findall(r"```\n((?:lake-2030|\$ sizao).*?)```", PAGE, re.DOTALL)


def models() -> dict[str, type[BaseModel]]:
    """Everything that a file is made of; a day of an example has a form of its own and no keys."""
    parts = (*rulebook.Part.__subclasses__(), *rulebook.Words.__subclasses__())
    found = {m.__name__: m for m in parts if m.__module__.startswith("sizao.policy")}
    return {name: model for name, model in found.items() if name not in ("Expected", "_File")}


def keys_on_the_page(name: str) -> dict[str, bool]:
    """Key -> needed, from the table under a heading."""
    section = PAGE.split(f"\n### {name}\n", 1)[1].split("\n#", 1)[0]
    return {key: needed == "yes" for key, needed in re.findall(r"^\| `(\w+)` \| (yes|no) \|", section, re.MULTILINE)}


@pytest.mark.parametrize("name", models())
def test_every_key_is_on_the_page_and_no_other(name: str) -> None:
    fields = models()[name].model_fields
    wanted = {key: field.is_required() for key, field in fields.items()}
    if name == "Phase":
        wanted["id"] = False  # the restriction's, if left out
    assert keys_on_the_page(name) == wanted


def test_every_heading_is_a_part_of_a_file() -> None:
    assert set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)) == set(models())


def check(sizao, folder: Path, rules: str) -> list[str]:
    (folder / "lake-2030.yaml").write_text(rules, "utf-8")
    (folder / "lake-2030.examples.yaml").write_text(YAML[1], "utf-8")
    return sizao("check", folder / "lake-2030.yaml").output.replace(f"{folder}/", "").splitlines()


def test_the_rulebook_and_its_examples_check_as_the_page_says(sizao, tmp_path: Path) -> None:
    assert check(sizao, tmp_path, YAML[0]) == MESSAGES[0].splitlines()[1:]


def test_the_mistakes_are_reported_as_the_page_says(sizao, tmp_path: Path) -> None:
    assert check(sizao, tmp_path, YAML[0].replace("[1, 4]", "[1, 5]"))[0] == MESSAGES[1].strip()
    assert check(sizao, tmp_path, YAML[0].replace("days: 4", "days: 5"))[0] == MESSAGES[2].strip()


def test_the_file_of_examples_has_two_keys() -> None:
    assert set(examples._File.model_fields) == {"rulebook", "examples"}
