"""Who did what, who read whom: rows that are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sizao.register.models.teams import BrokenGlass, User


class Act(models.Model):
    """One write, in the transaction of what it wrote. `key` is given by the sender, so that twice sent is once done.

    `about` names what was touched by id and says which fields: never the personal text itself.
    """

    action = models.CharField(max_length=60)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """Empty for a job or command of the machine."""
    at = models.DateTimeField()
    person_id = models.CharField(max_length=64, default="", blank=True)
    place_id = models.CharField(max_length=64, default="", blank=True)
    about = models.JSONField(default=dict)
    key = models.CharField(max_length=100, default="", blank=True)
    rows = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "acts"
        indexes = [
            models.Index(fields=["person_id", "id"], condition=~Q(person_id=""), name="acts_person"),
            models.Index(fields=["by", "id"], name="acts_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], condition=~Q(key=""), name="act_once"),
        ]


class Read(models.Model):
    """A user read a person's record, a list or an export. `people` counts who was in it."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    person_id = models.CharField(max_length=64, default="", blank=True)
    what = models.CharField(max_length=60)
    """person, list, export, api ..."""
    asked = models.CharField(max_length=500, default="", blank=True)
    """The filter of a list, without personal text."""
    glass = models.ForeignKey(BrokenGlass, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    """The broken glass through which alone the user saw the person: there stands the reason."""
    people = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "reads"
        indexes = [
            models.Index(fields=["person_id", "id"], condition=~Q(person_id=""), name="reads_person"),
            models.Index(fields=["user", "id"], name="reads_user"),
        ]

    @property
    def why(self) -> str:
        """The reason behind broken glass, or what was asked for."""
        return self.asked if self.glass is None else self.glass.reason or ""
