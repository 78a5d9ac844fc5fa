"""CSV files as programs and people really write them."""

from __future__ import annotations

import pytest

from sizao.tables import read_folder

ROWS = [{"person_id": "p1", "sex": "男"}, {"person_id": "p2", "sex": None}]


def read(tmp_path, data):
    (tmp_path / "people.csv").write_bytes(data)
    return read_folder(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        "person_id,sex\np1,男\np2,\n".encode(),
        "person_id,sex\np1,男\np2,".encode(),
        "person_id,sex\r\np1,男\r\np2,\r\n".encode(),
        "person_id,sex\rp1,男\rp2,\r".encode(),
        "person_id,sex\np1,男\np2,\n".encode("utf-8-sig"),
        "person_id,sex\np1,男\np2,\n".encode("gb18030"),
        "person_id,sex\r\np1,男\r\np2,\r\n".encode("utf-16"),
        '"person_id","sex"\n"p1","男"\n"p2",""\n'.encode(),
        "\nperson_id,sex\n\np1,男\n\n\np2,\n\n".encode(),
        "\nperson_id,sex\np1,男\np2,\n".encode(),
        "sex,person_id\n男,p1\n,p2\n".encode(),
    ],
)
def test_the_same_rows_however_they_are_written(tmp_path, data):
    found = read(tmp_path, data)
    assert found.problems == []
    assert found.tables["people"].arrow().select(["person_id", "sex"]).to_pylist() == ROWS
    assert found.tables["people"].missing == ("birth_date", "home_place_id", "traits")


def test_the_same_lines_with_and_without_quotes(tmp_path):
    plain = "person_id,birth_date\n" + "".join(f"p{i},{'x' if i % 7 == 3 else ''}\n" for i in range(100))
    quoted = plain.replace("p99,", '"p99",')
    lines = [p.line for p in read(tmp_path, plain.encode()).problems]
    assert lines == [i + 2 for i in range(100) if i % 7 == 3]
    assert [p.line for p in read(tmp_path, quoted.encode()).problems] == lines


def test_several_stray_quotes_cost_only_their_lines(tmp_path):
    data = b'person_id,sex\np1,"m\np2,f\np3,"f\np4,m\np5,"a ""b"", c"\n'
    found = read(tmp_path, data)
    assert [(p.code, p.line, p.value) for p in found.problems] == [
        ("ragged-row", 2, 'p1,"m'),
        ("ragged-row", 4, 'p3,"f'),
    ]
    assert found.tables["people"].arrow()["person_id"].to_pylist() == ["p2", "p4", "p5"]
    assert found.tables["people"].arrow()["sex"].to_pylist() == ["f", "m", 'a "b", c']


def test_a_date_that_can_be_read_in_two_ways_is_never_guessed(tmp_path):
    found = read(
        tmp_path, b"person_id,birth_date\np1,07/03/1968\np2,1968/3/7\np3,25/03/1968\np4,24904\np5,19680307\n"
    )
    assert [p.todo for p in found.problems] == [
        "write 1968-03-07 or 1968-07-03, whichever is meant",
        "write 1968-03-07",
        "write 1968-03-25",
        "write 1968-03-07 if this is an Excel day number",
        "write 1968-03-07",
    ]
    assert found.tables["people"].rows == 0


def test_only_reads_what_is_asked_for(tmp_path):
    (tmp_path / "events.csv").write_bytes(b"")
    (tmp_path / "people.csv").write_bytes(b"person_id\np1\n")
    found = read_folder(tmp_path, only={"people"})
    assert (list(found.tables), found.problems) == (["people"], [])


def test_progress_ends_at_one(tmp_path):
    (tmp_path / "people.csv").write_bytes(b"person_id\np1\n")
    (tmp_path / "places.csv").write_bytes(b"place_id,kind,name\nu1,unit,a\n")
    told = []
    read_folder(tmp_path, progress=lambda name, share: told.append((name, share)))
    assert [name for name, _ in told] == ["people", "people", "places", "places"]
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][1] == 1.0
