"""Writes figures and series as one CSV or Parquet file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from sizao.bulletin.figure import FIGURES
from sizao.errors import SizaoError


def write_figures(figures: pa.Table, out: Path | str) -> Path:
    """Write the table `figures` as it is, tidy: one row a number, columns in the order of the contract."""
    names = [name for name in FIGURES.names if name in figures.schema.names]
    return write_series(figures.select(names), out)


def write_series(table: pa.Table, out: Path | str) -> Path:
    """Write a table as CSV (UTF-8; null is blank, text stands in quotes) or Parquet, by the ending of
    `out`.

    The file is written under another name and then renamed: a reader never sees half of it. Returns `out`.
    SizaoError `unknown-format`: the ending is neither .csv nor .parquet.
    """
    out = Path(out)
    if out.suffix.lower() not in (".csv", ".parquet"):
        what = f"the ending {out.suffix or '(none)'} names no format"
        raise SizaoError("unknown-format", what, where=str(out), todo="use .csv or .parquet")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix.lower() == ".parquet":
            pq.write_table(table, part, compression="zstd")
        else:
            options = pa_csv.WriteOptions(quoting_style="needed", quoting_header="none")
            pa_csv.write_csv(table, part, options)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return out
