"""People: an id, what care must heed, and personal text that stands sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sizao.register.models.audit import Act
from sizao.register.models.places import STEP, Place
from sizao.register.models.teams import Team, User
from sizao.register.scope import ScopedManager, within
from sizao.register.seal import SealedText

if TYPE_CHECKING:
    from sizao.register.access import Access


def people_seen(access: Access, permission: str, way: str = "") -> Q:
    """Whom a user may see: who lives in their areas, is assigned to them or their team, or behind broken glass.

    `way` leads from the row to its person (`"person__"`).
    """
    mine = access.own_people(permission)
    found = within(f"{way}area", access.areas(permission))
    return (
        found | Q(**{f"{way}person_id__in": mine})
        if mine is not None and "" not in access.areas(permission)
        else found
    )


class Person(models.Model):
    """A person of the table `people`; names, phones and numbers are sealed, each with a hash to look it up.

    `area` is the path of the home, kept beside it so that a million people are scoped by one index.
    """

    person_id = models.CharField(max_length=64, primary_key=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=20, null=True, blank=True)
    home = models.ForeignKey(
        Place, models.PROTECT, to_field="place_id", db_column="home_place_id", null=True, blank=True, related_name="+"
    )
    traits = models.CharField(max_length=200, null=True, blank=True)
    name = SealedText()
    phone = SealedText()
    number = SealedText()
    name_hash = models.CharField(max_length=64, default="", editable=False)
    phone_hash = models.CharField(max_length=64, default="", editable=False)
    number_hash = models.CharField(max_length=64, default="", editable=False)
    area = models.CharField(max_length=STEP * 32, default="", editable=False)
    same_as = models.ForeignKey(
        "self", models.PROTECT, db_column="same_as", null=True, blank=True, related_name="merged", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    added = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        db_table = "people"
        indexes = [
            models.Index(fields=["area", "person_id"], name="people_area"),
            models.Index(fields=["person_id", "area"], name="people_person_area"),
            models.Index(fields=["name_hash"], condition=~Q(name_hash=""), name="people_name"),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="people_phone"),
            models.Index(fields=["same_as"], condition=Q(same_as__isnull=False), name="people_same"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(person_id=""), name="person_has_id"),
            models.UniqueConstraint(
                fields=["number_hash"],
                condition=~Q(number_hash="") & Q(same_as__isnull=True),
                name="person_number_once",
            ),
            models.CheckConstraint(
                condition=Q(same_as=None) | ~Q(same_as=models.F("person_id")), name="person_not_merged_into_self"
            ),
        ]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return people_seen(access, permission)

    def __str__(self) -> str:
        return self.person_id


class Merge(models.Model):
    """Two records found to be one person (`gone` is read as `kept`), or that finding taken back (`undone`)."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+")
    undone = models.BooleanField(default=False)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "merges"


class Assignment(models.Model):
    """Who sees to a person from `act` on: a team, a user or (both empty) nobody. The latest row of a person holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    latest = models.BooleanField(default=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "assignments"
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(latest=True), name="assignment_one_latest"),
        ]
        indexes = [models.Index(fields=["user"], condition=Q(latest=True), name="assignment_user")]
