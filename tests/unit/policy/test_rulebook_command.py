"""`sizao rulebook list | show | check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.policy import get, shipped_files

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
    count = len(get("cn-2022-11-11").measures)
    assert f"    published 2022-11-11, takes effect 2022-11-11; replaces cn-2022-06-27; {count} measures" in lines
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
        (["auto", "--on", "2019-12-31"], "no-rulebook-in-force"),
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


def test_check_says_which_measures_have_no_example_and_where_they_stand(sizao, folder: Path) -> None:
    text = EXAMPLES[: EXAMPLES.index("  - title: {zh: 病例")]
    (folder / "xx-2030.examples.yaml").write_text(text, "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 0
    said = "1 examples with 4 days: nothing wrong found, but not every measure has an example"
    assert said in result.output
    assert "no example of (write one in xx-2030.examples.yaml):\n    case (" in result.output
    assert f"{folder}/xx-2030.yaml:16)" in result.output


def test_a_rulebook_without_examples_is_never_all_right(sizao, folder: Path) -> None:
    (folder / "xx-2030.examples.yaml").unlink()
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 0
    assert "xx-2030: 2 measures; 0 examples with 0 days: nothing wrong found, but no examples yet" in result.output
    assert "all right" not in result.output
    assert "但尚无示例" in sizao("check", folder / "xx-2030.yaml", "--lang", "zh").output


def test_check_reports_every_file_and_goes_on(sizao, folder: Path) -> None:
    result = sizao("check", folder / "none.yaml", HERE / "bad/unknown-key.yaml", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    assert "none.yaml: [missing-file] no such file; check the path" in result.output
    assert "unknown-key.yaml:30: [unknown-key] measures[2].phases[2].upto" in result.output
    assert "xx-2030: 2 measures" in result.output


def newer(text: str, name: str = "xx-2031", **values: str) -> str:
    """The good rulebook under another id, from 2031 on, with more keys at the top."""
    text = text.replace("xx-2030", name).replace("2030-01-0", "2031-01-0")
    return text + "".join(f"{key}: {value}\n" for key, value in values.items())


def write(folder: Path, text: str, name: str = "xx-2031") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, "utf-8")
    return path


REPLACING = {"replaces": "xx-2030", "transition": "{rule: keep}"}


def test_check_follows_what_a_rulebook_replaces_and_looks_for_it_beside_the_file(sizao, folder: Path) -> None:
    result = sizao("check", write(folder, newer(GOOD, **REPLACING)))
    assert result.exit_code == 0, result.output
    result = sizao("check", write(folder, newer(GOOD, **REPLACING | {"replaces": "xx-2029"})))
    assert result.exit_code == 1
    said = "xx-2031.yaml:36: [unknown-rulebook] replaces: no rulebook is called 'xx-2029'"
    assert said in result.output


def test_check_names_the_line_of_a_chain_that_runs_in_a_circle_or_backwards(sizao, folder: Path) -> None:
    early = newer(GOOD, **REPLACING).replace("2031-01-0", "2029-01-0")
    assert "xx-2031.yaml:36: [replaces-order] replaces: " in sizao("check", write(folder, early)).output
    write(folder, newer(GOOD, **REPLACING))
    write(folder, GOOD + "replaces: xx-2031\ntransition: {rule: keep}\n", "xx-2030")
    output = sizao("check", folder / "xx-2031.yaml").output
    assert "xx-2031.yaml:36: [replaces-" in output


def test_check_names_the_line_where_two_rulebooks_order_restrictions_differently(sizao, folder: Path) -> None:
    lines = newer(GOOD, **REPLACING).splitlines(keepends=True)
    lines[12], lines[13] = lines[13], lines[12]
    result = sizao("check", write(folder, "".join(lines).replace(", up_to: centre", "")))
    assert "xx-2031.yaml:12: [restriction-order] restrictions: " in result.output


def test_a_kind_that_only_the_older_rulebook_catches_is_wrong(sizao, folder: Path) -> None:
    text = newer(GOOD, **REPLACING).replace("event: exposed_to_case", "event: met_a_case")
    result = sizao("check", write(folder, text))
    assert result.exit_code == 1
    said = "a fact of the kind 'exposed_to_case' is caught or named by xx-2030 and not here: it would be undecided"
    todo = "catch it with a trigger, or name it in a measure with `asks: nothing`"
    assert f"xx-2031.yaml:15: [kind-not-caught] measures: {said}; {todo}" in result.output


def test_two_rulebooks_in_force_on_one_day_are_wrong(sizao, folder: Path) -> None:
    path = write(folder, newer(GOOD))
    assert sizao("check", path).exit_code == 0
    result = sizao("check", folder / "xx-2030.yaml", path)
    assert result.exit_code == 1
    said = "document.effective: xx-2030 and xx-2031 are both in force in XX from 2031-01-02"
    assert f"xx-2031.yaml:10: [two-in-force] {said}" in result.output
    write(folder, newer(GOOD, **REPLACING))
    assert sizao("check", folder / "xx-2030.yaml", path).exit_code == 0


def test_a_rulebook_beside_a_shipped_one_of_the_same_jurisdiction_and_disease_is_wrong(sizao, folder: Path) -> None:
    text = newer(GOOD).replace("jurisdiction: XX", "jurisdiction: WHO").replace("example_fever", "ebola")
    result = sizao("check", write(folder, text))
    assert result.exit_code == 1
    assert "xx-2031.yaml:10: [two-in-force] document.effective: who-ebola and xx-2031" in result.output


def test_what_a_local_rulebook_asks_beyond_the_national_ones_is_listed_and_not_wrong(sizao) -> None:
    output = sizao("check", next(p for p in shipped_files() if p.stem == "loc-changsha-2022")).output
    assert "all right\n  catches:" in output
    assert "  beyond the rules above it:\n    From 2022-" in output


def test_check_reports_a_test_that_an_example_expects(sizao, folder: Path) -> None:
    (folder / "xx-2030.yaml").write_text(GOOD.replace("tests: [1, 3, 5]", "tests: [3, 5]"), "utf-8")
    result = sizao("check", folder / "xx-2030.yaml")
    assert result.exit_code == 1
    assert "until 2030-01-10, test`, derived `contact, centre, day 1, until 2030-01-10`" in result.output


TWENTY = "联防联控机制综发〔2022〕101号"
HINT = "  hint: `replaces`, `amends` and `over` look for {0}.yaml, so this file should be called {0}.yaml"


def of_2022(number: str, name: str = "draft-2022-101", date: str = "2022-11-11") -> str:
    """The good rulebook as if it were one of the shipped documents of 2022."""
    text = GOOD.replace("xx-2030", name).replace("jurisdiction: XX", "jurisdiction: CN")
    text = text.replace("example_fever", "covid_19").replace("No. 1", number)
    return text.replace("2030-01-01", date).replace("2030-01-02", date)


def test_a_copy_of_a_shipped_rulebook_is_said_to_be_one_and_is_no_second_one(sizao, folder: Path) -> None:
    path = write(folder, of_2022(TWENTY), "draft-2022-101")
    result = sizao("check", path)
    assert result.exit_code == 0, result.output
    assert "two-in-force" not in result.output
    assert result.output.splitlines()[1] == "  a copy of cn-2022-11-11 (same document number)"
    assert sizao("check", path, "--lang", "zh").output.splitlines()[1] == "  cn-2022-11-11 的副本（文号相同）"


def test_a_copy_that_takes_effect_early_is_no_second_one_beside_what_the_original_replaces(
    sizao, folder: Path
) -> None:
    path = write(folder, of_2022(TWENTY, date="2022-07-15"), "draft-2022-101")
    assert sizao("check", path).exit_code == 0


@pytest.mark.parametrize("number", ["无文号", "联防联控机制综发〔2022〕999号"])
def test_a_draft_of_no_shipped_document_must_say_what_it_replaces(sizao, folder: Path, number: str) -> None:
    result = sizao("check", write(folder, of_2022(number), "draft-2022-101"))
    assert result.exit_code == 1
    said = "cn-2022-11-11 and draft-2022-101 are both in force in CN from 2022-11-11"
    assert f"[two-in-force] document.effective: {said}" in result.output
    assert "a copy of" not in result.output


def test_a_copy_beside_another_draft_is_still_wrong(sizao, folder: Path) -> None:
    copy = write(folder, of_2022(TWENTY), "draft-2022-101")
    other = write(folder, of_2022("无文号", "draft-other"), "draft-other")
    output = sizao("check", copy, other).output
    assert "draft-2022-101 and draft-other are both in force" in output
    assert "cn-2022-11-11 and draft-2022-101" not in output
    again = write(folder, of_2022(TWENTY, "draft-again"), "draft-again")
    assert sizao("check", copy, again).exit_code == 0


def test_the_same_number_elsewhere_or_of_another_disease_is_no_copy(sizao, folder: Path) -> None:
    for old, new in (("jurisdiction: CN", "jurisdiction: XX"), ("covid_19", "example_fever")):
        result = sizao("check", write(folder, of_2022(TWENTY).replace(old, new), "draft-2022-101"))
        assert result.exit_code == 0, result.output
        assert "a copy of" not in result.output


def test_a_rulebook_that_replaces_one_of_the_same_number_is_no_copy_of_it(sizao, folder: Path) -> None:
    more = "amends: cn-2022-11-11\ntransition: {rule: keep}\nmeasures: []\n"
    start = GOOD[GOOD.index("id:") : GOOD.index("test:")].replace("xx-2030", "cn-2022-11-15")
    start = start.replace("No. 1", TWENTY).replace("2030-01-0", "2022-11-1").replace("jurisdiction: XX\n", "")
    output = sizao(
        "check", write(folder, start.replace("disease: example_fever\n", "") + more, "cn-2022-11-15")
    ).output
    assert "cn-2022-11-15: " in output
    assert "a copy of" not in output


def test_a_file_of_another_name_than_its_id_is_hinted_at_and_not_wrong(sizao, folder: Path) -> None:
    assert "hint:" not in sizao("check", folder / "xx-2030.yaml").output
    path = write(folder, newer(GOOD, "wrongname"), "c18")
    result = sizao("check", path)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1] == HINT.format("wrongname")
    said = "  提示：replaces、amends、over 按 wrongname.yaml 查找本文件，文件名宜改为 wrongname.yaml"
    assert sizao("check", path, "--lang", "zh").output.splitlines()[1] == said
