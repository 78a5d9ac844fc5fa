"""DuckDB kept warm for a handful of rows asked about again and again: every step is planned once."""

from __future__ import annotations

import pyarrow as pa

from sizao.engine.duckdb import DuckDB
from sizao.engine.edge import inward
from sizao.tables import Contract, Source


class WarmDuckDB(DuckDB):
    """Tables can be given anew under steps that are already defined; call `refresh` after that, then fetch."""

    def __init__(self) -> None:
        super().__init__()
        self._db.execute("SET threads = 1")
        self._filled: list[str] = []
        self._planned: dict[str, str] = {}

    def give(self, contract: Contract, source: Source | None) -> None:
        name = contract.name
        rows = source.arrow() if source else contract.arrow_schema().empty_table()
        self._db.register(f"outer_{name}", rows)
        select = f"SELECT {inward(contract.columns, self.to_day, self.to_micros, chr(34))} FROM outer_{name}"
        if name not in self._planned:
            self._db.execute(f'CREATE TEMP TABLE "{name}" AS {select}')
            self._planned[name] = select
            return
        self._db.execute(f'DELETE FROM "{name}"')
        if rows.num_rows:
            self._db.execute(f'INSERT INTO "{name}" {select}')

    def define(self, name: str, sql: str, *, store: bool) -> None:
        super().define(name, sql, store=store)
        if store and name not in self._filled:
            self._filled.append(name)
        if store:
            self._db.execute(f'PREPARE "fill_{name}" AS INSERT INTO "{name}" {sql}')

    def refresh(self) -> None:
        """Fills the stored steps again from the tables given last, in the order in which they were defined."""
        for name in self._filled:
            self._db.execute(f'DELETE FROM "{name}"')
            self._db.execute(f'EXECUTE "fill_{name}"')

    def fetch_outer(self, name: str, contract: Contract) -> pa.Table:
        query = self._outer(name, contract)
        if self._planned.get(f"fetch_{name}") != query:
            self._db.execute(f'PREPARE "fetch_{name}" AS {query}')
            self._planned[f"fetch_{name}"] = query
        rows = self._db.execute(f'EXECUTE "fetch_{name}"').fetchall()
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(contract.columns)
        schema = contract.arrow_schema()
        return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
