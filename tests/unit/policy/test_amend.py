"""A rulebook that amends another is read as the whole that results, and its faults stand on its own lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from sizao.errors import RefusedError
from sizao.policy import Rulebook, chain, read_rulebook

GOOD = (Path(__file__).parent / "good.yaml").read_text("utf-8")
HEAD = """\
id: xx-2031
title: {zh: 修改, en: change}
document:
  number: No. 2
  title: {zh: 修改通知, en: notice of change}
  issuer: {zh: 示例机关, en: example office}
  published: 2031-01-01
  effective: 2031-01-02
amends: xx-2030
transition: {rule: keep}
"""


def write(folder: Path, body: str, older: str = GOOD) -> Path:
    (folder / "xx-2030.yaml").write_text(older, "utf-8")
    path = folder / "xx-2031.yaml"
    path.write_text(HEAD + body, "utf-8")
    return path


def read(folder: Path, body: str, older: str = GOOD) -> Rulebook:
    return read_rulebook(write(folder, body, older))


def refusal(folder: Path, body: str, older: str = GOOD) -> list[str]:
    path = write(folder, body, older)
    with pytest.raises(RefusedError) as caught:
        read_rulebook(path)
    return [str(p).replace(f"{folder}/", "").replace(" (refused)", "") for p in caught.value.problems]


def test_what_is_not_changed_is_carried_over(tmp_path: Path) -> None:
    book, older = read(tmp_path, "measures: []\n"), read_rulebook(tmp_path / "xx-2030.yaml")
    assert (book.id, book.older, book.document.number) == ("xx-2031", "xx-2030", "No. 2")
    for part in ("jurisdiction", "disease", "test", "restrictions", "measures", "limits", "assumed"):
        assert getattr(book, part) == getattr(older, part)
    assert [b.id for b in chain(str(tmp_path / "xx-2031.yaml"))] == ["xx-2030", "xx-2031"]


def test_phases_are_merged_by_id_where_each_names_one(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, amends: true, phases: [{id: home, days: 4}]}]\n")
    centre, home = book.measure("contact").phases
    assert (centre.days, centre.tests) == (5, (1, 3, 5))
    assert (home.days, home.restriction, home.up_to) == (4, "home", "centre")


def test_phases_without_ids_are_the_new_list(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, amends: true, phases: [{restriction: home, days: 9}]}]\n")
    (home,) = book.measure("contact").phases
    assert (home.days, home.up_to) == (9, None)


def test_keys_not_given_stay(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, amends: true, clause: article 9}]\n")
    assert book.measure("contact").clause == "article 9"
    assert book.measure("contact").triggers[0].event == "exposed_to_case"


def test_a_measure_comes_to_ask_nothing_and_to_ask_something_again(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, amends: true, asks: nothing}]\n")
    assert book.measure("contact").phases == ()
    older = GOOD[: GOOD.index("    phases:\n      - {restriction: centre, days: 5")] + "    asks: nothing\n"
    body = "measures: [{id: contact, amends: true, phases: [{restriction: home, days: 2}]}]\n"
    assert read(tmp_path, body, older).measure("contact").asks is None


def test_a_measure_can_be_withdrawn_with_what_was_assumed_about_it(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, withdrawn: true}]\n")
    assert [m.id for m in book.measures] == ["case"]
    assert book.assumed == ()


def test_readings_are_carried_over_unless_said_anew(tmp_path: Path) -> None:
    body = "assumed: [{about: case, reading: {zh: 甲, en: a}}]\nmeasures: []\n"
    assert [a.about for a in read(tmp_path, body).assumed] == ["contact", "case"]
    body = "assumed: [{about: contact, reading: {zh: 甲, en: a}}]\nmeasures: []\n"
    (reading,) = read(tmp_path, body).assumed
    assert reading.reading.en == "a"


def test_limits_are_merged_by_key_and_proofs_and_duties_by_id(tmp_path: Path) -> None:
    proofs = "proofs: [{id: trains, title: {zh: 乘车, en: trains}, clause: article 5, tests: 0}]\n"
    older = GOOD.replace("assumed:", proofs + "assumed:")
    body = "limits: {ceiling: article 8}\nproofs: [{id: trains, title: {zh: 乘车, en: trains}, clause: article 9}]\n"
    book = read(tmp_path, body, older)
    assert book.limits.tests_per_day is not None
    assert book.limits.ceiling == "article 8"
    assert [(p.id, p.tests, p.clause) for p in book.proofs] == [("trains", 1, "article 9")]


def test_items_of_a_list_are_withdrawn_with_what_was_assumed_about_them(tmp_path: Path) -> None:
    proofs = "proofs: [{id: trains, title: {zh: 乘车, en: trains}, clause: article 5}]\n"
    ban = "{order: %s, title: {zh: 甲, en: a}, clause: a}"
    bans = f"  forbidden: [{ban % 'lock_in'}, {ban % 'shut'}]\n"
    reading = "  - {about: trains, reading: {zh: 甲, en: a}}\n"
    older = GOOD.replace("assumed:\n", bans + proofs + "assumed:\n" + reading)
    body = "proofs: [{id: trains, withdrawn: true}]\nlimits: {forbidden: [{order: lock_in, withdrawn: true}]}\n"
    book = read(tmp_path, body, older)
    assert book.proofs == ()
    assert [ban.order for ban in book.limits.forbidden] == ["shut"]
    assert [a.about for a in book.assumed] == ["contact"]
    (said,) = refusal(tmp_path, "proofs: [{id: boats, withdrawn: true}]\n", older)
    assert said.startswith("xx-2031.yaml:11: [amends-nothing] proofs[1].id: there is no 'boats' to withdraw")
    (said,) = refusal(tmp_path, "proofs: [{id: trains, withdrawn: true, tests: 2}]\n", older)
    assert said == (
        "xx-2031.yaml:11: [amends-nothing] proofs[1].withdrawn: of what is withdrawn nothing stays, and here stands "
        "`tests`; remove one of the two"
    )
    again = "proofs: [{id: trains, title: {zh: 乘车, en: trains}, clause: article 5, withdrawn: %s}]\n"
    assert [p.id for p in read(tmp_path, again % "false", older).proofs] == ["trains"]
    (said,) = refusal(tmp_path, again % "maybe", older)
    assert said.startswith(
        "xx-2031.yaml:11: [bad-type] proofs[1].withdrawn: is neither true nor false (it says 'mayb"
    )


def test_it_says_which_document_holds_a_clause(tmp_path: Path) -> None:
    book = read(tmp_path, "measures: [{id: contact, amends: true, clause: article 9}]\n")
    assert (book.states("case").rulebook, book.states("case").number) == ("xx-2030", "No. 1")
    assert (book.states("contact").rulebook, book.states("contact").number) == ("xx-2031", "No. 2")


def test_an_amendment_of_an_amendment_is_whole_and_knows_the_first_document(tmp_path: Path) -> None:
    write(tmp_path, "measures: [{id: contact, amends: true, phases: [{id: home, days: 4}]}]\n")
    third = tmp_path / "xx-2032.yaml"
    text = HEAD.replace("2031", "2032").replace("xx-2030", "xx-2031").replace("No. 2", "No. 3")
    third.write_text(text + "measures: [{id: contact, amends: true, phases: [{id: centre, days: 1, tests: []}]}]\n")
    book = read_rulebook(third)
    assert [p.days for p in book.measure("contact").phases] == [1, 4]
    assert book.states("case").number == "No. 1"


def test_two_rulebooks_that_amend_each_other_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "", GOOD + "amends: xx-2031\ntransition: {rule: keep}\n")
    with pytest.raises(RefusedError) as caught:
        read_rulebook(path)
    assert [(p.code, p.line) for p in caught.value.problems] == [("replaces-itself", 36)]


def test_a_broken_rulebook_that_is_amended_is_named_with_its_own_line(tmp_path: Path) -> None:
    (said,) = refusal(
        tmp_path, "measures: []\n", GOOD.replace("jurisdiction: XX", "jurisdiction: XX\njurisdiction: YY")
    )
    assert said.startswith("xx-2030.yaml:4: [duplicate-key]")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(
            "measures: [{id: contacts, amends: true, clause: article 9}]",
            "xx-2031.yaml:11: [amends-nothing] measures[1].id: xx-2030 has no measure 'contacts' to change; "
            "did you mean 'contact'?",
            id="a measure that is not there",
        ),
        pytest.param(
            "measures:\n  - {id: other, withdrawn: true}",
            "xx-2031.yaml:12: [amends-nothing] measures[1].id: xx-2030 has no measure 'other' to change; "
            "one of case, contact; or remove the key",
            id="a withdrawn measure that is not there",
        ),
        pytest.param(
            "measures:\n  - {id: contact, withdrawn: true, asks: nothing}",
            "xx-2031.yaml:12: [amends-nothing] measures[1].withdrawn: of a measure that is withdrawn nothing stays, "
            "and here stands `asks`; remove one of the two",
            id="withdrawn and not",
        ),
        pytest.param(
            "measures:\n  - {id: contact, amends: maybe, clause: a}",
            "xx-2031.yaml:12: [bad-type] measures[1].amends: is neither true nor false (it says 'maybe'); "
            "write `true`, or remove it",
            id="neither true nor false",
        ),
        pytest.param(
            "measures:\n  - {id: contact, amends: true, phases: [{id: home, days: 0}]}",
            "xx-2031.yaml:12: [bad-value] measures[1].phases[1].days: is less than 1 (it says '0'); write 1 or more",
            id="a value of a merged phase: the number that it has in this file",
        ),
        pytest.param(
            "measures:\n  - {id: contact, amends: true, limits: 3}",
            "xx-2031.yaml:12: [unknown-key] measures[1].limits: is not a key that is known here; one of id, title, "
            "clause, takes_from, counted_from, triggers, phases, follow_up, asks",
            id="an unknown key of a merged measure",
        ),
        pytest.param(
            "measures:\n  - {id: contact, amends: true, phases: [{id: home, days: 3}, {id: quarantine, days: 3}]}",
            "xx-2031.yaml:12: [amends-nothing] measures[1].phases[2].id: the measure 'contact' has no phase "
            "'quarantine'; one of centre, home; a new phase has a `restriction`",
            id="a phase that is not there",
        ),
        pytest.param(
            "restrictions: [{id: home, title: {zh: 居家, en: at home}}]",
            "xx-2031.yaml:9: [undeclared-restriction] amends: 'case', carried over from there: 'centre' is not among "
            "the restrictions; one of home, or declare it",
            id="what no longer fits is said of the measure that is carried over",
        ),
        pytest.param("measures: 7", "xx-2031.yaml:11: [bad-type] measures: is not a list (it says '7'); "
            "write `[A, B]`, or one `- A` a line", id="no list"),
        pytest.param("proofs: [boarding]", "xx-2031.yaml:11: [bad-type] proofs[1]: is not a mapping (it says "
            "'boarding'); write `key: value` pairs", id="a word for a proof"),
        pytest.param("limits: strict", "xx-2031.yaml:11: [bad-type] limits: is not a mapping (it says 'strict'); "
            "write `key: value` pairs", id="a word for limits"),
    ],
)  # fmt: skip
def test_a_fault_stands_on_the_line_of_the_amending_file(tmp_path: Path, body: str, says: str) -> None:
    assert refusal(tmp_path, body + "\n")[0] == says


@pytest.mark.parametrize(
    "item",
    [
        "{id: contacts, amends: true, clause: article 9}",
        "{id: contact, amends: true, phases: [{id: quarantine, days: 3}]}",
        "{id: contact, amends: maybe, clause: article 9}",
        "{id: contact, phases: [{id: home, days: 3}]}",
    ],
)
def test_what_amends_wrongly_is_refused_once_and_not_again_as_half_a_measure(tmp_path: Path, item: str) -> None:
    codes = [said.split("[")[1].split("]")[0] for said in refusal(tmp_path, f"measures: [{item}]\n")]
    assert "missing-key" not in codes
    assert set(codes) <= {"amends-nothing", "bad-type", "repeated-id"}


def test_a_new_phase_beside_the_older_ones_makes_a_new_list(tmp_path: Path) -> None:
    body = "measures: [{id: contact, amends: true, phases: [{id: ward, restriction: centre, days: 3}]}]\n"
    assert [p.id for p in read(tmp_path, body).measure("contact").phases] == ["ward"]


def test_a_measure_of_an_older_id_must_say_that_it_changes_it(tmp_path: Path) -> None:
    measure = "{id: contact, title: {zh: 甲, en: a}, clause: a, triggers: [{event: met}], asks: nothing}"
    (said,) = refusal(tmp_path, f"measures: [{measure}]\n")
    assert said.startswith("xx-2031.yaml:11: [repeated-id] measures[1].id: 'contact' already stands in xx-2030")


def test_a_measure_given_twice_is_refused(tmp_path: Path) -> None:
    measure = "  - {id: new, title: {zh: 甲, en: a}, clause: a, triggers: [{event: met}], asks: nothing}\n"
    said = refusal(tmp_path, "measures:\n" + measure + measure.replace("met", "seen"))
    assert "xx-2031.yaml:13: [repeated-id] measures[2].id: 'new' stands twice; rename one" in said


def test_a_new_measure_that_catches_what_is_carried_over_is_refused_on_its_line(tmp_path: Path) -> None:
    body = """\
measures:
  - id: new
    title: {zh: 甲, en: a}
    clause: article 9
    triggers: [{event: exposed_to_case}]
    asks: nothing
"""
    (said,) = refusal(tmp_path, body)
    assert said.startswith("xx-2031.yaml:15: [caught-twice] measures[1].triggers[1]: exposed_to_case already starts")
