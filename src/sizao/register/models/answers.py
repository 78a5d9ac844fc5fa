"""What was answered to an excess, and whether oversight takes the answer: rows that are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sizao.register.models.audit import Act
from sizao.register.seal import SealedText

ANSWERS = ("lifted", "shortened", "facts_wrong", "within_rules", "not_ours")
"""The order was lifted; it was brought back to what the rules allow; the facts on record are wrong and are being
corrected; the rules allow it, by a clause; another office ordered it."""
JUDGEMENTS = ("accepted", "refused")


class ExcessAnswer(models.Model):
    """One answer to what goes beyond the rules, or oversight's word on it: the latest row of one excess holds.

    Excesses are derived anew, so they have no number that stays: `about` and `kind` name them, and `since` tells one
    from the next. An order's excess is about the order; one without an order is about the person or the place.
    """

    about = models.CharField(max_length=140)
    """order:ID, person:ID or place:ID"""
    kind = models.CharField(max_length=40)
    since = models.DateField(db_column="from")
    version = models.PositiveIntegerField(default=1)
    said = models.CharField(max_length=20)
    clause = models.CharField(max_length=200, default="", blank=True)
    text = SealedText()
    """In the office's own words, which may name people: sealed; empty once the person was erased."""
    at = models.DateTimeField()
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False)

    reply = ""
    """Not kept: what the last answer said up to this row, where a judgement follows it (`last_answers`)."""

    class Meta:
        db_table = "excess_answers"
        indexes = [models.Index(fields=["said"], name="excess_answers_said")]
        constraints = [
            models.CheckConstraint(condition=Q(said__in=ANSWERS + JUDGEMENTS), name="excess_answer_said"),
            models.CheckConstraint(condition=~Q(said="within_rules") | ~Q(clause=""), name="excess_answer_clause"),
            models.UniqueConstraint(fields=["about", "kind", "since", "version"], name="excess_answer_version_once"),
        ]
