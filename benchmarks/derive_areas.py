"""Speed and memory of drawing risk areas for a country: `python benchmarks/derive_areas.py`.

Infections of 90 days, each with a home, a place of work and one more place, over a tree of places from the provinces
down to the units; and orders on places around them. Each run is a fresh process, after the files have been read once:
it derives the areas of a date under the Ten Measures and what they replace (four rulebooks that draw areas) and
writes them to Parquet; then the spells of all days; then the orders beyond the rules. Seconds are from the start. A
figure is the median of the runs; answers that must be the same are compared. Data are made under bench-data/ at first
and kept. `--quick` looks whether it works.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pyarrow.parquet as pq

from verdict import Target

HERE = Path(__file__).resolve()
ROOT = HERE.parents[1] / "bench-data"
SEED = 20221207
BOOK, ON = "cn-2022-12-07", dt.date(2022, 12, 12)
DAYS = (dt.date(2022, 10, 1), dt.date(2023, 1, 7))
KNOWN_AT = dt.datetime(2023, 2, 1, tzinfo=dt.UTC)
CASES, QUICK = 1_000_000, 20_000
ORDERS = 0.3
"""Orders on places for each case."""
ALLOWED, MEMORY = 20.0, 4_000
"""Seconds and MB for 1,000,000 cases at 3,000,000 places."""
ENGINES = ("duckdb", "postgres", "spark")
ANSWERS = ("areas", "area_spells", "place_excesses")

TREE = (  # kind, how many for a million cases, what it lies in
    ("province", 31, None),
    ("city", 340, "province"),
    ("county", 2_850, "city"),
    ("street", 40_000, "county"),
    ("community", 110_000, "street"),
    ("compound", 300_000, "community"),
    ("building", 900_000, "compound"),
    ("unit", 2_000_000, "building"),
    ("shop", 600_000, "community"),
)
ORDERED = {"unit": 0.5, "building": 0.8, "compound": 0.92, "community": 0.97, "street": 0.99, "county": 1}
"""Kinds of places under an order, and the share of the orders on them or on narrower ones."""
ORDERED_LEVELS = ("high",) * 16 + ("low", "medium", "close_school", "mass_testing")
FOUND_BY = ("screening", "clinic", "contact_tracing", "home_isolated_contact")

Figures = dict[str, Any]


def make_country(folder: Path, cases: int) -> Path:
    """A folder of places, cases, case_places and orders, unless it is there.

    Places that many cases share are common: homes and shops are drawn from the cube and the fourth power of an even
    number; infections grow from day to day. Orders are on the home of a case or a place around it, some days off.
    """
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=folder.parent) as made, duckdb.connect() as db:
        db.execute(f"CREATE MACRO even(what, n) AS (hash({SEED}, what, n) % 1000000) / 1e6")
        count = {kind: max(1, n * cases // CASES) for kind, n, _ in TREE}
        levels = [
            f"SELECT concat('{kind}-', n) AS place_id, "
            + (f"concat('{above}-', n * {count[above]} // {count[kind]})" if above else "NULL")
            + f" AS parent_id, '{kind}' AS kind, concat('{kind} ', n) AS name FROM range({count[kind]}) t(n)"
            for kind, _, above in TREE
        ]
        found = ", ".join(f"'{word}'" for word in FOUND_BY)
        tables = {
            "places": " UNION ALL ".join(levels),
            "cases": f"""SELECT concat('c', n) AS case_id, concat('p', n) AS person_id, d AS confirmed_on,
                'asymptomatic' AS classification, 'local' AS origin,
                [{found}][1 + CAST(floor(4 * even('found', n)) AS INTEGER)] AS found_by,
                CAST(d AS TIMESTAMPTZ) + INTERVAL 20 HOUR AS recorded_at
                FROM (SELECT n, DATE '{DAYS[0]}' + CAST(floor(90 * sqrt(sqrt(even('day', n)))) AS INTEGER) AS d
                      FROM range({cases}) t(n))""",
            "case_places": f"""SELECT concat('c', n) AS case_id,
                CASE WHEN r = 'home' THEN concat('unit-', CAST(floor({count["unit"]} * even(r, n) ** 3) AS BIGINT))
                     ELSE concat('shop-', CAST(floor({count["shop"]} * even(r, n) ** 4) AS BIGINT)) END AS place_id,
                r AS role, r <> 'home' AND even(concat('risk', r), n) < 0.25 AS spread_risk
                FROM range({cases}) t(n), (VALUES ('home'), ('work'), ('activity')) v(r)""",
            "orders": _sql_of_orders(count, int(ORDERS * cases), cases),
        }
        db.execute("SET TimeZone = 'UTC'")
        for name, sql in tables.items():
            db.execute(f"COPY ({sql}) TO '{made}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
        Path(made).rename(folder)
        Path(made).mkdir()  # for the context to remove
    return folder


def _sql_of_orders(count: dict[str, int], orders: int, cases: int) -> str:
    """Orders from three days before a case to three after, for up to twenty days; a tenth without end."""
    place, inside, on = f"CAST(floor({count['unit']} * even('home', c) ** 3) AS BIGINT)", "unit", []
    for kind, share in ORDERED.items():
        place = place if kind == "unit" else f"{place} * {count[kind]} // {count[inside]}"
        inside = kind
        on.append(f"WHEN even('kind', n) < {share} THEN concat('{kind}-', {place})")
    levels = ", ".join(f"'{level}'" for level in ORDERED_LEVELS)
    return f"""SELECT concat('o', n) AS order_id, CASE {" ".join(on)} END AS place_id,
        [{levels}][1 + CAST(floor({len(ORDERED_LEVELS)} * even('level', n)) AS INTEGER)] AS level, d AS "from",
        CASE WHEN even('open', n) >= 0.1 THEN d + CAST(floor(20 * even('days', n)) AS INTEGER) END AS until,
        'x' AS issuer, CASE WHEN even('clause', n) < 0.1 THEN '三（二）' END AS clause,
        CAST(d AS TIMESTAMPTZ) AS recorded_at
        FROM (SELECT n, c, DATE '{DAYS[0]}' + CAST(floor(90 * sqrt(sqrt(even('day', c))))
                     + floor(7 * even('off', n)) - 3 AS INTEGER) AS d
              FROM (SELECT n, CAST(floor({cases} * even('case', n)) AS BIGINT) AS c FROM range({orders}) t(n)) o) o"""


def measure_once(folder: Path, engine: str) -> Figures:
    """One run: seconds of each answer, from the files to a file, and the peak memory of this process."""
    derive, policy = import_module("sizao.derive.areas"), import_module("sizao.policy")
    facts = _facts(folder)
    with tempfile.TemporaryDirectory(dir=ROOT) as out:
        if engine == "spark":  # starts a Java machine the first time
            with derive.derive_areas(facts, policy.chain(BOOK), ON, known_at=KNOWN_AT, engine=engine) as first:
                first.areas()
        begun, used = time.perf_counter(), time.process_time()
        figures: Figures = {}
        with derive.derive_areas(
            facts, policy.chain(BOOK), ON, days=DAYS, known_at=KNOWN_AT, engine=engine
        ) as derivation:
            for name in ANSWERS:
                derivation.write(Path(out), [name])
                figures[name] = {"seconds": time.perf_counter() - begun, "cpu_seconds": time.process_time() - used}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        digests = {name: _digest(Path(out) / f"{name}.parquet") for name in ANSWERS}
    return figures | {"peak_mb": peak, "answers": digests}


def _facts(folder: Path) -> Any:
    """Facts in place, not checked (`benchmarks/derive.py` measures reading), read once."""
    tables = import_module("sizao.tables")
    sources = {}
    for name in ("places", "cases", "case_places", "orders"):
        path = folder / f"{name}.parquet"
        path.read_bytes()
        file = pq.ParquetFile(path)
        contract = tables.contract(name)
        missing = tuple(column for column in contract.names if column not in file.schema_arrow.names)
        sources[name] = tables.Source(contract, file.metadata.num_rows, missing, path, (path,))
    return tables.Folder(folder, sources, [])


def _digest(path: Path) -> list[Any]:
    """How many rows a written answer has, and one number for all of them in any order."""
    pattern = path / "*.parquet" if path.is_dir() else path
    with duckdb.connect() as db:
        names = [row[0] for row in db.execute(f"DESCRIBE FROM read_parquet('{pattern}')").fetchall()]
        row = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in sorted(names))
        sql = f"SELECT count(*), bit_xor(md5_number_lower(concat_ws('|', {row}))) FROM read_parquet('{pattern}')"
        rows, digest = db.execute(sql).fetchall()[0]
    return [rows, f"{digest or 0:016x}"]


def measure(folder: Path, engines: list[str], runs: int, memory: str) -> dict[str, list[Figures]]:
    """Runs by engine, interleaved, each in a process of its own.

    Raises SystemExit if one fails, or if answers differ.
    """
    done: dict[str, list[Figures]] = {engine: [] for engine in engines}
    for turn in range(runs):
        for engine in engines:
            print(f"run {turn + 1} of {runs}: {engine}", file=sys.stderr, flush=True)
            command = [sys.executable, str(HERE), "--one-run", str(folder), "--engines", engine]
            env = os.environ | {"SIZAO_MEMORY": memory}
            ran = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
            if ran.returncode:
                raise SystemExit(f"a run on {engine} failed:\n{ran.stderr}")
            done[engine].append(json.loads(ran.stdout.splitlines()[-1]))
    answers = {json.dumps(run["answers"]) for every in done.values() for run in every}
    if len(answers) > 1:
        raise SystemExit(f"the answers differ: {' / '.join(sorted(answers))}")
    return done


def judge(runs: list[Figures], cases: int) -> list[dict[str, Any]]:
    """The targets on DuckDB: the areas of a date, in proportion above a million cases, and the memory."""
    seconds = median(run["areas"]["seconds"] for run in runs)
    peak = median(run["peak_mb"] for run in runs)
    return [
        Target(f"areas of {cases:,} cases", seconds, ALLOWED * max(1, cases / CASES), "s").summary(),
        Target("peak memory", peak, MEMORY, "MB").summary(),
    ]


def show(done: dict[str, list[Figures]], cases: int) -> str:
    """The runs as Markdown for docs/speed.md."""
    lines = [
        "| engine | answer | rows | seconds | least | most | cpu s | peak MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for engine, runs in done.items():
        for name in ANSWERS:
            times = [run[name]["seconds"] for run in runs]
            cpu, peak = median(run[name]["cpu_seconds"] for run in runs), median(run["peak_mb"] for run in runs)
            figures = f"{median(times):.1f} | {min(times):.1f} | {max(times):.1f} | {cpu:.1f} | {peak:,.0f}"
            lines.append(f"| {engine} | {name} | {runs[0]['answers'][name][0]:,} | {figures} |")
    lines.append("")
    if "duckdb" in done:
        for target in judge(done["duckdb"], cases):
            verdict = "met" if target["met"] else "not met"
            lines.append(
                f"{target['what']}: {target['measured']:,.1f} {target['unit']} of {target['asked']:,g} "
                f"{target['unit']}, ratio {target['ratio']:.2f}: {verdict}"
            )
    return "\n".join(lines)


def main() -> None:
    """Makes the data, measures, prints."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--cases", type=int, default=CASES)
    told.add_argument("--runs", type=int, default=5)
    told.add_argument("--quick", action="store_true", help=f"{QUICK:,} cases, two runs: does it work?")
    told.add_argument("--engines", nargs="+", choices=ENGINES, default=["duckdb"])
    told.add_argument("--memory", default="3GB", help="the engine's limit (SIZAO_MEMORY); 3GB unless told")
    told.add_argument("--one-run", type=Path, help=argparse.SUPPRESS)
    asked = told.parse_args()
    if asked.one_run:
        print(json.dumps(measure_once(asked.one_run, asked.engines[0])))
        return
    ROOT.mkdir(exist_ok=True)
    cases, runs = (QUICK, 2) if asked.quick else (asked.cases, asked.runs)
    folder = make_country(ROOT / f"ordered-country-{cases}", cases)
    print(show(measure(folder, asked.engines, runs, asked.memory), cases))


if __name__ == "__main__":
    main()
