"""Follow-up of contacts of Ebola virus disease: 21 daily visits from the day after the last exposure."""

import pytest

EBOLA = "who-ebola"


@pytest.mark.parametrize(
    ("on", "day"),
    [
        ("2014-10-01", None),
        ("2014-10-02", 1),
        ("2014-10-03", 2),
        ("2014-10-21", 20),
        ("2014-10-22", 21),
        ("2014-10-23", None),
    ],
)
def test_a_visit_on_each_of_21_days(example, on, day):
    example(
        EBOLA,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2014-10-01
        """,
        on=on,
        status=f"""
        person | rulebook  | phase     | phase_day | restriction       | from           | until           | because
        p1     | who-ebola | follow_up | {day}     | health_monitoring | 2014-10-01 + 1 | 2014-10-01 + 21 | e1
        """
        if day
        else "none",
        tests_due=f"""
        person | on   | measure | phase     | phase_day | clause                | because
        p1     | {on} | contact | follow_up | {day}     | follow-up of contacts | e1
        """
        if day
        else "none",
    )


def test_a_new_exposure_starts_the_21_days_again_with_one_visit_a_day(example):
    facts = """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2014-10-01
        e2    | p1     | exposed_to_case | 2014-10-15
        """
    example(EBOLA, facts, on="2014-10-15", tests_due="phase_day | because\n14 | e1")
    example(EBOLA, facts, on="2014-10-16", tests_due="phase_day | because\n1 | e2")
    example(EBOLA, facts, on="2014-10-22", tests_due="phase_day | because\n7 | e2")
    example(EBOLA, facts, on="2014-11-05", tests_due="phase_day | because\n21 | e2")
    example(EBOLA, facts, on="2014-11-06", tests_due="none")


def test_a_contact_who_falls_ill_is_a_case_until_discharge_and_not_visited(example):
    example(
        EBOLA,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2014-10-01

        case | person | confirmed_on | died_on
        c1   | p1     | 2014-10-09   | 2014-10-14
        """,
        on="2014-10-09",
        measures="""
        person | measure | phase              | from       | until      | because
        p1     | contact | follow_up          | 2014-10-02 | 2014-10-08 | e1
        p1     | case    | hospital_isolation | 2014-10-09 | 2014-10-13 | c1
        """,
        tests_due="none",
    )


def test_two_laboratory_samples_a_day_are_not_two_visits(example):
    # The limit is on visits, which stand in follow_ups.
    example(
        EBOLA,
        """
        test | person | sampled_on
        v1   | p1     | 2014-10-02
        v2   | p1     | 2014-10-02
        """,
        excesses="none",
    )


def test_exposures_before_the_rulebook_are_followed_from_its_first_day(example):
    example(
        EBOLA,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2014-08-11
        e2    | p2     | exposed_to_case | 2014-08-10
        """,
        on="2014-09-01",
        tests_due="""
        person | phase_day
        p1     | 21
        """,
    )
