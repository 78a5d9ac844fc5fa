"""Follow-up tests: which test decides, and what it starts (rule 19)."""

import pytest
from example import written

# A weak finding is watched for five days; the next test within three days decides.
WEAK = """
weak:
  triggers: [{test: {ct: {from: 35, below: 40}}}]
  phases: [{restriction: light, days: 5}]
  follow_up:
    apart_hours: APART
    within_days: 3
    then:
      - {test: {ct: {below: 35}}, starts: strong}
      - {starts: past, day_1: day_after}
strong:
  phases: [{restriction: heavy, days: 2}]
past:
  phases: [{restriction: middle, days: 3}]
"""
BOOK = written(WEAK.replace("APART", "24"))


def test_the_first_branch_that_matches_starts_its_measure_beside_the_first_run(example):
    example(
        [BOOK],
        """
        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-10 | positive | 3600
        u1   | p1     | 2022-01-12 | positive | 3499
        t2   | p2     | 2022-01-10 | positive | 3600
        u2   | p2     | 2022-01-12 | negative |
        t3   | p3     | 2022-01-10 | positive | 3600
        u3   | p3     | 2022-01-12 | positive | 3500
        """,
        measures="""
        person | measure | from           | until          | clause       | because
        p1     | weak    | 2022-01-10     | 2022-01-10 + 4 | small weak   | t1
        p1     | strong  | 2022-01-12     | 2022-01-12 + 1 | small strong | u1
        p2     | weak    | 2022-01-10     | 2022-01-10 + 4 | small weak   | t2
        p2     | past    | 2022-01-12 + 1 | 2022-01-12 + 3 | small past   | u2
        p3     | weak    | 2022-01-10     | 2022-01-10 + 4 | small weak   | t3
        p3     | past    | 2022-01-12 + 1 | 2022-01-12 + 3 | small past   | u3
        """,
        undecided="none",
    )


@pytest.mark.parametrize(
    ("apart", "first"), [(1, "2022-01-11"), (24, "2022-01-11"), (25, "2022-01-12"), (48, "2022-01-12")]
)
def test_it_is_long_enough_after_and_not_too_long(example, apart, first):
    book = written(WEAK.replace("APART", str(apart)))
    days = [f"2022-01-{day}" for day in (10, 11, 12, 13, 14)]
    rows = [
        f"t{n} | p{n} | 2022-01-10 | positive | 3600\nu{n} | p{n} | {on} | negative |" for n, on in enumerate(days)
    ]
    started = [f"u{n} | past" for n, on in enumerate(days) if first <= on <= "2022-01-13"]
    example(
        [book],
        "test | person | sampled_on | result | ct\n" + "\n".join(rows),
        measures="because | measure\n" + "\n".join(started + [f"t{n} | weak" for n in range(5)]),
    )


def test_only_the_first_with_a_result_decides(example):
    example(
        [BOOK],
        """
        test | person | sampled_on | result       | ct
        t1   | p1     | 2022-01-10 | positive     | 3600
        a1   | p1     | 2022-01-10 | positive     | 2000
        u1   | p1     | 2022-01-11 | inconclusive | 3000
        v1   | p1     | 2022-01-11 | pending      |
        y1   | p1     | 2022-01-12 | negative     |
        x1   | p1     | 2022-01-12 | positive     | 2000
        w1   | p1     | 2022-01-13 | negative     |
        """,
        measures="measure | because\nweak | t1\nstrong | x1",
    )


def test_a_test_that_no_branch_matches_starts_nothing(example):
    book = written("""
    met:
      triggers: [{event: met}]
      phases: [{restriction: light, days: 5}]
      follow_up: {within_days: 3, then: [{test: {result: [positive]}, starts: found}]}
    found:
      phases: [{restriction: heavy, days: 2}]
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        e2    | p2     | met  | 2022-01-10
        e3    | p3     | met  | 2022-01-10

        test | person | sampled_on | result
        t1   | p1     | 2022-01-11 | negative
        u1   | p1     | 2022-01-12 | positive
        t2   | p2     | 2022-01-13 | positive
        t3   | p3     | 2022-01-14 | positive
        t4   | p4     | 2022-01-11 | positive
        """,
        measures="""
        person | measure | from       | because
        p1     | met     | 2022-01-10 | e1
        p2     | met     | 2022-01-10 | e2
        p2     | found   | 2022-01-13 | t2
        p3     | met     | 2022-01-10 | e3
        """,
        undecided="none",
    )


def test_a_follow_up_test_does_not_start_its_own_measure_again(example):
    # u1 follows t1, and v1 follows u1; w1 is too late to follow v1.
    example(
        [BOOK],
        """
        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-10 | positive | 3600
        u1   | p1     | 2022-01-12 | positive | 3600
        v1   | p1     | 2022-01-15 | positive | 3600
        w1   | p1     | 2022-01-19 | positive | 3600
        """,
        measures="measure | because\nweak | t1\npast | u1\npast | v1\nweak | w1",
    )


def test_a_follow_up_test_of_one_measure_may_start_another_by_its_trigger_too(example):
    book = written("""
    met:
      triggers: [{event: met}]
      phases: [{restriction: light, days: 5}]
      follow_up: {within_days: 3, then: [{starts: second}]}
    second:
      phases: [{restriction: middle, days: 3}]
    found:
      triggers: [{test: {result: [positive]}, day_1: day_after}]
      phases: [{restriction: heavy, days: 2}]
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10

        test | person | sampled_on | result
        t1   | p1     | 2022-01-11 | positive
        """,
        on="2022-01-12",
        measures="""
        measure | restriction | from       | until      | because
        met     | light       | 2022-01-10 | 2022-01-14 | e1
        second  | middle      | 2022-01-11 | 2022-01-13 | t1
        found   | heavy       | 2022-01-12 | 2022-01-13 | t1
        """,
        status="measure | phase_day | because\nfound | 1 | t1",
    )


def test_one_test_that_follows_several_facts_starts_a_measure_once(example):
    book = written("""
    met:
      triggers: [{event: met}, {event: came}]
      phases: [{restriction: light, days: 5}]
      follow_up: {within_days: 3, then: [{starts: second}]}
    stayed:
      triggers: [{event: stayed}]
      phases: [{restriction: light, days: 5}]
      follow_up: {within_days: 3, then: [{starts: second}]}
    second:
      triggers: [{test: {result: [negative]}}]
      phases: [{restriction: middle, days: 3}]
    """)
    example(
        [book],
        """
        event | person | kind   | occurred_on
        e1    | p1     | met    | 2022-01-10
        e2    | p1     | came   | 2022-01-10
        e3    | p1     | met    | 2022-01-11
        e4    | p1     | stayed | 2022-01-11

        test | person | sampled_on
        t1   | p1     | 2022-01-12
        """,
        measures="""
        measure | from       | because
        met     | 2022-01-10 | e1
        met     | 2022-01-10 | e2
        met     | 2022-01-11 | e3
        stayed  | 2022-01-11 | e4
        second  | 2022-01-12 | t1
        """,
    )


def test_a_fact_that_another_measure_takes_still_has_its_follow_up_test(example):
    book = written("""
    taker:
      takes_from: [met]
      triggers: [{event: met, from: 2022-01-10}]
      phases: [{restriction: heavy, days: 2}]
    met:
      triggers: [{event: met}]
      phases: [{restriction: light, days: 2}]
      follow_up: {within_days: 3, then: [{starts: second}]}
    second:
      phases: [{restriction: middle, days: 1}]
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10

        test | person | sampled_on
        t1   | p1     | 2022-01-12
        """,
        measures="measure | because\ntaker | e1\nsecond | t1",
    )


def test_a_result_that_comes_later_is_not_known_yet(example):
    facts = """
        test | person | sampled_on | result   | ct   | recorded_at
        t1   | p1     | 2022-01-10 | positive | 3600 | 2022-01-10T20:00:00+08:00
        u1   | p1     | 2022-01-12 | pending  |      | 2022-01-12T10:00:00+08:00
        u1   | p1     | 2022-01-12 | positive | 3000 | 2022-01-13T10:00:00+08:00
        """
    example([BOOK], facts, known_at="2022-01-13T09:59:59+08:00", measures="measure | because\nweak | t1")
    example([BOOK], facts, measures="measure | because\nweak | t1\nstrong | u1")


def test_each_rulebook_looks_at_the_tests_itself(example):
    # Under the older one the test of 11 January decides, under the newer that of 12 January.
    old = written(WEAK.replace("APART", "24"), "old")
    new = written(WEAK.replace("APART", "48"), "new", "2022-01-13", replaces=old)
    example(
        [old, new],
        """
        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-10 | positive | 3600
        u1   | p1     | 2022-01-11 | negative |
        v1   | p1     | 2022-01-12 | negative |
        """,
        measures="""
        rulebook | measure | from       | until      | because
        old      | weak    | 2022-01-10 | 2022-01-12 | t1
        new      | weak    | 2022-01-10 | 2022-01-14 | t1
        old      | past    | 2022-01-12 | 2022-01-12 | u1
        """,
    )
