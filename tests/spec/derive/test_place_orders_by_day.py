"""Orders on places by the rulebook of each day, words that no order may have, which orders are judged, which days."""

from datetime import date
from functools import partial

import pytest

from engines import POSTGRES
from place_engines import judge_on
from sizao.policy import chain
from sizao.policy.words import Words

pytest.register_assert_rewrite("place_orders_example")

from place_orders_example import BOOKS, UNIT, check, order  # noqa: E402

LATER = chain("cn-2023-01-08")


@pytest.fixture(params=["reference", "duckdb", "sqlite", POSTGRES])
def judged(request):
    """Compares areas and orders in, and excesses out, on the reference and on each engine."""
    return partial(check, judge_on(request.param))


# 11 November 2022


def test_a_medium_order_that_runs_over_11_november_is_abolished_from_that_day(judged):
    judged(
        BOOKS,
        """
        area  | level  | from       | until
        unit1 | medium | 2022-11-07 | 2022-11-10
        """
        + order("unit1", "medium", "2022-11-07", "2022-11-14"),
        place_excesses="""
        order | place | from       | until      | days | kind      | clause
        o1    | unit1 | 2022-11-11 | 2022-11-14 | 4    | abolished | 二（四）
        """,
    )
    judged(
        BOOKS,
        order("unit1", "medium", "2022-11-10", "2022-11-11"),
        place_excesses="""
        from       | until      | kind      | clause
        2022-11-10 | 2022-11-10 | no_area   | 第九版·中风险区
        2022-11-11 | 2022-11-11 | abolished | 二（四）
        """,
    )


def test_a_high_order_over_11_november_is_judged_by_the_smaller_area_of_the_newer_rule(judged):
    judged(
        BOOKS,
        """
        area      | level | from       | until
        compound1 | high  | 2022-11-07 | 2022-11-10
        unit1     | high  | 2022-11-11 | 2022-11-12
        """
        + order("compound1", "high", "2022-11-07", "2022-11-14"),
        place_excesses="""
        from       | until      | days | kind
        2022-11-11 | 2022-11-12 | 2    | wider
        2022-11-13 | 2022-11-14 | 2    | longer
        """,
    )


def test_an_older_area_is_weighed_by_the_rulebook_that_drew_it(judged):
    # Medium is the third weight of the ninth plan, high the second of the Twenty Measures: still the lighter.
    judged(
        BOOKS,
        """
        area  | level  | from       | until
        unit1 | medium | 2022-11-08 | 2022-11-10
        """
        + order("unit1", "high", "2022-11-08", "2022-11-12"),
        place_excesses="""
        from       | until      | kind     | clause
        2022-11-08 | 2022-11-10 | stricter | 第九版·高风险区
        2022-11-11 | 2022-11-12 | no_area  | 二（四）
        """,
    )


def test_a_kind_that_goes_on_under_another_clause_is_two_rows(judged):
    judged(
        BOOKS,
        order("unit1", "high", "2022-11-09", "2022-11-12"),
        place_excesses="""
        from       | until      | days | kind    | clause
        2022-11-09 | 2022-11-10 | 2    | no_area | 第九版·高风险区
        2022-11-11 | 2022-11-12 | 2    | no_area | 二（四）
        """,
    )


def changed(book, name, effective, **high):
    """A rulebook like another from a later day on, but for some keys of its high level."""
    low, level = book.areas.levels
    return book.model_copy(
        update={
            "id": name,
            "document": book.document.model_copy(update={"effective": effective}),
            "areas": book.areas.model_copy(update={"levels": (low, level.model_copy(update=high))}),
        }
    )


def test_a_kind_that_goes_on_under_the_same_clause_is_one_row(judged):
    # A later rulebook with the same clauses, but for the one that a wider order must name.
    other = Words(zh="别的理由", en="another reason")
    books = [*BOOKS, changed(BOOKS[-1], "later", date(2022, 11, 16), wider=other, wider_clause="new")]
    judged(
        books,
        """
        order | place | level | from       | until      | clause
        o1    | unit1 | high  | 2022-11-14 | 2022-11-17 |
        """,
        place_excesses="from | until | days | kind\n2022-11-14 | 2022-11-17 | 4 | no_area",
    )
    judged(
        books,
        """
        area  | level | from       | until
        unit1 | high  | 2022-11-14 | 2022-11-15
        unit1 | high  | 2022-11-16 | 2022-11-18

        order | place     | level | from       | until      | clause
        o1    | compound1 | high  | 2022-11-14 | 2022-11-17 |
        o2    | compound1 | high  | 2022-11-14 | 2022-11-17 | new
        o3    | compound1 | high  | 2022-11-14 | 2022-11-17 | 三（二）
        o4    | compound1 | high  | 2022-11-16 | 2022-11-17 | 三（二）
        """,
        # o3 names the clause that was in force when it was given.
        place_excesses="""
        order | from       | until      | days | kind
        o1    | 2022-11-14 | 2022-11-17 | 4    | wider
        o2    | 2022-11-14 | 2022-11-15 | 2    | wider
        o4    | 2022-11-16 | 2022-11-17 | 2    | wider
        """,
    )


def test_the_clause_of_an_older_rulebook_gives_the_same_reason_where_it_says_the_same(judged):
    # On 21 November the reason for drawing wider stands in another clause, in the same words.
    judged(
        chain("cn-2022-11-21"),
        """
        area  | level | from       | until
        unit1 | high  | 2022-11-18 | 2022-11-20
        unit1 | high  | 2022-11-21 | 2022-11-23

        order | place     | level | from       | until      | clause
        o1    | compound1 | high  | 2022-11-18 | 2022-11-23 | 三（二）
        o2    | compound1 | high  | 2022-11-18 | 2022-11-23 | 二十条·三（二）
        o3    | compound1 | high  | 2022-11-18 | 2022-11-23 | 风险区方案·高风险区
        """,
        place_excesses="""
        order | from       | until      | kind  | clause
        o3    | 2022-11-18 | 2022-11-20 | wider | 二（四）
        o3    | 2022-11-21 | 2022-11-23 | wider | 风险区方案·高风险区
        """,
    )
    # The Ten Measures name no such reason.
    judged(
        chain("cn-2022-12-07"),
        """
        area  | level | from       | until
        unit1 | high  | 2022-12-06 | 2022-12-06
        unit1 | high  | 2022-12-07 | 2022-12-08
        """
        + order("compound1", "high", "2022-12-06", "2022-12-08", "三（二）"),
        on="2022-12-20",
        place_excesses="from | until | kind | clause\n2022-12-07 | 2022-12-08 | wider | 第一条",
    )


def test_a_clause_that_comes_back_begins_a_new_row(judged):
    between = changed(BOOKS[-1], "between", date(2022, 11, 15), clause="other")
    books = [*BOOKS, between, changed(BOOKS[-1], "back", date(2022, 11, 16))]
    judged(
        books,
        order("unit1", "high", "2022-11-14", "2022-11-17"),
        place_excesses="""
        from       | until      | days | kind    | clause
        2022-11-14 | 2022-11-14 | 1    | no_area | 二（四）
        2022-11-15 | 2022-11-15 | 1    | no_area | other
        2022-11-16 | 2022-11-17 | 2    | no_area | 二（四）
        """,
    )


def test_when_all_levels_are_abolished_every_order_is(judged):
    for level in ("high", "medium", "low"):
        judged(
            LATER,
            order("unit1", level, "2023-01-08", "2023-01-10"),
            on="2023-01-20",
            place_excesses="days | kind | clause\n3 | abolished | 总体方案·风险区",
        )


# Words that no order may have


@pytest.mark.parametrize(
    ("word", "clause"),
    [
        ("close_school", "二（十六）"),
        ("stop_classes", "二（十六）"),
        ("block_traffic", "二（十六）"),
        ("stop_clinic", "二（十六）"),
        ("silent_management", "二（十六）"),
        ("stop_key_enterprise", "二（十九）"),
        ("refuse_returnees", "二（二十）"),
        ("repeat_isolation", "二（十）"),
    ],
)
def test_a_forbidden_word_is_forbidden_on_a_place_whatever_area_it_is_in(judged, word, clause):
    judged(
        BOOKS,
        "area | level | from | until\ncommunity1 | high | 2022-11-13 | 2022-11-18\n\n"
        + order("school1", word, "2022-11-13", "2022-11-15"),
        place_excesses=f"""
        order | place   | from       | until      | days | kind      | clause
        o1    | school1 | 2022-11-13 | 2022-11-15 | 3    | forbidden | {clause}
        """,
    )


def test_a_forbidden_word_is_judged_only_on_the_days_on_which_it_is_forbidden(judged):
    judged(
        BOOKS,
        order("school1", "close_school", "2022-11-09", "2022-11-12"),
        place_excesses="from | until | days | kind\n2022-11-11 | 2022-11-12 | 2 | forbidden",
    )
    judged(BOOKS, order("school1", "close_school", "2022-11-09", "2022-11-10"), place_excesses="none")


# Testing everybody


def test_mass_testing_needs_the_clause_of_its_reason(judged):
    judged(BOOKS, order("street1", "mass_testing", "2022-11-13", "2022-11-14", "二（六）"), place_excesses="none")
    for clause in ("", "二（四）"):
        judged(
            BOOKS,
            UNIT + order("street1", "mass_testing", "2022-11-13", "2022-11-14", clause),
            place_excesses="""
            order | place   | from       | until      | days | kind         | clause
            o1    | street1 | 2022-11-13 | 2022-11-14 | 2    | mass_testing | 二（六）
            """,
        )


# Which orders, which days


def test_an_open_order_is_judged_to_the_last_day_asked(judged):
    open_order = UNIT + order("unit1", "high", "2022-11-12")
    earlier = "2022-11-12 | 2022-11-12 | 1 | earlier"
    judged(BOOKS, open_order, on="2022-11-18", place_excesses=f"from | until | days | kind\n{earlier}")
    judged(
        BOOKS,
        open_order,
        on="2022-11-19",
        place_excesses=f"from | until | days | kind\n{earlier}\n2022-11-19 | | | longer",
    )
    judged(BOOKS, open_order, on="2022-11-11", place_excesses="none")
    # On the 12th nobody can know yet that an area will be drawn: it begins after the last day asked.
    judged(BOOKS, open_order, on="2022-11-12", place_excesses="from | until | kind\n2022-11-12 | | no_area")


def test_an_order_with_an_end_is_judged_to_its_end(judged):
    judged(
        BOOKS,
        UNIT + order("unit1", "high", "2022-11-13", "2022-11-20"),
        on="2022-11-14",
        place_excesses="from | until | days\n2022-11-19 | 2022-11-20 | 2",
    )


def test_an_area_without_an_end_covers_to_the_end(judged):
    areas = "area | level | from | until\nunit1 | high | 2022-11-13 |\n\n"
    judged(BOOKS, areas + order("unit1", "high", "2022-11-13", "2023-05-01"), place_excesses="none")
    judged(BOOKS, areas + order("unit1", "high", "2022-11-13"), on="2023-05-01", place_excesses="none")


def test_the_latest_version_of_an_order_recorded_by_an_instant_is_judged(judged):
    facts = (
        UNIT
        + """
        order | place | level | from       | until      | recorded_at
        o1    | unit1 | high  | 2022-11-13 |            | 2022-11-13T09:00:00+08:00
        o1    | unit1 | high  | 2022-11-13 | 2022-11-18 | 2022-11-20T09:00:00+08:00
        """
    )
    judged(
        BOOKS,
        facts,
        known_at="2022-11-20T08:59:59+08:00",
        place_excesses="from | until | kind\n2022-11-19 | | longer",
    )
    judged(BOOKS, facts, known_at="2022-11-20T09:00:00+08:00", place_excesses="none")
    judged(BOOKS, facts, known_at="2022-11-13T08:59:59+08:00", place_excesses="none")


def test_an_order_corrected_to_be_on_another_place_is_judged_there_alone(judged):
    facts = (
        UNIT
        + """
        order | place | level | from       | until      | recorded_at
        o1    | unit1 | high  | 2022-11-13 | 2022-11-18 | 2022-11-13T09:00:00+08:00
        o1    | unit2 | high  | 2022-11-13 | 2022-11-18 | 2022-11-13T10:00:00+08:00
        """
    )
    judged(BOOKS, facts, place_excesses="place | days | kind\nunit2 | 6 | no_area")


def test_days_before_the_first_rulebook_are_not_judged(judged):
    books = BOOKS[-2:]
    judged(books, order("unit1", "high", "2022-06-20", "2022-06-26"), place_excesses="none")
    judged(
        books,
        order("unit1", "high", "2022-06-20", "2022-06-28"),
        place_excesses="from | until | days | kind\n2022-06-27 | 2022-06-28 | 2 | no_area",
    )


def test_a_rulebook_that_says_nothing_of_areas_judges_no_level(judged):
    # The plan of 2021 has no areas in its rulebook.
    judged(BOOKS, order("unit1", "high", "2021-06-01", "2022-06-26"), place_excesses="none")
    judged(BOOKS, order("unit1", "extreme", "2021-06-01", "2022-06-26"), place_excesses="none")


def test_orders_on_people_and_orders_without_a_level_are_not_judged_here(judged):
    judged(
        BOOKS,
        """
        order | place | person | level | restriction    | from       | until
        o1    |       | p1     |       | home_isolation | 2022-11-13 | 2022-11-17
        o2    | unit1 |        |       |                | 2022-11-13 | 2022-11-17
        o3    |       | p1     | high  |                | 2022-11-13 | 2022-11-17
        """,
        place_excesses="none",
    )


def test_each_order_is_judged_alone(judged):
    judged(
        BOOKS,
        UNIT
        + """
        order | place     | level | from       | until      | clause
        o1    | unit1     | high  | 2022-11-13 | 2022-11-19 |
        o2    | unit1     | high  | 2022-11-17 | 2022-11-20 |
        o3    | compound1 | high  | 2022-11-13 | 2022-11-14 | 三（二）
        o4    | compound1 | high  | 2022-11-13 | 2022-11-14 |
        o5    | unit1     | low   | 2022-11-18 | 2022-11-19 |
        """,
        place_excesses="""
        order | place     | from       | until      | kind
        o1    | unit1     | 2022-11-19 | 2022-11-19 | longer
        o2    | unit1     | 2022-11-19 | 2022-11-20 | longer
        o4    | compound1 | 2022-11-13 | 2022-11-14 | wider
        o5    | unit1     | 2022-11-19 | 2022-11-19 | longer
        """,
    )


def test_a_place_that_stands_in_no_table_of_places_is_judged_by_itself(judged):
    areas = "area | level | from | until\nelsewhere | high | 2022-11-13 | 2022-11-18\n\n"
    judged(BOOKS, areas + order("elsewhere", "high", "2022-11-13", "2022-11-18"), place_excesses="none")
    judged(BOOKS, areas + order("nowhere", "high", "2022-11-13", "2022-11-13"), place_excesses="kind\nno_area")
