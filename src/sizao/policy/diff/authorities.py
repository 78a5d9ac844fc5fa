"""Compares what two rulebooks say to authorities: limits, forbidden orders, proofs, duties, the transition."""

from __future__ import annotations

from typing import Any

from sizao.policy.diff.change import NOTHING, Both, Comparison, Group, Subject, sign, toward
from sizao.policy.diff.pair import by, pair_by
from sizao.policy.diff.say import Said, count, plain, say, word_of


def diff_limits(c: Comparison) -> None:
    """Limits on tests, the clause against more, when everybody may be tested, orders that are forbidden."""
    limits = c.both.get("limits")
    about = Subject("limits", ("limits",), say("limits"))
    if not c.mappings(about, limits):
        return
    per_day = limits.get("tests_per_day")
    per_day_about = Subject("limits", ("limits", "tests_per_day"), say("tests_per_day"))
    if c.mappings(per_day_about, per_day, optional=True):
        c.tell_from_to(per_day_about.down("at_most"), per_day.get("at_most"), _at_most)
        c.wording(per_day_about, per_day, "clause")
        c.rest(per_day_about, per_day, "at_most", "clause")
    _ceiling(c, limits.get("ceiling"))
    mass = limits.get("mass_testing")
    mass_about = Subject("limits", ("limits", "mass_testing"), say("mass_testing"))
    if c.mappings(mass_about, mass, optional=True):
        c.tell_from_to(mass_about.down("only_if"), mass.get("only_if"), _only_if)
        for key in ("at_most_scope", "in_level"):
            c.tell_from_to(mass_about.down(key), mass.get(key), lambda v: _level(c, v, "absent"), what=say(key))
        c.wording(mass_about, mass, "clause")
        c.rest(mass_about, mass, "only_if", "clause", "at_most_scope", "in_level")
    _forbidden(c, limits.get("forbidden"))
    c.rest(about, limits, "tests_per_day", "ceiling", "mass_testing", "forbidden")


def _ceiling(c: Comparison, ceiling: Both) -> None:
    given = ceiling.a is not None and ceiling.b is not None
    about = Subject("wording" if given else "limits", ("limits", "ceiling"), say("ceiling"))
    c.tell_from_to(about, ceiling, plain)


def _forbidden(c: Comparison, both: Both) -> None:
    both = c.lists(Subject("limits", ("limits", "forbidden"), say("forbidden")), both, say("forbidden"))
    for here, there in pair_by(both.a, both.b, by("order")):
        one = both.item(here, there)
        about = _about("limits", ("limits", "forbidden"), one, "order")
        if here is None or there is None:
            c.tell(about, one, say("forbidden_new" if here is None else "forbidden_gone"))
        elif c.mappings(about, one):
            c.tell_from_to(
                about.down("unless"), one.get("unless"), lambda v: _or(v, "no_exception"), what=say("unless")
            )
            c.tell_from_to(
                about.down("unless_level"),
                one.get("unless_level"),
                lambda v: _level(c, v, "no_exception"),
                what=say("unless_level"),
            )
            kinds = one.get("unless_kinds")
            c.tell_from_to(about.down("unless_kinds"), kinds, _kinds, what=say("unless_kinds"))
            c.wording(about, one, "title", "clause")
            c.rest(about, one, "order", "title", "clause", "unless", "unless_level", "unless_kinds")


def diff_proofs(c: Comparison) -> None:
    """What must be shown before an act."""
    both = c.lists(Subject("proofs", ("proofs",), say("group_proofs")), c.both.get("proofs"), say("group_proofs"))
    for here, there in pair_by(both.a, both.b, by("id")):
        one = both.item(here, there)
        about = _about("proofs", ("proofs",), one, "id")
        if here is None or there is None:
            word = "proof_new" if here is None else "proof_gone"
            c.tell(about, one, say(word, proof=_proof(one.b if here is None else one.a)))
        elif c.mappings(about, one):
            tests, hours = one.get("tests"), one.get("within_hours")
            shorter = sign(hours.b, hours.a) if hours.differs else 0
            shown = [{k: side.get(k) for k in ("tests", "within_hours")} for side in (one.a, one.b)]
            at = tests if tests.differs else hours
            c.tell_from_to(
                about.down("tests"),
                Both(shown[0], shown[1], at.at_a, at.at_b),
                _proof,
                direction=toward(sign(tests.a, tests.b), shorter),
            )
            c.wording(about, one, "title", "clause")
            c.rest(about, one, "id", "title", "clause", "tests", "within_hours")


def diff_duties(c: Comparison) -> None:
    """Tasks of government."""
    both = c.lists(Subject("duties", ("duties",), say("group_duties")), c.both.get("duties"), say("group_duties"))
    for here, there in pair_by(both.a, both.b, by("id")):
        one = both.item(here, there)
        about = _about("duties", ("duties",), one, "id")
        if here is None or there is None:
            side = one.b if here is None else one.a
            who = side.get("who") if isinstance(side, dict) else None
            c.tell(about, one, say("duty_new" if here is None else "duty_gone", who=_or(who, "nobody_named")))
        elif c.mappings(about, one):
            c.tell_from_to(about.down("who"), one.get("who"), lambda v: _or(v, "nobody_named"), what=say("who"))
            c.wording(about, one, "title", "clause")
            c.rest(about, one, "id", "title", "clause", "who")


def diff_transition(c: Comparison) -> None:
    """What happens to people already under a measure."""
    move = c.both.get("transition")
    about = Subject("transition", ("transition",), NOTHING)
    if c.mappings(about, move, optional=True):
        c.tell_from_to(
            about.down("rule"), move.get("rule"), lambda v: word_of(v) if v else plain(v), what=say("rule")
        )
        c.tell_from_to(about.down("date"), move.get("date"), plain, what=say("date"))
        c.wording(Subject("wording", about.path, say("transition")), move, "clause")
        c.rest(about, move, "rule", "date", "clause")


def _at_most(n: Any) -> Said:
    return say("no_limit") if n is None else say("at_most", n=plain(n))


def _only_if(text: Any) -> Said:
    return say("no_limit") if text is None else say("only_if", text=plain(text))


def _or(text: Any, otherwise: str) -> Said:
    return say(otherwise) if text is None else plain(text)


def _kinds(kinds: Any) -> Said:
    return plain(kinds) if kinds else say("no_exception")


def _level(c: Comparison, name: Any, otherwise: str) -> Said:
    """A level by its title, a scope word in plain language."""
    if name is None:
        return say(otherwise)
    named = c.speech.named("levels", name)
    return word_of(name) if named == plain(name) else named


def _proof(proof: Any) -> Said:
    if not isinstance(proof, dict):
        return plain(proof)
    tests, hours = count("tests", proof.get("tests")), proof.get("within_hours")
    if proof.get("tests") == 0:
        return say("no_proof")
    return tests if hours is None else say("proof", tests=tests, n=plain(hours))


def _about(group: Group, path: tuple[str, ...], one: Both, key: str) -> Subject:
    """The item by title, id and clause."""
    side = one.b if one.at_b is not None else one.a
    if not isinstance(side, dict):
        return Subject(group, (*path, str(side)), plain(side))
    title = side.get("title")
    name = say("named", title=plain(title), id=plain(side.get(key))) if title is not None else plain(side.get(key))
    return Subject(group, (*path, str(side.get(key))), name)
