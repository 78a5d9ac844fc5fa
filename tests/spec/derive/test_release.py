"""Ways out of a phase before its end: tests in a row, a Ct, an event; and the phases after it (rules 23, 24)."""

import pytest
from example import written

# Ten days: 10 to 19 January. The way out is tried day by day.
ONE = """
contact:
  triggers: [{event: met}]
  phases:
    - {id: stay, restriction: heavy, days: 10, release: [WAY]}
"""
MET = """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        """
HEAD = "\n        test | person | sampled_on | result | method | ct\n"


def until(example, way, tests, last, **more):
    """The last day of the phase, given a way out and tests of p1: `DAY RESULT METHOD CT`, the last two may lack."""
    rows = []
    for n, test in enumerate(tests):
        day, result, method, ct = (*test.split(), *["", ""])[:4]
        rows.append(f"        t{n} | p1 | 2022-01-{day} | {result} | {method or 'pcr'} | {ct}")
    example(
        [written(ONE.replace("WAY", way), **more)],
        MET + HEAD + "\n".join(rows),
        measures=f"phase | from | until\nstay | 2022-01-10 | 2022-01-{last}",
    )


@pytest.mark.parametrize(
    ("sampled", "last"),
    [("09", 19), ("10", 14), ("13", 14), ("14", 14), ("15", 15), ("18", 18), ("19", 19), ("20", 19)],
)
def test_the_last_day_is_the_later_of_the_day_named_and_that_of_the_sample(example, sampled, last):
    until(example, "{after: 5}", [f"{sampled} negative"], last)


@pytest.mark.parametrize("result", ["positive", "inconclusive", "pending"])
def test_without_the_result_the_phase_goes_to_its_end(example, result):
    until(example, "{after: 5}", [f"12 {result}"], 19)


@pytest.mark.parametrize(("sampled", "last"), [("12", 19), ("13", 14), ("14", 14), ("16", 16)])
def test_samples_count_from_a_day_on(example, sampled, last):
    until(example, "{after: 5, from_day: 4}", [f"{sampled} negative"], last)


@pytest.mark.parametrize(
    ("hours", "sampled", "last"),
    [
        (23, "13", 19),
        (23, "14", 14),
        (24, "12", 19),
        (24, "13", 14),
        (47, "12", 19),
        (48, "12", 14),
        (48, "11", 19),
        (48, "17", 17),
    ],
)
def test_the_sample_is_no_older_than_so_many_hours_at_the_end(example, hours, sampled, last):
    until(example, f"{{after: 5, within_hours: {hours}}}", [f"{sampled} negative"], last)


def test_a_sample_that_is_too_old_does_not_keep_a_later_one_from_counting(example):
    until(example, "{after: 5, within_hours: 24}", ["11 negative", "16 negative"], 16)


@pytest.mark.parametrize(
    ("tests", "last"),
    [
        (["12 negative"], 19),
        (["12 negative", "13 negative"], 14),
        (["12 negative", "16 negative"], 16),
        (["12 negative", "12 negative"], 19),
        (["12 negative", "12 negative", "17 negative"], 17),
        (["12 negative", "13 positive", "14 negative"], 19),
        (["12 negative", "13 positive", "15 negative", "16 negative"], 16),
        (["12 negative", "13 inconclusive", "13 pending", "15 negative"], 15),
        (["12 positive", "13 negative", "14 negative"], 14),
        (["09 negative", "10 negative"], 19),
        (["12 negative", "20 negative"], 19),
    ],
)
def test_two_in_a_row_a_day_apart(example, tests, last):
    until(example, "{after: 5, tests: 2}", tests, last)


@pytest.mark.parametrize(
    ("apart", "tests", "last"),
    [
        (12, ["12 negative", "12 negative"], 19),
        (12, ["12 negative", "13 negative"], 14),
        (25, ["12 negative", "13 negative"], 19),
        (25, ["12 negative", "14 negative"], 14),
        (48, ["13 negative", "15 negative"], 15),
        (49, ["13 negative", "15 negative"], 19),
        (49, ["13 negative", "16 negative"], 16),
        (48, ["12 negative", "13 negative", "14 negative"], 14),
        (48, ["12 negative", "13 negative", "14 positive", "15 negative", "16 negative"], 19),
    ],
)
def test_hours_apart_are_whole_days_rounded_up(example, apart, tests, last):
    until(example, f"{{after: 5, tests: 2, apart_hours: {apart}}}", tests, last)


@pytest.mark.parametrize(
    ("tests", "last"),
    [
        (["12 negative", "13 negative", "13 negative", "14 negative"], 14),
        (["12 negative", "13 negative", "13 negative"], 19),
        (["12 negative", "13 negative", "13 positive", "14 negative", "15 negative"], 19),
    ],
)
def test_a_second_sample_on_one_day_counts_once_and_keeps_nobody_longer(example, tests, last):
    until(example, "{after: 5, tests: 3}", tests, last)


def test_two_results_of_one_day_are_in_the_order_of_their_ids(example):
    way = ONE.replace("WAY", "{after: 5, tests: 2}")
    head = MET + "\n        test | person | sampled_on | result\n"
    for order, last in (("a b", 14), ("b a", 19)):
        first, second = order.split()
        rows = f"""        {first} | p1 | 2022-01-12 | positive
        {second} | p1 | 2022-01-12 | negative
        c | p1 | 2022-01-13 | negative
        """
        example([written(way)], head + rows, measures=f"until\n2022-01-{last}")


@pytest.mark.parametrize(
    ("test", "last"),
    [
        ("12 positive pcr 3500", 14),
        ("12 positive pcr 3499", 19),
        ("12 positive pcr", 19),
        ("12 negative pcr", 14),
        ("12 inconclusive pcr 3900", 19),
    ],
)
def test_a_high_ct_counts_whatever_the_result(example, test, last):
    until(example, "{after: 5, ct_from: 35}", [test], last)


@pytest.mark.parametrize(("test", "last"), [("12 positive pcr 4000", 14), ("12 positive pcr 3999", 19)])
def test_what_the_rulebook_does_not_call_positive_counts_as_negative(example, test, last):
    until(example, "{after: 5}", [test], last, positive_ct_below=40)
    until(example, "{after: 5, result: [positive]}", [test], 14, positive_ct_below=40)
    until(example, "{after: 5, ct_from: 39}", [test], 14, positive_ct_below=40)


@pytest.mark.parametrize(
    ("tests", "last"),
    [
        (["12 negative pcr"], 14),
        (["12 negative antigen"], 19),
        (["12 negative pcr", "13 negative pcr"], 14),
    ],
)
def test_only_samples_by_a_method_count_where_it_is_named(example, tests, last):
    until(example, "{after: 5, method: [pcr, lamp]}", tests, last)


def test_the_earliest_of_several_ways_holds(example):
    ways = "{after: 3, tests: 3}, {after: 6}, {event: let_out}"
    until(example, ways, ["11 negative"], 15)
    until(example, ways, ["11 negative", "12 negative", "13 negative"], 13)
    let_out = MET + "        e2    | p1     | let_out | 2022-01-13\n"
    example([written(ONE.replace("WAY", ways))], let_out, measures="until\n2022-01-12")


THEN = written("""
contact:
  triggers: [{event: met, day_1: day_after}]
  phases:
    - {id: before, restriction: middle, days: 2}
    - {id: stay, restriction: heavy, days: 5, release: [{event: let_out, clause: art. 9}]}
    - {id: watch, restriction: light, days: 2}
""")


@pytest.mark.parametrize(
    ("let_out", "rows"),
    [
        # before from 11 to 12; as planned, stay from 13 to 17 and watch from 18 to 19.
        ("2022-01-09", "stay | 2022-01-13 | 2022-01-17\nwatch | 2022-01-18 | 2022-01-19"),
        ("2022-01-10", "watch | 2022-01-13 | 2022-01-14"),
        ("2022-01-12", "watch | 2022-01-13 | 2022-01-14"),
        ("2022-01-13", "watch | 2022-01-13 | 2022-01-14"),
        ("2022-01-14", "stay | 2022-01-13 | 2022-01-13\nwatch | 2022-01-14 | 2022-01-15"),
        ("2022-01-17", "stay | 2022-01-13 | 2022-01-16\nwatch | 2022-01-17 | 2022-01-18"),
        ("2022-01-18", "stay | 2022-01-13 | 2022-01-17\nwatch | 2022-01-18 | 2022-01-19"),
        ("2022-01-20", "stay | 2022-01-13 | 2022-01-17\nwatch | 2022-01-18 | 2022-01-19"),
    ],
)
def test_an_event_ends_the_phase_with_the_day_before_and_the_next_begins(example, let_out, rows):
    example(
        [THEN],
        f"""
        event | person | kind    | occurred_on
        e1    | p1     | met     | 2022-01-10
        e2    | p1     | let_out | {let_out}
        e3    | p1     | let_out | 2022-01-30
        """,
        measures=f"phase | from | until\nbefore | 2022-01-11 | 2022-01-12\n{rows}",
        undecided="none",
    )


def test_an_event_that_does_not_stand_or_is_of_another_person_ends_nothing(example):
    example(
        [THEN],
        """
        event | person | kind    | occurred_on | voids
        e1    | p1     | met     | 2022-01-10  |
        e2    | p1     | let_out | 2022-01-14  |
        e3    | p1     | void    | 2022-01-14  | e2
        e4    | p2     | let_out | 2022-01-14  |
        """,
        measures="""
        phase  | from       | until
        before | 2022-01-11 | 2022-01-12
        stay   | 2022-01-13 | 2022-01-17
        watch  | 2022-01-18 | 2022-01-19
        """,
    )


@pytest.mark.parametrize(
    ("sampled", "stay", "watch"), [("14", 14, 15), ("12", 12, 13), ("16", 16, 17), ("17", 16, 17), ("30", 16, 17)]
)
def test_a_phase_to_a_day_of_the_measure_grows_when_it_begins_earlier(example, sampled, stay, watch):
    # 7 days, then to day 10 of the measure (19 January), then 2 days more that stay where they were.
    book = written("""
    contact:
      triggers: [{event: met}]
      phases:
        - {id: stay, restriction: heavy, days: 7, release: [{after: 3}]}
        - {id: watch, restriction: middle, through: 10, tests: [1, 4, 6]}
        - {id: rest, restriction: light, days: 2}
    """)
    facts = MET + f"\n        test | person | sampled_on\n        t1 | p1 | 2022-01-{sampled}\n"
    example(
        [book],
        facts,
        measures=f"""
        phase | from            | until
        stay  | 2022-01-10      | 2022-01-{stay}
        watch | 2022-01-{watch} | 2022-01-19
        rest  | 2022-01-20      | 2022-01-21
        """,
    )
    day = {13: 6, 15: 4}.get(watch)
    example(
        [book],
        facts,
        on="2022-01-18",
        tests_due=f"phase | phase_day\nwatch | {day}" if day else "none",
        status=f"phase | phase_day | until\nwatch | {18 - watch + 1} | 2022-01-19",
    )


def test_a_phase_of_no_planned_day_exists_only_after_a_release(example):
    book = written("""
    contact:
      triggers: [{event: met}]
      phases:
        - {id: stay, restriction: heavy, days: 7, release: [{after: 3}]}
        - {id: watch, restriction: light, through: 7}
    """)
    example(
        [book],
        """
        event | person | kind | occurred_on
        e1    | p1     | met  | 2022-01-10
        e2    | p2     | met  | 2022-01-10

        test | person | sampled_on
        t1   | p2     | 2022-01-14
        """,
        measures="""
        person | phase | from       | until
        p1     | stay  | 2022-01-10 | 2022-01-16
        p2     | stay  | 2022-01-10 | 2022-01-14
        p2     | watch | 2022-01-15 | 2022-01-16
        """,
    )


def test_without_a_planned_end_it_lasts_until_a_way_out_is_taken(example):
    book = written("""
    contact:
      triggers: [{event: met}]
      phases:
        - {id: wait, restriction: light, days: 2}
        - {id: stay, restriction: heavy, until: release, release: [{after: 3, from_day: 2}, {event: let_out}]}
    """)
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | met     | 2022-01-10
        e2    | p2     | met     | 2022-01-10
        e3    | p3     | met     | 2022-01-10
        l3    | p3     | let_out | 2022-02-20
        e4    | p4     | met     | 2022-01-10

        test | person | sampled_on
        t1   | p1     | 2022-01-12
        t2   | p2     | 2022-01-13
        t4   | p4     | 2022-03-01

        order | person | restriction | from       | until
        o1    | p1     | heavy       | 2022-01-12 |
        o2    | p2     | heavy       | 2022-01-12 |
        """,
        measures="""
        person | phase | from       | until
        p1     | wait  | 2022-01-10 | 2022-01-11
        p1     | stay  | 2022-01-12 |
        p2     | wait  | 2022-01-10 | 2022-01-11
        p2     | stay  | 2022-01-12 | 2022-01-14
        p3     | wait  | 2022-01-10 | 2022-01-11
        p3     | stay  | 2022-01-12 | 2022-02-19
        p4     | wait  | 2022-01-10 | 2022-01-11
        p4     | stay  | 2022-01-12 | 2022-03-01
        """,
        excesses="order | from | until | kind\no2 | 2022-01-15 | | longer",
    )


def test_a_phase_without_end_begins_earlier_after_a_release_and_still_has_no_end(example):
    book = written("""
    case:
      triggers: [{case: [confirmed]}]
      phases:
        - {id: stay, restriction: heavy, days: 5, release: [{event: let_out}]}
        - {id: home, restriction: light, until: discharge}
    """)
    example(
        [book],
        """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-10   |
        c2   | p2     | 2022-01-10   |

        event | person | kind    | occurred_on
        l1    | p1     | let_out | 2022-01-13
        """,
        measures="""
        person | phase | from       | until
        p1     | stay  | 2022-01-10 | 2022-01-12
        p1     | home  | 2022-01-13 |
        p2     | stay  | 2022-01-10 | 2022-01-14
        p2     | home  | 2022-01-15 |
        """,
    )


def test_a_case_leaves_by_its_tests_before_it_is_discharged(example):
    book = written("""
    case:
      triggers: [{case: [confirmed]}]
      phases:
        - {restriction: heavy, until: discharge, release: [{after: 3, tests: 2, ct_from: 35}]}
    """)
    example(
        [book],
        """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-01-10   |
        c2   | p2     | 2022-01-10   | 2022-01-14
        c3   | p3     | 2022-01-10   | 2022-01-20
        c4   | p4     | 2022-01-10   |

        test | person | sampled_on | result   | ct
        t1   | p1     | 2022-01-14 | positive | 3600
        u1   | p1     | 2022-01-16 | positive | 3700
        t2   | p2     | 2022-01-14 | positive | 3600
        u2   | p2     | 2022-01-16 | positive | 3700
        t3   | p3     | 2022-01-10 | positive | 3600
        u3   | p3     | 2022-01-11 | negative |
        t4   | p4     | 2022-01-10 | positive | 2000
        """,
        measures="""
        person | from       | until
        p1     | 2022-01-10 | 2022-01-16
        p2     | 2022-01-10 | 2022-01-13
        p3     | 2022-01-10 | 2022-01-12
        p4     | 2022-01-10 |
        """,
    )


def test_what_is_recorded_after_the_instant_releases_nobody(example):
    facts = (
        MET
        + """
        test | person | sampled_on | result   | recorded_at
        t1   | p1     | 2022-01-14 | pending  | 2022-01-14T09:00:00+08:00
        t1   | p1     | 2022-01-14 | negative | 2022-01-15T09:00:00+08:00
        """
    )
    book = written(ONE.replace("WAY", "{after: 5}"))
    facts = facts.replace("occurred_on\n", "occurred_on | recorded_at\n", 1).replace(
        "met  | 2022-01-10", "met  | 2022-01-10 | 2022-01-10T20:00:00+08:00"
    )
    example([book], facts, known_at="2022-01-15T08:59:59+08:00", measures="until\n2022-01-19")
    example([book], facts, known_at="2022-01-15T09:00:00+08:00", measures="until\n2022-01-14")


def test_tests_are_due_only_while_the_phase_lasts(example):
    book = written("""
    contact:
      triggers: [{event: met}]
      phases: [{id: stay, restriction: heavy, days: 7, tests: daily, release: [{after: 3}]}]
    """)
    facts = MET + "\n        test | person | sampled_on\n        t1 | p1 | 2022-01-13\n"
    example([book], facts, on="2022-01-13", tests_due="phase_day\n4")
    example([book], facts, on="2022-01-14", tests_due="none", status="none")


def test_under_rederive_nobody_is_held_longer_than_the_older_ways_out_held_him(example):
    old = written(ONE.replace("WAY", "{after: 5}"), "old")
    new = written(ONE.replace("WAY", "{after: 7, tests: 2}"), "new", "2022-01-12", replaces=old)
    facts = (
        MET.rstrip()
        + """
        e2    | p2     | met  | 2022-01-10

        test | person | sampled_on
        t1   | p1     | 2022-01-16
        """
    )
    example(
        [old, new],
        facts,
        measures="""
        person | rulebook | from       | until
        p1     | old      | 2022-01-10 | 2022-01-11
        p1     | new      | 2022-01-10 | 2022-01-16
        p2     | old      | 2022-01-10 | 2022-01-11
        p2     | new      | 2022-01-10 | 2022-01-19
        """,
    )
