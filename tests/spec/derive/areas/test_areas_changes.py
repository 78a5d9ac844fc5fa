"""Areas where rulebooks change, where cases are corrected, and what was known when."""

import pytest
from area_example import book

from sizao.policy import chain

TWENTY = chain("cn-2022-11-11")
TEN = chain("cn-2022-12-07")
NEW_YEAR = chain("cn-2023-01-08")


@pytest.mark.parametrize(
    ("on", "areas"),
    [
        (
            "2022-11-10",
            "mill | medium | 2022-11-08 | 2022-11-10 | 第九版·中风险区\n"
            "other-county | low | 2022-11-08 | 2022-11-10 | 第九版·低风险区",
        ),
        ("2022-11-11", None),
    ],
)
def test_medium_lapses_on_11_november(example, on, areas):
    example(
        TWENTY,
        """
        case | confirmed_on | place | role
        c1   | 2022-11-08   | mill  | work
        """,
        on=on,
        areas=f"place | level | from | until | clause\n{areas}" if areas else "none",
    )


def test_an_area_that_had_stepped_down_to_medium_lapses_too(example):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-02   | island
        """,
        area_spells="""
        rulebook      | level             | from       | until
        cn-2022-06-27 | high              | 2022-11-02 | 2022-11-09
        cn-2022-06-27 | medium_after_high | 2022-11-10 | 2022-11-10
        """,
    )


@pytest.mark.parametrize(
    ("found", "until"), [("2022-11-05", None), ("2022-11-06", "2022-11-11"), ("2022-11-10", "2022-11-15")]
)
def test_a_high_area_is_drawn_anew_under_the_twenty_measures_narrower_and_for_five_days(example, found, until):
    anew = f"stair | cn-2022-11-11 | high | 2022-11-11 | {until} | c1" if until else ""
    rest = f"county | cn-2022-11-11 | low | 2022-11-11 | {until} | c1" if until else ""
    example(
        TWENTY,
        f"""
        case | confirmed_on | place
        c1   | {found}      | flat
        """,
        area_spells=f"""
        place  | rulebook      | level | from       | until      | because
        garden | cn-2022-06-27 | high  | {found}    | 2022-11-10 | c1
        county | cn-2022-06-27 | low   | {found}    | 2022-11-10 | c1
        {anew}
        {rest}
        """,
    )


def test_an_amendment_without_a_change_goes_on_as_before(example):
    """The Twenty Measures, the plan of 21 November and the Ten Measures all lift after five days."""
    example(
        TEN,
        """
        case | confirmed_on | place
        c1   | 2022-11-18   | island
        c2   | 2022-11-23   | island
        """,
        on="2022-11-22",
        areas="place | rulebook | from | until | clock_day\nisland | cn-2022-11-21 | 2022-11-21 | 2022-11-28 | 4",
        area_spells="""
        rulebook      | from       | until      | clause           | because | last_case
        cn-2022-11-11 | 2022-11-18 | 2022-11-20 | 二（四）         | c1      | c1
        cn-2022-11-21 | 2022-11-21 | 2022-11-28 | 风险区方案·高风险区 | c1      | c2
        """,
    )


def test_no_areas_after_8_january_2023(example):
    infections = """
        case | confirmed_on | place
        c1   | 2023-01-07   | island
        c2   | 2023-01-09   | island
        """
    example(NEW_YEAR, infections, on="2023-01-07", areas="place | level | until\nisland | high | 2023-01-07")
    example(NEW_YEAR, infections, on="2023-01-08", areas="none")
    example(NEW_YEAR, infections, on="2023-01-09", areas="none")
    example(NEW_YEAR, infections, area_spells="level | from | until\nhigh | 2023-01-07 | 2023-01-07")


def test_nothing_before_the_first_rulebook_but_infections_of_that_time_count(example):
    infections = """
        case | confirmed_on | place
        c1   | 2022-06-25   | island
        """
    example("cn-2022-06-27", infections, on="2022-06-26", areas="none")
    example(
        "cn-2022-06-27",
        infections,
        area_spells="""
        level             | from       | until
        high              | 2022-06-27 | 2022-07-02
        medium_after_high | 2022-07-03 | 2022-07-05
        """,
    )


HEAD = "level | around | scope | days | to | rest_of | ignoring"
SHORT = book("short", "2022-01-01", f"{HEAD}\nlight | | | | | |\ndark | home work | building | 3 | light | |")


def longer(around="home work", scope="building", effective="2022-01-11", replaces=SHORT, name="longer"):
    table = f"{HEAD}\nlight | | | | | |\ndark | {around} | {scope} | 7 | light | |"
    return book(name, effective, table, replaces=replaces)


@pytest.mark.parametrize(
    ("scope", "area", "until"),
    [
        ("building", "block", "2022-01-12"),  # found on the 9th: three days under the older rulebook
        ("unit", "stair", "2022-01-12"),  # within the place that the older one drew
        ("compound", "garden", "2022-01-16"),  # wider: the older one did not draw it
    ],
)
def test_a_longer_rulebook_holds_nothing_longer_that_was_drawn_before_it(example, scope, area, until):
    example(
        [SHORT, longer(scope=scope)],
        """
        case | confirmed_on | place
        c1   | 2022-01-09   | stair
        """,
        area_spells=f"""
        place  | rulebook | from       | until      | because
        block  | short    | 2022-01-09 | 2022-01-10 | c1
        {area} | longer   | 2022-01-11 | {until}    | c1
        """,
    )


def test_what_had_ended_before_the_change_does_not_come_back(example):
    example(
        [SHORT, longer()],
        """
        case | confirmed_on | place
        c1   | 2022-01-06   | block
        """,
        area_spells="place | rulebook | from | until\nblock | short | 2022-01-06 | 2022-01-09",
    )


@pytest.mark.parametrize(
    ("second", "spells"),
    [
        # found on the last day of the cap: the clock of the newer rulebook
        ("2022-01-12", "longer | 2022-01-11 | 2022-01-19 | c1 | c2"),
        # the day after: free for a moment, and drawn anew
        ("2022-01-13", "longer | 2022-01-11 | 2022-01-12 | c1 | c1\nlonger | 2022-01-13 | 2022-01-20 | c2 | c2"),
        ("2022-01-15", "longer | 2022-01-11 | 2022-01-12 | c1 | c1\nlonger | 2022-01-15 | 2022-01-22 | c2 | c2"),
    ],
)
def test_an_infection_after_the_change_runs_under_the_newer_clock(example, second, spells):
    example(
        [SHORT, longer()],
        f"""
        case | confirmed_on | place
        c1   | 2022-01-09   | block
        c2   | {second}     | block
        """,
        area_spells=f"""
        rulebook | from       | until      | because | last_case
        short    | 2022-01-09 | 2022-01-10 | c1      | c1
        {spells}
        """,
    )


def test_the_cap_holds_through_a_third_rulebook(example):
    middle = longer()
    last = longer(effective="2022-01-12", replaces=middle, name="last")
    example(
        [SHORT, middle, last],
        """
        case | confirmed_on | place
        c1   | 2022-01-09   | block
        """,
        area_spells="""
        rulebook | from       | until
        short    | 2022-01-09 | 2022-01-10
        longer   | 2022-01-11 | 2022-01-11
        last     | 2022-01-12 | 2022-01-12
        """,
    )


def test_what_the_older_rulebook_drew_nothing_for_has_no_cap(example):
    example(
        [SHORT, longer(around="home work activity")],
        """
        case | confirmed_on | place | role     | risk
        c1   | 2022-01-06   | hotel | activity | yes
        """,
        area_spells="place | rulebook | from | until\nhotel | longer | 2022-01-11 | 2022-01-13",
    )


def test_a_place_that_was_too_wide_for_the_older_rulebook_has_no_cap(example):
    example(
        [SHORT, longer(scope="building compound")],
        """
        case | confirmed_on | place
        c1   | 2022-01-06   | garden
        """,
        area_spells="place | rulebook | from | until\ngarden | longer | 2022-01-11 | 2022-01-13",
    )


def test_the_days_of_stepping_down_count_as_held(example):
    """Three days dark and four light under the older: the newer may hold the place until both are over."""
    steps = f"{HEAD}\nfree | | | | | |\nlight | | | 4 | free | |\ndark | home | | 3 | light | |"
    example(
        [book("steps", "2022-01-01", steps), longer()],
        """
        case | confirmed_on | place
        c1   | 2022-01-06   | block
        """,
        area_spells="""
        rulebook | level | from       | until      | clause
        steps    | dark  | 2022-01-06 | 2022-01-09 | steps dark
        steps    | light | 2022-01-10 | 2022-01-10 | steps lifts dark
        longer   | dark  | 2022-01-11 | 2022-01-13 | longer dark
        """,
    )


def test_a_step_down_does_not_come_back_after_a_level_drawn_over_it(example):
    """Found where a case had worked, three days into ten days of stepping down: medium for two days, then free."""
    long_steps = book(
        "long",
        "2022-01-01",
        f"{HEAD}\nfree | | | | | |\nlight | | | 10 | free | |\nmedium | work | | 2 | free | |\n"
        "dark | home work | | 1 | light | |",
    )
    example(
        [long_steps],
        """
        case | confirmed_on | place | role | risk
        c1   | 2022-01-10   | mill  | home | no
        c2   | 2022-01-14   | mill  | work | no
        """,
        area_spells="""
        level  | from       | until
        dark   | 2022-01-10 | 2022-01-11
        light  | 2022-01-12 | 2022-01-13
        medium | 2022-01-14 | 2022-01-16
        """,
    )


def test_a_lighter_level_drawn_during_the_step_down_does_not_end_it(example):
    steps = book(
        "steps",
        "2022-01-01",
        f"{HEAD}\nfree | | | | | |\npale | work | | 9 | free | |\nlight | | | 3 | free | |\n"
        "dark | home work | | 1 | light | |",
    )
    example(
        [steps],
        """
        case | confirmed_on | place | role | risk
        c1   | 2022-01-10   | mill  | home | no
        c2   | 2022-01-13   | mill  | work | no
        """,
        area_spells="""
        level | from       | until
        dark  | 2022-01-10 | 2022-01-11
        light | 2022-01-12 | 2022-01-14
        pale  | 2022-01-15 | 2022-01-22
        """,
    )


def test_a_level_that_nothing_lifts_has_no_end(example):
    endless = book("endless", "2022-01-01", f"{HEAD}\ndark | home | | | | |")
    example(
        [endless],
        """
        case | confirmed_on | place
        c1   | 2022-01-10   | block
        c2   | 2022-03-10   | block
        """,
        areas="level | from | until | clock_day | last_case\ndark | 2022-01-10 | | 255 | c2",
    )


def test_only_what_was_recorded_by_then_counts(example):
    infections = """
        case | confirmed_on | place  | recorded_at
        c1   | 2022-11-12   | island | 2022-11-12T20:00:00+08:00
        c2   | 2022-11-15   | island | 2022-11-18T09:00:00+08:00
        """
    for known, spell in (
        ("2022-11-12T19:59:59+08:00", None),
        ("2022-11-12T20:00:00+08:00", "2022-11-12 | 2022-11-17 | c1"),
        ("2022-11-18T08:59:59+08:00", "2022-11-12 | 2022-11-17 | c1"),
        ("2022-11-18T09:00:00+08:00", "2022-11-12 | 2022-11-20 | c2"),
    ):
        rows = f"from | until | last_case\n{spell}" if spell else "none"
        example(TWENTY, infections, known_at=known, area_spells=rows)


def test_the_latest_version_of_a_case_moves_its_areas(example):
    infections = """
        case | confirmed_on | place  | found_by  | recorded_at
        c1   | 2022-11-12   | island | screening | 2022-11-12T20:00:00+08:00
        c1   | 2022-11-14   | island | clinic    | 2022-11-15T20:00:00+08:00
        """
    example(
        TWENTY, infections, known_at="2022-11-15T19:00:00+08:00", area_spells="from | until\n2022-11-12 | 2022-11-17"
    )
    example(TWENTY, infections, area_spells="from | until\n2022-11-14 | 2022-11-19")


def test_after_the_cap_one_found_inside_does_not_hold_the_wider_area(example):
    """The building was free from the 13th on; the one found then draws only the unit that it is found in."""
    scope = "unit building"
    short = book("short", "2022-01-01", f"{HEAD}\nlight | | | | | |\ndark | home | {scope} | 3 | light | |")
    example(
        [short, longer(scope=scope, replaces=short)],
        """
        case | confirmed_on | place
        c1   | 2022-01-09   | block
        c2   | 2022-01-13   | stair
        """,
        area_spells="""
        place  | rulebook | from       | until      | because | last_case
        block  | short    | 2022-01-09 | 2022-01-10 | c1      | c1
        block  | longer   | 2022-01-11 | 2022-01-12 | c1      | c1
        stair  | longer   | 2022-01-13 | 2022-01-20 | c2      | c2
        """,
    )


STEPS = f"{HEAD}\nfree | | | | | |\nlight | activity | | 6 | free | |\nmedium | work | | 1 | free | |"
STEPS = book("steps", "2022-01-01", f"{STEPS}\ndark | home work activity | | 4 | light | |")
CUT = "light | 2022-01-15 | 2022-01-15 | steps lifts dark"


@pytest.mark.parametrize(
    ("role", "found", "spells"),
    [
        # drawn during the clock of the stricter level: what that steps down to follows all the same
        ("work", "2022-01-13", "light | 2022-01-15 | 2022-01-20 | steps lifts dark"),
        # drawn during the step-down: the place has its own clock again
        ("work", "2022-01-16", f"{CUT}\nmedium | 2022-01-16 | 2022-01-17 | steps medium"),
        ("activity", "2022-01-16", f"{CUT}\nlight | 2022-01-16 | 2022-01-22 | steps light"),
    ],
)
def test_a_place_that_is_drawn_again_at_another_level(example, role, found, spells):
    example(
        [STEPS],
        f"""
        case | confirmed_on | place | role   | risk
        c1   | 2022-01-10   | mill  | home   | no
        c2   | {found}      | mill  | {role} | no
        """,
        area_spells=f"""
        level | from       | until      | clause
        dark  | 2022-01-10 | 2022-01-14 | steps dark
        {spells}
        """,
    )
