"""Reads a table of spells: one row for each time that a place was on the list."""

from __future__ import annotations

from importlib import resources

import duckdb
import pyarrow as pa

from sizao.areas.read.lists import SPELLS
from sizao.areas.read.names import strip_names
from sizao.areas.read.rows import Rows
from sizao.areas.read.snapshot import two_counties
from sizao.areas.read.when import read_time
from sizao.errors import Problem

COLUMNS = tuple(SPELLS.names)
NAMES = {
    "high": ("high", "高风险", "高风险区", "高风险地区"),
    "medium": ("medium", "中风险", "中风险区", "中风险地区"),
    "low": ("low", "低风险", "低风险区", "低风险地区"),
}
FAULTS = {
    "unknown-level": ("level", "this is no level", f"write one of {', '.join(NAMES)}"),
    "no-name": ("place", "the place has no name", "write the name or leave the row out"),
    "bad-time": (None, "this is no time", "write it as 2022-11-11 15:00"),
    "ends-before-begins": (None, "the area ends before it begins", "see whether the times were exchanged"),
    "spell-twice": (None, "the same spell stands in the file before; it is taken once", "leave one out"),
}


def read_spells(rows: Rows, file: str, problems: list[Problem]) -> pa.Table:
    """The good rows (schema `SPELLS`); every other is a problem with its line."""
    written = rows.table.append_column("stripped", strip_names(rows.table["place"]))
    written = written.append_column("row", pa.array(range(rows.table.num_rows), pa.int64()))
    with duckdb.connect() as db:
        db.register("written", written)
        db.register("levels", _levels())
        db.register("clock", _clock(rows.table))
        db.execute((resources.files("sizao.areas.read") / "spells.sql").read_text(encoding="utf-8"))
        _report_faults(db, rows, file, problems)
        for row, place in db.execute('SELECT "row", place FROM overlapping ORDER BY "row"').fetchall():
            what = "the place was already on the list at this level when this spell begins; both are kept"
            todo = "one of the two may be wrong; what lies in both counts once"
            at = int(rows.lines[row])
            problems.append(Problem("spells-overlap", file, what, todo, at, "first_seen", value=place, effect="kept"))
        listed = 'SELECT * FROM two_counties ORDER BY "row", city, county, other_city, other_county'
        for province, city, county, other_city, other_county, place, row in db.execute(listed).fetchall():
            found = two_counties(file, province, (city, county), (other_city, other_county), place, "county")
            problems.append(Problem(**{**vars(found), "line": int(rows.lines[row])}))
        named = "level_id, province, city, county, place, first_at, last_at, gone_at"
        good = db.sql(f'SELECT {named} FROM good ORDER BY "row"').to_arrow_table()
    return good.rename_columns(SPELLS.names).cast(SPELLS)


def _report_faults(db: duckdb.DuckDBPyConnection, rows: Rows, file: str, problems: list[Problem]) -> None:
    query = 'SELECT * FROM judged WHERE fault IS NOT NULL ORDER BY "row"'
    for row in db.sql(query).to_arrow_table().to_pylist():
        code, _, at = row["fault"].partition(" ")
        column, what, todo = FAULTS[code]
        column = at or column
        value = row[column] if column else row["place"]
        line = int(rows.lines[row["row"]])
        problems.append(Problem(code, file, what, todo, line=line, column=column, value=value))


def _levels() -> pa.Table:
    pairs = [(name, level) for level, names in NAMES.items() for name in names]
    names, levels = zip(*pairs, strict=True)
    return pa.table({"name": names, "id": levels})


def _clock(table: pa.Table) -> pa.Table:
    """Each time as it is written beside what it means: a few hundred of them in any file."""
    written = sorted({text for name in COLUMNS[5:] for text in table[name].unique().to_pylist()})
    return pa.table(
        {"written": pa.array(written, pa.string()), "at": pa.array(map(read_time, written), SPELLS[5].type)}
    )
