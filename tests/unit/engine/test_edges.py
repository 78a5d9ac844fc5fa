"""What goes into an engine comes out of it unchanged, in memory and in both formats, whatever stands in it."""

import csv
import os
from datetime import UTC, date, datetime, timedelta, timezone
from time import monotonic

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engines import POSTGRES, SPARK, run_on
from sizao.engine import open_engine
from sizao.engine.edge import DAY_MAX
from sizao.errors import SizaoError
from sizao.tables import Source, contract

TEXTS = [
    "四早 ∞ 𠀀",
    "a,b;c\td",
    'says "no"',
    '"',
    "two\nlines",
    "two\r\nlines",
    " spaces around ",
    "\\.",
    "\\N",
    "back\\slash",
    "NULL",
    "null",
    "it's",
    "",
    "-1",
    "007",
    "1e5",
    "true",
    "{brace} %s %%",
]
DATES = [
    date(1900, 1, 1),
    date(1969, 12, 31),
    date(1970, 1, 1),
    date(2020, 2, 29),
    date(2022, 3, 27),
    date(2100, 12, 31),
]
# Between the calendars of old, and at the edges: what a reader refuses but an engine must not spoil.
DATES += [date(1, 1, 1), date(1582, 10, 4), date(1582, 10, 15), date(9999, 12, 30)]
INSTANTS = [
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2022, 3, 27, 2, 30, tzinfo=timezone(timedelta(hours=8))),
    datetime(2022, 10, 30, 1, 30, 0, 1, tzinfo=UTC),
    datetime(2022, 11, 11, tzinfo=timezone(-timedelta(hours=9, minutes=30))),
]


@pytest.fixture(params=["duckdb", POSTGRES, SPARK])
def engine(request, monkeypatch):
    run_on(request.param)  # skips, or fails, where it is missing
    monkeypatch.setenv("SIZAO_POSTGRES", os.environ.get("SIZAO_TEST_POSTGRES", ""))
    with open_engine(request.param) as opened:
        yield opened


def orders() -> pa.Table:
    """Odd texts, dates and instants in every kind of column; every column that may be null is null somewhere."""
    rows = [
        {
            "order_id": text,
            "person_id": text if n % 2 else None,
            "restriction": text if n % 3 else None,
            "from": DATES[n % len(DATES)],
            "until": DATES[n % len(DATES)] if n % 2 else None,
            "issuer": text,
            "recorded_at": INSTANTS[n % len(INSTANTS)],
        }
        for n, text in enumerate(TEXTS)
    ]
    names = contract("orders").names
    filled = [{name: row.get(name) for name in names} for row in rows]
    return pa.Table.from_pylist(filled, contract("orders").arrow_schema())


def of(table: pa.Table, name: str = "orders") -> Source:
    return Source(contract(name), table.num_rows, table=table)


FOUND = """
SELECT order_id, issuer AS person_id, from_day, until_day, from_day AS days, issuer AS kind, restriction AS clause,
       issuer AS text
FROM orders
"""


def found() -> set[str]:
    """The rows that FOUND must give under the contract `excesses`."""
    return {
        repr(
            {"order_id": row["order_id"], "person_id": row["issuer"], "from": row["from"], "until": row["until"]}
            | {"days": (row["from"] - date(1970, 1, 1)).days, "kind": row["issuer"], "clause": row["restriction"]}
            | {"text": row["issuer"]}
        )
        for row in orders().to_pylist()
    }


def as_set(table: pa.Table) -> set[str]:
    return {repr(row) for row in table.to_pylist()}


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


EXCESSES = contract("excesses")


def test_rows_in_memory(engine):
    engine.give(contract("orders"), of(orders()))
    engine.define("found", FOUND, store=False)
    out = engine.fetch_outer("found", EXCESSES)
    assert out.schema.equals(EXCESSES.arrow_schema())
    assert as_set(out) == found()
    at = {row["order_id"]: micros(row["recorded_at"]) for row in orders().to_pylist()}
    rows = engine.fetch("SELECT order_id, recorded_us FROM orders").to_pylist()
    assert {row["order_id"]: row["recorded_us"] for row in rows} == at


def test_rows_of_parquet_files(engine, tmp_path):
    """Two parts with odd names; in one instants in milliseconds, columns in another order and one too many."""
    table = orders().drop_columns("level")
    pq.write_table(table.slice(0, 9), tmp_path / "1 [四早]{*}.parquet")
    other = table.slice(9).select(list(reversed(table.column_names)))
    coarse = other["recorded_at"].cast(pa.timestamp("ms", tz="Asia/Tokyo"), safe=False)
    other = other.set_column(other.schema.get_field_index("recorded_at"), "recorded_at", coarse)
    pq.write_table(other.append_column("more", pa.nulls(10, pa.time64("ns"))), tmp_path / "2.parquet")
    files = tuple(sorted(tmp_path.iterdir()))
    engine.give(contract("orders"), Source(contract("orders"), 19, ("level",), tmp_path, files))
    engine.define("found", FOUND, store=False)
    assert as_set(engine.fetch_outer("found", EXCESSES)) == found()
    at = {row["order_id"]: micros(row["recorded_at"]) for row in table.slice(0, 9).to_pylist() + other.to_pylist()}
    rows = engine.fetch("SELECT order_id, recorded_us FROM orders WHERE level IS NULL").to_pylist()
    assert {row["order_id"]: row["recorded_us"] for row in rows} == at


def test_no_rows(engine, tmp_path):
    engine.give(contract("orders"), None)
    engine.give(contract("cases"), of(contract("cases").arrow_schema().empty_table(), "cases"))
    engine.define("pairs", "SELECT o.order_id, c.case_id, o.from_day FROM orders o CROSS JOIN cases c", store=True)
    assert engine.fetch("SELECT order_id, case_id, from_day FROM pairs").num_rows == 0
    engine.define("found", FOUND, store=False)
    assert engine.fetch_outer("found", EXCESSES).equals(EXCESSES.arrow_schema().empty_table())
    for format in ("parquet", "csv"):
        engine.write("found", EXCESSES, tmp_path / f"found.{format}", format)
    assert pq.read_table(tmp_path / "found.parquet").cast(EXCESSES.arrow_schema()).num_rows == 0
    assert (tmp_path / "found.csv").read_text() == ",".join(EXCESSES.names) + "\n"


def test_parquet_and_csv(engine, tmp_path):
    engine.give(contract("orders"), of(orders()))
    engine.define("found", FOUND, store=False)
    for format in ("parquet", "csv", "parquet", "csv"):  # the second takes the place of the first
        engine.write("found", EXCESSES, tmp_path / f"found.{format}", format)
    assert as_set(pq.read_table(tmp_path / "found.parquet").cast(EXCESSES.arrow_schema())) == found()
    with (tmp_path / "found.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["order_id"]: row for row in csv.DictReader(file)}
    for order in orders().to_pylist():
        row = rows[order["order_id"]]
        for name, value in {"kind": "issuer", "clause": "restriction"}.items():
            assert row[name] == (order[value] or "")
        for name in ("from", "until"):
            assert row[name] == (order[name].isoformat() if order[name] else "")
    assert {p.name for p in tmp_path.iterdir()} == {"found.parquet", "found.csv"}


def test_the_last_day_means_without_end(engine):
    engine.give_small("ends", pa.table({"word": ["a"], "d": pa.array([DAY_MAX], pa.int32())}))
    days = "d - 1 AS from_day, d AS until_day, d AS days"
    words = "word AS order_id, word AS person_id, word AS kind, word AS clause, word AS text"
    engine.define("found", f"SELECT {days}, {words} FROM ends", store=False)
    row = engine.fetch_outer("found", EXCESSES).to_pylist()[0]
    assert (row["from"], row["until"], row["days"]) == (date(9999, 12, 30), None, DAY_MAX)


def test_text_is_compared_byte_by_byte(engine):
    texts = ["e10", "e2", "E2", "e_2", "é2", "e-2", "四", "𠀀", "e 2", "\uffee"]
    engine.give_small("words", pa.table({"word": texts}))
    engine.define("turns", "SELECT word, ROW_NUMBER() OVER (ORDER BY word) AS turn FROM words", store=True)
    rows = engine.fetch("SELECT word, turn FROM turns WHERE word >= 'E2'").to_pylist()
    assert [row["word"] for row in sorted(rows, key=lambda row: row["turn"])] == sorted(texts, key=str.encode)


def test_a_stored_query_is_run_once(engine):
    engine.give_small("one", pa.table({"n": pa.array(range(20_000), pa.int64())}))
    engine.define("kept", "SELECT n, random() AS chance FROM one", store=True)
    sums = [engine.fetch("SELECT COUNT(*) AS n, MIN(chance) AS least FROM kept").to_pylist() for _ in range(2)]
    assert sums[0] == sums[1]


def test_a_file_that_cannot_be_written_leaves_the_old_one(engine, tmp_path):
    path = tmp_path / "found.parquet"
    path.write_text("old")
    with pytest.raises(Exception, match="nothing_called_so"):
        engine.write("nothing_called_so", EXCESSES, path, "parquet")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["found.parquet"]


@pytest.fixture
def database(monkeypatch):
    run_on("postgres")
    monkeypatch.setenv("SIZAO_POSTGRES", os.environ["SIZAO_TEST_POSTGRES"])
    import psycopg

    with psycopg.connect(os.environ["SIZAO_TEST_POSTGRES"], autocommit=True) as connection:
        yield connection


@pytest.mark.postgres
def test_postgres_reads_no_table_that_is_called_alike_and_leaves_nothing(database):
    database.execute("CREATE TABLE public.weights (restriction text); INSERT INTO public.weights VALUES ('x')")
    try:
        with open_engine("postgres") as engine:
            with pytest.raises(SizaoError, match='"weights" does not exist') as caught:
                engine.fetch("SELECT restriction FROM weights")
            assert caught.value.code == "database-failed"
            engine.give(contract("orders"), of(orders()))
            engine.define("weights", "SELECT 'y' AS restriction FROM orders", store=True)
            assert engine.fetch("SELECT DISTINCT restriction FROM weights").to_pylist() == [{"restriction": "y"}]
        assert database.execute("SELECT restriction FROM public.weights").fetchall() == [("x",)]
        left = "SELECT COUNT(*) FROM pg_class WHERE relname = 'orders'"
        deadline = monotonic() + 10  # the server tidies up after the connection is closed
        while database.execute(left).fetchone() != (0,):
            assert monotonic() < deadline, "temporary tables stay behind"
    finally:
        database.execute("DROP TABLE public.weights")


@pytest.mark.postgres
def test_postgres_in_many_batches(database, monkeypatch, tmp_path):
    monkeypatch.setattr("sizao.engine.postgres.ROWS", 7)
    monkeypatch.setattr("sizao.engine.postgres.BYTES", 4096)
    rows = [orders().to_pylist()[n % len(TEXTS)] | {"order_id": f"{n}\n" * (n % 11)} for n in range(2000)]
    table = pa.Table.from_pylist(rows, contract("orders").arrow_schema())
    with open_engine("postgres") as engine:
        engine.give(contract("orders"), of(table))
        engine.define("found", FOUND, store=False)
        assert sorted(engine.fetch_outer("found", EXCESSES)["order_id"].to_pylist()) == sorted(
            table["order_id"].to_pylist()
        )
        engine.write("found", EXCESSES, tmp_path / "found.parquet", "parquet")
    assert sorted(pq.read_table(tmp_path / "found.parquet")["order_id"].to_pylist()) == sorted(
        table["order_id"].to_pylist()
    )


@pytest.mark.postgres
def test_postgres_says_what_it_cannot_keep(database):
    table = orders().slice(0, 1)
    table = table.set_column(0, table.schema.field(0), [["a\0b"]])
    with open_engine("postgres") as engine, pytest.raises(SizaoError, match="0x00") as caught:
        engine.give(contract("orders"), of(table))
    assert caught.value.code == "database-failed"


@pytest.mark.postgres
def test_a_database_that_keeps_its_text_in_another_encoding(database, monkeypatch):
    from psycopg.conninfo import make_conninfo

    database.execute("CREATE DATABASE sizao_test_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        monkeypatch.setenv("SIZAO_POSTGRES", make_conninfo(database.info.dsn, dbname="sizao_test_latin"))
        with pytest.raises(SizaoError, match="LATIN1") as caught:
            open_engine("postgres")
        assert caught.value.code == "database-encoding"
    finally:
        database.execute("DROP DATABASE sizao_test_latin WITH (FORCE)")
