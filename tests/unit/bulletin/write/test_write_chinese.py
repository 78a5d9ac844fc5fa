"""The official wording: what is said of which figures, and what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyarrow as pa
import pytest

from sizao.bulletin.write import write_bulletin

Draw = Callable[..., pa.Table]
ON = dt.date(2022, 11, 20)
ALL = "31个省（自治区、直辖市）和新疆生产建设兵团"


def paragraphs(table: pa.Table, place: str = "全国") -> list[str]:
    return write_bulletin(table, ON, place).splitlines()


def test_a_whole_bulletin_has_the_paragraphs_of_late_2022_in_their_order(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new           31
        全国 confirmed_new_imported   9
        福建 confirmed_new_imported   4
        广东 confirmed_new_imported   5
        全国 converted_new_imported   1
        广东 converted_new_imported   1
        全国 confirmed_new_local     22
        新疆 confirmed_new_local      8
        北京 confirmed_new_local      8
        兵团 confirmed_new_local      6
        全国 converted_new_local      3
        北京 converted_new_local      3
        全国 deaths_new               2
        全国 deaths_new_local         2
        北京 deaths_new_local         2
        全国 suspected_new            0
        全国 discharged_new          17
        全国 discharged_new_imported  7
        全国 discharged_new_local    10
        山西 discharged_new_local    10
        全国 contacts_released     1234
        全国 severe_change           12
        全国 active_imported         66
        全国 severe_imported          0
        全国 suspected_imported       0
        全国 confirmed_total_imported 26924
        全国 discharged_total_imported 26858
        全国 deaths_total_imported    0
        全国 active               2210
        全国 severe                107
        全国 discharged_total   261123
        全国 deaths_total         5229
        全国 confirmed_total    268562
        全国 suspected               0
        全国 contacts_total   10190584
        全国 contacts_observed 1163439
        全国 asymptomatic_new      140
        全国 asymptomatic_new_imported 18
        全国 asymptomatic_new_local   122
        广东 asymptomatic_new_local   100
        重庆 asymptomatic_new_local    22
        全国 asymptomatic_released     51
        全国 asymptomatic_released_imported 9
        全国 asymptomatic_released_local   42
        全国 asymptomatic_converted     4
        全国 asymptomatic_converted_imported 1
        全国 asymptomatic_observed   2085
        全国 asymptomatic_observed_imported 113
        港澳台 confirmed_total    9107
        香港 confirmed_total      4496
        香港 discharged_total      962
        香港 deaths_total          105
        澳门 confirmed_total       796
        台湾 confirmed_total      3815
        """
    )
    assert paragraphs(table) == [
        f"11月20日0—24时，{ALL}报告新增确诊病例31例。其中境外输入病例9例（广东5例，福建4例），"
        "含1例由无症状感染者转为确诊病例（在广东）；本土病例22例（北京8例，新疆8例，兵团6例），"
        "含3例由无症状感染者转为确诊病例（均在北京）。新增死亡病例2例，均为本土病例，均在北京；无新增疑似病例。",
        "当日新增治愈出院病例17例，其中境外输入病例7例，本土病例10例（均在山西），解除医学观察的密切接触者1234人，"
        "重症病例较前一日增加12例。",
        "境外输入现有确诊病例66例（无重症病例），无现有疑似病例。累计确诊病例26924例，累计治愈出院病例26858例，无死亡病例。",
        f"截至11月20日24时，据{ALL}报告，现有确诊病例2210例（其中重症病例107例），累计治愈出院病例261123例，"
        "累计死亡病例5229例，累计报告确诊病例268562例，无现有疑似病例。"
        "累计追踪到密切接触者10190584人，尚在医学观察的密切接触者1163439人。",
        f"{ALL}报告新增无症状感染者140例，其中境外输入18例，本土122例（广东100例，重庆22例）。"
        "当日解除医学观察的无症状感染者51例，其中境外输入9例，本土42例；当日转为确诊病例4例（境外输入1例）；"
        "尚在医学观察的无症状感染者2085例（境外输入113例）。",
        "累计收到港澳台地区通报确诊病例9107例。其中，香港特别行政区4496例（出院962例，死亡105例），"
        "澳门特别行政区796例，台湾地区3815例。",
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("confirmed_new 7; confirmed_new_imported 7", "新增确诊病例7例，均为境外输入病例。"),
        ("confirmed_new 1; confirmed_new_local 1", "新增确诊病例1例，为本土病例。"),
        ("confirmed_new 0", "报告无新增确诊病例。"),
        ("confirmed_new 0; confirmed_new_imported 0", "无新增确诊病例（无境外输入病例）。"),
        ("confirmed_new 3; confirmed_new_imported 2", "3例。其中境外输入病例2例。"),
        ("confirmed_new_imported 2", "报告新增境外输入确诊病例2例。"),
        ("confirmed_new 3; severe_change 0", "\n重症病例与前一日持平。"),
        ("confirmed_new 3; severe_change -4", "\n重症病例较前一日减少4例。"),
        ("confirmed_new 3; discharged_new 0", "\n当日无新增治愈出院病例。"),
        ("suspected_new 1; suspected_new_imported 1", "新增疑似病例1例，为境外输入病例。"),
        ("asymptomatic_observed 5; asymptomatic_observed_imported 5", "感染者5例（均为境外输入）。"),
        ("active_imported 5; severe_imported 2", "境外输入现有确诊病例5例（其中重症病例2例）。"),
        ("confirmed_new_local 4; confirmed_new_local_found_managed 3", "4例，其中3例本土病例在隔离管控中发现。"),
        ("confirmed_new 40; confirmed_new_clinical 30", "40例，含临床诊断病例30例。"),
    ],
)
def test_each_wording(figures: Draw, lines: str, told: str) -> None:
    nation = "\n".join(f"全国 {line}" for line in lines.split("; "))
    assert told in write_bulletin(figures(nation), ON)


def test_what_the_table_does_not_have_is_not_told_as_nothing(figures: Draw) -> None:
    text = write_bulletin(figures("全国 confirmed_new 3"), ON)
    assert text == f"11月20日0—24时，{ALL}报告新增确诊病例3例。\n"


def test_cities_stand_after_their_province_and_set_provinces_apart_by_semicolons(figures: Draw) -> None:
    table = figures(
        """
        全国   confirmed_new_local 33
        辽宁   confirmed_new_local  6
        辽宁/葫芦岛市 confirmed_new_local 6
        内蒙古 confirmed_new_local 20
        内蒙古/包头市 confirmed_new_local 2
        内蒙古/呼和浩特市 confirmed_new_local 18
        广东   confirmed_new_local  6
        四川   confirmed_new_local  1
        四川/成都市 confirmed_new_local 1
        """
    )
    assert (
        "33例（内蒙古20例，其中呼和浩特市18例、包头市2例；辽宁6例，均在葫芦岛市；广东6例；四川1例，在成都市）。"
        in write_bulletin(table, ON)
    )


def test_cities_of_the_xpcc_stand_after_it_and_not_after_xinjiang(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new_local 5
        新疆 confirmed_new_local 3
        兵团 confirmed_new_local 2
        新疆/石河子市 confirmed_new_local 2
        """
    )
    assert "（新疆3例；兵团2例，均在石河子市）" in write_bulletin(table, ON)


def test_cities_of_the_only_province_follow_its_name(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new_local 20
        福建 confirmed_new_local 20
        福建/莆田市 confirmed_new_local 19
        福建/泉州市 confirmed_new_local 1
        """
    )
    assert "20例（均在福建，其中莆田市19例、泉州市1例）。" in write_bulletin(table, ON)


def test_a_city_named_like_a_province_is_told_by_its_full_name(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new_local 3
        天津 confirmed_new_local 2
        天津/河北 confirmed_new_local 2
        河北 confirmed_new_local 1
        """
    )
    assert "（天津2例，均在河北区；河北1例）" in write_bulletin(table, ON)


def test_corrections_stand_beside_their_figure_with_the_place_if_it_is_another(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_total 268562 四川核减1例
        四川 confirmed_total_correction -1
        全国 contacts_total 5000
        全国 contacts_total_correction 21
        全国 confirmed_new_local 3
        北京 confirmed_new_local 3
        北京 confirmed_new_local_correction 2
        """
    )
    text = write_bulletin(table, ON)
    assert "累计报告确诊病例268562例（四川核减1例）" in text
    assert "累计追踪到密切接触者5000人（核增21人）" in text
    assert "（北京3例（核增2例））" in text
    assert "*" not in text


def test_a_correction_without_its_figure_is_told_by_itself(figures: Draw) -> None:
    text = write_bulletin(figures("全国 confirmed_new 3\n四川 confirmed_total_correction -1"), ON)
    assert text.endswith("\n四川累计报告确诊病例核减1例。\n")


def test_notes_that_are_no_numbers_are_remarks_with_stars(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new 31 订正后数据
        全国 deaths_new 0 更正后的数字
        全国 active 2210 订正后数据
        """
    )
    told = paragraphs(table)
    assert told[0].endswith("新增确诊病例31例*。新增死亡病例0例**。")
    assert told[1].endswith("现有确诊病例2210例*。")
    assert told[2] == "备注：*：订正后数据；**：更正后的数字"


def test_a_province_writes_its_own_with_its_cities_as_the_list(figures: Draw) -> None:
    table = figures(
        """
        江苏 confirmed_new_local 12
        江苏/无锡市 confirmed_new_local 3
        江苏/徐州市 confirmed_new_local 9
        江苏 active 65
        """
    )
    assert paragraphs(table, "江苏") == [
        "11月20日0—24时，江苏省报告新增本土确诊病例12例（徐州市9例，无锡市3例）。",
        "截至11月20日24时，江苏省现有确诊病例65例。",
    ]
    assert write_bulletin(table, ON, "江苏省") == write_bulletin(table, ON, "江苏")


def test_a_province_can_be_written_from_a_bulletin_of_the_nation(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new_local 5
        江苏 confirmed_new_local 3
        徐州市 confirmed_new_local 3
        浙江 confirmed_new_local 2
        杭州市 confirmed_new_local 2
        """,
        in_text=True,
    )
    assert paragraphs(table, "江苏") == ["11月20日0—24时，江苏省报告新增本土确诊病例3例（均在徐州市）。"]


HUBEI = """
    全国 confirmed_new 20
    全国 deaths_new    11
    湖北 deaths_new    10
    河南 deaths_new     1
    全国 active     10734
    湖北 confirmed_new  4
    武汉 confirmed_new  4
    武汉 deaths_new     9
    湖北 active     10431
    武汉 active      9911
    湖北 severe      3163
    武汉 severe      3058
"""


@pytest.mark.parametrize("in_text", [True, False])
def test_the_province_hit_hardest_has_a_paragraph_of_its_own(figures: Draw, in_text: bool) -> None:
    told = paragraphs(figures(HUBEI, in_text=in_text))
    if in_text:
        assert told == [
            f"11月20日0—24时，{ALL}报告新增确诊病例20例。新增死亡病例11例（湖北10例，河南1例）。",
            f"截至11月20日24时，据{ALL}报告，现有确诊病例10734例。",
            "湖北新增确诊病例4例（武汉4例），新增死亡病例10例（武汉9例），现有确诊病例10431例（武汉9911例），"
            "其中重症病例3163例（武汉3058例）。",
        ]
    else:
        assert told[-1].startswith("湖北新增确诊病例4例（武汉4例），新增死亡病例10例")


def test_a_list_goes_on_after_what_is_told_of_one_of_its_places(figures: Draw) -> None:
    table = figures(
        """
        江苏   confirmed_new_local 9
        南京市 confirmed_new_local 3
        南京市 converted_new_local 1
        徐州市 confirmed_new_local 6
        """,
        in_text=True,
    )
    assert "新增本土确诊病例9例（徐州市6例，南京市3例）。" in write_bulletin(table, ON, "江苏")


def test_a_list_that_does_not_add_up_is_written_as_it_is(figures: Draw) -> None:
    table = figures("全国 confirmed_new 5\n广东 confirmed_new 4\n福建 confirmed_new 3")
    assert "新增确诊病例5例（广东4例，福建3例）。" in write_bulletin(table, ON)


def test_a_day_without_anything_new_still_says_the_day_and_who_reports(figures: Draw) -> None:
    text = write_bulletin(figures("全国 active_imported 5"), ON)
    assert text == f"11月20日0—24时，据{ALL}报告，境外输入现有确诊病例5例。\n"


def test_of_several_sources_the_last_published_is_written(figures: Draw) -> None:
    old = figures("全国 confirmed_new 5", source="a.txt")
    new = figures("全国 confirmed_new 6\n全国 deaths_new 0", source="b.txt")
    assert "新增确诊病例6例" in write_bulletin(pa.concat_tables([new, old]), ON)
    at = old.schema.get_field_index("published")
    later = old.set_column(at, "published", pa.array([dt.date(2022, 11, 22)], pa.date32()))
    assert "新增确诊病例5例" in write_bulletin(pa.concat_tables([new, later]), ON)
