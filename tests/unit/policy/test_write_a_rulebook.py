"""The pages on writing a rulebook are right: files check, messages are those given, keys are the keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML as Yaml

from sizao.policy import examples, read_rulebook, rulebook
from sizao.policy.schema import list_keys

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/write-a-rulebook.md").read_text("utf-8")
KEYS = (ROOT / "docs/rulebook-keys.md").read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
MESSAGES = re.findall(r"```\n((?:lake-2030|\$ sizao).*?)```", PAGE, re.DOTALL)


def models() -> dict[str, type[BaseModel]]:
    """Everything that a file is made of; a day of an example has a form of its own and no keys."""
    parts = (*rulebook.Part.__subclasses__(), *rulebook.Words.__subclasses__())
    found = {m.__name__: m for m in parts if m.__module__.startswith("sizao.policy")}
    return {name: model for name, model in found.items() if name not in ("Expected", "_File")}


def rows(name: str) -> dict[str, tuple[str, str]]:
    """Key -> (needed, what), from the table under a heading."""
    section = KEYS.split(f"\n### {name}\n", 1)[1].split("\n#", 1)[0]
    found = re.findall(r"^\| `(\w+)` \| (yes|no) \| (.*) \|$", section, re.MULTILINE)
    return {key: (needed, what) for key, needed, what in found}


@pytest.mark.parametrize("name", models())
def test_every_key_is_on_the_page_and_no_other(name: str) -> None:
    fields = {f.alias or key: f for key, f in models()[name].model_fields.items() if not f.exclude}
    wanted = {key: field.is_required() for key, field in fields.items()}
    if name == "Phase":
        wanted["id"] = False  # the restriction's, if left out
    assert {key: needed == "yes" for key, (needed, _) in rows(name).items()} == wanted


@pytest.mark.parametrize("name", [n for n, m in models().items() if m.__module__ != "sizao.policy.examples"])
def test_the_page_says_of_a_key_what_an_editor_says(name: str) -> None:
    said = list_keys(name)
    assert [(key, what) for key, (_, what) in rows(name).items() if what != said[key]["en"]] == []


def test_every_heading_is_a_part_of_a_file() -> None:
    assert set(re.findall(r"^### (\w+)$", KEYS, re.MULTILINE)) == set(models())


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


def load(text: str) -> Any:
    return Yaml(typ="safe").load(text)


def additions() -> Iterator[tuple[str, str]]:
    """What the page adds to its rulebook, each with its examples (or none), as YAML."""
    parts = [text for text in YAML[2:] if not text.startswith("id:")]
    for text, after in zip(parts, [*parts[1:], ""], strict=True):
        if not text.startswith("examples:"):
            yield text, after if after.startswith("examples:") else ""


ADDITIONS = list(additions())


@pytest.mark.parametrize(("rules", "shown"), ADDITIONS, ids=[str(n) for n in range(1, len(ADDITIONS) + 1)])
def test_what_the_page_adds_leads_to_what_it_says(sizao, tmp_path: Path, rules: str, shown: str) -> None:
    rules_data, shown_data, base = load(rules), load(shown) or {"examples": []}, YAML[0]
    if "measures" in rules_data:
        added = rules.removeprefix("measures:\n")
        base = base.replace("limits:\n", added + "limits:\n", 1)
    else:
        base = (
            re.sub(r"limits:\n.*?\nassumed:", "assumed:", base, flags=re.DOTALL) if "limits" in rules_data else base
        )
        base += rules
    more = shown.removeprefix("examples:\n")
    (tmp_path / "lake-2030.yaml").write_text(base, "utf-8")
    (tmp_path / "lake-2030.examples.yaml").write_text(YAML[1] + more, "utf-8")
    result = sizao("check", tmp_path / "lake-2030.yaml")
    assert result.exit_code == 0, result.output
    assert f"{3 + len(shown_data['examples'])} examples" in result.output
    if shown:
        assert "all right" in result.output


@pytest.mark.parametrize("text", [text for text in YAML[2:] if text.startswith("id:")], ids=["amends", "over"])
def test_the_rulebooks_that_lean_on_another_check(sizao, tmp_path: Path, text: str) -> None:
    (tmp_path / "lake-2030.yaml").write_text(YAML[0], "utf-8")
    path = tmp_path / f"{load(text)['id']}.yaml"
    path.write_text(text, "utf-8")
    result = sizao("check", path)
    assert result.exit_code == 0, result.output
    if "amends" in load(text):
        assert [p.days for p in read_rulebook(path).measure("contact").phases] == [3]
