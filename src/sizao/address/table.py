"""Many place names at once, as an Arrow table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

import pyarrow as pa

from sizao.address.address import FIELDS
from sizao.address.key import split_by_county
from sizao.address.read import read_parts

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
"""One row for each name, in the order given. A half sign in a place (a broken file) stands there as U+FFFD."""

_HALF = re.compile("[\ud800-\udfff]")
_BIT = 500  # names that are read at a time: values go into columns before many objects keep the collector busy


def read_addresses(places: Sequence[str | None], counties: Sequence[str | None] | None = None) -> pa.Table:
    """The parts of each name; each distinct name (in its county) is read once, none is a blank one.

    `counties`, as long as `places`, lets a county's name before a place be left out and, where two streets of a
    county have places of one name, tells their keys apart. Raises ValueError if the two differ in length.
    """
    pairs: list[tuple[str, str | None]]
    names = [place or "" for place in places]
    pairs = [(place, None) for place in names] if counties is None else list(zip(names, counties, strict=True))
    position: dict[tuple[str, str | None], int] = {}
    rows = pa.array([position.setdefault(pair, len(position)) for pair in pairs], pa.int32())
    get = itemgetter(*map(FIELDS.index, SCHEMA.names))
    columns: list[list[Any]] = [[] for _ in SCHEMA]
    unread = iter(position)
    while bit := [get(read_parts(place, county)) for place, county in islice(unread, _BIT)]:
        for column, values in zip(columns, zip(*bit, strict=True), strict=True):
            column.extend(values)
    if counties is not None:
        street, community, key = (SCHEMA.names.index(name) for name in ("street", "community", "key"))
        columns[key] = split_by_county(
            [county or "" for _, county in position], columns[street], columns[community], columns[key]
        )
    try:
        return _table(columns).take(rows)
    except UnicodeEncodeError:  # halves of a sign, which Arrow cannot hold
        columns[0] = [_HALF.sub("\ufffd", place) for place in columns[0]]
        return _table(columns).take(rows)


def _table(columns: list[list[Any]]) -> pa.Table:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)
