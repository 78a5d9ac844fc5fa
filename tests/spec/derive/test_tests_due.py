"""Tests due: the union over the measures that bind, one for each measure, up to the limit of the day's rulebook."""

from example import rulebook

TWENTY = "cn-2022-11-11"

TABLE = """
    measure  | kind     | day_1    | phase  | days | tests   | up_to
    contact  | exposed  | same_day | heavy  | 5    | 1 3 5   |
    contact  |          |          | light  | 3    | 1 2 3   |
    arrival  | arrived  | same_day | middle | 5    | 1 2 3 4 |
    worker   | worked   | same_day | light  | 5    | 1 3     |
    """

EVENTS = """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10
        a1    | p1     | arrived | 2022-01-10
        w1    | p1     | worked  | 2022-01-10
        u1    | p1     | unheard | 2022-01-10
        """


def test_the_test_days_of_a_run_and_the_days_between(example):
    example(
        TWENTY,
        """
        event | person          | kind            | occurred_on
        e20   | before          | exposed_to_case | 2022-11-20
        e19   | central_1       | exposed_to_case | 2022-11-19
        e18   | central_2       | exposed_to_case | 2022-11-18
        e17   | central_3       | exposed_to_case | 2022-11-17
        e16   | central_4_none  | exposed_to_case | 2022-11-16
        e15   | central_5       | exposed_to_case | 2022-11-15
        e14   | home_1          | exposed_to_case | 2022-11-14
        e13   | home_2_none     | exposed_to_case | 2022-11-13
        e12   | home_3          | exposed_to_case | 2022-11-12
        e11   | over            | exposed_to_case | 2022-11-11
        """,
        on="2022-11-20",
        tests_due="""
        person    | on         | measure       | phase             | phase_day | clause  | because
        central_1 | 2022-11-20 | close_contact | central_isolation | 1         | 二（一） | e19
        central_2 | 2022-11-20 | close_contact | central_isolation | 2         | 二（一） | e18
        central_3 | 2022-11-20 | close_contact | central_isolation | 3         | 二（一） | e17
        central_5 | 2022-11-20 | close_contact | central_isolation | 5         | 二（一） | e15
        home_1    | 2022-11-20 | close_contact | home_isolation    | 1         | 二（一） | e14
        home_3    | 2022-11-20 | close_contact | home_isolation    | 3         | 二（一） | e12
        """,
    )


def test_without_a_limit_every_measure_asks_for_its_own(example):
    book = rulebook("free", "2022-01-01", TABLE)
    example(
        [book],
        EVENTS,
        on="2022-01-12",
        tests_due="""
        person | measure | phase  | phase_day | clause       | because
        p1     | contact | heavy  | 3         | free contact | e1
        p1     | arrival | middle | 3         | free arrival | a1
        p1     | worker  | light  | 3         | free worker  | w1
        """,
    )


def test_a_limit_keeps_the_heaviest(example):
    book = rulebook("two", "2022-01-01", TABLE, tests_per_day=2)
    example([book], EVENTS, on="2022-01-10", tests_due="measure | phase_day\ncontact | 1\narrival | 1")
    example([book], EVENTS, on="2022-01-11", tests_due="measure | phase_day\narrival | 2")
    example([book], EVENTS, on="2022-01-12", tests_due="measure | phase_day\ncontact | 3\narrival | 3")
    example([book], EVENTS, on="2022-01-14", tests_due="measure | phase_day\ncontact | 5")
    example([book], EVENTS, on="2022-01-15", tests_due="measure | phase_day\ncontact | 1")


def test_the_heaviest_that_asks_not_the_heaviest_that_binds(example):
    # On the 11th contact is heavier and has no test: arrival's stands, although it is not the status.
    book = rulebook("one", "2022-01-01", TABLE, tests_per_day=1)
    example(
        [book],
        EVENTS,
        on="2022-01-11",
        status="measure | restriction\ncontact | heavy",
        tests_due="measure | phase_day\narrival | 2",
    )


def test_two_runs_of_one_measure_ask_once_for_the_heavier(example):
    # On the 15th: the first run is light, day 1; the second heavy, day 3. On the 16th only the first asks (light 2).
    book = rulebook("free", "2022-01-01", TABLE)
    facts = """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10
        e2    | p1     | exposed | 2022-01-13
        """
    example([book], facts, on="2022-01-15", tests_due="phase | phase_day | because\nheavy | 3 | e2")
    example([book], facts, on="2022-01-16", tests_due="phase | phase_day | because\nlight | 2 | e1")


def test_a_test_day_on_which_the_run_no_longer_binds_asks_nothing(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12

        case | person | confirmed_on
        c1   | p1     | 2022-11-15
        """,
        on="2022-11-15",
        tests_due="none",
    )


def test_tests_until_discharge_end_with_the_case(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind           | day_1    | phase | days      | tests | up_to
        case    | case/confirmed | same_day | heavy | discharge | 1 3 5 |
        """,
    )
    facts = """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-10   | 2022-01-14
        c2   | p2     | 2022-01-10   |
        """
    example([book], facts, on="2022-01-12", tests_due="person | phase_day\np1 | 3\np2 | 3")
    example([book], facts, on="2022-01-14", tests_due="person | phase_day\np2 | 5")


def test_a_test_already_taken_is_still_due(example):
    # What is due follows from the rules alone; what was done is compared elsewhere.
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        e1    | p1     | left_high_risk_area | 2022-11-20

        test | person | sampled_on
        t1   | p1     | 2022-11-20
        """,
        on="2022-11-20",
        tests_due="person | measure\np1 | high_risk_leaver",
    )
