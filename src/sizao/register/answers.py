"""How it stands with what goes beyond the rules: answered or not, judged, and whether an answer fits the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat, Substr

from sizao.register.models import ExcessAnswer, NowExcess, NowPlaceExcess, Order
from sizao.register.models.answers import ANSWERS, JUDGEMENTS

STATES = ("unanswered", "answered", "accepted", "refused")
"""Nobody answered; answered and not judged; taken by oversight; not taken, so that it must be answered anew."""
SAID = {"answered": ANSWERS, "accepted": JUDGEMENTS[:1], "refused": JUDGEMENTS[1:]}
MENDED = ("lifted", "shortened")
"""Answers that say that nothing goes beyond the rules any more."""
FEW = 5_000
"""Answers through which a list is found, instead of through its rows."""
CHUNK = 500

Excess = NowExcess | NowPlaceExcess
Key = tuple[str, str, dt.date]


def about_of(row: Excess) -> str:
    """What an answer to an excess is kept under: its order, or the person of one without."""
    return f"order:{row.order_id}" if row.order_id else f"person:{row.person_id}"  # type: ignore[union-attr]


def key_of(row: Excess) -> Key:
    """What names one excess."""
    return about_of(row), row.kind, row.since


def last_answers(keys: Iterable[Key]) -> dict[Key, ExcessAnswer]:
    """The latest row of each excess that was answered, without its words."""
    wanted = {*keys}
    found: dict[Key, ExcessAnswer] = {}
    names = sorted({about for about, _, _ in wanted})
    if len(names) > CHUNK:
        answered = {*ExcessAnswer.objects.values_list("about", flat=True).distinct()[: FEW + 1]}
        names = [name for name in names if name in answered] if len(answered) <= FEW else names
    for start in range(0, len(names), CHUNK):
        rows = ExcessAnswer.objects.filter(about__in=names[start : start + CHUNK]).defer("text")
        for row in rows.select_related("act").order_by("version"):
            key = (row.about, row.kind, row.since)
            if key in wanted:
                before = found.get(key)
                row.reply = row.said if row.said in ANSWERS else before.reply if before else ""
                found[key] = row
    return found


def state_of(answer: ExcessAnswer | None) -> str:
    """One of STATES."""
    if answer is None:
        return "unanswered"
    return answer.said if answer.said in JUDGEMENTS else "answered"


def in_state(rows: Any, state: str, of: str) -> Any:
    """Of a queryset of excesses `of` people or places, those in a state of STATES."""
    if state == "unanswered":
        return _with_said(rows, of).filter(said=None)
    said = SAID[state]
    some = ExcessAnswer.objects.filter(said__in=said)
    if some.values("pk")[: FEW + 1].count() <= FEW:
        rows = rows.filter(_named_by(some, of))
    return _with_said(rows, of).filter(said__in=said)


def in_spite(row: Excess, said: str, order: Order | None, on: dt.date) -> str:
    """What the facts say against an answer: the order `holds`, the excess goes on (`beyond`), or nothing ("")."""
    if said not in MENDED or (row.until is not None and row.until < on):
        return ""
    if said == "lifted" and order is not None and (order.until is None or order.until >= on):
        return "holds"
    return "beyond"


def rows_about(about: Sequence[str]) -> list[Excess]:
    """The excesses that are derived of orders and people. The caller checks who may see them."""
    found: list[Excess] = []
    because = "the caller checks each"
    orders = [name[6:] for name in about if name.startswith("order:")]
    people = [name[7:] for name in about if name.startswith("person:")]
    for start in range(0, len(orders), CHUNK):
        part = orders[start : start + CHUNK]
        rows = NowExcess.objects.unscoped(because).filter(order_id__in=part).select_related("person")
        found += rows.defer("person__name", "person__phone", "person__number")
        found += NowPlaceExcess.objects.unscoped(because).filter(order_id__in=part).select_related("place")
    for start in range(0, len(people), CHUNK):
        rows = NowExcess.objects.unscoped(because).filter(person_id__in=people[start : start + CHUNK], order_id=None)
        found += rows.select_related("person").defer("person__name", "person__phone", "person__number")
    return found


def _with_said(rows: Any, of: str) -> Any:
    """Rows with what the latest answer to each says, looked up by its key; None where there is none."""
    order = Concat(Value("order:"), "order_id", output_field=CharField())
    about: Any = order
    if of == "people":
        person = Concat(Value("person:"), "person_id", output_field=CharField())
        about = Case(When(order_id=None, then=person), default=order)
    answers = ExcessAnswer.objects.filter(about=OuterRef("about"), kind=OuterRef("kind"), since=OuterRef("since"))
    return rows.annotate(about=about).annotate(said=Subquery(answers.order_by("-version").values("said")[:1]))


def _named_by(answers: Any, of: str) -> Q:
    """Excesses of the orders, and the people, that answers are about."""
    name = {
        what: answers.filter(about__startswith=f"{what}:").values(name=Substr(F("about"), len(what) + 2))
        for what in ("order", "person")
    }
    found = Q(order_id__in=name["order"])
    return found | Q(order_id=None, person_id__in=name["person"]) if of == "people" else found
