"""Becoming a case: under the case measure until the day before discharge, and out of what earlier facts asked."""

import pytest
from example import rulebook

TWENTY = "cn-2022-11-11"

EXPOSED_THEN_CASE = """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12

        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-11-15   | 2022-11-18
        """


def test_a_case_cuts_the_run_and_it_does_not_come_back(example):
    # Home isolation (18 to 20) would follow the discharge on 18: it does not.
    example(
        TWENTY,
        EXPOSED_THEN_CASE,
        measures="""
        measure       | restriction        | from           | until      | clause               | because
        close_contact | central_isolation  | 2022-11-12 + 1 | 2022-11-14 | 二（一）               | e1
        case          | hospital_isolation | 2022-11-15     | 2022-11-17 | 第九版·感染者（沿用） | c1
        """,
    )


@pytest.mark.parametrize(
    ("on", "restriction", "day", "until"),
    [
        ("2022-11-14", "central_isolation", 2, "2022-11-14"),
        ("2022-11-15", "hospital_isolation", 1, "2022-11-17"),
        ("2022-11-17", "hospital_isolation", 3, "2022-11-17"),
        ("2022-11-18", None, None, None),
    ],
)
def test_the_days_beside_confirmation_and_discharge(example, on, restriction, day, until):
    example(
        TWENTY,
        EXPOSED_THEN_CASE,
        on=on,
        status=f"""
        person | restriction   | phase_day | until
        p1     | {restriction} | {day}     | {until}
        """
        if day
        else "none",
    )


def test_a_case_without_discharge_has_no_end(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2023-05-01

        case | person | confirmed_on | classification
        c1   | p1     | 2022-11-15   | asymptomatic
        """,
        on="2023-05-03",
        status="""
        person | measure | restriction        | phase_day      | from       | until | because
        p1     | case    | hospital_isolation | 16 + 31 + 31 + 28 + 31 + 30 + 3 | 2022-11-15 |  | c1
        """,
        measures="""
        person | measure | from       | until | because
        p1     | case    | 2022-11-15 |       | c1
        """,
    )


def test_facts_around_the_discharge(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        e14   | p14    | exposed_to_case     | 2022-11-14
        e15   | p15    | exposed_to_case     | 2022-11-15
        e17   | p17    | exposed_to_case     | 2022-11-17
        e18   | p18    | exposed_to_case     | 2022-11-18
        a18   | p18    | arrived_from_abroad | 2022-11-18
        e19   | p19    | exposed_to_case     | 2022-11-19

        case | person | confirmed_on | discharged_on
        c14  | p14    | 2022-11-15   | 2022-11-18
        c15  | p15    | 2022-11-15   | 2022-11-18
        c17  | p17    | 2022-11-15   | 2022-11-18
        c18  | p18    | 2022-11-15   | 2022-11-18
        c19  | p19    | 2022-11-15   | 2022-11-18
        """,
        measures="""
        person | restriction        | from           | until              | because
        p14    | hospital_isolation | 2022-11-15     | 2022-11-17         | c14
        p15    | hospital_isolation | 2022-11-15     | 2022-11-17         | c15
        p17    | hospital_isolation | 2022-11-15     | 2022-11-17         | c17
        p18    | hospital_isolation | 2022-11-15     | 2022-11-17         | c18
        p18    | central_isolation  | 2022-11-18 + 1 | 2022-11-18 + 5     | e18
        p18    | home_isolation     | 2022-11-18 + 6 | 2022-11-18 + 5 + 3 | e18
        p18    | central_isolation  | 2022-11-18     | 2022-11-18 + 4     | a18
        p18    | home_isolation     | 2022-11-18 + 5 | 2022-11-18 + 4 + 3 | a18
        p19    | hospital_isolation | 2022-11-15     | 2022-11-17         | c19
        p19    | central_isolation  | 2022-11-19 + 1 | 2022-11-19 + 5     | e19
        p19    | home_isolation     | 2022-11-19 + 6 | 2022-11-19 + 5 + 3 | e19
        """,
    )


def test_a_run_that_was_over_before_the_case_stays(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        e2    | p2     | exposed_to_case | 2022-11-12

        case | person | confirmed_on
        c1   | p1     | 2022-11-21
        c2   | p2     | 2022-11-20
        """,
        measures="""
        person | restriction        | from       | until      | because
        p1     | central_isolation  | 2022-11-13 | 2022-11-17 | e1
        p1     | home_isolation     | 2022-11-18 | 2022-11-20 | e1
        p1     | hospital_isolation | 2022-11-21 |            | c1
        p2     | central_isolation  | 2022-11-13 | 2022-11-17 | e2
        p2     | home_isolation     | 2022-11-18 | 2022-11-19 | e2
        p2     | hospital_isolation | 2022-11-20 |            | c2
        """,
    )


def test_death_ends_a_case_as_discharge_does_and_the_earlier_counts(example):
    example(
        TWENTY,
        """
        case | person | confirmed_on | discharged_on | died_on
        c1   | died   | 2022-11-15   |               | 2022-11-20
        c2   | both   | 2022-11-15   | 2022-11-18    | 2022-11-20
        c3   | both_2 | 2022-11-15   | 2022-11-20    | 2022-11-18
        """,
        measures="""
        person | from       | until
        died   | 2022-11-15 | 2022-11-19
        both   | 2022-11-15 | 2022-11-17
        both_2 | 2022-11-15 | 2022-11-17
        """,
    )


def test_whoever_died_before_confirmation_is_held_by_nothing_from_the_death_on(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12

        case | person | confirmed_on | died_on
        c1   | p1     | 2022-11-20   | 2022-11-16
        """,
        measures="""
        person | measure       | from       | until      | because
        p1     | close_contact | 2022-11-13 | 2022-11-15 | e1
        """,
    )


def test_a_measure_of_some_days_ends_with_the_case_if_that_comes_first(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind              | day_1    | phase  | days      | tests | up_to
        case    | case/confirmed    | same_day | heavy  | 5         |       |
        case    |                   |          | middle | 3         |       |
        silent  | case/asymptomatic | day_after| middle | 2         |       |
        silent  |                   |          | light  | discharge |       |
        """,
    )
    example(
        [book],
        """
        case | person | classification | confirmed_on | discharged_on
        c1   | p1     | confirmed      | 2022-01-10   |
        c2   | p2     | confirmed      | 2022-01-10   | 2022-01-16
        c3   | p3     | confirmed      | 2022-01-10   | 2022-01-13
        c4   | p4     | asymptomatic   | 2022-01-10   | 2022-01-15
        c5   | p5     | asymptomatic   | 2022-01-10   | 2022-01-11
        c6   | p6     | asymptomatic   | 2022-01-10   |
        """,
        measures="""
        person | restriction | from               | until
        p1     | heavy       | 2022-01-10         | 2022-01-10 + 4
        p1     | middle      | 2022-01-10 + 5     | 2022-01-10 + 4 + 3
        p2     | heavy       | 2022-01-10         | 2022-01-10 + 4
        p2     | middle      | 2022-01-10 + 5     | 2022-01-15
        p3     | heavy       | 2022-01-10         | 2022-01-12
        p4     | middle      | 2022-01-10 + 1     | 2022-01-10 + 2
        p4     | light       | 2022-01-10 + 1 + 2 | 2022-01-14
        p6     | middle      | 2022-01-10 + 1     | 2022-01-10 + 2
        p6     | light       | 2022-01-10 + 1 + 2 |
        """,
    )


def test_a_case_discharged_on_the_day_of_confirmation_binds_no_day_but_cuts(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        e2    | p1     | exposed_to_case | 2022-11-15

        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-11-15   | 2022-11-15
        """,
        measures="""
        person | restriction       | from           | until              | because
        p1     | central_isolation | 2022-11-12 + 1 | 2022-11-14         | e1
        p1     | central_isolation | 2022-11-15 + 1 | 2022-11-15 + 5     | e2
        p1     | home_isolation    | 2022-11-15 + 6 | 2022-11-15 + 5 + 3 | e2
        """,
    )


def test_between_two_cases_only_the_later_cuts_and_before_both_the_earlier(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e0    | p1     | exposed_to_case | 2022-11-11
        e1    | p1     | exposed_to_case | 2022-11-18

        case | person | confirmed_on | discharged_on
        c2   | p1     | 2022-11-21   | 2022-11-25
        c1   | p1     | 2022-11-13   | 2022-11-16
        """,
        measures="""
        person | restriction        | from           | until      | because
        p1     | central_isolation  | 2022-11-11 + 1 | 2022-11-12 | e0
        p1     | hospital_isolation | 2022-11-13     | 2022-11-15 | c1
        p1     | central_isolation  | 2022-11-18 + 1 | 2022-11-20 | e1
        p1     | hospital_isolation | 2022-11-21     | 2022-11-24 | c2
        """,
    )


def test_overlapping_cases_each_bind_and_the_later_end_is_the_status(example):
    facts = """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-11-13   | 2022-11-18
        c2   | p1     | 2022-11-15   | 2022-11-20
        """
    example(
        TWENTY,
        facts,
        on="2022-11-16",
        status="""
        person | phase_day | until      | because
        p1     | 2         | 2022-11-19 | c2
        """,
    )
    example(
        TWENTY,
        facts,
        on="2022-11-14",
        status="""
        person | phase_day | until      | because
        p1     | 2         | 2022-11-17 | c1
        """,
    )


def test_a_case_cuts_all_that_earlier_facts_asked(example):
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        e1    | p1     | exposed_to_case      | 2022-11-12
        a1    | p1     | arrived_from_abroad  | 2022-11-12
        h1    | p1     | left_high_risk_area  | 2022-11-13
        w1    | p1     | finished_closed_loop | 2022-11-13
        u1    | p1     | met_a_traveller      | 2022-11-13

        case | person | confirmed_on | classification
        c1   | p1     | 2022-11-14   | asymptomatic
        """,
        measures="""
        person | measure          | from       | until      | because
        p1     | close_contact    | 2022-11-13 | 2022-11-13 | e1
        p1     | inbound          | 2022-11-12 | 2022-11-13 | a1
        p1     | high_risk_leaver | 2022-11-13 | 2022-11-13 | h1
        p1     | undecided        | 2022-11-13 | 2022-11-13 | u1
        p1     | case             | 2022-11-14 |            | c1
        """,
    )
