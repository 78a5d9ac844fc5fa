"""Writes the tables of an audit as Parquet, each file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.parquet as pq

from sizao.areas.audit import Audit


def write_tables(out: Path | str, audit: Audit) -> list[Path]:
    """Write each table as NAME.parquet into the folder `out`, which is made where it is not there. Returns the files.

    A file is written under another name and then renamed, so that a reader never sees half of it.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in audit.tables.items():
        path = out / f"{name}.parquet"
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            pq.write_table(table, part, compression="zstd")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        written.append(path)
    return written
