"""Where the places of the made-up city lie: its compounds on a grid, out at sea, where nothing real is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sizao.simulate.groups import Groups, Ints, count_within
from sizao.simulate.places import Places

CENTRE = (29.5, 124.5)  # degrees north and east, in the East China Sea
STEP = (0.0030, 0.0035)  # from one compound to the next, degrees north and east: some 330 m each
AROUND = ("community", "street", "county", "city")
INSIDE = ("building", "unit", "household")  # without coordinates of their own: they are where their compound is

Spots = NDArray[np.floating]


def locate(places: Places) -> Spots:
    """Degrees north and east of each place, (places, 2); NaN for those that have none of their own.

    Compounds follow one another along a curve that fills a square, so that those of one community lie together. Wider
    places are where the middle of their compounds is, premises beside a compound of their community.
    """
    spots = np.full((len(places), 2), np.nan)
    compounds = places.of_kind("compound")
    cells = _fill_square(len(compounds))
    spots[compounds] = (cells - cells.mean(axis=0)) * STEP + CENTRE
    for kind in AROUND:
        here = places.of_kind(kind)
        around = places.within[kind][compounds] if kind in places.within else np.repeat(here, len(compounds))
        for axis in (0, 1):
            total = np.bincount(around, weights=spots[compounds, axis], minlength=len(places))
            spots[here, axis] = total[here] / np.bincount(around, minlength=len(places))[here]
    premises = np.flatnonzero(~np.isin(places.kind, ("compound", *AROUND, *INSIDE)))
    spots[premises] = _put_beside(places, compounds, premises, spots)
    return np.round(spots, 6)


def _fill_square(count: int) -> Ints:
    """North and east cells, (count, 2), of a curve through squares of squares: the bits of the number in turn."""
    number = np.arange(count)
    cells = np.zeros((count, 2), dtype=np.int64)
    for bit in range(max(1, int(count).bit_length())):
        cells[:, bit % 2] |= (number >> bit & 1) << bit // 2
    return cells


def _put_beside(places: Places, compounds: Ints, premises: Ints, spots: Spots) -> Spots:
    """The premises of a community beside its compounds in turn; NaN for those in no community."""
    community = places.within["community"]
    own = community[premises]
    order = np.argsort(own, kind="stable")
    turn = np.empty(len(premises), dtype=np.int64)
    turn[order] = count_within(np.unique(own, return_counts=True)[1])
    homes = Groups(community[compounds], compounds)
    size = np.maximum(homes.size(own), 1)
    known = own >= 0
    beside = homes.member[homes.start[np.where(known, own, 0)] + turn % size]
    # A quarter of a step away, and those of the next turn a little further on.
    away = (0.25 + 0.05 * (turn // size % 10))[:, None] * STEP
    return np.where(known[:, None], spots[beside] + away, np.nan)
