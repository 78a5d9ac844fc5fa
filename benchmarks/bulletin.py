"""Speed and memory of reading bulletins, beside a bare scan of the same bytes: `python benchmarks/bulletin.py`.

Each run is a fresh process on one core: it scans the files with one regular expression for numbers with their unit,
reads them into figures, checks those and writes them to Parquet. A figure is the median of the runs; a ratio is that
of two times of one run, and again the median. The files are those of `--files` (again and again until there are
`--count`), else the real ones where they are at hand, else invented ones, which the writer of bulletins puts into
words. docs/speed.md says more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from verdict import Target

HERE = Path(__file__).resolve()
REAL = HERE.parents[2] / "shared" / "data" / "bulletins" / "national"
SCAN = rb"[0-9]+(?:\xe4\xbe\x8b|\xe4\xba\xba)"
"""Digits and the unit after them, in UTF-8: 例 or 人."""
SCAN_IN_WORDS = "[0-9]+[例人]"
ALLOWED = 5.0
"""Seconds for 1,000 bulletins."""
COUNT = 1_000
SEED = 20221120
FIRST = dt.date(2020, 3, 1)
STEPS = ("start", "scan", "read", "check", "write")

Figures = dict[str, Any]
Row = tuple[str, str, int]


def make_bulletins(folder: Path, count: int) -> list[Path]:
    """Invented national bulletins of successive days (at most 1,018), named by the day of publication."""
    figure, write = import_module("sizao.bulletin.figure"), import_module("sizao.bulletin.write")
    places = import_module("sizao.bulletin.places")
    paths = []
    for on, rows in islice(_days(random.Random(SEED), [p.name for p in places.provinces()]), count):
        told = []
        for place, measure, value in rows:
            code = places.find_place(place).code
            told.append(figure.Figure(on, None, code, place, measure, value, None, None, None, None))
        path = folder / f"{on + dt.timedelta(days=1)}.txt"
        path.write_text(write.write_bulletin(figure.tabulate(told), on), encoding="utf-8")
        paths.append(path)
    return paths


def _days(choose: random.Random, provinces: list[str]) -> Iterator[tuple[dt.date, list[Row]]]:
    """Days whose figures reconcile: lists add up, stocks follow from what is new and what is gone."""
    stock = {"active": 30_000, "discharged_total": 50_000, "deaths_total": 3_000, "severe": 800, "observed": 20_000}
    on, contacts = FIRST, 700_000
    while True:
        rows: list[Row] = []
        imported, local = (_list(choose, provinces, n) for n in (12, 24))
        rows += _split("confirmed_new", imported, local)
        died = choose.randint(0, 3)
        cured = min(choose.randint(100, 900), stock["active"] - 5_000)
        new = sum(imported.values()) + sum(local.values())
        change = choose.randint(-9, 9)
        traced = choose.randint(1_000, 30_000)
        contacts += traced
        stock["active"] += new - died - cured
        stock["discharged_total"] += cured
        stock["deaths_total"] += died
        stock["severe"] += change
        rows += [("全国", "deaths_new", died), ("全国", "suspected_new", choose.randint(0, 2))]
        rows += [("全国", "discharged_new", cured), ("全国", "contacts_released", choose.randint(500, 9_000))]
        rows += [("全国", "severe_change", change)]
        rows += [("全国", name, stock[name]) for name in ("active", "severe", "discharged_total", "deaths_total")]
        rows += [("全国", "confirmed_total", stock["active"] + stock["discharged_total"] + stock["deaths_total"])]
        rows += [("全国", "contacts_total", contacts), ("全国", "contacts_observed", choose.randint(20_000, 90_000))]
        imported, local = (_list(choose, provinces, n) for n in (14, 26))
        rows += _split("asymptomatic_new", imported, local)
        gone = min(choose.randint(100, 900), stock["observed"] - 5_000)
        stock["observed"] += sum(imported.values()) + sum(local.values()) - gone
        rows += [("全国", "asymptomatic_released", gone), ("全国", "asymptomatic_converted", 0)]
        rows += [("全国", "asymptomatic_observed", stock["observed"])]
        yield on, rows
        on += dt.timedelta(days=1)


def _split(measure: str, imported: dict[str, int], local: dict[str, int]) -> Iterator[Row]:
    yield "全国", measure, sum(imported.values()) + sum(local.values())
    for origin, listed in (("imported", imported), ("local", local)):
        yield "全国", f"{measure}_{origin}", sum(listed.values())
        for place, value in listed.items():
            yield place, f"{measure}_{origin}", value


def _list(choose: random.Random, provinces: list[str], most: int) -> dict[str, int]:
    return {place: choose.randint(1, 40) for place in choose.sample(provinces, choose.randint(2, most))}


def gather(folder: Path | None, count: int, into: Path) -> tuple[str, list[Path]]:
    """The files to read, as many as `count`, and what they are. Raises SystemExit if a folder has none."""
    if folder is None and REAL.is_dir():
        folder = REAL
    if folder is None:
        return "invented bulletins", make_bulletins(into, count)
    found = sorted(folder.glob("*.txt"))
    if not found:
        raise SystemExit(f"{folder} has no files *.txt")
    paths = found[:count]
    for n, path in enumerate(islice(cycle(found), count - len(paths))):
        again = into / f"again-{n // len(found) + 1}" / path.name  # a bulletin of its own: the same path twice is one
        again.parent.mkdir(exist_ok=True)
        paths.append(again)
        again.write_bytes(path.read_bytes())
    told = f"{min(len(found), count)} files of {folder.name}"
    return (f"{told}, {count - len(found)} of them again" if count > len(found) else told), paths


def measure_once(paths: list[Path], out: Path) -> Figures:
    """Everything once, in this process, on one core. Seconds by the clock, memory in MB."""
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    if core is not None:
        os.sched_setaffinity(0, {core})  # before the libraries below start their threads
    read = import_module("sizao.bulletin.read")
    check = import_module("sizao.bulletin.check")
    write = import_module("sizao.bulletin.series.write")
    for path in paths:  # so that every run finds them in the page cache
        path.read_bytes()
    figures: Figures = {"start": {"seconds": 0.0, "peak_mb": _peak()}, "core": core}

    def step(name: str, do: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        answer = do()
        figures[name] = {"seconds": time.perf_counter() - begun, "peak_mb": _peak()}
        return answer

    numbers = step("scan", lambda: scan(paths))
    reading, table = step("read", lambda: _read(read.read_files, paths))
    checked = step("check", lambda: check.check_figures(table))
    step("write", lambda: write.write_figures(table, out))
    return figures | {
        "files": len(paths),
        "bytes": sum(path.stat().st_size for path in paths),
        "numbers": numbers,
        "figures": len(reading.figures),
        "refused": len(reading.refused),
        "unread": len(reading.unread),
        "breaks": len(checked.errors),
        "tested": sum(tally.tested for tally in checked.held.values()),
        "written_bytes": out.stat().st_size,
    }


def _read(read_files: Callable[[list[Path]], Any], paths: list[Path]) -> tuple[Any, Any]:
    reading = read_files(paths)
    return reading, reading.table


def scan(paths: list[Path]) -> int:
    """How many numbers with their unit the files hold: what any reader must at least do."""
    numbers = re.compile(SCAN)
    return sum(len(numbers.findall(path.read_bytes())) for path in paths)


def measure(paths: list[Path], runs: int, into: Path) -> list[Figures]:
    """Each run in a process of its own. Raises SystemExit if one fails, or if two did not read the same."""
    listed = into / "files.json"
    listed.write_text(json.dumps([str(path) for path in paths]), encoding="utf-8")
    done = []
    for turn in range(runs):
        print(f"run {turn + 1} of {runs}", file=sys.stderr, flush=True)
        command = [sys.executable, str(HERE), "--one-run", str(listed)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise SystemExit(f"a run failed:\n{ran.stderr}")
        done.append(json.loads(ran.stdout.splitlines()[-1]))
    same = {
        json.dumps({key: run[key] for key in ("numbers", "figures", "refused", "unread", "breaks")}) for run in done
    }
    if len(same) > 1:
        raise SystemExit(f"the runs did not read the same: {' / '.join(sorted(same))}")
    return done


def show(done: list[Figures], what: str, markdown: bool) -> str:
    """The runs as text, or as Markdown for docs/speed.md."""
    first = done[0]
    files, mb = first["files"], first["bytes"] / 1e6
    of = {
        "scan": f"one regular expression, `{SCAN_IN_WORDS}`, over the bytes: {first['numbers']:,} numbers",
        "read": f"files to the table `figures`: {first['figures']:,} figures",
        "check": f"`check_figures`: {first['tested']:,} tests of rules",
        "write": f"that table to Parquet: {first['written_bytes'] / 1e6:.2f} MB",
    }
    counted = {
        "scan": first["numbers"],
        "read": first["figures"],
        "check": first["figures"],
        "write": first["figures"],
    }
    table = [["what", "seconds", "least", "most", "ms a bulletin", "a second", "peak MB"]]
    for name in STEPS[1:]:
        times = [run[name]["seconds"] for run in done]
        middle = median(times)
        peak = median(run[name]["peak_mb"] for run in done)
        each = [f"{1000 * middle / files:.3f}", f"{counted[name] / middle:,.0f}", f"{peak:,.0f}"]
        table.append([of[name], f"{middle:.4f}", f"{min(times):.4f}", f"{max(times):.4f}", *each])
    ratio = median(run["read"]["seconds"] / run["scan"]["seconds"] for run in done)
    target = judge(done)
    verdict = "met" if target["met"] else "not met"
    core = (
        f"on one core ({first['core']})"
        if first["core"] is not None
        else "not held to one core, which this system cannot"
    )
    head = f"Median of {len(done)} runs, a fresh process for each, {core}; {files:,} texts, {mb:.1f} MB: {what}."
    tail = (
        f"Reading takes {ratio:,.0f} times as long as the scan. {target['what']}: {target['measured']:.2f} s of "
        f"{target['asked']:g} s, ratio {target['ratio']:.2f}: {verdict}. Refused texts: {first['refused']}; unread "
        f"numbers: {first['unread']}; breaks without a note: {first['breaks']}. Python with its libraries, before: "
        f"{median(run['start']['peak_mb'] for run in done):,.0f} MB."
    )
    return "\n\n".join([head, _rows(table, markdown), tail])


def judge(done: list[Figures]) -> dict[str, Any]:
    """The target, for as many bulletins as were read."""
    files = done[0]["files"]
    seconds = median(run["read"]["seconds"] for run in done)
    return Target(f"{files:,} bulletins on one core", seconds, ALLOWED * files / COUNT, "s").summary()


def _rows(table: list[list[str]], markdown: bool) -> str:
    if markdown:
        rule = "|---" + "|--:" * (len(table[0]) - 1) + "|"
        head, *lines = [f"| {' | '.join(row)} |" for row in table]
        return "\n".join([head, rule, *lines])
    return "\n".join("  ".join([*(cell.rjust(13) for cell in row[1:]), row[0]]) for row in table)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def main() -> None:
    """Gathers or makes the files, measures, prints."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--files", type=Path, metavar="DIR", help="a folder of bulletins (*.txt)")
    told.add_argument("--invented", action="store_true", help="invented bulletins, even if real ones are at hand")
    told.add_argument("--runs", type=int, default=5)
    told.add_argument("--count", type=int, default=COUNT)
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    told.add_argument("--one-run", type=Path, help=argparse.SUPPRESS)
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder)
        if asked.one_run:
            paths = [Path(path) for path in json.loads(asked.one_run.read_text(encoding="utf-8"))]
            print(json.dumps(measure_once(paths, into / "figures.parquet")))
            return
        if asked.invented:
            what, paths = "invented bulletins", make_bulletins(into, asked.count)
        else:
            what, paths = gather(asked.files, asked.count, into)
        print(show(measure(paths, asked.runs, into), what, asked.markdown))


if __name__ == "__main__":
    main()
