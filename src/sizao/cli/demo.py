"""`sizao demo`: a made-up city with an outbreak, the day's work as a report, and its register in a browser."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from sizao.cli import options as o
from sizao.cli.demo_door import Door
from sizao.cli.today import show_today
from sizao.errors import SizaoError
from sizao.register import demo as loading
from sizao.simulate.city import RULEBOOK, STEPS, check_city, make_city
from sizao.words import read_yaml

ON = date(2022, 11, 20)  # the day on which 1,163,439 contacts were under observation in the country
REPORT = "report.html"
MARK = ".sizao-demo"  # says that the folder is the demo's own
HOST, PORTS = "127.0.0.1", range(8000, 8100)
PATIENCE = 60.0  # seconds until the register answers, at most
SAYS: dict[str, Any] = read_yaml("sizao.cli", "demo.yaml")


def register(app: typer.Typer) -> None:
    """Adds `sizao demo`."""
    app.command(name="demo")(show_demo)


def show_demo(
    out: Annotated[Path, typer.Option(help="The folder for the city's tables, report and register.")] = Path(
        "sizao-demo"
    ),
    people: Annotated[int, typer.Option(help="How many people live in the city.")] = 200_000,
    seed: Annotated[int, typer.Option(min=0, help="Another number, another city.")] = 2022,
    once: Annotated[bool, typer.Option("--once", help="Do not serve the register: exit when it is made.")] = False,
    lang: o.Language = "en",
) -> None:
    """Make a city that does not exist, derive what everybody must do on 20 November 2022, and open its register."""
    check_city(people, ON)
    _claim(out)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=o.err, transient=True) as bar:
        task = bar.add_task("", total=len(STEPS) + len(loading.STEPS))
        make_city(
            out,
            people=people,
            seed=seed,
            on=ON,
            progress=lambda step, done, of: bar.update(
                task, completed=done, description=SAYS[step][lang] if step else ""
            ),
        )
        users = _load(out, seed, lang, lambda step: bar.update(task, advance=1, description=step))
    o.out.print(SAYS["made"][lang].format(out=out, people=people, seed=seed), soft_wrap=True, markup=False)
    show_today(out, ON, out / REPORT, lang, rulebook=RULEBOOK)
    o.out.print(SAYS["next"][lang])
    for command in _commands(out, lang):
        o.out.print(f"  {command}", soft_wrap=True, markup=False)
    o.out.print(SAYS["loaded"][lang].format(home=out / loading.FOLDER), soft_wrap=True, markup=False)
    o.out.print(SAYS["users"][lang].format(password=loading.password()), soft_wrap=True, markup=False)
    o.out.print(_list_users(users, lang))
    if once:
        o.out.print(SAYS["once"][lang])
    else:
        _serve(out, lang)


def _claim(out: Path) -> None:
    """Makes the folder, or takes one that an earlier demo made. Raises SizaoError `not-a-demo`."""
    mark = out / MARK
    if out.exists() and not mark.is_file() and (not out.is_dir() or any(out.iterdir())):
        raise SizaoError(
            "not-a-demo",
            "this is a file" if not out.is_dir() else "there are files here that sizao demo did not make",
            where=str(out),
            why="the demo would write over tables of the same names",
            todo="give --out a new folder",
        )
    out.mkdir(parents=True, exist_ok=True)
    mark.write_text("".join(f"{text}\n" for text in SAYS["mark"].values()), encoding="utf-8")


def _commands(folder: Path, lang: o.Lang) -> list[str]:
    """Four commands that work on the folder, under the rulebook of the register."""
    at, rules = shlex.quote(str(folder)), f"--on {ON} --rulebook {RULEBOOK}"
    answers = shlex.quote(f"{folder}-answers")
    page = shlex.quote(f"{folder}-today.html")
    return [
        f"sizao why {_find_person(folder)} {at} {rules} --lang {lang}",
        f"sizao derive {at} {rules} --out {answers}",
        f"sizao areas derive {at} {rules} --lang {lang}",
        f"sizao today {at} {rules} --out {page} --lang {lang}",
    ]


def _find_person(folder: Path) -> str:
    """Somebody with a story: no case, met cases more than once in the last days, best with a corrected record."""
    with duckdb.connect() as db:
        rows = db.execute(
            "SELECT person_id, count(*) FILTER (kind = 'exposed_to_case' AND occurred_on > $on::DATE - 7) AS met"
            " FROM read_parquet($events)"
            " WHERE person_id NOT IN (SELECT person_id FROM read_parquet($cases))"
            " GROUP BY person_id ORDER BY met > 1 AND count(voids) > 0 DESC, met DESC, person_id LIMIT 1",
            {"events": str(folder / "events.parquet"), "cases": str(folder / "cases.parquet"), "on": ON},
        ).fetchall()
    return str(rows[0][0])


def _load(out: Path, seed: int, lang: o.Lang, progress: Any) -> list[dict[str, str]]:
    """Makes the register anew, in a process of its own: here another register may be open. Gives its users.

    Raises SizaoError `demo-failed`.
    """
    home = out / loading.FOLDER
    shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "sizao.register.demo", str(out), str(seed), lang]
    said: Any = None
    with subprocess.Popen(
        command, env=loading.environment(out, ON), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as loader:
        assert loader.stdout is not None and loader.stderr is not None
        for line in loader.stdout:
            said = json.loads(line)
            if isinstance(said, str):
                progress(SAYS["register"][said][lang])
        wrong = loader.stderr.read().strip().splitlines()
    if loader.returncode or not isinstance(said, list):
        raise SizaoError(
            "demo-failed",
            "the city could not be recorded" + (f": {wrong[-1]}" if wrong else ""),
            where=str(home),
            todo="see that there is room on the disk, and try again",
        )
    return said


def _list_users(users: list[dict[str, str]], lang: o.Lang) -> Table:
    table = Table()
    for name in ("user", "role", "where"):
        table.add_column(SAYS[name][lang])
    for user in users:
        zh, _, en = user["place"].partition(" ")
        table.add_row(user["name"], user["title"], en if lang == "en" and en else zh)
    return table


def _serve(out: Path, lang: o.Lang) -> None:
    """Serves the register at the first free port until Ctrl-C; a browser, where there is one, opens at the board."""
    port = _free_port()
    url = f"http://{HOST}:{port}/"
    command = [sys.executable, "-c", "from sizao.cli.app import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen([*command, "--lang", lang], env=loading.environment(out, ON)) as server:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the server would outlive us
        try:
            _wait_for(port, server)
            door = Door(HOST, port, loading.password())
            o.out.print(SAYS["serving"][lang].format(url=url), soft_wrap=True)
            o.out.print(SAYS["door"][lang].format(link=door.link), soft_wrap=True, markup=False)
            if _has_browser():
                webbrowser.open(door.link)
            server.wait()
        except KeyboardInterrupt:
            server.send_signal(signal.SIGTERM)
            server.wait()
            o.out.print(SAYS["stopped"][lang].format(out=out), soft_wrap=True, markup=False)
        finally:
            server.terminate()


def _free_port() -> int:
    """The first port at which nobody listens on this machine. Raises SizaoError `no-free-port`."""
    for port in PORTS:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            try:
                door.bind((HOST, port))
            except OSError:
                continue
            return port
    raise SizaoError(
        "no-free-port",
        f"no port from {PORTS[0]} to {PORTS[-1]} is free on {HOST}",
        todo="end what listens there, or run with --once",
    )


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the register answers. Raises SizaoError `demo-failed`."""
    for _ in range(int(PATIENCE / 0.2)):
        time.sleep(0.2)
        if server.poll() is not None:
            break
        try:
            asked = HTTPConnection(HOST, port, timeout=PATIENCE)
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:
                return
        except OSError:
            continue
    raise SizaoError("demo-failed", "the register does not answer", todo="run it again, or with --once")


def _has_browser() -> bool:
    """Whether somebody sits here with a desktop: a browser in the terminal would take that from them."""
    desktop = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return desktop and sys.stdout.isatty()
