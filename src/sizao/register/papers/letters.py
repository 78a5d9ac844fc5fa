"""Writes a paper out of what stands on record; refuses one that would not be true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sizao.errors import SizaoError
from sizao.papers import Both, Code, Letter, Row
from sizao.register.clock import today
from sizao.register.models import Case, Order, Person, Test
from sizao.register.papers.found import Found, in_force
from sizao.register.papers.words import day, join, level, moment_day, name, rule, same, say, titled

MOST_PLACES = 6
"""Of a path, that an address names."""


@dataclass(frozen=True)
class Draft:
    """A paper before it has a number and a code."""

    rows: list[Row]
    notes: list[Row]
    area: str
    """The path of the home or of the order's place."""
    until: dt.date | None
    holds: dict[str, Any]
    """By what it is judged later whether it still holds."""


def notice(person: Person, found: Found, named: bool, own_code: bool) -> Draft:
    """What holds for a person. Raises SizaoError `erased`, `merged-away`, `not-derived-yet`, `no-measure`."""
    _check(person, found)
    status = found.statuses.get(person.pk)
    if status is None:
        raise SizaoError("no-measure", "no measure holds for this person", todo="nothing has to be told")
    on = today()
    what = titled("restriction", status.restriction, on=on) if status.restriction else None
    measure = titled("measure", status.measure, on=on)
    said = say("measure_is", restriction=what, measure=measure) if what else measure
    rows = [*_who(person, found, named), Row(say("measure"), said, True)]
    rows.append(Row(say("period"), _span(status.since, status.until, "from_open"), True))
    if status.phase_day:
        rows.append(Row(say("phase"), say("phase_is", day=day(status.on), n=status.phase_day)))
    if status.last_day and status.last_day != status.until:
        rows.append(Row(say("all_until"), day(status.last_day)))
    days = found.tests.get(person.pk, [])
    rows.append(Row(say("tests"), join(map(day, days)) if days else say("no_tests")))
    rows.append(Row(say("rule"), rule(status.rulebook, status.measure, status.clause)))
    notes = [
        Row(say("why"), _reason(found.reasons.get(status.because), on)),
        Row(say("rights"), say("rights_are", by_code=_by_code(own_code))),
    ]
    return Draft(rows, notes, person.area, status.until, status_says(status))


def certificate(person: Person, found: Found, named: bool) -> Draft:
    """That nothing holds any more for a person. SizaoError as `notice`, and `measure-holds`, `order-holds`,
    `undecided-facts`, `nothing-ended`."""
    _check(person, found)
    if person.pk in found.statuses:
        raise SizaoError(
            "measure-holds",
            "a measure still holds for this person",
            why="a certificate of release says that none does",
            todo="make it the day after the last one",
        )
    if found.orders.get(person.pk):
        raise SizaoError(
            "order-holds",
            "an order on this person is in force, or will be",
            why="a certificate of release says that nothing holds",
            todo="lift the order first",
        )
    if person.pk in found.undecided:
        raise SizaoError(
            "undecided-facts",
            "no rulebook says what a fact of this person asks",
            why="a certificate would say that nothing holds, which nobody has decided",
            todo="correct the fact, or have its kind decided",
        )
    if not {person.pk} & (found.held | found.ordered):
        raise SizaoError(
            "nothing-ended",
            "nothing that held for this person ended lately",
            why="nobody needs a paper for never having been under a measure; asking for one is no rule",
            todo="no certificate is needed",
        )
    rows = [*_who(person, found, named), Row(say("says"), say("says_free"), True)]
    ended = found.ended.get(person.pk)
    if ended is not None:
        title = titled("measure", ended.measure, on=ended.until)
        span = _span(ended.since, ended.until, "from_open")
        rows.append(Row(say("ended"), join([title, span], "，", ", ")))
        rows.append(Row(say("rule"), rule(ended.rulebook, ended.measure, None)))
    return Draft(rows, [Row(say("use"), say("use_is"))], person.area, None, {})


def order_paper(
    order: Order, person: Person | None, found: Found, named: bool, beyond: Sequence[Any], own_code: bool
) -> Draft:
    """An order as its latest version has it. SizaoError `erased`, `order-withdrawn`, `order-over`."""
    if order.withdrawn:
        raise SizaoError("order-withdrawn", "this order was withdrawn", todo="nothing has to be told")
    if not in_force(order, today()):
        raise SizaoError("order-over", "the last day of this order is over", todo="nothing has to be told")
    if person is not None:
        if person.erased_at is not None:
            raise _erased()
        about = _who(person, found, named)
        what = titled("restriction", order.restriction, on=today())
    else:
        about = [Row(say("place"), _home(found, order.place.path), True)]
        what = level(order.level or "")
    rows = [*about, Row(say("imposed"), what, True)]
    rows.append(Row(say("period"), _span(order.since, order.until, "from_open_order"), True))
    rows.append(Row(say("issuer"), name(order.issuer)))
    rows.append(Row(say("rule"), same(order.clause) if order.clause else say("no_rule")))
    rows.append(Row(say("order_number"), same(order.order_id)))
    rows.append(Row(say("version"), say("version_is", n=order.version, day=moment_day(order.recorded_at))))
    notes = [Row(say("rights"), say("rights_are", by_code=_by_code(own_code)))]
    if beyond:
        text = Both("；".join(row.text_zh for row in beyond), "; ".join(row.text_en for row in beyond))
        notes.insert(0, Row(say("excess"), text))
    area = person.area if person is not None else order.place.path
    return Draft(rows, notes, area, order.until, {"version": order.version})


def status_says(status: Any) -> dict[str, Any]:
    """What of a status a notice is judged by later."""
    days = {name: getattr(status, name) for name in ("since", "until", "last_day")}
    told = {name: None if on is None else on.isoformat() for name, on in days.items()}
    return {"measure": status.measure, "restriction": status.restriction, "phase": status.phase, **told}


def letter(draft: Draft, kind: str, number: str, office: Both, by: str, codes: Sequence[Code]) -> Letter:
    """The paper, ready to be drawn."""
    signed = [Row(say("made"), day(today())), Row(say("prepared"), same(by)), Row(say("seal"), same(""))]
    return Letter(office, say(kind, "titles"), number, draft.rows, draft.notes, codes, signed)


def printed(made: Letter) -> dict[str, Any]:
    """What was printed, without its codes."""
    told = asdict(made)
    return {name: told[name] for name in ("office", "title", "number", "rows", "notes", "signed")}


def _by_code(own_code: bool) -> Both:
    return say("rights_by_code") if own_code else same("")


def _check(person: Person, found: Found) -> None:
    if person.erased_at is not None:
        raise _erased()
    if person.same_as_id is not None:
        raise SizaoError(
            "merged-away",
            "this record was merged into another",
            why="what holds stands on the record that was kept",
            todo="make the paper for that one",
        )
    if found.waits(person.pk):
        raise SizaoError(
            "not-derived-yet",
            "what holds for this person is not derived from the latest facts yet",
            why="a paper must not say what is out of date",
            todo="try again in a moment",
        )


def _erased() -> SizaoError:
    return SizaoError("erased", "what was personal of this record was erased", todo="no paper can be made of it")


def _who(person: Person, found: Found, named: bool) -> list[Row]:
    shown = same(person.name) if named and person.name else say("no_name")
    return [
        Row(say("name"), shown, True),
        Row(say("record"), same(person.pk)),
        Row(say("home"), _home(found, person.area, named)),
    ]


def _home(found: Found, path: str, named: bool = True) -> Both:
    """The places on a path, without those with whose name the next one begins."""
    last = [name(text) for text in found.names_on(path, named)[-MOST_PLACES:]]
    names = [one for one, after in zip(last, [*last, same("")][1:], strict=True) if not after.zh.startswith(one.zh)]
    return join(names, " · ", " · ") if names else say("not_known")


def _span(since: dt.date, until: dt.date | None, without: str) -> Both:
    if until is None:
        return say(without, since=day(since))
    return say("from_until", since=day(since), until=day(until))


def _reason(fact: Any, on: dt.date) -> Both:
    if fact is None:
        return say("why_unknown")
    if isinstance(fact, Case):
        return say("why_is", day=day(fact.confirmed_on), what=say("case"))
    if isinstance(fact, Test):
        return say("why_is", day=day(fact.sampled_on), what=say("test", result=say(fact.result, "results")))
    return say("why_is", day=day(fact.occurred_on), what=titled("kind", fact.kind, on=on))
