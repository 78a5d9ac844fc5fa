"""Whose personal text is to be erased: released long enough ago, with nothing open.

The term counts from the last of: the last day under any measure, the last day that any fact of theirs speaks of, the
day on which they were put on record. People with an open measure, case, order or request are never due, however old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sizao.derive import derive
from sizao.policy import chain
from sizao.register.bridge.instant import choose_instant
from sizao.register.bridge.records import OF_PEOPLE, read_records
from sizao.register.clock import today
from sizao.register.models import Case, Event, ExcessAnswer, FollowUp, Order, Person, Request, Test, Visit

JOB = "retention looks at everybody"
ASKED = 900  # ids in one query
PERSONAL = Q(name__isnull=False) | Q(phone__isnull=False) | Q(number__isnull=False) | Q(traits__isnull=False)
DAYS: tuple[tuple[type, str], ...] = (
    (Event, "occurred_on"),
    (Test, "sampled_on"),
    (Case, "confirmed_on"),
    (Case, "discharged_on"),
    (Case, "died_on"),
    (FollowUp, "occurred_on"),
    (Order, "since"),
    (Order, "until"),
    (Request, "occurred_on"),
    (Request, "answered_on"),
)
"""The dates of facts."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """Who is due on a date, from what was recorded by an instant."""

    on: dt.date
    days: int
    known_at: dt.datetime
    people: tuple[tuple[str, int], ...]
    """Ids, each with the version of the person that was looked at."""
    open_measures: int
    """Who would be due but for a measure that holds today or later, and for no case."""
    open_cases: int
    """Who would be due but for a case without discharge or death."""
    open_orders: int
    """Who would be due but for an order without an end, or one that has not ended."""
    open_requests: int
    """Who would be due but for a request that was never answered."""


def find_due(days: int) -> Due:
    """Who is due today. Raises SizaoError `writing-goes-on` and those of `sizao.derive`."""
    known_at = choose_instant()
    on = today()
    cut = on - dt.timedelta(days=days)
    versions = dict(_quiet(_with_text(), cut).values_list("person_id", "version"))
    bound, bound_still = _bound_since(cut, on, known_at)
    ill = {*_open_cases().values_list("person_id", flat=True)} & {*versions}
    found = {*versions} - bound - ill
    found -= _merged_with_others(found, cut)
    ordered = {*_open_orders(on).values_list("person_id", flat=True)} & found
    asking = {*_open_requests().values_list("person_id", flat=True)} & found
    return Due(
        on=on,
        days=days,
        known_at=known_at,
        people=tuple((name, versions[name]) for name in sorted(found - ordered - asking)),
        open_measures=len(bound_still & {*versions} - ill),
        open_cases=len(ill),
        open_orders=len(ordered),
        open_requests=len(asking),
    )


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Some at a time."""
    for start in range(0, len(values), ASKED):
        yield values[start : start + ASKED]


def _with_text() -> QuerySet[Person]:
    """People of whom personal text is kept, or who were never erased."""
    words = Request.objects.unscoped(JOB).filter(person_id=OuterRef("person_id"), text__isnull=False)
    return Person.objects.unscoped(JOB).filter(
        PERSONAL | Q(erased_at=None) | Exists(words) | Q(person_id__in=_answered())
    )


def _answered() -> set[str]:
    """Of whom an answer to an excess has words: one may be answered long after they were erased."""
    rows = ExcessAnswer.objects.filter(text__isnull=False).values_list("about", flat=True).distinct()
    about = [name.partition(":") for name in rows]
    found = {name for what, _, name in about if what == "person"}
    for part in chunks(sorted(name for what, _, name in about if what == "order")):
        of = Order.objects.unscoped(JOB).filter(order_id__in=part, person__isnull=False)
        found |= {str(name) for name in of.values_list("person_id", flat=True)}
    erased: set[str] = set()
    for part in chunks(sorted(found)):
        gone = Person.objects.unscoped(JOB).filter(person_id__in=part, erased_at__isnull=False)
        erased |= {*gone.values_list("person_id", flat=True)}
    return erased


def _quiet(people: QuerySet[Person], cut: dt.date) -> QuerySet[Person]:
    """Those of whom nothing on record speaks of the day `cut` or a later one."""
    zone = timezone.get_default_timezone()
    midnight = dt.datetime.combine(cut, dt.time(), zone)
    found = people.filter(added__at__lt=midnight)
    for model, field in DAYS:
        late: Any = model.objects.unscoped(JOB)  # type: ignore[attr-defined]
        found = found.exclude(Exists(late.filter(**{"person_id": OuterRef("person_id"), f"{field}__gte": cut})))
    stays = Visit.objects.unscoped(JOB).filter(person_id=OuterRef("person_id"), left_at__gte=midnight)
    return found.exclude(Exists(stays))


def _bound_since(cut: dt.date, on: dt.date, known_at: dt.datetime) -> tuple[set[str], set[str]]:
    """Whom any rulebook of the chain binds on the day `cut` or later, also without an end that is known.

    Then those of them whom it binds on the day `on` or later.
    """
    facts = read_records(OF_PEOPLE, known_at)
    with derive(facts, chain(settings.SIZAO_RULEBOOK), today(), known_at=known_at) as derivation:
        rows = derivation.table("measures")

    def since(day: dt.date) -> set[str]:
        late = rows.filter(pc.or_kleene(pc.is_null(rows["until"]), pc.greater_equal(rows["until"], day)))
        return {*pc.unique(late["person_id"]).to_pylist()}

    return since(cut), since(on)


def _merged_with_others(found: set[str], cut: dt.date) -> set[str]:
    """Who is one person with a record that is not due: both stay, for what holds is derived of both together."""
    rows = Person.objects.unscoped(JOB).filter(same_as__isnull=False)
    pairs = dict(rows.values_list("person_id", "same_as_id"))
    groups: dict[str, set[str]] = {}
    for name in pairs:
        root = name
        for _ in pairs:
            root = pairs.get(root, root)
        groups.setdefault(root, {root}).add(name)
    named = sorted({name for group in groups.values() for name in group})
    quiet: set[str] = set()
    for part in chunks(named):
        people = Person.objects.unscoped(JOB).filter(person_id__in=part)
        quiet |= {*_quiet(people, cut).values_list("person_id", flat=True)}
    with_text = {*_with_text().filter(person_id__in=named).values_list("person_id", flat=True)} if named else set()
    kept: set[str] = set()
    for group in groups.values():
        if not group <= quiet or (group & with_text) - found:
            kept |= group
    return kept


def _open_cases() -> QuerySet[Case]:
    return _standing(Case, "case_id").filter(discharged_on=None, died_on=None)


def _open_orders(on: dt.date) -> QuerySet[Order]:
    rows = _standing(Order, "order_id").filter(person__isnull=False)
    return rows.filter(Q(until=None) | Q(until__gte=on))


def _open_requests() -> QuerySet[Request]:
    return _standing(Request, "request_id").filter(person__isnull=False, answered_on=None)


def _standing(model: Any, key: str) -> QuerySet[Any]:
    """The latest version of each fact, of those that were not withdrawn."""
    later = model.objects.unscoped(JOB).filter(**{key: OuterRef(key), "version__gt": OuterRef("version")})
    return model.objects.unscoped(JOB).filter(~Exists(later), withdrawn=False)


def touched_since(ids: Sequence[str], known_at: dt.datetime) -> set[str]:
    """Of whom a fact was recorded after an instant."""
    found: set[str] = set()
    for model in (*{model for model, _ in DAYS}, Visit):
        rows: Any = model.objects.unscoped(JOB)  # type: ignore[attr-defined]
        found |= {*rows.filter(person_id__in=ids, recorded_at__gt=known_at).values_list("person_id", flat=True)}
    return found
