"""Five people followed in June 2020, everything counted by hand.

    day        1    2    3    4    5    6      due   what happened
    Ama        S    s    m    .                1-4   seen twice on record for day 1 (missed, then seen)
    Bintou     .    m    n    .                1-4   never seen
    Coumba     S         s    .    n    s      3-4   visited before her time and after it
    Demba      s    s                          -     never exposed, visited all the same
    Elhadj     .    s    c    s                1-2   a case from day 3 on, visited on days 3 and 4

s seen, m missed (attempted), n not attempted, . due and nothing recorded, c case (and seen)
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from sizao.derive.completeness import Completeness, compare_follow_ups


def june(day: int) -> date:
    return date(2020, 6, day)


DUE = {"ama": (1, 2, 3, 4), "bintou": (1, 2, 3, 4), "coumba": (3, 4), "elhadj": (1, 2)}
RECORDED = [
    ("ama", 1, "missed"),
    ("ama", 1, "seen_ok"),
    ("ama", 2, "seen_ok"),
    ("ama", 3, "missed"),
    ("bintou", 2, "missed"),
    ("bintou", 3, "not_attempted"),
    ("coumba", 1, "seen_ok"),
    ("coumba", 3, "seen_ok"),
    ("coumba", 5, "not_attempted"),
    ("coumba", 6, "seen_ok"),
    ("demba", 1, "seen_ok"),
    ("demba", 2, "seen_ok"),
    ("elhadj", 2, "seen_symptomatic"),
    ("elhadj", 3, "seen_ok"),
    ("elhadj", 4, "seen_ok"),
]
DATE = pa.date32()


def due_days(due: dict[str, tuple[int, ...]] = DUE) -> pa.Table:
    rows = [{"person_id": p, "on": june(d), "measure": "contact"} for p, days in due.items() for d in days]
    return pa.Table.from_pylist(
        rows, schema=pa.schema([("person_id", pa.string()), ("on", DATE), ("measure", pa.string())])
    )


def follow_ups(recorded: list[tuple[str, int, str]] = RECORDED) -> pa.Table:
    rows = [{"person_id": p, "occurred_on": june(d), "outcome": o} for p, d, o in recorded]
    schema = pa.schema([("person_id", pa.string()), ("occurred_on", DATE), ("outcome", pa.string())])
    return pa.Table.from_pylist(rows, schema=schema)


def measures(runs: list[tuple[str, str, int, int | None]] | None = None) -> pa.Table:
    if runs is None:
        runs = [(p, "contact", min(days), max(days)) for p, days in DUE.items()]
        runs.append(("elhadj", "case", 3, None))
    rows = [
        {"person_id": p, "measure": m, "from": june(a), "until": None if b is None else june(b)}
        for p, m, a, b in runs
    ]
    schema = pa.schema([("person_id", pa.string()), ("measure", pa.string()), ("from", DATE), ("until", DATE)])
    return pa.Table.from_pylist(rows, schema=schema)


def cases(confirmed: dict[str, int]) -> pa.Table:
    rows = [{"person_id": p, "confirmed_on": june(d)} for p, d in confirmed.items()]
    return pa.Table.from_pylist(rows, schema=pa.schema([("person_id", pa.string()), ("confirmed_on", DATE)]))


@pytest.fixture(scope="module")
def compared() -> Completeness:
    return compare_follow_ups(due_days(), follow_ups(), measures(), cases({"elhadj": 3}))


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def test_by_day_counts_people_due_seen_attempted_and_recorded(compared: Completeness) -> None:
    assert compared.by_day.column_names == [
        "on", "due", "seen", "attempted", "recorded", "missed", "completeness",
    ]  # fmt: skip
    assert rows(compared.by_day) == [
        (june(1), 3, 1, 1, 1, 2, 1 / 3),
        (june(2), 3, 2, 3, 3, 1, 2 / 3),
        (june(3), 3, 1, 2, 3, 2, 1 / 3),
        (june(4), 3, 0, 0, 0, 3, 0.0),
    ]


def test_persons_come_with_their_longest_gap_worst_first(compared: Completeness) -> None:
    assert rows(compared.persons) == [
        ("bintou", 4, 0, 4, 4, june(1), june(4)),
        ("ama", 4, 2, 2, 2, june(1), june(4)),
        ("coumba", 2, 1, 1, 1, june(3), june(4)),
        ("elhadj", 2, 1, 1, 1, june(1), june(2)),
    ]


def test_never_seen_names_who_was_due_and_nobody_saw(compared: Completeness) -> None:
    assert rows(compared.never_seen) == [("bintou", 4, 1, 2, june(1), june(4))]


def test_too_long_says_why_nothing_was_due(compared: Completeness) -> None:
    assert rows(compared.too_long) == [
        ("demba", "no_exposure", june(1), june(2), 2, 2),
        ("elhadj", "after_case", june(3), june(4), 2, 2),
        ("coumba", "later", june(5), june(6), 2, 1),
        ("coumba", "earlier", june(1), june(1), 1, 1),
    ]


def test_summary_adds_up(compared: Completeness) -> None:
    assert compared.summary.to_pylist() == [
        {
            "persons": 4, "due": 4 + 4 + 2 + 2, "seen": 2 + 0 + 1 + 1, "attempted": 6, "recorded": 7,
            "missed": 2 + 4 + 1 + 1, "completeness": 4 / 12, "never_seen": 1, "too_long_persons": 3,
            "too_long_days": 7, "too_long_attempted": 6, "first": june(1), "last": june(4),
        }
    ]  # fmt: skip


def test_a_gap_ends_where_no_visit_was_due_for_a_while() -> None:
    """Two exposures a while apart: two days missed, a pause, three days missed are not five in a row."""
    due = {"ama": (1, 2, 10, 11, 12)}
    runs = measures([("ama", "contact", 1, 2), ("ama", "contact", 10, 12)])
    [row] = compare_follow_ups(due_days(due), follow_ups([]), runs, cases({})).persons.to_pylist()
    assert (row["missed_days"], row["longest_gap"]) == (5, 3)


def test_a_day_seen_splits_a_gap() -> None:
    due = {"ama": (1, 2, 3, 4, 5)}
    runs = measures([("ama", "contact", 1, 5)])
    recorded = follow_ups([("ama", 2, "seen_ok")])
    [row] = compare_follow_ups(due_days(due), recorded, runs, cases({})).persons.to_pylist()
    assert (row["missed_days"], row["longest_gap"]) == (4, 3)


def test_two_measures_due_on_one_day_are_one_visit() -> None:
    twice = pa.concat_tables([due_days({"ama": (1,)}), due_days({"ama": (1,)})])
    compared = compare_follow_ups(twice, follow_ups([]), measures([("ama", "contact", 1, 1)]), cases({}))
    assert compared.summary["due"].to_pylist() == [1]


def test_a_visit_on_a_bound_day_without_a_due_visit_is_not_due_rather_than_late() -> None:
    """A measure that asks for visits on its days 1 and 3 only."""
    runs = measures([("ama", "contact", 1, 3)])
    recorded = follow_ups([("ama", 2, "seen_ok")])
    compared = compare_follow_ups(due_days({"ama": (1, 3)}), recorded, runs, cases({}))
    assert compared.too_long["kind"].to_pylist() == ["not_due"]


def test_a_measure_that_never_asks_for_visits_is_no_follow_up() -> None:
    """Coumba is under health monitoring without visits: a visit to her was asked for by nobody."""
    runs = measures([("ama", "contact", 1, 3), ("coumba", "monitoring", 1, 3)])
    recorded = follow_ups([("coumba", 2, "seen_ok")])
    compared = compare_follow_ups(due_days({"ama": (1, 2, 3)}), recorded, runs, cases({}))
    assert compared.too_long["kind"].to_pylist() == ["no_exposure"]


def test_an_outcome_that_is_not_known_counts_as_recorded_only() -> None:
    recorded = follow_ups([("ama", 1, "waved")])
    compared = compare_follow_ups(due_days({"ama": (1,)}), recorded, measures([("ama", "contact", 1, 1)]), cases({}))
    [row] = compared.by_day.to_pylist()
    assert (row["recorded"], row["attempted"], row["seen"]) == (1, 0, 0)


def test_the_boundary_days_of_a_run_are_due_and_the_days_beside_it_are_not() -> None:
    recorded = follow_ups([("ama", d, "seen_ok") for d in (1, 2, 3, 4)])
    compared = compare_follow_ups(
        due_days({"ama": (2, 3)}), recorded, measures([("ama", "contact", 2, 3)]), cases({})
    )
    assert [(r["kind"], r["first"]) for r in compared.too_long.to_pylist()] == [
        ("earlier", june(1)),
        ("later", june(4)),
    ]
    assert compared.summary["completeness"].to_pylist() == [1.0]


def test_nothing_due_gives_empty_tables_and_no_completeness() -> None:
    compared = compare_follow_ups(due_days({}), follow_ups(), measures([]), cases({}))
    assert compared.by_day.num_rows == compared.persons.num_rows == compared.never_seen.num_rows == 0
    assert set(compared.too_long["kind"].to_pylist()) == {"no_exposure"}
    [summary] = compared.summary.to_pylist()
    assert summary["completeness"] is None
    assert (summary["persons"], summary["due"], summary["never_seen"], summary["too_long_persons"]) == (0, 0, 0, 5)
