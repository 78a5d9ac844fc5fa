"""What a derivation asks of an engine. The SQL is the same text on each; only the edges differ."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pyarrow as pa

from sizao.engine.closing import Closing
from sizao.errors import SizaoError
from sizao.tables import Contract, Source

Format = Literal["parquet", "csv"]


class Engine(Closing):
    """Runs steps of SQL over tables that it was given. Use as a context manager."""

    name: str

    @abstractmethod
    def give(self, contract: Contract, source: Source | None) -> None:
        """A table under its contract, with inner names and day numbers; None: an empty one."""

    @abstractmethod
    def give_small(self, name: str, table: pa.Table) -> None:
        """A small table as it is (what a rulebook compiles to)."""

    @abstractmethod
    def define(self, name: str, sql: str, *, store: bool) -> None:
        """A named query; with `store` it is run once and its rows are kept."""

    @abstractmethod
    def fetch(self, sql: str) -> pa.Table:
        """Rows of a query, as they are inside."""

    @abstractmethod
    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        """A named query under its contract: dates are dates again."""

    @abstractmethod
    def write(self, name: str, contract: Contract, path: Path, format: Format) -> None:
        """A named query under its contract into a file (Spark: a folder of parts); appears only when whole."""


def open_engine(name: str) -> Engine:
    """An engine by name: duckdb, spark, postgres, or sqlite (for single persons).

    Raises SizaoError `unknown-engine` or `missing-extra`.
    """
    openers: dict[str, Callable[[], Engine]] = {
        "duckdb": _duckdb,
        "spark": _spark,
        "postgres": _postgres,
        "sqlite": _sqlite,
    }
    if name not in openers:
        raise SizaoError("unknown-engine", f"no engine is called {name!r}", todo="one of duckdb, spark, postgres")
    return openers[name]()


def _sqlite() -> Engine:
    from sizao.engine.sqlite import SQLite

    return SQLite()


def _duckdb() -> Engine:
    from sizao.engine.duckdb import DuckDB

    return DuckDB()


def _spark() -> Engine:
    try:
        from sizao.engine.spark import Spark
    except ModuleNotFoundError as error:
        raise _missing("spark", error) from None
    return Spark()


def _postgres() -> Engine:
    try:
        from sizao.engine.postgres import Postgres
    except ModuleNotFoundError as error:
        raise _missing("postgres", error) from None
    return Postgres()


def _missing(extra: str, error: ModuleNotFoundError) -> SizaoError:
    return SizaoError(
        "missing-extra",
        f"the engine {extra} is not installed ({error.name} is missing)",
        todo=f"pip install 'sizao[{extra}]'",
    )
