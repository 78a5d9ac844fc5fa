"""Nothing that a rulebook can say is forgotten when two are compared, and no mistake in a draft stops it."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sizao.policy.diff import Document, diff_rulebooks, read_document, write_changes
from sizao.policy.marks import Path as At

EVERYTHING = read_document(Path(__file__).parent / "diff" / "everything.yaml")
DEFAULTS = {  # written in the file, and the same when left out
    ("measures", 1, "phases", 0, "id"),
    ("measures", 1, "phases", 0, "release", 0, "result"),
    ("measures", 1, "phases", 1, "tests", "apart_hours"),
    ("measures", 2, "follow_up", "apart_hours"),
    ("measures", 2, "follow_up", "then", 0, "day_1"),
    ("proofs", 0, "tests"),
}
"""Kept by hand: a default more in the format shows up here."""


def values(value: Any, at: At = ()) -> Iterator[tuple[At, Any]]:
    if at:
        yield at, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from values(inner, (*at, key))


def changed(at: At, value: Any, *, delete: bool = False) -> Document:
    """The document with another value at one place, or without it."""
    data = copy.deepcopy(EVERYTHING.data)
    holder: Any = data
    for key in at[:-1]:
        holder = holder[key]
    if delete:
        del holder[at[-1]]
    else:
        holder[at[-1]] = value
    return replace(EVERYTHING, data=data)


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    return f"{value}x"


def test_every_value_that_differs_is_told_with_its_line_in_both_directions() -> None:
    silent, elsewhere = [], []
    for at, value in values(EVERYTHING.data):
        if isinstance(value, dict | list):
            continue
        there = changed(at, other(value))
        for pair in ((EVERYTHING, there), (there, EVERYTHING)):
            changes = diff_rulebooks(*pair)
            if not changes:
                silent.append(at)
            lines = {place.line for change in changes for place in change.where if place}
            if EVERYTHING.marks[at] not in lines:
                elsewhere.append(at)
    assert silent == []
    assert elsewhere == []


def test_every_value_that_is_left_out_is_told_but_defaults() -> None:
    silent = {
        at
        for at, _ in values(EVERYTHING.data)
        for pair in ((EVERYTHING, changed(at, None, delete=True)), (changed(at, None, delete=True), EVERYTHING))
        if not diff_rulebooks(*pair)
    }
    assert silent == DEFAULTS


def test_values_of_a_wrong_shape_are_told_and_stop_nothing() -> None:
    silent = []
    for at, value in values(EVERYTHING.data):
        there = changed(at, ["odd", 7] if isinstance(value, dict) else {"odd": 1})
        changes = diff_rulebooks(there, EVERYTHING)
        write_changes(changes, "zh")
        if not changes:
            silent.append(at)
        assert diff_rulebooks(there, there) == []
    assert silent == []


def test_no_line_says_that_something_became_what_it_was() -> None:
    for at, value in values(EVERYTHING.data):
        if not isinstance(value, dict | list):
            for change in diff_rulebooks(EVERYTHING, changed(at, other(value))):
                for text, arrow in ((change.said.zh, " → "), (change.said.en, " -> ")):
                    before, found, after = text.partition(arrow)
                    assert not found or not before.endswith(after), (at, text)


def test_a_key_that_the_format_does_not_know_is_told_wherever_it_stands() -> None:
    mappings = [(at, value) for at, value in values(EVERYTHING.data) if isinstance(value, dict)]
    silent = [at for at, value in mappings if not diff_rulebooks(EVERYTHING, changed(at, {**value, "odd": 1}))]
    assert silent == []
