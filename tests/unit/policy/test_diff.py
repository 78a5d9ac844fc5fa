"""What differs between two rulebooks, said as a reader thinks of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sizao.errors import SizaoError
from sizao.policy.diff import Change, diff_rulebooks, read_document, read_documents, write_changes
from sizao.policy.diff.say import say

EVERYTHING = Path(__file__).parent / "diff" / "everything.yaml"
TEXT = EVERYTHING.read_text("utf-8")
Differ = Callable[..., list[Change]]


@pytest.fixture
def differ(tmp_path: Path) -> Differ:
    """The changes from the rulebook that uses every key to the same with pieces of text replaced."""

    def run(*replaced: tuple[str, str], first: tuple[tuple[str, str], ...] = ()) -> list[Change]:
        texts = []
        for pairs in (first, replaced):
            text = TEXT
            for old, new in pairs:
                assert old in text, old
                text = text.replace(old, new)
            texts.append(text)
        (tmp_path / "a.yaml").write_text(texts[0], "utf-8")
        (tmp_path / "b.yaml").write_text(texts[1], "utf-8")
        return diff_rulebooks(*read_documents(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")))

    return run


def one(changes: list[Change]) -> Change:
    assert len(changes) == 1, [c.sentence.en for c in changes]
    return changes[0]


def test_a_rulebook_equals_itself(differ: Differ) -> None:
    assert differ() == []
    assert write_changes([], "zh") == ["两份规则册内容相同"]


def test_more_test_days_under_the_same_restriction_are_stricter(differ: Differ) -> None:
    change = one(differ(("tests: [1, 4, 7]", "tests: [1, 4, 5, 7]")))
    assert change.group == "persons"
    assert change.path == ("measures", "contact", "phases", "centre", "tests")
    assert change.sentence.en == "contact (contact), 2: centre stay: tests on days: 1, 4, 7 -> 1, 4, 5, 7"
    assert change.sentence.zh == "密接（contact），2：集中：检测日：第1、4、7天 → 第1、4、5、7天"
    assert change.direction == "stricter"
    assert [str(place) for place in change.where] == ["a.yaml:40", "b.yaml:40"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("{event: left_bubble,", "{event: left_bubble, title: {zh: 离开, en: leaving},", ("contact", "release")),
        (
            "{event: left_home,",
            "{event: left_home, title: {zh: 离家, en: leaving home},",
            ("contact", "counted_from"),
        ),
        (
            "following: {event: arrived,",
            "following: {event: arrived, title: {zh: 抵, en: entry},",
            ("traveller", "following"),
        ),
    ],
)
def test_the_title_of_an_event_that_starts_nothing_changes_no_rule(differ: Differ, old, new, path) -> None:
    change = one(differ((old, new)))
    assert (change.group, change.path[-1]) == ("wording", "title")
    assert set(path) <= set(change.path)


def test_a_way_out_is_told_with_the_title_of_its_event(differ: Differ) -> None:
    said = [
        c.said for c in differ(("{event: left_bubble, clause: 2b}", "{event: went, title: {zh: 离开, en: leaving}}"))
    ]
    assert any("离开（went）的前一日" in s.zh and "the day before leaving (went)" in s.en for s in said), said


def test_a_proof_that_asks_for_no_test_says_no_more_than_that() -> None:
    assert say("no_proof") == ("不需阴性检测证明", "no negative test is asked")


def test_a_draft_with_an_impossible_test_day_is_compared(differ: Differ) -> None:
    change = one(differ(("tests: [1, 4, 7]", "tests: [1, 4, 9]")))
    assert change.said.en == "centre stay: tests on days: 1, 4, 7 -> 1, 4, 9"
    assert change.direction is None  # as many tests as before


@pytest.mark.parametrize(
    ("old", "new", "said", "direction"),
    [
        ("days: 7\n", "days: 5\n", "centre stay: 7 days -> 5 days", "lighter"),
        ("days: 7\n", "days: 10\n", "centre stay: 7 days -> 10 days", "stricter"),
        ("through: 10", "days: 10", "home stay (rest): through day 10 -> 10 days", None),
        ("until: discharge, ", "days: 7, ", "hospital stay: until discharge -> 7 days", None),
        ("tests: daily", "tests: [2]", "watch: a test on each day -> test on day 2", "lighter"),
        (
            "tests: {times: 2, in_days: 3, apart_hours: 24}",
            "tests: {times: 3, in_days: 3}",
            "home stay (rest): 2 tests in 3 days, 24 hours apart -> 3 tests in 3 days, 24 hours apart",
            "stricter",
        ),
        (
            "up_to: centre",
            "up_to: hospital",
            "home stay (rest): an authority may choose up to centre stay"
            " -> an authority may choose up to hospital stay",
            "stricter",
        ),
        (
            "          - {event: left_bubble, clause: 2b}\n",
            "",
            "centre stay: no way out any more: the day before left_bubble",
            "stricter",
        ),
        (
            "- {after: 6, ct_from: 35, method: [pcr]}",
            "- {after: 6, ct_from: 38, method: [pcr]}",
            "centre stay: ways out before the end: after 6 days, 1 test negative, pcr, or with a Ct of 35 or more"
            " -> after 6 days, 1 test negative, pcr, or with a Ct of 38 or more",
            None,
        ),
        (
            "{restriction: watch, days: 3, tests: daily}",
            "{restriction: home, days: 3, tests: daily}",
            "watch 3 days, a test on each day -> home stay 3 days, a test on each day",
            "stricter",
        ),
        (
            "{restriction: watch, days: 3, tests: daily}",
            "{restriction: home, days: 2, tests: daily}",
            "watch 3 days, a test on each day -> home stay 2 days, a test on each day",
            None,
        ),
        (
            "counted_from: {event: left_home, within_days: 7}",
            "counted_from: {event: left_home, within_days: 9}",
            "counted from: left_home in the 7 days before -> left_home in the 9 days before",
            None,
        ),
        (
            "{starts: old_infection, day_1: day_after}",
            "{starts: old_infection}",
            "follow-up test: the next test within 3 days, at least 24 hours later:"
            " positive, Ct below 35 starts contact (contact) (the same day),"
            " any result starts old infection (old_infection) (the day after)"
            " -> the next test within 3 days, at least 24 hours later:"
            " positive, Ct below 35 starts contact (contact) (the same day),"
            " any result starts old infection (old_infection) (the same day)",
            None,
        ),
        (
            "en: arrival}}",
            "en: arrival}, day_1: day_after}",
            "arrival (arrived): day 1 is the same day -> day 1 is the day after",
            None,
        ),
        (
            "before: 2030-06-01",
            "before: 2030-07-01",
            "met a case (met_case): day 1 is the day after, from 2030-01-03, before 2030-06-01"
            " -> day 1 is the day after, from 2030-01-03, before 2030-07-01",
            None,
        ),
        (
            "ct: {from: 30, below: 40}",
            "ct: {from: 30}",
            "a test (positive, pcr, Ct 30 or more, Ct below 40), 1 to 8 days after arrival (arrived):"
            " day 1 is the day after"
            " -> a test (positive, pcr, Ct 30 or more), 1 to 8 days after arrival (arrived): day 1 is the day after",
            None,
        ),
        (
            "case: [asymptomatic]}",
            "case: [asymptomatic], origin: [local]}",
            "no longer starts after: case (asymptomatic, imported)",
            None,
        ),
        ("takes_from: [traveller]", "takes_from: []", "takes facts from: traveller (traveller) -> none", None),
        ("positive_ct_below: 35", "positive_ct_below: 40", "not positive from Ct: 35 -> 40", None),
    ],
)  # fmt: skip
def test_what_is_asked_of_persons(differ: Differ, old: str, new: str, said: str, direction: str | None) -> None:
    change = one(differ((old, new)))
    assert (change.group, change.said.en, change.direction) == ("persons", said, direction)


@pytest.mark.parametrize(
    ("old", "new", "said", "direction"),
    [
        ("days: 5", "days: 7", "lifts after 5 days to low (low) -> lifts after 7 days to low (low)", "stricter"),
        (
            "rest_of: {level: high,",
            "rest_of: {level: low,",
            "the rest of the county around high (high) -> the rest of the county around low (low)",
            None,
        ),
        (
            "rest_of: {level: high,",
            "rest_of: {level: [medium, high],",
            "the rest of the county around high (high) -> the rest of the county around high (high), medium",
            None,
        ),
        ("scope: [building, unit]", "scope: [unit]", "drawn by: unit, building -> unit", "lighter"),
        ("around: [home, work]", "around: [home]", "drawn around: the home, the workplace -> the home", None),
        ("      restriction: home\n", "", "people inside: home stay -> nothing is asked", "lighter"),
        ("  restriction: home\n", "  restriction: centre\n", "people inside: home stay -> centre stay", "stricter"),
        ("when approved", "always", "wider only: when approved -> always", None),
        (" ordered_as: high,", "", "in orders called as: high (high) -> not said", None),
        (
            "\n        ignoring:\n" + next(row for row in TEXT.splitlines() if "found_by" in row),
            "",
            "these infections restart the count again: found in isolation",
            "stricter",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_places(differ: Differ, old: str, new: str, said: str, direction: str | None) -> None:
    change = one(differ((old, new)))
    assert (change.group, change.said.en, change.direction) == ("places", said, direction)


def test_a_narrower_scope_more_is_neither_stricter_nor_lighter(differ: Differ) -> None:
    change = one(differ(("scope: [building, unit]", "scope: [household, unit, building]")))
    assert (change.said.en, change.direction) == ("drawn by: unit, building -> household, unit, building", None)


def test_a_level_that_goes_is_told_once_also_where_it_is_abolished_in_words(differ: Differ) -> None:
    medium = "    - {id: middle, title: {zh: 中, en: middle}, clause: '6'}\n"
    with_it = (("    - id: high\n", medium + "    - id: high\n"),)
    gone = one(differ(first=with_it))
    assert gone.sentence.en == "middle (middle): gone"
    in_words = differ(("level: medium", "level: middle"), first=(*with_it, ("level: medium", "level: middle")))
    assert one(in_words).sentence.en == "middle (middle): gone (abolished in words)"


def test_phases_that_become_nothing_are_one_change(differ: Differ) -> None:
    change = one(differ(("    phases:\n      - {restriction: home, days: 3}\n", "    asks: nothing\n")))
    assert change.sentence.en == "old infection (old_infection), 4: home stay 3 days -> nothing is asked"
    assert change.direction == "lighter"


def test_a_phase_more_and_a_phase_less(differ: Differ) -> None:
    more = "      - {restriction: home, days: 3}\n      - {restriction: watch, days: 2}\n"
    assert one(differ(("      - {restriction: home, days: 3}\n", more))).said.en == "a phase more: watch 2 days"
    before = (("      - {restriction: home, days: 3}\n", more),)
    change = one(differ(("old_infection", "old_infection"), first=before))
    assert (change.said.en, change.direction) == ("a phase less: watch 2 days", "lighter")


def test_a_new_measure_says_what_it_asks(differ: Differ) -> None:
    new = (
        "  - id: guest\n    title: {zh: 客人, en: guest}\n    clause: '5a'\n    triggers: [{event: visited}]\n"
        "    phases: [{restriction: home, days: 2, tests: [2]}]\nareas:\n"
    )
    change = one(differ(("areas:\n", new)))
    assert change.sentence.en == "guest (guest), 5a: new: after visited, home stay 2 days, test on day 2"
    assert change.where[0] is None
    assert str(change.where[1]) == "b.yaml:73"


def test_a_measure_under_another_id_is_one_change_of_wording(differ: Differ) -> None:
    """Whatever refers to it (precedence, follow-up, readings) refers to the new id."""
    change = one(
        differ(
            ("id: contact\n", "id: close\n"), ("starts: contact", "starts: close"), ("about: contact", "about: close")
        )
    )
    assert change.group == "wording"
    assert change.sentence.en == "contact (close), 2: its id: contact -> close"


def test_clauses_and_titles_alone_do_not_count_as_a_change_of_rules(differ: Differ) -> None:
    changes = differ(
        ("clause: '2'", "clause: '22'"), ("clause: 7b", "clause: 77b"), ("en: boarding", "en: going aboard")
    )
    assert {c.group for c in changes} == {"wording"}
    assert [c.sentence.en for c in changes] == [
        "contact (contact): clause: 2 -> 22",
        "high (high): lifting: clause: 7b -> 77b",
        "going aboard (boarding): title: boarding -> going aboard",
    ]


def test_a_text_changed_in_one_language_is_seen_in_the_other(differ: Differ) -> None:
    change = one(differ(("zh: 经批准", "zh: 经市级批准")))
    assert change.said.zh == "可扩大的情形：经批准 → 经市级批准"
    assert change.said.en == "wider only: when approved [经批准] -> when approved [经市级批准]"


def test_authorities_proofs_duties_transition_document_and_readings_have_their_groups(differ: Differ) -> None:
    changes = differ(
        ("at_most: 1", "at_most: 2"),
        ("within_hours: 48", "within_hours: 24"),
        ("en: local government", "en: counties"),
        ("date: 2030-01-05", "date: 2030-01-06"),
        ("number: Notice 1", "number: Notice 2"),
        ("Counted from the day after.", "Counted from that day."),
    )
    assert [(c.group, c.sentence.en, c.direction) for c in changes] == [
        ("limits", "tests a person a day: at most 1 -> at most 2", None),
        ("proofs", "boarding (boarding): 1 test within 48 hours -> 1 test within 24 hours", "stricter"),
        ("duties", "more beds (more_beds): who: local government -> counties", None),
        ("transition", "date: 2030-01-05 -> 2030-01-06", None),
        ("document", "number: Notice 1 -> Notice 2", None),
        ("readings", "the reading about contact (contact) differs", None),
    ]


def test_an_order_forbidden_and_no_longer(differ: Differ) -> None:
    line = next(row for row in TEXT.splitlines(keepends=True) if "close_school" in row)
    assert one(differ((line, ""))).sentence.en == "closing schools (close_school): no longer forbidden"
    assert one(differ(first=((line, ""),))).sentence.en == "closing schools (close_school): now forbidden"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("en: test,", "en: test, recorded_in: tests,"),
        ("{restriction: hospital, until", "{id: hospital, restriction: hospital, until"),
        ("tests: daily", "tests: [1, 2, 3]"),
        ("rest_of: {level: high,", "rest_of: {level: [high],"),
        ("case: [asymptomatic]}", "case: [asymptomatic], origin: [imported, local], day_1: same_day}"),
        ("{case: [confirmed], origin: [local]}", "{origin: [local], case: [confirmed], day_1: same_day}"),
        ("{after: 6, ct", "{after: 6, tests: 1, from_day: 1, result: [negative], apart_hours: 24, ct"),
        ("title: {zh: 居家, en: home stay}}", "title: {en: home stay, zh: 居家}, away: false}"),
        ("tests: 1, within_hours: 48", "within_hours: 48"),
        ("scope: [building, unit]", "scope: [unit, building]"),
        ("effective: 2030-01-02", "effective: 2030-01-02\n  retroactive: false"),
    ],
)  # fmt: skip
def test_two_ways_to_write_one_rule_are_no_change(differ: Differ, old: str, new: str) -> None:
    assert differ((old, new)) == []


def test_a_phase_that_repeats_the_clause_of_its_measure_is_no_change(differ: Differ) -> None:
    assert differ(("clause: 1a", "clause: '1'"), first=((", clause: 1a", ""),)) == []


def test_phases_are_matched_by_their_place_where_the_id_differs(differ: Differ) -> None:
    change = one(differ(("- {id: rest, restriction: home, through: 10,", "- {restriction: watch, through: 9,")))
    assert change.said.en.startswith("home stay through day 10 (rest), 2 tests in 3 days")
    assert change.direction == "lighter"


def test_values_of_a_wrong_shape_are_shown_as_they_stand(differ: Differ) -> None:
    assert one(differ(("days: 7\n", "days: '7'\n"))).said.en == 'centre stay: {"days": 7} -> {"days": "7"}'
    assert one(differ(("    asks: nothing\n", "    asks: nothing\n    odd: [1, true]\n"))).said.en == (
        "odd: not said -> 1, true"
    )


def test_a_file_that_is_no_yaml_or_names_a_key_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for text in ("a: [", "id: x\nid: y\n", "- a\n"):
        path.write_text(text, "utf-8")
        with pytest.raises(SizaoError) as error:
            read_document(path)
        assert error.value.code in {"bad-rulebook", "not-a-rulebook"}


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text(TEXT, "utf-8")
    a, b = read_documents(str(tmp_path / "a/x.yaml"), str(tmp_path / "b/x.yaml"))
    assert (a.file, b.file) == (str(tmp_path / "a/x.yaml"), str(tmp_path / "b/x.yaml"))


def test_the_text_groups_changes_under_what_they_concern(differ: Differ) -> None:
    changes = differ(
        ("days: 7\n", "days: 5\n"), ("tests: [1, 4, 7]", "tests: [1, 2, 3, 4, 5]"), ("clause: '2'", "clause: 2b")
    )
    assert write_changes(changes, "en") == [
        "2 changes of the rules, and 1 in chapters that one lacks, the document, readings or wording",
        "",
        "Persons",
        "  contact (contact), 2 -> 2b (in part stricter, in part lighter)",
        "    centre stay: 7 days -> 5 days (lighter)   [a.yaml:39 | b.yaml:39]",
        "    centre stay: tests on days 1, 4, 7 -> a test on each day (stricter)   [a.yaml:40 | b.yaml:40]",
        "",
        "Only the wording or the place changed",
        "  contact (contact): clause: 2 -> 2b   [a.yaml:30 | b.yaml:30]",
    ]


def test_a_heading_claims_a_direction_only_where_all_changes_have_it(differ: Differ) -> None:
    replaced = [("days: 7\n", "days: 5\n"), ("before: 2030-06-01", "before: 2030-07-01")]
    lines = write_changes(differ(*replaced), "en")
    assert "  contact (contact), 2" in lines
    lines = write_changes(differ(replaced[0], ("tests: [1, 4, 7]", "tests: [1, 4]")), "en")
    assert "  contact (contact), 2 (lighter)" in lines


def test_an_amending_file_is_compared_as_the_whole_that_results(tmp_path: Path) -> None:
    (tmp_path / "xx-2030.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "xx-2031.yaml").write_text(
        "id: xx-2031\ntitle: {zh: 示例, en: Example}\namends: xx-2030\n"
        "document:\n  number: Notice 9\n  title: {zh: 示例通知, en: Example notice}\n"
        "  issuer: {zh: 示例局, en: Example office}\n  published: 2031-01-01\n  effective: 2031-01-02\n"
        "transition: {rule: rederive}\nmeasures:\n  - {id: passer, withdrawn: true}\n"
        "  - {id: old_infection, amends: true, phases: [{id: home, restriction: home, days: 2}]}\n",
        "utf-8",
    )
    changes = diff_rulebooks(*read_documents(str(tmp_path / "xx-2030.yaml"), str(tmp_path / "xx-2031.yaml")))
    assert [c.sentence.en for c in changes if c.group in {"persons", "places", "limits"}] == [
        "old infection (old_infection), 4: home stay: 3 days -> 2 days",
        "passer-by (passer), 5: gone: it was after passed_by, nothing is asked",
    ]
    assert str(changes[0].where[1]) == "xx-2031.yaml:13"
