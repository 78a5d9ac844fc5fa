"""Codes by which whoever holds one sees one person's status without an account, and may object to it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import unicodedata
from contextlib import suppress

from django.db import transaction

from sizao.errors import Problem, RefusedError, SizaoError
from sizao.register.access import Access, access_of_job
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.find import find_person
from sizao.register.actions.requests import objection
from sizao.register.actions.versions import add_first
from sizao.register.clock import now
from sizao.register.ids import _LETTERS
from sizao.register.models import Person, PersonCode, Request

GROUPS, OF = 4, 5
"""A code has 20 letters of 5 bits: 100 random bits, which may be typed from paper."""
DAYS, MOST_DAYS = 30, 90
OBJECTIONS, WITHIN = 5, dt.timedelta(days=1)
"""So many objections by code are taken of one person in so long."""
MOST_LETTERS = 100
"""Of what is typed as a code."""
PAGE = "public page"
"""Who acts and looks where somebody with a code does."""
ALIKE = str.maketrans("oilu", "011v")
"""Letters that no code has, and what they are read as."""


def give_code(*, by: Access, person_id: str, days: int = DAYS) -> tuple[PersonCode, str]:
    """A code for a person's own page, and its text, which is told once and kept as a hash alone.

    Raises SizaoError `not-allowed`, `not-found`, `erased`, `merged-away`, `code-days` (1 to 90), AlreadyDone (sent
    before: the text is gone).
    """
    person = find_person(person_id, by, "make_documents")
    if person.erased_at is not None:
        raise SizaoError("erased", "what was personal of this record was erased", todo="no code can be given for it")
    if person.same_as_id is not None:  # else it would open a record that the user may not see
        raise SizaoError(
            "merged-away",
            "this record was merged into another",
            why="what holds stands on the record that was kept",
            todo="give the code there",
        )
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        raise SizaoError("code-days", f"a code lasts from 1 to {MOST_DAYS} days", todo="give it fewer days")
    text = "".join(secrets.choice(_LETTERS) for _ in range(GROUPS * OF))
    with acting("give_code", by, person_id=person.pk, days=days) as writing:
        row = PersonCode.objects.create(
            digest=digest_of(text),
            person=person,
            made_at=writing.at,
            until=writing.at + dt.timedelta(days=days),
            act=writing.act,
        )
        return row, in_groups(text)


def revoke_codes(*, by: Access, person_id: str) -> None:
    """No code that was given until now opens the person's page any more, also of records merged into theirs.

    Raises SizaoError `not-allowed`, `not-found`.
    """
    person = find_person(person_id, by, "make_documents")
    with suppress(AlreadyDone), acting("revoke_codes", by, person_id=person.pk) as writing:
        rows = PersonCode.objects.unscoped("of a person whom the user may give codes")
        merged = Person.objects.unscoped("their codes open the same page").filter(same_as=person)
        whose = [person.pk, *merged.values_list("pk", flat=True)]
        rows.filter(person__in=whose, revoked_at=None).update(revoked_at=writing.at)


def person_of_code(code: str) -> Person:
    """Whose page a code opens now, without name, phone and number; of a merged record, the one that it is read as.

    Raises SizaoError `no-such-code`, in the same words for one that never was, has ended or was revoked.
    """
    return _find(code).person


def object_by_code(*, code: str, text: str, key: str) -> Request:
    """The objection of whoever holds a code. With the same key twice it is taken once.

    Raises SizaoError `no-such-code`, `too-many-objections` (5 in a day), `invalid`.
    """
    by = access_of_job(PAGE)
    with transaction.atomic():
        found = _find(code, lock=True)
        request = objection(found.person, text)
        # The key makes the number, and the number is there once: so no table of keys is searched.
        request.request_id = "r-" + hashlib.sha256(f"{found.digest} {key}".encode()).hexdigest()[:40]
        rows = Request.objects.unscoped("of the person who holds the code")
        before = rows.filter(request_id=request.request_id, version=1).first()
        if before is not None:
            return before
        if request.text is None:
            problem = Problem("empty", "requests", "nothing is given", "say what is wrong", column="text")
            raise RefusedError("invalid", "this cannot be recorded", [problem], todo="say what is wrong")
        lately = rows.filter(person=found.person, kind="objection", recorded_at__gte=now() - WITHIN)
        if lately.filter(act__action="object_by_code").count() >= OBJECTIONS:
            raise SizaoError(
                "too-many-objections",
                f"{OBJECTIONS} objections came with this code within a day",
                why="each is read by somebody",
                todo="call, or come back tomorrow",
            )
        return add_first("object_by_code", by, request)


def in_groups(text: str) -> str:
    """A code as it is printed: capital letters in groups."""
    return "-".join(text[at : at + OF] for at in range(0, len(text), OF)).upper()


def as_typed(text: str) -> str:
    """The code in what somebody typed: in any case and width, with spaces or dashes, O for 0, I or L for 1."""
    plain = unicodedata.normalize("NFKC", text[:MOST_LETTERS]).casefold()
    return "".join(letter for letter in plain.translate(ALIKE) if letter in _LETTERS)


def digest_of(text: str) -> str:
    """How a code is kept."""
    return hashlib.sha256(as_typed(text).encode()).hexdigest()


def _find(code: str, lock: bool = False) -> PersonCode:
    rows = PersonCode.objects.unscoped("whoever holds the code").select_related("person", "person__same_as")
    hidden = [f"person__{way}{name}" for way in ("", "same_as__") for name in ("name", "phone", "number")]
    rows = rows.defer(*hidden).filter(digest=digest_of(code), revoked_at=None, until__gt=now())
    row: PersonCode | None = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None or (row.person.same_as or row.person).erased_at is not None:
        raise SizaoError(
            "no-such-code",
            "no page opens with this code",
            why="it was mistyped, has ended or was revoked",
            todo="compare it with the paper, or ask who gave it for a new one",
        )
    row.person = row.person.same_as or row.person
    return row
