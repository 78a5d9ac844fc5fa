"""The lifting clock on its boundary days and the days beside them, under three rulebooks."""

import pytest

from sizao.policy import chain

NINTH = chain("cn-2022-06-27")
TWENTY = "cn-2022-11-11"
TEN = "cn-2022-12-07"


@pytest.mark.parametrize(
    ("on", "clock"),
    [("11-11", None), ("11-12", 0), ("11-13", 1), ("11-16", 4), ("11-17", 5), ("11-18", None)],
)
def test_five_days_without_a_new_infection_under_the_twenty_measures(example, on, clock):
    example(
        TWENTY,
        """
        case | confirmed_on | place
        c1   | 2022-11-12   | stair
        """,
        on=f"2022-{on}",
        areas=f"""
        place  | on         | rulebook      | level | scope  | from       | until      | clock_day | because
        stair  | 2022-{on}  | cn-2022-11-11 | high  | unit   | 2022-11-12 | 2022-11-17 | {clock}   | c1
        county | 2022-{on}  | cn-2022-11-11 | low   | county | 2022-11-12 | 2022-11-17 |           | c1
        """
        if clock is not None
        else "none",
    )


@pytest.mark.parametrize(
    ("on", "level", "first", "until", "clock"),
    [
        ("07-31", None, None, None, None),
        ("08-01", "high", "08-01", "08-08", 0),
        ("08-07", "high", "08-01", "08-08", 6),
        ("08-08", "high", "08-01", "08-08", 7),
        ("08-09", "medium_after_high", "08-09", "08-11", 8),
        ("08-11", "medium_after_high", "08-09", "08-11", 10),
        ("08-12", None, None, None, None),
    ],
)
def test_seven_days_high_and_three_days_medium_under_the_ninth_plan(example, on, level, first, until, clock):
    clause = "第九版·高风险区" if level == "high" else "第九版·高风险区解除"
    garden = f"garden | {level} | 2022-{first} | 2022-{until} | {clock} | {clause} | c1"
    rest = "county | low | 2022-08-01 | 2022-08-11 | | 第九版·低风险区 | c1"
    example(
        NINTH,
        """
        case | confirmed_on | place
        c1   | 2022-08-01   | flat
        """,
        on=f"2022-{on}",
        areas=f"place | level | from | until | clock_day | clause | because\n{garden}\n{rest}" if level else "none",
    )


@pytest.mark.parametrize(
    ("on", "level"),
    [("08-01", "medium"), ("08-08", "medium"), ("08-09", None)],
)
def test_a_workplace_without_a_risk_of_spread_is_medium_for_seven_days(example, on, level):
    example(
        NINTH,
        """
        case | confirmed_on | place | role
        c1   | 2022-08-01   | mill  | work
        """,
        on=f"2022-{on}",
        areas="place | level | scope | from | until | clause\n"
        "mill | medium | factory | 2022-08-01 | 2022-08-08 | 第九版·中风险区\n"
        "other-county | low | county | 2022-08-01 | 2022-08-08 | 第九版·低风险区"
        if level
        else "none",
    )


@pytest.mark.parametrize(
    ("second", "spells"),
    [
        ("2022-11-12", "2022-11-12 | 2022-11-17 | c1 | c2"),
        ("2022-11-13", "2022-11-12 | 2022-11-18 | c1 | c2"),
        ("2022-11-16", "2022-11-12 | 2022-11-21 | c1 | c2"),
        ("2022-11-17", "2022-11-12 | 2022-11-22 | c1 | c2"),
        ("2022-11-18", "2022-11-12 | 2022-11-17 | c1 | c1\n 2022-11-18 | 2022-11-23 | c2 | c2"),
        ("2022-11-19", "2022-11-12 | 2022-11-17 | c1 | c1\n 2022-11-19 | 2022-11-24 | c2 | c2"),
    ],
)
def test_one_found_on_the_last_day_restarts_and_one_found_the_day_after_draws_anew(example, second, spells):
    example(
        chain(TWENTY),
        f"""
        case | confirmed_on | place
        c1   | 2022-11-12   | island
        c2   | {second}     | island
        """,
        area_spells=f"from | until | because | last_case\n{spells}",
    )


def test_each_new_infection_restarts_however_long_it_goes_on(example):
    example(
        chain(TWENTY),
        """
        case | confirmed_on | place
        c3   | 2022-11-21   | stair
        c1   | 2022-11-12   | stair
        c2   | 2022-11-17   | stair
        c4   | 2022-11-26   | stair
        """,
        on="2022-11-20",
        areas="""
        place  | from       | until      | clock_day | because | last_case
        stair  | 2022-11-12 | 2022-12-01 | 3         | c1      | c2
        county | 2022-11-12 | 2022-12-01 |           | c1      | c4
        """,
    )


@pytest.mark.parametrize("found_by", ["home_isolated_contact", "home_isolated_household"])
def test_a_positive_found_under_home_isolation_neither_restarts_nor_draws_under_the_ten_measures(example, found_by):
    example(
        chain(TEN),
        f"""
        case | confirmed_on | place  | found_by
        c1   | 2022-12-10   | flat   | screening
        c2   | 2022-12-14   | flat   | {found_by}
        c3   | 2022-12-14   | flat-2 | {found_by}
        """,
        on="2022-12-15",
        areas="""
        place  | level | scope     | from       | until      | clock_day | clause         | because | last_case
        flat   | high  | household | 2022-12-10 | 2022-12-15 | 5         | 第一条         | c1      | c1
        county | low   | county    | 2022-12-10 | 2022-12-15 |           | 二十条·二（四） | c1      | c1
        """,
    )


@pytest.mark.parametrize(
    ("found_by", "until"), [("home_isolated_contact", "2022-12-15"), ("screening", "2022-12-20")]
)
def test_others_found_on_the_last_day_restart_under_the_ten_measures(example, found_by, until):
    example(
        chain(TEN),
        f"""
        case | confirmed_on | place | found_by
        c1   | 2022-12-10   | stair |
        c2   | 2022-12-15   | stair | {found_by}
        """,
        area_spells=f"""
        place  | level | from       | until
        stair  | high  | 2022-12-10 | {until}
        county | low   | 2022-12-10 | {until}
        """,
    )


def test_what_the_ten_measures_pass_over_counted_until_the_day_before(example):
    example(
        chain(TEN),
        """
        case | confirmed_on | place  | found_by
        c1   | 2022-12-01   | island | clinic
        c2   | 2022-12-05   | island | home_isolated_contact
        """,
        area_spells="""
        rulebook      | level | from       | until      | because | last_case
        cn-2022-11-21 | high  | 2022-12-01 | 2022-12-06 | c1      | c2
        """,
    )


@pytest.mark.parametrize(
    ("second", "before"),
    [
        ("2022-08-09", ""),
        ("2022-08-10", "medium_after_high | 2022-08-09 | 2022-08-09 | c1"),
        ("2022-08-11", "medium_after_high | 2022-08-09 | 2022-08-10 | c1"),
    ],
)
def test_a_new_infection_on_each_day_of_the_step_down_draws_the_area_again(example, second, before):
    example(
        NINTH,
        f"""
        case | confirmed_on | place
        c1   | 2022-08-01   | island
        c2   | {second}     | island
        """,
        area_spells=f"""
        level             | from         | until         | because
        high              | 2022-08-01   | 2022-08-08    | c1
        high              | {second}     | {second} + 7  | c2
        medium_after_high | {second} + 8 | {second} + 10 | c2
        {before}
        """,
    )


def test_one_found_the_day_after_the_step_down_finds_a_free_place(example):
    example(
        NINTH,
        """
        case | confirmed_on | place
        c1   | 2022-08-01   | island
        c2   | 2022-08-12   | island
        """,
        area_spells="""
        level             | from       | until      | because | last_case
        high              | 2022-08-01 | 2022-08-08 | c1      | c1
        medium_after_high | 2022-08-09 | 2022-08-11 | c1      | c1
        high              | 2022-08-12 | 2022-08-19 | c2      | c2
        medium_after_high | 2022-08-20 | 2022-08-22 | c2      | c2
        """,
    )


def test_an_infection_of_a_lighter_level_during_the_step_down(example):
    """Medium is heavier than medium stepped down from high: it takes its place, and its own clock runs."""
    example(
        NINTH,
        """
        case | confirmed_on | place  | role | risk
        c1   | 2022-08-01   | mill   | work | yes
        c2   | 2022-08-10   | mill   | work | no
        """,
        area_spells="""
        place        | level             | from       | until      | because | last_case
        mill         | high              | 2022-08-01 | 2022-08-08 | c1      | c1
        mill         | medium_after_high | 2022-08-09 | 2022-08-09 | c1      | c1
        mill         | medium            | 2022-08-10 | 2022-08-17 | c2      | c2
        other-county | low               | 2022-08-01 | 2022-08-17 | c1      | c2
        """,
    )


def test_an_infection_of_a_lighter_level_does_not_restart_the_clock_of_a_stricter_one(example):
    example(
        NINTH,
        """
        case | confirmed_on | place  | role | risk
        c1   | 2022-08-01   | mill   | work | yes
        c2   | 2022-08-05   | mill   | work | no
        """,
        area_spells="""
        place        | level  | from       | until      | because | last_case
        mill         | high   | 2022-08-01 | 2022-08-08 | c1      | c1
        mill         | medium | 2022-08-09 | 2022-08-12 | c2      | c2
        other-county | low    | 2022-08-01 | 2022-08-12 | c1      | c2
        """,
    )


def test_an_infection_of_a_stricter_level_restarts_the_clock_of_a_lighter_one(example):
    """Medium from the first, high from the third: medium would last as long as the seven days after the third."""
    example(
        NINTH,
        """
        case | confirmed_on | place  | role | risk
        c1   | 2022-08-01   | mill   | work | no
        c2   | 2022-08-03   | mill   | work | yes
        """,
        area_spells="""
        place        | level             | from       | until      | because | last_case
        mill         | medium            | 2022-08-01 | 2022-08-02 | c1      | c2
        mill         | high              | 2022-08-03 | 2022-08-10 | c2      | c2
        mill         | medium_after_high | 2022-08-11 | 2022-08-13 | c2      | c2
        other-county | low               | 2022-08-01 | 2022-08-13 | c1      | c2
        """,
    )
