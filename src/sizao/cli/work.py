"""`sizao work`: derives everybody for the register's screens, erases what is due, changes the keys."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sizao.cli import options as o
from sizao.errors import SizaoError
from sizao.words import read_yaml

STEPS = ("wait", "read", "derive", "write")


def register(app: typer.Typer) -> None:
    """Adds `sizao work`."""
    work = typer.Typer(no_args_is_help=True, help="Jobs of the register: derive, erase, rotate keys.")
    work.command(name="derive")(derive_work)
    work.command(name="erase")(erase)
    work.command(name="rotate-keys")(rotate)
    app.add_typer(work, name="work")


def derive_work(
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Only what is older than the records.")] = False,
    lang: o.Language = "en",
) -> None:
    """Derive everybody and every area in the register for today (for cron: with --if-stale)."""
    open_register()
    from django.db import Error

    from sizao.register.bridge.held import fill_held
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.bridge.stale import Stale, derive_stale

    say = _words(lang)
    took: dict[str, float] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    began = dt.datetime.now(dt.UTC)
    try:
        with Progress(*columns, console=o.err, transient=True) as bar:
            watch = _Watch(took, lambda step: bar.update(task, description=say(step)))
            task = bar.add_task(say("wait"))
            if if_stale:
                done = derive_stale(progress=watch)
            else:
                derive_everybody(progress=watch)
                fill_held()
                done = Stale(everybody=True, people=(), places=True)
            watch("")
        _say(done, took, began, say)
    except Error as error:
        raise SizaoError(
            "no-register",
            f"the register's database does not answer as it should: {str(error).strip().splitlines()[0]}",
            todo="see that it runs and that its tables are those of this version",
        ) from error


def erase(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    lang: o.Language = "en",
) -> None:
    """Erase the personal text of people released long enough ago, and traces that outlived their use."""
    open_register()
    from django.conf import settings

    from sizao.register.access import access_of_job
    from sizao.register.retention import count_old, count_personal, erase_old, erase_people, find_due

    say = _words(lang)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=o.err, transient=True) as bar:
        bar.add_task(say("look"))
        due = find_due(settings.SIZAO_RETENTION_DAYS)
        before, old = count_personal(), count_old()
    erased, by = 0, access_of_job("retention")
    if not dry_run:
        with Progress(console=o.err, transient=True) as bar:
            task = bar.add_task(say("erase"), total=len(due.people))
            erased = erase_people(by, due, lambda count: bar.advance(task, count))
        old = erase_old(by)
    after = before if dry_run else count_personal()
    title = say("dry" if dry_run else "erased", on=due.on, days=due.days)
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row(say("due"), f"{len(due.people):,}")
    table.add_row(say("erased_people"), f"{erased:,}")
    for name in ("open_measures", "open_cases", "open_orders", "open_requests"):
        table.add_row(say(name), f"{getattr(due, name):,}")
    for name, count in before.items():
        table.add_row(say(f"with_{name}"), f"{count:,} → {after[name]:,}")
    for name, count in old.items():
        table.add_row(say(name), f"{count:,}")
    o.out.print(table)


def rotate(lang: o.Language = "en") -> None:
    """Change the keys that seal names, phones and numbers, and the one that looks them up; the service is stopped."""
    open_register(alone=True)
    from sizao.register.access import access_of_job
    from sizao.register.place import KEYS_FILE, home
    from sizao.register.rotate import rotate_keys

    say = _words(lang)
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,}"), TimeElapsedColumn())
    with Progress(*columns, console=o.err, transient=True) as bar:
        task = bar.add_task("")
        done = rotate_keys(
            access_of_job("keys"),
            home(),
            lambda table, rows: bar.update(task, advance=rows, description=say("reseal", table=table)),
        )
    o.out.print(say("resealed", n=f"{done.values:,}"), markup=False)
    if done.retired is None:
        o.out.print(say("environment"), markup=False)
    else:
        o.out.print(say("retired", where=done.retired, keys=home() / KEYS_FILE), markup=False)


def open_register(*, alone: bool = False) -> None:
    """Sets Django up for the register that the environment names; with `alone` nothing else may work with it.

    Raises SizaoError `no-register`, `keys-broken`, `in-use`.
    """
    from sizao.register.place import FILE, hold, home

    if not os.environ.get("DATABASE_URL") and not (home() / FILE).is_file():
        raise SizaoError(
            "no-register",
            f"there is no register in {home()}",
            todo="set SIZAO_HOME to its folder, or DATABASE_URL to its database; `sizao serve` makes a new one",
        )
    os.umask(0o077)  # what is written belongs to the register's owner alone
    hold(home(), alone)
    set_up()
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise SizaoError(
            "no-register",
            f"the register's database cannot be reached: {str(error).strip().splitlines()[0]}",
            todo="see that it runs, and that DATABASE_URL or SIZAO_HOME names it",
        ) from error


def set_up() -> None:
    """Sets Django up."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sizao.web.settings")
    django.setup()


class _Watch:
    """Counts the seconds of each step, from the beginning of one to that of the next."""

    def __init__(self, took: dict[str, float], show: Any) -> None:
        self._took, self._show, self._step, self._since = took, show, "", time.perf_counter()

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        if self._step:
            self._took[self._step] = now - self._since
        self._step, self._since = step, now
        if step:
            self._show(step)


def _words(lang: o.Lang) -> Any:
    words = read_yaml("sizao.cli", "work.yaml")
    return lambda name, **values: words[name][lang].format(**values)


def _say(done: Any, took: dict[str, float], began: dt.datetime, say: Any) -> None:
    from django.utils import timezone

    from sizao.register.models import NowArea, NowExcess, NowPlaceExcess, NowRun, NowTestDue, NowUndecided

    run = NowRun.objects.order_by("known_at").last()
    if not done.everybody or run is None:
        if done.people:
            o.out.print(say("some", n=f"{len(done.people):,}"))
        if done.places:
            o.out.print(say("some_places"))
        if not done:
            o.out.print(say("nothing"))
        return
    if run.known_at < began:
        o.out.print(say("newer"))
    table = Table(title=say("everybody", on=run.on, rulebook=run.rulebook), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    local = timezone.localtime(run.known_at, timezone.get_default_timezone())
    table.add_row(say("known_at"), f"{local:%Y-%m-%d %H:%M:%S}")
    due = NowTestDue.objects.unscoped("counted").filter(on=run.on).values("person").distinct().count()
    table.add_row(say("people"), f"{run.people:,}")
    table.add_row(say("tests"), f"{due:,}")
    for name, model in (
        ("excesses", NowExcess),
        ("undecided", NowUndecided),
        ("areas", NowArea),
        ("place_excesses", NowPlaceExcess),
    ):
        table.add_row(say(name), f"{model.objects.unscoped('counted').count():,}")
    parts = ", ".join(f"{say(step)} {took[step]:.1f}" for step in STEPS if step in took)
    table.add_row(say("seconds"), f"{run.seconds:.1f} ({parts})")
    o.out.print(table)
