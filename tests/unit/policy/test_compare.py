"""What a kind of fact leads to, day by day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sizao.policy import read_rulebook
from sizao.policy.compare import Asked, compare_effects, derive_course

BOOK = read_rulebook(Path(__file__).parent / "diff" / "everything.yaml")
ON = dt.date(2030, 2, 1)


def words(kind: str, on: dt.date = ON) -> str:
    """One letter a day, a capital where a test is planned: h(ome), c(entre), w(atch), d (hospital), - (nothing)."""
    letters = {None: "-", "home": "h", "centre": "c", "watch": "w", "hospital": "d"}
    days = derive_course(BOOK, kind, on).days
    return "".join(letters[day.restriction].upper() if day.test else letters[day.restriction] for day in days)


def test_day_1_is_the_day_after_and_phases_follow_without_a_gap() -> None:
    assert words("met_case") == "-CccCccC" + "HhH" + "-" * 20


def test_a_test_each_day_from_the_day_itself() -> None:
    assert words("arrived") == "WWW" + "-" * 28


def test_a_case_stays_to_the_last_day_that_is_looked_at() -> None:
    course = derive_course(BOOK, "case/confirmed/local", ON)
    assert course.days == (Asked("hospital"),) * 31
    assert course.open_ended


def test_a_kind_left_alone_is_known_and_asks_nothing() -> None:
    course = derive_course(BOOK, "passed_by", ON)
    assert course.measure is not None
    assert (course.restricted, course.tests) == (0, 0)


def test_a_kind_that_is_not_known_has_no_measure() -> None:
    assert derive_course(BOOK, "case/confirmed/imported", ON).measure is None


def test_a_dated_trigger_catches_only_between_its_dates() -> None:
    assert derive_course(BOOK, "met_case", dt.date(2030, 1, 2)).measure is None
    assert derive_course(BOOK, "met_case", dt.date(2030, 5, 31)).measure is not None
    assert derive_course(BOOK, "met_case", dt.date(2030, 6, 1)).measure is None


def test_a_fact_that_two_measures_catch_goes_to_the_one_that_takes_it() -> None:
    both = [
        m if m.id != "passer" else BOOK.measure("traveller").model_copy(update={"id": "first"}) for m in BOOK.measures
    ]
    taking = BOOK.measure("traveller").model_copy(update={"takes_from": ("first",)})
    book = BOOK.model_copy(update={"measures": tuple(taking if m.id == "traveller" else m for m in both)})
    course = derive_course(book, "arrived", ON)
    assert course.measure is not None
    assert course.measure.id == "traveller"


def test_effects_list_the_kinds_of_both_and_say_which_differ() -> None:
    fewer = BOOK.model_copy(update={"measures": tuple(m for m in BOOK.measures if m.id != "passer")})
    effects = {effect.kind: effect for effect in compare_effects(BOOK, fewer, ON)}
    assert set(effects) == {
        "case/confirmed/local",
        "case/asymptomatic/local",
        "case/asymptomatic/imported",
        "met_case",
        "met_case_abroad",
        "arrived",
        "passed_by",
    }
    assert [kind for kind, effect in effects.items() if effect.differs] == ["passed_by"]
