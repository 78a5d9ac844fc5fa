"""Compares what two rulebooks say of places: levels, how wide they are drawn, when they are lifted."""

from __future__ import annotations

from typing import Any

from sizao.policy.diff.change import Both, Comparison, Subject, sign, toward, weigh, words_of
from sizao.policy.diff.normal import SCOPES
from sizao.policy.diff.pair import by, pair_by
from sizao.policy.diff.persons import diff_order
from sizao.policy.diff.say import Said, count, items_of, join, plain, say, word_of


def diff_places(c: Comparison) -> None:
    """Changes of the levels, matched by id, and of those that a document abolishes in words."""
    areas = c.both.get("areas")
    about = Subject("places", ("areas",), say("group_places"))
    if not c.mappings(about, areas):
        return
    levels = c.lists(about.down("levels"), areas.get("levels"), say("levels"))
    abolished = c.lists(about.down("abolished"), areas.get("abolished"), say("abolished"))
    for here, there in pair_by(levels.a, levels.b, by("id")):
        level = levels.item(here, there)
        _level(c, _about(c, "levels", level, "id"), level, abolished)
    diff_order(c, about.down("levels", "order"), levels, c.levels, lambda i: c.speech.named("levels", i))
    _abolished(c, abolished)
    c.rest(about, areas, "levels", "abolished")


def _abolished(c: Comparison, both: Both) -> None:
    for here, there in pair_by(both.a, both.b, by("level")):
        one = both.item(here, there)
        about = _about(c, "abolished", one, "level")
        if here is None or there is None:
            if not _level_went(c, one):
                c.tell(about, one, say("level_said_gone" if here is None else "level_not_said_gone"))
        elif c.mappings(about, one):
            c.wording(about, one, "title", "clause")
            c.rest(about, one, "level", "title", "clause")


def _level_went(c: Comparison, one: Both) -> bool:
    """Whether the level that is now abolished in words is told as gone already."""
    level = str(one.b.get("level")) if isinstance(one.b, dict) else None
    return one.a is None and level in c.levels[0] and level not in c.levels[1]


def _level(c: Comparison, about: Subject, level: Both, abolished: Both) -> None:
    if level.at_a is None:
        c.tell(about, level, say("added", what=_drawn(c, level.b)))
        return
    if level.at_b is None:
        words = level.a.get("id") if isinstance(level.a, dict) else None
        in_words = any(isinstance(x, dict) and x.get("level") == words for x in abolished.b)
        c.tell(about, level, say("level_abolished" if in_words else "level_gone"))
        return
    if not c.mappings(about, level):
        return
    called = level.get("ordered_as")
    c.tell_from_to(about.down("ordered_as"), called, lambda v: _named(c, v), what=say("ordered_as"))
    c.tell_from_to(about.down("around"), level.get("around"), _listed, what=say("around"))
    c.tell_from_to(about.down("rest_of"), level.get("rest_of"), lambda v: _rest_of(c, v))
    c.tell_from_to(
        about.down("scope"),
        level.get("scope"),
        _listed,
        what=say("scope"),
        direction=toward(_wider(level.get("scope"))),
    )
    c.tell_from_to(about.down("wider"), level.get("wider"), plain, what=say("wider"))
    inside = level.get("restriction")
    heavier = (inside.b is not None) - (inside.a is not None) or weigh(c.restrictions, inside.a, inside.b)
    c.tell_from_to(
        about.down("restriction"),
        inside,
        lambda v: say("nothing") if v is None else c.speech.restriction(v),
        what=say("restriction"),
        direction=toward(heavier),
    )
    _lifts(c, about.down("lifts"), level.get("lifts"))
    c.wording(about, level, "title", "clause", "wider_clause")
    known = ("around", "rest_of", "scope", "wider", "wider_clause", "restriction", "lifts", "ordered_as")
    c.rest(about, level, "id", "title", "clause", *known)


def _lifts(c: Comparison, about: Subject, lifts: Both) -> None:
    if not c.mappings(about, lifts, optional=True):
        return
    days, to = lifts.get("after_days"), lifts.get("to")
    if days.differs or to.differs:
        what = Both({"after_days": days.a, "to": to.a}, {"after_days": days.b, "to": to.b}, days.at_a, days.at_b)
        if not days.differs:
            what = Both(what.a, what.b, to.at_a, to.at_b)
        direction = toward(sign(days.a, days.b), weigh(c.levels, to.a, to.b))
        c.tell_from_to(about, what, lambda v: _when(c, v), direction=direction)
    ignoring = lifts.get("ignoring")
    was, now = ([] if value is None else value for value in (ignoring.a, ignoring.b))
    ignoring = Both(was, now, ignoring.at_a, ignoring.at_b)
    ignoring = c.lists(about.down("ignoring"), ignoring, say("ignoring"))
    for here, there in pair_by(ignoring.a, ignoring.b, by("found_by")):
        one = ignoring.item(here, there)
        side = one.b if one.a is None else one.a
        name = str(side.get("found_by")) if isinstance(side, dict) else str(side)
        about_one = about.down("ignoring", name)
        title = plain(side["title"]) if isinstance(side, dict) and "title" in side else plain(name)
        if here is None or there is None:
            word, to_whom = ("ignoring_new", -1) if here is None else ("ignoring_gone", 1)
            c.tell(about_one, one, say(word, title=title), toward(to_whom))
        elif c.mappings(about_one, one):
            c.wording(about_one, one, "title", "clause")
            c.rest(about_one, one, "found_by", "title", "clause")
    c.wording(Subject("wording", about.path, say("colon", what=about.said, text=say("lifting"))), lifts, "clause")
    c.rest(about, lifts, "after_days", "to", "clause", "ignoring")


def _when(c: Comparison, lifts: dict[str, Any]) -> Said:
    if lifts["after_days"] is None and lifts["to"] is None:
        return say("not_lifted")
    return say("lifts_after", days=count("days", lifts["after_days"]), to=c.speech.named("levels", lifts["to"]))


def _drawn(c: Comparison, level: Any) -> Said:
    """A whole level in one line."""
    if not isinstance(level, dict):
        return plain(level)
    parts = []
    if level.get("around"):
        parts.append(say("colon", what=say("around"), text=_listed(level["around"])))
    if level.get("rest_of"):
        parts.append(_rest_of(c, level["rest_of"]))
    if level.get("scope"):
        parts.append(say("colon", what=say("scope"), text=_listed(level["scope"])))
    if level.get("restriction"):
        parts.append(say("colon", what=say("restriction"), text=c.speech.restriction(level["restriction"])))
    if isinstance(level.get("lifts"), dict):
        when = {key: level["lifts"].get(key) for key in ("after_days", "to")}
        parts.append(_when(c, when))
    return join("pause", parts) if parts else plain(level.get("id"))


def _named(c: Comparison, level: Any) -> Said:
    return say("absent") if level is None else c.speech.named("levels", level)


def _rest_of(c: Comparison, rest: Any) -> Said:
    if not isinstance(rest, dict) or rest.keys() != {"level", "within"}:
        return plain(rest)
    levels = join("comma", (c.speech.named("levels", level) for level in items_of(rest["level"])))
    return say("rest", level=levels, within=word_of(rest["within"]))


def _wider(scope: Both) -> int | None:
    """1 where the widest scope that b allows is wider than that of a, -1 where it is narrower."""
    if not all(isinstance(side, list) and side and set(map(str, side)) <= set(SCOPES) for side in (scope.a, scope.b)):
        return None
    return sign(*(max(map(SCOPES.index, side)) for side in (scope.a, scope.b)))


def _listed(items: Any) -> Said:
    return words_of(items) if items else say("absent")


def _about(c: Comparison, section: str, one: Both, key: str) -> Subject:
    side = one.b if one.at_b is not None else one.a
    word = side.get(key) if isinstance(side, dict) else side
    title = side.get("title") if isinstance(side, dict) else None
    said = c.speech.named("levels", word)
    if title is not None and said == plain(word):
        said = say("named", title=plain(title), id=plain(word))
    return Subject("places", ("areas", section, str(word)), said)
