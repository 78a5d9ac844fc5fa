"""The default engine: DuckDB, in this process, reading Parquet in place."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from sizao.engine.edge import inward, outward
from sizao.engine.engine import Engine, Format
from sizao.engine.place import placed
from sizao.errors import SizaoError
from sizao.tables import Contract, Source, literal

TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "instant": "TIMESTAMPTZ",
}


class DuckDB(Engine):
    """Views and temporary tables in memory; spills to a temporary folder above `memory` (or SIZAO_MEMORY)."""

    name = "duckdb"

    def __init__(self, memory: str | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="sizao-")
        self._db = duckdb.connect()
        self._db.execute(f"SET temp_directory = {_quoted(self._spill.name)}")
        self._db.execute("SET preserve_insertion_order = false")
        self._db.execute("SET TimeZone = 'UTC'")
        if limit := memory or os.environ.get("SIZAO_MEMORY"):
            if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", limit):
                raise SizaoError("bad-memory", f"{limit!r} is not a size", where="SIZAO_MEMORY", todo="write 3GB")
            self._db.execute(f"SET memory_limit = {_quoted(limit)}")

    def give(self, contract: Contract, source: Source | None) -> None:
        outer = f"outer_{contract.name}"
        if source is not None and source.files:
            files = ", ".join(literal(file) for file in source.files)
            nulls = (f'CAST(NULL AS {TYPES[contract.column(c).type]}) AS "{c}"' for c in source.missing)
            columns = ", ".join(["*", *nulls])
            self._db.execute(f"CREATE OR REPLACE TEMP VIEW {outer} AS SELECT {columns} FROM read_parquet([{files}])")
        else:
            self._db.register(outer, source.arrow() if source else contract.arrow_schema().empty_table())
        inner = inward(contract.columns, self.to_day, self.to_micros, '"')
        self._db.execute(f'CREATE OR REPLACE TEMP VIEW "{contract.name}" AS SELECT {inner} FROM {outer}')

    def give_small(self, name: str, table: pa.Table) -> None:
        self._db.register(f"small_{name}", table)
        columns = ", ".join(_as_enum(table[column], column) for column in table.column_names)
        self._db.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT {columns} FROM "small_{name}"')

    def define(self, name: str, sql: str, *, store: bool) -> None:
        self._db.execute(f'CREATE OR REPLACE TEMP {"TABLE" if store else "VIEW"} "{name}" AS {sql}')

    def fetch(self, sql: str) -> pa.Table:
        return self._db.sql(sql).to_arrow_table()

    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        return self.fetch(self._outer(name, contract, lambda inner, _: inner)).cast(contract.arrow_schema())

    def write(self, name: str, contract: Contract, path: Path, format: Format) -> None:
        options = "FORMAT parquet, COMPRESSION zstd" if format == "parquet" else "FORMAT csv, HEADER"
        with placed(path) as part:
            self._db.execute(f"COPY ({self._outer(name, contract, _cast)}) TO {_quoted(str(part))} ({options})")

    def _outer(self, name: str, contract: Contract, cast: Callable[[str, str], str]) -> str:
        return f'SELECT {outward(contract.columns, _to_date, cast, chr(34))} FROM "{name}"'

    @staticmethod
    def to_day(name: str) -> str:
        """A date column as a day number."""
        return f"CAST({name} - DATE '1970-01-01' AS INTEGER)"

    @staticmethod
    def to_micros(name: str) -> str:
        """An instant as microseconds."""
        return f"epoch_us({name})"

    def close(self) -> None:
        self._db.close()
        self._spill.cleanup()


def _as_enum(column: pa.ChunkedArray, name: str) -> str:
    """A column of a small table; its words are numbers inside (ENUM, in byte order), so that no row repeats them."""
    if not pa.types.is_string(column.type) or name == "kind":
        return name
    words = sorted(column.unique().drop_null().to_pylist(), key=str.encode)
    return f"CAST({name} AS ENUM({', '.join(map(_quoted, words))})) AS {name}" if words else name


def _to_date(inner: str) -> str:
    return f"DATE '1970-01-01' + CAST({inner} AS INTEGER)"


def _cast(inner: str, type_: str) -> str:
    return f"CAST({inner} AS {TYPES[type_]})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
