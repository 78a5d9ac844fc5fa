"""What a rulebook says to authorities: limits, orders that are forbidden, proofs they may ask for, duties."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sizao.policy.places import Scope
from sizao.policy.words import Clause, Hours, Listed, Part, Word, Words


class TestsPerDay(Part):
    """No person may be sampled more often on one day."""

    __test__ = False  # not a test of pytest

    at_most: Annotated[int, Field(ge=1, le=100)]
    clause: Clause


class Forbidden(Part):
    """A kind of order that no authority may give; `order` is the word that stands in `orders`.

    On places these are exempt: at or inside an area of `unless_level` or a stricter one; places of `unless_kinds`.
    `unless` is what the facts cannot tell.
    """

    order: Word
    title: Words
    clause: Clause
    unless: Words | None = None
    unless_level: Word | None = None
    unless_kinds: Annotated[tuple[Word, ...], Listed] = ()

    @property
    def has_exception(self) -> bool:
        """Whether there is any exception, in words or not."""
        return self.unless is not None or self.unless_level is not None or bool(self.unless_kinds)


class MassTesting(Part):
    """When everybody of a place may be tested: for a reason in words, in no place wider than `at_most_scope`; in any
    case at or inside an area of `in_level` or a stricter one."""

    only_if: Words
    clause: Clause
    at_most_scope: Scope | None = None
    in_level: Word | None = None


class Limits(Part):
    """What authorities may not go beyond. The clause `ceiling` is cited where an order has no rule at all."""

    tests_per_day: TestsPerDay | None = None
    ceiling: Clause | None = None
    mass_testing: MassTesting | None = None
    forbidden: Annotated[tuple[Forbidden, ...], Listed] = ()


class Proof(Part):
    """What must be shown before an act: so many tests with a negative result in the last hours."""

    id: Word
    title: Words
    clause: Clause
    tests: Annotated[int, Field(ge=0, le=20)] = 1
    within_hours: Hours | None = None


class Duty(Part):
    """A task of government that the document names."""

    id: Word
    title: Words
    clause: Clause
    who: Words | None = None
