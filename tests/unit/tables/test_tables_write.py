"""Writing: whole files of the contract's columns and types, or nothing."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sizao.errors import SizaoError
from sizao.tables import contract, read_folder, write_tables

PEOPLE = pa.table({"sex": ["m", None], "person_id": ["p1", "p2"], "birth_date": [date(1968, 3, 7), None]})


def test_columns_come_in_the_order_and_types_of_the_contract(tmp_path):
    large = PEOPLE.set_column(1, "person_id", PEOPLE["person_id"].cast(pa.large_string()))
    written = write_tables(tmp_path / "new" / "folder", {"people": large})
    assert written == [tmp_path / "new" / "folder" / "people.parquet"]
    schema = pq.read_schema(written[0])
    assert schema.names == ["person_id", "birth_date", "sex"]
    assert schema.field("person_id").type == pa.string()


def test_csv_quotes_only_what_must_be(tmp_path):
    write_tables(tmp_path, {"people": PEOPLE}, format="csv")
    assert (tmp_path / "people.csv").read_bytes() == b"person_id,birth_date,sex\np1,1968-03-07,m\np2,,\n"
    comma = pa.table({"person_id": ['p,"1"\n']})
    write_tables(tmp_path, {"people": comma}, format="csv")
    assert read_folder(tmp_path).tables["people"].arrow()["person_id"].to_pylist() == ['p,"1"\n']


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ({"person": PEOPLE}, "unknown-table"),
        ({"people": PEOPLE.append_column("age", pa.array([1, 2]))}, "unknown-column"),
        ({"people": PEOPLE.drop_columns("person_id")}, "missing-column"),
        ({"people": pa.table({"person_id": ["p1", None]})}, "wrong-type"),
        ({"people": pa.table({"person_id": ["p1"], "birth_date": ["x"]})}, "wrong-type"),
    ],
)
def test_what_breaks_the_contract_is_not_written_and_nothing_else_either(tmp_path, tables, code):
    good = {"places": pa.table({"place_id": ["u1"], "kind": ["unit"], "name": ["a"]})}
    with pytest.raises(SizaoError) as error:
        write_tables(tmp_path, good | tables)
    assert error.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_never_there_in_two_formats(tmp_path):
    write_tables(tmp_path, {"people": PEOPLE}, format="csv")
    with pytest.raises(SizaoError) as error:
        write_tables(tmp_path, {"people": PEOPLE}, format="parquet")
    assert error.value.code == "two-files"


def test_a_write_that_fails_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch):
    write_tables(tmp_path, {"people": PEOPLE})
    before = (tmp_path / "people.parquet").read_bytes()

    def write_half(table, where, **_):
        where.write_bytes(b"PAR1 half")
        raise OSError("disk full")

    monkeypatch.setattr(pq, "write_table", write_half)
    with pytest.raises(OSError, match="disk full"):
        write_tables(tmp_path, {"people": PEOPLE.slice(1)})
    assert [file.name for file in tmp_path.iterdir()] == ["people.parquet"]
    assert (tmp_path / "people.parquet").read_bytes() == before


def test_a_reader_of_the_old_file_never_sees_the_new_one(tmp_path):
    file = write_tables(tmp_path, {"people": PEOPLE})[0]
    before = file.read_bytes()
    with file.open("rb") as reader:
        write_tables(tmp_path, {"people": PEOPLE.slice(1)})
        assert reader.read() == before
    assert file.read_bytes() != before


def test_an_empty_table_is_written_and_read(tmp_path):
    empty = contract("events").arrow_schema().empty_table()
    write_tables(tmp_path, {"events": empty})
    found = read_folder(tmp_path)
    assert found.tables["events"].rows == 0
    assert [p.code for p in found.problems] == ["empty-table"]
