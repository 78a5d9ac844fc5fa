"""The engine for more than one machine: PySpark, on a cluster or on all cores of this one (docs/engines.md)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame

from sizao.engine.edge import inward, outward
from sizao.engine.engine import Engine, Format
from sizao.engine.place import placed
from sizao.engine.spark_session import end_session, new_session
from sizao.tables import Contract, Source
from sizao.tables.contract import ARROW

TYPES = {
    "text": "STRING",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "instant": "TIMESTAMP",
}
FROM_ARROW = {pa.int32(): "INT"} | {type_: TYPES[name] for name, type_ in ARROW.items()}
FEW = 10_000  # rows


class Spark(Engine):
    """Temporary views of a session of its own; stored steps are kept in memory, on disk above that."""

    name = "spark"

    def __init__(self) -> None:
        self._spark = new_session()
        self._kept: list[DataFrame] = []

    def give(self, contract: Contract, source: Source | None) -> None:
        outer = f"outer_{contract.name}"
        if source is not None and source.files:
            columns = ", ".join(f"`{c.name}` {TYPES[c.type]}" for c in contract.columns)  # missing ones read as null
            frame = self._spark.read.schema(columns).parquet(*(_pattern(file) for file in source.files))
        else:
            frame = self._rows(source.arrow() if source else contract.arrow_schema().empty_table())
        frame.createOrReplaceTempView(outer)
        inner = inward(contract.columns, _to_day, _to_micros, "`")
        self.define(contract.name, f"SELECT {inner} FROM {outer}", store=False)

    def give_small(self, name: str, table: pa.Table) -> None:
        self._rows(table).createOrReplaceTempView(name)

    def define(self, name: str, sql: str, *, store: bool) -> None:
        frame = self._spark.sql(sql)
        (self._keep(frame) if store else frame).createOrReplaceTempView(name)

    def _keep(self, frame: DataFrame) -> DataFrame:
        """The rows of a query that is run once. A few rows become part of later queries, which are faster for it."""
        kept = frame.persist(StorageLevel.MEMORY_AND_DISK)
        if kept.count() > FEW:
            self._kept.append(kept)
            return kept
        rows = kept.toArrow()
        kept.unpersist()
        return self._rows(rows)

    def _rows(self, table: pa.Table) -> DataFrame:
        if table.num_rows:
            return self._spark.createDataFrame(table)
        nulls = ", ".join(f"CAST(NULL AS {FROM_ARROW[field.type]}) AS `{field.name}`" for field in table.schema)
        return self._spark.sql(f"SELECT {nulls} WHERE false")  # Spark Connect takes no table without rows

    def fetch(self, sql: str) -> pa.Table:
        return self._spark.sql(sql).toArrow()

    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        return self._outer(name, contract).toArrow().cast(contract.arrow_schema())

    def write(self, name: str, contract: Contract, path: Path, format: Format) -> None:
        with placed(path) as part:
            if format == "parquet":
                self._outer(name, contract).write.parquet(_address(part), compression="zstd")
                for extra in [*part.glob(".*"), *part.glob("_*")]:
                    extra.unlink()
            else:
                self._write_csv(name, contract, part)

    def _write_csv(self, name: str, contract: Contract, path: Path) -> None:
        """One file: the parts that Spark writes side by side, behind one header."""
        parts = path.with_name(f"{path.name}s")
        shutil.rmtree(parts, ignore_errors=True)
        writer = self._outer(name, contract).write
        for trim in ("ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"):
            writer = writer.option(trim, False)
        try:
            writer.csv(_address(parts), escape='"')
            with path.open("wb") as file:
                file.write((",".join(c.name for c in contract.columns) + "\n").encode())
                for part in sorted(parts.glob("*.csv")):
                    with part.open("rb") as piece:
                        shutil.copyfileobj(piece, file, 1 << 20)
        finally:
            shutil.rmtree(parts, ignore_errors=True)

    def _outer(self, name: str, contract: Contract) -> DataFrame:
        return self._spark.sql(f"SELECT {outward(contract.columns, _to_date, _cast, '`')} FROM {name}")

    def close(self) -> None:
        while self._kept:
            self._kept.pop().unpersist()
        end_session(self._spark)


def _address(path: Path) -> str:
    """The path as Spark wants it: on the file system that this process sees, whatever the cluster's default is."""
    return f"file://{path.absolute()}"


def _pattern(path: Path) -> str:
    """The address of a file to read, where Spark looks for wildcards."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", _address(path))


def _to_day(name: str) -> str:
    return f"unix_date({name})"


def _to_micros(name: str) -> str:
    return f"unix_micros({name})"


def _to_date(inner: str) -> str:
    return f"date_from_unix_date({inner})"


def _cast(inner: str, type_: str) -> str:
    return f"CAST({inner} AS {TYPES[type_]})"
