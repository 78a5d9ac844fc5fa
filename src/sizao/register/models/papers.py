"""Papers that were handed out, and codes by which a person sees what holds for them without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from sizao.register.models.audit import Act
from sizao.register.models.people import Person, people_seen
from sizao.register.scope import ScopedManager, within
from sizao.register.seal import SealedText

if TYPE_CHECKING:
    from sizao.register.access import Access

PAPERS = ("isolation_notice", "release_certificate", "order")


class Document(models.Model):
    """A paper about one person or one order, with the code that its QR carries: kept as its SHA-256 alone.

    What it says is kept sealed, so that whoever holds the paper can be told whether that still holds; never
    what it says.
    """

    document_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person_id", null=True, blank=True, related_name="+")
    order_id = models.CharField(max_length=64, default="", blank=True)
    area = models.CharField(max_length=160, default="", blank=True)
    """The path of the home or of the order's place when it was made: who may list it."""
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    """The last day on which the paper holds, as it says itself."""
    says = SealedText()
    """As JSON: what was printed; empty once the person was erased."""
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        db_table = "documents"
        indexes = [models.Index(fields=["order_id"], condition=~Q(order_id=""), name="documents_order")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PAPERS), name="document_kind"),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(order_id=""), name="document_is_of_one"),
        ]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return people_seen(access, permission, "person__") | (
            Q(person=None) & within("area", access.areas(permission))
        )


class PersonCode(models.Model):
    """A code by which whoever holds it sees one person's status, reason and end, and may object.

    Kept as its SHA-256, with an end.
    """

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person_id", related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        db_table = "person_codes"
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="person_code_ends")]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return people_seen(access, permission, "person__")
