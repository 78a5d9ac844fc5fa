"""Any text is read, in little time, and nothing is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizao.address import Address, read_address, read_addresses
from sizao.address.address import WIDTH

SIGNS = (
    "大李桥头东西南北中一二三十零百两第附号楼栋幢座单元门层室房弄院组社队排小区园期村镇街道路巷社"
    "区除外含及和与至以全域其他区域风险高家户旁AbＺ#/.-－—（）()、，；"
)
WORDS = ["高风险区", "以外", "合围", "号之", "单号", "自然村", "小区", "号院", "(", ")"]
PIECE = st.one_of(st.sampled_from(list(SIGNS)), st.sampled_from(WORDS), st.integers(0, 10**7).map(str))
LIKE_NAMES = st.lists(PIECE, max_size=40).map("".join)


def check(address: Address, place: str) -> None:
    assert address.place == place
    assert address.scope in WIDTH
    assert address.count >= 1
    assert address.key == read_address(place).key
    if address.scope == "unit":
        assert address.count <= max(len(address.units), 1) or address.partial


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(place: str) -> None:
    check(read_address(place), place)


@settings(max_examples=400, deadline=None)
@given(LIKE_NAMES, st.sampled_from([None, "大区", "桥头县"]))
def test_any_mixture_of_words_of_names_is_read(place: str, county: str | None) -> None:
    address = read_address(place, county)
    assert address.place == place and address.scope in WIDTH and address.count >= 1


@settings(deadline=None)
@given(LIKE_NAMES)
def test_blanks_and_full_width_digits_change_nothing(place: str) -> None:
    wide = place.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    spaced = "\u3000".join(wide)
    one, other = read_address(place), read_address(spaced)
    assert (one.key, one.scope, one.count, one.buildings) == (other.key, other.scope, other.count, other.buildings)


LONG = ["1", "1-", "1、", "除", "(", "()", "村", "区", "区域", "市", "路", "及", "1号楼", "一", "旁", "家"]
LONG += ["小区1巷", "自建房", "东至", "A", "第", "中风险", "周边", "号之一", "楼1", "东区", "左右各一户"]


@pytest.mark.parametrize("sign", LONG)
def test_no_text_takes_long(sign: str) -> None:
    read_address("大李村")  # the words are read once
    start = time.process_time()
    read_address(sign * (20_000 // len(sign)) + "x")
    read_address("大李镇" + sign * (900 // len(sign)) + "小区")
    assert time.process_time() - start < 0.5


NOTHING = [
    "",
    " ",
    "\t\n",
    "、",
    "（）",
    "((((",
    "))))",
    "：",
    "a：",
    "...",
    "\x00\x1f\x7f",
    "\u202e\u200b",
    "\ud800",
    "😀",
]
SOMETHING = [
    "紫竹小区（2号楼",
    "紫竹小区2号楼）",
    "紫竹小区((2号楼)",
    "\x00紫竹小区\u200b 2\u202e号楼\ud800",
    "紫竹小区【2號樓】",
]


@pytest.mark.parametrize("place", [*NOTHING, *SOMETHING, "紫竹小区" * 1250, "(" * 5000, "1、" * 2500, "😀" * 5000])
def test_rows_of_any_text_come_back(place: str) -> None:
    told = read_addresses([place, "大李村"], ["甲县", "甲县"]).to_pylist()
    address = read_address(place)
    assert [row["scope"] for row in told] == [address.scope, "village"]
    assert told[0]["key"] == address.key
    assert told[0]["place"] == place.replace("\ud800", "\ufffd")


def test_what_says_nothing_is_unknown_and_brackets_or_signs_of_control_hide_no_building() -> None:
    assert {read_address(place).scope for place in NOTHING} == {"unknown"}
    assert {read_address(place).key for place in SOMETHING} == {read_address("紫竹小区2号楼").key}


def test_twice_the_text_takes_no_more_than_four_times_as_long_and_beyond_its_bound_no_longer() -> None:
    def took(size: int) -> float:
        texts = [
            f"{unit * size}"[:size] + str(n)
            for unit in ("街大", "巷李", "市某户门店大道旁", "3个单元")
            for n in range(5)
        ]
        start = time.process_time()
        for text in texts:
            read_address(text)
        return time.process_time() - start

    read_address("大李村")
    assert took(20_000) < 4 * max(took(1000), 0.02)
    assert took(1000) < 8 * max(took(500), 0.02)


def test_a_range_beyond_reason_stays_one_name() -> None:
    address = read_address("长乐街1-99999号")
    assert (address.buildings, address.count) == (("1-99999号",), 1)
