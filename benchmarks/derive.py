"""Speed and memory of the derivation, beside its peers on this machine: `python benchmarks/derive.py`.

Every measured run is a fresh process (benchmarks/tasks.py); the runs of all rows are interleaved, so that whatever
else the machine does falls on all alike; a figure is the median of its runs. Answers that must be the same are
compared, and targets are said to be met or not. Facts are made under bench-data/ at first and kept. docs/speed.md
says more.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from typing import Any

from verdict import Row, judge, show

HERE = Path(__file__).resolve().parent
LAST = HERE / "last.json"
PEERS: dict[str, dict[str, Any]] = {
    "sizao": {"peer": "sizao_tables"},
    "openfisca": {"peer": "openfisca"},
    "openfisca-tables": {"peer": "openfisca", "tables": True},
    "zen": {"peer": "zen_table"},
    "python": {"peer": "plain_python"},
    "numpy": {"peer": "numpy_by_hand"},
    "numpy-tables": {"peer": "numpy_by_hand", "tables": True},
}
AT_MOST = {"zen": 20_000, "python": 2_000}
"""People that the slow peers are given; their speed is compared per person."""
ENGINES = ("duckdb", "spark", "postgres")
COUNTRY = 10_190_584
"""Contacts traced in China by 20 November 2022."""
VERSIONS = ("sizao", "duckdb", "pyarrow", "numpy", "openfisca-core", "zen-engine", "pyspark", "psycopg")


def plan_rows(people: list[int], orders: int, engines: bool) -> list[Row]:
    """Everything that is measured at these numbers of people; one person and orders at the smallest of them."""
    rows = []
    for n in people:
        rows.append(Row("read", n, "read", {"people": n}))
        rows.append(Row("overlapping", n, "overlapping", {"people": n}))
        for name, peer in PEERS.items():
            given = min(n, AT_MOST.get(name, n))
            if given == n or n == people[0]:
                rows.append(Row(name, given, "simple", peer | {"people": given}))
    n, some = people[0], orders * 3 // 10
    rows.append(Row("person", n, "person", {"people": n, "orders": some}, orders=some))
    rows.append(Row("excesses", n, "excesses", {"people": n, "orders": orders}, orders=orders))
    if engines:  # at a mean of 3 events a person, as many events as `people` has people
        rows += [Row(f"on {e}", n // 3, "on_engine", {"people": n // 3, "engine": e}) for e in ENGINES]
    return rows


def make_data(rows: list[Row], people: list[int]) -> None:
    """Makes what the rows read, unless it is there."""
    wanted: set[tuple[str, int, int]] = set()
    for row in rows:
        if row.task == "simple":
            wanted.add(("simple", min(n for n in people if n >= row.people), 0))
        else:
            wanted.add(("overlapping", row.people, 0))
            if row.orders:
                wanted.add(("judged", row.people, row.orders))
    for kind, n, orders in sorted(wanted):
        _say(f"making {kind} facts of {n:,} people" + (f" with {orders:,} orders" if orders else ""))
        run_task("make", {"kind": kind, "people": n, "orders": orders}, {})


def run_task(task: str, arguments: dict[str, Any], env: dict[str, str]) -> dict[str, Any]:
    """One task in a process of its own. Raises SystemExit with its error."""
    command = [sys.executable, str(HERE / "tasks.py"), task, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | env, check=False)
    if done.returncode:
        raise SystemExit(f"{task} {arguments} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def check_answers(rows: list[Row]) -> list[str]:
    """Raises SystemExit unless every run, engine and peer gave the same answers; says which were compared."""
    said: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        for run in row.runs:
            found = run["answers"] if row.task == "simple" else {row.people: json.dumps(run["answers"])}
            for n, answer in found.items():
                said[row.task, int(n)][answer].add(row.name)
    for (task, n), answers in said.items():
        if len(answers) > 1:
            differ = "; ".join(f"{', '.join(sorted(names))}: {answer}" for answer, names in answers.items())
            raise SystemExit(f"{task}, {n:,} people: the answers differ: {differ}")
    everybody = {(task, n): set().union(*answers.values()) for (task, n), answers in said.items()}
    return [
        f"{task}, {n:,} people: {', '.join(sorted(names))}"
        for (task, n), names in sorted(everybody.items())
        if len(names) > 1
    ]


def measure(people: list[int], orders: int, runs: int, only: list[str] | None, memory: str, engines: bool) -> None:
    """Runs everything and writes benchmarks/last.json."""
    rows = [row for row in plan_rows(people, orders, engines) if not only or row.name in only]
    if not rows:
        raise SystemExit(f"no row is called {' or '.join(only or ())}")
    make_data(rows, people)
    for turn in range(runs):
        for n, row in enumerate(rows, start=1):
            if row.missing:
                continue
            _say(f"run {turn + 1} of {runs}, {n} of {len(rows)}: {row.name}, {row.people:,} people")
            figures = run_task(row.task, row.arguments, {"SIZAO_MEMORY": memory})
            row.missing = figures.get("missing")
            if not row.missing:
                row.runs.append(figures)
    same = check_answers(rows)
    last = {
        "machine": about_machine(),
        "runs": runs,
        "memory_limit": memory,
        "rows": [row.summary() for row in rows],
        "targets": [target.summary() for target in judge(rows)],
        "same": same,
    }
    LAST.write_text(json.dumps(last, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def about_machine() -> dict[str, Any]:
    """What figures depend on."""
    versions = {"Python": platform.python_version()}
    for name in VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": models[0] if models else platform.machine(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "versions": versions,
    }


def main() -> None:
    """Measures, compares, judges; prints the tables and writes benchmarks/last.json."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--people", type=int, nargs="+", default=[1_000_000, COUNTRY])
    told.add_argument("--orders", type=int, default=1_000_000)
    told.add_argument("--runs", type=int, default=5)
    told.add_argument("--only", nargs="+", metavar="NAME", help="rows of these names: read, overlapping, sizao, ...")
    told.add_argument("--quick", action="store_true", help="20,000 and 100,000 people, 20,000 orders, two runs")
    told.add_argument("--memory", default="3GB", help="the engine's limit (SIZAO_MEMORY); 3GB unless told")
    told.add_argument("--engines", action="store_true", help="also a third of the people on every engine")
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    told.add_argument("--last", action="store_true", help="measure nothing: print the last measurement again")
    asked = told.parse_args()
    if asked.quick:
        asked.people, asked.orders, asked.runs = [20_000, 100_000], 20_000, 2
    if not asked.last:
        measure(sorted(asked.people), asked.orders, asked.runs, asked.only, asked.memory, asked.engines)
    print(show(json.loads(LAST.read_text(encoding="utf-8")), asked.markdown))


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
