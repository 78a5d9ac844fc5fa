"""The demo's people have names, phones and numbers that nobody has, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import re

import pyarrow as pa

from sizao.register.demo import name_people

COUNT = 20_500
PEOPLE = pa.table(
    {
        "sex": pa.array((["male", "female", None] * COUNT)[:COUNT]),
        "birth_date": pa.array(([dt.date(1950, 3, 1), dt.date(2001, 7, 9), None] * COUNT)[:COUNT]),
    }
)
WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert name_people(PEOPLE, 7) == name_people(PEOPLE, 7)
    assert name_people(PEOPLE, 7)["name"] != name_people(PEOPLE, 8)["name"]


def test_a_name_is_two_or_three_chinese_letters() -> None:
    names = name_people(PEOPLE, 7)["name"]
    assert all(re.fullmatch("[一-鿿]{2,3}", name or "") for name in names)
    assert {len(name or "") for name in names} == {2, 3}
    assert len({*names}) > COUNT / 10


def test_no_telephone_has_such_a_phone_and_no_two_people_share_one() -> None:
    phones = name_people(PEOPLE, 7)["phone"]
    assert len({*phones}) == COUNT
    assert all(re.fullmatch(r"120\d{8}", phone or "") for phone in phones)


def test_numbers_are_of_no_county_and_otherwise_as_they_are_made() -> None:
    numbers = name_people(PEOPLE, 7)["number"]
    assert len({*numbers}) == COUNT
    for n, number in enumerate(numbers[:3_000]):
        assert number is not None and number.startswith("99")
        born, sex = PEOPLE["birth_date"][n].as_py(), PEOPLE["sex"][n].as_py()
        assert born is None or number[6:14] == f"{born:%Y%m%d}"
        assert int(number[16]) % 2 == (sex == "male")
        assert (
            sum(w * int(d) for w, d in zip(WEIGHTS, number[:17], strict=True)) % 11
            == (1 - (10 if number[17] == "X" else int(number[17]))) % 11
        )
