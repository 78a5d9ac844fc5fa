"""Credit: days since an earlier event count as served (rule 25)."""

import pytest
from example import written

# Ten days from the day after the event; days since a stay in the bubble count, up to four of them.
BOOK = written("""
contact:
  counted_from: {event: in_bubble, within_days: 4}
  triggers: [{event: met, day_1: day_after}]
  phases:
    - {id: stay, restriction: heavy, days: 3, tests: [1, 3]}
    - {id: watch, restriction: light, days: 3, tests: [2]}
""")


@pytest.mark.parametrize(
    ("bubble", "stay", "until"),
    [
        ("2022-01-05", "2022-01-11", "2022-01-16"),  # too long ago
        ("2022-01-06", None, "2022-01-12"),  # four days
        ("2022-01-07", "2022-01-08", "2022-01-13"),
        ("2022-01-09", "2022-01-10", "2022-01-15"),
        ("2022-01-10", "2022-01-11", "2022-01-16"),  # on the same day
        ("2022-01-11", "2022-01-11", "2022-01-16"),  # later
    ],
)
def test_days_since_the_earlier_event_count_as_served(example, bubble, stay, until):
    rows = f"stay | {stay} | {stay} + 2\nwatch | {stay} + 3 | {until}" if stay else f"watch | 2022-01-10 | {until}"
    example(
        [BOOK],
        f"""
        event | person | kind      | occurred_on
        b1    | p1     | in_bubble | {bubble}
        e1    | p1     | met       | 2022-01-10
        """,
        measures=f"phase | from | until\n{rows}",
        undecided="none",
    )


def test_nothing_binds_before_the_day_of_the_fact(example):
    facts = """
        event | person | kind      | occurred_on
        b1    | p1     | in_bubble | 2022-01-07
        e1    | p1     | met       | 2022-01-10
        """
    example([BOOK], facts, on="2022-01-09", status="none")
    example(
        [BOOK],
        facts,
        on="2022-01-10",
        status="phase | phase_day | from | until\nstay | 3 | 2022-01-08 | 2022-01-10",
        tests_due="phase | phase_day\nstay | 3",
    )
    example([BOOK], facts, on="2022-01-11", status="phase | phase_day\nwatch | 1")
    order = """
        order | person | restriction | from       | until
        o1    | p1     | heavy       | 2022-01-08 | 2022-01-10
        """
    example([BOOK], facts + order, excesses="from | until | kind\n2022-01-08 | 2022-01-09 | earlier")


def test_the_latest_of_several_earlier_events_counts(example):
    example(
        [BOOK],
        """
        event | person | kind      | occurred_on | voids
        b1    | p1     | in_bubble | 2022-01-06  |
        b2    | p1     | in_bubble | 2022-01-08  |
        b3    | p1     | in_bubble | 2022-01-09  |
        v1    | p1     | void      | 2022-01-09  | b3
        b4    | p2     | in_bubble | 2022-01-09  |
        e1    | p1     | met       | 2022-01-10  |
        """,
        measures="phase | from | until\nstay | 2022-01-09 | 2022-01-11\nwatch | 2022-01-12 | 2022-01-14",
    )


def test_when_all_is_served_nothing_binds_and_nothing_is_undecided(example):
    book = written("""
    contact:
      counted_from: {event: in_bubble, within_days: 9}
      triggers: [{event: met}]
      phases: [{restriction: heavy, days: 3}]
    """)
    facts = """
        event | person | kind      | occurred_on
        b1    | p1     | in_bubble | 2022-01-DAY
        e1    | p1     | met       | 2022-01-10
        """
    example([book], facts.replace("DAY", "07"), measures="none", undecided="none")
    example([book], facts.replace("DAY", "08"), measures="from | until\n2022-01-08 | 2022-01-10")


def test_a_kind_that_gives_credit_may_start_a_measure_of_its_own(example):
    book = written("""
    contact:
      counted_from: {event: met, within_days: 9}
      triggers: [{event: met}]
      phases: [{restriction: heavy, days: 5}]
    tested:
      counted_from: {event: met, within_days: 2}
      triggers: [{test: {result: [positive]}}]
      phases: [{restriction: middle, days: 5}]
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        e2    | p1     | met  | 2022-01-11

        test | person | sampled_on | result
        t1   | p1     | 2022-01-13 | positive
        t2   | p1     | 2022-01-14 | positive
        """,
        measures="""
        measure | from       | until      | because
        contact | 2022-01-10 | 2022-01-14 | e1
        contact | 2022-01-11 | 2022-01-15 | e2
        tested  | 2022-01-11 | 2022-01-15 | t1
        tested  | 2022-01-14 | 2022-01-18 | t2
        """,
    )


def test_a_case_may_be_counted_from_an_earlier_event(example):
    book = written("""
    case:
      counted_from: {event: fell_ill, within_days: 5}
      triggers: [{case: [confirmed]}]
      phases: [{restriction: heavy, days: 6}, {restriction: light, until: discharge}]
    """)
    example(
        [book],
        """
        event | person | kind     | occurred_on
        e1    | p1     | fell_ill | 2022-01-07

        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-10   | 2022-01-15
        c2   | p2     | 2022-01-10   | 2022-01-15
        """,
        measures="""
        person | restriction | from       | until
        p1     | heavy       | 2022-01-07 | 2022-01-12
        p1     | light       | 2022-01-13 | 2022-01-14
        p2     | heavy       | 2022-01-10 | 2022-01-14
        """,
    )


def test_ways_out_look_at_the_credited_days_of_a_phase_and_at_events_since_the_fact(example):
    book = written("""
    contact:
      counted_from: {event: in_bubble, within_days: 9}
      triggers: [{event: met}]
      phases: [{restriction: heavy, days: 8, release: [{after: 5, tests: 2}, {event: let_out}]}]
    """)
    example(
        [book],
        """
        event | person | kind      | occurred_on
        b1    | p1     | in_bubble | 2022-01-08
        e1    | p1     | met       | 2022-01-10
        b2    | p2     | in_bubble | 2022-01-08
        l2    | p2     | let_out   | 2022-01-09
        e2    | p2     | met       | 2022-01-10
        b3    | p3     | in_bubble | 2022-01-08
        e3    | p3     | met       | 2022-01-10
        l3    | p3     | let_out   | 2022-01-12
        e4    | p4     | met       | 2022-01-10

        test | person | sampled_on
        t1   | p1     | 2022-01-09
        u1   | p1     | 2022-01-10
        t4   | p4     | 2022-01-09
        u4   | p4     | 2022-01-10
        """,
        measures="""
        person | from       | until
        p1     | 2022-01-08 | 2022-01-12
        p2     | 2022-01-08 | 2022-01-15
        p3     | 2022-01-08 | 2022-01-11
        p4     | 2022-01-10 | 2022-01-17
        """,
    )


def test_under_rederive_credit_of_the_older_rulebook_counts_for_its_last_day(example):
    text = """
    contact:
      CREDIT
      triggers: [{event: met}]
      phases: [{restriction: heavy, days: 8}]
    """
    old = written(text.replace("CREDIT", "counted_from: {event: in_bubble, within_days: 9}"), "old")
    new = written(text.replace("CREDIT", ""), "new", "2022-01-12", replaces=old)
    example(
        [old, new],
        """
        event | person | kind      | occurred_on
        b1    | p1     | in_bubble | 2022-01-07
        e1    | p1     | met       | 2022-01-10
        """,
        measures="""
        rulebook | measure   | from       | until          | because
        old      | contact   | 2022-01-07 | 2022-01-11     | e1
        new      | contact   | 2022-01-10 | 2022-01-07 + 7 | e1
        new      | undecided | 2022-01-07 | 2022-01-07 + 7 | b1
        """,
    )
