"""Facts as the contracts give them: appended, never changed. Each row belongs to the act that wrote it.

Tests, cases, orders and requests have versions: rows that share an id, numbered from 1. `withdrawn` in the latest
says that it was never so. Events are corrected by `voids`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from sizao.register.models.audit import Act
from sizao.register.models.people import Person, people_seen
from sizao.register.models.places import Place
from sizao.register.scope import ScopedManager, within
from sizao.register.seal import SealedText

if TYPE_CHECKING:
    from sizao.register.access import Access


def _of_person() -> models.ForeignKey:
    return models.ForeignKey(Person, models.PROTECT, db_column="person_id", related_name="+")


def _of_place(null: bool = True, index: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        Place,
        models.PROTECT,
        to_field="place_id",
        db_column="place_id",
        null=null,
        blank=null,
        related_name="+",
        db_index=index,
    )


def _not_before(later: str, earlier: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{later: None}) | Q(**{earlier: None}) | Q(**{f"{later}__gte": F(earlier)}), name=name
    )


def _one_of(field: str, words: tuple[str, ...], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": words}), name=name)


class Fact(models.Model):
    """What all facts have."""

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, db_column="act_id", related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return people_seen(access, permission, "person__")


class Versioned(Fact):
    """A fact with versions; two people who write version 3 at once cannot both succeed."""

    version = models.PositiveIntegerField(default=1)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Event(Fact):
    """Something that a rulebook may answer to."""

    event_id = models.CharField(max_length=64, unique=True)
    person = _of_person()
    kind = models.CharField(max_length=60)
    occurred_on = models.DateField()
    place = _of_place()
    case_id = models.CharField(max_length=64, null=True, blank=True)
    voids = models.ForeignKey(
        "self",
        models.PROTECT,
        to_field="event_id",
        db_column="voids",
        null=True,
        blank=True,
        related_name="voided_by",
    )

    class Meta:
        db_table = "events"
        indexes = [models.Index(fields=["case_id"], condition=Q(case_id__isnull=False), name="events_case")]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="void") | Q(voids__isnull=False), name="event_void_names_one"),
            models.CheckConstraint(condition=Q(voids=None) | ~Q(voids=F("event_id")), name="event_not_void_itself"),
        ]


class Test(Versioned):
    """A sample of one person, and its result as known when recorded."""

    test_id = models.CharField(max_length=64)
    person = _of_person()
    sampled_on = models.DateField()
    method = models.CharField(max_length=40)
    result = models.CharField(max_length=20)
    ct = models.IntegerField(null=True, blank=True)
    tube_id = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        db_table = "tests"
        indexes = [
            models.Index(fields=["tube_id"], condition=Q(tube_id__isnull=False), name="tests_tube"),
            models.Index(fields=["sampled_on", "id"], name="tests_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["test_id", "version"], name="test_version_once"),
            _one_of("result", ("negative", "positive", "pending", "inconclusive"), "test_result"),
            models.CheckConstraint(condition=Q(ct=None) | Q(ct__gte=0), name="test_ct"),
        ]


class Case(Versioned):
    """A confirmed case or an asymptomatic infection."""

    case_id = models.CharField(max_length=64)
    person = _of_person()
    confirmed_on = models.DateField()
    classification = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    severity = models.CharField(max_length=20, null=True, blank=True)
    onset_on = models.DateField(null=True, blank=True)
    found_by = models.CharField(max_length=60, null=True, blank=True)
    discharged_on = models.DateField(null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "cases"
        indexes = [models.Index(fields=["confirmed_on", "id"], name="cases_day")]
        constraints = [
            models.UniqueConstraint(fields=["case_id", "version"], name="case_version_once"),
            _one_of("classification", ("confirmed", "asymptomatic"), "case_classification"),
            _one_of("origin", ("local", "imported"), "case_origin"),
            _not_before("discharged_on", "confirmed_on", "case_discharge"),
        ]


class CasePlace(Fact):
    """Where a case lived or went. Not versioned by the contract: a wrong one is taken back by `withdrawn_by`."""

    case_id = models.CharField(max_length=64, db_index=True)
    person = _of_person()
    """The case's person when it was recorded: whose area the row lies in."""
    place = _of_place(null=False, index=True)
    role = models.CharField(max_length=20)
    spread_risk = models.BooleanField()
    since = models.DateField(null=True, blank=True, db_column="from")
    until = models.DateField(null=True, blank=True)
    takes_back = models.ForeignKey(
        "self", models.PROTECT, db_column="takes_back", null=True, blank=True, related_name="+", db_index=False
    )
    """The row that this one takes back; it then says nothing else."""

    class Meta:
        db_table = "case_places"
        constraints = [
            _one_of("role", ("home", "work", "activity"), "case_place_role"),
            _not_before("until", "since", "case_place_ends"),
        ]


class Visit(Fact):
    """Who was where."""

    person = _of_person()
    place = _of_place(null=False, index=True)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField()

    class Meta:
        db_table = "visits"
        constraints = [
            models.UniqueConstraint(fields=["person", "place", "arrived_at"], name="visit_once"),
            _not_before("left_at", "arrived_at", "visit_ends"),
        ]


class FollowUp(Fact):
    """A visit or call that was due, and what came of it."""

    follow_up_id = models.CharField(max_length=64, unique=True)
    person = _of_person()
    occurred_on = models.DateField()
    outcome = models.CharField(max_length=20)

    class Meta:
        db_table = "follow_ups"
        constraints = [
            _one_of("outcome", ("seen_ok", "seen_symptomatic", "missed", "not_attempted"), "follow_up_outcome"),
        ]


class Order(Versioned):
    """A restriction that an authority imposed on a person or a place. Lifting it is a version with an end."""

    order_id = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person_id", null=True, blank=True, related_name="+")
    place = _of_place(index=True)
    restriction = models.CharField(max_length=60, null=True, blank=True)
    level = models.CharField(max_length=60, null=True, blank=True)
    since = models.DateField(db_column="from")
    until = models.DateField(null=True, blank=True)
    issuer = models.CharField(max_length=200)
    clause = models.CharField(max_length=100, null=True, blank=True)

    class Meta:
        db_table = "orders"
        constraints = [
            models.UniqueConstraint(fields=["order_id", "version"], name="order_version_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, place__isnull=False) | Q(person__isnull=False, place__isnull=True),
                name="order_binds_one",
            ),
            _not_before("until", "since", "order_ends"),
        ]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        of_people = Q(person__isnull=False) & people_seen(access, permission, "person__")
        return of_people | (Q(place__isnull=False) & within("place__path", access.areas(permission)))


class Request(Versioned):
    """What somebody asks for; its words are sealed."""

    request_id = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, db_column="person_id", null=True, blank=True, related_name="+")
    place = _of_place(index=True)
    kind = models.CharField(max_length=40)
    occurred_on = models.DateField()
    text = SealedText()
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        db_table = "requests"
        constraints = [
            models.UniqueConstraint(fields=["request_id", "version"], name="request_version_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(place__isnull=False), name="request_of_somebody_or_somewhere"
            ),
            _not_before("answered_on", "occurred_on", "request_answered"),
        ]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        of_people = Q(person__isnull=False) & people_seen(access, permission, "person__")
        return of_people | (Q(place__isnull=False) & within("place__path", access.areas(permission)))
