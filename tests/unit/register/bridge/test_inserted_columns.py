"""Whole columns are appended as the ORM would write them; every constraint holds, and what fails leaves nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import IntegrityError, connection, transaction
from other_process import run

DAY = dt.date(2022, 11, 18)
AT = dt.datetime(2022, 11, 19, 8, 0, tzinfo=dt.UTC)


def insert(table: str, columns: dict[str, Any]) -> None:
    from sizao.register.insert import insert

    with transaction.atomic():
        insert(table, columns)


def act() -> int:
    from sizao.register.models import Act

    return Act.objects.create(action="try", at=AT).pk


def samples(count: int, act_id: int, **more: Any) -> dict[str, Any]:
    columns = {
        "test_id": pa.array([f"t-{n}" for n in range(count)]),
        "version": [1] * count,
        "withdrawn": [False] * count,
        "person_id": pa.chunked_array([["p-1"] * count]),
        "sampled_on": pa.array([DAY] * count),
        "method": pa.array(["pcr"] * count),
        "result": pa.array(["negative"] * count),
        "recorded_at": pa.array([AT] * count, pa.timestamp("us", "UTC")),
        "act_id": [act_id] * count,
    }
    return columns | more


def stored(table: str, columns: str, order: str) -> list[tuple[Any, ...]]:
    """As the database has it: SQLite's texts as they are."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            columns = ", ".join(f"CAST({name} AS text), typeof({name})" for name in columns.split(", "))
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY {order}")
        return [tuple(row) for row in cursor.fetchall()]


def test_rows_are_as_the_orm_writes_them(town: Any) -> None:
    from sizao.register.models import Test

    number = act()
    instants = [AT, AT + dt.timedelta(microseconds=1), AT + dt.timedelta(seconds=1, milliseconds=20)]
    more = {"ct": pa.array([None, 3550, 0]), "tube_id": pa.array(["", None, "管'\"\n,1"])}
    insert("tests", samples(3, number, recorded_at=pa.array(instants, pa.timestamp("us", "UTC")), **more))
    for n, instant in enumerate(instants):
        Test.objects.create(
            test_id=f"t-{n}",
            version=2,
            person_id="p-1",
            sampled_on=DAY,
            method="pcr",
            result="negative",
            recorded_at=instant,
            act_id=number,
            ct=more["ct"][n].as_py(),
            tube_id=more["tube_id"][n].as_py(),
        )
    names = "recorded_at, withdrawn, sampled_on, method, result, ct, tube_id, act_id, person_id"
    rows = stored("tests", names, "test_id, version")
    assert rows[0::2] == rows[1::2]
    assert Test.objects.unscoped("test").filter(recorded_at=AT).count() == 2


def test_bytes_and_empty_texts_come_back(town: Any) -> None:
    from sizao.register.models import Person

    sealed = [b"", b"\x00\xff\\x41,\"'", None]
    hashes = {f"{name}_hash": ["", "", ""] for name in ("name", "phone", "number")}
    columns = {"person_id": ["q-1", "q-2", "q-3"], "name": sealed, "area": ["", "a", "b"], "version": [1, 1, 1]}
    insert("people", columns | hashes | {"added_id": [act()] * 3, "sex": pa.nulls(3)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM people WHERE person_id LIKE 'q-%%' ORDER BY person_id")
        assert [None if row[0] is None else bytes(row[0]) for row in cursor.fetchall()] == sealed
    assert Person.objects.unscoped("test").filter(sex=None, person_id__startswith="q-").count() == 3


@pytest.mark.parametrize("count", [0, 1, 110, 111, 112, 1000])
def test_every_row_is_there_however_they_fit_into_statements(town: Any, count: int) -> None:
    from sizao.register.models import Test

    insert("tests", samples(count, act()))
    ids = {*Test.objects.unscoped("test").values_list("test_id", flat=True)}
    assert ids == {f"t-{n}" for n in range(count)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": pa.array(["negative"] * 119 + ["perhaps"])},  # a word
        {"person_id": pa.array(["p-1"] * 119 + ["nobody"])},  # a key to another table
        {"test_id": pa.array([f"t-{n % 119}" for n in range(120)])},  # twice the same version
        {"method": pa.array(["pcr"] * 119 + [None])},  # nothing where something must be
    ],
    ids=["check", "foreign key", "unique", "null"],
)
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_one_row_that_is_not_allowed_leaves_none(
    town: Any, wrong: dict[str, Any], many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sizao.register import insert as module
    from sizao.register.models import Test

    monkeypatch.setattr(module, "MANY", 100 if many else 1000)
    before = indexes()
    with pytest.raises(IntegrityError):
        insert("tests", samples(120, act(), **wrong))
    assert not Test.objects.unscoped("test").exists()
    assert indexes() == before


def indexes(table: str = "tests") -> set[str]:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
    return {name for name, about in constraints.items() if about["index"] or about["unique"]}


def test_the_indexes_are_there_again_after_many_rows(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register import insert as module

    monkeypatch.setattr(module, "MANY", 100)
    before = indexes()
    said = []
    with connection.execute_wrapper(lambda run, sql, *rest: (said.append(sql), run(sql, *rest))[1]):
        insert("tests", samples(120, act()))
        taken = [sql for sql in said if sql.startswith("DROP INDEX")]
        assert bool(taken) == (connection.vendor == "sqlite")
        said.clear()
        more = {"test_id": pa.array([f"u-{n}" for n in range(110)])}
        insert("tests", samples(110, act()) | more)
        assert not [sql for sql in said if sql.startswith("DROP INDEX")], "the table has more rows than come in"
    assert indexes() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tests WHERE person_id = 'p-1'")
        assert cursor.fetchone() == (230,)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size")
            assert cursor.fetchone() == (-65536,)


def test_a_load_that_is_killed_leaves_the_table_as_it_was(town: Any, committed: str, tmp_path: Path) -> None:
    from sizao.register.models import Event

    before = indexes("events")
    assert run(committed, tmp_path, "killed while it loads") == -9
    assert not Event.objects.unscoped("test").exists()
    assert indexes("events") == before


def test_a_later_part_of_a_table_numbers_its_versions_on(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from register_loading import load

    from sizao.register.actions import bulk
    from sizao.register.models import Test

    monkeypatch.setattr(bulk, "ASKED", 2)
    about = {"person_id": ["p-1"] * 3, "sampled_on": [DAY] * 3, "method": ["pcr"] * 3, "result": ["pending"] * 3}
    earlier = [AT + dt.timedelta(hours=n) for n in (0, 2, 1)]
    load({"tests": {"test_id": ["t-1", "t-1", "t-2"], "recorded_at": earlier, **about}})
    load({"tests": {"test_id": ["t-3", "t-1", "t-2"], "recorded_at": [AT] * 3, **about}})
    load({"tests": {"test_id": ["t-3", "t-1", "t-1"], "recorded_at": earlier, **about}})
    rows = Test.objects.unscoped("test").order_by("id").values_list("test_id", "version")
    assert [*rows] == [
        *[("t-1", 1), ("t-1", 2), ("t-2", 1)],
        *[("t-3", 1), ("t-1", 3), ("t-2", 2)],
        *[("t-3", 2), ("t-1", 5), ("t-1", 4)],
    ]


def test_places_of_a_later_part_hang_under_those_on_record(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from register_loading import load

    from sizao.register.actions import bulk
    from sizao.register.models import Person, Place

    monkeypatch.setattr(bulk, "ASKED", 1)
    ids, parents = ["flat", "unit-2", "unit-3"], ["unit-2", "jia-1", "yi"]
    load({"places": {"place_id": ids, "parent_id": parents, "kind": ["unit"] * 3, "name": ids}})
    load({"people": {"person_id": ["q-1", "q-2", "q-3"], "home_place_id": ["flat", "yi", None]}})
    paths = dict(Place.objects.unscoped("test").values_list("place_id", "path"))
    assert paths["flat"].startswith(paths["unit-2"])
    assert paths["unit-2"].startswith(paths["jia-1"])
    assert paths["unit-3"].startswith(paths["yi"])
    people = Person.objects.unscoped("test").filter(person_id__startswith="q-").order_by("person_id")
    assert [person.area for person in people] == [paths["flat"], paths["yi"], ""]


def test_a_file_with_people_elsewhere_is_refused_by_area(town: Any) -> None:
    from sizao.errors import SizaoError
    from sizao.register.access import access_of
    from sizao.register.actions.bulk import record_table
    from sizao.register.models import Grant, Person, User
    from sizao.tables import contract

    Person.objects.unscoped("test").filter(person_id="p-9").update(home_id="yi", area=path("yi"))
    clerk = User.objects.create(username="clerk")
    Grant.objects.create(user=clerk, role="epidemiologist", place_id="jia", since=AT)
    schema = contract("events").arrow_schema()

    def send(*people: str) -> int:
        rows = [{"event_id": f"e-{p}", "person_id": p, "kind": "met", "occurred_on": DAY} for p in people]
        table = pa.Table.from_pylist(rows, pa.schema([field.with_nullable(True) for field in schema]))
        return record_table(by=access_of(clerk), table="events", rows=table)

    with pytest.raises(SizaoError) as error:
        send("p-1", "p-9")
    assert error.value.code == "outside-area"
    assert "p-9" in str(error.value)
    assert send("p-1", "p-2") == 2


def path(place_id: str) -> str:
    from sizao.register.models import Place

    return str(Place.objects.unscoped("test").get(place_id=place_id).path)


def test_after_many_rows_postgresql_knows_how_many_there_are(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sizao.register import insert as module

    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans without counting")
    monkeypatch.setattr(module, "COUNTED", 120)
    insert("tests", samples(119, act()))
    assert known_rows() < 119
    insert("tests", samples(120, act()) | {"test_id": pa.array([f"u-{n}" for n in range(120)])})
    assert known_rows() == 239


def known_rows() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'tests'")
        return float(cursor.fetchone()[0])
