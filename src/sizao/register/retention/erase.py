"""Erases what is personal of people who are due, some at a time; facts and their dates stay for statistics."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import TruncYear

from sizao.register.access import Access
from sizao.register.actions.act import acting
from sizao.register.models import BrokenGlass, Document, ExcessAnswer, Order, Person, PersonCode, Request, User
from sizao.register.overwriting import overwriting
from sizao.register.retention.due import JOB, PERSONAL, Due, chunks, touched_since

HASHES = ("name_hash", "phone_hash", "number_hash")


def count_personal() -> dict[str, int]:
    """How many people have personal text on record, and how many requests and broken glasses have words."""
    people = Person.objects.unscoped(JOB)
    return {
        "people": people.filter(PERSONAL | ~Q(name_hash="") | ~Q(phone_hash="") | ~Q(number_hash="")).count(),
        "requests": Request.objects.unscoped(JOB).filter(text__isnull=False).count(),
        "reasons": BrokenGlass.objects.filter(reason__isnull=False).count(),
    }


def erase_people(by: Access, due: Due, progress: Callable[[int], None] | None = None) -> int:
    """Erases who is due; gives how many. Each part is one transaction with its act, which names nobody.

    Gone: name, phone, number, their hashes, traits, the day and month of birth, the words of requests, of papers and
    of answers about them, the reasons of broken glass, their codes, the name of a citizen's own account, which is
    closed. Whoever was changed, or of whom a fact was recorded, since it was asked who is due, stays.
    """
    erased = 0
    with overwriting("people", "requests", "broken_glass", "users", "documents", "excess_answers"):
        for part in chunks(due.people):
            erased += _erase(by, due, dict(part))
            if progress is not None:
                progress(len(part))
    return erased


def _erase(by: Access, due: Due, versions: dict[str, int]) -> int:
    with transaction.atomic():
        rows = Person.objects.unscoped(JOB).select_for_update().filter(person_id__in=versions)
        now_at = dict(rows.order_by("person_id").values_list("person_id", "version"))
        changed = {name for name, version in versions.items() if now_at.get(name) != version}
        ids = sorted({*versions} - changed - touched_since([*versions], due.known_at))
        if not ids:
            return 0
        with acting("erase_people", by, rows=len(ids), days=due.days, on=due.on.isoformat()) as writing:
            Person.objects.unscoped(JOB).filter(person_id__in=ids).update(
                name=None,
                phone=None,
                number=None,
                traits=None,
                **dict.fromkeys(HASHES, ""),
                birth_date=TruncYear("birth_date"),
                erased_at=writing.at,
                version=F("version") + 1,
            )
            Request.objects.unscoped(JOB).filter(person_id__in=ids, text__isnull=False).update(text=None)
            BrokenGlass.objects.filter(person_id__in=ids).update(reason=None)
            Document.objects.unscoped(JOB).filter(person_id__in=ids, says__isnull=False).update(says=None)
            PersonCode.objects.unscoped(JOB).filter(person_id__in=ids, revoked_at=None).update(revoked_at=writing.at)
            orders = Order.objects.unscoped(JOB).filter(person_id__in=ids).values_list("order_id", flat=True)
            about = [f"person:{name}" for name in ids] + [f"order:{name}" for name in orders.distinct()]
            for part in chunks(about):
                ExcessAnswer.objects.filter(about__in=part, text__isnull=False).update(text=None)
            User.objects.filter(citizen_of__in=ids).update(first_name="", last_name="", email="", is_active=False)
        return len(ids)
