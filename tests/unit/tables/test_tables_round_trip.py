"""Whatever a table holds survives CSV and Parquet; a broken cell is found where it is and costs one row."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sizao.tables import Column, Contract, contract, contracts, read_folder, write_tables

LETTERS = "abcXYZ 0189,;\"'\n\t-_/éß男女单元花园小区隔离密接一二三十号楼号"
TEXT = st.text(LETTERS, min_size=1, max_size=12)
LATEST = datetime(2100, 12, 31, 11, 0)  # noqa: DTZ001
VALUES = {
    "text": TEXT,
    "date": st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    "instant": st.datetimes(datetime(1900, 1, 1), LATEST, timezones=st.just(UTC)),  # noqa: DTZ001
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
}
WRONG = {
    "date": ["12/11/2022", "2022-02-30", "2022-1-1", "20221112", "x", " 2022-11-12"],
    "instant": ["2022-11-12T10:00:00", "2022-11-12", "2022-11-12T25:00:00Z", "10:00+08:00", "x"],
    "integer": ["1.5", "x", "1,000", "9223372036854775808", "١"],
    "number": ["x", "1,5", "nan", "inf", "1e999"],
    "boolean": ["yes", "2", "-"],
}
# tables of which rows do not hang together: every cell can be drawn by itself
FREE = ["people", "places", "resources", "series", "figures", "tests"]


def cells(column: Column) -> st.SearchStrategy:
    drawn = st.sampled_from(column.allowed) if column.allowed else VALUES[column.type]
    return st.none() | drawn if column.nullable else drawn


@st.composite
def tables(draw, name=None, least=0):
    of = contract(name or draw(st.sampled_from(FREE)))
    row = st.fixed_dictionaries({c.name: cells(c) for c in of.columns})
    keys = (*of.key, "recorded_at") if of.versions else of.key
    rows = draw(st.lists(row, min_size=least, max_size=6, unique_by=lambda r: tuple(r[k] for k in keys)))
    return of, pa.Table.from_pylist(rows, of.arrow_schema())


def as_csv(of: Contract, rows: list[list[str]], quoting=csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    writer.writerow(of.names)
    writer.writerows(rows)
    return out.getvalue()


def as_text(table: pa.Table) -> list[list[str]]:
    def say(value):
        if isinstance(value, datetime | date):
            return value.isoformat()
        return "" if value is None else str(value)

    return [[say(value) for value in row.values()] for row in table.to_pylist()]


def refused(found):
    return [p for p in found.problems if p.effect == "refused"]


@pytest.mark.parametrize("format", ["csv", "parquet"])
@settings(max_examples=40, deadline=None)
@given(drawn=tables())
def test_what_is_written_is_read(format, drawn):
    of, table = drawn
    with tempfile.TemporaryDirectory() as folder:
        write_tables(folder, {of.name: table}, format=format)
        found = read_folder(folder)
        assert refused(found) == []
        assert found.tables[of.name].arrow().equals(table)
        assert (found.tables[of.name].path is not None) == (format == "parquet")


@settings(max_examples=40, deadline=None)
@given(drawn=tables(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), quoting=st.sampled_from([0, 1]))
def test_other_writers_of_csv_are_read(drawn, encoding, quoting):
    of, table = drawn
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{of.name}.csv").write_bytes(as_csv(of, as_text(table), quoting).encode(encoding))
        found = read_folder(folder)
        assert refused(found) == []
        assert found.tables[of.name].arrow().equals(table)


@settings(max_examples=40, deadline=None)
@given(drawn=tables(), anchor=st.text("密接隔离男医院", min_size=1, max_size=9))
def test_gb18030_is_read(drawn, anchor):
    """The rows after one that cannot be UTF-8 (男 ends in a byte that needs another after it)."""
    of, table = drawn
    first = [("男" + anchor) if c.type == "text" and not c.allowed else c.example for c in of.columns]
    data = as_csv(of, [first, *as_text(table)]).encode("gb18030")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{of.name}.csv").write_bytes(data)
        found = read_folder(folder)
        assert [p for p in found.problems if p.code == "mixed-encoding"] == []
        assert refused(found) == []
        assert found.tables[of.name].encoding == "GB18030"
        assert found.tables[of.name].arrow().slice(1).equals(table)


BREAKABLE = [(name, c.name) for name in FREE for c in contracts()[name].columns if c.type in WRONG]


@settings(max_examples=80, deadline=None)
@given(data=st.data(), place=st.sampled_from(BREAKABLE), format=st.sampled_from(["csv", "parquet"]))
def test_a_broken_cell_is_reported_where_it_is_and_the_other_rows_load(data, place, format):
    name, column = place
    of, table = data.draw(tables(name, least=1))
    rows = as_text(table)
    at = data.draw(st.integers(0, len(rows) - 1))
    wrong = data.draw(st.sampled_from(WRONG[of.column(column).type]))
    rows[at][of.names.index(column)] = wrong
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{name}.{format}")
        if format == "csv":
            file.write_text(as_csv(of, rows), encoding="utf-8")
            line = as_csv(of, rows[:at]).count("\n") + 1
        else:
            texts = {n: [row[i] for row in rows] for i, n in enumerate(of.names)}
            pa.parquet.write_table(pa.table(texts), file)
            line = at + 1
        found = read_folder(folder)
    assert [(p.file, p.line, p.column, p.value) for p in refused(found)] == [(file.name, line, column, wrong)]
    expected = pa.concat_tables([table.slice(0, at), table.slice(at + 1)])
    assert found.tables[name].arrow().to_pylist() == expected.to_pylist()


@settings(max_examples=60, deadline=None)
@given(text=st.text('ab,"\n\r男', max_size=60))
@example(text='p1,"\np2,m\n"\n')
def test_nothing_is_lost_whatever_is_in_the_file(text):
    """Every letter of a file is in a row that loads or in the value of a problem."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "people.csv").write_bytes(("person_id,sex\n" + text).encode())
        found = read_folder(folder)
    kept = "".join(
        c or ""
        for row in found.tables["people"].arrow().select(["person_id", "sex"]).to_pylist()
        for c in row.values()
    )
    told = "".join(p.value or "" for p in found.problems)
    missing = [p.line for p in found.problems if p.code in ("missing-value", "duplicate-id")]
    if not missing:
        for letter in "ab男":
            assert (kept + told).count(letter) >= text.count(letter)
