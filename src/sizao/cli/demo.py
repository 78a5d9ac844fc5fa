"""`sizao demo`: a made-up city with an outbreak, its tables, the day's work and a report to look at."""

from __future__ import annotations

import shlex
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from sizao.cli import options as o
from sizao.cli.today import show_today
from sizao.errors import SizaoError
from sizao.simulate.city import STEPS, check_city, make_city

ON = date(2022, 11, 20)  # the day on which 1,163,439 contacts were under observation in the country
REPORT = "report.html"
MARK = ".sizao-demo"  # says that the folder is the demo's own
HOST, PORTS = "127.0.0.1", range(8000, 8100)
SAYS = {
    "people": {"zh": "安置人口与住处", "en": "people and homes"},
    "outbreak": {"zh": "疫情蔓延", "en": "an outbreak"},
    "facts": {"zh": "登记事实", "en": "facts on record"},
    "tests": {"zh": "采样检测", "en": "tests"},
    "orders": {"zh": "签发管控令", "en": "orders"},
    "write": {"zh": "写入数据表", "en": "writing tables"},
    "made": {
        "zh": "虚构城市已写入 {out}：{people:,} 人，随机种子 {seed}。所有人名、地名、事件均属虚构。",
        "en": "A made-up city of {people:,} people is in {out} (seed {seed}). Nobody and nothing in it is real.",
    },
    "next": {"zh": "接下来可以试试：", "en": "What to try next:"},
    "serving": {"zh": "报告见 {url}，按 Ctrl-C 结束。", "en": "The report is at {url}; Ctrl-C ends this."},
    "stopped": {"zh": "已停止。报告仍在 {report}。", "en": "Stopped. The report stays in {report}."},
    "mark": {
        "zh": "本文件夹由 sizao demo 生成；再次运行会替换其中的数据表和报告。\n",
        "en": "Made by sizao demo, which replaces the tables and the report here when it is run again.\n",
    },
}


def register(app: typer.Typer) -> None:
    """Adds `sizao demo`."""
    app.command(name="demo")(show_demo)


def show_demo(
    out: Annotated[Path, typer.Option(help="The folder for the city's tables and the report.")] = Path("sizao-demo"),
    people: Annotated[int, typer.Option(help="How many people live in the city.")] = 200_000,
    seed: Annotated[int, typer.Option(min=0, help="Another number, another city.")] = 2022,
    once: Annotated[bool, typer.Option("--once", help="Do not serve the report: exit when it is written.")] = False,
    lang: o.Language = "en",
) -> None:
    """Make a city that does not exist, derive what everybody must do on 20 November 2022, and show the work."""
    check_city(people, ON)
    _claim(out)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=o.err, transient=True) as bar:
        task = bar.add_task("", total=len(STEPS))
        make_city(
            out,
            people=people,
            seed=seed,
            on=ON,
            progress=lambda step, done, of: bar.update(
                task, completed=done, total=of, description=SAYS[step][lang] if step else ""
            ),
        )
    o.out.print(SAYS["made"][lang].format(out=out, people=people, seed=seed), soft_wrap=True, markup=False)
    _show_today(out, ON, out / REPORT, lang)
    o.out.print(SAYS["next"][lang])
    for command in _commands(out, lang):
        o.out.print(f"  {command}", soft_wrap=True, markup=False)
    if not once:
        _serve(out / REPORT, lang)


def _show_today(folder: Path, on: date, out: Path | None, lang: o.Lang) -> None:
    """Derives the day's work, prints it and writes the report."""
    show_today(folder, on, out, lang)


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
    mark.write_text("".join(SAYS["mark"].values()), encoding="utf-8")


def _commands(folder: Path, lang: o.Lang) -> list[str]:
    """Four commands that work on the folder."""
    at, day = shlex.quote(str(folder)), ON.isoformat()
    answers = shlex.quote(f"{folder}-answers")
    page = shlex.quote(f"{folder}-today.html")
    return [
        f"sizao why {_find_person(folder)} {at} --on {day} --lang {lang}",
        f"sizao derive {at} --on {day} --out {answers}",
        f"sizao areas derive {at} --on {day} --lang {lang}",
        f"sizao today {at} --on {day} --out {page} --lang {lang}",
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


class _Page(BaseHTTPRequestHandler):
    """Answers with the report and with nothing else of the folder."""

    report: Path

    def do_GET(self) -> None:
        if self.path not in ("/", f"/{REPORT}"):
            self.send_error(404)
            return
        body = self.report.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the terminal shows the day's work."""


def _serve(report: Path, lang: o.Lang) -> None:
    """Serves the report at the first free port until Ctrl-C."""
    with _open_server(report) as server:
        url = f"http://{HOST}:{server.server_address[1]}/"
        o.out.print(SAYS["serving"][lang].format(url=url), soft_wrap=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            o.out.print(SAYS["stopped"][lang].format(report=report), soft_wrap=True, markup=False)


def _open_server(report: Path) -> ThreadingHTTPServer:
    """A server of the report that listens on this machine only. Raises SizaoError `no-free-port`."""
    page = type("_Report", (_Page,), {"report": report})
    for port in PORTS:
        try:
            return ThreadingHTTPServer((HOST, port), page)
        except OSError:
            continue
    raise SizaoError(
        "no-free-port",
        f"no port from {PORTS[0]} to {PORTS[-1]} is free on {HOST}",
        todo=f"open {report} in a browser, or run with --once",
    )
