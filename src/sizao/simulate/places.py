"""The places of the made-up city: the tree from the city down to the flat, and whatever hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sizao.simulate import names
from sizao.simulate.groups import Ints, count_within

# From the unit up: how many of the smaller make one of the larger, least and most.
BUNDLES = {
    "unit": (8, 30),  # households
    "building": (1, 4),
    "compound": (4, 16),
    "community": (2, 5),
    "street": (4, 8),
}
PEOPLE_PER_DISTRICT = 50_000
FLATS_PER_FLOOR = 2


@dataclass
class Places:
    """Places by number; a number is the position in the lists. `within[kind]` (places,) gives the one around each."""

    kind: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)  # -1: none
    within: dict[str, Ints] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kind)

    def add(self, kind: str, place_names: list[str], parents: Ints) -> Ints:
        """Adds places of a kind; gives their numbers, (n,)."""
        first = len(self)
        self.kind += [kind] * len(place_names)
        self.name += place_names
        self.parent += parents.tolist()
        return np.arange(first, len(self))

    def of_kind(self, *kinds: str) -> Ints:
        """The numbers of all places of these kinds, in order."""
        return np.array([i for i, kind in enumerate(self.kind) if kind in kinds], dtype=np.int64)

    def find_within(self) -> None:
        """Fills `within` for every kind of the tree: the number of the place of that kind around each, or -1."""
        parent, kind = np.array(self.parent), np.array(self.kind)
        for level in ("building", "compound", "community", "street", "county"):
            here = np.where(kind == level, np.arange(len(self)), -1)
            for _ in range(6):  # from a flat to its county
                here = np.where((here < 0) & (parent >= 0), here[parent], here)
            self.within[level] = here


def make_homes(households: int, people: int, rng: np.random.Generator) -> tuple[Places, Ints]:
    """The tree of homes, and the unit of each household, (households,)."""
    bundle_of: dict[str, Ints] = {}
    smaller = households
    for kind, (least, most) in BUNDLES.items():
        bundle_of[kind] = _bundle(smaller, least, most, rng)
        smaller = int(bundle_of[kind][-1]) + 1
    streets = smaller
    districts = int(np.clip(round(people / PEOPLE_PER_DISTRICT), 1, min(streets, len(names.DISTRICTS))))

    places = Places()
    zh, en = names.CITY
    city = places.add("city", [f"{zh} {en}"], np.array([-1]))
    above = places.add("county", [names.district(i) for i in range(districts)], np.repeat(city, districts))
    parents = above[np.arange(streets) * districts // streets]
    for kind in ("street", "community", "compound"):
        above = places.add(kind, [names.name(kind, i) for i in range(len(parents))], parents)
        parents = above[bundle_of[kind]]  # of the communities, the compounds, the buildings
    ordinal = _ordinal(parents)
    compound_names = [places.name[p] for p in parents]
    buildings = places.add(
        "building", [names.numbered(c, int(n)) for c, n in zip(compound_names, ordinal, strict=True)], parents
    )
    parents = buildings[bundle_of["building"]]
    in_compound = [(compound_names[b], int(ordinal[b])) for b in bundle_of["building"]]
    unit_names = [names.numbered(c, b, int(u)) for (c, b), u in zip(in_compound, _ordinal(parents), strict=True)]
    units = places.add("unit", unit_names, parents)
    return places, units[bundle_of["unit"]]


def add_flats(places: Places, unit: Ints) -> Ints:
    """Adds a flat for each household, given its unit; gives the flats, (households,). They come after all else."""
    number = _ordinal(unit) - 1
    doors = 100 * (number // FLATS_PER_FLOOR + 1) + number % FLATS_PER_FLOOR + 1
    flat_names = [names.flat(places.name[u], d) for u, d in zip(unit.tolist(), doors.tolist(), strict=True)]
    return places.add("household", flat_names, unit)


def _bundle(count: int, least: int, most: int, rng: np.random.Generator) -> Ints:
    """Puts `count` things in a row into bundles of `least` to `most`: the bundle of each, (count,)."""
    sizes = rng.integers(least, most + 1, size=count // least + 1)
    return np.repeat(np.arange(len(sizes)), sizes)[:count]


def _ordinal(parents: Ints) -> Ints:
    """1, 2, ... among the children of the same parent; children of one parent stand together."""
    _, counts = np.unique(parents, return_counts=True)
    return count_within(counts) + 1
