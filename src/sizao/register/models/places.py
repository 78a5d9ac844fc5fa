"""The tree of places: reference data, and what every scope hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sizao.register.scope import ScopedManager, within

if TYPE_CHECKING:
    from sizao.register.access import Access

STEP = 5  # letters of a path for each place: 32 million places
_LETTERS = "0123456789abcdefghijklmnopqrstuv"


def step(number: int) -> str:
    """A place's own part of its path, from its row's number."""
    return "".join(_LETTERS[number >> shift & 31] for shift in range(5 * STEP - 5, -1, -5))


class Place(models.Model):
    """A place of the table `places`. `path` is its parent's path and its own step: a prefix of all below it."""

    id = models.BigAutoField(primary_key=True)
    place_id = models.CharField(max_length=64, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        to_field="place_id",
        db_column="parent_id",
        null=True,
        blank=True,
        related_name="below",
    )
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    code = models.CharField(max_length=40, null=True, blank=True)
    population = models.BigIntegerField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    path = models.CharField(max_length=STEP * 32, db_index=True, editable=False)

    objects = ScopedManager()

    class Meta:
        db_table = "places"
        constraints = [
            models.CheckConstraint(condition=~Q(place_id=""), name="place_has_id"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("place_id")), name="place_not_in_itself"
            ),
            models.CheckConstraint(condition=Q(lat=None) | Q(lat__range=(-90, 90)), name="place_lat"),
            models.CheckConstraint(condition=Q(lon=None) | Q(lon__range=(-180, 180)), name="place_lon"),
        ]

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return within("path", access.areas(permission))

    def __str__(self) -> str:
        return self.name
