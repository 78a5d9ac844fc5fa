"""Makes papers: notices and certificates for people, and orders; each with a code that is kept as its hash alone."""

from __future__ import annotations

import dataclasses
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from sizao.errors import SizaoError
from sizao.papers import Both, Code, Letter, find_fonts
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.codes import give_code
from sizao.register.ids import new_id
from sizao.register.models import Act, Document, Order, Person, Place
from sizao.register.models.places import STEP
from sizao.register.papers import letters
from sizao.register.papers.found import excesses_of, find, latest_orders
from sizao.register.papers.judge import digest
from sizao.register.papers.letters import Draft
from sizao.register.papers.words import name, say

MOST = 500
"""Papers made at once."""
MAKE = ("make_documents",)
MAKE_ORDERS = ("make_documents", "impose_orders")
"""Permissions of which one is needed."""


@dataclass(frozen=True)
class Paper:
    """What became of one row: the paper to be drawn, or why there is none."""

    row: int
    id: str = ""
    """Of the document."""
    letter: Letter | None = field(default=None, compare=False)
    """None also where it was made when the same key was sent first: its code is not known any more."""
    error: SizaoError | None = None


@dataclass(frozen=True)
class Addresses:
    """Where codes lead to: a code is put at the end of each."""

    verify: str
    own: str = ""
    """The page of a person's own code; with "" no such code is given."""


def make_documents(*, by: Access, kind: str, person_ids: Sequence[str], addresses: Addresses) -> list[Paper]:
    """Isolation notices or release certificates, a result for each person in their order.

    Raises SizaoError `not-allowed`, `unknown-paper`, `too-many`, `no-fonts`. In rows: `not-found`, `not-allowed`,
    `twice`, and those of `sizao.register.papers.letters`.
    """
    by.check("make_documents")
    _check_kind(kind, person_ids)
    own = addresses.own if kind == "isolation_notice" else ""
    rows = _people_drafts(by, kind, person_ids, bool(own))
    return _make("make_documents", by, kind, rows, dataclasses.replace(addresses, own=own))


def make_orders(*, by: Access, order_ids: Sequence[str], addresses: Addresses) -> list[Paper]:
    """Orders as papers, each from its latest version. As `make_documents`."""
    _check_orders(by, order_ids)
    addresses = addresses if by.may("make_documents") else dataclasses.replace(addresses, own="")
    return _make("make_orders", by, "order", _order_drafts(by, order_ids, bool(addresses.own)), addresses)


def check_documents(by: Access, kind: str, ids: Sequence[str]) -> list[Paper]:
    """What would become of each row, nothing written: `id` is what it is about. Raises as the two above."""
    if kind == "order":
        _check_orders(by, ids)
        rows = _order_drafts(by, ids, False)
    else:
        by.check("make_documents")
        _check_kind(kind, ids)
        rows = _people_drafts(by, kind, ids, False)
    return [Paper(row, id=ids[row], error=one.error) for row, one in enumerate(rows)]


@dataclass(frozen=True)
class _Row:
    person: Person | None = None
    order: Order | None = None
    draft: Draft | None = None
    error: SizaoError | None = None


def _check_kind(kind: str, ids: Sequence[str]) -> None:
    if kind not in ("isolation_notice", "release_certificate"):
        raise SizaoError("unknown-paper", "there is no such paper", todo="choose a notice or a certificate")
    _check_number(ids)


def _check_orders(by: Access, ids: Sequence[str]) -> None:
    if not any(map(by.may, MAKE_ORDERS)):
        by.check("make_documents")
    _check_number(ids)


def _check_number(ids: Sequence[str]) -> None:
    if len(ids) > MOST:
        raise SizaoError("too-many", f"{len(ids)} papers at once", todo=f"make at most {MOST} at a time")


def _people_drafts(by: Access, kind: str, ids: Sequence[str], own: bool) -> list[_Row]:
    rows = Person.objects.unscoped("checked for each row").select_related("home").filter(pk__in=_askable(ids))
    known = {person.pk: person for person in rows.defer("name", "phone", "number")}
    seen: dict[int, Person] = {}
    errors: dict[int, SizaoError] = {}
    done: set[str] = set()
    for row, person_id in enumerate(ids):
        try:
            person = known.get(person_id)
            if person is None or not by.can_person("see_people", person):
                raise not_found("person", person_id)
            by.check_person("make_documents", person)
            if person_id in done:
                raise SizaoError("twice", "this person stands in the list twice", todo="one paper is enough")
            done.add(person_id)
            seen[row] = person
        except SizaoError as error:
            errors[row] = error
    people = _with_names(by, [*seen.values()])
    found = find([*people.values()], ended=kind == "release_certificate")
    out = []
    for row in range(len(ids)):
        if row in errors:
            out.append(_Row(error=errors[row]))
            continue
        person = people[seen[row].pk]
        named = by.can_person("see_names", person)
        if kind == "isolation_notice":
            out.append(_draft(person, None, partial(letters.notice, person, found, named, own)))
        else:
            out.append(_draft(person, None, partial(letters.certificate, person, found, named)))
    return out


def _order_drafts(by: Access, ids: Sequence[str], own: bool) -> list[_Row]:
    latest = latest_orders(_askable(ids))
    people = Person.objects.unscoped("checked for each row").defer("name", "phone", "number")
    known = {person.pk: person for person in people.filter(pk__in={order.person_id for order in latest.values()})}
    allowed: dict[str, SizaoError | None] = {}
    for order_id in ids:
        if order_id in allowed:
            continue
        order = latest.get(order_id)
        allowed[order_id] = None if order is not None and _may(by, order, known) else not_found("order", order_id)
    mine = [latest[name] for name, error in allowed.items() if error is None]
    whom = _with_names(by, [known[str(order.person_id)] for order in mine if order.person_id])
    found = find([*whom.values()], [order.place.path for order in mine if order.place])
    beyond = excesses_of([order.order_id for order in mine])
    out, done = [], set[str]()
    for order_id in ids:
        error = allowed[order_id]
        if error is None and order_id in done:
            error = SizaoError("twice", "this order stands in the list twice", todo="one paper is enough")
        if error is not None:
            out.append(_Row(error=error))
            continue
        done.add(order_id)
        order = latest[order_id]
        person = whom.get(str(order.person_id))
        named = person is not None and by.can_person("see_names", person)
        more, coded = beyond.get(order_id, []), own and person is not None and _may_code(by, person)
        write = partial(letters.order_paper, order, person, found, named, more, coded)
        out.append(_draft(person, order, write))
    return out


def _may(by: Access, order: Order, people: dict[str, Person]) -> bool:
    if order.person_id:
        return any(by.can_person(permission, people[order.person_id]) for permission in MAKE_ORDERS)
    return any(by.holds_in(permission, order.place.path) for permission in MAKE_ORDERS)


def _may_code(by: Access, person: Person) -> bool:
    return person.same_as_id is None and by.can_person("make_documents", person)


def _draft(person: Person | None, order: Order | None, write: Callable[[], Draft]) -> _Row:
    try:
        return _Row(person, order, write())
    except SizaoError as error:
        return _Row(person, order, error=error)


def _with_names(by: Access, people: Sequence[Person]) -> dict[str, Person]:
    """The same people; with their names, where the user may see these."""
    named = [person.pk for person in people if by.can_person("see_names", person)]
    rows = Person.objects.unscoped("checked one by one").defer("phone", "number").filter(pk__in=named)
    return {person.pk: person for person in people} | {person.pk: person for person in rows}


def _askable(ids: Sequence[str]) -> set[str]:
    """Ids that any database can be asked for."""
    return {name for name in ids if name and len(name) <= 64 and "\0" not in name and name.isprintable()}


def _make(action: str, by: Access, kind: str, rows: list[_Row], addresses: Addresses) -> list[Paper]:
    find_fonts()  # before anything is written
    try:
        with acting(action, by, rows=len(rows), kind=kind) as writing:
            offices = _offices(by, [row.draft.area for row in rows if row.draft is not None])
            signed = "" if by.user is None else by.user.get_full_name() or by.user.username
            papers, acts, documents = [], [], []
            for number, row in enumerate(rows):
                if row.draft is None:
                    papers.append(Paper(number, error=row.error))
                    continue
                code, document_id = secrets.token_urlsafe(20), new_id("d")
                codes = [_code(addresses.verify, code, "verify", code)]
                if addresses.own and row.person is not None and _may_code(by, row.person):
                    plain = dataclasses.replace(by, key="", sent="")
                    text = give_code(by=plain, person_id=row.person.pk)[1]
                    codes.append(_code(addresses.own, text, "own_page", text))
                made = letters.letter(row.draft, kind, document_id, offices[row.draft.area], signed, codes)
                says = {"holds": row.draft.holds, "printed": letters.printed(made)}
                place = row.order.place_id if row.order is not None and row.order.place_id else ""
                act = Act(
                    action="make_document",
                    by=by.user,
                    at=writing.at,
                    person_id="" if row.person is None else row.person.pk,
                    place_id=place,
                    about={"kind": kind, "id": document_id, "batch": writing.act.pk, "row": number},
                )
                document = Document(
                    document_id=document_id,
                    kind=kind,
                    person=row.person,
                    order_id="" if row.order is None else row.order.order_id,
                    area=row.draft.area,
                    digest=digest(code),
                    made_at=writing.at,
                    until=row.draft.until,
                    says=json.dumps(says, ensure_ascii=False),
                )
                papers.append(Paper(number, document_id, made))
                acts.append(act)
                documents.append(document)
            Act.objects.bulk_create(acts, batch_size=500)
            for document, act in zip(documents, acts, strict=True):
                document.act = act
            Document.objects.bulk_create(documents, batch_size=90)
            return papers
    except AlreadyDone as earlier:
        return _first_answer(by, earlier.act)


def _first_answer(by: Access, batch: Act) -> list[Paper]:
    """What became of the rows when they were sent first. Of codes only hashes are kept: nothing is drawn again."""
    rows = Act.objects.filter(by=by.user, pk__gt=batch.pk, action="make_document").order_by("pk")[: batch.rows]
    made = {act.about["row"]: act.about["id"] for act in rows if act.about.get("batch") == batch.pk}
    refused = SizaoError("refused-before", "this row was refused when it was sent first", todo="begin anew")
    return [
        Paper(number, made[number]) if number in made else Paper(number, error=refused)
        for number in range(batch.rows)
    ]


def _code(address: str, code: str, caption: str, below: str) -> Code:
    where = f"{address}{code}"
    return Code(where, say(caption), below if caption == "own_page" else where.partition("://")[2])


def _offices(by: Access, areas: Sequence[str]) -> dict[str, Both]:
    """For each area the office that hands the paper out: the user's own place around it, else the top of the tree."""
    held = sorted({path for permission in MAKE_ORDERS for path in by.areas(permission)}, key=len, reverse=True)
    chosen = {}
    for area in {*areas}:
        around = [path for path in held if area.startswith(path)] or held[:1]
        chosen[area] = (around and around[0]) or area[:STEP]
    rows = Place.objects.unscoped("names of places are no secret").filter(path__in={*chosen.values()})
    names = dict(rows.values_list("path", "name"))
    return {area: name(names[path]) if path in names else say("not_known") for area, path in chosen.items()}
