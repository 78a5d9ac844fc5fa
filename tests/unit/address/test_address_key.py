"""Which spellings have one key, and which places do not."""

from __future__ import annotations

import pytest

from sizao.address import read_address, read_addresses

SAME = [
    ("紫竹小区2号楼", "紫竹小区2栋"),
    ("紫竹小区2幢", "紫竹小区2栋"),
    ("紫竹小区2#楼", "紫竹小区2号楼"),
    ("紫竹小区2座", "紫竹小区第2栋"),
    ("紫竹小区二号楼", "紫竹小区2号楼"),
    ("紫竹小区02号楼", "紫竹小区2号楼"),
    ("紫竹苑小区2栋", "紫竹苑2栋"),
    ("城东街道紫竹小区2栋", "紫竹小区2栋"),
    ("城东街道水苑社区紫竹小区2栋", "水苑社区居委会紫竹小区2栋"),
    ("城东街道办事处紫竹小区", "城东街道紫竹小区"),
    ("紫竹小区2号楼3单元", "紫竹小区2号楼三单元"),
    ("紫竹小区2号楼3门", "紫竹小区2号楼3单元"),
    ("紫竹小区二期2栋", "紫竹小区2期2栋"),
    ("紫竹小区１２栋（含底商）", "紫竹小区12栋及底商"),
    ("紫竹小区(2号楼)", "紫竹小区2号楼"),
    ("紫竹小区3、1、2号楼", "紫竹小区1-3号楼"),
    ("紫竹小区4栋1单元、4栋2单元", "紫竹小区4栋1、2单元"),
    ("桥头镇大李村委会", "大李村"),
    ("桥头镇大李村第三组", "桥头镇大李村3组"),
    ("青年路街道办事处", "青年路街道"),
    ("水苑社区居委会", "水苑社区"),
    ("长乐街36号大院", "长乐街36号院"),
    ("桥头镇除高风险区外的其他区域", "桥头镇（除高风险区以外）"),
    ("紫竹小区除2号楼外其他区域", "紫竹小区（除2号楼）"),
]
DIFFERENT = [
    ("紫竹小区2号楼", "紫竹小区2号"),
    ("紫竹小区2号楼", "紫竹小区3号楼"),
    ("紫竹小区2号楼", "紫竹小区"),
    ("紫竹小区", "紫竹花园"),
    ("紫竹小区A区", "紫竹小区B区"),
    ("紫竹小区一期", "紫竹小区二期"),
    ("紫竹小区（除2号楼）", "紫竹小区"),
    ("紫竹小区（除2号楼）", "紫竹小区（除3号楼）"),
    ("紫竹小区1号楼2单元、3号楼1单元", "紫竹小区1号楼1单元、3号楼2单元"),
    ("紫竹小区1栋、绿竹小区2栋", "紫竹小区2栋、绿竹小区1栋"),
    ("城东街道家属院", "城西街道家属院"),
    ("水苑社区19号楼", "白山社区19号楼"),
    ("白山社区1组", "水苑社区1组"),
    ("水苑社区自建房", "白山社区自建房"),
    ("和平路5号", "解放路5号"),
    ("和平路5号幸福小区", "解放路5号幸福小区"),
    ("桥头镇", "桥头镇除高风险区外的其他区域"),
    ("大李村东大街以西、北街以南合围区域", "大李村东大街以东、北街以南合围区域"),
    ("水苑社区", "水苑社区（南马路61号、63号）"),
    ("大李村张明家", "大李村王强家"),
    ("17社区", "17小区"),
    ("长乐街272号（和源家园D区10栋）", "长乐街272号（和源家园D区12栋）"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_place_have_one_key(one: str, other: str) -> None:
    assert read_address(one).key == read_address(other).key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_places_have_different_keys(one: str, other: str) -> None:
    assert read_address(one).key != read_address(other).key


def test_with_counties_a_name_in_two_streets_is_two_places_and_a_bare_one_joins_neither() -> None:
    places = [
        "城东街道幸福小区",
        "城西街道幸福小区",
        "幸福小区",
        "城东街道办事处幸福小区",
        "城东街道水岸苑",
        "水岸苑",
    ]
    keys = read_addresses(places, ["甲县"] * 6)["key"].to_pylist()
    assert keys[0] == keys[3]
    assert len({keys[0], keys[1], keys[2]}) == 3
    assert keys[4] == keys[5]


def test_the_same_name_in_another_county_does_not_part_them() -> None:
    places = ["城东街道幸福小区", "城西街道幸福小区", "幸福小区"]
    keys = read_addresses(places, ["甲县", "乙县", "甲县"])["key"].to_pylist()
    assert keys[0] == keys[2]
