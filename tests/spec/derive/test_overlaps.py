"""Several facts of one person: every fact starts its own run, the union binds, the heaviest is the status."""

import pytest

TWENTY = "cn-2022-11-11"


@pytest.mark.parametrize(
    ("on", "because", "restriction", "day"),
    [
        ("2022-11-15", "e1", "central_isolation", 3),
        ("2022-11-16", "e2", "central_isolation", 1),  # both central: the later end
        ("2022-11-17", "e2", "central_isolation", 2),
        ("2022-11-18", "e2", "central_isolation", 3),  # e1 is at home
        ("2022-11-20", "e2", "central_isolation", 5),  # the last day of e1
        ("2022-11-21", "e2", "home_isolation", 1),
        ("2022-11-23", "e2", "home_isolation", 3),
        ("2022-11-24", None, None, None),
    ],
)
def test_a_new_exposure_restarts_the_clock(example, on, because, restriction, day):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        e2    | p1     | exposed_to_case | 2022-11-15
        """,
        on=on,
        status=f"""
        person | because   | restriction   | phase_day
        p1     | {because} | {restriction} | {day}
        """
        if day
        else "none",
    )


def test_both_runs_stay_in_the_measures(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e2    | p1     | exposed_to_case | 2022-11-15
        e1    | p1     | exposed_to_case | 2022-11-12
        """,
        measures="""
        person | because | restriction       | from               | until
        p1     | e1      | central_isolation | 2022-11-12 + 1     | 2022-11-12 + 5
        p1     | e1      | home_isolation    | 2022-11-12 + 1 + 5 | 2022-11-12 + 5 + 3
        p1     | e2      | central_isolation | 2022-11-15 + 1     | 2022-11-15 + 5
        p1     | e2      | home_isolation    | 2022-11-15 + 1 + 5 | 2022-11-15 + 5 + 3
        """,
    )


@pytest.mark.parametrize(
    ("on", "measure", "restriction", "day", "because"),
    [
        ("2022-11-12", "inbound", "central_isolation", 1, "a1"),
        ("2022-11-13", "close_contact", "central_isolation", 1, "e1"),  # both central: until 17 is after 16
        ("2022-11-17", "close_contact", "central_isolation", 5, "e1"),  # the other is at home
        ("2022-11-18", "close_contact", "home_isolation", 1, "e1"),
        ("2022-11-20", "close_contact", "home_isolation", 3, "e1"),
    ],
)
def test_of_two_measures_the_heavier_then_the_later_end(example, on, measure, restriction, day, because):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        e1    | p1     | exposed_to_case     | 2022-11-12
        a1    | p1     | arrived_from_abroad | 2022-11-12
        """,
        on=on,
        status=f"""
        person | measure   | restriction   | phase_day | because
        p1     | {measure} | {restriction} | {day}     | {because}
        """,
    )


def test_a_heavier_measure_that_ends_sooner_is_the_status(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        h1    | p1     | left_high_risk_area | 2022-11-15
        e1    | p1     | exposed_to_case     | 2022-11-12
        """,
        on="2022-11-17",
        status="""
        person | measure       | restriction       | until      | because
        p1     | close_contact | central_isolation | 2022-11-17 | e1
        """,
    )
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        h1    | p1     | left_high_risk_area | 2022-11-15
        e1    | p1     | exposed_to_case     | 2022-11-12
        """,
        on="2022-11-18",
        status="""
        person | measure          | restriction    | until      | because
        p1     | high_risk_leaver | home_isolation | 2022-11-21 | h1
        """,
    )


def test_among_equal_ends_the_later_start(example):
    # Both at home until 18: from 12 (7 days) and from 16 (3 days).
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        h1    | p1     | left_high_risk_area  | 2022-11-12
        f1    | p1     | found_past_infection | 2022-11-15
        """,
        on="2022-11-17",
        status="""
        person | measure                | from       | until          | phase_day | because
        p1     | inbound_past_infection | 2022-11-16 | 2022-11-12 + 6 | 2         | f1
        """,
    )


def test_among_equals_the_first_measure_then_the_first_fact(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        a1    | p1     | arrived_from_abroad | 2022-11-13
        e1    | p1     | exposed_to_case     | 2022-11-12
        e9    | p2     | exposed_to_case     | 2022-11-12
        e10   | p2     | exposed_to_case     | 2022-11-12
        ex    | p3     | exposed_to_case     | 2022-11-12
        eX    | p3     | exposed_to_case     | 2022-11-12
        e_1   | p4     | exposed_to_case     | 2022-11-12
        e11   | p4     | exposed_to_case     | 2022-11-12
        """,
        on="2022-11-14",
        status="""
        person | measure       | from       | until      | because
        p1     | close_contact | 2022-11-13 | 2022-11-17 | e1
        p2     | close_contact | 2022-11-13 | 2022-11-17 | e10
        p3     | close_contact | 2022-11-13 | 2022-11-17 | eX
        p4     | close_contact | 2022-11-13 | 2022-11-17 | e11
        """,
    )


def test_people_do_not_touch_one_another(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        e2    | p2     | exposed_to_case | 2022-11-15

        case | person | confirmed_on
        c1   | p3     | 2022-11-14
        """,
        on="2022-11-18",
        status="""
        person | restriction        | because
        p1     | home_isolation     | e1
        p2     | central_isolation  | e2
        p3     | hospital_isolation | c1
        """,
    )
