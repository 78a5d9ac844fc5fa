"""Everything that was recorded of a person, newest first, each fact with its versions and who recorded it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sizao.register.access import Access
from sizao.register.actions.documents import MAKE_ORDERS
from sizao.register.clock import today
from sizao.register.models import Case, Event, FollowUp, Order, Person, Request, Test
from sizao.register.models.facts import Versioned
from sizao.web.forms.describe import forms
from sizao.web.say import say, titles

WAITS_FOR = {"case": "interview", "test": "record_result", "request": "answer_request", "order": "lift_order"}
MOST = 500
"""Facts of one kind that a page shows."""


@dataclass(frozen=True)
class Version:
    """One row as it was recorded."""

    number: int
    text: str
    recorded_at: dt.datetime
    by: str
    withdrawn: bool = False


@dataclass(frozen=True)
class Item:
    """One fact."""

    about: str
    """event, test, case, order, request, follow_up"""
    id: str
    day: dt.date
    title: str
    text: str
    state: str
    """holds, void (taken back by another fact) or withdrawn"""
    versions: tuple[Version, ...]
    """The latest first."""
    person_id: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    """Name and title of what may be done with it."""
    opens: tuple[tuple[str, str], ...] = ()
    """The same of pages about it, which change nothing."""
    next: tuple[str, str] | None = None
    """The same of what it waits for: a result, an answer, an end."""

    @property
    def holds(self) -> bool:
        return self.state == "holds"

    is_waiting: bool = False
    case_id: str = ""
    """Of an event: the case that was met."""

    @property
    def is_future(self) -> bool:
        """Whether its day is still to come."""
        return self.day > today()

    @property
    def is_corrected(self) -> bool:
        return len(self.versions) > 1


def timeline(access: Access, people: Sequence[Person], *, permission: str = "see_people") -> list[Item]:
    """The facts of a person (and of the records merged into it) that the user may see, the latest day first."""
    ids = [person.person_id for person in people]
    items = [*_events(access, ids, permission)]
    for model, title, text in (
        (Test, lambda row: say("a_test"), test_text),
        (Case, lambda row: say().word("classifications", row.classification), case_text),
        (Order, lambda row: say("an_order"), order_text),
        (
            Request,
            lambda row: say().word("requests", row.kind),
            words if access.may("take_requests") else request_text,
        ),
    ):
        items += _versioned(access, model, ids, permission, title, text)
    rows = FollowUp.objects.seen_by(access, permission).filter(person_id__in=ids).select_related("act__by")
    for row in rows.order_by("-id")[:MOST]:
        text = say().word("outcomes", row.outcome)
        items.append(
            Item(
                "follow_up",
                row.follow_up_id,
                row.occurred_on,
                say("a_visit"),
                text,
                "holds",
                (_version(row, 1, text),),
            )
        )
    allowed = _forms_for(access, people)
    done = [_with_forms(item, allowed) for item in items]
    return sorted(done, key=lambda item: (item.day, item.versions[-1].recorded_at), reverse=True)


def test_text(row: Test) -> str:
    """Method, result, Ct, tube."""
    ct = f"Ct {row.ct / 100:g}" if row.ct is not None else ""
    parts = [say().word("methods", row.method), say().word("results", row.result), ct, row.tube_id or ""]
    return _join(parts)


def case_text(row: Case) -> str:
    """Classification, origin, severity, what became of it."""
    days = [("onset", row.onset_on), ("discharged", row.discharged_on), ("died", row.died_on)]
    return _join(
        [
            say().word("origins", row.origin),
            say().word("severities", row.severity) if row.severity else "",
            say().word("ways_found", row.found_by) if row.found_by else "",
            *(say(f"{word}_on", day=say().day(day)) for word, day in days if day),
        ]
    )


def order_text(row: Order) -> str:
    """What it imposes, from when until when, who signed it."""
    what = titles().restriction(row.restriction) if row.restriction else say().word("levels", row.level or "")
    until = say().day(row.until) if row.until else say("open_end")
    span = say("span", since=say().day(row.since), until=until)
    clause = say("by_clause", clause=row.clause) if row.clause else say("no_clause")
    return _join([what, span, say().name(row.issuer), clause])


def request_text(row: Request) -> str:
    """Whether it was met; what was said is for those who answer it."""
    return say("answered_on", day=say().day(row.answered_on)) if row.answered_on else say("not_answered")


def words(row: Request) -> str:
    """What was said, and whether it was met."""
    return _join([(row.text or "").rstrip("。."), request_text(row)])


TEXTS: dict[str, Callable[[Any], str]] = {
    "test": test_text,
    "case": case_text,
    "order": order_text,
    "request": request_text,
}


def _events(access: Access, ids: list[str], permission: str) -> Iterable[Item]:
    rows = Event.objects.seen_by(access, permission).filter(person_id__in=ids).select_related("act__by", "place")
    found = list(rows.order_by("-id")[:MOST])
    voided = {row.voids_id: row for row in found if row.voids_id}
    for row in found:
        if row.kind == "void":
            continue
        back = voided.get(row.event_id)
        place = say().name(row.place.name) if row.place else ""
        text = _join([place, say("of_case", case=row.case_id) if row.case_id else ""])
        versions = [_version(row, 1, text)]
        if back is not None:
            versions.insert(0, _version(back, 2, say("taken_back" if back.kind == "void" else "replaced"), gone=True))
        state = "void" if back is not None else "holds"
        yield Item(
            "event",
            row.event_id,
            row.occurred_on,
            titles().kind(row.kind),
            text,
            state,
            tuple(versions),
            row.person_id,
            case_id=row.case_id or "",
        )


def _versioned(
    access: Access,
    model: Any,
    ids: list[str],
    permission: str,
    title: Callable[[Any], str],
    text: Callable[[Any], str],
) -> Iterable[Item]:
    about = model._meta.model_name
    rows = model.objects.seen_by(access, permission).filter(person_id__in=ids).select_related("act__by")
    groups: dict[str, list[Versioned]] = {}
    for row in rows.order_by("-version", "-id")[:MOST]:
        groups.setdefault(getattr(row, f"{about}_id"), []).append(row)
    for key, versions in groups.items():
        last: Any = versions[0]
        told = tuple(_version(row, row.version, text(row), gone=row.withdrawn) for row in versions)
        state = "withdrawn" if last.withdrawn else "holds"
        item = Item(about, key, day_of(last), title(last), text(last), state, told, last.person_id)
        yield replace(item, is_waiting=_is_waiting(last))


def _is_waiting(row: Any) -> bool:
    """For a result, an answer, an end; a case for its interview."""
    if isinstance(row, Test):
        return row.result == "pending"
    if isinstance(row, Request):
        return row.answered_on is None
    return isinstance(row, Case) or (isinstance(row, Order) and row.until is None)


def day_of(row: Any) -> dt.date:
    """The day that a fact is about."""
    for name in ("sampled_on", "confirmed_on", "since", "occurred_on"):
        if hasattr(row, name):
            found: dt.date = getattr(row, name)
            return found
    raise ValueError(f"{row._meta.db_table} has no day")


def _version(row: Any, number: int, text: str, gone: bool = False) -> Version:
    job = row.act.about.get("job", "")
    job = say().word("jobs", job) if job in say().words()["jobs"] else job
    by = row.act.by.username if row.act.by else say("a_job", name=job)
    return Version(number, text, row.recorded_at, by, gone)


def _forms_for(access: Access, people: Sequence[Person]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What may be done with a fact of each kind, of each of the people."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for said in forms().values():
        for person in people:
            if said.about in (*TEXTS, "event") and access.can_person(said.needs, person):
                found.setdefault((said.about, person.person_id), []).append((said.name, said.says))
    for person in people:
        if access.can_person("record_events", person):
            found.setdefault(("case", person.person_id), []).append(("interview", say("interview_link")))
    for person in people:
        if any(access.can_person(permission, person) for permission in MAKE_ORDERS):
            found.setdefault(("order", person.person_id), []).insert(0, ("order_paper", say("document_print")))
    return found


OPENS = ("interview", "order_paper")


def _with_forms(item: Item, allowed: dict[tuple[str, str], list[tuple[str, str]]]) -> Item:
    if not item.holds:
        return item
    named = allowed.get((item.about, item.person_id), [])
    waits = [form for form in named if item.is_waiting and form[0] == WAITS_FOR.get(item.about)]
    opens = tuple(form for form in named if form[0] in OPENS)
    forms = tuple(form for form in named if form not in waits and form not in opens)
    return replace(item, forms=forms, opens=opens, next=waits[0] if waits else None)


def _join(parts: Iterable[str]) -> str:
    return ("，" if say().lang == "zh" else ", ").join(part for part in parts if part)
