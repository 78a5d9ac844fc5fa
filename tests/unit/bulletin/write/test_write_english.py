"""The English edition: every figure of the table is in it, in the words of readers abroad."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from made_up_days import ON, Row, days

from sizao.bulletin.figure import tabulate
from sizao.bulletin.places import find_place
from sizao.bulletin.write import write_bulletin

Draw = Callable[..., pa.Table]
ALL = "31 provinces (autonomous regions, municipalities) and the Xinjiang Production and Construction Corps (XPCC)"


def test_the_english_edition_tells_the_same_in_the_same_order(figures: Draw) -> None:
    table = figures(
        """
        全国 confirmed_new         2365
        全国 confirmed_new_imported  88
        广东 confirmed_new_imported  61
        福建 confirmed_new_imported  27
        全国 converted_new_imported   7
        重庆 converted_new_imported   7
        全国 confirmed_new_local   2277
        内蒙古 confirmed_new_local   92
        内蒙古/包头市 confirmed_new_local 92
        兵团 confirmed_new_local      1
        全国 deaths_new               1
        全国 deaths_new_local         1
        北京 deaths_new_local         1
        全国 suspected_new            0
        全国 discharged_new           1
        全国 contacts_released   130082
        全国 severe_change           -1
        全国 active_imported        660
        全国 severe_imported          0
        全国 deaths_total_imported    0
        全国 active               22210 订正后数据
        全国 confirmed_total     288562
        四川 confirmed_total_correction -1
        全国 asymptomatic_converted  794
        全国 asymptomatic_converted_imported 7
        港澳台 confirmed_total  8613419
        香港 confirmed_total     449615
        香港 deaths_total         10599
        """
    )
    assert write_bulletin(table, ON, lang="en").splitlines() == [
        f"0–24h on 20 November 2022: {ALL} reported: 2,365 new confirmed cases. Of these: 88 imported (Guangdong 61, "
        "Fujian 27), 7 of them converted from asymptomatic infection (Chongqing 7); 2,277 local "
        "(Inner Mongolia 92: 包头市 92; XPCC 1). 1 new death, local (Beijing 1); no new suspected cases.",
        "1 case recovered and discharged; 130,082 close contacts released from medical observation; "
        "1 fewer severe case than the day before.",
        "660 active imported cases (no severe imported cases). No imported deaths so far.",
        f"By 24h on 20 November 2022, {ALL} had: 22,210* active cases; 288,562 confirmed cases so far "
        "(Sichuan corrected by −1).",
        "794 asymptomatic infections reclassified as confirmed (7 imported).",
        "Confirmed cases so far reported from Hong Kong, Macao and Taiwan: 8,613,419, of which "
        "Hong Kong 449,615 (10,599 dead).",
        "Notes: * 订正后数据",
    ]


def test_what_the_table_does_not_have_is_left_out(figures: Draw) -> None:
    text = write_bulletin(figures("全国 confirmed_new 0"), ON, lang="en")
    assert text == f"0–24h on 20 November 2022: {ALL} reported: No new confirmed cases.\n"


def test_a_province_has_its_english_name(figures: Draw) -> None:
    table = figures("江苏 confirmed_new 5\n江苏 active 65")
    told = write_bulletin(table, ON, "江苏", "en").splitlines()
    assert told[0] == "0–24h on 20 November 2022: Jiangsu reported: 5 new confirmed cases."
    assert told[1] == "By 24h on 20 November 2022, Jiangsu had: 65 active cases."


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(days())
def test_every_figure_of_a_made_up_day_is_in_it(rows: list[Row]) -> None:
    text = write_bulletin(tabulate(row.figure() for row in rows), ON, lang="en")
    numbers = re.findall(r"\d+(?:,\d{3})*", text)
    for row in rows:
        assert f"{abs(row.value):,}" in numbers or row.value == 0, text
        assert name_of(row) in text or row.place in ("全国", "港澳台"), text
    listed = [row for row in rows if not row.measure.endswith("_correction") and row.place not in ("全国", "港澳台")]
    for row in listed:
        if row.measure not in ("discharged_total", "deaths_total"):
            assert f"{name_of(row)} {row.value:,}" in text


def name_of(row: Row) -> str:
    """English of provinces; cities keep their Chinese names."""
    known = find_place(row.place) if row.province is None else None
    return known.en if known and known.en else row.place


def test_a_city_named_like_a_province_is_not_taken_for_it(figures: Draw) -> None:
    text = write_bulletin(figures("全国 deaths_new 2\n天津 deaths_new 2\n天津/河北 deaths_new 2"), ON, lang="en")
    assert "(Tianjin 2: 河北区 2)" in text


def test_a_star_stands_at_no_too(figures: Draw) -> None:
    text = write_bulletin(figures("全国 deaths_new 0 订正后数据"), dt.date(2022, 11, 20), lang="en")
    assert "No* new deaths." in text
