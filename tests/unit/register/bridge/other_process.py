"""Another process that works on the same register, and may be killed there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

SCRIPT = """
import datetime as dt, os, sys, time
import django
django.setup()
from django.db import connections
from sizao.register.access import access_of_job
from sizao.register.actions import events
job = access_of_job("test")
def write(person):
    events.record_event(by=job, person_id=person, kind="exposed_to_case", occurred_on=dt.date(2022, 11, 19))
def die(*about):
    os.kill(os.getpid(), 9)
what = sys.argv[1]
if what == "fork":
    import threading
    from sizao.register.bridge import batch
    write("p-1")
    held, go_on = threading.Event(), threading.Event()
    def hold():
        with batch._batcher._changed:
            held.set()
            go_on.wait(60)
    time.sleep(1)
    threading.Thread(target=hold).start()
    held.wait(10)
    connections.close_all()
    child = os.fork()
    if child:
        go_on.set()
        sys.exit(os.waitpid(child, 0)[1])
    write("p-2")
elif what == "ends":
    from sizao.register.bridge import batch
    usual = batch.derive_people
    batch.derive_people = lambda people: (time.sleep(0.5), usual(people))
    for n in range(1, 10):
        write(f"p-{n}")
elif what == "killed before it derives":
    from sizao.register.bridge import batch
    batch.derive_people = lambda people: time.sleep(60)
    write("p-1")
    die()
elif what == "killed while it replaces rows":
    from sizao.register.bridge import now
    usual = now.insert
    now.insert = lambda table, columns: die() if table == "now_excesses" else usual(table, columns)
    now.derive_everybody()
elif what == "killed while it loads":
    from register_loading import load
    from sizao.register import insert
    insert.MANY, insert.SLICE = 100, 100
    rows, usual = [], insert._insert_rows
    def few(table, names, lists):
        usual(table, names, lists)
        rows.extend(lists[0])
        if len(rows) >= 300:
            die()
    insert._insert_rows = few
    if os.environ["DATABASE_URL"]:
        insert._as_csv = die
    about = {"kind": ["met"] * 500, "occurred_on": [dt.date(2022, 11, 19)] * 500}
    about["recorded_at"] = [dt.datetime(2022, 11, 19, tzinfo=dt.UTC)] * 500
    load({"events": {"event_id": [f"e-{n}" for n in range(500)], "person_id": ["p-1"] * 500, **about}})
"""


def run(committed: str, folder: Path, what: str) -> int:
    """Runs the script on a database; its exit status."""
    from django.db import connection

    if connection.vendor == "postgresql":
        url = urlunsplit(urlsplit(os.environ["SIZAO_TEST_REGISTER"])._replace(path=f"/{committed}"))
    else:
        (folder / "register.sqlite3").symlink_to(committed)
        url = ""
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    about = os.environ | {"SIZAO_HOME": str(folder), "DATABASE_URL": url, "PYTHONPATH": paths}
    return subprocess.run([sys.executable, "-c", SCRIPT, what], env=about, timeout=120, check=False).returncode
