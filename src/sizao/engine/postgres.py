"""The engine next to the register: PostgreSQL, in temporary tables of one connection (docs/engines.md)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sizao.engine.edge import inner_name, outward
from sizao.engine.engine import Engine, Format
from sizao.engine.place import placed
from sizao.engine.postgres_address import connect
from sizao.errors import SizaoError
from sizao.tables import Contract, Source

TYPES = {
    "text": 'text COLLATE "C"',  # ties break in the order of bytes, as on the other engines
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "instant": "timestamptz",
}
INNER_TYPES = TYPES | {"date": "integer", "instant": "bigint"}
ARROW_INNER = {"date": pa.int32(), "instant": pa.int64()}
FROM_ARROW = {pa.string(): TYPES["text"], pa.int32(): "integer", pa.int64(): "bigint"}
TO_ARROW = {"text": pa.string(), "int4": pa.int32(), "int8": pa.int64(), "float8": pa.float64(), "bool": pa.bool_()}

ROWS = 1 << 16  # in one batch on the way in
BYTES = 1 << 24  # in one batch on the way out: about 100,000 rows, one row group of Parquet


class Postgres(Engine):
    """Temporary tables and views, gone with the connection. Rows pass through in batches, both ways."""

    name = "postgres"

    def __init__(self) -> None:
        self._db = connect()
        # Only what is made here is found by name: never a table of the register that is called alike.
        self._do("SET search_path = pg_temp; SET TimeZone = 'UTC'; SET jit = off; SET work_mem = '256MB'")

    def give(self, contract: Contract, source: Source | None) -> None:
        inner = [(inner_name(c), INNER_TYPES[c.type]) for c in contract.columns]
        batches = _batches(source, contract) if source is not None else iter(())
        self._copy_in(contract.name, inner, batches)

    def give_small(self, name: str, table: pa.Table) -> None:
        columns = [(field.name, FROM_ARROW[field.type]) for field in table.schema]
        self._copy_in(name, columns, iter(table.to_batches()))

    def define(self, name: str, sql: str, *, store: bool) -> None:
        self._do(f'CREATE TEMP {"TABLE" if store else "VIEW"} "{name}" AS {sql}')
        if store:
            self._do(f'ANALYZE "{name}"')

    def fetch(self, sql: str) -> pa.Table:
        with _said(), self._db.execute(f"SELECT * FROM ({sql}) q LIMIT 0") as cursor:
            columns = cursor.description or []
        types = [psycopg.adapters.types[column.type_code].name for column in columns]
        schema = pa.schema([(c.name, TO_ARROW[t]) for c, t in zip(columns, types, strict=True)])
        return pa.Table.from_batches(self._rows(sql, schema), schema)

    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        schema = contract.arrow_schema()
        return pa.Table.from_batches(self._rows(_outer(name, contract), schema), schema)

    def write(self, name: str, contract: Contract, path: Path, format: Format) -> None:
        sql = _outer(name, contract)
        with placed(path) as part:
            if format == "parquet":
                schema = contract.arrow_schema()
                with pq.ParquetWriter(part, schema, compression="zstd") as writer:
                    for batch in self._rows(sql, schema):
                        writer.write_batch(batch)
            else:
                with part.open("wb") as file, self._copy_out(sql) as copy:
                    for block in copy:
                        file.write(block)

    def _copy_in(self, name: str, columns: list[tuple[str, str]], batches: Iterator[pa.RecordBatch]) -> None:
        self._do(f'CREATE TEMP TABLE "{name}" ({", ".join(f"{column} {type_}" for column, type_ in columns)})')
        how = pacsv.WriteOptions(include_header=False, quoting_style="needed")
        with (
            _said(),
            self._db.cursor() as cursor,
            cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as copy,
        ):
            for batch in batches:
                text = pa.BufferOutputStream()
                pacsv.write_csv(batch, text, how)
                copy.write(text.getvalue())
        self._do(f'ANALYZE "{name}"')

    def _rows(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows of a query, a batch at a time."""
        with self._copy_out(sql) as copy:
            reader = pacsv.open_csv(
                io.BufferedReader(_Stream(copy), BYTES),
                read_options=pacsv.ReadOptions(block_size=BYTES),
                parse_options=pacsv.ParseOptions(newlines_in_values=True),
                convert_options=pacsv.ConvertOptions(
                    column_types=schema,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    true_values=["t"],
                    false_values=["f"],
                ),
            )
            for batch in reader:
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

    @contextmanager
    def _copy_out(self, sql: str) -> Iterator[psycopg.Copy]:
        with (
            _said(),
            self._db.cursor() as cursor,
            cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as copy,
        ):
            yield copy

    def _do(self, sql: str) -> None:
        with _said():
            self._db.execute(sql)

    def close(self) -> None:
        self._db.close()


class _Stream(io.RawIOBase):
    """What COPY sends, as a file that Arrow can read."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._blocks = iter(copy)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def _batches(source: Source, contract: Contract) -> Iterator[pa.RecordBatch]:
    """Rows with all columns of the contract; days and microseconds as numbers."""
    schema = contract.arrow_schema()
    for batch in _read(source, contract):
        columns = []
        for column, field in zip(contract.columns, schema, strict=True):
            there = field.name in batch.schema.names
            values = batch[field.name].cast(field.type) if there else pa.nulls(batch.num_rows, field.type)
            columns.append(values.cast(ARROW_INNER.get(column.type, field.type)))
        yield pa.RecordBatch.from_arrays(columns, schema.names)


def _read(source: Source, contract: Contract) -> Iterator[pa.RecordBatch]:
    if not source.files:
        yield from source.arrow().to_batches(ROWS)
    for path in source.files:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(ROWS, columns=list(contract.names))


def _outer(name: str, contract: Contract) -> str:
    return f'SELECT {outward(contract.columns, _to_date, _cast, chr(34))} FROM "{name}"'


def _to_date(inner: str) -> str:
    return f"DATE '1970-01-01' + {inner}"


def _cast(inner: str, type_: str) -> str:
    return f"CAST({inner} AS {TYPES[type_].split(' COLLATE')[0]})"


@contextmanager
def _said() -> Iterator[None]:
    """What the server says, as an error of ours."""
    try:
        yield
    except psycopg.Error as error:
        what = str(error).strip().split("\n")[0]
        raise SizaoError("database-failed", f"PostgreSQL says: {what}", todo="see docs/engines.md") from error
