"""The tree of places as risk areas see it: what lies around a place, what is drawn for it, its name, where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from sizao.derive.reference.facts import Facts, Row
from sizao.policy.places import WIDER, Scope

SCOPES: tuple[str, ...] = get_args(Scope)
DWELLINGS = SCOPES[: SCOPES.index("compound") + 1]
DEPTH = 32


@dataclass(frozen=True)
class Tree:
    """Places by id."""

    places: dict[str, Row]

    def path(self, place: str) -> list[tuple[str, str]]:
        """The place and those above it, each with its kind; `unknown` where it is not among the places."""
        found: list[tuple[str, str]] = []
        while len(found) <= DEPTH and (place in self.places or not found):
            row = self.places.get(place, {"kind": "unknown"})
            found.append((place, row["kind"]))
            place = row.get("parent_id")  # type: ignore[assignment]
        return found

    def contains(self, area: str, place: str) -> bool:
        return area in [above for above, _ in self.path(place)]

    def above(self, place: str, kind: str) -> str | None:
        """The nearest place of a kind strictly above."""
        return next((above for above, k in self.path(place)[1:] if k == kind), None)

    def draw(self, place: str, scope: Sequence[str]) -> str | None:
        """The area around a place (4): the nearest place of a listed kind, the place itself, or none."""
        (_, kind), *above = self.path(place)
        if not scope:
            return place
        if place not in self.places or kind in WIDER:
            return None
        if kind in SCOPES and SCOPES.index(kind) > max(map(SCOPES.index, scope)):
            return None
        around = next((k for _, k in above if k in SCOPES or k in WIDER), None)
        if kind not in SCOPES and around not in DWELLINGS:
            return place
        return next((area for area, k in self.path(place) if k in scope), place)

    def name(self, place: str) -> str | None:
        """The names of the places from the county down, each without that of the place it lies in (15)."""
        path = [area for area, _ in self.path(place)]
        county = next((n for n, (_, kind) in enumerate(self.path(place)) if kind == "county"), len(path))
        parts = [self.own_name(area) for area in path[: county + 1] if area in self.places]
        return "/".join(reversed(parts)) if parts else None

    def own_name(self, place: str) -> str:
        name: str = self.places[place]["name"]
        above: str = self.places.get(self.places[place].get("parent_id") or "", {"name": name})["name"]
        return name[len(above) :] if name.startswith(above) and name != above else name

    def locate(self, place: str) -> Row:
        """The coordinates of a place, or of the nearest one above that has both (15)."""
        for area, _ in self.path(place):
            row = self.places.get(area, {})
            if row.get("lat") is not None and row.get("lon") is not None:
                return {"lat": row["lat"], "lon": row["lon"], "located_by": area}
        return {"lat": None, "lon": None, "located_by": None}


def make_tree(facts: Facts) -> Tree:
    """The tree of the table `places`."""
    return Tree({place["place_id"]: dict(place) for place in facts.get("places", ())})
