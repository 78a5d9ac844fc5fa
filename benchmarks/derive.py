"""Speed and memory of the derivation, beside its peers on this machine: `python benchmarks/derive.py`.

Every measured run is a fresh process (benchmarks/tasks.py); the runs of all rows are interleaved, so that what else the
machine does falls on all alike; a figure is the median of its runs. Answers that must be the same are compared, and the
targets are said to be met or not. Facts are made under bench-data/ at first and kept. See docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
LAST = HERE / "last.json"
PEERS = {
    "sizao": "sizao_tables",
    "openfisca": "openfisca",
    "zen": "zen_table",
    "python": "plain_python",
    "numpy": "numpy_by_hand",
}
AT_MOST = {"zen": 20_000, "python": 2_000}
"""People that the slow peers are given; their speed is compared per person."""
ENGINES = ("duckdb", "spark", "postgres")
COUNTRY = 10_190_584
"""Contacts traced in China by 20 November 2022."""


@dataclass
class Row:
    """One thing that is measured; `runs` are the figures of its runs."""

    name: str
    people: int
    task: str
    arguments: dict[str, Any]
    orders: int = 0
    runs: list[dict[str, Any]] = field(default_factory=list)

    def figure(self, name: str) -> float | None:
        """The median of a figure over the runs; None where it was not measured."""
        values = [run[name] for run in self.runs if name in run]
        return median(values) if values else None


@dataclass(frozen=True)
class Target:
    """What is promised; `measured` of `asked`, of which more is better when `at_least`."""

    what: str
    measured: float
    asked: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked

    @property
    def ratio(self) -> float:
        """Below 1: better than asked."""
        return self.asked / self.measured if self.at_least else self.measured / self.asked


def plan_rows(people: list[int], orders: int, engines: bool) -> list[Row]:
    """Everything that is measured at these numbers of people; one person and orders at the smallest of them."""
    rows = []
    for n in people:
        rows.append(Row("read", n, "read", {"people": n}))
        rows.append(Row("overlapping", n, "overlapping", {"people": n}))
        for name, module in PEERS.items():
            if (given := min(n, AT_MOST.get(name, n))) == n or n == people[0]:
                rows.append(Row(name, given, "simple", {"peer": module, "people": given}))
    n = people[0]
    some = orders * 3 // 10
    rows.append(Row("person", n, "person", {"people": n, "orders": some}, orders=some))
    rows.append(Row("excesses", n, "excesses", {"people": n, "orders": orders}, orders=orders))
    if engines:  # mean 3 events a person
        rows += [Row(f"on {e}", n // 3, "overlapping", {"people": n // 3, "engine": e}) for e in ENGINES]
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
        _say(f"making {kind} facts of {n:,} people")
        run_task("make", {"kind": kind, "people": n, "orders": orders}, {})


def run_task(task: str, arguments: dict[str, Any], env: dict[str, str]) -> dict[str, Any]:
    """One task in a process of its own. Raises SystemExit with its error."""
    command = [sys.executable, str(HERE / "tasks.py"), task, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | env)
    if done.returncode:
        raise SystemExit(f"{task} {arguments} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def check_answers(rows: list[Row]) -> list[str]:
    """Fails unless every run and every peer gave the same answers; says what was compared."""
    said = defaultdict(dict)
    for row in rows:
        for run in row.runs:
            found = run["answers"] if row.task == "simple" else {row.people: json.dumps(run["answers"])}
            for n, answer in found.items():
                subject = "simple" if row.task == "simple" else row.task
                said[subject, int(n)].setdefault(answer, set()).add(row.name)
    for (subject, n), answers in said.items():
        if len(answers) > 1:
            raise SystemExit(f"{subject}, {n:,} people: the answers differ: {[sorted(a) for a in answers.values()]}")
    shared = ((n, next(iter(answers.values()))) for (subject, n), answers in said.items() if subject == "simple")
    return [f"{n:,} people: {', '.join(sorted(names))}" for n, names in shared if len(names) > 1]


def judge(rows: list[Row]) -> list[Target]:
    """The targets that can be judged by what was measured."""
    at = {(row.name, row.people): row for row in rows if row.runs}
    targets = []

    def seconds(name: str, people: int) -> float | None:
        row = at.get((name, people))
        return row.figure("seconds") if row else None

    overlapping = sorted(n for name, n in at if name == "overlapping")
    for n in (n for n in overlapping if n >= 10_000_000):
        row = at["overlapping", n]
        targets.append(Target(f"{n:,} people, overlapping", row.figure("seconds") or 0, 15, "s"))
        targets.append(Target(f"{n:,} people, overlapping: peak", row.figure("peak_mb") or 0, 4000, "MB"))
    for few, many in zip(overlapping, overlapping[1:], strict=False):
        per_person = (seconds("overlapping", many) or 0) / (seconds("overlapping", few) or 1) / (many / few)
        targets.append(Target(f"{many:,} against {few:,} people, per person", per_person, 1.2, "x"))
    for (name, n), row in at.items():
        asked = {"openfisca": 5, "zen": 100}.get(name)
        ours = [at[key] for key in at if key[0] == "sizao" and key[1] >= n]
        if asked and ours:
            same = min(ours, key=lambda r: r.people)
            faster = ((row.figure("seconds") or 0) / n) / ((same.figure("seconds") or 1) / same.people)
            targets.append(Target(f"{name}, {n:,} people: times as long", faster, asked, "x", at_least=True))
        if name == "person":
            targets.append(Target("one person, median", 1000 * (row.figure("seconds") or 0), 50, "ms"))
            targets.append(Target("one person, 95th of 100", 1000 * (row.figure("p95_seconds") or 0), 50, "ms"))
        if name == "excesses":
            targets.append(Target(f"excesses of {row.orders:,} orders", row.figure("seconds") or 0, 10, "s"))
    return targets


def tables(last: dict[str, Any]) -> list[list[list[str]]]:
    """The figures and the targets as two tables of text, each with a head."""
    figures = [["what", "people", "median s", "least", "most", "processor s", "us per person", "peak MB", "rows"]]
    for row in last["rows"]:
        if row["missing"]:
            figures.append([row["name"], f"{row['people']:,}", f"not measured: {row['missing']} is not installed"])
            continue
        m = row["median"]
        per = f"{1e6 * m['seconds'] / row['people']:.2f}" if row["name"] != "person" else ""
        cpu = f"{m['cpu_seconds']:.3f}" if m.get("cpu_seconds") is not None else ""
        times = [f"{m['seconds']:.4f}", f"{min(row['seconds']):.4f}", f"{max(row['seconds']):.4f}"]
        peak = f"{m['peak_mb']:.0f}" if m.get("peak_mb") is not None else ""
        figures.append([row["name"], f"{row['people']:,}", *times, cpu, per, peak, f"{m['rows']:,.0f}"])
    targets = [["target", "measured", "asked", "of what is asked", ""]]
    for t in last["targets"]:
        sign = "at least" if t["at_least"] else "at most"
        verdict = "met" if t["met"] else "NOT MET"
        measured, asked = f"{t['measured']:.4g} {t['unit']}", f"{sign} {t['asked']:g} {t['unit']}"
        targets.append([t["what"], measured, asked, f"{t['ratio']:.2f}", verdict])
    return [figures, targets]


def show(last: dict[str, Any], markdown: bool) -> str:
    """The last measurement as text, or as Markdown for docs/speed.md."""
    m = last["machine"]
    lines = [
        f"{last['runs']} runs each, interleaved; {m['cores']} cores ({m['processor']}), {m['memory_gb']:.0f} GB, "
    ]
    lines[0] += ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    for table in tables(last):
        width = max(len(row) for row in table)
        cells = [row + [""] * (width - len(row)) for row in table]
        widths = [
            0 if markdown else max(len(row[i]) for row in cells[:1] + [r for r in cells[1:]]) for i in range(width)
        ]
        lines.append("")
        for n, row in enumerate(cells):
            text = [
                cell.ljust(w) if i == 0 else cell.rjust(w)
                for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append(f"| {' | '.join(text)} |" if markdown else "  ".join(text).rstrip())
            if markdown and n == 0:
                lines.append("|---" + "|--:" * (width - 1) + "|")
    lines += ["", "The same answers: " + ("; ".join(last["same"]) or "nothing to compare") + "."]
    return "\n".join(lines)


def about_machine() -> dict[str, Any]:
    """What figures depend on."""
    names = ("sizao", "duckdb", "pyarrow", "numpy", "openfisca-core", "zen-engine", "pyspark")
    versions = {"Python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    models = [x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "memory_gb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        "versions": versions,
    }


def main() -> None:
    """Measures, compares, judges; prints a table and writes benchmarks/last.json."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--people", type=int, nargs="+", default=[1_000_000, COUNTRY])
    read.add_argument("--orders", type=int, default=1_000_000)
    read.add_argument("--runs", type=int, default=5)
    read.add_argument("--only", nargs="+", metavar="NAME", help="rows of these names: read, overlapping, sizao, ...")
    read.add_argument("--quick", action="store_true", help="20,000 and 100,000 people, 20,000 orders, two runs")
    read.add_argument("--memory", default="3GB", help="limit given to the engine (SIZAO_MEMORY); default 3GB")
    read.add_argument("--engines", action="store_true", help="also a third of the people on every engine")
    read.add_argument("--markdown", action="store_true", help="print Markdown")
    read.add_argument("--last", action="store_true", help="measure nothing: print the last measurement again")
    told = read.parse_args()
    if not told.last:
        if told.quick:
            told.people, told.orders, told.runs = [20_000, 100_000], 20_000, 2
        measure(sorted(told.people), told.orders, told.runs, told.only, told.memory, told.engines)
    print(show(json.loads(LAST.read_text(encoding="utf-8")), told.markdown))


def measure(people: list[int], orders: int, runs: int, only: list[str] | None, memory: str, engines: bool) -> None:
    """Runs everything and writes benchmarks/last.json."""
    rows = [row for row in plan_rows(people, orders, engines) if not only or row.name in only]
    make_data(rows, people)
    missing: dict[str, str] = {}
    for turn in range(runs):
        for row in (row for row in rows if row.name not in missing):
            _say(f"run {turn + 1} of {runs}: {row.name}, {row.people:,} people")
            figures = run_task(row.task, row.arguments, {"SIZAO_MEMORY": memory})
            if lacks := figures.get("missing"):
                missing[row.name] = lacks
            else:
                row.runs.append(figures)
    same, targets = check_answers(rows), judge(rows)
    last = {
        "machine": about_machine(),
        "runs": runs,
        "memory_limit": memory,
        "rows": [_row(row, missing.get(row.name)) for row in rows],
        "targets": [vars(t) | {"met": t.met, "ratio": t.ratio} for t in targets],
        "same": same,
    }
    LAST.write_text(json.dumps(last, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(row: Row, missing: str | None) -> dict[str, Any]:
    names = ("seconds", "p95_seconds", "cpu_seconds", "peak_mb", "rows")
    medians = {name: value for name in names if (value := row.figure(name)) is not None}
    seconds = [run["seconds"] for run in row.runs]
    return {"name": row.name, "people": row.people, "missing": missing, "median": medians, "seconds": seconds}


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
