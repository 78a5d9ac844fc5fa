"""`sizao rulebook impact`: what it says first, what it refuses, what it writes and what it keeps to itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner, Result

from sizao.cli.rulebook_impact import impact_command
from sizao.errors import SizaoError
from sizao.policy import shipped_files

OLD, NEW = "cn-2022-06-27", "cn-2022-11-11"
EVENTS = """event_id,person_id,kind,occurred_on,recorded_at
e-1,p-anna,exposed_to_case,2022-11-08,2022-11-08T09:00:00+08:00
e-2,p-bert,exposed_to_contact,2022-11-08,2022-11-08T09:00:00+08:00
e-3,p-carl,bus_ride,2022-11-09,2022-11-09T09:00:00+08:00
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "events.csv").write_text(EVENTS, "utf-8")
    return folder


def run(register: Path, a: str = OLD, b: str = NEW, *words: str, on: str = "2022-11-10") -> Result:
    app = typer.Typer()
    app.command()(impact_command)
    return CliRunner().invoke(app, [a, b, "--facts", str(register), "--on", on, *words], terminal_width=200)


LOCAL = """
id: loc-2022
title: {zh: 本地办法, en: Local rules}
jurisdiction: CN-Somewhere
disease: covid_19
over: CN
document:
  number: Notice 1
  title: {zh: 本地办法, en: Local rules}
  issuer: {zh: 某市, en: A town}
  published: 2022-10-01
  effective: 2022-10-01
test: {zh: 核酸检测, en: nucleic acid test}
restrictions:
  - {id: home_isolation, title: {zh: 居家隔离, en: home isolation}}
measures:
  - id: bus
    title: {zh: 乘车人员, en: bus passenger}
    clause: "1"
    triggers: [{event: bus_ride}]
    phases: [{restriction: home_isolation, days: 3}]
"""


def draft(folder: Path, name: str, old: str, new: str, source: str = NEW) -> str:
    """A file NAME.yaml: a shipped rulebook with one text replaced."""
    text = next(p for p in shipped_files() if p.stem == source).read_text("utf-8")
    assert old in text
    (folder / f"{name}.yaml").write_text(text.replace(old, new), "utf-8")
    return str(folder / f"{name}.yaml")


def flat(result: Result) -> str:
    assert result.exit_code == 0, result.exception
    return " ".join(result.output.split())


def test_it_opens_with_what_is_taken_for_granted(register: Path) -> None:
    said = flat(run(register, on="2022-11-10"))
    assert f"{NEW} replaces {OLD}: people under a measure move over by its transition (rederive)" in said
    assert f"{NEW} takes effect on 2022-11-11; here it is taken to take effect on 2022-11-10" in said
    assert "facts recorded after 2022-11-10 count too" in said
    assert "has been in force since 2022-11-11" in flat(run(register, on="2022-11-12"))
    known = run(register, OLD, NEW, "--known-at", "2022-11-11T00:00+08:00")
    assert "recorded after" not in flat(known)


def test_each_side_is_said_with_the_titles_of_its_own_rulebooks(register: Path, tmp_path: Path) -> None:
    held = "en: close contact}"
    newer = draft(tmp_path, "newer", held, "en: close contact (no longer)}")
    text = Path(newer).read_text("utf-8").replace("en: central isolation}", "en: central isolation (once)}")
    Path(newer).write_text(text, "utf-8")
    said = flat(run(register, OLD, newer, on="2022-11-10"))
    columns, row = re.search(r"A \\ B (.*?) ─+ (.*?) 1 ", said).groups()
    assert columns.startswith("central isolation (once)"), "B's columns have B's titles"
    assert row == "central isolation", "A's rows have A's titles"
    assert "central isolation / central isolation (once) 6 4" in said, "what is counted on both sides has both names"
    back = flat(run(register, newer, OLD, on="2022-11-12"))
    assert "close contact (no longer): home isolation" not in back.split("The most frequent flips")[0]
    assert "none contact of a contact: home isolation" in back


def test_no_person_is_named_in_the_terminal_only_in_the_tables(register: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(register, OLD, NEW, "--out", str(out), "--lang", "zh")
    assert "1人的管控方式改变：转轻1，转严0" in flat(result)
    assert not [name for name in ("p-anna", "p-bert", "p-carl") if name in result.output]
    people = pq.read_table(out / "people.parquet").to_pylist()
    assert [(r["person_id"], r["restriction_a"], r["restriction_b"], r["change"]) for r in people] == [
        ("p-anna", "central_isolation", "central_isolation", "same"),
        ("p-bert", "home_isolation", None, "lighter"),
        ("p-carl", None, None, "same"),
    ]
    assert sorted(p.name for p in out.iterdir() if not p.name.startswith(".")) == [
        "communities.parquet",
        "people.parquet",
        "per_day.parquet",
        "summary.json",
    ]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["flips"]["lighter"] == 1
    assert (summary["b"]["effective"], summary["b"]["derived"][NEW]) == ("2022-11-11", "2022-11-10")
    assert "p-anna" not in json.dumps(summary)


def test_a_draft_of_a_shipped_rulebook_is_named_by_its_file(register: Path, tmp_path: Path) -> None:
    path = draft(
        tmp_path,
        NEW,
        "{restriction: central_isolation, days: 5, tests: [1, 2, 3, 5]}",
        "{restriction: central_isolation, days: 6}",
    )
    said = flat(run(register, NEW, path))
    assert f"A is {NEW} ({NEW}) and B is {NEW} ({path}): two texts of one rulebook" in said
    assert "takes effect on" in said


def test_a_text_of_a_that_is_not_the_one_that_b_replaces_is_said(register: Path, tmp_path: Path) -> None:
    path = draft(tmp_path, "another", "days: 7, tests: [1, 4, 7]}", "days: 6}", source=OLD)
    renamed = Path(path).rename(tmp_path / f"{OLD}.yaml")
    assert f"the {OLD} that {NEW} replaces is not the text given as A" in flat(run(register, str(renamed)))


def test_rulebooks_of_another_place_and_disease_are_a_loud_doubt(register: Path) -> None:
    said = flat(run(register, OLD, "who-ebola"))
    assert f"! they are of different jurisdictions, {OLD} of CN and who-ebola of WHO" in said
    assert f"! they are about different diseases, {OLD} about covid_19 and who-ebola about ebola" in said
    assert f"neither of {OLD} and who-ebola replaces the other" in said
    assert "people flip: 0 to lighter" not in said


def test_a_local_rulebook_is_laid_over_the_national_one_and_says_when_that_changes(
    register: Path, tmp_path: Path
) -> None:
    path = tmp_path / "loc-2022.yaml"
    path.write_text(LOCAL, "utf-8")
    known = ("--known-at", "2022-11-11T12:00+08:00")
    said = flat(run(register, OLD, str(path), *known))
    assert f"loc-2022 is laid over {OLD}: its own measures for the facts that they catch" in said
    assert "jurisdictions" not in said
    assert f"loc-2022@{NEW} from 2022-11-11 on" in said
    assert "cn-2022-11-21" not in said  # was not yet published
    assert f"loc-2022@{NEW}" not in flat(run(register, OLD, str(path), "--days", "1", *known))
    back = flat(run(register, str(path), OLD, *known))
    assert f"loc-2022 replaces {OLD}, or is laid over it: this looks back" in back


def test_what_amends_is_said_to_amend(register: Path) -> None:
    said = flat(run(register, NEW, "cn-2022-11-21"))
    assert f"cn-2022-11-21 amends {NEW} and is read as the whole that results" in said


def test_the_newer_as_a_looks_back_and_says_what_holds_until_it_takes_effect(register: Path) -> None:
    said = flat(run(register, NEW, OLD))
    assert f"{NEW} replaces {OLD}, or is laid over it: this looks back" in said
    assert f"{NEW} takes effect only on 2022-11-11; until then {OLD} is what is derived under A" in said


@pytest.mark.parametrize(
    ("words", "on", "code"),
    [
        ((OLD, OLD), "2022-11-10", "same-rulebook"),
        (("who-ebola", NEW), "2014-08-31", "nothing-in-force"),
        ((OLD, NEW), "2022-11-31", "bad-date"),
        ((OLD, NEW, "--days", "3650"), "9999-01-01", "bad-date"),
        ((OLD, "cn-2022-11-12"), "2022-11-10", "unknown-rulebook"),
        ((OLD, NEW, "--place", "atlantis"), "2022-11-10", "unknown-place"),
        ((OLD, NEW, "--engine", "abacus"), "2022-11-10", "unknown-engine"),
    ],
)
def test_what_cannot_be_tried_is_refused(register: Path, words: tuple[str, ...], on: str, code: str) -> None:
    result = run(register, *words, on=on)
    assert isinstance(result.exception, SizaoError), result.exception
    assert result.exception.code == code


def test_a_missing_folder_and_answers_among_the_facts_are_refused(register: Path, tmp_path: Path) -> None:
    among = run(register, OLD, NEW, "--out", str(register)).exception
    missing = run(tmp_path / "nowhere").exception
    assert [e.code for e in (among, missing) if isinstance(e, SizaoError)] == ["same-folder", "missing-folder"]


def test_a_broken_draft_says_file_and_line(register: Path, tmp_path: Path) -> None:
    path = draft(tmp_path, "broken", "days: 3, tests: [1, 3]}", "days: 3, tests: [1, 9]}")
    error = run(register, OLD, path).exception
    assert isinstance(error, SizaoError)
    assert "broken.yaml:" in str(error) + " ".join(map(str, getattr(error, "problems", [])))


def test_nothing_is_written_when_the_folder_cannot_be_read(register: Path, tmp_path: Path) -> None:
    shutil.rmtree(register)
    assert run(register, OLD, NEW, "--out", str(tmp_path / "out")).exit_code == 1
    assert not (tmp_path / "out").exists()
