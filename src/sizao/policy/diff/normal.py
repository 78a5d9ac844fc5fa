"""Writes out the short forms of a rulebook's plain data, so that two ways to write one rule compare as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, get_args

from sizao.policy.places import Scope

Data = dict[str, Any]
PLACES = ("home", "work", "activity")
SCOPES: tuple[str, ...] = get_args(Scope)
"""Narrow to wide."""


def normal(data: Data) -> Data:
    """The same rulebook with what may be left out written out; values keep their paths, wrong ones stay."""
    data = deepcopy(data)
    _fill(data.get("test"), recorded_in="tests")
    _fill(data.get("document"), retroactive=False)
    _fill(data, restrictions=[], measures=[], proofs=[], duties=[], assumed=[], areas={}, limits={})
    _fill(data["limits"], forbidden=[])
    for ban in _mappings(_get(data["limits"], "forbidden")):
        _fill(ban, unless_kinds=[])
        _sort(ban, "unless_kinds", ())
    _fill(data["areas"], levels=[], abolished=[])
    for restriction in _mappings(data["restrictions"]):
        _fill(restriction, away=False)
    for proof in _mappings(data["proofs"]):
        _fill(proof, tests=1)
    for level in _mappings(_get(data["areas"], "levels")):
        _fill(level, around=[], scope=[])
        _sort(level, "around", PLACES)
        _sort(level, "scope", SCOPES)
        _fill(level.get("lifts"), ignoring=[])
        _one_or_more(level.get("rest_of"), "level")
    for measure in _mappings(data["measures"]):
        _measure(measure)
    return data


def _measure(measure: Data) -> None:
    _fill(measure, takes_from=[], triggers=[])
    _sort(measure, "takes_from", ())
    if measure.get("asks") == "nothing" and not measure.get("phases"):
        measure["phases"] = []
        del measure["asks"]
    for trigger in _mappings(measure["triggers"]):
        _fill(trigger, day_1="same_day")
        _fill(trigger.get("following"), at_least_days=0)
        if "case" in trigger:
            _fill(trigger, origin=["local", "imported"])
    for phase in _mappings(measure.get("phases")):
        _phase(phase, measure)
    follow_up = measure.get("follow_up")
    _fill(follow_up, apart_hours=24)
    for branch in _mappings(_get(follow_up, "then")):
        _fill(branch, day_1="same_day")


def _phase(phase: Data, measure: Data) -> None:
    _fill(phase, id=phase.get("restriction"), tests=[], release=[])
    if phase.get("clause") == measure.get("clause"):
        phase.pop("clause", None)
    length = phase.get("days", phase.get("through"))
    if isinstance(length, int) and phase["tests"] == list(range(1, length + 1)):
        phase["tests"] = "daily"
    _fill(phase["tests"], in_days=length, apart_hours=24)
    for way in _mappings(phase["release"]):
        if "event" not in way:
            _fill(way, tests=1, result=["negative"], from_day=1, apart_hours=24)


def _fill(data: Any, **defaults: Any) -> None:
    if isinstance(data, dict):
        for key, value in defaults.items():
            if data.get(key) is None:
                data[key] = value


def _sort(data: Data, key: str, order: Sequence[str]) -> None:
    """A list whose order says nothing."""
    if isinstance(data[key], list) and all(isinstance(item, str) for item in data[key]):
        data[key] = sorted(data[key], key=lambda item: (order.index(item) if item in order else len(order), item))


def _one_or_more(data: Any, key: str) -> None:
    """A list of words whose order says nothing; of a single one, the word."""
    if isinstance(data, dict) and isinstance(data.get(key), list):
        _sort(data, key, ())
        data[key] = data[key][0] if len(data[key]) == 1 else data[key]


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _mappings(items: Any) -> Iterator[Data]:
    yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))
