"""Tests as facts: which tests a trigger catches, and what becomes of the others (rule 18)."""

import pytest
from example import written

POSITIVE = written("""
found:
  triggers: [{test: {result: [positive]}, day_1: day_after}]
  phases: [{restriction: heavy, days: 3}, {restriction: light, days: 2}]
""")


def test_a_test_starts_a_run_from_the_day_of_sampling(example):
    example(
        [POSITIVE],
        """
        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        """,
        measures="""
        person | rulebook | measure | restriction | from           | until          | clause      | because
        p1     | small    | found   | heavy       | 2022-01-10 + 1 | 2022-01-10 + 3 | small found | t1
        p1     | small    | found   | light       | 2022-01-10 + 4 | 2022-01-10 + 5 | small found | t1
        """,
        undecided="none",
    )


@pytest.mark.parametrize(
    ("on", "day", "restriction"),
    [
        ("2022-01-10", None, None),
        ("2022-01-11", 1, "heavy"),
        ("2022-01-13", 3, "heavy"),
        ("2022-01-14", 1, "light"),
        ("2022-01-15", 2, "light"),
        ("2022-01-16", None, None),
    ],
)
def test_the_days_of_a_run_that_a_test_started(example, on, day, restriction):
    example(
        [POSITIVE],
        """
        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        """,
        on=on,
        status=f"person | restriction | phase_day | because\np1 | {restriction} | {day} | t1" if day else "none",
    )


def test_a_test_that_no_trigger_catches_is_no_fact_and_not_undecided(example):
    example(
        [POSITIVE],
        """
        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | negative
        t2   | p2     | 2022-01-10 | inconclusive
        t3   | p3     | 2022-01-10 | pending
        """,
        measures="none",
        status="none",
        undecided="none",
    )


def test_a_range_of_ct_holds_its_lower_end_and_not_its_upper(example):
    book = written("""
    weak:
      triggers: [{test: {ct: {from: 35, below: 40}}}]
      phases: [{restriction: light, days: 2}]
    strong:
      triggers: [{test: {ct: {below: 35}, result: [positive]}}]
      phases: [{restriction: heavy, days: 2}]
    """)
    example(
        [book],
        """
        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-10 | positive | 3499
        t2   | p2     | 2022-01-10 | positive | 3500
        t3   | p3     | 2022-01-10 | negative | 3999
        t4   | p4     | 2022-01-10 | positive | 4000
        t5   | p5     | 2022-01-10 | positive |
        t6   | p6     | 2022-01-10 | negative | 3499
        t7   | p7     | 2022-01-10 | positive | 0
        """,
        measures="""
        person | measure | because
        p1     | strong  | t1
        p2     | weak    | t2
        p3     | weak    | t3
        p7     | strong  | t7
        """,
        undecided="none",
    )


def test_all_that_a_trigger_says_of_a_test_must_hold(example):
    book = written("""
    found:
      triggers: [{test: {result: [positive, inconclusive], method: [pcr, lamp], ct: {from: 30}}}]
      phases: [{restriction: light, days: 2}]
    """)
    example(
        [book],
        """
        test | person | sampled_on | result       | method  | ct
        t1   | p1     | 2022-01-10 | positive     | pcr     | 3000
        t2   | p2     | 2022-01-10 | inconclusive | lamp    | 3100
        t3   | p3     | 2022-01-10 | positive     | antigen | 3000
        t4   | p4     | 2022-01-10 | pending      | pcr     | 3000
        t5   | p5     | 2022-01-10 | positive     | pcr     | 2999
        """,
        measures="person | because\np1 | t1\np2 | t2",
    )


FOLLOWING = written("""
abroad:
  triggers:
    - test: {result: [positive]}
      following: {event: arrived, at_least_days: 2, within_days: 5}
  phases: [{restriction: light, days: 1}]
""")


def test_a_test_that_follows_an_event_counts_the_days_between_them(example):
    example(
        [FOLLOWING],
        """
        event | person | kind    | occurred_on
        e1    | p1     | arrived | 2022-01-09
        e2    | p2     | arrived | 2022-01-08
        e3    | p3     | arrived | 2022-01-05
        e4    | p4     | arrived | 2022-01-04
        e5    | p5     | arrived | 2022-01-11
        e6    | p6     | left    | 2022-01-08
        e7    | p7     | arrived | 2022-01-01
        e8    | p7     | arrived | 2022-01-07
        e9    | p7     | arrived | 2022-01-10

        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        t2   | p2     | 2022-01-10 | positive
        t3   | p3     | 2022-01-10 | positive
        t4   | p4     | 2022-01-10 | positive
        t5   | p5     | 2022-01-10 | positive
        t6   | p6     | 2022-01-10 | positive
        t7   | p7     | 2022-01-10 | positive
        t8   | p8     | 2022-01-10 | positive
        """,
        measures="""
        person | measure   | because
        p2     | abroad    | t2
        p3     | abroad    | t3
        p6     | undecided | e6
        p7     | abroad    | t7
        """,
        undecided="fact | kind\ne6 | left",
    )


def test_an_event_that_does_not_stand_is_followed_by_nothing(example):
    example(
        [FOLLOWING],
        """
        event | person | kind    | occurred_on | voids
        e1    | p1     | arrived | 2022-01-08  |
        v1    | p1     | void    | 2022-01-08  | e1

        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        """,
        measures="none",
    )


def test_the_latest_version_of_a_test_counts_and_only_that(example):
    facts = """
        test | person | sampled_on | result   | recorded_at
        t1   | p1     | 2022-01-10 | pending  | 2022-01-10T08:00:00+08:00
        t1   | p1     | 2022-01-10 | positive | 2022-01-11T08:00:00+08:00
        t1   | p1     | 2022-01-10 | negative | 2022-01-12T08:00:00+08:00
        t2   | p2     | 2022-01-10 | positive | 2022-01-11T08:00:00+08:00
        t2   | p3     | 2022-01-10 | negative | 2022-01-12T08:00:00+08:00
        t3   | p4     | 2022-01-10 | positive | 2022-01-11T08:00:00+08:00
        t3   | p5     | 2022-01-11 | positive | 2022-01-12T08:00:00+08:00
        """
    example([POSITIVE], facts, known_at="2022-01-11T07:59:00+08:00", measures="none")
    example(
        [POSITIVE],
        facts,
        known_at="2022-01-11T08:00:00+08:00",
        on="2022-01-12",
        status="person | phase_day | because\np1 | 2 | t1\np2 | 2 | t2\np4 | 2 | t3",
    )
    example([POSITIVE], facts, on="2022-01-12", status="person | phase_day | because\np5 | 1 | t3")


def test_a_case_cuts_what_a_test_started(example):
    book = written("""
    found:
      triggers: [{test: {result: [positive]}}]
      phases: [{restriction: light, days: 5}]
    case:
      triggers: [{case: [confirmed]}]
      phases: [{restriction: heavy, until: discharge}]
    """)
    example(
        [book],
        """
        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        t2   | p2     | 2022-01-12 | positive
        t3   | p3     | 2022-01-13 | positive
        t4   | p4     | 2022-01-14 | positive

        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-12   | 2022-01-14
        c2   | p2     | 2022-01-12   | 2022-01-14
        c3   | p3     | 2022-01-12   | 2022-01-14
        c4   | p4     | 2022-01-12   | 2022-01-14
        """,
        measures="""
        person | measure | from       | until
        p1     | found   | 2022-01-10 | 2022-01-11
        p1     | case    | 2022-01-12 | 2022-01-13
        p2     | case    | 2022-01-12 | 2022-01-13
        p3     | case    | 2022-01-12 | 2022-01-13
        p4     | case    | 2022-01-12 | 2022-01-13
        p4     | found   | 2022-01-14 | 2022-01-18
        """,
    )


OLD = """
found:
  triggers: [{test: {result: [positive], ct: {below: 35}}}]
  phases: [{restriction: light, days: 5}]
"""
NEW = """
found:
  triggers: [{test: {result: [positive]}}]
  phases: [{restriction: heavy, days: 7}]
"""
OLD_AND_NEW = """
        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-09 | positive | 3400
        t2   | p2     | 2022-01-09 | positive | 3600
        t3   | p3     | 2022-01-10 | positive | 3600
        """


def test_under_rederive_an_older_test_is_held_no_longer_than_the_older_rulebook_held_it(example):
    old = written(OLD, "old")
    example(
        [old, written(NEW, "new", "2022-01-10", replaces=old)],
        OLD_AND_NEW,
        measures="""
        person | rulebook | restriction | from       | until
        p1     | old      | light       | 2022-01-09 | 2022-01-09
        p1     | new      | heavy       | 2022-01-09 | 2022-01-13
        p3     | new      | heavy       | 2022-01-10 | 2022-01-16
        """,
        undecided="none",
    )


def test_under_keep_an_older_test_stays_with_the_older_rulebook(example):
    old = written(OLD, "old")
    example(
        [old, written(NEW, "new", "2022-01-10", replaces=old, transition="keep")],
        OLD_AND_NEW,
        measures="""
        person | rulebook | restriction | from       | until
        p1     | old      | light       | 2022-01-09 | 2022-01-13
        p3     | new      | heavy       | 2022-01-10 | 2022-01-16
        """,
    )


def test_a_test_that_the_newer_rulebook_does_not_catch_asks_nothing_from_then_on(example):
    old = written(NEW, "old")
    example(
        [old, written(OLD, "new", "2022-01-10", replaces=old)],
        OLD_AND_NEW,
        measures="""
        person | rulebook | restriction | from       | until
        p1     | old      | heavy       | 2022-01-09 | 2022-01-09
        p1     | new      | light       | 2022-01-09 | 2022-01-13
        p2     | old      | heavy       | 2022-01-09 | 2022-01-09
        """,
        undecided="none",
    )


def test_every_test_starts_its_own_run_even_on_one_day(example):
    example(
        [POSITIVE],
        """
        test | person | sampled_on | result
        t1   | p1     | 2022-01-10 | positive
        t2   | p1     | 2022-01-10 | positive
        t3   | p1     | 2022-01-11 | positive
        """,
        on="2022-01-12",
        measures="""
        restriction | from       | until      | because
        heavy       | 2022-01-11 | 2022-01-13 | t1
        light       | 2022-01-14 | 2022-01-15 | t1
        heavy       | 2022-01-11 | 2022-01-13 | t2
        light       | 2022-01-14 | 2022-01-15 | t2
        heavy       | 2022-01-12 | 2022-01-14 | t3
        light       | 2022-01-15 | 2022-01-16 | t3
        """,
        status="person | phase_day | because\np1 | 1 | t3",
    )
