"""Compares what two rulebooks ask of persons: whom a measure catches, its phases, ways out and follow-up tests."""

from __future__ import annotations

from typing import Any

from sizao.policy.diff.change import Both, Comparison, Direction, Subject, sign, toward, weigh
from sizao.policy.diff.pair import by, pair_alike, pair_by, pair_measures, pair_phases
from sizao.policy.diff.say import Said, join, plain, say
from sizao.policy.diff.triggers import diff_triggers, say_triggers
from sizao.policy.persons import Frequency, planned_days

LENGTHS = ("days", "through", "until")


def diff_measures(c: Comparison) -> None:
    """Changes of the measures, matched by id, or by the facts that they catch where the id changed."""
    measures = c.lists(
        Subject("persons", ("measures",), say("group_persons")), c.both.get("measures"), say("measures")
    )
    pairs = pair_measures(measures.a, measures.b)
    for here, there in pairs:
        _measure(c, measures.item(here, there))


def diff_test(c: Comparison) -> None:
    """What a test is, and the restrictions with their order."""
    test = c.both.get("test")
    about = Subject("persons", ("test",), say("the_test"))
    if c.mappings(about, test, optional=True):
        for key in ("recorded_in", "positive_ct_below"):
            c.tell_from_to(about.down(key), test.get(key), plain, what=say(key))
        words = Both(_words(test.a), _words(test.b), test.at_a, test.at_b)
        c.wording(about, Both({"title": words.a}, {"title": words.b}, test.at_a, test.at_b), "title")
        c.rest(about, test, "recorded_in", "positive_ct_below", "zh", "en")


def diff_restrictions(c: Comparison) -> None:
    """Restrictions that are new, gone, or in another order."""
    about = Subject("persons", ("restrictions",), say("restrictions"))
    both = c.lists(about, c.both.get("restrictions"), say("restrictions"))
    for here, there in pair_by(both.a, both.b, by("id")):
        one = both.item(here, there)
        name = c.speech.named("restrictions", _id(one))
        about_one = about.down(_id(one))
        if here is None or there is None:
            c.tell(about_one, one, say("added" if here is None else "removed", what=name))
        elif c.mappings(about_one, one):
            c.tell_from_to(
                about_one.down("away"), one.get("away"), plain, what=say("colon", what=name, text=say("away"))
            )
            c.wording(Subject("wording", about_one.path, name), one, "title")
            c.rest(about_one, one, "id", "title", "away")
    diff_order(c, about.down("order"), both, c.restrictions, c.speech.restriction)


def diff_order(c: Comparison, about: Subject, both: Both, orders: tuple[list[str], list[str]], words: Any) -> None:
    """Tells where what both lists have stands in another order."""
    shared = [[i for i in order if i in orders[0] and i in orders[1]] for order in orders]
    value = Both(shared[0], shared[1], both.at_a, both.at_b)
    c.tell_from_to(about, value, lambda ids: join("comma", map(words, ids)), what=say("order"))


def _measure(c: Comparison, one: Both) -> None:
    about = Subject("persons", ("measures", _id(one)), _heading(c, one))
    if one.at_a is None or one.at_b is None:
        side = one.b if one.at_a is None else one.a
        if not isinstance(side, dict):
            c.tell(about, one, say("added" if one.at_a is None else "removed", what=plain(side)))
            return
        word, facts = ("measure_new", "measure_gone")[one.at_b is None], say_triggers(c, side.get("triggers"))
        c.tell(about, one, say(word, kinds=facts, asks=c.speech.asks(side.get("phases"))))
        return
    if not c.mappings(about, one):
        return
    if one.get("id").differs:
        wording = Subject("wording", (*about.path, "id"), about.said)
        c.tell_from_to(wording, one.get("id"), plain, what=say("renamed"))
    diff_triggers(c, about, one)
    c.tell_from_to(about.down("takes_from"), one.get("takes_from"), lambda v: _measures(c, v), what=say("takes_from"))
    credit = one.get("counted_from")
    c.tell_from_to(about.down("counted_from"), credit.without("title"), c.speech.credit, what=say("counted_from"))
    c.wording(Subject("wording", (*about.path, "counted_from"), about.said), credit, "title")
    _phases(c, about, one)
    c.tell_from_to(about.down("follow_up"), one.get("follow_up"), c.speech.follow_up, what=say("follow_up"))
    c.wording(Subject("wording", about.path, _name(one)), one, "title", "clause")
    c.rest(about, one, "id", "title", "clause", "triggers", "takes_from", "counted_from", "phases", "follow_up")


def _phases(c: Comparison, about: Subject, one: Both) -> None:
    phases = one.get("phases")
    about = about.down("phases")
    if not (phases.a and phases.b and isinstance(phases.a, list) and isinstance(phases.b, list)):
        # something against nothing: said as a whole
        direction: Direction | None = "stricter" if phases.a == [] else "lighter" if phases.b == [] else None
        c.tell_from_to(about, phases, c.speech.asks, direction=direction)
        return
    pairs = pair_phases(phases.a, phases.b)
    for here, there in pairs:
        phase = phases.item(here, there)
        if here is None or there is None:
            word: str = "phase_new" if here is None else "phase_gone"
            said = say(word, phase=c.speech.phase(phase.b if here is None else phase.a))
            c.tell(about.down(_id(phase)), phase, said, "stricter" if here is None else "lighter")
        else:
            _phase(c, about.down(_id(phase)), phase)
    matched = [there for here, there in pairs if here is not None and there is not None]
    if matched != sorted(matched):
        names = Both([_word(p) for p in phases.a], [_word(p) for p in phases.b], phases.at_a, phases.at_b)
        c.tell_from_to(about.down("order"), names, plain, what=say("order"))


def _phase(c: Comparison, about: Subject, phase: Both) -> None:
    if not c.mappings(about, phase):
        return
    name = _phase_name(c, phase.b)
    heavier = weigh(c.restrictions, phase.a.get("restriction"), phase.b.get("restriction"))
    longer, more = _length_sign(phase), sign(tests_in(phase.a), tests_in(phase.b))
    if phase.get("restriction").differs:
        # another restriction is another phase: said as a whole, with what it asks
        c.tell_from_to(about, phase, c.speech.phase, direction=toward(heavier, longer, more))
    else:
        lengths = [key for key in LENGTHS if phase.get(key).differs]
        if lengths:
            at = phase.get(lengths[0])
            was, now = ({k: s[k] for k in LENGTHS if k in s} for s in (phase.a, phase.b))
            shown = Both(was, now, at.at_a, at.at_b)
            c.tell_from_to(about.down("length"), shown, c.speech.length, what=name, direction=toward(longer))
        _tests(c, about.down("tests"), phase.get("tests"), name, toward(more))
        ceiling = [side.get("up_to") or side.get("restriction") for side in (phase.a, phase.b)]
        c.tell_from_to(
            about.down("up_to"),
            phase.get("up_to"),
            lambda v: say("up_to", restriction=c.speech.restriction(v)) if v else say("no_choice"),
            what=name,
            direction=toward(weigh(c.restrictions, *ceiling)),
        )
        _ways_out(c, about.down("release"), phase, name)
        if phase.get("id").differs:
            c.tell_from_to(
                Subject("wording", (*about.path, "id"), about.said), phase.get("id"), plain, what=say("renamed")
            )
    c.wording(Subject("wording", about.path, say("colon", what=about.said, text=name)), phase, "clause")
    c.rest(about, phase, "id", "restriction", *LENGTHS, "tests", "up_to", "release", "clause")


def _tests(c: Comparison, about: Subject, tests: Both, name: Said, direction: Direction | None) -> None:
    if all(isinstance(side, list) and side for side in (tests.a, tests.b)):
        what = say("tests_of", phase=name)
        c.tell_from_to(about, tests, lambda v: say("day_list", days=plain(v)), what=what, direction=direction)
    else:
        c.tell_from_to(about, tests, c.speech.tests, what=name, direction=direction)


def _ways_out(c: Comparison, about: Subject, phase: Both, name: Said) -> None:
    ways = c.lists(about, phase.get("release"), say("colon", what=name, text=say("release")))
    for here, there in pair_alike(ways.a, ways.b):
        way = ways.item(here, there)
        if here is None:
            c.tell(about, way, say("way_new", phase=name, way=c.speech.way(way.b)), "lighter")
        elif there is None:
            c.tell(about, way, say("way_gone", phase=name, way=c.speech.way(way.a)), "stricter")
        else:
            label = say("colon", what=name, text=say("release"))
            c.tell_from_to(about, way.without("clause").without("title"), c.speech.way, what=label)
            if c.mappings(about, way):
                c.wording(
                    Subject("wording", about.path, say("colon", what=about.said, text=label)), way, "title", "clause"
                )


def tests_in(phase: dict[str, Any]) -> int | None:
    """How many tests a phase asks for, as far as it can be counted."""
    tests, days = phase.get("tests"), phase.get("days", phase.get("through"))
    if isinstance(tests, list):
        return len(tests)
    if not isinstance(days, int) or days > 3650:
        return None
    if tests == "daily":
        return days
    try:
        return len(planned_days(Frequency.model_validate(tests), days))
    except ValueError:
        return None


def _length_sign(phase: Both) -> int | None:
    if phase.get("days").differs or phase.get("through").differs or phase.get("until").differs:
        return next((s for k in ("days", "through") if (s := sign(phase.a.get(k), phase.b.get(k)))), None)
    return 0


def _heading(c: Comparison, one: Both) -> Said:
    """Title, id and clause of a measure; both clauses where they differ."""
    sides = [side for side in (one.b, one.a) if isinstance(side, dict)]
    if not sides:
        return plain(one.b if one.b is not None else one.a)
    clauses = list(dict.fromkeys(plain(side["clause"]) for side in reversed(sides) if side.get("clause")))
    clause = say("from_to", before=clauses[0], after=clauses[1]) if len(clauses) > 1 else join("comma", clauses)
    return say("clause_of", name=_name(one), clause=clause) if clauses else _name(one)


def _name(one: Both) -> Said:
    """Title and id of a measure."""
    side = one.b if isinstance(one.b, dict) else one.a
    title = side.get("title")
    return say("named", title=plain(title), id=plain(side.get("id"))) if title is not None else plain(side.get("id"))


def _phase_name(c: Comparison, phase: dict[str, Any]) -> Said:
    restriction = c.speech.restriction(phase.get("restriction"))
    if phase.get("id") == phase.get("restriction"):
        return restriction
    return say("named", title=restriction, id=phase.get("id"))


def _measures(c: Comparison, ids: Any) -> Said:
    if not isinstance(ids, list):
        return plain(ids)
    return join("comma", [c.speech.named("measures", i) for i in ids]) if ids else say("no_measure")


def _words(test: Any) -> dict[str, Any]:
    return {k: test.get(k) for k in ("zh", "en")} if isinstance(test, dict) else {}


def _id(one: Both) -> str:
    return _word(one.b if one.b is not None else one.a)


def _word(item: Any) -> str:
    return str(item.get("id")) if isinstance(item, dict) else str(item)
