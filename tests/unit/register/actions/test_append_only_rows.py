"""What was recorded cannot be changed or deleted, by whatever way: the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

TABLES = (
    "events",
    "tests",
    "cases",
    "case_places",
    "visits",
    "follow_ups",
    "orders",
    "requests",
    "merges",
    "acts",
    "reads",
)


@pytest.fixture
def recorded(world: Any) -> Any:
    """A row in each of the tables."""
    from every_action import CASES, call

    from sizao.register.reads import log_read

    for name in ("visits.log_visit", "visits.record_presence"):
        call(name, world.job, CASES[name].given(world.jia))
    log_read(by=world.job, what="list")
    return world


def refuses(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def test_the_tables_are_those_of_all_facts_of_merges_acts_and_reads() -> None:
    from sizao.register.models import FACTS, Act, Merge, Read

    assert {*TABLES} == {model._meta.db_table for model in (*FACTS, Merge, Act, Read)}


@pytest.mark.parametrize("table", TABLES)
def test_sql_neither_deletes_nor_changes_a_row_in_any_column(table: str, recorded: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
    assert refuses(f"DELETE FROM {table}")
    for column in columns(table):
        if (table, column) != ("requests", "text"):
            assert refuses(f'UPDATE {table} SET "{column}" = "{column}"'), column


def test_the_words_of_a_request_may_be_taken_away_and_not_be_put_in_others(recorded: Any) -> None:
    from sizao.register.models import Request

    assert refuses("UPDATE requests SET text = 'other'")
    Request.objects.unscoped("test").update(text=None)
    assert not Request.objects.unscoped("test").filter(text__isnull=False).exists()


def test_the_objects_neither_save_nor_delete_what_stands(recorded: Any) -> None:
    from sizao.register.models import FACTS, Act, Merge, Read

    for model in (*FACTS, Merge, Act, Read):
        rows = model.objects.unscoped("test") if model in FACTS else model.objects.all()
        row = rows.first()
        for change in (row.save, row.delete, rows.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite alone has REPLACE")
def test_a_row_is_not_replaced_by_another_with_its_number(recorded: Any) -> None:
    """REPLACE deletes without the trigger of DELETE unless triggers are recursive."""
    others = ", ".join(f'"{name}"' for name in columns("events") if name != "kind")
    assert refuses(f"INSERT OR REPLACE INTO events (kind, {others}) SELECT 'other', {others} FROM events")
