"""Speed of the register with a million people: `python benchmarks/register.py`.

A real service (`sizao serve`: two processes) answers on this machine: every list of the API alone and to 20 users who
each ask for the next as soon as they have one; bulk operations on 10,000 rows; 50 users who write, after which every
acknowledged write is looked for, and looked for twice. In processes of their own: an import of 100,000 rows, deriving
everybody, deriving one person. The register that is measured is a copy of one that is made once (a few minutes) and
kept under bench-data/; with `--postgres URL` (of a server, with a database to connect to) it is one there.
docs/speed.md says what the rows mean.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from register_city import MAKES, ON
from register_users import find_lists, read_alone, read_together, share, write_many, write_together
from verdict import Target, table

HERE = Path(__file__).resolve().parent
KEPT = HERE.parent / "bench-data"
PARTS = ("lists", "bulk", "writes", "import", "derive")
PEOPLE, QUICK = 1_000_000, 20_000
ASKED = {"lists": 300, "bulk": 10, "import": 60, "everybody": 30, "one": 50, "sqlite": 50, "postgres": 300}
"""Milliseconds (95 of 100), seconds, seconds, seconds, milliseconds, writes a second."""
MANY = 10_000
TOLD = "users.json"
FILE = "register.sqlite3"

Figures = dict[str, Any]


def environment(home: Path, database: str) -> dict[str, str]:
    """Of the processes of a register, without anything of another one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIZAO_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "sizao.web.settings",
        "SIZAO_HOME": str(home),
        "SIZAO_TODAY": ON.isoformat(),
        "SIZAO_TOTP": "optional",
        "DATABASE_URL": database,
    }


@contextmanager
def copy_register(people: int, server: str, kept: Path = KEPT) -> Iterator[tuple[dict[str, str], Figures]]:
    """The environment of a copy of the register, made where there is none; and who may ask it."""
    name = f"sizao_bench_{people}_{MAKES}"
    home = kept / f"register-{people}-{MAKES}{'-postgres' if server else ''}"
    database = _address(server, name) if server else ""
    if not (home / TOLD).is_file():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        if server:
            _administer(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        print(f"making a register of {people:,} people", file=sys.stderr, flush=True)
        told = _run("register_city.py", environment(home, database), str(people))
        (home / TOLD).write_text(json.dumps(told), encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=kept, prefix="register-run-") as folder:
        copy = Path(folder) / "home"
        if server:
            other = f"{name}_run"
            _administer(server, f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")
            _administer(server, f"CREATE DATABASE {other} TEMPLATE {name}")
            database = _address(server, other)
        shutil.copytree(home, copy, ignore=None if not server else shutil.ignore_patterns(FILE))
        yield environment(copy, database), json.loads((home / TOLD).read_text(encoding="utf-8"))
        if server:
            _administer(server, f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")


def _address(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _administer(server: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as db:
        for statement in statements:
            db.execute(statement)


def _run(script: str, environ: dict[str, str], *arguments: str, given: str = "") -> Any:
    command = [sys.executable, str(HERE / script), *arguments]
    ran = subprocess.run(command, env=environ, input=given, capture_output=True, encoding="utf-8", check=False)
    if ran.returncode:
        raise SystemExit(f"{script} failed:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


@contextmanager
def serve(environ: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The service at a free port, as `sizao serve` starts it."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [sys.executable, "-c", "from sizao.cli.app import main; main()", "serve", "--port", str(port)]
    command += ["--workers", "2", "--derive-every", "0"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if server.poll() is not None:
                        raise SystemExit("the service did not start") from None
                    time.sleep(0.1)
            yield port, server
        finally:
            server.terminate()
            server.wait(60)


def processor_seconds(server: subprocess.Popen[bytes]) -> float:
    """Of the service's processes until now (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == server.pid or stat.parent.name == str(server.pid):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(people: int, server: str, seconds: float, parts: tuple[str, ...], kept: Path = KEPT) -> Figures:
    """Everything that was asked for, on one copy. Raises SystemExit where something did not answer as it should."""
    with copy_register(people, server, kept) as (environ, told):
        found: Figures = {"people": people, "held": told["held"], "database": "postgres" if server else "sqlite"}
        if {"lists", "bulk", "writes"} & {*parts}:
            with serve(environ) as (port, service):
                for part in parts:
                    if part in ("lists", "bulk", "writes"):
                        found[part] = _measure_served(part, port, service, told, people, seconds, environ)
        for part in ("import", "derive"):
            if part in parts:
                found[part] = _run("register_inside.py", environ, part)
        return found


def _measure_served(
    part: str, port: int, service: Any, told: Figures, people: int, seconds: float, environ: dict[str, str]
) -> Figures:
    tokens, used = told["tokens"], processor_seconds(service)
    if part == "lists":
        lists = find_lists(port, tokens)
        alone = read_alone(port, tokens, lists)
        used = processor_seconds(service)
        together = read_together(port, tokens, lists, seconds)
        answered = sum(map(len, together.values()))
        spent = (processor_seconds(service) - used) / max(answered, 1)
        return {"alone": alone, "together": together, "seconds": seconds, "each": spent}
    if part == "bulk":
        return {
            "rows": min(MANY, people // 2),
            "took": write_many(port, tokens["city"][0], people, min(MANY, people // 2)),
        }
    _wait_for_derivation(environ)
    used = processor_seconds(service)
    wrote = write_together(port, tokens["city"], people, seconds)
    spent = (processor_seconds(service) - used) / max(len(wrote.done), 1)
    time.sleep(1)
    return {
        "done": len(wrote.done),
        "seconds": wrote.seconds,
        "took": wrote.took,
        "broken": wrote.broken,
        "differing": len(wrote.differing),
        "each": spent,
        **_run("register_inside.py", environ, "check", given=json.dumps(wrote.done)),
    }


def _wait_for_derivation(environ: dict[str, str]) -> None:
    """Until nobody of the bulk changes waits any more: deriving them is no part of what 50 users write."""
    for _ in range(60):
        if not _run("register_inside.py", environ, "check", given="{}")["waiting"]:
            return
        time.sleep(1)


def judge(found: Figures) -> list[Target]:
    """The targets of what was measured."""
    targets = []
    if "lists" in found:
        worst = max(share(some, 95) for some in found["lists"]["together"].values() if some)
        targets.append(Target("the slowest list, 20 users: 95 of 100", 1000 * worst, ASKED["lists"], "ms"))
    if "bulk" in found:
        slowest = max(found["bulk"]["took"].values())
        targets.append(
            Target(f"the slowest bulk change, {found['bulk']['rows']:,} rows", slowest, ASKED["bulk"], "s")
        )
    if "import" in found:
        targets.append(Target("import of 100,000 rows", found["import"]["seconds"], ASKED["import"], "s"))
    if "derive" in found:
        targets.append(Target("everybody", found["derive"]["everybody"]["seconds"], ASKED["everybody"], "s"))
        targets.append(Target("one person: median", 1000 * median(found["derive"]["one"]), ASKED["one"], "ms"))
    if "writes" in found:
        wrote, database = found["writes"], found["database"]
        rate = wrote["done"] / wrote["seconds"]
        targets.append(Target("writes of 50 users", rate, ASKED[database], "a second", at_least=True))
    return targets


def wrong(found: Figures) -> list[str]:
    """What must be nothing: lost, doubled or refused writes."""
    wrote = found.get("writes", {})
    return [
        f"{wrote[name]:,} writes {name}" for name in ("lost", "doubled", "differing", "broken") if wrote.get(name)
    ]


def show(found: Figures, markdown: bool) -> str:
    """What was measured as text, or as Markdown for docs/speed.md."""
    head = f"{found['people']:,} people, {found['held']:,} of them under a measure; {found['database']}."
    blocks = [head]
    if "lists" in found:
        rows = [["list", "asked", "alone, slowest ms", "of", "p50 ms", "p95 ms"]]
        for operation, took in found["lists"]["together"].items():
            alone = {n: s for n, s in found["lists"]["alone"].items() if n.startswith(f"{operation} ")}
            slowest = max(alone, key=lambda name: alone[name])
            what = slowest.removeprefix(f"{operation} ").strip()
            times = [f"{1000 * share(took, of):.0f}" for of in (50, 95)] if took else ["-", "-"]
            rows.append([operation, f"{len(took):,}", f"{1000 * alone[slowest]:.0f}", what, *times])
        blocks.append(table(rows, markdown))
        answered = sum(map(len, found["lists"]["together"].values()))
        rate, spent = answered / found["lists"]["seconds"], 1000 * found["lists"]["each"]
        blocks.append(f"Lists to 20 users at once: {rate:,.0f} a second, {spent:.1f} ms of processor each.")
    rows = [["what", "seconds", "processor s"]]
    for name, took in found.get("bulk", {}).get("took", {}).items():
        rows.append([f"bulk {name}, {found['bulk']['rows']:,} rows", f"{took:.2f}", ""])
    if "import" in found:
        took = found["import"]
        what = f"import of {took['rows']:,} rows, {took['recorded']:,} records; preview {took['preview']:.1f} s"
        rows.append([what, f"{took['seconds']:.2f}", f"{took['processor']:.2f}"])
    if "derive" in found:
        everybody, one = found["derive"]["everybody"], found["derive"]["one"]
        rows.append(["everybody", f"{everybody['seconds']:.2f}", f"{everybody['processor']:.2f}"])
        rows.append(["one person, median of many", f"{median(one):.4f}", ""])
        rows.append(["one person, 95 of 100", f"{share(one, 95):.4f}", ""])
    if len(rows) > 1:
        blocks.append(table(rows, markdown))
    if "writes" in found:
        blocks.append(_tell_writes(found["writes"]))
    rows = [["target", "measured", "asked", "ratio", ""]]
    for target in judge(found):
        t = target.summary()
        asked = f"{'at least' if t['at_least'] else 'at most'} {t['asked']:g} {t['unit']}"
        measured = f"{t['measured']:,.4g} {t['unit']}"
        rows.append([t["what"], measured, asked, f"{t['ratio']:.2f}", "met" if t["met"] else "not met"])
    return "\n\n".join([*blocks, table(rows, markdown), *wrong(found)])


def _tell_writes(wrote: Figures) -> str:
    p50, p95 = [f"{1000 * share(wrote['took'], of):.0f}" for of in (50, 95)] if wrote["took"] else ["-", "-"]
    return (
        f"Writes of 50 users: {wrote['done']:,} in {wrote['seconds']:.1f} s,"
        f" {wrote['done'] / wrote['seconds']:.0f} a second; p50 {p50} ms, p95 {p95} ms;"
        f" {1000 * wrote['each']:.1f} ms of the service's processor each; lost {wrote['lost']},"
        f" doubled {wrote['doubled'] + wrote['differing']}, refused {wrote['broken']};"
        f" {wrote['waiting']} people not derived anew a second later."
    )


def main() -> None:
    """Makes the register, measures, prints; ends with 1 where a write was lost or doubled."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--people", type=int, default=PEOPLE)
    told.add_argument("--quick", action="store_true", help=f"{QUICK:,} people and 3 seconds: to see that it works")
    told.add_argument("--postgres", default="", metavar="URL", help="a PostgreSQL server, instead of SQLite")
    told.add_argument("--seconds", type=float, default=30, help="of the lists, and of the writes")
    told.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    told.add_argument("--markdown", action="store_true", help="print Markdown")
    asked = told.parse_args()
    people, seconds = (QUICK, 3.0) if asked.quick else (asked.people, asked.seconds)
    found = measure(people, asked.postgres, seconds, tuple(asked.only))
    print(show(found, asked.markdown))
    sys.exit(bool(wrong(found)))


if __name__ == "__main__":
    main()
