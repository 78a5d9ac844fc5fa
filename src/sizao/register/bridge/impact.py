"""What another rulebook would change today for everybody on record: worked out once, beside the requests, and kept.

The work is two derivations of everybody, in a process of its own (BEGINS). It leaves in the cache who flips, by area,
and how many do not; nothing in it is a name, and it ends after KEPT.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from sizao.derive import derive
from sizao.derive.impact import Side, bring_forward, compare_sides, read_side
from sizao.errors import SizaoError
from sizao.policy import Rulebook, chain
from sizao.register.bridge.connect import connect
from sizao.register.bridge.records import OF_PEOPLE, read_records
from sizao.register.clock import now, today

KEPT = 3600
"""Seconds for which a comparison is kept: asked again, it is the same one."""
LONGEST = 600
"""Seconds for which one may go on."""
TURN = "sizao-impact-turn"
"""Held by the one comparison that is being worked out."""
BEGINS = "import django; django.setup(); from sizao.register.bridge.impact import main; main()"
"""What the other process runs, given the two names: models can be imported only once Django is set up."""
HOMES = pa.schema([("person_id", pa.string()), ("area", pa.string())])
DAYS = ("until_a", "last_a", "until_b", "last_b")
"""What holds today ends on `until`, whatever follows it on `last`; null: none, or without an end."""
SAID = ("measure_a", "restriction_a", "measure_b", "restriction_b", *DAYS, "change")


@dataclass(frozen=True)
class Compared:
    """Rulebook B beside A on one day, by area and id.

    `rows` (area, person_id?, people, measure_a?, restriction_a?, measure_b?, restriction_b?, until_a?, last_a?,
    until_b?, last_b?, change): each who flips; of those who do not, how many there are in each home.
    """

    on: dt.date
    known_at: dt.datetime
    seconds: float
    rows: pa.Table


@dataclass(frozen=True)
class State:
    """What is known of a comparison: `compared` once it is done; `wrong` the code of what went wrong."""

    since: dt.datetime | None = None
    compared: Compared | None = None
    wrong: str = ""
    other: bool = False
    """Another comparison is being worked out."""


def books_of(name: str) -> Sequence[Rulebook]:
    """The chain up to a rulebook that is known: one of the register's own, or one that comes with Sizao."""
    own = chain(settings.SIZAO_RULEBOOK)
    ids = [book.id for book in own]
    return own[: ids.index(name) + 1] if name in ids else chain(name)


def state_of(a: str, b: str) -> State:
    """How far the comparison of two rulebooks today has come; one that nobody asked for is an empty State."""
    key = _key(a, b)
    said = cache.get(key)
    if said is None:
        return State(other=cache.get(TURN) is not None)
    if said["state"] == "done":
        found = _read(key, said["since"])
        return State() if found is None else State(since=said["since"], compared=found)
    if said["state"] == "failed":
        return State(since=said["since"], wrong=said["wrong"], other=cache.get(TURN) is not None)
    return State(since=said["since"])


def ask_for(a: str, b: str) -> State:
    """Has the comparison worked out, unless it is there, or is being worked out, or another is."""
    state = state_of(a, b)
    if state.other or (state.since is not None and not state.wrong):
        return state
    key, at = _key(a, b), now()
    if not cache.add(TURN, key, LONGEST):
        return State(other=True)
    cache.set(key, {"state": "goes on", "since": at}, LONGEST)
    if connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        work(a, b)  # no other process could see what is recorded
    else:
        threading.Thread(target=_watch, args=(a, b), name="sizao-impact", daemon=True).start()
    return state_of(a, b)


def work(a: str, b: str) -> None:
    """Works it out and leaves it, or what went wrong, in the cache."""
    key, at = _key(a, b), now()
    try:
        found = compare_today(a, b)
        cache.set(_rows_key(key), _packed(found), KEPT + 60)
        cache.set(key, {"state": "done", "since": at}, KEPT)
    except SizaoError as error:
        cache.set(key, {"state": "failed", "since": at, "wrong": error.code}, LONGEST)
    finally:
        cache.delete(TURN)


def compare_today(a: str, b: str) -> Compared:
    """Both derivations. B is taken to be in force from today on at the latest. Raises those of `sizao.derive`."""
    on, began = today(), now()
    older, newer = books_of(a), books_of(b)
    if on < older[0].document.effective:
        raise SizaoError("nothing-in-force", f"on {on} neither {a} nor what it replaces is in force")
    facts = read_records(OF_PEOPLE, began)
    sides: list[Side] = []
    for books in (older, bring_forward(newer, on)):
        with derive(facts, books, on, days=(on, on), known_at=began, lang="en") as derivation:
            sides.append(read_side(derivation, facts))
    del facts
    rows = _by_area(_with_ends(compare_sides(*sides).people, sides))
    return Compared(on, began, (now() - began).total_seconds(), rows)


def _with_ends(people: pa.Table, sides: Sequence[Side]) -> pa.Table:
    """Beside the last day under any restriction, the day on which the one of today ends."""
    people = people.rename_columns({"until_a": "last_a", "until_b": "last_b"})
    for side, letter in zip(sides, "ab", strict=True):
        held = side.status.filter(pc.is_valid(side.status["restriction"]))
        at = pc.index_in(people["person_id"], value_set=held["person_id"].combine_chunks())
        ends = pc.take(held["until"].combine_chunks(), at.combine_chunks())
        people = people.append_column(f"until_{letter}", ends.cast(pa.date32()))
    return people


def _by_area(people: pa.Table) -> pa.Table:
    """Who flips one by one, the others counted; by area."""
    with connect() as db:
        homes = db.fetch("SELECT person_id, area FROM people").cast(HOMES)  # of no rows SQLite knows no types
    places = pc.index_in(people["person_id"], value_set=homes["person_id"].combine_chunks())
    areas = pc.fill_null(pc.take(homes["area"].combine_chunks(), places.combine_chunks()), "")
    rows = people.select(["person_id", *SAID]).append_column("area", areas)
    flips = pc.not_equal(rows["change"], "same")
    moved = rows.filter(flips)
    moved = moved.append_column("people", pa.array([1] * moved.num_rows, pa.int64()))
    said = [name for name in SAID if name not in DAYS]
    others = rows.filter(pc.invert(flips)).group_by(["area", *said]).aggregate([([], "count_all")])
    others = others.rename_columns(["people" if name == "count_all" else name for name in others.column_names])
    both = pa.concat_tables([moved, others], promote_options="default")
    return both.sort_by([("area", "ascending"), ("person_id", "ascending")])


def _packed(found: Compared) -> dict[str, Any]:
    packed = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(packed, found.rows.schema, options=options) as stream:
        stream.write_table(found.rows)
    return {"on": found.on, "known_at": found.known_at, "seconds": found.seconds, "rows": packed.getvalue()}


@lru_cache(maxsize=2)
def _read(key: str, since: dt.datetime) -> Compared | None:
    """The rows of a comparison, read once in each process; None where they are gone."""
    said = cache.get(_rows_key(key))
    if said is None:
        return None
    with pa.ipc.open_stream(said["rows"]) as stream:
        rows = stream.read_all().combine_chunks()
    return Compared(said["on"], said["known_at"], said["seconds"], rows)


def _watch(a: str, b: str) -> None:
    """Runs the work in a process of its own, and says so where that ends without an answer."""
    key, at = _key(a, b), now()
    try:
        command = [sys.executable, "-c", BEGINS, a, b]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=LONGEST, check=False
        )
        failed = done.returncode != 0
    except (OSError, subprocess.TimeoutExpired):
        failed = True
    try:
        if failed:
            cache.set(key, {"state": "failed", "since": at, "wrong": "impact-failed"}, LONGEST)
            cache.delete(TURN)
    finally:
        connection.close()


def _rows_key(key: str) -> str:
    return f"{key}-rows"


def _key(a: str, b: str) -> str:
    """Of two rulebooks on a day in one register, which the name of its database tells apart in the tests."""
    told = " ".join(SAID)  # what another version of Sizao left is not read
    text = f"{connection.settings_dict['NAME']} {settings.SIZAO_RULEBOOK} {a} {b} {today()} {told}"
    return f"sizao-impact-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def main() -> None:
    """The work, in a process that yields to those that serve."""
    os.nice(10)
    work(sys.argv[1], sys.argv[2])
