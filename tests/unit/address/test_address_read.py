"""Names of the lists in parts: one example for each rule."""

from __future__ import annotations

import dataclasses

import pytest

from sizao.address import read_address

EXAMPLES = {
    # the five of the issue
    "外馆斜街6号院1号楼": {"road": "外馆斜街", "compound": "6号院", "buildings": ("1号楼",), "scope": "building"},
    "星光华A区5号楼5单元": {"compound": "星光华A区", "buildings": ("5号楼",), "units": ("5单元",), "scope": "unit"},
    "东孙堡村东区": {"village": "东孙堡村东区", "scope": "village"},
    "13、14、15号楼": {"buildings": ("13号楼", "14号楼", "15号楼"), "scope": "building", "count": 3},
    "全域": {"scope": "county", "count": 1, "partial": False},
    # the kinds of places, wide to narrow
    "甘南镇": {"street": "甘南镇", "scope": "street"},
    "万寿社区": {"community": "万寿社区", "scope": "community"},
    "青年路街道办事处": {"street": "青年路街道办事处", "scope": "street"},
    "桥头镇大李村": {"street": "桥头镇", "village": "大李村", "scope": "village"},
    "桥头镇大李村5组、6组": {"village": "大李村5组、大李村6组", "scope": "village", "count": 2},
    "桥头镇大李村南坪自然村": {"village": "大李村南坪自然村", "scope": "village"},
    "白山社区二组": {"community": "白山社区", "village": "二组", "scope": "village"},
    "水苑社区第3网格": {"community": "水苑社区第3网格", "scope": "community", "partial": True},
    "城东街道紫竹小区": {"street": "城东街道", "compound": "紫竹小区", "scope": "compound"},
    "机车厂家属院": {"compound": "机车厂家属院", "scope": "compound"},
    "康馨苑二期": {"compound": "康馨苑二期", "scope": "compound"},
    "凯悦国际": {"compound": "凯悦国际", "scope": "compound"},
    "中山西路5号": {"road": "中山西路", "buildings": ("5号",), "scope": "building"},
    "和平巷": {"road": "和平巷", "scope": "compound"},
    "长乐路300弄": {"road": "长乐路300弄", "scope": "compound"},
    "长乐路300弄12号": {"road": "长乐路300弄", "buildings": ("12号",), "scope": "building"},
    "长乐路300弄58号永信机械有限公司": {"road": "长乐路300弄58号", "site": "永信机械有限公司", "scope": "site"},
    "紫竹小区302大厦": {"scope": "building"},
    "紫竹小区2栋三单元": {"buildings": ("2栋",), "units": ("三单元",), "scope": "unit"},
    "紫竹小区2号楼1单元5层": {"floors": ("5层",), "scope": "floor"},
    "紫竹小区2号楼1单元501、601": {"rooms": ("501", "601"), "scope": "household", "count": 2},
    "紫竹小区2号楼1单元病例户同层": {"units": ("1单元",), "scope": "floor"},
    "大李村某户": {"village": "大李村", "scope": "household"},
    "紫竹里7-2-501": {"buildings": ("7号楼",), "units": ("2单元",), "rooms": ("501",), "scope": "household"},
    # premises that are no dwellings
    "第二人民医院": {"site": "第二人民医院", "scope": "site"},
    "建设路28号锦泰大酒店": {"road": "建设路28号", "site": "锦泰大酒店", "scope": "site"},
    "桥头镇实验幼儿园": {"site": "实验幼儿园", "scope": "site"},
    "地铁3号线工地": {"scope": "site"},
    "锦泰大酒店2号楼": {"site": "锦泰大酒店", "buildings": ("2号楼",), "scope": "building"},
    # enumerations, ranges, numerals, forms
    "紫竹小区1-3号楼": {"buildings": ("1号楼", "2号楼", "3号楼"), "count": 3},
    "紫竹小区A、B座": {"buildings": ("A座", "B座"), "count": 2},
    "紫竹小区A-C栋": {"buildings": ("A栋", "B栋", "C栋"), "count": 3},
    "紫竹小区1号楼2、3单元": {"buildings": ("1号楼",), "units": ("2单元", "3单元"), "scope": "unit", "count": 2},
    "20号、48号、50号楼": {"buildings": ("20号", "48号", "50号楼"), "count": 3},
    "紫竹小区（4号楼1、2单元和6号楼3单元）": {"buildings": ("4号楼", "6号楼"), "scope": "unit", "count": 3},
    "紫竹小区4栋1单元、4栋2单元": {"buildings": ("4栋",), "units": ("1单元", "2单元"), "count": 2},
    "紫竹小区1号楼2单元、3号楼": {"scope": "building", "count": 1},
    "长乐街4-8号（双号）": {"buildings": ("4号", "6号", "8号"), "count": 3},
    "长乐街519-13号": {"buildings": ("519-13号",), "count": 1},
    "长乐街2-2号": {"buildings": ("2-2号",), "count": 1},
    "长乐街1号至3号": {"buildings": ("1号", "2号", "3号"), "count": 3},
    "紫竹小区第十二栋": {"buildings": ("第十二栋",)},
    "紫竹小区１２＃楼": {"buildings": ("12#楼",), "scope": "building"},
    "信达南区、北区": {"compound": "信达南区、信达北区", "scope": "compound", "count": 2},
    "天兴社区、凯东社区": {"scope": "community", "count": 2},
    "长乐路406弄、368弄馨宁公寓": {"scope": "compound", "count": 1},
    "紫竹小区1号至3号楼": {"compound": "紫竹小区", "buildings": ("1号楼", "2号楼", "3号楼"), "count": 3},
    "紫竹小区1、3-5、7号楼": {"buildings": ("1号楼", "3号楼", "4号楼", "5号楼", "7号楼"), "count": 5},
    "紫竹小区十三号楼": {"buildings": ("十三号楼",), "scope": "building"},
    "紫竹小区B1栋": {"compound": "紫竹小区", "buildings": ("B1栋",)},
    "长乐街甲8号": {"road": "长乐街", "buildings": ("甲8号",), "scope": "building"},
    # what opens a list says where it lies; its scope is that of what follows
    "城东街道办：紫竹小区2号楼3单元": {"street": "城东街道办", "compound": "紫竹小区", "scope": "unit"},
    "洋河办事处：大李村": {"street": "洋河办事处", "village": "大李村", "scope": "village"},
    "城东街道办事处紫竹小区": {"street": "城东街道办事处", "compound": "紫竹小区", "scope": "compound"},
    "城东街道，紫竹小区2栋": {"street": "城东街道", "compound": "紫竹小区", "scope": "building"},
    "大东街：长乐路24号、26号": {"street": "大东街", "road": "长乐路", "scope": "building", "count": 2},
    "新疆生产建设兵团第四师六十二团长乐镇水苑社区第3网格：长乐路24号": {"scope": "building", "partial": False},
    "水苑社区第3网格：长乐路24号": {"community": "水苑社区第3网格", "scope": "building", "partial": False},
    "紫竹小区部分区域：A区6栋，B区9栋": {
        "compound": "紫竹小区、紫竹小区A区、紫竹小区B区",
        "scope": "building",
        "count": 2,
    },
    "紫竹小区包含：2栋": {"compound": "紫竹小区", "scope": "building", "count": 1},
    "水苑社区：1.长乐路24号；2.和平路6号": {"road": "长乐路、和平路", "scope": "building", "count": 2},
    "城东街道：东至甲路，西至乙路": {"street": "城东街道", "scope": "street", "partial": True},
    # a road with a number is a building, a road without one a compound
    "城东街道长乐路24号": {"road": "长乐路", "buildings": ("24号",), "scope": "building"},
    "城东街道长乐路": {"road": "长乐路", "scope": "compound"},
    # a grid is a part of the community or village that it is one of
    "水苑社区第一、二、四网格": {
        "community": "水苑社区第一网格二网格四网格",
        "scope": "community",
        "count": 1,
        "partial": True,
    },
    "桥头镇大李村第2网格": {"village": "大李村第2网格", "scope": "village", "partial": True},
    "大李村8号所在网格区域": {"village": "大李村", "scope": "village", "count": 1, "partial": True},
    # a 小镇 is an estate, a 镇 a town
    "桥头镇茶花小镇": {"street": "桥头镇", "compound": "茶花小镇", "scope": "compound"},
    "茶花小镇除11组团3栋以外区域": {"compound": "茶花小镇", "scope": "compound", "partial": True},
    # names with a word of another kind in them
    "城东街道含元殿社区含元殿小区3号楼": {"community": "含元殿社区", "compound": "含元殿小区", "scope": "building"},
    "河沿街道西河沿街93号": {"road": "西河沿街", "buildings": ("93号",), "scope": "building"},
    "城东街道养路段家属楼3号楼": {"scope": "building", "partial": False},
    "长乐路与和平路交叉口西南角紫竹苑9号楼1单元": {
        "road": "长乐路",
        "compound": "紫竹苑",
        "scope": "unit",
        "partial": False,
    },
    "紫竹小区2栋（长乐路与和平路交叉口）": {"compound": "紫竹小区", "scope": "building", "partial": False},
    "联勤村冯桥南宅": {"village": "联勤村冯桥南宅", "scope": "village"},
    "城东街道朝阳名宅": {"compound": "朝阳名宅", "scope": "compound"},
    "桥头镇牛村村": {"village": "牛村村", "scope": "village"},
    "桥头镇马街行政村": {"village": "马街行政村", "scope": "village"},
    "桥头镇丁楼村": {"village": "丁楼村", "scope": "village"},
    "三座店镇西窝铺村": {"street": "三座店镇", "village": "西窝铺村"},
    "三塔镇": {"street": "三塔镇", "scope": "street"},
    "城东街道辖区": {"street": "城东街道", "scope": "street", "partial": False},
    "5号楼西半部": {"buildings": ("5号楼",), "partial": True},
    "紫竹小区6号楼1楼门": {"units": ("1楼门",), "scope": "unit"},
    "全镇": {"scope": "street"},
    "鲁能城七街区5栋": {"compound": "鲁能城七街区", "buildings": ("5栋",)},
    "东库街社区紫竹小区": {"street": None, "community": "东库街社区", "compound": "紫竹小区"},
    "城东街道养路段平房": {"scope": "compound", "partial": False},
    "喜捷社区玉龙场镇": {"street": None, "community": "喜捷社区", "scope": "compound"},
    "桥头镇安全村": {"village": "安全村", "scope": "village"},
    "桥头镇人民政府": {"street": None, "site": "桥头镇人民政府"},
    "桥头镇大李村3组（李某住所及相邻4户）": {"village": "大李村3组", "scope": "household", "count": 1},
    # what stands around the name
    "紫竹小区(除2号楼外)": {"compound": "紫竹小区", "scope": "compound", "partial": True, "buildings": ()},
    "桥头镇除高风险区外的其他区域": {"street": "桥头镇", "scope": "street", "partial": True},
    "水苑社区高风险区外的区域": {"community": "水苑社区", "scope": "community", "partial": True},
    "紫竹小区除10栋以外其余19栋": {"scope": "building", "count": 19, "partial": True},
    "紫竹小区底商老张面馆": {"site": "紫竹小区底商老张面馆", "scope": "site"},
    "长乐路11号楼地下室": {"road": "长乐路", "buildings": ("11号楼",), "scope": "building"},
    "紫竹小区3栋、5栋及其底商": {
        "compound": "紫竹小区",
        "buildings": ("3栋", "5栋"),
        "scope": "building",
        "count": 2,
    },
    "紫竹小区2栋（含底商）": {"buildings": ("2栋",), "partial": False, "rest": ""},
    "大李村8号及周边50米范围": {"buildings": ("8号",), "scope": "building", "partial": True},
    "大李村8号及左右各一户": {"buildings": ("8号",), "scope": "building", "partial": False},
    "桥头镇全域": {"street": "桥头镇", "scope": "street", "partial": False},
    "桥头镇长乐路以东、和平路以南区域": {"street": "桥头镇", "scope": "street", "partial": True},
    "长乐路以东、和平路以南、海河以西合围区域": {"scope": "community", "partial": True},
    "长乐路与和平路交叉口东南160米老张面馆": {"site": "老张面馆", "scope": "site"},
    "紫竹小区部分区域": {"scope": "compound", "partial": True},
    "紫竹小区2栋（建设路88号）": {"compound": "紫竹小区", "buildings": ("2栋",), "count": 1},
}


@pytest.mark.parametrize("place", EXAMPLES)
def test_a_name_is_read_into_its_parts(place: str) -> None:
    address = read_address(place)
    found = {part: getattr(address, part) for part in EXAMPLES[place]}
    assert found == EXAMPLES[place]


def test_the_county_before_a_place_is_left_out_with_or_without_its_city() -> None:
    bare = read_address("紫竹小区2栋")
    for prefix in ("西河区", "南山市西河区"):
        with_county = read_address(prefix + "紫竹小区2栋", "西河区")
        assert (with_county.compound, with_county.key) == (bare.compound, bare.key)
    assert read_address("西河区街道", "西河区").street == "西河区街道"
    told = read_address("紫竹小区2栋（南山市西河区长乐路1号）", "西河区")  # in a bracket it opens no name
    assert (told.compound, told.buildings, told.road) == ("紫竹小区", ("2栋",), None)


WHOLE = {
    ("西河区", "西河区"): ("county", False),
    ("南山市西河区", "西河区"): ("county", False),
    ("全域", "城东街道"): ("street", False),
    ("城东街道全域", "城东街道"): ("street", False),
    ("除高风险区以外的其他地区", "西河区"): ("county", True),
    ("西河区除中、高风险区外其它区域", "西河区"): ("county", True),
    ("南山市西河区（除高风险区以外的其他区域）", "西河区"): ("county", True),
    ("高风险区以外的西河区其他所有区域", "西河区"): ("county", True),
    ("其它区域", "西河区"): ("county", True),
    ("西河区其余地区", "西河区"): ("county", True),
    ("全县除高、中风险区以外的其他地区", "北县"): ("county", True),
    ("西河区（含高新区、保税区）除高风险区以外的其他区域", "西河区"): ("county", True),
    ("高新区（西河区）中高风险区以外的其他地区", "西河区"): ("county", True),
    ("南山高新区除高风险区外的其他地区", "高新区"): ("county", True),
    ("北县（除中风险区外）", "北山自治县"): ("county", True),
    ("三都区全域（除高风险区外）", "市辖区"): ("county", True),
    ("城东街道（除高风险区外的其他地区）", "城东街道"): ("street", True),
    ("宝善街（除高、中风险区外）", "西河区"): ("street", True),
    ("宝善街（除纳管区域外）", "西河区"): ("street", True),
    ("宝善街全域", "西河区"): ("street", False),
    # and not a county
    ("紫竹花园二区（除高风险区外）", "西河区"): ("compound", True),
    ("紫竹小区A区内高风险区域以外其他区域", "西河区"): ("compound", True),
    ("北一区除2号楼外", "西河区"): ("compound", True),
    ("桥头镇工业区（除高风险区外）", "西河区"): ("site", True),
    ("桥头镇除高风险区以外的其他地区", "西河区"): ("street", True),
    ("大李村全区域", "西河区"): ("village", False),
    ("宝善街", "西河区"): ("compound", False),
    ("其他区域", None): ("county", True),
}


@pytest.mark.parametrize(("place", "county"), WHOLE)
def test_a_whole_county_or_the_rest_of_it_is_as_wide_as_the_county(place: str, county: str | None) -> None:
    address = read_address(place, county)
    assert (address.scope, address.partial) == WHOLE[place, county]


def test_the_rest_of_a_county_has_one_key_however_it_is_called() -> None:
    names = [place for (place, county), said in WHOLE.items() if said == ("county", True) and county == "西河区"]
    assert {read_address(place, "西河区").key for place in names} == {read_address("其余地区", "西河区").key}
    assert read_address("西河区", "西河区").key not in {read_address(name, "西河区").key for name in names}


def test_a_district_before_a_street_is_told_apart_without_knowing_the_county() -> None:
    address = read_address("西河区桥头镇大李村")
    assert (address.district, address.street, address.village) == ("西河区", "桥头镇", "大李村")


def test_towns_have_villages_and_streets_of_cities_have_estates_called_villages() -> None:
    assert read_address("桥头镇幸福新村").scope == "village"
    assert read_address("城东街道幸福新村").scope == "compound"
    assert read_address("控江七村8号").compound == "控江七村"


def test_a_name_that_cannot_be_read_is_kept_as_unknown() -> None:
    for nothing in ("", "   ", "/", "m", "（）", "......"):
        address = read_address(nothing)
        assert (address.place, address.scope, address.count) == (nothing, "unknown", 1)


def test_what_was_not_understood_stands_in_rest() -> None:
    assert read_address("紫竹小区1栋御涛阁").rest == "御涛阁"
    assert read_address("紫竹小区1栋").rest == ""


def test_an_address_cannot_be_changed_and_has_every_part() -> None:
    address = read_address("紫竹小区1栋")
    with pytest.raises(dataclasses.FrozenInstanceError):
        address.scope = "county"  # type: ignore[misc]
    assert vars(address).keys() == {field.name for field in dataclasses.fields(address)}
    assert dataclasses.replace(address) == address
