"""What an event would lead to if it were recorded: the same derivation as everybody's, and nothing written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.conf import settings

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.bridge.records import follow_merges, read_people
from sizao.register.clock import now, today
from sizao.tables import Folder, Source, contract

MOST = 500  # events asked about at once
SUPPOSED = "supposed"


@dataclass(frozen=True)
class Phase:
    """One part of what would hold, with its own days."""

    measure: str
    restriction: str
    since: dt.date
    until: dt.date | None
    """None: open."""


@dataclass(frozen=True)
class Follows:
    """What the event leads to for one person: the first measure that it starts, and how long it would hold."""

    measure: str = ""
    """"" where it starts nothing."""
    restriction: str = ""
    since: dt.date | None = None
    last_day: dt.date | None = None
    """The last day of what it starts; None: open."""
    clause: str = ""
    rulebook: str = ""
    over: bool = False
    """Its last day is past already."""
    phases: tuple[Phase, ...] = ()
    """In their order, those left out that are past already; each may end before `last_day`."""


@dataclass(frozen=True)
class Supposed:
    """An event that is not recorded yet."""

    person_id: str
    kind: str
    occurred_on: dt.date
    case_id: str | None = None


def suppose_events(rows: Sequence[Supposed]) -> list[Follows]:
    """What each of these events would start, beside the facts on record; in their order, at most MOST.

    The caller has checked that the user may record events of these people. Raises what `sizao.derive` raises.
    """
    rows = rows[:MOST]
    if not rows:
        return []
    known_at, on = now(), today()
    merges = follow_merges(row.person_id for row in rows)
    facts = _with(read_people(merges.values(), known_at), rows, merges, known_at)
    books = chain(settings.SIZAO_RULEBOOK)
    with derive(facts, books, on, days=(on, on), known_at=known_at, engine="sqlite", lang="zh") as derivation:
        measures = derivation.table("measures").to_pylist()
    started: dict[str, list[Mapping[str, Any]]] = {}
    for row in measures:
        started.setdefault(row["because"], []).append(row)
    return [_told(started.get(f"{SUPPOSED}-{number}", []), on) for number in range(len(rows))]


def _told(rows: Sequence[Mapping[str, Any]], on: dt.date) -> Follows:
    if not rows:
        return Follows()
    rows = sorted(rows, key=lambda row: (row["from"], row["until"] or dt.date.max))
    asks = [row for row in rows if row["restriction"] and (row["until"] is None or row["until"] >= on)]
    first = (asks or rows)[0]
    ends = [row["until"] for row in rows]
    last = None if None in ends else max(ends)
    return Follows(
        measure=first["measure"],
        restriction=first["restriction"] or "",
        since=rows[0]["from"],
        last_day=last,
        clause=first["clause"] or "",
        rulebook=first["rulebook"] or "",
        over=last is not None and last < on,
        phases=tuple(
            Phase(row["measure"], row["restriction"] or "", row["from"], row["until"])
            for row in rows
            if row["until"] is None or row["until"] >= on
        ),
    )


def _with(facts: Folder, rows: Sequence[Supposed], merges: Mapping[str, str], known_at: dt.datetime) -> Folder:
    """The facts, and these events."""
    events = facts.tables["events"].arrow()
    told = [
        {
            "event_id": f"{SUPPOSED}-{number}",
            "person_id": merges[row.person_id],
            "kind": row.kind,
            "occurred_on": row.occurred_on,
            "case_id": row.case_id,
            "recorded_at": known_at,
        }
        for number, row in enumerate(rows)
    ]
    both = pa.concat_tables([events, pa.Table.from_pylist(told, schema=events.schema)])
    source = Source(contract("events"), both.num_rows, table=both)
    return Folder(path=facts.path, tables={**facts.tables, "events": source}, problems=[])
