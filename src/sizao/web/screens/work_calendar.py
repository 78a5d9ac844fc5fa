"""The follow-up calendar: each person, day by day: what was done, what was missed, what is due."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import mark_safe

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.bridge.records import read_people
from sizao.register.clock import now, today
from sizao.register.identifying import homes_of
from sizao.register.models import Event, FollowUp, Person, Test
from sizao.register.work import find_work, held_under
from sizao.tables import Folder
from sizao.web.forms.fields import brief
from sizao.web.needs import needs
from sizao.web.rows import page_of
from sizao.web.say import say, titles
from sizao.web.screens.work import NEEDS, SIZE, Asked, around, log, people_of, read_asked

BACK, AHEAD = 13, 3
"""Days before and after today."""
STEP = BACK + AHEAD + 1
FIRST, LAST = 400, STEP
"""Days before and after today that the pages of other days reach, about."""
VISITS = {"seen_ok": "ok", "seen_symptomatic": "ill", "missed": "missed", "not_attempted": "missed"}
RESULTS = {"negative": "negative", "positive": "positive", "pending": "pending", "inconclusive": "unclear"}
LEGEND = ("ok", "ill", "missed", "none", "visit", "due", "skipped", "negative", "positive", "pending", "unclear")
CLOCK = ("start", "again", "free")


@dataclass(frozen=True)
class Signs:
    """How marks are drawn on one page, in its language: put together here, as there are a thousand of them."""

    letters: dict[str, str]
    words: dict[str, str]
    days: dict[dt.date, str]

    def draw(self, kind: str, address: str = "", day: dt.date | None = None, more: str = "") -> str:
        """A shape with a letter, which say the same as its colour; what it means is for who hears the page, too."""
        if day is None or not address:
            return f'<span class="mark {kind}">{self.letters[kind]}</span>'
        told = escape(f"{self.days[day]} · {self.words[kind]}" + (f" ({more})" if more else ""))
        link = f'class="mark {kind}" href="{escape(address)}" title="{told}" aria-label="{told}"'
        return f"<a {link}>{self.letters[kind]}</a>"


def signs_for(days: Sequence[dt.date]) -> Signs:
    """The letters and words of this page."""
    kinds = (*LEGEND, *CLOCK)
    return Signs(
        {kind: str(escape(say().word("calendar_letters", kind))) for kind in kinds},
        {kind: say().word("calendar_marks", kind) for kind in kinds},
        {day: say().day(day) for day in days},
    )


@dataclass(frozen=True)
class Span:
    """Days under one phase of a measure, and the fact that it follows from."""

    since: dt.date
    until: dt.date | None
    because: str


@needs(*NEEDS)
def calendar(request: Any) -> HttpResponse:
    """One page of the same filter as the work of today; everybody under a measure, if no tab is said.

    `until` in the address: the last of its days, where these are not the usual ones.
    """
    access = request.access
    asked = read_asked({**request.GET.dict(), "tab": request.GET.get("tab") or "all"}, access, "until")
    found = find_work(access, tab=asked.tab, whose=asked.whose, under=asked.path, after=asked.after, size=SIZE)
    log(access, "calendar", asked, found.ids)
    people = people_of(access, found.ids)
    on = today()
    until = read_until(request.GET.get("until", ""), on)
    days = [until - dt.timedelta(days=n) for n in range(STEP - 1, -1, -1)]
    usual = on + dt.timedelta(days=AHEAD)
    kept = {} if until == usual else {"until": until.isoformat()}
    signs = signs_for(days)
    marks = find_marks(access, people, days, signs)
    homes = homes_of(access, people)
    holds = held_under(found.ids)
    rows = [
        {
            "person_id": person.pk,
            "name": person.name if access.can_person("see_names", person) else None,
            "home": brief(homes[person.pk], most=2),
            "status": holds.get(person.pk),
            "cells": mark_safe("".join(_cell(day, marks[person.pk][day], day == on) for day in days)),
        }
        for person in people
    ]
    told = {
        **around(access, asked, found.counts),
        "rows": rows,
        "days": [(day, day == on) for day in days],
        "on": on,
        "next": asked.address(after=found.after, **kept) if found.after else "",
        "first": asked.address(**kept),
        "earlier": _other_days(asked, until - dt.timedelta(days=STEP), on),
        "usual": asked.address(after=asked.after) if kept else "",
        "later": _other_days(asked, until + dt.timedelta(days=STEP), on),
        "legend": [(mark_safe(signs.draw(kind)), signs.words[kind]) for kind in (*LEGEND, *CLOCK)],
    }
    return render(request, "work/calendar.html", told)


def read_until(text: str, on: dt.date) -> dt.date:
    """The last day of the page, within what it reaches."""
    first, last = on - dt.timedelta(days=FIRST), on + dt.timedelta(days=AHEAD + LAST)
    try:
        return min(max(dt.date.fromisoformat(text[:10]), first), last)
    except ValueError:
        return on + dt.timedelta(days=AHEAD)


def _other_days(asked: Asked, until: dt.date, on: dt.date) -> str:
    """The same people on other days; "" where the pages do not reach."""
    if read_until(until.isoformat(), on) != until:
        return ""
    return asked.address(after=asked.after, until=until.isoformat())


Marks = dict[dt.date, list[tuple[str, str]]]


def find_marks(access: Access, people: Sequence[Person], days: list[dt.date], signs: Signs) -> dict[str, Marks]:
    """The marks of each person on each day, drawn, each after its kind; the start of the clock first."""
    ids = [person.pk for person in people]
    held, due = _derived(ids, days)
    span = (days[0], days[-1])
    tests = _tests(access, ids, span)
    visits: dict[tuple[str, dt.date], FollowUp] = {}
    rows = FollowUp.objects.seen_by(access, "see_people").filter(person_id__in=ids, occurred_on__range=span)
    for row in rows.order_by("id"):
        visits[row.person_id, row.occurred_on] = row
    events, happened = _events(access, ids, span)
    on, called = today(), titles()
    made: dict[str, Marks] = {name: defaultdict(list) for name in ids}
    for person in people:
        key = person.pk
        may_log, may_test = access.can_person("log_visits", person), access.can_person("record_tests", person)
        page, log_form, test_form, why = (
            page_of(name, key) for name in ("person", "log_visit", "record_test", "why")
        )
        for day in days:
            cell: list[tuple[str, str, str]] = []
            for event in events.get((key, day), ()):
                kind = "again" if _runs(held[key], day, happened) else "start"
                cell.append((kind, f"{page}#{quote(event.event_id)}", called.kind(event.kind)))
            under = any(span.since <= day and day <= (span.until or day) for span in held[key])
            visit, test = visits.get((key, day)), tests.get((key, day))
            if visit is not None:
                cell.append((VISITS[visit.outcome], f"{page}#{quote(visit.follow_up_id)}", ""))
            elif under and day <= on:
                form = f"{log_form}?occurred_on={day}" if may_log else page
                cell.append(("visit" if day == on else "none", form, ""))
            if test is not None:
                cell.append((RESULTS[test.result], f"{page}#{quote(test.test_id)}", ""))
            elif day in due[key]:
                form = f"{test_form}?sampled_on={day}" if may_test and day <= on else f"{why}#tests"
                cell.append(("skipped" if day < on else "due", form, ""))
            if not cell and not under:
                cell.append(("free", "", ""))
            made[key][day] = [(kind, signs.draw(kind, address, day, more)) for kind, address, more in cell]
    return made


def _cell(day: dt.date, marks: list[tuple[str, str]], now: bool) -> str:
    """One day of one person. A clock that starts again has a line before it."""
    classes = ["now"] * now + ["restart"] * any(kind == "again" for kind, _ in marks)
    drawn = "".join(drawn for _, drawn in marks)
    return f'<td class="{" ".join(classes)}"><b class="day n">{day.day}</b>{drawn}</td>'


def _derived(ids: Sequence[str], days: list[dt.date]) -> tuple[dict[str, list[Span]], dict[str, set[dt.date]]]:
    """Spans under a measure, and days on which a test is due, by what is known now."""
    held: dict[str, list[Span]] = {name: [] for name in ids}
    due: dict[str, set[dt.date]] = {name: set() for name in ids}
    if not ids:
        return held, due
    facts = read_people(sorted(ids), now())
    spans, tests = _derived_once(Alike(facts), settings.SIZAO_RULEBOOK, today(), (days[0], days[-1]))
    for person, span in spans:
        if person in held:
            held[person].append(span)
    for person, day in tests:
        if person in due:
            due[person].add(day)
    return held, due


class Alike:
    """Facts that are the same as others where every row is: what was derived of those is then theirs too."""

    def __init__(self, facts: Folder) -> None:
        self.facts = facts
        found = hashlib.sha256()
        for name, source in sorted(facts.tables.items()):
            found.update(f"{name} {source.rows}".encode())
            for batch in source.arrow().combine_chunks().to_batches():
                found.update(batch.serialize())
        self._rows = found.digest()

    def __hash__(self) -> int:
        return hash(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and self._rows == other._rows


@lru_cache(maxsize=200)
def _derived_once(
    alike: Alike, rulebook: str, on: dt.date, asked: tuple[dt.date, dt.date]
) -> tuple[tuple[tuple[str, Span], ...], tuple[tuple[str, dt.date], ...]]:
    """What the same facts lead to on the same day is derived once in each process: a page is often asked again."""
    with derive(alike.facts, chain(rulebook), on, days=asked, known_at=now(), engine="sqlite") as derivation:
        columns = ["person_id", "from", "until", "because"]
        rows = derivation.table("measures").select(columns).to_pylist()
        spans = tuple((row["person_id"], Span(row["from"], row["until"], row["because"])) for row in rows)
        tests = tuple((row["person_id"], row["on"]) for row in derivation.table("tests_due").to_pylist())
    return spans, tests


def _tests(access: Access, ids: Sequence[str], span: tuple[dt.date, dt.date]) -> dict[tuple[str, dt.date], Test]:
    """The test of each day that holds; of several, the one that is not negative, else the last."""
    rows = Test.objects.seen_by(access, "see_people").filter(person_id__in=ids, sampled_on__range=span)
    latest = {row.test_id: row for row in rows.order_by("version")}
    found: dict[tuple[str, dt.date], Test] = {}
    for row in sorted(latest.values(), key=lambda row: (row.result != "negative", row.pk)):
        if not row.withdrawn:
            found[row.person_id, row.sampled_on] = row
    return found


def _events(
    access: Access, ids: Sequence[str], span: tuple[dt.date, dt.date]
) -> tuple[dict[tuple[str, dt.date], list[Event]], dict[str, dt.date]]:
    """What happened to them in the span and was not taken back; and the day of every event by its id."""
    rows = list(Event.objects.seen_by(access, "see_people").filter(person_id__in=ids).order_by("id"))
    gone = {row.voids_id for row in rows if row.voids_id}
    found: dict[tuple[str, dt.date], list[Event]] = defaultdict(list)
    for row in rows:
        if row.kind != "void" and row.event_id not in gone and span[0] <= row.occurred_on <= span[1]:
            found[row.person_id, row.occurred_on].append(row)
    return found, {row.event_id: row.occurred_on for row in rows}


def _runs(spans: list[Span], day: dt.date, happened: dict[str, dt.date]) -> bool:
    """Whether a clock that an earlier fact had started was still running on a day."""
    return any(happened.get(span.because, span.since) < day <= (span.until or day) for span in spans)
