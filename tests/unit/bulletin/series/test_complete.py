"""What a bulletin says of a province that it does not name."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from sizao.bulletin.series import complete_provinces

DAY = dt.date(2022, 5, 3)
LISTED = """
2022-05-03 全国 confirmed_new 12
2022-05-03 全国 confirmed_new_imported 5
2022-05-03 上海 confirmed_new_imported 3
2022-05-03 广东 confirmed_new_imported 2
2022-05-03 全国 confirmed_new_local 7
2022-05-03 上海 confirmed_new_local 6
2022-05-03 兵团 confirmed_new_local 1
"""


def known(table: pa.Table, place: str, measure: str, on: dt.date = DAY) -> tuple[int, str] | None:
    rows = [
        (row["value"], row["how"])
        for row in complete_provinces(table).to_pylist()
        if (row["place"], row["measure"], row["on"]) == (place, measure, on)
    ]
    assert len(rows) <= 1
    return rows[0] if rows else None


def test_a_province_that_a_complete_list_does_not_name_is_a_true_0(make):
    figures = make(LISTED)
    assert known(figures, "北京", "confirmed_new_local") == (0, "absent")
    assert known(figures, "广东", "confirmed_new_local") == (0, "absent")
    assert known(figures, "兵团", "confirmed_new_imported") == (0, "absent")


def test_a_list_covers_31_provinces_and_the_xpcc_but_not_hong_kong(make):
    rows = complete_provinces(make(LISTED), ["confirmed_new_local"])
    places = rows["place"].to_pylist()
    assert len(places) == 1 + 31 + 1
    assert "香港" not in places


def test_a_list_that_does_not_sum_to_the_nation_says_nothing_of_those_absent(make):
    figures = make(LISTED.replace("上海 confirmed_new_local 6", "上海 confirmed_new_local 5"))
    assert known(figures, "北京", "confirmed_new_local") is None
    assert known(figures, "北京", "confirmed_new") is None
    assert known(figures, "北京", "confirmed_new_imported") == (0, "absent")
    assert known(figures, "上海", "confirmed_new") == (3 + 5, "sum")


def test_a_list_that_misses_its_total_by_a_correction_beside_it_is_complete(make):
    short = LISTED.replace("上海 confirmed_new_local 6", "上海 confirmed_new_local 5")
    corrected = short + "2022-05-03 上海 confirmed_new_local_correction -1"
    assert known(make(corrected), "北京", "confirmed_new_local") == (0, "absent")
    by_two = short + "2022-05-03 上海 confirmed_new_local_correction -2"
    assert known(make(by_two), "北京", "confirmed_new_local") is None


def test_a_total_without_a_list_says_nothing_of_provinces(make):
    assert known(make("2022-05-03 全国 discharged_new 9"), "北京", "discharged_new") is None


def test_none_new_in_the_nation_is_0_everywhere_and_of_every_origin(make):
    figures = make("2022-05-03 全国 deaths_new 0")
    assert known(figures, "全国", "deaths_new_imported") == (0, "zero")
    assert known(figures, "湖北", "deaths_new") == (0, "absent")
    assert known(figures, "湖北", "deaths_new_local") == (0, "absent")


def test_new_is_imported_plus_local_and_the_third_follows_from_two(make):
    figures = make(LISTED)
    assert known(figures, "上海", "confirmed_new") == (3 + 6, "sum")
    assert known(figures, "全国", "confirmed_new") == (12, "given")
    only_imported = make("2022-05-03 全国 confirmed_new 12\n2022-05-03 全国 confirmed_new_imported 12")
    assert known(only_imported, "全国", "confirmed_new_local") == (12 - 12, "rest")
    assert known(only_imported, "北京", "confirmed_new_local") == (0, "absent")
    assert known(only_imported, "北京", "confirmed_new") is None


def test_a_part_above_its_total_gives_no_rest_below_0(make):
    figures = make("2022-05-03 全国 confirmed_new 3\n2022-05-03 全国 confirmed_new_imported 5")
    assert known(figures, "全国", "confirmed_new_local") is None
    figures = make("2022-05-03 全国 confirmed_new 3\n2022-05-03 全国 confirmed_new_local 5")
    assert known(figures, "全国", "confirmed_new_imported") is None


def test_a_paragraph_of_one_province_is_no_list(make):
    figures = make(
        """2020-02-20 全国 discharged_new 40
        2020-02-20 湖北 discharged_new 30
        2020-02-20 武汉 discharged_new 20"""
    )
    assert known(figures, "广东", "discharged_new", dt.date(2020, 2, 20)) is None


def test_a_province_named_twice_in_one_bulletin_counts_once(make):
    figures = make("2022-05-03 全国 deaths_new 4\n2022-05-03 湖北 deaths_new 4\n2022-05-03 湖北 deaths_new 4")
    assert known(figures, "广东", "deaths_new") == (0, "absent")


def test_hong_kongs_new_cases_are_the_step_of_its_total_from_the_day_before(make):
    figures = make("2022-05-02 香港 confirmed_total 100\n2022-05-03 香港 confirmed_total 130")
    assert known(figures, "香港", "confirmed_new") == (130 - 100, "step")
    gap = make("2022-05-01 香港 confirmed_total 100\n2022-05-03 香港 confirmed_total 130")
    assert known(gap, "香港", "confirmed_new") is None
    falls = make("2022-05-02 香港 confirmed_total 100\n2022-05-03 香港 confirmed_total 90")
    assert known(falls, "香港", "confirmed_new") is None


def test_no_step_where_the_number_itself_is_known(make):
    figures = make(LISTED + "2022-05-02 上海 confirmed_total 100\n2022-05-03 上海 confirmed_total 130")
    assert known(figures, "上海", "confirmed_new") == (9, "sum")


def test_what_is_given_comes_before_what_is_derived_and_the_nation_before_a_province(make):
    national = make("2022-05-03 全国 confirmed_new 7\n2022-05-03 上海 confirmed_new 7", "b-national.txt")
    own = make("2022-05-03 上海 confirmed_new 8\n2022-05-03 北京 confirmed_new 0", "a-shanghai.txt")
    both = complete_provinces(pa.concat_tables([own, national]), ["confirmed_new"])
    rows = {row["place"]: row for row in both.to_pylist()}
    assert (rows["上海"]["value"], rows["上海"]["source"], rows["上海"]["others"]) == (7, "b-national.txt", 1)
    assert (rows["北京"]["value"], rows["北京"]["how"], rows["北京"]["given"]) == (0, "given", True)


def test_places_of_the_same_name_stay_apart(make):
    figures = make("2022-05-03 上海 confirmed_new 7")
    other = figures.set_column(2, "place_code", pa.array(["999999"]))
    assert complete_provinces(pa.concat_tables([figures, other])).num_rows == 2


def test_only_the_measures_asked_for_come_back_and_do_not_change(make):
    figures = make(LISTED)
    whole = [row for row in complete_provinces(figures).to_pylist() if row["measure"] == "confirmed_new"]
    assert complete_provinces(figures, ["confirmed_new"]).to_pylist() == whole


def test_signed_changes_pass_through_and_say_nothing_of_provinces(make):
    figures = make("2022-05-03 全国 severe_change 0")
    assert known(figures, "全国", "severe_change") == (0, "given")
    assert known(figures, "上海", "severe_change") is None


def test_codes_and_sources_may_be_absent():
    figures = pa.table({"report_date": [DAY], "place": ["全国"], "measure": ["deaths_new"], "value": [0]})
    assert complete_provinces(figures, ["deaths_new"]).num_rows == 1 + 31 + 1
