"""Random chains of rulebooks that use every part of the format that people are judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from strategies_phases import phase_lists

from sizao.policy import Rulebook, Trigger
from sizao.policy.faults.overlap import overlap

Data = dict[str, Any]

FIRST = date(2022, 1, 1)

# Light to strict, and not in alphabetical order.
RESTRICTIONS = ("watch", "home", "centre", "ward")
EVENT_KINDS = ("k1", "k2", "k3")
CLASSES = ("confirmed", "asymptomatic")
MEASURES = ("m2", "m10", "m_1")
OF_CASES = "m1"  # mostly of cases alone, so that others may have follow-up tests
STARTED = "m_follow"  # only follow-up tests start it
UNKNOWN_WORDS = ("unheard_of", "banned")
# Ct x 100 of samples, and Ct in rulebooks: on both sides of each edge.
CTS = (2999, 3000, 3499, 3500, 3999)
CT_EDGES = (30, 35)


def sometimes(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def one_in(n: int) -> st.SearchStrategy[bool]:
    return st.sampled_from([*[False] * (n - 1), True])


def given(**keys: Any) -> Data:
    """A part of a rulebook without the keys that are left out."""
    return {key.rstrip("_"): value for key, value in keys.items() if value is not None}


@st.composite
def chains(draw: st.DrawFn, least: int = 1, last_rule: str | None = None) -> tuple[Rulebook, ...]:
    """One to three rulebooks, each replacing the one before; `last_rule` fixes the last transition."""
    length = draw(st.sampled_from((1, 2, 3, 3)).filter(lambda n: n >= least))
    orders = _consistent([draw(st.sets(st.sampled_from(RESTRICTIONS), min_size=1)) for _ in range(length)])
    effective, books = FIRST + timedelta(10), []
    for n, restrictions in enumerate(orders):
        books.append(draw(_rulebooks(n, effective, restrictions, last_rule if n == length - 1 else None)))
        effective += timedelta(draw(st.sampled_from((2, 1, 3, 4, 7))))
    return tuple(books)


def _consistent(chosen: list[set[str]]) -> list[list[str]]:
    """Adds words until the rulebooks together give one order: of any two neighbours, some rulebook has both."""
    union = [word for word in RESTRICTIONS if any(word in words for words in chosen)]
    for lighter, heavier in pairwise(union):
        if not any({lighter, heavier} <= words for words in chosen):
            next(words for words in chosen if heavier in words).add(lighter)
    return [[word for word in RESTRICTIONS if word in words] for words in chosen]


@st.composite
def _rulebooks(draw: st.DrawFn, n: int, effective: date, restrictions: list[str], rule: str | None) -> Rulebook:
    name = f"r{n}"
    words = {"zh": name, "en": name}
    move = None
    if n:
        rule = rule or draw(st.sampled_from(("rederive", "rederive", "keep", "new_only_from")))
        since = effective + timedelta(draw(st.integers(-4, 4))) if rule == "new_only_from" else None
        move = {"rule": rule, "date": since}
    limit = draw(st.sampled_from((None, 1, 2)))
    measures = draw(_measure_lists(name, effective, restrictions))
    used = {p.get(key) for m in measures for p in m.get("phases", ()) for key in ("restriction", "up_to")}
    free = [word for word in (*UNKNOWN_WORDS, *restrictions) if word not in used]
    banned = draw(st.lists(st.sampled_from(free), unique=True, max_size=2)) if draw(one_in(2)) else []
    return Rulebook.model_validate(
        {
            "id": name,
            "title": words,
            "jurisdiction": "made up",
            "disease": "made_up",
            "document": {
                "number": name,
                "title": words,
                "issuer": words,
                "published": effective,
                "effective": effective,
            },
            "replaces": f"r{n - 1}" if n else None,
            "test": {**words, "positive_ct_below": draw(sometimes(st.sampled_from(CT_EDGES)))},
            "restrictions": [{"id": word, "title": words} for word in restrictions],
            "measures": measures,
            "limits": {
                "tests_per_day": {"at_most": limit, "clause": f"{name} limit"} if limit else None,
                "ceiling": draw(sometimes(st.just(f"{name} ceiling"))),
                "forbidden": [{"order": w, "title": words, "clause": f"{name} no {w}"} for w in banned],
            },
            "transition": move,
        }
    )


@st.composite
def _measure_lists(draw: st.DrawFn, book: str, effective: date, restrictions: list[str]) -> list[Data]:
    """Measures as data: what starts each, what of two takes a fact, then their phases."""
    triggers: dict[str, list[Data]] = {name: [] for name in draw(st.permutations((*MEASURES, OF_CASES)))}
    for kind in EVENT_KINDS:
        for dates in draw(_dates(effective)):
            _add(triggers, draw(_measure_names()), given(event=kind, **dates))
    for group in CLASSES:
        for origins in draw(st.sampled_from(((None,), (None,), (["local"], ["imported"]), (["imported"],)))):
            names = st.sampled_from((*[OF_CASES] * 4, *MEASURES, None))
            _add(triggers, draw(names), given(case=[group], origin=origins))
    if draw(st.booleans()):
        for trigger in draw(st.lists(_test_triggers(effective), min_size=1, max_size=3)):
            _add(triggers, draw(st.sampled_from(MEASURES)), trigger)
    if draw(one_in(3)):  # a fact that another measure catches too
        _add(triggers, draw(st.sampled_from(MEASURES)), {"event": draw(st.sampled_from(EVENT_KINDS))})
    started = {name: found for name, found in triggers.items() if found} or {MEASURES[0]: [{"event": "k1"}]}
    for found in started.values():
        for trigger in found:
            trigger["day_1"] = draw(st.sampled_from(("same_day", "day_after")))
    follow_ups = draw(_follow_ups(list(started), started))
    if any(branch["starts"] == STARTED for follow_up in follow_ups.values() for branch in follow_up["then"]):
        started[STARTED] = []
    reached = {branch["starts"] for follow_up in follow_ups.values() for branch in follow_up["then"]}
    measures = []
    for name, found in started.items():
        cases = name not in reached and all("case" in trigger for trigger in found)
        phases = draw(phase_lists(f"{book} {name}", restrictions, cases=cases))
        measures.append(
            given(
                id=name,
                title={"zh": name, "en": name},
                clause=f"{book} {name}",
                takes_from=_losers(name, started),
                counted_from=draw(_credits()) if phases and draw(one_in(4)) else None,
                triggers=found,
                phases=phases or None,
                asks=None if phases else "nothing",
                follow_up=follow_ups.get(name),
            )
        )
    return measures


def _measure_names() -> st.SearchStrategy[str | None]:
    return st.sampled_from((*MEASURES, *MEASURES, None))


def _add(triggers: dict[str, list[Data]], measure: str | None, trigger: Data) -> None:
    """Adds a trigger, unless another one of the measure catches the same facts."""
    mine = triggers.get(measure, []) if measure else []
    if measure and not any(_overlap(trigger, other) for other in mine):
        mine.append(trigger)


def _overlap(a: Data, b: Data) -> bool:
    return overlap(Trigger.model_validate(a), Trigger.model_validate(b)) is not None


def _losers(name: str, triggers: dict[str, list[Data]]) -> list[str] | None:
    """The measures after this one that catch some fact of it."""
    names = list(triggers)
    after = names[names.index(name) + 1 :]
    found = [n for n in after if any(_overlap(a, b) for a in triggers[name] for b in triggers[n])]
    return found or None


@st.composite
def _dates(draw: st.DrawFn, effective: date) -> list[Data]:
    """Dates of a trigger, or of two that share a kind; mostly none."""
    edge, later = (effective + timedelta(draw(st.sampled_from((0, -1, 1, -3, 2)))) for _ in range(2))
    return draw(
        st.sampled_from(
            (
                [{}],
                [{}],
                [{}],
                [{"from_": edge}],
                [{"before": edge}],
                [{"before": edge}, {"from_": edge}],
                [{"before": min(edge, later)}, {"from_": max(edge, later)}],
            )
        )
    )


@st.composite
def _matches(draw: st.DrawFn) -> Data:
    """Which tests are meant."""
    results = (["positive"], ["negative"], ["positive", "inconclusive"], ["negative", "pending"])
    ranges = ({"from": 30}, {"below": 35}, {"from": 30, "below": 35}, {"from": 35})
    keys = draw(st.sampled_from((("result",), ("ct",), ("result", "ct"), ("result", "method"), ("method", "ct"))))
    drawn = {"result": st.sampled_from(results), "ct": st.sampled_from(ranges), "method": st.just(["pcr"])}
    return {key: draw(drawn[key]) for key in keys}


@st.composite
def _test_triggers(draw: st.DrawFn, effective: date) -> Data:
    following = None
    if draw(one_in(3)):
        least, more = draw(st.sampled_from((0, 1, 2))), draw(st.sampled_from((0, 1, 3)))
        event = draw(st.sampled_from((*EVENT_KINDS, "looked_for")))
        following = {"event": event, "at_least_days": least, "within_days": least + more}
    dates = draw(_dates(effective).filter(lambda dates: dates != [{}]))[-1] if draw(one_in(3)) else {}
    return given(test=draw(_matches()), following=following, **dates)


@st.composite
def _credits(draw: st.DrawFn) -> Data:
    return {
        "event": draw(st.sampled_from((*EVENT_KINDS, "looked_for"))),
        "within_days": draw(st.sampled_from((3, 1, 0, 6))),
    }


@st.composite
def _follow_ups(draw: st.DrawFn, names: Sequence[str], triggers: dict[str, list[Data]]) -> dict[str, Data]:
    """The follow-up tests of some measures that no case starts; they start others, or STARTED."""
    found: dict[str, Data] = {}
    for name in names:
        if any("case" in trigger for trigger in triggers[name]) or draw(one_in(3)):
            continue
        targets = [STARTED, *(other for other in names if other != name)]
        branches = []
        for n in range(draw(st.sampled_from((1, 2, 2)))):
            last = n == 1 or draw(st.booleans())
            branches.append(
                given(
                    test=None if last and draw(st.booleans()) else draw(_matches()),
                    starts=draw(st.sampled_from(targets)),
                    day_1=draw(st.sampled_from(("same_day", "day_after"))),
                )
            )
            if "test" not in branches[-1]:
                break
        apart = draw(st.sampled_from((24, 12, 25)))
        found[name] = {"apart_hours": apart, "within_days": draw(st.sampled_from((3, 2, 5))), "then": branches}
    return found
