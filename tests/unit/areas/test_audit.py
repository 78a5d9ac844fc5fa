"""What an audit says of lists: areas by day and scope, stays, and whether they were longer than the rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_lists import audit, county, read_scopes, spans, write_snapshot, write_spells, write_times

from sizao.areas import write_tables
from sizao.areas.audit import Audit, audit_lists
from sizao.areas.read import Lists, read_lists
from sizao.areas.read.lists import SNAPSHOTS, SPELLS
from sizao.errors import SizaoError
from sizao.policy import choose


def hours(first: str, count: int, step: int = 12) -> list[str]:
    start = datetime.fromisoformat(first)
    return [f"{start + timedelta(hours=n * step):%Y-%m-%d %H:%M}" for n in range(count)]


def row(place: str, first: str, last: str, level: str = "high", county: str = "丙县", province: str = "甲省") -> str:
    return f"{level},{province},乙市,{county},{place},{first},{last},"


def by_day(found: Audit, on: str, level: str = "high") -> dict[str, int]:
    rows = found["by_day"].to_pylist()
    return {r["scope"]: r["areas"] for r in rows if (str(r["date"]), r["level"]) == (on, level) and r["areas"]}


def verdicts(found: Audit) -> dict[str, str]:
    return {r["place"]: r["verdict"] for r in found["stays"].to_pylist()}


def test_an_area_counts_on_a_day_if_the_last_list_of_that_day_has_it(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-20 8时", [county("丙县", "1号楼", "2号楼", "3单元")])
    write_snapshot(tmp_path, "2022-11-20 21时", [county("丙县", "2号楼", "3单元", "不明")], [county("丙县", "西街")])
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "2号楼")])
    found = audit(tmp_path)
    assert by_day(found, "2022-11-20") == {"building": 1, "unit": 1, "unknown": 1}
    assert by_day(found, "2022-11-20", "medium") == {"street": 1}
    assert by_day(found, "2022-11-21") == {"building": 1}
    assert by_day(found, "2022-11-21", "medium") == {}
    assert found.findings.at_day_end["medium"] == {date(2022, 11, 20): 1, date(2022, 11, 21): 0}
    assert (found.findings.names, found.findings.names_unread) == (5, 1)
    assert found["unread"]["place"].to_pylist() == ["不明"]


def test_every_scope_of_every_day_with_a_list_has_a_row(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-20 8时", [county("丙县", "1号楼")])
    write_snapshot(tmp_path, "2022-11-22 8时", [county("丙县", "1号楼")])
    rows = audit(tmp_path)["by_day"].to_pylist()
    assert {r["date"].day for r in rows} == {20, 22}  # no list is no zero
    assert len({r["scope"] for r in rows}) == 11
    assert len(rows) == 2 * 2 * 11  # the lists say that there is no medium area
    assert sum(r["areas"] for r in rows if r["level"] == "medium") == 0


def test_days_are_counted_by_province_and_by_city_too(tmp_path: Path) -> None:
    high = [
        county("丙县", "1号楼", "2号楼", "3单元"),
        county("丙县", "4号楼", city="丁市"),
        county("丙县", "5号楼", province="戊省"),
    ]
    write_snapshot(tmp_path, "2022-11-20 8时", high)
    found = audit(tmp_path)
    assert [tuple(r.values())[1:] for r in found["by_city"].to_pylist()] == [
        ("high", "戊省", "乙市", "building", 1),
        ("high", "甲省", "丁市", "building", 1),
        ("high", "甲省", "乙市", "building", 2),
        ("high", "甲省", "乙市", "unit", 1),
    ]
    assert [tuple(r.values())[1:] for r in found["by_province"].to_pylist()] == [
        ("high", "戊省", "building", 1),
        ("high", "甲省", "building", 3),
        ("high", "甲省", "unit", 1),
    ]


def test_a_level_of_which_nothing_is_told_has_no_zeros(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-20 8时", [county("丙县", "1号楼")], middlelist=None)
    assert set(audit(tmp_path)["by_day"]["level"].to_pylist()) == {"high"}
    assert read_lists(tmp_path).snapshots["medium_listed"].to_pylist() == [None]


def test_low_areas_are_counted_and_judged_by_nothing(tmp_path: Path) -> None:
    for day in (20, 30):
        low = [county("丙县", "其余各村", "其余各县", "不明")]
        write_snapshot(tmp_path, f"2022-11-{day} 8时", [county("丙县", "1号楼")], low=low)
    found = audit(tmp_path)
    assert by_day(found, "2022-11-20", "low") == {"village": 1, "county": 1, "unknown": 1}
    assert spans(found["spells"], "level", "place", "scope", "stay") == [
        ("high", "1号楼", "building", 1), ("low", "不明", "unknown", None),
        ("low", "其余各县", "county", None), ("low", "其余各村", "village", None),
    ]  # fmt: skip
    for name in ("stays", "drawn", "terms", "longest", "widest", "breaks", "unread", "survival"):
        assert "low" not in found[name].to_pydict().get("level", ()), name
    f = found.findings
    assert (f.spells, f.areas, f.stays, f.names) == (1, 1, 1, 1)
    assert f.hours_agreeing == 2


def test_lists_with_low_areas_only_are_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2023-01-07 15时", low=[county("丙县", "其余各村")])
    with pytest.raises(SizaoError, match="no-spells"):
        audit(tmp_path)


def test_days_are_bracketed_by_the_snapshots_around(tmp_path: Path) -> None:
    times = hours("2022-11-20 08:00", 6)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[3]), row("2号楼", times[0], times[5]))
    one, always = audit(tmp_path)["spells"].to_pylist()
    assert (one["days_least"], one["days"], one["days_most"]) == (1.0, 1.5, 2.0)
    assert (always["days_least"], always["days"], always["days_most"]) == (2.5, None, None)
    assert (one["not_before"], one["gone_by"]) == (datetime(2022, 11, 20, 8), datetime(2022, 11, 22, 8))  # noqa: DTZ001


def test_spellings_of_one_place_are_one_area_and_one_stay(tmp_path: Path) -> None:
    times = hours("2022-11-20 08:00", 6)
    write_times(tmp_path, *times)
    write_spells(
        tmp_path,
        row("1 号楼", times[1], times[2]),
        row("1号楼", times[3], times[4]),
        row("1号楼", times[1], times[4], county="丁县"),
    )
    found = audit(tmp_path)
    assert spans(found["stays"], "county", "place", "names", "first_seen", "last_seen") == [
        ("丁县", "1号楼", 1, "11-20 20", "11-22 08"),
        ("丙县", "1 号楼", 2, "11-20 20", "11-22 08"),
    ]
    assert found["spells"].num_rows == 3
    assert (found.findings.areas, found.findings.relisted) == (2, 0)


def test_a_list_that_is_cut_off_breaks_nothing_where_another_of_its_hour_is_whole(tmp_path: Path) -> None:
    at = "2022-12-07 14:00"
    times = ["2022-12-07 08:00", "2022-12-07 11:00", at, at, "2022-12-07 17:00"]
    write_times(tmp_path, *times)
    # as tables of spells tell it: gone in the hour in which it was last seen, and new three hours later
    write_spells(tmp_path, row("1号楼", times[0], at) + at, row("1号楼", times[4], times[4]))
    found = audit(tmp_path)
    assert spans(found["stays"], "first_seen", "last_seen", "runs", "spells") == [("12-07 08", "12-07 17", 1, 2)]
    assert found["breaks"].num_rows == 0
    assert found.findings.hours_of_several == 1


@pytest.mark.parametrize(("days_off", "stays"), [(1, 1), (1.5, 2)])
def test_a_break_of_up_to_a_day_is_bridged_and_a_longer_one_is_a_new_stay(
    tmp_path: Path, days_off: float, stays: int
) -> None:
    times = hours("2022-11-20 08:00", 12)
    back = 2 + int(days_off * 2)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[2]), row("1号楼", times[back], times[8]))
    found = audit(tmp_path)
    assert found["stays"].num_rows == stays
    assert found["breaks"].select(["hours_missed", "bridged"]).to_pylist() == [
        {"hours_missed": back - 3, "bridged": stays == 1}
    ]
    assert found.findings.relisted == stays - 1


@pytest.mark.parametrize(
    ("last", "verdict"), [(11, "within"), (12, "cannot_tell"), (13, "cannot_tell"), (14, "longer")]
)
def test_under_a_rule_of_five_days_only_more_than_six_are_longer(tmp_path: Path, last: int, verdict: str) -> None:
    times = hours("2022-11-20 08:00", 24)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[last]))  # 11: 5 to 6 days, 13: 6 to 7, 14: 6.5 to 7.5
    found = audit(tmp_path)
    assert verdicts(found) == {"1号楼": verdict}
    assert found["longer"].num_rows == (verdict == "longer")
    assert found["stays"]["rule_days"].to_pylist() == [5]


def test_without_a_margin_the_rules_own_days_are_the_limit(tmp_path: Path) -> None:
    times = hours("2022-11-20 08:00", 24)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[11]), row("2号楼", times[1], times[12]))
    assert verdicts(audit(tmp_path, margin_days=0)) == {"1号楼": "cannot_tell", "2号楼": "longer"}


def test_a_stay_that_is_too_long_only_across_a_break_is_told_apart(tmp_path: Path) -> None:
    times = hours("2022-11-20 08:00", 24)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[8]), row("1号楼", times[10], times[16]))
    assert verdicts(audit(tmp_path)) == {"1号楼": "longer_with_gaps"}
    assert set(verdicts(audit(tmp_path, bridge_hours=6)).values()) == {"within"}


def test_a_stay_over_a_change_of_the_rule_has_the_longer_of_the_two(tmp_path: Path) -> None:
    times = hours("2022-11-01 08:00", 40)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[15], times[29]), row("2号楼", times[21], times[35]))  # 7 days each
    rows = {r["place"]: (r["rulebook"], r["rule_days"], r["verdict"]) for r in audit(tmp_path)["stays"].to_pylist()}
    assert rows == {"1号楼": ("cn-2022-06-27", 7, "within"), "2号楼": ("cn-2022-11-11", 5, "longer")}


def test_a_medium_area_that_was_high_until_then_has_the_days_of_the_step_down(tmp_path: Path) -> None:
    times = hours("2022-09-01 08:00", 40)
    write_times(tmp_path, *times)
    write_spells(
        tmp_path,
        row("1号楼", times[1], times[14]),
        row("1号楼", times[15], times[24], "medium"),  # 4.5 days: more than 3 and the margin
        row("2号楼", times[15], times[24], "medium"),  # the same, drawn as medium: 7 days
        row("3号楼", times[1], times[5]),
        row("3号楼", times[15], times[24], "medium"),  # high long before: drawn anew
        row("4号楼", times[1], times[30]),
        row("4号楼", times[15], times[24], "medium"),  # high all the while
    )
    rows = audit(tmp_path)["stays"].to_pylist()
    medium = {r["place"]: (r["stepped_down"], r["rule_days"], r["verdict"]) for r in rows if r["level"] == "medium"}
    assert medium == {
        "1号楼": (True, 3, "longer"),
        "2号楼": (False, 7, "within"),
        "3号楼": (False, 7, "within"),
        "4号楼": (False, 7, "within"),
    }


def test_before_the_first_rulebook_with_days_nothing_is_judged(tmp_path: Path) -> None:
    times = hours("2022-05-01 08:00", 60)
    write_times(tmp_path, *times)
    write_spells(tmp_path, row("1号楼", times[1], times[50]))
    assert verdicts(audit(tmp_path)) == {"1号楼": "no_rule"}


def test_what_is_drawn_at_a_level_that_is_gone_is_told_and_followed_until_it_ends(tmp_path: Path) -> None:
    times = hours("2022-11-10 08:00", 12)  # the change is from times[2] on (11 November 08:00)
    write_times(tmp_path, *times)
    write_spells(
        tmp_path,
        row("1号楼", times[1], times[5], "medium"),
        row("2号楼", times[5], times[6], "medium"),  # not on the evening's list of the 11th, nor on that of the 12th
        row("6号楼", times[4], times[4], "medium"),  # may have been drawn in the night before the 12th
        row("3号楼", times[0], times[1], "medium", province="丁省"),
        row("4号楼", times[0], times[10], "high", province="丁省"),
        row("5号院", times[1], times[3]),
    )
    found = audit(tmp_path)
    assert verdicts(found)["2号楼"] == "level_gone"
    assert verdicts(found)["6号楼"] == "cannot_tell"
    assert verdicts(found)["1号楼"] == "within"  # drawn before the change, under the rule of then
    assert sum(term.level_gone for term in found.findings.terms) == 1
    left = [(f"{r['taken_at']:%d %H}", r["areas"]) for r in found["gone_level"].to_pylist()]
    assert left == [("11 08", 1), ("11 20", 1), ("12 08", 2), ("12 20", 2), ("13 08", 1), ("13 20", 0)]
    (late,) = found.findings.gone_level
    assert (late.province, late.areas) == ("甲省", 1)
    assert (late.last_seen, late.gone_by) == (datetime(2022, 11, 13, 8), datetime(2022, 11, 13, 20))  # noqa: DTZ001
    assert found.findings.changed_by == "cn-2022-11-11"
    assert found.findings.narrow == ("household", "floor", "unit", "building")


def test_shares_of_a_week_are_means_over_its_days(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "1号楼", "2单元", "3院")])
    write_snapshot(tmp_path, "2022-11-22 8时", [county("丙县", "3院")])
    (week,) = audit(tmp_path).findings.weeks
    assert (week.week, week.areas, week.narrow) == (date(2022, 11, 21), 2.0, 0.5)
    assert week.by_scope["compound"] == 0.5


def test_the_widest_come_first_by_scope_then_by_count(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "1、2、3号楼", "西街", "丙县", "4号楼", "1、2号楼")])
    found = audit(tmp_path)
    assert found["widest"]["place"].to_pylist() == ["丙县", "西街", "1、2、3号楼", "1、2号楼"]
    assert audit(tmp_path, most=1)["widest"]["place"].to_pylist() == ["丙县", "西街", "1、2、3号楼"]


def test_premises_are_about_as_wide_as_a_building(tmp_path: Path) -> None:
    names = ("甲、乙厂", "甲、乙、丙楼", "甲、乙元", "甲、乙院", "甲、乙?")
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", *names)])
    scopes = ["compound", "site", "building", "unit", "unknown"]
    found = audit(tmp_path)
    assert found["widest"]["scope"].to_pylist() == [stay.scope for stay in found.findings.widest] == scopes


def test_stated_counts_stand_beside_what_the_spells_hold(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "1号楼", "2号楼")])
    write_snapshot(tmp_path, "2022-11-22 8时", [county("丙县", "1号楼", "1号楼")], hcount=4)
    found = audit(tmp_path)
    rows = found["by_hour"].select(["level", "areas", "listed_most", "stated_most"]).to_pylist()
    assert [tuple(r.values())[1:] for r in rows if r["level"] == "high"] == [(2, 2, 2), (1, 2, 4)]
    f = found.findings
    assert (f.hours_single, f.hours_agreeing, f.most_apart) == (2, 1, 1)
    assert f.problems == {"count-mismatch": 1, "listed-twice": 1}


def test_lists_without_any_area_are_refused() -> None:
    with pytest.raises(SizaoError) as error:
        audit_lists(
            Lists(SPELLS.empty_table(), SNAPSHOTS.empty_table()), choose("auto", date(2022, 11, 1)), read=read_scopes
        )
    assert error.value.code == "no-spells"


def test_the_tables_are_written_whole_and_under_their_names(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", "1号楼")])
    found = audit(tmp_path)
    files = write_tables(tmp_path / "out", found)
    assert {f.name for f in (tmp_path / "out").iterdir()} == {f"{name}.parquet" for name in found.tables}
    assert [f.stem for f in files] == list(found.tables)
    for file in files:
        assert pq.read_table(file).schema.names == found[file.stem].schema.names
    assert found["by_day"].schema.names == ["date", "level", "scope", "areas"]
    assert found["spells"].schema.names[:9] == [
        "level", "province", "city", "county", "place", "scope", "first_seen", "last_seen", "days",
    ]  # fmt: skip


def test_two_lists_too_far_apart_prove_no_unbroken_stay(tmp_path: Path) -> None:
    days = ("2022-11-13 8时", "2022-11-14 8时", "2022-11-20 8时", "2022-11-21 8时")
    for at in days:
        write_snapshot(tmp_path, at, [county("丙县", "1号楼")])
    found = audit(tmp_path)
    assert verdicts(found) == {"1号楼": "cannot_tell"}
    assert spans(found["stays"], "days_least", "unbroken_days") == [(8.0, 1.0)]
    assert found["longer"].num_rows == 0
    assert verdicts(audit(tmp_path, bridge_hours=144)) == {"1号楼": "longer"}


def test_a_short_list_far_from_the_last_whole_one_proves_no_unbroken_stay(tmp_path: Path) -> None:
    places = [f"{n}号楼" for n in range(9)]
    for at in ("2022-11-13 8时", "2022-11-14 8时"):
        write_snapshot(tmp_path, at, [county("丙县", *places)])
    write_snapshot(tmp_path, "2022-11-20 8时", [county("丙县", "1号楼")], hcount=9)
    write_snapshot(
        tmp_path, "2022-11-14 9时", [county("丙县", "1号楼", "9号楼")], hcount=9
    )  # first seen on a short one
    write_snapshot(tmp_path, "2022-11-22 9时", [county("丙县", "9号楼")], hcount=9)
    found = audit(tmp_path)
    assert {verdicts(found)[place] for place in ("1号楼", "9号楼")} == {"cannot_tell"}
    assert found["longer"].num_rows == 0


def test_who_is_still_listed_at_the_end_makes_no_median_of_zero_days(tmp_path: Path) -> None:
    times = hours("2022-11-12 08:00", 12)
    write_times(tmp_path, *times)
    late = [row(f"{n}号楼", times[11], times[11], province="丁省") for n in range(3)]
    some = [row("1号楼", times[1], times[4]), *(row(f"{n}号楼", times[1], times[11]) for n in (2, 3))]
    half = [row(f"{n}号楼", times[1], times[4], province="戊省") for n in (1, 2)]
    write_spells(tmp_path, *late, *some, *half, row("3号楼", times[1], times[11], province="戊省"))
    assert {p.province: p.median_days for p in audit(tmp_path).findings.provinces} == {
        "丁省": None, "甲省": None, "戊省": 2.0,
    }  # fmt: skip


def test_half_counts_where_it_lasts_and_where_there_are_ten_areas(tmp_path: Path) -> None:
    times = hours("2022-11-10 08:00", 30, 24)

    def days(province: str, first: int, last: int, narrow: int, wide: int) -> list[str]:
        names = [f"{n}号楼" for n in range(narrow)] + [f"{n}院" for n in range(wide)]
        return [row(f"{first}-{name}", times[first], times[last], province=province) for name in names]

    write_times(tmp_path, *times)
    write_spells(
        tmp_path,
        *days("一省", 0, 4, 2, 8), *days("一省", 5, 6, 8, 2), *days("一省", 7, 9, 2, 8), *days("一省", 10, 29, 8, 2),
        *days("二省", 1, 9, 8, 2), *days("二省", 10, 29, 2, 8),
        *days("三省", 1, 2, 9, 0), *days("三省", 3, 29, 2, 9),
        *days("四省", 1, 27, 2, 8), *days("四省", 28, 29, 8, 2),
        *days("五省", 1, 12, 8, 2), *days("五省", 13, 15, 2, 8), *days("五省", 16, 29, 0, 3),
    )  # fmt: skip
    found = {r["province"]: (r["half_on"], r["fell_back_on"]) for r in audit(tmp_path)["adoption"].to_pylist()}
    assert found == {
        "一省": (date(2022, 11, 20), None),  # two days of it on 15 and 16 November did not last
        "二省": (None, date(2022, 11, 20)),
        "三省": (None, None),  # nine are too few
        "四省": (date(2022, 12, 8), None),  # to the end of the lists
        "五省": (date(2022, 11, 11), None),  # three days are no lasting fall, nor are three areas
    }


def cut_lists(folder: Path) -> list[str]:
    """High: 100 places; the lists of 21 and 22 November say so but hold two and none. Medium lists are whole."""
    names = [f"{n}号楼" for n in range(100)]
    for day, of in ((20, names), (21, names[:2]), (22, []), (23, names[:90])):
        write_snapshot(folder, f"2022-11-{day} 8时", [county("丙县", *of)], hcount=90 if day == 23 else 100)
    return names


def test_a_list_that_lacks_what_it_says_it_has_proves_no_absence(tmp_path: Path) -> None:
    names = cut_lists(tmp_path)
    lists = read_lists(tmp_path)
    assert [(p.code, p.effect) for p in lists.problems] == [("short-list", "kept")] * 2
    assert "2 places and says 100" in lists.problems[0].what
    ends = {r["place"]: f"{r['last_seen']:%d} {r['gone_by'] or '-':%d}" if r["gone_by"] else "" for r in
            lists.spells.to_pylist()}  # fmt: skip
    assert lists.spells.num_rows == 100
    assert (ends[names[0]], ends[names[95]]) == ("", "20 23")
    found = audit(tmp_path, bridge_hours=96)
    assert found.findings.at_day_end["high"] == {date(2022, 11, 20): 100, date(2022, 11, 23): 90}  # no zero, no two
    assert set(found.findings.at_day_end["medium"]) == {date(2022, 11, day) for day in (20, 21, 22, 23)}
    stays = {r["place"]: (r["runs"], r["days_least"], r["gone_by"]) for r in found["stays"].to_pylist()}
    assert stays[names[1]] == (1, 3.0, None)
    assert stays[names[95]] == (1, 0.0, datetime(2022, 11, 23, 8))  # noqa: DTZ001
    assert found["breaks"].num_rows == 0


def test_what_was_imported_knows_which_lists_were_cut_short(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    cut_lists(tmp_path / "in")
    lists = read_lists(tmp_path / "in")
    pq.write_table(lists.spells, tmp_path / "out" / "spells.parquet")
    pq.write_table(lists.snapshots, tmp_path / "out" / "snapshots.parquet")
    first, again = audit(tmp_path / "in"), audit(tmp_path / "out")
    for name in ("stays", "by_day", "by_hour", "breaks"):
        assert first[name].equals(again[name]), name


def test_a_day_counts_by_its_last_whole_list(tmp_path: Path) -> None:
    whole = [f"{n}号楼" for n in range(10)]
    write_snapshot(tmp_path, "2022-11-20 8时", [county("丙县", *whole)])
    write_snapshot(tmp_path, "2022-11-20 21时", [county("丙县", "1号楼")], hcount=10)
    write_snapshot(tmp_path, "2022-11-21 8时", [county("丙县", *whole), {"county": "丁县"}])  # an entry is refused
    write_snapshot(tmp_path, "2022-11-22 8时", [county("丙县", *whole[:9])], hcount=10)  # off by one: as it is
    found = audit(tmp_path)
    assert found.findings.at_day_end["high"] == {date(2022, 11, 20): 10, date(2022, 11, 22): 9}
