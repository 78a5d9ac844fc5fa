"""What goes beyond the rules: orders on people and on places, who must answer for them, and the rule's own words."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sizao.policy import Rulebook, chain
from sizao.policy.named import names_clause
from sizao.register.access import Access
from sizao.register.answers import STATES as ANSWERED
from sizao.register.answers import in_spite, in_state, key_of, last_answers, state_of
from sizao.register.clock import today
from sizao.register.exports.write import BOM, as_text
from sizao.register.identifying import check_home, homes_of
from sizao.register.models import NowExcess, NowPlaceExcess, Order, Person, Place
from sizao.register.reads import log_read
from sizao.register.remembered import is_few, remembered
from sizao.register.scope import outside, within
from sizao.tables import contract
from sizao.web.forms.describe import forms
from sizao.web.forms.fields import brief, on_paths
from sizao.web.needs import needs
from sizao.web.say import lang, say, titles
from sizao.web.screens.astray import check_address, is_day, is_number
from sizao.words import Lang

SIZE = 40
PIECE = 5_000
"""Rows of a file that are read at a time."""
FEW = 10_000
"""People of an area up to whom the list is found through them; orders of an issuer likewise."""
FEW_PLACES = 3_000
"""The same of places."""
MANY = 200_000
"""People up to whom a count goes through them."""
OF = ("people", "places")
STATES = ("open", "now", "over", "all")
"""still holds or is to come; holds; its last day has passed; all of them"""
DEEDS = {"answer": "answer_excesses", "judge": "judge_answers"}
"""What may be done with excesses, and the permission that it needs."""
SEMICOLON = {"zh": "；", "en": "; "}


@needs("see_excesses")
def excesses(request: Any) -> HttpResponse:
    """One page of the list, in the order of the first day: what holds now and waits longest for an answer is first,
    what is to come last; of very many, in the order of the table. `after`: the mark of the last row before."""
    access = request.access
    check_filter(access, request.GET)
    asked = read_filter(request.GET)
    areas = areas_of(access, "see_excesses", asked["place"], asked["of"])
    counts = count_kinds(access, asked, areas)
    many = counts.get(asked["kind"], 0) if asked["kind"] else sum(counts.values())
    day, _, last = request.GET.get("after", "").rpartition(".")
    by_day = bool(day) if last else many <= FEW
    rows = rows_of(access, asked, areas, whole=by_day)
    if last:
        further = Q(pk__gt=int(last))
        rows = rows.filter(Q(since__gt=day) | Q(since=day) & further if day else further)
    found = list(rows.order_by(*(("since", "pk") if by_day else ("pk",)))[: SIZE + 1])
    mark = _mark(found[SIZE - 1], by_day) if len(found) > SIZE else ""
    log_read(by=access, what="list", asked=_said(asked), people=len(found[:SIZE]) if asked["of"] == "people" else 0)
    told = {
        "asked": asked,
        "many": many,
        "tabs": [(of, address(asked, of=of, kind="")) for of in OF],
        "states": STATES,
        "answered": count_answers(access, asked, areas),
        "may_do": {deed: access.may(needed) for deed, needed in DEEDS.items()},
        "kinds": [(kind, n, address(asked, kind=kind)) for kind, n in counts.items()],
        "every": (sum(counts.values()), address(asked, kind="")),
        "places": places_of(access, asked["place"], "see_excesses"),
        "rows": tell(access, asked["of"], found[:SIZE]),
        "next": address(asked, after=mark) if mark else "",
        "first": address(asked) if last else "",
        "may_export": access.may("export_people"),
        "query": address(asked),
        "lift": forms()["lift_order"].says,
        "one_page": reverse("excess"),
    }
    return render(request, "rules/excesses.html", told)


@needs("export_people")
def excesses_file(request: Any) -> StreamingHttpResponse:
    """The list as CSV, by the columns of its contract, without names; logged before the first row is given."""
    access = request.access
    access.check("see_excesses")
    check_filter(access, request.GET)
    asked = read_filter(request.GET)
    areas = areas_of(access, "see_excesses", asked["place"], asked["of"])
    path = "person__area" if asked["of"] == "people" else "place__path"
    rows = rows_of(access, asked, areas).filter(within(path, access.areas("export_people")))
    said = f"{_said(asked)}, format=csv, names=no"
    log_read(by=access, what="export", asked=said, people=rows.count())
    page = StreamingHttpResponse(_csv(rows, asked["of"], lang()), content_type="text/csv; charset=utf-8")
    page["Content-Disposition"] = f'attachment; filename="excesses-{asked["of"]}-{today()}.csv"'
    return page


def check_filter(access: Access, given: Any, *, whole: bool = True) -> None:
    """Raises AstrayError `filter-unknown` for a value that is none of the list's, and where that is the `whole` of
    what is given, for a name."""
    of = given.get("of") or "people"

    def lies(place_id: str) -> bool:
        return bool(areas_of(access, "see_excesses", place_id, of))

    known = {"of": OF, "kind": kinds_of(of), "state": STATES, "answer": ANSWERED, "place": lies, "issuer": None}
    known |= {"after": _is_mark, "do": DEEDS}
    check_address(given, reverse("excesses"), known, whole=whole)


def read_filter(given: Any) -> dict[str, str]:
    """What the address asks for; a word that is none of the list's is as if it were not there."""
    of = given.get("of") if given.get("of") in OF else "people"
    kind = given.get("kind", "")
    return {
        "of": of,
        "kind": kind if kind in kinds_of(of) else "",
        "state": given.get("state") if given.get("state") in STATES else "open",
        "place": given.get("place", "").strip()[:64],
        "issuer": given.get("issuer", "").strip()[:200],
        "answer": given.get("answer") if given.get("answer") in ANSWERED else "",
    }


def _mark(row: Any, by_day: bool) -> str:
    return f"{row.since}.{row.pk}" if by_day else str(row.pk)


def _is_mark(text: str) -> bool:
    day, dot, number = text.rpartition(".")
    return is_number(number) and (is_day(day) if dot else True)


def kinds_of(of: str) -> tuple[str, ...]:
    """The kinds of excess, in the order of the contract."""
    table = "excesses" if of == "people" else "place_excesses"
    return tuple(next(column for column in contract(table).columns if column.name == "kind").allowed)


def areas_of(access: Access, permission: str, place_id: str, of: str = "places") -> tuple[str, ...]:
    """The areas of a permission, or what lies in them of one place; () where that is nothing."""
    areas = access.areas(permission)
    if not place_id:
        return areas
    place = Place.objects.unscoped("names of places are no secret").filter(place_id=place_id).first()
    if place is None:
        return ()
    if of == "people":
        check_home(access, place.path)
    if any(place.path.startswith(area) for area in areas):
        return (place.path,)
    return tuple(area for area in areas if area.startswith(place.path))


def rows_of(access: Access, asked: dict[str, str], areas: tuple[str, ...], *, whole: bool = False) -> Any:
    """The rows that the user may see of what is asked for, in the way that is quick for as many people as that is,
    if a page is read or the `whole` of it."""
    if asked["of"] == "places":
        rows = of_places(access, NowPlaceExcess, "see_excesses", areas)
    elif "" in areas:
        rows = NowExcess.objects.seen_by(access, "see_excesses")
    else:
        # `areas` lie in the user's own: asked for both, SQLite would go through the wider ones
        everybody = Person.objects.unscoped("inside the user's areas")
        people, others = everybody.filter(within("area", areas)), everybody.filter(outside("area", areas))
        most = MANY if whole else FEW
        if remembered(("few", most, areas), lambda: is_few(people, most), slow=0):
            inside = Q(person__in=people.values("pk"))
        elif remembered(("few others", FEW, areas), lambda: is_few(others, FEW), slow=0):
            inside = ~Q(person__in=others.values("pk"))
        else:
            inside = Q(Exists(people.filter(pk=OuterRef("person_id"))))
        rows = NowExcess.objects.unscoped("whose person is seen").filter(inside)
    return _narrowed(rows, asked)


def of_places(access: Access, model: Any, permission: str, inside: tuple[str, ...]) -> Any:
    """Rows of places inside `inside`, of the user's areas (`areas_of`): through the places there, or where these are
    many in the order of the table, each with the question where it lies."""
    places = Place.objects.unscoped("counted").filter(within("path", inside))
    if "" in inside or remembered(("places", inside), lambda: is_few(places, FEW_PLACES), slow=0):
        return model.objects.seen_by(access, permission).filter(within("place__path", inside))
    rows = model.objects.unscoped("inside the user's areas").annotate(lies=Coalesce("place__path", Value("")))
    return rows.filter(within("lies", inside))


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    """Of a kind, in a state, ordered by somebody."""
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"] != "all":
        over = Q(until__lt=today())
        rows = rows.filter(over) if asked["state"] == "over" else rows.filter(Q(until=None) | Q(until__gte=today()))
        rows = rows.filter(since__lte=today()) if asked["state"] == "now" else rows
    if asked["answer"]:
        rows = in_state(rows, asked["answer"], asked["of"])
    if asked["issuer"]:
        orders = Order.objects.unscoped("of a row seen").filter(issuer__icontains=asked["issuer"])
        if is_few(orders, FEW):
            return rows.filter(order_id__in=orders.values("order_id"))
        return rows.filter(Exists(orders.filter(order_id=OuterRef("order_id"))))
    return rows


def count_kinds(access: Access, asked: dict[str, str], areas: tuple[str, ...]) -> dict[str, int]:
    """How many of each kind, whichever kind is asked for. What took long to count may be a minute old."""
    asked = {**asked, "kind": ""}
    key = ("excesses", areas, today(), *asked.values())
    counts: dict[str, int] = remembered(key, lambda: _count_kinds(access, asked, areas))
    return counts


def count_answers(access: Access, asked: dict[str, str], areas: tuple[str, ...]) -> list[tuple[str, int, str]]:
    """How many rows of what is asked for are in each state of an answer, with the address of these."""

    def count() -> dict[str, int]:
        every = {**asked, "answer": ""}
        kinds = count_kinds(access, every, areas)
        found = {
            state: rows_of(access, {**every, "answer": state}, areas).count()
            for state in ANSWERED
            if state != "unanswered"
        }
        number = kinds.get(asked["kind"], 0) if asked["kind"] else sum(kinds.values())
        return {"unanswered": max(number - sum(found.values()), 0), **found}

    key = ("answers", areas, today(), *({**asked, "answer": ""}).values())
    counts: dict[str, int] = remembered(key, count)
    return [(state, counts[state], address(asked, answer=state)) for state in ANSWERED]


def _count_kinds(access: Access, asked: dict[str, str], areas: tuple[str, ...]) -> dict[str, int]:
    """Through the people of the areas, or through all others, whichever of them are few enough to be looked up."""

    def count(rows: Any) -> dict[str, int]:
        return {row["kind"]: row["n"] for row in rows.values("kind").annotate(n=Count("pk")).order_by()}

    if asked["of"] == "places" or "" in areas:
        found = count(rows_of(access, asked, areas))
    else:
        everybody = Person.objects.unscoped("counted, as far as they are seen")
        inside = everybody.filter(within("area", areas))
        others = everybody.filter(outside("area", areas))
        rows = _narrowed(NowExcess.objects.unscoped("counted, as far as they are seen"), asked)
        if is_few(inside, MANY):
            found = count(rows.filter(person__in=inside.values("pk")))
        elif is_few(others, MANY):
            less = count(rows.filter(person__in=others.values("pk")))
            found = {kind: n - less.get(kind, 0) for kind, n in count(rows).items()}
        else:
            found = count(rows_of(access, asked, areas))
    return {kind: found[kind] for kind in kinds_of(asked["of"]) if found.get(kind)}


def tell(access: Access, of: str, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows in words: of whom or what place, who ordered it and must answer, the clause with what it says."""
    orders = _orders({row.order_id for row in rows if row.order_id})
    whom = _people(access, rows) if of == "people" else _where(rows)
    told = []
    on = today()
    answers = last_answers(map(key_of, rows))
    for row in rows:
        rule = clause_words(row.clause, row.since, of) if row.clause else None
        answer = answers.get(key_of(row))
        answered = state_of(answer)
        asked_since = row.since if answer is None else timezone.localtime(answer.at).date()
        state = "over" if row.until and row.until < on else "ahead" if row.since > on else "now"
        versions = orders.get(row.order_id or "", [])
        last = versions[-1] if versions else None
        told.append(
            {
                "row": row,
                "text": say().sentence(getattr(row, f"text_{lang()}")),
                "so_far": (on - row.since).days + 1 if row.days is None and row.since <= on else None,
                "state": state,
                "mark": say().word("excess_marks", state),
                "order": last,
                "lifted": last is not None and len(versions) > 1 and last.until is not None,
                "by": versions[0].act.by if versions else None,
                "may_lift": last is not None
                and not last.withdrawn
                and (last.until is None or last.until >= on)
                and access.holds_in("impose_orders", whom[row.pk]["area"]),
                "answer": answer,
                "answered": answered,
                "reply": say().word("answers_said", answer.reply) if answer else "",
                "spite": in_spite(row, answer.reply, last, on) if answer and answered != "refused" else "",
                "days_open": (on - asked_since).days
                if answered in ("unanswered", "refused") and asked_since <= on
                else None,
                "one": _one(row),
                "may_answer": answered in ("unanswered", "refused")
                and access.holds_in(DEEDS["answer"], whom[row.pk]["area"]),
                "may_judge": answered == "answered" and access.holds_in(DEEDS["judge"], whom[row.pk]["area"]),
                "rule": rule,
                "why": [] if of == "people" else why_of(row, last, rule),
                **whom[row.pk],
            }
        )
    return told


def why_of(row: NowPlaceExcess, order: Order | None, rule: dict[str, str] | None) -> list[str]:
    """Why something on a place goes beyond the rules: what was ordered there, and the clause with its words."""
    facts = []
    if order is not None:
        what = titles().restriction(order.restriction) if order.restriction else ""
        facts.append(
            say(
                "excess_why_order",
                order=order.order_id,
                issuer=say().name(order.issuer),
                what=what or say().word("levels", order.level or ""),
                since=say().day(order.since),
                until=say().day(order.until) if order.until else say("excess_no_end"),
            )
        )
    if row.clause and rule:
        said = say("areas_why_clause", clause=row.clause, rulebook=rule["rulebook"])
        facts.append(say().sentences(said, say().sentence(rule["text"])))
    return facts


def _orders(ids: set[str]) -> dict[str, list[Order]]:
    """The versions of orders, the first first: who gave it is on that, what holds on the last."""
    rows = Order.objects.unscoped("of rows seen").filter(order_id__in=ids).select_related("act__by")
    found: dict[str, list[Order]] = {}
    shown = ("order_id", "version", "withdrawn", "until", "issuer", "clause", "act__by__username")
    shown += ("restriction", "level", "since")
    for row in rows.only(*shown).order_by("version"):
        found.setdefault(row.order_id, []).append(row)
    return found


def _people(access: Access, rows: Sequence[NowExcess]) -> dict[int, dict[str, Any]]:
    seen = Person.objects.seen_by(access, "see_excesses").filter(pk__in={row.person_id for row in rows})
    hidden = ("phone", "number") if access.may("see_names") else ("name", "phone", "number")
    people = {person.pk: person for person in seen.defer(*hidden)}
    homes = homes_of(access, [*people.values()])
    found = {}
    for row in rows:
        person = people[row.person_id]
        found[row.pk] = {
            "name": person.name if access.can_person("see_names", person) else None,
            "area": person.area,
            "where": brief(homes[person.pk]),
            "opens": access.can_person("see_people", person),
        }
    return found


def _where(rows: Sequence[NowPlaceExcess]) -> dict[int, dict[str, Any]]:
    places = Place.objects.unscoped("of rows seen").filter(place_id__in={row.place_id for row in rows})
    paths = dict(places.values_list("place_id", "path"))
    names = on_paths([*paths.values()])
    return {
        row.pk: {"area": paths[row.place_id], "where": brief(names[paths[row.place_id]]), "opens": True}
        for row in rows
    }


def clause_words(clause: str, on: dt.date, of: str) -> dict[str, str] | None:
    """What a clause says `of` people or places, in which rulebook of those in force by a date, the latest first.

    None where none of them has the clause.
    """
    return _clause_words(clause, on, of, lang())


@lru_cache(maxsize=5000)
def _clause_words(clause: str, on: dt.date, of: str, language: Lang) -> dict[str, str] | None:
    books = chain(settings.SIZAO_RULEBOOK)
    known = [book for book in reversed(books) if book.document.effective <= on] or [books[0]]
    for book in known:
        if clause == book.limits.ceiling:
            return {"rulebook": book.id, "clause": clause, "text": say("excess_ceiling")}
        ruled = dict(_ruled(book, of))
        own = next((own for own in ruled if own == clause or names_clause(clause, own)), None)
        if own is not None:
            texts = dict.fromkeys(getattr(title, language) for named, title in _ruled(book, of) if named == own)
            return {"rulebook": book.id, "clause": own, "text": SEMICOLON[language].join(texts)}
    return None


def _ruled(book: Rulebook, of: str) -> Iterator[tuple[str, Any]]:
    """Clauses with the title of what they rule; a clause may rule several things."""
    if of == "people":
        yield from ((measure.clause, measure.title) for measure in book.measures)
    else:
        yield from ((level.clause, level.title) for level in book.areas.levels)
        levels = {level.clause for level in book.areas.levels}
        yield from ((gone.clause, gone.title) for gone in book.areas.abolished if gone.clause not in levels)
        if book.limits.mass_testing:
            yield book.limits.mass_testing.clause, book.limits.mass_testing.only_if
    if book.limits.tests_per_day:
        yield book.limits.tests_per_day.clause, book.test
    yield from ((ban.clause, ban.title) for ban in book.limits.forbidden)


def places_of(access: Access, chosen: str, permission: str) -> list[tuple[str, str]]:
    """Places to choose from: the widest of the user's area of which there are several, and the one that is chosen."""
    areas = access.areas(permission)
    rows = Place.objects.unscoped("the user's own areas")
    own = list(rows.filter(parent=None) if "" in areas else rows.filter(path__in=areas).order_by("path")[:200])
    for _ in range(4):
        if len(own) != 1:
            break
        own = list(rows.filter(parent=own[0]).order_by("path")[:200])
    if chosen and all(place.place_id != chosen for place in own):
        own += rows.filter(place_id=chosen)
    return [(place.place_id, place.name) for place in own]


def _csv(rows: Any, of: str, language: Lang) -> Iterator[bytes]:
    names = contract("excesses" if of == "people" else "place_excesses").names
    fields = {"from": "since", "text": f"text_{language}"}
    yield BOM + ",".join([*names, "answer", "answered_at"]).encode() + b"\n"
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:PIECE]):
        last = page[-1].pk
        answers = last_answers(map(key_of, page))
        out = io.StringIO(newline="")
        lines = csv.writer(out, lineterminator="\n")
        for row in page:
            answer = answers.get(key_of(row))
            values = [getattr(row, fields.get(name, name)) for name in names]
            lines.writerow(map(as_text, [*values, answer.said if answer else None, answer.at if answer else None]))
        yield out.getvalue().encode()


def _one(row: Any) -> str:
    """What names one excess in an address."""
    about, kind, since = key_of(row)
    return urlencode({"about": about, "kind": kind, "since": since.isoformat()})


def _said(asked: dict[str, str]) -> str:
    given = ", ".join(f"{name}={value}" for name, value in asked.items() if value and name != "issuer")
    return f"list=excesses, {given}"


def address(asked: dict[str, str], **more: str) -> str:
    """The same list with something else asked for."""
    usual = {"of": "people", "state": "open"}
    given = {name: value for name, value in {**asked, **more}.items() if value and usual.get(name) != value}
    return f"?{urlencode(given)}"
