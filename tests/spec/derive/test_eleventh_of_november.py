"""The change of rules on 11 November 2022: everybody's status follows the Twenty Measures from that day on.

Ninth plan: central E + 1 to E + 7, monitoring E + 8 to E + 10. Twenty Measures: central E + 1 to E + 5, home E + 6 to
E + 8, where E is the day of exposure.
"""

import pytest

TWENTY = "cn-2022-11-11"

EXPOSED = """
        event | person | kind            | occurred_on
        e31   | p31    | exposed_to_case | 2022-10-31
        e01   | p01    | exposed_to_case | 2022-11-01
        e02   | p02    | exposed_to_case | 2022-11-02
        e03   | p03    | exposed_to_case | 2022-11-03
        e04   | p04    | exposed_to_case | 2022-11-04
        e05   | p05    | exposed_to_case | 2022-11-05
        e06   | p06    | exposed_to_case | 2022-11-06
        e09   | p09    | exposed_to_case | 2022-11-09
        e10   | p10    | exposed_to_case | 2022-11-10
        e11   | p11    | exposed_to_case | 2022-11-11
        """


def test_on_10_november_the_ninth_plan_binds(example):
    example(
        TWENTY,
        EXPOSED,
        on="2022-11-10",
        status="""
        person | rulebook      | restriction       | phase_day | from               | until
        p31    | cn-2022-06-27 | health_monitoring | 3         | 2022-10-31 + 1 + 7 | 2022-10-31 + 7 + 3
        p01    | cn-2022-06-27 | health_monitoring | 2         | 2022-11-01 + 1 + 7 | 2022-11-10
        p02    | cn-2022-06-27 | health_monitoring | 1         | 2022-11-02 + 1 + 7 | 2022-11-10
        p03    | cn-2022-06-27 | central_isolation | 7         | 2022-11-03 + 1     | 2022-11-03 + 7
        p04    | cn-2022-06-27 | central_isolation | 6         | 2022-11-04 + 1     | 2022-11-10
        p05    | cn-2022-06-27 | central_isolation | 5         | 2022-11-05 + 1     | 2022-11-10
        p06    | cn-2022-06-27 | central_isolation | 4         | 2022-11-06 + 1     | 2022-11-10
        p09    | cn-2022-06-27 | central_isolation | 1         | 2022-11-09 + 1     | 2022-11-10
        """,
        tests_due="""
        person | phase             | phase_day | clause
        p31    | health_monitoring | 3         | 第九版·密切接触者
        p03    | central_isolation | 7         | 第九版·密切接触者
        p05    | central_isolation | 5         | 第九版·密切接触者
        p09    | central_isolation | 1         | 第九版·密切接触者
        """,
    )


def test_on_11_november_the_twenty_measures_bind_and_days_served_count(example):
    # p03: monitoring would have begun; now the third day at home. p05: from central to home. p01, p02: free.
    example(
        TWENTY,
        EXPOSED,
        on="2022-11-11",
        status="""
        person | rulebook      | restriction       | phase_day | from               | until
        p03    | cn-2022-11-11 | home_isolation    | 3         | 2022-11-03 + 1 + 5 | 2022-11-03 + 5 + 3
        p04    | cn-2022-11-11 | home_isolation    | 2         | 2022-11-04 + 1 + 5 | 2022-11-04 + 5 + 3
        p05    | cn-2022-11-11 | home_isolation    | 1         | 2022-11-05 + 1 + 5 | 2022-11-05 + 5 + 3
        p06    | cn-2022-11-11 | central_isolation | 5         | 2022-11-06 + 1     | 2022-11-06 + 5
        p09    | cn-2022-11-11 | central_isolation | 2         | 2022-11-09 + 1     | 2022-11-09 + 5
        p10    | cn-2022-11-11 | central_isolation | 1         | 2022-11-10 + 1     | 2022-11-10 + 5
        """,
        tests_due="""
        person | phase             | phase_day | clause
        p03    | home_isolation    | 3         | 二（一）
        p05    | home_isolation    | 1         | 二（一）
        p06    | central_isolation | 5         | 二（一）
        p09    | central_isolation | 2         | 二（一）
        p10    | central_isolation | 1         | 二（一）
        """,
    )


def test_a_row_says_when_the_phase_began_and_binds_from_the_change_on(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e03   | p03    | exposed_to_case | 2022-11-03
        e06   | p06    | exposed_to_case | 2022-11-06
        e10   | p10    | exposed_to_case | 2022-11-10
        """,
        measures="""
        person | rulebook      | restriction       | from               | until
        p03    | cn-2022-06-27 | central_isolation | 2022-11-03 + 1     | 2022-11-03 + 7
        p03    | cn-2022-11-11 | home_isolation    | 2022-11-03 + 1 + 5 | 2022-11-03 + 5 + 3
        p06    | cn-2022-06-27 | central_isolation | 2022-11-06 + 1     | 2022-11-10
        p06    | cn-2022-11-11 | central_isolation | 2022-11-06 + 1     | 2022-11-06 + 5
        p06    | cn-2022-11-11 | home_isolation    | 2022-11-06 + 1 + 5 | 2022-11-06 + 5 + 3
        p10    | cn-2022-11-11 | central_isolation | 2022-11-10 + 1     | 2022-11-10 + 5
        p10    | cn-2022-11-11 | home_isolation    | 2022-11-10 + 1 + 5 | 2022-11-10 + 5 + 3
        """,
    )


@pytest.mark.parametrize(("on", "people"), [("2022-11-10", ["cc", "ml"]), ("2022-11-11", [])])
def test_contacts_of_contacts_and_medium_risk_leavers_are_released(example, on, people):
    example(
        TWENTY,
        """
        event | person | kind                  | occurred_on
        e1    | cc     | exposed_to_contact    | 2022-11-08
        e2    | ml     | left_medium_risk_area | 2022-11-08
        """,
        on=on,
        status="\n".join(["person | restriction | until", *(f"{p} | home_isolation | 2022-11-10" for p in people)])
        if people
        else "none",
        undecided="none",
    )


def test_the_other_measures_across_the_change(example):
    example(
        TWENTY,
        """
        event | person | kind                 | occurred_on
        a1    | arrival| arrived_from_abroad  | 2022-11-05
        h1    | area   | left_high_risk_area  | 2022-11-08
        w1    | worker | finished_closed_loop | 2022-11-05
        w2    | work_2 | finished_closed_loop | 2022-11-06
        """,
        measures="""
        person | rulebook      | restriction       | from               | until
        arrival| cn-2022-06-27 | central_isolation | 2022-11-05         | 2022-11-10
        arrival| cn-2022-11-11 | home_isolation    | 2022-11-05 + 5     | 2022-11-05 + 4 + 3
        area   | cn-2022-06-27 | central_isolation | 2022-11-08         | 2022-11-10
        area   | cn-2022-11-11 | home_isolation    | 2022-11-08         | 2022-11-08 + 6
        worker | cn-2022-06-27 | home_isolation    | 2022-11-05 + 1     | 2022-11-10
        work_2 | cn-2022-06-27 | home_isolation    | 2022-11-06 + 1     | 2022-11-10
        work_2 | cn-2022-11-11 | health_monitoring | 2022-11-06 + 1     | 2022-11-06 + 5
        """,
    )


def test_a_case_goes_on_under_the_new_rulebook_without_a_cap(example):
    facts = """
        case | person | confirmed_on | discharged_on
        c1   | open   | 2022-11-05   |
        c2   | gone   | 2022-11-05   | 2022-11-12
        c3   | last   | 2022-11-05   | 2022-11-11
        """
    example(
        TWENTY,
        facts,
        measures="""
        person | rulebook      | from       | until
        open   | cn-2022-06-27 | 2022-11-05 | 2022-11-10
        open   | cn-2022-11-11 | 2022-11-05 |
        gone   | cn-2022-06-27 | 2022-11-05 | 2022-11-10
        gone   | cn-2022-11-11 | 2022-11-05 | 2022-11-11
        last   | cn-2022-06-27 | 2022-11-05 | 2022-11-10
        """,
    )
    example(
        TWENTY,
        facts,
        on="2022-11-11",
        status="""
        person | phase_day | restriction
        open   | 7         | hospital_isolation
        gone   | 7         | hospital_isolation
        """,
    )


def test_the_tests_of_a_day_follow_the_limit_in_force_on_it(example):
    # Both exposures ask for a test under the ninth plan on the 10th (day 3, day 5): the plan has no limit.
    facts = """
        event | person | kind                | occurred_on
        e1    | p1     | exposed_to_case     | 2022-11-07
        a1    | p1     | arrived_from_abroad | 2022-11-06
        """
    example(
        TWENTY,
        facts,
        on="2022-11-10",
        tests_due="""
        person | measure       | phase_day | because
        p1     | close_contact | 3         | e1
        p1     | inbound       | 5         | a1
        """,
    )
    # On the 11th inbound is at home, day 1, and close contact central, day 4: one asks. On the 12th close contact
    # day 5 asks; on the 13th inbound day 3 and close contact day 1 at home ask: one sample a day.
    example(TWENTY, facts, on="2022-11-11", tests_due="measure | phase_day | because\ninbound | 1 | a1")
    example(TWENTY, facts, on="2022-11-12", tests_due="measure | phase_day | because\nclose_contact | 5 | e1")
    example(TWENTY, facts, on="2022-11-13", tests_due="measure | phase_day | because\nclose_contact | 1 | e1")
