"""benchmarks/register.py measures what it says: the same register each time, every acknowledged write looked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import register  # noqa: E402
import register_city  # noqa: E402
import register_users  # noqa: E402
from sizao.tables import read_folder, write_tables  # noqa: E402

PEOPLE = 2_000


def test_the_same_tables_are_made_each_time_and_keep_their_contracts(tmp_path: Path) -> None:
    one, other = register_city.make_tables(PEOPLE), register_city.make_tables(PEOPLE)
    assert all(one[name].equals(other[name]) for name in one)
    write_tables(tmp_path, one)
    found = read_folder(tmp_path)
    assert found.problems == []
    assert {name: table.num_rows for name, table in one.items()} == {n: s.rows for n, s in found.tables.items()}


def test_it_measures_a_real_service_and_finds_every_write(tmp_path: Path) -> None:
    found = register.measure(PEOPLE, "", 1.0, register.PARTS, kept=tmp_path)
    assert found["held"] > PEOPLE / 20
    assert {"/people", "/tests", "/now/status", "/now/areas"} <= {*found["lists"]["together"]}
    assert sum(map(len, found["lists"]["together"].values())) > 0
    assert {*found["bulk"]["took"]} == {"assign", "follow_ups", "tests", "results"}
    wrote = found["writes"]
    assert wrote["done"] > 0
    assert (wrote["lost"], wrote["doubled"], wrote["differing"], wrote["broken"]) == (0, 0, 0, 0)
    assert len(found["derive"]["one"]) > 100 and found["import"]["rows"] == 100_000
    told = register.show(found, markdown=True)
    assert "| writes of 50 users |" in told and "| everybody |" in told
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("register-run-")]


def test_writes_that_were_lost_or_doubled_are_said() -> None:
    wrote = {"lost": 1, "doubled": 2, "differing": 0, "broken": 0}
    assert register.wrong({"writes": wrote}) == ["1 writes lost", "2 writes doubled"]


def test_ninety_five_of_a_hundred_do_not_exceed_the_share() -> None:
    assert register_users.share([*range(100)], 95) == 95
    assert register_users.share([7.0], 95) == 7.0


def test_a_service_that_does_not_answer_stops_the_benchmark() -> None:
    with pytest.raises(register_users.Refusal):
        register_users.User(1, "nobody").ask("GET", "/api/people")
