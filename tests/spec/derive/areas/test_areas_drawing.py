"""Which level an infection draws, around which place, and the rest of the county."""

import pytest
from area_example import book

from sizao.policy import chain

NINTH = chain("cn-2022-06-27")
TWENTY = chain("cn-2022-11-11")
TEN = chain("cn-2022-12-07")


@pytest.mark.parametrize(
    ("place", "area", "scope"),
    [
        ("flat", "stair", "unit"),
        ("floor", "stair", "unit"),
        ("stair", "stair", "unit"),
        ("block", "block", "building"),
        ("dormitory", "stair", "unit"),  # a word of its own for a flat
        ("shop", "block", "building"),  # on the ground floor of the building
        ("counter", "block", "building"),
        ("kiosk", "kiosk", "kiosk"),  # nothing above it is a unit or a building
        ("farm", "farm", "household"),
        ("hotel", "hotel", "hotel"),  # a premise
        ("room", "room", "hotel_room"),
        ("inn", "inn", "inn"),
    ],
)
def test_the_twenty_measures_draw_the_unit_or_the_building(example, place, area, scope):
    expected = [f"{area} | high | {scope}", "county | low | county"]
    example(
        TWENTY,
        f"""
        case | confirmed_on | place
        c1   | 2022-11-12   | {place}
        """,
        on="2022-11-12",
        areas="\n".join(["place | level | scope", *expected]),
    )


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("garden", "place_too_coarse"),  # only the compound is on record: which building is not known
        ("hamlet", "place_too_coarse"),
        ("quarter", "place_too_coarse"),
        ("town", "place_too_coarse"),
        ("county", "place_too_coarse"),
        ("metropolis", "place_too_coarse"),
        ("nowhere", "unknown_place"),
    ],
)
def test_nothing_is_drawn_where_only_a_place_wider_than_the_rule_allows_is_known(example, place, why):
    example(
        TWENTY,
        f"""
        case | confirmed_on | place
        c1   | 2022-11-12   | {place}
        """,
        on="2022-11-12",
        areas="none",
        area_spells="none",
        undrawn=f"case | place | role | why\nc1 | {place} | home | {why}",
    )


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("flat", "garden"),
        ("stair", "garden"),
        ("garden", "garden"),
        ("shop", "garden"),
        ("kiosk", "garden"),
        ("farm", "hamlet"),
        ("inn", "inn"),
        ("lone-stair", "lone-stair"),  # in a building of no compound
        ("hotel", "hotel"),
        ("hut", "hut"),
    ],
)
def test_the_ninth_plan_draws_the_compound_or_the_village(example, place, area):
    example(
        NINTH,
        f"""
        case | confirmed_on | place
        c1   | 2022-08-01   | {place}
        """,
        on="2022-08-01",
        areas=f"place | level\n{area} | high\ncounty | low",
    )


@pytest.mark.parametrize("place", ["flat", "floor", "stair", "block"])
def test_the_ten_measures_draw_the_household_floor_unit_or_building_itself(example, place):
    example(
        TEN,
        f"""
        case | confirmed_on | place
        c1   | 2022-12-10   | {place}
        """,
        on="2022-12-10",
        areas=f"place | level\n{place} | high\ncounty | low",
    )


@pytest.mark.parametrize(
    ("rulebooks", "role", "risk", "level"),
    [
        (NINTH, "home", "no", "high"),
        (NINTH, "home", "yes", "high"),
        (NINTH, "work", "yes", "high"),
        (NINTH, "activity", "yes", "high"),
        (NINTH, "work", "no", "medium"),
        (NINTH, "activity", "no", "medium"),
        (TWENTY, "home", "no", "high"),
        (TWENTY, "work", "yes", "high"),
        (TWENTY, "activity", "yes", "high"),
        (TWENTY, "work", "no", None),
        (TWENTY, "activity", "no", None),
    ],
)
def test_a_risk_of_spread_decides_where_a_case_worked_or_went(example, rulebooks, role, risk, level):
    on = "2022-08-01" if rulebooks == NINTH else "2022-11-12"
    rest = "\nother-county | low"
    example(
        rulebooks,
        f"""
        case | confirmed_on | place | role   | risk
        c1   | {on}         | mill  | {role} | {risk}
        """,
        on=on,
        areas=f"place | level\nmill | {level}{rest}" if level else "none",
    )


def test_every_place_of_a_case_draws_an_area_and_several_cases_draw_one(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place  | role     | risk
        c2   | 2022-11-13   | stair  | home     | no
        c1   | 2022-11-13   | flat   | home     | no
        c1   | 2022-11-13   | mill   | work     | yes
        c1   | 2022-11-13   | hotel  | activity | no
        """,
        on="2022-11-14",
        areas="""
        place        | level | from       | until      | clock_day | because | last_case | county
        stair        | high  | 2022-11-13 | 2022-11-18 | 1         | c1      | c2        | county
        mill         | high  | 2022-11-13 | 2022-11-18 | 1         | c1      | c1        | other-county
        county       | low   | 2022-11-13 | 2022-11-18 |           | c1      | c2        | county
        other-county | low   | 2022-11-13 | 2022-11-18 |           | c1      | c1        | other-county
        """,
    )


def test_the_rest_of_the_county_is_low_while_any_area_lies_in_it(example):
    """Two areas with a day between them: the rest is low twice. Two that touch: once."""
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-11   | stair
        c2   | 2022-11-17   | stair-2
        c3   | 2022-11-24   | hotel
        """,
        area_spells="""
        place   | level | rest | scope  | from       | until      | clause   | because | last_case
        stair   | high  | 0    | unit   | 2022-11-11 | 2022-11-16 | 二（四） | c1      | c1
        stair-2 | high  | 0    | unit   | 2022-11-17 | 2022-11-22 | 二（四） | c2      | c2
        hotel   | high  | 0    | hotel  | 2022-11-24 | 2022-11-29 | 二（四） | c3      | c3
        county  | low   | 1    | county | 2022-11-11 | 2022-11-22 | 二（四） | c1      | c2
        county  | low   | 1    | county | 2022-11-24 | 2022-11-29 | 二（四） | c3      | c3
        """,
    )


def test_an_area_in_no_county_makes_no_rest_of_one(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | island
        """,
        on="2022-11-12",
        areas="place | level | county\nisland | high |",
    )


def test_one_found_inside_restarts_a_wider_area_though_it_draws_its_own(example):
    """The building is drawn because nothing narrower was on record; on the last day one is found in a unit of it."""
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | block
        c2   | 2022-11-17   | stair
        c3   | 2022-11-23   | stair
        """,
        area_spells="""
        place  | level | from       | until      | because | last_case
        block  | high  | 2022-11-12 | 2022-11-22 | c1      | c2
        stair  | high  | 2022-11-17 | 2022-11-22 | c2      | c2
        stair  | high  | 2022-11-23 | 2022-11-28 | c3      | c3
        county | low   | 2022-11-12 | 2022-11-28 | c1      | c3
        """,
    )


def test_one_found_inside_before_or_after_does_not_draw_the_wider_area(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | island
        c2   | 2022-11-11   | stair
        c3   | 2022-11-18   | block
        c4   | 2022-11-24   | stair
        """,
        on="2022-11-24",
        areas="""
        place  | level | from       | until      | because
        stair  | high  | 2022-11-24 | 2022-11-29 | c4
        county | low   | 2022-11-18 | 2022-11-29 | c3
        """,
    )


def test_one_found_around_does_not_restart_a_narrower_area(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | stair
        c2   | 2022-11-15   | block
        """,
        on="2022-11-12",
        areas="""
        place  | from       | until      | last_case
        stair  | 2022-11-12 | 2022-11-17 | c1
        county | 2022-11-12 | 2022-11-20 | c2
        """,
    )


def test_a_level_without_a_scope_is_drawn_at_the_place_itself(example):
    small = book(
        "small",
        "2022-01-01",
        """
        level | around | scope  | days | to    | rest_of | ignoring
        light |        |        |      |       |         |
        dark  | home   |        | 2    | light |         |
        """,
    )
    example(
        [small],
        """
        case | confirmed_on | place
        c1   | 2022-01-10   | flat
        """,
        area_spells="""
        place | level | weight | from       | until      | clause
        flat  | dark  | 2      | 2022-01-10 | 2022-01-12 | small dark
        """,
    )


def test_the_rest_may_lie_around_any_level_and_in_any_kind_of_place(example):
    small = book(
        "small",
        "2022-01-01",
        """
        level  | around | scope    | days | to     | rest_of         | ignoring
        paper  |        |          |      |        | wide county     |
        wide   |        |          | 1    | paper  | dark community  |
        light  |        |          | 2    | paper  | dark street     |
        dark   | home   | building | 2    | light  |                 |
        """,
    )
    example(
        [small],
        """
        case | confirmed_on | place
        c1   | 2022-01-10   | flat
        """,
        area_spells="""
        place   | level | rest | from       | until
        block   | dark  | 0    | 2022-01-10 | 2022-01-12
        block   | light | 0    | 2022-01-13 | 2022-01-14
        quarter | wide  | 1    | 2022-01-10 | 2022-01-12
        town    | light | 1    | 2022-01-10 | 2022-01-12
        county  | paper | 1    | 2022-01-10 | 2022-01-12
        """,
    )


def test_a_case_without_a_place_draws_nothing_and_is_listed(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place | role | risk
        c1   | 2022-11-12   |       |      |
        c2   | 2022-11-12   | mill  | work | no
        c3   | 2022-11-12   | stair | home | no
        c3   | 2022-11-12   | town  | work | yes
        c3   | 2022-11-12   | town  | home | no
        """,
        on="2022-11-12",
        undrawn="""
        case | place | role | why
        c1   |       |      | no_place
        c3   | town  | work | place_too_coarse
        c3   | town  | home | place_too_coarse
        """,
    )


@pytest.mark.parametrize(
    ("found", "found_by", "listed"),
    [
        ("2022-12-09", "", False),  # six days ago: it would hold no place any more
        ("2022-12-10", "", True),
        ("2022-12-15", "clinic", True),
        ("2022-12-16", "", False),  # not found yet
        ("2022-12-15", "home_isolated_contact", False),  # passed over by the rule
    ],
)
def test_only_infections_that_would_count_on_the_day_are_listed(example, found, found_by, listed):
    rows = "\nc1 | no_place\nc2 | place_too_coarse" if listed else ""
    example(
        TEN,
        f"""
        case | confirmed_on | place   | found_by
        c1   | {found}      |         | {found_by}
        c2   | {found}      | quarter | {found_by}
        """,
        on="2022-12-15",
        undrawn=f"case | why{rows}" if rows else "none",
    )


def test_stepping_down_counts_too_under_the_ninth_plan(example):
    for on, listed in (("2022-08-11", "case | why\nc1 | no_place"), ("2022-08-12", "none")):
        infections = "case | confirmed_on | place\nc1 | 2022-08-01 |"
        example(NINTH, infections, on=on, undrawn=listed)


def test_one_found_in_a_place_that_is_too_wide_to_draw_still_restarts_what_lies_around_it(example):
    small = book(
        "small",
        "2022-01-01",
        """
        level | around   | scope    | days | to    | rest_of | ignoring
        light |          |          |      |       |         |
        shady | activity | street   | 3    | light |         |
        dark  | home     | building | 2    | light |         |
        """,
    )
    example(
        [small],
        """
        case | confirmed_on | place  | role     | risk
        c1   | 2022-01-10   | town   | activity | yes
        c2   | 2022-01-13   | garden | home     | no
        """,
        on="2022-01-13",
        area_spells="""
        place | level | from       | until      | because | last_case
        town  | shady | 2022-01-10 | 2022-01-16 | c1      | c2
        """,
        undrawn="case | why\nc2 | place_too_coarse",
    )


def test_it_restarts_a_premise_around_it_as_well(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | campus
        c2   | 2022-11-15   | campus-garden
        """,
        area_spells="""
        place  | level | from       | until      | because | last_case
        campus | high  | 2022-11-12 | 2022-11-20 | c1      | c2
        county | low   | 2022-11-12 | 2022-11-20 | c1      | c2
        """,
    )


def test_the_rest_may_lie_around_areas_of_several_levels(example):
    small = book(
        "small",
        "2022-01-01",
        """
        level | around   | scope | days | to    | rest_of            | ignoring
        paper |          |       |      |       | shady,dark county  |
        shady |          |       | 2    | paper |                    |
        dark  | home     |       | 3    | shady |                    |
        """,
    )
    example(
        [small],
        """
        case | confirmed_on | place
        c1   | 2022-01-10   | flat
        c2   | 2022-01-16   | hut
        """,
        area_spells="""
        place  | level | rest | from       | until      | because | last_case
        flat   | dark  | 0    | 2022-01-10 | 2022-01-13 | c1      | c1
        flat   | shady | 0    | 2022-01-14 | 2022-01-15 | c1      | c1
        hut    | dark  | 0    | 2022-01-16 | 2022-01-19 | c2      | c2
        hut    | shady | 0    | 2022-01-20 | 2022-01-21 | c2      | c2
        county | paper | 1    | 2022-01-10 | 2022-01-21 | c1      | c2
        """,
    )


def test_the_rest_of_the_county_is_low_around_medium_areas_too_under_the_ninth_plan(example):
    """High for seven days and medium for three; a workplace medium for seven from the 9th on."""
    example(
        NINTH,
        """
        case | confirmed_on | place | role | risk
        c1   | 2022-08-01   | hut   | home | no
        c2   | 2022-08-09   | hotel | work | no
        """,
        area_spells="""
        place  | level             | from       | until
        hut    | high              | 2022-08-01 | 2022-08-08
        hut    | medium_after_high | 2022-08-09 | 2022-08-11
        hotel  | medium            | 2022-08-09 | 2022-08-16
        county | low               | 2022-08-01 | 2022-08-16
        """,
    )
