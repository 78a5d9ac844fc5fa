"""Many names at once."""

from __future__ import annotations

import pytest

from sizao.address import read_address, read_addresses
from sizao.address.table import SCHEMA


def test_rows_keep_their_order_and_doubles() -> None:
    places = ["大李村", "紫竹小区1-2号楼", "大李村", "/"]
    table = read_addresses(places)
    assert table.schema == SCHEMA
    assert table["place"].to_pylist() == places
    assert table["scope"].to_pylist() == ["village", "building", "village", "unknown"]
    assert table["buildings"].to_pylist() == [[], ["1号楼", "2号楼"], [], []]
    assert table["count"].to_pylist() == [1, 2, 1, 1]


def test_a_row_says_what_read_address_says() -> None:
    place = "城东街道水苑社区紫竹小区（除2号楼）"
    row = read_addresses([place]).to_pylist()[0]
    address = read_address(place)
    assert row == {name: getattr(address, name) for name in SCHEMA.names} | {"buildings": [], "units": []}


def test_no_names_give_no_rows() -> None:
    assert read_addresses([]).num_rows == 0
    assert read_addresses([], []).schema == SCHEMA


def test_as_many_counties_as_places_are_asked_for() -> None:
    with pytest.raises(ValueError):
        read_addresses(["大李村"], ["甲县", "乙县"])


def test_no_name_at_all_is_a_blank_one() -> None:
    assert read_addresses([None, "紫竹小区"], [None, "西河区"]).column("scope").to_pylist() == ["unknown", "compound"]
