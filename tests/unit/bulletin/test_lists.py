"""Which list a number stands in, told by where it stands in the text; and which place lies in which."""

from __future__ import annotations

import pytest

from sizao.bulletin.lists import Entry, find_lists
from sizao.bulletin.places import find_place, hmt, lies_in, listed_provinces


def heads(rows: str, region: str = "全国", *, told: bool = True) -> list[str]:
    """Of each row "PLACE MEASURE" that in whose list it stands; `+` before a row: at the same place of the text."""
    entries: list[Entry] = []
    for row in rows.split(", "):
        place, measure = row.removeprefix("+").split(" ")
        known = find_place(place, within="420000") or find_place(place)
        start = len(entries) - row.startswith("+") if told else None
        entries.append(Entry(place, known.code if known else None, measure, start))
    found = find_lists(entries, region)
    return ["-" if n is None else f"{entries[n].place} {entries[n].measure}" for n in found]


def test_provinces_stand_in_the_list_of_the_nation_and_cities_in_that_of_their_province() -> None:
    found = heads("全国 active, 湖北 active, 武汉 active, 广东 active")
    assert found == ["-", "全国 active", "湖北 active", "全国 active"]


def test_a_list_ends_where_something_else_is_told() -> None:
    """As in the paragraph on Hubei of 2020, after that on the nation."""
    found = heads("全国 confirmed_total, 湖北 deaths_new, 湖北 confirmed_total, 武汉 confirmed_total")
    assert found == ["-", "-", "-", "湖北 confirmed_total"]


def test_a_part_of_an_item_does_not_end_the_list() -> None:
    found = heads("全国 confirmed_new, 湖北 confirmed_new, 湖北 converted_new, 广东 confirmed_new")
    assert found == ["-", "全国 confirmed_new", "-", "全国 confirmed_new"]


def test_each_of_hong_kong_macao_and_taiwan_stands_in_the_list_of_the_three_with_what_else_is_told_of_it() -> None:
    found = heads(
        "全国 active, 港澳台 confirmed_total, 香港 confirmed_total, 香港 deaths_total, 澳门 confirmed_total"
    )
    assert found == ["-", "-", "港澳台 confirmed_total", "-", "港澳台 confirmed_total"]


def test_of_two_numbers_at_one_place_of_the_text_each_may_have_the_list() -> None:
    """52 cases, all imported (28 in Guangdong)."""
    rows = "全国 confirmed_new, +全国 confirmed_new_imported, 广东 confirmed_new, 广东 confirmed_new_imported"
    assert heads(rows) == ["-", "-", "全国 confirmed_new", "全国 confirmed_new_imported"]


@pytest.mark.parametrize("told", [True, False])
def test_a_city_stands_in_the_list_of_the_province_right_before_it_also_where_no_position_is_told(told: bool) -> None:
    found = heads("广东 active, 湖北 active, 武汉 active", told=told)
    assert found == ["-", "-", "湖北 active"]


def test_in_the_bulletin_of_a_province_its_own_places_are_listed() -> None:
    assert heads("湖北 active, 武汉 active, 某地 active", "湖北") == ["-", "湖北 active", "湖北 active"]


@pytest.mark.parametrize(
    ("code", "around", "lies"),
    [
        ("420100", "420000", True),
        ("420106", "420100", True),
        ("420106", "420200", False),
        ("659001", "650000", True),
        ("659001", "660000", True),
        ("650100", "660000", False),
        (None, "420000", None),
        ("420100", None, None),
    ],
)
def test_codes_tell_which_place_lies_in_which(code: str | None, around: str | None, lies: bool | None) -> None:
    assert lies_in(code, around) is lies


def test_a_list_of_the_nation_names_the_xpcc_but_none_of_the_three_outside() -> None:
    assert len(listed_provinces()) == 32 and listed_provinces()[-1].name == "兵团"
    assert [place.name for place in hmt()] == ["台湾", "香港", "澳门"]
