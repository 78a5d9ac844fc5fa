"""Speed and memory of auditing every national list of risk areas: `python benchmarks/areas.py`.

Each run is a fresh process: it reads the lists, audits them against the rulebooks, writes the tables as Parquet and
draws the report in both languages. Beside it a process that only goes over the rows of the tables with Python's csv
module: the least that any reader in plain Python must do. A figure is the median of the runs, which take turns. The
lists are those of `--lists`, else the real ones where they are at hand, else made-up ones of as many spells.
docs/speed.md says what the rows mean, docs/risk-area-lists.md what the tables hold.
"""

from __future__ import annotations

import argparse
import csv
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
from functools import partial
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
"""What reading, auditing and writing the tables together may take."""
SEED = 20221111
FIRST, DAYS = dt.date(2022, 4, 15), 268
HOURS = (8, 11, 14, 17, 21)
STEPS = ("start", "read", "audit", "write")
"""What the targets are for; the report comes on top."""
PAGES = ("zh", "en")
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


def go_over(lists: Path) -> Figures:
    """Every row of every table of spells once, with the csv module, in this process. Seconds, memory in MB."""
    files = [path for path in sorted(lists.iterdir()) if path.name.endswith((".csv", ".csv.gz"))]
    for path in files:
        path.read_bytes()
    begun, rows, spells = time.perf_counter(), 0, 0
    for path in files:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            is_spells = "first_seen" in next(reader, [])
            found = sum(1 for _ in reader)
        rows, spells = rows + found, spells + found * is_spells
    return {"seconds": time.perf_counter() - begun, "peak_mb": _peak(), "rows": rows, "spells": spells}


def measure_once(lists: Path, out: Path) -> Figures:
    """Everything once, in this process. Seconds by the clock, memory in MB."""
    areas, policy = import_module("sizao.areas"), import_module("sizao.policy")
    for path in lists.iterdir():  # so that every run finds them in the page cache
        path.read_bytes()
    figures: Figures = {"start": {"seconds": 0.0, "processor": 0.0, "peak_mb": _peak()}}

    def step(name: str, do: Callable[[], Any]) -> Any:
        begun, used = time.perf_counter(), time.process_time()
        answer = do()
        took = time.perf_counter() - begun
        figures[name] = {"seconds": took, "processor": time.process_time() - used, "peak_mb": _peak()}
        return answer

    read = step("read", lambda: areas.read_lists(lists))
    audit = step("audit", lambda: areas.audit_lists(read, policy.choose("auto", FIRST)))
    files = step("write", lambda: areas.write_tables(out, audit))
    for lang in PAGES:
        page = step(lang, partial(_draw, audit, lang))
        figures[lang]["bytes"] = len(page.encode())
    return figures | {
        "bytes": sum(path.stat().st_size for path in lists.iterdir()),
        "spells": audit.findings.spells,
        "snapshots": audit.findings.snapshots,
        "stays": audit.findings.stays,
        "rows": sum(table.num_rows for table in audit.tables.values()),
        "written_bytes": sum(path.stat().st_size for path in files),
    }


def _draw(audit: Any, lang: str) -> Any:
    return import_module("sizao.areas.report").write_audit_report(audit, lang)


def measure(lists: Path, runs: int) -> list[Figures]:
    """Each run in a process of its own, the peer's (under `peer`) too. Raises SystemExit if one fails, or if two did
    not find the same."""
    done = []
    for turn in range(runs):
        print(f"run {turn + 1} of {runs}", file=sys.stderr, flush=True)
        done.append(_run("--one-run", lists) | {"peer": _run("--go-over", lists)})
    same = {json.dumps([run[key] for key in ("spells", "stays", "rows")]) for run in done}
    if len(same) > 1:
        raise SystemExit(f"the runs did not find the same: {' / '.join(sorted(same))}")
    return done


def _run(what: str, lists: Path) -> Figures:
    command = [sys.executable, str(HERE), what, "--lists", str(lists)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"a run failed:\n{ran.stderr}")
    figures: Figures = json.loads(ran.stdout.splitlines()[-1])
    return figures


def judge(done: list[Figures]) -> list[dict[str, Any]]:
    """The targets: seconds of reading, auditing and writing together, and the most memory until then."""
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
        "zh": f"the report in Chinese, with loading Altair: {first['zh']['bytes'] / 1e6:.2f} MB",
        "en": f"the report in English: {first['en']['bytes'] / 1e6:.2f} MB",
    }
    table = [["what", "seconds", "least", "most", "processor s", "peak MB"]]
    table.append(_line(f"csv module over {first['peer']['rows']:,} rows", [run["peer"] for run in done]))
    table += [_line(of[name], [run[name] for run in done]) for name in STEPS[1:]]
    added = [{key: sum(run[name][key] for name in STEPS) for key in ("seconds", "processor")} for run in done]
    whole = [total | {"peak_mb": run["write"]["peak_mb"]} for total, run in zip(added, done, strict=True)]
    table.append(_line("reading, audit and tables together", whole))
    table += [_line(of[name], [run[name] for run in done]) for name in PAGES]
    head = f"Median of {len(done)} runs, a fresh process for each; {first['spells']:,} spells: {what}."
    times = median(run["seconds"] for run in whole) / median(run["peer"]["seconds"] for run in done)
    tail = f"All of it takes {times:,.0f} times as long as going over the rows. " + " ".join(
        f"{t['what']}: {t['measured']:,.4g} of {t['asked']:,g} {t['unit']}, ratio {t['ratio']:.2f}: "
        f"{'met' if t['met'] else 'not met'}."
        for t in judge(done)
    )
    return "\n\n".join([head, _rows(table, markdown), tail])


def _line(what: str, runs: list[Figures]) -> list[str]:
    times = [run["seconds"] for run in runs]
    used = f"{median(run['processor'] for run in runs):.2f}" if "processor" in runs[0] else ""
    cells = [f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}", used]
    return [what, *cells, f"{median(run['peak_mb'] for run in runs):,.0f}"]


def _rows(table: list[list[str]], markdown: bool) -> str:
    if markdown:
        rule = "|---" + "|--:" * (len(table[0]) - 1) + "|"
        head, *lines = [f"| {' | '.join(row)} |" for row in table]
        return "\n".join([head, rule, *lines])
    return "\n".join("  ".join([*(cell.rjust(9) for cell in row[1:]), row[0]]) for row in table)


def _peak() -> float:
    """MB of this process at its most, and of its largest child."""
    return (
        sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 976.5625
    )


def main() -> None:
    """Gathers or makes the lists, measures, prints."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--lists", type=Path, metavar="DIR", help="a folder of lists")
    told.add_argument("--made-up", action="store_true", help="made-up lists, even if the real ones are at hand")
    told.add_argument("--count", type=int, default=COUNT, help="spells of the made-up lists")
    told.add_argument("--runs", type=int, default=5)
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    told.add_argument("--one-run", action="store_true", help=argparse.SUPPRESS)
    told.add_argument("--go-over", action="store_true", help=argparse.SUPPRESS)
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        if asked.one_run or asked.go_over:
            print(json.dumps(measure_once(asked.lists, into) if asked.one_run else go_over(asked.lists)))
            return
        lists, what = asked.lists or REAL, "the lists of 2022"
        if asked.lists is not None:
            what = str(asked.lists)
        if asked.made_up or not lists.is_dir():
            lists, what = make_lists(into / "lists", asked.count), "made-up lists"
        print(show(measure(lists, asked.runs), what, asked.markdown))


if __name__ == "__main__":
    main()
