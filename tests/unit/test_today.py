"""The lists of the day, by example: 13 November 2022 in a small town."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from sizao.derive.today import Work, list_work
from sizao.errors import SizaoError

D = date(2022, 11, 13)
DAY = timedelta(days=1)
LIGHT_TO_STRICT = ("health_monitoring", "home_isolation", "central_isolation", "hospital_isolation")
TEXT, DATE, NUMBER = pa.string(), pa.date32(), pa.int32()
STATUS = {
    "person_id": TEXT,
    "on": DATE,
    "rulebook": TEXT,
    "measure": TEXT,
    "phase": TEXT,
    "phase_day": NUMBER,
    "restriction": TEXT,
    "from": DATE,
    "until": DATE,
    "clause": TEXT,
    "because": TEXT,
}
DUE = {name: STATUS[name] for name in ("person_id", "on", "measure", "phase", "phase_day", "clause", "because")}
TESTS = {
    "test_id": TEXT,
    "person_id": TEXT,
    "sampled_on": DATE,
    "result": TEXT,
    "recorded_at": pa.timestamp("us", "UTC"),
}
PLACES = {"place_id": TEXT, "parent_id": TEXT, "kind": TEXT, "name": TEXT}
PEOPLE = {"person_id": TEXT, "home_place_id": TEXT, "traits": TEXT}


def table(columns: dict[str, pa.DataType], rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))


def under(
    person: str,
    restriction: str = "home_isolation",
    *,
    measure: str = "close_contact",
    until: date | None = D + 2 * DAY,
    on: date = D,
) -> dict[str, Any]:
    return {
        "person_id": person,
        "on": on,
        "rulebook": "cn-2022-11-11",
        "measure": measure,
        "phase": restriction,
        "phase_day": 1,
        "restriction": restriction,
        "from": D - 5 * DAY,
        "until": until,
        "clause": "1",
        "because": f"e-{person}",
    }


def due(person: str, on: date = D, measure: str = "close_contact") -> dict[str, Any]:
    return {
        "person_id": person,
        "on": on,
        "measure": measure,
        "phase": "home_isolation",
        "phase_day": 1,
        "clause": "1",
    }


def at(on: date, hour: int) -> datetime:
    """An hour of the town's clock."""
    return datetime.combine(on, time(hour), timezone(timedelta(hours=8)))


def sample(person: str, on: date, recorded: datetime | None = None, test_id: str | None = None) -> dict[str, Any]:
    return {
        "test_id": test_id or f"t-{person}-{on}",
        "person_id": person,
        "sampled_on": on,
        "result": "pending",
        "recorded_at": recorded or at(on, 12),
    }


def place(place_id: str, kind: str, parent: str | None = None, name: str | None = None) -> dict[str, Any]:
    return {"place_id": place_id, "kind": kind, "parent_id": parent, "name": name or place_id}


def person(person_id: str, home: str | None = None, traits: str | None = None) -> dict[str, Any]:
    return {"person_id": person_id, "home_place_id": home, "traits": traits}


TOWN = [
    place("city", "city"),
    place("street", "street", "city"),
    place("lake", "community", "street", "Lake"),
    place("hill", "community", "street", "Hill"),
    place("garden", "compound", "lake", "Garden"),
    place("b2", "building", "garden", "No. 2"),
    place("b10", "building", "garden", "No. 10"),
    place("b2-u1", "unit", "b2", "Unit 1"),
    place("b2-u2", "unit", "b2", "Unit 2"),
]


def work(
    today: list[dict[str, Any]] = [],  # noqa: B006
    yesterday: list[dict[str, Any]] = [],  # noqa: B006
    due: list[dict[str, Any]] = [],  # noqa: B006
    samples: list[dict[str, Any]] = [],  # noqa: B006
    people: list[dict[str, Any]] | None = None,
    places: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Work:
    return list_work(
        on=D,
        status=table(STATUS, today),
        status_yesterday=table(STATUS, yesterday),
        tests_due=table(DUE, due),
        tests=table(TESTS, samples),
        people=None if people is None else table(PEOPLE, people),
        places=None if places is None else table(PLACES, places),
        undecided=more.pop("undecided", None),
        restrictions=LIGHT_TO_STRICT,
        **more,
    )


def column(listed: pa.Table, name: str) -> list[Any]:
    return listed.column(name).to_pylist()


def rows(listed: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in listed.to_pylist()]


# Tests due


def test_a_test_due_today_is_done_by_any_sample_of_today_and_by_no_other():
    got = work(
        [under(p) for p in "abc"],
        due=[due("a"), due("b"), due("c")],
        samples=[sample("a", D), sample("b", D - DAY), sample("c", D + DAY)],
    )
    assert rows(got.tests, "person_id", "done") == [("a", True), ("b", False), ("c", False)]
    assert got.done == 1


def test_two_measures_that_ask_on_one_day_are_one_test():
    got = work(
        [under("a")], due=[due("a"), due("a", measure="inbound"), due("a", D + DAY), due("a", D + DAY, "inbound")]
    )
    assert column(got.tests, "person_id") == ["a"]
    assert got.tests_tomorrow == 1


def test_tests_of_other_days_are_not_due_today():
    got = work([under("a")], due=[due("a", D - DAY), due("a", D + DAY), due("b", D + 2 * DAY)])
    assert got.tests.num_rows == 0
    assert got.tests_tomorrow == 1


def test_a_sample_counts_from_the_moment_it_is_recorded():
    args = {"today": [under("a")], "due": [due("a")], "samples": [sample("a", D, recorded=at(D, 9))]}
    assert work(**args, known_at=at(D, 9) - timedelta(seconds=1)).done == 0
    assert work(**args, known_at=at(D, 9)).done == 1


def test_a_corrected_sampling_date_counts_as_corrected():
    first, corrected = sample("a", D, at(D, 9), "t-1"), sample("a", D - DAY, at(D, 10), "t-1")
    args = {"today": [under("a")], "due": [due("a")], "samples": [corrected, first]}
    assert work(**args).done == 0
    assert work(**args, known_at=at(D, 9)).done == 1


# Overdue tests


@pytest.mark.parametrize(
    ("due_on", "sampled", "overdue"),
    [
        (D, None, False),  # due today: not yet overdue
        (D - DAY, None, True),
        (D - 7 * DAY, None, True),
        (D - 8 * DAY, None, False),  # further back than the list looks
        (D - 3 * DAY, D - 4 * DAY, True),  # sampled before it was due
        (D - 3 * DAY, D - 3 * DAY, False),
        (D - 3 * DAY, D - DAY, False),  # late, but done
        (D - 3 * DAY, D, False),
        (D - 3 * DAY, D + DAY, True),  # not yet, as far as this day knows
    ],
)
def test_overdue_from_the_day_after_until_a_sample_on_or_after_the_due_day(due_on, sampled, overdue):
    got = work([under("a")], due=[due("a", due_on)], samples=[sample("a", sampled)] if sampled else [])
    assert column(got.overdue, "person_id") == (["a"] if overdue else [])


def test_overdue_counts_days_from_the_first_day_missed_since_the_last_sample():
    got = work([under("a")], due=[due("a", D - n * DAY) for n in (6, 4, 2, 0)], samples=[sample("a", D - 5 * DAY)])
    assert rows(got.overdue, "since", "days", "missed", "due_today") == [(D - 4 * DAY, 4, 2, True)]
    assert column(got.tests, "overdue_since") == [D - 4 * DAY]


def test_a_test_is_not_overdue_once_its_measure_has_ended():
    got = work([under("a", measure="case")], due=[due("a", D - 2 * DAY)])
    assert got.overdue.num_rows == 0


def test_a_test_stays_overdue_where_its_measure_binds_beside_a_stricter_one():
    both = [under("a", "central_isolation", measure="inbound"), under("a")]
    got = work(both[:1], due=[due("a", D - 2 * DAY)], measures=table(STATUS, both))
    assert column(got.overdue, "measure") == ["close_contact"]


# Yesterday beside today


def test_new_released_and_changed_people():
    got = work(
        yesterday=[
            under("stays"),
            under("goes_home", "central_isolation"),
            under("falls_ill", "home_isolation"),
            under("out", until=D - DAY),
        ],
        today=[
            under("stays"),
            under("goes_home"),
            under("falls_ill", "hospital_isolation", measure="case"),
            under("comes"),
        ],
    )
    assert column(got.new, "person_id") == ["comes"]
    assert rows(got.released, "person_id", "clause", "last_day", "foreseen") == [("out", "1", D - DAY, D - DAY)]
    assert rows(got.changes, "person_id", "before", "after", "direction") == [
        ("falls_ill", "home_isolation", "hospital_isolation", "heavier"),
        ("goes_home", "central_isolation", "home_isolation", "lighter"),
    ]


def test_another_measure_under_the_same_restriction_is_no_change():
    got = work(yesterday=[under("a")], today=[under("a", measure="high_risk_leaver")])
    assert got.changes.num_rows == 0


def test_a_release_before_the_end_foreseen_shows_both_days():
    got = work(yesterday=[under("a", until=D + 3 * DAY)])
    assert rows(got.released, "last_day", "foreseen") == [(D - DAY, D + 3 * DAY)]


def test_a_restriction_that_the_rulebook_does_not_order_has_no_direction():
    got = work(yesterday=[under("a", "house_arrest")], today=[under("a")])
    assert column(got.changes, "direction") == [None]


# Ending today


def test_ending_today_is_the_last_day_of_the_last_phase():
    ends_today = under("ends", until=D)
    one_more_day = under("goes_on", until=D + DAY)
    phase_ends = under("next_phase", "central_isolation", until=D)
    home_follows = under("next_phase") | {"from": D + DAY, "until": D + 3 * DAY}
    no_end = under("case", "hospital_isolation", until=None)
    today = [ends_today, one_more_day, phase_ends, no_end]
    got = work(today, measures=table(STATUS, [*today, home_follows]))
    assert column(got.ending, "person_id") == ["ends"]


# People of whom no rule speaks


def test_an_undecided_status_binds_nobody():
    undecided = under("a", measure="undecided", until=D) | {"restriction": None, "phase": None}
    got = work(today=[undecided, under("b")], yesterday=[undecided | {"person_id": "b"}])
    assert (got.people, got.people_yesterday) == (1, 0)
    assert column(got.new, "person_id") == ["b"]
    assert column(got.counts, "measure") == ["close_contact"]
    assert got.released.num_rows == got.ending.num_rows == got.changes.num_rows == 0


def test_an_undecided_fact_prolongs_nothing_but_marks_the_release():
    facts = pa.table({"fact_id": ["e-9"], "person_id": ["a"], "kind": ["odd"]})
    undecided = under("a", measure="undecided", until=D + 5 * DAY) | {"restriction": None, "phase": None}
    got = work(today=[undecided], yesterday=[under("a"), under("b")], undecided=facts)
    assert rows(got.released, "person_id", "undecided") == [("a", True), ("b", False)]
    last = under("a", until=D)
    assert column(work([last], measures=table(STATUS, [last, undecided])).ending, "person_id") == ["a"]


# Counts


def test_counts_by_measure_and_restriction_with_the_change_from_yesterday():
    got = work(
        yesterday=[under("a", "central_isolation"), under("b"), under("c", measure="inbound")],
        today=[under("a"), under("b"), under("d")],
    )
    assert rows(got.counts, "measure", "restriction", "people", "yesterday", "change") == [
        ("close_contact", "central_isolation", 0, 1, 0 - 1),
        ("close_contact", "home_isolation", 3, 1, 3 - 1),
        ("inbound", "home_isolation", 0, 1, 0 - 1),
    ]
    assert (got.people, got.people_yesterday) == (3, 3)


def test_rooms_count_who_arrives_and_who_leaves_even_where_the_number_stays():
    got = work(
        yesterday=[under("a", "central_isolation"), under("b", "central_isolation")],
        today=[under("b", "central_isolation"), under("c", "central_isolation")],
    )
    assert rows(got.rooms, "restriction", "people", "change", "arriving", "leaving") == [
        ("central_isolation", 2, 0, 1, 1)
    ]


# Places


def test_people_are_grouped_by_community_and_sorted_for_walking():
    homes = {"a": "b10", "b": "b2-u2", "c": "hill", "d": "b2-u1", "e": None, "f": "lake"}
    got = work(
        [under(p) for p in homes],
        due=[due(p) for p in homes],
        people=[person(p, h) for p, h in homes.items()],
        places=TOWN,
    )
    assert rows(got.tests, "person_id", "community", "home", "building") == [
        ("c", "Hill", None, None),
        ("f", "Lake", None, None),
        ("d", "Lake", "Garden / No. 2 / Unit 1", "Garden / No. 2"),
        ("b", "Lake", "Garden / No. 2 / Unit 2", "Garden / No. 2"),
        ("a", "Lake", "Garden / No. 10", "Garden / No. 10"),
        ("e", None, None, None),
    ]
    assert rows(got.communities, "community", "due", "done", "people") == [
        ("Hill", 1, 0, 1),
        ("Lake", 4, 0, 4),
        (None, 1, 0, 1),
    ]
    assert got.without_home == 1


def test_a_home_without_a_community_is_grouped_by_the_highest_place_known():
    places = [place("city", "city", "lost"), place("b1", "building", "city"), place("alone", "unit")]
    got = work(
        [under(p) for p in "abc"],
        due=[due(p) for p in "abc"],
        people=[person("a", "b1"), person("b", "alone"), person("c", "unlisted")],
        places=places,
    )
    assert rows(got.tests, "person_id", "community", "home") == [
        ("b", "alone", None),
        ("a", "city", "b1"),
        ("c", "unlisted", None),
    ]


def test_a_home_says_each_name_once():
    names = {
        "yard": "云溪苑 Yunxi Court",
        "b": "云溪苑3号楼 Yunxi Court Bldg 3",
        "u": "云溪苑3号楼2单元 Yunxi Court 3-2",
    }
    places = [
        place("lake", "community"),
        place("yard", "compound", "lake", names["yard"]),
        place("b", "building", "yard", names["b"]),
        place("u", "unit", "b", names["u"]),
        place("b1", "building", "lake", "No. 1"),
        place("u12", "unit", "b1", "No. 12"),
    ]
    people = [person("p", "u"), person("q", "u12")]
    got = work([under("p"), under("q")], due=[due("p"), due("q")], people=people, places=places)
    assert rows(got.tests, "home", "building") == [("No. 1 / No. 12", "No. 1"), (names["u"], names["b"])]


def test_a_ring_of_places_ends():
    got = work(
        [under("a")],
        due=[due("a")],
        people=[person("a", "x")],
        places=[place("x", "unit", "y"), place("y", "building", "x")],
    )
    assert column(got.tests, "person_id") == ["a"]


def test_one_place_keeps_those_who_live_in_it():
    homes = {"in": "b2-u1", "next_door": "b10", "elsewhere": "hill", "nowhere": None}
    people = [person(p, h) for p, h in homes.items()]
    everybody = [under(p) for p in homes]
    got = work(
        everybody,
        everybody,
        [due(p) for p in homes] + [due(p, D + DAY) for p in homes],
        people=people,
        places=TOWN,
        place="b2",
    )
    assert column(got.tests, "person_id") == ["in"]
    assert (got.people, got.people_yesterday, got.tests_tomorrow, got.communities.num_rows) == (1, 1, 1, 1)


def test_an_unknown_place_is_refused():
    with pytest.raises(SizaoError) as caught:
        work(people=[], places=TOWN, place="atlantis")
    assert caught.value.code == "unknown-place"


# People


@pytest.mark.parametrize("traits", ["elderly;dialysis;tall", "dialysis, elderly", "elderly dialysis"])
def test_vulnerable_people_are_flagged(traits):
    got = work([under("a")], due=[due("a")], people=[person("a", traits=traits)])
    assert column(got.tests, "flags") == ["elderly;dialysis"]


def test_traits_may_be_a_list_or_absent():
    listed = pa.table({"person_id": ["a"], "traits": [["child_alone"]]})
    args: dict[str, Any] = {
        "on": D,
        "status": table(STATUS, [under("a")]),
        "status_yesterday": table(STATUS, []),
        "tests": table(TESTS, []),
        "tests_due": table(DUE, [due("a")]),
        "places": None,
        "undecided": None,
    }
    assert column(list_work(people=listed, **args).tests, "flags") == ["child_alone"]
    assert column(list_work(people=listed.select(["person_id"]), **args).tests, "flags") == [""]


def test_nothing_to_do_is_a_whole_answer():
    got = work()
    assert got.people == got.done == got.tests_tomorrow == got.without_home == 0
    assert all(
        getattr(got, name).num_rows == 0
        for name in (
            "tests",
            "overdue",
            "changes",
            "released",
            "new",
            "ending",
            "undecided",
            "counts",
            "rooms",
            "communities",
        )
    )


def test_undecided_facts_are_passed_on_and_scoped():
    facts = pa.table({"fact_id": ["e-1", "e-2"], "person_id": ["a", "b"], "kind": ["odd", "odder"]})
    people = [person("a", "lake"), person("b", "hill")]
    assert work(people=people, places=TOWN, undecided=facts).undecided.num_rows == 2
    assert column(work(people=people, places=TOWN, undecided=facts, place="hill").undecided, "kind") == ["odder"]


def test_an_undecided_fact_is_shown_as_long_as_it_bears_on_today():
    facts = pa.table({"fact_id": ["old", "near"], "person_id": ["a", "a"], "kind": ["odd", "odd"]})
    undecided = under("a", measure="undecided") | {"restriction": None}
    runs = [undecided | {"because": "old", "until": D - DAY}, undecided | {"because": "near", "until": D}]
    assert column(work(undecided=facts, measures=table(STATUS, runs)).undecided, "fact_id") == ["near"]
