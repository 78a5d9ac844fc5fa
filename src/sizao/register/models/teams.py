"""Users, what they may do where and until when, teams, tokens, and glass that was broken with a reason."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from sizao.register.models.places import Place
from sizao.register.seal import SealedText


class User(AbstractUser):
    """Somebody who signs in. What they may do stands in their grants, never in Django's own permissions."""

    language = models.CharField(max_length=5, default="zh", choices=[("zh", "中文"), ("en", "English")])
    citizen_of = models.CharField(max_length=64, default="", blank=True)
    """The person_id of a citizen who signs in to see their own record; "" for staff."""
    password_given = models.BooleanField(default=False)
    """Somebody else chose the password: it must be changed before anything else, so that acts are the user's own."""

    class Meta:
        db_table = "users"


class Grant(models.Model):
    """A role of a user in a place and all below it (no place: everywhere), for some time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, to_field="place_id", null=True, blank=True, related_name="+")
    since = models.DateTimeField(db_column="from")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "grants"
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="grant_ends_after_it_begins"
            ),
        ]


class Team(models.Model):
    """People who share work in a place."""

    name = models.CharField(max_length=100)
    place = models.ForeignKey(Place, models.PROTECT, to_field="place_id", related_name="+")

    class Meta:
        db_table = "teams"
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Who belongs to a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")

    class Meta:
        db_table = "memberships"
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_once")]


class BrokenGlass(models.Model):
    """A user's view of one person outside their area: with a typed reason, and an end.

    `opens` is `record` (they see the person) or `call` (they record what the person asks for, and see nothing).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="broken_glass")
    person_id = models.CharField(max_length=64, db_index=True)
    opens = models.CharField(max_length=20, default="record")
    reason = SealedText()
    """In the user's own words, which may be personal: sealed, and empty once the person was erased."""
    since = models.DateTimeField(db_column="from")
    until = models.DateTimeField()

    class Meta:
        db_table = "broken_glass"
        constraints = [
            models.CheckConstraint(condition=Q(opens__in=("record", "call")), name="glass_opens"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="glass_ends"),
        ]


class ApiToken(models.Model):
    """A user's key to the API: kept as a hash, with what it may do and an end."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_tokens"
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="token_ends")]
