"""Orders on places: which kinds of places around an area an order may be on, and levels that share one name."""

from datetime import date
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


def drawn(book, medium, high, name=None, effective=None):
    """The ninth plan, its medium and its high level drawn by other kinds; perhaps as another, later rulebook."""
    scopes = {"medium": medium, "high": high}
    levels = [level.model_copy(update={"scope": scopes.get(level.id, level.scope)}) for level in book.areas.levels]
    document = book.document.model_copy(update={"effective": effective or book.document.effective})
    areas = book.areas.model_copy(update={"levels": tuple(levels)})
    return book.model_copy(update={"id": name or book.id, "document": document, "areas": areas})


# As wide as the rule allows


def test_each_kind_that_the_level_lists_may_be_drawn_around_the_case(judged):
    # By unit or building: the unit is the area, its building is within the rule, on the same days.
    for place in ("unit1", "building1"):
        judged(BOOKS, UNIT + order(place, "high", "2022-11-13", "2022-11-18"), place_excesses="none")
        judged(
            BOOKS,
            UNIT + order(place, "high", "2022-11-12", "2022-11-20"),
            place_excesses="""
            from       | until      | days | kind    | clause
            2022-11-12 | 2022-11-12 | 1    | earlier | 二（四）
            2022-11-19 | 2022-11-20 | 2    | longer  | 二（四）
            """,
        )


def test_a_kind_that_is_not_listed_but_lies_inside_one_that_is_may_be_drawn(judged):
    # By compound or village: the shop is an area by itself, and its building is narrower than its compound.
    areas = "area | level | from | until\nshop1 | high | 2022-09-05 | 2022-09-12\n\n"
    for place in ("shop1", "building1", "compound1"):
        judged(BOOKS, areas + order(place, "high", "2022-09-05", "2022-09-12"), place_excesses="none")
    judged(BOOKS, areas + order("community1", "high", "2022-09-05", "2022-09-12"), place_excesses="kind\nwider")


def test_any_of_several_kinds_may_be_drawn_but_nothing_wider(judged):
    areas = "area | level | from | until\ncompound3 | high | 2022-09-05 | 2022-09-12\n\n"
    judged(BOOKS, areas + order("village1", "high", "2022-09-05", "2022-09-12"), place_excesses="none")
    for place in ("village2", "street1", "county1"):
        judged(
            BOOKS,
            areas + order(place, "high", "2022-09-05", "2022-09-12"),
            place_excesses="days | kind\n8 | wider",
        )


def test_only_the_nearest_place_of_a_kind_may_be_drawn(judged):
    # village2 is a village around a village. The area is village1 itself, or a compound in it.
    for area in ("village1", "compound3"):
        areas = f"area | level | from | until\n{area} | high | 2022-09-05 | 2022-09-12\n\n"
        judged(BOOKS, areas + order("village1", "high", "2022-09-05", "2022-09-12"), place_excesses="none")
        judged(BOOKS, areas + order("village2", "high", "2022-09-05", "2022-09-12"), place_excesses="kind\nwider")


def test_a_place_beside_the_area_in_the_same_building_is_not_around_it(judged):
    judged(BOOKS, UNIT + order("unit2", "high", "2022-11-13", "2022-11-13"), place_excesses="kind\nno_area")


def test_an_area_that_is_wider_than_what_the_level_lists_may_be_drawn_no_wider(judged):
    # Where only the compound of a case is known, it is the area.
    areas = "area | level | from | until\ncompound1 | high | 2022-11-13 | 2022-11-18\n\n"
    for place in ("compound1", "building1", "unit1"):
        judged(BOOKS, areas + order(place, "high", "2022-11-13", "2022-11-18"), place_excesses="none")
    judged(BOOKS, areas + order("community1", "high", "2022-11-13", "2022-11-18"), place_excesses="kind\nwider")


def test_each_day_is_judged_by_the_kinds_of_its_rulebook(judged):
    # The ninth plan lists the compound; the Twenty Measures, from 11 November, the unit and the building.
    judged(
        BOOKS,
        """
        area  | level | from       | until
        shop1 | high  | 2022-11-08 | 2022-11-10
        shop1 | high  | 2022-11-11 | 2022-11-13

        order | place     | level | from       | until
        o1    | compound1 | high  | 2022-11-08 | 2022-11-13
        o2    | building1 | high  | 2022-11-08 | 2022-11-13
        """,
        place_excesses="""
        order | from       | until      | kind
        o1    | 2022-11-11 | 2022-11-13 | wider
        """,
    )


def test_a_lighter_order_is_as_wide_as_the_stricter_one_might_be(judged):
    # Medium itself lists no kind: around what is no more than medium, nothing wider may be drawn.
    for level, found in (("high", "none"), ("medium", "days | kind\n6 | wider")):
        judged(
            BOOKS,
            f"area | level | from | until\nshop1 | {level} | 2022-09-05 | 2022-09-10\n\n"
            + order("compound1", "medium", "2022-09-05", "2022-09-10"),
            place_excesses=found,
        )


def test_a_stricter_order_is_not_justified_by_a_lighter_area_inside(judged):
    judged(
        BOOKS,
        "area | level | from | until\nshop1 | medium | 2022-09-05 | 2022-09-10\n\n"
        + order("compound1", "high", "2022-09-05", "2022-09-10"),
        place_excesses="days | kind\n6 | no_area",
    )


SHOP = """
    area  | level  | from       | until
    shop1 | medium | 2022-09-05 | 2022-09-06
    shop1 | high   | 2022-09-07 | 2022-09-08
    """


def test_a_lighter_order_may_be_as_wide_as_a_stricter_one_while_the_area_is_as_strict(judged):
    books = [*BOOKS[:-2], drawn(BOOKS[-2], ("building",), ("compound",))]
    judged(
        books,
        SHOP + order("compound1", "medium", "2022-09-05", "2022-09-08"),
        place_excesses="from | until | kind\n2022-09-05 | 2022-09-06 | wider",
    )
    judged(books, SHOP + order("building1", "medium", "2022-09-05", "2022-09-08"), place_excesses="none")


def test_the_kinds_of_a_lighter_level_are_none_of_a_stricter_one(judged):
    books = [*BOOKS[:-2], drawn(BOOKS[-2], ("community",), ("building",))]
    judged(
        books,
        SHOP
        + """
        order | place      | level  | from       | until
        o1    | community1 | medium | 2022-09-05 | 2022-09-08
        o2    | community1 | high   | 2022-09-07 | 2022-09-08
        o3    | building1  | high   | 2022-09-07 | 2022-09-08
        """,
        place_excesses="order | kind | days\no2 | wider | 2",
    )


def test_each_rulebook_has_kinds_of_its_own(judged):
    later = drawn(BOOKS[-2], (), ("building",), "later", date(2022, 9, 7))
    judged(
        [*BOOKS[:-1], later],
        """
        area  | level | from       | until
        shop1 | high  | 2022-09-05 | 2022-09-06
        shop1 | high  | 2022-09-07 | 2022-09-08
        """
        + order("compound1", "high", "2022-09-05", "2022-09-08"),
        place_excesses="from | until | kind\n2022-09-07 | 2022-09-08 | wider",
    )


# Two levels with one name

STEPPED = """
    area      | level             | from       | until
    compound1 | high              | 2022-09-05 | 2022-09-12
    compound1 | medium_after_high | 2022-09-13 | 2022-09-15
    shop1     | medium            | 2022-09-05 | 2022-09-12
    """


@pytest.mark.parametrize("level", ["medium", "medium_after_high"])
def test_an_order_medium_stands_for_both_levels_that_are_called_so(judged, level):
    judged(
        BOOKS,
        STEPPED
        + f"""
        order | place     | level   | from       | until
        o1    | compound1 | high    | 2022-09-05 | 2022-09-12
        o2    | compound1 | {level} | 2022-09-13 | 2022-09-15
        o3    | shop1     | {level} | 2022-09-05 | 2022-09-15
        """,
        place_excesses="none",
    )


@pytest.mark.parametrize(
    ("level", "lifted_by"), [("medium", "第九版·中风险区"), ("medium_after_high", "第九版·高风险区解除")]
)
def test_such_an_order_is_longer_from_the_day_on_which_both_levels_have_ended(judged, level, lifted_by):
    judged(
        BOOKS,
        STEPPED + order("compound1", level, "2022-09-04", "2022-09-16"),
        place_excesses=f"""
        from       | until      | days | kind    | clause
        2022-09-04 | 2022-09-04 | 1    | earlier | {lifted_by}
        2022-09-16 | 2022-09-16 | 1    | longer  | {lifted_by}
        """,
    )


def test_a_high_order_is_stricter_than_either_of_them(judged):
    judged(
        BOOKS,
        STEPPED.replace("2022-09-12\n    compound1", "2022-09-12\n    unit2    ")
        + """
        order | place | level | from       | until
        o1    | unit2 | high  | 2022-09-13 | 2022-09-14
        o2    | unit2 | low   | 2022-09-13 | 2022-09-14
        """,
        place_excesses="order | from | until | kind\no1 | 2022-09-13 | 2022-09-14 | stricter",
    )


def test_levels_of_one_name_are_abolished_one_by_one(judged):
    judged(
        BOOKS,
        """
        order | place | level             | from       | until
        o1    | unit1 | medium            | 2022-11-11 | 2022-11-12
        o2    | unit1 | medium_after_high | 2022-11-11 | 2022-11-12
        """,
        place_excesses="""
        order | kind      | clause
        o1    | abolished | 二（四）
        o2    | abolished | 二（四）
        """,
    )
