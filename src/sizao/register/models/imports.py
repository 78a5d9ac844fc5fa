"""Files that were uploaded and not yet recorded: sealed, with what was found in them and what was decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sizao.register.models.teams import User
from sizao.register.seal import SealedBytes, SealedText

STATES = ("previewed", "accepting", "done", "discarded")


class Import(models.Model):
    """One upload on its way into the register. Its parts are erased when it is done, discarded or too old; of one
    that is done, it stays which line had which problem."""

    import_id = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    """Empty for a command of the machine. Nobody else may see or accept it."""
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    files = SealedText()
    """Their names: a name of a file may name a person."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the files and the mapping: the same again is the same import."""
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="previewed")
    chunks = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """Chunks that are recorded; it changes in the transaction of each."""
    counts = models.JSONField(default=dict)
    """What was found in each table, how often each problem was met, what was recorded: numbers alone."""

    class Meta:
        db_table = "imports"
        indexes = [models.Index(fields=["by", "id"], name="imports_by")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="import_state"),
            models.CheckConstraint(condition=Q(done__lte=models.F("chunks")), name="import_done_of_chunks"),
            models.UniqueConstraint(
                fields=["by", "digest"], condition=~Q(state="discarded"), name="import_of_a_file_once"
            ),
        ]


class ImportPart(models.Model):
    """A part of an import, sealed: an uploaded file, the problems, or rows of a table to be recorded at once."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=20)
    """file, problems or rows"""
    number = models.PositiveIntegerField(default=0)
    table = models.CharField(max_length=40, default="", blank=True)
    rows = models.PositiveIntegerField(default=0)
    content = SealedBytes()

    class Meta:
        db_table = "import_parts"
        constraints = [models.UniqueConstraint(fields=["of", "kind", "number"], name="import_part_once")]


class ImportMatch(models.Model):
    """A person of an import who may be on record already, and what was decided."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="matches")
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    person_id = models.CharField(max_length=64)
    """As the file says."""
    known_id = models.CharField(max_length=64)
    """Of the record that looks like the same person."""
    why = models.CharField(max_length=60)
    """In what they agree: words of id, number, phone, name-and-birth, separated by ;"""
    differs = models.CharField(max_length=60, default="", blank=True)
    choice = models.CharField(max_length=10, default="", blank=True)
    """same, new, leave; "" until somebody decides."""
    becomes = models.CharField(max_length=64, default="", blank=True)
    """The id as which the person's facts are recorded; "" where they are left out."""
    said = SealedText()
    """What the file says of the person, as JSON."""

    class Meta:
        db_table = "import_matches"
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="import_match_once"),
            models.CheckConstraint(condition=Q(choice__in=("", "same", "new", "leave")), name="import_choice"),
        ]


class ImportMapping(models.Model):
    """A mapping that somebody kept for the next file of the same kind."""

    name = models.CharField(max_length=100, unique=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    said = models.JSONField(default=dict)

    class Meta:
        db_table = "import_mappings"
