"""Compares whom a measure catches: kinds of event and case one by one, tests trigger by trigger."""

from __future__ import annotations

from typing import Any

from sizao.policy.diff.change import Both, Comparison, Subject, tell_apart
from sizao.policy.diff.pair import kinds_of, pair_alike, pair_by, same
from sizao.policy.diff.say import Said, join, plain, say, word_of

Kinds = dict[str, list[dict[str, Any]]]


def diff_triggers(c: Comparison, about: Subject, one: Both) -> None:
    """Whom the measure catches: kinds of event and case one by one, tests trigger by trigger."""
    about = about.down("triggers")
    both = c.lists(about, one.get("triggers"), say("triggers"))
    leave_alone = any(isinstance(side, dict) and side.get("phases") == [] for side in (one.a, one.b))
    before, after = (_by_kind(side, without="day_1" if leave_alone else "") for side in (both.a, both.b))
    new = [k for k in after if k not in before]
    gone = [k for k in before if k not in after]
    if new:
        c.tell(about, _at_kinds(both, gone=None, new=new), say("catches_new", after=c.speech.kinds(new)))
    if gone:
        c.tell(about, _at_kinds(both, gone=gone, new=None), say("catches_gone", before=c.speech.kinds(gone)))
    _starts(c, about, both, before, after)
    others = [[n for n, t in enumerate(side) if not kinds_of(t)] for side in (both.a, both.b)]
    for here, there in pair_alike([both.a[n] for n in others[0]], [both.b[n] for n in others[1]]):
        trigger = both.item(None if here is None else others[0][here], None if there is None else others[1][there])
        if here is None:
            c.tell(about, trigger, say("catches_new", after=c.speech.trigger(trigger.b)))
        elif there is None:
            c.tell(about, trigger, say("catches_gone", before=c.speech.trigger(trigger.a)))
        else:
            c.tell_from_to(about, _untitled(trigger), c.speech.trigger)
            earlier = trigger.get("following")
            c.wording(Subject("wording", (*about.path, "following"), about.said), earlier, "title")
    for here, there in pair_by(both.a, both.b, lambda t: tuple(kinds_of(t)[:1])):
        if here is not None and there is not None:
            trigger = both.item(here, there)
            if isinstance(trigger.a, dict) and isinstance(trigger.b, dict):
                c.wording(Subject("wording", about.path, about.said), trigger, "title")


def say_triggers(c: Comparison, triggers: Any) -> Said:
    """All that starts a measure, in words."""
    if not isinstance(triggers, list) or not triggers:
        return say("a_follow_up_test")
    others = [c.speech.trigger(t) for t in triggers if not kinds_of(t)]
    kinds = [kind for t in triggers for kind in kinds_of(t)]
    return join("comma", [*([c.speech.kinds(kinds)] if kinds else []), *others])


def _untitled(trigger: Both) -> Both:
    """A trigger without the titles in it: they change no rule."""

    def bare(side: Any) -> Any:
        if not isinstance(side, dict) or not isinstance(side.get("following"), dict):
            return side
        return side | {"following": {k: v for k, v in side["following"].items() if k != "title"}}

    trigger = trigger.without("title")
    return Both(bare(trigger.a), bare(trigger.b), trigger.at_a, trigger.at_b)


def _at_kinds(both: Both, *, gone: list[str] | None, new: list[str] | None) -> Both:
    """Kinds that only one side has, at the trigger that names the first of them."""

    def at(triggers: list[Any], kinds: list[str] | None) -> int | None:
        return next((n for n, t in enumerate(triggers) if kinds and kinds[0] in kinds_of(t)), None)

    here, there = at(both.a, gone), at(both.b, new)
    place = both.item(here, there)
    return Both(gone, new, place.at_a, place.at_b)


def _starts(c: Comparison, about: Subject, both: Both, before: Kinds, after: Kinds) -> None:
    """Kinds that both catch, from another day 1 or between other dates; those that change alike in one line."""
    alike: dict[str, tuple[list[str], Said, Said]] = {}
    for kind in before:
        if kind in after and not same(before[kind], after[kind]):
            was, now = tell_apart(
                Both(before[kind], after[kind]), lambda how: join("or", (_start(c, s) for s in how))
            )
            alike.setdefault(f"{was.en}|{now.en}", ([], was, now))[0].append(kind)
    for kinds, was, now in alike.values():
        place = _at_kinds(both, gone=kinds, new=kinds)
        value = Both([before[k] for k in kinds], [after[k] for k in kinds], place.at_a, place.at_b)
        c.tell(about, value, say("change", what=c.speech.kinds(kinds), before=was, after=now))


def _start(c: Comparison, start: dict[str, Any]) -> Said:
    """From which day on, under which conditions, and any key that is not known."""
    first = [say("day_1_is", day_1=word_of(start["day_1"]))] if "day_1" in start else []
    parts = [*first, *c.speech.conditions(start)]
    rest = {k: v for k, v in start.items() if k not in ("day_1", "from", "before", "following")}
    if not isinstance(start.get("following"), dict | None):
        rest["following"] = start["following"]
    parts += [plain(rest)] if rest else []
    return join("pause", parts) if parts else say("at_any_time")


def _by_kind(triggers: list[Any], without: str) -> Kinds:
    """Kind of fact -> how it starts the measure, once for each trigger that names it; `without` a key."""
    kinds: Kinds = {}
    for trigger in triggers:
        for kind in kinds_of(trigger):
            named = ("event",) if kind == trigger.get("event") else ("case", "origin")
            how = {k: v for k, v in trigger.items() if k not in (*named, "title", without)}
            kinds.setdefault(kind, []).append(how)
    return kinds
