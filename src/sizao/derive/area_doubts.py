"""What is doubtful in the places that areas are drawn from: none of it stops a derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from sizao.engine import Engine
from sizao.errors import Problem
from sizao.policy.places import Scope
from sizao.words import read_yaml

SCOPES: tuple[str, ...] = get_args(Scope)


def list_doubts(engine: Engine) -> list[Problem]:
    """A problem for each place that lies in itself and each kind of place that rules do not know, of those places
    that infections name and what they lie in. The steps of area_undrawn.sql must be defined."""
    circles = engine.fetch("SELECT p.place_id, p.name FROM places_in_themselves p ORDER BY p.place_id").to_pylist()
    kinds = engine.fetch("SELECT k.kind, k.inside, k.places FROM own_kinds k ORDER BY k.kind, k.inside").to_pylist()
    return [
        *(_say_circle(row["place_id"]) for row in circles),
        *(problem for row in kinds for problem in _say_kind(row["kind"], bool(row["inside"]), row["places"])),
    ]


def _say_circle(place: str) -> Problem:
    return Problem(
        "place-in-itself",
        "places",
        f"{place} lies in itself, by way of the places above it; what lies around it is not known",
        "correct parent_id of one of them",
        column="parent_id",
        effect="kept",
    )


def _say_kind(kind: str, inside: bool, places: int) -> Iterator[Problem]:
    """Kinds that look like one of a scope, and those that are drawn as what is around them."""
    meant = _list_spellings().get(kind.strip().casefold())
    if meant is None and not inside:
        return  # a premise: the area says so itself
    count = f"{places:,} {'place' if places == 1 else 'places'} of infections"
    drawn = "what is around them is drawn" if inside else "they are drawn as premises"
    yield Problem(
        "kind-of-its-own",
        "places",
        f"no rule knows this kind ({count}): {drawn}",
        f"write {meant}"
        if meant
        else "write household where a home is meant; leave it where it is part of a building",
        column="kind",
        value=kind,
        effect="kept",
    )


def _list_spellings() -> Mapping[str, str]:
    """Other ways to write the kinds of a scope, in small letters."""
    words = read_yaml("sizao.policy.sheet", "words.yaml")
    return {**{words[kind]["zh"]: kind for kind in SCOPES}, **{kind: kind for kind in SCOPES}}
