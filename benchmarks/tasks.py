"""Does one measured thing in a process of its own: `python benchmarks/tasks.py NAME JSON` prints its figures as JSON.

The timer starts when everything is imported and the files have been read once (so that all runs find them in the page
cache), and stops when the answer is whole. Peak memory is that of the process from its start.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb
import pyarrow.parquet as pq

import cities
from peers.on_tables import OnTables
from sizao.derive import derive
from sizao.derive.person import PersonDesk
from sizao.derive.why import explain
from sizao.errors import SizaoError
from sizao.policy import chain, get
from sizao.tables import Folder, Source, contract, read_folder

ROOT = Path(__file__).resolve().parent.parent / "bench-data"
ON = dt.date.fromisoformat(cities.ON)
KNOWN_AT = dt.datetime.fromisoformat(cities.KNOWN_AT)
BOOK = "cn-2022-11-11"
COMPARED = (2_000, 20_000)
"""Numbers of people (the first ones) whose answers are compared between peers that are given different numbers."""

Figures = dict[str, Any]


class Clock:
    """Seconds by the clock and of all processor cores."""

    seconds = cpu_seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.seconds, self.cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu


def make(*, kind: str, people: int, orders: int = 0) -> Figures:
    """Makes data that a task below reads; nothing of it is measured."""
    makers: dict[str, Callable[[], Path]] = {
        "overlapping": lambda: cities.make_overlapping(ROOT, people),
        "judged": lambda: cities.make_judged(ROOT, people, orders),
        "simple": lambda: cities.make_simple(ROOT, people),
    }
    makers[kind]()
    return {}


def read(*, people: int) -> Figures:
    """The reading checks of a folder: every row against its contract, every id against the ids that it names."""
    folder, clock = ROOT / f"overlapping-{people}", Clock()
    _warm([folder / "events.parquet", folder / "cases.parquet"])
    with clock.running():
        facts = read_folder(folder, only=("people", "events", "cases", "tests", "orders"))
    return _figures(clock) | {"rows": facts.tables["events"].rows, "answers": len(facts.problems)}


def overlapping(*, people: int) -> Figures:
    """Derives and writes all columns of `status` and `tests_due`."""
    clock, facts = Clock(), _facts(ROOT / f"overlapping-{people}", "events", "cases")
    with tempfile.TemporaryDirectory(dir=ROOT) as out:
        with clock.running():
            written = _write(facts, Path(out))
        figures = _figures(clock)  # before the files are looked at, for the peak's sake
        rows = {name: _digest(path) for name, path in written.items()}
    return figures | {"rows": rows["status"][0], "answers": rows}


def on_engine(*, people: int, engine: str) -> Figures:
    """The same on an engine, the second time in a process (Spark starts a Java machine the first time).

    Spark and PostgreSQL work in processes of their own, so there is neither their peak nor their processor time.
    """
    clock, facts = Clock(), _facts(ROOT / f"overlapping-{people}", "events", "cases")
    with tempfile.TemporaryDirectory(dir=ROOT) as out:
        try:
            _write(facts, Path(out), engine)
        except SizaoError as error:
            return {"missing": error.what}
        with clock.running():
            written = _write(facts, Path(out), engine)
        rows = {name: _digest(path) for name, path in written.items()}
    return {"seconds": clock.seconds, "rows": rows["status"][0], "answers": rows}


def simple(*, peer: str, people: int, tables: bool = False) -> Figures:
    """The simple form by one peer, after a first run on 1,000 people; with `tables`, as tables in and out."""
    try:
        module = importlib.import_module(f"peers.{peer}")
    except ModuleNotFoundError as error:
        return {"missing": f"{error.name} is not installed"}
    folder, clock = ROOT / f"simple-{people}", Clock()
    if not folder.exists():  # the slow peers are given the first ones of a larger folder
        folder = min(f for f in ROOT.glob("simple-*") if int(f.name.partition("-")[2]) > people)
    asked = module.Peer(get(BOOK), ON)
    if tables:
        asked = OnTables(asked, get(BOOK), ON)
    asked.run(asked.prepare(folder, 1_000))
    facts = asked.prepare(folder, people)
    with clock.running():
        result = asked.run(facts)
    figures = _figures(clock)
    answers = asked.answers(result)
    return figures | {"rows": people, "answers": {n: answers.digest(n) for n in (*COMPARED, people) if n <= people}}


def person(*, people: int, orders: int, asked: int = 200) -> Figures:
    """One person's answer and its explanation in a warm process; the seconds are the median of those asked about."""
    judged = ROOT / f"judged-{people}-{orders}"
    facts = _facts(ROOT / f"overlapping-{people}", "people", "events", "cases", tests=judged, orders=judged)
    choose = random.Random(cities.SEED)
    ids = [f"P{choose.randint(1, people):08d}" for _ in range(asked + 20)]
    times, lines = [], 0
    begun = time.perf_counter()
    with PersonDesk(facts, chain(BOOK), indexed=True) as desk:
        ready = time.perf_counter() - begun
        for person_id in ids:
            begun = time.perf_counter()
            answer = desk.ask(person_id, ON, KNOWN_AT)
            assert answer is not None
            lines += sum(len(section.lines) for section in explain(answer))
            times.append(time.perf_counter() - begun)
    spread = quantiles(times[20:], n=20)
    median = {"seconds": spread[9], "p95_seconds": spread[18], "ready_seconds": ready}
    return _figures(None) | median | {"rows": asked, "answers": lines}


def excesses(*, people: int, orders: int) -> Figures:
    """Derives and writes `excesses` of so many orders, with the tests of the same people."""
    judged, clock = ROOT / f"judged-{people}-{orders}", Clock()
    facts = _facts(ROOT / f"overlapping-{people}", "events", "cases", tests=judged, orders=judged)
    with tempfile.TemporaryDirectory(dir=ROOT) as out:
        with clock.running(), derive(facts, chain(BOOK), ON, known_at=KNOWN_AT) as derivation:
            written = derivation.write(Path(out), ("excesses",))
        figures = _figures(clock)
        rows = _digest(written["excesses"])
    return figures | {"rows": rows[0], "answers": rows}


def _write(facts: Folder, out: Path, engine: str = "duckdb") -> dict[Any, Path]:
    with derive(facts, chain(BOOK), ON, known_at=KNOWN_AT, engine=engine) as derivation:
        return derivation.write(out, ("status", "tests_due"))


def _facts(folder: Path, *names: str, **elsewhere: Path) -> Folder:
    """Facts in place: Parquet files as they are, not checked (`read` measures that)."""
    sources = {}
    for name in (*names, *elsewhere):
        file = pq.ParquetFile(path := elsewhere.get(name, folder) / f"{name}.parquet")
        missing = tuple(column for column in contract(name).names if column not in file.schema_arrow.names)
        sources[name] = Source(contract(name), file.metadata.num_rows, missing, path, (path,))
        _warm([path])
    return Folder(folder, sources, [])


def _warm(files: list[Path]) -> None:
    for file in files:
        with file.open("rb") as opened:
            while opened.read(1 << 20):
                pass


def _figures(clock: Clock | None) -> Figures:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    times = {"seconds": clock.seconds, "cpu_seconds": clock.cpu_seconds} if clock else {}
    return times | {"peak_mb": peak}


def _digest(path: Path) -> tuple[int, str]:
    """How many rows a written answer has, and one number for all of them in any order."""
    pattern = path / "*.parquet" if path.is_dir() else path
    with duckdb.connect() as db:
        names = [row[0] for row in db.execute(f"DESCRIBE FROM read_parquet('{pattern}')").fetchall()]
        row = ", ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '')" for name in sorted(names))
        sql = f"SELECT count(*), bit_xor(md5_number_lower(concat_ws('|', {row}))) FROM read_parquet('{pattern}')"
        rows, digest = db.execute(sql).fetchone() or (0, 0)
    return rows, f"{digest:016x}"


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](**json.loads(sys.argv[2]))))
