"""What was derived last, for the screens: thrown away and made anew, never a source of anything.

`derived_at` is the instant up to which facts were known (K). Columns are those of the derived
contracts, texts in both languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sizao.register.models.people import Person, people_seen
from sizao.register.models.places import Place
from sizao.register.scope import ScopedManager, within

if TYPE_CHECKING:
    from sizao.register.access import Access


class NowRun(models.Model):
    """One derivation of everybody."""

    on = models.DateField()
    known_at = models.DateTimeField()
    places_at = models.DateTimeField()
    """Up to which instant facts are in the areas and the excesses of places, which may be derived more often."""
    rulebook = models.CharField(max_length=100)
    seconds = models.FloatField()
    people = models.PositiveIntegerField()
    """With a status."""

    class Meta:
        db_table = "now_runs"


class NowHeld(models.Model):
    """How many people of a community were held by a restriction on a day, by what was known when it was over.

    A day on which nobody was has one row of no community and no restriction: it was counted.
    """

    id = models.BigAutoField(primary_key=True)
    on = models.DateField()
    path = models.CharField(max_length=160)
    restriction = models.CharField(max_length=100)
    people = models.PositiveIntegerField()

    class Meta:
        db_table = "now_held"
        constraints = [models.UniqueConstraint(fields=["on", "path", "restriction"], name="now_held_once")]


class NowTouched(models.Model):
    """A person whose facts were written at `at`, in the transaction of that write; "" is everybody.

    Until `derived_at` (the K of a derivation that saw the write) is filled, what is shown of them is older than that:
    so nobody is forgotten, whatever fails. A derivation of everybody takes the rows away that it has seen.
    """

    id = models.BigAutoField(primary_key=True)
    person_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    derived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "now_touched"
        indexes = [
            models.Index(fields=["person_id"], name="now_touched_person"),
            models.Index(fields=["at"], condition=Q(derived_at__isnull=True), name="now_touched_waiting"),
        ]


class _OfPerson(models.Model):
    """Rows of one person, seen by whoever may see the person."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, db_column="person_id", related_name="+", db_constraint=False)
    derived_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return people_seen(access, permission, "person__")


class NowStatus(_OfPerson):
    """The table `status`; `last_day` is the last day under any measure as far as is known (empty: open)."""

    on = models.DateField()
    rulebook = models.CharField(max_length=100)
    measure = models.CharField(max_length=100)
    phase = models.CharField(max_length=100, null=True)
    phase_day = models.IntegerField(null=True)
    restriction = models.CharField(max_length=100, null=True)
    since = models.DateField(db_column="from")
    until = models.DateField(null=True)
    clause = models.CharField(max_length=200, null=True)
    because = models.CharField(max_length=64)
    last_day = models.DateField(null=True)
    test_due = models.BooleanField(default=False)
    """A test is due on `on`."""

    class Meta:
        db_table = "now_status"
        constraints = [models.UniqueConstraint(fields=["person"], name="now_status_one")]
        indexes = [models.Index(fields=["until", "person"], name="now_status_until")]


class NowTestDue(_OfPerson):
    """The table `tests_due`."""

    on = models.DateField()
    measure = models.CharField(max_length=100)
    phase = models.CharField(max_length=100)
    phase_day = models.IntegerField()
    clause = models.CharField(max_length=200)
    because = models.CharField(max_length=64)

    class Meta:
        db_table = "now_tests_due"
        indexes = [models.Index(fields=["on", "person"], name="now_tests_day")]


class NowExcess(_OfPerson):
    """The table `excesses`."""

    order_id = models.CharField(max_length=64, null=True)
    since = models.DateField(db_column="from")
    until = models.DateField(null=True)
    days = models.IntegerField(null=True)
    kind = models.CharField(max_length=40)
    clause = models.CharField(max_length=200, null=True)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)

    class Meta:
        db_table = "now_excesses"
        indexes = [
            models.Index(fields=["kind", "id"], name="now_excesses_kind"),
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="now_excesses_order"),
        ]


class NowUndecided(_OfPerson):
    """The table `undecided`."""

    fact_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=100)
    occurred_on = models.DateField()
    why_zh = models.CharField(max_length=500)
    why_en = models.CharField(max_length=500)

    class Meta:
        db_table = "now_undecided"


class _OfPlace(models.Model):
    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(
        Place, models.CASCADE, to_field="place_id", db_column="place_id", related_name="+", db_constraint=False
    )
    derived_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        abstract = True

    @staticmethod
    def scope_of(access: Access, permission: str) -> Q:
        return within("place__path", access.areas(permission))


class NowArea(_OfPlace):
    """The table `areas`."""

    on = models.DateField()
    rulebook = models.CharField(max_length=100)
    level = models.CharField(max_length=60)
    scope = models.CharField(max_length=40)
    name = models.TextField(null=True)
    since = models.DateField(db_column="from")
    until = models.DateField(null=True)
    held_since = models.DateField()
    lifts_on = models.DateField(null=True)
    clock_day = models.IntegerField(null=True)
    clause = models.CharField(max_length=200)
    because = models.CharField(max_length=64)
    last_case = models.CharField(max_length=64)
    county = models.CharField(max_length=64, null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    located_by = models.CharField(max_length=64, null=True)

    class Meta:
        db_table = "now_areas"


class NowPlaceExcess(_OfPlace):
    """The table `place_excesses`."""

    order_id = models.CharField(max_length=64)
    since = models.DateField(db_column="from")
    until = models.DateField(null=True)
    days = models.IntegerField(null=True)
    kind = models.CharField(max_length=40)
    clause = models.CharField(max_length=200, null=True)
    text_zh = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)

    class Meta:
        db_table = "now_place_excesses"
        indexes = [models.Index(fields=["order_id"], name="now_place_excesses_order")]
