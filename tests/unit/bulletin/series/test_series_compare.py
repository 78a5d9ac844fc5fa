"""Two series side by side, and why they disagree."""

from __future__ import annotations

import datetime as dt

import pytest

from sizao.bulletin.series import compare_series, derive_booking, explain_days, reasons

D = dt.date
FIRST = D(2022, 5, 1)


def explain(ours: list[int | None], theirs: list[int], corrections: dict[int, list[int]] | None = None) -> list[str]:
    """Reasons by day; "" where both agree."""
    days = [FIRST + dt.timedelta(days=n) for n in range(len(ours))]
    pairs = {day: (a, b) for day, a, b in zip(days, ours, theirs, strict=True) if a is not None}
    told = {days[n]: values for n, values in (corrections or {}).items()}
    found = explain_days(pairs, told)
    assert set(found) == {day for day, (a, b) in pairs.items() if a != b}
    return [found.get(day, "") for day in days]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([1, 5, 5, 1], [1, 5, 5, 1], ["", "", "", ""]),
        ([1, 5, 6, 1], [1, 4, 7, 1], ["", "moved_a_day", "moved_a_day", ""]),
        ([1, 5, 6, 1], [1, 0, 11, 1], ["", "hole", "hole", ""]),
        ([1, 5, 6, 7, 1], [1, 0, 0, 18, 1], ["", "hole", "hole", "hole", ""]),
        ([1, 5, 0, 7, 1], [1, 0, 0, 12, 1], ["", "hole", "", "hole", ""]),
        ([1, 0, 0, 1], [1, 2, -2, 1], ["", "taken_back", "taken_back", ""]),
        ([1, 2, 3, 1], [1, 7, -2, 1], ["", "taken_back", "taken_back", ""]),
        ([1, 5, 3, 1], [1, 8, 0, 1], ["", "moved_a_day", "moved_a_day", ""]),
        ([1, 5, 3, 9, 1], [1, 2, 5, 10, 1], ["", "evened_out", "evened_out", "evened_out", ""]),
        ([1, 5, 1], [1, -3, 1], ["", "their_correction", ""]),
        ([1, 5, 1], [1, 6, 1], ["", "unexplained", ""]),
        ([1, 5], [1, 6], ["", "edge"]),
        ([1, 5, None, 1], [1, 6, 0, 1], ["", "edge", "", ""]),
    ],
)
def test_a_disagreement_is_explained_by_the_days_around_it(ours, theirs, expected):
    assert explain(ours, theirs) == expected


def test_differences_that_cancel_only_after_two_weeks_are_not_explained():
    ours, theirs = [1, 9, *[4] * 12, 3, 1], [1, 7, *[4] * 12, 5, 1]
    assert explain(ours, theirs)[1] == "evened_out"
    later = explain([1, 9, *[4] * 13, 3, 1], [1, 7, *[4] * 13, 5, 1])
    assert (later[1], later[15]) == ("unexplained", "unexplained")


def test_a_run_does_not_reach_over_a_day_that_is_not_known():
    assert explain([1, 5, None, 6, 1], [1, 4, 0, 7, 1]) == ["", "edge", "", "edge", ""]


def test_a_correction_of_that_size_is_named_first():
    assert explain([1, 5, 6, 1], [1, 4, 7, 1], {1: [-1]})[1] == "correction"
    assert explain([1, 5, 6, 1], [1, 4, 7, 1], {1: [-2]})[1] == "moved_a_day"


def test_a_series_that_is_higher_on_most_days_of_two_weeks_counts_something_else():
    ours, theirs = [5] * 20, [5, 5, *[9] * 9, 5, *[8] * 6, 5, 5]
    found = explain(ours, theirs)
    assert found[2:11] == ["other_count"] * 9
    assert found[12:18] == ["other_count"] * 6
    mixed = [9 if n % 2 else 2 for n in range(19)]
    assert "other_count" not in explain([5] * 19, mixed)
    half = [9 if n % 2 else 5 for n in range(19)]
    assert "other_count" not in explain([5] * 19, half)


def test_every_reason_is_said_in_both_languages():
    for words in reasons().values():
        assert words["zh"]
        assert words["en"]
    named = {"correction", "hole", "taken_back", "moved_a_day", "evened_out", "other_count", "their_correction"}
    assert set(reasons()) == named | {"edge", "not_given", "unexplained"}


OURS = """
2022-05-01 全国 confirmed_new 3
2022-05-01 上海 confirmed_new 2
2022-05-01 兵团 confirmed_new 1
2022-05-02 全国 confirmed_new 6
2022-05-02 上海 confirmed_new 2
2022-05-02 新疆 confirmed_new 3
2022-05-02 兵团 confirmed_new 1
2022-05-03 全国 confirmed_new 5
2022-05-03 北京 confirmed_new 5
2022-05-04 全国 confirmed_new 8
2022-05-04 北京 confirmed_new 5
"""
THEIRS = """
2022-05-01 上海 confirmed_new 2
2022-05-01 新疆 confirmed_new 1
2022-05-01 北京 confirmed_new 0
2022-05-02 上海 confirmed_new 2
2022-05-02 新疆 confirmed_new 3
2022-05-02 北京 confirmed_new 0
2022-05-03 上海 confirmed_new 0
2022-05-03 新疆 confirmed_new 1
2022-05-03 北京 confirmed_new 5
2022-05-04 上海 confirmed_new 3
2022-05-04 新疆 confirmed_new 0
2022-05-04 北京 confirmed_new 5
2022-05-04 Unknown confirmed_new 7
"""


def test_province_days_that_both_know_are_counted(make):
    result = compare_series(make(OURS), make(THEIRS, "theirs"))
    # 3 places on 3 days with complete lists, and Beijing on the 4th, where the list is not complete
    assert result.compared == 3 * 3 + 1
    assert result.equal == 8
    # Shanghai 2, Xinjiang 3 (the 3rd only in theirs), Beijing 2
    assert result.nonzero == 2 + 3 + 2
    assert result.nonzero_equal == 7 - 2
    assert result.share_equal == pytest.approx(5 / 7)
    assert result.share_equal_or_named == 1.0


def test_days_that_disagree_are_listed_with_both_numbers_and_a_reason(make):
    rows = compare_series(make(OURS), make(THEIRS, "theirs")).days.to_pylist()
    assert [(r["place"], r["on"].day, r["ours"], r["theirs"], r["difference"], r["reason"]) for r in rows] == [
        ("上海", 4, None, 3, None, "not_given"),
        ("新疆", 2, 3 + 1, 3, 1, "moved_a_day"),
        ("新疆", 3, 0, 1, -1, "moved_a_day"),
    ]
    assert rows[1]["place_code"] == "650000"


def test_the_xpcc_is_compared_by_itself_where_theirs_has_it(make):
    theirs = THEIRS + "2022-05-02 兵团 confirmed_new 1\n"
    rows = compare_series(make(OURS), make(theirs, "theirs")).days.to_pylist()
    assert not [r for r in rows if r["place"] == "兵团"]
    assert [(r["on"].day, r["ours"], r["theirs"]) for r in rows if r["place"] == "新疆"] == [(1, 0, 1), (3, 0, 1)]


def test_only_report_days_from_first_to_last_are_compared(make):
    result = compare_series(make(OURS), make(THEIRS, "theirs"), first=D(2022, 5, 2), last=D(2022, 5, 2))
    assert result.compared == 3
    assert result.reasons == {"edge": 1}


def test_nothing_in_common_is_no_comparison(make):
    result = compare_series(make(OURS), make(THEIRS, "theirs"), "deaths_new")
    assert (result.compared, result.share_equal, result.share_equal_or_named) == (0, None, None)
    assert result.days.num_rows == 0


def by_day(values: list[int], shift: int, place: str = "上海") -> dict[tuple[str, dt.date], int]:
    return {(place, FIRST + dt.timedelta(days=n + shift)): value for n, value in enumerate(values)}


def test_the_numbers_show_under_which_day_theirs_books_a_bulletin():
    values = [n * 7 % 31 + 1 for n in range(60)]
    same = derive_booking(by_day(values, 0), by_day(values, 0))
    assert same["shift"].to_pylist() == [0, 0]
    assert derive_booking(by_day(values, 0), by_day(values, 1))["shift"].to_pylist() == [1, 1]
    theirs = by_day(values[:31], 0) | {k: v for k, v in by_day(values, 1).items() if k[1] > D(2022, 6, 1)}
    assert derive_booking(by_day(values, 0), theirs)["shift"].to_pylist() == [0, 1]


def test_a_few_moved_days_do_not_make_a_month_depart():
    ours = by_day([n + 1 for n in range(31)], 0) | {("上海", D(2022, 6, 3)): 7}
    theirs = by_day([n + 1 for n in range(31)], 0) | {("上海", D(2022, 6, 4)): 7}
    assert derive_booking(ours, theirs)["shift"].to_pylist() == [0, 0]


def test_a_month_with_few_numbers_does_not_depart():
    ours = by_day([n + 1 for n in range(31)], 0) | {("上海", D(2022, 6, 2 * n)): 7 * n for n in range(1, 6)}
    theirs = by_day([n + 1 for n in range(31)], 0) | {("上海", D(2022, 6, 2 * n + 1)): 7 * n for n in range(1, 6)}
    assert derive_booking(ours, theirs)["shift"].to_pylist() == [0, 0]


def test_each_place_is_compared_on_the_day_under_which_it_is_booked(make):
    days = [FIRST + dt.timedelta(days=n) for n in range(30)]
    ours = "".join(
        f"{day} 全国 confirmed_new {n + 1}\n{day} 上海 confirmed_new {n + 1}\n{day} 香港 confirmed_new {n + 5}\n"
        for n, day in enumerate(days)
    )
    theirs = "".join(
        f"{day + dt.timedelta(days=1)} 上海 confirmed_new {n + 1}\n{day} 香港 confirmed_new {n + 5}\n"
        for n, day in enumerate(days)
    )
    result = compare_series(make(ours), make(theirs, "theirs"))
    assert (result.compared, result.equal) == (30 + 30, 60)


def test_what_a_bulletin_corrects_explains_a_disagreement_of_that_size(make):
    theirs = make(THEIRS.replace("2022-05-03 北京 confirmed_new 5", "2022-05-03 北京 confirmed_new 3"), "theirs")
    for place in ("全国", "北京"):
        ours = make(OURS + f"2022-05-03 {place} confirmed_new_correction -2\n")
        assert compare_series(ours, theirs).reasons["correction"] == 1
    elsewhere = make(OURS + "2022-05-03 上海 confirmed_new_correction -2\n")
    assert "correction" not in compare_series(elsewhere, theirs).reasons


def test_hong_kong_macao_and_taiwan_are_booked_by_themselves():
    values = [n * 7 % 31 + 1 for n in range(31)]
    ours = by_day(values, 0) | by_day(values, 0, "香港")
    booking = derive_booking(ours, by_day(values, 1) | by_day(values, 0, "香港"))
    assert booking.select(["outside", "shift"]).to_pylist() == [
        {"outside": False, "shift": 1},
        {"outside": True, "shift": 0},
    ]


def test_a_shift_that_is_told_is_used(make):
    theirs = make("2022-05-02 上海 confirmed_new 2\n2022-05-03 上海 confirmed_new 2", "theirs")
    assert compare_series(make(OURS), theirs, shift=1).nonzero_equal == 2
    assert compare_series(make(OURS), theirs, shift=0).nonzero_equal == 1


@pytest.mark.parametrize("measure", ["confirmed_new", "confirmed_new_local"])
def test_a_correction_of_the_total_explains_the_new_ones(make, measure):
    ours = [f"2022-05-0{n} 海南 {measure} {value}" for n, value in ((1, 4), (2, 6), (3, 5))]
    theirs = make("\n".join(ours).replace(f"02 海南 {measure} 6", f"02 海南 {measure} 5"), source="theirs.csv")
    for extra, reason in (("confirmed_total", "correction"), ("deaths_total", "unexplained")):
        found = compare_series(make("\n".join([*ours, f"2022-05-02 海南 {extra}_correction -1"])), theirs, measure)
        assert found.reasons == {reason: 1}
