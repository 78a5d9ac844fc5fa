"""Rows of a table of the made-up city, kept as columns of one length."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from sizao.simulate.groups import Ints


@dataclass
class Rows:
    """A row for each place in the columns, which are the fields."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def __getitem__(self, rows: Ints | NDArray[np.bool_]) -> Self:
        return type(self)(*(getattr(self, f.name)[rows] for f in fields(self)))


Kind = TypeVar("Kind", bound=Rows)


def join(*parts: Kind) -> Kind:
    """All rows of the parts, at least one; a column that counts rows counts them from the first part on."""
    return type(parts[0])(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(parts[0])))
