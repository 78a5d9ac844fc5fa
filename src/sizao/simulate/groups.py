"""Who belongs together: members of a home, a work team or a building, found for many groups at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]


class Groups:
    """Members by group. `key[i]` is the group of item i, from 0, or -1 for none."""

    def __init__(self, key: Ints, items: Ints | None = None) -> None:
        self.count = int(key.max(initial=-1)) + 1
        order = np.argsort(key, kind="stable")
        order = order[np.searchsorted(key[order], 0) :]
        self.member = order if items is None else items[order]
        self.start = np.searchsorted(key[order], np.arange(self.count + 1))

    def size(self, group: Ints) -> Ints:
        """Members of each group asked for, (n,); 0 for group -1."""
        known = group >= 0
        return np.where(known, self.start[group + 1] - self.start[np.where(known, group, 0)], 0)

    def members(self, group: Ints) -> tuple[Ints, Ints]:
        """All members of each group asked for: (which of those asked for, the member), both (total,)."""
        size = self.size(group)
        which = np.repeat(np.arange(len(group)), size)
        return which, self.member[np.repeat(self.start[group], size) + count_within(size)]

    def draw(self, group: Ints, rng: np.random.Generator) -> Ints:
        """One random member of each group asked for, (n,); -1 where the group is -1 or empty."""
        size = self.size(group)
        at = self.start[group] + (rng.random(len(group)) * size).astype(np.int64)
        return np.where(size > 0, self.member[np.minimum(at, len(self.member) - 1)], -1)


def count_within(size: Ints) -> Ints:
    """0, 1, ... size[0]-1, 0, 1, ... size[1]-1, ..."""
    ends = np.cumsum(size)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - size, size)


def cut(key: Ints, size: int | Ints, rng: np.random.Generator) -> Ints:
    """Cuts each group into chunks of about `size` members, at random: the chunk of each item, -1 where key is -1.

    Chunks of one group have nearly equal sizes. Shape (n,) in and out.
    """
    chunk = np.full(len(key), -1, dtype=np.int64)
    inside = np.flatnonzero(key >= 0)
    if not len(inside):
        return chunk
    order = inside[np.lexsort((rng.random(len(inside)), key[inside]))]
    _, per_group = np.unique(key[order], return_counts=True)
    chunks = np.maximum(1, -(-per_group // size))
    first = np.cumsum(chunks) - chunks
    within = count_within(per_group) * np.repeat(chunks, per_group) // np.repeat(per_group, per_group)
    chunk[order] = np.repeat(first, per_group) + within
    return chunk
