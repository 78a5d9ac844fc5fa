"""Speed and memory of auditing every national list of risk areas: `python benchmarks/areas.py`.

Each run is a fresh process: it reads the lists, audits them against the rulebooks and writes the tables as Parquet.
A figure is the median of the runs. The lists are those of `--lists`, else the real ones where they are at hand, else
made-up ones of as many spells. docs/risk-area-lists.md says what the tables hold.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from verdict import Target

HERE = Path(__file__).resolve()
REAL = HERE.parents[2] / "shared" / "data" / "risk_areas"
COUNT = 275_741
"""Spells of the made-up lists: as many as the real ones have."""
SECONDS, MEGABYTES = 20.0, 2_000.0
"""What reading, auditing and writing together may take."""
SEED = 20221111
FIRST, DAYS = dt.date(2022, 4, 15), 268
HOURS = (8, 11, 14, 17, 21)
STEPS = ("start", "read", "audit", "write")
COUNTS = ("spells", "snapshots", "stays", "rows", "written_bytes", "bytes")
ROADS = ("解放路", "人民路", "建设街", "中山路", "新华街", "和平路", "胜利街", "文化路")
YARDS = ("锦绣花园", "阳光小区", "东方家园", "幸福里", "金色家园", "翠竹苑", "滨河湾", "桃园新村")
VILLAGES = ("王庄村", "李家沟村", "东关村", "柳树屯", "上河村", "石桥村")

Figures = dict[str, Any]


def make_lists(folder: Path, count: int) -> Path:
    """Made-up lists in a folder of their own: so many spells, and the times of five snapshots a day."""
    folder.mkdir(parents=True, exist_ok=True)
    choose = random.Random(SEED)
    times = [f"{FIRST + dt.timedelta(days=day)} {hour:02}:00" for day in range(DAYS) for hour in HOURS]
    with gzip.open(folder / "spells.csv.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("level,province,city,county,place,first_seen,last_seen,gone_by\n")
        file.writelines(f"{row}\n" for row in _spells(choose, times, count))
    lines = [f"{n}.json,{at}," for n, at in enumerate(times)]
    (folder / "snapshots.csv").write_text(
        "\n".join(["file,taken_at,high_and_medium_places", *lines]) + "\n", encoding="utf-8"
    )
    return folder


def _spells(choose: random.Random, times: list[str], count: int) -> Iterator[str]:
    """Most late in the year and for four to eight days; one in four is off the list once and back after hours."""
    last = len(times) - 2
    made = 0
    while made < count:
        province, city, county = choose.randrange(31), choose.randrange(12), choose.randrange(8)
        level = "medium" if choose.random() < 0.1 else "high"
        where = f"{level},第{province}省,第{city}市,第{county}县,{_name(choose)}"
        start = min(int(last * choose.betavariate(6, 2)), last - 1)
        end = min(start + choose.randint(15, 40), last)
        pieces = [(start, end)]
        if choose.random() < 0.25 and end - start > 8:
            middle = choose.randint(start + 2, end - 4)
            pieces = [(start, middle), (middle + 2, end)]
        for begin, until in pieces[: count - made]:
            yield f"{where},{times[begin]},{times[until]},{times[until + 1]}"
            made += 1


def _name(choose: random.Random) -> str:
    kind = choose.random()
    if kind < 0.2:
        return f"{choose.choice(VILLAGES)}{choose.randint(1, 20)}组"
    if kind < 0.35:
        return f"{choose.choice(YARDS)}{choose.randint(1, 999)}期"
    yard = f"{choose.choice(ROADS)}{choose.randint(1, 400)}号{choose.choice(YARDS)}"
    building = f"{yard}{choose.randint(1, 40)}号楼"
    return f"{building}{choose.randint(1, 6)}单元" if kind < 0.65 else building


def measure_once(lists: Path, out: Path) -> Figures:
    """Everything once, in this process. Seconds by the clock, memory in MB."""
    areas, policy = import_module("sizao.areas"), import_module("sizao.policy")
    for path in lists.iterdir():  # so that every run finds them in the page cache
        path.read_bytes()
    figures: Figures = {"start": {"seconds": 0.0, "peak_mb": _peak()}}

    def step(name: str, do: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = do()
        figures[name] = {"seconds": time.perf_counter() - begun, "peak_mb": _peak()}
        return answer

    read = step("read", lambda: areas.read_lists(lists))
    audit = step("audit", lambda: areas.audit_lists(read, policy.choose("auto", FIRST)))
    files = step("write", lambda: areas.write_tables(out, audit))
    return figures | {
        "bytes": sum(path.stat().st_size for path in lists.iterdir()),
        "spells": audit.findings.spells,
        "snapshots": audit.findings.snapshots,
        "stays": audit.findings.stays,
        "rows": sum(table.num_rows for table in audit.tables.values()),
        "written_bytes": sum(path.stat().st_size for path in files),
    }


def measure(lists: Path, runs: int) -> list[Figures]:
    """Each run in a process of its own. Raises SystemExit if one fails, or if two did not find the same."""
    done = []
    for turn in range(runs):
        print(f"run {turn + 1} of {runs}", file=sys.stderr, flush=True)
        command = [sys.executable, str(HERE), "--one-run", "--lists", str(lists)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise SystemExit(f"a run failed:\n{ran.stderr}")
        done.append(json.loads(ran.stdout.splitlines()[-1]))
    same = {json.dumps([run[key] for key in ("spells", "stays", "rows")]) for run in done}
    if len(same) > 1:
        raise SystemExit(f"the runs did not find the same: {' / '.join(sorted(same))}")
    return done


def judge(done: list[Figures]) -> list[dict[str, Any]]:
    """The targets: seconds of all steps together, and the most memory at any time."""
    seconds = median(sum(run[name]["seconds"] for name in STEPS) for run in done)
    peak = median(max(run[name]["peak_mb"] for name in STEPS) for run in done)
    what = f"audit of {done[0]['spells']:,} spells"
    return [
        Target(what, seconds, SECONDS, "s").summary(),
        Target(f"{what}: peak", peak, MEGABYTES, "MB").summary(),
    ]


def show(done: list[Figures], what: str, markdown: bool) -> str:
    """The runs as text, or as Markdown for a page."""
    first = done[0]
    of = {
        "read": f"lists to spells: {first['bytes'] / 1e6:.1f} MB packed, {first['snapshots']:,} snapshots",
        "audit": f"`audit_lists`: {first['stays']:,} stays, {first['rows']:,} rows of tables",
        "write": f"the tables to Parquet: {first['written_bytes'] / 1e6:.1f} MB",
    }
    table = [["what", "seconds", "least", "most", "peak MB"]]
    for name in STEPS[1:]:
        times = [run[name]["seconds"] for run in done]
        peak = median(run[name]["peak_mb"] for run in done)
        table.append([of[name], f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}", f"{peak:,.0f}"])
    head = f"Median of {len(done)} runs, a fresh process for each; {first['spells']:,} spells: {what}."
    tail = " ".join(
        f"{t['what']}: {t['measured']:,.4g} of {t['asked']:,g} {t['unit']}, ratio {t['ratio']:.2f}: "
        f"{'met' if t['met'] else 'not met'}."
        for t in judge(done)
    )
    return "\n\n".join([head, _rows(table, markdown), tail])


def _rows(table: list[list[str]], markdown: bool) -> str:
    if markdown:
        rule = "|---" + "|--:" * (len(table[0]) - 1) + "|"
        head, *lines = [f"| {' | '.join(row)} |" for row in table]
        return "\n".join([head, rule, *lines])
    return "\n".join("  ".join([*(cell.rjust(9) for cell in row[1:]), row[0]]) for row in table)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def main() -> None:
    """Gathers or makes the lists, measures, prints."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--lists", type=Path, metavar="DIR", help="a folder of lists")
    told.add_argument("--made-up", action="store_true", help="made-up lists, even if the real ones are at hand")
    told.add_argument("--count", type=int, default=COUNT, help="spells of the made-up lists")
    told.add_argument("--runs", type=int, default=3)
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    told.add_argument("--one-run", action="store_true", help=argparse.SUPPRESS)
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        if asked.one_run:
            print(json.dumps(measure_once(asked.lists, into)))
            return
        lists, what = asked.lists or REAL, "the lists of 2022"
        if asked.lists is not None:
            what = str(asked.lists)
        if asked.made_up or not lists.is_dir():
            lists, what = make_lists(into / "lists", asked.count), "made-up lists"
        print(show(measure(lists, asked.runs), what, asked.markdown))


if __name__ == "__main__":
    main()
