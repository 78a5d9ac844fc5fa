"""What was recorded comes back under the contracts: as known at K, without what was withdrawn, merges followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from register_loading import load

from sizao.tables import Folder, contract

DAY = dt.date(2022, 11, 18)
ALL = ("people", "places", "events", "cases", "case_places", "tests", "orders", "visits")


def at(hour: int, micro: int = 0) -> dt.datetime:
    return dt.datetime(2022, 11, 19, hour, 0, 0, micro, tzinfo=dt.UTC)


def later() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


def sorted_rows(table: pa.Table) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: [str(value) for value in row.values()])


def rows_of(folder: Folder, name: str) -> list[dict[str, Any]]:
    return sorted_rows(folder.tables[name].arrow())


def read(known_at: dt.datetime | None = None, *names: str) -> Folder:
    from sizao.register.bridge.records import read_records

    return read_records(names or ALL, known_at or later())


def read_some(*ids: str, known_at: dt.datetime | None = None) -> Folder:
    from sizao.register.bridge.records import read_people

    return read_people(ids, known_at or later())


def samples_of(versions: list[tuple[str, str, dt.datetime]]) -> dict[str, Any]:
    return {
        "tests": {
            "test_id": [v[0] for v in versions],
            "person_id": ["p-1"] * len(versions),
            "sampled_on": [DAY] * len(versions),
            "method": ["pcr"] * len(versions),
            "result": [v[1] for v in versions],
            "recorded_at": [v[2] for v in versions],
        }
    }


@pytest.fixture
def load_tables(town: Any) -> Callable[[dict[str, Any]], None]:
    return load


def test_a_whole_city_comes_back_as_it_was_loaded(city_register: Mapping[str, pa.Table]) -> None:
    found = read()
    for name in ALL:
        table = found.tables[name].arrow()
        assert table.schema == contract(name).arrow_schema()
        assert sorted_rows(table) == sorted_rows(city_register[name].select(contract(name).names)), name


def test_a_few_people_of_a_city_come_back_with_all_that_is_theirs(city_register: Mapping[str, pa.Table]) -> None:
    ids = city_register["events"]["person_id"].unique().to_pylist()[:40]
    found = read_some(*ids)
    for name in ("people", "events", "cases", "tests", "orders"):
        table = city_register[name].select(contract(name).names)
        assert rows_of(found, name) == sorted_rows(table.filter(pc.is_in(table["person_id"], pa.array(ids)))), name


def test_a_transaction_under_way_reads_what_it_wrote(city_register: Mapping[str, pa.Table]) -> None:
    from django.db import transaction

    outside = read()
    with transaction.atomic():
        inside = read()
        load({"places": {"place_id": ["new"], "kind": ["unit"], "name": ["新"]}})
        assert len(rows_of(read(), "places")) == len(rows_of(outside, "places")) + 1
        transaction.set_rollback(True)
    for name in ALL:
        assert rows_of(inside, name) == rows_of(outside, name), name


def test_an_empty_register_gives_empty_tables(committed: str) -> None:
    found = read()
    for name in ALL:
        assert found.tables[name].arrow().num_rows == 0
        assert found.tables[name].arrow().schema == contract(name).arrow_schema()


def test_columns_without_any_value_keep_their_type(load_tables: Any) -> None:
    load_tables(samples_of([("t-1", "negative", at(1))]))
    found = read().tables["tests"].table
    assert found is not None
    assert found.schema.field("ct").type == pa.int64()
    assert found.schema.field("tube_id").type == pa.string()
    assert found["ct"].null_count == 1


def test_instants_keep_their_microseconds_and_whole_seconds_too(load_tables: Any) -> None:
    instants = [at(1), at(1, 1), at(2, 999_999)]
    load_tables(samples_of([*zip(("t-1", "t-1", "t-2"), ("pending", "negative", "pending"), instants, strict=True)]))
    for found in (read(), read_some("p-1")):
        assert sorted(row["recorded_at"] for row in rows_of(found, "tests")) == instants


def test_a_fact_counts_from_the_instant_of_its_recording_on(load_tables: Any) -> None:
    load_tables(samples_of([("t-1", "pending", at(1)), ("t-1", "negative", at(2, 5)), ("t-2", "pending", at(2))]))

    def known(instant: dt.datetime) -> list[list[str]]:
        found = [read(instant), read_some("p-1", known_at=instant)]
        return [[f"{row['test_id']} {row['result']}" for row in rows_of(one, "tests")] for one in found]

    assert known(at(0, 999_999)) == [[], []]
    assert known(at(1)) == [["t-1 pending"]] * 2
    assert known(at(2, 4)) == [["t-1 pending", "t-2 pending"]] * 2
    assert known(at(2, 5)) == [["t-1 negative", "t-1 pending", "t-2 pending"]] * 2
    zone = dt.timezone(dt.timedelta(hours=8))
    assert known(at(2, 4).astimezone(zone)) == known(at(2, 4))


def test_of_a_withdrawn_fact_nothing_is_left_from_then_on(town: Any) -> None:
    from sizao.register.actions import cases, tests

    test = tests.record_test(by=town.job, person_id="p-1", sampled_on=DAY)
    tests.record_result(by=town.job, test_id=test.test_id, version=1, result="positive")
    case = cases.report_case(by=town.job, person_id="p-1", confirmed_on=DAY, classification="confirmed")
    before = later()
    gone = tests.withdraw_test(by=town.job, test_id=test.test_id, version=2)
    cases.withdraw_case(by=town.job, case_id=case.case_id, version=1)
    for found in (read(), read_some("p-1")):
        assert rows_of(found, "tests") == rows_of(found, "cases") == []
    earlier = gone.recorded_at - dt.timedelta(microseconds=1)
    assert before > earlier
    for found in (read(earlier), read_some("p-1", known_at=earlier)):
        assert [row["result"] for row in rows_of(found, "tests")] == ["pending", "positive"]
        assert len(rows_of(found, "cases")) == 1


def test_a_withdrawn_fact_that_is_recorded_again_holds(town: Any, load_tables: Any) -> None:
    from sizao.register.actions import tests

    test = tests.record_test(by=town.job, person_id="p-1", sampled_on=DAY)
    tests.withdraw_test(by=town.job, test_id=test.test_id, version=1)
    load_tables(samples_of([(test.test_id, "positive", later())]))
    for found in (read(later()), read_some("p-1", known_at=later())):
        assert [row["result"] for row in rows_of(found, "tests")] == ["pending", "positive"]


def test_a_place_of_a_case_that_was_taken_back_is_left_out(town: Any) -> None:
    from sizao.register.actions import cases

    case = cases.report_case(by=town.job, person_id="p-1", confirmed_on=DAY, classification="confirmed")
    wrong = cases.record_case_place(by=town.job, case_id=case.case_id, place_id="yi", role="work", spread_risk=True)
    cases.record_case_place(by=town.job, case_id=case.case_id, place_id="jia-1", role="home", spread_risk=False)
    assert [row["spread_risk"] for row in rows_of(read(), "case_places")] == [False, True]
    back = cases.take_back_case_place(by=town.job, row_id=wrong.pk)
    assert [row["place_id"] for row in rows_of(read(), "case_places")] == ["jia-1"]
    assert len(rows_of(read(back.recorded_at - dt.timedelta(microseconds=1)), "case_places")) == 2


def test_events_and_what_takes_them_back_are_both_given(town: Any) -> None:
    from sizao.register.actions import events

    wrong = events.record_event(by=town.job, person_id="p-1", kind="exposed_to_case", occurred_on=DAY)
    events.void_event(by=town.job, event_id=wrong.event_id)
    for found in (read(), read_some("p-1")):
        assert {(row["kind"], row["voids"]) for row in rows_of(found, "events")} == {
            ("exposed_to_case", None),
            ("void", wrong.event_id),
        }


def test_an_event_that_somebody_elses_replaces_comes_with_it(load_tables: Any) -> None:
    """No action records such a thing, but a move from another register may have."""
    load_tables(
        {
            "events": {
                "event_id": ["e-1", "e-2", "e-3"],
                "person_id": ["p-1", "p-2", "p-2"],
                "kind": ["exposed_to_case", "exposed_to_case", "exposed_to_contact"],
                "occurred_on": [DAY, DAY, DAY],
                "voids": [None, "e-1", None],
                "recorded_at": [at(1), at(2), at(3)],
            }
        }
    )
    assert {row["event_id"] for row in rows_of(read_some("p-1"), "events")} == {"e-1", "e-2"}


def test_a_case_whose_next_version_is_somebody_elses_comes_with_that(load_tables: Any) -> None:
    load_tables(
        {
            "cases": {
                "case_id": ["c-1", "c-1"],
                "person_id": ["p-1", "p-2"],
                "confirmed_on": [DAY, DAY],
                "classification": ["confirmed", "confirmed"],
                "origin": ["local", "local"],
                "recorded_at": [at(1), at(2)],
            }
        }
    )
    for person in ("p-1", "p-2"):
        assert [row["person_id"] for row in rows_of(read_some(person), "cases")] == ["p-1", "p-2"]


def test_facts_of_merged_records_are_those_of_the_one_they_were_merged_into(town: Any) -> None:
    from sizao.register.actions import events, people
    from sizao.register.bridge.records import follow_merges

    for person in ("p-1", "p-2", "p-3"):
        events.record_event(by=town.job, person_id=person, kind=f"met_{person[-1]}", occurred_on=DAY)
    people.merge_people(by=town.job, kept="p-2", gone="p-1")
    people.merge_people(by=town.job, kept="p-3", gone="p-2")
    assert follow_merges(["p-1", "p-2", "p-3", "p-4"]) == dict.fromkeys(("p-1", "p-2", "p-3"), "p-3") | {"p-4": "p-4"}
    for found in (read(), read_some("p-3")):
        assert {(row["kind"], row["person_id"]) for row in rows_of(found, "events")} == {
            (f"met_{n}", "p-3") for n in (1, 2, 3)
        }
    assert {row["person_id"] for row in rows_of(read(), "people")} == {f"p-{n}" for n in range(3, 10)}
    people.unmerge_people(by=town.job, kept="p-3", gone="p-2")
    assert {(row["kind"], row["person_id"]) for row in rows_of(read(), "events")} == {
        ("met_1", "p-2"),
        ("met_2", "p-2"),
        ("met_3", "p-3"),
    }


def test_a_chain_of_merges_is_followed_to_its_end(town: Any) -> None:
    from sizao.register.actions import events
    from sizao.register.bridge.records import follow_merges
    from sizao.register.models import Person

    rows = Person.objects.unscoped("a chain, which the action would shorten")
    rows.filter(person_id="p-1").update(same_as_id="p-2")
    rows.filter(person_id="p-2").update(same_as_id="p-3")
    events.record_event(by=town.job, person_id="p-1", kind="met", occurred_on=DAY)
    assert follow_merges(["p-1"]) == {"p-1": "p-3"}
    for found in (read(), read_some("p-3")):
        assert [row["person_id"] for row in rows_of(found, "events")] == ["p-3"]


def test_ids_and_words_of_any_letters_come_back(load_tables: Any) -> None:
    odd = ["o'Brien", 'say "hi"', "密接-001", "a%s b;--", "t\\n,x"]
    load_tables({"people": {"person_id": odd, "traits": ["", *odd[1:]]}})
    load_tables(
        {
            "events": {
                "event_id": odd,
                "person_id": odd,
                "kind": odd,
                "occurred_on": [DAY] * 5,
                "recorded_at": [at(1)] * 5,
            }
        }
    )
    assert sorted(row["kind"] for row in rows_of(read(), "events")) == sorted(odd)
    assert {row["person_id"]: row["traits"] for row in rows_of(read_some(*odd), "people")} == dict(
        zip(odd, ["", *odd[1:]], strict=True)
    )
    for name in odd:
        assert [row["event_id"] for row in rows_of(read_some(name), "events")] == [name]


def test_a_register_that_does_not_answer_says_so(committed: str) -> None:
    from django.db import OperationalError

    from sizao.register.bridge.connect import connect

    with connect() as db, pytest.raises(OperationalError, match="nowhere"):
        db.fetch("SELECT 1 FROM nowhere")


def test_all_tables_are_of_one_moment(town: Any) -> None:
    from sizao.register.actions import tests
    from sizao.register.bridge.connect import connect

    with connect() as db:
        before = db.fetch("SELECT count(*) AS n FROM tests")["n"][0].as_py()
        tests.record_test(by=town.job, person_id="p-1", sampled_on=DAY)
        assert db.fetch("SELECT count(*) AS n FROM tests")["n"][0].as_py() == before == 0
