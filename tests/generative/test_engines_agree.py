"""The same tables on every engine, from a few thousand people: both ways in, both formats out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engines import POSTGRES, SPARK, TABLES, run_on
from sizao.derive import derive, facts_of
from sizao.policy import chain
from sizao.tables import Folder, contract, read_folder

PEOPLE, FIRST = 3000, date(2022, 10, 20)
ON, DAYS, KNOWN_AT = date(2022, 11, 14), (date(2022, 11, 8), date(2022, 11, 20)), datetime(2022, 11, 19, tzinfo=UTC)
RULEBOOKS = ("cn-2022-11-11", "who-ebola")
EVENTS = (
    "exposed_to_case",
    "exposed_to_contact",
    "arrived_from_abroad",
    "left_high_risk_area",
    "left_medium_risk_area",
)
EVENTS += ("finished_closed_loop", "found_past_infection", "a_rumour")
RESTRICTIONS = ("health_monitoring", "home_isolation", "central_isolation", "hospital_isolation", "house arrest")


def make_facts(random: Random) -> dict[str, list[dict[str, Any]]]:
    """Facts of all kinds: overlapping, voided, replaced, recorded late, in versions, with and without an end."""

    def day(after: int = 0) -> date:
        return FIRST + timedelta(after + random.randrange(35))

    def some(least: date, most: int) -> date | None:
        return random.choice([None, least + timedelta(random.randrange(most))])

    def recorded(on: date, version: int = 0) -> datetime:
        return datetime(on.year, on.month, on.day, 8, tzinfo=UTC) + timedelta(
            random.choice([0, 0, 1, 3]), 61 * version
        )

    people = [f"p{n}" for n in range(PEOPLE)]
    events = [
        {"event_id": f"e{n}", "person_id": random.choice(people), "kind": random.choice(EVENTS), "occurred_on": day()}
        for n in range(3 * PEOPLE)
    ]
    for n, event in enumerate(random.sample(events, PEOPLE // 5)):
        kind = random.choice(["void", *EVENTS])
        events.append(event | {"event_id": f"v{n}", "kind": kind, "voids": event["event_id"]})
    cases = []
    for n, who in enumerate(random.choices(people, k=PEOPLE // 8)):
        case = {"case_id": f"c{n}", "person_id": who, "origin": random.choice(["local", "imported"])}
        for version in range(random.choice([1, 1, 2])):
            on = day()
            ends = {"discharged_on": some(on, 20), "died_on": random.choice([None, None, some(on, 20)])}
            kind = random.choice(["confirmed", "asymptomatic"])
            row = {"confirmed_on": on, "classification": kind, "recorded_at": recorded(on, version)}
            cases.append(case | row | ends)
    tests = [
        {"test_id": f"t{n}", "person_id": random.choice(people), "sampled_on": on, "method": "pcr"}
        | {"result": random.choice(["negative", "positive", "pending"]), "recorded_at": recorded(on, version)}
        for n in range(2 * PEOPLE)
        for on in [day()]
        for version in range(random.choice([1, 1, 2]))
    ]
    orders = []
    for n in range(PEOPLE):
        order = {"order_id": f"o{n}", "issuer": "街道", "from": (on := day()), "until": some(on, 25)}
        whose = {"person_id": random.choice(people), "restriction": random.choice(RESTRICTIONS)}
        where = {"place_id": "unit-1", "level": "high"}
        for version in range(random.choice([1, 1, 1, 2])):
            orders.append(order | random.choice([whose] * 9 + [where]) | {"recorded_at": recorded(on, version)})
    for event in events:
        event["recorded_at"] = recorded(event["occurred_on"])
    return {"events": events, "cases": cases, "tests": tests, "orders": orders}


def write_folder(folder: Path, facts: dict[str, list[dict[str, Any]]]) -> Folder:
    """The same facts as Parquet: events in parts, instants coarser and with an offset, empty columns left out."""
    for name, rows in facts.items():
        names = [column for column in contract(name).names if any(row.get(column) is not None for row in rows)]
        schema = pa.schema([contract(name).arrow_schema().field(column) for column in names])
        instant = schema.get_field_index("recorded_at")
        coarse = schema.set(instant, pa.field("recorded_at", pa.timestamp("ms", tz="Asia/Shanghai")))
        table = pa.Table.from_pylist([{column: row.get(column) for column in names} for row in rows], coarse)
        if name == "events":
            (folder / "events.parquet").mkdir()
            for part in range(3):
                pq.write_table(
                    table.slice(part * 4000, 4000), folder / "events.parquet" / f"part {part} [四早].parquet"
                )
        else:
            pq.write_table(table, folder / f"{name}.parquet")
    read = read_folder(folder)
    assert all(source.files for source in read.tables.values()), "the files must be fit to be used in place"
    return read


@pytest.fixture(scope="session")
def facts(tmp_path_factory) -> dict[str, Folder]:
    made = make_facts(Random(20221111))
    return {"arrow": facts_of(made), "parquet": write_folder(tmp_path_factory.mktemp("四早 {facts}"), made)}


@pytest.fixture(scope="session")
def expected(facts) -> dict[str, dict[str, str]]:
    """What DuckDB gives for each chain from facts in memory."""
    given = {name: derived(facts["arrow"], name, "duckdb") for name in RULEBOOKS}
    for name, tables in given.items():
        assert all(table.num_rows > 100 for table in tables.values()), f"{name}: too little to compare"
    return {name: digests(tables) for name, tables in given.items()}


@pytest.fixture(params=["duckdb", POSTGRES, SPARK])
def name(request, monkeypatch) -> str:
    run_on(request.param)  # skips, or fails, where it is missing
    monkeypatch.setenv("SIZAO_POSTGRES", os.environ.get("SIZAO_TEST_POSTGRES", ""))
    return request.param


def derived(facts: Folder, rulebook: str, engine: str, out: Path | None = None) -> dict[str, pa.Table]:
    with derive(facts, chain(rulebook), ON, days=DAYS, known_at=KNOWN_AT, engine=engine) as derivation:
        if out is not None:
            derivation.write(out / "parquet")
            derivation.write(out / "csv", format="csv")
        return {name: derivation.table(name) for name in TABLES}


def digests(tables: dict[str, pa.Table]) -> dict[str, str]:
    """For each table the number of its rows and a digest of them, sorted; its columns must be the contract's."""
    for name, table in tables.items():
        assert table.schema.equals(contract(name).arrow_schema()), name
    return {name: digest(map(repr, rows(table))) for name, table in tables.items()}


def digest(lines: Iterator[str]) -> str:
    ordered = sorted(lines)
    return f"{len(ordered)} rows, {hashlib.sha256(repr(ordered).encode()).hexdigest()}"


def rows(table: pa.Table) -> Iterator[tuple[object, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


@pytest.mark.parametrize("way", ["arrow", "parquet"])
@pytest.mark.parametrize("rulebook", RULEBOOKS)
def test_the_same_answers(name, rulebook, way, facts, expected):
    assert digests(derived(facts[way], rulebook, name)) == expected[rulebook]


def test_the_same_files(name, facts, expected, tmp_path):
    derived(facts["parquet"], RULEBOOKS[0], "duckdb", tmp_path / "duckdb")
    derived(facts["parquet"], RULEBOOKS[0], name, tmp_path / name)
    parquet = {t: pq.read_table(tmp_path / name / "parquet" / f"{t}.parquet") for t in TABLES}
    for t in TABLES:
        assert parquet[t].column_names == list(contract(t).names)
        parquet[t] = parquet[t].cast(contract(t).arrow_schema())
        header, *lines = (tmp_path / name / "csv" / f"{t}.csv").read_bytes().splitlines()
        same_header, *same = (tmp_path / "duckdb" / "csv" / f"{t}.csv").read_bytes().splitlines()
        assert (header, digest(map(repr, lines))) == (same_header, digest(map(repr, same))), t
    assert digests(parquet) == expected[RULEBOOKS[0]]
    for format in ("parquet", "csv"):
        assert {p.name for p in (tmp_path / name / format).iterdir()} == {f"{t}.{format}" for t in TABLES}
