"""The house stays in order: layers hold, files stay small, commands are documented, pages are not stale."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sizao.cli.app import app
from sizao.tables import contracts

ROOT = Path(__file__).parents[2]
GENERATED = set(ROOT.glob("src/sizao/register/migrations/0*.py"))  # by Django, from the models
SOURCES = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("benchmarks/**/*.py")])


def test_no_file_has_more_than_500_lines() -> None:
    written = [p for p in SOURCES if p not in GENERATED]
    long = {str(p.relative_to(ROOT)): n for p in written if (n := len(p.read_text("utf-8").splitlines())) > 500}
    assert not long


def test_every_module_opens_with_what_it_is_for() -> None:
    written = [p for p in ROOT.glob("src/**/*.py") if p not in GENERATED]
    silent = [p for p in written if not p.read_text("utf-8").startswith('"""')]
    assert not silent


def test_layers_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _commands() -> list[str]:
    names = [c.name or "" for c in app.registered_commands]
    for group in app.registered_groups:
        inner = group.typer_instance
        names += [f"{group.name} {c.name}" for c in inner.registered_commands] if inner else []
    return names


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    group, _, sub = command.partition(" ")
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"`sizao {group}[^`]*{sub}", readme), f"README does not name `sizao {command}`"
    said = CliRunner().invoke(app, [*command.split(), "--help"])
    assert said.exit_code == 0
    assert "--help" in said.stdout


def test_the_page_of_tables_is_what_the_command_prints() -> None:
    said = CliRunner().invoke(app, ["tables", "show", "--markdown"])
    assert said.stdout.strip() == (ROOT / "docs/tables.md").read_text("utf-8").strip(), (
        "run: sizao tables show --markdown > docs/tables.md"
    )


def test_every_table_of_the_contracts_is_on_the_page() -> None:
    page = (ROOT / "docs/tables.md").read_text("utf-8")
    assert all(f"`{name}`" in page or f"## {name}" in page for name in contracts())


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert not broken


def _linked(page: Path) -> set[Path]:
    """The pages of this repository that a page links to."""
    targets = re.findall(r"\]\(([^)#]+\.md)", page.read_text("utf-8"))
    return {(page.parent / target).resolve() for target in targets if "://" not in target}


def test_every_page_is_linked_from_the_readme_or_from_a_page_linked_there() -> None:
    first = _linked(ROOT / "README.md")
    reached = first.union(*(_linked(page) for page in first))
    lost = [page.name for page in sorted(ROOT.glob("docs/*.md")) if page.resolve() not in reached]
    assert not lost


def test_files_that_pages_name_exist() -> None:
    roots = (ROOT, ROOT / "src", ROOT / "src/sizao", ROOT / "src/sizao/derive")
    missing = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for name in re.findall(r"`((?:\w[\w-]*/)+\w+\.(?:py|sql|yaml|md))`", page.read_text("utf-8")):
            if not any((root / name).exists() for root in roots):
                missing.append(f"{page.relative_to(ROOT)}: {name}")
    assert not missing


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    named = re.compile(r"/work/(?:main|shared|\.)|/root/|index-url|pypi\.org|deb\.debian")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    texts = [
        ROOT / f for f in files if f.endswith((".py", ".md", ".toml", ".yaml", ".txt", "run")) and "guards" not in f
    ]
    assert not [str(p) for p in texts if p.exists() and named.search(p.read_text("utf-8", errors="replace"))]


def test_policies_are_compared_with_data_never_with_code() -> None:
    words = re.compile(r"cn-2022|who-ebola|close_contact|exposed_to_case")
    code = [p for p in ROOT.glob("src/sizao/derive/**/*") if p.suffix in (".py", ".sql")]
    assert not [str(p) for p in code if words.search(p.read_text("utf-8"))]
