"""What reading a folder gives: a Source for each table, the problems of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sizao.errors import Problem, SizaoError
from sizao.tables.contract import Contract


@dataclass(frozen=True)
class Source:
    """One table without its broken rows.

    `path` is a Parquet file, or a folder of parts (`files`), of which no row is refused: use it in place. The
    columns in `missing` are not in it; integers may be narrower than 64 bits, numbers than float64, instants
    coarser than a microsecond, and there may be columns besides the contract's. Otherwise `path` is None and the
    rows are in memory. `encoding` is that of a CSV file.
    """

    contract: Contract = field(repr=False)
    rows: int
    missing: tuple[str, ...] = ()
    path: Path | None = None
    files: tuple[Path, ...] = ()
    encoding: str | None = None
    table: pa.Table | None = field(default=None, repr=False)

    def arrow(self) -> pa.Table:
        """All columns of the contract in its order and Arrow types; missing ones are null."""
        table = self.table
        if table is None:
            present = [n for n in self.contract.names if n not in self.missing]
            table = pa.concat_tables(
                [_conform(pq.ParquetFile(f).read(columns=present), self.contract) for f in self.files]
            )
        return _conform(table, self.contract)


@dataclass(frozen=True)
class Folder:
    """The tables of a folder by name. `refused`: tables that are there but of which nothing could be read."""

    path: Path
    tables: Mapping[str, Source]
    problems: list[Problem]
    refused: tuple[str, ...] = ()

    def problems_of(self, name: str) -> list[Problem]:
        """The problems in the files of one table."""
        return [p for p in self.problems if p.file.partition(".")[0].lower() == name]

    def table(self, name: str) -> Source:
        """One table, or SizaoError: `table-refused` where its file is broken, `no-table` where it is not there."""
        if name in self.tables:
            return self.tables[name]
        if name in self.refused:
            first = next(p for p in self.problems_of(name) if p.effect == "refused")
            raise SizaoError("table-refused", f"{name} could not be read: {first}", where=str(self.path))
        todo = f"put {name}.csv or {name}.parquet there; `sizao tables show {name}` says what is in it"
        raise SizaoError("no-table", f"the folder has no table {name}", where=str(self.path), todo=todo)


def _conform(table: pa.Table, contract: Contract) -> pa.Table:
    schema = contract.arrow_schema()
    columns = [
        table[f.name].cast(f.type) if f.name in table.schema.names else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)
