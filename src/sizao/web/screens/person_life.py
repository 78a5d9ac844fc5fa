"""A person over time: what they were when, with whom they live, what held for them, and facts folded by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.conf import settings

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.access import Access
from sizao.register.bridge.records import read_people
from sizao.register.clock import now, today
from sizao.register.interview import HOUSE, MANY, same_home
from sizao.register.models import Person
from sizao.web.say import say, titles
from sizao.web.screens.people import tell
from sizao.web.timeline import Item

OPEN = 30
"""Facts that stand open; older ones are folded by year."""
ROLES = 6
"""What a person was, shown at once."""


def folded(items: Sequence[Item]) -> dict[str, Any]:
    """The latest facts open, older ones by year; of a year that is partly open, the earlier ones."""
    first, rest = list(items[:OPEN]), items[OPEN:]
    partly = first[-1].day.year if first else None
    years = [(year, list(found)) for year, found in groupby(rest, key=lambda item: item.day.year)]
    return {"items": first, "older": [(str(year), found, year == partly) for year, found in years]}


def roles_of(items: Sequence[Item]) -> dict[str, Any]:
    """What the person was and when, the latest first: a case, a contact of a case, somebody who arrived ..."""
    found: dict[str, str] = {}
    own = {item.id for item in items if item.about == "case"}
    for item in items:
        if not item.holds or item.case_id in own:
            continue
        if item.about == "case":
            found.setdefault(say("role_case", day=say().day(item.day)), "bad")
        elif item.about == "event" and item.case_id:
            found.setdefault(say("role_contact", day=say().day(item.day), case=item.case_id), "warn")
        elif item.about == "event":
            found.setdefault(say("role_event", day=say().day(item.day), kind=item.title), "")
    told = list(found.items())
    return {"first": told[:ROLES], "more": told[ROLES:]}


def household(access: Access, person: Person, *, whole: bool) -> dict[str, Any]:
    """Others at the same home with what holds for them, for who may know it. Where many live there only on asking: it
    is a building."""
    found = same_home(access, person)
    is_many = len(found) > MANY
    shown = found[:HOUSE] if whole or not is_many else []
    rows = []
    if shown:
        people = Person.objects.unscoped("whom same_home gave").filter(pk__in=[one.pk for one in shown])
        hidden = ("phone", "number") if access.may("see_names") else ("name", "phone", "number")
        rows = tell(access, list(people.defer(*hidden).order_by("pk")))
    return {"rows": rows, "many": MANY if is_many else 0, "known": person.home_id is not None}


def history(person: Person) -> list[dict[str, Any]]:
    """Every span in which a measure held or will hold, derived anew; the latest first."""
    at, on = now(), today()
    root = person.same_as_id or person.pk
    policy = chain(settings.SIZAO_RULEBOOK)
    books = {book.id: book for book in policy}
    facts = read_people([root], at)
    with derive(facts, policy, on, days=(on, on), known_at=at, engine="sqlite", lang="zh") as derivation:
        rows = derivation.table("measures").to_pylist()
    voice = titles()
    spans = [_span(row, books, voice, on) for row in rows if row["person_id"] == root and row["restriction"]]
    return sorted(spans, key=lambda span: span["since"], reverse=True)


def _span(row: dict[str, Any], books: dict[str, Any], voice: Any, on: dt.date) -> dict[str, Any]:
    book = books.get(row["rulebook"])
    name = row["restriction"]
    return {
        "restriction": voice.restriction_in(book, name) if book else voice.restriction(name),
        "measure": voice.measure(row["measure"], book),
        "since": row["from"],
        "until": row["until"],
        "clause": row["clause"],
        "rulebook": row["rulebook"],
        "because": row["because"],
        "now": row["from"] <= on and (row["until"] is None or on <= row["until"]),
    }
