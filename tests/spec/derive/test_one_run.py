"""One fact, one run: day 1, the phases, and the days beside each boundary."""

import pytest
from example import rulebook

from sizao.policy import chain

TWENTY = "cn-2022-11-11"
NINTH_AND_TWENTY = chain(TWENTY)[-2:]


def test_phases_follow_one_another_without_gaps(example):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        """,
        measures="""
        rulebook      | measure       | phase             | from               | until              | clause | because
        cn-2022-11-11 | close_contact | central_isolation | 2022-11-12 + 1     | 2022-11-12 + 5     | 二（一） | e1
        cn-2022-11-11 | close_contact | home_isolation    | 2022-11-12 + 1 + 5 | 2022-11-12 + 5 + 3 | 二（一） | e1
        """,
        undecided="none",
        excesses="none",
    )


def test_day_after_seen_on_one_day_by_people_exposed_on_different_days(example):
    example(
        TWENTY,
        """
        event | person                | kind            | occurred_on
        e20   | day_before_day_1      | exposed_to_case | 2022-11-20
        e19   | day_1                 | exposed_to_case | 2022-11-19
        e15   | last_central_day      | exposed_to_case | 2022-11-15
        e14   | first_home_day        | exposed_to_case | 2022-11-14
        e12   | last_home_day         | exposed_to_case | 2022-11-12
        e11   | day_after_the_last    | exposed_to_case | 2022-11-11
        """,
        on="2022-11-20",
        status="""
        person           | restriction       | phase_day | from               | until              | because
        day_1            | central_isolation | 1         | 2022-11-19 + 1     | 2022-11-19 + 5     | e19
        last_central_day | central_isolation | 5         | 2022-11-15 + 1     | 2022-11-15 + 5     | e15
        first_home_day   | home_isolation    | 1         | 2022-11-14 + 1 + 5 | 2022-11-14 + 5 + 3 | e14
        last_home_day    | home_isolation    | 3         | 2022-11-12 + 1 + 5 | 2022-11-12 + 5 + 3 | e12
        """,
    )


@pytest.mark.parametrize(
    ("on", "day", "restriction"),
    [
        ("2022-11-12", None, None),
        ("2022-11-13", 1, "central_isolation"),
        ("2022-11-17", 5, "central_isolation"),
        ("2022-11-18", 1, "home_isolation"),
        ("2022-11-20", 3, "home_isolation"),
        ("2022-11-21", None, None),
    ],
)
def test_the_days_of_one_person_from_before_day_1_to_after_the_last(example, on, day, restriction):
    example(
        TWENTY,
        """
        event | person | kind            | occurred_on
        e1    | p1     | exposed_to_case | 2022-11-12
        """,
        on=on,
        status=f"""
        person | on   | rulebook      | phase         | restriction   | phase_day | clause
        p1     | {on} | cn-2022-11-11 | {restriction} | {restriction} | {day}     | 二（一）
        """
        if day
        else "none",
    )


def test_same_day_seen_on_one_day_by_people_who_arrived_on_different_days(example):
    example(
        TWENTY,
        """
        event | person             | kind                | occurred_on
        e21   | day_before_day_1   | arrived_from_abroad | 2022-11-21
        e20   | day_1              | arrived_from_abroad | 2022-11-20
        e16   | last_central_day   | arrived_from_abroad | 2022-11-16
        e15   | first_home_day     | arrived_from_abroad | 2022-11-15
        e13   | last_home_day      | arrived_from_abroad | 2022-11-13
        e12   | day_after_the_last | arrived_from_abroad | 2022-11-12
        """,
        on="2022-11-20",
        status="""
        person           | measure | restriction       | phase_day | from           | until              | clause
        day_1            | inbound | central_isolation | 1         | 2022-11-20     | 2022-11-20 + 4     | 二（十）
        last_central_day | inbound | central_isolation | 5         | 2022-11-16     | 2022-11-16 + 4     | 二（十）
        first_home_day   | inbound | home_isolation    | 1         | 2022-11-15 + 5 | 2022-11-15 + 4 + 3 | 二（十）
        last_home_day    | inbound | home_isolation    | 3         | 2022-11-13 + 5 | 2022-11-13 + 4 + 3 | 二（十）
        """,
    )


def test_the_other_kinds_on_their_first_and_last_days(example):
    example(
        TWENTY,
        """
        event | person            | kind                  | occurred_on
        h20   | area_day_1        | left_high_risk_area   | 2022-11-20
        h14   | area_day_7        | left_high_risk_area   | 2022-11-14
        h13   | area_over         | left_high_risk_area   | 2022-11-13
        w20   | worker_before     | finished_closed_loop  | 2022-11-20
        w19   | worker_day_1      | finished_closed_loop  | 2022-11-19
        w15   | worker_day_5      | finished_closed_loop  | 2022-11-15
        w14   | worker_over       | finished_closed_loop  | 2022-11-14
        f20   | finding_before    | found_past_infection  | 2022-11-20
        f19   | finding_day_1     | found_past_infection  | 2022-11-19
        f17   | finding_day_3     | found_past_infection  | 2022-11-17
        f16   | finding_over      | found_past_infection  | 2022-11-16
        n19   | contact_s_contact | exposed_to_contact    | 2022-11-19
        m20   | medium_area       | left_medium_risk_area | 2022-11-20
        """,
        on="2022-11-20",
        status="""
        person        | measure                | restriction       | phase_day | until          | clause
        area_day_1    | high_risk_leaver       | home_isolation    | 1         | 2022-11-20 + 6 | 二（三）
        area_day_7    | high_risk_leaver       | home_isolation    | 7         | 2022-11-14 + 6 | 二（三）
        worker_day_1  | closed_loop_worker     | health_monitoring | 1         | 2022-11-19 + 5 | 二（五）
        worker_day_5  | closed_loop_worker     | health_monitoring | 5         | 2022-11-15 + 5 | 二（五）
        finding_day_1 | inbound_past_infection | home_isolation    | 1         | 2022-11-19 + 3 | 二（九）、三（三）
        finding_day_3 | inbound_past_infection | home_isolation    | 3         | 2022-11-17 + 3 | 二（九）、三（三）
        """,
        undecided="none",
    )


def test_the_ends_of_a_month_of_a_year_and_of_february(example):
    example(
        TWENTY,
        """
        event | person   | kind            | occurred_on
        e1    | month    | exposed_to_case | 2022-11-27
        e2    | year     | exposed_to_case | 2022-12-29
        e3    | leap     | exposed_to_case | 2024-02-26
        e4    | february | exposed_to_case | 2023-02-26
        """,
        measures="""
        person   | restriction       | from       | until
        month    | central_isolation | 2022-11-28 | 2022-12-02
        month    | home_isolation    | 2022-12-03 | 2022-12-05
        year     | central_isolation | 2022-12-30 | 2023-01-03
        year     | home_isolation    | 2023-01-04 | 2023-01-06
        leap     | central_isolation | 2024-02-27 | 2024-03-02
        leap     | home_isolation    | 2024-03-03 | 2024-03-05
        february | central_isolation | 2023-02-27 | 2023-03-03
        february | home_isolation    | 2023-03-04 | 2023-03-06
        """,
    )


def test_nothing_is_derived_before_the_first_rulebook_takes_effect(example):
    facts = """
        event | person      | kind            | occurred_on
        e1    | in_its_run  | exposed_to_case | 2022-06-20
        e2    | on_last_day | exposed_to_case | 2022-06-17
        e3    | over_by_then| exposed_to_case | 2022-06-16
        """
    example(
        NINTH_AND_TWENTY,
        facts,
        on="2022-06-27",
        measures="""
        person      | rulebook      | restriction       | from               | until
        in_its_run  | cn-2022-06-27 | central_isolation | 2022-06-20 + 1     | 2022-06-20 + 7
        in_its_run  | cn-2022-06-27 | health_monitoring | 2022-06-20 + 1 + 7 | 2022-06-20 + 7 + 3
        on_last_day | cn-2022-06-27 | health_monitoring | 2022-06-17 + 1 + 7 | 2022-06-17 + 7 + 3
        """,
        status="""
        person      | restriction       | phase_day
        in_its_run  | central_isolation | 7
        on_last_day | health_monitoring | 3
        """,
    )
    example(NINTH_AND_TWENTY, facts, on="2022-06-26", status="none", tests_due="none")


def test_a_phase_may_have_a_clause_of_its_own(example):
    book = rulebook(
        "small",
        "2022-01-01",
        """
        measure | kind    | day_1    | phase | days | tests | up_to | clause
        contact | exposed | same_day | heavy | 4    |       |       |
        contact |         |          | light | 3    | 1     |       | annex 2
        """,
    )
    example(
        [book],
        """
        event | person | kind    | occurred_on
        e1    | p1     | exposed | 2022-01-10
        """,
        on="2022-01-14",
        measures="""
        restriction | from       | until      | clause
        heavy       | 2022-01-10 | 2022-01-13 | small contact
        light       | 2022-01-14 | 2022-01-16 | annex 2
        """,
        status="person | clause\np1 | annex 2",
        tests_due="person | clause\np1 | annex 2",
    )
