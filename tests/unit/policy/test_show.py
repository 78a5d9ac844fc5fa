"""The sheet of a rulebook, and whether it is in force on a date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from string import Formatter

import pytest

from sizao.policy import get, read_rulebook, rulebooks
from sizao.policy.sheet.say import _phrases
from sizao.policy.show import list_kinds, standing, write_sheet

HERE = Path(__file__).parent
GOOD = HERE / "good.yaml"

SHEET = """\
xx-2030  example

Document
  number: No. 1
  title: example notice
  issuer: example office
  published 2030-01-01, takes effect 2030-01-02
  for: XX, example_fever
  on 2030-01-01: not yet in force

Tests
  test: recorded in tests

Restrictions, light to strict
  1 at home (home)
  2 at a centre (centre)

Measures
  case (case): article 1
    a case: confirmed, asymptomatic; day 1 is that day
    from day 1 to the day before discharge or death: at a centre
  contact (contact): article 2
    after exposed_to_case; day 1 is the day after
    days 1 to 5: at a centre; test on days 1, 3, 5 of this phase
    days 6 to 7: at home, where an authority may choose up to at a centre

Limits
  test: at most 1 a person a day (article 3)

Transition
  none

Assumed (not in the document: our reading)
  contact: Day 1 is the day after."""


def test_the_sheet_says_all_that_the_rulebook_says() -> None:
    assert write_sheet(read_rulebook(GOOD), "en", dt.date(2030, 1, 1)) == SHEET


def test_the_chinese_sheet_of_the_twenty_measures() -> None:
    sheet = write_sheet(get("cn-2022-11-11"), "zh", dt.date(2022, 11, 11), rulebooks())
    for line in (
        "  2022-11-11：有效",
        "  密切接触者（close_contact）：二（一）",
        "    第1—5天：集中隔离；核酸检测：本阶段第1、2、3、5天",
        "    第6—8天：居家隔离；核酸检测：本阶段第1、3天",
        "    接触密切接触者（exposed_to_contact）之后：不作要求",
        "  核酸检测：每人每天至多1次（二（六））",
    ):
        assert line in sheet.splitlines()


@pytest.mark.parametrize("book", rulebooks(), ids=lambda book: book.id)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sheet_names_every_measure_clause_and_reading(book, lang) -> None:
    sheet = write_sheet(book, lang)
    for measure in book.measures:
        assert f"{getattr(measure.title, lang)}" in sheet
        assert measure.clause in sheet
    for assumption in book.assumed:
        assert getattr(assumption.reading, lang) in sheet


@pytest.mark.parametrize(
    ("on", "state", "by"),
    [
        (dt.date(2022, 6, 26), "not_yet", None),
        (dt.date(2022, 6, 27), "in_force", None),
        (dt.date(2022, 11, 10), "in_force", None),
        (dt.date(2022, 11, 11), "replaced", "cn-2022-11-11"),
    ],
)
def test_a_rulebook_is_in_force_from_its_day_to_the_day_before_the_next(on, state, by) -> None:
    found, later = standing(get("cn-2022-06-27"), on, rulebooks())
    assert (found, later.id if later else None) == (state, by)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_of_a_rulebook_that_uses_every_key(lang) -> None:
    assert (
        write_sheet(read_rulebook(HERE / "wide.yaml"), lang)
        == (HERE / f"wide.sheet.{lang}.txt").read_text("utf-8").strip()
    )


TITLED = {
    "a way out": (
        "{event: discharged_early}",
        "{event: discharged_early, title: {zh: 提前出院, en: early discharge}}",
    ),
    "credit": (
        "{event: arrived, within_days: 14}",
        "{event: arrived, title: {zh: 入境, en: entry}, within_days: 14}",
    ),
}


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("a way out", "提前出院（discharged_early）的前一日", "on the day before early discharge (discharged_early)"),
        ("credit", "自此前14天内的入境（arrived）起算", "days are counted from entry (arrived) in the 14 days"),
    ],
)
def test_an_event_that_starts_nothing_is_called_by_the_title_that_a_key_gives_it(key, zh, en, tmp_path) -> None:
    old, new = TITLED[key]
    text = (HERE / "wide.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "wide.yaml").write_text(text.replace(old, new), "utf-8")
    book = read_rulebook(tmp_path / "wide.yaml")
    assert zh in write_sheet(book, "zh") and en in write_sheet(book, "en")


def test_the_word_that_orders_have_for_another_level_too() -> None:
    assert "    管控令中与中风险区同名（medium）" in write_sheet(get("cn-2022-06-27"), "zh")
    assert "    orders call it as they call medium-risk area (medium)" in write_sheet(get("cn-2022-06-27"), "en")


def test_where_no_negative_test_is_asked_the_sheet_says_no_more_than_that(tmp_path: Path) -> None:
    text = (
        (HERE / "wide.yaml")
        .read_text("utf-8")
        .replace("clause: article 15, tests: 1, within_hours: 48", "clause: x, tests: 0")
    )
    (tmp_path / "wide.yaml").write_text(text, "utf-8")
    book = read_rulebook(tmp_path / "wide.yaml")
    assert "登机（boarding）：不需阴性检测证明；x" in write_sheet(book, "zh")
    assert "boarding (boarding): no negative test is asked; x" in write_sheet(book, "en")


def test_every_phrase_is_there_in_both_languages_with_the_same_values() -> None:
    for name, phrase in _phrases().items():
        values = [{key for _, key, _, _ in Formatter().parse(phrase[lang]) if key} for lang in ("zh", "en")]
        assert values[0] == values[1], name


def test_the_sheet_of_an_amending_rulebook_says_what_is_carried_over(tmp_path: Path) -> None:
    (tmp_path / "xx-2030.yaml").write_text(GOOD.read_text("utf-8"), "utf-8")
    file = tmp_path / "xx-2031.yaml"
    file.write_text(AMENDING, "utf-8")
    sheet = write_sheet(read_rulebook(file), "en").splitlines()
    assert "  amends xx-2030: what it does not change is carried over" in sheet
    assert "  case (case): article 1 (carried over from No. 1)" in sheet
    assert "  contact (contact): article 2" in sheet
    assert "    days 6 to 9: at home, where an authority may choose up to at a centre" in sheet


AMENDING = """\
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
measures:
  - {id: contact, amends: true, phases: [{id: home, days: 4}]}
"""


def test_kinds_caught_and_kinds_left_alone() -> None:
    caught, left = list_kinds(get("cn-2022-11-11"), "en")
    assert dict(caught)["exposed_to_case"] == "close_contact"
    assert dict(caught)["case/asymptomatic"] == "case"
    assert dict(left)["exposed_to_contact"] == "contact_of_contact"
    assert dict(left)["left_medium_risk_area"] == "medium_risk_leaver"


def test_kinds_are_listed_with_their_dates_and_tests_in_words() -> None:
    caught, left = list_kinds(read_rulebook(HERE / "wide.yaml"), "en")
    assert left == [("case/asymptomatic/imported", "imported")]
    assert ("visited, from 2030-02-01", "contact") in caught
    assert ("visited, before 2030-03-01", "visitor") in caught
    assert (
        "a test: positive, Ct from 35 to below 40, by pcr, 1 to 8 days after arriving (arrived)",
        "weak_positive",
    ) in caught
