"""What tests have done in processes of their own; run as a script with the name of a function and its arguments."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

DAY = dt.date(2022, 11, 19)


def make() -> dict[str, Any]:
    """A city, people with names, a user whose second factor is set up, and a backup."""
    from allauth.mfa.models import Authenticator

    from sizao.register import ready
    from sizao.register.access import access_of_job
    from sizao.register.actions import events, people, places, requests
    from sizao.register.actions.bulk import ORDER, record_table
    from sizao.register.backup import make_backup
    from sizao.register.bridge.now import derive_everybody
    from sizao.register.models import Grant, User
    from sizao.register.seal import seal
    from sizao.simulate.city import make_tables
    from sizao.tables import Source, contract

    ready.make_tables()
    job = access_of_job("test")
    city = make_tables(people=2_000, seed=3, on=dt.date(2022, 11, 20))
    for name in ORDER:
        if name in city:
            record_table(
                by=job, table=name, rows=Source(contract(name), city[name].num_rows, table=city[name]).arrow()
            )
    places.add_place(by=job, kind="county", name="甲区", place_id="jia")
    for n in range(40):
        about = {"name": f"李{n}", "phone": f"1380013{n:04}", "number": f"N{n}"}
        people.add_person(by=job, home_place_id="jia", person_id=f"q-{n}", **about)
        requests.take_request(by=job, kind="food", occurred_on=DAY, person_id=f"q-{n}", text=f"words {n}")
    events.record_event(by=job, person_id="q-1", kind="exposed_to_case", occurred_on=DAY)
    chief = User(username="chief", language="en")
    chief.set_password("correct horse battery")
    chief.save()
    for role in ("epidemiologist", "laboratory", "administrator"):
        Grant.objects.create(user=chief, role=role, place=None, since=job.at)
    Authenticator.objects.create(user=chief, type="totp", data={"secret": seal("ABCDEFGH").decode()})
    codes = {"seed": seal("5eed").decode(), "used_mask": 1, "migrated_codes": [seal("c-1").decode()]}
    Authenticator.objects.create(user=chief, type="recovery_codes", data=codes)
    derive_everybody()
    make_backup(Path(os.environ["SIZAO_HOME"]) / "whole.sizao")
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {}


def write(name: str, person_id: str, **more: Any) -> None:
    """One exposure, with a key."""
    from sizao.register.access import access_of
    from sizao.register.actions.events import record_event
    from sizao.register.models import User

    by = access_of(User.objects.get(username="chief"), key=name, **more)
    record_event(by=by, person_id=person_id, kind="exposed_to_case", occurred_on=DAY)


def write_on(writers: str, seconds: str) -> dict[str, Any]:
    """Processes that write one after the other, and say each key on stdout once its write is committed."""
    from django.db import connections

    import sizao.register.bridge.people  # read once, for all of them  # noqa: F401

    connections.close_all()
    children = []
    for writer in range(int(writers)):
        child = os.fork()
        if not child:
            end = time.monotonic() + float(seconds)
            for number in range(100_000):
                if time.monotonic() > end:
                    os._exit(0)
                name = f"w{writer}-{number}"
                write(name, f"q-{(writer * 7 + number) % 40}")
                os.write(1, f"{name}\n".encode())
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    return {"failed": len(failed)}


def send_again(names: str) -> dict[str, Any]:
    """The same writes again, with the same keys."""
    from sizao.register.actions import act

    act.after_write.clear()
    for name in names.split(","):
        write(name, "q-0")
    return {}


def derive_and_die() -> dict[str, Any]:
    """`work derive`, killed while it replaces the rows."""
    from sizao.register.bridge import now

    usual = now.insert

    def insert(table: str, columns: Any) -> None:
        if table == "now_excesses":
            os.kill(os.getpid(), signal.SIGKILL)
        usual(table, columns)

    now.insert = insert
    now.derive_everybody()
    return {}


def plain() -> dict[str, Any]:
    """Everything that is sealed, opened."""
    from allauth.mfa.models import Authenticator

    from sizao.register.models import Person, Request
    from sizao.register.seal import lookup, unseal

    people = Person.objects.unscoped("test").filter(person_id__startswith="q-").order_by("pk")
    found = [
        [p.name, p.phone, p.number, *(Person.objects.unscoped("test").get(phone_hash=lookup("phone", p.phone)).pk,)]
        for p in people
    ]
    secrets = [
        {
            name: [unseal(code.encode()) for code in value] if isinstance(value, list) else unseal(value.encode())
            for name, value in row.data.items()
            if name != "used_mask"
        }
        for row in Authenticator.objects.order_by("pk")
    ]
    texts = [*Request.objects.unscoped("test").filter(person__person_id__startswith="q-").order_by("pk")]
    return {"people": found, "secrets": secrets, "texts": [row.text for row in texts]}


def rotate_and_die(rows: str) -> dict[str, Any]:
    """Changes keys, killed after so many people."""
    from sizao.register import rotate
    from sizao.register.access import access_of_job
    from sizao.register.place import hold, home

    rotate.CHUNK = 10
    seen = [0]

    def progress(table: str, count: int) -> None:
        seen[0] += count
        if seen[0] >= int(rows):
            os.kill(os.getpid(), signal.SIGKILL)

    hold(home(), alone=True)
    rotate.rotate_keys(access_of_job("test"), home(), progress)
    return {}


def browser() -> Any:
    """Somebody signed in."""
    from django.conf import settings
    from django.test import Client

    from sizao.register.models import User
    from sizao.web.sessions import BROWSER, browser_of

    settings.SIZAO_TOTP = "optional"
    client = Client(headers={"user-agent": "a test"}, raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="chief"))
    session = client.session
    session[BROWSER] = browser_of(type("Request", (), {"headers": {"User-Agent": "a test"}}))
    session.save()
    return client


def post(client: Any, number: int) -> list[Any]:
    """A form sent: status and page."""
    form = {"kind": "exposed_to_case", "occurred_on": "2022-11-19", "key": f"f0{number:030x}"}
    page = client.post(f"/people/q-{number % 40}/record_event", form, headers={"accept-language": "en"})
    return [page.status_code, page.content.decode(), page.get("Retry-After")]


def disk_full(way: str) -> dict[str, Any]:
    """Forms are sent until there is no room; then there is some again."""
    import resource

    from django.db import connection

    from sizao.register.actions import act

    act.after_write.clear()
    client = browser()
    pages = [post(client, 0)]
    if way == "file size":
        file = Path(os.environ["SIZAO_HOME"]) / "register.sqlite3-wal"
        limit = file.stat().st_size + 40_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    number = 0
    while pages[-1][0] < 500 and number < 400:
        number += 1
        pages.append(post(client, number))
    again = client.get("/people/q-1", headers={"accept-language": "en"}).status_code
    if way == "file size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1000000")
    return {"first": pages[0][0], "sent": number, "full": pages[-1], "reading": again, "after": post(client, number)}


def sign_in_full() -> dict[str, Any]:
    """Somebody signs in while there is no room, and again when there is."""
    import resource

    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME="localhost", headers={"accept-language": "en"})
    form = {"login": "chief", "password": "wrong"}
    before = client.post("/sign-in", form).status_code
    size = (Path(os.environ["SIZAO_HOME"]) / "register.sqlite3-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    full = client.post("/sign-in", form)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    after = client.post("/sign-in", form).status_code
    return {"before": before, "full": [full.status_code, full.content.decode()], "after": after}


def moved(way: str) -> dict[str, Any]:
    """The register's file is moved, deleted or exchanged while forms are sent, and put back."""
    import shutil

    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    from sizao.register.actions import act

    act.after_write.clear()
    client = browser()
    home = Path(os.environ["SIZAO_HOME"])
    file, away, log = home / "register.sqlite3", home / "away", home / "register.sqlite3-wal"
    found: dict[str, Any] = {"before": post(client, 0)[0], "ok": client.get("/health").status_code}
    if way == "exchanged":
        shutil.copy(file, home / "other")
    file.rename(away)
    if way == "exchanged":
        (home / "other").rename(file)
    written = log.read_bytes()
    found["write"] = post(client, 1)
    other = Client(raise_request_exception=False, SERVER_NAME="localhost")
    health = other.get("/health")
    found["health"] = [health.status_code, json.loads(health.content)]
    try:
        cache.set("counted", 1)
        found["counted"] = True
    except Exception as error:
        found["counted"] = str(getattr(error, "code", error))
    api = other.get("/api/people", headers={"authorization": "Bearer 0"})
    found["api"] = [api.status_code, json.loads(api.content)["code"]]
    connection.close()  # a worker that starts anew
    page = client.get("/people/q-1", headers={"accept-language": "en"})
    found["anew"] = [page.status_code, page.content.decode()]
    found["files"] = [file.exists(), log.exists() and log.read_bytes() == written]
    away.rename(file)
    found["back"] = post(client, 1)[0]
    return found


def modes() -> dict[str, str]:
    """Who may do what with the register's files, while they are open."""
    write("m", "q-0")
    home = Path(os.environ["SIZAO_HOME"])
    return {path.name: oct(path.stat().st_mode & 0o777) for path in home.glob("register.sqlite3*")}


def locked() -> dict[str, Any]:
    """A form sent while another holds the database for longer than we wait."""
    import sqlite3

    from django.db import connection

    connection.settings_dict["OPTIONS"]["timeout"] = 0.3
    client = browser()
    connection.close()
    other = sqlite3.connect(Path(os.environ["SIZAO_HOME"]) / "register.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    busy = post(client, 1)
    health = client.get("/health")
    other.rollback()
    return {"busy": busy, "health": [health.status_code, json.loads(health.content)], "after": post(client, 1)[0]}


def turns_back() -> dict[str, Any]:
    """Whether the connection holds the turn at several moments."""
    from django.db import DatabaseError, connection, transaction

    from sizao.register.sqlite.turns import turns_of

    turns = turns_of(connection.settings_dict["NAME"])
    found = {}
    try:
        with transaction.atomic():
            found["begun"] = turns._taken
            raise KeyError
    except KeyError:
        found["rolled back"] = turns._taken
    try:
        with transaction.atomic():
            connection.close()
    except DatabaseError:
        pass
    found["closed"] = turns._taken
    connection.close()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM events")
    except DatabaseError:
        found["refused"] = turns._taken
    with transaction.atomic():
        pass
    return found | {"committed": turns._taken}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sizao.web.settings")
    django.setup()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])), flush=True)
