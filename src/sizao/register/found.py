"""How the cases of an area were found: when sampled, reported, isolated, treated; whether under a measure before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.bridge.records import follow_merges, read_people
from sizao.register.clock import local_date, now, today
from sizao.register.models import Case, Event
from sizao.register.scope import within
from sizao.tables import Folder, Source

TOGETHER = 10_000  # people
BEFORE = dt.timedelta(days=14)
"""A positive sample that was taken earlier than so before confirmation belongs to another infection."""
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class CaseFound:
    """One case as its latest version says, and what the other records tell of it. None: not on record."""

    case_id: str
    area: str
    confirmed_on: dt.date
    classification: str
    severity: str | None
    onset_on: dt.date | None
    local: bool
    recorded_at: dt.datetime
    """When the case was first recorded."""
    found_on: dt.date | None
    """The day of the first positive sample."""
    positive_at: dt.datetime | None
    """When a positive result was first recorded."""
    isolated_on: dt.date | None
    """The first day of the measure or order that held when, or first after, the case was found."""
    treated_on: dt.date | None
    """The first day of an order of the strictest restriction, from the sample on."""
    under: bool
    """A measure or an order held for the person when they were sampled, by what was on record before the case was."""
    has_source: bool
    """A contact with a case is on record."""
    contacts: int
    """People on record who met this case, or whom a contact of theirs met."""
    held: tuple[tuple[str, str], ...] = ()
    """Where `under`: which measure and restriction, the first first; an order is of no measure, ""."""

    @property
    def reported_on(self) -> dt.date:
        return local_date(self.recorded_at)


def read_cases(path: str, since: dt.date, until: dt.date) -> list[CaseFound]:
    """The cases confirmed from `since` to `until` of people who live below `path`."""
    later = Case.objects.unscoped("a later version").filter(
        case_id=OuterRef("case_id"), version__gt=OuterRef("version")
    )
    rows = Case.objects.unscoped("counted by area").filter(
        within("person__area", (path,)), ~Exists(later), withdrawn=False, confirmed_on__range=(since, until)
    )
    names = (
        "case_id",
        "person_id",
        "person__area",
        "confirmed_on",
        "classification",
        "severity",
        "onset_on",
        "origin",
    )
    cases = [dict(zip(names, row, strict=True)) for row in rows.order_by("confirmed_on").values_list(*names)]
    merges = follow_merges(case["person_id"] for case in cases)
    found = []
    for at in range(0, len(cases), TOGETHER):
        found += _tell(cases[at : at + TOGETHER], merges)
    return found


def _tell(cases: Sequence[dict[str, Any]], merges: Mapping[str, str]) -> list[CaseFound]:
    known_at = now()
    facts = read_people({merges[case["person_id"]] for case in cases}, known_at)
    recorded: dict[str, dt.datetime] = {}
    for row in _rows(facts, "cases", "case_id", "recorded_at"):
        recorded[row["case_id"]] = min(row["recorded_at"], recorded.get(row["case_id"], row["recorded_at"]))
    positive, positive_at = _positive(facts)
    events = _events(facts)
    measures = _measures(facts, known_at, {row["event_id"]: row["recorded_at"] for row in events})
    orders = _orders(facts)
    contacts = _contacts([case["case_id"] for case in cases])
    strictest = chain(settings.SIZAO_RULEBOOK)[-1].restrictions[-1].id
    met: dict[str, list[tuple[dt.date, str]]] = defaultdict(list)
    for row in events:
        if row["case_id"]:
            met[row["person_id"]].append((row["occurred_on"], row["case_id"]))
    out = []
    for case in cases:
        person, day = merges[case["person_id"]], case["confirmed_on"]
        at = recorded.get(case["case_id"], known_at)
        last = min(day + BEFORE, today())
        found_on = min((on for on in positive[person] if day - BEFORE <= on <= last), default=None)
        first_at = min((on for on in positive_at[person] if abs(local_date(on) - day) <= BEFORE), default=None)
        asked = found_on or day
        spans = [*measures[person], *orders[person]]
        before = sorted(
            (span for span in spans if span.known_at < at and span.holds(asked)), key=lambda span: span.since
        )
        after = [span for span in spans if span.until is None or span.until >= asked]
        bound = before or [span for span in after if span.since >= asked]
        treated = [s.since for s in orders[person] if s.restriction == strictest and s.since >= asked]
        out.append(
            CaseFound(
                case_id=case["case_id"],
                area=case["person__area"],
                confirmed_on=day,
                classification=case["classification"],
                severity=case["severity"],
                onset_on=case["onset_on"],
                local=case["origin"] == "local",
                recorded_at=at,
                found_on=found_on,
                positive_at=first_at,
                isolated_on=min((span.since for span in bound), default=None),
                treated_on=min(treated, default=None),
                under=bool(before),
                has_source=any(on <= day and other != case["case_id"] for on, other in met[person]),
                contacts=contacts.get(case["case_id"], 0),
                held=tuple(dict.fromkeys((span.measure, span.restriction) for span in before)),
            )
        )
    return out


@dataclass(frozen=True)
class _Span:
    since: dt.date
    until: dt.date | None
    restriction: str
    known_at: dt.datetime
    measure: str = ""

    def holds(self, day: dt.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def _rows(facts: Folder, table: str, *columns: str) -> list[dict[str, Any]]:
    return facts.tables[table].arrow().select(list(columns)).to_pylist()  # type: ignore[no-any-return]


def _newest(rows: Iterable[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The latest version of each."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row[key] not in found or row["recorded_at"] > found[row[key]]["recorded_at"]:
            found[row[key]] = row
    return [*found.values()]


def _positive(facts: Folder) -> tuple[dict[str, list[dt.date]], dict[str, list[dt.datetime]]]:
    """Of each person, the days of positive samples, and when a version that says so was recorded."""
    rows = _rows(facts, "tests", "test_id", "person_id", "sampled_on", "result", "recorded_at")
    days: dict[str, list[dt.date]] = defaultdict(list)
    instants: dict[str, list[dt.datetime]] = defaultdict(list)
    still = {row["test_id"] for row in _newest(rows, "test_id") if row["result"] == "positive"}
    for row in rows:
        if row["test_id"] in still and row["result"] == "positive":
            days[row["person_id"]].append(row["sampled_on"])
            instants[row["person_id"]].append(row["recorded_at"])
    return days, instants


def _events(facts: Folder) -> list[dict[str, Any]]:
    """What happened and was not taken back."""
    rows = _rows(facts, "events", "event_id", "person_id", "kind", "occurred_on", "case_id", "voids", "recorded_at")
    gone = {row["voids"] for row in rows if row["voids"]}
    return [row for row in rows if row["event_id"] not in gone and row["kind"] != "void"]


def _orders(facts: Folder) -> dict[str, list[_Span]]:
    rows = _rows(facts, "orders", "order_id", "person_id", "restriction", "from", "until", "recorded_at")
    first: dict[str, dt.datetime] = {}
    for row in rows:
        first[row["order_id"]] = min(row["recorded_at"], first.get(row["order_id"], row["recorded_at"]))
    found: dict[str, list[_Span]] = defaultdict(list)
    for row in _newest(rows, "order_id"):
        if row["person_id"] and row["restriction"]:
            span = _Span(row["from"], row["until"], row["restriction"], first[row["order_id"]])
            found[row["person_id"]].append(span)
    return found


def _measures(facts: Folder, known_at: dt.datetime, recorded: Mapping[str, dt.datetime]) -> dict[str, list[_Span]]:
    """What the rules asked of each person for what happened to them, their being a case left aside."""
    tables: dict[str, Source] = dict(facts.tables)
    for name in ("cases", "orders"):
        said: pa.Table = tables[name].arrow()
        tables[name] = Source(tables[name].contract, 0, table=said.slice(0, 0))
    empty = Folder(path=facts.path, tables=tables, problems=[])
    found: dict[str, list[_Span]] = defaultdict(list)
    with derive(empty, chain(settings.SIZAO_RULEBOOK), today(), known_at=known_at, lang="zh") as derivation:
        rows = derivation.table("measures").select(
            ["person_id", "measure", "restriction", "from", "until", "because"]
        )
    for row in rows.to_pylist():
        if row["restriction"] and row["because"] in recorded:
            at = recorded[row["because"]]
            span = _Span(row["from"], row["until"], row["restriction"], at, row["measure"])
            found[row["person_id"]].append(span)
    return found


def _contacts(case_ids: Sequence[str]) -> dict[str, int]:
    back = Event.objects.unscoped("taken back").filter(voids_id=OuterRef("event_id"))
    rows = Event.objects.unscoped("counted by case").filter(~Exists(back), case_id__in=case_ids)
    return dict(rows.order_by().values_list("case_id").annotate(Count("person_id", distinct=True)))
