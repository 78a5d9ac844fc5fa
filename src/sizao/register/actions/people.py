"""Adds and corrects people; merges two records of one person and takes that back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, acting, conflict
from sizao.register.actions.check import check_fact, check_texts
from sizao.register.actions.find import find_person, find_place
from sizao.register.actions.known import KnownError, refuse_known
from sizao.register.ids import new_id
from sizao.register.models import Merge, Person, Place
from sizao.register.reads import log_each
from sizao.register.seal import lookup

PHONE = re.compile(r"(?=(?:\D*\d){5})(?!(?:\D*\d){21})[\d\s+()（）-]{5,40}")
SEALED = ("name", "phone", "number")
CHANGED = ("birth_date", "sex", "home_place_id", "traits", *SEALED)


def add_person(
    *,
    by: Access,
    home_place_id: str | None,
    name: str | None = None,
    phone: str | None = None,
    number: str | None = None,
    birth_date: dt.date | None = None,
    sex: str | None = None,
    traits: str | None = None,
    person_id: str | None = None,
    all_the_same: bool = False,
) -> Person:
    """Adds a person who lives in the user's area (anywhere, or nowhere known, with the permission everywhere).

    A name, a phone, a number or an id of your own tells who it is; without an id one is made. No two people share a
    `number` (of identity). Where somebody of the user's area has the same name and phone, or the same name and date
    of birth, nothing is written (`may-be-known`) unless `all_the_same`: then it is another person.
    Raises SizaoError `not-allowed`, `not-found` (the place), `number-known`, `id-known`, KnownError `may-be-known`,
    `number-known`, RefusedError `invalid`.
    """
    home = find_place(home_place_id, by, "add_people")
    _check_home(home, by)
    _check_sealed(name=name, phone=phone, number=number)
    if not (name or phone or number or person_id or by.job):
        raise _invalid("unnamed", "name", "nothing tells who it is", "give a name, a phone or an identity number")
    given = person_id or new_id("p")
    values = {"person_id": given, "birth_date": birth_date, "sex": sex, "traits": traits}
    check_fact("people", values, by.at)  # before the act, which the id goes into
    try:
        with acting("add_person", by, person_id=given) as writing:
            person = Person(person_id=given, birth_date=birth_date, sex=sex, traits=traits, added=writing.act)
            _set_home(person, home)
            _set_sealed(person, {"name": name, "phone": phone, "number": number})
            refuse_known(person, by, all_the_same)  # after the act: what was sent twice is no double
            _save(person, new=True)
            return person
    except AlreadyDone as done:
        return Person.objects.unscoped("the user's own act").get(person_id=done.act.person_id)
    except KnownError as error:
        log_each(by=by, what="doubles", ids=(), named=error.people)
        raise


def change_person(*, by: Access, person_id: str, version: int, **changes: Any) -> Person:
    """Corrects what is known of a person. `version` is the one that the user saw; None empties a field.

    Raises SizaoError `changed-meanwhile`, `not-allowed`, `not-found`, `number-known`, `unknown-field`, RefusedError
    `invalid`.
    """
    strange = set(changes) - set(CHANGED)
    if strange:
        raise SizaoError("unknown-field", f"no such field: {', '.join(sorted(strange))}", todo=f"one of {CHANGED}")
    person = find_person(person_id, by, "add_people", names=True)
    if set(changes) & set(SEALED):
        by.check_person("see_names", person)
    _check_sealed(**{name: changes[name] for name in SEALED if name in changes})
    try:
        with acting("change_person", by, person_id=person_id, fields=sorted(changes)) as writing:
            locked = Person.objects.unscoped("checked above").select_for_update().get(person_id=person_id)
            if locked.version != version:
                raise conflict("person", person_id)
            plain = {name: changes[name] for name in ("birth_date", "sex", "traits") if name in changes}
            check_fact("people", {"person_id": person_id, **plain}, writing.at)
            for name, value in plain.items():
                setattr(locked, name, value)
            if "home_place_id" in changes:
                home = find_place(changes["home_place_id"])
                if home is None:
                    _check_home(None, by)
                _set_home(locked, home)
            _set_sealed(locked, {name: changes[name] for name in SEALED if name in changes})
            locked.version += 1
            _save(locked)
            writing.people.add(person_id)
            return locked
    except AlreadyDone:
        return Person.objects.unscoped("the user's own act").get(person_id=person_id)


def merge_people(*, by: Access, kept: str, gone: str) -> Person:
    """From now on the facts of `gone` are read as those of `kept`. The facts themselves do not change.

    Raises SizaoError `same-person`, `merged-already`, `not-allowed`, `not-found`.
    """
    if kept == gone:
        raise SizaoError("same-person", "a record cannot be merged with itself", todo="choose two records")
    for person_id in (kept, gone):
        find_person(person_id, by, "merge_people")
    try:
        with acting("merge_people", by, person_id=kept, gone=gone) as writing:
            two = _lock((kept, gone))
            for person in two.values():
                if person.same_as_id is not None:
                    raise SizaoError(
                        "merged-already",
                        f"{person.person_id} was merged into {person.same_as_id}",
                        todo="merge with that record, or take the earlier merge back first",
                    )
            Merge.objects.create(kept=two[kept], gone=two[gone], act=writing.act)
            Person.objects.unscoped("merging").filter(same_as_id=gone).update(same_as_id=kept)
            two[gone].same_as = two[kept]
            two[gone].save(update_fields=["same_as"])
            writing.people |= {kept, gone}
            return two[kept]
    except AlreadyDone:
        return Person.objects.unscoped("the user's own act").get(person_id=kept)


def unmerge_people(*, by: Access, kept: str, gone: str) -> Person:
    """Takes back that `gone` is `kept`; what had been merged into `gone` before goes back with it.

    Raises SizaoError `not-merged`, `not-allowed`, `not-found`.
    """
    for person_id in (kept, gone):
        find_person(person_id, by, "merge_people")
    try:
        with acting("unmerge_people", by, person_id=kept, gone=gone) as writing:
            two = _lock((kept, gone))
            if gone not in _merged_into(kept):
                raise SizaoError("not-merged", f"{gone} is not merged into {kept}", todo="look at the record again")
            Merge.objects.create(kept=two[kept], gone=two[gone], undone=True, act=writing.act)
            back = _merged_into(gone, directly=True)
            Person.objects.unscoped("unmerging").filter(person_id__in=back).update(same_as_id=gone)
            two[gone].same_as = None
            _save(two[gone])
            writing.people |= {kept, gone}
            return two[gone]
    except AlreadyDone:
        return Person.objects.unscoped("the user's own act").get(person_id=gone)


def _merged_into(person_id: str, directly: bool = False) -> set[str]:
    """Whose merges into a person hold (`directly`: those and what had been merged into them)."""
    found: set[str] = set()
    ask = [person_id]
    while ask:
        kept = ask.pop()
        holds: dict[str, bool] = {}
        for row in Merge.objects.filter(kept_id=kept).order_by("pk"):
            holds[row.gone_id] = not row.undone
        now = {gone for gone, stands in holds.items() if stands} - found
        found |= now
        if directly:
            ask += now
    return found


def _lock(ids: Sequence[str]) -> dict[str, Person]:
    rows = Person.objects.unscoped("checked by the caller").select_for_update().filter(person_id__in=ids)
    return {person.person_id: person for person in rows.order_by("person_id")}


def _check_home(home: Place | None, by: Access) -> None:
    """Raises SizaoError `not-allowed` where the place lies outside the user's area; RefusedError `invalid` without
    one, unless the user adds people everywhere."""
    if home is None and by.may("add_people") and not by.holds_in("add_people", ""):
        what, todo = "without a home they lie in no area, and not in yours", "say where they live"
        raise _invalid("home-needed", "home_place_id", what, todo)
    by.check_path("add_people", "" if home is None else home.path)


def _check_sealed(**texts: str | None) -> None:
    """Raises RefusedError `invalid`."""
    check_texts(**texts)
    phone = (texts.get("phone") or "").strip()
    if phone and not PHONE.fullmatch(phone):
        raise _invalid("no-phone", "phone", "no phone number", "write 5 to 20 digits, with + ( ) - or spaces between")


def _invalid(code: str, column: str, what: str, todo: str) -> RefusedError:
    problem = Problem(code, "people", what, todo, column=column)
    return RefusedError("invalid", "this cannot be recorded in people", [problem], todo="correct what is listed")


def _set_home(person: Person, home: Place | None) -> None:
    person.home = home
    person.area = "" if home is None else home.path


def _set_sealed(person: Person, values: dict[str, str | None]) -> None:
    for name, value in values.items():
        plain = value.strip() if value else None
        setattr(person, name, plain or None)
        setattr(person, f"{name}_hash", lookup(name, plain) if plain else "")


def _save(person: Person, new: bool = False) -> None:
    try:
        with transaction.atomic():
            person.save(force_insert=new)
    except IntegrityError as error:
        said = str(error).lower()
        if "number" in said:
            raise SizaoError(
                "number-known",
                "somebody with this identity number is in the register",
                why="one person would have two records, each with half of the facts",
                todo="look the number up, and use or merge that record",
            ) from error
        if new and ("person_id" in said or "people_pkey" in said):
            raise SizaoError(
                "id-known", f"there is a person {person.person_id} already", todo="use that record, or another id"
            ) from error
        raise
