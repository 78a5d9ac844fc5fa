"""So many tests in so many days: which days they are planned for (rule 22)."""

from datetime import date, timedelta

import pytest
from example import written


def due_days(example, phase, released=None):
    """Checks the test days of one phase, written as `{tests}, days -> test days`: each of twenty people is on another
    day of it. `released`: the day of the phase on which each has a negative test."""
    body, planned = (part.strip() for part in phase.split("->"))
    book = written(f"""
    contact:
      triggers: [{{event: met}}]
      phases: [{{restriction: light, {body}}}]
    """)
    met = {day: date(2022, 2, 1) - timedelta(day - 1) for day in range(1, 21)}
    facts = "event | person | kind | occurred_on\n"
    facts += "\n".join(f"e{day} | p{day} | met | {on}" for day, on in met.items())
    if released:
        facts += "\n\ntest | person | sampled_on\n"
        facts += "\n".join(f"t{day} | p{day} | {on + timedelta(released - 1)}" for day, on in met.items())
    due = "person | phase_day\n" + "\n".join(f"p{day} | {day}" for day in planned.split())
    example([book], facts, on="2022-02-01", tests_due=due)


@pytest.mark.parametrize(
    "phase",
    [
        "days: 7, tests: {times: 2} -> 1 7",
        "days: 7, tests: {times: 3} -> 1 4 7",
        "days: 8, tests: {times: 3} -> 1 4 8",
        "days: 7, tests: {times: 4} -> 1 3 5 7",
        "days: 5, tests: {times: 1} -> 1",
        "days: 3, tests: {times: 3} -> 1 2 3",
        "days: 1, tests: {times: 1} -> 1",
        "through: 7, tests: {times: 2} -> 1 7",
    ],
)
def test_in_the_whole_phase_from_its_first_day_to_its_last(example, phase):
    due_days(example, phase)


@pytest.mark.parametrize(
    "phase",
    [
        "days: 6, tests: {times: 2, in_days: 3} -> 1 3 4 6",
        "days: 7, tests: {times: 2, in_days: 3} -> 1 3 4 6 7",
        "days: 8, tests: {times: 2, in_days: 3} -> 1 3 4 6 7",
        "days: 9, tests: {times: 2, in_days: 4} -> 1 4 5 8 9",
        "days: 14, tests: {times: 3, in_days: 7} -> 1 4 7 8 11 14",
        "days: 5, tests: {times: 1, in_days: 2} -> 1 3 5",
        "days: 4, tests: {times: 1, in_days: 1} -> 1 2 3 4",
        "through: 7, tests: {times: 2, in_days: 5} -> 1 5 6",
    ],
)
def test_in_windows_of_which_the_last_may_be_cut_short(example, phase):
    due_days(example, phase)


def test_a_phase_that_is_left_early_keeps_the_days_planned_for_it(example):
    due_days(example, "days: 7, tests: {times: 3}, release: [{after: 5}] -> 1 4", released=5)


def test_a_phase_that_begins_earlier_is_divided_from_its_first_day(example):
    book = written("""
    contact:
      triggers: [{event: met}]
      phases:
        - {id: stay, restriction: heavy, days: 5, release: [{after: 2}]}
        - {id: watch, restriction: light, through: 8, tests: {times: 2, in_days: 3}}
    """)
    event = "event | person | kind | occurred_on\ne1 | p1 | met | 2022-01-10\n\n"
    test = "test | person | sampled_on\nt1 | p1 | 2022-01-11"
    for facts, first, planned in ((event, 15, (15, 17)), (event + test, 12, (12, 14, 15, 17))):
        for day in range(10, 20):
            example(
                [book],
                facts,
                on=f"2022-01-{day}",
                tests_due=f"phase | phase_day\nwatch | {day - first + 1}" if day in planned else "none",
            )
