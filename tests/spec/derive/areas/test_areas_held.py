"""Since when a place has been held and until when, across rulebooks; what it is called and where it lies on a map."""

import pytest
from area_example import book

from sizao.policy import chain

TWENTY = chain("cn-2022-11-11")
TEN = chain("cn-2022-12-07")


@pytest.mark.parametrize("on", ["2022-11-18", "2022-11-20", "2022-11-21", "2022-11-23"])
def test_a_change_of_rulebooks_without_a_change_of_rules_does_not_break_it(example, on):
    """The row ends on 20 November, the area on the 23rd."""
    first, until = ("2022-11-18", "2022-11-20") if on < "2022-11-21" else ("2022-11-21", "2022-11-23")
    example(
        TEN,
        """
        case | confirmed_on | place
        c1   | 2022-11-18   | stair
        """,
        on=on,
        areas=f"""
        place  | level | from    | until   | held_since | lifts_on
        stair  | high  | {first} | {until} | 2022-11-18 | 2022-11-23
        county | low   | {first} | {until} | 2022-11-18 | 2022-11-23
        """,
    )


def test_a_unit_was_held_since_the_compound_around_it_was(example):
    """On 11 November the compound of the ninth plan gives way to the unit: who lives there is held on."""
    infections = """
        case | confirmed_on | place
        c1   | 2022-11-08   | flat
        """
    for on, area, first, until, held_since, lifts_on in (
        ("2022-11-10", "garden", "2022-11-08", "2022-11-10", "2022-11-08", "2022-11-10"),
        ("2022-11-11", "stair", "2022-11-11", "2022-11-13", "2022-11-08", "2022-11-13"),
    ):
        example(
            TWENTY,
            infections,
            on=on,
            areas=f"""
            place  | from    | until   | held_since   | lifts_on
            {area} | {first} | {until} | {held_since} | {lifts_on}
            county | {first} | {until} | 2022-11-08   | 2022-11-13
            """,
        )


@pytest.mark.parametrize(
    ("on", "level", "held_since", "lifts_on"),
    [
        ("2022-08-05", "high", "2022-08-01", "2022-08-08"),
        ("2022-08-09", "medium_after_high", "2022-08-01", "2022-08-11"),
    ],
)
def test_the_days_at_a_stricter_level_count(example, on, level, held_since, lifts_on):
    example(
        chain("cn-2022-06-27"),
        """
        case | confirmed_on | place
        c1   | 2022-08-01   | island
        """,
        on=on,
        areas=f"level | held_since | lifts_on\n{level} | {held_since} | {lifts_on}",
    )


def test_levels_of_one_published_name_are_one(example):
    """Medium stepped down from high, and medium drawn anew: medium risk without a break, and high before."""
    infections = """
        case | confirmed_on | place  | role | risk
        c1   | 2022-08-01   | island | home | no
        c2   | 2022-08-10   | island | work | no
        """
    for on, level in (("2022-08-09", "medium_after_high"), ("2022-08-12", "medium")):
        areas = f"level | held_since | lifts_on\n{level} | 2022-08-01 | 2022-08-17"
        example(chain("cn-2022-06-27"), infections, on=on, areas=areas)


def test_a_day_between_two_areas_breaks_it(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | island
        c2   | 2022-11-19   | island
        """,
        on="2022-11-20",
        areas="from | held_since | lifts_on\n2022-11-19 | 2022-11-19 | 2022-11-24",
    )


def test_two_areas_that_follow_each_other_without_a_free_day_are_held_on(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | island
        c2   | 2022-11-18   | island
        """,
        on="2022-11-14",
        areas="from | until | held_since | lifts_on\n2022-11-12 | 2022-11-17 | 2022-11-12 | 2022-11-23",
    )


def test_the_rest_of_a_county_holds_nobody_who_lives_in_an_area(example):
    """The hut is high to the 17th; that the rest of the county stays low until the 20th is nothing to it."""
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | hut
        c2   | 2022-11-15   | hotel
        """,
        on="2022-11-15",
        areas="""
        place  | level | held_since | lifts_on
        hut    | high  | 2022-11-12 | 2022-11-17
        hotel  | high  | 2022-11-15 | 2022-11-20
        county | low   | 2022-11-12 | 2022-11-20
        """,
    )


def test_nor_does_a_rest_of_the_same_level(example):
    """Pale after dark is over on the 14th; from the 15th on pale is the rest of the town around another building."""
    small = book(
        "small",
        "2022-01-01",
        """
        level | around | scope    | days | to    | rest_of     | ignoring
        free  |        |          |      |       |             |
        pale  |        |          | 2    | free  | dark street |
        dark  | home   | building | 2    | pale  |             |
        """,
    )
    example(
        [small],
        """
        case | confirmed_on | place
        c1   | 2022-01-10   | block
        c2   | 2022-01-15   | lone-block
        """,
        on="2022-01-13",
        areas="place | level | from | until | held_since | lifts_on\n"
        "block | pale | 2022-01-13 | 2022-01-14 | 2022-01-10 | 2022-01-14",
    )


HEAD = "level | around | scope | days | to | rest_of | ignoring"
PALE = "free | | | | | |\npale | home | | 3 | free | |\ndark | work | | 3 | free | |"
OLD = book("old", "2022-01-01", f"{HEAD}\n{PALE}")


@pytest.mark.parametrize(
    ("levels", "lifts_on"),
    [
        ("free | | | | | |\npale | home | | 9 | free | |\ndark | work | | 9 | free | |", "2022-01-12"),
        ("free | | | | | |\nother | home | | 9 | free | |", "2022-01-10"),  # nothing says that it is as strict
        ("free | | | | | |\nother | | | 2 | free | |\npale | home | | | | |", "2022-01-12"),  # the older limit holds
    ],
)
def test_what_a_rulebook_calls_by_another_name_is_another_level(example, levels, lifts_on):
    new = book("new", "2022-01-11", f"{HEAD}\n{levels}", replaces=OLD)
    example(
        [OLD, new],
        """
        case | confirmed_on | place
        c1   | 2022-01-09   | island
        """,
        on="2022-01-10",
        areas=f"level | from | until | lifts_on\npale | 2022-01-09 | 2022-01-10 | {lifts_on}",
    )


def test_a_level_that_nothing_lifts_has_no_last_day(example):
    endless = book("endless", "2022-01-11", f"{HEAD}\nfree | | | | | |\npale | home | | | | |", replaces=OLD)
    example(
        [OLD, endless],
        """
        case | confirmed_on | place
        c1   | 2022-01-09   | island
        c2   | 2022-01-12   | island
        """,
        on="2022-01-10",
        areas="until | held_since | lifts_on\n2022-01-10 | 2022-01-09 |",
    )


def test_an_area_is_called_by_the_names_from_the_county_down(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place  | role | risk
        c1   | 2022-11-12   | flat   | home | no
        c1   | 2022-11-12   | mill   | work | yes
        c1   | 2022-11-12   | island | home | no
        """,
        on="2022-11-12",
        areas="""
        place        | name
        stair        | county/town/quarter/garden/block/stair
        mill         | other-county/mill
        island       | island
        county       | county
        other-county | other-county
        """,
    )
