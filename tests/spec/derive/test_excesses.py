"""Orders beyond the rules: no rule, too long, too early, too strict; and samples beyond the day's limit."""

from example import rulebook

from sizao.policy import chain

TWENTY = "cn-2022-11-11"
NINTH_AND_TWENTY = chain(TWENTY)[-2:]

# Central isolation 13 to 17, home isolation 18 to 20.
EXPOSED = """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        """


def order(restriction, start, until="", person="p1"):
    return f"""
        order | person   | restriction   | from    | until
        o1    | {person} | {restriction} | {start} | {until}
        """


def test_an_order_that_asks_what_the_rules_ask_is_no_excess(example):
    example(TWENTY, EXPOSED + order("central_isolation", "2022-11-13", "2022-11-17"), excesses="none")
    example(TWENTY, EXPOSED + order("home_isolation", "2022-11-13", "2022-11-20"), excesses="none")
    example(TWENTY, EXPOSED + order("health_monitoring", "2022-11-14", "2022-11-15"), excesses="none")


def test_longer_is_after_the_last_day_that_binds(example):
    example(
        TWENTY,
        EXPOSED + order("home_isolation", "2022-11-13", "2022-11-21"),
        excesses="""
        order | person | from       | until      | days | kind   | clause
        o1    | p1     | 2022-11-21 | 2022-11-21 | 1    | longer | 二（一）
        """,
    )
    example(
        TWENTY,
        EXPOSED + order("home_isolation", "2022-11-13", "2022-12-02"),
        excesses="""
        order | person | from       | until      | days   | kind   | clause
        o1    | p1     | 2022-11-21 | 2022-12-02 | 10 + 2 | longer | 二（一）
        """,
    )


def test_earlier_is_before_the_first_day_that_binds(example):
    example(
        TWENTY,
        EXPOSED + order("central_isolation", "2022-11-12", "2022-11-17"),
        excesses="""
        order | person | from       | until      | days | kind    | clause
        o1    | p1     | 2022-11-12 | 2022-11-12 | 1    | earlier | 二（一）
        """,
    )


def test_stricter_is_bound_but_lighter(example):
    example(
        TWENTY,
        EXPOSED + order("central_isolation", "2022-11-13", "2022-11-18"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-11-18 | 2022-11-18 | 1    | stricter | 二（一）
        """,
    )


def test_one_order_can_go_beyond_the_rules_in_every_way(example):
    example(
        TWENTY,
        EXPOSED + order("central_isolation", "2022-11-11", "2022-11-25"),
        excesses="""
        order | person | from       | until      | days | kind     | clause
        o1    | p1     | 2022-11-11 | 2022-11-12 | 2    | earlier  | 二（一）
        o1    | p1     | 2022-11-18 | 2022-11-20 | 3    | stricter | 二（一）
        o1    | p1     | 2022-11-21 | 2022-11-25 | 5    | longer   | 二（一）
        """,
    )


def test_an_order_that_touches_no_day_that_binds_has_no_rule(example):
    example(
        TWENTY,
        EXPOSED + order("home_isolation", "2022-11-21", "2022-11-23"),
        excesses="""
        order | person | from       | until      | days | kind    | clause
        o1    | p1     | 2022-11-21 | 2022-11-23 | 3    | no_rule | 二（十六）
        """,
    )
    example(
        TWENTY,
        EXPOSED + order("health_monitoring", "2022-11-20", "2022-11-20", person="p2"),
        excesses="""
        order | person | from       | until      | days | kind    | clause
        o1    | p2     | 2022-11-20 | 2022-11-20 | 1    | no_rule | 二（十六）
        """,
    )


def test_an_order_without_end(example):
    example(
        TWENTY,
        EXPOSED + order("home_isolation", "2022-11-12"),
        excesses="""
        order | from       | until      | days | kind    | clause
        o1    | 2022-11-12 | 2022-11-12 | 1    | earlier | 二（一）
        o1    | 2022-11-21 |            |      | longer  | 二（一）
        """,
    )
    example(
        TWENTY,
        order("home_isolation", "2022-11-12"),
        excesses="""
        order | from       | until | days | kind    | clause
        o1    | 2022-11-12 |       |      | no_rule | 二（十六）
        """,
    )


def test_an_order_without_end_on_a_case_without_end(example):
    case = """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-11-15   |
        """
    example(
        TWENTY,
        case + order("hospital_isolation", "2022-11-14"),
        excesses="""
        order | from       | until      | days | kind    | clause
        o1    | 2022-11-14 | 2022-11-14 | 1    | earlier | 第九版·感染者（沿用）
        """,
    )
    discharged = case.replace("2022-11-15   |", "2022-11-15   | 2022-11-20")
    example(
        TWENTY,
        discharged + order("hospital_isolation", "2022-11-15"),
        excesses="""
        order | from       | until | days | kind   | clause
        o1    | 2022-11-20 |       |      | longer | 第九版·感染者（沿用）
        """,
    )


def test_a_stricter_order_without_end_on_a_measure_without_end(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind           | day_1    | phase | days      | tests | up_to
        case    | case/confirmed | same_day | light | discharge |       |
        """,
    )
    example(
        [book],
        """
        case | person | confirmed_on
        c1   | p1     | 2022-01-10

        order | person | restriction | from       | until
        o1    | p1     | heavy       | 2022-01-09 |
        """,
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-01-09 | 2022-01-09 | 1    | earlier  | small case
        o1    | 2022-01-10 |            |      | stricter | small case
        """,
    )


def test_a_gap_between_two_runs_is_stricter_and_cites_what_binds_in_its_run_of_days(example):
    # Health monitoring 14 to 18 (closed loop); home isolation 22 to 24 (a finding). Between them nothing binds.
    facts = """
        event | person | kind                 | occurred_on
        w1    | p1     | finished_closed_loop | 2022-11-13
        f1    | p1     | found_past_infection | 2022-11-21
        """
    example(
        TWENTY,
        facts + order("home_isolation", "2022-11-17", "2022-11-24"),
        excesses="""
        order | from       | until      | days  | kind     | clause
        o1    | 2022-11-17 | 2022-11-21 | 2 + 3 | stricter | 二（五）
        """,
    )
    example(
        TWENTY,
        facts + order("health_monitoring", "2022-11-17", "2022-11-24"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-11-19 | 2022-11-21 | 3    | stricter | 二（十六）
        """,
    )


def test_stricter_cites_the_heaviest_that_binds(example):
    # 13: central by arrival (until 17), home by the area (until 19): the heavier is cited.
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        h1    | p1     | left_high_risk_area | 2022-11-13
        a1    | p1     | arrived_from_abroad | 2022-11-13
        """
        + order("hospital_isolation", "2022-11-13", "2022-11-14"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-11-13 | 2022-11-14 | 2    | stricter | 二（十）
        """,
    )


def test_stricter_cites_the_heaviest_on_any_day_of_its_run_of_days(example):
    # Monitoring 14 to 18 (closed loop), home 16 to 22 (area).
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        w1    | p1     | finished_closed_loop | 2022-11-13
        h1    | p1     | left_high_risk_area  | 2022-11-16
        """
        + order("central_isolation", "2022-11-14", "2022-11-17"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-11-14 | 2022-11-17 | 4    | stricter | 二（三）
        """,
    )


def test_longer_and_earlier_cite_the_row_that_binds_last_and_first_within_the_order(example):
    # Area: home 11 to 17. Contact: central 16 to 20, home 21 to 23.
    example(
        TWENTY,
        """
        event | person | kind                | occurred_on
        h1    | p1     | left_high_risk_area | 2022-11-11
        e1    | p1     | exposed_to_case     | 2022-11-15
        """
        + order("home_isolation", "2022-11-10", "2022-11-24"),
        excesses="""
        order | from       | until      | days | kind    | clause
        o1    | 2022-11-10 | 2022-11-10 | 1    | earlier | 二（三）
        o1    | 2022-11-24 | 2022-11-24 | 1    | longer  | 二（一）
        """,
    )


def test_becoming_a_case_or_its_end_changes_what_covers_an_order(example):
    # Central 13 to 14, hospital 15 to 17, then nothing.
    example(
        TWENTY,
        EXPOSED
        + """
        case | person | confirmed_on | discharged_on
        c1   | p1     | 2022-11-15   | 2022-11-18
        """
        + order("central_isolation", "2022-11-13", "2022-11-20"),
        excesses="""
        order | from       | until      | days | kind   | clause
        o1    | 2022-11-18 | 2022-11-20 | 3    | longer | 第九版·感染者（沿用）
        """,
    )


def test_an_order_across_11_november(example):
    # Ninth plan: central 4 to 10. Twenty Measures: home 9 to 11.
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-03
        """
        + order("central_isolation", "2022-11-03", "2022-11-13"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-11-03 | 2022-11-03 | 1    | earlier  | 第九版·密切接触者
        o1    | 2022-11-11 | 2022-11-11 | 1    | stricter | 二（一）
        o1    | 2022-11-12 | 2022-11-13 | 2    | longer   | 二（一）
        """,
    )


def test_contacts_of_contacts_held_after_their_release(example):
    example(
        TWENTY,
        """
        event | person | kind               | occurred_on
        e1    | p1     | exposed_to_contact | 2022-11-08
        """
        + order("home_isolation", "2022-11-09", "2022-11-15"),
        excesses="""
        order | from       | until      | days | kind   | clause
        o1    | 2022-11-11 | 2022-11-15 | 5    | longer | 第九版·密接的密接
        """,
    )


def test_no_rule_cites_the_ceiling_of_the_rulebook_in_force_on_its_last_day(example):
    # The ninth plan names no ceiling; one run of days crosses the change.
    example(
        TWENTY,
        order("home_isolation", "2022-11-10", "2022-11-12"),
        excesses="""
        order | from       | until      | days | kind    | clause
        o1    | 2022-11-10 | 2022-11-12 | 3    | no_rule | 二（十六）
        """,
    )


def test_days_before_the_first_rulebook_are_not_judged(example):
    example(
        NINTH_AND_TWENTY,
        order("home_isolation", "2022-06-20", "2022-06-28"),
        excesses="""
        order | from       | until      | days | kind
        o1    | 2022-06-27 | 2022-06-28 | 2    | no_rule
        """,
    )
    example(NINTH_AND_TWENTY, order("home_isolation", "2022-06-20", "2022-06-26"), excesses="none")


def test_where_the_rule_leaves_a_choice_the_heavier_is_covered(example):
    # Ninth plan, closed loop: home isolation, up to central, 2 to 8 September.
    facts = """
        event | person | kind                 | occurred_on
        w1    | p1     | finished_closed_loop | 2022-09-01
        """
    example(TWENTY, facts + order("central_isolation", "2022-09-02", "2022-09-08"), excesses="none")
    example(
        TWENTY,
        facts + order("hospital_isolation", "2022-09-08", "2022-09-09"),
        excesses="""
        order | from       | until      | days | kind     | clause
        o1    | 2022-09-08 | 2022-09-08 | 1    | stricter | 第九版·闭环作业人员
        o1    | 2022-09-09 | 2022-09-09 | 1    | longer   | 第九版·闭环作业人员
        """,
    )


def test_an_undecided_fact_neither_binds_nor_covers(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        u1    | p1     | met_a_traveller | 2022-11-15
        """
        + order("health_monitoring", "2022-11-15", "2022-11-16"),
        excesses="""
        order | from       | until      | days | kind    | clause
        o1    | 2022-11-15 | 2022-11-16 | 2    | no_rule | 二（十六）
        """,
    )


def test_each_order_is_judged_alone(example):
    example(
        TWENTY,
        EXPOSED
        + """
        order | person | restriction       | from       | until
        o1    | p1     | central_isolation | 2022-11-13 | 2022-11-18
        o2    | p1     | home_isolation    | 2022-11-18 | 2022-11-21
        o3    | p2     | central_isolation | 2022-11-13 | 2022-11-17
        """,
        excesses="""
        order | person | from       | until      | kind
        o1    | p1     | 2022-11-18 | 2022-11-18 | stricter
        o2    | p1     | 2022-11-21 | 2022-11-21 | longer
        o3    | p2     | 2022-11-13 | 2022-11-17 | no_rule
        """,
    )


def test_the_latest_version_of_an_order_recorded_by_an_instant_is_judged(example):
    facts = (
        EXPOSED.replace("occurred_on", "occurred_on | recorded_at").replace(
            "| 2022-11-12", "| 2022-11-12 | 2022-11-12T20:00:00+08:00"
        )
        + """
        order | person | restriction       | from       | until      | recorded_at
        o1    | p1     | central_isolation | 2022-11-13 |            | 2022-11-13T09:00:00+08:00
        o1    | p1     | central_isolation | 2022-11-13 | 2022-11-17 | 2022-11-16T09:00:00+08:00
        """
    )
    example(
        TWENTY,
        facts,
        known_at="2022-11-16T08:59:59+08:00",
        excesses="""
        order | from       | until      | days | kind
        o1    | 2022-11-18 | 2022-11-20 | 3    | stricter
        o1    | 2022-11-21 |            |      | longer
        """,
    )
    example(TWENTY, facts, known_at="2022-11-16T09:00:00+08:00", excesses="none")


def test_orders_on_places_and_orders_without_a_restriction_are_not_judged_here(example):
    example(
        TWENTY,
        """
        order | person | place | restriction    | from       | until
        o1    |        | unit1 | home_isolation | 2022-11-13 | 2022-11-17
        o2    |        | unit1 |                | 2022-11-13 | 2022-11-17
        o3    | p1     |       |                | 2022-11-13 | 2022-11-17
        o4    |        | unit1 | lockdown       | 2022-11-13 | 2022-11-17
        """,
        excesses="none",
        undecided="none",
    )


def test_more_samples_on_a_day_than_the_limit_of_that_day_s_rulebook(example):
    # One a day under the Twenty Measures; the ninth plan has no limit. All methods and results count.
    example(
        TWENTY,
        """
        test | person | sampled_on | method  | result
        t1   | p1     | 2022-11-10 | pcr     | negative
        t2   | p1     | 2022-11-10 | pcr     | negative
        t3   | p1     | 2022-11-11 | pcr     | negative
        t4   | p1     | 2022-11-11 | antigen | pending
        t5   | p1     | 2022-11-12 | pcr     | negative
        t6   | p2     | 2022-11-12 | pcr     | negative
        t7   | p1     | 2022-11-14 | pcr     | negative
        t8   | p1     | 2022-11-14 | pcr     | negative
        t9   | p1     | 2022-11-14 | pcr     | negative
        """,
        excesses="""
        order | person | from       | until      | days | kind           | clause
              | p1     | 2022-11-11 | 2022-11-11 | 1    | too_many_tests | 二（六）
              | p1     | 2022-11-14 | 2022-11-14 | 1    | too_many_tests | 二（六）
        """,
    )


def test_two_versions_of_one_test_are_one_sample(example):
    example(
        TWENTY,
        """
        test | person | sampled_on | result   | recorded_at
        t1   | p1     | 2022-11-12 | pending  | 2022-11-12T09:00:00+08:00
        t1   | p1     | 2022-11-12 | negative | 2022-11-12T21:00:00+08:00
        t2   | p2     | 2022-11-12 | negative | 2022-11-12T09:00:00+08:00
        t3   | p2     | 2022-11-12 | negative | 2022-11-12T09:00:00+08:00
        t3   | p2     | 2022-11-13 | negative | 2022-11-13T09:00:00+08:00
        """,
        excesses="none",
    )


def test_as_many_samples_as_the_limit_are_no_excess(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind    | day_1    | phase | days | tests | up_to
        contact | exposed | same_day | light | 5    |       |
        """,
        tests_per_day=2,
    )
    example(
        [book],
        """
        test | person | sampled_on
        t1   | p1     | 2022-01-10
        t2   | p1     | 2022-01-10
        t3   | p2     | 2022-01-10
        t4   | p2     | 2022-01-10
        t5   | p2     | 2022-01-10
        t6   | p2     | 2021-12-31
        t7   | p2     | 2021-12-31
        t8   | p2     | 2021-12-31
        """,
        excesses="""
        order | person | from       | kind           | clause
              | p2     | 2022-01-10 | too_many_tests | small limit
        """,
    )
