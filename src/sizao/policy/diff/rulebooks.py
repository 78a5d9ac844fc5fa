"""Says what differs between two rulebooks, as a reader thinks of it: persons, places, authorities, the document."""

from __future__ import annotations

from typing import Any

from sizao.policy.diff.authorities import diff_duties, diff_limits, diff_proofs, diff_transition
from sizao.policy.diff.change import GROUPS, Both, Change, Comparison
from sizao.policy.diff.document import diff_document, diff_readings
from sizao.policy.diff.normal import normal
from sizao.policy.diff.pair import pair_measures
from sizao.policy.diff.parts import set_apart
from sizao.policy.diff.persons import diff_measures, diff_restrictions, diff_test
from sizao.policy.diff.places import diff_places
from sizao.policy.diff.source import Document

COMPARED = (
    diff_measures,
    diff_restrictions,
    diff_test,
    diff_places,
    diff_limits,
    diff_proofs,
    diff_duties,
    diff_transition,
    diff_document,
    diff_readings,
)


def diff_rulebooks(a: Document, b: Document) -> list[Change]:
    """All that differs, by group in the order of GROUPS; empty where both say the same.

    Short forms, the order of keys and a changed id of a measure (in what refers to it) are no difference. Both may be
    drafts that are no valid rulebooks: what cannot be understood is compared as it stands.
    """
    first, second = normal(a.data), normal(b.data)
    comparison = Comparison(a, b, Both(_renamed(first, second), second))
    for compare in COMPARED:
        compare(comparison)
    changes = set_apart(comparison.changes, first, second)
    return sorted(changes, key=lambda change: GROUPS.index(change.group))


def _renamed(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    """A with the measures' ids as B has them wherever something refers to a measure (the measures keep their own)."""
    measures = a["measures"], b["measures"]
    if not all(isinstance(m, list) for m in measures):
        return a
    ids: dict[Any, Any] = {}
    for here, there in pair_measures(*measures):
        if here is not None and there is not None:
            was, now = (
                (m[n].get("id") if isinstance(m[n], dict) else None)
                for m, n in zip(measures, (here, there), strict=True)
            )
            if isinstance(was, str) and isinstance(now, str):
                ids[was] = now
    for measure in measures[0]:
        if isinstance(measure, dict):
            if isinstance(measure.get("takes_from"), list):
                measure["takes_from"] = [_new(ids, i) for i in measure["takes_from"]]
            follow_up = measure.get("follow_up")
            then = follow_up.get("then") if isinstance(follow_up, dict) else None
            for branch in then if isinstance(then, list) else []:
                if isinstance(branch, dict) and "starts" in branch:
                    branch["starts"] = _new(ids, branch["starts"])
    for reading in a["assumed"] if isinstance(a["assumed"], list) else []:
        if isinstance(reading, dict) and "about" in reading:
            reading["about"] = _new(ids, reading["about"])
    return a


def _new(ids: dict[Any, Any], word: Any) -> Any:
    return ids.get(word, word) if isinstance(word, str) else word
