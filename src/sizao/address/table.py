"""Many place names at once, as an Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa

from sizao.address.key import split_by_county
from sizao.address.read import read_address

SCHEMA = pa.schema(
    [
        ("place", pa.string()),
        ("street", pa.string()),
        ("community", pa.string()),
        ("village", pa.string()),
        ("road", pa.string()),
        ("compound", pa.string()),
        ("buildings", pa.list_(pa.string())),
        ("units", pa.list_(pa.string())),
        ("site", pa.string()),
        ("scope", pa.string()),
        ("count", pa.int32()),
        ("partial", pa.bool_()),
        ("key", pa.string()),
    ]
)
"""One row for each name, in the order given."""


def read_addresses(places: Sequence[str], counties: Sequence[str] | None = None) -> pa.Table:
    """The parts of each name; each distinct name (in its county) is read once.

    `counties`, as long as `places`, lets a county's name before a place be left out and, where two streets of a
    county have places of one name, tells their keys apart. Raises ValueError if the two differ in length.
    """
    pairs: list[tuple[str, str | None]]
    pairs = [(place, None) for place in places] if counties is None else list(zip(places, counties, strict=True))
    position: dict[tuple[str, str | None], int] = {}
    rows = pa.array([position.setdefault(pair, len(position)) for pair in pairs], pa.int32())
    columns: list[list[object]] = [[] for _ in SCHEMA]
    get = attrgetter(*SCHEMA.names)
    adders = [column.append for column in columns]
    for place, county in position:
        # values and no Address are kept: many small objects would keep the garbage collector busy
        for add, value in zip(adders, get(read_address(place, county)), strict=True):
            add(value)
    if counties is not None:
        streets: list[Any] = columns[SCHEMA.names.index("street")]
        keys: list[Any] = columns[-1]
        columns[-1] = list(split_by_county([county or "" for _, county in position], streets, keys))
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA).take(rows)
