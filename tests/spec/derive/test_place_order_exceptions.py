"""Orders on places: exceptions from what is forbidden, testing everybody, tests a day, and how words are spelt."""

from functools import partial

import pytest

from engines import POSTGRES
from place_engines import judge_on
from sizao.policy import chain

pytest.register_assert_rewrite("place_orders_example")

from place_orders_example import BOOKS, UNIT, check, order  # noqa: E402

# From 7 December 2022 the Ten Measures.
TEN = chain("cn-2022-12-07")
HIGH = "area | level | from | until\nunit1 | high | 2022-12-08 | 2022-12-13\n\n"


@pytest.fixture(params=["reference", "duckdb", "sqlite", POSTGRES])
def judged(request):
    """Compares areas and orders in, and excesses out, on the reference and on each engine."""
    return partial(check, judge_on(request.param))


# Exceptions from what is forbidden


@pytest.mark.parametrize("word", ["stop_business", "stop_work", "stop_production", "restrict_movement"])
def test_inside_a_high_area_business_and_movement_may_be_stopped_on_its_days_alone(judged, word):
    judged(TEN, HIGH + order("unit1", word, "2022-12-08", "2022-12-13"), place_excesses="none")
    judged(
        TEN,
        HIGH + order("unit1", word, "2022-12-07", "2022-12-14"),
        place_excesses="""
        from       | until      | days | kind      | clause
        2022-12-07 | 2022-12-07 | 1    | forbidden | 第八条
        2022-12-14 | 2022-12-14 | 1    | forbidden | 第八条
        """,
    )
    judged(
        TEN,
        HIGH + order("unit1", word, "2022-12-08"),
        on="2022-12-20",
        place_excesses="from | until | days | kind\n2022-12-14 | | | forbidden",
    )


def test_a_place_inside_the_area_is_exempt_and_one_around_or_beside_it_is_not(judged):
    areas = HIGH.replace("unit1", "building1")
    for place in ("building1", "shop1", "unit2"):
        judged(TEN, areas + order(place, "stop_business", "2022-12-08", "2022-12-13"), place_excesses="none")
    for place in ("compound1", "building2", "county2"):
        judged(
            TEN,
            areas + order(place, "stop_business", "2022-12-08", "2022-12-13"),
            place_excesses="days | kind\n6 | forbidden",
        )


def test_a_place_as_wide_as_the_area_may_be_drawn_is_exempt(judged):
    # By building, unit, floor or household: a high order on the building of the unit is within the rule.
    for word in ("stop_work", "mass_testing", "high"):
        judged(TEN, HIGH + order("building1", word, "2022-12-08", "2022-12-13"), place_excesses="none")
    judged(TEN, HIGH + order("compound1", "stop_work", "2022-12-08", "2022-12-13"), place_excesses="days\n6")


def test_a_lighter_area_makes_no_exception(judged):
    low = HIGH.replace("unit1 | high", "county1 | low")
    judged(TEN, low + order("unit1", "stop_work", "2022-12-08", "2022-12-13"), place_excesses="days\n6")


def test_several_areas_one_over_the_other_and_with_days_between(judged):
    judged(
        TEN,
        """
        area      | level | from       | until
        unit1     | high  | 2022-12-08 | 2022-12-10
        building1 | high  | 2022-12-08 | 2022-12-09
        unit1     | high  | 2022-12-11 | 2022-12-12
        compound1 | high  | 2022-12-15 | 2022-12-16
        """
        + order("unit1", "stop_work", "2022-12-08", "2022-12-17"),
        place_excesses="from | until | days\n2022-12-13 | 2022-12-14 | 2\n2022-12-17 | 2022-12-17 | 1",
    )


def test_other_words_stay_forbidden_inside_a_high_area(judged):
    for word, clause in (("temporary_lockdown", "第一条"), ("block_traffic", "二十条·二（十六）")):
        judged(
            TEN,
            HIGH + order("unit1", word, "2022-12-08", "2022-12-09"),
            place_excesses=f"days | kind | clause\n2 | forbidden | {clause}",
        )


def test_each_day_is_judged_by_the_exceptions_of_its_rulebook(judged):
    # The Twenty Measures make none from "no work is stopped at will".
    judged(
        TEN,
        """
        area  | level | from       | until
        unit1 | high  | 2022-12-05 | 2022-12-06
        unit1 | high  | 2022-12-07 | 2022-12-09
        """
        + order("unit1", "stop_work", "2022-12-05", "2022-12-10"),
        place_excesses="""
        from       | until      | kind      | clause
        2022-12-05 | 2022-12-06 | forbidden | 二（十六）
        2022-12-10 | 2022-12-10 | forbidden | 第八条
        """,
    )


def test_a_health_code_may_be_asked_for_in_a_school_and_not_in_a_shop(judged):
    judged(TEN, order("school1", "health_code_check", "2022-12-06", "2022-12-09"), place_excesses="none")
    judged(
        TEN,
        HIGH + order("shop1", "health_code_check", "2022-12-06", "2022-12-09"),
        place_excesses="from | until | kind | clause\n2022-12-07 | 2022-12-09 | forbidden | 第二条",
    )


# Testing everybody

FOUND = "days | kind         | clause\n{} | mass_testing | {}"


@pytest.mark.parametrize("named", ["二（六）", "二(六)", "二 （六）", "20条 二（六）", "二十条·二（六）"])
def test_a_clause_is_the_same_however_it_is_written(judged, named):
    judged(BOOKS, order("street1", "mass_testing", "2022-11-13", "2022-11-14", named), place_excesses="none")


@pytest.mark.parametrize("named", ["三十二（六）", "第二（六）", "（六）", "二（六）一", "二（十六）"])
def test_another_clause_is_another_one(judged, named):
    judged(
        BOOKS,
        order("street1", "mass_testing", "2022-11-13", "2022-11-14", named),
        place_excesses=FOUND.format(2, "二（六）"),
    )


def test_a_wider_area_may_name_its_clause_in_any_spelling(judged):
    areas = UNIT + "\n"
    for named in ("三(二)", "20条 三（二）"):
        judged(BOOKS, areas + order("compound1", "high", "2022-11-13", "2022-11-18", named), place_excesses="none")


def test_an_order_names_the_clause_that_was_in_force_when_it_was_given(judged):
    books = chain("cn-2022-11-21")
    judged(books, order("street1", "mass_testing", "2022-11-20", "2022-11-22", "二（六）"), place_excesses="none")
    judged(
        books,
        order("street1", "mass_testing", "2022-11-21", "2022-11-22", "二（六）"),
        place_excesses=FOUND.format(2, "检测办法·区域检测"),
    )
    judged(
        books,
        order("street1", "mass_testing", "2022-11-20", "2022-11-22", "检测办法·区域检测"),
        place_excesses=FOUND.format(1, "二（六）"),
    )


def test_by_the_ten_measures_no_administrative_area_is_tested_whatever_the_order_names(judged):
    for place in ("county1", "street1"):
        judged(
            TEN,
            order(place, "mass_testing", "2022-12-07", "2022-12-08", "第二条"),
            place_excesses=FOUND.format(2, "第二条"),
        )
        judged(
            TEN,
            order(place, "mass_testing", "2022-12-05", "2022-12-08", "检测办法·区域检测"),
            place_excesses="from | until\n2022-12-07 | 2022-12-08",
        )
    for place in ("community1", "village2", "school1"):
        judged(TEN, order(place, "mass_testing", "2022-12-07", "2022-12-08", "第二条"), place_excesses="none")
        judged(
            TEN,
            order(place, "mass_testing", "2022-12-07", "2022-12-08"),
            place_excesses=FOUND.format(2, "第二条"),
        )


def test_inside_a_high_area_everybody_may_be_tested_without_a_clause(judged):
    for place in ("unit1", "community1"):
        areas = HIGH.replace("unit1", place)
        judged(TEN, areas + order("unit1", "mass_testing", "2022-12-08", "2022-12-13"), place_excesses="none")
    judged(
        TEN,
        HIGH + order("unit1", "mass_testing", "2022-12-07", "2022-12-14"),
        place_excesses="from | until | days\n2022-12-07 | 2022-12-07 | 1\n2022-12-14 | 2022-12-14 | 1",
    )
    # Under the Twenty Measures, too: what needs a reason there is testing a whole administrative area.
    judged(BOOKS, UNIT + order("unit1", "mass_testing", "2022-11-13", "2022-11-14"), place_excesses="none")
    judged(
        BOOKS,
        UNIT + order("street1", "mass_testing", "2022-11-13", "2022-11-14"),
        place_excesses=FOUND.format(2, "二（六）"),
    )
    four = chain("cn-2022-11-21")
    high = HIGH.replace("2022-12-08", "2022-11-22").replace("2022-12-13", "2022-11-27")
    judged(four, high + order("unit1", "mass_testing", "2022-11-23", "2022-11-24"), place_excesses="none")
    judged(
        four,
        high + order("street1", "mass_testing", "2022-11-23", "2022-11-24"),
        place_excesses=FOUND.format(2, "检测办法·区域检测"),
    )


# Tests a day


@pytest.mark.parametrize("word", ["two_tests_a_day", "three_tests_a_day"])
def test_more_tests_a_day_than_the_limit_are_an_excess_from_its_first_day(judged, word):
    judged(
        BOOKS,
        UNIT + order("street1", word, "2022-11-09", "2022-11-13", "二（六）"),
        place_excesses="""
        from       | until      | days | kind           | clause
        2022-11-11 | 2022-11-13 | 3    | too_many_tests | 二（六）
        """,
    )


def test_so_many_tests_as_the_limit_are_no_excess(judged):
    limits = BOOKS[-1].limits
    two = limits.tests_per_day.model_copy(update={"at_most": 2})
    books = [*BOOKS[:-1], BOOKS[-1].model_copy(update={"limits": limits.model_copy(update={"tests_per_day": two})})]
    judged(books, order("street1", "two_tests_a_day", "2022-11-11", "2022-11-13"), place_excesses="none")
    judged(books, order("street1", "three_tests_a_day", "2022-11-11", "2022-11-13"), place_excesses="days\n3")


# Words


@pytest.mark.parametrize("word", ["High", "HIGH", "高风险区", "high-risk area", "High Risk Area"])
def test_a_level_may_be_called_by_its_title(judged, word):
    judged(BOOKS, UNIT + order("unit1", word, "2022-11-13", "2022-11-18"), place_excesses="none")
    judged(
        BOOKS,
        UNIT + order("unit1", word, "2022-11-13", "2022-11-19"),
        place_excesses="days | kind | clause\n1 | longer | 二（四）",
    )


def test_the_title_of_an_abolished_level_is_abolished(judged):
    judged(
        BOOKS,
        order("unit1", "中风险区", "2022-11-10", "2022-11-12"),
        place_excesses="days | kind | clause\n1 | no_area | 第九版·中风险区\n2 | abolished | 二（四）",
    )


@pytest.mark.parametrize("word", ["close_enterprise", "purple", "风险"])
def test_a_word_that_no_rule_knows_is_no_abolished_level(judged, word):
    judged(
        BOOKS,
        UNIT + order("unit1", word, "2022-11-10", "2022-11-12"),
        place_excesses="""
        from       | until      | days | kind          | clause
        2022-11-10 | 2022-11-10 | 1    | unknown_level |
        2022-11-11 | 2022-11-12 | 2    | unknown_level | 二（十六）
        """,
    )


def test_a_level_of_a_later_rulebook_is_not_abolished_before_it(judged):
    first = BOOKS[-2]
    levels = tuple(level for level in first.areas.levels if level.id == "low")
    areas = first.areas.model_copy(update={"levels": levels, "abolished": ()})
    books = [first.model_copy(update={"areas": areas}), BOOKS[-1]]
    judged(
        books,
        order("unit1", "high", "2022-11-09", "2022-11-12"),
        place_excesses="days | kind\n2 | unknown_level\n2 | no_area",
    )
