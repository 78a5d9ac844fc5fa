"""Lists that a user kept: which list, filters and columns as its address says them."""

from __future__ import annotations

from django.db import models

from sizao.register.models.teams import Team, User


class SavedList(models.Model):
    """A list with its filters and columns, kept under a name; with a team it is for all of the team."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_lists")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="saved_lists")
    of = models.CharField(max_length=40)
    """Which list: people, cases, tests ..."""
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000)
    """What stands behind ? in its address. No name, phone or number is ever part of it."""
    made_at = models.DateTimeField()

    class Meta:
        db_table = "saved_lists"
        constraints = [models.UniqueConstraint(fields=["user", "of", "name"], name="saved_list_name_once")]
