"""Orders on places against the areas that the rules draw: too long, too early, too wide, too strict."""

from functools import partial

import pytest

from engines import POSTGRES
from place_engines import judge_on

pytest.register_assert_rewrite("place_orders_example")

from place_orders_example import BOOKS, UNIT, check, order  # noqa: E402


@pytest.fixture(params=["reference", "duckdb", "sqlite", POSTGRES])
def judged(request):
    """Compares areas and orders in, and excesses out, on the reference and on each engine."""
    return partial(check, judge_on(request.param))


# Within the rule


@pytest.mark.parametrize("place", ["unit1", "building1", "street1"])
def test_an_order_as_wide_and_as_long_as_the_area_is_no_excess(judged, place):
    area = f"area | level | from | until\n{place} | high | 2022-11-13 | 2022-11-18"
    judged(BOOKS, f"{area}\n\n{order(place, 'high', '2022-11-13', '2022-11-18')}", place_excesses="none")


def test_an_order_inside_an_area_is_no_excess(judged):
    areas = "area | level | from | until\ncompound1 | high | 2022-11-13 | 2022-11-18"
    judged(BOOKS, f"{areas}\n\n{order('unit1', 'high', '2022-11-14', '2022-11-16')}", place_excesses="none")
    judged(BOOKS, f"{areas}\n\n{order('compound1', 'low', '2022-11-14', '2022-11-16')}", place_excesses="none")


def test_areas_that_follow_one_another_cover_together(judged):
    judged(
        BOOKS,
        """
        area      | level | from       | until
        unit1     | high  | 2022-11-13 | 2022-11-15
        compound1 | high  | 2022-11-16 | 2022-11-17
        building1 | high  | 2022-11-17 | 2022-11-19
        """
        + order("unit1", "high", "2022-11-13", "2022-11-19"),
        place_excesses="none",
    )


# Too long, too early


def test_the_last_justified_day_and_the_day_after(judged):
    judged(BOOKS, UNIT + order("unit1", "high", "2022-11-13", "2022-11-13 + 5"), place_excesses="none")
    judged(
        BOOKS,
        UNIT + order("unit1", "high", "2022-11-13", "2022-11-13 + 5 + 1"),
        place_excesses="""
        order | place | from       | until      | days | kind   | clause
        o1    | unit1 | 2022-11-19 | 2022-11-19 | 1    | longer | 二（四）
        """,
    )


def test_the_first_justified_day_and_the_day_before(judged):
    judged(
        BOOKS,
        UNIT + order("unit1", "high", "2022-11-12", "2022-11-14"),
        place_excesses="""
        order | place | from       | until      | days | kind    | clause
        o1    | unit1 | 2022-11-12 | 2022-11-12 | 1    | earlier | 二（四）
        """,
    )


def test_longer_cites_the_clause_that_lifts_and_the_others_that_of_the_level(judged):
    judged(
        BOOKS,
        """
        area      | level | from       | until
        compound1 | high  | 2022-09-05 | 2022-09-12
        """
        + order("compound1", "high", "2022-09-03", "2022-09-20"),
        place_excesses="""
        from       | until      | days | kind    | clause
        2022-09-03 | 2022-09-04 | 2    | earlier | 第九版·高风险区
        2022-09-13 | 2022-09-20 | 8    | longer  | 第九版·高风险区解除
        """,
    )


def test_between_two_areas_an_order_is_longer_than_the_first(judged):
    judged(
        BOOKS,
        """
        area  | level | from       | until
        unit1 | high  | 2022-11-12 | 2022-11-14
        unit1 | high  | 2022-11-20 | 2022-11-22
        """
        + order("unit1", "high", "2022-11-12", "2022-11-25"),
        place_excesses="""
        from       | until      | days | kind
        2022-11-15 | 2022-11-19 | 5    | longer
        2022-11-23 | 2022-11-25 | 3    | longer
        """,
    )


def test_an_area_outside_the_days_of_the_order_makes_it_neither_longer_nor_earlier(judged):
    no_area = "from | until | kind\n{0} | {1} | no_area"
    for start, until in (("2022-11-19", "2022-11-21"), ("2022-11-11", "2022-11-12")):
        judged(BOOKS, UNIT + order("unit1", "high", start, until), place_excesses=no_area.format(start, until))
    judged(
        BOOKS,
        UNIT + order("unit1", "high", "2022-11-18", "2022-11-19"),
        place_excesses="from | until | kind\n2022-11-19 | 2022-11-19 | longer",
    )
    judged(
        BOOKS,
        UNIT + order("unit1", "high", "2022-11-12", "2022-11-13"),
        place_excesses="from | until | kind\n2022-11-12 | 2022-11-12 | earlier",
    )


def test_an_area_above_or_inside_that_has_ended_makes_an_order_longer(judged):
    areas = "area | level | from | until\nbuilding1 | high | 2022-11-13 | 2022-11-18"
    for place in ("unit1", "building1"):
        judged(
            BOOKS,
            f"{areas}\n\n{order(place, 'high', '2022-11-13', '2022-11-20')}",
            place_excesses="from | until | kind\n2022-11-19 | 2022-11-20 | longer",
        )
    judged(
        BOOKS,
        f"{areas}\n\n{order('compound1', 'high', '2022-11-12', '2022-11-20')}",
        place_excesses="""
        from       | until      | kind
        2022-11-12 | 2022-11-12 | earlier
        2022-11-13 | 2022-11-18 | wider
        2022-11-19 | 2022-11-20 | longer
        """,
    )


def test_an_area_beside_the_place_justifies_nothing(judged):
    for place in ("unit2", "building2", "compound2", "county2"):
        judged(
            BOOKS,
            UNIT + order(place, "high", "2022-11-13", "2022-11-14"),
            place_excesses=f"place | days | kind | clause\n{place} | 2 | no_area | 二（四）",
        )


# Too wide


def test_a_compound_where_only_a_unit_is_an_area_is_wider(judged):
    judged(
        BOOKS,
        UNIT + order("compound1", "high", "2022-11-13", "2022-11-18"),
        place_excesses="""
        order | place     | from       | until      | days | kind  | clause
        o1    | compound1 | 2022-11-13 | 2022-11-18 | 6    | wider | 二（四）
        """,
    )


def test_the_clause_of_the_recorded_reason_justifies_a_wider_order_while_an_area_lies_inside(judged):
    judged(BOOKS, UNIT + order("compound1", "high", "2022-11-13", "2022-11-18", "三（二）"), place_excesses="none")
    judged(
        BOOKS,
        UNIT + order("compound1", "high", "2022-11-12", "2022-11-20", "三（二）"),
        place_excesses="""
        from       | until      | kind
        2022-11-12 | 2022-11-12 | earlier
        2022-11-19 | 2022-11-20 | longer
        """,
    )
    judged(
        BOOKS,
        UNIT + order("compound2", "high", "2022-11-13", "2022-11-18", "三（二）"),
        place_excesses="days | kind\n6 | no_area",
    )


def test_another_clause_justifies_no_wider_order(judged):
    for clause in ("二（四）", "三"):
        judged(
            BOOKS,
            UNIT + order("street1", "high", "2022-11-13", "2022-11-18", clause),
            place_excesses="days | kind\n6 | wider",
        )
    # The ninth plan names no clause for it, and an order without a clause names none either.
    judged(
        BOOKS,
        "area | level | from | until\nunit1 | high | 2022-09-05 | 2022-09-12\n\n"
        + order("community1", "high", "2022-09-05", "2022-09-06"),
        place_excesses="days | kind | clause\n2 | wider | 第九版·高风险区",
    )


def test_areas_inside_overlap_and_are_counted_once(judged):
    judged(
        BOOKS,
        """
        area      | level | from       | until
        unit1     | high  | 2022-11-12 | 2022-11-14
        building2 | high  | 2022-11-13 | 2022-11-16
        unit2     | high  | 2022-11-18 | 2022-11-18
        """
        + order("community1", "high", "2022-11-12", "2022-11-19"),
        place_excesses="""
        from       | until      | days | kind
        2022-11-12 | 2022-11-16 | 5    | wider
        2022-11-17 | 2022-11-17 | 1    | longer
        2022-11-18 | 2022-11-18 | 1    | wider
        2022-11-19 | 2022-11-19 | 1    | longer
        """,
    )


# Too strict


def test_an_order_heavier_than_the_area_is_stricter(judged):
    judged(
        BOOKS,
        """
        area      | level             | from       | until
        compound1 | medium            | 2022-09-05 | 2022-09-07
        compound1 | high              | 2022-09-08 | 2022-09-10
        compound1 | medium_after_high | 2022-09-11 | 2022-09-13
        """
        + order("unit1", "high", "2022-09-05", "2022-09-14"),
        place_excesses="""
        from       | until      | days | kind     | clause
        2022-09-05 | 2022-09-07 | 3    | stricter | 第九版·高风险区
        2022-09-11 | 2022-09-13 | 3    | stricter | 第九版·高风险区
        2022-09-14 | 2022-09-14 | 1    | longer   | 第九版·高风险区解除
        """,
    )


def test_an_order_lighter_than_the_area_is_no_excess(judged):
    areas = "area | level | from | until\ncompound1 | high | 2022-09-05 | 2022-09-12\n\n"
    for level in ("medium", "medium_after_high", "low"):
        judged(BOOKS, areas + order("compound1", level, "2022-09-05", "2022-09-12"), place_excesses="none")


def test_a_lighter_area_inside_makes_an_order_neither_wider_nor_stricter(judged):
    judged(
        BOOKS,
        "area | level | from | until\nunit1 | medium | 2022-09-05 | 2022-09-12\n\n"
        + order("compound1", "high", "2022-09-05", "2022-09-13"),
        place_excesses="days | kind\n9 | no_area",
    )


def test_wider_comes_before_stricter(judged):
    judged(
        BOOKS,
        """
        area       | level  | from       | until
        community1 | medium | 2022-09-05 | 2022-09-12
        unit1      | high   | 2022-09-06 | 2022-09-07
        """
        + order("community1", "high", "2022-09-05", "2022-09-08"),
        place_excesses="""
        from       | until      | kind
        2022-09-05 | 2022-09-05 | stricter
        2022-09-06 | 2022-09-07 | wider
        2022-09-08 | 2022-09-08 | stricter
        """,
    )


# The rest of a county

REST = """
    area    | level | from       | until
    unit1   | high  | 2022-11-13 | 2022-11-18
    county1 | low   | 2022-11-13 | 2022-11-18
    """


def test_the_rest_of_the_county_may_be_low_while_an_area_lies_in_it(judged):
    for place in ("county1", "compound2", "unit1"):
        judged(BOOKS, REST + order(place, "low", "2022-11-13", "2022-11-18"), place_excesses="none")
    judged(
        BOOKS,
        REST + order("compound2", "low", "2022-11-12", "2022-11-19"),
        place_excesses="""
        from       | until      | kind    | clause
        2022-11-12 | 2022-11-12 | earlier | 二（四）
        2022-11-19 | 2022-11-19 | longer  | 二（四）
        """,
    )
    judged(BOOKS, REST + order("county2", "low", "2022-11-13", "2022-11-18"), place_excesses="kind\nno_area")


def test_a_low_rest_neither_justifies_a_high_order_nor_makes_it_stricter(judged):
    judged(
        BOOKS,
        REST + order("compound2", "high", "2022-11-13", "2022-11-19"),
        place_excesses="days | kind\n7 | no_area",
    )
    judged(
        BOOKS, REST + order("county1", "high", "2022-11-13", "2022-11-18"), place_excesses="days | kind\n6 | wider"
    )
