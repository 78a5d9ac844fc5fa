"""Places that bulletins name, found by any of their usual names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sizao.bulletin.places import HMT, NATION, Place, find_place, order, provinces

SHARED = Path(__file__).parents[4] / "shared" / "data"


def code(name: str, within: str | None = None) -> str | None:
    found = find_place(name, within)
    return found.code if found else None


def test_there_are_31_provinces_in_the_order_of_their_codes() -> None:
    codes = [p.code for p in provinces()]
    assert len(codes) == 31
    assert codes == sorted(codes)  # type: ignore[type-var]
    assert (codes[0], codes[-1]) == ("110000", "650000")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("北京", "110000"),
        ("北京市", "110000"),
        ("广西", "450000"),
        ("广西壮族自治区", "450000"),
        ("兵团", "660000"),
        ("新疆生产建设兵团", "660000"),
        ("香港特别行政区", "810000"),
        ("台湾地区", "710000"),
        ("全国", "100000"),
        ("武汉", "420100"),
        ("武汉市", "420100"),
        ("浦东", "310115"),
        ("浦东新区", "310115"),
        ("德宏州", "533100"),
        ("德宏傣族景颇族自治州", "533100"),
        ("酉阳县", "500242"),
        ("巴州", "652800"),
        ("锡林郭勒盟", "152500"),
        ("大兴安岭地区", "232700"),
        ("忠县", "500233"),
        ("美国", None),
        ("市", None),
    ],
)
def test_a_place_is_found_by_each_of_its_names(name: str, expected: str | None) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    ("name", "within", "expected"),
    [
        ("朝阳", None, "211300"),  # the prefecture before the district
        ("朝阳", "110000", "110105"),
        ("朝阳区", None, "110105"),
        ("海南", None, "460000"),
        ("海南", "630000", "632500"),
        ("吉林", "220000", "220200"),
        ("吉林市", None, "220200"),
        ("河北区", "120000", "120105"),
        ("石河子", "660000", "659001"),
        ("石河子", "650000", "659001"),
        ("武汉", "440000", None),
        ("广东", "420000", "440000"),
    ],
)
def test_a_name_that_two_places_share_is_settled_by_the_province(
    name: str, within: str | None, expected: str | None
) -> None:
    assert code(name, within) == expected


def test_a_place_that_the_standard_does_not_know_has_no_code_and_is_found_all_the_same() -> None:
    assert find_place("兰州新区", "620000") == Place(None, "兰州新区", "兰州新区")
    assert find_place("八师", "660000") == Place(None, "第八师", "第八师石河子市")
    assert find_place("兰州新区", "630000") is None


def test_a_city_has_its_short_name_and_its_official_one() -> None:
    assert find_place("武汉市") == Place("420100", "武汉", "武汉市")
    assert find_place("延边朝鲜族自治州") == Place("222400", "延边", "延边朝鲜族自治州")


def test_the_nation_and_the_three_regions_together_are_as_the_table_has_them() -> None:
    assert (NATION.code, find_place("全国")) == ("100000", NATION)
    assert (HMT.code, find_place("港澳台")) == (None, HMT)


def test_ties_are_ordered_by_code_with_the_xpcc_after_xinjiang_and_unknown_codes_last() -> None:
    mixed = ["999999", "810000", "660000", "650000", "420100", "420000", "110000", "100000"]
    assert sorted(mixed, key=order) == mixed[::-1]
    assert order(None) == order("999999")


def test_every_prefecture_and_municipal_district_has_its_official_code() -> None:
    if not (SHARED / "admin").is_dir():
        pytest.skip("the tables of codes are not here")
    official: dict[str, str] = {}
    with (SHARED / "admin" / "cpca_adcodes.csv").open(encoding="utf-8") as lines:
        official |= {row["adcode"][:6]: row["name"] for row in csv.DictReader(lines)}
    with (SHARED / "admin" / "china-division_areas.csv").open(encoding="utf-8") as lines:
        official |= {row["code"]: row["name"] for row in csv.DictReader(lines)}
    wanted = {c: n for c, n in official.items() if c.endswith("00") and not c.endswith("0000") and c[:2] < "70"}
    wanted |= {c: n for c, n in official.items() if c[:2] in ("11", "12", "31", "50") and not c.endswith("00")}
    wanted = {c: n for c, n in wanted.items() if n not in ("市辖区", "县") and not n.endswith("直辖县级行政区划")}
    assert len(wanted) > 400
    gone_before_2020 = {"371200", "500228", "500232", "542400"}  # 莱芜市, 梁平县, 武隆县, 那曲地区
    wrong = {c: (n, find_place(n, c[:2] + "0000")) for c, n in wanted.items() if code(n, c[:2] + "0000") != c}
    assert wrong.keys() - gone_before_2020 == set()
    ours = [(p.code, p.full) for c in official for p in [find_place(official[c], c[:2] + "0000")] if p]
    assert [(c, n) for c, n in ours if c in official and official[c] != n] == []


def test_every_name_of_the_johns_hopkins_series_belongs_to_one_province() -> None:
    if not (SHARED / "series").is_dir():
        pytest.skip("the series are not here")
    path = SHARED / "series" / "jhu_cum_confirmed_china_provinces_2020-01-22_2023-03-09.csv"
    with path.open(encoding="utf-8") as lines:
        theirs = {row["province"] or row["country"] for row in csv.DictReader(lines)} - {"Unknown"}
    three = [find_place(name) for name in ("台湾", "香港", "澳门")]
    assert {p.jhu for p in (*provinces(), *three) if p} == theirs
