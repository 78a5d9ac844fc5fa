"""What a rulebook says to authorities, as lines of the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from sizao.policy.authorities import Forbidden
from sizao.policy.sheet.say import Speech


def list_limits(s: Speech) -> Iterator[str]:
    """What authorities may not go beyond, and the orders that they may not give."""
    limits = s.book.limits
    if limit := limits.tests_per_day:
        yield s.say("per_day", test=s.of(s.book.test), n=limit.at_most, clause=limit.clause)
    if limits.ceiling:
        yield s.say("ceiling", clause=limits.ceiling)
    for ban in limits.forbidden:
        said: dict[str, object] = {"title": s.of(ban.title), "order": ban.order, "clause": ban.clause}
        if ban.has_exception:
            yield s.say("forbidden_unless", unless=s.join(_exceptions(s, ban), "semicolon"), **said)
        else:
            yield s.say("forbidden", **said)
    if mass := limits.mass_testing:
        yield s.say("mass_testing", only_if=s.of(mass.only_if), clause=mass.clause)
        if mass.at_most_scope:
            yield s.say("at_most_scope", scope=s.say(mass.at_most_scope), clause=mass.clause)
        if mass.in_level:
            yield s.say("in_level", level=s.level(mass.in_level), id=mass.in_level, clause=mass.clause)


def _exceptions(s: Speech, ban: Forbidden) -> Iterator[str]:
    if ban.unless_level is not None:
        yield s.say("unless_level", level=s.level(ban.unless_level), id=ban.unless_level)
    if ban.unless_kinds:
        yield s.say("unless_kinds", kinds=s.join(ban.unless_kinds))
    if ban.unless is not None:
        yield s.of(ban.unless)


def list_proofs(s: Speech) -> Iterator[str]:
    """What must be shown before an act."""
    for proof in s.book.proofs:
        when = "" if proof.within_hours is None else s.say("proof_within", hours=proof.within_hours)
        said: dict[str, object] = {"title": s.of(proof.title), "id": proof.id, "clause": proof.clause}
        yield s.say("proof", tests=proof.tests, when=when, **said) if proof.tests else s.say("proof_none", **said)


def list_duties(s: Speech) -> Iterator[str]:
    """Tasks of government."""
    for duty in s.book.duties:
        said: dict[str, object] = {"title": s.of(duty.title), "id": duty.id, "clause": duty.clause}
        yield s.say("duty_of", who=s.of(duty.who), **said) if duty.who else s.say("duty", **said)
