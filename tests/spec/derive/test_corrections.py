"""Facts are corrected only by later facts: voids, replacements, versions; and what was known at an instant."""

import pytest

TWENTY = "cn-2022-11-11"


def test_a_void_takes_a_fact_back(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on | voids
        e1    | p1     | exposed_to_case | 2022-11-12  |
        v1    | p1     | void            | 2022-11-12  | e1
        e2    | p1     | exposed_to_case | 2022-11-10  |
        """,
        measures="""
        person | restriction       | from       | until      | because
        p1     | central_isolation | 2022-11-11 | 2022-11-15 | e2
        p1     | home_isolation    | 2022-11-16 | 2022-11-18 | e2
        """,
        undecided="none",
    )


def test_a_replacement_takes_a_fact_back_and_counts_itself(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids
        e1    | p1     | exposed_to_case     | 2022-11-12  |
        r1    | p1     | exposed_to_case     | 2022-11-14  | e1
        e2    | p2     | exposed_to_case     | 2022-11-12  |
        r2    | p2     | left_high_risk_area | 2022-11-12  | e2
        """,
        measures="""
        person | measure          | restriction       | from           | until              | because
        p1     | close_contact    | central_isolation | 2022-11-14 + 1 | 2022-11-14 + 5     | r1
        p1     | close_contact    | home_isolation    | 2022-11-14 + 6 | 2022-11-14 + 5 + 3 | r1
        p2     | high_risk_leaver | home_isolation    | 2022-11-12     | 2022-11-12 + 6     | r2
        """,
    )


def test_of_a_chain_of_replacements_only_the_last_counts(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids
        e1    | p1     | left_high_risk_area | 2022-11-12  |
        e2    | p1     | left_high_risk_area | 2022-11-13  | e1
        e3    | p1     | left_high_risk_area | 2022-11-14  | e2
        """,
        measures="""
        person | from       | until          | because
        p1     | 2022-11-14 | 2022-11-14 + 6 | e3
        """,
    )


def test_taking_back_a_void_or_a_replacement_does_not_bring_the_first_back(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids
        e1    | p1     | left_high_risk_area | 2022-11-12  |
        v1    | p1     | void                | 2022-11-12  | e1
        w1    | p1     | void                | 2022-11-12  | v1
        e2    | p2     | left_high_risk_area | 2022-11-12  |
        r2    | p2     | left_high_risk_area | 2022-11-13  | e2
        w2    | p2     | void                | 2022-11-13  | r2
        e3    | p3     | left_high_risk_area | 2022-11-12  |
        v3    | p3     | void                | 2022-11-12  | e3
        r3    | p3     | left_high_risk_area | 2022-11-14  | v3
        """,
        measures="""
        person | from       | until          | because
        p3     | 2022-11-14 | 2022-11-14 + 6 | r3
        """,
    )


def test_a_void_of_something_unknown_changes_nothing_and_a_replacement_of_it_counts(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids
        e1    | p1     | left_high_risk_area | 2022-11-12  |
        v1    | p1     | void                | 2022-11-12  | e404
        r2    | p2     | left_high_risk_area | 2022-11-13  | e404
        v3    | p3     | void                | 2022-11-13  |
        """,
        measures="""
        person | from       | until          | because
        p1     | 2022-11-12 | 2022-11-12 + 6 | e1
        p2     | 2022-11-13 | 2022-11-13 + 6 | r2
        """,
        undecided="none",
    )


def test_a_fact_recorded_for_the_wrong_person_is_replaced_by_one_for_the_right_one(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids
        e1    | wrong  | left_high_risk_area | 2022-11-12  |
        r1    | right  | left_high_risk_area | 2022-11-12  | e1
        """,
        measures="""
        person | from       | until          | because
        right  | 2022-11-12 | 2022-11-12 + 6 | r1
        """,
    )


@pytest.mark.parametrize(
    ("known_at", "because", "until"),
    [
        ("2022-11-12T17:59:59+08:00", None, None),
        ("2022-11-12T18:00:00+08:00", "e1", "2022-11-12 + 6"),  # recorded by then: the very instant counts
        ("2022-11-12T10:00:00+00:00", "e1", "2022-11-12 + 6"),  # the same instant elsewhere
        ("2022-11-14T08:59:59+08:00", "e1", "2022-11-12 + 6"),
        ("2022-11-14T09:00:00+08:00", "r1", "2022-11-13 + 6"),
        ("2022-11-15T09:00:00+08:00", None, None),
    ],
)
def test_only_what_was_recorded_by_an_instant_is_known(example, known_at, because, until):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on | voids | recorded_at
        e1    | p1     | left_high_risk_area | 2022-11-12  |       | 2022-11-12T18:00:00+08:00
        r1    | p1     | left_high_risk_area | 2022-11-13  | e1    | 2022-11-14T09:00:00+08:00
        v1    | p1     | void                | 2022-11-13  | r1    | 2022-11-15T09:00:00+08:00
        """,
        known_at=known_at,
        measures=f"""
        person | because   | until
        p1     | {because} | {until}
        """
        if because
        else "none",
    )


@pytest.mark.parametrize(
    ("known_at", "rows"),
    [
        ("2022-11-15T00:00:00+08:00", ["c1 | 2022-11-14 |           "]),
        ("2022-11-20T00:00:00+08:00", ["c1 | 2022-11-14 | 2022-11-19"]),
        ("2022-11-22T00:00:00+08:00", ["c1 | 2022-11-13 |           "]),  # the discharge was an error, and the date
    ],
)
def test_the_latest_version_of_a_case_recorded_by_an_instant_holds(example, known_at, rows):
    example(
        TWENTY,
        """
        case | person | confirmed_on | discharged_on | recorded_at
        c1   | p1     | 2022-11-13   |               | 2022-11-21T20:00:00+08:00
        c1   | p1     | 2022-11-14   |               | 2022-11-14T20:00:00+08:00
        c1   | p1     | 2022-11-14   | 2022-11-20    | 2022-11-19T20:00:00+08:00
        """,
        known_at=known_at,
        measures="\n".join(["because | from | until", *rows]),
    )


def test_a_case_moved_to_another_person_cuts_there(example):
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        e1    | wrong  | left_high_risk_area | 2022-11-12
        e2    | right  | left_high_risk_area | 2022-11-12

        case | person | confirmed_on | recorded_at
        c1   | wrong  | 2022-11-14   | 2022-11-14T20:00:00+08:00
        c1   | right  | 2022-11-14   | 2022-11-15T20:00:00+08:00
        """,
        measures="""
        person | because | from       | until
        wrong  | e1      | 2022-11-12 | 2022-11-12 + 6
        right  | e2      | 2022-11-12 | 2022-11-13
        right  | c1      | 2022-11-14 |
        """,
    )


def test_the_day_asked_for_does_not_limit_which_facts_are_read(example):
    # A derivation for an earlier day with all that is known today: only `recorded_at` is compared with known-at.
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        e1    | p1     | left_high_risk_area | 2022-11-30
        """,
        on="2022-11-20",
        status="none",
        measures="""
        person | because | from       | until
        p1     | e1      | 2022-11-30 | 2022-12-06
        """,
    )
