"""Reconciling figures: a rule holds, breaks with both numbers and the place in the text, or a note explains it."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from sizao.bulletin.check import Break, Checked, check_figures
from sizao.bulletin.check.between import STEPS
from sizao.bulletin.check.breaks import RULES, rule_title
from sizao.bulletin.check.ledger import published_corrections as published
from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import find_place


def figures(block: str) -> pa.Table:
    """Figures from lines: `2021-05-02 @source?` (a bulletin of that report day), then `place measure value note?`.

    Each figure stands 10 characters after the one before; a line that begins with = stands where that one stands.
    """
    rows: list[Figure] = []
    day, source, at = dt.date.min, "", 0
    for line in block.strip().splitlines():
        words = line.split()
        if words[0][0].isdigit():
            day = dt.date.fromisoformat(words[0])
            source = words[1][1:] if len(words) > 1 else f"{day + dt.timedelta(days=1)}.txt"
            at = 0
            continue
        same = words[0] == "="
        name, measure, value, *note = words[same:]
        at += 0 if same else 10
        place = find_place(name)
        rows.append(
            Figure(
                day,
                day + dt.timedelta(days=1),
                place.code if place else None,
                name,
                measure,
                int(value),
                note[0] if note else None,
                source,
                at,
                at + 2,
            )
        )
    return tabulate(rows)


def check(block: str) -> Checked:
    return check_figures(figures(block))


def only(found: Checked) -> Break:
    assert len(found.breaks) == 1, [str(b) for b in found.breaks]
    return found.breaks[0]


def numbers(found: Checked) -> list[tuple[str, str, str, int, int | None]]:
    return [(b.rule, b.place, b.measure, b.stated, b.counted) for b in found.breaks]


# new = imported + local


@pytest.mark.parametrize("measure", ["confirmed_new", "discharged_new", "asymptomatic_new", "asymptomatic_released"])
def test_new_is_imported_and_local_together(measure: str) -> None:
    block = "2021-05-02\n全国 {m} 9\n全国 {m}_imported 4\n全国 {m}_local {local}"
    assert check(block.format(m=measure, local=5)).breaks == ()
    assert numbers(check(block.format(m=measure, local=6))) == [("parts", "全国", measure, 9, 4 + 6)]


def test_without_one_of_the_parts_there_is_nothing_to_test() -> None:
    found = check("2021-05-02\n全国 confirmed_new 9\n全国 confirmed_new_imported 4")
    assert (found.breaks, found.held["parts"].tested) == ((), 0)


def test_a_break_names_both_numbers_and_the_place_in_the_text_in_two_languages() -> None:
    found = only(
        check("2021-05-02\n全国 contacts_total 99\n全国 suspected_new 9\n全国 suspected 1\n全国 suspected 2")
    )
    assert (found.where, found.start, found.end) == ("2021-05-03.txt:40", 40, 42)
    assert str(found) == "2021-05-02 全国 suspected: stated 2 here, 1 elsewhere (2021-05-03.txt:40)"
    assert found.say("zh") == "2021-05-02 全国 suspected：此处2，另一处1（2021-05-03.txt:40）"
    assert (found.severity, found.accepted) == ("error", False)


# lists


def test_the_provinces_listed_after_a_number_add_to_it() -> None:
    block = """
        2021-05-02
        全国 confirmed_new 12
        全国 confirmed_new_local 9
        广东 confirmed_new_local 5
        兵团 confirmed_new_local {n}
        全国 deaths_new 0
    """
    assert check(block.format(n=4)).breaks == ()
    assert numbers(check(block.format(n=3))) == [("list", "全国", "confirmed_new_local", 9, 5 + 3)]


def test_a_list_belongs_to_the_number_of_its_own_measure_at_the_same_place_of_the_text() -> None:
    found = check("2021-05-02\n全国 confirmed_new 3\n= 全国 confirmed_new_local 3\n广东 confirmed_new_local 2")
    assert numbers(found) == [("list", "全国", "confirmed_new_local", 3, 2)]


def test_two_numbers_at_one_place_of_the_text_may_both_have_the_list() -> None:
    nation = check("2021-05-02\n全国 confirmed_new_local 3\n= 全国 confirmed_new 3\n广东 confirmed_new_local 2")
    assert numbers(nation) == [("list", "全国", "confirmed_new_local", 3, 2)]
    province = check("2021-05-02\n江苏 confirmed_new_local 3\n= 江苏 confirmed_new 3\n南京 confirmed_new_local 2")
    assert numbers(province) == [("list", "江苏", "confirmed_new_local", 3, 2)]


def test_another_number_of_the_nation_ends_a_list() -> None:
    found = check("""
        2022-03-02
        全国 confirmed_new_local 6
        广东 confirmed_new_local 6
        深圳 confirmed_new_local 6
        全国 confirmed_new 6
        福建 confirmed_new_local 1
        厦门 confirmed_new_local 1
        全国 deaths_new 0
        泉州 confirmed_new_local 1
    """)
    assert found.breaks == ()


def test_what_follows_taiwan_is_no_city_of_it() -> None:
    found = check("2020-01-24\n港澳台 confirmed_total 3\n台湾 confirmed_total 3\n泰国 confirmed_total 4")
    assert (found.breaks, found.held["list"].tested) == ((), 1)


def test_a_province_in_a_paragraph_of_its_own_is_no_list() -> None:
    found = check(
        "2020-03-02\n全国 confirmed_new 9\n全国 contacts_total 70\n湖北 confirmed_new 5\n武汉 confirmed_new 4"
    )
    assert (found.breaks, found.held["list"].tested) == ((), 0)


def test_cities_add_to_a_province_that_stands_in_a_list() -> None:
    block = """
        2022-03-02
        全国 confirmed_new_local 9
        广东 confirmed_new_local 6
        深圳 confirmed_new_local 4
        广州 confirmed_new_local {n}
        吉林 confirmed_new_local 3
    """
    assert check(block.format(n=2)).breaks == ()
    assert numbers(check(block.format(n=1))) == [("list", "广东", "confirmed_new_local", 6, 4 + 1)]


def test_wuhan_alone_in_the_paragraph_on_hubei_may_be_less_but_not_more() -> None:
    block = (
        "2020-03-02\n全国 contacts_total 70\n湖北 discharged_new 5\n武汉 discharged_new {n}\n孝感 discharged_new 0"
    )
    assert check(block.format(n=4)).breaks == ()
    assert numbers(check(block.format(n=6))) == [("whole", "武汉", "discharged_new", 6, 5)]


def test_the_cities_of_a_province_in_its_own_bulletin_add_up() -> None:
    found = check("2021-07-30\n江苏 confirmed_new_local 20\n南京 confirmed_new_local 12\n扬州 confirmed_new_local 7")
    assert numbers(found) == [("list", "江苏", "confirmed_new_local", 20, 12 + 7)]


def test_hong_kong_macao_and_taiwan_add_to_their_own_total_and_never_to_the_nation() -> None:
    block = """
        2021-05-02
        全国 confirmed_total 90
        {head}
        香港 confirmed_total 11
        香港 discharged_total 10
        澳门 confirmed_total 4
        台湾 confirmed_total 1
    """
    assert check(block.format(head="港澳台 confirmed_total 16")).breaks == ()
    assert numbers(check(block.format(head="港澳台 confirmed_total 17"))) == [
        ("list", "港澳台", "confirmed_total", 17, 11 + 4 + 1)
    ]
    assert check(block.format(head="港澳台 deaths_total 1")).held["list"].tested == 0
    assert check(block.format(head="全国 confirmed_total 90")).held["list"].tested == 0


# active + discharged + dead = confirmed


@pytest.mark.parametrize("ending", ["", "_imported"])
def test_active_discharged_and_dead_make_the_total(ending: str) -> None:
    block = "2021-05-02\n" + "\n".join(
        f"全国 {name}{ending} {n}"
        for name, n in [("active", 3), ("discharged_total", 20), ("deaths_total", 2), ("confirmed_total", 26)]
    )
    assert numbers(check(block)) == [("stock", "全国", "confirmed_total" + ending, 26, 3 + 20 + 2)]
    assert check(block.replace(" 26", " 25")).breaks == ()


# from day to day

STEP = """
    2021-05-02
    全国 {m}_total 100
    2021-05-03
    全国 {m}_new 5
    全国 {m}_total {n}
    {more}
"""


@pytest.mark.parametrize("measure", ["confirmed", "discharged", "deaths"])
def test_a_total_steps_by_what_is_new(measure: str) -> None:
    assert check(STEP.format(m=measure, n=105, more="")).breaks == ()
    assert numbers(check(STEP.format(m=measure, n=106, more=""))) == [
        ("step", "全国", measure + "_total", 106, 100 + 5)
    ]


def test_a_correction_printed_beside_the_total_is_applied_and_recorded() -> None:
    found = only(check(STEP.format(m="confirmed", n=104, more="四川 confirmed_total_correction -1 四川核减1例")))
    assert (found.severity, found.accepted, found.note) == ("accepted", True, "四川核减1例")
    assert str(found).endswith("; noted: 四川核减1例")


def test_a_correction_explains_its_own_number_and_no_other() -> None:
    for wrong in (106, 103):
        more = "全国 confirmed_total_correction -1 核减1例"
        assert only(check(STEP.format(m="confirmed", n=f"{wrong} 核减1例", more=more))).severity == "error"
    several = "北京 confirmed_total_correction 1\n江西 confirmed_total_correction -5"
    assert only(check(STEP.format(m="confirmed", n=101, more=several))).note == "北京+1；江西-5"


def test_a_correction_of_what_is_new_explains_the_step_either_way() -> None:
    for total in (104, 106):
        found = only(check(STEP.format(m="confirmed", n=total, more="全国 confirmed_new_correction -1 核减昨日1例")))
        assert found.accepted


def test_a_correction_belongs_to_the_nearest_figure_before_it_that_holds_its_place() -> None:
    found = check("""
        2020-04-04
        全国 deaths_total 3330
        全国 contacts_total 7
        湖北 deaths_total 3211
        2020-04-05
        全国 deaths_new 0
        全国 deaths_total 3331
        全国 contacts_total 7
        湖北 deaths_new 0
        湖北 deaths_total 3212
        湖北 deaths_total_correction 1 核增1例
    """)
    assert [(b.place, b.accepted) for b in found.breaks] == [("全国", False), ("湖北", True)]


def test_without_one_of_the_flows_a_step_cannot_be_tested() -> None:
    found = check("""
        2021-05-02
        全国 asymptomatic_observed 50
        2021-05-03
        全国 asymptomatic_new 5
        全国 asymptomatic_released 2
        全国 asymptomatic_observed 99
    """)
    assert (found.breaks, found.held["step"].tested) == ((), 0)


def test_a_correction_of_a_city_belongs_to_its_province_not_to_the_city_beside_it() -> None:
    found = check("""
        2020-04-04
        湖北 deaths_total 3211
        武汉 deaths_total 2571
        2020-04-05
        湖北 deaths_new 0
        武汉 deaths_new 0
        湖北 deaths_total 3212
        武汉 deaths_total 2571
        孝感 deaths_total_correction 1 孝感核增1例
    """)
    assert [(b.place, b.note) for b in found.breaks if b.rule == "step"] == [("湖北", "孝感核增1例")]


def test_a_remark_without_a_number_explains_the_figure_that_carries_it_only_if_it_tells_of_a_correction() -> None:
    assert only(check(STEP.format(m="confirmed", n="110 订正后数据", more=""))).accepted
    assert not only(check(STEP.format(m="confirmed", n="110 兰州新区", more=""))).accepted


def test_a_remark_may_correct_the_day_before() -> None:
    block = STEP.format(m="confirmed", n=106, more="").replace("_total 100", "_total 100 核增1例")
    block = block.replace("2021-05-03", "全国 confirmed_total_correction 1 核增1例\n2021-05-03")
    found = only(check(block))
    assert (found.stated, found.counted, found.note) == (106, 105, "核增1例")


def test_a_correction_of_the_whole_may_be_one_of_its_imported_part() -> None:
    found = check("""
        2021-05-02
        全国 asymptomatic_observed 50
        全国 asymptomatic_observed_imported 40
        2021-05-03
        全国 asymptomatic_new 5
        全国 asymptomatic_new_imported 5
        全国 asymptomatic_converted 1
        全国 asymptomatic_converted_imported 1
        全国 asymptomatic_released 2
        全国 asymptomatic_released_imported 2
        全国 asymptomatic_observed 53
        全国 asymptomatic_observed_imported 43
        全国 asymptomatic_observed_correction 1 核增1例
    """)
    assert [(b.measure, b.stated, b.counted, b.accepted) for b in found.breaks] == [
        ("asymptomatic_observed", 53, 50 + 5 - 1 - 2, True),
        ("asymptomatic_observed_imported", 43, 40 + 5 - 1 - 2, True),
    ]


def test_the_revision_of_wuhan_in_april_2020_is_known_though_its_bulletin_does_not_tell_it() -> None:
    block = """
        2020-04-16
        全国 confirmed_total 82367
        全国 deaths_total 3342
        全国 discharged_total 77944
        2020-04-17
        全国 confirmed_new 27
        全国 deaths_new 0
        全国 discharged_new 50
        全国 confirmed_total {n}
        全国 deaths_total 4632
        全国 discharged_total 77029
    """
    found = check(block.format(n=82719))
    assert [b.severity for b in found.breaks] == ["accepted"] * 3
    assert all("Wuhan" in (b.note or "") for b in found.breaks)
    assert [b.measure for b in check(block.format(n=82720)).errors] == ["confirmed_total"]


def test_severe_cases_step_by_their_change() -> None:
    block = "2021-05-02\n全国 severe 30\n2021-05-03\n全国 severe_change -4\n全国 severe {n}"
    assert check(block.format(n=26)).breaks == ()
    assert numbers(check(block.format(n=34))) == [("step", "全国", "severe", 34, 30 - 4)]


def test_over_a_gap_no_step_is_tested_and_the_gap_is_named() -> None:
    found = check(STEP.format(m="confirmed", n=999, more="").replace("05-03", "05-04"))
    assert found.held["step"].tested == 0
    gap = only(found)
    assert (gap.rule, gap.stated, gap.counted, gap.severity) == ("sequence", 2, 1, "named")
    assert "2 days after the bulletin before it" in str(gap)


def test_the_nation_and_a_province_are_two_series() -> None:
    found = check("""
        2021-05-02
        全国 confirmed_total 100
        2021-05-02 @jiangsu.txt
        江苏 confirmed_total 700
        2021-05-03
        全国 confirmed_new 1
        全国 confirmed_total 101
        2021-05-03 @jiangsu2.txt
        江苏 confirmed_new 1
        江苏 confirmed_total 701
    """)
    assert (found.breaks, found.held["step"].held, found.held["sequence"].tested) == ((), 2, 2)


# both sides of a conversion, parts and wholes

CONVERTED = """
    2022-04-12
    全国 confirmed_new 1513
    全国 converted_new_imported 6
    全国 converted_new_local 152
    全国 asymptomatic_converted {whole}
    全国 asymptomatic_converted_imported {imported}
"""


def test_conversions_are_the_same_on_both_sides() -> None:
    assert check(CONVERTED.format(whole=158, imported=6)).breaks == ()
    assert numbers(check(CONVERTED.format(whole=159, imported=7))) == [
        ("converted", "全国", "asymptomatic_converted", 159, 6 + 152),
        ("converted", "全国", "asymptomatic_converted_imported", 7, 6),
    ]


def test_where_the_confirmed_paragraph_gives_the_whole_the_whole_is_compared() -> None:
    block = "2022-04-12\n全国 converted_new 158\n全国 converted_new_local 152\n全国 asymptomatic_converted {n}"
    assert check(block.format(n=158)).breaks == ()
    assert numbers(check(block.format(n=152))) == [("converted", "全国", "asymptomatic_converted", 152, 158)]


def test_an_origin_that_the_confirmed_paragraph_leaves_out_counts_nothing() -> None:
    local_only = CONVERTED.replace("全国 converted_new_imported 6\n", "")
    assert check(local_only.format(whole=152, imported=0)).breaks == ()
    assert [b.rule for b in check(local_only.format(whole=158, imported=6)).breaks] == ["converted"] * 2


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("confirmed_new_imported", "confirmed_new"),
        ("converted_new_local", "confirmed_new_local"),
        ("severe_imported", "active_imported"),
        ("deaths_total", "confirmed_total"),
        ("confirmed_new_clinical", "confirmed_new"),
        ("contacts_observed", "contacts_total"),
    ],
)
def test_a_part_never_exceeds_its_whole(part: str, whole: str) -> None:
    assert check(f"2021-05-02\n广东 {whole} 5\n广东 {part} 5").breaks == ()
    assert numbers(check(f"2021-05-02\n广东 {whole} 5\n广东 {part} 6")) == [("whole", "广东", part, 6, 5)]


def test_a_province_with_conversions_stands_in_the_list_of_confirmed_cases() -> None:
    found = check("""
        2022-04-12
        全国 confirmed_new_local 5
        广东 confirmed_new_local 5
        全国 converted_new_local 2
        福建 converted_new_local 2
    """)
    assert numbers(found) == [("whole", "福建", "converted_new_local", 2, None)]
    assert "its whole nothing" in str(found.breaks[0])


# the calendar


def test_two_bulletins_of_a_day_must_agree() -> None:
    block = "2021-05-02 @a.txt\n全国 confirmed_new 9\n2021-05-02 @b.txt\n全国 confirmed_new {n}"
    assert check(block.format(n=9)).breaks == ()
    assert numbers(check(block.format(n=8))) == [("duplicate", "全国", "confirmed_new", 8, 9)]


def test_late_publication_is_named_and_no_error() -> None:
    table = figures("2021-05-02\n全国 confirmed_new 9")
    late = table.set_column(1, "published", pa.array([dt.date(2021, 5, 5)], pa.date32()))
    found = only(check_figures(late))
    assert (found.rule, found.stated, found.severity) == ("published", 3, "named")


def test_an_empty_table_and_one_without_the_columns_that_may_be_absent_are_checked_too() -> None:
    assert check_figures(tabulate([])).breaks == ()
    bare = figures("2021-05-02\n全国 confirmed_new 9\n广东 confirmed_new 4\n福建 confirmed_new 4")
    bare = bare.drop_columns(["published", "place_code", "note", "source", "start", "end"])
    found = only(check_figures(bare))
    assert (found.rule, found.counted, found.where) == ("list", 8, "")
    assert "source not given" in str(found)


def test_every_test_of_a_rule_is_counted_once() -> None:
    found = check(STEP.format(m="confirmed", n=104, more="全国 confirmed_total_correction -1 核减1例"))
    step = found.held["step"]
    assert (step.tested, step.held, step.noted, step.broken, step.share) == (1, 0, 1, 0, 1.0)
    assert found.held["stock"].share is None
    assert all(t.tested == t.held + t.noted + t.named + t.broken for t in found.held.values())


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_words_in_two_languages(rule: str) -> None:
    assert rule_title(rule, "zh") != rule_title(rule, "en")  # type: ignore[arg-type]


def test_every_published_correction_names_a_known_place_and_a_total_that_is_stepped() -> None:
    found = published()
    assert {place for _, place, _ in found} == {"100000", "420000", "420100"}
    assert {measure for _, _, measure in found} <= set(STEPS)
    assert all(c.note and c.value for corrections in found.values() for c in corrections)


# lists that name only some places, and rows that are no figures


def test_a_list_that_says_it_names_only_some_places_must_not_exceed_its_total() -> None:
    block = "2020-01-28\n全国 confirmed_new 9\n西藏 confirmed_new {n} 包括"
    assert check(block.format(n=1)).breaks == ()
    assert numbers(check(block.format(n=10))) == [("whole", "西藏", "confirmed_new", 10, 9)]


def test_a_missing_day_is_named_and_not_noted() -> None:
    tally = check("2021-05-02\n全国 deaths_new 0\n2021-05-04\n全国 deaths_new 0").held["sequence"]
    assert (tally.noted, tally.named, tally.broken, tally.share) == (0, 1, 0, 1.0)
