"""A series, its averages, and the days since the last local case."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from sizao.bulletin.series import derive_averages, derive_days_since_local, derive_series
from sizao.errors import SizaoError

D = dt.date


def series(values: list[int | None]) -> pa.Table:
    known = [(D(2022, 3, 1) + dt.timedelta(days=n), value) for n, value in enumerate(values) if value is not None]
    return pa.table(
        {"on": pa.array([day for day, _ in known], pa.date32()), "value": pa.array([v for _, v in known], pa.int64())}
    )


def test_a_series_says_of_each_day_whether_the_text_gives_it(make):
    figures = make(
        """2022-05-03 全国 confirmed_new_local 4
        2022-05-03 上海 confirmed_new_local 4
        2022-05-03 上海 confirmed_new_imported 2
        2022-05-05 全国 confirmed_new 0"""
    )
    rows = derive_series(figures, "上海市", "confirmed_new").to_pylist()
    assert [(r["on"], r["value"], r["given"], r["how"]) for r in rows] == [
        (D(2022, 5, 3), 4 + 2, False, "sum"),
        (D(2022, 5, 5), 0, False, "absent"),
    ]
    assert derive_series(figures, "310000", "confirmed_new_local")["given"].to_pylist() == [True, False]


def test_a_city_is_found_by_any_of_its_names(make):
    figures = make("2020-02-20 武汉 confirmed_new 9\n2020-02-20 湖北 confirmed_new 12")
    for name in ("武汉", "武汉市", "420100"):
        assert derive_series(figures, name, "confirmed_new")["value"].to_pylist() == [9]


@pytest.mark.parametrize(
    ("place", "measure", "todo"),
    [
        ("上海", "confirmed_new_locl", "did you mean confirmed_new_local"),
        ("北京", "active", "上海"),
        ("上海", "xyz", "of 上海 there are: active, confirmed_new_local"),
    ],
)
def test_a_series_that_is_not_there_says_what_is(make, place, measure, todo):
    figures = make("2022-05-03 上海 confirmed_new_local 4\n2022-05-03 上海 active 8")
    with pytest.raises(SizaoError) as error:
        derive_series(figures, place, measure)
    assert error.value.code == "no-such-series"
    assert todo in error.value.todo


def test_an_average_needs_all_seven_days():
    rows = derive_averages(series([1, 2, 3, 4, 5, 6, 7, None, 9])).to_pylist()
    assert [r["days_known"] for r in rows] == [1, 2, 3, 4, 5, 6, 7, 6, 6]
    assert [r["average"] for r in rows] == [None] * 6 + [(1 + 2 + 3 + 4 + 5 + 6 + 7) / 7, None, None]
    assert rows[7] == {"on": D(2022, 3, 8), "value": None, "days_known": 6, "average": None, "week_ratio": None}


def test_a_week_is_compared_with_the_week_before():
    rows = derive_averages(series([1] * 7 + [3] * 7 + [0])).to_pylist()
    assert rows[12]["week_ratio"] is None  # the week before is one day short
    assert rows[13]["week_ratio"] == pytest.approx(21 / 7)
    assert rows[14]["week_ratio"] == pytest.approx((3 * 6 + 0) / (1 * 6 + 3))


def test_a_week_after_a_week_of_zeros_has_no_ratio():
    rows = derive_averages(series([0] * 7 + [3] * 7)).to_pylist()
    assert rows[13]["average"] == 3.0
    assert rows[13]["week_ratio"] is None


def test_a_hole_in_either_week_leaves_no_ratio():
    assert derive_averages(series([1, None, *[1] * 12])).to_pylist()[13]["week_ratio"] is None


def test_an_empty_series_has_no_averages():
    assert derive_averages(series([])).num_rows == 0


LOCAL = """
2022-05-01 全国 confirmed_new_local 3
2022-05-01 上海 confirmed_new_local 3
2022-05-02 全国 confirmed_new_local 1
2022-05-02 兵团 confirmed_new_local 1
2022-05-04 全国 confirmed_new_local 2
2022-05-04 北京 confirmed_new_local 2
2022-05-04 全国 asymptomatic_new_local 1
2022-05-04 上海 asymptomatic_new_local 1
"""


def since(table: pa.Table, place: str) -> tuple[dt.date | None, int | None, int, int]:
    row = next(row for row in table.to_pylist() if row["place"] == place)
    return row["last_local_on"], row["days"], row["days_known"], row["days_unknown"]


def test_days_since_the_last_local_case_count_known_and_unknown_days(make):
    table = derive_days_since_local(make(LOCAL), D(2022, 5, 4))
    assert table.num_rows == 31 + 1
    assert since(table, "上海") == (D(2022, 5, 1), 3, 2, 1)  # the 3rd is not known
    assert since(table, "兵团") == (D(2022, 5, 2), 2, 1, 1)
    assert since(table, "北京") == (D(2022, 5, 4), 0, 0, 0)


def test_a_province_never_seen_has_no_last_day_but_says_what_is_known(make):
    assert since(derive_days_since_local(make(LOCAL), D(2022, 5, 4)), "西藏") == (None, None, 3, 1)


def test_what_comes_after_the_day_does_not_count(make):
    assert since(derive_days_since_local(make(LOCAL), D(2022, 5, 2)), "北京") == (None, None, 2, 0)


def test_days_after_the_end_of_the_record_are_unknown(make):
    assert since(derive_days_since_local(make(LOCAL), D(2022, 5, 14)), "北京") == (D(2022, 5, 4), 10, 0, 10)


def test_the_infected_without_symptoms_can_count_too(make):
    table = derive_days_since_local(make(LOCAL), D(2022, 5, 4), ("confirmed_new_local", "asymptomatic_new_local"))
    assert since(table, "上海") == (D(2022, 5, 4), 0, 0, 0)
    assert since(table, "兵团") == (D(2022, 5, 2), 2, 1, 1)
    assert since(table, "西藏") == (None, None, 1, 3)  # only on the 4th both are known to be 0


def test_no_figures_at_all_are_no_days_without(make):
    table = derive_days_since_local(make(LOCAL), D(2022, 4, 1))
    assert since(table, "上海") == (None, None, 0, 0)
